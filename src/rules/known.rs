//! The short way: certain numbers, truths and options, without ranges or open inputs.
//!
//! Most of what a well described enterprise needs is certain. Wherever something is not, or has no meaning, the answer
//! here is `None` and the general evaluation decides and explains.

use policy_finder_pack::rules::{
    Bound, Cell as TableCell, Comparison, FieldId, ListFunction, Mode, Node, NodeId, Range, Table,
};
use policy_finder_pack::{Date, Exact};

use super::evaluate::day;
use super::leaf::{Item, Leaf};
use super::number::Number;
use super::parameter::published;
use super::table::RowChoice;
use super::value::{InputKey, Value};

/// A certain value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Known {
    Number(Exact),
    Truth(bool),
    Option(u32),
}

/// What is remembered of a node in one leaf.
#[derive(Clone, Copy, Debug, Default)]
pub enum Slot {
    #[default]
    Untried,
    /// The short way does not lead there.
    Open,
    Known(Known),
}

impl Known {
    /// The certain value that `value` is, if it is one.
    pub fn of(value: &Value) -> Option<Known> {
        match value {
            Value::Number(number) => number.as_point().map(Known::Number),
            Value::Truth(truth) => truth.map(Known::Truth),
            Value::Option(option) => Some(Known::Option(*option)),
            Value::Options(_) | Value::Text(_) => None,
        }
    }
}

impl From<Known> for Value {
    fn from(known: Known) -> Value {
        match known {
            Known::Number(number) => Value::Number(Number::point(number)),
            Known::Truth(truth) => Value::Truth(Some(truth)),
            Known::Option(option) => Value::Option(option),
        }
    }
}

