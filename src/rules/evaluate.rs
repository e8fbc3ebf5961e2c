//! Evaluates expressions of one benefit or group for one leaf of the case split.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use policy_finder_pack::rules::{
    Benefit, Comparison, Derived, FieldId, FieldKind, Let, ListFunction, Node, NodeId, Parameter, ParameterKey,
    ParameterRow, Range, RuleBook, Table, Unit,
};
use policy_finder_pack::{Date, Exact};

use rustc_hash::FxHashMap;

use super::known::Slot;
use super::number::{Affine, End, Number, Sign};
use super::outcome::BenefitOutcome;
use super::table::RowChoice;
use super::value::{InputKey, Inputs, Value};

/// Why an expression has no value in this leaf.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// No row of a table fits; the sentence says why.
    NoRow(String),
    /// The value cannot be carried as one range: evaluate each alternative on its own.
    Split(Split),
    /// A figure of the text was looked for and not found; nobody can answer it.
    NotFound(String),
    /// Meaningless or too large; a person must look.
    Undefined(&'static str),
}

/// A case split.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub alternatives: Vec<Alternative>,
    /// The open inputs that the choice depends on.
    pub missing: Vec<InputKey>,
}

/// What one leaf assumes.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Alternative {
    /// e.g. `行业 = 汽车`, for the trace.
    pub label: String,
    pub inputs: Vec<(InputKey, Value)>,
    pub row: Option<(RowKey, RowChoice)>,
}

/// A table looked up with certain keys, for one item where there are items.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowKey {
    pub table: u32,
    pub keys: Option<Vec<NodeId>>,
    pub item: Option<(FieldId, u32)>,
}

/// The item of a list at hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    pub list: FieldId,
    pub index: u32,
    /// 序号 from 1; `None` where the order is not known.
    pub ordinal: Option<u32>,
    /// How many items there are.
    pub count: u32,
}

/// What the rules of one benefit or group are evaluated in.
pub struct Scope<'a> {
    pub book: &'a RuleBook,
    pub nodes: &'a [Node],
    pub lets: &'a [Let],
    pub tables: &'a [Table],
    pub event_year: i32,
    pub as_of: Date,
    pub session: &'a Session,
}

impl<'a> Scope<'a> {
    /// The rules of a benefit.
    pub fn of(
        book: &'a RuleBook,
        benefit: &'a Benefit,
        event_year: i32,
        as_of: Date,
        session: &'a Session,
    ) -> Scope<'a> {
        let Benefit { nodes, lets, tables, .. } = benefit;
        Scope { book, nodes, lets, tables, event_year, as_of, session }
    }
}

/// What the evaluations of one profile at one date share.
#[derive(Default)]
pub struct Session {
    /// What benefits came to, for others that build on them (应得).
    dues: RefCell<Vec<Option<Due>>>,
    /// Room for the values of nodes, used again and again.
    slots: RefCell<Vec<Vec<Slot>>>,
}

#[derive(Clone)]
struct Due {
    amount: Number,
    missing: Vec<InputKey>,
}

impl Session {
    /// Keeps what others may ask for.
    pub(super) fn note_due(&self, benefit: &Benefit, outcome: &BenefitOutcome) {
        let Some(index) = benefit.asked else { return };
        let (low, high) = outcome.amount.unwrap_or((Exact::ZERO, Some(Exact::ZERO)));
        let amount = Number::of_ends(End::closed(low), high.map_or(End::INFINITE, End::closed));
        let mut dues = self.dues.borrow_mut();
        if dues.len() <= index as usize {
            dues.resize(index as usize + 1, None);
        }
        dues[index as usize] = Some(Due { amount, missing: outcome.missing.clone() });
    }

    fn due(&self, index: u32) -> Option<Due> {
        self.dues.borrow().get(index as usize).cloned().flatten()
    }
}

/// One leaf: the inputs, what it assumes of the open ones, and what it has found out.
pub struct Leaf<'a> {
    pub scope: &'a Scope<'a>,
    pub inputs: &'a Inputs,
    /// Certain values of nodes, outside items.
    pub slots: RefCell<Vec<Slot>>,
    pub assumed: FxHashMap<InputKey, Value>,
    pub rows: FxHashMap<RowKey, RowChoice>,
    /// Open inputs met so far; truncated again when a result turns out to be certain.
    missing: RefCell<Vec<InputKey>>,
    atoms: RefCell<Vec<(InputKey, Number)>>,
    memo: RefCell<FxHashMap<MemoKey, (Value, Vec<InputKey>)>>,
    item: Cell<Option<Item>>,
}

impl Drop for Leaf<'_> {
    fn drop(&mut self) {
        self.scope.session.slots.borrow_mut().push(self.slots.take());
    }
}

/// A named step, for one item where there are items.
type MemoKey = (u32, Option<(FieldId, u32)>);

/// Splits of splits inside one item, derived field or the like, beyond which nothing is known.
const MAX_INNER_DEPTH: usize = 8;

