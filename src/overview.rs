//! What is in this pack, before anybody has asked for anything? The first page of a finder, in one call.

use std::collections::BTreeMap;

use policy_finder_pack::Date;

use crate::Engine;
use crate::report::search::SearchQuery;
use crate::report::{Overview, TopicRow};
use crate::search::Unit;

/// Policies in each of the two lists.
const LISTED: usize = 5;

/// Counts by topic and level, the newest policies, those that lapse soon, and which of `examples` would find something.
pub fn overview(engine: &Engine, as_of: Date, examples: Vec<String>) -> Overview {
    let newest = |status: Option<&str>| {
        let query = SearchQuery {
            as_of: as_of.to_string(),
            status: status.map(|name| vec![name.to_owned()]),
            sort: Some("date".to_owned()),
            limit: Some(LISTED),
            ..SearchQuery::default()
        };
        engine.search(&query).map(|report| report.hits).unwrap_or_default()
    };
    let found = |query: &String| !engine.rank(query, 1, Unit::Policy).is_empty();
    Overview {
        recent: newest(None),
        lapsing: newest(Some("lapsing")),
        topics: topics(engine),
        examples: examples.into_iter().filter(found).collect(),
    }
}

/// The topics with most policies first, equal ones by name.
fn topics(engine: &Engine) -> Vec<TopicRow> {
    let records = engine.records();
    let mut rows: BTreeMap<&str, TopicRow> = BTreeMap::new();
    for policy in records.policies() {
        for topic in records.list(policy.topics) {
            let row = rows.entry(topic).or_insert_with(|| TopicRow { topic: topic.to_owned(), ..TopicRow::default() });
            row.policies += 1;
            if let Some(level) = policy.level() {
                *row.levels.entry(level.name()).or_default() += 1;
            }
        }
    }
    let mut rows: Vec<TopicRow> = rows.into_values().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.policies));
    rows
}
