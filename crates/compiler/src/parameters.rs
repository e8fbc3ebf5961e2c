//! Public figures by date and key: `vocabulary/parameters.toml`.

use policy_finder_pack::rules::{FieldId, FieldKind, Parameter, ParameterKey, ParameterRow};
use policy_finder_pack::{Date, Dimension, Exact, units};

use crate::diagnostic::Diagnostic;
use crate::keys::{Keys, Words, closest};
use crate::model::{Place, Vocabulary};

/// What stands in the place of a figure that was looked for and not found.
const NOT_FOUND: &str = "未查到";

/// Reads one `[[parameter]]`.
pub fn read(vocabulary: &Vocabulary, keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> Option<Parameter> {
    let start = keys.start();
    let name = keys.string("name", diagnostics);
    let key_words = keys.strings("keys", diagnostics);
    let kind = keys.string("type", diagnostics);
    let (min, max) = (keys.string("min", diagnostics), keys.string("max", diagnostics));
    let through = keys.date("through", diagnostics);
    let source = keys.text("source", diagnostics);
    let rows = keys.rows("rows", diagnostics);
    keys.has("id");
    keys.has("note");
    let (Some(name), Some(kind), false) = (name, kind, key_words.is_empty()) else {
        let fault = Diagnostic::error("required_key", start, "a parameter needs name, keys and type");
        diagnostics.push(fault.hint("e.g. name = \"LPR一年期\", keys = [\"日期\"], type = \"比例 /年\""));
        return None;
    };
    let taken = vocabulary.fields.iter().map(|f| &f.name).chain(vocabulary.parameters.iter().map(|p| &p.name));
    if taken.into_iter().any(|taken| *taken == name.text) || crate::vocabulary::is_reserved(&name.text) {
        let fault = Diagnostic::error("name_taken", name.place(), format!("“{}” is taken", name.text));
        diagnostics.push(fault.hint("give the parameter a name of its own"));
    }
    let dimension = match kind.text.trim().split_once(' ').map_or((kind.text.trim(), ""), |(w, r)| (w, r.trim())) {
        ("金额", "") => Some(Dimension::money()),
        ("比例" | "数量", unit) => Dimension::parse(unit),
        _ => None,
    };
    let Some(dimension) = dimension else {
        let fault = Diagnostic::error("unknown_type", kind.place(), format!("no type “{}” for a parameter", kind.text));
        diagnostics.push(fault.hint("types are: 金额, 比例, 比例 /年, 数量 元/人 and the like"));
        return None;
    };
    let kinds: Option<Vec<ParameterKey>> =
        key_words.iter().map(|words| key_kind(vocabulary, words, diagnostics)).collect();
    let kinds = kinds?;
    if kinds.contains(&ParameterKey::Date) && through.is_none() {
        let fault = Diagnostic::error("required_key", name.place(), "until which day is the table complete?");
        diagnostics.push(fault.hint("add through = 2026-11-20; later days are «not published yet»"));
    }
    let mut read: Vec<(ParameterRow, Place)> = Vec::new();
    for (place, words) in rows {
        if words.len() != kinds.len() + 1 {
            let message = format!("the row has {} cells, not {}", words.len(), kinds.len() + 1);
            diagnostics.push(Diagnostic::error("row_length", place, message).hint("the keys, then the figure"));
            continue;
        }
        let cells: Option<Vec<i32>> =
            kinds.iter().zip(&words).map(|(kind, words)| key(vocabulary, *kind, words, diagnostics)).collect();
        let value = figure(&words[kinds.len()], &dimension, diagnostics);
        if let (Some(keys), Some(value)) = (cells, value) {
            read.push((ParameterRow { keys, value }, place));
        }
    }
    let usual = Parameter::usual_limits(&dimension);
    let limits = (limit(min, usual.0, &dimension, diagnostics), limit(max, usual.1, &dimension, diagnostics));
    for (row, place) in &read {
        let outside = |value: Exact| limits.0.is_some_and(|min| value < min) || limits.1.is_some_and(|max| value > max);
        if row.value.is_some_and(outside) {
            let fault = Diagnostic::error("outside_limits", place.clone(), "the figure is outside min and max");
            diagnostics.push(fault.hint("mend it, or the limits: min = \"不限\" where figures may be negative"));
        }
    }
    read.sort_by(|a, b| a.0.keys.cmp(&b.0.keys));
    for pair in read.windows(2) {
        if pair[0].0.keys == pair[1].0.keys {
            let fault = Diagnostic::error("overlap", pair[1].1.clone(), "two rows have the same keys");
            diagnostics.push(fault.hint("remove one of them"));
        }
    }
    holes(&name, &kinds, &read, diagnostics);
    let rows = read.into_iter().map(|(row, _)| row).collect();
    Some(Parameter { name: name.text, keys: kinds, dimension, rows, through, source, limits })
}

fn limit(
    words: Option<Words>,
    usual: Option<Exact>,
    dimension: &Dimension,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Exact> {
    match words {
        None => usual,
        Some(words) if words.text.trim() == "不限" => None,
        Some(words) => figure(&words, dimension, diagnostics).flatten().or(usual),
    }
}

fn key_kind(vocabulary: &Vocabulary, words: &Words, diagnostics: &mut Vec<Diagnostic>) -> Option<ParameterKey> {
    match words.text.as_str() {
        "日期" => return Some(ParameterKey::Date),
        "年度" => return Some(ParameterKey::Year),
        _ => {}
    }
    let field = vocabulary.fields.iter().position(|field| field.name == words.text);
    match field.map(|index| (index, &vocabulary.fields[index].kind)) {
        Some((index, FieldKind::Option(_))) => Some(ParameterKey::Option(FieldId(index as u32))),
        _ => {
            let message = format!("“{}” is no key of a parameter", words.text);
            let fault = Diagnostic::error("bad_key", words.place(), message);
            diagnostics.push(fault.hint("keys are 日期, 年度, or the name of a field with one answer"));
            None
        }
    }
}

fn key(vocabulary: &Vocabulary, kind: ParameterKey, words: &Words, diagnostics: &mut Vec<Diagnostic>) -> Option<i32> {
    let text = words.text.trim();
    let found = match kind {
        ParameterKey::Date => date(text).map(Date::day_number),
        ParameterKey::Year => text.trim_end_matches('年').parse().ok().filter(|year| (1900..=2199).contains(year)),
        ParameterKey::Option(field) => match &vocabulary.fields[field.0 as usize].kind {
            FieldKind::Option(options) => options.iter().position(|option| option == text).map(|i| i as i32),
            _ => None,
        },
    };
    if found.is_none() {
        let fault = Diagnostic::error("bad_cell", words.place(), format!("“{text}” is no key of this column"));
        diagnostics.push(match kind {
            ParameterKey::Date => fault.hint("write 2024年1月22日"),
            ParameterKey::Year => fault.hint("write 2024年"),
            ParameterKey::Option(field) => match &vocabulary.fields[field.0 as usize].kind {
                FieldKind::Option(options) => match closest(text, options.iter().map(String::as_str)) {
                    Some(near) => fault.hint(format!("did you mean {near}?")),
                    None => fault.hint(format!("options are: {}", options.join(", "))),
                },
                _ => fault,
            },
        });
    }
    found
}

/// `2024年1月22日` or `2024-01-22`
pub fn date(text: &str) -> Option<Date> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let (year, rest) = text.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.trim_end_matches('日').parse().ok()?)
}

