//! Here is a formula or a condition: an arena of nodes, children before their parents.

use serde::{Deserialize, Serialize};

use super::FieldId;
use crate::units::Dimension;
use crate::{Date, Exact};

/// Index into the arena of a benefit or group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeId(pub u32);

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
    pub(super) fn reads_field(&self) -> std::option::Option<FieldId> {
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
