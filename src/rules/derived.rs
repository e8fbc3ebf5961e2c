//! Fields that follow from others.

use policy_finder_pack::order;
use policy_finder_pack::rules::{Derived, Node, NodeId, Unit};

use super::leaf::{Alternative, Leaf, MAX_INNER_DEPTH, Split, Stop};
use super::scope::Scope;
use super::table::RowChoice;
use super::value::{InputKey, Value};
use super::wording;

/// `None` stands for «no value».
pub(super) type Possible = (Vec<Option<Value>>, Vec<InputKey>);

impl Leaf<'_> {
    /// A field that follows from others: the hull over what is open in them.
    pub(super) fn derived(&self, key: &InputKey, derived: &Derived, year: Option<i32>) -> Result<Value, Stop> {
        let (values, missing) = self.possible(key, derived, year.unwrap_or(self.scope.event_year));
        // Where it can follow for some of what is open, that is asked first; else the field itself is.
        if values.contains(&None) {
            if missing.is_empty() || values.iter().all(Option::is_none) {
                return self.unknown(key);
            }
            return match self.missing_of(|| self.unknown(key)).0 {
                Ok(value) => {
                    self.note_missing(missing);
                    Ok(value)
                }
                Err(Stop::Split(split)) => Err(Stop::Split(Split { missing, ..split })),
                Err(stop) => Err(stop),
            };
        }
        let mut joined: Option<Value> = None;
        let mut options: Vec<u32> = Vec::new();
        for value in values.into_iter().flatten() {
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
        order::sort(&mut options);
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

    /// Every value that a derived field can have, and what they depend on. Found once a session, since many benefits ask.
    fn possible(&self, key: &InputKey, derived: &Derived, event_year: i32) -> Possible {
        let Scope { book, as_of, session, .. } = *self.scope;
        let same = |(field, year, _): &&(InputKey, i32, Possible)| field == key && *year == event_year;
        let known = session.derived.borrow().iter().find(same).map(|(_, _, possible)| possible.clone());
        if let Some((values, missing)) =
            known.filter(|(_, missing)| missing.iter().all(|m| !self.assumed.contains_key(m)))
        {
            return (values, missing);
        }
        let Derived { nodes, lets, tables, .. } = derived;
        let scope = Scope { book, nodes, lets, tables, event_year, as_of, session };
        let mut root = Leaf::new(&scope, self.inputs);
        root.assumed.clone_from(&self.assumed);
        let (mut values, mut missing) = (Vec::new(), Vec::new());
        root.alternatives(derived.expr.root, 0, &mut values, &mut missing);
        order::sort(&mut missing);
        missing.dedup();
        if self.assumed.is_empty() {
            session.derived.borrow_mut().push((key.clone(), event_year, (values.clone(), missing.clone())));
        }
        (values, missing)
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
