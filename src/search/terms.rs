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

/// A term of a query.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub gram: Gram,
    pub weight: f64,
    /// Typed by the visitor, not added from the wording table.
    pub typed: bool,
    /// ln(1 + (N - n + ½) / (n + ½)) over policies and over clauses.
    pub policy_idf: f64,
    pub clause_idf: f64,
}

/// The terms of a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    pub list: Vec<Term>,
    /// The typed Han characters and tokens in order; `None` stands between runs.
    pub typed: Vec<Option<char>>,
    /// Typed searched characters, tokens counting one.
    pub length: usize,
    /// A question, not a list of keywords: framing words were found.
    pub question: bool,
    /// Official wordings that were added.
    pub official: Vec<Vec<char>>,
}

impl Terms {
    pub fn new(index: &Index, text: &[char]) -> Terms {
        let framing = framing(index, text);
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
                        terms.add(Gram::Single(text[at]), weight(1), true);
                        if at + 1 < range.end {
                            terms.add(Gram::Pair(text[at], text[at + 1]), weight(2), true);
                        }
                        terms.typed.push(Some(text[at]));
                    }
                }
                RunKind::Word => {
                    terms.add(Gram::Token(text[range].iter().collect()), 1.0, true);
                }
            }
        }
        for figure in analyzer::figures(text) {
            terms.add(Gram::Token(figure), 1.0, true);
        }
        terms.add_official(index, text);
        terms.look_up(index);
        terms
    }

    fn add(&mut self, gram: Gram, weight: f64, typed: bool) {
        match self.list.iter_mut().find(|term| term.gram == gram) {
            Some(term) if typed => {
                term.weight += weight;
            }
            Some(term) if !term.typed => term.weight = term.weight.max(weight),
            Some(_) => {}
            None => self.list.push(Term { gram, weight, typed, policy_idf: 0.0, clause_idf: 0.0 }),
        }
    }

    /// Adds the official wordings of the everyday words in the text, leftmost and longest first.
    fn add_official(&mut self, index: &Index, text: &[char]) {
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
                                self.add(Gram::Single(words[at]), weight, false);
                                if at + 1 < run.range.end {
                                    self.add(Gram::Pair(words[at], words[at + 1]), weight, false);
                                }
                            }
                        }
                        RunKind::Word => {
                            self.add(Gram::Token(words[run.range].iter().collect()), weight, false);
                        }
                    }
                }
                self.official.push(words);
            }
        }
    }

    /// Drops terms that the corpus does not have; the others get their inverse frequencies.
    fn look_up(&mut self, index: &Index) {
        let (policies, clauses) = (index.measures.policies() as f64, f64::from(index.measures.clauses()));
        self.list.retain_mut(|term| {
            let Some(postings) = postings(index, &term.gram) else { return false };
            term.policy_idf = idf(policies, f64::from(postings.policies()));
            term.clause_idf = idf(clauses, f64::from(postings.clauses()));
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
        words += usize::from(framed && (at == 0 || !framing[at - 1]) && !(text[at] == '的'));
    }
    mark || words > 0
}
