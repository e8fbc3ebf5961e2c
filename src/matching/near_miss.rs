//! Here is a refusal: which single change would turn it, and what would it pay then?
//!
//! Offered where exactly one condition fails and it turns on one answer that an enterprise can work towards. The
//! change is solved exactly, rounded to what can be stated, put in, and the whole benefit is evaluated again: the new
//! figure may land in another tier.

use policy_finder_pack::rules::{Benefit, Comparison, FieldKind, Node, NodeId, RuleBook};
use policy_finder_pack::{Date, Dimension, Exact};

use crate::profile::Profile;
use crate::report;
use crate::rules::leaf::{Alternative, Leaf};
use crate::rules::number::End;
use crate::rules::scope::Scope;
use crate::rules::version::evaluate;
use crate::rules::{BenefitOutcome, InputKey, Inputs, Number, Session, Value, Verdict, wording};

/// The single change that turns a refusal, the smallest one first.
pub fn near_miss(
    book: &RuleBook,
    benefit: &Benefit,
    profile: &Profile,
    as_of: Date,
    outcome: &BenefitOutcome,
) -> Option<report::NearMiss> {
    if outcome.verdict != Verdict::Unmet || outcome.conditions.is_empty() {
        return None;
    }
    let mut failing = None;
    for (index, condition) in outcome.conditions.iter().enumerate() {
        match condition.passed() {
            Some(true) => {}
            Some(false) if failing.is_none() => failing = Some(index),
            _ => return None,
        }
    }
    let index = failing?;
    let (condition, veto) = match index.checked_sub(benefit.needs.len()) {
        None => (&benefit.needs[index], false),
        Some(veto) => (&benefit.vetoes[veto], true),
    };
    let session = Session::default();
    let scope = Scope::of(book, benefit, profile.event_year, as_of, &session);
    let root = condition.expr.root;
    let changes = inputs_of(benefit, root, profile.event_year);
    changes.into_iter().find_map(|key| {
        let (value, to) = change(&scope, &profile.inputs, root, veto, &key)?;
        let mut inputs: Inputs = profile.inputs.clone();
        let before = inputs.0.insert(key.clone(), value);
        let after = evaluate(book, benefit, profile.event_year, as_of, &inputs, &Session::default());
        if !matches!(after.verdict, Verdict::Met | Verdict::Manual) {
            return None;
        }
        let label = key.label(book);
        let unit = wording::input_unit(book, &key);
        let from = before.as_ref().map(|value| wording::value(book, value, &unit));
        let step = match (&before, inputs.0.get(&key)) {
            (Some(Value::Number(a)), Some(Value::Number(b))) => {
                let difference = b.as_point()?.checked_sub(a.as_point()?)?;
                let (verb, size) =
                    if difference.is_negative() { ("减少", -difference) } else { ("增加", difference) };
                format!("{label}再{verb} {}(到 {to})", wording::gap(size, &unit))
            }
            _ => format!("{label}为{to}"),
        };
        let pays = after.amount.map(|(low, high)| match high {
            Some(high) if high == low => format!(",可得 {}", wording::money(low)),
            Some(high) => format!(",可得 {}至{}", wording::money(low), wording::money(high)),
            None => String::new(),
        });
        Some(report::NearMiss {
            text: format!("{step}即符合{}", pays.unwrap_or_default()),
            key: label,
            from,
            to,
            amount: after.amount.map(|range| report::Amount::new(after.kind.name(), range)),
        })
    })
}

/// Answers that an enterprise can work towards and that a condition turns on.
fn inputs_of(benefit: &Benefit, root: NodeId, event_year: i32) -> Vec<InputKey> {
    let mut keys = Vec::new();
    let mut stack = vec![root];
    while let Some(id) = stack.pop() {
        let node = &benefit.nodes[id.0 as usize];
        match node {
            // Only this year can still be changed.
            Node::Field { field, year: None } => {
                for key in [
                    InputKey::Field { field: *field, year: None },
                    InputKey::Field { field: *field, year: Some(event_year) },
                ] {
                    if !keys.contains(&key) {
                        keys.push(key);
                    }
                }
            }
            Node::Let(index) => stack.push(benefit.lets[*index as usize].expr.root),
            _ => {}
        }
        node.each_child(|child| stack.push(child));
    }
    keys
}

