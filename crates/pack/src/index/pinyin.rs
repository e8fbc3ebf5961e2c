//! How the characters of the corpus sound: two syllables at most for each, without tones.
//!
//! u32 number of syllables S, S × 8 bytes (ASCII, padded with zeros, ascending), then for each character of
//! [`super::grams`] two u16: indices of syllables, `0xffff` for none.

use std::sync::{Arc, OnceLock};

use super::{PINYIN, word};
use crate::PackError;
use crate::format::Section;

#[derive(Clone)]
pub struct Pinyin {
    section: Section,
    syllables: usize,
    characters: usize,
    /// Made when first asked for.
    sounding: Arc<OnceLock<Sounding>>,
}

/// The section seen from the syllables.
struct Sounding {
    /// Where each syllable's characters begin.
    starts: Vec<u32>,
    characters: Vec<u32>,
    /// The first syllable that many do not tell apart from it.
    near: Vec<u16>,
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
        Ok(Pinyin { section, syllables, characters, sounding: Arc::default() })
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

    /// The characters that sound so, ascending: indices of [`super::grams::Grams`].
    pub fn characters(&self, syllable: u16) -> &[u32] {
        let Sounding { starts, characters, .. } = self.sounding();
        let at = |index: usize| starts.get(index).map_or(characters.len(), |&n| n as usize);
        &characters[at(syllable as usize)..at(syllable as usize + 1)]
    }

    /// Whether many do not tell two syllables apart: z zh, c ch, s sh, n l, and n ng at the end.
    pub fn near(&self, a: u16, b: u16) -> bool {
        let near = &self.sounding().near;
        near.get(a as usize).is_some_and(|plain| near.get(b as usize) == Some(plain))
    }

    fn sounding(&self) -> &Sounding {
        self.sounding.get_or_init(|| {
            let known = |character| self.of(character).filter(|&s| (s as usize) < self.syllables);
            let mut starts = vec![0u32; self.syllables + 1];
            for syllable in (0..self.characters as u32).flat_map(known) {
                starts[syllable as usize + 1] += 1;
            }
            for at in 1..starts.len() {
                starts[at] += starts[at - 1];
            }
            let mut next = starts.clone();
            let mut characters = vec![0; starts[self.syllables] as usize];
            for character in 0..self.characters as u32 {
                for syllable in known(character) {
                    characters[next[syllable as usize] as usize] = character;
                    next[syllable as usize] += 1;
                }
            }
            let mut near: Vec<u16> = Vec::with_capacity(self.syllables);
            for syllable in 0..self.syllables as u16 {
                let alike = |&other: &u16| plain(self.syllable(syllable)).eq(plain(self.syllable(other)));
                near.push((0..syllable).find(alike).unwrap_or(syllable));
            }
            Sounding { starts, characters, near }
        })
    }
}

/// A syllable without what many do not hear.
fn plain(syllable: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let initial = match syllable.first() {
        Some(b'l') => b'n',
        Some(&first) => first,
        None => 0,
    };
    let rest = syllable.get(1..).unwrap_or_default();
    let rest = if matches!(initial, b'z' | b'c' | b's') { rest.strip_prefix(b"h").unwrap_or(rest) } else { rest };
    let rest = rest.strip_suffix(b"g").unwrap_or(rest);
    std::iter::once(initial).chain(rest.iter().copied())
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
