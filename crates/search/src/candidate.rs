//! Here are the terms: which policies hold them?
//!
//! Postings say only whether a policy holds a term. That is enough for a first order, in which their text is read.

use policy_finder_pack::index::Index;

use super::answer::Prepared;
use super::logarithm::power_1_5;
use super::terms::{Gram, Terms};

/// A policy is a candidate when it holds this share of what the best one holds.
const ENOUGH: f64 = 0.25;
/// Added for a document number or a name in pinyin: nothing else comes before it.
pub(super) const NAMED: f64 = 1000.0;
/// What keywords in one piece add to a policy, and what they add as its title.
pub(super) const PIECE: f64 = 40.0;
pub(super) const TITLE: f64 = 30.0;

/// What the postings say of a policy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Candidate {
    pub policy: u32,
    /// Sum over its terms, and over the terms in its title.
    pub score: f64,
    /// The most that runs of typed characters can give, for the whole policy and for its title.
    pub runs: f64,
    pub title_runs: f64,
    /// Keywords: it may hold all of them in one piece, or is named. These come first.
    pub first: bool,
}

impl Candidate {
    /// Greater for what comes before: no score is below zero, and the bits of such floats are ordered as they are.
    fn key(&self) -> u64 {
        u64::from(self.first) << 63 | self.score.to_bits()
    }
}

/// The policies that hold enough of what was typed, or of that with its official wordings; in the order of the corpus.
pub(super) fn candidates(index: &Index, terms: &Terms) -> Vec<Candidate> {
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
    let least = |most: f64| (ENOUGH * most).max(f64::MIN_POSITIVE);
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

/// Scores what the postings say of runs: keywords that may stand in one piece come first.
pub(super) fn weigh(prepared: &Prepared, candidates: &mut [Candidate]) {
    if prepared.terms.question {
        return;
    }
    let best = most(candidates.iter().map(|c| c.runs)).max(1.0);
    let best_title = most(candidates.iter().map(|c| c.title_runs)).max(1.0);
    for c in candidates {
        c.score += PIECE * c.runs / best + TITLE * c.title_runs / best_title;
        c.first = c.runs >= prepared.whole || c.score >= NAMED;
    }
}

/// Candidates, put in order as far as they are looked at.
pub(super) struct Order<'c> {
    candidates: &'c mut [Candidate],
    /// So many are in order.
    sorted: usize,
}

impl Order<'_> {
    /// The first so many in order.
    pub fn new(candidates: &mut [Candidate], count: usize) -> Order<'_> {
        let mut order = Order { candidates, sorted: 0 };
        order.sort(count);
        order
    }

    /// Puts so many more in order.
    fn sort(&mut self, more: usize) {
        let rest = &mut self.candidates[self.sorted..];
        let order = |a: &Candidate, b: &Candidate| b.key().cmp(&a.key()).then(a.policy.cmp(&b.policy));
        let count = more.min(rest.len());
        if count < rest.len() {
            rest.select_nth_unstable_by(count, order);
        }
        rest[..count].sort_unstable_by(order);
        self.sorted += count;
    }

    pub fn next(&mut self, at: usize) -> Option<Candidate> {
        if at == self.sorted {
            self.sort(at);
        }
        self.candidates.get(at).copied()
    }

    /// Those from a place on, at most so many.
    pub fn rest(&self, from: usize, limit: usize) -> &[Candidate] {
        let rest = &self.candidates[from..];
        &rest[..limit.min(rest.len())]
    }
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

/// The largest of numbers that are none below zero. `f64::max` is a call in WASM.
pub(super) fn most(numbers: impl IntoIterator<Item = f64>) -> f64 {
    numbers.into_iter().fold(0.0, |most, number| if number > most { number } else { most })
}
