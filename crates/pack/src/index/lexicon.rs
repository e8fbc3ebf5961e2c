//! The words of the corpus: an `fst::Map` from word to the number of policies that hold it.

use fst::Map;

use super::{LEXICON, map};
use crate::PackError;
use crate::format::Section;

#[derive(Clone)]
pub struct Lexicon(Map<Section>);

impl Lexicon {
    pub(super) fn open(section: Section) -> Result<Lexicon, PackError> {
        map(section, LEXICON).map(Lexicon)
    }

    /// How many policies hold the word; `None` where it is not a word of the corpus.
    pub fn policies(&self, word: &str) -> Option<u64> {
        self.0.get(word)
    }

    /// All words.
    pub fn words(&self) -> &Map<Section> {
        &self.0
    }

    /// Calls `each` for every word that a text begins with: its length in characters and how many policies hold it.
    pub fn prefixes(&self, text: &[char], mut each: impl FnMut(usize, u64)) {
        walk(self.0.as_fst(), text, &mut each);
    }
}

/// The keys of a dictionary that a text begins with.
pub(super) fn walk(fst: &fst::raw::Fst<Section>, text: &[char], each: &mut impl FnMut(usize, u64)) {
    let mut node = fst.root();
    let mut output = fst::raw::Output::zero();
    let mut utf8 = [0; 4];
    for (at, c) in text.iter().enumerate() {
        for &byte in c.encode_utf8(&mut utf8).as_bytes() {
            let Some(transition) = node.find_input(byte).map(|index| node.transition(index)) else { return };
            output = output.cat(transition.out);
            node = fst.node(transition.addr);
        }
        if node.is_final() {
            each(at + 1, output.cat(node.final_output()).value());
        }
    }
}

/// The bytes of a dictionary.
#[cfg(feature = "write")]
pub fn write<K: AsRef<[u8]>>(sorted: impl Iterator<Item = (K, u64)>) -> Vec<u8> {
    Map::from_iter(sorted).expect("keys are sorted and each stands once").into_fst().into_inner()
}