/// The value of an input at which a condition turns, and how it is written.
fn change(scope: &Scope, inputs: &Inputs, root: NodeId, veto: bool, key: &InputKey) -> Option<(Value, String)> {
    let field = key.declaration(scope.book).filter(|field| field.changeable)?;
    let given = inputs.0.get(key)?;
    if matches!(key, InputKey::Field { year, .. } if year.is_some() != field.yearly) {
        return None;
    }
    match (&field.kind, given, &scope.nodes[root.0 as usize]) {
        (FieldKind::Bool, Value::Truth(Some(truth)), Node::Field { .. }) if *truth == veto => {
            Some((Value::Truth(Some(!veto)), if veto { "否" } else { "是" }.to_owned()))
        }
        (FieldKind::Number(dimension), Value::Number(number), Node::Compare { comparison, left, right }) => {
            number.as_point()?;
            let least = field.min.map_or(End::INFINITE, End::closed);
            let open = Number::of_ends(least, End::INFINITE);
            let alternative =
                Alternative { label: String::new(), inputs: vec![(key.clone(), Value::Number(open))], row: None };
            let leaf = Leaf::new(scope, inputs).assume(&alternative);
            let difference = leaf.number(*left).ok()?.sub(&leaf.number(*right).ok()?).ok()?;
            let (at, rising) = difference.turning_point()?;
            let comparison = if veto { opposite(*comparison) } else { *comparison };
            let target = settle(at, rising, comparison, grain(dimension))?;
            let allowed = field.min.is_none_or(|min| target >= min) && field.max.is_none_or(|max| target <= max);
            let unit = wording::input_unit(scope.book, key);
            allowed.then(|| (Value::Number(Number::point(target)), wording::exact(target, &unit)))
        }
        _ => None,
    }
}

/// The smallest step in which an input can be stated.
fn grain(dimension: &Dimension) -> Exact {
    if dimension.is_money() {
        Exact::FEN
    } else if dimension.is_ratio() {
        Exact::new(1, 10_000).unwrap_or(Exact::ONE)
    } else {
        Exact::ONE
    }
}

/// The first statable value that satisfies `difference comparison 0`, the difference being zero at `at`.
fn settle(at: Exact, rising: bool, comparison: Comparison, grain: Exact) -> Option<Exact> {
    let up = match comparison {
        Comparison::Greater | Comparison::GreaterOrEqual => rising,
        Comparison::Less | Comparison::LessOrEqual => !rising,
        Comparison::Equal => return Some(at),
        Comparison::NotEqual => return None,
    };
    let strict = matches!(comparison, Comparison::Greater | Comparison::Less);
    let steps = at.checked_div(grain)?;
    let whole = if up { -((-steps).floor()) } else { steps.floor() };
    let whole = match (strict && whole == steps, up) {
        (true, true) => whole.checked_add(Exact::ONE)?,
        (true, false) => whole.checked_sub(Exact::ONE)?,
        (false, _) => whole,
    };
    whole.checked_mul(grain)
}

fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_rounded_to_what_can_be_stated_and_pass_strict_bounds() {
        let third = Exact::new(100, 3).unwrap();
        let fen = Exact::FEN;
        let up = |comparison| settle(third, true, comparison, fen).unwrap().to_string();
        assert_eq!(up(Comparison::GreaterOrEqual), "33.34");
        assert_eq!(settle(third, false, Comparison::GreaterOrEqual, fen).unwrap().to_string(), "33.33");
        let ten = Exact::integer(10);
        assert_eq!(settle(ten, true, Comparison::GreaterOrEqual, Exact::ONE), Some(ten));
        assert_eq!(settle(ten, true, Comparison::Greater, Exact::ONE), Some(Exact::integer(11)));
        assert_eq!(settle(ten, true, Comparison::Less, Exact::ONE), Some(Exact::integer(9)));
    }
}
