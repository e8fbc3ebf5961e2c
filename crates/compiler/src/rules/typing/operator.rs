//! What operators make of both sides: units must fit.

use std::ops::Range;

use policy_finder_pack::rules::{Comparison, Node, Unit};
use policy_finder_pack::{Dimension, Exact};

use super::super::syntax::{Ast, Form, Operator};
use super::super::{Fault, functions};
use super::{Lowering, Result, Typed, describe};

impl Lowering<'_> {
    pub(super) fn negate(&mut self, inner: &Ast, span: Range<usize>) -> Result<Typed> {
        if let Form::Quantity { quantity, text } = &inner.form {
            let node = Node::Number { value: -quantity.value, text: format!("-{text}") };
            return Ok(Typed { id: self.push(node), unit: Unit::Number(quantity.dimension.clone()) });
        }
        let (id, dimension) = self.quantity(inner).map_err(|fault| Fault { span, ..fault })?;
        let zero = self.push(Node::Number { value: Exact::ZERO, text: format!("0{dimension}") });
        Ok(Typed { id: self.push(Node::Subtract(zero, id)), unit: Unit::Number(dimension) })
    }

    pub(super) fn binary(&mut self, operator: Operator, left: &Ast, right: &Ast, span: Range<usize>) -> Result<Typed> {
        let (a, b) = (self.lower(left)?, self.lower(right)?);
        let months = Unit::Number(Dimension::months());
        let days = Unit::Number(Dimension::days());
        let (node, unit) = match (operator, &a.unit, &b.unit) {
            (Operator::Multiply, Unit::Number(x), Unit::Number(y)) => {
                (Node::Multiply(a.id, b.id), Unit::Number(x.times(y)))
            }
            (Operator::Divide, Unit::Number(x), Unit::Number(y)) => (Node::Divide(a.id, b.id), Unit::Number(x.per(y))),
            (Operator::Add, Unit::Year, unit) if *unit == months => {
                (Node::AddToYear { year: a.id, months: b.id }, Unit::Year)
            }
            (Operator::Subtract, Unit::Year, unit) if *unit == months => {
                (Node::SubtractFromYear { year: a.id, months: b.id }, Unit::Year)
            }
            (Operator::Subtract, Unit::Year, Unit::Year) => (Node::YearsBetween { later: a.id, earlier: b.id }, months),
            (Operator::Add, Unit::Date, unit) if *unit == days => {
                (Node::AddToDate { date: a.id, days: b.id }, Unit::Date)
            }
            (Operator::Subtract, Unit::Date, unit) if *unit == days => {
                (Node::SubtractFromDate { date: a.id, days: b.id }, Unit::Date)
            }
            (Operator::Subtract, Unit::Date, Unit::Date) => (Node::Subtract(a.id, b.id), days),
            (Operator::Add | Operator::Subtract, Unit::Number(_), Unit::Number(_))
                if let Some(unit) = self.same(&a, &b) =>
            {
                let node = if operator == Operator::Add { Node::Add(a.id, b.id) } else { Node::Subtract(a.id, b.id) };
                (node, unit)
            }
            _ => {
                let verb = match operator {
                    Operator::Add => "added",
                    Operator::Subtract => "subtracted",
                    Operator::Multiply => "multiplied",
                    Operator::Divide => "divided",
                };
                let message = format!("{} and {} cannot be {verb}", describe(&a.unit), describe(&b.unit));
                return Err(Fault::new(span, "unit_mismatch", message)
                    .hint("both sides need the same unit; × and / take numbers"));
            }
        };
        Ok(Typed { id: self.push(node), unit })
    }

    pub(super) fn compare(
        &mut self,
        comparison: Comparison,
        left: &Ast,
        right: &Ast,
        span: Range<usize>,
    ) -> Result<Typed> {
        for (call, other, comparison) in [(left, right, comparison), (right, left, mirrored(comparison))] {
            if let Form::Call { name, arguments } = &call.form
                && name == "复合增长率"
            {
                return functions::compound_growth(self, comparison, arguments, other, call.span.clone());
            }
        }
        for (field, option) in [(left, right), (right, left)] {
            let Form::Name(word) = &option.form else { continue };
            // Options are words of their field: the other side says which.
            if matches!(word.as_str(), "本年" | "上年" | "前年" | "是" | "否")
                || self.field(word).is_some()
                || self.lets.iter().any(|l| l.name == *word)
            {
                continue;
            }
            let typed = self.lower(field)?;
            let (Unit::Option(_) | Unit::ItemOption(..) | Unit::NestedOption(..)) = typed.unit else {
                if let Unit::Options(_) = typed.unit {
                    return Err(Fault::new(span, "options_compared", "a field with several answers is not compared")
                        .hint(format!("write 具有 {{{word}}}")));
                }
                continue;
            };
            let index = self.option_of(&typed.unit, word, option.span.clone())?;
            let negated = match comparison {
                Comparison::Equal => false,
                Comparison::NotEqual => true,
                _ => {
                    return Err(Fault::new(span, "unit_mismatch", "options have no order")
                        .hint("compare them with = or ≠, or write 属于 {甲, 乙}"));
                }
            };
            return Ok(Typed {
                id: self.push(Node::OneOf { value: typed.id, options: vec![index], negated }),
                unit: Unit::Bool,
            });
        }
        let (a, b) = (self.lower(left)?, self.lower(right)?);
        let unit = self.same(&a, &b).ok_or_else(|| {
            let message = format!("{} cannot be compared with {}", describe(&a.unit), describe(&b.unit));
            let fault = Fault::new(span.clone(), "unit_mismatch", message);
            match (&a.unit, &b.unit) {
                (Unit::Date, Unit::Year) | (Unit::Year, Unit::Date) => fault.hint("take the year of the date: 年份(…)"),
                (Unit::Number(x), Unit::Number(y)) => {
                    match money_hint(&x.per(y)).filter(|_| x.is_money() || y.is_money()) {
                        Some(hint) => fault.hint(hint),
                        None => fault.hint("both sides need the same unit"),
                    }
                }
                _ => fault.hint("both sides need the same unit"),
            }
        })?;
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        match unit {
            Unit::Number(_) | Unit::Year | Unit::Date => {}
            Unit::Bool | Unit::Text if equality => {}
            Unit::Bool => {
                return Err(
                    Fault::new(span, "unit_mismatch", "yes and no have no order").hint("compare them with = or ≠")
                );
            }
            _ => return Err(Fault::new(span, "unit_mismatch", format!("{} cannot be compared", describe(&unit)))),
        }
        Ok(Typed { id: self.push(Node::Compare { comparison, left: a.id, right: b.id }), unit: Unit::Bool })
    }

    pub(super) fn member(&mut self, value: &Ast, names: &[(String, Range<usize>)], has: bool) -> Result<Typed> {
        let typed = self.lower(value)?;
        match (&typed.unit, has) {
            (Unit::Option(_) | Unit::ItemOption(..) | Unit::NestedOption(..), false) | (Unit::Options(_), true) => {}
            (Unit::Option(_) | Unit::ItemOption(..) | Unit::NestedOption(..), true) => {
                return Err(Fault::new(
                    value.span.clone(),
                    "unit_mismatch",
                    "the field has one answer: 具有 is for several",
                )
                .hint("write 属于 {甲, 乙}"));
            }
            (Unit::Options(_), false) => {
                return Err(Fault::new(
                    value.span.clone(),
                    "unit_mismatch",
                    "the field has several answers: 属于 is for one",
                )
                .hint("write 具有 {甲, 乙}"));
            }
            (other, _) => {
                return Err(Fault::new(
                    value.span.clone(),
                    "unit_mismatch",
                    format!("options are expected here, this is {}", describe(other)),
                ));
            }
        };
        let mut options = Vec::with_capacity(names.len());
        for (name, span) in names {
            options.push(self.option_of(&typed.unit, name, span.clone())?);
        }
        options.sort();
        options.dedup();
        let node = if has {
            Node::Has { value: typed.id, options }
        } else {
            Node::OneOf { value: typed.id, options, negated: false }
        };
        Ok(Typed { id: self.push(node), unit: Unit::Bool })
    }
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        other => other,
    }
}

/// What a wrong dimension probably comes from.
pub(super) fn money_hint(dimension: &Dimension) -> Option<String> {
    let text = dimension.to_string();
    if text.contains("美元") {
        return Some("foreign money needs an exchange rate at a named date".to_owned());
    }
    let extra = dimension.per(&Dimension::money());
    if extra == Dimension::months() {
        return Some("a rate for a year is written 2%/年, a standard for a month 1000元/月".to_owned());
    }
    let extra = extra.to_string();
    if dimension.is_ratio() || extra.is_empty() || extra.starts_with('/') || extra.contains(['/', '·']) {
        return None;
    }
    Some(format!("is something counted per {extra}? write e.g. 2000元/{extra}"))
}
