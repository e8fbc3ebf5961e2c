//! Named steps and tables, lowered when they are first used.

use std::ops::Range;

use policy_finder_pack::rules::{Let, Node, NodeId, Table, Unit};

use super::super::Fault;
use super::super::syntax::Ast;
use super::{ListAt, Lowering, Result, State, Typed, describe};
use crate::keys::closest;

impl Lowering<'_> {
    /// Lowers a step when it is first used; its unit.
    pub(super) fn named_step(&mut self, index: usize, span: Range<usize>) -> Result<Unit> {
        let unit = self.lowered_step(index, span.clone())?;
        if self.lets[index].of_item {
            self.within_item(&self.lets[index].name.clone(), span)?;
        }
        Ok(unit)
    }

    /// What speaks of the item of `each` has no meaning elsewhere.
    fn within_item(&mut self, name: &str, span: Range<usize>) -> Result<()> {
        if self.items.len() != 1 || self.items.first() != self.each.map(ListAt::of).as_ref() {
            let message = format!("“{name}” speaks of a single item, which has no meaning here");
            return Err(Fault::new(span, "item_outside", message).hint("use it in amount, item_need or a cap 每项"));
        }
        self.of_item = true;
        Ok(())
    }

    pub(super) fn lowered_step(&mut self, index: usize, span: Range<usize>) -> Result<Unit> {
        match &self.lets[index].state {
            State::Done(Some(step)) => return Ok(step.expr.unit.clone()),
            State::Done(None) => return Err(Fault::silent()),
            State::Open => {
                return Err(Fault::new(span, "cycle", format!("“{}” depends on itself", self.lets[index].name))
                    .hint("break the circle"));
            }
            State::New => self.lets[index].state = State::Open,
        }
        let words = self.lets[index].words.clone();
        let outer = std::mem::replace(&mut self.of_item, false);
        let expr = self.per_item(|lowering| lowering.expression(&words));
        self.lets[index].of_item = std::mem::replace(&mut self.of_item, outer);
        let name = self.lets[index].name.clone();
        let unit = expr.as_ref().map(|e| e.unit.clone());
        self.lets[index].state = State::Done(expr.map(|expr| Let { name, expr, shown: false }));
        unit.ok_or_else(Fault::silent)
    }

    /// Lowers a table when it is first used.
    pub(super) fn table(&mut self, index: usize, span: Range<usize>) -> Result<&Table> {
        match &self.tables[index].state {
            State::Done(None) => return Err(Fault::silent()),
            State::Open => {
                let name = &self.tables[index].source.name.text;
                return Err(Fault::new(span, "cycle", format!("『{name}』 depends on itself")).hint("break the circle"));
            }
            State::Done(Some(_)) => {}
            State::New => {
                self.tables[index].state = State::Open;
                let source = self.tables[index].source.clone();
                let outer = std::mem::replace(&mut self.of_item, false);
                let table = self.per_item(|lowering| source.lower(lowering));
                self.tables[index].of_item = std::mem::replace(&mut self.of_item, outer);
                self.tables[index].state = State::Done(table);
            }
        }
        match &self.tables[index].state {
            State::Done(Some(table)) => Ok(table),
            _ => Err(Fault::silent()),
        }
    }

    pub(super) fn column(
        &mut self,
        name: &str,
        keys: Option<&[Ast]>,
        column: &str,
        column_span: Range<usize>,
        span: Range<usize>,
    ) -> Result<Typed> {
        let name_span = span.start..span.start + name.len();
        let Some(index) = self.tables.iter().position(|table| table.source.name.text == name) else {
            if self.broken.iter().any(|broken| broken == name) {
                return Err(Fault::silent());
            }
            let near = closest(name, self.tables.iter().map(|table| table.source.name.text.as_str()));
            let fault = Fault::new(name_span, "unknown_table", format!("this benefit has no table 『{name}』"));
            return Err(match near {
                Some(near) => fault.hint(format!("did you mean {near}?")),
                None => fault.hint("tables follow in the same block, under [[table]] with a name"),
            });
        };
        self.table(index, name_span.clone())?;
        if self.tables[index].of_item && keys.is_none() {
            self.within_item(name, name_span.clone())?;
        }
        let table = self.table(index, name_span)?;
        let Some(position) = table.columns.iter().position(|c| c.name == column) else {
            let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
            let fault = Fault::new(column_span, "unknown_column", format!("『{name}』 has no column “{column}”"));
            return Err(fault.hint(format!("its columns are: {}", names.join(", "))));
        };
        let unit = table.columns[position].unit.clone();
        let expected: Vec<Unit> = table.keys.iter().map(|key| key.unit.clone()).collect();
        let keys = match keys {
            None => None,
            Some(asts) if asts.len() == expected.len() => {
                let mut nodes = Vec::with_capacity(asts.len());
                for (ast, unit) in asts.iter().zip(&expected) {
                    nodes.push(self.key(ast, unit)?);
                }
                Some(nodes)
            }
            Some(asts) => {
                let message = format!("『{name}』 is looked up by {} values, {} are given", expected.len(), asts.len());
                return Err(Fault::new(span, "wrong_arguments", message));
            }
        };
        let node = Node::Column { table: index as u32, keys, column: position as u32 };
        Ok(Typed { id: self.push(node), unit })
    }

    /// A key given in the place of a table's own: option fields may differ if their options are the same.
    fn key(&mut self, ast: &Ast, unit: &Unit) -> Result<NodeId> {
        if matches!(unit, Unit::Option(_) | Unit::ItemOption(..) | Unit::NestedOption(..)) {
            let typed = self.lower(ast)?;
            if self.options(&typed.unit).is_some() && self.options(&typed.unit) == self.options(unit) {
                return Ok(typed.id);
            }
            let message = format!("the table is looked up by {}, this is {}", describe(unit), describe(&typed.unit));
            let fault = Fault::new(ast.span.clone(), "unit_mismatch", message);
            return Err(fault.hint("both fields need the same options in the same order"));
        }
        self.of_unit(ast, unit)
    }
}
