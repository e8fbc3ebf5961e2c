//! Here is a refusal: which single change would turn it, and what would it pay then?
//!
//! Offered where exactly one condition fails, or no row of a table fits, and that turns on one answer that an enterprise
//! can work towards. The change is solved exactly, rounded to what can be stated, put in, and the whole benefit is
//! evaluated again: the new figure may land in another tier.

use policy_finder_pack::rules::{Benefit, Bound, Cell, Comparison, FieldKind, Node, NodeId, Range, RuleBook};
use policy_finder_pack::{Date, Dimension, Exact};

use crate::profile::Profile;
use crate::report;
use crate::rules::leaf::{Alternative, Leaf};
use crate::rules::number::End;
use crate::rules::scope::Scope;
use crate::rules::table::{RowChoice, choice};
use crate::rules::version::evaluate;
use crate::rules::{BenefitOutcome, InputKey, Inputs, Number, Session, Value, Verdict, wording};

/// What has to become true.
#[derive(Clone, Copy)]
enum Wanted {
    Holds { left: NodeId, comparison: Comparison, right: NodeId },
    Is { field: NodeId, value: bool },
}

/// The single change that turns a refusal, the smallest one first.
pub fn near_miss(
    book: &RuleBook,
    benefit: &Benefit,
    profile: &Profile,
    as_of: Date,
    outcome: &BenefitOutcome,
) -> Option<report::NearMiss> {
    if outcome.verdict != Verdict::Unmet {
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
    let session = Session::default();
    let scope = Scope::of(book, benefit, profile.event_year, as_of, &session);
    let leaf = Leaf::new(&scope, &profile.inputs);
    let wanted = match failing {
        Some(index) => {
            let veto = index >= benefit.needs.len();
            let root = benefit.needs.iter().chain(&benefit.vetoes).nth(index)?.expr.root;
            let mut wanted = rows(&leaf, benefit, vec![root]);
            wanted.extend(condition(&scope, root, veto));
            wanted
        }
        None => {
            let amounts = [&benefit.amount, &benefit.min_payout, &benefit.topup].into_iter().flatten();
            let caps = benefit.caps.iter().flat_map(|cap| cap.used.iter().chain([&cap.at]));
            rows(&leaf, benefit, amounts.chain(caps).map(|expr| expr.root).collect())
        }
    };
    wanted.into_iter().find_map(|wanted| {
        let on = match wanted {
            Wanted::Holds { left, right, .. } => vec![left, right],
            Wanted::Is { field, .. } => vec![field],
        };
        let keys = inputs_of(benefit, on, profile.event_year);
        keys.into_iter().find_map(|key| turned(&scope, benefit, profile, as_of, wanted, key))
    })
}

/// What a condition that fails needs.
fn condition(scope: &Scope, root: NodeId, veto: bool) -> Option<Wanted> {
    match &scope.nodes[root.0 as usize] {
        Node::Field { .. } => Some(Wanted::Is { field: root, value: !veto }),
        Node::Compare { comparison, left, right } => {
            let comparison = if veto { opposite(*comparison) } else { *comparison };
            Some(Wanted::Holds { left: *left, comparison, right: *right })
        }
        _ => None,
    }
}

/// What the rows of tables that are looked up in vain need, the nearest edge first.
fn rows(leaf: &Leaf, benefit: &Benefit, roots: Vec<NodeId>) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for id in reached(benefit, roots) {
        let Node::Column { table: index, keys, .. } = &benefit.nodes[id.0 as usize] else { continue };
        if choice(leaf, *index, keys.as_deref()) != Ok(RowChoice::None) {
            continue;
        }
        let table = &benefit.tables[*index as usize];
        let mut edges: Vec<(Exact, Wanted)> = Vec::new();
        for row in &table.rows {
            for (position, cell) in row.cells.iter().enumerate() {
                let key = keys.as_ref().map_or_else(|| table.keys[position].root, |keys| keys[position]);
                match cell {
                    Cell::Bool(value) => edges.insert(0, (Exact::ZERO, Wanted::Is { field: key, value: *value })),
                    Cell::Range(Range { low, high }) => {
                        let mut edge = |bound: &Bound, comparison: Comparison, sign: i64| {
                            let at = leaf.number(bound.at).ok()?.as_point()?;
                            let short = at.checked_sub(leaf.number(key).ok()?.as_point()?)?;
                            let short = short.checked_mul(Exact::integer(sign))?;
                            if short > Exact::ZERO || (short.is_zero() && !bound.inclusive) {
                                let place = edges.iter().position(|(other, _)| *other > short).unwrap_or(edges.len());
                                edges.insert(place, (short, Wanted::Holds { left: key, comparison, right: bound.at }));
                            }
                            Some(())
                        };
                        let strict =
                            |bound: &Bound, strict, inclusive| if bound.inclusive { inclusive } else { strict };
                        low.map(|b| edge(&b, strict(&b, Comparison::Greater, Comparison::GreaterOrEqual), 1));
                        high.map(|b| edge(&b, strict(&b, Comparison::Less, Comparison::LessOrEqual), -1));
                    }
                    _ => {}
                }
            }
        }
        wanted.extend(edges.into_iter().map(|(_, wanted)| wanted));
    }
    wanted
}