impl<'a> Leaf<'a> {
    pub fn new(scope: &'a Scope<'a>, inputs: &'a Inputs) -> Leaf<'a> {
        let mut slots = scope.session.slots.borrow_mut().pop().unwrap_or_default();
        slots.clear();
        slots.resize(scope.nodes.len(), Slot::default());
        Leaf {
            scope,
            inputs,
            slots: RefCell::new(slots),
            assumed: FxHashMap::default(),
            rows: FxHashMap::default(),
            missing: RefCell::default(),
            atoms: RefCell::default(),
            memo: RefCell::default(),
            item: Cell::new(None),
        }
    }

    /// The leaf that assumes one more thing.
    pub fn assume(&self, alternative: &Alternative) -> Leaf<'a> {
        let mut leaf = Leaf::new(self.scope, self.inputs);
        leaf.assumed.extend(self.assumed.iter().map(|(key, value)| (key.clone(), value.clone())));
        leaf.assumed.extend(alternative.inputs.iter().cloned());
        leaf.rows.extend(self.rows.iter().map(|(key, choice)| (key.clone(), *choice)));
        leaf.rows.extend(alternative.row.clone());
        leaf.item.set(self.item.get());
        leaf
    }

    /// Runs `f` and returns the open inputs it met, without keeping them.
    pub fn missing_of<T>(&self, f: impl FnOnce() -> T) -> (T, Vec<InputKey>) {
        let mark = self.missing.borrow().len();
        let result = f();
        let missing = self.missing.borrow_mut().split_off(mark);
        (result, missing)
    }

    pub fn note_missing(&self, keys: impl IntoIterator<Item = InputKey>) {
        self.missing.borrow_mut().extend(keys);
    }

    /// The open inputs that undecided results of this leaf depend on.
    pub fn take_missing(&self) -> Vec<InputKey> {
        std::mem::take(&mut self.missing.borrow_mut())
    }

    pub fn truth(&self, id: NodeId) -> Result<Option<bool>, Stop> {
        if let Some(truth) = self.known_truth(id) {
            return Ok(Some(truth));
        }
        match self.value(id)? {
            Value::Truth(truth) => Ok(truth),
            _ => Err(Stop::Undefined("规则表有误:此处应为条件")),
        }
    }

    pub fn number(&self, id: NodeId) -> Result<Number, Stop> {
        match self.value(id)? {
            Value::Number(number) => Ok(number),
            _ => Err(Stop::Undefined("规则表有误:此处应为数")),
        }
    }

    /// Evaluates a node. Certain results leave no missing inputs behind.
    pub fn value(&self, id: NodeId) -> Result<Value, Stop> {
        if let Some(known) = self.known(id) {
            return Ok(known.into());
        }
        let mark = self.missing.borrow().len();
        let value = self.compute(id)?;
        let certain = match &value {
            Value::Number(number) => number.as_point().is_some(),
            Value::Truth(truth) => truth.is_some(),
            Value::Option(_) => true,
            Value::Options(options) => options.is_some(),
            Value::Text(text) => text.is_some(),
        };
        if certain {
            self.missing.borrow_mut().truncate(mark);
            self.remember(id, &value);
        }
        Ok(value)
    }

