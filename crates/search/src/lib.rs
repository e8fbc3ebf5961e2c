//! Here is what a visitor typed: which policies answer it, and where in them?
//!
//! Reading order: `query` (what was typed), `terms` (what is looked up), `rank` (postings to candidates, text to
//! scores), `scan` (reading text), `facet` (filters and counts), `snippet` (what is shown); then other ways to say
//! the same: `number` (document numbers), `correct` (typing errors), `sound` (pinyin); and
//! `suggest` (what a beginning may become).

// Scores are floats; money never comes here.
#![allow(clippy::disallowed_types)]

mod correct;
mod facet;
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

use std::collections::HashSet;

use policy_finder_pack::Date;
use policy_finder_pack::index::Index;
use policy_finder_pack::records::{Records, date};
use policy_finder_pack::rules::Benefit;

use crate::report::{Hit, More, SearchQuery, SearchReport, Suggestion};
use facet::Filter;
use policy_finder_pack::validity::Status;
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
pub struct Search<'a> {
    pub index: &'a Index,
    pub records: &'a Records,
    /// All that the pack can compute; a search says of how many it knows in a policy.
    pub benefits: &'a [Benefit],
}

/// Characters of text that are read for a question, and for keywords that stand nowhere in one piece.
const READ: u64 = 300_000;
/// Policies that hold all keywords in one piece and are read; the others keep their order.
const WHOLE: usize = 6;
/// Clauses whose runs are looked for.
const RUNS: usize = 100;
/// A policy matches when it holds this share of what the best one holds.
const ENOUGH: f64 = 0.25;
/// Added for a document number or a name in pinyin: nothing else comes before it.
const NAMED: f64 = 1000.0;

/// A policy among the results.
struct Found {
    policy: u32,
    score: f64,
    /// Keywords: it holds all of them, each in one piece. These come first.
    whole: bool,
    /// Its clauses, best first; none where nothing was asked or its text was not read.
    clauses: Vec<Scored>,
}

/// A query with its terms looked up.
struct Prepared<'a> {
    query: Query,
    terms: Terms<'a>,
    scanner: Scanner,
    /// Policies that the query names, by document number or sound, with how near (0 to 1).
    named: Vec<(u32, f64)>,
    /// The query as it was probably meant.
    correction: Option<String>,
}

/// Candidates, put in order as far as they are looked at.
struct Order<'c> {
    candidates: &'c mut [Candidate],
    /// So many are in order.
    sorted: usize,
    question: bool,
    whole: f64,
}

impl Order<'_> {
    fn new<'c>(prepared: &Prepared, candidates: &'c mut [Candidate], limit: usize) -> Order<'c> {
        let Terms { question, places, .. } = prepared.terms;
        let mut order = Order { candidates, sorted: 0, question, whole: rank::bound(places) };
        order.sort(limit + 8);
        order
    }

    /// Puts so many more in order.
    fn sort(&mut self, more: usize) {
        let &mut Order { sorted, question, whole, .. } = self;
        let rest = &mut self.candidates[sorted..];
        let holds = |c: &Candidate| !question && (c.runs >= whole || c.score >= NAMED);
        let order = |a: &Candidate, b: &Candidate| {
            holds(b).cmp(&holds(a)).then(b.score.total_cmp(&a.score)).then(a.policy.cmp(&b.policy))
        };
        let count = more.min(rest.len());
        if count < rest.len() {
            rest.select_nth_unstable_by(count, order);
        }
        rest[..count].sort_unstable_by(order);
        self.sorted += count;
    }

    fn next(&mut self, at: usize) -> Option<Candidate> {
        if at == self.sorted {
            self.sort(at);
        }
        self.candidates.get(at).copied()
    }

    /// Those from a place on, or only some.
    fn rest(self, from: usize, limit: Option<usize>) -> Vec<Found> {
        let unread = |c: &Candidate| Found { policy: c.policy, score: c.score, whole: false, clauses: Vec::new() };
        self.candidates[from..].iter().take(limit.unwrap_or(usize::MAX)).map(unread).collect()
    }
}

/// Adds what comes after everything that was found, in the order that it has.
fn below(found: &mut Vec<Found>, rest: Vec<Found>) {
    let least = found.iter().map(|f| f.score).fold(f64::INFINITY, f64::min);
    let least = if found.is_empty() { 1.0 } else { least };
    let rest = rest.into_iter().enumerate();
    found.extend(rest.map(|(n, f)| Found { score: least / (2.0 + n as f64), whole: false, ..f }));
}

