//! The `case` block: a worked example with what it must come to.

use std::collections::{BTreeSet, HashMap};

use policy_finder_pack::rules::{Benefit, Cell, Field, FieldId, FieldKind, Kind, Node, RuleBook, Unit};
use policy_finder_pack::{Dimension, Exact, units};

use super::typing::describe;
use super::{Source, required};
use crate::diagnostic::Diagnostic;
use crate::keys::{Keys, Words, closest};
use crate::model::{BlockKind, Place};
use crate::vocabulary::{new_field, not_yearly};

/// A worked example; whoever has an engine can run it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Full id of the benefit.
    pub benefit: String,
    /// A sentence an official would sign.
    pub name: String,
    /// The year asked about.
    pub event: i32,
    pub given: Vec<Given>,
    pub lists: Vec<GivenList>,
    pub verdict: Option<(String, Place)>,
    pub amount: Option<(Amount, Place)>,
    /// Inputs still to be asked, as a profile names them; the exact set.
    pub missing: Option<(Vec<String>, Place)>,
    /// What each instalment comes to.
    pub pay: Option<(Vec<Amount>, Place)>,
    /// What named steps come to.
    pub steps: Vec<GivenStep>,
    /// What amounts beside the benefit's own come to: the tax effect of a deduction, the part of a payer.
    pub other_amounts: Vec<(OtherAmount, Amount, Place)>,
    /// Where the case begins.
    pub place: Place,
}

/// A list that is given whole.
#[derive(Clone, Debug)]
pub struct GivenList {
    pub name: String,
    /// One entry a row: column and value.
    pub rows: Vec<Vec<(String, String)>>,
    pub place: Place,
}

/// What a named step must come to: one value, or one an item.
#[derive(Clone, Debug)]
pub struct GivenStep {
    /// Index into the benefit's steps.
    pub index: usize,
    pub name: String,
    pub values: Vec<StepValue>,
    pub place: Place,
}

/// A value as a case writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepValue {
    /// Lowest and highest in base units, `None` where there is no bound.
    Number(Option<Exact>, Option<Exact>),
    /// `None` is 未知.
    Truth(Option<bool>),
    Option(u32),
}

/// An amount beside the benefit's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtherAmount {
    /// 预计少缴税
    Saving,
    /// The part of a level of government.
    Payer(String),
    /// One instalment, by when it is paid.
    Instalment(String),
}

/// How a case calls the tax effect of a deduction.
const SAVING: &str = "预计少缴税";

/// One answer: `产值[2024年]` and `3亿元`.
#[derive(Clone, Debug)]
pub struct Given {
    pub key: String,
    pub value: String,
    pub place: Place,
}

/// In yuan; `high: None` is 不限.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    pub low: Exact,
    pub high: Option<Exact>,
}

const NO_EVENT: &str = "the case has no event";

const VERDICTS: [&str; 5] = ["met", "unmet", "unknown", "manual", "inactive"];

