//! Here are the terms: which policies hold them, and which of their clauses answer best?
//!
//! First every policy gets a score from the postings, which say only whether it holds a term. Then the text of the
//! best ones is read: it gives the exact counts for clause and policy, and the runs that it shares with the query.

use policy_finder_pack::index::Index;
use policy_finder_pack::records::Records;

use super::logarithm::power_1_5;
use super::scan::Scanner;
use super::terms::{Gram, Terms};

/// What the postings say of a policy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Candidate {
    pub policy: u32,
    /// Sum over its terms, and over the terms in its title.
    pub score: f64,
    /// The most that runs of typed characters can give, for the whole policy and for its title.
    pub runs: f64,
    pub title_runs: f64,
}

/// A clause with its score.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored {
    pub clause: u32,
    pub policy: u32,
    pub score: f64,
}

/// The best first, and of equal ones the first in the corpus.
pub(super) fn best_first(a: &Scored, b: &Scored) -> std::cmp::Ordering {
    b.score.total_cmp(&a.score).then(a.clause.cmp(&b.clause))
}

/// A policy whose text was read.
pub(super) struct Read {
    pub policy: u32,
    /// By the runs of title, headings and text together.
    pub sum: f64,
    /// Share of the title that the query gives, at most 1, by its runs.
    pub title: f64,
    pub clauses: Vec<Scored>,
}

/// How the parts of a score weigh. Measured on STARD's questions and on known items; see `docs/decisions/0007-ranking.md`.
struct Weights {
    title: f64,
    heading: f64,
    policy: f64,
    citation: f64,
    run: f64,
}

const QUESTION: Weights = Weights { title: 1.5, heading: 1.5, policy: 0.9, citation: 2.5, run: 20.0 };
const KEYWORDS: Weights = Weights { title: 2.0, heading: 1.5, policy: 0.7, citation: 0.0, run: 20.0 };

/// What keywords in one piece add to a policy, and what they add as its title.
pub(super) const PIECE: f64 = 40.0;
pub(super) const TITLE: f64 = 30.0;

/// Saturation of a clause's counts and how much its length matters.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// The same for whole policies.
const POLICY_K1: f64 = 0.6;
const POLICY_B: f64 = 0.1;

/// The largest of numbers that are none below zero. `f64::max` is a call in WASM.
pub(super) fn most(numbers: impl IntoIterator<Item = f64>) -> f64 {
    numbers.into_iter().fold(0.0, |most, number| if number > most { number } else { most })
}

/// The policies that hold at least `enough` of what the best one holds, of what was typed or with its official
/// wordings, scored by their postings; in their order.
pub(super) fn candidates(index: &Index, terms: &Terms, enough: f64) -> Vec<Candidate> {
    let policies = index.measures.policies();
    // Characters alone say little where there are pairs: they make no candidate.
    let pairs = terms.list.iter().any(|t| !matches!(t.gram, Gram::Single(_)));
    // What was typed alone: the same as all where no official wordings were added.
    let official = terms.list.iter().any(|term| !term.typed);
    let mut tallies = vec![Tally::default(); policies];
    let mut typed = vec![0.0; if official { policies } else { 0 }];
    let (mut most_covered, mut most_typed) = (0.0, 0.0);
    for term in terms.list.iter().filter(|term| !pairs || !matches!(term.gram, Gram::Single(_))) {
        let Some(postings) = term.postings else { continue };
        let weight = term.weight * term.policy_idf;
        postings.for_each(|policy| {
            let tally = &mut tallies[policy as usize];
            tally.sum += weight;
            tally.places |= term.places;
            if tally.sum > most_covered {
                most_covered = tally.sum;
            }
        });
        if official && term.typed {
            postings.for_each(|policy| {
                let sum = &mut typed[policy as usize];
                *sum += weight;
                if *sum > most_typed {
                    most_typed = *sum;
                }
            });
        }
    }
    let least = |most: f64| (enough * most).max(f64::MIN_POSITIVE);
    let (least_typed, least_covered) = (least(most_typed), least(most_covered));
    let holds = |policy: usize, covered: f64| {
        covered >= least_covered || typed.get(policy).is_some_and(|&typed| typed >= least_typed)
    };
    // Without a branch: which policies hold enough is hard to foresee.
    let (mut chosen, mut count) = (vec![0u32; policies + 1], 0);
    for (policy, tally) in tallies.iter().enumerate() {
        chosen[count] = policy as u32;
        count += usize::from(holds(policy, tally.sum));
    }
    let candidate = |&policy: &u32| {
        let tally = std::mem::take(&mut tallies[policy as usize]);
        Candidate { policy, runs: bound(tally.places), ..Candidate::default() }
    };
    let mut candidates: Vec<Candidate> = chosen[..count].iter().map(candidate).collect();
    // Now everything is tallied, but only candidates count.
    for term in &terms.list {
        let weight = term.weight * term.policy_idf;
        if let Some(postings) = term.postings {
            if let Some(bits) = postings.bits() {
                for &policy in &chosen[..count] {
                    let bit = bits.get(policy as usize / 8).map_or(0, |byte| byte >> (policy % 8) & 1);
                    tallies[policy as usize].sum += f64::from(bit) * weight;
                }
            } else {
                postings.for_each(|policy| tallies[policy as usize].sum += weight);
            }
        }
        if let Some(titles) = term.titles {
            titles.for_each(|policy| {
                let tally = &mut tallies[policy as usize];
                tally.sum += weight;
                tally.places |= term.places;
            });
        }
    }
    for candidate in &mut candidates {
        let tally = &tallies[candidate.policy as usize];
        candidate.score = tally.sum;
        candidate.title_runs = bound(tally.places);
    }
    candidates
}

