//! Rule tables: benefits, their conditions, tables and caps, compiled from the Chinese of the corpus.
//!
//! Everything here is plain data, stored with `postcard` and type-checked before it was written. Expressions are
//! arenas of [`Node`]s in which children come before their parents, so that evaluation needs no recursion limit
//! of its own and [`RuleBook::read`] can check a book from unknown hands.

use serde::{Deserialize, Serialize};

use crate::format::{Pack, Tag};
use crate::records::Records;
use crate::units::Dimension;
use crate::validity::Period;
use crate::workdays::{self, WorkdayYear};
use crate::{Date, Exact, PackError};

pub const RULES: Tag = Tag::new("RULES");
/// What bounds the figures of parameters; absent from packs before 2026-11-26.
pub const LIMITS: Tag = Tag::new("LIMITS");

/// All rules of a pack.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleBook {
    pub fields: Vec<Field>,
    pub benefits: Vec<Benefit>,
    pub groups: Vec<Group>,
    pub parameters: Vec<Parameter>,
    /// Years whose working days are published, in order; in a section of its own.
    #[serde(skip)]
    pub workdays: Vec<WorkdayYear>,
}

/// Index into [`RuleBook::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FieldId(pub u32);

/// Index into the arena of a benefit or group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeId(pub u32);

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

/// How a value is printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Unit {
    Number(Dimension),
    Year,
    Date,
    Bool,
    /// An option of this field.
    Option(FieldId),
    Options(FieldId),
    /// An option of a field of this list's items.
    ItemOption(FieldId, u32),
    Text,
    /// An option of a field of the records in this column of this list's items.
    NestedOption(FieldId, u32, u32),
}

/// An expression as the author wrote it and where it was compiled to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    pub root: NodeId,
    pub text: String,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// One operation. Numbers are in base units; years are numbers of years, dates are day numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Node {
    /// `text` is the literal as written (`1.2亿元`), for the trace.
    Number {
        value: Exact,
        text: String,
    },
    Bool(bool),
    /// A calendar year as a number of type year.
    Year(i32),
    Date(Date),
    /// A field; for a yearly one `year` chooses the figure, `None` meaning 本年.
    Field {
        field: FieldId,
        year: Option<NodeId>,
    },
    /// 本年 (0), 上年 (-1), 前年 (-2).
    EventYear(i32),
    /// 申报日期
    FilingDate,
    /// A named step of the benefit.
    Let(u32),
    /// 表.列; `keys` replaces the table's own keys. For a marginal table the column is its sum.
    Column {
        table: u32,
        keys: Option<Vec<NodeId>>,
        column: u32,
    },
    Add(NodeId, NodeId),
    Subtract(NodeId, NodeId),
    Multiply(NodeId, NodeId),
    Divide(NodeId, NodeId),
    /// A year moved by a duration in months (whole years).
    AddToYear {
        year: NodeId,
        months: NodeId,
    },
    SubtractFromYear {
        year: NodeId,
        months: NodeId,
    },
    /// The duration in months between two years.
    YearsBetween {
        later: NodeId,
        earlier: NodeId,
    },
    /// A date moved by a number of days.
    AddToDate {
        date: NodeId,
        days: NodeId,
    },
    SubtractFromDate {
        date: NodeId,
        days: NodeId,
    },
    /// Both numbers, years, dates or truth values of one type.
    Compare {
        comparison: Comparison,
        left: NodeId,
        right: NodeId,
    },
    /// The option is one of these (= 属于), or none of them (≠).
    OneOf {
        value: NodeId,
        options: Vec<u32>,
        negated: bool,
    },
    /// 具有: at least one of these options.
    Has {
        value: NodeId,
        options: Vec<u32>,
    },
    /// 介于
    Between {
        value: NodeId,
        range: Range,
    },
    And(Vec<NodeId>),
    Or(Vec<NodeId>),
    Not(NodeId),
    /// 若 … 则 … 否则 …
    If {
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
    },
    /// 取小
    Min(Vec<NodeId>),
    /// 取大
    Max(Vec<NodeId>),
    /// 增长率(今, 基 [, 零基数])
    Growth {
        now: NodeId,
        base: NodeId,
        zero_base: Option<NodeId>,
    },
    /// 复合增长率(今, 基, n年) compared with a ratio: 今 against 基 × (1 + g)ⁿ, no root.
    CompoundGrowth {
        comparison: Comparison,
        now: NodeId,
        base: NodeId,
        years: u32,
        rate: NodeId,
    },
    /// 每满(量, 步长): whole steps, never negative.
    WholeSteps {
        quantity: NodeId,
        step: NodeId,
    },
    /// 新上台阶(今, 曾达, 起点, 步长)
    NewSteps {
        now: NodeId,
        before: NodeId,
        start: NodeId,
        step: NodeId,
    },
    /// 历年最高(逐年字段): the highest before 本年, an input of its own.
    HighestEver(FieldId),
    /// 近年最高(逐年字段, n年)
    HighestRecent {
        field: FieldId,
        years: u32,
    },
    /// 满年数(日期, 日期), in months.
    FullYears {
        from: NodeId,
        to: NodeId,
    },
    /// 年份(日期)
    YearOf(NodeId),
    /// 已获(policy#benefit [, 本年]): money already received, an input.
    Received {
        benefit: String,
        this_year: bool,
    },
    /// 应得(policy#benefit): what another benefit comes to.
    Due {
        benefit: String,
        /// Its place in [`RuleBook::benefits`], if it is there; found out by [`RuleBook::read`].
        #[serde(skip)]
        index: Option<u32>,
    },
    /// A field of the item at hand.
    Item {
        list: FieldId,
        field: u32,
    },
    /// 序号: the place of the item at hand, from 1.
    Ordinal,
    /// 求和, 计数, 存在, 全部, 最大, 最小 over a list; `body` is evaluated for each item.
    List {
        function: ListFunction,
        list: FieldId,
        body: Option<NodeId>,
    },
    /// A public figure.
    Parameter {
        parameter: u32,
        keys: Vec<NodeId>,
    },
    /// An option as a value.
    Option(u32),
    /// A field of the record at hand of the list in `column` of the item at hand.
    Nested {
        list: FieldId,
        column: u32,
        field: u32,
    },
    /// Like `List`, but in an order that gives 序号 its meaning, or over the records in a column of the item at hand.
    Records {
        function: ListFunction,
        list: FieldId,
        column: Option<u32>,
        order: Option<RecordOrder>,
        body: Option<NodeId>,
    },
    /// 工作日后(日期, n个工作日): day one is the day after.
    WorkdaysAfter {
        date: NodeId,
        days: NodeId,
    },
    /// 工作日数(甲, 乙): working days after 甲 up to and with 乙.
    WorkdaysBetween {
        from: NodeId,
        to: NodeId,
    },
}

