//! The container: header, section table, sections. `docs/pack-format.md` describes every byte.
//!
//! ```text
//!  0  [u8; 8]  magic
//!  8  u32      format version
//! 12  u32      number of sections
//! 16  u64      length of the file
//! 24  u64      XXH64 (seed 0) of bytes 0..24 followed by the section table
//! 32  table    one entry of 32 bytes a section: tag [u8; 8], offset u64, length u64, XXH64 u64
//!     …        the sections, each at a multiple of 8, padded with zeros, in table order, nothing between
//! ```
//! All integers are little-endian.

use std::fmt;
use std::hash::Hasher;
use std::ops::{Deref, Range, RangeInclusive};
use std::sync::{Arc, OnceLock};

use twox_hash::XxHash64;

use crate::PackError;

/// Version of the format that this build writes.
///
/// Raise it when the bytes of an existing section change their meaning or layout, which includes an upgrade of
/// `fst` or `postcard` that changes what they write. A new section that old readers may ignore needs no new version.
///
/// - 1 (2026-11-24): first version.
/// - 2 (2026-11-26): `RULES` has nodes for lists in lists, lists in an order and working days, a unit for options of
///   records in lists, and the base unit 个工作日; `WORKDAYS` holds the calendar of rules.
pub const FORMAT_VERSION: u32 = 2;

/// Versions of the format that this build reads.
pub const SUPPORTED_FORMATS: RangeInclusive<u32> = 1..=FORMAT_VERSION;

// Not ASCII in front, both line ends behind: a transfer in text mode is noticed at once (as in PNG).
const MAGIC: [u8; 8] = [0x91, b'P', b'F', b'P', b'K', b'\r', b'\n', 0x1a];
const HEADER: usize = 32;
const ENTRY: usize = 32;
/// Bytes that are copied at a time to be checked.
const CHUNK: usize = 0x10000;

/// The name of a section: up to eight ASCII characters, padded with spaces.
///
/// ```
/// use policy_finder_pack::Tag;
/// assert_eq!(Tag::new("RULES").to_string(), "RULES");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; 8]);

impl Tag {
    /// # Panics
    /// When the name is longer than eight bytes: tags are constants of this crate and of the engine's rooms.
    pub const fn new(name: &str) -> Tag {
        let bytes = name.as_bytes();
        assert!(bytes.len() <= 8, "a tag has at most eight characters");
        let mut tag = [b' '; 8];
        let mut i = 0;
        while i < bytes.len() {
            tag[i] = bytes[i];
            i += 1;
        }
        Tag(tag)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(String::from_utf8_lossy(&self.0).trim_end())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

/// The bytes of a pack: part of the program, or shared on the heap. Cloning is cheap.
#[derive(Clone)]
pub enum Bytes {
    Static(&'static [u8]),
    Shared(Arc<Vec<u8>>),
}

impl Deref for Bytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Static(bytes) => bytes,
            Bytes::Shared(bytes) => bytes,
        }
    }
}

impl From<&'static [u8]> for Bytes {
    fn from(bytes: &'static [u8]) -> Bytes {
        Bytes::Static(bytes)
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Bytes {
        Bytes::Shared(Arc::new(bytes))
    }
}

/// One section's bytes, a cheap handle that keeps the pack alive.
#[derive(Clone)]
pub struct Section {
    bytes: Bytes,
    start: usize,
    end: usize,
}

impl Section {
    fn empty() -> Section {
        Section { bytes: Bytes::Static(&[]), start: 0, end: 0 }
    }

    /// A part of the section; `range` is cut to the section's length.
    pub fn slice(&self, range: Range<usize>) -> Section {
        let at = |n: usize| self.start.saturating_add(n).min(self.end);
        Section { bytes: self.bytes.clone(), start: at(range.start), end: at(range.end.max(range.start)) }
    }
}

impl Deref for Section {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }
}

impl AsRef<[u8]> for Section {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Default for Section {
    fn default() -> Section {
        Section::empty()
    }
}

/// Bytes that stay where they are until they are asked for: in a buffer of the browser, say.
pub trait Source: Send + Sync {
    /// Length of the whole in bytes.
    fn length(&self) -> usize;

    /// A copy of a part; shorter than asked where there is nothing more.
    fn read(&self, range: Range<usize>) -> Vec<u8>;
}

impl Source for Bytes {
    fn length(&self) -> usize {
        self.len()
    }

    fn read(&self, range: Range<usize>) -> Vec<u8> {
        self.get(range).unwrap_or_default().to_vec()
    }
}

#[derive(Clone)]
enum Place {
    /// Read in place.
    Here(Bytes),
    /// A section is copied when it is asked for.
    Elsewhere(Arc<dyn Source>),
}

impl Place {
    fn length(&self) -> usize {
        match self {
            Place::Here(bytes) => bytes.len(),
            Place::Elsewhere(source) => source.length(),
        }
    }

