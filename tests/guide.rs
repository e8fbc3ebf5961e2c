//! One application for several benefits: the merged guide of the engine, and the page's, on the same cases.

use std::fs;
use std::path::{Path, PathBuf};

use policy_finder::Engine;
use policy_finder::profile::ProfileInput;
use policy_finder_compiler::compile;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guides")
}

/// Name and content of every case: `as_of`, `benefits`, `profile`, and `report` as it must come out.
fn cases() -> Vec<(String, Value)> {
    let entries = fs::read_dir(folder().join("cases")).expect("the folder of cases");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no cases");
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("a case is text");
        let case = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        (file.file_stem().expect("a file has a name").to_string_lossy().into_owned(), case)
    };
    files.iter().map(read).collect()
}

fn pack() -> Vec<u8> {
    let faults = |faults: Vec<_>| panic!("{faults:?}");
    compile(&folder().join("corpus")).unwrap_or_else(faults).pack
}

/// The page's code on the shipped module, the library's on the same cases and on the guides of the bundled corpus.
#[test]
#[ignore = "needs the built module and Node: cargo xtask test"]
fn the_page_merges_guides_as_the_library_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (small, own) = (folder.path().join("small.pack"), folder.path().join("own.pack"));
    fs::write(&small, pack()).expect("a temporary file");
    let bundled = compile(&root.join("corpus")).expect("no faults").pack;
    fs::write(&own, &bundled).expect("a temporary file");
    let engine = Engine::open(bundled).expect("it opens");
    let guided: Vec<String> = engine.guides().iter().flat_map(|guide| guide.benefits.clone()).collect();
    let profile = fs::read_to_string(root.join("tests/cases/profiles/zhuangbei.json")).expect("a profile");
    let profile: Value = serde_json::from_str(&profile).expect("JSON");
    let everything = ["2022-05-30", "2025-09-24", "2026-12-20"].map(|as_of| {
        let mut case = serde_json::json!({ "name": as_of, "as_of": as_of, "benefits": guided, "profile": profile });
        case["report"] = answer(&engine, &case).expect("the bundled corpus has these benefits");
        case
    });
    let cases: Vec<Value> = cases().into_iter().map(|(_, case)| case).collect();
    for (pack, cases) in [(small, &cases[..]), (own, &everything[..])] {
        let file = folder.path().join("cases.json");
        fs::write(&file, serde_json::to_string(cases).expect("JSON")).expect("a temporary file");
        let output = std::process::Command::new("node")
            .arg("tests/guide.mjs")
            .arg(&file)
            .args(["www/engine/policy_finder.js", "www/dist/engine.wasm"])
            .arg(&pack)
            .current_dir(root)
            .output()
            .expect("node runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(said.trim(), format!("{} guides are equal", cases.len()));
    }
}

/// What changed from the corpus of the guides to that of `tests/changes`: a rule with its text, a guide, a policy more and
/// one less; a new field in front of all others, which moves every index, changes nothing.
#[test]
fn a_log_names_what_changed_and_goes_on_behind_the_earlier_log() {
    use policy_finder_compiler::changes::{Refusal, since};
    let changed = compile(&folder().join("../changes/corpus")).expect("no faults").pack;
    let (with_log, log) = since(pack(), changed.clone()).expect("both editions are dated");
    let expected = fs::read_to_string(folder().join("../changes/expected.json")).expect("the recorded log");
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    let found = serde_json::to_value(&log).expect("plain data");
    assert_eq!(found, expected, "{found:#}");
    // The same packs give the same bytes; a log is no change.
    assert!(since(pack(), changed.clone()).expect("as before").0 == with_log);
    let (again, kept) = since(with_log.clone(), changed.clone()).expect("nothing changed");
    assert_eq!(kept, log);
    assert!(again == with_log);
    // Back to the earlier corpus with its earlier edition: visitors would not be told.
    assert!(matches!(since(with_log, pack()), Err(Refusal::SameEdition { .. })));
    assert!(matches!(since(b"no pack".to_vec(), changed), Err(Refusal::Pack(_))));
}

/// Working days of the bundled calendar, counted against the schedules in the reading room.
#[test]
fn the_bundled_calendar_has_the_working_days_of_the_published_schedules() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/holidays-2021-2026.json");
    let Ok(text) = fs::read_to_string(&shared) else {
        println!("skipped: there is no {}", shared.display());
        return;
    };
    let schedules: Value = serde_json::from_str(&text).expect("JSON");
    let corpus = compile(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).expect("no faults").pack;
    let pack = policy_finder_pack::Pack::open(corpus).expect("it opens");
    let service = policy_finder_pack::service::read(&pack).expect("it reads");
    let days = policy_finder_pack::service::Workdays::new(&service.calendar);
    let date = |year: i32, month, day| policy_finder::Date::new(year, month, day).expect("a day");
    for (year, schedule) in schedules["years"].as_object().expect("years") {
        let year: i32 = year.parse().expect("a year");
        let (count, published) = days.between(date(year - 1, 12, 31), date(year, 12, 31));
        assert_eq!(
            (u64::from(count), published),
            (schedule["workdays_total"].as_u64().expect("a number"), true),
            "{year}"
        );
    }
    assert!(!days.between(date(2026, 12, 31), date(2027, 1, 4)).1, "2027 is not published");
}

fn answer(engine: &Engine, case: &Value) -> Result<Value, policy_finder::Error> {
    let as_of: policy_finder::Date = case["as_of"].as_str().expect("a date").parse().expect("a date");
    let profile: ProfileInput = serde_json::from_value(case["profile"].clone()).expect("a profile");
    let benefits: Vec<String> = serde_json::from_value(case["benefits"].clone()).expect("ids");
    engine
        .guide(&benefits, &profile, as_of.year(), as_of)
        .map(|report| serde_json::to_value(report).expect("plain data"))
}

/// `POLICY_FINDER_RECORD=1` writes the reports anew; read the difference.
#[test]
fn papers_are_brought_once_and_days_counted_as_the_case_says() {
    let engine = Engine::open(pack()).expect("it opens");
    for (name, mut case) in cases() {
        let found = match answer(&engine, &case) {
            Ok(report) => report,
            Err(error) => Value::String(error.code().to_owned()),
        };
        if std::env::var_os("POLICY_FINDER_RECORD").is_some() {
            case["report"] = found;
            let text = serde_json::to_string_pretty(&case).expect("plain data") + "\n";
            fs::write(folder().join("cases").join(format!("{name}.json")), text).expect("the case can be written");
        } else {
            assert_eq!(found, case["report"], "{name}: {found:#}");
        }
    }
}
