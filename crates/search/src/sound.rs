//! Here are Latin letters typed without an input method: which Chinese words sound like that?
//!
//! Letters become candidate words; the text is never turned into letters, where 景点 and 经典 would be the same.

use fst::raw::{CompiledAddr, Fst};
use policy_finder_pack::format::Section;
use policy_finder_pack::index::Index;
use policy_finder_pack::{analyzer, order};

use super::Search;
use super::logarithm::ln;
use super::set::Set;

/// What letters were taken for.
pub(super) struct Heard {
    /// The most usual words that sound so.
    pub text: Vec<char>,
    /// Policies whose titles hold words that sound so, with how much of the title they are.
    pub policies: Vec<(u32, f64)>,
}

/// How a character may be typed.
#[derive(Clone, Copy, PartialEq)]
enum Spelling {
    /// `gaoxinqiye`
    Full,
    /// `gxqy`
    Initials,
    /// `gaoxqy`
    Mixed,
}

/// A word that sounds as typed.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub text: Vec<char>,
    /// How many policies hold it.
    pub policies: u64,
}

const STEPS: usize = 30_000;
const WORDS: usize = 64;

/// What a query of Latin letters means, if it is not a word of the corpus itself.
pub(super) fn query(search: &Search, text: &[char]) -> Option<Heard> {
    let letters = letters(text)?;
    if analyzer::runs(text).any(|run| search.index.tokens.get(&text[run.range].iter().collect::<String>()).is_some()) {
        return None;
    }
    for spelling in [Spelling::Full, Spelling::Initials, Spelling::Mixed] {
        let mut ear = Ear::new(search.index, &letters, spelling, false);
        let titled = ear.titles();
        let words = ear.words();
        let mut policies: Vec<(u32, f64)> = Vec::new();
        let mut best: Option<(f64, Vec<char>)> = None;
        let mut offer = |value: f64, text: &[char]| {
            if best.as_ref().is_none_or(|(known, _)| value > *known) {
                best = Some((value, text.to_vec()));
            }
        };
        for (text, holding) in &titled {
            let mut held = 0;
            for policy in holding.iter() {
                let title = analyzer::folded(search.title(policy));
                if title.windows(text.len()).any(|window| window == text) {
                    held += 1;
                    let share = text.len() as f64 / title.len() as f64;
                    match policies.iter_mut().find(|(known, _)| *known == policy) {
                        Some((_, known)) => *known = known.max(share),
                        None => policies.push((policy, share)),
                    }
                }
            }
            if held > 0 {
                offer(1e6 + f64::from(held), text);
            }
        }
        for word in &words {
            offer(word.policies as f64, &word.text);
        }
        let best = best.map(|(_, text)| text).or_else(|| ear.sequence());
        if let Some(text) = best {
            order::sort_by(&mut policies, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            return Some(Heard { text, policies });
        }
    }
    None
}

/// Words of the corpus that begin with what the letters sound like, the usual ones first.
pub(super) fn beginning(index: &Index, text: &[char]) -> Vec<Word> {
    let Some(letters) = letters(text) else { return Vec::new() };
    for spelling in [Spelling::Full, Spelling::Initials, Spelling::Mixed] {
        let mut words = Ear::new(index, &letters, spelling, true).words();
        if !words.is_empty() {
            order::sort_by(&mut words, |a, b| b.policies.cmp(&a.policies).then(a.text.cmp(&b.text)));
            return words;
        }
    }
    Vec::new()
}

/// The letters of a text that has nothing else.
fn letters(text: &[char]) -> Option<Vec<u8>> {
    let plain = text.iter().all(|c| c.is_ascii_lowercase() || c.is_whitespace() || matches!(c, '\'' | '’'));
    let letters: Vec<u8> = text.iter().filter(|c| c.is_ascii_lowercase()).map(|&c| c as u8).collect();
    (plain && (2..=60).contains(&letters.len())).then_some(letters)
}

/// Numbers of letters, at most eight, one bit each; the longest comes first.
#[derive(Clone, Copy)]
struct Lengths(u16);

impl Iterator for Lengths {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let length = self.0.checked_ilog2()?;
        self.0 &= !(1 << length);
        Some(length as usize)
    }
}

