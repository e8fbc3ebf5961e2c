//! What an enterprise says of itself: JSON in, typed inputs out. An absent or `null` field is unknown, not zero.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use policy_finder_pack::rules::{Field, FieldId, FieldKind, ParameterKey, RuleBook};
use policy_finder_pack::{Date, Dimension, Exact, units};
use serde::Deserialize;
use serde::de::{self, Visitor};

use crate::credit_code;
use crate::error::{Error, Fault};
use crate::report::Note;
use crate::rules::{InputKey, Inputs, Number, Value};

/// A value as it arrives. Numbers are kept as text, so that none is rounded on its way in.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    Null,
    Bool(bool),
    /// A JSON number as written.
    Number(String),
    Text(String),
    List(Vec<Input>),
    Map(BTreeMap<String, Input>),
}

/// Field (Chinese name or id) to value.
pub type ProfileInput = BTreeMap<String, Input>;

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Input, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Input;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value of a profile")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Input, E> {
                Ok(Input::Null)
            }
            fn visit_none<E: de::Error>(self) -> Result<Input, E> {
                Ok(Input::Null)
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Input, E> {
                Ok(Input::Bool(value))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Input, E> {
                Ok(Input::Number(value.to_string()))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Input, E> {
                Ok(Input::Number(value.to_string()))
            }
            // JavaScript has no other numbers; the shortest text that reads back as the same one is what was typed.
            #[allow(clippy::disallowed_types)]
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Input, E> {
                Ok(Input::Number(value.to_string()))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Input, E> {
                Ok(Input::Text(value.to_owned()))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Input, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = seq.next_element()? {
                    list.push(item);
                }
                Ok(Input::List(list))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Input, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some((key, value)) = map.next_entry()? {
                    entries.insert(key, value);
                }
                Ok(Input::Map(entries))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A profile as the rules see it, with remarks on what this pack does not use.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The year asked about: 本年 in the rules, and the year of plain values of yearly fields.
    pub event_year: i32,
    pub inputs: Inputs,
    pub notes: Vec<Note>,
}

impl Profile {
    /// Reads a profile; `event_year` is the year asked about.
    ///
    /// # Errors
    /// [`Error::Profile`] with every value that cannot be read.
    pub fn read(book: &RuleBook, event_year: i32, input: &ProfileInput) -> Result<Profile, Error> {
        let profile = Profile { event_year, inputs: Inputs::default(), notes: Vec::new() };
        let mut reader = Reader { book, profile, faults: Vec::new() };
        for (key, value) in input {
            reader.entry(key, value);
        }
        if reader.faults.is_empty() { Ok(reader.profile) } else { Err(Error::Profile(reader.faults)) }
    }
}

struct Reader<'a> {
    book: &'a RuleBook,
    profile: Profile,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn entry(&mut self, key: &str, input: &Input) {
        let halved =
            key.contains(['\u{ff08}', '\u{ff09}']).then(|| key.replace('\u{ff08}', "(").replace('\u{ff09}', ")"));
        let target = halved.as_deref().unwrap_or(key).trim();
        if let Some(inside) = call(target, "历年最高") {
            match self.find(inside) {
                Some(field) if self.book.fields[field.0 as usize].yearly => {
                    self.put(key, InputKey::HighestEver(field), field, input)
                }
                _ => self.note(key, "政策库没有这个逐年字段,未采用"),
            }
            return;
        }
        if let Some(inside) = call(target, "已获") {
            let (benefit, this_year) = match inside.split_once([',', '\u{ff0c}']) {
                Some((benefit, period)) => (benefit.trim(), period.trim() == "本年"),
                None => (inside, false),
            };
            if !self.book.benefits.iter().any(|b| b.id == benefit) {
                return self.note(key, "政策库没有这项奖补,未采用");
            }
            let input_key = InputKey::Received { benefit: benefit.to_owned(), this_year };
            match number(input, &Dimension::money()) {
                Ok(Some(number)) => self.insert(input_key, Value::Number(number)),
                Ok(None) => {}
                Err(message) => self.fault(key, message),
            }
            return;
        }
        if let Some((name, arguments)) = target.strip_suffix(')').and_then(|t| t.split_once('('))
            && let Some(index) = self.book.parameters.iter().position(|p| p.name == name.trim())
        {
            return self.parameter(key, index, arguments, input);
        }
        let (name, year) = match target.strip_suffix(']').and_then(|t| t.split_once('[')) {
            Some((name, year)) => match year.trim().trim_end_matches('年').parse::<i32>() {
                Ok(year) => (name.trim(), Some(year)),
                Err(_) => return self.fault(key, "方括号里应为年度,如 产值[2025年]"),
            },
            None => (target, None),
        };
        let Some(field) = self.find(name) else { return self.note(key, "政策库没有这个字段,未采用") };
        if let FieldKind::List(items) = &self.book.fields[field.0 as usize].kind {
            return self.list(key, field, items, input);
        }
        let yearly = self.book.fields[field.0 as usize].yearly;
        match (yearly, year, input) {
            (false, Some(_), _) => self.fault(key, "不是逐年字段,不要写年度"),
            (false, None, _) => self.put(key, InputKey::Field { field, year: None }, field, input),
            (true, None, Input::Map(figures)) => {
                for (year, figure) in figures {
                    match year.trim().trim_end_matches('年').parse::<i32>() {
                        Ok(number) => {
                            let key = format!("{key}[{year}]");
                            self.put(&key, InputKey::Field { field, year: Some(number) }, field, figure);
                        }
                        Err(_) => self.fault(key, "逐年数字应写成 {\"2025\": \"5亿元\"}"),
                    }
                }
            }
            (true, year, _) => {
                let year = Some(year.unwrap_or(self.profile.event_year));
                self.put(key, InputKey::Field { field, year }, field, input);
            }
        }
    }

    /// A list of records: `[{"本金": "300万元"}, …]`; an empty list says that there are none.
    fn list(&mut self, key: &str, list: FieldId, items: &[Field], input: &Input) {
        let Some(records) = self.records(key, InputKey::List(list), input) else { return };
        for (index, entries) in records {
            for (name, input) in entries {
                let place = format!("{key}[{}].{name}", index + 1);
                let Some(column) = self.column(&place, items, name) else { continue };
                match &items[column as usize].kind {
                    FieldKind::List(columns) => self.nested(&place, (list, index, column), columns, input),
                    kind => self.cell(&place, InputKey::Item { list, index, field: column }, kind, input),
                }
            }
        }
    }

    /// The list in a column of an item.
    fn nested(&mut self, key: &str, at: (FieldId, u32, u32), columns: &[Field], input: &Input) {
        let (list, index, column) = at;
        let Some(records) = self.records(key, InputKey::NestedList { list, index, column }, input) else { return };
        for (record, entries) in records {
            for (name, input) in entries {
                let place = format!("{key}[{}].{name}", record + 1);
                let Some(field) = self.column(&place, columns, name) else { continue };
                let cell = InputKey::Nested { list, index, column, record, field };
                self.cell(&place, cell, &columns[field as usize].kind, input);
            }
        }
    }

    /// The records of a list that is given, with their places; how many there are is stated by that.
    fn records<'i>(
        &mut self,
        key: &str,
        count: InputKey,
        input: &'i Input,
    ) -> Option<Vec<(u32, &'i BTreeMap<String, Input>)>> {
        if is_unknown(input) {
            return None;
        }
        let Input::List(records) = input else {
            self.fault(key, LIST);
            return None;
        };
        self.insert(count, Value::Number(Number::point(Exact::integer(records.len() as i64))));
        let mut maps = Vec::with_capacity(records.len());
        for (index, record) in records.iter().enumerate() {
            match record {
                Input::Map(entries) => maps.push((index as u32, entries)),
                _ => self.fault(&format!("{key}[{}]", index + 1), LIST),
            }
        }
        Some(maps)
    }

    fn column(&mut self, place: &str, columns: &[Field], name: &str) -> Option<u32> {
        let column = columns.iter().position(|field| field.name == name || field.id == name);
        if column.is_none() {
            self.note(place, "政策库的这个清单没有这一栏,未采用");
        }
        column.map(|column| column as u32)
    }

    fn cell(&mut self, place: &str, key: InputKey, kind: &FieldKind, input: &Input) {
        match value(kind, input) {
            Ok(Some(value)) => self.insert(key, value),
            Ok(None) => {}
            Err(message) => self.fault(place, message),
        }
    }

    /// A public figure stated by hand: `LPR一年期(2024-03-01)`.
    fn parameter(&mut self, key: &str, index: usize, arguments: &str, input: &Input) {
        let parameter = &self.book.parameters[index];
        let words: Vec<&str> = arguments.split([',', '\u{ff0c}']).map(str::trim).collect();
        let keys = parameter.keys.iter().zip(&words).map(|(kind, word)| match kind {
            ParameterKey::Date => date(word).map(Date::day_number),
            ParameterKey::Year => word.trim_end_matches('年').parse().ok(),
            ParameterKey::Option(field) => match &self.book.fields[field.0 as usize].kind {
                FieldKind::Option(options) => options.iter().position(|o| o == word).map(|index| index as i32),
                _ => None,
            },
        });
        let keys: Option<Vec<i32>> = keys.collect();
        let Some(keys) = keys.filter(|keys| keys.len() == words.len() && keys.len() == parameter.keys.len()) else {
            return self.fault(key, "括号里的日期、年度或选项不对");
        };
        match number(input, &parameter.dimension) {
            Ok(Some(number)) => {
                self.insert(InputKey::Parameter { parameter: index as u32, keys }, Value::Number(number))
            }
            Ok(None) => {}
            Err(message) => self.fault(key, message),
        }
    }

    fn find(&self, name: &str) -> Option<FieldId> {
        let name = name.trim();
        self.book.fields.iter().position(|f| f.name == name || f.id == name).map(|index| FieldId(index as u32))
    }

    fn put(&mut self, key: &str, input_key: InputKey, field: FieldId, input: &Input) {
        let known = &self.book.fields[field.0 as usize];
        match value(&known.kind, input) {
            Ok(Some(value)) => {
                if let (Value::Text(Some(code)), "credit_code") = (&value, known.id.as_str())
                    && let Some(doubt) = credit_code::doubt(code)
                {
                    self.note(key, doubt);
                }
                self.insert(input_key, value);
            }
            Ok(None) => {}
            Err(message) => self.fault(key, message),
        }
    }

    fn insert(&mut self, key: InputKey, value: Value) {
        self.profile.inputs.0.insert(key, value);
    }

    fn note(&mut self, key: &str, message: &str) {
        self.profile.notes.push(Note { key: key.to_owned(), message: message.to_owned() });
    }

    fn fault(&mut self, key: &str, message: impl Into<String>) {
        self.faults.push(Fault { key: key.to_owned(), message: message.into() });
    }
}

fn call<'a>(text: &'a str, function: &str) -> Option<&'a str> {
    text.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(')').map(str::trim)
}

