//! Any string as query: it is answered, marks lie inside the texts they belong to, and both units rank.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use policy_finder::Engine;
use policy_finder::report::search::Mark;
use policy_finder::search::Unit;
use policy_finder_fuzz::read::{SAMPLE, search};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open(SAMPLE.clone()).expect("the sample opens"));

fuzz_target!(|text: &str| {
    let report = ENGINE.search(&search(text)).expect("whatever is typed has an answer");
    for hit in &report.hits {
        inside(&hit.title, &hit.title_marks);
        inside(&hit.snippet, &hit.highlights);
    }
    for unit in [Unit::Policy, Unit::Clause] {
        assert!(ENGINE.rank(text, 10, unit).is_sorted_by(|a, b| a.1 >= b.1));
    }
});

/// Marks ascend, do not overlap and end inside.
fn inside(text: &str, marks: &[Mark]) {
    let mut at = 0;
    for &(start, end) in marks {
        assert!(at <= start && start < end, "{marks:?}");
        at = end;
    }
    assert!(at as usize <= text.encode_utf16().count(), "{marks:?}");
}
