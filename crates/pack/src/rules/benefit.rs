//! Here is a benefit: who gets it, how much, up to where, when and from whom.

use serde::{Deserialize, Serialize};

use super::{Expr, FieldId, Node, NodeId, Range, Unit};
use crate::validity::Period;
use crate::{Date, Exact};

/// Kinds of benefit, never added together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    Cash,
    Ceiling,
    Deduction,
    Tax,
    Fee,
    LoanLimit,
    Timing,
    InKind,
    Permission,
}

impl Kind {
    pub const ALL: [Kind; 9] = [
        Kind::Cash,
        Kind::Ceiling,
        Kind::Deduction,
        Kind::Tax,
        Kind::Fee,
        Kind::LoanLimit,
        Kind::Timing,
        Kind::InKind,
        Kind::Permission,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Cash => "cash",
            Kind::Ceiling => "ceiling",
            Kind::Deduction => "deduction",
            Kind::Tax => "tax",
            Kind::Fee => "fee",
            Kind::LoanLimit => "loan_limit",
            Kind::Timing => "timing",
            Kind::InKind => "in_kind",
            Kind::Permission => "permission",
        }
    }

    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Who gets what: one rule, cited to one clause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benefit {
    /// `policy#benefit`
    pub id: String,
    pub name: String,
    pub kind: Kind,
    /// Index of the policy.
    pub policy: u32,
    /// Index of the clause it cites.
    pub clause: u32,
    /// Arena of all expressions below.
    pub nodes: Vec<Node>,
    pub lets: Vec<Let>,
    pub needs: Vec<Condition>,
    pub vetoes: Vec<Condition>,
    /// Why a person decides.
    pub manual: Option<String>,
    pub tables: Vec<Table>,
    pub amount: Option<Expr>,
    pub min_payout: Option<Expr>,
    pub topup: Option<Expr>,
    /// Narrow to wide.
    pub caps: Vec<Cap>,
    pub rounding: Rounding,
    pub readings: Vec<Reading>,
    /// The amount is per item of a list, then added.
    pub each: Option<Each>,
    /// Tax effect of a deduction.
    pub saving: Option<Expr>,
    /// Paid in parts, the last taking the remainder; empty: at once.
    pub instalments: Vec<Instalment>,
    /// Who pays which share; empty: not said.
    pub payers: Vec<Payer>,
    /// The day or year that chooses the version of the text; 本年 where absent.
    pub event: Option<Expr>,
    /// First and last day of the events that the text covers, where it is not the policy's validity.
    pub events: Option<(Date, Date)>,
    /// Versions of one benefit share a series; its own id where it stands alone.
    pub series: String,
    /// The days of the events that the text covers, from `events` or the policy's validity; found out by
    /// [`RuleBook::read`].
    #[serde(skip)]
    pub covers: Period,
    /// Its place in [`RuleBook::benefits`] where others build on it (应得); found out by [`RuleBook::read`].
    #[serde(skip)]
    pub asked: Option<u32>,
}

/// 每项: the formula is applied to every item of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Each {
    pub list: FieldId,
    /// Items that fail are skipped.
    pub needs: Vec<Condition>,
    /// What gives 序号 its meaning.
    pub order: Option<Order>,
    pub highest: Option<Highest>,
    /// Rounded item by item, not only in the end.
    pub round_items: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub by: Expr,
    /// 从高到低
    pub descending: bool,
}

/// Only the highest of several items counts (就高).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Highest {
    /// Of all items.
    OfAll,
    /// Of the items with an equal text in this field.
    By(u32),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instalment {
    pub when: String,
    pub share: Expr,
    /// The ratio that `share` comes to.
    pub ratio: Exact,
    pub need: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payer {
    pub level: String,
    pub share: Expr,
    pub ratio: Exact,
}

/// A named step: `增量 = 产值 - 产值[上年]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Let {
    pub name: String,
    pub expr: Expr,
    /// Whether the amount is computed from it, so that a trace shows it; found out by [`RuleBook::read`].
    #[serde(skip)]
    pub shown: bool,
}

/// A need or veto, of the benefit or of a `common` block with a clause of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    pub expr: Expr,
    pub clause: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// The first row that fits.
    Pick,
    /// Every band at its own rate (超额累进).
    Marginal,
    /// Rungs newly reached.
    Ladder,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub mode: Mode,
    pub keys: Vec<Expr>,
    /// Names and units of the columns that rows yield; for a marginal table the one column 合计.
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Values where no row fits; without them «no row» makes the benefit unmet.
    pub otherwise: Option<Vec<Expr>>,
    /// For ladders: every rung newly reached counts, not only the highest.
    pub each_rung: bool,
    /// For ladders: what had been reached before.
    pub before: Option<Expr>,
    /// Whether amount, steps or caps look it up by its own keys, so that a trace shows it; found out by
    /// [`RuleBook::read`].
    #[serde(skip)]
    pub shown: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub unit: Unit,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The row's key cells as written, for the trace.
    pub text: String,
    pub cells: Vec<Cell>,
    /// One value a column; for a marginal table the rate; none where the figures were looked for and not found.
    pub values: Vec<Expr>,
}

impl Row {
    /// Whether the row's figures are known.
    pub fn is_known(&self) -> bool {
        !self.values.is_empty()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// 任意, 其余
    Any,
    Options(Vec<u32>),
    Bool(bool),
    Point(NodeId),
    Range(Range),
    /// A condition of its own, where the key cannot be put into numbers (复合增长率).
    Holds(NodeId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    Item,
    Project,
    Quarter,
    Year,
    Lifetime,
}

impl Scope {
    /// 每项, 每项目, 每季, 每年, 累计
    pub fn label(self) -> &'static str {
        match self {
            Scope::Item => "每项",
            Scope::Project => "每项目",
            Scope::Quarter => "每季",
            Scope::Year => "每年",
            Scope::Lifetime => "累计",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cap {
    pub scope: Scope,
    pub at: Expr,
    /// What earlier awards already used up.
    pub used: Option<Expr>,
    /// Caps the part of this payer alone.
    pub payer: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rounding {
    /// In yuan.
    pub grain: Exact,
    /// Cut off (舍去) instead of half up (四舍五入).
    pub truncate: bool,
}

impl Rounding {
    /// Half up to the fen.
    pub const FEN: Rounding = Rounding { grain: Exact::FEN, truncate: false };
}

/// How an ambiguous text was read; shown with the result as «需确认».
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub ask: String,
    pub took: String,
    pub other: Option<String>,
}
