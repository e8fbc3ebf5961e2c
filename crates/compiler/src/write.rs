//! Writes the pack: the same corpus gives the same bytes.

use policy_finder_pack::format::PackWriter;
use policy_finder_pack::guide::{GUIDES, Guide};
use policy_finder_pack::records::{
    CLAUSES, CORPUS, ClauseRecord, LISTS, ListRange, NO_PARENT, POLICIES, PolicyRecord, STRINGS, StringsWriter, TEXT,
};
use policy_finder_pack::rules::{LIMITS, Node, RULES, RuleBook};
use policy_finder_pack::service::{self, SERVICE, Service};
use policy_finder_pack::workdays::WORKDAYS;
use policy_finder_pack::{Date, Tag};

use crate::model::Corpus;

/// Lays the corpus out in sections; `index` are those of the search index.
pub fn write(
    corpus: &Corpus,
    book: &RuleBook,
    guides: &[Guide],
    service: &Service,
    index: Vec<(Tag, Vec<u8>)>,
) -> Vec<u8> {
    let mut strings = StringsWriter::default();
    let mut lists: Vec<u8> = Vec::new();
    let mut text: Vec<u8> = Vec::new();
    let mut policies: Vec<u8> = Vec::new();
    let mut clauses: Vec<u8> = Vec::new();
    for (position, policy) in corpus.policies.iter().enumerate() {
        let mut list = |items: &[String], strings: &mut StringsWriter| {
            let start = (lists.len() / 4) as u32;
            for item in items {
                lists.extend(strings.add(item).get().to_le_bytes());
            }
            ListRange { start: start.into(), length: (items.len() as u32).into() }
        };
        let number = |date: Option<Date>| date.map_or(0, Date::to_number).into();
        let channels = guides
            .iter()
            .filter(|guide| guide.policy as usize == position)
            .filter_map(|guide| guide.channel)
            .fold(0, |bits, channel| bits | channel.bit());
        let record = PolicyRecord {
            id: strings.add(&policy.id),
            title: strings.add(&policy.title),
            level: policy.level.map_or(0, |level| level as u32).into(),
            doc_number: strings.add(policy.doc_number.as_deref().unwrap_or_default()),
            index_number: strings.add(policy.index_number.as_deref().unwrap_or_default()),
            issuer: list(&policy.issuer, &mut strings),
            department: list(&policy.department, &mut strings),
            topics: list(&policy.topics, &mut strings),
            basis: list(&policy.basis, &mut strings),
            supersedes: list(&policy.supersedes, &mut strings),
            not_found: list(&policy.not_found, &mut strings),
            issued: number(policy.issued),
            published: number(policy.published),
            effective: number(policy.effective),
            expires: number(policy.expires),
            repealed: number(policy.repealed),
            audience: strings.add(policy.audience.as_deref().unwrap_or_default()),
            interpretation: strings.add(policy.interpretation.as_deref().unwrap_or_default()),
            source_url: strings.add(policy.source_url.as_deref().unwrap_or_default()),
            source_kind: strings.add(policy.source_kind.as_deref().unwrap_or_default()),
            source_retrieved: number(policy.source_retrieved),
            contact: strings.add(policy.contact.as_deref().unwrap_or_default()),
            text_kind: policy.text.map_or(0, |kind| kind as u32).into(),
            channels: channels.into(),
            first_clause: (policy.clauses.start as u32).into(),
            clause_count: (policy.clauses.len() as u32).into(),
        };
        policies.extend(zerocopy::IntoBytes::as_bytes(&record));
        for clause in &corpus.clauses[policy.clauses.clone()] {
            let record = ClauseRecord {
                policy: (position as u32).into(),
                anchor: strings.add(&clause.anchor),
                label: strings.add(&clause.label),
                heading: strings.add(&clause.heading),
                parent: clause.parent.map_or(NO_PARENT, |parent| parent as u32).into(),
                depth: clause.depth.into(),
                text_start: (text.len() as u32).into(),
                text_length: (clause.text.len() as u32).into(),
            };
            clauses.extend(zerocopy::IntoBytes::as_bytes(&record));
            text.extend(clause.text.as_bytes());
        }
    }
    let mut writer = PackWriter::new();
    writer.section(CORPUS, encode(&corpus.info));
    writer.section(STRINGS, strings.finish());
    writer.section(LISTS, lists);
    writer.section(POLICIES, policies);
    writer.section(CLAUSES, clauses);
    writer.section(TEXT, text);
    writer.section(RULES, encode(book));
    if counts_workdays(book) {
        writer.section(WORKDAYS, encode(&book.workdays));
    }
    if !book.parameters.is_empty() {
        writer.section(LIMITS, encode(&book.parameters.iter().map(|p| p.limits).collect::<Vec<_>>()));
    }
    writer.section(GUIDES, encode(&guides));
    writer.section(SERVICE, service::write(service));
    for (tag, bytes) in index {
        writer.section(tag, bytes);
    }
    writer.finish()
}

/// Whether a rule asks for working days.
fn counts_workdays(book: &RuleBook) -> bool {
    let derived = book.fields.iter().filter_map(|field| field.derived.as_ref()).map(|derived| &derived.nodes);
    let arenas = book.benefits.iter().map(|benefit| &benefit.nodes).chain(book.groups.iter().map(|group| &group.nodes));
    let counts = |node: &Node| matches!(node, Node::WorkdaysAfter { .. } | Node::WorkdaysBetween { .. });
    arenas.chain(derived).flatten().any(counts)
}

fn encode<T: serde::Serialize>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).expect("plain data always encodes")
}
