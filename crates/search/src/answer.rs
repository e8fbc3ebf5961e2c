//! Here is what was typed: what is the best answer, and what was probably meant?
//!
//! Candidates are put in order by their postings, the text of the best is read and ranks them. Where nothing holds what
//! was typed, other ways to say it are tried: corrected, or cut into words. See `docs/decisions/0007-ranking.md`.

use policy_finder_pack::order;
use std::collections::HashSet;

use super::candidate::{self, Candidate, NAMED, Order, PIECE, TITLE, most};
use super::query::Query;
use super::rank::{self, Read, Reader, Scored};
use super::scan::Scanner;
use super::terms::{self, Terms};
use super::{Search, correct, number, sound};

/// Characters of text that are read for a question, and for keywords that stand nowhere in one piece.
const READ: u64 = 300_000;
/// Policies that hold all keywords in one piece and are read; the others keep their order.
const WHOLE: usize = 6;
/// Clauses whose runs are looked for.
const RUNS: usize = 100;

/// A policy among the results.
pub(super) struct Found {
    pub policy: u32,
    pub score: f64,
    /// Keywords: it holds all of them, each in one piece. These come first.
    pub whole: bool,
    /// Its clauses, best first; none where nothing was asked or its text was not read.
    pub clauses: Vec<Scored>,
}

impl Found {
    fn unread(candidate: &Candidate) -> Found {
        Found { policy: candidate.policy, score: candidate.score, whole: false, clauses: Vec::new() }
    }
}

/// A query with its terms looked up.
pub(super) struct Prepared<'a> {
    pub query: Query,
    pub terms: Terms<'a>,
    pub scanner: Scanner,
    /// What all that was typed gives as runs, each in one piece.
    pub whole: f64,
    /// Policies that the query names, by document number or sound, with how near (0 to 1).
    named: Vec<(u32, f64)>,
    /// The query as it was probably meant.
    pub correction: Option<String>,
}

/// How many results are wanted, and what text to read for them.
#[derive(Clone, Copy)]
pub(super) struct Depth {
    /// Results that are put in order.
    pub limit: usize,
    /// Policies to read at least.
    pub policies: usize,
    /// Stop when enough of them hold everything in one piece; no more than `limit` are listed.
    pub early: bool,
}

impl Depth {
    /// How many of those that were not read are listed.
    fn unread(self) -> usize {
        if self.early { self.limit } else { usize::MAX }
    }
}

impl<'a> Search<'a> {
    /// Every policy that matches, best first; the first `limit` and a few more are in order.
    pub(super) fn answer(
        &self,
        typed: &str,
        depth: Depth,
        mut passes: impl FnMut(u32) -> bool,
    ) -> (Prepared<'a>, Vec<Found>) {
        let prepared = self.prepare(Query::parse(typed), None);
        let policies = self.records.policies().len();
        if prepared.terms.length == 0 {
            let all = (0..policies as u32).map(|policy| Candidate { policy, ..Candidate::default() });
            let mut all = self.without(&prepared, all.collect());
            all.retain(|c| passes(c.policy));
            return (prepared, all.iter().map(Found::unread).collect());
        }
        // Each policy is asked about once, so that it is counted once.
        let mut asked: Vec<Option<bool>> = vec![None; policies];
        let mut passes = |policy: u32| *asked[policy as usize].get_or_insert_with(|| passes(policy));
        let mut candidates = self.candidates(&prepared, &mut passes);
        let mut found = None;
        // Where the postings say already that nothing stands in one piece, other ways to say it come first.
        if prepared.whole == 0.0 || candidates.iter().any(|c| c.runs >= prepared.whole) {
            let (read, complete) = self.read(&prepared, &mut candidates, depth);
            if complete {
                return (prepared, read);
            }
            found = Some(read);
        }
        if let Some(text) = correct::query(self, &prepared.query, &prepared.terms) {
            // What was typed stands nowhere in one piece and something close to it does.
            let unread = found.unwrap_or_else(|| {
                let order = Order::new(&mut candidates, depth.limit + 8);
                order.rest(0, depth.unread()).iter().map(Found::unread).collect()
            });
            let correction = text.iter().collect::<String>().trim().to_owned();
            let meant = self.prepare(Query { text, ..prepared.query }, Some(correction));
            let (mut found, _) = self.read(&meant, &mut self.candidates(&meant, &mut passes), depth);
            let listed: HashSet<u32> = found.iter().map(|f| f.policy).collect();
            below(&mut found, unread.into_iter().filter(|f| !listed.contains(&f.policy)));
            return (meant, found);
        }
        if !prepared.terms.question
            && let Some(text) = self.split(&prepared.query.text)
        {
            // Words written without a space between them.
            let query = Query { text, ..prepared.query.clone() };
            let apart = Prepared { correction: prepared.correction.clone(), ..self.prepare(query, None) };
            let (words, complete) = self.read(&apart, &mut self.candidates(&apart, &mut passes), depth);
            if complete && apart.terms.places != 0 {
                return (apart, words);
            }
        }
        let found = found.unwrap_or_else(|| self.read(&prepared, &mut candidates, depth).0);
        (prepared, found)
    }