const LIST: &str = "应为清单,每一项写明各栏";

/// `None`: said to be unknown.
fn value(kind: &FieldKind, input: &Input) -> Result<Option<Value>, String> {
    if is_unknown(input) {
        return Ok(None);
    }
    match kind {
        FieldKind::Number(dimension) => Ok(number(input, dimension)?.map(Value::Number)),
        FieldKind::Bool => match input {
            Input::Bool(truth) => Ok(Some(Value::Truth(Some(*truth)))),
            Input::Text(text) => match text.trim() {
                "是" | "true" | "有" => Ok(Some(Value::Truth(Some(true)))),
                "否" | "false" | "没有" => Ok(Some(Value::Truth(Some(false)))),
                other => Err(format!("应为 是 或 否,不能是『{other}』")),
            },
            _ => Err("应为 是 或 否".to_owned()),
        },
        FieldKind::Option(options) => {
            let Input::Text(text) = input else { return Err(no_option("", options)) };
            let index = options.iter().position(|option| option == text.trim());
            index.map(|i| Some(Value::Option(i as u32))).ok_or_else(|| no_option(text.trim(), options))
        }
        FieldKind::Options(options) => {
            let names: Vec<&str> = match input {
                Input::Text(text) => text.split(['、', ',', '\u{ff0c}']).map(str::trim).collect(),
                Input::List(items) => items
                    .iter()
                    .map(|item| match item {
                        Input::Text(text) => Ok(text.trim()),
                        _ => Err(no_option("", options)),
                    })
                    .collect::<Result<_, _>>()?,
                _ => return Err(no_option("", options)),
            };
            let mut chosen = BTreeSet::new();
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                match options.iter().position(|option| option == name) {
                    Some(index) => drop(chosen.insert(index as u32)),
                    None if matches!(name, "无" | "以上都没有") => {}
                    None => return Err(no_option(name, options)),
                }
            }
            Ok(Some(Value::Options(Some(chosen))))
        }
        FieldKind::Date => match input {
            Input::Text(text) => date(text.trim())
                .map(|date| Some(Value::Number(Number::point(Exact::integer(date.day_number().into())))))
                .ok_or_else(|| format!("『{}』不是日期,请写成 2026-11-24", text.trim())),
            _ => Err("应为日期,请写成 2026-11-24".to_owned()),
        },
        FieldKind::Year => {
            let text = match input {
                Input::Text(text) | Input::Number(text) => text.trim().trim_end_matches('年').to_owned(),
                _ => return Err("应为年度,如 2025".to_owned()),
            };
            match text.parse::<i64>() {
                Ok(year) if (1900..=2200).contains(&year) => {
                    Ok(Some(Value::Number(Number::point(Exact::integer(year)))))
                }
                _ => Err(format!("『{text}』不是年度,请写成 2025")),
            }
        }
        FieldKind::Text => match input {
            Input::Text(text) | Input::Number(text) => Ok(Some(Value::Text(Some(text.trim().to_owned())))),
            _ => Err("应为文字".to_owned()),
        },
        FieldKind::List(_) => Err(LIST.to_owned()),
    }
}