/// Every node that the roots are computed from.
fn reached(benefit: &Benefit, mut stack: Vec<NodeId>) -> Vec<NodeId> {
    let mut found = Vec::new();
    while let Some(id) = stack.pop() {
        if found.contains(&id) {
            continue;
        }
        found.push(id);
        let node = &benefit.nodes[id.0 as usize];
        if let Node::Let(index) = node {
            stack.push(benefit.lets[*index as usize].expr.root);
        }
        node.each_child(|child| stack.push(child));
    }
    found
}

/// The near miss, if changing this answer brings about what is wanted and the benefit is granted then.
fn turned(
    scope: &Scope,
    benefit: &Benefit,
    profile: &Profile,
    as_of: Date,
    wanted: Wanted,
    key: InputKey,
) -> Option<report::NearMiss> {
    let book = scope.book;
    let (value, to) = change(scope, &profile.inputs, wanted, &key)?;
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
            let (verb, size) = if difference.is_negative() { ("减少", -difference) } else { ("增加", difference) };
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
}

/// Answers that an enterprise can work towards and that something turns on.
fn inputs_of(benefit: &Benefit, on: Vec<NodeId>, event_year: i32) -> Vec<InputKey> {
    let mut keys = Vec::new();
    for id in reached(benefit, on) {
        // Only this year can still be changed.
        if let Node::Field { field, year: None } = &benefit.nodes[id.0 as usize] {
            for year in [None, Some(event_year)] {
                keys.push(InputKey::Field { field: *field, year });
            }
        }
    }
    keys
}

/// The value of an input at which what is wanted comes true, and how it is written.
fn change(scope: &Scope, inputs: &Inputs, wanted: Wanted, key: &InputKey) -> Option<(Value, String)> {
    let field = key.declaration(scope.book).filter(|field| field.changeable)?;
    let given = inputs.0.get(key)?;
    if matches!(key, InputKey::Field { year, .. } if year.is_some() != field.yearly) {
        return None;
    }
    match (&field.kind, given, wanted) {
        (FieldKind::Bool, Value::Truth(Some(truth)), Wanted::Is { field, value })
            if *truth != value && matches!(scope.nodes[field.0 as usize], Node::Field { .. }) =>
        {
            Some((Value::Truth(Some(value)), if value { "是" } else { "否" }.to_owned()))
        }
        (FieldKind::Number(dimension), Value::Number(number), Wanted::Holds { left, comparison, right }) => {
            number.as_point()?;
            let least = field.min.map_or(End::INFINITE, End::closed);
            let open = Number::of_ends(least, End::INFINITE);
            let alternative =
                Alternative { label: String::new(), inputs: vec![(key.clone(), Value::Number(open))], row: None };
            let leaf = Leaf::new(scope, inputs).assume(&alternative);
            let difference = leaf.number(left).ok()?.sub(&leaf.number(right).ok()?).ok()?;
            let (at, rising) = difference.turning_point()?;
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
