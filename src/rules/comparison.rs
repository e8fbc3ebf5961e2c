//! How values compare, and where an input must be split to tell.

use policy_finder_pack::Exact;
use policy_finder_pack::rules::{Comparison, NodeId, Range};

use super::leaf::{Alternative, Leaf, Split, Stop};
use super::number::{Affine, End, Number, Sign};
use super::value::{InputKey, Value};
use super::wording;

impl Leaf<'_> {
    pub(super) fn compare(&self, comparison: Comparison, left: NodeId, right: NodeId) -> Result<Option<bool>, Stop> {
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
        wording::exact(at, &wording::input_unit(self.scope.book, key))
    }
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