/// What a policy holds, added up.
#[derive(Clone, Default)]
struct Tally {
    sum: f64,
    /// Typed pairs, by place.
    places: u64,
}

/// The most that pairs at these places can give as runs: n pairs in a row are n + 1 characters.
pub(super) fn bound(mut places: u64) -> f64 {
    let mut sum = 0.0;
    while places != 0 {
        places >>= places.trailing_zeros();
        let pairs = (!places).trailing_zeros();
        sum += power_1_5(f64::from(pairs));
        places = places.checked_shr(pairs).unwrap_or(0);
    }
    sum
}

/// The headings of a clause and of those around it: searched characters, and terms in a list.
#[derive(Clone, Default)]
struct Heading {
    length: u32,
    terms: std::ops::Range<usize>,
}

/// Reads the text of policies and scores their clauses.
pub(super) struct Reader<'a> {
    index: &'a Index,
    records: &'a Records,
    terms: &'a Terms<'a>,
    scanner: &'a Scanner,
    weights: Weights,
    /// What each term can give a clause.
    gains: Vec<f64>,
    average_text: f64,
    average_title: f64,
    average_heading: f64,
    average_policy: f64,
    /// Characters read so far.
    pub read: u64,
}

impl<'a> Reader<'a> {
    pub fn new(index: &'a Index, records: &'a Records, terms: &'a Terms<'a>, scanner: &'a Scanner) -> Reader<'a> {
        let measures = &index.measures;
        let mean = |sum: u32, n: f64| (f64::from(sum) / n.max(1.0)).max(1.0);
        let (clauses, policies) = (f64::from(measures.clauses()), measures.policies() as f64);
        Reader {
            index,
            records,
            terms,
            scanner,
            weights: if terms.question { QUESTION } else { KEYWORDS },
            gains: terms.list.iter().map(|term| term.weight * term.clause_idf * (K1 + 1.0)).collect(),
            average_text: mean(measures.text_length(), clauses),
            average_title: mean(measures.title_length(), policies),
            average_heading: mean(measures.heading_length(), clauses),
            average_policy: mean(measures.text_length().saturating_add(measures.heading_length()), policies),
            read: 0,
        }
    }

    /// Reads a policy: its clauses that hold a term, in order, without their own runs.
    pub fn policy(&mut self, policy: u32) -> Read {
        let record = &self.records.policies()[policy as usize];
        let scanner = self.scanner;
        let mut runs = scanner.no_runs();
        let (mut title, mut text, mut heading) = (scanner.no_counts(), scanner.no_counts(), scanner.no_counts());
        let title_text = self.records.string(record.title);
        let title_length = scanner.read(title_text.as_bytes(), &mut title, Some(&mut runs));
        let (in_title, longest) = runs.sum();
        let whole = (longest as f64 / title_text.chars().count().max(1) as f64 + 0.5).min(1.0);

        // What the title gives each clause; of each term its count there by length, and what that gives.
        let title_norm = 1.0 - B + B * f64::from(title_length) / self.average_title;
        let mut in_title_of = vec![(0.0, 0.0); scanner.terms];
        let mut by_title = 0.0;
        for &term in &title.terms {
            let x = self.weights.title * f64::from(title.get(term)) / title_norm;
            let given = self.saturated(term, x);
            in_title_of[term as usize] = (x, given);
            by_title += given;
        }
        let mut total = vec![0u32; scanner.terms];
        let mut clauses = Vec::new();
        let mut headings: Vec<Heading> = Vec::with_capacity(record.clauses().len());
        let mut heading_terms: Vec<(u16, u32)> = Vec::new();
        let text_of = self.records.texts_of(policy as usize);
        for (at, clause) in record.clauses().zip(self.records.clauses_of(policy as usize)) {
            let around = clause.parent.get().checked_sub(record.first_clause.get());
            let around = around.and_then(|parent| headings.get(parent as usize));
            let above = around.cloned().unwrap_or_default();
            let own = self.records.string_bytes(clause.heading);
            let mut here = above.clone();
            if !own.is_empty() {
                heading.clear();
                here.length += scanner.read(own, &mut heading, Some(&mut runs));
                if !heading.terms.is_empty() {
                    // With the terms of the headings around it.
                    for i in above.terms.clone() {
                        let (term, count) = heading_terms[i];
                        heading.put(term, count);
                    }
                    let start = heading_terms.len();
                    heading_terms.extend(heading.terms.iter().map(|&term| (term, heading.get(term))));
                    here.terms = start..heading_terms.len();
                }
            }
            headings.push(here.clone());
            text.clear();
            let text_length = scanner.read(text_of(clause), &mut text, Some(&mut runs));
            self.read += u64::from(text_length);
            if text_length == 0 && own.is_empty() {
                continue;
            }
            let mut score = by_title;
            let text_norm = 1.0 - B + B * f64::from(text_length) / self.average_text;
            let heading_norm = 1.0 - B + B * f64::from(here.length) / self.average_heading;
            let in_headings = &heading_terms[here.terms];
            for &term in &text.terms {
                let count = text.get(term);
                total[term as usize] += count;
                let mut x = f64::from(count) / text_norm;
                if let Some(&(_, count)) = in_headings.iter().find(|(t, _)| *t == term) {
                    x += self.weights.heading * f64::from(count) / heading_norm;
                }
                let (before, given) = in_title_of[term as usize];
                score += self.saturated(term, x + before) - given;
            }
            for &(term, count) in in_headings.iter().filter(|(term, _)| text.get(*term) == 0) {
                let (before, given) = in_title_of[term as usize];
                let x = self.weights.heading * f64::from(count) / heading_norm + before;
                score += self.saturated(term, x) - given;
            }
            if score > 0.0 {
                clauses.push(Scored { clause: at as u32, policy, score });
            }
        }
        let whole_policy = self.whole(policy, &total);
        for clause in &mut clauses {
            clause.score += whole_policy;
        }
        let sum = runs.sum().0;
        Read { policy, sum, title: in_title * whole, clauses }
    }

    /// What a term gives a clause, saturating with x, its count by length in title, headings and text.
    #[inline]
    fn saturated(&self, term: u16, x: f64) -> f64 {
        self.gains[term as usize] * x / (x + K1)
    }

    /// What the policy as a whole adds to each of its clauses.
    fn whole(&self, policy: u32, total: &[u32]) -> f64 {
        let length = f64::from(self.index.measures.length(policy)) / self.average_policy;
        let norm = 1.0 - POLICY_B + POLICY_B * length;
        let mut score = 0.0;
        for (term, &count) in self.terms.list.iter().zip(total) {
            if count > 0 {
                let y = f64::from(count) / norm;
                score += term.weight * term.policy_idf * (POLICY_K1 + 1.0) * y / (y + POLICY_K1);
            }
        }
        // A handful of policies say nothing about which of them is meant.
        let few = (self.index.measures.policies() as f64 / 50.0).min(1.0);
        let citation = f64::from(self.index.measures.citations(policy)) / 16.0;
        self.weights.policy * few * score + self.weights.citation * citation
    }

    /// What the runs of a clause add to its score.
    pub fn run(&self, scored: &Scored) -> f64 {
        if self.terms.length < 2 {
            return 0.0;
        }
        let clause = self.records.clause(scored.clause as usize);
        let title = self.records.string(self.records.policies()[scored.policy as usize].title);
        let text = self.records.text(clause).unwrap_or_default();
        let best = [title, text, self.records.string(clause.heading)].map(|text| self.scanner.runs(text).sum().0);
        let best = most(best);
        self.weights.run * best / power_1_5((self.terms.length - 1) as f64)
    }
}
