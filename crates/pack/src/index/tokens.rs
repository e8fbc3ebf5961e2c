//! Which policies hold this word of letters and digits, this figure?
//!
//! `TOKENS` is an `fst::Map` from token to its place in `TOKPOST`, where stand head and list (see [`super::grams`]).

use fst::Map;

use super::postings::Postings;
use super::{TOKENS, map};
use crate::PackError;
use crate::format::Section;

#[derive(Clone)]
pub struct Tokens {
    dictionary: Map<Section>,
    postings: Section,
    policies: u32,
}

impl Tokens {
    pub(super) fn open(dictionary: Section, postings: Section, policies: usize) -> Result<Tokens, PackError> {
        Ok(Tokens { dictionary: map(dictionary, TOKENS)?, postings, policies: policies as u32 })
    }

    pub fn get(&self, token: &str) -> Option<Postings<'_>> {
        self.at(self.dictionary.get(token)?)
    }

    /// The token at a place of the dictionary.
    pub fn at(&self, place: u64) -> Option<Postings<'_>> {
        let mut rest = self.postings.get(usize::try_from(place).ok()?..)?;
        let (length, postings) = Postings::head(&mut rest, self.policies)?;
        Some(postings.with(rest.get(..length)?))
    }

    /// All tokens, with their places.
    pub fn dictionary(&self) -> &Map<Section> {
        &self.dictionary
    }
}

/// Collects tokens; policies and clauses come in order.
#[cfg(feature = "write")]
#[derive(Default)]
pub struct TokensWriter(std::collections::BTreeMap<String, super::postings::PostingsWriter>);

#[cfg(feature = "write")]
impl TokensWriter {
    pub fn add(&mut self, policy: u32, clause: u32, token: String) {
        self.0.entry(token).or_default().add(policy, clause);
    }

    /// Dictionary and postings.
    pub fn finish(self, policies: u32) -> (Vec<u8>, Vec<u8>) {
        let mut bytes = Vec::new();
        let places = self.0.iter().map(|(token, list)| {
            let place = bytes.len() as u64;
            let mut data = Vec::new();
            list.finish(policies, &mut bytes, &mut data);
            bytes.extend(data);
            (token, place)
        });
        let dictionary = Map::from_iter(places).expect("a BTreeMap is sorted");
        (dictionary.into_fst().into_inner(), bytes)
    }
}
