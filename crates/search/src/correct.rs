//! Here is a text that stands nowhere: which text one edit away does?
//!
//! One edit is one Han character: another in its place, one too many, one missing, two exchanged. What is offered
//! stands in a title or in a text in one piece, or is a word of the corpus.

use fst::raw::CompiledAddr;
use policy_finder_pack::analyzer::{self, RunKind};
use policy_finder_pack::index::grams::Grams;
use policy_finder_pack::index::{Index, Postings};
use policy_finder_pack::order;

use super::Search;
use super::logarithm::ln;
use super::query::Query;
use super::set::Set;
use super::sound::{characters, follow};
use super::terms::{Gram, Terms};

/// Longest run that is corrected, in characters.
const LONGEST: usize = 24;

/// How likely an edit is, as a logarithm; a title is better evidence than a text.
const SAME_SOUND: f64 = 0.0;
const NEAR_SOUND: f64 = -1.0;
const EXCHANGED: f64 = -1.0;
const DOUBLED: f64 = -0.5;
// Who leaves a character out makes a common mistake; who adds another one a rare one.
const MISSING: f64 = -1.5;
const TOO_MANY: f64 = -3.0;
const ANOTHER: f64 = -3.0;
const IN_TITLE: f64 = 3.0;

/// The text of a query with its runs corrected; `None` where there is nothing to correct.
pub(super) fn query(search: &Search, query: &Query, terms: &Terms) -> Option<Vec<char>> {
    if query.number.is_some() {
        return None;
    }
    let mut text = query.text.clone();
    let mut changed = false;
    let runs: Vec<_> = analyzer::runs(&query.text).filter(|run| run.kind == RunKind::Han).collect();
    // From the right: a correction may change the length.
    for run in runs.into_iter().rev() {
        let typed = &query.text[run.range.clone()];
        if !(2..=LONGEST).contains(&typed.len()) || stands(search, typed) {
            continue;
        }
        let corrected = if terms.question { None } else { whole(search, typed) };
        let corrected = corrected.or_else(|| words(search.index, typed, terms));
        if let Some(corrected) = corrected.filter(|c| c != typed) {
            text.splice(run.range, corrected);
            changed = true;
        }
    }
    changed.then_some(text)
}

/// Whether some policy holds a run in one piece.
fn stands(search: &Search, run: &[char]) -> bool {
    let holding = holding(&search.index.grams, run, search.index.measures.policies());
    holding.is_some_and(|set| set.iter().take(12).any(|policy| run.len() == 2 || search.holds(policy, run)))
}

/// The policies that hold all pairs of a run.
fn holding(grams: &Grams, run: &[char], policies: usize) -> Option<Set> {
    let mut set = Set::all(policies);
    for pair in run.windows(2) {
        set = set.both(&grams.pair(grams.index_of(pair[0])?, grams.index_of(pair[1])?)?);
    }
    (!set.is_empty()).then_some(set)
}

/// A run that is corrected as a whole: the best of what titles and texts hold.
fn whole(search: &Search, run: &[char]) -> Option<Vec<char>> {
    if run.len() < 3 {
        return None;
    }
    let mut best: Option<(f64, Vec<char>)> = None;
    // 房租补贴 is made of words that are meant; only a title that sounds the same speaks against them.
    let worded = super::terms::words(search.index, run).into_iter().all(|length| length >= 2);
    for titles in [true, false] {
        if worded && !titles {
            break;
        }
        let mut edits = Edits::new(search.index, run, titles);
        edits.any &= !worded;
        edits.all();
        let mut found = edits.found;
        order::sort_by(&mut found, |a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let standing = found.into_iter().take(40).find(|(_, text, set)| {
            let mut policies = set.iter();
            match titles {
                true => policies.any(|policy| contains(&analyzer::folded(search.title(policy)), text)),
                false => policies.take(3).any(|policy| search.holds(policy, text)),
            }
        });
        if let Some((value, text, _)) = standing {
            let value = value + if titles { IN_TITLE } else { 0.0 };
            if best.as_ref().is_none_or(|(known, _)| value > *known) {
                best = Some((value, text));
            }
        }
    }
    best.map(|(_, text)| text)
}

fn contains(text: &[char], piece: &[char]) -> bool {
    text.windows(piece.len()).any(|window| window == piece)
}

/// All texts one edit away from a run that some policy may hold.
struct Edits<'a> {
    index: &'a Index,
    grams: &'a Grams,
    run: &'a [char],
    /// Any character may stand in for another, not only one that sounds like it; there may be one too many or missing.
    /// Titles only: in the texts of a large corpus nearly anything is close to something.
    any: bool,
    /// left[i]: policies that hold the pairs among the first i characters.
    left: Vec<Set>,
    /// right[i]: policies that hold the pairs among the characters from i on.
    right: Vec<Set>,
    found: Vec<(f64, Vec<char>, Set)>,
}

