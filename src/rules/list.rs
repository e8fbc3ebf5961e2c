//! What is made of the items of a list.

use policy_finder_pack::Exact;
use policy_finder_pack::rules::{FieldId, ListFunction, NodeId};

use super::comparison::and;
use super::leaf::{Item, Leaf, MAX_INNER_DEPTH, Stop};
use super::number::Number;
use super::value::{InputKey, Value};

impl Leaf<'_> {
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
}
