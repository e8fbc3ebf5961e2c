//! The shapes that cross the border, mirrored by `www/src/types.ts`: the public contract.
//!
//! Plain data: keys in snake_case, money as decimal strings in yuan, dates as ISO 8601. Nothing inside depends on it.

#[cfg(not(target_arch = "wasm32"))]
pub mod guide;
mod money;

use std::collections::BTreeMap;

use policy_finder_pack::Exact;
/// As the pack has it: name, form, copies, required, source.
pub use policy_finder_pack::guide::Material;
use policy_finder_pack::records::Level;
use rust_decimal::Decimal;
use serde::Serialize;

pub use policy_finder_search::report as search;

pub use money::{exact, yuan, yuan_range};

/// What pack is open.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PackInfo {
    pub name: String,
    pub edition: Option<String>,
    pub publisher: Option<String>,
    pub contact: Option<String>,
    pub disclaimer: Option<String>,
    pub format: u32,
    pub policies: usize,
    pub clauses: usize,
    pub benefits: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    pub url: Option<String>,
    pub kind: Option<String>,
    pub retrieved: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenefitRef {
    pub id: String,
    pub name: String,
    pub kind: &'static str,
    pub computable: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClauseText {
    pub clause: String,
    pub label: String,
    pub heading: String,
    pub depth: u32,
    pub text: String,
    pub benefits: Vec<BenefitRef>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Guide {
    pub item: String,
    pub clause: String,
    pub channel: Option<&'static str>,
    pub benefits: Vec<String>,
    pub materials: Vec<Material>,
    pub process: Vec<String>,
    pub window: Option<String>,
    pub place: Option<String>,
    pub time_limit: Option<String>,
    pub phone: Option<String>,
    pub url: Option<String>,
    pub deadline: Option<String>,
    pub results: Option<String>,
    pub note: Option<String>,
    pub source: Option<String>,
    pub not_found: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyPage {
    pub id: String,
    pub title: String,
    pub level: Option<&'static str>,
    pub status: &'static str,
    pub issuer: Vec<String>,
    pub department: Vec<String>,
    pub doc_number: Option<String>,
    pub index_number: Option<String>,
    pub issued: Option<String>,
    pub published: Option<String>,
    pub effective: Option<String>,
    pub expires: Option<String>,
    pub repealed: Option<String>,
    pub topics: Vec<String>,
    pub audience: Option<String>,
    pub basis: Vec<String>,
    pub supersedes: Vec<String>,
    pub interpretation: Option<String>,
    pub source: Option<Source>,
    pub contact: Option<String>,
    pub text: Option<&'static str>,
    pub not_found: Vec<String>,
    pub clauses: Vec<ClauseText>,
    pub guides: Vec<Guide>,
}

/// A document that a policy names, or that names it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Relative {
    /// `basis`, `supersedes`, `superseded_by` or `cited_by`.
    pub relation: &'static str,
    /// As the corpus names it, where the pack does not hold it.
    pub title: String,
    pub policy: Option<String>,
    pub doc_number: Option<String>,
    pub status: Option<&'static str>,
}

/// What a finder shows before anything is asked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overview {
    pub recent: Vec<search::Hit>,
    pub lapsing: Vec<search::Hit>,
    pub topics: Vec<TopicRow>,
    /// Those of the queries given that find something.
    pub examples: Vec<String>,
}

/// Policies of a topic, by level. A policy without a level counts in the sum alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TopicRow {
    pub topic: String,
    pub policies: usize,
    pub levels: LevelCounts,
}

/// How many of each level; a level without any is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LevelCounts {
    #[serde(skip_serializing_if = "none")]
    pub national: usize,
    #[serde(skip_serializing_if = "none")]
    pub province: usize,
    #[serde(skip_serializing_if = "none")]
    pub city: usize,
    #[serde(skip_serializing_if = "none")]
    pub county: usize,
    #[serde(skip_serializing_if = "none")]
    pub park: usize,
}

impl LevelCounts {
    pub fn of(&mut self, level: Level) -> &mut usize {
        match level {
            Level::National => &mut self.national,
            Level::Province => &mut self.province,
            Level::City => &mut self.city,
            Level::County => &mut self.county,
            Level::Park => &mut self.park,
        }
    }
}