/// Listens for words.
struct Ear<'a> {
    index: &'a Index,
    letters: &'a [u8],
    spelling: Spelling,
    /// Words that go on after the letters count as well.
    open: bool,
    steps: usize,
}

impl<'a> Ear<'a> {
    fn new(index: &'a Index, letters: &'a [u8], spelling: Spelling, open: bool) -> Ear<'a> {
        Ear { index, letters, spelling, open, steps: 0 }
    }

    /// How many letters from a place on a character can stand for.
    fn takes(&self, c: char, at: usize) -> Lengths {
        let syllables = self.index.grams.index_of(c).into_iter().flat_map(|character| self.index.pinyin.of(character));
        syllables.fold(Lengths(0), |lengths, syllable| Lengths(lengths.0 | self.takes_syllable(syllable, at).0))
    }

    fn takes_syllable(&self, syllable: u16, at: usize) -> Lengths {
        let (syllable, rest) = (self.index.pinyin.syllable(syllable), &self.letters[at..]);
        let mut lengths = 0;
        if syllable.first() == rest.first() {
            if self.spelling != Spelling::Initials {
                if rest.starts_with(syllable) {
                    lengths |= 1 << syllable.len();
                } else if self.open && syllable.starts_with(rest) {
                    lengths |= 1 << rest.len();
                }
            }
            if self.spelling != Spelling::Full {
                lengths |= 1 << 1;
            }
        }
        Lengths(lengths)
    }

    /// The characters that the first letters can stand for.
    fn beginnings(&self) -> Vec<char> {
        let pinyin = &self.index.pinyin;
        let sounding = (0..pinyin.syllables() as u16).filter(|&syllable| self.takes_syllable(syllable, 0).0 != 0);
        let mut characters: Vec<u32> = sounding.flat_map(|syllable| pinyin.characters(syllable)).copied().collect();
        order::sort(&mut characters);
        characters.dedup();
        characters.into_iter().filter_map(|character| self.index.grams.character(character)).collect()
    }

    /// Runs of title characters, with the policies that may hold them.
    fn titles(&mut self) -> Vec<(Vec<char>, Set)> {
        let mut found = Vec::new();
        let titles = &self.index.titles;
        for first in 0..titles.characters() as u32 {
            let Some(c) = titles.character(first) else { continue };
            for taken in self.takes(c, 0) {
                let Some(postings) = titles.single(first) else { continue };
                let set = Set::of(&postings, self.index.measures.policies());
                self.follow(taken, first, &mut vec![c], &set, &mut found);
            }
        }
        found
    }

    fn follow(&mut self, at: usize, last: u32, text: &mut Vec<char>, holding: &Set, found: &mut Vec<(Vec<char>, Set)>) {
        if at == self.letters.len() {
            if text.len() >= 2 && found.len() < WORDS {
                found.push((text.clone(), holding.clone()));
            }
            return;
        }
        let titles = &self.index.titles;
        for (next, postings) in titles.pairs(last).into_iter().flatten() {
            self.steps += 1;
            if self.steps > STEPS {
                return;
            }
            let Some(c) = titles.character(next) else { continue };
            for taken in self.takes(c, at) {
                let both = holding.both(&postings);
                if !both.is_empty() {
                    text.push(c);
                    self.follow(at + taken, next, text, &both, found);
                    text.pop();
                }
            }
        }
    }

    /// Words of the lexicon.
    fn words(&mut self) -> Vec<Word> {
        let mut found = Vec::new();
        let fst = self.index.lexicon.words().as_fst();
        self.descend(fst, fst.root().addr(), 0, 0, &mut Vec::new(), &mut |at, word| {
            if at.is_none() {
                found.push(word);
            }
        });
        found
    }

    /// The most probable sequence of words of the lexicon: `gaoxinqiye` is 高新 and 企业.
    fn sequence(&mut self) -> Option<Vec<char>> {
        let fst = self.index.lexicon.words().as_fst();
        let letters = self.letters;
        let total = ln(self.index.measures.policies().max(1) as f64 * 20.0);
        // best[at]: the best sequence for the letters from `at` on.
        let mut best: Vec<Option<(f64, Vec<char>)>> = vec![None; letters.len() + 1];
        best[letters.len()] = Some((0.0, Vec::new()));
        for at in (0..letters.len()).rev() {
            self.letters = &letters[at..];
            self.steps = 0;
            let mut here: Option<(f64, Vec<char>)> = None;
            self.descend(fst, fst.root().addr(), 0, 0, &mut Vec::new(), &mut |taken, word| {
                let Some((after, rest)) = &best[taken.map_or(letters.len(), |taken| at + taken)] else { return };
                let value = ln(word.policies.max(1) as f64) - total + after;
                if here.as_ref().is_none_or(|(known, _)| value > *known) {
                    here = Some((value, word.text.iter().chain(rest).copied().collect()));
                }
            });
            best[at] = here;
        }
        self.letters = letters;
        best.swap_remove(0).map(|(_, text)| text)
    }

    fn descend(
        &mut self,
        fst: &Fst<Section>,
        node: CompiledAddr,
        output: u64,
        at: usize,
        text: &mut Vec<char>,
        // With the letters taken; `None` for all of them.
        found: &mut dyn FnMut(Option<usize>, Word),
    ) {
        let node_here = fst.node(node);
        let all = at == self.letters.len();
        if node_here.is_final() && text.len() >= 2 {
            let policies = output + node_here.final_output().value();
            found((!all).then_some(at), Word { text: text.clone(), policies });
        }
        if all && (!self.open || text.len() >= 12) {
            return;
        }
        // Most characters begin some word and few of them sound right.
        let next = match text.is_empty() {
            true => self.beginnings().into_iter().filter_map(|c| follow(fst, node, c)).collect(),
            false => characters(fst, node),
        };
        for (c, next, more) in next {
            self.steps += 1;
            if self.steps > STEPS {
                return;
            }
            let taken = if all { Lengths(1) } else { self.takes(c, at) };
            for taken in taken {
                text.push(c);
                self.descend(fst, next, output + more, at + taken, text, found);
                text.pop();
            }
        }
    }
}

