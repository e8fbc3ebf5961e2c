//! Here are the terms: which policies hold them, and which of their clauses answer best?
//!
//! First every policy gets a score from the postings, which say only whether it holds a term. Then the text of the
//! best ones is read: it gives the exact counts for clause and policy, and the runs that it shares with the query.

use policy_finder_pack::index::Index;
use policy_finder_pack::records::{ClauseRecord, NO_PARENT, Records};

use super::logarithm::power_1_5;
use super::scan::Scanner;
use super::terms::{Gram, Terms, postings};

/// What the postings say of a policy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Candidate {
    pub policy: u32,
    /// Sum over its terms, and over the terms in its title.
    pub score: f64,
    /// Share of the typed pairs and tokens that it holds, by weight.
    pub coverage: f64,
}

/// A clause with its score.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored {
    pub clause: u32,
    pub policy: u32,
    pub score: f64,
}

/// How the parts of a score weigh. Measured on STARD's questions and on known items; see `docs/decisions/ranking.md`.
struct Weights {
    title: f64,
    heading: f64,
    policy: f64,
    citation: f64,
    run: f64,
}

const QUESTION: Weights = Weights { title: 2.0, heading: 1.5, policy: 0.7, citation: 2.0, run: 20.0 };
const KEYWORDS: Weights = Weights { title: 2.0, heading: 1.5, policy: 0.7, citation: 0.0, run: 40.0 };

/// Saturation of a clause's counts and how much its length matters.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// The same for whole policies.
const POLICY_K1: f64 = 0.6;
const POLICY_B: f64 = 0.3;

/// Scores every policy by its postings; best first.
pub(super) fn candidates(index: &Index, terms: &Terms) -> Vec<Candidate> {
    let policies = index.measures.policies();
    let mut scores = vec![0f64; policies];
    let mut covered = vec![0f64; policies];
    let pairs = terms.list.iter().any(|t| t.typed && !matches!(t.gram, Gram::Single(_)));
    let mut all = 0.0;
    for term in &terms.list {
        let Some(postings) = postings(index, &term.gram) else { continue };
        let weight = term.weight * term.policy_idf;
        let covers = term.typed && (!pairs || !matches!(term.gram, Gram::Single(_)));
        if covers {
            all += weight;
            postings.for_each(|policy| {
                scores[policy as usize] += weight;
                covered[policy as usize] += weight;
            });
        } else {
            postings.for_each(|policy| scores[policy as usize] += weight);
        }
        if let Some(titled) = in_title(index, &term.gram) {
            titled.for_each(|policy| scores[policy as usize] += weight);
        }
    }
    let mut list: Vec<Candidate> = (0..policies)
        .filter(|&policy| covered[policy] > 0.0 || scores[policy] > 0.0)
        .map(|policy| Candidate {
            policy: policy as u32,
            score: scores[policy],
            coverage: if all > 0.0 { covered[policy] / all } else { 0.0 },
        })
        .collect();
    list.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.policy.cmp(&b.policy)));
    list
}

fn in_title<'a>(index: &'a Index, gram: &Gram) -> Option<policy_finder_pack::index::Postings<'a>> {
    let titles = &index.titles;
    match gram {
        Gram::Single(c) => titles.single(titles.index_of(*c)?),
        Gram::Pair(a, b) => titles.pair(titles.index_of(*a)?, titles.index_of(*b)?),
        Gram::Token(_) => None,
    }
}

/// Reads the text of policies and scores their clauses.
pub(super) struct Reader<'a> {
    index: &'a Index,
    records: &'a Records,
    terms: &'a Terms,
    scanner: &'a Scanner,
    weights: Weights,
    average_text: f64,
    average_title: f64,
    average_heading: f64,
    average_policy: f64,
    /// Characters read so far.
    pub read: u64,
}

