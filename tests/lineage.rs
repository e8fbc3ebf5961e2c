//! Names of documents find the policies of the pack that they mean.

use policy_finder::Engine;
use policy_finder::report::Relative;

fn lineage(id: &str) -> Vec<Relative> {
    let day = "2026-11-25".parse().expect("a day");
    Engine::bundled().expect("the bundled corpus opens").lineage(id, day).expect("the corpus has the policy")
}

#[test]
fn a_title_ties_both_policies_to_each_other() {
    let older = lineage("cn-titi-2026");
    let replaced: Vec<_> = older.iter().filter(|r| r.relation == "supersedes").collect();
    assert_eq!(replaced.len(), 1);
    assert_eq!(replaced[0].policy.as_deref(), Some("cn-titi-2022"));
    assert_eq!(replaced[0].status, Some("repealed"));
    let newer = lineage("cn-titi-2022");
    let by: Vec<_> = newer.iter().filter(|r| r.relation == "superseded_by").collect();
    assert_eq!(by.iter().map(|r| r.policy.as_deref()).collect::<Vec<_>>(), [Some("cn-titi-2026")]);
}

#[test]
fn a_number_ties_what_rests_on_a_policy_to_it() {
    let citing: Vec<_> = lineage("city-rencai-2022").into_iter().filter(|r| r.relation == "cited_by").collect();
    assert!(citing.iter().any(|r| r.policy.as_deref() == Some("city-zufang-2022")), "{citing:?}");
}

#[test]
fn a_document_that_the_pack_has_not_keeps_its_name() {
    let basis = lineage("park-2021-120");
    assert_eq!(basis.len(), 4);
    let unknown: Vec<_> = basis.iter().filter(|r| r.policy.is_none()).collect();
    assert!(unknown.iter().any(|r| r.title == "长政办发〔2021〕25号" && r.status.is_none()), "{unknown:?}");
}

#[test]
fn a_policy_that_is_not_there_is_refused() {
    let engine = Engine::bundled().expect("the bundled corpus opens");
    let refused = engine.lineage("no-such-policy", "2026-11-25".parse().expect("a day"));
    assert_eq!(refused.expect_err("refused").code(), "unknown_policy");
}

#[test]
fn the_table_of_topics_counts_every_policy_of_a_level_once() {
    let engine = Engine::bundled().expect("the bundled corpus opens");
    let overview = engine.overview("2026-11-25".parse().expect("a day"), vec!["研发补助".into(), "vvvv".into()]);
    assert_eq!(overview.examples, ["研发补助"]);
    assert!(!overview.recent.is_empty() && overview.recent.len() <= 5);
    for row in &overview.topics {
        let with_topic = |query| engine.search(&query).expect("a day").total;
        let query = policy_finder::search::report::SearchQuery {
            as_of: "2026-11-25".into(),
            topic: Some(vec![row.topic.clone()]),
            ..Default::default()
        };
        assert_eq!(with_topic(query.clone()), row.policies, "{}", row.topic);
        let levels = serde_json::to_value(&row.levels).expect("plain data");
        for (level, count) in levels.as_object().expect("an object") {
            let level = vec![level.clone()];
            let query = policy_finder::search::report::SearchQuery { level: Some(level), ..query.clone() };
            assert_eq!(Some(with_topic(query) as u64), count.as_u64(), "{}", row.topic);
        }
    }
}