/// 按 … 从高到低
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordOrder {
    pub by: NodeId,
    pub descending: bool,
}

/// What is made of the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListFunction {
    Sum,
    Count,
    Exists,
    All,
    Max,
    Min,
}

impl ListFunction {
    pub const ALL: [ListFunction; 6] = [
        ListFunction::Sum,
        ListFunction::Count,
        ListFunction::Exists,
        ListFunction::All,
        ListFunction::Max,
        ListFunction::Min,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ListFunction::Sum => "求和",
            ListFunction::Count => "计数",
            ListFunction::Exists => "存在",
            ListFunction::All => "全部",
            ListFunction::Max => "最大",
            ListFunction::Min => "最小",
        }
    }
}

impl Node {
    /// The field whose value it takes, which may follow from others.
    fn reads_field(&self) -> std::option::Option<FieldId> {
        match self {
            Node::Field { field, .. } | Node::HighestRecent { field, .. } => Some(*field),
            _ => None,
        }
    }

    /// The nodes this one is computed from.
    pub fn each_child(&self, mut visit: impl FnMut(NodeId)) {
        use Node::*;
        let mut all = |nodes: &[NodeId]| nodes.iter().for_each(|node| visit(*node));
        match self {
            Number { .. }
            | Bool(_)
            | Year(_)
            | Date(_)
            | EventYear(_)
            | FilingDate
            | Let(_)
            | HighestEver(_)
            | HighestRecent { .. }
            | Received { .. }
            | Due { .. }
            | Item { .. }
            | Nested { .. }
            | Ordinal
            | Option(_) => {}
            List { body, .. } => all(body.as_slice()),
            Records { order, body, .. } => {
                all(order.map(|order| order.by).as_slice());
                all(body.as_slice());
            }
            WorkdaysAfter { date, days } => all(&[*date, *days]),
            WorkdaysBetween { from, to } => all(&[*from, *to]),
            Parameter { keys, .. } => all(keys),
            Field { year, .. } => all(year.as_slice()),
            Column { keys, .. } => all(keys.as_deref().unwrap_or_default()),
            Add(a, b) | Subtract(a, b) | Multiply(a, b) | Divide(a, b) => all(&[*a, *b]),
            AddToYear { year, months } | SubtractFromYear { year, months } => all(&[*year, *months]),
            YearsBetween { later, earlier } => all(&[*later, *earlier]),
            AddToDate { date, days } | SubtractFromDate { date, days } => all(&[*date, *days]),
            Compare { left, right, .. } => all(&[*left, *right]),
            OneOf { value, .. } | Has { value, .. } | Not(value) | YearOf(value) => all(&[*value]),
            Between { value, range } => {
                all(&[*value]);
                range.nodes().for_each(|bound| all(&[bound]));
            }
            And(list) | Or(list) | Min(list) | Max(list) => all(list),
            If { condition, then, otherwise } => all(&[*condition, *then, *otherwise]),
            Growth { now, base, zero_base } => {
                all(&[*now, *base]);
                all(zero_base.as_slice());
            }
            CompoundGrowth { now, base, rate, .. } => all(&[*now, *base, *rate]),
            WholeSteps { quantity, step } => all(&[*quantity, *step]),
            NewSteps { now, before, start, step } => all(&[*now, *before, *start, *step]),
            FullYears { from, to } => all(&[*from, *to]),
        }
    }
}

