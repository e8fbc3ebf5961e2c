//! Fields that follow from others.

use policy_finder_pack::rules::{Derived, Node, NodeId, Unit};

use super::leaf::{Alternative, Leaf, MAX_INNER_DEPTH, Split, Stop};
use super::scope::Scope;
use super::table::RowChoice;
use super::value::{InputKey, Value};
use super::wording;

impl Leaf<'_> {
    /// A field that follows from others: the hull over what is open in them.
    pub(super) fn derived(&self, key: &InputKey, derived: &Derived, year: Option<i32>) -> Result<Value, Stop> {
        let scope = Scope {
            book: self.scope.book,
            nodes: &derived.nodes,
            lets: &derived.lets,
            tables: &derived.tables,
            event_year: year.unwrap_or(self.scope.event_year),
            as_of: self.scope.as_of,
            session: self.scope.session,
        };
        let mut root = Leaf::new(&scope, self.inputs);
        root.assumed.clone_from(&self.assumed);
        let mut values = Vec::new();
        let mut missing = Vec::new();
        root.alternatives(derived.expr.root, 0, &mut values, &mut missing);
        missing.sort_unstable();
        missing.dedup();
        let mut joined: Option<Value> = None;
        let mut options: Vec<u32> = Vec::new();
        for value in values {
            let Some(value) = value else { return self.unknown(key) };
            if let Value::Option(option) = value {
                options.push(option);
            }
            joined = Some(match (joined, value) {
                (None, Value::Number(n)) => Value::Number(n.without_form()),
                (None, value) => value,
                (Some(Value::Number(a)), Value::Number(b)) => Value::Number(a.hull(&b)),
                (Some(a), b) if a == b => a,
                (Some(Value::Truth(_)), Value::Truth(_)) => Value::Truth(None),
                (Some(a), _) => a,
            });
        }
        options.sort_unstable();
        options.dedup();
        if options.len() > 1 {
            let unit = match key {
                InputKey::Field { field, .. } => wording::field_unit(self.scope.book, *field),
                _ => Unit::Text,
            };
            let label = key.label(self.scope.book);
            let alternatives = options.into_iter().map(|option| Alternative {
                label: [&label, " = ", wording::option_name(self.scope.book, &unit, option)].concat(),
                inputs: vec![(key.clone(), Value::Option(option))],
                row: None,
            });
            let missing = if missing.is_empty() { vec![key.clone()] } else { missing };
            return Err(Stop::Split(Split { alternatives: alternatives.collect(), missing }));
        }
        match joined {
            None => self.unknown(key),
            Some(Value::Number(number)) if number.as_point().is_none() => {
                self.note_missing(missing);
                Ok(Value::Number(self.atom(key.clone(), number)))
            }
            Some(value) => {
                if matches!(value, Value::Truth(None)) {
                    self.note_missing(missing);
                }
                Ok(value)
            }
        }
    }

    /// Every value a node can have, `None` where it has none.
    pub(super) fn alternatives(
        &self,
        id: NodeId,
        depth: usize,
        values: &mut Vec<Option<Value>>,
        missing: &mut Vec<InputKey>,
    ) {
        if let Node::If { condition, then, otherwise } = &self.scope.nodes[id.0 as usize]
            && let Ok(truth) = self.truth(*condition)
        {
            missing.extend(self.take_missing());
            for (branch, taken) in [(then, true), (otherwise, false)] {
                if truth.is_none_or(|truth| truth == taken) {
                    self.alternatives(*branch, depth, values, missing);
                }
            }
            return;
        }
        if let Node::Column { table, keys, column } = &self.scope.nodes[id.0 as usize]
            && let Ok(RowChoice::Row(row)) = super::table::choice(self, *table, keys.as_deref())
            && let Some(value) = self.scope.tables[*table as usize].rows[row].values.get(*column as usize)
        {
            return self.alternatives(value.root, depth, values, missing);
        }
        match self.value(id) {
            Ok(value) => values.push(Some(value)),
            Err(Stop::Split(split)) if depth < MAX_INNER_DEPTH => {
                missing.extend(split.missing);
                for alternative in &split.alternatives {
                    self.assume(alternative).alternatives(id, depth + 1, values, missing);
                }
            }
            Err(_) => values.push(None),
        }
        missing.extend(self.take_missing());
    }
}