    fn section(&self, range: Range<usize>) -> Section {
        match self {
            Place::Here(bytes) => Section { bytes: bytes.clone(), start: range.start, end: range.end },
            Place::Elsewhere(source) => {
                let bytes = Bytes::from(source.read(range));
                Section { start: 0, end: bytes.len(), bytes }
            }
        }
    }
}

/// An open pack: its bytes and where the sections are.
///
/// Opening checks the header and the section table and parses nothing: sections are read in place.
#[derive(Clone)]
pub struct Pack {
    version: u32,
    place: Place,
    entries: Vec<Entry>,
}

/// A line of the section table.
#[derive(Clone, Debug)]
struct Entry {
    tag: Tag,
    start: usize,
    end: usize,
    checksum: u64,
}

impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pack").field("version", &self.version).field("entries", &self.entries).finish()
    }
}

impl Pack {
    /// Opens a pack in place and checks every byte of it.
    ///
    /// # Errors
    /// Any truncation, extension or changed byte: the length, a checksum, or the magic does not fit.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Pack, PackError> {
        let pack = Pack::at(Place::Here(bytes.into()))?;
        pack.verify()?;
        Ok(pack)
    }

    /// Opens a pack whose bytes are elsewhere. Sections are copied when they are asked for, the text of policies when
    /// it is read. Checks header, section table and lengths; [`Pack::verify`] does the rest, when there is time.
    ///
    /// # Errors
    /// When the length, the section table or the magic does not fit.
    pub fn open_elsewhere(source: Arc<dyn Source>) -> Result<Pack, PackError> {
        Pack::at(Place::Elsewhere(source))
    }

    fn at(place: Place) -> Result<Pack, PackError> {
        let head = place.section(0..HEADER.min(place.length()));
        if head.len() < 8 || head[..8] != MAGIC {
            return Err(PackError::NotAPack);
        }
        let found = place.length() as u64;
        if head.len() < HEADER {
            return Err(PackError::Length { expected: HEADER as u64, found });
        }
        let version = u32_at(&head, 8);
        if !SUPPORTED_FORMATS.contains(&version) {
            return Err(PackError::Format { found: version });
        }
        let expected = u64_at(&head, 16);
        if expected != found {
            return Err(PackError::Length { expected, found });
        }
        let damaged = PackError::Checksum { section: None };
        let table_end = (u32_at(&head, 12) as usize)
            .checked_mul(ENTRY)
            .and_then(|length| length.checked_add(HEADER))
            .filter(|&end| end <= place.length())
            .ok_or(damaged.clone())?;
        let table = place.section(HEADER..table_end);
        if header_checksum(&head[..24], &table) != u64_at(&head, 24) {
            return Err(damaged);
        }
        let mut entries: Vec<Entry> = Vec::new();
        let mut at = table_end;
        for entry in table.chunks_exact(ENTRY) {
            let tag = Tag(entry[..8].try_into().expect("eight bytes"));
            let malformed = |what| PackError::Malformed { section: tag, what };
            let start = usize::try_from(u64_at(entry, 8)).map_err(|_| malformed("offset out of range"))?;
            let length = usize::try_from(u64_at(entry, 16)).map_err(|_| malformed("length out of range"))?;
            let padded = length.checked_next_multiple_of(8).ok_or(malformed("length out of range"))?;
            let end = start.checked_add(length).ok_or(malformed("length out of range"))?;
            if start != at || padded > place.length() - start {
                return Err(malformed("sections do not follow each other"));
            }
            if entries.iter().any(|other| other.tag == tag) {
                return Err(malformed("the section stands twice in the table"));
            }
            entries.push(Entry { tag, start, end, checksum: u64_at(entry, 24) });
            at = start + padded;
        }
        if at as u64 != found {
            return Err(PackError::Length { expected: at as u64, found });
        }
        Ok(Pack { version, place, entries })
    }

    /// Reads every byte and holds it against the checksums.
    ///
    /// # Errors
    /// [`PackError::Checksum`] with the first section that is damaged.
    pub fn verify(&self) -> Result<(), PackError> {
        for entry in &self.entries {
            let mut hash = XxHash64::with_seed(0);
            for start in (entry.start..entry.end).step_by(CHUNK) {
                hash.write(&self.place.section(start..entry.end.min(start + CHUNK)));
            }
            self.compare(entry, hash.finish())?;
        }
        Ok(())
    }

    fn compare(&self, entry: &Entry, checksum: u64) -> Result<(), PackError> {
        let padding = self.place.section(entry.end..entry.end.next_multiple_of(8));
        let fits = checksum == entry.checksum && padding.iter().all(|&b| b == 0);
        if fits { Ok(()) } else { Err(PackError::Checksum { section: Some(entry.tag) }) }
    }

    /// Format version of the file.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Length of the whole file in bytes.
    pub fn len(&self) -> usize {
        self.place.length()
    }

    /// Never true: a pack has at least its header.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names and lengths of the sections, in file order.
    pub fn sections(&self) -> impl Iterator<Item = (Tag, usize)> {
        self.entries.iter().map(|entry| (entry.tag, entry.end - entry.start))
    }

    fn entry(&self, tag: Tag) -> Result<&Entry, PackError> {
        self.entries.iter().find(|entry| entry.tag == tag).ok_or(PackError::Missing { section: tag })
    }

    /// A section, if the pack has it.
    pub fn find(&self, tag: Tag) -> Option<Section> {
        self.section(tag).ok()
    }

    /// A section that every pack has.
    pub fn section(&self, tag: Tag) -> Result<Section, PackError> {
        let entry = self.entry(tag)?;
        Ok(self.place.section(entry.start..entry.end))
    }

    /// A section whose reader relies on its checksum.
    pub(crate) fn checked(&self, tag: Tag) -> Result<Section, PackError> {
        let entry = self.entry(tag)?;
        let section = self.section(tag)?;
        self.compare(entry, XxHash64::oneshot(0, &section))?;
        Ok(section)
    }

    /// A part of a section, cut to its length.
    pub(crate) fn part(&self, tag: Tag, range: Range<usize>) -> Result<Section, PackError> {
        let entry = self.entry(tag)?;
        let at = |n: usize| entry.start.saturating_add(n).min(entry.end);
        Ok(self.place.section(at(range.start)..at(range.end.max(range.start))))
    }

    /// A section that is read piece by piece.
    pub(crate) fn pieces(&self, tag: Tag, count: usize) -> Result<Pieces, PackError> {
        let entry = self.entry(tag)?;
        let place = self.place.clone();
        let copies = match place {
            Place::Here(_) => 0,
            Place::Elsewhere(_) => count,
        };
        let copies = std::iter::repeat_with(OnceLock::new).take(copies).collect();
        Ok(Pieces { place, start: entry.start, end: entry.end, copies })
    }
}

