//! Every worked case of the kept corpora comes to what was worked out by hand.

use std::path::Path;
use std::process::Command;

fn check(corpus: &str, least: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(corpus);
    let output = Command::new(env!("CARGO_BIN_EXE_policy-finder")).arg("check").arg(&folder).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let run = text.split_once(" cases run").and_then(|(before, _)| before.rsplit(' ').next()).unwrap_or("0");
    assert!(run.parse::<usize>().unwrap() >= least, "only {run} cases were run");
}

#[test]
fn real_clauses_come_to_their_worked_amounts_to_the_fen() {
    check("tests/rules", 200);
}

#[test]
fn the_bundled_corpus_comes_to_its_worked_amounts() {
    check("corpus", 600);
}
