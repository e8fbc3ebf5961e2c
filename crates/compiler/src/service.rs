//! What it takes to apply, from the vocabulary and the guides: `calendar.toml`, `papers.toml`, `commitments.toml`.

use std::collections::{BTreeMap, BTreeSet};

use policy_finder_pack::Date;
use policy_finder_pack::rules::{FieldId, FieldKind, Node, RuleBook};
use policy_finder_pack::service::{ChangeLog, Commitment, GuideFacts, Service, WorkYear};

use crate::diagnostic::Diagnostic;
use crate::keys::{Keys, Words, closest};
use crate::model::{Corpus, Place};
use crate::rules::Rules;

/// Who signs a commitment.
const APPLICANTS: [&str; 2] = ["enterprise", "individual"];
/// What a commitment's brackets may hold beside the names of fields.
const BLANKS: [&str; 3] = ["申报事项", "签字", "日期"];

/// A commitment and where its words stand.
#[derive(Clone, Debug)]
pub struct CommitmentSource {
    pub commitment: Commitment,
    text: Vec<Words>,
    clause: Option<Words>,
}

/// Reads one `[[year]]` of the calendar.
pub fn work_year(keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> Option<WorkYear> {
    let start = keys.start();
    let year = keys.integer("year", diagnostics).and_then(|year| i32::try_from(year).ok());
    let (off, worked) = (keys.dates("off", diagnostics), keys.dates("worked", diagnostics));
    let Some(year) = year else {
        let fault = Diagnostic::error("required_key", start, "a year of the calendar needs its number");
        diagnostics.push(fault.hint("add year = 2027"));
        return None;
    };
    if let Some(day) = off.iter().chain(&worked).find(|day| day.year() != year) {
        let message = format!("{day} does not belong to {year}");
        diagnostics.push(Diagnostic::error("calendar_year", start, message).hint("move it to its own year"));
    }
    let names = |days: Vec<Date>| days.iter().map(ToString::to_string).collect();
    Some(WorkYear { year, off: names(off), worked: names(worked) })
}

/// Reads one `[[commitment]]`.
pub fn commitment(keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> Option<CommitmentSource> {
    let start = keys.start();
    let applicant = keys.string("applicant", diagnostics);
    let title = keys.text("title", diagnostics);
    let clause = keys.string("clause", diagnostics);
    let note = keys.text("note", diagnostics);
    let text = keys.strings("text", diagnostics);
    let (Some(applicant), Some(title), false) = (applicant, title, text.is_empty()) else {
        let fault = Diagnostic::error("required_key", start, "a commitment needs applicant, title and text");
        diagnostics.push(
            fault.hint("e.g. applicant = \"enterprise\", title = \"政策申报信用承诺书(企业版)\", text = [\"…\"]"),
        );
        return None;
    };
    if !APPLICANTS.contains(&applicant.text.as_str()) {
        let message = format!("no applicant “{}”", applicant.text);
        let fault = Diagnostic::error("unknown_applicant", applicant.place(), message);
        diagnostics.push(fault.hint("applicants are: enterprise, individual"));
    }
    let words = text.iter().map(|words| words.text.clone()).collect();
    let anchor = clause.as_ref().map(|words| words.text.clone());
    Some(CommitmentSource {
        commitment: Commitment { applicant: applicant.text, title, note, clause: anchor, text: words },
        text,
        clause,
    })
}

/// The names in brackets of a paragraph, with their places.
fn brackets(words: &Words) -> Vec<(&str, Place)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = words.text[at..].find('{').map(|open| at + open) {
        let Some(close) = words.text[open..].find('}').map(|close| open + close) else { break };
        found.push((&words.text[open + 1..close], words.part(open, close + 1)));
        at = close + 1;
    }
    found
}

/// Checks what can be checked only once all files are read.
pub fn check(corpus: &Corpus, diagnostics: &mut Vec<Diagnostic>) {
    let fields = &corpus.vocabulary.fields;
    for source in &corpus.vocabulary.commitments {
        for (name, place) in source.text.iter().flat_map(brackets) {
            if BLANKS.contains(&name) || fields.iter().any(|field| field.name == name) {
                continue;
            }
            let fault = Diagnostic::error("unknown_field", place, format!("no field “{name}”"));
            let names = fields.iter().map(|field| field.name.as_str()).chain(BLANKS);
            diagnostics.push(match closest(name, names) {
                Some(near) => fault.hint(format!("did you mean {near}?")),
                None => fault.hint("brackets hold the name of a field, or 申报事项, 签字, 日期"),
            });
        }
        if let Some(words) = &source.clause
            && !corpus.clauses.iter().any(|clause| clause.anchor == words.text)
        {
            let fault = Diagnostic::error("unknown_anchor", words.place(), format!("no clause “{}”", words.text));
            diagnostics.push(fault.hint("write the whole anchor, e.g. park-2021-120#4.1"));
        }
    }
}

/// The section of a corpus; it has no changes until it is compared with an earlier pack.
pub fn facts(corpus: &Corpus, rules: &Rules) -> Service {
    let vocabulary = &corpus.vocabulary;
    let mut guides: BTreeMap<String, Vec<GuideFacts>> = BTreeMap::new();
    for (guide, facts) in rules.guides.iter().zip(&rules.facts) {
        guides.entry(corpus.policies[guide.policy as usize].id.clone()).or_default().push(facts.clone());
    }
    let mut calendar = vocabulary.calendar.clone();
    calendar.sort_by_key(|year| year.year);
    Service {
        calendar,
        guides,
        fields: fields(&rules.book),
        commitments: vocabulary.commitments.iter().map(|source| source.commitment.clone()).collect(),
        topics: vocabulary.topic_ids.iter().cloned().collect(),
        changes: ChangeLog::default(),
    }
}

/// The answers that each benefit reads: those of derived fields are asked for what they follow from.
fn fields(book: &RuleBook) -> BTreeMap<String, Vec<String>> {
    let names = |nodes: &[Node]| {
        let mut found = BTreeSet::new();
        collect(book, nodes, &mut found);
        found.into_iter().map(|field| book.fields[field as usize].name.clone()).collect::<Vec<_>>()
    };
    book.benefits.iter().map(|benefit| (benefit.id.clone(), names(&benefit.nodes))).collect()
}

fn collect(book: &RuleBook, nodes: &[Node], found: &mut BTreeSet<u32>) {
    let mut add = |FieldId(field): &FieldId| match &book.fields[*field as usize].derived {
        Some(derived) => collect(book, &derived.nodes, found),
        None => {
            found.insert(*field);
        }
    };
    for node in nodes {
        match node {
            Node::Field { field, .. } | Node::HighestEver(field) | Node::HighestRecent { field, .. } => add(field),
            Node::List { list, .. } | Node::Item { list, .. } | Node::Records { list, .. } => {
                debug_assert!(matches!(book.fields[list.0 as usize].kind, FieldKind::List(_)));
                add(list);
            }
            _ => {}
        }
    }
}