/// One end of a range: 含 or 不含 is always stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    pub at: NodeId,
    pub inclusive: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub low: Option<Bound>,
    pub high: Option<Bound>,
}

impl Range {
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.low.iter().chain(&self.high).map(|bound| bound.at)
    }
}

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupRule {
    /// 就高不重复
    Highest,
    /// 择一
    Exclusive,
    /// 差额补足: later members pay only what they exceed the earlier ones by.
    Reduce,
    /// 合计封顶
    Cap,
    /// 可叠加: printed, overrides nothing.
    Stack,
}

impl GroupRule {
    pub const ALL: [GroupRule; 5] =
        [GroupRule::Highest, GroupRule::Exclusive, GroupRule::Reduce, GroupRule::Cap, GroupRule::Stack];

    pub fn name(self) -> &'static str {
        match self {
            GroupRule::Highest => "highest",
            GroupRule::Exclusive => "exclusive",
            GroupRule::Reduce => "reduce",
            GroupRule::Cap => "cap",
            GroupRule::Stack => "stack",
        }
    }

    pub fn from_name(name: &str) -> Option<GroupRule> {
        GroupRule::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

/// How several benefits combine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `policy#group`
    pub id: String,
    pub name: String,
    pub rule: GroupRule,
    pub policy: u32,
    pub clause: u32,
    /// Indices into [`RuleBook::benefits`].
    pub members: Vec<u32>,
    pub nodes: Vec<Node>,
    /// For caps.
    pub at: Option<Expr>,
    pub scope: Option<Scope>,
    pub readings: Vec<Reading>,
}

impl RuleBook {
    /// Reads and checks the rules of a pack; an empty book where the section is absent.
    ///
    /// # Errors
    /// [`PackError::Malformed`] when the bytes are no rule book or an index in it points nowhere.
    pub fn read(pack: &Pack, records: &Records) -> Result<RuleBook, PackError> {
        let Some(section) = pack.find(RULES) else {
            return Ok(RuleBook::default());
        };
        let malformed = |what| PackError::Malformed { section: RULES, what };
        let mut book: RuleBook = postcard::from_bytes(&section).map_err(|_| malformed("not in the expected shape"))?;
        book.check(records.policies().len(), records.clause_count()).map_err(malformed)?;
        for benefit in &mut book.benefits {
            benefit.covers = match benefit.events {
                Some((first, last)) => Period { first: Some(first), last: Some(last), repealed: None },
                None => Period::of(&records.policies()[benefit.policy as usize]),
            };
        }
        book.workdays = workdays::read(pack)?;
        let limits = match pack.find(LIMITS) {
            Some(section) => postcard::from_bytes(&section).ok(),
            None => Some(book.parameters.iter().map(|p| Parameter::usual_limits(&p.dimension)).collect()),
        };
        let malformed = |what| PackError::Malformed { section: LIMITS, what };
        let limits: Vec<(Option<Exact>, Option<Exact>)> = limits.ok_or(malformed("not in the expected shape"))?;
        if limits.len() != book.parameters.len() {
            return Err(malformed("not one entry a parameter"));
        }
        book.parameters.iter_mut().zip(limits).for_each(|(parameter, limits)| parameter.limits = limits);
        book.benefits.iter_mut().for_each(Benefit::mark_shown);
        book.resolve_dues();
        Ok(book)
    }

