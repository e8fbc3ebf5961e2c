//! Here is the text of a query: which terms does it have, and how much does each weigh?

use policy_finder_pack::analyzer::{self, RunKind};
use policy_finder_pack::index::{Index, Postings};

use super::logarithm::ln;

/// What is looked up.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Gram {
    Single(char),
    Pair(char, char),
    /// Letters and digits, or a figure.
    Token(String),
}

/// A term of a query that the corpus has.
#[derive(Clone, Debug)]
pub(super) struct Term<'a> {
    pub gram: Gram,
    pub weight: f64,
    /// Typed by the visitor, not added from the wording table.
    pub typed: bool,
    /// Its places among the typed characters, one bit each for the first 64.
    pub places: u64,
    pub postings: Option<Postings<'a>>,
    pub titles: Option<Postings<'a>>,
    /// ln(1 + (N - n + ½) / (n + ½)) over policies and over clauses.
    pub policy_idf: f64,
    pub clause_idf: f64,
}

/// The terms of a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms<'a> {
    pub list: Vec<Term<'a>>,
    /// The typed Han characters and tokens in order; `None` stands between runs.
    pub typed: Vec<Option<char>>,
    /// Typed searched characters, tokens counting one.
    pub length: usize,
    /// A question, not a list of keywords: framing words were found.
    pub question: bool,
    /// The places of all typed pairs, whether the corpus has them or not.
    pub places: u64,
}

/// Weight of a pair that lies across a border of words: 法院罚款 is 法院 and 罚款, not 院罚.
const ACROSS: f64 = 0.5;

impl<'a> Terms<'a> {
    pub fn new(index: &'a Index, text: &[char]) -> Terms<'a> {
        let framing = framing(index, text);
        let borders = borders(index, text);
        let mut terms = Terms { question: is_question(text, &framing), ..Terms::default() };
        for run in analyzer::runs(text) {
            let range = run.range;
            terms.length += if run.kind == RunKind::Han { range.len() } else { 1 };
            if !terms.typed.is_empty() {
                terms.typed.push(None);
            }
            match run.kind {
                RunKind::Han => {
                    for at in range.clone() {
                        let weight = |count: usize| match framing[at..at + count].iter().filter(|&&f| f).count() {
                            n if n == count => 0.5,
                            _ => 1.0,
                        };
                        terms.add(Gram::Single(text[at]), weight(1), true, 0);
                        if at + 1 < range.end {
                            let place = 1u64.checked_shl(terms.typed.len() as u32).unwrap_or(0);
                            let across = if borders[at + 1] && !terms.question { ACROSS } else { 1.0 };
                            terms.add(Gram::Pair(text[at], text[at + 1]), across * weight(2), true, place);
                            terms.places |= place;
                        }
                        terms.typed.push(Some(text[at]));
                    }
                }
                RunKind::Word => {
                    terms.add(Gram::Token(text[range].iter().collect()), 1.0, true, 0);
                }
            }
        }
        for figure in analyzer::figures(text) {
            terms.add(Gram::Token(figure), 1.0, true, 0);
        }
        terms.add_official(index, text);
        terms.look_up(index);
        terms
    }

    fn add(&mut self, gram: Gram, weight: f64, typed: bool, places: u64) {
        match self.list.iter_mut().find(|term| term.gram == gram) {
            Some(term) if typed => {
                term.weight += weight;
                term.places |= places;
            }
            Some(term) if !term.typed => term.weight = term.weight.max(weight),
            Some(_) => {}
            None => {
                let (postings, titles, policy_idf, clause_idf) = (None, None, 0.0, 0.0);
                self.list.push(Term { gram, weight, typed, places, postings, titles, policy_idf, clause_idf });
            }
        }
    }

    /// Adds the official wordings of the everyday words in the text, leftmost and longest first.
    fn add_official(&mut self, index: &'a Index, text: &[char]) {
        let mut at = 0;
        while at < text.len() {
            let Some((length, place)) = index.wording.longest(&text[at..]).filter(|&(n, _)| whole(text, at, n)) else {
                at += 1;
                continue;
            };
            at += length;
            for official in index.wording.official(place) {
                let words: Vec<char> = official.text.chars().collect();
                if words.is_empty() || text.windows(words.len()).any(|window| window == words) {
                    continue;
                }
                let weight = f64::from(official.weight) / 100.0;
                for run in analyzer::runs(&words) {
                    match run.kind {
                        RunKind::Han => {
                            for at in run.range.clone() {
                                self.add(Gram::Single(words[at]), weight, false, 0);
                                if at + 1 < run.range.end {
                                    self.add(Gram::Pair(words[at], words[at + 1]), weight, false, 0);
                                }
                            }
                        }
                        RunKind::Word => {
                            self.add(Gram::Token(words[run.range].iter().collect()), weight, false, 0);
                        }
                    }
                }
            }
        }
    }

    /// Drops terms that the corpus does not have; the others get their inverse frequencies.
    fn look_up(&mut self, index: &'a Index) {
        let (policies, clauses) = (index.measures.policies() as f64, f64::from(index.measures.clauses()));
        self.list.retain_mut(|term| {
            let Some(postings) = postings(index, &term.gram) else { return false };
            let holding = postings.policies();
            term.policy_idf = idf(policies, f64::from(holding));
            term.clause_idf = idf(clauses, f64::from(holding.saturating_add(postings.more_clauses())));
            term.postings = Some(postings);
            term.titles = in_titles(index, &term.gram);
            true
        });
    }
}

/// The policies that hold a gram.
pub(super) fn postings<'a>(index: &'a Index, gram: &Gram) -> Option<Postings<'a>> {
    match gram {
        Gram::Single(c) => index.grams.single(index.grams.index_of(*c)?),
        Gram::Pair(a, b) => index.grams.pair(index.grams.index_of(*a)?, index.grams.index_of(*b)?),
        Gram::Token(token) => index.tokens.get(token),
    }
}