/// A value that is none of the options; an empty one stands for what is no text at all.
fn no_option(value: &str, options: &[String]) -> String {
    let missed = if value.is_empty() { String::new() } else { format!("没有『{value}』这个选项,") };
    format!("{missed}应为:{}", options.join("、"))
}

fn is_unknown(input: &Input) -> bool {
    match input {
        Input::Null => true,
        Input::Text(text) => matches!(text.trim(), "" | "不清楚" | "未知" | "不知道"),
        _ => false,
    }
}

/// `2024-06-30` or `2024年6月30日`
fn date(text: &str) -> Option<Date> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let (year, rest) = text.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    let day = day.trim().trim_end_matches(['日', '号']);
    Date::new(year.trim().parse().ok()?, month.trim().parse().ok()?, day.parse().ok()?)
}

fn number(input: &Input, dimension: &Dimension) -> Result<Option<Number>, String> {
    if is_unknown(input) {
        return Ok(None);
    }
    match input {
        Input::Number(text) => {
            plain(text).map(|n| Some(Number::point(n))).ok_or_else(|| format!("『{text}』位数过多,无法精确读取"))
        }
        Input::Text(text) => {
            let text = text.trim();
            if let Some((low, high)) = text.split_once('至') {
                let (low, high) = (quantity(low.trim(), dimension)?, quantity(high.trim(), dimension)?);
                if low > high {
                    return Err(format!("『{text}』前面的数应不大于后面的数"));
                }
                return Ok(Some(Number::between(low, high)));
            }
            quantity(text, dimension).map(|n| Some(Number::point(n)))
        }
        _ => Err(format!("应为数字{}", unit_hint(dimension))),
    }
}

