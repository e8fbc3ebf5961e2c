//! Here is a text: which characters and tokens of it are searched? One analyzer for the index and for queries.
//!
//! Text is folded character by character, so that a place in the folded text is the same place in the original:
//! width, case, traditional to simplified, variants, radicals. What follows works on folded characters.
//!
//! - A *run* is a longest stretch of Han characters, or of letters and digits (`gb32100`, `3.5`).
//! - A Han run gives its characters and every pair of neighbours; a run of letters and digits gives one token.
//! - [`figures`] gives further tokens for what is written in many ways: document numbers, dates, amounts.

mod figures;

use std::ops::Range;

pub use figures::{DocumentNumber, document_number, document_numbers, figures};

/// Traditional character or variant, then the simplified one; sorted, three bytes each. From OpenCC's
/// `TSCharacters` (Apache-2.0) and Unicode's compatibility forms; a character that is also a simplified one of its own
/// (著, 乾) stays itself.
const SIMPLIFIED: &[u8] = include_bytes!("simplified.txt");

/// Folds width, case, traditional forms and variants of one character.
///
/// ```
/// use policy_finder_pack::analyzer::fold;
/// let folded: String = "２０２１年稅務Ａ類著作權".chars().map(fold).collect();
/// assert_eq!(folded, "2021年税务a类著作权");
/// ```
pub fn fold(c: char) -> char {
    match c {
        '\0'..='\x7f' => c.to_ascii_lowercase(),
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).expect("ASCII").to_ascii_lowercase(),
        '\u{2e80}'..='\u{2fdf}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => simplified(c),
        '\u{80}'..='\u{2e7f}' => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
        _ => c,
    }
}

/// Folds a text; the result has as many characters as the text.
pub fn folded(text: &str) -> Vec<char> {
    text.chars().map(fold).collect()
}

/// Folds a text to a string.
pub fn fold_text(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// All pairs of a character and the character that it folds to, among Han characters.
pub fn variants() -> impl Iterator<Item = (char, char)> {
    SIMPLIFIED.chunks_exact(6).map(|pair| (decode(&pair[..3]), decode(&pair[3..])))
}

/// The other characters that fold to this one, in no text that was folded.
///
/// ```
/// use policy_finder_pack::analyzer::forms;
/// assert!(forms('税').eq(['稅']));
/// assert!(forms('a').eq(['A', 'Ａ', 'ａ']));
/// ```
pub fn forms(c: char) -> impl Iterator<Item = char> {
    // Sorted by the folded character, once a program.
    static FORMS: std::sync::OnceLock<Vec<(char, char)>> = std::sync::OnceLock::new();
    let forms = FORMS.get_or_init(|| {
        let wide = ('\u{ff01}'..='\u{ff5e}').map(|form| (fold(form), form));
        let mut forms: Vec<_> = variants().map(|(form, c)| (c, form)).chain(wide).collect();
        forms.extend(('A'..='Z').map(|form| (fold(form), form)));
        crate::order::sort(&mut forms);
        forms
    });
    let start = forms.partition_point(|&(to, _)| to < c);
    forms[start..].iter().take_while(move |&&(to, _)| to == c).map(|&(_, form)| form)
}

fn simplified(c: char) -> char {
    let mut utf8 = [0; 4];
    let key = c.encode_utf8(&mut utf8).as_bytes();
    let (mut low, mut high) = (0, SIMPLIFIED.len() / 6);
    while low < high {
        let middle = (low + high) / 2;
        match SIMPLIFIED[middle * 6..middle * 6 + 3].cmp(key) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return decode(&SIMPLIFIED[middle * 6 + 3..middle * 6 + 6]),
        }
    }
    c
}

fn decode(utf8: &[u8]) -> char {
    std::str::from_utf8(utf8).ok().and_then(|text| text.chars().next()).expect("three bytes a character")
}

/// Whether a folded character is Han.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '〇' | '\u{20000}'..='\u{323af}')
}

/// What a run is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    Han,
    /// Letters and digits, with a point between digits.
    Word,
}

/// A longest stretch of searched characters of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub kind: RunKind,
    /// Indices into the folded characters.
    pub range: Range<usize>,
}

/// The runs of a folded text, in order.
///
/// ```
/// use policy_finder_pack::analyzer::{folded, runs};
/// let text = folded("按3.5%给予，GB32100企业");
/// let words: Vec<String> = runs(&text).map(|run| text[run.range].iter().collect()).collect();
/// assert_eq!(words, ["按", "3.5", "给予", "gb32100", "企业"]);
/// ```
pub fn runs(text: &[char]) -> impl Iterator<Item = Run> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = at;
            if is_han(text[at]) {
                while at < text.len() && is_han(text[at]) {
                    at += 1;
                }
                return Some(Run { kind: RunKind::Han, range: start..at });
            }
            if text[at].is_alphanumeric() {
                while at < text.len() && is_word(text, at) {
                    at += 1;
                }
                return Some(Run { kind: RunKind::Word, range: start..at });
            }
            at += 1;
        }
        None
    })
}

fn is_word(text: &[char], at: usize) -> bool {
    let digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    match text[at] {
        '.' => at > 0 && digit(at - 1) && digit(at + 1),
        c => c.is_alphanumeric() && !is_han(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_folding_twice_changes_nothing() {
        let pairs: Vec<_> = variants().collect();
        assert!(pairs.windows(2).all(|w| w[0].0 < w[1].0));
        for (from, to) in pairs {
            assert_eq!(fold(from), to);
            assert_eq!(fold(to), to, "{from} folds to {to}, which folds further");
        }
        for c in '\0'..='\u{2ffff}' {
            assert_eq!(fold(fold(c)), fold(c), "U+{:04X}", c as u32);
        }
    }

    #[test]
    fn folding_keeps_every_place() {
        let text = "第一條 Ａ⼀İ\u{1f600}ß";
        assert_eq!(folded(text).len(), text.chars().count());
    }
}