    /// Puts places for the ids of benefits that others build on.
    fn resolve_dues(&mut self) {
        let places: Vec<String> = self.benefits.iter().map(|benefit| benefit.id.clone()).collect();
        let benefits = self.benefits.iter_mut().map(|benefit| &mut benefit.nodes);
        let groups = self.groups.iter_mut().map(|group| &mut group.nodes);
        let mut asked = Vec::new();
        for node in benefits.chain(groups).flatten() {
            if let Node::Due { benefit, index } = node {
                let place = places.iter().position(|id| id == benefit);
                *index = place.map(|place| place as u32);
                asked.extend(place);
            }
        }
        for place in asked {
            self.benefits[place].asked = Some(place as u32);
        }
    }

    /// Every index points at something, and expressions are trees of bounded depth.
    fn check(&self, policies: usize, clauses: usize) -> Result<(), &'static str> {
        let place = |policy: u32, clause: u32| {
            if (policy as usize) < policies && (clause as usize) < clauses { Ok(()) } else { Err("no such clause") }
        };
        let parameters: Vec<usize> = self.parameters.iter().map(|p| p.keys.len()).collect();
        let arena = |nodes, lets, tables| Arena { fields: &self.fields, parameters: &parameters, nodes, lets, tables };
        for field in &self.fields {
            if let FieldKind::List(items) = &field.kind {
                let inner = items.iter().filter_map(|item| match &item.kind {
                    FieldKind::List(records) => Some(records),
                    _ => None,
                });
                if items.iter().chain(inner.flatten()).any(|column| column.yearly || column.derived.is_some()) {
                    return Err("a column that is no plain value");
                }
            }
            let Some(derived) = &field.derived else { continue };
            arena(&derived.nodes, derived.lets.len(), &derived.tables).check()?;
            let node = |id: NodeId| {
                if (id.0 as usize) < derived.nodes.len() { Ok(()) } else { Err("no such node") }
            };
            node(derived.expr.root)?;
            derived.lets.iter().try_for_each(|l| node(l.expr.root))?;
            derived.tables.iter().try_for_each(|table| table.check(&node))?;
            if derived.nodes.iter().any(|node| matches!(node, Node::Due { .. })) {
                return Err("a derived field that asks for a benefit");
            }
        }
        for parameter in &self.parameters {
            if parameter.rows.iter().any(|row| row.keys.len() != parameter.keys.len()) {
                return Err("a parameter row of the wrong length");
            }
        }
        let derived = self.derived_depths()?;
        for benefit in &self.benefits {
            place(benefit.policy, benefit.clause)?;
            arena(&benefit.nodes, benefit.lets.len(), &benefit.tables).check()?;
            let node = |id: NodeId| {
                if (id.0 as usize) < benefit.nodes.len() { Ok(()) } else { Err("no such node") }
            };
            if let Some(each) = &benefit.each {
                let item = self.fields.get(each.list.0 as usize).map(|f| &f.kind);
                let Some(FieldKind::List(fields)) = item else { return Err("no such list") };
                if matches!(each.highest, Some(Highest::By(field)) if field as usize >= fields.len()) {
                    return Err("no such field of an item");
                }
                for condition in &each.needs {
                    place(benefit.policy, condition.clause)?;
                    node(condition.expr.root)?;
                }
                each.order.iter().try_for_each(|order| node(order.by.root))?;
            }
            for instalment in &benefit.instalments {
                instalment.need.iter().try_for_each(|need| node(need.root))?;
            }
            if benefit.caps.iter().any(|c| c.payer.is_some_and(|p| p as usize >= benefit.payers.len())) {
                return Err("no such payer");
            }
            for condition in benefit.needs.iter().chain(&benefit.vetoes) {
                place(benefit.policy, condition.clause)?;
                node(condition.expr.root)?;
            }
            let single = [&benefit.amount, &benefit.min_payout, &benefit.topup, &benefit.saving, &benefit.event];
            for expr in single.into_iter().flatten().chain(benefit.lets.iter().map(|l| &l.expr)) {
                node(expr.root)?;
            }
            for cap in &benefit.caps {
                node(cap.at.root)?;
                cap.used.iter().try_for_each(|used| node(used.root))?;
            }
            for table in &benefit.tables {
                table.check(&node)?;
            }
            if benefit.rounding.grain <= Exact::ZERO {
                return Err("rounding to a grain of zero");
            }
        }
        let owed = self.owed_depths(&derived)?;
        for group in &self.groups {
            place(group.policy, group.clause)?;
            arena(&group.nodes, 0, &[]).check()?;
            depth(&group.nodes, &[], &[], &|reads| match reads.reads_field() {
                Some(field) => derived[field.0 as usize],
                None => self.owes(reads).map_or(0, |target| owed[target]),
            })?;
            if let Some(at) = &group.at
                && at.root.0 as usize >= group.nodes.len()
            {
                return Err("no such node");
            }
            if group.members.iter().any(|&m| m as usize >= self.benefits.len()) {
                return Err("no such benefit");
            }
        }
        Ok(())
    }

    /// The circle of derived fields that one stands in, beginning and ending with it.
    pub fn circle(&self, field: usize) -> Option<Vec<usize>> {
        let mut paths = vec![vec![field]];
        let mut seen = vec![false; self.fields.len()];
        while let Some(path) = paths.pop() {
            let last = path[path.len() - 1];
            let Some(derived) = self.fields.get(last).and_then(|f| f.derived.as_ref()) else { continue };
            for node in &derived.nodes {
                let (Node::Field { field: next, .. } | Node::HighestRecent { field: next, .. }) = node else {
                    continue;
                };
                let next = next.0 as usize;
                if next == field {
                    return Some([path, vec![field]].concat());
                }
                if seen.get(next).is_some_and(|seen| !seen) {
                    seen[next] = true;
                    paths.push([path.clone(), vec![next]].concat());
                }
            }
        }
        None
    }

    /// How deep the evaluation of each field goes: 0 where it is not derived.
    fn derived_depths(&self) -> Result<Vec<u16>, &'static str> {
        fn visit(book: &RuleBook, index: usize, level: u16, known: &mut Vec<Option<u16>>) -> Result<(), &'static str> {
            if known[index].is_some() {
                return Ok(());
            }
            let Some(derived) = &book.fields[index].derived else {
                known[index] = Some(0);
                return Ok(());
            };
            if level > MAX_DEPTH {
                return Err(TOO_DEEP);
            }
            for node in &derived.nodes {
                if let Some(field) = node.reads_field() {
                    visit(book, field.0 as usize, level + 1, known)?;
                }
            }
            let below = |reads: &Node| reads.reads_field().and_then(|f| known[f.0 as usize]).unwrap_or(0);
            let depth = depth(&derived.nodes, &derived.lets, &derived.tables, &below)?;
            known[index] = Some(depth);
            Ok(())
        }
        let mut known = vec![None; self.fields.len()];
        for index in 0..self.fields.len() {
            visit(self, index, 0, &mut known)?;
        }
        Ok(known.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// How deep the evaluation of each benefit goes, through what it is owed by others.
    fn owed_depths(&self, derived: &[u16]) -> Result<Vec<u16>, &'static str> {
        type Known = Vec<Option<u16>>;
        fn visit(
            book: &RuleBook,
            at: usize,
            chain: u8,
            derived: &[u16],
            known: &mut Known,
        ) -> Result<(), &'static str> {
            if known[at].is_some() {
                return Ok(());
            }
            if chain > MAX_CHAIN {
                return Err("a benefit depends on itself, or on too many others");
            }
            let Benefit { nodes, lets, tables, .. } = &book.benefits[at];
            for node in nodes {
                if let Some(target) = book.owes(node) {
                    visit(book, target, chain + 1, derived, known)?;
                }
            }
            let depth = depth(nodes, lets, tables, &|reads| book.reads_depth(reads, derived, known))?;
            known[at] = Some(depth);
            Ok(())
        }
        let mut known = vec![None; self.benefits.len()];
        for at in 0..known.len() {
            visit(self, at, 0, derived, &mut known)?;
        }
        Ok(known.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// The benefit that a node asks for.
    fn owes(&self, node: &Node) -> Option<usize> {
        let Node::Due { benefit, .. } = node else { return None };
        self.benefits.iter().position(|other| other.id == *benefit)
    }

    fn reads_depth(&self, node: &Node, derived: &[u16], owed: &[Option<u16>]) -> u16 {
        match node.reads_field() {
            Some(field) => derived[field.0 as usize],
            None => self.owes(node).and_then(|target| owed[target]).unwrap_or(0),
        }
    }
}

