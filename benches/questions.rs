//! How many questions until how much is decided: `cargo bench --bench questions`. Counts, no times: the same everywhere.
//!
//! Enterprises answer whatever is asked first: what their profile (tests/cases/profiles) says, and to everything else
//! what most enterprises would say, no and nothing. «Decided» is the share of all clauses with another verdict than
//! unknown; «found» the share of the money that is certain in the end and certain already.

use std::collections::BTreeMap;
use std::path::Path;

use policy_finder::profile::{Input, ProfileInput};
use policy_finder::report::{Question, exact};
use policy_finder::{Date, Engine};
use policy_finder_pack::Exact;

const DECIDED: [usize; 4] = [50, 70, 80, 90];
const FOUND: [usize; 3] = [50, 80, 100];

/// What most enterprises would say.
fn usual(question: &Question) -> Input {
    let text = |text: &str| Input::Text(text.to_owned());
    match question.kind {
        "bool" => Input::Bool(false),
        "option" => text(question.options.last().expect("an option")),
        "options" | "list" => Input::List(Vec::new()),
        "date" => text("2016-05-20"),
        "year" => text("2016"),
        "text" => text("无"),
        _ => Input::Number("0".to_owned()),
    }
}

/// The answer to a question: of the profile, by name and year, or the usual one.
fn answer(profile: &ProfileInput, question: &Question) -> Input {
    let stated = match (profile.get(&question.name), question.year) {
        (Some(Input::Map(years)), Some(year)) => years.get(&year.to_string()),
        (stated, _) => stated,
    };
    let stated = stated.or_else(|| profile.get(&question.key)).filter(|input| **input != Input::Null);
    stated.filter(|input| **input != Input::Text("不清楚".to_owned())).cloned().unwrap_or_else(|| usual(question))
}

/// Verdicts decided and certain money after every question.
fn asked(engine: &Engine, profile: &ProfileInput, as_of: Date) -> Vec<(usize, Exact)> {
    let mut known = ProfileInput::new();
    let mut course = Vec::new();
    loop {
        let report = engine.calculate(&engine.profile(&known, as_of).expect("answers"), as_of).expect("a report");
        let sum = report.totals.iter().filter(|total| matches!(total.kind, "cash" | "deduction" | "tax" | "fee"));
        let money = sum.fold(Exact::ZERO, |sum, total| sum.checked_add(exact(total.low)).expect("a sum"));
        course.push((report.matched.summary.clauses - report.matched.summary.unknown, money));
        let Some(next) = report.matched.questions.into_iter().find(|q| !known.contains_key(&q.key)) else {
            return course;
        };
        let input = answer(profile, &next);
        known.insert(next.key, input);
    }
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compiled = policy_finder_compiler::compile(&root.join("corpus")).expect("the corpus has no faults");
    let engine = Engine::open(compiled.pack).expect("it opens");
    let as_of: Date = "2025-12-31".parse().expect("a date");
    let mut files: BTreeMap<String, ProfileInput> = BTreeMap::new();
    for entry in std::fs::read_dir(root.join("tests/cases/profiles")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a profile");
        files.insert(name, serde_json::from_str(&text).expect("JSON"));
    }
    files.remove("numbers");
    println!("questions until % decided {DECIDED:?}, until % found {FOUND:?}, asked in all");
    let mut sums = vec![0; DECIDED.len() + FOUND.len() + 1];
    for (name, profile) in &files {
        let course = asked(&engine, profile, as_of);
        let (clauses, money) = (engine.info().benefits, course.last().expect("a report").1);
        let first = |reached: &dyn Fn(&(usize, Exact)) -> bool| course.iter().position(reached).unwrap_or(course.len());
        let mut row: Vec<usize> =
            DECIDED.iter().map(|percent| first(&|(decided, _)| decided * 100 >= clauses * percent)).collect();
        for percent in FOUND {
            let wanted = money.checked_mul(Exact::new(percent as i128, 100).expect("a share")).expect("a product");
            row.push(first(&|(_, found)| *found >= wanted));
        }
        row.push(course.len() - 1);
        sums.iter_mut().zip(&row).for_each(|(sum, count)| *sum += count);
        println!("{name:<12} {row:?}");
    }
    println!("{:<12} {sums:?}", "together");
}
