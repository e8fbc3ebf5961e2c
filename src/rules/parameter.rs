//! Public figures by date, year or option.

use policy_finder_pack::Exact;
use policy_finder_pack::rules::{NodeId, Parameter, ParameterKey, ParameterRow};

use super::leaf::{Leaf, Stop};
use super::number::{End, Number};
use super::value::{InputKey, Value};

impl Leaf<'_> {
    /// A public figure; one that is not published is unknown.
    pub(super) fn parameter(&self, index: u32, keys: &[NodeId]) -> Result<Value, Stop> {
        let parameter = &self.scope.book.parameters[index as usize];
        let mut at = Vec::with_capacity(keys.len());
        for key in keys {
            at.push(match self.value(*key)? {
                Value::Option(option) => option as i32,
                Value::Number(number) => {
                    match number.as_point().and_then(|n| i32::try_from(n.floor().numerator()).ok()) {
                        Some(key) => key,
                        None => return Ok(Value::Number(possible(parameter))),
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
                Ok(Value::Number(self.atom(key, possible(parameter))))
            }
        }
    }
}

/// What an unknown figure can be.
fn possible(parameter: &Parameter) -> Number {
    let end = |limit: Option<Exact>| limit.map_or(End::INFINITE, End::closed);
    Number::of_ends(end(parameter.limits.0), end(parameter.limits.1))
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
