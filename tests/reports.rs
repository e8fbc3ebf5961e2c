//! What every report promises, for any enterprise: asked with random profiles against the bundled corpus.
#![cfg(feature = "embed")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use policy_finder::profile::{Input, ProfileInput};
use policy_finder::report::{CalculationReport, ClauseResult, Field, Part};
use policy_finder::{Date, Engine};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::RngSeed;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::bundled().expect("the bundled corpus opens"));
static CONFIG: LazyLock<ProptestConfig> = LazyLock::new(|| {
    let chosen = ProptestConfig::default();
    let given = |name| std::env::var_os(name).is_some();
    ProptestConfig {
        cases: if given("PROPTEST_CASES") { chosen.cases } else { 16 },
        rng_seed: if given("PROPTEST_RNG_SEED") { chosen.rng_seed } else { RngSeed::Fixed(120) },
        failure_persistence: None,
        ..chosen
    }
});
static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| ENGINE.fields());

/// Every clause anchor of the pack.
static ANCHORS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let records = ENGINE.records();
    records.clauses().map(|clause| records.string(clause.anchor).to_owned()).collect()
});

fn text(value: impl ToString) -> Input {
    Input::Text(value.to_string())
}

/// A value that the field can have; round figures, because thresholds are round.
fn value(field: &Field) -> BoxedStrategy<Input> {
    let round = || (0u64..100, 0u32..10).prop_map(|(digits, zeros)| text(digits * 10u64.pow(zeros)));
    match field.kind {
        "bool" => any::<bool>().prop_map(Input::Bool).boxed(),
        "option" => select(field.options.clone()).prop_map(text).boxed(),
        "options" => {
            let count = field.options.len();
            subsequence(field.options.clone(), 0..=count)
                .prop_map(|s| Input::List(s.iter().map(text).collect()))
                .boxed()
        }
        "date" => (1990i32..2027, 1u8..13, 1u8..29).prop_map(|(y, m, d)| text(format!("{y}-{m:02}-{d:02}"))).boxed(),
        "year" => (2010i32..2027).prop_map(text).boxed(),
        "ratio" => (0u32..300).prop_map(|percent| text(format!("{percent}%"))).boxed(),
        "text" => Just(text("长沙")).boxed(),
        _ => prop_oneof![
            8 => round(),
            1 => (round(), round()).prop_map(|(a, b)| range(&a, &b)),
            1 => (0u64..1_000_000_000_000).prop_map(|fen| text(format!("{}.{:02}", fen / 100, fen % 100))),
        ]
        .boxed(),
    }
}

fn range(a: &Input, b: &Input) -> Input {
    let number = |input: &Input| match input {
        Input::Text(text) => text.parse::<u64>().expect("a round figure"),
        _ => unreachable!("round figures are text"),
    };
    let (a, b) = (number(a), number(b));
    text(format!("{}至{}", a.min(b), a.max(b)))
}

/// Between nothing and everything known; yearly fields get two years.
fn profile() -> impl Strategy<Value = ProfileInput> {
    subsequence(FIELDS.clone(), 0..=FIELDS.len()).prop_flat_map(|fields| {
        let entries: Vec<_> = fields
            .iter()
            .map(|field| {
                let answer = match field.yearly {
                    true => (value(field), value(field))
                        .prop_map(|(a, b)| Input::Map(BTreeMap::from([("2025".to_owned(), a), ("2026".to_owned(), b)])))
                        .boxed(),
                    false => value(field),
                };
                (Just(field.name.clone()), answer)
            })
            .collect();
        entries.prop_map(|entries| entries.into_iter().collect())
    })
}

fn calculate(input: &ProfileInput, as_of: &str) -> CalculationReport {
    let as_of: Date = as_of.parse().expect("a date");
    let profile = ENGINE.profile(input, as_of).expect("only values that the fields can have");
    ENGINE.calculate(&profile, as_of).expect("a calculation")
}

fn truth(outcome: &str) -> Option<bool> {
    match outcome {
        "met" => Some(true),
        "unmet" => Some(false),
        _ => None,
    }
}

/// What the parts of a condition come to together, each of them being what its own parts come to.
fn joined_truth(joined: Option<&str>, parts: &[Part]) -> Result<Option<bool>, TestCaseError> {
    let mut truths = Vec::new();
    for part in parts {
        let holds = truth(part.outcome);
        if part.joined.is_some() {
            let inner = joined_truth(part.joined, &part.parts)?;
            prop_assert!(inner.is_none() || inner == holds, "{}: {inner:?} but {holds:?}", part.text);
        }
        prop_assert_eq!(part.joined.is_none(), part.parts.is_empty());
        prop_assert!(
            holds.is_some() || !part.missing.is_empty() || part.given.is_some(),
            "{}: nothing missing",
            part.text
        );
        truths.push(holds);
    }
    let any_is = |value| truths.contains(&value);
    Ok(match joined {
        Some("all") if any_is(Some(false)) => Some(false),
        Some("any") if any_is(Some(true)) => Some(true),
        None => None,
        _ if any_is(None) => None,
        Some("not") => truths[0].map(|holds| !holds),
        Some(word) => Some(word == "all"),
    })
}

