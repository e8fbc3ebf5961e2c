//! Here are the best policies: what does their text say? Counts terms and finds runs, in one pass over a text.

use policy_finder_pack::{analyzer, order};

use super::logarithm::power_1_5;
use super::terms::{Gram, Terms};

/// Which terms a text of the corpus holds, without cutting it: a table of the query's characters.
pub(super) struct Scanner {
    places: Places,
    /// Term of a character, by place; `NONE` where it is no term.
    singles: Vec<u16>,
    /// Term of a pair, by places.
    pairs: Vec<u16>,
    width: usize,
    /// Terms that are tokens.
    tokens: Vec<(u16, Vec<char>)>,
    figures: bool,
    /// Where the typed text has a character, by place; the last first.
    typed_at: Vec<Vec<u16>>,
    typed: usize,
    pub terms: usize,
}

const NONE: u16 = u16::MAX;

/// The places of characters among those of the query: of the characters that are three bytes long in UTF-8, as all
/// common Han characters are.
struct Places {
    /// By the last two bytes: one more than where the entries with these begin, 0 for none.
    first: Box<[u8; 0x4000]>,
    entries: Vec<Entry>,
}

struct Entry {
    /// As in [`word`], without the fourth byte.
    bytes: u32,
    place: u8,
    /// One more than the next entry with the same last bytes.
    next: u8,
}

impl Places {
    fn new() -> Places {
        Places { first: vec![0; 0x4000].try_into().expect("of this length"), entries: Vec::new() }
    }

    /// Whether the table can hold a character.
    fn has(c: char) -> bool {
        c.len_utf8() == 3
    }

    fn put(&mut self, c: char, place: u8) {
        let mut utf8 = [0; 4];
        c.encode_utf8(&mut utf8);
        let bytes = u32::from_le_bytes(utf8) & 0xff_ffff;
        let first = &mut self.first[key(bytes)];
        if let Ok(entry) = u8::try_from(self.entries.len() + 1) {
            self.entries.push(Entry { bytes, place, next: *first });
            *first = entry;
        }
    }

    fn of(&self, c: char) -> usize {
        if !Places::has(c) {
            return 0;
        }
        let mut utf8 = [0; 4];
        c.encode_utf8(&mut utf8);
        self.of_word(u32::from_le_bytes(utf8))
    }

    /// The place of the character that a word begins with; 0 for none.
    #[inline]
    fn of_word(&self, word: u32) -> usize {
        let mut at = self.first[key(word)];
        if at == 0 {
            return 0;
        }
        while let Some(entry) = self.entries.get((at as usize).wrapping_sub(1)) {
            if entry.bytes == word & 0xff_ffff {
                return entry.place as usize;
            }
            at = entry.next;
        }
        0
    }
}

#[inline]
fn key(word: u32) -> usize {
    (word >> 8 & 0x3f3f) as usize
}

/// Whether a character of three bytes is one from U+4000 to U+9FFF.
#[inline]
fn is_han(word: u32) -> u32 {
    // The fourth to ninth bit, by the low bits of the first byte, whose fifth is none.
    0b11_1111_0000_u32.wrapping_shr(word) & 1
}

/// Four bytes of a text, the first lowest; zeros after its end.
#[inline]
fn word(bytes: &[u8], at: usize) -> u32 {
    match bytes[at..] {
        [a, b, c, d, ..] => u32::from_le_bytes([a, b, c, d]),
        [a, b, c] => u32::from_le_bytes([a, b, c, 0]),
        [a, b] => u32::from_le_bytes([a, b, 0, 0]),
        [a] => u32::from(a),
        [] => 0,
    }
}

/// How often each term stands in a text.
pub(super) struct Counts {
    list: Vec<u32>,
    /// The terms that stand there at all.
    pub terms: Vec<u16>,
}

impl Counts {
    pub fn get(&self, term: u16) -> u32 {
        self.list[term as usize]
    }

    #[inline]
    fn add(&mut self, term: u16) {
        self.put(term, 1);
    }

    /// Nothing happens where it is no term.
    #[inline]
    pub fn put(&mut self, term: u16, times: u32) {
        if let Some(count) = self.list.get_mut(term as usize) {
            if *count == 0 {
                self.terms.push(term);
            }
            *count += times;
        }
    }

    pub fn clear(&mut self) {
        for term in self.terms.drain(..) {
            self.list[term as usize] = 0;
        }
    }
}

/// The pieces of the typed text that stand in one text or several.
pub(super) struct Runs {
    /// For each typed place: characters of the longest piece that begins there.
    longest: Vec<u16>,
    /// For each typed place: which character was the last that was typed there, and where the piece began that it ends.
    ends: Vec<(u32, u16)>,
    /// Counts the characters that were typed, and the gaps between them.
    at: u32,
}

