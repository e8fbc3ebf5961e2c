//! The vocabulary: profile fields, topics, synonyms, user dictionary.

use policy_finder_pack::rules::{Field, FieldKind};
use policy_finder_pack::{Dimension, Exact, units};

use crate::diagnostic::Diagnostic;
use crate::keys::{self, Keys, Words};
use crate::model::{Corpus, FileId, Place, Vocabulary};
use crate::parameters;
use crate::rules::{DerivedSource, FUNCTIONS};
use crate::service;

/// Reads one file of the vocabulary folder.
pub fn read(vocabulary: &mut Vocabulary, path: &[String], text: &str, file: FileId, diagnostics: &mut Vec<Diagnostic>) {
    match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["dictionary.txt"] => vocabulary.dictionary.push_str(text),
        ["everyday.txt"] => everyday(vocabulary, text, file, diagnostics),
        ["question-frame.txt"] => vocabulary.frame.extend(lines(text).map(|(_, line)| line.to_owned())),
        ["topics.toml"] => each(text, file, "topic", diagnostics, |keys, diagnostics| {
            let name = keys.text("name", diagnostics);
            let id = keys.text("id", diagnostics);
            vocabulary.topic_ids.extend(name.clone().zip(id));
            vocabulary.topics.extend(name);
            keys.has("note");
        }),
        ["synonyms.toml"] => each(text, file, "synonym", diagnostics, |keys, diagnostics| {
            vocabulary.synonyms.push(keys.texts("terms", diagnostics));
        }),
        ["parameters.toml"] | ["parameters", _] => each(text, file, "parameter", diagnostics, |keys, diagnostics| {
            match parameters::read(vocabulary, keys, diagnostics) {
                Some(parameter) => vocabulary.parameters.push(parameter),
                None => vocabulary.broken.extend(keys.text("name", &mut Vec::new())),
            }
        }),
        ["calendar.toml"] => each(text, file, "year", diagnostics, |keys, diagnostics| {
            vocabulary.calendar.extend(service::work_year(keys, diagnostics));
        }),
        ["papers.toml"] => each(text, file, "paper", diagnostics, |keys, diagnostics| {
            vocabulary.papers.push(keys.texts("names", diagnostics));
        }),
        ["commitments.toml"] => each(text, file, "commitment", diagnostics, |keys, diagnostics| {
            vocabulary.commitments.extend(service::commitment(keys, diagnostics));
        }),
        ["fields", name] | [name] if name.ends_with(".toml") => {
            each(text, file, "field", diagnostics, |keys, diagnostics| {
                let derived = keys.table("derived", "derived", diagnostics);
                let Some(field) = field(&vocabulary.fields, keys, 0, diagnostics) else {
                    vocabulary.broken.extend(keys.text("name", &mut Vec::new()));
                    return;
                };
                if let Some(derived) = derived {
                    let source = DerivedSource::read(vocabulary.fields.len(), derived, diagnostics);
                    vocabulary.derived.extend(source);
                }
                vocabulary.field_places.push(keys.start());
                vocabulary.fields.push(field);
            });
        }
        // Other files are notes.
        _ => {}
    }
}

/// `老板=用人单位/雇主`, one word a line.
fn everyday(vocabulary: &mut Vocabulary, text: &str, file: FileId, diagnostics: &mut Vec<Diagnostic>) {
    for (start, line) in lines(text) {
        let Some((word, official)) = line.split_once('=').filter(|(w, o)| !w.trim().is_empty() && !o.trim().is_empty())
        else {
            let place = Place { file, span: start..start + line.len() };
            let fault = Diagnostic::error("bad_everyday", place, "the line gives no wording");
            diagnostics.push(fault.hint("write an everyday word = official words: 老板 = 用人单位/雇主"));
            continue;
        };
        let official = official.split('/').map(str::trim).filter(|words| !words.is_empty()).map(str::to_owned);
        vocabulary.everyday.push((word.trim().to_owned(), official.collect()));
    }
}

/// Lines that are neither empty nor comments, with their places.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at + line.len() - line.trim_start().len();
            *at += line.len();
            Some((start, line.trim()))
        })
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn each(
    text: &str,
    file: FileId,
    what: &'static str,
    diagnostics: &mut Vec<Diagnostic>,
    mut entry: impl FnMut(&mut Keys, &mut Vec<Diagnostic>),
) {
    let Some(table) = keys::parse(text, file, 0, diagnostics) else { return };
    let mut file_keys = Keys::new(&table, text, file, 0, "vocabulary file");
    for mut keys in file_keys.tables(what, what, diagnostics) {
        entry(&mut keys, diagnostics);
        keys.finish(&[], diagnostics);
    }
    file_keys.finish(&[], diagnostics);
}