impl Leaf<'_> {
    /// A node's value where it is certain and found the short way.
    pub fn known(&self, id: NodeId) -> Option<Known> {
        // Inside a list a node has one value for each item.
        if self.current_item().is_some() {
            return self.find_known(id);
        }
        let at = id.0 as usize;
        match self.slots.borrow()[at] {
            Slot::Known(known) => return Some(known),
            Slot::Open => return None,
            Slot::Untried => {}
        }
        let known = self.find_known(id);
        self.slots.borrow_mut()[at] = known.map_or(Slot::Open, Slot::Known);
        known
    }

    /// Keeps a certain value that was found the long way.
    pub fn remember(&self, id: NodeId, value: &Value) {
        if self.current_item().is_none()
            && let Some(known) = Known::of(value)
        {
            self.slots.borrow_mut()[id.0 as usize] = Slot::Known(known);
        }
    }

    pub fn known_number(&self, id: NodeId) -> Option<Exact> {
        if let Node::Number { value, .. } = &self.scope.nodes[id.0 as usize] {
            return Some(*value);
        }
        match self.known(id)? {
            Known::Number(number) => Some(number),
            _ => None,
        }
    }

    pub fn known_truth(&self, id: NodeId) -> Option<bool> {
        match self.known(id)? {
            Known::Truth(truth) => Some(truth),
            _ => None,
        }
    }

    fn find_known(&self, id: NodeId) -> Option<Known> {
        let number = |id: &NodeId| self.known_number(*id);
        let whole = |n: i64| Some(Known::Number(Exact::integer(n)));
        let found = match &self.scope.nodes[id.0 as usize] {
            Node::Number { value, .. } => *value,
            Node::Bool(value) => return Some(Known::Truth(*value)),
            Node::Option(option) => return Some(Known::Option(*option)),
            Node::Year(year) => return whole((*year).into()),
            Node::Date(date) => return whole(date.day_number().into()),
            Node::EventYear(offset) => return whole(i64::from(self.scope.event_year) + i64::from(*offset)),
            Node::FilingDate => return whole(self.scope.as_of.day_number().into()),
            Node::Field { field, year } => {
                let year = match (self.scope.book.fields[field.0 as usize].yearly, year) {
                    (false, _) => None,
                    (true, None) => Some(self.scope.event_year),
                    (true, Some(id)) => Some(i32::try_from(self.known_number(*id)?.floor().numerator()).ok()?),
                };
                return self.known_input(&InputKey::Field { field: *field, year });
            }
            Node::HighestEver(field) => return self.known_input(&InputKey::HighestEver(*field)),
            Node::HighestRecent { field, years } => {
                let figure = |back| {
                    let year = Some(self.scope.event_year - back);
                    match self.known_input(&InputKey::Field { field: *field, year })? {
                        Known::Number(figure) => Some(figure),
                        _ => None,
                    }
                };
                let mut highest = figure(1)?;
                for back in 2..=(*years).min(100) as i32 {
                    highest = highest.max(figure(back)?);
                }
                highest
            }
            Node::Received { benefit, this_year } => {
                return self.known_input(&InputKey::Received { benefit: benefit.clone(), this_year: *this_year });
            }
            Node::Item { list, field } => match self.current_item() {
                Some(item) if item.list == *list => {
                    return self.known_input(&InputKey::Item { list: *list, index: item.index, field: *field });
                }
                _ => return None,
            },
            Node::Nested { list, column, field } => match self.current_item() {
                Some(Item { list: at, index, record: Some(record), .. }) if at == *list && record.column == *column => {
                    let (list, column, field) = (*list, *column, *field);
                    return self.known_input(&InputKey::Nested { list, index, column, record: record.index, field });
                }
                _ => return None,
            },
            Node::Ordinal => {
                let item = self.current_item()?;
                let ordinal = item.record.map_or(item.ordinal, |record| record.ordinal)?;
                return whole(ordinal.into());
            }
            Node::Let(index) => return self.known(self.scope.lets[*index as usize].expr.root),
            Node::Column { table, keys, column } => return self.known_column(*table, keys.as_deref(), *column),
            Node::Add(a, b) | Node::AddToDate { date: a, days: b } => number(a)?.checked_add(number(b)?)?,
            Node::Subtract(a, b) | Node::SubtractFromDate { date: a, days: b } => number(a)?.checked_sub(number(b)?)?,
            Node::Multiply(a, b) => number(a)?.checked_mul(number(b)?)?,
            Node::Divide(a, b) => number(a)?.checked_div(number(b)?)?,
            Node::AddToYear { year, months } => {
                number(year)?.checked_add(number(months)?.checked_div(Exact::integer(12))?)?
            }
            Node::SubtractFromYear { year, months } => {
                number(year)?.checked_sub(number(months)?.checked_div(Exact::integer(12))?)?
            }
            Node::YearsBetween { later, earlier } => {
                number(later)?.checked_sub(number(earlier)?)?.checked_mul(Exact::integer(12))?
            }
            Node::Compare { comparison, left, right } => {
                let holds = match (self.known(*left)?, self.known(*right)?) {
                    (Known::Number(a), Known::Number(b)) => compared(*comparison, a, b),
                    (Known::Truth(a), Known::Truth(b)) => (a == b) == (*comparison == Comparison::Equal),
                    _ => return None,
                };
                return Some(Known::Truth(holds));
            }
            Node::OneOf { value, options, negated } => match self.known(*value)? {
                Known::Option(option) => return Some(Known::Truth(options.contains(&option) != *negated)),
                _ => return None,
            },
            Node::Between { value, range } => return self.known_within(number(value)?, range).map(Known::Truth),
            Node::And(parts) => return self.known_join(parts, false),
            Node::Or(parts) => return self.known_join(parts, true),
            Node::Not(part) => return Some(Known::Truth(!self.known_truth(*part)?)),
            Node::If { condition, then, otherwise } => {
                return self.known(if self.known_truth(*condition)? { *then } else { *otherwise });
            }
            Node::Min(parts) => self.known_numbers(parts)?.reduce(|a, b| Some(a?.min(b?)))??,
            Node::Max(parts) => self.known_numbers(parts)?.reduce(|a, b| Some(a?.max(b?)))??,
            Node::Growth { now, base, zero_base } => {
                let mut divisor = number(base)?;
                if let (Some(substitute), true) = (zero_base, divisor.is_zero()) {
                    divisor = number(substitute)?;
                }
                if divisor <= Exact::ZERO {
                    return None;
                }
                number(now)?.checked_div(divisor)?.checked_sub(Exact::ONE)?
            }
            Node::WholeSteps { quantity, step } => {
                number(quantity)?.checked_div(number(step)?)?.floor().max(Exact::ZERO)
            }
            Node::NewSteps { now, before, start, step } => {
                let (start, step) = (number(start)?, number(step)?);
                let reached = |n: Exact| Some(n.checked_sub(start)?.checked_div(step)?.floor().max(Exact::ZERO));
                reached(number(now)?)?.checked_sub(reached(number(before)?)?)?.max(Exact::ZERO)
            }
            Node::FullYears { from, to } => {
                let (from, to): (Date, Date) = (day(number(from)?)?, day(number(to)?)?);
                return whole(i64::from(from.full_years_to(to)) * 12);
            }
            Node::YearOf(date) => return whole(day(number(date)?)?.year().into()),
            Node::CompoundGrowth { comparison, now, base, years, rate } => {
                let step = number(rate)?.checked_add(Exact::ONE)?;
                let mut target = number(base)?;
                for _ in 0..(*years).min(100) {
                    target = target.checked_mul(step)?;
                }
                return Some(Known::Truth(compared(*comparison, number(now)?, target)));
            }
            Node::List { function, list, body: Some(body) } => return self.known_list(*function, *list, *body),
            Node::Parameter { parameter, keys } => {
                let mut at = Vec::with_capacity(keys.len());
                for key in keys {
                    at.push(match self.known(*key)? {
                        Known::Option(option) => option as i32,
                        Known::Number(number) => i32::try_from(number.floor().numerator()).ok()?,
                        Known::Truth(_) => return None,
                    });
                }
                let key = InputKey::Parameter { parameter: *parameter, keys: at };
                let InputKey::Parameter { keys: at, .. } = &key else { return None };
                // A profile may state a figure that is not published yet.
                if self.inputs.0.contains_key(&key) || self.assumed.contains_key(&key) {
                    return None;
                }
                published(&self.scope.book.parameters[*parameter as usize], at)?
            }
            Node::Due { index, .. } => self.known_due(*index)?,
            Node::Has { .. }
            | Node::List { body: None, .. }
            | Node::Records { .. }
            | Node::WorkdaysAfter { .. }
            | Node::WorkdaysBetween { .. } => return None,
        };
        Some(Known::Number(found))
    }

    fn known_numbers(&self, parts: &[NodeId]) -> Option<impl Iterator<Item = Option<Exact>>> {
        (!parts.is_empty()).then(|| parts.iter().map(|part| self.known_number(*part)))
    }

    fn known_list(&self, function: ListFunction, list: FieldId, body: NodeId) -> Option<Known> {
        let count = self.count(list)?;
        let mut sum = Exact::ZERO;
        let mut holding = 0;
        let mut best: Option<Exact> = None;
        for index in 0..count {
            let item = Item::new(list, index, Some(index + 1), count);
            match (self.with_item(item, || self.known(body))?, function) {
                (Known::Number(n), ListFunction::Sum) => sum = sum.checked_add(n)?,
                (Known::Number(n), ListFunction::Max) => best = Some(best.map_or(n, |best| best.max(n))),
                (Known::Number(n), ListFunction::Min) => best = Some(best.map_or(n, |best| best.min(n))),
                (Known::Truth(truth), ListFunction::Count | ListFunction::All | ListFunction::Exists) => {
                    holding += u32::from(truth);
                }
                _ => return None,
            }
        }
        Some(match function {
            ListFunction::Sum => Known::Number(sum),
            ListFunction::Max | ListFunction::Min => Known::Number(best?),
            ListFunction::Count => Known::Number(Exact::integer(holding.into())),
            ListFunction::All => Known::Truth(holding == count),
            ListFunction::Exists => Known::Truth(holding > 0),
        })
    }

    /// A stated input; one that is only assumed stays open.
    fn known_input(&self, key: &InputKey) -> Option<Known> {
        let value = self.inputs.0.get(key)?;
        if !self.assumed.is_empty() && self.assumed.contains_key(key) {
            return None;
        }
        Known::of(value)
    }

    fn known_join(&self, parts: &[NodeId], decisive: bool) -> Option<Known> {
        let mut open = false;
        for part in parts {
            match self.known_truth(*part) {
                Some(truth) if truth == decisive => return Some(Known::Truth(decisive)),
                Some(_) => {}
                None => open = true,
            }
        }
        (!open).then_some(Known::Truth(!decisive))
    }

    pub fn known_within(&self, number: Exact, range: &Range) -> Option<bool> {
        let above = match range.low {
            Some(bound) => reaches(number, self.known_number(bound.at)?, bound),
            None => true,
        };
        let below = match range.high {
            Some(bound) => reaches(self.known_number(bound.at)?, number, bound),
            None => true,
        };
        Some(above && below)
    }

    fn known_column(&self, index: u32, keys: Option<&[NodeId]>, column: u32) -> Option<Known> {
        let table = &self.scope.tables[index as usize];
        if table.mode == Mode::Marginal {
            return self.known_bands(table, keys).map(Known::Number);
        }
        let column = column as usize;
        match self.known_choice(index, keys)? {
            RowChoice::Row(row) => self.known(table.rows[row].values.get(column)?.root),
            RowChoice::Otherwise => self.known(table.otherwise.as_ref()?[column].root),
            RowChoice::None => None,
            RowChoice::Rungs { from, to } if table.each_rung => {
                let mut sum = Exact::ZERO;
                for row in &table.rows[from..to] {
                    sum = sum.checked_add(self.known_number(row.values[column].root)?)?;
                }
                Some(Known::Number(sum))
            }
            RowChoice::Rungs { to, .. } => self.known(table.rows[to - 1].values[column].root),
        }
    }

    fn known_bands(&self, table: &Table, keys: Option<&[NodeId]>) -> Option<Exact> {
        let key = self.known_number(keys.map_or_else(|| table.keys[0].root, |keys| keys[0]))?;
        let mut sum = Exact::ZERO;
        let mut reached: Option<Exact> = None;
        for row in &table.rows {
            let TableCell::Range(range) = &row.cells[0] else { continue };
            let low = range.low.map_or(Some(Exact::ZERO), |bound| self.known_number(bound.at))?;
            let low = reached.map_or(low, |reached| low.max(reached));
            let high = range.high.map_or(Some(key), |bound| self.known_number(bound.at))?;
            reached = Some(low.max(high));
            let part = key.min(high).checked_sub(low)?;
            if part > Exact::ZERO {
                sum = sum.checked_add(part.checked_mul(self.known_number(row.values[0].root)?)?)?;
            }
        }
        Some(sum)
    }

    /// Which row applies, where that is certain.
    pub fn known_choice(&self, index: u32, keys: Option<&[NodeId]>) -> Option<RowChoice> {
        let table = &self.scope.tables[index as usize];
        // A leaf may assume the row.
        if !self.rows.is_empty() {
            return None;
        }
        let none = || if table.otherwise.is_some() { RowChoice::Otherwise } else { RowChoice::None };
        let key = |at: usize| keys.map_or_else(|| table.keys[at].root, |keys| keys[at]);
        if table.mode == Mode::Ladder {
            let now = self.known_number(key(0))?;
            let before = match &table.before {
                Some(before) => self.known_number(before.root)?,
                None => Exact::integer(-1),
            };
            let (mut from, mut to) = (0, 0);
            for row in &table.rows {
                let TableCell::Range(Range { low: Some(bound), .. }) = &row.cells[0] else { continue };
                let height = self.known_number(bound.at)?;
                from += usize::from(reaches(before, height, *bound));
                to += usize::from(reaches(now, height, *bound));
            }
            if to <= from {
                return Some(none());
            }
            return Some(RowChoice::Rungs { from: if table.each_rung { from } else { to - 1 }, to });
        }
        for (at, row) in table.rows.iter().enumerate() {
            let mut fits = true;
            for (position, cell) in row.cells.iter().enumerate() {
                fits &= match cell {
                    TableCell::Any => true,
                    TableCell::Holds(node) => self.known_truth(*node)?,
                    cell => match (cell, self.known(key(position))?) {
                        (TableCell::Options(options), Known::Option(option)) => options.contains(&option),
                        (TableCell::Bool(expected), Known::Truth(truth)) => truth == *expected,
                        (TableCell::Point(node), Known::Number(number)) => number == self.known_number(*node)?,
                        (TableCell::Range(range), Known::Number(number)) => self.known_within(number, range)?,
                        _ => return None,
                    },
                };
            }
            if fits {
                return Some(RowChoice::Row(at));
            }
        }
        Some(none())
    }
}

fn reaches(number: Exact, at: Exact, bound: Bound) -> bool {
    if bound.inclusive { number >= at } else { number > at }
}

/// Whether `a comparison b` holds.
pub fn compared(comparison: Comparison, a: Exact, b: Exact) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Greater => a > b,
        Comparison::LessOrEqual => a <= b,
        Comparison::Less => a < b,
        Comparison::GreaterOrEqual => a >= b,
    }
}