    fn compute(&self, id: NodeId) -> Result<Value, Stop> {
        let truth = |t: Option<bool>| Ok(Value::Truth(t));
        let number = |n: Number| Ok(Value::Number(n));
        match &self.scope.nodes[id.0 as usize] {
            Node::Number { value, .. } => number(Number::point(*value)),
            Node::Bool(value) => truth(Some(*value)),
            Node::Year(year) => number(Number::point(Exact::integer((*year).into()))),
            Node::Date(date) => number(Number::point(Exact::integer(date.day_number().into()))),
            Node::EventYear(offset) => {
                number(Number::point(Exact::integer(i64::from(self.scope.event_year) + i64::from(*offset))))
            }
            Node::FilingDate => number(Number::point(Exact::integer(self.scope.as_of.day_number().into()))),
            Node::Field { field, year } => self.field(*field, *year),
            Node::Let(index) => self.named_step(*index),
            Node::Column { table, keys, column } => super::table::column(self, *table, keys.as_deref(), *column),
            Node::Add(a, b) => number(self.tighten(self.number(*a)?.add(&self.number(*b)?)?)?),
            Node::Subtract(a, b) => number(self.tighten(self.number(*a)?.sub(&self.number(*b)?)?)?),
            Node::Multiply(a, b) => number(self.tighten(self.number(*a)?.mul(&self.number(*b)?)?)?),
            Node::Divide(a, b) => {
                if self.scope.nodes[a.0 as usize] == self.scope.nodes[b.0 as usize] {
                    let divisor = self.number(*b)?;
                    return number(
                        divisor.as_point().map_or(Ok(Number::point(Exact::ONE)), |_| divisor.div(&divisor))?,
                    );
                }
                number(self.tighten(self.number(*a)?.div(&self.number(*b)?)?)?)
            }
            Node::AddToYear { year, months } => number(self.number(*year)?.add(&self.years(*months)?)?),
            Node::SubtractFromYear { year, months } => number(self.number(*year)?.sub(&self.years(*months)?)?),
            Node::YearsBetween { later, earlier } => {
                let years = self.number(*later)?.sub(&self.number(*earlier)?)?;
                number(years.mul(&Number::point(Exact::integer(12)))?)
            }
            Node::AddToDate { date, days } => number(self.number(*date)?.add(&self.number(*days)?)?),
            Node::SubtractFromDate { date, days } => number(self.number(*date)?.sub(&self.number(*days)?)?),
            Node::Compare { comparison, left, right } => truth(self.compare(*comparison, *left, *right)?),
            Node::OneOf { value, options, negated } => match self.value(*value)? {
                Value::Option(option) => truth(Some(options.contains(&option) != *negated)),
                _ => Err(Stop::Undefined("规则表有误:此处应为选项")),
            },
            Node::Has { value, options } => match self.value(*value)? {
                Value::Options(Some(given)) => truth(Some(options.iter().any(|o| given.contains(o)))),
                Value::Options(None) => truth(None),
                _ => Err(Stop::Undefined("规则表有误:此处应为多选")),
            },
            Node::Between { value, range } => truth(self.within(&self.number(*value)?, range)?),
            Node::And(parts) => truth(self.join(parts, Some(false))?),
            Node::Or(parts) => truth(self.join(parts, Some(true))?),
            Node::Not(part) => truth(self.truth(*part)?.map(|t| !t)),
            Node::If { condition, then, otherwise } => self.choose(*condition, *then, *otherwise),
            Node::Min(parts) => number(self.extreme(parts, true)?),
            Node::Max(parts) => number(self.extreme(parts, false)?),
            Node::Growth { now, base, zero_base } => number(self.growth(*now, *base, *zero_base)?),
            Node::CompoundGrowth { comparison, now, base, years, rate } => {
                let mut target = self.number(*base)?;
                let step = self.number(*rate)?.add(&Number::point(Exact::ONE))?;
                for _ in 0..(*years).min(100) {
                    target = target.mul(&step)?;
                }
                truth(holds(*comparison, &self.tighten(self.number(*now)?.sub(&target)?)?))
            }
            Node::WholeSteps { quantity, step } => {
                let steps = self.number(*quantity)?.div(&self.number(*step)?)?;
                number(steps.monotone(|n| Some(n.floor().max(Exact::ZERO)))?)
            }
            Node::NewSteps { now, before, start, step } => {
                let (start, step) = (self.number(*start)?, self.number(*step)?);
                let reached = |n: Number| -> Result<Number, Stop> {
                    n.sub(&start)?.div(&step)?.monotone(|n| Some(n.floor().max(Exact::ZERO)))
                };
                let gained = reached(self.number(*now)?)?.sub(&reached(self.number(*before)?)?)?;
                number(gained.monotone(|n| Some(n.max(Exact::ZERO)))?)
            }
            Node::HighestEver(field) => self.input(InputKey::HighestEver(*field)),
            Node::HighestRecent { field, years } => {
                let mut highest: Option<Number> = None;
                for back in 1..=(*years).min(100) as i32 {
                    let figure = self.yearly(*field, self.scope.event_year - back)?;
                    highest = Some(highest.map_or(figure.clone(), |h| h.max(&figure)));
                }
                number(highest.ok_or(Stop::Undefined("近年最高:年数为零"))?)
            }
            Node::FullYears { from, to } => {
                let (from, to) = (self.number(*from)?, self.number(*to)?);
                let months = |a: End, b: End| -> Result<End, Stop> {
                    let (Some(a), Some(b)) = (a.at.and_then(day), b.at.and_then(day)) else { return Ok(End::INFINITE) };
                    Ok(End::closed(Exact::integer(i64::from(a.full_years_to(b)) * 12)))
                };
                number(Number::of_ends(months(from.high(), to.low())?, months(from.low(), to.high())?))
            }
            Node::YearOf(date) => {
                number(self.number(*date)?.monotone(|n| day(n).map(|d| Exact::integer(d.year().into())))?)
            }
            Node::Received { benefit, this_year } => {
                self.input(InputKey::Received { benefit: benefit.clone(), this_year: *this_year })
            }
            Node::Due { index, .. } => self.due(*index),
            Node::Item { list, field } => match self.item.get() {
                Some(item) if item.list == *list => {
                    self.input(InputKey::Item { list: *list, index: item.index, field: *field })
                }
                _ => Err(Stop::Undefined("规则表有误:不在清单的一项里")),
            },
            Node::Ordinal => match self.item.get() {
                Some(Item { ordinal: Some(ordinal), .. }) => number(Number::point(Exact::integer(ordinal.into()))),
                Some(item) => number(Number::between(Exact::ONE, Exact::integer(item.count.max(1).into()))),
                None => Err(Stop::Undefined("规则表有误:不在清单的一项里")),
            },
            Node::List { function, list, body } => self.list(*function, *list, *body),
            Node::Parameter { parameter, keys } => self.parameter(*parameter, keys),
            Node::Option(option) => Ok(Value::Option(*option)),
        }
    }

    /// Runs `f` with an item at hand.
    pub fn with_item<T>(&self, item: Item, f: impl FnOnce() -> T) -> T {
        let before = self.item.replace(Some(item));
        let result = f();
        self.item.set(before);
        result
    }

    fn item_key(&self) -> Option<(FieldId, u32)> {
        self.item.get().map(|item| (item.list, item.index))
    }

    pub fn row_key(&self, table: u32, keys: Option<&[NodeId]>) -> RowKey {
        RowKey { table, keys: keys.map(<[NodeId]>::to_vec), item: self.item_key() }
    }

