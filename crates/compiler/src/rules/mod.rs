//! Here are the blocks of a corpus: which rule tables, guides and cases do they say?
//!
//! Reading order: [`lexer`] and [`syntax`] (text to expression), [`typing`] and [`functions`] (expression to nodes,
//! units checked), [`table`] and [`coverage`] (rows, gaps and overlaps), then one file for each kind of block.

mod lexer;
mod syntax;

mod functions;
mod typing;

mod coverage;
mod table;

mod benefit;
mod case;
mod common;
mod derived;
mod group;
mod guide;
mod series;
pub mod uncovered;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use policy_finder_pack::guide::Guide;
use policy_finder_pack::rules::RuleBook;
use policy_finder_pack::service::GuideFacts;
use toml::de::DeTable;

use crate::diagnostic::Diagnostic;
use crate::keys::{self, Keys, Words, closest};
use crate::model::{Block, BlockKind, Corpus, Place};

pub use case::{Amount, Case, Given, GivenList, GivenStep, OtherAmount, StepValue, nested_name};
pub use derived::DerivedSource;
pub use functions::FUNCTIONS;

/// What the blocks of a corpus say.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub book: RuleBook,
    pub guides: Vec<Guide>,
    /// What a program can use of each guide.
    pub facts: Vec<GuideFacts>,
    /// Worked examples, in corpus order.
    pub cases: Vec<Case>,
    /// Where the block of each benefit stands.
    pub places: Vec<Place>,
}

/// Reads and checks every block; faults are collected.
pub fn compile(corpus: &Corpus, diagnostics: &mut Vec<Diagnostic>) -> Rules {
    let mut blocks = Vec::with_capacity(corpus.blocks.len());
    let mut broken = Vec::new();
    for block in &corpus.blocks {
        let source = &corpus.files[block.place.file.0].text[block.place.span.clone()];
        match keys::parse(source, block.place.file, block.place.span.start, diagnostics) {
            Some(table) => blocks.push(Source { corpus, block, source, table }),
            None => broken.push((block, source)),
        }
    }
    let mut benefits = ids(&blocks, BlockKind::Benefit, diagnostics);
    // What a block that cannot be read would have been is not reported as missing as well.
    for (block, source) in &broken {
        if let Some(id) = raw_id(source).filter(|_| block.kind == BlockKind::Benefit) {
            benefits.insert(format!("{}#{id}", corpus.policies[block.policy].id));
        }
    }
    let groups = ids(&blocks, BlockKind::Group, diagnostics);
    let of = |kind: BlockKind| blocks.iter().filter(move |source| source.block.kind == kind);

    let mut book = RuleBook {
        fields: corpus.vocabulary.fields.clone(),
        parameters: corpus.vocabulary.parameters.clone(),
        ..RuleBook::default()
    };
    book.workdays = corpus.vocabulary.workdays();
    derived::compile(corpus, &mut book, diagnostics);
    let commons: Vec<_> = of(BlockKind::Common).map(|source| common::read(source, &benefits, diagnostics)).collect();
    let mut positions = HashMap::new();
    let mut places = Vec::new();
    for source in of(BlockKind::Benefit) {
        if let Some(benefit) = benefit::read(source, &benefits, &commons, diagnostics) {
            positions.insert(benefit.id.clone(), book.benefits.len() as u32);
            book.benefits.push(benefit);
            places.push(source.block.place.clone());
        }
    }
    for source in of(BlockKind::Group) {
        if let Some(group) = group::read(source, &benefits, &groups, &positions, &book.benefits, diagnostics) {
            book.groups.push(group);
        }
    }
    group::no_crossing_caps(&book, corpus, diagnostics);
    series::no_overlap(&book, corpus, diagnostics);
    let (guides, facts) = of(BlockKind::Guide).filter_map(|source| guide::read(source, &benefits, diagnostics)).unzip();
    let cases: Vec<Case> =
        of(BlockKind::Case).filter_map(|s| case::read(s, &benefits, &positions, &book, diagnostics)).collect();
    let unread = broken.iter().map(|(block, _)| block.policy).collect();
    case::every_benefit_has_some(&blocks, &positions, &book, &cases, &unread, diagnostics);
    unnumbered_headings(&blocks, diagnostics);
    Rules { book, guides, facts, cases, places }
}

