//! Corpora with planted faults: one run finds all of them, each at its place.
//!
//! `UPDATE=1 cargo test` writes the expected files anew; read the difference before keeping it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(name);
    let found = match policy_finder_compiler::compile(&folder) {
        Ok(_) => panic!("{name} compiles, though it is full of faults"),
        Err(found) => found,
    };
    let mut text = String::new();
    for fault in found {
        let diagnostic = &fault.diagnostic;
        let (line, column) = (fault.line, fault.column);
        writeln!(text, "{}:{line}:{column} {}\n    {}", fault.path, diagnostic.code, diagnostic.message).unwrap();
        if let Some(hint) = &diagnostic.hint {
            writeln!(text, "    -> {hint}").unwrap();
        }
    }
    let file = folder.join("expected.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap();
    assert_eq!(text, expected, "the diagnostics of tests/{name} differ from expected.txt");
}

#[test]
fn every_planted_fault_is_found_in_one_run_at_its_line_and_column() {
    check("faults");
}

#[test]
fn a_clause_that_speaks_of_money_without_a_benefit_is_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/uncovered");
    let compiled = policy_finder_compiler::compile(&folder).expect("no faults");
    let named: Vec<_> = compiled.uncovered.iter().map(|u| (u.line, u.diagnostic.message.as_str())).collect();
    assert_eq!(named, [(25, "a#2 speaks of 补贴, 万元, 给予 and has no benefit")]);
}
