//! How the characters of the corpus sound: two syllables at most for each, without tones.
//!
//! u32 number of syllables S, S × 8 bytes (ASCII, padded with zeros, ascending), then for each character of
//! [`super::grams`] two u16: indices of syllables, `0xffff` for none.

use super::{PINYIN, word};
use crate::PackError;
use crate::format::Section;

#[derive(Clone)]
pub struct Pinyin {
    section: Section,
    syllables: usize,
    characters: usize,
}

const NONE: u16 = u16::MAX;
const WIDTH: usize = 8;

impl Pinyin {
    pub(super) fn open(section: Section, characters: usize) -> Result<Pinyin, PackError> {
        let malformed = |what| PackError::Malformed { section: PINYIN, what };
        let syllables = word(&section, 0).ok_or(malformed("too short"))? as usize;
        let length = syllables.checked_mul(WIDTH).and_then(|n| n.checked_add(4 + characters * 4));
        if length != Some(section.len()) {
            return Err(malformed("length does not fit the characters"));
        }
        Ok(Pinyin { section, syllables, characters })
    }

    pub fn syllables(&self) -> usize {
        self.syllables
    }

    /// A syllable as typed: `lv`, not `lü`.
    pub fn syllable(&self, index: u16) -> &[u8] {
        let at = 4 + index as usize * WIDTH;
        let bytes = if (index as usize) < self.syllables { &self.section[at..at + WIDTH] } else { &[] };
        let length = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
        &bytes[..length]
    }

    /// The syllables of the character with an index of [`super::grams::Grams`], the usual one first.
    pub fn of(&self, character: u32) -> impl Iterator<Item = u16> + Clone + '_ {
        let known = (character as usize) < self.characters;
        let both = if known { word(&self.section[4 + self.syllables * WIDTH..], character as usize) } else { None };
        let both = both.unwrap_or(u32::MAX);
        [both as u16, (both >> 16) as u16].into_iter().filter(|&s| s != NONE)
    }
}

/// The bytes of the section, from the sounds of each character in the order of the grams.
#[cfg(feature = "write")]
pub fn write(sounds: &[Vec<String>]) -> Vec<u8> {
    let syllables: std::collections::BTreeSet<&str> =
        sounds.iter().flatten().map(String::as_str).filter(|s| s.len() <= WIDTH).collect();
    let index: std::collections::HashMap<&str, u16> = syllables.iter().zip(0..).map(|(&s, i)| (s, i)).collect();
    let mut bytes = (syllables.len() as u32).to_le_bytes().to_vec();
    for syllable in &syllables {
        bytes.extend(syllable.as_bytes());
        bytes.resize(bytes.len() + WIDTH - syllable.len(), 0);
    }
    for list in sounds {
        let mut known = list.iter().filter_map(|s| index.get(s.as_str()).copied()).chain([NONE, NONE]);
        for _ in 0..2 {
            bytes.extend(known.next().unwrap_or(NONE).to_le_bytes());
        }
    }
    bytes
}
