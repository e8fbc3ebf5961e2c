//! Policies and clauses as records of fixed length, read in place.
//!
//! Strings stand once in `STRINGS`, lists of strings in `LISTS`, running text in `TEXT`; records point into them.

use std::ops::Range;

use zerocopy::byteorder::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::format::{Pack, Pieces, Section, Tag};
use crate::{Date, PackError};

pub const STRINGS: Tag = Tag::new("STRINGS");
pub const LISTS: Tag = Tag::new("LISTS");
pub const POLICIES: Tag = Tag::new("POLICIES");
pub const CLAUSES: Tag = Tag::new("CLAUSES");
pub const TEXT: Tag = Tag::new("TEXT");
pub const CORPUS: Tag = Tag::new("CORPUS");

/// Index of a string in `STRINGS`; 0 is «absent».
pub type StringId = U32;

/// A run of entries in `LISTS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ListRange {
    pub start: U32,
    pub length: U32,
}

/// What issued a policy, from the whole country down to the park.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Level {
    National = 1,
    Province = 2,
    City = 3,
    County = 4,
    Park = 5,
}

impl Level {
    pub const ALL: [Level; 5] = [Level::National, Level::Province, Level::City, Level::County, Level::Park];

    /// The word used in the corpus, in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Level::National => "national",
            Level::Province => "province",
            Level::City => "city",
            Level::County => "county",
            Level::Park => "park",
        }
    }

    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }

    fn from_number(number: u32) -> Option<Level> {
        Level::ALL.into_iter().find(|level| *level as u32 == number)
    }
}

/// Whose words the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum TextKind {
    Verbatim = 1,
    Restated = 2,
}

/// One policy. Dates are numbers such as 20210927, 0 where not known.
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct PolicyRecord {
    pub id: StringId,
    pub title: StringId,
    /// [`Level`], 0 where not stated.
    pub level: U32,
    pub doc_number: StringId,
    pub index_number: StringId,
    pub issuer: ListRange,
    pub department: ListRange,
    pub topics: ListRange,
    pub basis: ListRange,
    pub supersedes: ListRange,
    pub not_found: ListRange,
    pub issued: U32,
    pub published: U32,
    pub effective: U32,
    pub expires: U32,
    pub repealed: U32,
    pub audience: StringId,
    pub interpretation: StringId,
    pub source_url: StringId,
    pub source_kind: StringId,
    pub source_retrieved: U32,
    pub contact: StringId,
    /// [`TextKind`], 0 where not stated.
    pub text_kind: U32,
    /// Bits: 1 auto, 2 online, 4 on site.
    pub channels: U32,
    pub first_clause: U32,
    pub clause_count: U32,
}

impl PolicyRecord {
    pub fn level(&self) -> Option<Level> {
        Level::from_number(self.level.get())
    }

    pub fn text_kind(&self) -> Option<TextKind> {
        match self.text_kind.get() {
            1 => Some(TextKind::Verbatim),
            2 => Some(TextKind::Restated),
            _ => None,
        }
    }

    /// Indices of the policy's clauses in [`Records::clauses`].
    pub fn clauses(&self) -> std::ops::Range<usize> {
        let start = self.first_clause.get() as usize;
        start..start + self.clause_count.get() as usize
    }
}

/// A date stored as a number in a record.
pub fn date(number: U32) -> Option<Date> {
    Date::from_number(number.get())
}

/// One clause: an anchored unit of text. Its text excludes that of its sub-clauses.
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ClauseRecord {
    pub policy: U32,
    /// The whole stable id, e.g. `park-2021-120#2.3`.
    pub anchor: StringId,
    /// The printed number, e.g. `二(三)`; absent for text before any number.
    pub label: StringId,
    pub heading: StringId,
    /// Index of the enclosing clause, [`NO_PARENT`] for outermost ones.
    pub parent: U32,
    pub depth: U32,
    /// Byte offset into `TEXT`.
    pub text_start: U32,
    pub text_length: U32,
}

pub const NO_PARENT: u32 = u32::MAX;