    /// What is stated or assumed of an input.
    pub fn given(&self, key: &InputKey) -> Option<Value> {
        self.assumed.get(key).or_else(|| self.inputs.0.get(key)).cloned()
    }

    /// The item at hand.
    pub fn current_item(&self) -> Option<Item> {
        self.item.get()
    }

    /// How many items a list has, if that is known.
    pub fn count(&self, list: FieldId) -> Option<u32> {
        match self.inputs.0.get(&InputKey::List(list)) {
            Some(Value::Number(count)) => count.as_point().and_then(|n| u32::try_from(n.numerator()).ok()),
            _ => None,
        }
    }

    /// A node's value where splits stay inside: the hull over their alternatives. Nothing else is split, so that n
    /// items do not give 3ⁿ leaves.
    fn hulled(&self, id: NodeId, depth: usize) -> Result<Value, Stop> {
        match self.value(id) {
            Err(Stop::Split(split)) if depth < MAX_INNER_DEPTH => {
                let mut joined: Option<Value> = None;
                let mut missing = split.missing;
                for alternative in &split.alternatives {
                    let inner = self.assume(alternative);
                    let value = inner.hulled(id, depth + 1)?;
                    missing.extend(inner.take_missing());
                    joined = Some(match (joined, value) {
                        (None, Value::Number(n)) => Value::Number(n.without_form()),
                        (None, value) => value,
                        (Some(Value::Number(a)), Value::Number(b)) => Value::Number(a.hull(&b)),
                        (Some(a), b) if a == b => a,
                        (Some(Value::Truth(_)), _) => Value::Truth(None),
                        (Some(Value::Text(_)), _) => Value::Text(None),
                        _ => return Err(Stop::Undefined("缺少信息,无法判断")),
                    });
                }
                let joined = joined.ok_or(Stop::Undefined("缺少信息,无法判断"))?;
                let certain = match &joined {
                    Value::Number(n) => n.as_point().is_some(),
                    Value::Truth(t) => t.is_some(),
                    Value::Text(t) => t.is_some(),
                    Value::Option(_) => true,
                    Value::Options(o) => o.is_some(),
                };
                if !certain {
                    self.note_missing(missing);
                }
                Ok(joined)
            }
            Err(Stop::Split(split)) => {
                self.note_missing(split.missing);
                Err(Stop::Undefined("缺少的信息太多,无法逐一判断"))
            }
            other => other,
        }
    }

    fn list(&self, function: ListFunction, list: FieldId, body: Option<NodeId>) -> Result<Value, Stop> {
        let Some(count) = self.count(list) else {
            self.note_missing([InputKey::List(list)]);
            return match function {
                ListFunction::Exists | ListFunction::All => Ok(Value::Truth(None)),
                ListFunction::Count => Ok(Value::Number(Number::at_least(Some(Exact::ZERO)))),
                ListFunction::Sum | ListFunction::Max | ListFunction::Min => {
                    // An item of which nothing is known tells whether the sum can be negative.
                    let item = Item { list, index: u32::MAX, ordinal: None, count: u32::MAX };
                    let any = body.map(|body| self.with_item(item, || self.missing_of(|| self.hulled(body, 0)).0));
                    match (any, function) {
                        (Some(Ok(Value::Number(any))), ListFunction::Sum) => {
                            let never_negative = any.compare_zero().negative == Some(false);
                            Ok(Value::Number(Number::at_least(never_negative.then_some(Exact::ZERO))))
                        }
                        (Some(Ok(Value::Number(any))), _) => Ok(Value::Number(any.without_form())),
                        _ => Ok(Value::Number(Number::at_least(None))),
                    }
                }
            };
        };
        let mut values = Vec::with_capacity(count as usize);
        for index in 0..count {
            let Some(body) = body else { continue };
            let item = Item { list, index, ordinal: Some(index + 1), count };
            values.push(self.with_item(item, || self.hulled(body, 0))?);
        }
        let numbers = || {
            values.iter().map(|value| match value {
                Value::Number(number) => Ok(number),
                _ => Err(Stop::Undefined("规则表有误:此处应为数")),
            })
        };
        let truths = || {
            values.iter().map(|value| match value {
                Value::Truth(truth) => *truth,
                _ => None,
            })
        };
        match function {
            ListFunction::Count if body.is_none() => Ok(Value::Number(Number::point(Exact::integer(count.into())))),
            ListFunction::Count => {
                let sure = truths().filter(|t| *t == Some(true)).count() as i64;
                let open = truths().filter(Option::is_none).count() as i64;
                Ok(Value::Number(Number::between(Exact::integer(sure), Exact::integer(sure + open))))
            }
            ListFunction::All => Ok(Value::Truth(and(truths()))),
            ListFunction::Exists => Ok(Value::Truth(and(truths().map(|t| t.map(|t| !t))).map(|none| !none))),
            ListFunction::Sum => {
                let mut sum = Number::zero();
                for number in numbers() {
                    sum = self.tighten(sum.add(number?)?)?;
                }
                Ok(Value::Number(sum))
            }
            ListFunction::Max | ListFunction::Min => {
                let mut best: Option<Number> = None;
                for number in numbers() {
                    let number = number?;
                    best = Some(match best {
                        None => number.clone(),
                        Some(best) if function == ListFunction::Max => best.max(number),
                        Some(best) => best.min(number),
                    });
                }
                best.map(Value::Number).ok_or(Stop::Undefined("清单为空,没有最大最小"))
            }
        }
    }