/// Words of the language that are no functions.
const WORDS: [&str; 30] = [
    "且",
    "或",
    "非",
    "若",
    "则",
    "否则",
    "属于",
    "介于",
    "具有",
    "按",
    "从高到低",
    "从低到高",
    "本年",
    "上年",
    "前年",
    "申报日期",
    "序号",
    "是",
    "否",
    "求和",
    "计数",
    "存在",
    "全部",
    "最大",
    "最小",
    "工作日",
    "已获",
    "应得",
    "本条",
    "任意",
];

/// Whether a name is a word or a function of the language, so that no field may be called so.
pub fn is_reserved(name: &str) -> bool {
    WORDS.contains(&name) || FUNCTIONS.contains(&name)
}

/// `depth`: 0 a field, 1 a column of a list, 2 one of a list in a list.
fn field(known: &[Field], keys: &mut Keys, depth: u8, diagnostics: &mut Vec<Diagnostic>) -> Option<Field> {
    let name = keys.string("name", diagnostics);
    let id = keys.string("id", diagnostics);
    let kind = keys.string("type", diagnostics);
    let yearly = keys.bool("yearly", diagnostics).unwrap_or(false);
    let min = keys.string("min", diagnostics);
    let max = keys.string("max", diagnostics);
    let question = keys.text("question", diagnostics);
    let why = keys.text("why", diagnostics);
    let hint = keys.text("hint", diagnostics);
    let group = keys.text("group", diagnostics);
    let changeable = keys.bool("changeable", diagnostics);
    let items = keys.tables("item", "item", diagnostics);
    let effort = keys.integer("effort", diagnostics).and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    let (Some(name), Some(id), Some(kind_words)) = (&name, &id, &kind) else {
        let parts = [(&name, "name = \"产值\""), (&id, "id = \"output\", a short English word"), (&kind, TYPES)];
        let which = name.as_ref().map_or_else(|| "a field".to_owned(), |name| format!("the field “{}”", name.text));
        for ((part, example), key) in parts.into_iter().zip(["name", "id", "type"]) {
            if part.is_none() && !keys.has(key) {
                let fault = Diagnostic::error("required_key", keys.start(), format!("{which} has no {key}"));
                diagnostics.push(fault.hint(format!("add {example}")));
            }
        }
        return None;
    };
    let (name, id, kind_words) = (name.clone(), id.clone(), kind_words.clone());
    let is_name = name.text.chars().all(units::is_name_char) && !name.text.starts_with(|c: char| c.is_ascii_digit());
    if !is_name || name.text.is_empty() || is_reserved(&name.text) || units::unit(&name.text).is_some() {
        let message = format!("“{}” cannot be the name of a field", name.text);
        let fault = Diagnostic::error("bad_field_name", name.place(), message);
        diagnostics.push(fault.hint("a name is letters and digits, not a unit, keyword or function"));
    }
    for field in known {
        for (words, taken) in [(&name, &field.name), (&id, &field.id)] {
            if words.text == *taken {
                let message = format!("a field “{taken}” exists already");
                diagnostics.push(
                    Diagnostic::error("duplicate_field", words.place(), message).hint("give it a name of its own"),
                );
                return None;
            }
        }
    }
    let mut columns: Vec<Field> = Vec::new();
    let is_list = kind_words.text.trim() == "清单";
    if let Some(item) = items.first().filter(|_| !is_list) {
        let fault = Diagnostic::error("list_only", item.start(), "item belongs to a list");
        diagnostics.push(fault.hint("write type = \"清单\", or remove item"));
    }
    // What stands below a list that is too deep is not read: it goes with the list.
    for mut keys in items.into_iter().filter(|_| depth < 2) {
        if let Some(column) = field(&columns, &mut keys, depth + 1, diagnostics) {
            let too_deep = depth > 0 && matches!(column.kind, FieldKind::List(_));
            if matches!(column.kind, FieldKind::Options(_)) || too_deep || column.yearly {
                let message = format!("“{}” cannot be a column of this list", column.name);
                let fault = Diagnostic::error("bad_column", keys.start(), message);
                let hint = "columns hold numbers, one option, yes or no, dates, years, text, or a list without lists";
                diagnostics.push(fault.hint(hint));
            } else {
                columns.push(column);
            }
        }
        keys.finish(&[], diagnostics);
    }
    if is_list && columns.is_empty() && depth < 2 {
        let fault = Diagnostic::error("required_key", kind_words.place(), "the list has no columns");
        diagnostics.push(fault.hint("add item = [{ name = \"本金\", id = \"principal\", type = \"金额\" }]"));
    }
    let kind = if is_list { Some(FieldKind::List(columns)) } else { field_kind(&kind_words) };
    let Some(kind) = kind else {
        let message = format!("no type “{}”", kind_words.text);
        let fault = Diagnostic::error("unknown_type", kind_words.place(), message);
        diagnostics.push(match meant(&kind_words.text) {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint(TYPES),
        });
        return None;
    };
    if let FieldKind::Option(options) | FieldKind::Options(options) = &kind
        && (options.len() < 2 || options.iter().any(String::is_empty))
    {
        let message = format!("“{}” leaves no choice", name.text);
        let fault = Diagnostic::error("one_option", kind_words.place(), message);
        diagnostics.push(fault.hint("set the options apart with |: 选项 首次|重新|无"));
        return None;
    }
    let mut bound = |words: Option<Words>, default: Option<Exact>| -> Option<Exact> {
        let Some(words) = words else { return default };
        if words.text == "不限" {
            return None;
        }
        let (negative, digits) = words.text.strip_prefix('-').map_or((false, words.text.as_str()), |d| (true, d));
        match units::scan(digits).filter(|q| q.length == digits.len()) {
            Some(quantity) => Some(if negative { -quantity.value } else { quantity.value }),
            None => {
                let fault = Diagnostic::error("bad_bound", words.place(), format!("“{}” is no bound", words.text));
                diagnostics.push(fault.hint("write a number with unit, or 不限"));
                default
            }
        }
    };
    let (min, max) = (bound(min, Some(Exact::ZERO)), bound(max, None));
    let question = question.unwrap_or_else(|| format!("{}?", name.text));
    // Figures can be worked towards, origins cannot.
    let changeable = changeable.unwrap_or(matches!(kind, FieldKind::Number(_) | FieldKind::Bool));
    Some(Field {
        id: id.text,
        name: name.text,
        kind,
        yearly,
        min,
        max,
        question,
        why,
        hint,
        group,
        effort,
        changeable,
        derived: None,
    })
}