/// Bytes of a [`ClauseRecord`].
const CLAUSE: usize = size_of::<ClauseRecord>();

impl ClauseRecord {
    const EMPTY: ClauseRecord = ClauseRecord {
        policy: U32::ZERO,
        anchor: U32::ZERO,
        label: U32::ZERO,
        heading: U32::ZERO,
        parent: U32::new(NO_PARENT),
        depth: U32::ZERO,
        text_start: U32::ZERO,
        text_length: U32::ZERO,
    };
}

/// The records of an open pack.
///
/// Opening checks the policies; [`Records::verify`] checks that every clause and string points at something. What does
/// not is empty when it is read.
#[derive(Clone)]
pub struct Records {
    strings: Section,
    string_count: usize,
    lists: Section,
    policies: Section,
    /// In pieces by policy, as the text is.
    clauses: Pieces,
    text: Pieces,
}

impl Records {
    /// Cost grows with the number of policies, not with clauses or text.
    pub fn open(pack: &Pack) -> Result<Records, PackError> {
        let strings = pack.section(STRINGS)?;
        let policies = pack.section(POLICIES)?;
        let count = policies.len() / size_of::<PolicyRecord>();
        let records = Records {
            string_count: count_strings(&strings)?,
            strings,
            lists: pack.section(LISTS)?,
            clauses: pack.pieces(CLAUSES, count)?,
            text: pack.pieces(TEXT, count)?,
            policies,
        };
        records.check()?;
        Ok(records)
    }

    fn check(&self) -> Result<(), PackError> {
        let lists = <[U32]>::ref_from_bytes(&self.lists)
            .map_err(|_| PackError::Malformed { section: LISTS, what: "length is not a multiple of 4" })?;
        let string = |id: U32| (id.get() as usize) < self.string_count;
        let bad_policy = |what| PackError::Malformed { section: POLICIES, what };
        let policies = <[PolicyRecord]>::ref_from_bytes(&self.policies).map_err(|_| bad_policy("broken record"))?;
        let bad_clause = |what| PackError::Malformed { section: CLAUSES, what };
        if !self.clauses.len().is_multiple_of(CLAUSE) {
            return Err(bad_clause("broken record"));
        }
        let clauses = self.clause_count();
        let mut next = 0usize;
        for p in policies {
            let strings = [
                p.id,
                p.title,
                p.doc_number,
                p.index_number,
                p.audience,
                p.interpretation,
                p.source_url,
                p.source_kind,
                p.contact,
            ];
            let ranges = [p.issuer, p.department, p.topics, p.basis, p.supersedes, p.not_found];
            // In 64 bits: the sum of two u32 may not fit the usize of a browser.
            let in_lists = |r: ListRange| u64::from(r.start.get()) + u64::from(r.length.get()) <= lists.len() as u64;
            if !strings.into_iter().all(string) || !ranges.into_iter().all(in_lists) {
                return Err(bad_policy("a field points outside its section"));
            }
            if p.first_clause.get() as usize != next || p.clause_count.get() as usize > clauses - next {
                return Err(bad_policy("clauses do not follow each other"));
            }
            next += p.clause_count.get() as usize;
        }
        if next != clauses {
            return Err(bad_clause("a clause belongs to no policy"));
        }
        Ok(())
    }

    /// Checks what opening left: strings, lists and clauses.
    ///
    /// # Errors
    /// [`PackError::Malformed`]: a fault of the program that wrote the pack.
    pub fn verify(&self) -> Result<(), PackError> {
        check_strings(&self.strings)?;
        let string = |id: U32| (id.get() as usize) < self.string_count;
        let lists = <[U32]>::ref_from_bytes(&self.lists).unwrap_or_default();
        if !lists.iter().all(|&id| string(id)) {
            return Err(PackError::Malformed { section: LISTS, what: "an entry is no string" });
        }
        let bad_clause = |what| PackError::Malformed { section: CLAUSES, what };
        for (index, p) in self.policies().iter().enumerate() {
            let text = self.text_of(index);
            for (at, c) in p.clauses().zip(self.clauses_of(index)) {
                let parent_fits =
                    c.parent.get() == NO_PARENT || (p.clauses().start..at).contains(&(c.parent.get() as usize));
                if c.policy.get() as usize != index || !parent_fits {
                    return Err(bad_clause("a clause belongs to another policy"));
                }
                let end = u64::from(c.text_start.get()) + u64::from(c.text_length.get());
                if !string(c.anchor) || !string(c.label) || !string(c.heading) || end > self.text.len() as u64 {
                    return Err(bad_clause("a field points outside its section"));
                }
                if (c.text_start.get() as usize) < text.start || end > text.end as u64 {
                    return Err(bad_clause("the texts of a policy do not follow each other"));
                }
            }
        }
        Ok(())
    }