    /// A public figure; one that is not published is unknown.
    fn parameter(&self, index: u32, keys: &[NodeId]) -> Result<Value, Stop> {
        let parameter = &self.scope.book.parameters[index as usize];
        let mut at = Vec::with_capacity(keys.len());
        for key in keys {
            at.push(match self.value(*key)? {
                Value::Option(option) => option as i32,
                Value::Number(number) => {
                    match number.as_point().and_then(|n| i32::try_from(n.floor().numerator()).ok()) {
                        Some(key) => key,
                        None => return Ok(Value::Number(Number::at_least(Some(Exact::ZERO)))),
                    }
                }
                _ => return Err(Stop::Undefined("规则表有误:参数的键不对")),
            });
        }
        let key = InputKey::Parameter { parameter: index, keys: at };
        if self.inputs.0.contains_key(&key) || self.assumed.contains_key(&key) {
            return self.input(key);
        }
        let InputKey::Parameter { keys: at, .. } = &key else { return Err(Stop::Undefined("规则表有误")) };
        match published(parameter, at) {
            Some(value) => Ok(Value::Number(Number::point(value))),
            None => {
                self.note_missing([key.clone()]);
                Ok(Value::Number(self.atom(key, Number::at_least(Some(Exact::ZERO)))))
            }
        }
    }

    /// What another benefit comes to for the same enterprise.
    fn due(&self, index: Option<u32>) -> Result<Value, Stop> {
        let due = self.due_of(index).ok_or(Stop::Undefined("规则表有误:没有这项奖补"))?;
        if due.amount.as_point().is_none() {
            self.note_missing(due.missing);
        }
        Ok(Value::Number(due.amount))
    }

    /// The same where it is certain.
    pub fn known_due(&self, index: Option<u32>) -> Option<Exact> {
        self.due_of(index)?.amount.as_point()
    }

    fn due_of(&self, index: Option<u32>) -> Option<Due> {
        let Scope { book, event_year, as_of, session, .. } = *self.scope;
        let benefit = book.benefits.get(index? as usize)?;
        // What a leaf assumes holds in no other.
        let (own, inputs) = if self.assumed.is_empty() {
            if let Some(due) = session.due(index?) {
                return Some(due);
            }
            (session, Cow::Borrowed(self.inputs))
        } else {
            let mut inputs = self.inputs.clone();
            inputs.0.extend(self.assumed.clone());
            (&Session::default(), Cow::Owned(inputs))
        };
        super::benefit::evaluate(book, benefit, event_year, as_of, &inputs, own);
        own.due(index?)
    }

    /// A field that follows from others: the hull over what is open in them.
    fn derived(&self, key: &InputKey, derived: &Derived, year: Option<i32>) -> Result<Value, Stop> {
        let scope = Scope {
            book: self.scope.book,
            nodes: &derived.nodes,
            lets: &derived.lets,
            tables: &derived.tables,
            event_year: year.unwrap_or(self.scope.event_year),
            as_of: self.scope.as_of,
            session: self.scope.session,
        };
        let mut root = Leaf::new(&scope, self.inputs);
        root.assumed.clone_from(&self.assumed);
        let mut values = Vec::new();
        let mut missing = Vec::new();
        root.alternatives(derived.expr.root, 0, &mut values, &mut missing);
        missing.sort_unstable();
        missing.dedup();
        let mut joined: Option<Value> = None;
        let mut options: Vec<u32> = Vec::new();
        for value in values {
            let Some(value) = value else { return self.unknown(key) };
            if let Value::Option(option) = value {
                options.push(option);
            }
            joined = Some(match (joined, value) {
                (None, Value::Number(n)) => Value::Number(n.without_form()),
                (None, value) => value,
                (Some(Value::Number(a)), Value::Number(b)) => Value::Number(a.hull(&b)),
                (Some(a), b) if a == b => a,
                (Some(Value::Truth(_)), Value::Truth(_)) => Value::Truth(None),
                (Some(a), _) => a,
            });
        }
        options.sort_unstable();
        options.dedup();
        if options.len() > 1 {
            let unit = match key {
                InputKey::Field { field, .. } => super::wording::field_unit(self.scope.book, *field),
                _ => Unit::Text,
            };
            let label = key.label(self.scope.book);
            let alternatives = options.into_iter().map(|option| Alternative {
                label: [&label, " = ", super::wording::option_name(self.scope.book, &unit, option)].concat(),
                inputs: vec![(key.clone(), Value::Option(option))],
                row: None,
            });
            let missing = if missing.is_empty() { vec![key.clone()] } else { missing };
            return Err(Stop::Split(Split { alternatives: alternatives.collect(), missing }));
        }
        match joined {
            None => self.unknown(key),
            Some(Value::Number(number)) if number.as_point().is_none() => {
                self.note_missing(missing);
                Ok(Value::Number(self.atom(key.clone(), number)))
            }
            Some(value) => {
                if matches!(value, Value::Truth(None)) {
                    self.note_missing(missing);
                }
                Ok(value)
            }
        }
    }