fn in_titles<'a>(index: &'a Index, gram: &Gram) -> Option<Postings<'a>> {
    let titles = &index.titles;
    match gram {
        Gram::Single(c) => titles.single(titles.index_of(*c)?),
        Gram::Pair(a, b) => titles.pair(titles.index_of(*a)?, titles.index_of(*b)?),
        Gram::Token(_) => None,
    }
}

/// For each character whether a word begins there, by the most probable cut into words of the corpus.
pub(super) fn borders(index: &Index, text: &[char]) -> Vec<bool> {
    let mut borders = vec![false; text.len()];
    for run in analyzer::runs(text).filter(|run| run.kind == RunKind::Han) {
        let mut at = run.range.start;
        for length in words(index, &text[run.range.clone()]) {
            borders[at] = true;
            at += length;
        }
    }
    borders
}

/// Cuts a run of Han characters into words of the corpus: lengths of the most probable sequence.
pub(super) fn words(index: &Index, run: &[char]) -> Vec<usize> {
    let total = ln(index.measures.policies().max(1) as f64 * 20.0);
    let mut best = vec![(f64::NEG_INFINITY, 1usize); run.len() + 1];
    best[run.len()] = (0.0, 0);
    for at in (0..run.len()).rev() {
        best[at] = (ln(0.5) - total + best[at + 1].0, 1);
        index.lexicon.prefixes(&run[at..], |length, policies| {
            let score = ln(policies.max(1) as f64) - total + best[at + length].0;
            if score > best[at].0 {
                best[at] = (score, length);
            }
        });
    }
    let mut lengths = Vec::new();
    let mut at = 0;
    while at < run.len() {
        lengths.push(best[at].1);
        at += best[at].1;
    }
    lengths
}

fn idf(all: f64, holding: f64) -> f64 {
    ln(1.0 + (all - holding + 0.5).max(0.0) / (holding + 0.5))
}

/// A word of letters and digits counts only where it is not part of a longer one: «opc» is not in «opcode».
fn whole(text: &[char], at: usize, length: usize) -> bool {
    let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() && !analyzer::is_han(*c));
    let before = at > 0 && word(text.get(at)) && word(text.get(at - 1));
    let after = word(text.get(at + length - 1)) && word(text.get(at + length));
    !before && !after
}

/// For each character whether it belongs to a word that frames a question. A query of nothing but frame has none.
fn framing(index: &Index, text: &[char]) -> Vec<bool> {
    let mut framing = vec![false; text.len()];
    let mut at = 0;
    while at < text.len() {
        let length = index.wording.frame(&text[at..]).unwrap_or(0);
        framing[at..at + length].fill(true);
        at += length.max(1);
    }
    let left = text.iter().zip(&framing).filter(|(c, framing)| !**framing && c.is_alphanumeric()).count();
    if left < 2 { vec![false; text.len()] } else { framing }
}

/// Questions are weighed differently from keywords.
fn is_question(text: &[char], framing: &[bool]) -> bool {
    let mark = text.contains(&'?');
    let mut words = 0;
    for (at, &framed) in framing.iter().enumerate() {
        words += usize::from(framed && (at == 0 || !framing[at - 1]) && (text[at] != '的'));
    }
    mark || words > 0
}