impl Runs {
    /// The next character of a text, given where it was typed, from the last place to the first.
    #[inline]
    fn step(&mut self, typed_at: &[u16]) {
        self.at += 1;
        for &place in typed_at {
            let before = place.checked_sub(1).map(|before| self.ends[before as usize]);
            let start = before.filter(|&(last, _)| last + 1 == self.at).map_or(place, |(_, start)| start);
            let longest = &mut self.longest[start as usize];
            *longest = (*longest).max(place - start + 1);
            self.ends[place as usize] = (self.at, start);
        }
    }

    /// Something else stands between what came and what comes.
    fn gap(&mut self) {
        self.at += 1;
    }

    /// The longest pieces from the left, each of k ≥ 2 characters giving (k - 1)^1.5; and the longest of them.
    pub fn sum(&self) -> (f64, usize) {
        let (mut next, mut length, mut sum, mut best) = (0, 0usize, 0.0, 0);
        for (at, &longest) in self.longest.iter().enumerate() {
            // The inner parts of a piece are pieces as well.
            length = length.saturating_sub(1).max(longest as usize);
            if at < next {
                continue;
            }
            if length >= 2 {
                sum += power_1_5((length - 1) as f64);
                best = best.max(length);
            }
            next = at + length.max(1);
        }
        (sum, best)
    }
}

impl Scanner {
    pub fn new(terms: &Terms) -> Scanner {
        let mut places = Places::new();
        let mut characters: Vec<char> = Vec::new();
        let mut place_of = |c: char, characters: &mut Vec<char>| -> usize {
            let known = places.of(c);
            if known == 0 && characters.len() < 254 && Places::has(c) {
                characters.push(c);
                places.put(c, characters.len() as u8);
                return characters.len();
            }
            known
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
        typed_at.iter_mut().for_each(|places| places.reverse());
        // Other forms of a character stand in the text as they were written.
        for c in characters {
            let place = places.of(c);
            analyzer::forms(c).filter(|&form| Places::has(form)).for_each(|form| places.put(form, place as u8));
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

    /// Adds how often each term stands in a text and the runs that it shares with the typed text; returns the searched
    /// characters of the text.
    pub fn read(&self, bytes: &[u8], counts: &mut Counts, mut runs: Option<&mut Runs>) -> u32 {
        let (mut length, mut previous, mut at) = (0, 0, 0);
        if let Some(runs) = &mut runs {
            runs.gap();
        }
        while at < bytes.len() {
            if previous == 0 {
                // Two characters at a time, as long as both are three bytes long and none may be of the query.
                while let Some(eight) = bytes.get(at..at + 8) {
                    let eight = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
                    let (low, high) = (eight as u32, (eight >> 24) as u32);
                    if low & 0xf000_00f0 != 0xe000_00e0 || self.places.first[key(low)] != 0 {
                        break;
                    }
                    length += is_han(low);
                    at += 3;
                    if self.places.first[key(high)] != 0 {
                        break;
                    }
                    length += is_han(high);
                    at += 3;
                }
                if at >= bytes.len() {
                    break;
                }
            }
            let word = word(bytes, at);
            let place = self.places.of_word(word);
            if place == 0 && previous != 0 {
                // The run is over; this character is passed over with those that follow.
                previous = 0;
                if let Some(runs) = &mut runs {
                    runs.gap();
                }
                continue;
            }
            let first = word & 0xff;
            at += match first {
                0xe0..=0xef => 3,
                0x00..=0x7f => 1,
                0x80..=0xdf => 2,
                _ => 4,
            };
            length += u32::from(first.wrapping_sub(0xe4) < 6);
            if place == 0 {
                continue;
            }
            counts.add(self.singles[place]);
            if previous != 0 {
                counts.add(self.pairs[previous * self.width + place]);
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

    fn count_tokens(&self, bytes: &[u8], counts: &mut Counts) {
        if !bytes.iter().any(|b| b.is_ascii_alphanumeric() || *b == 0xef) {
            return;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let folded = analyzer::folded(text);
        for run in analyzer::runs(&folded).filter(|run| run.kind == analyzer::RunKind::Word) {
            if let Some((term, _)) = self.tokens.iter().find(|(_, token)| *token == folded[run.range.clone()]) {
                counts.add(*term);
            }
        }
        if self.figures {
            for figure in analyzer::figures(&folded) {
                if let Some((term, _)) = self.tokens.iter().find(|(_, token)| token.iter().copied().eq(figure.chars()))
                {
                    counts.add(*term);
                }
            }
        }
    }

    /// Nothing counted yet.
    pub fn no_counts(&self) -> Counts {
        Counts { list: vec![0; self.terms], terms: Vec::new() }
    }

    /// No runs yet.
    pub fn no_runs(&self) -> Runs {
        Runs { longest: vec![0; self.typed], ends: vec![(0, 0); self.typed], at: 1 }
    }

    /// The runs that one text shares with the typed text.
    pub fn runs(&self, text: &str) -> Runs {
        let mut runs = self.no_runs();
        for c in text.chars() {
            runs.step(&self.typed_at[self.places.of(c)]);
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
            let place = self.places.of(c);
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
        order::sort(&mut marks);
        marks
    }
}
