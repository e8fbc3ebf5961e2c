//! The search index: sections read in place, nothing parsed when they are opened.
//!
//! Reading order: [`grams`] (which policies hold this character, this pair of neighbours?), [`tokens`] (this word of
//! letters and digits, this figure?), [`lexicon`] (the words of the corpus), [`wording`] (everyday words and what
//! officials call the same), [`numbers`] (document numbers), [`measures`] (lengths and citations), [`pinyin`] (sounds).
//!
//! The unit of the postings is the policy. Clauses are ranked by reading the text of the best policies: postings by
//! clause or by position would weigh as much as that text. See `docs/decisions/0006-index.md`.
//!
//! A reader checks what it reads, where it reads it: damaged bytes make lists shorter, never a panic. Bytes of the
//! `fst` crate are the exception; they are guarded by the section's checksum alone, which opening checks.

pub mod grams;
pub mod lexicon;
pub mod measures;
pub mod numbers;
pub mod pinyin;
mod postings;
pub mod tokens;
mod varint;
pub mod wording;

pub use postings::Postings;

use crate::format::{Pack, Tag};
use crate::{PackError, format::Section};

pub const GRAMS: Tag = Tag::new("GRAMS");
pub const TITLE_GRAMS: Tag = Tag::new("TGRAMS");
pub const TOKENS: Tag = Tag::new("TOKENS");
pub const TOKEN_POSTINGS: Tag = Tag::new("TOKPOST");
pub const LEXICON: Tag = Tag::new("LEXICON");
pub const WORDING: Tag = Tag::new("WORDING");
pub const FRAME: Tag = Tag::new("FRAME");
pub const NUMBERS: Tag = Tag::new("NUMBERS");
pub const MEASURES: Tag = Tag::new("MEASURES");
pub const PINYIN: Tag = Tag::new("PINYIN");

/// The index of an open pack.
#[derive(Clone)]
pub struct Index {
    /// Title, number, headings, tags and text.
    pub grams: grams::Grams,
    /// Titles alone.
    pub titles: grams::Grams,
    pub tokens: tokens::Tokens,
    pub lexicon: lexicon::Lexicon,
    pub wording: wording::Wording,
    pub numbers: numbers::Numbers,
    pub measures: measures::Measures,
    pub pinyin: pinyin::Pinyin,
}

impl Index {
    /// Opens the sections; cost grows with the number of different characters, not with the corpus.
    pub fn open(pack: &Pack, policies: usize) -> Result<Index, PackError> {
        let grams = grams::Grams::open(pack, GRAMS, policies)?;
        Ok(Index {
            titles: grams::Grams::open(pack, TITLE_GRAMS, policies)?,
            tokens: tokens::Tokens::open(pack.checked(TOKENS)?, pack.section(TOKEN_POSTINGS)?, policies)?,
            lexicon: lexicon::Lexicon::open(pack.checked(LEXICON)?)?,
            wording: wording::Wording::open(pack.checked(WORDING)?, pack.checked(FRAME)?)?,
            numbers: numbers::Numbers::open(pack.checked(NUMBERS)?, policies)?,
            measures: measures::Measures::open(pack.section(MEASURES)?, policies)?,
            pinyin: pinyin::Pinyin::open(pack.section(PINYIN)?, grams.characters())?,
            grams,
        })
    }
}

#[inline]
fn word(bytes: &[u8], index: usize) -> Option<u32> {
    let at = index.checked_mul(4)?;
    bytes.get(at..at.checked_add(4)?).map(|b| u32::from_le_bytes(b.try_into().expect("four bytes")))
}

fn map(section: Section, tag: Tag) -> Result<fst::Map<Section>, PackError> {
    fst::Map::new(section).map_err(|_| PackError::Malformed { section: tag, what: "not a dictionary" })
}
