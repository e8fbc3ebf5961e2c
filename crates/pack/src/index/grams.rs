//! Which policies hold this character, this pair of neighbours?
//!
//! ```text
//! u32 characters C, u32 bytes of the dictionary, u32 bytes of the postings
//! C × u32      code points, ascending
//! C × u32      where the character's part of the dictionary begins
//! C × u32      where its postings begin
//! dictionary   for each character: head of its own list, then for each right neighbour: varint gap of its index, head
//! postings     the lists in the same order
//! head         varint length × 2 + 1 if dense, varint further clauses
//! ```

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::postings::Postings;
use super::{varint, word};
use crate::PackError;
use crate::format::{Pack, Pieces, Section, Tag};

/// Characters and pairs with their postings.
#[derive(Clone)]
pub struct Grams {
    /// Head and columns.
    columns: Section,
    /// Two for each character: its part of the dictionary, its postings.
    lists: Pieces,
    characters: usize,
    dictionary: Range<usize>,
    postings: Range<usize>,
    policies: u32,
    /// Index of each character of the basic plane, made when first asked for.
    indices: Arc<OnceLock<Box<[u16]>>>,
}

const HEAD: usize = 12;
const NONE: u16 = u16::MAX;

impl Grams {
    pub(super) fn open(pack: &Pack, tag: Tag, policies: usize) -> Result<Grams, PackError> {
        let head = pack.part(tag, 0..HEAD)?;
        let malformed = |what| PackError::Malformed { section: tag, what };
        let number = |index| word(&head, index).map(|n| n as usize).ok_or(malformed("too short"));
        let (characters, dictionary, postings) = (number(0)?, number(1)?, number(2)?);
        let start = characters.checked_mul(12).and_then(|n| n.checked_add(HEAD)).ok_or(malformed("too short"))?;
        let middle = start.checked_add(dictionary).ok_or(malformed("too short"))?;
        let end = middle.checked_add(postings).ok_or(malformed("too short"))?;
        let lists = pack.pieces(tag, characters.saturating_mul(2))?;
        if end != lists.len() {
            return Err(malformed("lengths do not add up"));
        }
        let columns = pack.part(tag, 0..start)?;
        let policies = u32::try_from(policies).map_err(|_| malformed("too many policies"))?;
        let (dictionary, postings) = (start..middle, middle..end);
        Ok(Grams { columns, lists, characters, dictionary, postings, policies, indices: Arc::default() })
    }

    /// How many different characters there are.
    pub fn characters(&self) -> usize {
        self.characters
    }

    #[inline]
    fn column(&self, column: usize, index: u32) -> Option<u32> {
        if index as usize >= self.characters {
            return None;
        }
        word(&self.columns, HEAD / 4 + column * self.characters + index as usize)
    }

    /// The character with this index.
    pub fn character(&self, index: u32) -> Option<char> {
        self.column(0, index).and_then(char::from_u32)
    }

    /// The index of a folded character.
    #[inline]
    pub fn index_of(&self, c: char) -> Option<u32> {
        match self.indices().get(c as usize) {
            Some(&NONE) => None,
            Some(&index) => Some(u32::from(index)),
            // Beyond the basic plane.
            None => {
                let code = |code: &[u8; 4]| u32::from_le_bytes(*code);
                self.codes().binary_search_by_key(&(c as u32), code).ok().map(|index| index as u32)
            }
        }
    }

    fn codes(&self) -> &[[u8; 4]] {
        self.columns.get(HEAD..HEAD + self.characters * 4).unwrap_or_default().as_chunks().0
    }

    fn indices(&self) -> &[u16] {
        self.indices.get_or_init(|| {
            let mut indices = vec![NONE; 0x10000];
            for (code, index) in self.codes().iter().zip(0..NONE) {
                if let Some(slot) = indices.get_mut(u32::from_le_bytes(*code) as usize) {
                    *slot = index;
                }
            }
            indices.into()
        })
    }

    /// The policies that hold a character.
    pub fn single(&self, index: u32) -> Option<Postings<'_>> {
        let mut lists = self.lists(index)?;
        lists.next().map(|(_, postings)| postings)
    }

    /// The policies that hold two characters side by side.
    #[inline]
    pub fn pair(&self, first: u32, second: u32) -> Option<Postings<'_>> {
        let mut lists = self.lists(first)?;
        lists.next();
        lists.find(second)
    }

    /// The right neighbours of a character, ascending, with their postings.
    pub fn pairs(&self, first: u32) -> Option<impl Iterator<Item = (u32, Postings<'_>)> + '_> {
        let mut lists = self.lists(first)?;
        lists.next();
        Some(lists)
    }

    /// The character's own list, then those of its pairs with the index of the right neighbour.
    #[inline]
    fn lists(&self, index: u32) -> Option<Lists<'_>> {
        let piece = |column, whole: &Range<usize>, number: usize| {
            let at = |index| self.column(column, index).map(|n| whole.start.saturating_add(n as usize));
            Some(self.lists.read(number, at(index)?..at(index + 1).unwrap_or(whole.end)))
        };
        Some(Lists {
            dictionary: piece(1, &self.dictionary, index as usize * 2)?,
            data: piece(2, &self.postings, index as usize * 2 + 1)?,
            policies: self.policies,
            next: None,
        })
    }
}