    /// Every value a node can have, `None` where it has none.
    fn alternatives(&self, id: NodeId, depth: usize, values: &mut Vec<Option<Value>>, missing: &mut Vec<InputKey>) {
        if let Node::If { condition, then, otherwise } = &self.scope.nodes[id.0 as usize]
            && let Ok(truth) = self.truth(*condition)
        {
            missing.extend(self.take_missing());
            for (branch, taken) in [(then, true), (otherwise, false)] {
                if truth.is_none_or(|truth| truth == taken) {
                    self.alternatives(*branch, depth, values, missing);
                }
            }
            return;
        }
        if let Node::Column { table, keys, column } = &self.scope.nodes[id.0 as usize]
            && let Ok(RowChoice::Row(row)) = super::table::choice(self, *table, keys.as_deref())
            && let Some(value) = self.scope.tables[*table as usize].rows[row].values.get(*column as usize)
        {
            return self.alternatives(value.root, depth, values, missing);
        }
        match self.value(id) {
            Ok(value) => values.push(Some(value)),
            Err(Stop::Split(split)) if depth < MAX_INNER_DEPTH => {
                missing.extend(split.missing);
                for alternative in &split.alternatives {
                    self.assume(alternative).alternatives(id, depth + 1, values, missing);
                }
            }
            Err(_) => values.push(None),
        }
        missing.extend(self.take_missing());
    }

    /// A duration in months as whole years.
    fn years(&self, months: NodeId) -> Result<Number, Stop> {
        self.number(months)?.div(&Number::point(Exact::integer(12)))
    }

    fn field(&self, field: FieldId, year: Option<NodeId>) -> Result<Value, Stop> {
        if !self.scope.book.fields[field.0 as usize].yearly {
            return self.input(InputKey::Field { field, year: None });
        }
        let year = match year {
            None => self.scope.event_year,
            Some(id) => {
                let year = self.number(id)?.as_point().ok_or(Stop::Undefined("年度未知,无法取逐年数字"))?;
                i32::try_from(year.floor().numerator()).map_err(|_| Stop::Undefined("年度超出范围"))?
            }
        };
        self.input(InputKey::Field { field, year: Some(year) })
    }

    fn yearly(&self, field: FieldId, year: i32) -> Result<Number, Stop> {
        match self.input(InputKey::Field { field, year: Some(year) })? {
            Value::Number(number) => Ok(number),
            _ => Err(Stop::Undefined("规则表有误:此处应为数")),
        }
    }

    /// Looks an input up; an unknown one gives the widest possible value and is noted.
    fn input(&self, key: InputKey) -> Result<Value, Stop> {
        if let Some(value) = self.inputs.0.get(&key)
            && !self.assumed.contains_key(&key)
        {
            if let Value::Number(number) = value
                && number.as_point().is_none()
            {
                self.note_missing([key.clone()]);
                return Ok(Value::Number(self.atom(key, number.clone())));
            }
            return Ok(value.clone());
        }
        if let Some(value) = self.assumed.get(&key) {
            self.note_missing([key.clone()]);
            return Ok(match value {
                Value::Number(number) => Value::Number(self.atom(key, number.clone())),
                other => other.clone(),
            });
        }
        if let InputKey::Field { field, year } = &key
            && let Some(derived) = &self.scope.book.fields[field.0 as usize].derived
        {
            return self.derived(&key, derived, *year);
        }
        self.unknown(&key)
    }

    /// The widest value an input can have.
    fn unknown(&self, key: &InputKey) -> Result<Value, Stop> {
        let key = key.clone();
        self.note_missing([key.clone()]);
        let Some(field) = key.declaration(self.scope.book) else {
            return Ok(Value::Number(self.atom(key, Number::at_least(Some(Exact::ZERO)))));
        };
        let range = match &field.kind {
            FieldKind::Number(_) => {
                let end = |bound: Option<Exact>| bound.map_or(End::INFINITE, End::closed);
                Number::of_ends(end(field.min), end(field.max))
            }
            FieldKind::Year => Number::between(Exact::integer(1900), Exact::integer(2200)),
            FieldKind::Date => {
                let day = |year| Date::new(year, 1, 1).map_or(0, Date::day_number);
                Number::between(Exact::integer(day(1900).into()), Exact::integer(day(2200).into()))
            }
            FieldKind::Bool => return Ok(Value::Truth(None)),
            FieldKind::Text => return Ok(Value::Text(None)),
            FieldKind::List(_) => return Err(Stop::Undefined("规则表有误:清单不是一个数")),
            FieldKind::Options(_) => return Ok(Value::Options(None)),
            FieldKind::Option(options) => {
                let alternatives = options.iter().enumerate().map(|(index, name)| Alternative {
                    label: format!("{} = {name}", key.label(self.scope.book)),
                    inputs: vec![(key.clone(), Value::Option(index as u32))],
                    row: None,
                });
                return Err(Stop::Split(Split { alternatives: alternatives.collect(), missing: vec![key] }));
            }
        };
        Ok(Value::Number(self.atom(key, range)))
    }

