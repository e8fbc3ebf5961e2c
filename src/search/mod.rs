//! Here is what a visitor typed: which policies answer it, and where in them?
//!
//! Reading order: `query` (what was typed), `terms` (what is looked up), `rank` (postings to candidates, text to
//! scores), `scan` (reading text), `facet` (filters and counts), `snippet` (what is shown), `number` (document numbers).

// Scores are floats; money never comes here.
#![allow(clippy::disallowed_types)]

mod facet;
mod logarithm;
mod number;
mod query;
mod rank;
mod scan;
mod snippet;
mod terms;

use policy_finder_pack::Date;
use policy_finder_pack::index::Index;
use policy_finder_pack::records::{Records, date};
use policy_finder_pack::rules::RuleBook;

use crate::report::search::{Hit, More, SearchQuery, SearchReport};
use crate::validity::Status;
use facet::Filter;
use query::Query;
use rank::{Candidate, Reader, Scored};
use scan::Scanner;
use terms::{Gram, Terms};

/// What a run of results is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Policy,
    Clause,
}

/// Searches one open pack.
pub(crate) struct Search<'a> {
    pub index: &'a Index,
    pub records: &'a Records,
    pub rules: &'a RuleBook,
}

/// Characters of text that are read for one query: about two milliseconds.
const READ: u64 = 1_000_000;
/// Clauses whose runs are looked for.
const RUNS: usize = 100;
/// A policy matches when it holds this share of what the best one holds.
const ENOUGH: f64 = 0.4;
/// Added for a document number: nothing else comes before it.
const NUMBER: f64 = 1000.0;

/// A policy among the results.
struct Found {
    policy: u32,
    score: f64,
    /// Its clauses, best first; none where nothing was asked or its text was not read.
    clauses: Vec<Scored>,
}