impl<'a> Reader<'a> {
    pub fn new(index: &'a Index, records: &'a Records, terms: &'a Terms, scanner: &'a Scanner) -> Reader<'a> {
        let measures = &index.measures;
        let mean = |sum: u32, n: f64| (f64::from(sum) / n.max(1.0)).max(1.0);
        let (clauses, policies) = (f64::from(measures.clauses()), measures.policies() as f64);
        Reader {
            index,
            records,
            terms,
            scanner,
            weights: if terms.question { QUESTION } else { KEYWORDS },
            average_text: mean(measures.text_length(), clauses),
            average_title: mean(measures.title_length(), policies),
            average_heading: mean(measures.heading_length(), clauses),
            average_policy: mean(measures.text_length().saturating_add(measures.heading_length()), policies),
            read: 0,
        }
    }

    /// The clauses of a policy that hold a term, in order, without their runs.
    pub fn policy(&mut self, policy: u32, scored: &mut Vec<Scored>) {
        let record = &self.records.policies()[policy as usize];
        let count = self.scanner.terms;
        let mut title = vec![0u32; count];
        let title_length = self.scanner.count(self.records.string(record.title), &mut title);
        let (mut text, mut heading, mut total) = (vec![0u32; count], vec![0u32; count], vec![0u32; count]);
        let start = scored.len();
        for at in record.clauses() {
            let clause = &self.records.clauses()[at];
            text.fill(0);
            heading.fill(0);
            let Ok(words) = self.records.text(clause) else { continue };
            let text_length = self.scanner.count(words, &mut text);
            let mut heading_length = 0;
            self.headings(clause, |words| heading_length += self.scanner.count(words, &mut heading));
            self.read += u64::from(text_length);
            let own_heading = self.records.string(clause.heading);
            if text_length == 0 && own_heading.is_empty() {
                continue;
            }
            let mut score = 0.0;
            let mut holds = false;
            let text_norm = 1.0 - B + B * f64::from(text_length) / self.average_text;
            let heading_norm = 1.0 - B + B * f64::from(heading_length) / self.average_heading;
            let title_norm = 1.0 - B + B * f64::from(title_length) / self.average_title;
            for (i, term) in self.terms.list.iter().enumerate() {
                let (t, h, n) = (text[i], heading[i], title[i]);
                if t + h + n == 0 {
                    continue;
                }
                holds |= t + h > 0;
                total[i] += t;
                let x = f64::from(t) / text_norm
                    + self.weights.heading * f64::from(h) / heading_norm
                    + self.weights.title * f64::from(n) / title_norm;
                score += term.weight * term.clause_idf * (K1 + 1.0) * x / (x + K1);
            }
            if holds || score > 0.0 {
                scored.push(Scored { clause: at as u32, policy, score });
            }
        }
        let whole = self.whole(policy, &total);
        for clause in &mut scored[start..] {
            clause.score += whole;
        }
    }

    /// Headings of a clause and of those around it.
    fn headings(&self, clause: &ClauseRecord, mut each: impl FnMut(&str)) {
        each(self.records.string(clause.heading));
        let mut parent = clause.parent.get();
        while parent != NO_PARENT {
            let Some(around) = self.records.clauses().get(parent as usize) else { return };
            each(self.records.string(around.heading));
            parent = around.parent.get();
        }
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
        let clause = &self.records.clauses()[scored.clause as usize];
        let title = self.records.string(self.records.policies()[scored.policy as usize].title);
        let text = self.records.text(clause).unwrap_or_default();
        let heading = self.records.string(clause.heading);
        let (in_title, longest) = self.scanner.runs(title);
        let body = self.scanner.runs(text).0.max(self.scanner.runs(heading).0);
        let norm = power_1_5((self.terms.length - 1) as f64);
        let title_length = title.chars().count().max(1) as f64;
        let whole_title = 3.0 * in_title / norm * (longest as f64 / title_length + 0.5).min(1.0);
        self.weights.run * body.max(in_title) / norm + whole_title
    }
}
