//! What a name stands for: a word of the language, a field, a named step, an option.

use std::ops::Range;

use policy_finder_pack::Dimension;
use policy_finder_pack::rules::{FieldKind, Node, ParameterKey, Unit};

use super::super::Fault;
use super::super::syntax::{Ast, Form};
use super::{ListAt, Lowering, Result, Typed};
use crate::keys::closest;
use crate::vocabulary::{new_field, not_yearly};

impl Lowering<'_> {
    pub(super) fn name(&mut self, name: &str, span: Range<usize>) -> Result<Typed> {
        let year = |offset| Node::EventYear(offset);
        let built_in = match name {
            "本年" => Some((year(0), Unit::Year)),
            "上年" => Some((year(-1), Unit::Year)),
            "前年" => Some((year(-2), Unit::Year)),
            "申报日期" => Some((Node::FilingDate, Unit::Date)),
            "是" => Some((Node::Bool(true), Unit::Bool)),
            "否" => Some((Node::Bool(false), Unit::Bool)),
            _ => None,
        };
        if let Some((node, unit)) = built_in {
            return Ok(Typed { id: self.push(node), unit });
        }
        if name == "序号" {
            return match self.items.last() {
                Some(at) => {
                    self.of_item |= self.is_each(*at);
                    self.counted = true;
                    Ok(Typed { id: self.push(Node::Ordinal), unit: Unit::Number(Dimension::RATIO) })
                }
                None => Err(Fault::new(span, "item_outside", "序号 has no meaning outside a list")),
            };
        }
        if let Some((at, field)) = self.item(name) {
            if matches!(self.columns_of(at)[field as usize].kind, FieldKind::List(_)) {
                return Err(Fault::new(span, "list_alone", format!("“{name}” is a list, not a value"))
                    .hint(format!("write 求和({name}: …), 计数({name}) and the like")));
            }
            self.of_item |= self.is_each(at);
            let unit = self.item_unit(at, field);
            let node = match at.column {
                None => Node::Item { list: at.list, field },
                Some(column) => Node::Nested { list: at.list, column, field },
            };
            return Ok(Typed { id: self.push(node), unit });
        }
        if let Some(index) = self.lets.iter().position(|l| l.name == name) {
            let unit = self.named_step(index, span)?;
            return Ok(Typed { id: self.push(Node::Let(index as u32)), unit });
        }
        if let Some(field) = self.field(name) {
            if matches!(self.names.vocabulary().fields[field.0 as usize].kind, FieldKind::List(_)) {
                return Err(Fault::new(span, "list_alone", format!("“{name}” is a list, not a value"))
                    .hint(format!("write 求和({name}: …), 计数({name}) and the like, or each = \"{name}\"")));
            }
            let unit = self.field_unit(field);
            return Ok(Typed { id: self.push(Node::Field { field, year: None }), unit });
        }
        if let Some(field) = self.options_of
            && let Ok(option) = self.option_of(&Unit::Option(field), name, span.clone())
        {
            return Ok(Typed { id: self.push(Node::Option(option)), unit: Unit::Option(field) });
        }
        Err(self.unknown_name(name, span))
    }

    /// A field of the item at hand, or of the item that holds it.
    fn item(&self, name: &str) -> Option<(ListAt, u32)> {
        let own = *self.items.last()?;
        let outer = own.column.map(|_| ListAt::of(own.list));
        let mut places = [Some(own), outer].into_iter().flatten();
        places.find_map(|at| {
            let position = self.columns_of(at).iter().position(|field| field.name == name)?;
            Some((at, position as u32))
        })
    }

    /// Whether a list at hand is that of `each`, and nothing else stands between.
    pub(super) fn is_each(&self, at: ListAt) -> bool {
        let inside = |other: &ListAt| other.list == at.list;
        self.each == Some(at.list) && at.column.is_none() && self.items.iter().all(inside)
    }

    pub(super) fn indexed(&mut self, name: &str, year: &Ast, span: Range<usize>) -> Result<Typed> {
        let Some(field) = self.field(name) else {
            return Err(self.unknown_name(name, span.start..span.start + name.len()));
        };
        if !self.names.vocabulary().fields[field.0 as usize].yearly {
            return Err(Fault::new(span, "not_yearly", format!("“{name}” has no figures by year"))
                .hint(not_yearly(self.names.corpus, name)));
        }
        // Between brackets a bare number can only be a year.
        let year_id = match &year.form {
            Form::Quantity { text, .. } if let Ok(year @ 1900..=2199) = text.parse::<i32>() => {
                self.push(Node::Year(year))
            }
            _ => self.of_unit(year, &Unit::Year)?,
        };
        let year = match self.nodes[year_id.0 as usize] {
            Node::EventYear(0) => None,
            _ => Some(year_id),
        };
        let unit = self.field_unit(field);
        Ok(Typed { id: self.push(Node::Field { field, year }), unit })
    }

    fn unknown_name(&self, name: &str, span: Range<usize>) -> Fault {
        if self.tables.iter().any(|table| table.source.name.text == name) {
            return Fault::new(span, "table_without_column", format!("『{name}』 is a table: which column?"))
                .hint(format!("write {name}.列名"));
        }
        let vocabulary = self.names.vocabulary();
        if vocabulary.broken.iter().any(|broken| broken == name) {
            return Fault::silent();
        }
        if let Some(parameter) = vocabulary.parameters.iter().find(|parameter| parameter.name == name) {
            let keys = parameter.keys.iter().map(|key| match key {
                ParameterKey::Date => "放款日",
                ParameterKey::Year => "本年",
                ParameterKey::Option(field) => vocabulary.fields[field.0 as usize].name.as_str(),
            });
            let call = format!("{name}({})", keys.collect::<Vec<_>>().join(", "));
            return Fault::new(span, "parameter_alone", format!("“{name}” is a table of public figures: for which?"))
                .hint(format!("look a figure up, e.g. {call}"));
        }
        let fields = &vocabulary.fields;
        for field in fields {
            if let FieldKind::Option(options) | FieldKind::Options(options) = &field.kind
                && options.iter().any(|option| option == name)
            {
                let sign = if matches!(field.kind, FieldKind::Option(_)) { "=" } else { "具有" };
                return Fault::new(
                    span,
                    "option_alone",
                    format!("“{name}” is an option of {}, not a value by itself", field.name),
                )
                .hint(format!("write {} {sign} {name}", field.name));
            }
        }
        let known = |part: &str| {
            self.field(part).is_some()
                || self.lets.iter().any(|l| l.name == part)
                || matches!(part, "本年" | "上年" | "前年")
        };
        for word in ["且", "或", "属于", "具有", "介于", "非", "则", "否则"] {
            if let Some(at) = name.find(word) {
                let (before, after) = (&name[..at], &name[at + word.len()..]);
                if (before.is_empty() || known(before)) && (after.is_empty() || known(after) || known(before)) {
                    return Fault::new(span, "missing_space", format!("nothing is called “{name}”"))
                        .hint(format!("put spaces around {word}"));
                }
            }
        }
        let whole = |part: &&str| self.field(part).is_some() || self.lets.iter().any(|l| l.name == **part);
        let cut = name.char_indices().map(|(at, _)| &name[..at]).filter(|part| !part.is_empty()).rfind(whole);
        if let Some(part) = cut
            && let Some(comparison) = comparison(&name[part.len()..])
        {
            let fault = Fault::new(span, "unknown_field", format!("the vocabulary has no field “{name}”"));
            let signs = "以上, 不低于, 达到 ≥ · 超过 > · 不足, 低于 < · 以下, 不超过 ≤";
            return fault.hint(format!("write {part} {comparison} ({signs})"));
        }
        for list in fields {
            if let FieldKind::List(items) = &list.kind
                && items.iter().any(|field| field.name == name)
            {
                return Fault::new(span, "item_outside", format!("“{name}” belongs to the items of 『{}』", list.name))
                    .hint(format!("use it under each = \"{0}\", or in 求和({0}: …) and the like", list.name));
            }
        }
        let items = self.items.last().map(|list| self.columns_of(*list)).unwrap_or_default();
        let names = fields.iter().chain(items).map(|field| field.name.as_str());
        let names = names.chain(self.lets.iter().map(|l| l.name.as_str()));
        let fault = Fault::new(span, "unknown_field", format!("the vocabulary has no field “{name}”"));
        fault.hint(new_field(closest(name, names)))
    }
}

/// `2000万元以上`, `不低于2000万元` with the sign that a rule writes.
fn comparison(words: &str) -> Option<String> {
    let before = [
        ("不低于", "≥"),
        ("不少于", "≥"),
        ("达到", "≥"),
        ("大于等于", "≥"),
        ("超过", ">"),
        ("高于", ">"),
        ("大于", ">"),
        ("不超过", "≤"),
        ("不高于", "≤"),
        ("不多于", "≤"),
        ("不足", "<"),
        ("低于", "<"),
        ("少于", "<"),
        ("小于", "<"),
    ];
    let behind = [("及以上", "≥"), ("以上", "≥"), ("及以下", "≤"), ("以下", "≤"), ("以内", "≤")];
    let figure = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let sign = |sign: &str, bound: &str| figure(bound).then(|| format!("{sign} {bound}"));
    let word = before.iter().find_map(|(word, s)| sign(s, words.strip_prefix(word)?));
    word.or_else(|| behind.iter().find_map(|(word, s)| sign(s, words.strip_suffix(word)?)))
}