    /// A range that remembers which input it is.
    fn atom(&self, key: InputKey, range: Number) -> Number {
        if range.as_point().is_some() {
            return range;
        }
        let mut atoms = self.atoms.borrow_mut();
        let index = atoms.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
            atoms.push((key, range.clone().without_form()));
            atoms.len() - 1
        });
        let form = Affine { constant: Exact::ZERO, terms: vec![(index, Exact::ONE)] };
        Number::new(range.low(), range.high(), Some(form))
    }

    /// Narrows a number by its linear form.
    pub fn tighten(&self, number: Number) -> Result<Number, Stop> {
        let Some(form) = number.form() else { return Ok(number) };
        // Every input cancelled out: the form is the value.
        if form.terms.is_empty() {
            return Ok(Number::point(form.constant));
        }
        let mut range = Number::point(form.constant);
        for &(atom, coefficient) in &form.terms {
            let input = self.atoms.borrow()[atom].1.mul(&Number::point(coefficient))?;
            range = range.add(&input)?;
        }
        Ok(number.intersect(&range))
    }

    fn named_step(&self, index: u32) -> Result<Value, Stop> {
        let key = (index, self.item_key());
        if let Some((value, missing)) = self.memo.borrow().get(&key) {
            self.note_missing(missing.iter().cloned());
            return Ok(value.clone());
        }
        let (value, missing) = self.missing_of(|| self.value(self.scope.lets[index as usize].expr.root));
        let value = value?;
        self.note_missing(missing.iter().cloned());
        self.memo.borrow_mut().insert(key, (value.clone(), missing));
        Ok(value)
    }

    /// Kleene's and / or; a part that decides the whole makes splits and gaps of the others irrelevant.
    fn join(&self, parts: &[NodeId], decisive: Option<bool>) -> Result<Option<bool>, Stop> {
        let mut unknown = false;
        let mut stop = None;
        for part in parts {
            match self.truth(*part) {
                Ok(truth) if truth == decisive => return Ok(decisive),
                Ok(truth) => unknown |= truth.is_none(),
                Err(error) => stop = stop.or(Some(error)),
            }
        }
        match stop {
            Some(stop) => Err(stop),
            None if unknown => Ok(None),
            None => Ok(decisive.map(|d| !d)),
        }
    }

    fn compare(&self, comparison: Comparison, left: NodeId, right: NodeId) -> Result<Option<bool>, Stop> {
        match (self.value(left)?, self.value(right)?) {
            (Value::Number(a), Value::Number(b)) => Ok(holds(comparison, &self.tighten(a.sub(&b)?)?)),
            (Value::Truth(a), Value::Truth(b)) => {
                Ok(a.zip(b).map(|(a, b)| (a == b) == (comparison == Comparison::Equal)))
            }
            (Value::Text(a), Value::Text(b)) => {
                Ok(a.zip(b).map(|(a, b)| (a == b) == (comparison == Comparison::Equal)))
            }
            _ => Err(Stop::Undefined("规则表有误:两边不能比较")),
        }
    }

    /// Whether a number lies in a range.
    pub fn within(&self, number: &Number, range: &Range) -> Result<Option<bool>, Stop> {
        if let Some(within) = number.as_point().and_then(|point| self.known_within(point, range)) {
            return Ok(Some(within));
        }
        let mut parts = [Some(true), Some(true)];
        if let Some(bound) = range.low {
            let distance = self.tighten(number.sub(&self.number(bound.at)?)?)?;
            let comparison = if bound.inclusive { Comparison::GreaterOrEqual } else { Comparison::Greater };
            parts[0] = holds(comparison, &distance);
        }
        if let Some(bound) = range.high {
            let distance = self.tighten(number.sub(&self.number(bound.at)?)?)?;
            let comparison = if bound.inclusive { Comparison::LessOrEqual } else { Comparison::Less };
            parts[1] = holds(comparison, &distance);
        }
        Ok(and(parts))
    }

    fn choose(&self, condition: NodeId, then: NodeId, otherwise: NodeId) -> Result<Value, Stop> {
        match self.truth(condition)? {
            Some(true) => return self.value(then),
            Some(false) => return self.value(otherwise),
            None => {}
        }
        if let Node::Compare { left, right, .. } = &self.scope.nodes[condition.0 as usize]
            && let (Value::Number(a), Value::Number(b)) = (self.value(*left)?, self.value(*right)?)
        {
            let difference = match &self.scope.nodes[left.0 as usize] {
                // a / d ≥ b turns where a = b × d, which is linear where the quotient is not.
                Node::Divide(dividend, divisor) => {
                    let divisor = self.number(*divisor)?;
                    if divisor.compare_zero().negative == Some(false) {
                        self.number(*dividend)?.sub(&b.mul(&divisor)?)?
                    } else {
                        a.sub(&b)?
                    }
                }
                _ => a.sub(&b)?,
            };
            self.split_at_zero(&self.tighten(difference)?)?;
        }
        match (self.value(then)?, self.value(otherwise)?) {
            (Value::Number(a), Value::Number(b)) => Ok(Value::Number(a.hull(&b))),
            (Value::Truth(a), Value::Truth(b)) => Ok(Value::Truth(if a == b { a } else { None })),
            (a, b) if a == b => Ok(a),
            _ => Err(Stop::Undefined("缺少信息,无法判断取哪一支")),
        }
    }

    /// How two numbers compare, as the sign of `a - b`.
    pub fn sign_of_difference(&self, a: &Number, b: &Number) -> Result<Sign, Stop> {
        match (a, b) {
            (Number::Point(a), Number::Point(b)) => Ok(Sign::of(a.cmp(b))),
            _ => Ok(self.tighten(a.sub(b)?)?.compare_zero()),
        }
    }

    /// The same, after splitting at the input for which they are equal.
    pub fn split_by_difference(&self, a: &Number, b: &Number) -> Result<Sign, Stop> {
        if let (Number::Point(a), Number::Point(b)) = (a, b) {
            return Ok(Sign::of(a.cmp(b)));
        }
        let difference = self.tighten(a.sub(b)?)?;
        self.split_at_zero(&difference)?;
        Ok(difference.compare_zero())
    }

    /// Splits an input where a difference that is linear in it alone changes its sign.
    pub fn split_at_zero(&self, difference: &Number) -> Result<(), Stop> {
        let sign = difference.compare_zero();
        if sign.positive.is_some() && sign.negative.is_some() {
            return Ok(());
        }
        let Some(Affine { constant, terms }) = difference.form() else { return Ok(()) };
        let [(atom, coefficient)] = terms.as_slice() else { return Ok(()) };
        let Some(at) = (-*constant).checked_div(*coefficient) else { return Ok(()) };
        let (key, range) = self.atoms.borrow()[*atom].clone();
        let (low, high) = (range.low(), range.high());
        let inside = low.at.is_none_or(|l| l < at) && high.at.is_none_or(|h| at < h);
        if !inside {
            return Ok(());
        }
        let part = |low: End, high: End, side: &str| Alternative {
            label: format!("{} {side}", key.label(self.scope.book)),
            inputs: vec![(key.clone(), Value::Number(Number::of_ends(low, high)))],
            row: None,
        };
        let bound = self.input_text(&key, at);
        Err(Stop::Split(Split {
            alternatives: vec![
                part(low, End::closed(at), &format!("≤ {bound}")),
                part(End { at: Some(at), open: true }, high, &format!("> {bound}")),
            ],
            missing: vec![key.clone()],
        }))
    }

    fn input_text(&self, key: &InputKey, at: Exact) -> String {
        super::wording::exact(at, &super::wording::input_unit(self.scope.book, key))
    }

    fn extreme(&self, parts: &[NodeId], smallest: bool) -> Result<Number, Stop> {
        let mut best: Option<Number> = None;
        for part in parts {
            let candidate = self.number(*part)?;
            best = Some(match best {
                None => candidate,
                Some(best) => {
                    let sign = self.split_by_difference(&best, &candidate)?;
                    if sign.positive == Some(false) {
                        if smallest { best } else { candidate }
                    } else if sign.negative == Some(false) {
                        if smallest { candidate } else { best }
                    } else if smallest {
                        best.min(&candidate)
                    } else {
                        best.max(&candidate)
                    }
                }
            });
        }
        best.ok_or(Stop::Undefined("规则表有误:取小取大没有内容"))
    }

    fn growth(&self, now: NodeId, base: NodeId, zero_base: Option<NodeId>) -> Result<Number, Stop> {
        let now = self.number(now)?;
        let mut base = self.number(base)?;
        if let (Some(substitute), Some(true)) = (zero_base, base.compare_zero().zero) {
            base = self.number(substitute)?;
        }
        if base.as_point().is_some_and(|b| b <= Exact::ZERO) {
            return Err(Stop::Undefined("基数为零或负,增长率无意义"));
        }
        now.div(&base)?.sub(&Number::point(Exact::ONE))
    }
}

