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

/// A manufacturer, a software start-up, a person's case; a large firm, a one-person company, an employer of talent.
fn profiles() -> [PathBuf; 6] {
    ["lingbujian", "ruanjian", "boshi", "zhuangbei", "zhinengti", "rencai"]
        .map(|name| root().join(format!("tests/cases/profiles/{name}.json")))
}

#[test]
fn compiling_twice_gives_equal_bytes() {
    let again = PACK.0.path().join("b.pack");
    stdout(&["compile", "corpus", "-o", again.to_str().unwrap()]);
    assert!(fs::read(pack()).unwrap() == fs::read(again).unwrap());
}

#[test]
fn a_slip_of_the_pen_that_changes_something_is_noticed_by_a_case() {
    let text = stdout(&["check", "corpus", "--mutations"]);
    assert!(text.contains("\n0 of "), "{text}");
    let slips: Vec<&str> = text.lines().filter(|line| line.contains("  ") && line.contains('#')).collect();
    // Loans of zero are refused by a condition, 2011 lies before a later bound.
    assert_eq!(slips.len(), 2, "{slips:#?}");
    assert!(slips[0].contains("dan-bao") && slips[0].contains("0元(含)至500万元(含)"), "{slips:#?}");
    assert!(slips[1].contains("yi-hou") && slips[1].contains("≥ 2011年 becomes > 2011年"), "{slips:#?}");
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

/// An award of 2024 follows the figures and the text of 2024, also when it is asked for later.
#[test]
fn the_year_asked_about_is_apart_from_the_reference_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("profile.json");
    fs::write(&path, "{}").unwrap();
    let profile = path.to_str().unwrap();
    let ask = |year: &[&str]| {
        let args = ["match", pack(), "--profile", profile, "--as-of", "2026-11-26", "--json"];
        json(&[&args, year].concat())
    };
    let (now, earlier) = (ask(&[]), ask(&["--event-year", "2024"]));
    assert_eq!((&now["event_year"], &earlier["event_year"]), (&2026.into(), &2024.into()));
    assert_eq!(earlier["as_of"], "2026-11-26");
    let verdict = |report: &Value, id: &str| {
        let clauses = report["clauses"].as_array().unwrap();
        clauses.iter().find(|clause| clause["id"] == id).unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    // Its text covers the events of 2022 to 2024.
    let award = "city-gaoqi-2022#shou-ci";
    assert_eq!((verdict(&now, award), verdict(&earlier, award)), ("inactive".to_owned(), "unknown".to_owned()));
    let args = ["match", pack(), "--profile", profile, "--event-year", "24"];
    assert!(String::from_utf8_lossy(&run(&args).stderr).contains("24 is no year to ask about"));
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

fn first_hit(query: &str) -> Value {
    json(&["search", pack(), query, "--as-of", "2026-11-25", "--json"])["hits"][0].clone()
}

#[test]
fn a_document_number_is_found_in_any_spelling() {
    for spelling in ["长经开管发〔2021〕120号", "长经开管发[2021]120号", "长经开管发2021-120", "长经开管发(2021)120号"]
    {
        assert_eq!(first_hit(spelling)["policy"], "park-2021-120", "{spelling}");
    }
}

// Scores are no money.
#[allow(clippy::disallowed_types)]
#[test]
fn a_hit_says_where_and_why() {
    let report = json(&["search", pack(), "高新技术企业", "--as-of", "2026-11-25", "--limit", "5", "--json"]);
    let hits = report["hits"].as_array().unwrap();
    assert_eq!(hits.len(), 5);
    let mut score = f64::INFINITY;
    for hit in hits {
        let text = format!("{}{}{}", hit["title"], hit["heading"], hit["snippet"]);
        assert!(text.contains("高新技术企业") || text.contains("高企"), "{hit}");
        let (clause, policy) = (hit["clause"].as_str().unwrap(), hit["policy"].as_str().unwrap());
        assert!(clause.starts_with(policy), "{clause}");
        let next = hit["score"].as_f64().unwrap();
        assert!(next <= score, "{hit}");
        score = next;
    }
}

#[test]
fn filters_narrow_a_search() {
    // Nothing asked, so every policy answers: the filter alone decides.
    let total = |levels: &[&str]| {
        let args = ["search", pack(), "", "--as-of", "2026-11-25", "--limit", "200", "--json"];
        json(&[&args[..], levels].concat())["total"].as_u64().unwrap()
    };
    let found = json(&["inspect", pack(), "--json"]);
    let levels = found["levels"].as_array().unwrap();
    let count = |name: &str| levels.iter().find(|l| l["level"] == name).unwrap()["policies"].as_u64().unwrap();
    assert_eq!(total(&[]), found["policies"].as_u64().unwrap());
    assert_eq!(total(&["--level", "park"]), count("park"));
    assert_eq!(total(&["--level", "park,county"]), count("park") + count("county"));
}

// Scores are no money.
#[allow(clippy::disallowed_types)]
#[test]
fn a_batch_writes_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (queries, run) = (path("q.jsonl"), path("run.tsv"));
    fs::write(&queries, "{\"qid\": \"q1\", \"text\": \"担保费补贴\"}\n\n{\"qid\": \"q2\", \"text\": \"博士购房\"}\n")
        .unwrap();
    let levels = ["national", "province", "city", "county", "park"];
    let is_policy = |id: &str| levels.iter().any(|level| root().join(format!("corpus/{level}/{id}.md")).exists());
    for unit in ["policy", "clause"] {
        stdout(&["search", pack(), "--queries", &queries, "--run", &run, "--unit", unit, "--limit", "3"]);
        let text = fs::read_to_string(&run).unwrap();
        let mut ranks = Vec::new();
        for line in text.lines() {
            let columns: Vec<&str> = line.split(' ').collect();
            let [qid, "Q0", docid, rank, score, "policy-finder"] = columns[..] else { panic!("{line}") };
            assert_eq!(is_policy(docid), unit == "policy", "{line}");
            assert!(score.parse::<f64>().unwrap() > 0.0, "{line}");
            ranks.push((qid.to_owned(), rank.parse::<usize>().unwrap()));
        }
        let expected = ["q1", "q2"].into_iter().flat_map(|qid| (1..=3).map(move |rank| (qid.to_owned(), rank)));
        assert_eq!(ranks, expected.collect::<Vec<_>>(), "{unit}");
    }
}

#[test]
fn a_faulty_batch_says_which_line() {
    let folder = tempfile::tempdir().unwrap();
    let queries = folder.path().join("q.jsonl");
    let run_file = folder.path().join("run.tsv");
    for (text, expected) in [
        ("{\"qid\": \"a\", \"text\": \"甲\"}\nnonsense\n", "q.jsonl:2: expected"),
        (
            "{\"qid\": \"a\", \"text\": \"甲\"}\n{\"qid\": \"a\", \"text\": \"乙\"}\n",
            "q.jsonl:2: qid \"a\" stands twice",
        ),
        ("{\"qid\": \"a\"}\n", "q.jsonl:1: missing field `text`"),
    ] {
        fs::write(&queries, text).unwrap();
        let args = ["search", pack(), "--queries", queries.to_str().unwrap(), "--run", run_file.to_str().unwrap()];
        let output = run(&args);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(error.contains(expected) && error.contains("hint"), "{error}");
    }
}

#[test]
fn the_schema_accepts_what_the_engine_reads_and_refuses_what_it_cannot_read() {
    let file = PACK.0.path().join("profile.schema.json");
    let path = file.to_str().unwrap();
    stdout(&["schema", pack(), "-o", path]);
    let mut schemas = boon::Schemas::new();
    let schema = boon::Compiler::new().compile(path, &mut schemas).expect("a valid schema");
    for profile in profiles() {
        let value: Value = serde_json::from_str(&fs::read_to_string(&profile).unwrap()).unwrap();
        if let Err(error) = schemas.validate(&value, schema) {
            panic!("{}: {error}", profile.display());
        }
    }
    let refused = [
        r#"{"注册地": "月球"}"#,
        r#"{"location": 3}"#,
        r#"{"产值[2025年]": true}"#,
        r#"{"注册日期": "去年"}"#,
        r#"{"企业称号": ["没有这个称号"]}"#,
        r#"{"已获(park-x#y)": [1]}"#,
    ];
    for profile in refused {
        let value: Value = serde_json::from_str(profile).unwrap();
        assert!(schemas.validate(&value, schema).is_err(), "{profile} passes");
    }
}

#[test]
fn feeds_and_calendars_are_read_by_other_programs_and_come_out_the_same_again() {
    let write = |name: &str| {
        let folder = PACK.0.path().join(name);
        let (site, page) = ("https://park.example/feeds/", "https://park.example/policies.html");
        let out = folder.to_str().unwrap();
        stdout(&["feed", pack(), "--site", site, "--page", page, "--as-of", "2025-09-01", "-o", out]);
        folder
    };
    let (one, two) = (write("feeds"), write("feeds-again"));
    let mut files: Vec<_> = fs::read_dir(&one).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert!(files.len() > 20, "{files:?}");
    for file in files {
        let bytes = fs::read(one.join(&file)).unwrap();
        let name = file.to_string_lossy().into_owned();
        assert!(bytes == fs::read(two.join(&file)).unwrap(), "{name} differs");
        let text = String::from_utf8(bytes).unwrap();
        if name.ends_with(".atom") {
            let feed: atom_syndication::Feed = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!feed.entries.is_empty(), "{name} is empty");
            let ids: BTreeSet<_> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
            assert_eq!(ids.len(), feed.entries.len(), "{name}: an id stands twice");
            let leads = |entry: &atom_syndication::Entry| {
                entry.links.iter().any(|link| link.href.starts_with("https://park.example/policies.html#/policy/"))
            };
            assert!(feed.entries.iter().all(leads), "{name}");
            assert!(feed.entries.is_sorted_by(|a, b| a.updated >= b.updated), "{name}: not newest first");
        } else {
            let calendar: icalendar::Calendar = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(text.split("\r\n").all(|line| line.len() <= 75), "{name}: a line of more than 75 octets");
            assert_eq!(calendar.components.len(), text.matches("BEGIN:VEVENT").count(), "{name}");
        }
    }
    let all = fs::read_to_string(one.join("all.ics")).unwrap();
    // 2025-09-29 is the last day of city-gaoqi-2022; the end is exclusive.
    assert!(all.contains("DTSTART;VALUE=DATE:20250929") && all.contains("DTEND;VALUE=DATE:20250930"), "{all}");
}

