//! Policies and clauses as records of fixed length, read in place.
//!
//! Strings stand once in `STRINGS`, lists of strings in `LISTS`, running text in `TEXT`; records point into them.

use zerocopy::byteorder::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::format::{Pack, Section, Tag};
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

/// The records of an open pack. Every index in them has been checked, so reading cannot fail.
#[derive(Clone)]
pub struct Records {
    strings: Section,
    string_count: usize,
    lists: Section,
    policies: Section,
    clauses: Section,
    text: Section,
}

impl Records {
    /// Checks that every record points at something: cost grows with the number of clauses, not with the text.
    pub fn open(pack: &Pack) -> Result<Records, PackError> {
        let strings = pack.section(STRINGS)?;
        let string_count = check_strings(&strings)?;
        let records = Records {
            strings,
            string_count,
            lists: pack.section(LISTS)?,
            policies: pack.section(POLICIES)?,
            clauses: pack.section(CLAUSES)?,
            text: pack.section(TEXT)?,
        };
        records.check()?;
        Ok(records)
    }

    fn check(&self) -> Result<(), PackError> {
        let lists = <[U32]>::ref_from_bytes(&self.lists)
            .map_err(|_| PackError::Malformed { section: LISTS, what: "length is not a multiple of 4" })?;
        let string = |id: U32| (id.get() as usize) < self.string_count;
        if !lists.iter().all(|&id| string(id)) {
            return Err(PackError::Malformed { section: LISTS, what: "an entry is no string" });
        }
        let bad_policy = |what| PackError::Malformed { section: POLICIES, what };
        let policies = <[PolicyRecord]>::ref_from_bytes(&self.policies).map_err(|_| bad_policy("broken record"))?;
        let bad_clause = |what| PackError::Malformed { section: CLAUSES, what };
        let clauses = <[ClauseRecord]>::ref_from_bytes(&self.clauses).map_err(|_| bad_clause("broken record"))?;
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
            if p.first_clause.get() as usize != next || p.clause_count.get() as usize > clauses.len() - next {
                return Err(bad_policy("clauses do not follow each other"));
            }
            next += p.clause_count.get() as usize;
        }
        if next != clauses.len() {
            return Err(bad_clause("a clause belongs to no policy"));
        }
        for (index, p) in policies.iter().enumerate() {
            for at in p.clauses() {
                let c = &clauses[at];
                let parent_fits =
                    c.parent.get() == NO_PARENT || (p.clauses().start..at).contains(&(c.parent.get() as usize));
                if c.policy.get() as usize != index || !parent_fits {
                    return Err(bad_clause("a clause belongs to another policy"));
                }
                let end = u64::from(c.text_start.get()) + u64::from(c.text_length.get());
                if !string(c.anchor) || !string(c.label) || !string(c.heading) || end > self.text.len() as u64 {
                    return Err(bad_clause("a field points outside its section"));
                }
            }
        }
        Ok(())
    }

    pub fn policies(&self) -> &[PolicyRecord] {
        <[PolicyRecord]>::ref_from_bytes(&self.policies).expect("checked when opened")
    }

    pub fn clauses(&self) -> &[ClauseRecord] {
        <[ClauseRecord]>::ref_from_bytes(&self.clauses).expect("checked when opened")
    }

    /// The string, empty where absent.
    pub fn string(&self, id: StringId) -> &str {
        let at = 4 + 4 * id.get() as usize;
        let offset = |at: usize| u32::from_le_bytes(self.strings[at..at + 4].try_into().expect("four bytes")) as usize;
        let base = 4 + 4 * (self.string_count + 1);
        std::str::from_utf8(&self.strings[base + offset(at)..base + offset(at + 4)]).expect("checked when opened")
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

    /// The text of a clause as it is stored: for readers that look for characters and do not mind damage.
    pub fn text_bytes(&self, clause: &ClauseRecord) -> &[u8] {
        let start = clause.text_start.get() as usize;
        self.text.get(start..start + clause.text_length.get() as usize).unwrap_or_default()
    }

    /// The text of a clause, paragraphs separated by `\n`.
    ///
    /// # Errors
    /// When the bytes are no text: a fault of the program that wrote the pack.
    pub fn text(&self, clause: &ClauseRecord) -> Result<&str, PackError> {
        std::str::from_utf8(self.text_bytes(clause))
            .map_err(|_| PackError::Malformed { section: TEXT, what: "not UTF-8" })
    }
}

/// Checks the string table and returns the number of strings.
fn check_strings(bytes: &[u8]) -> Result<usize, PackError> {
    let malformed = |what| PackError::Malformed { section: STRINGS, what };
    let word = |index: usize| {
        let at = index.checked_mul(4)?;
        bytes.get(at..at + 4).map(|b| u32::from_le_bytes(b.try_into().expect("four bytes")) as usize)
    };
    let count = word(0).ok_or(malformed("no count"))?;
    let base = count.checked_add(2).and_then(|n| n.checked_mul(4)).ok_or(malformed("count out of range"))?;
    let data = bytes.get(base..).ok_or(malformed("count out of range"))?;
    let data = std::str::from_utf8(data).map_err(|_| malformed("not UTF-8"))?;
    let mut previous = 0;
    for index in 0..=count {
        let offset = word(index + 1).ok_or(malformed("count out of range"))?;
        if offset < previous || !data.is_char_boundary(offset) {
            return Err(malformed("offsets out of order"));
        }
        previous = offset;
    }
    if count == 0 || word(1) != Some(0) || word(2) != Some(0) || previous != data.len() {
        return Err(malformed("offsets out of order"));
    }
    Ok(count)
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
