//! Values of expressions, and the inputs they come from.

use std::collections::{BTreeSet, HashMap};

use policy_finder_pack::rules::{FieldId, RuleBook};

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
        }
    }
}

/// What is known of an enterprise: absent means unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs(pub HashMap<InputKey, Value>);