    #[inline]
    pub fn policies(&self) -> &[PolicyRecord] {
        <[PolicyRecord]>::ref_from_bytes(&self.policies).expect("checked when opened")
    }

    pub fn clause_count(&self) -> usize {
        self.clauses.len() / CLAUSE
    }

    /// The clauses of all policies.
    pub fn clauses(&self) -> impl Iterator<Item = &ClauseRecord> {
        (0..self.policies().len()).flat_map(|policy| self.clauses_of(policy))
    }

    /// The clauses of the policy with this index.
    pub fn clauses_of(&self, policy: usize) -> &[ClauseRecord] {
        let range = self.policies().get(policy).map_or(0..0, PolicyRecord::clauses);
        let bytes = self.clauses.read(policy, range.start * CLAUSE..range.end * CLAUSE);
        <[ClauseRecord]>::ref_from_bytes(bytes).unwrap_or_default()
    }

    /// The clause with this index among those of all policies; an empty one where there is none.
    pub fn clause(&self, at: usize) -> &ClauseRecord {
        let policies = self.policies();
        let next = policies.partition_point(|policy| policy.first_clause.get() as usize <= at);
        let policy = next.saturating_sub(1);
        let first = policies.get(policy).map_or(0, |policy| policy.first_clause.get() as usize);
        self.clauses_of(policy).get(at - first).unwrap_or(&ClauseRecord::EMPTY)
    }

    /// The string, empty where absent.
    pub fn string(&self, id: StringId) -> &str {
        std::str::from_utf8(self.string_bytes(id)).unwrap_or_default()
    }

    /// The bytes of a string, for readers that look for characters.
    #[inline]
    pub fn string_bytes(&self, id: StringId) -> &[u8] {
        let (offsets, texts) = self.strings[4..].split_at(4 * (self.string_count + 1));
        let (offsets, _) = offsets.as_chunks::<4>();
        let offset = |at: usize| offsets.get(at).map(|bytes| u32::from_le_bytes(*bytes) as usize);
        let at = id.get() as usize;
        let range = offset(at).zip(at.checked_add(1).and_then(offset));
        range.and_then(|(start, end)| texts.get(start..end)).unwrap_or_default()
    }

    /// `None` where absent.
    pub fn optional(&self, id: StringId) -> Option<&str> {
        (id.get() != 0).then(|| self.string(id))
    }

    pub fn list(&self, range: ListRange) -> impl ExactSizeIterator<Item = &str> + '_ {
        let lists = <[U32]>::ref_from_bytes(&self.lists).expect("checked when opened");
        let start = range.start.get() as usize;
        lists[start..start + range.length.get() as usize].iter().map(|&id| self.string(id))
    }

    /// Where the texts of a policy's clauses stand, one after the other.
    fn text_of(&self, policy: usize) -> Range<usize> {
        let clauses = self.clauses_of(policy);
        let (Some(first), Some(last)) = (clauses.first(), clauses.last()) else { return 0..0 };
        let start = first.text_start.get() as usize;
        let end = (last.text_start.get() as usize).saturating_add(last.text_length.get() as usize);
        start..end.max(start)
    }

    /// Reads the texts of one policy's clauses as they are stored: for readers that look for characters and do not mind
    /// damage.
    pub fn texts_of<'a>(&'a self, policy: usize) -> impl Fn(&ClauseRecord) -> &'a [u8] {
        let range = self.text_of(policy);
        let start = range.start;
        let texts = self.text.read(policy, range);
        move |clause| {
            let from = (clause.text_start.get() as usize).checked_sub(start);
            let range = from.map(|from| from..from.saturating_add(clause.text_length.get() as usize));
            range.and_then(|range| texts.get(range)).unwrap_or_default()
        }
    }

    /// The text of a clause, paragraphs separated by `\n`.
    ///
    /// # Errors
    /// When the bytes are no text: a fault of the program that wrote the pack.
    pub fn text(&self, clause: &ClauseRecord) -> Result<&str, PackError> {
        std::str::from_utf8(self.texts_of(clause.policy.get() as usize)(clause))
            .map_err(|_| PackError::Malformed { section: TEXT, what: "not UTF-8" })
    }
}