/// The published figure of a parameter for certain keys.
pub fn published(parameter: &Parameter, at: &[i32]) -> Option<Exact> {
    let applies = |row: &&ParameterRow| {
        parameter.keys.iter().zip(&row.keys).zip(at).all(|((kind, row), at)| match kind {
            ParameterKey::Date => row <= at,
            _ => row == at,
        })
    };
    let published = parameter.keys.iter().zip(at).all(|(kind, at)| match (kind, parameter.through) {
        (ParameterKey::Date, Some(through)) => *at <= through.day_number(),
        _ => true,
    });
    // Rows are sorted: of those that have begun, the last one holds.
    parameter.rows.iter().rfind(applies).and_then(|row| row.value).filter(|_| published)
}

/// Whether `a comparison b` holds, given `a - b`.
pub fn holds(comparison: Comparison, difference: &Number) -> Option<bool> {
    let sign = difference.compare_zero();
    match comparison {
        Comparison::Equal => sign.zero,
        Comparison::NotEqual => sign.zero.map(|z| !z),
        Comparison::Greater => sign.positive,
        Comparison::LessOrEqual => sign.positive.map(|p| !p),
        Comparison::Less => sign.negative,
        Comparison::GreaterOrEqual => sign.negative.map(|n| !n),
    }
}

/// Kleene's and.
pub fn and(parts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

pub fn day(number: Exact) -> Option<Date> {
    i32::try_from(number.floor().numerator()).ok().and_then(Date::from_day_number)
}
