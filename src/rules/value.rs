//! Values of expressions, and the inputs they come from.

use std::collections::BTreeSet;

use policy_finder_pack::Date;
use policy_finder_pack::rules::{Field, FieldId, FieldKind, ParameterKey, RuleBook};

use rustc_hash::FxHashMap;

use super::number::Number;

/// What an expression evaluates to. Unknown is part of every case.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Money, ratios, quantities, years and day numbers.
    Number(Number),
    /// Kleene's three values; `None` is unknown.
    Truth(Option<bool>),
    /// Index of an option.
    Option(u32),
    /// Indices of options; `None` is unknown.
    Options(Option<BTreeSet<u32>>),
    /// A name; only whether two are equal matters.
    Text(Option<String>),
}

/// One thing a profile can state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InputKey {
    /// A field; `year` for yearly ones.
    Field { field: FieldId, year: Option<i32> },
    /// 历年最高(…): the highest figure before the event year.
    HighestEver(FieldId),
    /// 已获(…): money already received for a benefit.
    Received { benefit: String, this_year: bool },
    /// How many items a list has.
    List(FieldId),
    /// A field of one item of a list.
    Item { list: FieldId, index: u32, field: u32 },
    /// How many records the list in a column of an item has.
    NestedList { list: FieldId, index: u32, column: u32 },
    /// A field of one record of the list in a column of an item.
    Nested { list: FieldId, index: u32, column: u32, record: u32, field: u32 },
    /// The working days of a year: nobody can answer before they are published.
    Workdays { year: i32 },
    /// A public figure; day numbers, years or options as keys.
    Parameter { parameter: u32, keys: Vec<i32> },
}

impl InputKey {
    /// As written in a profile: `产值[2025年]`, `历年最高(产值)`, `已获(park-x#y)`.
    pub fn label(&self, book: &RuleBook) -> String {
        let name = |field: FieldId| book.fields[field.0 as usize].name.as_str();
        match self {
            InputKey::Field { field, year: None } => name(*field).to_owned(),
            InputKey::Field { field, year: Some(year) } => format!("{}[{year}年]", name(*field)),
            InputKey::HighestEver(field) => format!("历年最高({})", name(*field)),
            InputKey::Received { benefit, this_year: false } => format!("已获({benefit})"),
            InputKey::Received { benefit, this_year: true } => format!("已获({benefit}, 本年)"),
            InputKey::List(list) => name(*list).to_owned(),
            InputKey::Item { list, index, .. } => {
                let item = self.declaration(book).map_or("?", |f| f.name.as_str());
                format!("{}[{}].{item}", name(*list), place(*index))
            }
            InputKey::NestedList { list, index, .. } => {
                let column = self.declaration(book).map_or("?", |f| f.name.as_str());
                format!("{}[{}].{column}", name(*list), place(*index))
            }
            InputKey::Nested { list, index, column, record, .. } => {
                let outer = InputKey::NestedList { list: *list, index: *index, column: *column }.label(book);
                let field = self.declaration(book).map_or("?", |f| f.name.as_str());
                format!("{outer}[{}].{field}", place(*record))
            }
            InputKey::Workdays { year } => format!("{year}年放假安排"),
            InputKey::Parameter { parameter, keys } => {
                let parameter = &book.parameters[*parameter as usize];
                let words = parameter.keys.iter().zip(keys).map(|(kind, &key)| match kind {
                    ParameterKey::Date => Date::from_day_number(key).map_or_else(|| key.to_string(), |d| d.to_string()),
                    ParameterKey::Year => format!("{key}年"),
                    ParameterKey::Option(field) => match &book.fields[field.0 as usize].kind {
                        FieldKind::Option(options) => options.get(key as usize).cloned().unwrap_or_default(),
                        _ => key.to_string(),
                    },
                });
                format!("{}({})", parameter.name, words.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl InputKey {
    /// For people: as in a profile, but an award by its name (`此前已领取的担保费补贴`).
    pub fn words(&self, book: &RuleBook) -> String {
        match self {
            InputKey::Received { benefit, this_year } => {
                let name =
                    book.benefits.iter().find(|b| b.id == *benefit).map_or(benefit.as_str(), |b| b.name.as_str());
                format!("{}已领取的{name}", if *this_year { "今年" } else { "此前" })
            }
            _ => self.label(book),
        }
    }

    /// The field that describes the input; none for money received, public figures and the length of a list.
    pub fn declaration<'a>(&self, book: &'a RuleBook) -> Option<&'a Field> {
        match self {
            InputKey::Field { field, .. } | InputKey::HighestEver(field) => book.fields.get(field.0 as usize),
            InputKey::Item { list, field, .. } | InputKey::NestedList { list, column: field, .. } => {
                column(book.fields.get(list.0 as usize)?, *field)
            }
            InputKey::Nested { list, column: at, field, .. } => {
                column(column(book.fields.get(list.0 as usize)?, *at)?, *field)
            }
            InputKey::Received { .. } | InputKey::List(_) | InputKey::Parameter { .. } | InputKey::Workdays { .. } => {
                None
            }
        }
    }
}

/// The place of an item, from 1; the item that stands for any has none.
fn place(index: u32) -> String {
    index.checked_add(1).map_or_else(|| "…".to_owned(), |place| place.to_string())
}

/// A column of a list.
pub fn column(list: &Field, at: u32) -> Option<&Field> {
    match &list.kind {
        FieldKind::List(columns) => columns.get(at as usize),
        _ => None,
    }
}

/// What is known of an enterprise: absent means unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs(pub FxHashMap<InputKey, Value>);