/// The number of strings; their offsets fit the section.
fn count_strings(bytes: &[u8]) -> Result<usize, PackError> {
    let malformed = |what| PackError::Malformed { section: STRINGS, what };
    let count =
        bytes.first_chunk::<4>().map(|count| u32::from_le_bytes(*count) as usize).ok_or(malformed("no count"))?;
    let base = count.checked_add(2).and_then(|n| n.checked_mul(4));
    base.filter(|&base| base <= bytes.len() && count > 0).ok_or(malformed("count out of range"))?;
    Ok(count)
}

/// Checks every string.
fn check_strings(bytes: &[u8]) -> Result<(), PackError> {
    let malformed = |what| PackError::Malformed { section: STRINGS, what };
    let count = count_strings(bytes)?;
    let (offsets, data) = bytes[4..].split_at(4 * (count + 1));
    let data = std::str::from_utf8(data).map_err(|_| malformed("not UTF-8"))?;
    let mut previous = 0;
    for (index, offset) in offsets.as_chunks::<4>().0.iter().enumerate() {
        let offset = u32::from_le_bytes(*offset) as usize;
        // The first string is the empty one.
        if offset < previous || !data.is_char_boundary(offset) || (index < 2 && offset != 0) {
            return Err(malformed("offsets out of order"));
        }
        previous = offset;
    }
    if previous == data.len() { Ok(()) } else { Err(malformed("offsets out of order")) }
}

/// Collects strings, each once, in the order of first use.
#[cfg(feature = "write")]
pub struct StringsWriter {
    ids: std::collections::HashMap<String, u32>,
    order: Vec<String>,
}

#[cfg(feature = "write")]
impl Default for StringsWriter {
    fn default() -> StringsWriter {
        StringsWriter { ids: [(String::new(), 0)].into(), order: vec![String::new()] }
    }
}

#[cfg(feature = "write")]
impl StringsWriter {
    /// The id of a string; the empty string is «absent».
    pub fn add(&mut self, text: &str) -> StringId {
        if let Some(&id) = self.ids.get(text) {
            return id.into();
        }
        let id = self.order.len() as u32;
        self.ids.insert(text.to_owned(), id);
        self.order.push(text.to_owned());
        id.into()
    }

    /// The bytes of the section: count, count + 1 offsets, then the strings.
    pub fn finish(self) -> Vec<u8> {
        let mut bytes = (self.order.len() as u32).to_le_bytes().to_vec();
        let mut offset = 0u32;
        bytes.extend(offset.to_le_bytes());
        for text in &self.order {
            offset += text.len() as u32;
            bytes.extend(offset.to_le_bytes());
        }
        bytes.extend(self.order.iter().flat_map(|text| text.bytes()));
        bytes
    }
}

/// What the corpus says of itself (`corpus.toml`), stored as `postcard`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CorpusInfo {
    pub name: String,
    pub edition: Option<Date>,
    pub publisher: Option<String>,
    pub contact: Option<String>,
    pub disclaimer: Option<String>,
}

impl CorpusInfo {
    pub fn read(pack: &Pack) -> Result<CorpusInfo, PackError> {
        postcard::from_bytes(&pack.section(CORPUS)?)
            .map_err(|_| PackError::Malformed { section: CORPUS, what: "not in the expected shape" })
    }
}
