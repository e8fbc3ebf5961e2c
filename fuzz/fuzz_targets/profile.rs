//! Any JSON as profile: it is read or refused, and every clause is listed once whatever it says.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use policy_finder::Engine;
use policy_finder_fuzz::read::{SAMPLE, as_of};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open(SAMPLE.clone()).expect("the sample opens"));

fuzz_target!(|text: &str| {
    let Ok(input) = serde_json::from_str(text) else { return };
    let Ok(profile) = ENGINE.profile(&input, as_of()) else { return };
    let report = ENGINE.calculate(&profile, as_of()).expect("a profile that was read is answered");
    let summary = &report.matched.summary;
    assert_eq!(report.matched.clauses.len(), ENGINE.rules().benefits.len());
    let counted = summary.met + summary.unmet + summary.unknown + summary.manual + summary.inactive;
    assert_eq!(summary.clauses, counted);
});
