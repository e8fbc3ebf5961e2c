//! What would turn a refusal: one change, solved exactly, with what it would pay.

use std::path::Path;
use std::sync::LazyLock;

use policy_finder::{Date, Engine};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    Engine::open(policy_finder_compiler::compile(&corpus).expect("the test corpus has no faults").pack).unwrap()
});

/// The near miss of a benefit for a profile, in words.
fn check(benefit: &str, profile: &str) -> Option<String> {
    let as_of: Date = "2024-12-31".parse().unwrap();
    let input = serde_json::from_str(profile).unwrap();
    let profile = ENGINE.profile(&input, as_of).unwrap();
    let result = ENGINE.benefit(benefit, &profile, as_of).unwrap();
    assert_eq!(result.verdict, "unmet", "{:?}", result.trace);
    result.near_miss.map(|near| near.text)
}

#[test]
fn growth_just_short_of_its_bound_says_how_much_is_missing_and_what_it_would_pay() {
    let near = check("clauses#c01", r#"{"规上工业企业": true, "产值": {"2024": "4.19亿元", "2023": "3亿元"}}"#);
    assert_eq!(near.as_deref(), Some("产值[2024年]再增加 100万元(到 4.2亿元)即符合,可得 120万元"));
}

#[test]
fn a_strict_bound_is_passed_by_one_step() {
    let near = check("shapes#s53", r#"{"离岸外包执行额": "20万美元"}"#);
    assert_eq!(near.as_deref(), Some("离岸外包执行额再增加 1美元(到 200,001美元)即符合,可得 6万元"));
}

#[test]
fn a_title_that_can_be_worked_for_is_offered() {
    let profile = r#"{"规上工业企业": false, "产值": {"2024": "4.2亿元", "2023": "3亿元"}}"#;
    assert_eq!(check("clauses#c01", profile).as_deref(), Some("规上工业企业为是即符合,可得 120万元"));
}

#[test]
fn two_failing_conditions_are_no_near_miss() {
    let profile = r#"{"规上工业企业": false, "产值": {"2024": "4.19亿元", "2023": "3亿元"}}"#;
    assert_eq!(check("clauses#c01", profile), None);
}

#[test]
fn what_cannot_be_changed_is_not_offered() {
    // Neither the year of first entry nor a figure of the past can still be worked for.
    assert_eq!(check("clauses#c05a", r#"{"首次入规年度": 2020}"#), None);
    assert_eq!(
        check(
            "shapes#s17",
            r#"{"营业收入": {"2021": "1亿元", "2019": "6000万元"}, "利税": {"2021": "800万元",
        "2019": "700万元"}, "上年已获倍增奖": false}"#
        ),
        None
    );
}