struct Lists<'a> {
    dictionary: &'a [u8],
    data: &'a [u8],
    policies: u32,
    /// Lowest index that the next right neighbour can have; `None` before the character's own list.
    next: Option<u32>,
}

impl<'a> Lists<'a> {
    /// The postings of a right neighbour; those before it are only passed.
    #[inline]
    fn find(mut self, neighbour: u32) -> Option<Postings<'a>> {
        let (mut lowest, mut start) = (self.next?, 0usize);
        loop {
            let mut rest = self.dictionary;
            let (gap, length) = match *rest {
                // Most entries: each number is a byte.
                [gap, length, further, ..] if (gap | length | further) < 0x80 => {
                    rest = &rest[3..];
                    (u32::from(gap), u32::from(length))
                }
                _ => {
                    let numbers = (varint::read(&mut rest)?, varint::read(&mut rest)?);
                    varint::read(&mut rest)?;
                    numbers
                }
            };
            let index = lowest.checked_add(gap)?;
            if index >= neighbour {
                self.next = Some(lowest);
                self.data = self.data.get(start..)?;
                return self.next().filter(|_| index == neighbour).map(|(_, postings)| postings);
            }
            (lowest, start, self.dictionary) = (index + 1, start.checked_add(length as usize >> 1)?, rest);
        }
    }
}

impl<'a> Iterator for Lists<'a> {
    type Item = (u32, Postings<'a>);

    #[inline]
    fn next(&mut self) -> Option<(u32, Postings<'a>)> {
        let index = match self.next {
            None => 0,
            Some(lowest) => lowest.checked_add(varint::read(&mut self.dictionary)?)?,
        };
        let (length, postings) = Postings::head(&mut self.dictionary, self.policies)?;
        let (list, rest) = self.data.split_at_checked(length)?;
        self.data = rest;
        self.next = Some(if self.next.is_none() { 0 } else { index.checked_add(1)? });
        Some((index, postings.with(list)))
    }
}

/// Collects characters and pairs; policies and clauses come in order.
#[cfg(feature = "write")]
#[derive(Default)]
pub struct GramsWriter {
    ids: std::collections::HashMap<char, u32>,
    singles: Vec<super::postings::PostingsWriter>,
    pairs: std::collections::HashMap<(u32, u32), super::postings::PostingsWriter>,
}

#[cfg(feature = "write")]
impl GramsWriter {
    /// Adds a run of folded characters.
    pub fn add(&mut self, policy: u32, clause: u32, run: &[char]) {
        let mut previous = None;
        for &c in run {
            let next = self.singles.len() as u32;
            let id = *self.ids.entry(c).or_insert(next);
            if id == next {
                self.singles.push(Default::default());
            }
            self.singles[id as usize].add(policy, clause);
            if let Some(previous) = previous {
                self.pairs.entry((previous, id)).or_default().add(policy, clause);
            }
            previous = Some(id);
        }
    }

    /// The characters in the order of the section.
    pub fn characters(&self) -> Vec<char> {
        let mut characters: Vec<char> = self.ids.keys().copied().collect();
        characters.sort_unstable();
        characters
    }

    pub fn finish(self, policies: u32) -> Vec<u8> {
        let characters = self.characters();
        let mut rank = vec![0u32; characters.len()];
        for (index, c) in characters.iter().enumerate() {
            rank[self.ids[c] as usize] = index as u32;
        }
        let mut pairs: Vec<_> =
            self.pairs.iter().map(|(&(a, b), list)| (rank[a as usize], rank[b as usize], list)).collect();
        pairs.sort_unstable_by_key(|&(a, b, _)| (a, b));
        let mut pairs = pairs.into_iter().peekable();
        let (mut dictionary, mut data) = (Vec::new(), Vec::new());
        let (mut starts, mut offsets) = (Vec::new(), Vec::new());
        for (index, c) in characters.iter().enumerate() {
            starts.push(dictionary.len() as u32);
            offsets.push(data.len() as u32);
            self.singles[self.ids[c] as usize].finish(policies, &mut dictionary, &mut data);
            let mut lowest = 0;
            while let Some((_, second, list)) = pairs.next_if(|&(first, ..)| first == index as u32) {
                varint::write(second - lowest, &mut dictionary);
                list.finish(policies, &mut dictionary, &mut data);
                lowest = second + 1;
            }
        }
        let mut bytes = Vec::with_capacity(HEAD + characters.len() * 12 + dictionary.len() + data.len());
        let numbers = [characters.len() as u32, dictionary.len() as u32, data.len() as u32].into_iter();
        let numbers = numbers.chain(characters.iter().map(|&c| c as u32)).chain(starts).chain(offsets);
        bytes.extend(numbers.flat_map(u32::to_le_bytes));
        bytes.extend(dictionary);
        bytes.extend(data);
        bytes
    }
}
