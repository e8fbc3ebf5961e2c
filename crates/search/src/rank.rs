//! Here is a policy: which of its clauses answer best?
//!
//! Its text is read: that gives the exact counts for clause and policy, and the runs that it shares with the query.

use policy_finder_pack::index::Index;
use policy_finder_pack::records::Records;

use super::candidate::most;
use super::logarithm::power_1_5;
use super::scan::Scanner;
use super::terms::Terms;

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

/// Saturation of a clause's counts and how much its length matters.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// The same for whole policies.
const POLICY_K1: f64 = 0.6;
const POLICY_B: f64 = 0.1;

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
        let title_text = self.records.string_bytes(record.title);
        let title_length = scanner.read(title_text, &mut title, Some(&mut runs));
        let (in_title, longest) = runs.sum();
        let characters = title_text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
        let whole = (longest as f64 / characters.max(1) as f64 + 0.5).min(1.0);

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