/// The outer `None` is a fault, the inner one a figure that was not found.
fn figure(words: &Words, dimension: &Dimension, diagnostics: &mut Vec<Diagnostic>) -> Option<Option<Exact>> {
    let text = words.text.trim();
    if text == NOT_FOUND {
        return Some(None);
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    match units::scan(digits).filter(|q| q.length == digits.len() && q.dimension == *dimension) {
        Some(quantity) => Some(Some(if negative { -quantity.value } else { quantity.value })),
        None => {
            let unit = if dimension.is_ratio() { "a ratio".to_owned() } else { dimension.to_string() };
            let message = format!("“{text}” is no figure of this table, which holds {unit}");
            let fault = Diagnostic::error("unit_mismatch", words.place(), message);
            diagnostics
                .push(fault.hint(format!("write a number with its unit, or {NOT_FOUND} where it was not found")));
            None
        }
    }
}

/// Between the first and the last year of a key every year has a row.
fn holes(name: &Words, kinds: &[ParameterKey], rows: &[(ParameterRow, Place)], diagnostics: &mut Vec<Diagnostic>) {
    let Some(axis) = kinds.iter().position(|kind| *kind == ParameterKey::Year) else { return };
    let others = |row: &ParameterRow| -> Vec<i32> {
        row.keys.iter().enumerate().filter(|(index, _)| *index != axis).map(|(_, key)| *key).collect()
    };
    for (index, (row, place)) in rows.iter().enumerate() {
        let before = rows[..index].iter().filter(|(other, _)| others(other) == others(row)).map(|(r, _)| r.keys[axis]);
        let Some(before) = before.filter(|year| *year < row.keys[axis]).max() else { continue };
        if row.keys[axis] > before + 1 {
            let message = format!("{} has no figure for {}年", name.text, before + 1);
            let fault = Diagnostic::error("parameter_hole", place.clone(), message);
            diagnostics.push(fault.hint(format!("add the year, with {NOT_FOUND} if the figure was not found")));
        }
    }
}
