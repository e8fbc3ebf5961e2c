use std::collections::BTreeMap;

use jieba_rs::Jieba;
use policy_finder_pack::analyzer::{fold_text, is_han};

use crate::model::Vocabulary;

/// Cuts text into words and counts the policies that hold each.
pub(super) struct Words {
    jieba: Jieba,
    /// Word, the policy that held it last, and how many do.
    found: BTreeMap<String, (u32, u64)>,
}

impl Words {
    /// jieba's dictionary, joined by the vocabulary's: jieba alone splits 免申/即享 and 专精/特/新.
    pub fn new(vocabulary: &Vocabulary) -> Words {
        let mut jieba = Jieba::new();
        let dictionary = vocabulary.dictionary.lines().map(|line| line.split_whitespace().next().unwrap_or_default());
        let terms = vocabulary.synonyms.iter().flatten().chain(&vocabulary.topics).map(String::as_str);
        for word in dictionary.chain(terms).map(fold_text) {
            if word.chars().count() >= 2 && word.chars().all(is_han) {
                jieba.add_word(&word, None, None);
            }
        }
        Words { jieba, found: BTreeMap::new() }
    }

    /// Adds a run of folded Han characters.
    pub fn add(&mut self, policy: u32, run: &[char]) {
        let text: String = run.iter().collect();
        // Without jieba's model of unknown words: what it guesses differs from place to place.
        for token in self.jieba.cut_for_search(&text, false) {
            if token.word.chars().nth(1).is_none() {
                continue;
            }
            match self.found.get_mut(token.word) {
                Some((last, count)) => {
                    *count += u64::from(*last != policy);
                    *last = policy;
                }
                None => {
                    self.found.insert(token.word.to_owned(), (policy, 1));
                }
            }
        }
    }

    /// Every word with the number of policies that hold it, sorted.
    pub fn finish(self) -> BTreeMap<String, u64> {
        self.found.into_iter().map(|(word, (_, count))| (word, count)).collect()
    }
}
