//! Reads the keys of a TOML table: each at most once, none unknown, every fault with its place.

use policy_finder_pack::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::model::{FileId, Place};

/// A string of the corpus and where its first character stands.
#[derive(Clone, Debug)]
pub struct Words {
    pub text: String,
    pub file: FileId,
    pub start: usize,
}

impl Words {
    pub fn place(&self) -> Place {
        self.part(0, self.text.len())
    }

    /// The place of a byte range of the text.
    pub fn part(&self, start: usize, end: usize) -> Place {
        Place { file: self.file, span: self.start + start..self.start + end.max(start) }
    }
}

/// Parses TOML that stands at `base` in a file; every syntax fault becomes a diagnostic.
pub fn parse<'i>(text: &'i str, file: FileId, base: usize, diagnostics: &mut Vec<Diagnostic>) -> Option<DeTable<'i>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Some(table.into_inner());
    }
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let around = &text[floor(text, span.start.saturating_sub(4))..floor(text, (span.end + 4).min(text.len()))];
        let line_start = text[..floor(text, span.start)].rfind('\n').map_or(0, |at| at + 1);
        let line = text[line_start..].lines().next().unwrap_or_default();
        let place = Place { file, span: base + span.start..base + span.end };
        let mut fault = Diagnostic::error("toml_syntax", place, format!("not valid TOML: {}", error.message()));
        if around.contains(['“', '”', '「']) || line.contains("= “") {
            fault = fault.hint("values stand in straight quotes: \"…\"");
        } else if line.chars().next().is_some_and(|c| !c.is_ascii()) {
            fault = fault.hint("keys are English words (need, amount, …); Chinese names stand inside \"…\"");
        }
        diagnostics.push(fault);
    }
    None
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One table being read.
pub struct Keys<'a, 'i> {
    table: &'a DeTable<'i>,
    source: &'a str,
    pub file: FileId,
    base: usize,
    known: Vec<&'static str>,
    /// What the table is, for messages: `benefit`, `front matter`.
    what: &'static str,
}