/// Deepest nesting of an expression, through named steps, tables, derived fields and other benefits.
const MAX_DEPTH: u16 = 200;
/// Longest chain of benefits that build on each other.
const MAX_CHAIN: u8 = 20;
const TOO_DEEP: &str = "an expression is nested too deeply";

struct Arena<'a> {
    fields: &'a [Field],
    /// How many keys each parameter has.
    parameters: &'a [usize],
    nodes: &'a [Node],
    lets: usize,
    tables: &'a [Table],
}

impl Arena<'_> {
    fn items(&self, list: FieldId) -> Option<&[Field]> {
        match &self.fields.get(list.0 as usize)?.kind {
            FieldKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The columns of the records in a column.
    fn records(&self, list: FieldId, column: u32) -> Option<&[Field]> {
        match &self.items(list)?.get(column as usize)?.kind {
            FieldKind::List(records) => Some(records),
            _ => None,
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        let mut depths: Vec<u16> = Vec::with_capacity(self.nodes.len());
        for node in self.nodes {
            let mut depth = Some(0);
            // Children come first, so there can be no cycle.
            node.each_child(|child| {
                depth = depth.zip(depths.get(child.0 as usize)).map(|(depth, below)| depth.max(below + 1));
            });
            let Some(depth) = depth else { return Err("a node comes before its parts") };
            if depth > MAX_DEPTH {
                return Err(TOO_DEEP);
            }
            depths.push(depth);
            let fits = match node {
                Node::Field { field, .. } | Node::HighestEver(field) | Node::HighestRecent { field, .. } => {
                    (field.0 as usize) < self.fields.len()
                }
                Node::Let(index) => (*index as usize) < self.lets,
                Node::List { list, .. } => self.items(*list).is_some(),
                Node::Item { list, field } => self.items(*list).is_some_and(|items| (*field as usize) < items.len()),
                Node::Nested { list, column, field } => {
                    self.records(*list, *column).is_some_and(|records| (*field as usize) < records.len())
                }
                Node::Records { list, column, .. } => match column {
                    None => self.items(*list).is_some(),
                    Some(column) => self.records(*list, *column).is_some(),
                },
                Node::Parameter { parameter, keys } => self.parameters.get(*parameter as usize) == Some(&keys.len()),
                Node::Column { table, keys, column } => self.tables.get(*table as usize).is_some_and(|t| {
                    (*column as usize) < t.columns.len() && keys.as_ref().is_none_or(|k| k.len() == t.keys.len())
                }),
                _ => true,
            };
            if !fits {
                return Err("a node points at nothing");
            }
        }
        Ok(())
    }
}

impl Table {
    fn check(&self, node: &impl Fn(NodeId) -> Result<(), &'static str>) -> Result<(), &'static str> {
        if self.keys.is_empty() || (self.mode != Mode::Pick && (self.keys.len() != 1 || self.columns.is_empty())) {
            return Err("a table without its key");
        }
        self.keys.iter().chain(&self.before).try_for_each(|e| node(e.root))?;
        if let Some(values) = &self.otherwise {
            if values.len() != self.columns.len() {
                return Err("a table row of the wrong length");
            }
            values.iter().try_for_each(|e| node(e.root))?;
        }
        for row in &self.rows {
            let known = row.is_known() || self.mode != Mode::Pick;
            if row.cells.len() != self.keys.len() || (known && row.values.len() != self.columns.len()) {
                return Err("a table row of the wrong length");
            }
            row.values.iter().try_for_each(|e| node(e.root))?;
            for cell in &row.cells {
                match cell {
                    Cell::Point(id) | Cell::Holds(id) => node(*id)?,
                    Cell::Range(range) => range.nodes().try_for_each(node)?,
                    Cell::Any | Cell::Options(_) | Cell::Bool(_) => {}
                }
                if self.mode != Mode::Pick && !matches!(cell, Cell::Range(_)) {
                    return Err("a band or rung that is no range");
                }
                if self.mode == Mode::Ladder && !matches!(cell, Cell::Range(Range { low: Some(_), .. })) {
                    return Err("a rung without its height");
                }
            }
        }
        Ok(())
    }
}

/// How deep the evaluation of an arena goes at most; lets and tables must not depend on themselves. `below` is the depth
/// of what a node reads outside the arena.
fn depth(nodes: &[Node], lets: &[Let], tables: &[Table], below: &dyn Fn(&Node) -> u16) -> Result<u16, &'static str> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done(u16),
    }
    struct Walk<'a> {
        nodes: &'a [Node],
        lets: &'a [Let],
        tables: &'a [Table],
        below: &'a dyn Fn(&Node) -> u16,
        /// Lets, then tables.
        marks: Vec<Mark>,
        depths: Vec<Option<u16>>,
    }
    impl Walk<'_> {
        fn item(&mut self, item: usize, level: u16) -> Result<u16, &'static str> {
            match self.marks[item] {
                Mark::Done(depth) => return Ok(depth),
                Mark::Open => return Err("a let or table depends on itself"),
                Mark::New => self.marks[item] = Mark::Open,
            }
            let roots = match item.checked_sub(self.lets.len()) {
                None => vec![self.lets[item].expr.root],
                Some(table) => self.tables[table].nodes(),
            };
            let mut deepest = 0;
            for root in roots {
                deepest = deepest.max(self.node(root, level + 1)?);
            }
            self.marks[item] = Mark::Done(deepest);
            Ok(deepest)
        }

        /// `level`: how deep the walk itself is, so that it ends in time.
        fn node(&mut self, id: NodeId, level: u16) -> Result<u16, &'static str> {
            let at = id.0 as usize;
            if let Some(depth) = self.depths[at] {
                return Ok(depth);
            }
            if level > MAX_DEPTH {
                return Err(TOO_DEEP);
            }
            let nodes = self.nodes;
            let node = &nodes[at];
            let mut below = (self.below)(node);
            match node {
                Node::Let(index) => below = below.max(self.item(*index as usize, level + 1)?),
                Node::Column { table, .. } => {
                    below = below.max(self.item(self.lets.len() + *table as usize, level + 1)?);
                }
                _ => {}
            }
            let mut open = Vec::new();
            node.each_child(|child| match self.depths[child.0 as usize] {
                Some(depth) => below = below.max(depth),
                None => open.push(child),
            });
            for child in open {
                below = below.max(self.node(child, level + 1)?);
            }
            let depth = below.saturating_add(1);
            if depth > MAX_DEPTH {
                return Err(TOO_DEEP);
            }
            self.depths[at] = Some(depth);
            Ok(depth)
        }
    }
    let marks = vec![Mark::New; lets.len() + tables.len()];
    let mut walk = Walk { nodes, lets, tables, below, marks, depths: vec![None; nodes.len()] };
    let mut deepest = 0;
    for index in 0..nodes.len() {
        deepest = deepest.max(walk.node(NodeId(index as u32), 0)?);
    }
    // What no node reaches must end, too.
    for item in 0..lets.len() + tables.len() {
        deepest = deepest.max(walk.item(item, 0)?);
    }
    Ok(deepest)
}

