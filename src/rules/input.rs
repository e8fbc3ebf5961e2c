//! Inputs as a leaf sees them: stated, assumed, derived, or open.

use policy_finder_pack::rules::{FieldId, FieldKind, NodeId};
use policy_finder_pack::{Date, Exact};

use super::leaf::{Alternative, Leaf, Split, Stop};
use super::number::{Affine, End, Number};
use super::value::{InputKey, Value};

impl Leaf<'_> {
    pub(super) fn field(&self, field: FieldId, year: Option<NodeId>) -> Result<Value, Stop> {
        if !self.scope.book.fields[field.0 as usize].yearly {
            return self.input(InputKey::Field { field, year: None });
        }
        let year = match year {
            None => self.scope.event_year,
            Some(id) => {
                let year = self.number(id)?.as_point().ok_or(Stop::Undefined("年度未知,无法取逐年数字"))?;
                i32::try_from(year.floor().numerator()).map_err(|_| Stop::Undefined("年度超出范围"))?
            }
        };
        self.input(InputKey::Field { field, year: Some(year) })
    }

    pub(super) fn yearly(&self, field: FieldId, year: i32) -> Result<Number, Stop> {
        match self.input(InputKey::Field { field, year: Some(year) })? {
            Value::Number(number) => Ok(number),
            _ => Err(Stop::Undefined("规则表有误:此处应为数")),
        }
    }

    /// Looks an input up; an unknown one gives the widest possible value and is noted.
    pub(super) fn input(&self, key: InputKey) -> Result<Value, Stop> {
        if let Some(value) = self.inputs.0.get(&key)
            && !self.assumed.contains_key(&key)
        {
            if let Value::Number(number) = value
                && number.as_point().is_none()
            {
                self.note_missing([key.clone()]);
                return Ok(Value::Number(self.atom(key, number.clone())));
            }
            return Ok(value.clone());
        }
        if let Some(value) = self.assumed.get(&key) {
            self.note_missing([key.clone()]);
            return Ok(match value {
                Value::Number(number) => Value::Number(self.atom(key, number.clone())),
                other => other.clone(),
            });
        }
        if let InputKey::Field { field, year } = &key
            && let Some(derived) = &self.scope.book.fields[field.0 as usize].derived
        {
            return self.derived(&key, derived, *year);
        }
        self.unknown(&key)
    }

    /// The widest value an input can have.
    pub(super) fn unknown(&self, key: &InputKey) -> Result<Value, Stop> {
        let key = key.clone();
        self.note_missing([key.clone()]);
        let Some(field) = key.declaration(self.scope.book) else {
            return Ok(Value::Number(self.atom(key, Number::at_least(Some(Exact::ZERO)))));
        };
        let range = match &field.kind {
            FieldKind::Number(_) => {
                let end = |bound: Option<Exact>| bound.map_or(End::INFINITE, End::closed);
                Number::of_ends(end(field.min), end(field.max))
            }
            FieldKind::Year => Number::between(Exact::integer(1900), Exact::integer(2200)),
            FieldKind::Date => {
                let day = |year| Date::new(year, 1, 1).map_or(0, Date::day_number);
                Number::between(Exact::integer(day(1900).into()), Exact::integer(day(2200).into()))
            }
            FieldKind::Bool => return Ok(Value::Truth(None)),
            FieldKind::Text => return Ok(Value::Text(None)),
            FieldKind::List(_) => return Err(Stop::Undefined("规则表有误:清单不是一个数")),
            FieldKind::Options(_) => return Ok(Value::Options(None)),
            FieldKind::Option(options) => {
                let alternatives = options.iter().enumerate().map(|(index, name)| Alternative {
                    label: format!("{} = {name}", key.label(self.scope.book)),
                    inputs: vec![(key.clone(), Value::Option(index as u32))],
                    row: None,
                });
                return Err(Stop::Split(Split { alternatives: alternatives.collect(), missing: vec![key] }));
            }
        };
        Ok(Value::Number(self.atom(key, range)))
    }

    /// A range that remembers which input it is.
    pub(super) fn atom(&self, key: InputKey, range: Number) -> Number {
        if range.as_point().is_some() {
            return range;
        }
        let mut atoms = self.atoms.borrow_mut();
        let index = atoms.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
            atoms.push((key, range.clone().without_form()));
            atoms.len() - 1
        });
        let form = Affine { constant: Exact::ZERO, terms: vec![(index, Exact::ONE)] };
        Number::new(range.low(), range.high(), Some(form))
    }

    /// Narrows a number by its linear form.
    pub fn tighten(&self, number: Number) -> Result<Number, Stop> {
        let Some(form) = number.form() else { return Ok(number) };
        // Every input cancelled out: the form is the value.
        if form.terms.is_empty() {
            return Ok(Number::point(form.constant));
        }
        let mut range = Number::point(form.constant);
        for &(atom, coefficient) in &form.terms {
            let input = self.atoms.borrow()[atom].1.mul(&Number::point(coefficient))?;
            range = range.add(&input)?;
        }
        Ok(number.intersect(&range))
    }
}