impl<'a> Edits<'a> {
    fn new(index: &'a Index, run: &'a [char], titles: bool) -> Edits<'a> {
        let grams = if titles { &index.titles } else { &index.grams };
        let policies = index.measures.policies();
        let sets: Vec<Set> = run
            .windows(2)
            .map(|pair| {
                let postings = grams.index_of(pair[0]).zip(grams.index_of(pair[1])).and_then(|(a, b)| grams.pair(a, b));
                postings.map_or_else(|| Set::none(policies), |p| Set::of(&p, policies))
            })
            .collect();
        let mut left = vec![Set::all(policies); run.len() + 1];
        let mut right = left.clone();
        for i in 2..=run.len() {
            left[i] = left[i - 1].clone();
            left[i].and(&sets[i - 2]);
        }
        for i in (0..run.len().saturating_sub(1)).rev() {
            right[i] = right[i + 1].clone();
            right[i].and(&sets[i]);
        }
        Edits { index, grams, run, any: titles, left, right, found: Vec::new() }
    }

    fn all(&mut self) {
        let n = self.run.len();
        for i in 0..n {
            self.put(i, i + 1);
            // One too many.
            if i > 0 && self.run[i] == self.run[i - 1] {
                self.offer(DOUBLED, i, &[], i + 1);
            } else if self.any && n > 4 {
                self.offer(TOO_MANY, i, &[], i + 1);
            }
            if self.any && i + 1 < n && self.run[i] != self.run[i + 1] {
                self.offer(EXCHANGED, i, &[self.run[i + 1], self.run[i]], i + 2);
            }
            if i > 0 && self.any {
                self.put(i, i);
            }
        }
    }

    /// Tries characters in place of those from `from` to `to`: one, or none where one is missing.
    fn put(&mut self, from: usize, to: usize) {
        let mut base = self.left[from].clone();
        base.and(&self.right[to]);
        if base.is_empty() {
            return;
        }
        let before = from.checked_sub(1).and_then(|at| self.grams.index_of(self.run[at]));
        let after = self.run.get(to).and_then(|&c| self.grams.index_of(c));
        let missing = from == to;
        let typed = self.run.get(from).copied().filter(|_| !missing);
        let heard: Vec<u16> = typed.map_or_else(Vec::new, |c| sounds(self.index, c));
        let candidates: Vec<(u32, Option<Postings>)> = match before {
            Some(before) => {
                self.grams.pairs(before).into_iter().flatten().map(|(next, both)| (next, Some(both))).collect()
            }
            None => (0..self.grams.characters() as u32).map(|first| (first, None)).collect(),
        };
        for (candidate, with_before) in candidates {
            let Some(c) = self.grams.character(candidate).filter(|c| Some(*c) != typed) else { continue };
            let value = match typed {
                None => MISSING,
                Some(_) => match self.index.grams.index_of(c).and_then(|c| alike(self.index, &heard, c)) {
                    Some(value) => value,
                    None if self.any && before.is_some() => ANOTHER,
                    None => continue,
                },
            };
            let mut set = None;
            if let Some(after) = after {
                // The right neighbour is the quickest to rule a candidate out.
                let Some(with_after) = self.grams.pair(candidate, after) else { continue };
                set = Some(base.both(&with_after));
            }
            if let Some(with_before) = with_before {
                set = Some(set.as_ref().unwrap_or(&base).both(&with_before));
            }
            self.note(value, from, &[c], to, set.unwrap_or_else(|| base.clone()));
        }
    }

    /// Notes a text if some policy may hold it.
    fn offer(&mut self, value: f64, from: usize, put: &[char], to: usize) {
        let mut set = self.left[from].clone();
        set.and(&self.right[to]);
        let around = self.run[..from].last().into_iter().chain(put).chain(self.run.get(to)).copied();
        let around: Vec<char> = around.collect();
        for pair in around.windows(2) {
            let indices = self.grams.index_of(pair[0]).zip(self.grams.index_of(pair[1]));
            let Some(postings) = indices.and_then(|(a, b)| self.grams.pair(a, b)) else { return };
            set = set.both(&postings);
        }
        self.note(value, from, put, to, set);
    }

    fn note(&mut self, value: f64, from: usize, put: &[char], to: usize, set: Set) {
        let text: Vec<char> = self.run[..from].iter().chain(put).chain(&self.run[to..]).copied().collect();
        if !set.is_empty() && text.len() >= 2 {
            let value = value + 0.1 * ln(1.0 + f64::from(set.len()));
            self.found.push((value, text, set));
        }
    }
}

