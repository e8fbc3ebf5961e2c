use std::collections::{BTreeMap, BTreeSet};

use policy_finder_pack::analyzer::fold_text;
use policy_finder_pack::index::{lexicon, wording};

use crate::model::Vocabulary;

/// An official wording weighs half a typed word: measured, flat from 0.3 to 0.8.
const EVERYDAY: u8 = 50;
/// A synonym says the same thing.
const SYNONYM: u8 = 80;

/// Question words of the language, for vocabularies that bring no list of their own.
const FRAME: &str = include_str!("frame.txt");

/// Everyday wordings and synonyms.
pub(super) fn table(vocabulary: &Vocabulary) -> Vec<u8> {
    let mut table: BTreeMap<String, Vec<(String, u8)>> = BTreeMap::new();
    let mut add = |word: &str, official: &str, weight: u8| {
        let (word, official) = (fold_text(word), fold_text(official));
        let list = table.entry(word.clone()).or_default();
        if word != official && !list.iter().any(|(known, _)| *known == official) {
            list.push((official, weight));
        }
    };
    for group in &vocabulary.synonyms {
        for word in group {
            group.iter().for_each(|other| add(word, other, SYNONYM));
        }
    }
    for (word, official) in &vocabulary.everyday {
        official.iter().for_each(|other| add(word, other, EVERYDAY));
    }
    table.retain(|_, official| !official.is_empty());
    wording::write(&table)
}

/// Words that frame a question and carry no topic.
pub(super) fn frame(vocabulary: &Vocabulary) -> Vec<u8> {
    let own = vocabulary.frame.iter().map(String::as_str);
    let words: BTreeSet<String> =
        if vocabulary.frame.is_empty() { lines(FRAME).map(fold_text).collect() } else { own.map(fold_text).collect() };
    lexicon::write(words.into_iter().map(|word| (word, 0)))
}

/// Lines that are neither empty nor comments.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}
