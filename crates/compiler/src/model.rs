//! What passes between the compiler's rooms.

use std::ops::Range;

use policy_finder_pack::Date;
use policy_finder_pack::records::{CorpusInfo, Level, TextKind};
use policy_finder_pack::rules::{Field, Parameter};
use policy_finder_pack::service::WorkYear;
use policy_finder_pack::workdays::WorkdayYear;

use crate::rules::DerivedSource;
use crate::service::CommitmentSource;

/// Index into [`Corpus::files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub usize);

/// One file of the corpus folder.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Relative to the corpus folder's parent, with `/`: `corpus/park/park-2021-120.md`.
    pub path: String,
    pub text: String,
}

/// Where something stands: a byte range of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: FileId,
    pub span: Range<usize>,
}

/// A corpus folder as read: everything but the rules, which are still blocks of TOML.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    pub info: CorpusInfo,
    pub files: Vec<SourceFile>,
    /// Sorted by level, then id.
    pub policies: Vec<Policy>,
    /// Clauses of all policies, in policy order.
    pub clauses: Vec<Clause>,
    /// Fenced blocks, in file order.
    pub blocks: Vec<Block>,
    pub vocabulary: Vocabulary,
}

#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    pub fields: Vec<Field>,
    /// Where each field is declared.
    pub field_places: Vec<Place>,
    /// Names of fields and parameters that have faults of their own: who uses one is not reported as well.
    pub broken: Vec<String>,
    /// How fields follow from others, still as text.
    pub derived: Vec<DerivedSource>,
    pub parameters: Vec<Parameter>,
    pub topics: Vec<String>,
    /// Short names of topics, by topic.
    pub topic_ids: Vec<(String, String)>,
    /// Words of one meaning, the official one first.
    pub synonyms: Vec<Vec<String>>,
    /// Text of the user dictionary, in jieba's format.
    pub dictionary: String,
    /// Everyday words and what officials call the same.
    pub everyday: Vec<(String, Vec<String>)>,
    /// Words that frame a question and carry no topic; the compiler's own where empty.
    pub frame: Vec<String>,
    pub calendar: Vec<WorkYear>,
    /// Papers that go by several names, the official one first.
    pub papers: Vec<Vec<String>>,
    pub commitments: Vec<CommitmentSource>,
}

impl Vocabulary {
    /// The calendar as rules count by it.
    pub fn workdays(&self) -> Vec<WorkdayYear> {
        let days = |names: &[String]| {
            let mut days: Vec<Date> = names.iter().filter_map(|day| day.parse().ok()).collect();
            days.sort_unstable();
            days.dedup();
            days
        };
        let year = |year: &WorkYear| WorkdayYear { year: year.year, off: days(&year.off), worked: days(&year.worked) };
        let mut years: Vec<WorkdayYear> = self.calendar.iter().map(year).collect();
        years.sort_by_key(|year| year.year);
        years.dedup_by_key(|year| year.year);
        years
    }
}

/// Front matter of one policy.
#[derive(Clone, Debug)]
pub struct Policy {
    pub file: FileId,
    pub id: String,
    pub title: String,
    pub level: Option<Level>,
    pub issuer: Vec<String>,
    pub doc_number: Option<String>,
    pub index_number: Option<String>,
    pub department: Vec<String>,
    pub issued: Option<Date>,
    pub published: Option<Date>,
    pub effective: Option<Date>,
    pub expires: Option<Date>,
    pub repealed: Option<Date>,
    /// First and last day of the events that the text covers, where it is not its validity.
    pub events: Option<(Date, Date)>,
    pub topics: Vec<String>,
    pub audience: Option<String>,
    pub basis: Vec<String>,
    pub supersedes: Vec<String>,
    pub interpretation: Option<String>,
    pub source_url: Option<String>,
    pub source_kind: Option<String>,
    pub source_retrieved: Option<Date>,
    pub contact: Option<String>,
    pub text: Option<TextKind>,
    pub not_found: Vec<String>,
    /// Indices into [`Corpus::clauses`].
    pub clauses: Range<usize>,
}

/// An anchored unit of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub policy: usize,
    /// The whole stable id: `park-2021-120#2.3`, or the heading's own anchor.
    pub anchor: String,
    /// Printed number, e.g. `二(三)`; empty for text before any number.
    pub label: String,
    pub heading: String,
    /// Index into [`Corpus::clauses`].
    pub parent: Option<usize>,
    pub depth: u32,
    /// Paragraphs separated by `\n`, without the text of sub-clauses.
    pub text: String,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    Benefit,
    Common,
    Group,
    Guide,
    Case,
}

/// A fenced block: TOML under the words it encodes.
#[derive(Clone, Debug)]
pub struct Block {
    pub kind: BlockKind,
    pub policy: usize,
    /// The nearest clause above it.
    pub clause: usize,
    /// The TOML text between the fences.
    pub place: Place,
}