impl Search<'_> {
    /// The best policies or clauses with their scores, best first, at any date and without filters.
    pub fn rank(&self, typed: &str, limit: usize, unit: Unit) -> Vec<(String, f64)> {
        let query = Query::parse(typed);
        let terms = Terms::new(self.index, &query.text);
        let scanner = Scanner::new(&terms);
        let candidates = self.matching(&query, rank::candidates(self.index, &terms));
        let found = self.read(&query, &terms, &scanner, &candidates, limit);
        let string = |id| self.records.string(id).to_owned();
        match unit {
            Unit::Policy => {
                let policies = self.records.policies();
                found.iter().take(limit).map(|f| (string(policies[f.policy as usize].id), f.score)).collect()
            }
            Unit::Clause => {
                let mut clauses: Vec<Scored> = found.into_iter().flat_map(|f| f.clauses).collect();
                clauses.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.clause.cmp(&b.clause)));
                let records = self.records.clauses();
                clauses.iter().take(limit).map(|c| (string(records[c.clause as usize].anchor), c.score)).collect()
            }
        }
    }

    pub fn search(&self, asked: &SearchQuery, as_of: Date) -> SearchReport {
        let query = Query::parse(&asked.query);
        let terms = Terms::new(self.index, &query.text);
        let scanner = Scanner::new(&terms);
        let limit = asked.limit.unwrap_or(20).min(1000);
        let offset = asked.offset.unwrap_or(0);
        let empty = query.text.iter().all(|c| !c.is_alphanumeric());
        let mut candidates = if empty {
            let all = 0..self.records.policies().len() as u32;
            let all = all.map(|policy| Candidate { policy, coverage: 1.0, ..Candidate::default() }).collect();
            self.without(&query, all)
        } else {
            self.matching(&query, rank::candidates(self.index, &terms))
        };
        let filter = Filter::new(self.records, asked, as_of);
        let facets = filter.count(candidates.iter().map(|c| c.policy));
        candidates.retain(|c| filter.passes(c.policy));
        let total = candidates.len();
        let mut found = self.read(&query, &terms, &scanner, &candidates, offset.saturating_add(limit));
        for f in &mut found {
            f.score *= standing(filter.status(f.policy));
        }
        let policies = self.records.policies();
        let day = |f: &Found| {
            let p = &policies[f.policy as usize];
            p.issued.get().max(p.published.get()).max(p.effective.get())
        };
        let by_date = asked.sort.as_deref() == Some("date") || empty;
        found.sort_by(|a, b| {
            let relevance = b.score.total_cmp(&a.score);
            let date = day(b).cmp(&day(a));
            let order = if by_date { date.then(relevance) } else { relevance.then(date) };
            order.then(a.policy.cmp(&b.policy))
        });
        let shown = found.iter().skip(offset).take(limit);
        let hits = shown.map(|f| self.hit(f, &terms, &scanner, &filter)).collect();
        SearchReport {
            query: asked.query.clone(),
            as_of: as_of.to_string(),
            total,
            hits,
            facets,
            terms: self.words(&query.text),
        }
    }

    /// Candidates that hold enough of the query, its phrases, and nothing that is excluded.
    fn matching(&self, query: &Query, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        let numbered = number::policies(self.index, self.records, query);
        let best = candidates.iter().map(|c| c.coverage).fold(0.0, f64::max);
        candidates.retain(|c| c.coverage > 0.0 && c.coverage >= ENOUGH * best);
        for &(policy, nearness) in numbered.iter().rev() {
            candidates.retain(|c| c.policy != policy);
            let score = NUMBER * (1.0 + nearness);
            candidates.insert(0, Candidate { policy, score, coverage: 1.0 });
        }
        self.without(query, candidates)
    }

    /// Drops what lacks a phrase or holds an excluded word.
    fn without(&self, query: &Query, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        if !query.phrases.is_empty() || !query.excluded.is_empty() {
            candidates.retain(|c| {
                query.phrases.iter().all(|phrase| self.holds(c.policy, phrase))
                    && !query.excluded.iter().any(|word| self.holds(c.policy, word))
            });
        }
        candidates
    }

    /// Whether a policy's title, headings or text hold a piece of folded text as it is.
    fn holds(&self, policy: u32, piece: &[char]) -> bool {
        let record = &self.records.policies()[policy as usize];
        let piece: String = piece.iter().collect();
        let holds = |text: &str| policy_finder_pack::analyzer::fold_text(text).contains(&piece);
        holds(self.records.string(record.title))
            || record.clauses().any(|at| {
                let clause = &self.records.clauses()[at];
                holds(self.records.string(clause.heading)) || self.records.text(clause).is_ok_and(holds)
            })
    }

    /// Reads the text of the best candidates and ranks them; those that were not read follow in their order.
    fn read(
        &self,
        query: &Query,
        terms: &Terms,
        scanner: &Scanner,
        candidates: &[Candidate],
        limit: usize,
    ) -> Vec<Found> {
        let mut reader = Reader::new(self.index, self.records, terms, scanner);
        let mut scored = Vec::new();
        let mut count = 0;
        for candidate in candidates {
            if reader.read > READ && count >= limit.min(50) {
                break;
            }
            reader.policy(candidate.policy, &mut scored);
            count += 1;
        }
        // The best clauses of all, and the best of each policy, show how much of the query they hold in one piece.
        let mut order: Vec<usize> = (0..scored.len()).collect();
        order.sort_by(|&a, &b| scored[b].score.total_cmp(&scored[a].score).then(a.cmp(&b)));
        let mut first = std::collections::HashSet::new();
        for (position, &at) in order.iter().enumerate() {
            if first.insert(scored[at].policy) || position < RUNS {
                scored[at].score += reader.run(&scored[at]);
            }
        }
        let numbered = number::policies(self.index, self.records, query);
        let mut by_policy: std::collections::HashMap<u32, Vec<Scored>> = std::collections::HashMap::new();
        for s in scored {
            by_policy.entry(s.policy).or_default().push(s);
        }
        let mut found = Vec::with_capacity(candidates.len());
        for candidate in &candidates[..count] {
            let mut clauses = by_policy.remove(&candidate.policy).unwrap_or_default();
            clauses.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.clause.cmp(&b.clause)));
            let mut score = clauses.first().map_or(0.0, |c| c.score);
            if let Some(&(_, nearness)) = numbered.iter().find(|(policy, _)| *policy == candidate.policy) {
                score += NUMBER * (1.0 + nearness);
                clauses.iter_mut().for_each(|c| c.score += NUMBER * (1.0 + nearness));
            }
            found.push(Found { policy: candidate.policy, score, clauses });
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.policy.cmp(&b.policy)));
        let least = found.last().map_or(0.0, |f| f.score);
        let rest = candidates[count..].iter().enumerate();
        // Below everything that was read, and still in order.
        found.extend(rest.map(|(position, c)| Found {
            policy: c.policy,
            score: least / (2.0 + position as f64),
            clauses: Vec::new(),
        }));
        found
    }

    fn hit(&self, found: &Found, terms: &Terms, scanner: &Scanner, filter: &Filter) -> Hit {
        let record = &self.records.policies()[found.policy as usize];
        let clauses = self.records.clauses();
        let title = self.records.string(record.title);
        let marked = |term: usize| terms.list[term].weight > 0.45;
        let single = !terms.list.iter().any(|t| matches!(t.gram, Gram::Pair(..)));
        let title_marks = snippet::utf16(title, &scanner.marks(title, single, marked));
        let best = found.clauses.first().map(|c| c.clause as usize);
        let best =
            best.or_else(|| record.clauses().find(|&at| clauses[at].text_length.get() > 0)).or(record.clauses().next());
        let (mut snippet, mut highlights) = (String::new(), Vec::new());
        if let Some(at) = best {
            let text = self.records.text(&clauses[at]).unwrap_or_default();
            let text = if text.is_empty() { self.records.string(clauses[at].heading) } else { text };
            (snippet, highlights) = snippet::best(text, &scanner.marks(text, single, marked));
        }
        let enough = found.clauses.first().map_or(0.0, |c| c.score * 0.6);
        let more = found.clauses.iter().skip(1).take_while(|c| c.score >= enough).take(5).map(|c| {
            let clause = &clauses[c.clause as usize];
            More {
                clause: self.records.string(clause.anchor).to_owned(),
                label: self.records.string(clause.label).to_owned(),
                heading: self.records.string(clause.heading).to_owned(),
            }
        });
        let clause = best.map(|at| &clauses[at]);
        let text = |id: Option<policy_finder_pack::records::StringId>| {
            id.map(|id| self.records.string(id).to_owned()).unwrap_or_default()
        };
        let computable = |b: &&policy_finder_pack::rules::Benefit| {
            b.amount.is_some() && record.clauses().contains(&(b.clause as usize))
        };
        Hit {
            policy: self.records.string(record.id).to_owned(),
            clause: text(clause.map(|c| c.anchor)),
            label: text(clause.map(|c| c.label)),
            heading: text(clause.map(|c| c.heading)),
            title: title.to_owned(),
            title_marks,
            level: record.level().map(policy_finder_pack::records::Level::name),
            status: filter.status(found.policy).name(),
            doc_number: self.records.optional(record.doc_number).map(str::to_owned),
            issuer: self.records.list(record.issuer).map(str::to_owned).collect(),
            issued: date(record.issued).map(|d| d.to_string()),
            expires: date(record.expires).map(|d| d.to_string()),
            score: found.score,
            snippet,
            highlights,
            more: more.collect(),
            benefits: self.rules.benefits.iter().filter(computable).count(),
        }
    }

    /// The words of a text, cut by the words of the corpus: the most probable sequence.
    fn words(&self, text: &[char]) -> Vec<String> {
        let mut words = Vec::new();
        for run in policy_finder_pack::analyzer::runs(text) {
            let characters = &text[run.range];
            if run.kind == policy_finder_pack::analyzer::RunKind::Word {
                words.push(characters.iter().collect());
                continue;
            }
            let policies = self.index.measures.policies().max(1) as f64;
            let total = logarithm::ln(policies * 20.0);
            let mut best = vec![(f64::NEG_INFINITY, 1usize); characters.len() + 1];
            best[characters.len()] = (0.0, 0);
            for at in (0..characters.len()).rev() {
                best[at] = (logarithm::ln(0.5) - total + best[at + 1].0, 1);
                self.index.lexicon.prefixes(&characters[at..], |length, policies| {
                    let score = logarithm::ln(policies.max(1) as f64) - total + best[at + length].0;
                    if score > best[at].0 {
                        best[at] = (score, length);
                    }
                });
            }
            let mut at = 0;
            while at < characters.len() {
                let length = best[at].1;
                words.push(characters[at..at + length].iter().collect());
                at += length;
            }
        }
        words
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
