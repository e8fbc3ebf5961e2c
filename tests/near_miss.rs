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

#[test]
fn a_rung_not_reached_says_what_is_missing_to_it() {
    let near = check("shapes#s07", r#"{"营业收入": "99999999.99元", "已获(shapes#s07)": "0元"}"#);
    assert_eq!(near.as_deref(), Some("营业收入[2024年]再增加 0.01元(到 1亿元)即符合,可得 10万元"));
    // The rung reached before is no change to work for.
    let near = check("shapes#s08", r#"{"软件收入": "3000万元", "历年最高(软件收入)": "2500万元"}"#);
    assert_eq!(near.as_deref(), Some("软件收入[2024年]再增加 2,000万元(到 5,000万元)即符合,可得 50万元"));
}

#[test]
fn a_growth_below_every_row_is_solved_for_the_figure_of_this_year() {
    let years = r#""营业额[2023年]": "4亿元", "营业额[2022年]": "333333333.33元", "营业额[2021年]": "3亿元""#;
    let near = check("shapes#s22", &format!(r#"{{"营业额[2024年]": "4.2亿元", {years}}}"#));
    assert_eq!(near.as_deref(), Some("营业额[2024年]再增加 2,000万元(到 4.4亿元)即符合,可得 300万元"));
    // Ten percent on top is no whole fen: the target is rounded up.
    let years = years.replace("4亿元", "3亿元");
    let near = check("shapes#s22", &format!(r#"{{"营业额[2024年]": "350000000元", {years}}}"#));
    let expected = "营业额[2024年]再增加 16,666,666.67元(到 366,666,666.67元)即符合,可得 300万元";
    assert_eq!(near.as_deref(), Some(expected));
}

#[test]
fn a_row_for_years_gone_by_is_not_offered() {
    // The year of a title cannot be worked for.
    let profile = r#"{"营业收入": "5000万元", "纳统年度": 2020, "已获(shapes#s23)": "0元"}"#;
    assert_eq!(check("shapes#s23", profile), None);
}