/// The id of a block that is no valid TOML, in whatever quotes.
fn raw_id(source: &str) -> Option<&str> {
    let value = source.lines().find_map(|line| line.trim().strip_prefix("id")?.trim_start().strip_prefix('='))?;
    Some(value.trim().trim_matches(['"', '\'', '\u{201c}', '\u{201d}'])).filter(|id| !id.is_empty())
}

/// A benefit's clause needs an anchor that stays.
fn unnumbered_headings(blocks: &[Source], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for source in blocks.iter().filter(|source| source.block.kind == BlockKind::Benefit) {
        let clause = &source.corpus.clauses[source.block.clause];
        let counted = clause.anchor.strip_prefix(source.policy()).is_some_and(|rest| rest.starts_with("#h"));
        if counted && clause.label.is_empty() && seen.insert(&clause.anchor) {
            let message =
                format!("the heading “{}” has no number: its anchor {} is only counted", clause.heading, clause.anchor);
            let fault = Diagnostic::warning("unnumbered_heading", clause.place.clone(), message);
            diagnostics.push(fault.hint(
                "begin it with 一、 (一) 1. or 第一条, which give the anchor, or put one of your own behind it: {#park-x-ru-gui}",
            ));
        }
    }
}

/// A block and its parsed TOML.
struct Source<'a> {
    corpus: &'a Corpus,
    block: &'a Block,
    source: &'a str,
    table: DeTable<'a>,
}

impl<'a> Source<'a> {
    fn keys(&self, what: &'static str) -> Keys<'_, 'a> {
        Keys::new(&self.table, self.source, self.block.place.file, self.block.place.span.start, what)
    }

    fn policy(&self) -> &'a str {
        &self.corpus.policies[self.block.policy].id
    }

    fn full_id(&self, id: &str) -> String {
        if id.contains('#') { id.to_owned() } else { format!("{}#{id}", self.policy()) }
    }

    /// The clause a block cites: the nearest above it, or the one that `clause` names.
    fn clause(&self, keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> u32 {
        let nearest = self.block.clause as u32;
        let Some(words) = keys.string("clause", diagnostics) else { return nearest };
        let policy = &self.corpus.policies[self.block.policy];
        let wanted =
            if words.text.starts_with('#') { format!("{}{}", policy.id, words.text) } else { words.text.clone() };
        let clauses = &self.corpus.clauses[policy.clauses.clone()];
        if let Some(index) = clauses.iter().position(|clause| clause.anchor == wanted) {
            return (policy.clauses.start + index) as u32;
        }
        let fault =
            Diagnostic::error("unknown_anchor", words.place(), format!("the policy has no clause “{}”", words.text));
        let hint = match closest(&wanted, clauses.iter().map(|clause| clause.anchor.as_str())) {
            Some(near) => format!("did you mean {near}?"),
            None => "anchors are taken from the headings above the block: was a heading lost?".to_owned(),
        };
        let last = clauses.last().map(|clause| format!("; the last one is {}", clause.anchor)).unwrap_or_default();
        diagnostics.push(fault.hint(hint + &last));
        nearest
    }

    /// A full id of a benefit that exists.
    fn benefit(&self, words: &Words, benefits: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
        let id = self.full_id(&words.text);
        if benefits.contains(&id) {
            return Some(id);
        }
        let fault = Diagnostic::error("unknown_benefit", words.place(), format!("no benefit “{}”", words.text));
        let near = closest(&id, benefits.iter().map(String::as_str))
            .map(|near| near.strip_prefix(self.policy()).and_then(|rest| rest.strip_prefix('#')).unwrap_or(near));
        diagnostics.push(match near {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint("write the id of a benefit of this policy, or policy#benefit"),
        });
        None
    }
}