/// What text to read.
#[derive(Clone, Copy)]
struct Depth {
    /// Policies to read at least.
    policies: usize,
    /// Stop when enough of them hold everything in one piece.
    early: bool,
}

impl<'a> Search<'a> {
    /// The best policies or clauses with their scores, best first, at any date and without filters.
    pub fn rank(&self, typed: &str, limit: usize, unit: Unit) -> Vec<(String, f64)> {
        let depth = match unit {
            Unit::Policy => Depth { policies: 1, early: true },
            Unit::Clause => Depth { policies: limit.min(50), early: false },
        };
        let (_, found) = self.answer(typed, depth, limit, |_| true);
        let string = |id| self.records.string(id).to_owned();
        match unit {
            Unit::Policy => {
                let policies = self.records.policies();
                found.iter().take(limit).map(|f| (string(policies[f.policy as usize].id), f.score)).collect()
            }
            Unit::Clause => {
                let mut clauses: Vec<Scored> = found.into_iter().flat_map(|f| f.clauses).collect();
                clauses.sort_unstable_by(rank::best_first);
                clauses
                    .iter()
                    .take(limit)
                    .map(|c| (string(self.records.clause(c.clause as usize).anchor), c.score))
                    .collect()
            }
        }
    }

    pub fn search(&self, asked: &SearchQuery, as_of: Date) -> SearchReport {
        let limit = asked.limit.unwrap_or(20).min(1000);
        let offset = asked.offset.unwrap_or(0).min(self.records.policies().len());
        let filter = Filter::new(self.records, asked, as_of);
        let mut facets = filter.counting();
        let depth = Depth { policies: limit.min(50), early: false };
        let (prepared, mut found) = self.answer(&asked.query, depth, offset + limit, |policy| {
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
        found.sort_unstable_by(|a, b| {
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

    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        suggest::suggest(self, typed, limit)
    }

    /// Every policy that matches, best first; the first `limit` and a few more are in order.
    fn answer(
        &self,
        typed: &str,
        depth: Depth,
        limit: usize,
        mut passes: impl FnMut(u32) -> bool,
    ) -> (Prepared<'a>, Vec<Found>) {
        let query = Query::parse(typed);
        let prepared = self.prepare(query, None);
        if prepared.terms.length == 0 {
            let all =
                (0..self.records.policies().len() as u32).map(|policy| Candidate { policy, ..Candidate::default() });
            let mut all = self.without(&prepared, all.collect());
            all.retain(|c| passes(c.policy));
            let found =
                all.into_iter().map(|c| Found { policy: c.policy, score: 0.0, whole: false, clauses: Vec::new() });
            return (prepared, found.collect());
        }
        // Each policy is asked about once, so that it is counted once.
        let mut asked: Vec<Option<bool>> = vec![None; self.records.policies().len()];
        let mut passes = |policy: u32| *asked[policy as usize].get_or_insert_with(|| passes(policy));
        let mut candidates = self.candidates(&prepared);
        candidates.retain(|c| passes(c.policy));
        self.weigh(&prepared, &mut candidates);
        let mut found = None;
        // Where the postings say already that nothing stands in one piece, other ways to say it come first.
        let whole = rank::bound(prepared.terms.places);
        if whole == 0.0 || candidates.iter().any(|c| c.runs >= whole) {
            let (read, complete) = self.read(&prepared, &mut candidates, depth, limit);
            if complete {
                return (prepared, read);
            }
            found = Some(read);
        }
        if let Some(text) = correct::query(self, &prepared.query, &prepared.terms) {
            // What was typed stands nowhere in one piece and something close to it does.
            let unread = found.unwrap_or_else(|| self.unread(&prepared, &mut candidates, depth, limit));
            let mut query = prepared.query.clone();
            let correction = text.iter().collect::<String>().trim().to_owned();
            query.text = text;
            let prepared = self.prepare(query, Some(correction));
            let mut candidates = self.candidates(&prepared);
            candidates.retain(|c| passes(c.policy));
            self.weigh(&prepared, &mut candidates);
            let (mut found, _) = self.read(&prepared, &mut candidates, depth, limit);
            let listed: HashSet<u32> = found.iter().map(|f| f.policy).collect();
            let rest = unread.into_iter().filter(|f| !listed.contains(&f.policy));
            below(&mut found, rest.collect());
            return (prepared, found);
        }
        if !prepared.terms.question
            && let Some(text) = self.split(&prepared.query.text)
        {
            // Words written without a space between them.
            let query = Query { text, ..prepared.query.clone() };
            let apart = Prepared { correction: prepared.correction.clone(), ..self.prepare(query, None) };
            let mut candidates = self.candidates(&apart);
            candidates.retain(|c| passes(c.policy));
            self.weigh(&apart, &mut candidates);
            let (words, complete) = self.read(&apart, &mut candidates, depth, limit);
            if complete && apart.terms.places != 0 {
                return (apart, words);
            }
        }
        let found = found.unwrap_or_else(|| self.read(&prepared, &mut candidates, depth, limit).0);
        (prepared, found)
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
        Prepared { query, terms, scanner, named, correction }
    }

    /// Candidates that hold enough of the query, its phrases, and nothing that is excluded.
    fn candidates(&self, prepared: &Prepared) -> Vec<Candidate> {
        let mut candidates = rank::candidates(self.index, &prepared.terms, ENOUGH);
        for &(policy, nearness) in &prepared.named {
            let score = NAMED * (1.0 + nearness);
            match candidates.iter_mut().find(|c| c.policy == policy) {
                Some(candidate) => candidate.score += score,
                None => candidates.push(Candidate { policy, score, ..Candidate::default() }),
            }
        }
        self.without(prepared, candidates)
    }

    /// Drops what lacks a phrase or holds an excluded word.
    fn without(&self, prepared: &Prepared, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        let query = &prepared.query;
        if !query.fields.is_empty() {
            candidates.retain(|c| query.fields.iter().all(|(field, value)| self.says(c.policy, *field, value)));
        }
        if !query.phrases.is_empty() || !query.excluded.is_empty() {
            let holding = |c: &&Candidate| query.phrases.iter().all(|phrase| self.holds(c.policy, phrase));
            let exact: Vec<Candidate> = candidates.iter().filter(holding).copied().collect();
            // Quotes in a question are part of its wording, and a phrase that stands nowhere cannot be insisted on.
            let soft = prepared.terms.question && query.loose;
            if !exact.is_empty() && !soft {
                candidates = exact;
            }
            candidates.retain(|c| !query.excluded.iter().any(|word| self.holds(c.policy, word)));
        }
        candidates
    }

    /// Whether a field of a policy holds a folded value.
    fn says(&self, policy: u32, field: query::Field, value: &str) -> bool {
        use policy_finder_pack::analyzer::fold_text;
        let record = &self.records.policies()[policy as usize];
        let holds = |text: &str| fold_text(text).contains(value);
        let any = |range| self.records.list(range).any(holds);
        match field {
            query::Field::Title => holds(self.records.string(record.title)),
            query::Field::Number => {
                let plain =
                    |text: &str| -> String { fold_text(text).chars().filter(|c| c.is_alphanumeric()).collect() };
                plain(self.records.string(record.doc_number)).contains(&plain(value))
            }
            query::Field::Issuer => any(record.issuer),
            query::Field::Department => any(record.department),
            query::Field::Topic => any(record.topics),
            query::Field::Level => {
                let label = record.level().map(|level| facet::level_label(level.name())).unwrap_or_default();
                let level = value.trim_end_matches('级');
                !level.is_empty() && label.starts_with(level)
            }
            query::Field::Year => {
                facet::year(record).is_some_and(|year| value.trim_end_matches('年') == year.to_string())
            }
        }
    }

    fn title(&self, policy: u32) -> &'a str {
        self.records.string(self.records.policies()[policy as usize].title)
    }

    /// Whether a policy's title, headings or text hold a piece of folded text as it is.
    pub(crate) fn holds(&self, policy: u32, piece: &[char]) -> bool {
        let record = &self.records.policies()[policy as usize];
        let piece: String = piece.iter().collect();
        let holds = |text: &str| policy_finder_pack::analyzer::fold_text(text).contains(&piece);
        holds(self.records.string(record.title))
            || self
                .records
                .clauses_of(policy as usize)
                .iter()
                .any(|clause| holds(self.records.string(clause.heading)) || self.records.text(clause).is_ok_and(holds))
    }

    /// Scores candidates by what the postings say; keywords that may stand in one piece come first.
    fn weigh(&self, prepared: &Prepared, candidates: &mut [Candidate]) {
        if prepared.terms.question {
            return;
        }
        let best = rank::most(candidates.iter().map(|c| c.runs)).max(1.0);
        let best_title = rank::most(candidates.iter().map(|c| c.title_runs)).max(1.0);
        for c in candidates {
            c.score += rank::PIECE * c.runs / best + rank::TITLE * c.title_runs / best_title;
        }
    }

    /// Reads the text of the best candidates and ranks them; those that were not read follow in their order.
    /// Also says whether some policy holds everything that was typed, each run in one piece.
    fn read(
        &self,
        prepared: &Prepared<'a>,
        candidates: &mut [Candidate],
        depth: Depth,
        limit: usize,
    ) -> (Vec<Found>, bool) {
        let Prepared { terms, scanner, named, .. } = prepared;
        let whole = rank::bound(terms.places);
        let mut order = Order::new(prepared, candidates, limit);
        let mut reader = Reader::new(self.index, self.records, terms, scanner);
        let mut read: Vec<rank::Read> = Vec::new();
        let mut complete = 0;
        while read.len() < limit + 200
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
            // The best clauses of all, and the best of each policy, show how much they hold in one piece.
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
        let count = read.len();
        let longest = rank::most(read.iter().map(|r| r.sum)).max(1.0);
        let longest_title = rank::most(read.iter().map(|r| r.title)).max(1.0);
        let mut found = Vec::with_capacity(count);
        for policy in read {
            let mut clauses = policy.clauses;
            let mut more = 0.0;
            if !terms.question {
                more += rank::PIECE * policy.sum / longest + rank::TITLE * policy.title / longest_title;
            }
            if let Some(&(_, nearness)) = named.iter().find(|(named, _)| *named == policy.policy) {
                more += NAMED * (1.0 + nearness);
            }
            clauses.iter_mut().for_each(|c| c.score += more);
            if depth.early {
                // Only the best clause counts for its policy.
                clauses = clauses.into_iter().min_by(rank::best_first).into_iter().collect();
            }
            clauses.sort_unstable_by(rank::best_first);
            let score = clauses.first().map_or(more, |c| c.score);
            let whole = !terms.question && (policy.sum >= whole || score >= NAMED);
            found.push(Found { policy: policy.policy, score, whole, clauses });
        }
        found.sort_unstable_by(|a, b| {
            b.whole.cmp(&a.whole).then(b.score.total_cmp(&a.score)).then(a.policy.cmp(&b.policy))
        });
        below(&mut found, order.rest(count, depth.early.then_some(limit)));
        (found, complete > 0 || whole == 0.0)
    }

    /// Candidates in their order, none of them read.
    fn unread(&self, prepared: &Prepared, candidates: &mut [Candidate], depth: Depth, limit: usize) -> Vec<Found> {
        Order::new(prepared, candidates, limit).rest(0, depth.early.then_some(limit))
    }

    fn hit(&self, found: &Found, prepared: &Prepared, filter: &Filter) -> Hit {
        let Prepared { terms, scanner, .. } = prepared;
        let record = &self.records.policies()[found.policy as usize];
        let clause_at = |at: usize| self.records.clause(at);
        let title = self.records.string(record.title);
        let marked = |term: usize| terms.list[term].weight > 0.45;
        let single = !terms.list.iter().any(|t| matches!(t.gram, Gram::Pair(..)));
        let title_marks = snippet::utf16(title, &scanner.marks(title, single, marked));
        let best = found.clauses.first().map(|c| c.clause as usize);
        let best = best
            .or_else(|| record.clauses().find(|&at| clause_at(at).text_length.get() > 0))
            .or(record.clauses().next());
        let (mut snippet, mut highlights) = (String::new(), Vec::new());
        if let Some(at) = best {
            let text = self.records.text(clause_at(at)).unwrap_or_default();
            let text = if text.is_empty() { self.records.string(clause_at(at).heading) } else { text };
            (snippet, highlights) = snippet::best(text, &scanner.marks(text, single, marked));
        }
        let enough = found.clauses.first().map_or(0.0, |c| c.score * 0.6);
        let more = found.clauses.iter().skip(1).take_while(|c| c.score >= enough).take(5).map(|c| {
            let clause = clause_at(c.clause as usize);
            More {
                clause: self.records.string(clause.anchor).to_owned(),
                label: self.records.string(clause.label).to_owned(),
                heading: self.records.string(clause.heading).to_owned(),
            }
        });
        let clause = best.map(clause_at);
        let text = |id: Option<policy_finder_pack::records::StringId>| {
            id.map(|id| self.records.string(id).to_owned()).unwrap_or_default()
        };
        let computable = |b: &&Benefit| b.amount.is_some() && record.clauses().contains(&(b.clause as usize));
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
            benefits: self.benefits.iter().filter(computable).count(),
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
            let mut at = 0;
            for length in terms::words(self.index, characters) {
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
