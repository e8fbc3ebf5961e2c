//! Ten clauses on 5,000 random and 5,000 boundary profiles: every award equals exact integer arithmetic to the fen.

use std::path::Path;
use std::process::Command;

use policy_finder::profile::ProfileInput;
use policy_finder::rules::evaluate_benefit;
use policy_finder::{Date, Engine};
use policy_finder_pack::Exact;

#[derive(serde::Deserialize)]
struct Line {
    kind: String,
    input: ProfileInput,
    fen: std::collections::BTreeMap<String, i64>,
}

#[test]
fn no_award_differs_by_a_fen_from_exact_arithmetic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compiled = policy_finder_compiler::compile(&root.join("tests/exactness")).expect("ten clauses without a fault");
    let engine = Engine::open(compiled.pack).unwrap();
    let Ok(module) = root.join("../shared/peers/rules/src/profiles.mjs").canonicalize() else {
        println!("skipped: the generator of profiles is not here");
        return;
    };
    let script = root.join("tests/exactness/profiles.mjs");
    let Ok(output) = Command::new("node").arg(script).arg(format!("file://{}", module.display())).output() else {
        println!("skipped: node is not here");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let as_of: Date = "2024-12-31".parse().unwrap();
    let (mut profiles, mut awards, mut wrong) = (0, 0, Vec::new());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let Line { kind, input, fen } = serde_json::from_str(line).unwrap();
        let profile = engine.profile(&input, as_of).unwrap();
        for (key, fen) in &fen {
            let id = format!("ten#{key}");
            let benefit = engine.rules().benefits.iter().find(|benefit| benefit.id == id).unwrap();
            let outcome = evaluate_benefit(engine.rules(), benefit, 2024, as_of, &profile.inputs);
            let expected = Exact::new((*fen).into(), 100).unwrap();
            if outcome.amount != Some((expected, Some(expected))) {
                wrong.push(format!("{kind} {key}: {expected} yuan, got {:?}", outcome.amount));
            }
            awards += 1;
        }
        profiles += 1;
    }
    println!("{awards} awards of {profiles} profiles, {} differ", wrong.len());
    assert_eq!((profiles, awards), (10_000, 100_000));
    assert!(wrong.is_empty(), "{} differ, first {:?}", wrong.len(), &wrong[..wrong.len().min(5)]);
}
