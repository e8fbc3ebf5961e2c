//! Here is the text of a corpus: which sections answer a query?
//!
//! Reading order: [`build`] walks the corpus once and hands each text to the writers of `policy_finder_pack::index`;
//! `words` cuts it with jieba for the lexicon, `citations` counts who names whom, `wording` gathers the vocabulary's
//! tables, `sounds` looks up pinyin.

// Weights are floats; money never comes here.
#![allow(clippy::disallowed_types)]

mod citations;
mod sounds;
mod wording;
mod words;

use policy_finder_pack::Tag;
use policy_finder_pack::analyzer::{self, RunKind};
use policy_finder_pack::index::grams::GramsWriter;
use policy_finder_pack::index::tokens::TokensWriter;
use policy_finder_pack::index::{
    FRAME, GRAMS, LEXICON, MEASURES, NUMBERS, PINYIN, TITLE_GRAMS, TOKEN_POSTINGS, TOKENS, WORDING, lexicon, measures,
    numbers, pinyin,
};

use crate::model::{Corpus, Policy};
use words::Words;

/// The sections of the search index.
pub fn build(corpus: &Corpus) -> Vec<(Tag, Vec<u8>)> {
    let mut texts = Texts::new(corpus);
    let mut titles = GramsWriter::default();
    let (mut title_length, mut heading_length, mut text_length, mut clauses) = (0, 0, 0, 0);
    let mut lengths = Vec::with_capacity(corpus.policies.len());
    let mut document_numbers = Vec::new();
    for (index, policy) in corpus.policies.iter().enumerate() {
        texts.policy = index as u32;
        texts.clause = policy.clauses.start as u32;
        let title = analyzer::folded(&policy.title);
        for run in analyzer::runs(&title).filter(|run| run.kind == RunKind::Han) {
            titles.add(index as u32, texts.clause, &title[run.range]);
        }
        title_length += texts.add(&policy.title);
        let tags = tags(policy).map(|tag| texts.add(tag)).sum::<u32>();
        let mut length = tags;
        for at in policy.clauses.clone() {
            let clause = &corpus.clauses[at];
            texts.clause = at as u32;
            let heading = texts.add(&clause.heading);
            let text = texts.add(&clause.text);
            heading_length += heading;
            text_length += text;
            length += heading + text;
            clauses += u32::from(heading + text > 0);
        }
        lengths.push(length);
        if let Some(number) = &policy.doc_number {
            // Some policies rest on several documents: «财税〔2015〕119号;财税〔2018〕64号».
            for number in analyzer::folded(number).split(|c| matches!(c, ';' | '、')) {
                let whole = analyzer::document_number(number).map(|n| vec![n]);
                let known = whole.unwrap_or_else(|| analyzer::document_numbers(number));
                document_numbers.extend(known.into_iter().map(|n| (n.year, n.serial, index as u32)));
            }
        }
    }
    let policies = corpus.policies.len() as u32;
    let characters = texts.grams.characters();
    let (tokens, postings) = texts.tokens.finish(policies);
    vec![
        (GRAMS, texts.grams.finish(policies)),
        (TITLE_GRAMS, titles.finish(policies)),
        (TOKENS, tokens),
        (TOKEN_POSTINGS, postings),
        (LEXICON, lexicon::write(texts.words.finish().into_iter())),
        (WORDING, wording::table(&corpus.vocabulary)),
        (FRAME, wording::frame(&corpus.vocabulary)),
        (NUMBERS, numbers::write(document_numbers)),
        (
            MEASURES,
            measures::write([clauses, text_length, title_length, heading_length], &lengths, &citations::count(corpus)),
        ),
        (PINYIN, pinyin::write(&sounds::of(&characters))),
    ]
}

/// Names that a policy is found by besides its title and text.
fn tags(policy: &Policy) -> impl Iterator<Item = &str> {
    let lists = [&policy.issuer, &policy.department, &policy.topics].into_iter().flatten();
    let single = [&policy.doc_number, &policy.index_number, &policy.audience].into_iter().flatten();
    lists.chain(single).map(String::as_str)
}

/// Gathers the terms of one text after another.
struct Texts {
    policy: u32,
    clause: u32,
    grams: GramsWriter,
    tokens: TokensWriter,
    words: Words,
}

impl Texts {
    fn new(corpus: &Corpus) -> Texts {
        let words = Words::new(&corpus.vocabulary);
        Texts { policy: 0, clause: 0, grams: GramsWriter::default(), tokens: TokensWriter::default(), words }
    }

    /// Adds a text of the current clause; returns how many characters and tokens of it are searched.
    fn add(&mut self, text: &str) -> u32 {
        let text = analyzer::folded(text);
        let mut length = 0;
        for run in analyzer::runs(&text) {
            let characters = &text[run.range];
            match run.kind {
                RunKind::Han => {
                    length += characters.len() as u32;
                    self.grams.add(self.policy, self.clause, characters);
                    self.words.add(self.policy, characters);
                }
                RunKind::Word => {
                    length += 1;
                    self.tokens.add(self.policy, self.clause, characters.iter().collect());
                }
            }
        }
        for figure in analyzer::figures(&text) {
            self.tokens.add(self.policy, self.clause, figure);
        }
        length
    }
}
