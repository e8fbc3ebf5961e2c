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

/// The pieces of the typed text that stand in one text or several.
pub(super) struct Runs {
    /// For each typed place: characters of the longest piece that begins there.
    longest: Vec<u16>,
    /// Pieces that end at the last character: typed place of their end, and of their beginning.
    open: Vec<(u16, u16)>,
    next: Vec<(u16, u16)>,
}

impl Runs {
    /// The next character of a text, given where it was typed.
    fn step(&mut self, typed_at: &[u16]) {
        self.next.clear();
        for &at in typed_at {
            let start = self.open.iter().find(|&&(end, _)| end + 1 == at).map_or(at, |&(_, start)| start);
            self.longest[start as usize] = self.longest[start as usize].max(at - start + 1);
            self.next.push((at, start));
        }
        std::mem::swap(&mut self.open, &mut self.next);
    }

    /// The longest pieces from the left, each of k ≥ 2 characters giving (k - 1)^1.5; and the longest of them.
    pub fn sum(&self) -> (f64, usize) {
        let (mut at, mut sum, mut best) = (0, 0.0, 0);
        while at < self.longest.len() {
            let length = self.longest_from(at);
            if length >= 2 {
                sum += power_1_5((length - 1) as f64);
                best = best.max(length);
            }
            at += length.max(1);
        }
        (sum, best)
    }

    /// The longest piece from a typed place; the inner parts of a piece are pieces as well.
    fn longest_from(&self, place: usize) -> usize {
        let inner = (0..=place).map(|start| (self.longest[start] as usize).saturating_sub(place - start));
        inner.max().unwrap_or(0)
    }
}

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
        for c in characters {
            for form in analyzer::forms(c) {
                places[form as usize] = places[c as usize];
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

    /// Adds how often each term stands in a text and the runs that it shares with the typed text; returns the searched
    /// characters of the text.
    pub fn read(&self, bytes: &[u8], counts: &mut [u32], mut runs: Option<&mut Runs>) -> u32 {
        let (mut length, mut previous, mut at) = (0, 0, 0);
        if let Some(runs) = &mut runs {
            runs.open.clear();
        }
        while let Some(&first) = bytes.get(at) {
            // Han characters of the basic plane are three bytes long; the rest is decoded only as far as needed.
            let code = match first {
                0xe0..=0xef => {
                    let (Some(&second), Some(&third)) = (bytes.get(at + 1), bytes.get(at + 2)) else { break };
                    at += 3;
                    u32::from(first & 0x0f) << 12 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f)
                }
                0x00..=0x7f => {
                    at += 1;
                    u32::from(first)
                }
                0xc0..=0xdf => {
                    at += 2;
                    0
                }
                _ => {
                    at += 4;
                    0
                }
            };
            let place = self.places.get(code as usize).copied().unwrap_or(0) as usize;
            if place == 0 {
                length += u32::from((0x3400..=0x9fff).contains(&code));
                if previous != 0 {
                    previous = 0;
                    if let Some(runs) = &mut runs {
                        runs.open.clear();
                    }
                }
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
            if let Some(runs) = &mut runs {
                runs.step(&self.typed_at[place]);
            }
        }
        if !self.tokens.is_empty() {
            self.count_tokens(bytes, counts);
        }
        length
    }

    fn count_tokens(&self, bytes: &[u8], counts: &mut [u32]) {
        if !bytes.iter().any(|b| b.is_ascii_alphanumeric() || *b == 0xef) {
            return;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return };
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

    /// No runs yet.
    pub fn no_runs(&self) -> Runs {
        Runs { longest: vec![0; self.typed], open: Vec::new(), next: Vec::new() }
    }

    /// The runs that one text shares with the typed text.
    pub fn runs(&self, text: &str) -> Runs {
        let mut runs = self.no_runs();
        for c in text.chars() {
            runs.step(&self.typed_at[self.place(c)]);
        }
        runs
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