/// A character that goes on from a node of a dictionary, with the node after it and its output.
pub(super) fn follow(fst: &Fst<Section>, node: CompiledAddr, c: char) -> Option<(char, CompiledAddr, u64)> {
    let (mut at, mut output) = (node, 0);
    for &byte in c.encode_utf8(&mut [0; 4]).as_bytes() {
        let here = fst.node(at);
        let transition = here.transition(here.find_input(byte)?);
        (at, output) = (transition.addr, output + transition.out.value());
    }
    Some((c, at, output))
}

/// The characters that go on from a node of a dictionary: each with the node after it and its output.
pub(super) fn characters(fst: &Fst<Section>, node: CompiledAddr) -> Vec<(char, CompiledAddr, u64)> {
    let mut list = Vec::new();
    let mut open = vec![(node, 0u64, [0u8; 4], 0usize)];
    while let Some((node, output, bytes, length)) = open.pop() {
        for transition in fst.node(node).transitions() {
            let mut bytes = bytes;
            bytes[length] = transition.inp;
            let output = output + transition.out.value();
            match std::str::from_utf8(&bytes[..=length]) {
                Ok(text) => list.extend(text.chars().next().map(|c| (c, transition.addr, output))),
                Err(_) if length < 3 => open.push((transition.addr, output, bytes, length + 1)),
                Err(_) => {}
            }
        }
    }
    list
}