pub fn read(
    source: &Source,
    benefits: &BTreeSet<String>,
    sound: &HashMap<String, u32>,
    book: &RuleBook,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Case> {
    let block = &source.block.place;
    let mut keys = source.keys("case");
    let benefit =
        required(&mut keys, "benefit", "case", block, "add benefit = \"…\": the id of the benefit", diagnostics);
    let benefit = benefit.and_then(|words| source.benefit(&words, benefits, diagnostics));
    let name =
        required(&mut keys, "name", "case", block, "add name = \"…\": a sentence an official would sign", diagnostics);
    let event_place = keys.place("event").unwrap_or_else(|| super::opening(block));
    let event = match keys.loose("event", diagnostics) {
        None => {
            // One fault of a habit is said once a file.
            let said = |fault: &Diagnostic| fault.message == NO_EVENT && fault.place.file == event_place.file;
            if !diagnostics.iter().any(said) {
                let fault = Diagnostic::error("required_key", event_place, NO_EVENT);
                diagnostics
                    .push(fault.hint("add event = \"2025年\", the year asked about, to every case of this file"));
            }
            None
        }
        Some(text) => {
            let year = text.trim().trim_end_matches('年').parse().ok().filter(|year| (1900..=2199).contains(year));
            if year.is_none() {
                let fault = Diagnostic::error("bad_event", event_place, format!("“{text}” is no year"));
                diagnostics.push(fault.hint("write event = \"2025年\""));
            }
            year
        }
    };
    let own = benefit.clone().unwrap_or_default();
    let given_words = keys.strings("given", diagnostics);
    let verdict = required(
        &mut keys,
        "verdict",
        "case",
        block,
        "add verdict = \"met\", \"unmet\", \"unknown\", \"manual\" or \"inactive\"",
        diagnostics,
    );
    let verdict = verdict.and_then(|words| {
        if VERDICTS.contains(&words.text.as_str()) {
            return Some((words.text.clone(), words.place()));
        }
        let fault = Diagnostic::error("unknown_verdict", words.place(), format!("no verdict “{}”", words.text));
        diagnostics.push(match closest(&words.text, VERDICTS.into_iter()) {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint("verdicts are: met 符合, unmet 不符合, unknown 待定, manual 人工认定, inactive 失效"),
        });
        None
    });
    let amount = keys.string("amount", diagnostics).and_then(|words| {
        let amount = amount(&words.text);
        if amount.is_none() {
            let fault = Diagnostic::error("bad_amount", words.place(), format!("“{}” is no amount", words.text));
            let with_unit = format!("{}元", words.text.trim());
            diagnostics.push(match self::amount(&with_unit) {
                Some(_) => fault.hint(format!("did you mean {with_unit}?")),
                None => fault.hint("write 15万元, 0元至15万元 or 0元至不限"),
            });
        }
        Some((amount?, words.place()))
    });
    let pay_place = keys.place("pay");
    let pay_words = keys.strings("pay", diagnostics);
    let step_words = keys.strings("let", diagnostics);
    let other_words = keys.strings("other_amount", diagnostics);
    let lists = lists(source, &mut keys, diagnostics);
    let missing_place = keys.place("missing");
    let missing_words = keys.strings("missing", diagnostics);
    let start = keys.start();
    keys.finish(&[], diagnostics);
    let event = event?;
    let mut given = Vec::new();
    for words in given_words {
        if let Some(answer) = read_given(source, &words, &own, event, benefits, diagnostics) {
            given.push(answer);
        }
    }
    let missing = missing_place.map(|place| {
        let keys = missing_words.iter().filter_map(|words| {
            let key = words.text.trim();
            input(source, words, key, &own, event, benefits, diagnostics)
        });
        let mut keys: Vec<String> = keys.collect();
        keys.sort();
        (keys, place)
    });
    let pay = pay_place.and_then(|place| {
        let amounts: Option<Vec<Amount>> = pay_words.iter().map(|words| self::amount(&words.text)).collect();
        if amounts.is_none() {
            let fault = Diagnostic::error("bad_amount", place.clone(), "pay is a list of amounts");
            diagnostics.push(fault.hint("one for each instalment: [\"720万元\", \"1680万元\"]"));
        }
        Some((amounts?, place))
    });
    let (benefit, name) = (benefit?, name?.text);
    let (mut steps, mut other_amounts) = (Vec::new(), Vec::new());
    // What a benefit with faults of its own would have is not known.
    if let Some(&position) = sound.get(&benefit) {
        let rule = &book.benefits[position as usize];
        steps.extend(step_words.iter().filter_map(|words| step(book, rule, words, diagnostics)));
        other_amounts.extend(other_words.iter().filter_map(|words| other_amount(rule, words, diagnostics)));
    }
    Some(Case { benefit, name, event, given, lists, verdict, amount, missing, pay, steps, other_amounts, place: start })
}

/// `增量 = 1000万元` in its two parts; what is wrong is reported.
fn pinned<'w>(words: &'w Words, example: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<(&'w str, &'w str)> {
    let parts = words.text.split_once(['=', '\u{ff1d}']).map(|(name, value)| (name.trim(), value.trim()));
    if parts.is_none() {
        let fault = Diagnostic::error("bad_given", words.place(), format!("“{}” gives no value", words.text));
        diagnostics.push(fault.hint(format!("write {example}")));
    }
    parts
}

/// `增量 = 1000万元`, `利差 = 2%/年、3%/年` with one value an item.
fn step(book: &RuleBook, rule: &Benefit, words: &Words, diagnostics: &mut Vec<Diagnostic>) -> Option<GivenStep> {
    let (name, value) = pinned(words, "增量 = 1000万元", diagnostics)?;
    let Some(index) = rule.lets.iter().position(|step| step.name == name) else {
        let fault = Diagnostic::error("unknown_step", words.place(), format!("the benefit has no step “{name}”"));
        let names: Vec<&str> = rule.lets.iter().map(|step| step.name.as_str()).collect();
        diagnostics.push(match closest(name, names.iter().copied()) {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None if names.is_empty() => fault.hint("name the step in the benefit: let = [\"增量 = …\"]"),
            None => fault.hint(format!("its steps are: {}", names.join(", "))),
        });
        return None;
    };
    let unit = &rule.lets[index].expr.unit;
    let values: Option<Vec<StepValue>> = value.split('、').map(|part| step_value(book, unit, part.trim())).collect();
    let Some(values) = values else {
        let message = format!("“{value}” is no value of “{name}”, which is {}", describe(unit));
        let fault = Diagnostic::error("bad_step_value", words.place(), message);
        diagnostics.push(match unit {
            Unit::Number(_) | Unit::Year | Unit::Date => fault
                .hint("write it with its unit: 1000万元, a range as 0元至1000万元 or 0元至不限, several items with 、"),
            Unit::Bool => fault.hint("write 是, 否 or 未知"),
            _ => fault.hint("write one of the options"),
        });
        return None;
    };
    Some(GivenStep { index, name: name.to_owned(), values, place: words.place() })
}

fn step_value(book: &RuleBook, unit: &Unit, text: &str) -> Option<StepValue> {
    let options = |kind: &FieldKind| match kind {
        FieldKind::Option(options) => options.iter().position(|option| option == text).map(|at| at as u32),
        _ => None,
    };
    match unit {
        Unit::Bool => match text {
            "是" => Some(StepValue::Truth(Some(true))),
            "否" => Some(StepValue::Truth(Some(false))),
            "未知" => Some(StepValue::Truth(None)),
            _ => None,
        },
        Unit::Option(field) => options(&book.fields[field.0 as usize].kind).map(StepValue::Option),
        Unit::ItemOption(list, at) => {
            column(&book.fields[list.0 as usize], *at).and_then(|field| options(&field.kind)).map(StepValue::Option)
        }
        Unit::NestedOption(list, at, field) => column(&book.fields[list.0 as usize], *at)
            .and_then(|records| column(records, *field))
            .and_then(|field| options(&field.kind))
            .map(StepValue::Option),
        Unit::Number(_) | Unit::Year | Unit::Date => {
            let figure = |text: &str| figure(unit, text.trim());
            match text.split_once('至') {
                None => figure(text).map(|value| StepValue::Number(Some(value), Some(value))),
                Some((low, high)) => {
                    let end = |text: &str| if text.trim() == "不限" { Some(None) } else { figure(text).map(Some) };
                    Some(StepValue::Number(end(low)?, end(high)?))
                }
            }
        }
        Unit::Options(_) | Unit::Text => None,
    }
}

/// A column of a list.
fn column(list: &Field, at: u32) -> Option<&Field> {
    match &list.kind {
        FieldKind::List(columns) => columns.get(at as usize),
        _ => None,
    }
}

/// A figure in base units.
fn figure(unit: &Unit, text: &str) -> Option<Exact> {
    match unit {
        Unit::Year => text.trim_end_matches('年').parse().ok().map(Exact::integer),
        Unit::Date => crate::parameters::date(text).map(|date| Exact::integer(date.day_number().into())),
        Unit::Number(dimension) => {
            let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
            let (numerator, denominator) = digits.split_once('/').filter(|(n, d)| whole(n) && whole(d)).unzip();
            if let (Some(numerator), Some(denominator), true) = (numerator, denominator, dimension.is_ratio()) {
                let ratio = Exact::new(numerator.parse().ok()?, denominator.parse().ok()?)?;
                return Some(if negative { -ratio } else { ratio });
            }
            let read =
                units::scan(digits).filter(|read| read.length == digits.len() && read.dimension == *dimension)?;
            Some(if negative { -read.value } else { read.value })
        }
        _ => None,
    }
}

fn whole(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `预计少缴税 = 25万元`, `市级 = 50万元`, `第一年 = 40万元`
fn other_amount(
    rule: &Benefit,
    words: &Words,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(OtherAmount, Amount, Place)> {
    let (name, value) = pinned(words, "市级 = 50万元", diagnostics)?;
    let levels = rule.payers.iter().map(|payer| payer.level.as_str());
    let times = rule.instalments.iter().map(|part| part.when.as_str());
    let which = if name == SAVING && rule.saving.is_some() {
        OtherAmount::Saving
    } else if levels.clone().any(|level| level == name) {
        OtherAmount::Payer(name.to_owned())
    } else if times.clone().any(|when| when == name) {
        OtherAmount::Instalment(name.to_owned())
    } else {
        let names: Vec<&str> = rule.saving.iter().map(|_| SAVING).chain(levels).chain(times).collect();
        let message = format!("the benefit has no other amount “{name}”");
        let fault = Diagnostic::error("unknown_other_amount", words.place(), message);
        diagnostics.push(match names.is_empty() {
            true => fault.hint("other amounts come from saving, payers and pay; its own stands under amount"),
            false => fault.hint(format!("its other amounts are: {}", names.join(", "))),
        });
        return None;
    };
    let Some(amount) = amount(value) else {
        let fault = Diagnostic::error("bad_amount", words.place(), format!("“{value}” is no amount"));
        diagnostics.push(fault.hint("write 15万元, 0元至15万元 or 0元至不限"));
        return None;
    };
    Some((which, amount, words.place()))
}

fn lists(source: &Source, keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> Vec<GivenList> {
    let mut lists = Vec::new();
    for mut keys in keys.tables("lists", "lists", diagnostics) {
        let start = keys.start();
        let name = keys.string("name", diagnostics);
        let columns = keys.strings("columns", diagnostics);
        let rows = keys.rows("rows", diagnostics);
        keys.finish(&[], diagnostics);
        let fields = &source.corpus.vocabulary.fields;
        let list = name.as_ref().and_then(|words| named_list(fields, &words.text));
        if let Some(words) = &name
            && let Some((outer, index, _)) = nested_name(&words.text)
            && !lists.iter().any(|list: &GivenList| list.name == outer && index < list.rows.len())
        {
            let message = format!("the case gives no item {} of 『{outer}』", index + 1);
            let fault = Diagnostic::error("no_such_item", words.place(), message);
            diagnostics.push(fault.hint(format!("give 『{outer}』 first, with a row for each item")));
            continue;
        }
        let (Some(name), Some(FieldKind::List(items))) = (&name, list.map(|field| &field.kind)) else {
            let place = name.as_ref().map_or(start, Words::place);
            let words = name.as_ref().map_or("", |words| words.text.as_str());
            let fault = Diagnostic::error("not_a_list", place, format!("the vocabulary has no list “{words}”"));
            diagnostics.push(fault.hint("name a field of type 清单"));
            continue;
        };
        for column in &columns {
            if !items.iter().any(|item| item.name == column.text) {
                let message = format!("『{}』 has no column “{}”", name.text, column.text);
                let fault = Diagnostic::error("unknown_column", column.place(), message);
                diagnostics.push(match closest(&column.text, items.iter().map(|item| item.name.as_str())) {
                    Some(near) => fault.hint(format!("did you mean {near}?")),
                    None => fault.hint("columns are listed under item in the vocabulary"),
                });
            }
        }
        let mut entries = Vec::new();
        for (place, cells) in rows {
            if cells.len() != columns.len() {
                let message = format!("the row has {} cells, not {}", cells.len(), columns.len());
                diagnostics
                    .push(Diagnostic::error("row_length", place, message).hint("one cell a column; \"\" is unknown"));
                continue;
            }
            let pairs = columns.iter().zip(&cells).map(|(column, cell)| (column.text.clone(), cell.text.clone()));
            entries.push(pairs.collect());
        }
        lists.push(GivenList { name: name.text.clone(), rows: entries, place: name.place() });
    }
    lists
}

/// `展会[1].展位` in its parts: the outer list, the index of the item, the column.
pub fn nested_name(name: &str) -> Option<(&str, usize, &str)> {
    let (before, column) = name.split_once("].")?;
    let (outer, row) = before.split_once('[')?;
    Some((outer, row.parse::<usize>().ok()?.checked_sub(1)?, column))
}

/// The list of the vocabulary that a case names, `展会`, or the one in an item, `展会[1].展位`.
fn named_list<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    let find = |fields: &'f [Field], name: &str| fields.iter().find(|field| field.name == name);
    let Some((outer, _, column)) = nested_name(name) else { return find(fields, name) };
    match &find(fields, outer)?.kind {
        FieldKind::List(columns) => find(columns, column),
        _ => None,
    }
}

fn read_given(
    source: &Source,
    words: &Words,
    own: &str,
    event: i32,
    benefits: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Given> {
    // The sign after the key; a value may contain others.
    let Some(split) = words.text.find(['=', '\u{ff1d}']) else {
        let fault = Diagnostic::error("bad_given", words.place(), format!("“{}” gives no value", words.text));
        diagnostics.push(fault.hint("write 产值[2024年] = 3亿元"));
        return None;
    };
    let sign = words.text[split..].chars().next().map_or(1, char::len_utf8);
    let value = words.text[split + sign..].trim().to_owned();
    let key = input(source, words, words.text[..split].trim(), own, event, benefits, diagnostics)?;
    let name = key.split_once('[').map_or(key.as_str(), |(name, _)| name);
    let field = source.corpus.vocabulary.fields.iter().find(|field| field.name == name);
    if let Some(Field { kind: FieldKind::Number(_), min: Some(min), .. }) = field
        && value.starts_with(['-', '\u{2212}'])
        && !min.is_negative()
    {
        let message = format!("“{name}” is negative here, but its field allows nothing below zero");
        let fault = Diagnostic::warning("negative_answer", words.place(), message);
        diagnostics
            .push(fault.hint("add min = \"不限\" to the field: an answer that is left out may then be negative too"));
    }
    Some(Given { key, value, place: words.place() })
}

/// A key of a profile as the engine prints it: 本条, 上年 and the like put in.
fn input(
    source: &Source,
    words: &Words,
    key: &str,
    own: &str,
    event: i32,
    benefits: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    let key = key.replace('\u{ff08}', "(").replace('\u{ff09}', ")").replace('\u{ff0c}', ",");
    let inside = |function: &str| key.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(')').map(str::trim);
    let fields = &source.corpus.vocabulary.fields;
    let unknown = |name: &str, diagnostics: &mut Vec<Diagnostic>| {
        if source.corpus.vocabulary.broken.iter().any(|broken| broken == name) {
            return;
        }
        let fault = Diagnostic::error("unknown_field", words.place(), format!("the vocabulary has no field “{name}”"));
        diagnostics.push(fault.hint(new_field(closest(name, fields.iter().map(|f| f.name.as_str())))));
    };
    if let Some(target) = inside("已获") {
        let (target, period) = target.split_once(',').map_or((target, None), |(t, p)| (t.trim(), Some(p.trim())));
        let benefit = match target {
            "本条" => own.to_owned(),
            _ => source.benefit(&Words { text: target.to_owned(), ..words.clone() }, benefits, diagnostics)?,
        };
        return Some(match period {
            Some("本年") => format!("已获({benefit}, 本年)"),
            _ => format!("已获({benefit})"),
        });
    }
    if let Some((name, arguments)) = key.strip_suffix(')').and_then(|key| key.split_once('('))
        && source.corpus.vocabulary.parameters.iter().any(|parameter| parameter.name == name)
    {
        let put_in = |word: &str| match word.trim() {
            "本年" => format!("{event}年"),
            "上年" => format!("{}年", event - 1),
            word => word.to_owned(),
        };
        let arguments: Vec<String> = arguments.split(',').map(put_in).collect();
        return Some(format!("{name}({})", arguments.join(", ")));
    }
    let yearly = |name: &str| fields.iter().find(|field| field.name == name);
    if let Some(name) = inside("历年最高") {
        return match yearly(name) {
            Some(Field { yearly: true, .. }) => Some(format!("历年最高({name})")),
            _ => {
                unknown(name, diagnostics);
                None
            }
        };
    }
    // The holidays of a year, which nobody can answer before they are published.
    if key.strip_suffix("年放假安排").is_some_and(whole) {
        return Some(key);
    }
    // One cell of a list, as it is reported missing: 贷款[1].本金, 展会[1].展位[2].展位费
    if let Some((before, column)) = key.rsplit_once("].")
        && let Some((list, row)) = before.rsplit_once('[')
        && let Some(FieldKind::List(items)) = named_list(fields, list).map(|f| &f.kind)
        && items.iter().any(|item| item.name == column)
        && row.parse::<u32>().is_ok()
    {
        return Some(key);
    }
    let (name, year) = match key.strip_suffix(']').and_then(|key| key.split_once('[')) {
        Some((name, year)) => (name.trim(), Some(year.trim())),
        None => (key.as_str(), None),
    };
    let Some(field) = yearly(name) else {
        unknown(name, diagnostics);
        return None;
    };
    let number = match year {
        None | Some("本年") => event,
        Some("上年") => event - 1,
        Some("前年") => event - 2,
        Some(year) => match year.trim_end_matches('年').parse() {
            Ok(year) => year,
            Err(_) => {
                let fault = Diagnostic::error("bad_year", words.place(), format!("“{year}” is no year"));
                diagnostics.push(fault.hint("write 产值[2024年]"));
                return None;
            }
        },
    };
    match (field.yearly, year) {
        (true, _) => Some(format!("{name}[{number}年]")),
        (false, None) => Some(name.to_owned()),
        (false, Some(_)) => {
            let fault = Diagnostic::error("not_yearly", words.place(), format!("“{name}” has no figures by year"));
            diagnostics.push(fault.hint(not_yearly(source.corpus, name)));
            None
        }
    }
}

/// `15万元`, `0元至15万元`, `0元至不限`
fn amount(text: &str) -> Option<Amount> {
    let money = |text: &str| {
        let text = text.trim();
        let read = units::scan(text)?;
        (read.length == text.len() && read.dimension == Dimension::money()).then_some(read.value)
    };
    match text.split_once('至') {
        None => money(text).map(|low| Amount { low, high: Some(low) }),
        Some((low, high)) if high.trim() == "不限" => Some(Amount { low: money(low)?, high: None }),
        Some((low, high)) => {
            Some(Amount { low: money(low)?, high: Some(money(high)?) }).filter(|a| a.high >= Some(a.low))
        }
    }
}

/// Options that no row of a table names and no case tries: whoever has one is refused without a word.
fn unnamed_options(
    keys: &mut Keys,
    book: &RuleBook,
    benefit: &Benefit,
    cases: &[Case],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut places: HashMap<String, Place> = HashMap::new();
    for mut source in keys.tables("table", "table", &mut Vec::new()) {
        if let Some(name) = source.string("name", &mut Vec::new()) {
            let rows = source.rows("rows", &mut Vec::new());
            places.insert(name.text.clone(), rows.into_iter().next().map_or(name.place(), |(place, _)| place));
        }
    }
    for table in benefit.tables.iter().filter(|table| table.otherwise.is_none()) {
        for (axis, key) in table.keys.iter().enumerate() {
            let Unit::Option(field) = key.unit else { continue };
            let field = &book.fields[field.0 as usize];
            let FieldKind::Option(options) = &field.kind else { continue };
            let named = |option: u32| {
                table.rows.iter().any(|row| match &row.cells[axis] {
                    Cell::Options(options) => options.contains(&option),
                    _ => true,
                })
            };
            let rest: Vec<&str> = options
                .iter()
                .enumerate()
                .filter(|(at, _)| !named(*at as u32))
                .map(|(_, name)| name.as_str())
                .collect();
            let tried = cases.iter().filter(|case| case.benefit == benefit.id).flat_map(|case| &case.given);
            let tried = tried.into_iter().any(|given| given.key == field.name && rest.contains(&given.value.as_str()));
            if let (Some(place), false, false) = (places.get(&table.name), rest.is_empty(), tried) {
                let rest = rest.join("、");
                let message = format!("no row of 『{}』 names {rest}: who answers that is refused", table.name);
                let fault = Diagnostic::warning("unnamed_option", place.clone(), message);
                diagnostics.push(
                    fault.hint("add a row, a last row 其余 or an else; if it is right, a case that is refused says so"),
                );
            }
        }
    }
}

/// Every benefit with money has cases, and not grants alone.
pub fn every_benefit_has_some(
    blocks: &[Source],
    sound: &HashMap<String, u32>,
    book: &RuleBook,
    cases: &[Case],
    unread: &BTreeSet<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // A case with faults is one all the same.
    let written: BTreeSet<String> = blocks
        .iter()
        .filter(|source| source.block.kind == BlockKind::Case)
        .filter_map(|source| Some(source.full_id(&source.keys("case").string("benefit", &mut Vec::new())?.text)))
        .collect();
    for source in blocks.iter().filter(|source| source.block.kind == BlockKind::Benefit) {
        let mut keys = source.keys("benefit");
        let Some(id) = keys.string("id", &mut Vec::new()) else { continue };
        let kind = keys.string("kind", &mut Vec::new()).and_then(|words| Kind::from_name(&words.text));
        let pays = keys.has("amount") && !matches!(kind, Some(Kind::InKind | Kind::Permission | Kind::Timing));
        let full = source.full_id(&id.text);
        let Some(&position) = sound.get(&full) else { continue };
        if !pays || unread.contains(&source.block.policy) {
            continue;
        }
        if !written.contains(&full) {
            let fault = Diagnostic::warning("no_case", id.place(), format!("no case exercises “{}”", id.text));
            let first = skeleton(book, &book.benefits[position as usize], &id.text);
            let hint = "add cases, worked by hand: a grant, a refusal and an unknown. The first may begin";
            diagnostics.push(fault.hint(format!("{hint}\n{first}")));
            continue;
        }
        unnamed_options(&mut keys, book, &book.benefits[position as usize], cases, diagnostics);
        let mut verdicts = cases.iter().filter(|case| case.benefit == full).map(|case| &case.verdict).peekable();
        let grants = |verdict: &Option<(String, Place)>| {
            verdict.as_ref().is_none_or(|(verdict, _)| matches!(verdict.as_str(), "met" | "manual"))
        };
        if verdicts.peek().is_some() && verdicts.all(grants) {
            let message = format!("all cases of “{}” grant it", id.text);
            let fault = Diagnostic::warning("only_grants", id.place(), message);
            diagnostics.push(fault.hint("add a refusal (verdict = \"unmet\", amount = \"0元\") and one with an answer left out (verdict = \"unknown\")"));
        }
    }
}

/// A case to be filled in, with every answer that the benefit reads.
fn skeleton(book: &RuleBook, benefit: &Benefit, id: &str) -> String {
    let name = |field: &FieldId| book.fields[field.0 as usize].name.as_str();
    let mut given: Vec<String> = Vec::new();
    let mut lists: Vec<&Field> = Vec::new();
    for node in &benefit.nodes {
        let key = match node {
            Node::Field { field, year } if book.fields[field.0 as usize].yearly => {
                match year.map(|year| &benefit.nodes[year.0 as usize]) {
                    None => format!("{}[本年]", name(field)),
                    Some(Node::EventYear(-1)) => format!("{}[上年]", name(field)),
                    Some(Node::EventYear(-2)) => format!("{}[前年]", name(field)),
                    Some(Node::Year(year)) => format!("{}[{year}年]", name(field)),
                    Some(_) => format!("{}[…年]", name(field)),
                }
            }
            Node::Field { field, .. } => name(field).to_owned(),
            Node::HighestEver(field) => format!("历年最高({})", name(field)),
            Node::Received { benefit: target, this_year } => {
                let target = if *target == benefit.id { "本条" } else { target.as_str() };
                format!("已获({target}{})", if *this_year { ", 本年" } else { "" })
            }
            Node::Item { list, .. } | Node::List { list, .. } | Node::Records { list, .. } => {
                let list = &book.fields[list.0 as usize];
                if !lists.iter().any(|known| known.name == list.name) {
                    lists.push(list);
                }
                continue;
            }
            _ => continue,
        };
        if !given.contains(&key) {
            given.push(key);
        }
    }
    let given: Vec<String> = given.iter().map(|key| format!("\"{key} = …\"")).collect();
    let mut text = format!("```case\nbenefit = \"{id}\"\nname = \"…\"\nevent = \"2025年\"\n");
    text += &format!("given = [{}]\n", given.join(", "));
    for list in lists {
        let FieldKind::List(items) = &list.kind else { continue };
        let mut parts = vec![records(&list.name, items)];
        for item in items {
            if let FieldKind::List(columns) = &item.kind {
                parts.push(records(&format!("{}[1].{}", list.name, item.name), columns));
            }
        }
        text += &match parts.as_slice() {
            [one] => format!("lists = [{one}]\n"),
            parts => format!("lists = [\n  {},\n]\n", parts.join(",\n  ")),
        };
    }
    text + "verdict = \"met\"\namount = \"…元\"\n```"
}

/// One list of a case to be filled in.
fn records(name: &str, items: &[Field]) -> String {
    let plain = items.iter().filter(|item| !matches!(item.kind, FieldKind::List(_)));
    let columns: Vec<String> = plain.map(|item| format!("\"{}\"", item.name)).collect();
    let cells = vec!["\"…\""; columns.len()].join(", ");
    format!("{{ name = \"{name}\", columns = [{}], rows = [[{cells}]] }}", columns.join(", "))
}
