//! Here is the beginning of a query: what may it become?

use policy_finder_pack::analyzer::{self, RunKind};
use policy_finder_pack::order;

use super::set::Set;
use super::{Search, query, snippet, sound};
use crate::report::{Suggestion, SuggestionKind};

/// Titles that are looked at for one suggestion.
const TITLES: usize = 200;

/// Document numbers, then words, then titles that begin with or hold what was typed.
pub(super) fn suggest(search: &Search, typed: &str, limit: usize) -> Vec<Suggestion> {
    let text = query::Query::parse(typed).text;
    let text: Vec<char> = text.iter().copied().skip_while(|c| c.is_whitespace()).collect();
    let end = text.iter().rposition(|c| !c.is_whitespace()).map_or(0, |at| at + 1);
    let text = &text[..end];
    let mut list = Vec::new();
    if text.is_empty() {
        return list;
    }
    numbers(search, text, limit.div_ceil(2), &mut list);
    let mut words = terms(search, text);
    let mut heard = Vec::new();
    if words.is_empty() {
        heard = sound::beginning(search.index, text);
        words = heard.iter().map(|word| (word.text.iter().collect(), word.policies)).collect();
    }
    let room = limit.saturating_sub(list.len());
    // Half of the room for titles, if there are any.
    let mut found = titles(search, text);
    for word in heard.iter().take(3) {
        if found.len() < limit {
            found.extend(titles(search, &word.text));
        }
    }
    let for_words = room - found.len().min(room / 2);
    for (text, policies) in words.into_iter().take(for_words) {
        let marks = if heard.is_empty() { marks(&text, typed) } else { Vec::new() };
        list.push(Suggestion { text, kind: SuggestionKind::Term, policy: None, marks, policies });
    }
    for policy in found {
        let title = search.title(policy);
        if list.len() >= limit {
            break;
        }
        if list.iter().all(|s| s.text != title) {
            let id = search.records.string(search.records.policies()[policy as usize].id);
            list.push(Suggestion {
                text: title.to_owned(),
                kind: SuggestionKind::Title,
                policy: Some(id.to_owned()),
                marks: marks(title, typed),
                policies: 1,
            });
        }
    }
    list
}

/// Where a suggestion holds what was typed.
fn marks(text: &str, typed: &str) -> Vec<(u32, u32)> {
    let (folded, piece) = (analyzer::folded(text), analyzer::folded(typed.trim()));
    if piece.is_empty() {
        return Vec::new();
    }
    let Some(start) = folded.windows(piece.len()).position(|window| window == piece) else { return Vec::new() };
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    snippet::utf16(text, &[(offsets[start], offsets[start + piece.len()])])
}

/// Words of the corpus and of the wording table that begin with the last run, the usual ones first.
fn terms(search: &Search, text: &[char]) -> Vec<(String, u64)> {
    use fst::{IntoStreamer, Streamer};
    let Some(last) = analyzer::runs(text).last().filter(|run| run.kind == RunKind::Han && run.range.end == text.len())
    else {
        return Vec::new();
    };
    let before: String = text[..last.range.start].iter().collect();
    let prefix: String = text[last.range].iter().collect();
    let mut list: Vec<(String, u64)> = Vec::new();
    let mut stream = search.index.lexicon.words().range().ge(&prefix).into_stream();
    while let Some((word, policies)) = stream.next() {
        let Ok(word) = std::str::from_utf8(word) else { break };
        if !word.starts_with(&prefix) {
            break;
        }
        if word != prefix {
            list.push((format!("{before}{word}"), policies));
        }
    }
    order::sort_by(&mut list, |a, b| b.1.cmp(&a.1).then(a.0.len().cmp(&b.0.len())).then_with(|| a.0.cmp(&b.0)));
    list
}

/// Policies whose title holds a text in one piece: where it begins with it first, then the shorter titles.
fn titles(search: &Search, text: &[char]) -> Vec<u32> {
    let grams = &search.index.titles;
    let mut set = Set::all(search.index.measures.policies());
    let mut known = false;
    for run in analyzer::runs(text).filter(|run| run.kind == RunKind::Han) {
        let run = &text[run.range];
        let index = |c: char| grams.index_of(c);
        if let [only] = run {
            let Some(postings) = index(*only).and_then(|c| grams.single(c)) else { return Vec::new() };
            set = set.both(&postings);
        }
        for pair in run.windows(2) {
            let postings = index(pair[0]).zip(index(pair[1])).and_then(|(a, b)| grams.pair(a, b));
            let Some(postings) = postings else { return Vec::new() };
            set = set.both(&postings);
        }
        known = true;
    }
    if !known {
        return Vec::new();
    }
    let mut list: Vec<(usize, usize, u32)> = set
        .iter()
        .take(TITLES)
        .filter_map(|policy| {
            let title = analyzer::folded(search.title(policy));
            let at = title.windows(text.len()).position(|window| window == text)?;
            Some((at.min(1), title.len(), policy))
        })
        .collect();
    order::sort(&mut list);
    list.into_iter().map(|(.., policy)| policy).collect()
}

/// Document numbers that hold the digits and letters typed so far.
fn numbers(search: &Search, text: &[char], limit: usize, list: &mut Vec<Suggestion>) {
    let digits: Vec<String> = text
        .split(|c| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(|digits| digits.iter().collect())
        .collect();
    // One digit, or digits in a sentence, say too little.
    if digits.concat().len() < 2 || digits.len() > 2 {
        return;
    }
    let letters: Vec<char> =
        text.iter().copied().filter(|c| analyzer::is_han(*c) && !matches!(c, '号' | '第' | '年')).collect();
    let mut found: Vec<(std::cmp::Reverse<u32>, u32, u32)> = search
        .index
        .numbers
        .iter()
        .filter(|(year, serial, _)| {
            let (year, serial) = (year.to_string(), serial.to_string());
            match digits.as_slice() {
                [one] => year.starts_with(one.as_str()) || serial.starts_with(one.as_str()),
                [first, second] => *first == year && serial.starts_with(second.as_str()),
                _ => false,
            }
        })
        .map(|(year, serial, policy)| (std::cmp::Reverse(year), serial, policy))
        .collect();
    order::sort(&mut found);
    for (.., policy) in found {
        let record = &search.records.policies()[policy as usize];
        let number = search.records.string(record.doc_number);
        let held: Vec<char> = analyzer::folded(number);
        let mut rest = held.iter();
        if list.len() < limit && letters.iter().all(|c| rest.by_ref().any(|h| h == c)) {
            list.push(Suggestion {
                text: number.to_owned(),
                kind: SuggestionKind::Number,
                policy: Some(search.records.string(record.id).to_owned()),
                marks: Vec::new(),
                policies: 1,
            });
        }
    }
}
