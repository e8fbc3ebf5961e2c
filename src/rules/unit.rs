//! In which unit the value of an expression is written.

use std::borrow::Cow;

use policy_finder_pack::rules::{ListFunction, Node, NodeId, Unit};
use policy_finder_pack::{Dimension, units};

use super::leaf::Leaf;
use super::wording::{field_unit, item_unit, nested_unit};

/// The unit of a node's value; `None` where it has none of its own.
pub fn unit_of<'a>(leaf: &Leaf<'a>, id: NodeId) -> Option<Cow<'a, Unit>> {
    let book = leaf.scope.book;
    let unit = match &leaf.scope.nodes[id.0 as usize] {
        Node::Field { field, .. } | Node::HighestEver(field) | Node::HighestRecent { field, .. } => {
            field_unit(book, *field)
        }
        Node::Item { list, field } => item_unit(book, *list, *field),
        Node::Nested { list, column, field } => nested_unit(book, *list, *column, *field),
        Node::Let(index) => return Some(Cow::Borrowed(&leaf.scope.lets[*index as usize].expr.unit)),
        Node::Column { table, column, .. } => {
            return Some(Cow::Borrowed(&leaf.scope.tables[*table as usize].columns[*column as usize].unit));
        }
        Node::Parameter { parameter, .. } => Unit::Number(book.parameters[*parameter as usize].dimension.clone()),
        Node::Number { text, .. } => Unit::Number(units::scan(text).map_or(Dimension::RATIO, |q| q.dimension)),
        Node::Year(_)
        | Node::EventYear(_)
        | Node::AddToYear { .. }
        | Node::SubtractFromYear { .. }
        | Node::YearOf(_) => Unit::Year,
        Node::WorkdaysAfter { .. }
        | Node::Date(_)
        | Node::FilingDate
        | Node::AddToDate { .. }
        | Node::SubtractFromDate { .. } => Unit::Date,
        Node::FullYears { .. } | Node::YearsBetween { .. } => Unit::Number(Dimension::months()),
        Node::Received { .. } | Node::Due { .. } => Unit::Number(Dimension::money()),
        Node::Growth { .. } => Unit::Number(Dimension::RATIO),
        // Counts are plain numbers, not percentages.
        Node::Ordinal
        | Node::List { function: ListFunction::Count, .. }
        | Node::Records { function: ListFunction::Count, .. } => Unit::Bool,
        Node::List { body, .. } | Node::Records { body, .. } => return unit_of(leaf, (*body)?),
        Node::WorkdaysBetween { .. } => Unit::Number(Dimension::workdays()),
        Node::Add(a, _) | Node::Subtract(a, _) => return unit_of(leaf, *a),
        Node::Multiply(a, b) => product(leaf, *a, *b, Dimension::times)?,
        Node::Divide(a, b) => product(leaf, *a, *b, Dimension::per)?,
        Node::Min(parts) | Node::Max(parts) => return unit_of(leaf, *parts.first()?),
        Node::If { then, .. } => return unit_of(leaf, *then),
        _ => return None,
    };
    Some(Cow::Owned(unit))
}

fn product(leaf: &Leaf, a: NodeId, b: NodeId, of: impl Fn(&Dimension, &Dimension) -> Dimension) -> Option<Unit> {
    match (&*unit_of(leaf, a)?, &*unit_of(leaf, b)?) {
        (Unit::Number(a), Unit::Number(b)) => Some(Unit::Number(of(a, b))),
        _ => None,
    }
}