impl<'a, 'i> Keys<'a, 'i> {
    /// `source` is the TOML text that the table was parsed from, standing at `base` of the file.
    pub fn new(table: &'a DeTable<'i>, source: &'a str, file: FileId, base: usize, what: &'static str) -> Keys<'a, 'i> {
        Keys { table, source, file, base, known: Vec::new(), what }
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    pub fn has(&mut self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// Where a key's value stands.
    pub fn place(&mut self, key: &'static str) -> Option<Place> {
        self.get(key).map(|v| self.place_of(v))
    }

    /// Where the table's first key stands.
    pub fn start(&self) -> Place {
        let start = self.table.keys().map(|k| k.span().start).min().unwrap_or(0);
        let end = self.table.keys().find(|k| k.span().start == start).map_or(start, |k| k.span().end);
        Place { file: self.file, span: self.base + start..self.base + end }
    }

    fn place_of(&self, value: &Spanned<DeValue>) -> Place {
        Place { file: self.file, span: self.base + value.span().start..self.base + value.span().end }
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue>, expected: &str, diagnostics: &mut Vec<Diagnostic>) {
        let found = value.get_ref().type_str();
        let message = format!("{} {key} should be {expected}, found {found}", self.what);
        diagnostics.push(Diagnostic::error("wrong_type", self.place_of(value), message).hint(example(key, expected)));
    }

    /// The string and the place of its first character.
    fn words(&self, value: &Spanned<DeValue>) -> Option<Words> {
        let text = value.get_ref().as_str()?.to_owned();
        let raw = self.source.get(value.span()).unwrap_or_default();
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        Some(Words { text, file: self.file, start: self.base + value.span().start + quotes })
    }

    pub fn string(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<Words> {
        let value = self.get(key)?;
        let words = self.words(value);
        if words.is_none() {
            self.wrong(key, value, "a string", diagnostics);
        }
        words
    }

    pub fn text(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
        self.string(key, diagnostics).map(|words| words.text).filter(|text| !text.is_empty())
    }

    /// A list of strings; a single string is a list of one.
    pub fn strings(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Words> {
        let Some(value) = self.get(key) else { return Vec::new() };
        self.list(key, value, diagnostics)
    }

    fn list(&self, key: &str, value: &Spanned<DeValue>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Words> {
        if let Some(words) = self.words(value) {
            return vec![words];
        }
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of strings", diagnostics);
            return Vec::new();
        };
        let mut list = Vec::new();
        for item in items.iter() {
            match self.words(item) {
                Some(words) => list.push(words),
                None => self.wrong(key, item, "a string", diagnostics),
            }
        }
        list
    }

    pub fn texts(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Vec<String> {
        self.strings(key, diagnostics).into_iter().map(|words| words.text).collect()
    }

    /// A list of lists of strings, such as the rows of a table, with the place of each.
    pub fn rows(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Vec<(Place, Vec<Words>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of rows", diagnostics);
            return Vec::new();
        };
        items.iter().map(|row| (self.place_of(row), self.list(key, row, diagnostics))).collect()
    }

    pub fn date(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<Date> {
        let value = self.get(key)?;
        let bare = value.get_ref().as_datetime().and_then(|d| d.date);
        let bare = bare.and_then(|d| Date::new(d.year.into(), d.month, d.day));
        // In quotes it says the same: lists made by other programs write it so.
        let date = bare.or_else(|| value.get_ref().as_str().and_then(|text| text.parse().ok()));
        if date.is_none() {
            self.wrong(key, value, "a date such as 2021-09-27", diagnostics);
        }
        date
    }

    pub fn dates(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Date> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of dates", diagnostics);
            return Vec::new();
        };
        let date = |item: &Spanned<DeValue>| {
            let date = item.get_ref().as_datetime().and_then(|d| d.date)?;
            Date::new(date.year.into(), date.month, date.day)
        };
        let dates: Vec<Option<Date>> = items.iter().map(date).collect();
        for (item, date) in items.iter().zip(&dates) {
            if date.is_none() {
                self.wrong(key, item, "a date such as 2021-09-27, without quotes", diagnostics);
            }
        }
        dates.into_iter().flatten().collect()
    }

    pub fn bool(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<bool> {
        let value = self.get(key)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong(key, value, "true or false", diagnostics);
        }
        truth
    }

    pub fn integer(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<i64> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        if number.is_none() {
            self.wrong(key, value, "a whole number", diagnostics);
        }
        number
    }

    /// A string, or `true` / `false` as words.
    pub fn loose(&mut self, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
        let value = self.get(key)?;
        match value.get_ref().as_bool() {
            Some(truth) => Some(truth.to_string()),
            None => match value.get_ref().as_integer() {
                Some(number) => Some(number.as_str().to_owned()),
                None => self.text(key, diagnostics),
            },
        }
    }

    /// A table inside this one.
    pub fn table(
        &mut self,
        key: &'static str,
        what: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Keys<'a, 'i>> {
        let value = self.get(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(Keys::new(table, self.source, self.file, self.base, what)),
            None => {
                self.wrong(key, value, "a table", diagnostics);
                None
            }
        }
    }

    /// A list of tables; a single table is a list of one.
    pub fn tables(
        &mut self,
        key: &'static str,
        what: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Keys<'a, 'i>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let items: Vec<&'a Spanned<DeValue<'i>>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let mut tables = Vec::new();
        for item in items {
            match item.get_ref().as_table() {
                Some(table) => tables.push(Keys::new(table, self.source, self.file, self.base, what)),
                None => self.wrong(key, item, "a table", diagnostics),
            }
        }
        tables
    }

    /// Reports every key that was never asked for; `elsewhere` are keys that belong before the first `[[table]]`.
    pub fn finish(self, elsewhere: &[&str], diagnostics: &mut Vec<Diagnostic>) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if self.known.contains(&name) {
                continue;
            }
            let place = Place { file: self.file, span: self.base + key.span().start..self.base + key.span().end };
            if elsewhere.contains(&name) {
                let message = format!("“{name}” follows [[table]] and became a key of the table");
                diagnostics.push(
                    Diagnostic::error("key_after_table", place, message)
                        .hint(format!("move {name} above the first [[table]]")),
                );
                continue;
            }
            let mut fault = Diagnostic::error("unknown_key", place, format!("{} has no key “{name}”", self.what));
            fault = match closest(name, self.known.iter().copied()) {
                Some(near) => fault.hint(format!("did you mean {near}?")),
                None => fault.hint(format!("its keys are: {}", self.known.join(", "))),
            };
            diagnostics.push(fault);
        }
    }
}

/// How a key is written whose value has the wrong shape.
fn example(key: &str, expected: &str) -> String {
    let value = match key {
        "cap" => "[{ per = \"每年\", at = \"20万元\" }]",
        "pay" => "[{ when = \"第一年\", share = \"40%\" }, { when = \"第二年\", share = \"60%\" }]",
        "payers" => "[[\"市级\", \"50%\"], [\"县级\", \"50%\"]]",
        "reading" => "[{ ask = \"…\", took = \"…\", other = \"…\" }]",
        "materials" => "[{ name = \"营业执照\" }]",
        "lists" => "[{ name = \"贷款\", columns = [\"本金\"], rows = [[\"300万元\"]] }]",
        "rows" => "[[\"1亿元(含)以上\", \"10万元\"]]",
        "item" => "[{ name = \"本金\", id = \"principal\", type = \"金额\" }]",
        "derived" => "{ value = \"研发费用 / 营业收入\" }",
        "source" => "{ url = \"…\", kind = \"official\", retrieved = 2026-11-23 }",
        "table" => return "tables stand at the end of the block, each under [[table]]".to_owned(),
        _ => match expected {
            "a string" => "\"…\": text, numbers with units and conditions stand in straight quotes",
            "a list of strings" => "[\"…\", \"…\"]",
            "true or false" => "true, without quotes",
            "a whole number" => "1, without quotes",
            _ => return format!("write {expected}"),
        },
    };
    format!("write {key} = {value}")
}

/// The nearest of some names, if one is near enough to be meant.
pub fn closest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    names
        .map(|candidate| (strsim::normalized_damerau_levenshtein(name, candidate), candidate))
        .filter(|(similarity, _)| *similarity >= 0.5)
        // The first of equally near ones.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}