    fn prepare(&self, query: Query, correction: Option<String>) -> Prepared<'a> {
        let mut named = number::policies(self.index, self.records, &query);
        let (mut query, mut correction) = (query, correction);
        if named.is_empty()
            && correction.is_none()
            && let Some(heard) = sound::query(self, &query.text)
        {
            correction = Some(heard.text.iter().collect());
            query.text = heard.text;
            named = heard.policies;
        }
        let terms = Terms::new(self.index, &query.text);
        let scanner = Scanner::new(&terms);
        Prepared { query, scanner, whole: candidate::bound(terms.places), terms, named, correction }
    }

    /// A text with a space between its words; `None` where it has them already.
    fn split(&self, text: &[char]) -> Option<Vec<char>> {
        let borders = terms::borders(self.index, text);
        let mut apart = Vec::with_capacity(text.len() * 2);
        for (at, &c) in text.iter().enumerate() {
            if borders[at] && at > 0 && text[at - 1].is_alphanumeric() {
                apart.push(' ');
            }
            apart.push(c);
        }
        (apart.len() > text.len()).then_some(apart)
    }

    /// Candidates that are wanted, scored by their postings.
    fn candidates(&self, prepared: &Prepared, passes: &mut impl FnMut(u32) -> bool) -> Vec<Candidate> {
        let mut candidates = candidate::candidates(self.index, &prepared.terms);
        for &(policy, nearness) in &prepared.named {
            let score = NAMED * (1.0 + nearness);
            match candidates.iter_mut().find(|c| c.policy == policy) {
                Some(candidate) => candidate.score += score,
                None => candidates.push(Candidate { policy, score, ..Candidate::default() }),
            }
        }
        let mut candidates = self.without(prepared, candidates);
        candidates.retain(|c| passes(c.policy));
        candidate::weigh(prepared, &mut candidates);
        candidates
    }

    /// Reads the text of the best candidates and ranks them; those that were not read follow in their order.
    /// Also says whether some policy holds everything that was typed, each run in one piece.
    fn read(&self, prepared: &Prepared<'a>, candidates: &mut [Candidate], depth: Depth) -> (Vec<Found>, bool) {
        let &Prepared { ref terms, ref scanner, ref named, whole, .. } = prepared;
        let mut order = Order::new(candidates, depth.limit + 8);
        let mut reader = Reader::new(self.index, self.records, terms, scanner);
        let mut read: Vec<Read> = Vec::new();
        let mut complete = 0;
        while read.len() < depth.limit + 200
            && let Some(candidate) = order.next(read.len())
        {
            let fits = candidate.runs >= whole;
            let enough = if terms.question || !depth.early {
                reader.read > READ
            } else {
                // Nothing that follows can hold more than what was found.
                complete >= WHOLE || (complete > 0 && !fits) || reader.read > READ / if fits { 1 } else { 4 }
            };
            if read.len() >= depth.policies && enough {
                break;
            }
            let policy = reader.policy(candidate.policy);
            complete += usize::from(policy.sum >= whole);
            read.push(policy);
        }
        if !depth.early || terms.question {
            add_runs(&reader, &mut read);
        }
        let count = read.len();
        let longest = most(read.iter().map(|r| r.sum)).max(1.0);
        let longest_title = most(read.iter().map(|r| r.title)).max(1.0);
        let mut found = Vec::with_capacity(count);
        for policy in read {
            let mut clauses = policy.clauses;
            let mut more = 0.0;
            if !terms.question {
                more += PIECE * policy.sum / longest + TITLE * policy.title / longest_title;
            }
            if let Some(&(_, nearness)) = named.iter().find(|(named, _)| *named == policy.policy) {
                more += NAMED * (1.0 + nearness);
            }
            clauses.iter_mut().for_each(|c| c.score += more);
            if depth.early {
                // Only the best clause counts for its policy.
                clauses = clauses.into_iter().min_by(rank::best_first).into_iter().collect();
            }
            order::sort_by(&mut clauses, rank::best_first);
            let score = clauses.first().map_or(more, |c| c.score);
            let whole = !terms.question && (policy.sum >= whole || score >= NAMED);
            found.push(Found { policy: policy.policy, score, whole, clauses });
        }
        order::sort_by(&mut found, |a, b| {
            b.whole.cmp(&a.whole).then(b.score.total_cmp(&a.score)).then(a.policy.cmp(&b.policy))
        });
        below(&mut found, order.rest(count, depth.unread()).iter().map(Found::unread));
        (found, complete > 0 || whole == 0.0)
    }
}

/// The best clauses of all, and the best of each policy, show how much they hold in one piece.
fn add_runs(reader: &Reader, read: &mut [Read]) {
    let clauses = read.iter().zip(0u32..).flat_map(|(policy, at)| {
        policy.clauses.iter().zip(0u32..).map(move |(clause, number)| (clause.score, at, number))
    });
    let mut scored: Vec<(f64, u32, u32)> = clauses.collect();
    scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut seen = vec![false; read.len()];
    for (position, (_, at, clause)) in scored.into_iter().enumerate() {
        if !std::mem::replace(&mut seen[at as usize], true) || position < RUNS {
            let clause = &mut read[at as usize].clauses[clause as usize];
            clause.score += reader.run(clause);
        }
    }
}

/// Adds what comes after everything that was found, in the order that it has.
fn below(found: &mut Vec<Found>, rest: impl Iterator<Item = Found>) {
    let least = found.iter().map(|f| f.score).fold(f64::INFINITY, f64::min);
    let least = if found.is_empty() { 1.0 } else { least };
    found.extend(rest.enumerate().map(|(n, f)| Found { score: least / (2.0 + n as f64), whole: false, ..f }));
}
