//! Here is what a visitor typed: which policies answer it, and where in them?
//!
//! Reading order: `query` (what was typed), `terms` (what is looked up), `answer` (how the best answer is found),
//! `candidate` (postings to candidates), `constraint` (what must be there and what must not), `rank` (text to scores),
//! `scan` (reading text), `facet` (filters and counts), `hit` and `snippet` (what is shown); then other ways to say the
//! same: `number` (document numbers), `correct` (typing errors), `sound` (pinyin); and `suggest` (what a beginning may
//! become).

// Scores are floats; money never comes here.
#![allow(clippy::disallowed_types)]

mod answer;
mod candidate;
mod constraint;
mod correct;
mod facet;
mod hit;
mod logarithm;
mod number;
mod query;
mod rank;
pub mod report;
mod scan;
mod set;
mod snippet;
mod sound;
mod suggest;
mod terms;

use policy_finder_pack::index::Index;
use policy_finder_pack::records::Records;
use policy_finder_pack::rules::Benefit;
use policy_finder_pack::validity::Status;
use policy_finder_pack::{Date, order};

use crate::report::{SearchQuery, SearchReport, Suggestion};
use answer::{Depth, Found};
use facet::Filter;
use rank::Scored;

/// What a run of results is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Policy,
    Clause,
}

/// Searches one open pack.
pub struct Search<'a> {
    pub index: &'a Index,
    pub records: &'a Records,
    /// All that the pack can compute; a search says of how many it knows in a policy.
    pub benefits: &'a [Benefit],
}

impl<'a> Search<'a> {
    /// The best policies or clauses with their scores, best first, at any date and without filters.
    pub fn rank(&self, typed: &str, limit: usize, unit: Unit) -> Vec<(String, f64)> {
        let depth = match unit {
            Unit::Policy => Depth { limit, policies: 1, early: true },
            Unit::Clause => Depth { limit, policies: limit.min(50), early: false },
        };
        let (_, found) = self.answer(typed, depth, |_| true);
        let string = |id| self.records.string(id).to_owned();
        match unit {
            Unit::Policy => {
                let policies = self.records.policies();
                found.iter().take(limit).map(|f| (string(policies[f.policy as usize].id), f.score)).collect()
            }
            Unit::Clause => {
                let mut clauses: Vec<Scored> = found.into_iter().flat_map(|f| f.clauses).collect();
                order::sort_by(&mut clauses, rank::best_first);
                clauses
                    .iter()
                    .take(limit)
                    .map(|c| (string(self.records.clause(c.clause as usize).anchor), c.score))
                    .collect()
            }
        }
    }

    /// What a visitor sees: hits with snippets, facet counts, and the query as it was probably meant.
    pub fn search(&self, asked: &SearchQuery, as_of: Date) -> SearchReport {
        let limit = asked.limit.unwrap_or(20).min(1000);
        let offset = asked.offset.unwrap_or(0).min(self.records.policies().len());
        let filter = Filter::new(self.records, asked, as_of);
        let mut facets = filter.counting();
        let depth = Depth { limit: offset + limit, policies: limit.min(50), early: false };
        let (prepared, mut found) = self.answer(&asked.query, depth, |policy| {
            facets.add(policy);
            filter.passes(policy)
        });
        for f in &mut found {
            f.score *= standing(filter.status(f.policy));
        }
        let policies = self.records.policies();
        let day = |f: &Found| {
            let p = &policies[f.policy as usize];
            p.issued.get().max(p.published.get()).max(p.effective.get())
        };
        let by_date = asked.sort.as_deref() == Some("date") || prepared.terms.length == 0;
        order::sort_by(&mut found, |a, b| {
            let relevance = b.whole.cmp(&a.whole).then(b.score.total_cmp(&a.score));
            let date = day(b).cmp(&day(a));
            let order = if by_date { date.then(relevance) } else { relevance.then(date) };
            order.then(a.policy.cmp(&b.policy))
        });
        let shown = found.iter().skip(offset).take(limit);
        let hits = shown.map(|f| self.hit(f, &prepared, &filter)).collect();
        SearchReport {
            query: asked.query.clone(),
            as_of: as_of.to_string(),
            total: found.len(),
            hits,
            facets: facets.finish(),
            terms: self.words(&prepared.query.text),
            correction: prepared.correction,
        }
    }

    /// What the beginning of a query may become, at most `limit`.
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        suggest::suggest(self, typed, limit)
    }

    fn title(&self, policy: u32) -> &'a str {
        self.records.string(self.records.policies()[policy as usize].title)
    }
}

/// Policies in force stand above others; nothing is dropped.
fn standing(status: Status) -> f64 {
    match status {
        Status::InForce | Status::Lapsing | Status::Undated => 1.0,
        Status::Upcoming => 0.9,
        Status::Lapsed | Status::Repealed => 0.6,
    }
}
