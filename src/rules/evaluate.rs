//! Evaluates expressions of one benefit or group for one leaf of the case split.

use policy_finder_pack::rules::{Node, NodeId};
use policy_finder_pack::{Date, Exact};

use super::comparison::holds;
use super::leaf::{Item, Leaf, Record, Stop};
use super::number::{End, Number};
use super::value::{InputKey, Value};

impl Leaf<'_> {
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
            Node::Item { list, field } => match self.current_item() {
                Some(item) if item.list == *list => {
                    self.input(InputKey::Item { list: *list, index: item.index, field: *field })
                }
                _ => Err(Stop::Undefined("规则表有误:不在清单的一项里")),
            },
            Node::Nested { list, column, field } => match self.current_item() {
                Some(Item { list: at, index, record: Some(record), .. }) if at == *list && record.column == *column => {
                    let (list, column, field) = (*list, *column, *field);
                    self.input(InputKey::Nested { list, index, column, record: record.index, field })
                }
                _ => Err(Stop::Undefined("规则表有误:不在清单的一项里")),
            },
            Node::Ordinal => match self.current_item().map(|item| match item.record {
                Some(Record { ordinal, count, .. }) => Item { ordinal, count, ..item },
                None => item,
            }) {
                Some(Item { ordinal: Some(ordinal), .. }) => number(Number::point(Exact::integer(ordinal.into()))),
                Some(item) => number(Number::between(Exact::ONE, Exact::integer(item.count.max(1).into()))),
                None => Err(Stop::Undefined("规则表有误:不在清单的一项里")),
            },
            Node::List { function, list, body } => self.list(*function, *list, *body),
            Node::Records { function, list, column, order, body } => {
                self.records(*function, *list, *column, *order, *body)
            }
            Node::WorkdaysAfter { date, days } => number(self.workdays_after(*date, *days)?),
            Node::WorkdaysBetween { from, to } => number(self.workdays_between(*from, *to)?),
            Node::Parameter { parameter, keys } => self.parameter(*parameter, keys),
            Node::Option(option) => Ok(Value::Option(*option)),
        }
    }

    /// A duration in months as whole years.
    fn years(&self, months: NodeId) -> Result<Number, Stop> {
        self.number(months)?.div(&Number::point(Exact::integer(12)))
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

pub fn day(number: Exact) -> Option<Date> {
    i32::try_from(number.floor().numerator()).ok().and_then(Date::from_day_number)
}