#[test]
fn a_log_of_changes_goes_into_the_pack_and_its_feed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (old, new, feeds) = (path("old.pack"), path("new.pack"), path("feeds"));
    stdout(&["compile", "tests/guides/corpus", "-o", &old]);
    let said = stdout(&["compile", "tests/changes/corpus", "-o", &new, "--since", &old]);
    assert!(
        said.contains("3 changes in 2026-10-01, 3 since 2026-09-01\n  changed  park-he text, rules, guide\n"),
        "{said}"
    );
    // What the clauses said before is in the pack, so that a page can show both.
    let log = policy_finder_pack::Pack::open(fs::read(&new).unwrap()).unwrap();
    let log = policy_finder_pack::service::read(&log).unwrap().changes;
    let changed = log.entries.iter().find(|entry| entry.change == "changed").expect("one policy changed");
    let before = changed.before.as_ref().expect("its text changed");
    let earlier = policy_finder_pack::Pack::open(fs::read(&old).unwrap()).unwrap();
    let earlier = policy_finder_pack::records::Records::open(&earlier).unwrap();
    for clause in before {
        let at = (0..earlier.clause_count()).find(|at| earlier.string(earlier.clause(*at).anchor) == clause.clause);
        let was = earlier.clause(at.expect("the earlier pack has the clause"));
        assert_eq!((earlier.text(was).unwrap(), earlier.string(was.label)), (&*clause.text, &*clause.label));
    }
    assert!(
        !before.is_empty() && log.entries.iter().all(|entry| (entry.change == "changed") == entry.before.is_some())
    );
    stdout(&["feed", &new, "--site", "https://a.example", "--page", "https://a.example/p", "-o", &feeds]);
    let feed = fs::read_to_string(folder.path().join("feeds/all.atom")).unwrap();
    let feed: atom_syndication::Feed = feed.parse().unwrap();
    let titles: Vec<_> = feed.entries.iter().take(3).map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["有变化 · 支持创新若干措施(示例)", "新增 · 招引办法(示例)", "撤下 · 信用贷款办法(示例)"]);
    // The edition must rise, else nobody is told: without it no pack is written.
    let refused = run(&["compile", "tests/guides/corpus", "-o", &path("no.pack"), "--since", &new]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("raise `edition`"));
    assert!(!folder.path().join("no.pack").exists());
}