fn unit_hint(dimension: &Dimension) -> String {
    match dimension {
        d if d.is_money() => ",如 2.3亿元、500万元".to_owned(),
        d if d.is_ratio() => ",如 5%".to_owned(),
        d => format!(",单位为{d}"),
    }
}

/// A quantity with its unit, or a bare number in the base unit.
fn quantity(text: &str, dimension: &Dimension) -> Result<Exact, String> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest.trim()));
    let read = units::scan(digits).ok_or_else(|| format!("『{text}』不是数字{}", unit_hint(dimension)))?;
    let rest = digits[read.length..].trim();
    let value = if rest.is_empty() {
        read
    } else {
        // `500 万元`: people leave a space before the unit.
        let joined: String = digits.split_whitespace().collect();
        match units::scan(&joined) {
            Some(again) if again.length == joined.len() => again,
            _ => return Err(format!("『{text}』里的『{rest}』不是单位{}", unit_hint(dimension))),
        }
    };
    if value.has_unit && value.dimension != *dimension {
        return Err(format!("『{text}』单位不对{}", unit_hint(dimension)));
    }
    Ok(if negative { -value.value } else { value.value })
}

/// A JSON number, exponent included.
fn plain(text: &str) -> Option<Exact> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.trim_start_matches('+').parse::<i32>().ok()?),
        None => (text, 0),
    };
    let scale = Exact::new(10i128.checked_pow(exponent.unsigned_abs())?, 1)?;
    let value: Exact = digits.parse().ok()?;
    if exponent < 0 { value.checked_div(scale) } else { value.checked_mul(scale) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_with_units_spaces_and_exponents() {
        let money = Dimension::money();
        for (text, yuan) in [("2.3亿元", 230_000_000), ("500 万元", 5_000_000), ("1,200万元", 12_000_000), ("42", 42)]
        {
            assert_eq!(quantity(text, &money), Ok(Exact::integer(yuan)), "{text}");
        }
        assert_eq!(plain("1.5e3"), Some(Exact::integer(1500)));
        assert!(quantity("30人", &money).unwrap_err().contains("单位不对"));
        assert!(quantity("很多", &money).unwrap_err().contains("不是数字"));
    }

    #[test]
    fn a_stated_range_is_a_range() {
        let range = number(&Input::Text("5000万元至1亿元".to_owned()), &Dimension::money()).unwrap().unwrap();
        assert_eq!(range, Number::between(Exact::integer(50_000_000), Exact::integer(100_000_000)));
    }
}