/// How likely one character is typed for another that sounds like it; `None` where it does not.
fn likeness(index: &Index, typed: char, meant: char) -> Option<f64> {
    alike(index, &sounds(index, typed), index.grams.index_of(meant)?)
}

fn sounds(index: &Index, c: char) -> Vec<u16> {
    index.grams.index_of(c).map_or_else(Vec::new, |c| index.pinyin.of(c).collect())
}

fn alike(index: &Index, typed: &[u16], meant: u32) -> Option<f64> {
    let mut best = None;
    for b in index.pinyin.of(meant) {
        for &a in typed {
            if a == b {
                return Some(SAME_SOUND);
            }
            if index.pinyin.near(a, b) {
                best = Some(NEAR_SOUND);
            }
        }
    }
    best
}

/// A run in which stretches that stand nowhere become words with one character changed to another of the same sound.
fn words(index: &Index, run: &[char], terms: &Terms) -> Option<Vec<char>> {
    let known =
        |pair: &[char]| terms.list.iter().any(|t| matches!(t.gram, Gram::Pair(a, b) if a == pair[0] && b == pair[1]));
    let mut borders = vec![false; run.len() + 1];
    let mut at = 0;
    for length in super::terms::words(index, run) {
        borders[at] = true;
        at += length;
    }
    borders[at] = true;
    let mut corrected = Vec::new();
    let mut changed = false;
    let mut at = 0;
    while at < run.len() {
        let word = borders[at].then(|| longest_alike(index, &run[at..])).flatten().filter(|word| {
            let typed = &run[at..at + word.len()];
            let other = word.iter().zip(typed).filter(|(a, b)| a != b).count();
            word.len() >= 3 && other == 1 && borders[at + word.len()] && !typed.windows(2).all(known)
        });
        match word {
            Some(word) => {
                at += word.len();
                corrected.extend(word);
                changed = true;
            }
            None => {
                corrected.push(run[at]);
                at += 1;
            }
        }
    }
    changed.then_some(corrected)
}

/// A character and those that sound the same.
fn homophones(index: &Index, typed: char) -> Vec<char> {
    let sounding = sounds(index, typed).into_iter().flat_map(|syllable| index.pinyin.characters(syllable));
    let mut characters: Vec<char> = sounding.filter_map(|&c| index.grams.character(c)).chain([typed]).collect();
    order::sort(&mut characters);
    characters.dedup();
    characters
}

/// The longest word of the corpus, the most usual of these, that sounds like the beginning of a run.
fn longest_alike(index: &Index, run: &[char]) -> Option<Vec<char>> {
    fn descend(
        index: &Index,
        run: &[char],
        node: CompiledAddr,
        output: u64,
        text: &mut Vec<char>,
        best: &mut Option<(usize, u64, Vec<char>)>,
    ) {
        let fst = index.lexicon.words().as_fst();
        let here = fst.node(node);
        if here.is_final() && text.len() >= 2 {
            let rank = (text.len(), output + here.final_output().value());
            if best.as_ref().is_none_or(|(length, policies, _)| rank > (*length, *policies)) {
                *best = Some((rank.0, rank.1, text.clone()));
            }
        }
        let Some(&typed) = run.get(text.len()) else { return };
        // Most characters begin some word and few of them sound right.
        let next = match text.is_empty() {
            true => homophones(index, typed).into_iter().filter_map(|c| follow(fst, node, c)).collect(),
            false => characters(fst, node),
        };
        for (c, next, more) in next {
            if c == typed || likeness(index, typed, c) == Some(SAME_SOUND) {
                text.push(c);
                descend(index, run, next, output + more, text, best);
                text.pop();
            }
        }
    }
    let mut best = None;
    let root = index.lexicon.words().as_fst().root().addr();
    descend(index, run, root, 0, &mut Vec::new(), &mut best);
    best.map(|(.., text)| text)
}