impl Benefit {
    /// Marks the named steps and tables that a trace of the amount shows.
    fn mark_shown(&mut self) {
        if self.lets.is_empty() && self.tables.is_empty() {
            return;
        }
        let mut open: Vec<NodeId> = self.amount.iter().map(|amount| amount.root).collect();
        let mut reached = vec![false; self.nodes.len()];
        self.reach(&mut open, &mut reached);
        for index in 0..self.lets.len() {
            let name = &self.lets[index].name;
            let nodes = self.nodes.iter().zip(&reached).filter(|(_, reached)| **reached);
            let is_it = |node: &Node| matches!(node, Node::Let(at) if self.lets[*at as usize].name == *name);
            self.lets[index].shown = nodes.into_iter().any(|(node, _)| is_it(node));
        }
        open.extend(self.lets.iter().map(|step| step.expr.root).chain(self.caps.iter().map(|cap| cap.at.root)));
        self.reach(&mut open, &mut reached);
        for (node, _) in self.nodes.iter().zip(&reached).filter(|(_, reached)| **reached) {
            if let Node::Column { table, keys: None, .. } = node {
                self.tables[*table as usize].shown = true;
            }
        }
    }

    /// Every node that others contain, through named steps and tables.
    fn reach(&self, open: &mut Vec<NodeId>, reached: &mut [bool]) {
        while let Some(id) = open.pop() {
            if std::mem::replace(&mut reached[id.0 as usize], true) {
                continue;
            }
            let node = &self.nodes[id.0 as usize];
            match node {
                Node::Let(index) => open.push(self.lets[*index as usize].expr.root),
                Node::Column { table, .. } => {
                    let table = &self.tables[*table as usize];
                    let values = table.rows.iter().flat_map(|row| &row.values);
                    open.extend(table.keys.iter().chain(values).map(|expr| expr.root));
                }
                _ => {}
            }
            node.each_child(|child| open.push(child));
        }
    }
}

