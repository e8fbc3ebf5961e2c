//! What is made of the items of a list.

use policy_finder_pack::rules::{FieldId, ListFunction, NodeId, RecordOrder};
use policy_finder_pack::{Exact, order};

use super::comparison::and;
use super::leaf::{Item, Leaf, MAX_INNER_DEPTH, Record, Stop};
use super::number::Number;
use super::value::{InputKey, Value};

impl Leaf<'_> {
    /// Indices of items in the order that gives them their 序号; no 序号 where the order is not known.
    pub(super) fn in_order(
        &self,
        order: Option<RecordOrder>,
        count: u32,
        item: &dyn Fn(u32) -> Item,
    ) -> Result<Vec<(u32, Option<u32>)>, Stop> {
        let mut places: Vec<(u32, Option<u32>)> = (0..count).map(|index| (index, Some(index + 1))).collect();
        let Some(order) = order else { return Ok(places) };
        let mut keys = Vec::with_capacity(count as usize);
        for index in 0..count {
            let key = self.with_item(item(index), || self.missing_of(|| self.number(order.by)).0)?;
            keys.push(key.as_point());
        }
        if keys.iter().any(Option::is_none) {
            places.iter_mut().for_each(|place| place.1 = None);
            return Ok(places);
        }
        order::sort_by(&mut places, |a, b| {
            let (a, b) = (keys[a.0 as usize], keys[b.0 as usize]);
            if order.descending { b.cmp(&a) } else { a.cmp(&b) }
        });
        for (position, place) in places.iter_mut().enumerate() {
            place.1 = Some(position as u32 + 1);
        }
        Ok(places)
    }

    /// A node's value where splits stay inside: the hull over their alternatives. Nothing else is split, so that n
    /// items do not give 3ⁿ leaves.
    pub(super) fn hulled(&self, id: NodeId, depth: usize) -> Result<Value, Stop> {
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

    pub(super) fn list(&self, function: ListFunction, list: FieldId, body: Option<NodeId>) -> Result<Value, Stop> {
        self.records(function, list, None, None, body)
    }

    /// Over the items of a list, or over the records in a column of the item at hand.
    pub(super) fn records(
        &self,
        function: ListFunction,
        list: FieldId,
        column: Option<u32>,
        order: Option<RecordOrder>,
        body: Option<NodeId>,
    ) -> Result<Value, Stop> {
        let (key, count, outer) = match (column, self.current_item()) {
            (None, _) => (InputKey::List(list), self.count(list), None),
            (Some(column), Some(item)) if item.list == list => {
                let key = InputKey::NestedList { list, index: item.index, column };
                (key, self.record_count(list, item.index, column), Some((item, column)))
            }
            _ => return Err(Stop::Undefined("规则表有误:不在清单的一项里")),
        };
        let at = |index: u32, ordinal: Option<u32>, count: u32| match outer {
            None => Item::new(list, index, ordinal, count),
            Some((item, column)) => Item { record: Some(Record { column, index, ordinal, count }), ..item },
        };
        let Some(count) = count else {
            self.note_missing([key]);
            return match function {
                ListFunction::Exists | ListFunction::All => Ok(Value::Truth(None)),
                ListFunction::Count => Ok(Value::Number(Number::at_least(Some(Exact::ZERO)))),
                ListFunction::Sum | ListFunction::Max | ListFunction::Min => {
                    // An item of which nothing is known tells whether the sum can be negative.
                    let item = at(u32::MAX, None, u32::MAX);
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
        if let Some(body) = body {
            for (index, ordinal) in self.in_order(order, count, &|index| at(index, None, count))? {
                values.push(self.with_item(at(index, ordinal, count), || self.hulled(body, 0))?);
            }
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
}
