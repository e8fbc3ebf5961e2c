//! Here are the best policies: what does their text say? Counts terms and finds runs, in one pass over a text.

use policy_finder_pack::analyzer;

use super::logarithm::power_1_5;
use super::terms::{Gram, Terms};

/// Which terms a text of the corpus holds, without cutting it: a table of the query's characters.
pub(super) struct Scanner {
    /// For each character of the basic plane: its place among the query's characters, 0 for none.
    places: Vec<u8>,
    /// Term of a character, by place; `NONE` where it is no term.
    singles: Vec<u16>,
    /// Term of a pair, by places.
    pairs: Vec<u16>,
    width: usize,
    /// Terms that are tokens.
    tokens: Vec<(u16, Vec<char>)>,
    figures: bool,
    /// Where the typed text has a character, by place.
    typed_at: Vec<Vec<u16>>,
    typed: usize,
    pub terms: usize,
}

const NONE: u16 = u16::MAX;

impl Scanner {
    pub fn new(terms: &Terms) -> Scanner {
        let mut places = vec![0u8; 0x10000];
        let mut characters: Vec<char> = Vec::new();
        let mut place_of = |c: char, characters: &mut Vec<char>| -> usize {
            let Some(slot) = places.get_mut(c as usize) else { return 0 };
            if *slot == 0 && characters.len() < 254 {
                characters.push(c);
                *slot = characters.len() as u8;
            }
            *slot as usize
        };
        for term in &terms.list {
            match term.gram {
                Gram::Single(c) => {
                    place_of(c, &mut characters);
                }
                Gram::Pair(a, b) => {
                    place_of(a, &mut characters);
                    place_of(b, &mut characters);
                }
                Gram::Token(_) => {}
            }
        }
        for c in terms.typed.iter().flatten() {
            place_of(*c, &mut characters);
        }
        let width = characters.len() + 1;
        let (mut singles, mut pairs) = (vec![NONE; width], vec![NONE; width * width]);
        let mut tokens = Vec::new();
        for (index, term) in terms.list.iter().enumerate() {
            match &term.gram {
                Gram::Single(c) => singles[place_of(*c, &mut characters)] = index as u16,
                Gram::Pair(a, b) => {
                    pairs[place_of(*a, &mut characters) * width + place_of(*b, &mut characters)] = index as u16;
                }
                Gram::Token(token) => tokens.push((index as u16, token.chars().collect())),
            }
        }
        singles[0] = NONE;
        let mut typed_at = vec![Vec::new(); width];
        for (at, c) in terms.typed.iter().enumerate() {
            if let Some(c) = c {
                typed_at[place_of(*c, &mut characters)].push(at as u16);
            }
        }
        typed_at[0].clear();
        // Other forms of a character stand in the text as they were written.
        for (form, c) in analyzer::variants() {
            let place = places[c as usize];
            if place != 0 {
                places[form as usize] = place;
            }
        }
        let figures = tokens.iter().any(|(_, t): &(u16, Vec<char>)| t.iter().any(|c| matches!(c, '元' | '%' | '-')));
        Scanner {
            places,
            singles,
            pairs,
            width,
            tokens,
            figures,
            typed_at,
            typed: terms.typed.len(),
            terms: terms.list.len(),
        }
    }

    fn place(&self, c: char) -> usize {
        self.places.get(c as usize).copied().unwrap_or(0) as usize
    }

    /// Adds how often each term stands in a text; returns the searched characters of the text.
    pub fn count(&self, text: &str, counts: &mut [u32]) -> u32 {
        let mut length = 0;
        let mut previous = 0;
        for c in text.chars() {
            let place = self.place(c);
            if place == 0 {
                length += u32::from(c >= '\u{3400}' && analyzer::is_han(c));
                previous = 0;
                continue;
            }
            length += 1;
            if let Some(count) = counts.get_mut(self.singles[place] as usize) {
                *count += 1;
            }
            if previous != 0
                && let Some(count) = counts.get_mut(self.pairs[previous * self.width + place] as usize)
            {
                *count += 1;
            }
            previous = place;
        }
        if !self.tokens.is_empty() {
            self.count_tokens(text, counts);
        }
        length
    }

    fn count_tokens(&self, text: &str, counts: &mut [u32]) {
        if !text.bytes().any(|b| b.is_ascii_alphanumeric() || b >= 0xef) {
            return;
        }
        let folded = analyzer::folded(text);
        for run in analyzer::runs(&folded).filter(|run| run.kind == analyzer::RunKind::Word) {
            if let Some((term, _)) = self.tokens.iter().find(|(_, token)| *token == folded[run.range.clone()]) {
                counts[*term as usize] += 1;
            }
        }
        if self.figures {
            for figure in analyzer::figures(&folded) {
                if let Some((term, _)) = self.tokens.iter().find(|(_, token)| token.iter().copied().eq(figure.chars()))
                {
                    counts[*term as usize] += 1;
                }
            }
        }
    }

    /// How much of the typed text stands in a text in one piece: the longest common runs from the left, each of k ≥ 2
    /// characters giving (k - 1)^1.5; and the longest of them.
    pub fn runs(&self, text: &str) -> (f64, usize) {
        // longest[i]: the longest run of the typed text from place i that stands in the text.
        let mut longest = vec![0u16; self.typed];
        let (mut open, mut next): (Vec<(u16, u16)>, Vec<(u16, u16)>) = (Vec::new(), Vec::new());
        for c in text.chars() {
            next.clear();
            for &at in &self.typed_at[self.place(c)] {
                let start = open.iter().find(|&&(end, _)| end + 1 == at).map_or(at, |&(_, start)| start);
                let length = at - start + 1;
                // A run that has begun further left is also a run from here; those are found below.
                if length > longest[start as usize] {
                    longest[start as usize] = length;
                }
                next.push((at, start));
            }
            std::mem::swap(&mut open, &mut next);
        }
        // The inner parts of a run are runs as well.
        for at in 1..longest.len() {
            longest[at] = longest[at].max(longest[at - 1].saturating_sub(1));
        }
        let (mut at, mut sum, mut best) = (0, 0.0, 0);
        while at < longest.len() {
            let length = longest[at] as usize;
            if length >= 2 {
                sum += power_1_5((length - 1) as f64);
                best = best.max(length);
            }
            at += length.max(1);
        }
        (sum, best)
    }

    /// Byte ranges of a text that the typed and the official words cover, merged.
    pub fn marks(&self, text: &str, single: bool, marked: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
        let mut marks: Vec<(usize, usize)> = Vec::new();
        let mut add = |start: usize, end: usize| match marks.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => marks.push((start, end)),
        };
        let (mut previous, mut before) = (0, 0);
        for (at, c) in text.char_indices() {
            let place = self.place(c);
            if place != 0 {
                let pair = self.pairs[previous * self.width + place];
                if previous != 0 && pair != NONE && marked(pair as usize) {
                    add(before, at + c.len_utf8());
                } else if single && self.singles[place] != NONE && marked(self.singles[place] as usize) {
                    add(at, at + c.len_utf8());
                }
            }
            (previous, before) = (place, at);
        }
        if self.tokens.is_empty() {
            return marks;
        }
        let folded = analyzer::folded(text);
        let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for run in analyzer::runs(&folded).filter(|run| run.kind == analyzer::RunKind::Word) {
            if self.tokens.iter().any(|(_, token)| *token == folded[run.range.clone()]) {
                marks.push((offsets[run.range.start], offsets[run.range.end]));
            }
        }
        marks.sort_unstable();
        marks
    }
}
