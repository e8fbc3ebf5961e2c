//! How a need or veto turned out: what is required, what is given, what lies between.

use std::borrow::Cow;

use policy_finder_pack::rules::{Comparison, Condition, Node, NodeId, Unit};
use policy_finder_pack::{Exact, order};

use super::leaf::Leaf;
use super::outcome::ConditionOutcome;
use super::trace::{Span, Trace};
use super::unit::unit_of;
use super::value::{InputKey, Value};
use super::wording;

/// A condition of which only the outcome is known.
pub fn plain(
    condition: &Condition,
    veto: bool,
    holds: Option<bool>,
    given: Option<Span>,
    mut missing: Vec<InputKey>,
) -> ConditionOutcome {
    order::sort(&mut missing);
    missing.dedup();
    let (text, clause) = (Span::default(), condition.clause);
    ConditionOutcome { text, veto, clause, holds, required: None, given, gap: None, missing }
}

/// Says what is required and given.
pub fn describe(leaf: &Leaf, root: NodeId, outcome: &mut ConditionOutcome, trace: &mut Trace) {
    let book = leaf.scope.book;
    let given = |trace: &mut Trace, node: NodeId, unit: &Unit| {
        let value = leaf.value(node).ok()?;
        let from = trace.here();
        trace.value(book, &value, unit);
        Some(trace.since(from))
    };
    let options = |trace: &mut Trace, verb: &str, unit: &Unit, options: &[u32]| {
        let from = trace.here();
        trace.push(verb);
        wording::push_options(&mut trace.words, book, unit, options.iter().copied());
        Some(trace.since(from))
    };
    match &leaf.scope.nodes[root.0 as usize] {
        Node::Compare { comparison, left, right } => {
            let (Ok(a), Ok(b)) = (leaf.value(*left), leaf.value(*right)) else { return };
            let unit = unit_of(leaf, *left).or_else(|| unit_of(leaf, *right)).unwrap_or(Cow::Owned(Unit::Bool));
            let from = trace.here();
            trace.push(wording::comparison(*comparison));
            trace.push(" ");
            trace.value(book, &b, &unit);
            outcome.required = Some(trace.since(from));
            let from = trace.here();
            trace.value(book, &a, &unit);
            outcome.given = Some(trace.since(from));
            if let (Value::Number(a), Value::Number(b), Some(false)) = (&a, &b, outcome.holds)
                && !matches!(comparison, Comparison::Equal | Comparison::NotEqual)
                && let Some(difference) = a.as_point().zip(b.as_point()).and_then(|(a, b)| a.checked_sub(b))
                && !difference.is_zero()
            {
                let from = trace.here();
                trace.push("差 ");
                let size = if difference < Exact::ZERO { -difference } else { difference };
                wording::push_gap(&mut trace.words, size, &unit);
                outcome.gap = Some(trace.since(from));
            }
        }
        Node::OneOf { value, options: names, negated } => {
            let unit = unit_of(leaf, *value).unwrap_or(Cow::Owned(Unit::Text));
            outcome.required = options(trace, if *negated { "不属于 " } else { "" }, &unit, names);
            outcome.given = given(trace, *value, &unit);
        }
        Node::Has { value, options: names } => {
            let unit = unit_of(leaf, *value).unwrap_or(Cow::Owned(Unit::Text));
            outcome.required = options(trace, "具有 ", &unit, names);
            outcome.given = given(trace, *value, &unit);
        }
        Node::Between { value, .. } => {
            let unit = unit_of(leaf, *value).unwrap_or(Cow::Owned(Unit::Bool));
            outcome.given = given(trace, *value, &unit);
        }
        Node::Field { .. } => {
            outcome.required = Some(trace.note(if outcome.veto { "否" } else { "是" }));
            outcome.given = given(trace, root, &unit_of(leaf, root).unwrap_or(Cow::Owned(Unit::Bool)));
        }
        _ => {}
    }
}

/// The line of a condition; `text` is the condition as written.
pub fn step(outcome: &mut ConditionOutcome, text: &str, trace: &mut Trace, leaf: Option<&Leaf>) {
    let from = trace.here();
    let (form, word) = if outcome.veto { ("veto", "否决项") } else { ("condition", "条件") };
    trace.push(word);
    trace.push("「");
    outcome.text = trace.note(text);
    trace.push("」");
    if let Some(given) = outcome.given {
        trace.push(":");
        trace.repeat(given);
        if let Some(required) = outcome.required
            && trace.text(required).starts_with(['≥', '≤', '>', '<', '=', '≠'])
        {
            trace.push(" ");
            trace.repeat(required);
        }
    }
    trace.push(" —— ");
    trace.push(match (outcome.veto, outcome.holds) {
        (false, Some(true)) => "符合",
        (false, Some(false)) => "不符合",
        (true, Some(true)) => "已触发",
        (true, Some(false)) => "未触发",
        (_, None) => "未知",
    });
    if let Some(gap) = outcome.gap {
        trace.push(",");
        trace.repeat(gap);
    }
    if let Some(leaf) = leaf
        && outcome.passed().is_none()
    {
        for (position, key) in outcome.missing.iter().enumerate() {
            trace.push(if position == 0 { ",缺 " } else { "、" });
            trace.push(&key.words(leaf.scope.book));
        }
    }
    trace.step(form, from, outcome.clause);
}

/// Why a condition that fails refuses the benefit.
pub fn refusal(outcome: &ConditionOutcome, trace: &mut Trace) -> Span {
    let from = trace.here();
    if outcome.veto {
        trace.push("触发否决项「");
        trace.repeat(outcome.text);
        trace.push("」");
        return trace.since(from);
    }
    if outcome.required.is_none() && outcome.given.is_none() && outcome.gap.is_none() {
        trace.push("不符合");
    }
    trace.push("「");
    trace.repeat(outcome.text);
    trace.push("」");
    let mut separator = ":";
    let second = if outcome.required.is_some() { "贵司 " } else { "" };
    for (verb, said) in [("要求 ", outcome.required), (second, outcome.given), ("", outcome.gap)] {
        if let Some(said) = said {
            trace.push(separator);
            trace.push(verb);
            trace.repeat(said);
            separator = ";";
        }
    }
    trace.since(from)
}