impl Table {
    /// Every expression the table is made of.
    fn nodes(&self) -> Vec<NodeId> {
        let cells = self.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| match cell {
            Cell::Point(id) | Cell::Holds(id) => vec![*id],
            Cell::Range(range) => range.nodes().collect(),
            Cell::Any | Cell::Options(_) | Cell::Bool(_) => Vec::new(),
        });
        let values = self.rows.iter().flat_map(|row| &row.values).chain(self.otherwise.iter().flatten());
        let keys = self.keys.iter().chain(&self.before);
        values.chain(keys).map(|expr| expr.root).chain(cells).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(index: u32) -> Let {
        let expr = Expr { root: NodeId(index), text: String::new(), unit: Unit::Number(Dimension::RATIO) };
        Let { name: format!("步{index}"), expr, shown: false }
    }

    #[test]
    fn steps_tables_and_fields_that_build_on_each_other_end_in_time() {
        let chain = |length: u32| {
            let mut nodes = vec![Node::Year(2024)];
            nodes.extend((0..length).map(Node::Let));
            let lets: Vec<Let> = (0..=length).map(step).collect();
            depth(&nodes, &lets, &[], &|_| 0)
        };
        assert_eq!(chain(10), Ok(11));
        assert_eq!(chain(5_000), Err(TOO_DEEP));
        // What stands below a derived field or another benefit counts.
        assert_eq!(depth(&[Node::Year(2024)], &[], &[], &|_| MAX_DEPTH), Err(TOO_DEEP));
        let itself = depth(&[Node::Let(0)], &[step(0)], &[], &|_| 0);
        assert_eq!(itself, Err("a let or table depends on itself"));
    }

