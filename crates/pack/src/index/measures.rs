//! What ranking needs to know of the corpus as a whole, and of each policy.
//!
//! Four u32 (clauses, searched characters of all texts, of all titles, of all headings), then for each policy its
//! searched characters (u32), then for each policy its citations (u8: [`Measures::citations`]).

use super::{MEASURES, word};
use crate::PackError;
use crate::format::Section;

#[derive(Clone)]
pub struct Measures {
    section: Section,
    policies: usize,
}

const HEAD: usize = 4;

impl Measures {
    pub(super) fn open(section: Section, policies: usize) -> Result<Measures, PackError> {
        if policies.checked_mul(5).and_then(|n| n.checked_add(HEAD * 4)) != Some(section.len()) {
            return Err(PackError::Malformed { section: MEASURES, what: "length does not fit the policies" });
        }
        Ok(Measures { section, policies })
    }

    fn head(&self, index: usize) -> u32 {
        word(&self.section, index).unwrap_or(0)
    }

    pub fn policies(&self) -> usize {
        self.policies
    }

    /// Clauses that have text or a heading.
    pub fn clauses(&self) -> u32 {
        self.head(0)
    }

    /// Searched characters of all texts, headings not counted.
    pub fn text_length(&self) -> u32 {
        self.head(1)
    }

    pub fn title_length(&self) -> u32 {
        self.head(2)
    }

    pub fn heading_length(&self) -> u32 {
        self.head(3)
    }

    /// Searched characters of a policy.
    pub fn length(&self, policy: u32) -> u32 {
        word(&self.section, HEAD + policy as usize).unwrap_or(0)
    }

    /// How often clauses of other policies name this one, as 16 ln(1 + n), at most 255.
    pub fn citations(&self, policy: u32) -> u8 {
        let at = HEAD * 4 + self.policies * 4 + policy as usize;
        self.section.get(at).copied().unwrap_or(0)
    }
}

#[cfg(feature = "write")]
pub fn write(totals: [u32; HEAD], lengths: &[u32], citations: &[u8]) -> Vec<u8> {
    assert_eq!(lengths.len(), citations.len());
    let mut bytes: Vec<u8> = totals.iter().chain(lengths).flat_map(|n| n.to_le_bytes()).collect();
    bytes.extend(citations);
    bytes
}
