//! What the named steps of a benefit come to, for whoever checks a rule step by step.

use std::collections::BTreeSet;

use policy_finder_pack::rules::{Benefit, Node, NodeId, RuleBook};
use policy_finder_pack::{Date, Exact};

use super::leaf::{Item, Leaf};
use super::scope::{Scope, Session};
use super::value::{Inputs, Value};

/// What a step comes to; what is not known makes a range or several options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepValue {
    /// Lowest and highest in base units, `None` where no bound is known.
    Number(Option<Exact>, Option<Exact>),
    Truth(Option<bool>),
    /// Every option that is possible.
    Options(BTreeSet<u32>),
    /// It has no value, or one that cannot be written down.
    Nothing,
}

/// The values of the named step `index`: one, or one an item in the order of the list where the step speaks of the items
/// of `each`. Empty where it is not known how many items there are.
pub fn values(
    book: &RuleBook,
    benefit: &Benefit,
    index: usize,
    event_year: i32,
    as_of: Date,
    inputs: &Inputs,
) -> Vec<StepValue> {
    let session = Session::default();
    let scope = Scope::of(book, benefit, event_year, as_of, &session);
    let leaf = Leaf::new(&scope, inputs);
    let Some(step) = benefit.lets.get(index) else { return Vec::new() };
    let value = || {
        let mut found = Vec::new();
        leaf.alternatives(step.expr.root, 0, &mut found, &mut Vec::new());
        found.into_iter().map(written).reduce(hull).unwrap_or(StepValue::Nothing)
    };
    let Some(each) = benefit.each.as_ref().filter(|_| speaks_of_item(benefit, step.expr.root)) else {
        return vec![value()];
    };
    let Some(count) = leaf.count(each.list) else { return Vec::new() };
    let mut values = vec![StepValue::Nothing; count as usize];
    for (item, ordinal) in super::amount::order(&leaf, each, count).unwrap_or_default() {
        let at = Item::new(each.list, item, ordinal, count);
        values[item as usize] = leaf.with_item(at, value);
    }
    values
}

fn written(value: Option<Value>) -> StepValue {
    match value {
        Some(Value::Number(number)) => StepValue::Number(number.low().at, number.high().at),
        Some(Value::Truth(truth)) => StepValue::Truth(truth),
        Some(Value::Option(option)) => StepValue::Options(BTreeSet::from([option])),
        Some(Value::Options(_) | Value::Text(_)) | None => StepValue::Nothing,
    }
}

fn hull(a: StepValue, b: StepValue) -> StepValue {
    match (a, b) {
        (StepValue::Number(a, b), StepValue::Number(c, d)) => {
            StepValue::Number(a.zip(c).map(|(a, c)| a.min(c)), b.zip(d).map(|(b, d)| b.max(d)))
        }
        (StepValue::Truth(a), StepValue::Truth(b)) => StepValue::Truth(if a == b { a } else { None }),
        (StepValue::Options(a), StepValue::Options(b)) => StepValue::Options(a.union(&b).copied().collect()),
        _ => StepValue::Nothing,
    }
}

/// Whether an expression has one value for each item: a field of the item or its 序号 stands in it outside 求和 and the
/// like.
fn speaks_of_item(benefit: &Benefit, root: NodeId) -> bool {
    let mut open = vec![root];
    let mut seen = vec![false; benefit.nodes.len()];
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut seen[id.0 as usize], true) {
            continue;
        }
        match &benefit.nodes[id.0 as usize] {
            Node::Item { .. } | Node::Ordinal | Node::Records { column: Some(_), .. } => return true,
            Node::List { .. } | Node::Records { .. } => {}
            Node::Let(index) => open.push(benefit.lets[*index as usize].expr.root),
            Node::Column { table, keys: None, .. } => {
                open.extend(benefit.tables[*table as usize].keys.iter().map(|key| key.root));
            }
            node => node.each_child(|child| open.push(child)),
        }
    }
    false
}