/// Full ids of the blocks of one kind; each once.
fn ids(blocks: &[Source], kind: BlockKind, diagnostics: &mut Vec<Diagnostic>) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for source in blocks.iter().filter(|source| source.block.kind == kind) {
        // A missing or misshapen id is reported where the block is read.
        let Some(words) = source.keys("block").string("id", &mut Vec::new()) else { continue };
        if !ids.insert(source.full_id(&words.text)) {
            let message = format!("the id “{}” stands twice in this policy", words.text);
            diagnostics
                .push(Diagnostic::error("duplicate_id", words.place(), message).hint("give it an id of its own"));
        }
    }
    ids
}

/// The id of a block: one ASCII word.
fn id(keys: &mut Keys, what: &str, block: &Place, diagnostics: &mut Vec<Diagnostic>) -> Option<Words> {
    let Some(words) = keys.string("id", diagnostics) else {
        if !keys.has("id") {
            diagnostics.push(
                Diagnostic::error("required_key", opening(block), format!("the {what} has no id"))
                    .hint("add id = \"ru-gui\""),
            );
        }
        return None;
    };
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if words.text.is_empty() || !words.text.chars().all(word) {
        let fault = Diagnostic::error("bad_id", words.place(), format!("“{}” cannot be an id", words.text));
        diagnostics.push(fault.hint("an id is one word of ASCII letters, digits and -"));
        return None;
    }
    Some(words)
}

/// A text that must be there.
fn required(
    keys: &mut Keys,
    key: &'static str,
    what: &str,
    block: &Place,
    hint: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Words> {
    let words = keys.string(key, diagnostics);
    if words.is_none() && !keys.has(key) {
        let fault = Diagnostic::error("required_key", opening(block), format!("the {what} has no {key}"));
        diagnostics.push(fault.hint(hint));
    }
    words
}

/// Where a block begins.
fn opening(block: &Place) -> Place {
    Place { file: block.file, span: block.span.start..(block.span.start + 1).min(block.span.end.max(block.span.start)) }
}

/// Readings of ambiguous text.
fn readings(keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> Vec<policy_finder_pack::rules::Reading> {
    let mut readings = Vec::new();
    for mut keys in keys.tables("reading", "reading", diagnostics) {
        let start = keys.start();
        let ask = keys.text("ask", diagnostics);
        let took = keys.text("took", diagnostics);
        let other = keys.text("other", diagnostics);
        keys.finish(&[], diagnostics);
        match (ask, took) {
            (Some(ask), Some(took)) => readings.push(policy_finder_pack::rules::Reading { ask, took, other }),
            _ => diagnostics.push(
                Diagnostic::error("required_key", start, "a reading says what the question is and how it was read")
                    .hint("write { ask = \"…\", took = \"…\" }"),
            ),
        }
    }
    readings
}

/// A fault inside one string of the corpus.
#[derive(Clone, Debug, PartialEq)]
struct Fault {
    /// Bytes of the string.
    span: Range<usize>,
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl Fault {
    fn new(span: Range<usize>, code: &'static str, message: impl Into<String>) -> Fault {
        Fault { span, code, message: message.into(), hint: None }
    }

    /// Something this depends on is wrong and has been reported there.
    fn silent() -> Fault {
        Fault::new(0..0, "", "")
    }

    fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    fn at(self, words: &Words) -> Option<Diagnostic> {
        if self.code.is_empty() {
            return None;
        }
        let diagnostic = Diagnostic::error(self.code, words.part(self.span.start, self.span.end), self.message);
        Some(Diagnostic { hint: self.hint, ..diagnostic })
    }
}