fn none(count: &usize) -> bool {
    *count == 0
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    pub id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub unit: Option<String>,
    pub yearly: bool,
    pub options: Vec<String>,
    pub question: String,
    pub why: Option<String>,
    pub hint: Option<String>,
    pub group: Option<String>,
    pub effort: u32,
    /// Columns of a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Field>,
}

/// One open input, in the order in which to ask.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Question {
    pub key: String,
    pub name: String,
    pub year: Option<i32>,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub unit: Option<String>,
    pub options: Vec<String>,
    pub question: String,
    pub why: Option<String>,
    pub hint: Option<String>,
    pub group: Option<String>,
    pub effort: u32,
    pub decides: usize,
    pub at_stake: Option<Decimal>,
}

/// `high: None` means that no bound is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Amount {
    pub kind: &'static str,
    pub low: Decimal,
    pub high: Option<Decimal>,
}

impl Amount {
    pub(crate) fn new(kind: &'static str, range: (Exact, Option<Exact>)) -> Amount {
        let (low, high) = yuan_range(range);
        Amount { kind, low, high }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Citation {
    pub policy: String,
    pub clause: String,
    pub label: String,
    pub title: String,
    pub doc_number: Option<String>,
    pub url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Condition {
    pub text: String,
    pub outcome: &'static str,
    pub veto: bool,
    pub required: Option<String>,
    pub given: Option<String>,
    pub gap: Option<String>,
    pub missing: Vec<String>,
    pub clause: String,
    /// How the parts make the whole: `all`, `any`, `not` for 且, 或, 非.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// What a condition is joined of; `outcome` is whether it holds as written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    pub text: String,
    pub outcome: &'static str,
    pub required: Option<String>,
    pub given: Option<String>,
    pub gap: Option<String>,
    pub missing: Vec<String>,
    /// How the parts make the whole: `all`, `any`, `not` for 且, 或, 非.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    pub form: &'static str,
    pub text: String,
    pub clause: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    pub ask: String,
    pub took: String,
    pub other: Option<String>,
}

/// One clause that grants something, listed exactly once in every report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClauseResult {
    pub id: String,
    pub policy: String,
    pub clause: String,
    pub name: String,
    pub level: Option<&'static str>,
    pub citation: Citation,
    pub verdict: &'static str,
    pub reason: String,
    pub conditions: Vec<Condition>,
    pub amount: Option<Amount>,
    pub missing: Vec<String>,
    /// The single change that would turn a refusal.
    pub near_miss: Option<NearMiss>,
    pub readings: Vec<Reading>,
    pub trace: Vec<Step>,
    /// What is paid when, in the order of payment; empty where the text does not say.
    pub pay: Vec<Share>,
    /// Who pays what; empty where the text does not say.
    pub payers: Vec<Share>,
    /// Tax effect of a deduction.
    pub saving: Option<Amount>,
}

/// The single change that turns a refusal, and what it would pay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearMiss {
    /// The answer to change, as a profile names it.
    pub key: String,
    pub from: Option<String>,
    pub to: String,
    /// `产值[2025年]再增加 100万元(到 4.2亿元)即符合,可得 120万元`
    pub text: String,
    pub amount: Option<Amount>,
}

/// A share of an amount.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    pub name: String,
    /// `30%`
    pub share: String,
    pub low: Decimal,
    pub high: Option<Decimal>,
    /// Whether it is due already; `null` where that is not known.
    pub due: Option<bool>,
}

/// The counts add up: `clauses = met + unmet + unknown + manual + inactive`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub clauses: usize,
    pub met: usize,
    pub unmet: usize,
    pub unknown: usize,
    pub manual: usize,
    pub inactive: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    pub key: String,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PackRef {
    pub name: String,
    pub edition: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatchReport {
    pub pack: PackRef,
    pub as_of: String,
    pub event_year: i32,
    pub summary: Summary,
    pub clauses: Vec<ClauseResult>,
    pub questions: Vec<Question>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Total {
    pub kind: &'static str,
    pub low: Decimal,
    pub high: Option<Decimal>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupResult {
    pub id: String,
    pub name: String,
    pub rule: &'static str,
    pub policy: String,
    pub clause: String,
    pub chosen: Vec<String>,
    pub given_up: Vec<String>,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalculationReport {
    #[serde(flatten)]
    pub matched: MatchReport,
    pub totals: Vec<Total>,
    pub groups: Vec<GroupResult>,
    pub counted: BTreeMap<String, Amount>,
}
