//! The command on the bundled corpus: what must hold whatever the policies say today.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_policy-finder")).args(args).current_dir(root()).output().expect("the command runs")
}

/// Standard output of a run that must succeed.
fn stdout(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&stdout(args)).expect("JSON")
}

/// The bundled corpus, compiled by the command; kept for the length of the tests.
static PACK: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.pack");
    stdout(&["compile", "corpus", "-o", path.to_str().expect("UTF-8")]);
    (folder, path)
});

fn pack() -> &'static str {
    PACK.1.to_str().expect("UTF-8")
}

fn profiles() -> Vec<PathBuf> {
    let folder = root().join("tests/cases/profiles");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("profiles").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() >= 3, "{files:?}");
    files
}

#[test]
fn compiling_twice_gives_equal_bytes() {
    let again = PACK.0.path().join("b.pack");
    stdout(&["compile", "corpus", "-o", again.to_str().unwrap()]);
    assert!(fs::read(pack()).unwrap() == fs::read(again).unwrap());
}

#[test]
fn check_runs_the_cases_and_finds_no_fault() {
    assert_eq!(json(&["check", "corpus", "--json"]), Value::Array(Vec::new()));
    assert!(stdout(&["check", "corpus"]).contains("no faults"));
}

#[test]
fn inspect_counts_what_went_in() {
    let found = json(&["inspect", pack(), "--json"]);
    let policies = ["national", "province", "city", "county", "park"].map(|level| {
        let folder = root().join("corpus").join(level);
        fs::read_dir(folder)
            .unwrap()
            .filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|x| x == "md"))
            .count()
    });
    assert_eq!(found["policies"], policies.iter().sum::<usize>());
    let sections = found["sections"].as_array().unwrap();
    let content: u64 = sections.iter().map(|section| section["bytes"].as_u64().unwrap().next_multiple_of(8)).sum();
    assert_eq!(found["bytes"].as_u64().unwrap(), 32 + 32 * sections.len() as u64 + content);
    assert_eq!(found["bytes"].as_u64().unwrap(), fs::metadata(pack()).unwrap().len());
}

#[test]
fn every_clause_is_listed_once_and_the_counts_add_up() {
    let benefits = json(&["inspect", pack(), "--json"])["benefits"].as_u64().unwrap() as usize;
    for profile in profiles() {
        for (command, as_of) in [("match", "2022-06-30"), ("calc", "2025-12-31")] {
            let args = [command, pack(), "--profile", profile.to_str().unwrap(), "--as-of", as_of];
            let report = json(&[&args[..], &["--json"]].concat());
            let clauses = report["clauses"].as_array().unwrap();
            let ids: BTreeSet<&str> = clauses.iter().map(|clause| clause["id"].as_str().unwrap()).collect();
            assert_eq!((ids.len(), clauses.len()), (benefits, benefits), "{args:?}");
            let summary = &report["summary"];
            let mut sum = 0;
            for verdict in ["met", "unmet", "unknown", "manual", "inactive"] {
                let count = clauses.iter().filter(|clause| clause["verdict"] == verdict).count();
                assert_eq!(summary[verdict], count, "{args:?}: {verdict}");
                sum += count;
            }
            assert_eq!((summary["clauses"].as_u64().unwrap() as usize, sum), (benefits, benefits), "{args:?}");
            // For people too: a line with the verdict's mark begins each clause.
            let text = stdout(&args);
            let marked = text.lines().filter(|line| ["✓ ", "? ", "✗ ", "– "].iter().any(|m| line.starts_with(m)));
            assert_eq!(marked.count(), benefits, "{args:?}");
        }
    }
}

#[test]
fn citations_lead_to_a_clause_of_the_pack() {
    let profile = &profiles()[0];
    let report = json(&["match", pack(), "--profile", profile.to_str().unwrap(), "--as-of", "2025-12-31", "--json"]);
    for clause in report["clauses"].as_array().unwrap() {
        let anchor = clause["clause"].as_str().unwrap();
        assert_eq!(clause["citation"]["clause"], anchor);
        assert!(!clause["citation"]["title"].as_str().unwrap().is_empty(), "{anchor}");
    }
}

/// 12345678901234567.89 has more digits than a float holds; a fen more must not vanish.
#[test]
fn numbers_of_a_profile_are_read_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let given = |number: &str| {
        let path = folder.path().join("profile.json");
        fs::write(&path, format!("{{\"产值\": {number}}}")).unwrap();
        let report = json(&["match", pack(), "--profile", path.to_str().unwrap(), "--as-of", "2025-12-31", "--json"]);
        let clauses = report["clauses"].as_array().unwrap().iter();
        let mut given = clauses.flat_map(|c| c["conditions"].as_array().unwrap()).filter_map(|c| c["given"].as_str());
        given.find(|text| text.contains(".8")).map(str::to_owned)
    };
    assert_eq!(given("12345678901234567.89").as_deref(), Some("12,345,678,901,234,567.89元"));
    assert_eq!(given("12345678901234567.88").as_deref(), Some("12,345,678,901,234,567.88元"));
}

#[test]
fn exit_codes_tell_faulty_input_from_wrong_usage() {
    let code = |args: &[&str]| run(args).status.code().unwrap();
    assert_eq!(code(&["--help"]), 0);
    assert_eq!(code(&["inspect", "Cargo.toml"]), 1);
    assert_eq!(code(&["inspect", "no-such.pack"]), 1);
    assert_eq!(code(&["compile", "no-such-folder", "-o", "never.pack"]), 1);
    assert_eq!(code(&["compile", "corpus"]), 2);
    assert_eq!(code(&["match", pack()]), 2);
    assert_eq!(code(&["match", pack(), "--profile", "Cargo.toml", "--as-of", "2025-02-30"]), 2);
    assert_eq!(code(&["match", pack(), "--profile", "Cargo.toml", "--as-of", "2025-02-28"]), 1);
    assert_eq!(code(&["no-such-command"]), 2);
    assert_eq!(code(&[]), 2);
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let command = format!("{:?} inspect {:?} --json | true", env!("CARGO_BIN_EXE_policy-finder"), pack());
    let output = Command::new("bash").args(["-o", "pipefail", "-c", &command]).output().expect("bash");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}