const TYPES: &str = "type = one of 金额, 数量 人, 比例, 是否, 选项 甲|乙, 多选 甲|乙, 日期, 年度, 文本, 清单";

/// What to do about a name that the vocabulary does not have.
pub fn new_field(near: Option<&str>) -> String {
    let add = "new fields go to vocabulary/fields/, e.g. mine.toml, each under [[field]] with name, id and type";
    match near {
        Some(near) => format!("did you mean {near}? {add}"),
        None => add.to_owned(),
    }
}

/// What to do about a year behind a field without figures by year.
pub fn not_yearly(corpus: &Corpus, name: &str) -> String {
    let vocabulary = &corpus.vocabulary;
    let place = vocabulary.fields.iter().position(|field| field.name == name);
    let place = place.and_then(|position| vocabulary.field_places.get(position));
    let line = place.and_then(|place| {
        let file = corpus.files.get(place.file.0)?;
        Some(format!(" ({}, line {})", file.path, file.text.get(..place.span.start)?.matches('\n').count() + 1))
    });
    format!("write {name} alone, or add yearly = true to the field{}", line.unwrap_or_default())
}

/// The type that a word of another language or of daily use means.
fn meant(text: &str) -> Option<&'static str> {
    let words: [(&str, &[&str]); 10] = [
        ("金额", &["元", "万元", "亿元", "货币", "钱", "金额 元", "金额 万元", "money"]),
        ("比例", &["百分比", "百分数", "比率", "%", "率", "小数", "占比"]),
        ("数量 人", &["人数", "人", "数量", "数字", "数值", "整数", "number", "integer"]),
        ("是否", &["布尔", "布尔值", "是/否", "是|否", "bool", "boolean"]),
        ("选项 甲|乙", &["单选", "选择", "枚举", "选项", "类别", "enum"]),
        ("多选 甲|乙", &["多选", "复选"]),
        ("日期", &["时间", "年月日", "date"]),
        ("年度", &["年份", "年", "year"]),
        ("文本", &["文字", "字符串", "名称", "text", "string"]),
        ("清单", &["列表", "表格", "list"]),
    ];
    let word = text.trim();
    words.into_iter().find(|(_, meanings)| meanings.contains(&word)).map(|(meant, _)| meant)
}

fn field_kind(words: &Words) -> Option<FieldKind> {
    let text = words.text.trim();
    let (word, rest) = text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim()));
    let options = || rest.split('|').map(|o| o.trim().to_owned()).collect::<Vec<_>>();
    match word {
        "金额" => Some(FieldKind::Number(Dimension::money())),
        "数量" if !rest.is_empty() => Dimension::parse(rest).map(FieldKind::Number),
        "比例" => Dimension::parse(rest).map(FieldKind::Number),
        "是否" => Some(FieldKind::Bool),
        "选项" if !rest.is_empty() => Some(FieldKind::Option(options())),
        "多选" if !rest.is_empty() => Some(FieldKind::Options(options())),
        "日期" => Some(FieldKind::Date),
        "年度" => Some(FieldKind::Year),
        "文本" => Some(FieldKind::Text),
        _ => None,
    }
}