    #[test]
    fn a_field_that_follows_from_its_own_earlier_years_is_refused() {
        let recent = Node::HighestRecent { field: FieldId(0), years: 3 };
        let expr = Expr { root: NodeId(0), text: String::new(), unit: Unit::Number(Dimension::RATIO) };
        let derived = Derived { nodes: vec![recent], lets: Vec::new(), tables: Vec::new(), expr };
        let field = Field {
            id: "a".to_owned(),
            name: "甲".to_owned(),
            kind: FieldKind::Number(Dimension::RATIO),
            yearly: true,
            min: None,
            max: None,
            question: String::new(),
            why: None,
            hint: None,
            group: None,
            effort: 1,
            changeable: true,
            derived: Some(Box::new(derived)),
        };
        let book = RuleBook { fields: vec![field], ..RuleBook::default() };
        assert_eq!(book.circle(0), Some(vec![0, 0]));
        assert_eq!(book.check(0, 0), Err(TOO_DEEP));
    }

    #[test]
    fn lists_in_lists_in_lists_are_refused_before_the_stack_ends() {
        // One field without id and name whose kind is a list of one such field, and so on.
        let deep = |levels: usize| [&[1][..], &[0, 0, 7, 1].repeat(levels)].concat();
        for levels in [3, 1_000, 1_000_000] {
            assert!(postcard::from_bytes::<RuleBook>(&deep(levels)).is_err(), "{levels}");
        }
    }
}
