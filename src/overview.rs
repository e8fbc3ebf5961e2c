//! What is in this pack, before anybody has asked for anything? The first page of a finder, in one call.

use policy_finder_pack::{Date, order};

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
    let mut rows: Vec<TopicRow> = Vec::new();
    for policy in records.policies() {
        for topic in records.list(policy.topics) {
            let at = rows.iter().position(|row| row.topic == topic).unwrap_or_else(|| {
                rows.push(TopicRow { topic: topic.to_owned(), ..TopicRow::default() });
                rows.len() - 1
            });
            rows[at].policies += 1;
            if let Some(level) = policy.level() {
                *rows[at].levels.of(level) += 1;
            }
        }
    }
    order::sort_by(&mut rows, |a, b| b.policies.cmp(&a.policies).then_with(|| a.topic.cmp(&b.topic)));
    rows
}
