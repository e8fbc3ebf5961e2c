//! Here is what an enterprise is asked, or what is looked up: fields, what follows from them, and public figures.

use serde::{Deserialize, Serialize};

use super::{Expr, Let, Node, Table, Unit};
use crate::units::Dimension;
use crate::{Date, Exact};

/// Index into [`RuleBook::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FieldId(pub u32);

/// One profile field of the vocabulary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// ASCII, e.g. `output`.
    pub id: String,
    /// Chinese, e.g. `产值`.
    pub name: String,
    pub kind: FieldKind,
    pub yearly: bool,
    /// Smallest possible value; `None`: no bound (profits may be negative).
    pub min: Option<Exact>,
    pub max: Option<Exact>,
    pub question: String,
    pub why: Option<String>,
    pub hint: Option<String>,
    pub group: Option<String>,
    /// 1 at once, 2 look up, 4 ask finance, 8 compute.
    pub effort: u32,
    /// Whether an enterprise can work towards another answer: output yes, date of registration no.
    pub changeable: bool,
    /// How the field follows from others where the profile does not state it.
    pub derived: Option<Box<Derived>>,
}

/// A field computed from other fields, e.g. 企业规模 from industry, staff and revenue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Derived {
    pub nodes: Vec<Node>,
    pub lets: Vec<Let>,
    pub tables: Vec<Table>,
    pub expr: Expr,
}

/// A public figure by date or key: an interest rate, a standard for a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    pub keys: Vec<ParameterKey>,
    pub dimension: Dimension,
    /// Sorted by their keys.
    pub rows: Vec<ParameterRow>,
    /// Last day for which the dated rows are complete; later days are not published yet.
    pub through: Option<Date>,
    pub source: Option<String>,
    /// Smallest and largest possible figure, `None` where there is no bound; in a section of its own.
    #[serde(skip)]
    pub limits: (Option<Exact>, Option<Exact>),
}

impl Parameter {
    /// What holds where nothing else is said: a plain ratio may be a growth and fall below zero, nothing else may.
    pub fn usual_limits(dimension: &Dimension) -> (Option<Exact>, Option<Exact>) {
        ((!dimension.is_ratio()).then_some(Exact::ZERO), None)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParameterKey {
    /// A row holds from its date until the next row's.
    Date,
    Year,
    /// An option of this field.
    Option(FieldId),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterRow {
    /// Day numbers, years, indices of options.
    pub keys: Vec<i32>,
    /// `None`: looked for and not found.
    pub value: Option<Exact>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FieldKind {
    /// Money, a ratio, or a quantity with a unit.
    Number(Dimension),
    Bool,
    /// One of the options.
    Option(Vec<String>),
    /// Any of the options.
    Options(Vec<String>),
    Date,
    Year,
    Text,
    /// Records of the same shape: loans, projects, fairs. A record may hold a list of its own (the booths of a fair),
    /// whose records hold none.
    #[serde(deserialize_with = "columns")]
    List(Vec<Field>),
}

/// Reads the columns of a list, at most two lists deep: bytes from unknown hands cannot exhaust the stack.
fn columns<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Field>, D::Error> {
    thread_local!(static DEPTH: std::cell::Cell<u8> = const { std::cell::Cell::new(0) });
    struct Level;
    impl Drop for Level {
        fn drop(&mut self) {
            DEPTH.set(DEPTH.get() - 1);
        }
    }
    DEPTH.set(DEPTH.get() + 1);
    let _level = Level;
    if DEPTH.get() > 2 {
        return Err(serde::de::Error::custom("a list too deep"));
    }
    Vec::deserialize(deserializer)
}

impl FieldKind {
    /// The unit of the values of `field`, which is of this kind.
    pub fn unit(&self, field: FieldId) -> Unit {
        match self {
            FieldKind::Number(dimension) => Unit::Number(dimension.clone()),
            FieldKind::Bool => Unit::Bool,
            FieldKind::Option(_) => Unit::Option(field),
            FieldKind::Options(_) => Unit::Options(field),
            FieldKind::Date => Unit::Date,
            FieldKind::Year => Unit::Year,
            FieldKind::Text | FieldKind::List(_) => Unit::Text,
        }
    }
}