/// A section in pieces, each copied once, when it is read, where the pack is elsewhere.
#[derive(Clone)]
pub(crate) struct Pieces {
    place: Place,
    start: usize,
    end: usize,
    copies: Arc<[OnceLock<Vec<u8>>]>,
}

impl Pieces {
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// The piece with this number, whose range is counted from the section's start; empty where that does not fit.
    pub fn read(&self, number: usize, range: Range<usize>) -> &[u8] {
        if range.end > self.len() || range.end < range.start {
            return &[];
        }
        let range = self.start + range.start..self.start + range.end;
        match &self.place {
            Place::Here(bytes) => bytes.get(range).unwrap_or_default(),
            Place::Elsewhere(source) => {
                let Some(copy) = self.copies.get(number) else { return &[] };
                copy.get_or_init(|| source.read(range))
            }
        }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn header_checksum(head: &[u8], table: &[u8]) -> u64 {
    let mut hash = XxHash64::with_seed(0);
    hash.write(head);
    hash.write(table);
    hash.finish()
}

/// Collects sections and writes the file.
///
/// ```
/// use policy_finder_pack::{Pack, PackWriter, Tag};
/// let mut writer = PackWriter::new();
/// writer.section(Tag::new("TEXT"), "第一条".into());
/// let bytes = writer.finish();
/// let pack = Pack::open(bytes).unwrap();
/// assert_eq!(&*pack.section(Tag::new("TEXT")).unwrap(), "第一条".as_bytes());
/// ```
#[cfg(feature = "write")]
#[derive(Default)]
pub struct PackWriter {
    sections: Vec<(Tag, Vec<u8>)>,
}

#[cfg(feature = "write")]
impl PackWriter {
    pub fn new() -> PackWriter {
        PackWriter::default()
    }

    /// Appends a section; sections stand in the file in the order of these calls.
    ///
    /// # Panics
    /// When the tag is given twice.
    pub fn section(&mut self, tag: Tag, bytes: Vec<u8>) -> &mut PackWriter {
        assert!(self.sections.iter().all(|(t, _)| *t != tag), "section {tag} written twice");
        self.sections.push((tag, bytes));
        self
    }

    /// The bytes of the file: the same sections give the same bytes.
    pub fn finish(self) -> Vec<u8> {
        let table_end = HEADER + ENTRY * self.sections.len();
        let body: usize = self.sections.iter().map(|(_, s)| s.len().next_multiple_of(8)).sum();
        let mut file = Vec::with_capacity(table_end + body);
        file.extend(MAGIC);
        file.extend(FORMAT_VERSION.to_le_bytes());
        file.extend((self.sections.len() as u32).to_le_bytes());
        file.extend(((table_end + body) as u64).to_le_bytes());
        let mut table = Vec::with_capacity(table_end - HEADER);
        let mut at = table_end;
        for (tag, bytes) in &self.sections {
            table.extend(tag.0);
            table.extend((at as u64).to_le_bytes());
            table.extend((bytes.len() as u64).to_le_bytes());
            table.extend(XxHash64::oneshot(0, bytes).to_le_bytes());
            at += bytes.len().next_multiple_of(8);
        }
        let checksum = header_checksum(&file, &table);
        file.extend(checksum.to_le_bytes());
        file.extend(table);
        for (_, bytes) in &self.sections {
            file.extend(bytes);
            file.resize(file.len().next_multiple_of(8), 0);
        }
        file
    }
}
