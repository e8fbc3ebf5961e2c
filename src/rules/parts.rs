//! Here is a condition joined of others: how did each of them turn out?
//!
//! For reports alone: a verdict needs the whole, and stops at the first part that decides it.

use policy_finder_pack::order;
use policy_finder_pack::rules::{Condition, Node, NodeId};

use super::condition;
use super::leaf::{Leaf, Stop};
use super::outcome::ConditionOutcome;
use super::scope::Scope;
use super::trace::{Span, Trace};
use super::value::{InputKey, Inputs, Value};

/// How parts make a whole: 且, 或, 非.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    All,
    Any,
    Not,
}

impl Joined {
    pub fn name(self) -> &'static str {
        match self {
            Joined::All => "all",
            Joined::Any => "any",
            Joined::Not => "not",
        }
    }
}

/// A part of a condition: whether it holds as written, and its own parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub text: String,
    pub holds: Option<bool>,
    pub required: Option<String>,
    pub given: Option<String>,
    pub gap: Option<String>,
    pub missing: Vec<InputKey>,
    pub parts: Option<(Joined, Vec<Part>)>,
}

/// The parts of a condition, `None` where it is a single one.
pub fn parts(scope: &Scope, inputs: &Inputs, condition: &Condition) -> Option<(Joined, Vec<Part>)> {
    if !matches!(scope.nodes[condition.expr.root.0 as usize], Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Let(_))
    {
        return None;
    }
    parts_of(&Leaf::new(scope, inputs), condition.expr.root, &condition.expr.text)
}

fn parts_of(leaf: &Leaf, id: NodeId, text: &str) -> Option<(Joined, Vec<Part>)> {
    let text = without_brackets(text);
    let (joined, nodes, texts) = match &leaf.scope.nodes[id.0 as usize] {
        Node::And(nodes) => (Joined::All, nodes.as_slice(), split(text, '且')),
        Node::Or(nodes) => (Joined::Any, nodes.as_slice(), split(text, '或')),
        Node::Not(node) => (Joined::Not, std::slice::from_ref(node), vec![text.strip_prefix('非')?]),
        Node::Let(index) => {
            let expr = &leaf.scope.lets[*index as usize].expr;
            return parts_of(leaf, expr.root, &expr.text);
        }
        _ => return None,
    };
    let parts = nodes.iter().zip(&texts).map(|(node, text)| part(leaf, *node, without_brackets(text)));
    (nodes.len() == texts.len()).then(|| (joined, parts.collect()))
}

fn part(leaf: &Leaf, id: NodeId, text: &str) -> Part {
    let (result, mut missing) = leaf.missing_of(|| leaf.hulled(id, 0));
    let (holds, why) = match result {
        Ok(Value::Truth(holds)) => (holds, None),
        Ok(_) => (None, None),
        Err(Stop::NoRow(why)) => (Some(false), Some(why)),
        Err(Stop::NotFound(why)) => (None, Some(why)),
        Err(Stop::Undefined(why)) => (None, Some(why.to_owned())),
        Err(Stop::Split(_)) => (None, None),
    };
    order::sort(&mut missing);
    missing.dedup();
    let mut trace = Trace::default();
    let mut outcome = ConditionOutcome {
        text: Span::default(),
        veto: false,
        clause: 0,
        holds,
        required: None,
        given: why.map(|why| trace.note(&why)),
        gap: None,
        missing: Vec::new(),
    };
    if outcome.given.is_none() {
        leaf.missing_of(|| condition::describe(leaf, id, &mut outcome, &mut trace));
    }
    let said = |span: Option<Span>| span.map(|span| trace.text(span).to_owned());
    Part {
        text: text.to_owned(),
        holds,
        required: said(outcome.required),
        given: said(outcome.given),
        gap: said(outcome.gap),
        missing,
        parts: parts_of(leaf, id, text),
    }
}

fn depth_after(depth: i32, c: char) -> i32 {
    match c {
        '(' | '{' | '[' | '\u{ff08}' | '「' => depth + 1,
        ')' | '}' | ']' | '\u{ff09}' | '」' => depth - 1,
        _ => depth,
    }
}

/// The words between an operator that stands outside of brackets.
fn split(text: &str, operator: char) -> Vec<&str> {
    let (mut parts, mut from, mut depth, mut before) = (Vec::new(), 0, 0, ' ');
    for (at, c) in text.char_indices() {
        depth = depth_after(depth, c);
        let after = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let edge = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '}' | '\u{ff08}' | '\u{ff09}');
        if c == operator && depth == 0 && edge(before) && edge(after) {
            parts.push(text[from..at].trim());
            from = at + c.len_utf8();
        }
        before = c;
    }
    parts.push(text[from..].trim());
    parts
}

/// Without the brackets that hold the whole.
fn without_brackets(text: &str) -> &str {
    let text = text.trim();
    let inner = |open, close| text.strip_prefix(open)?.strip_suffix(close);
    let Some(inner) = inner('(', ')').or_else(|| inner('\u{ff08}', '\u{ff09}')) else { return text };
    let mut depth = 0;
    for c in inner.chars() {
        depth = depth_after(depth, c);
        if depth < 0 {
            return text;
        }
    }
    without_brackets(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_outside_of_brackets() {
        assert_eq!(split("甲 或 (乙 或 丙) 或 丁 属于 {戊, 或许}", '或'), ["甲", "(乙 或 丙)", "丁 属于 {戊, 或许}"]);
        assert_eq!(split("(甲 且 乙)或(丙)", '或'), ["(甲 且 乙)", "(丙)"]);
        assert_eq!(without_brackets("((甲 且 乙))"), "甲 且 乙");
        assert_eq!(without_brackets("(甲) 且 (乙)"), "(甲) 且 (乙)");
    }
}
