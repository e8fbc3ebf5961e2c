//! Five clauses with gates by tier, computed bands and caps: what is paid on both sides of each of their thresholds.
//!
//! `UPDATE=1` writes the expectation anew; read the difference.

use std::path::Path;
use std::process::Command;

fn proof() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_policy-finder"))
        .current_dir(root)
        .args(["check", "tests/boundaries/corpus", "--boundaries", "--mutations"])
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_threshold_is_hit_and_shown_from_both_sides_or_says_why_not() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/boundaries/expected.txt");
    let proof = proof();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &proof).unwrap();
    }
    assert_eq!(proof, std::fs::read_to_string(&path).unwrap());
}

#[test]
fn no_figure_of_a_gate_a_band_or_a_cap_is_missing_from_the_boundary_table() {
    let proof = proof();
    let headings: Vec<&str> = proof.lines().filter(|line| line.starts_with("  line ")).collect();
    let of = |part: &str, count: usize| {
        let found = headings.iter().filter(|heading| heading.contains(part)).count();
        assert_eq!(found, count, "{part}: {headings:#?}");
    };
    // Tiers of research spending, and the share that each asks for.
    of("门槛 9%", 1);
    of("门槛 3%", 2);
    of("类.封顶", 3);
    // Gates and bends of growth by tier; caps; bands between computed bounds.
    of("门槛 40%", 1);
    of("分界 20%", 1);
    of("cap 每年 「1000万元」", 2);
    of("均速额 × 2(含)」 upper end", 1);
    of("地方贡献[上年] × 60%(含)」 upper end", 1);
    of("≥ 100%", 1);
}
