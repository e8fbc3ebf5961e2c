//! Everyday words and what officials call the same; words that only frame a question.
//!
//! `WORDING`: u32 length of an `fst::Map` from word to place, the map, then at each place: varint count, and for each
//! official wording: weight in hundredths (u8), varint length, UTF-8. `FRAME` is an `fst::Map` whose values mean nothing.

use fst::Map;

use super::lexicon::walk;
use super::{FRAME, WORDING, map, varint, word};
use crate::PackError;
use crate::format::Section;

#[derive(Clone)]
pub struct Wording {
    section: Section,
    words: Map<Section>,
    values: usize,
    frame: Map<Section>,
}

/// One official wording of an everyday word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Official<'a> {
    pub text: &'a str,
    /// Hundredths of the weight of a typed word.
    pub weight: u8,
}

impl Wording {
    pub(super) fn open(section: Section, frame: Section) -> Result<Wording, PackError> {
        let malformed = PackError::Malformed { section: WORDING, what: "too short" };
        let length = word(&section, 0).ok_or(malformed.clone())? as usize;
        let values = length.checked_add(4).filter(|&end| end <= section.len()).ok_or(malformed)?;
        let words = map(section.slice(4..values), WORDING)?;
        Ok(Wording { words, values, frame: map(frame, FRAME)?, section })
    }

    /// The longest everyday word that a folded text begins with: its length in characters and its place.
    pub fn longest(&self, text: &[char]) -> Option<(usize, u64)> {
        longest(&self.words, text)
    }

    /// The longest framing word that a folded text begins with, in characters.
    pub fn frame(&self, text: &[char]) -> Option<usize> {
        longest(&self.frame, text).map(|(length, _)| length)
    }

    /// The official wordings at a place.
    pub fn official(&self, place: u64) -> Vec<Official<'_>> {
        let at = usize::try_from(place).ok().and_then(|place| place.checked_add(self.values));
        let Some(mut rest) = at.and_then(|at| self.section.get(at..)) else { return Vec::new() };
        let mut list = Vec::new();
        for _ in 0..varint::read(&mut rest).unwrap_or(0) {
            let Some((&weight, after)) = rest.split_first() else { break };
            rest = after;
            let Some(length) = varint::read(&mut rest) else { break };
            let Some((text, after)) = rest.split_at_checked(length as usize) else { break };
            rest = after;
            let Ok(text) = std::str::from_utf8(text) else { break };
            list.push(Official { text, weight });
        }
        list
    }

    /// All everyday words.
    pub fn words(&self) -> &Map<Section> {
        &self.words
    }
}

fn longest(map: &Map<Section>, text: &[char]) -> Option<(usize, u64)> {
    let mut best = None;
    walk(map.as_fst(), text, &mut |length, value| best = Some((length, value)));
    best
}

/// The bytes of `WORDING`: everyday words with their official wordings and weights.
#[cfg(feature = "write")]
pub fn write(table: &std::collections::BTreeMap<String, Vec<(String, u8)>>) -> Vec<u8> {
    let mut values = Vec::new();
    let words = super::lexicon::write(table.iter().map(|(word, official)| {
        let place = values.len() as u64;
        varint::write(official.len() as u32, &mut values);
        for (text, weight) in official {
            values.push(*weight);
            varint::write(text.len() as u32, &mut values);
            values.extend(text.as_bytes());
        }
        (word, place)
    }));
    let mut bytes = (words.len() as u32).to_le_bytes().to_vec();
    bytes.extend(words);
    bytes.extend(values);
    bytes
}