#[test]
fn a_joined_condition_says_how_each_of_its_parts_turned_out() {
    let input = [("新招重点群体占比", "6%"), ("从业人数[2026年]", "80人"), ("企业规模", "小型")];
    let input = input.map(|(key, value)| (key.to_owned(), text(value))).into();
    let report = calculate(&input, "2026-11-25");
    let clause = report.matched.clauses.iter().find(|clause| clause.id == "cn-cydb#e-du").expect("it is in the corpus");
    let condition = clause.conditions.iter().find(|condition| condition.joined.is_some()).expect("one is joined");
    assert_eq!((condition.outcome, condition.joined), ("unmet", Some("any")));
    let words = |part: &Part| {
        let said = [&part.required, &part.given, &part.gap].map(|said| said.clone().unwrap_or_default());
        (part.text.clone(), part.outcome, said.join(" "))
    };
    let row = |text: &str, outcome, said: &str| (text.to_owned(), outcome, said.to_owned());
    assert_eq!(
        condition.parts.iter().map(words).collect::<Vec<_>>(),
        [
            row("新招重点群体占比 ≥ 10%", "unmet", "≥ 10% 6% 差 4个百分点"),
            row("从业人数 > 100人 且 新招重点群体占比 ≥ 5%", "unmet", "  "),
        ]
    );
    assert_eq!(
        condition.parts[1].parts.iter().map(words).collect::<Vec<_>>(),
        [row("从业人数 > 100人", "unmet", "> 100人 80人 差 20人"), row("新招重点群体占比 ≥ 5%", "met", "≥ 5% 6% "),]
    );
}

fn check_clause(result: &ClauseResult) -> Result<(), TestCaseError> {
    let known = |anchor: &str| ANCHORS.contains(anchor);
    prop_assert!(known(&result.clause), "{}: no clause {:?}", result.id, result.clause);
    prop_assert_eq!(&result.citation.clause, &result.clause);
    prop_assert!(!result.reason.is_empty(), "{}: no reason", result.id);
    for step in &result.trace {
        prop_assert!(known(&step.clause), "{}: step {:?} cites {:?}", result.id, step.text, step.clause);
    }
    for condition in &result.conditions {
        prop_assert!(known(&condition.clause), "{}: {:?} cites {:?}", result.id, condition.text, condition.clause);
        // A veto speaks for the benefit where it does not hold.
        let holds = truth(condition.outcome).map(|passed| passed != condition.veto);
        let (text, joined) = (&condition.text, joined_truth(condition.joined, &condition.parts)?);
        prop_assert!(joined.is_none() || holds.is_none() || joined == holds, "{}: {text}: {joined:?}", result.id);
        prop_assert!(condition.parts.is_empty() || holds.is_some() || joined.is_none(), "{}: {text}", result.id);
    }
    if let Some(amount) = &result.amount {
        prop_assert!(amount.high.is_none_or(|high| amount.low <= high), "{}: {amount:?}", result.id);
        // In JSON, money is a decimal string with two places.
        let written = serde_json::to_value(amount).expect("a report is JSON");
        let places = written["low"].as_str().and_then(|low| low.split_once('.')).map(|(_, places)| places.len());
        prop_assert_eq!(places, Some(2), "{}: {}", result.id, written);
    }
    Ok(())
}

proptest! {
    // The same profiles every time; other ones with PROPTEST_RNG_SEED=… PROPTEST_CASES=….
    #![proptest_config(CONFIG.clone())]

    #[test]
    fn every_clause_is_listed_once_with_one_verdict_and_cites_the_text(
        input in profile(),
        as_of in select(vec!["2020-06-30", "2023-12-31", "2026-11-25"]),
    ) {
        let report = calculate(&input, as_of);
        let matched = &report.matched;
        let ids: BTreeSet<_> = matched.clauses.iter().map(|clause| &clause.id).collect();
        prop_assert!(ids.len() >= 40, "only {} clauses: was the corpus read?", ids.len());
        prop_assert_eq!(ids.len(), ENGINE.info().benefits);
        prop_assert_eq!(matched.clauses.len(), ENGINE.info().benefits);
        let count = |verdict| matched.clauses.iter().filter(|clause| clause.verdict == verdict).count();
        let summary = &matched.summary;
        prop_assert_eq!(summary.clauses, matched.clauses.len());
        prop_assert_eq!(
            [summary.met, summary.unmet, summary.unknown, summary.manual, summary.inactive],
            ["met", "unmet", "unknown", "manual", "inactive"].map(count)
        );
        prop_assert_eq!(summary.met + summary.unmet + summary.unknown + summary.manual + summary.inactive, summary.clauses);
        for clause in &matched.clauses {
            check_clause(clause)?;
        }
        let kinds: BTreeSet<_> = report.totals.iter().map(|total| total.kind).collect();
        prop_assert_eq!(kinds.len(), report.totals.len(), "a kind is summed twice");
        prop_assert!(!kinds.contains("permission") && !kinds.contains("in_kind"), "what is no money is summed");
    }

    /// No answer turns «met» into «unmet» or back. (It may open a verdict again: with less known, an input is split, and
    /// each part may refuse for a reason that the whole range cannot show.)
    #[test]
    fn an_answer_never_contradicts_a_verdict_given_without_it(input in profile(), keep in 0usize..100) {
        let part: ProfileInput = input.iter().enumerate().filter(|(i, _)| (i * 37) % 100 < keep)
            .map(|(_, (key, value))| (key.clone(), value.clone())).collect();
        let (before, after) = (calculate(&part, "2026-11-25"), calculate(&input, "2026-11-25"));
        for (before, after) in before.matched.clauses.iter().zip(&after.matched.clauses) {
            prop_assert_eq!(&before.id, &after.id);
            let verdicts = (before.verdict, after.verdict);
            prop_assert!(
                !matches!(verdicts, ("met", "unmet") | ("unmet", "met")) && (before.verdict == "inactive") == (after.verdict == "inactive"),
                "{}: {verdicts:?}, {} then {}", before.id, before.reason, after.reason
            );
        }
    }
}
