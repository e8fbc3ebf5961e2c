//! Fields that follow from others: `[field.derived]` of the vocabulary.

use std::collections::BTreeSet;

use policy_finder_pack::rules::{Derived, FieldId, RuleBook, Unit};

use super::Fault;
use super::table::TableSource;
use super::typing::{Lowering, Names, describe};
use crate::diagnostic::Diagnostic;
use crate::keys::{Keys, Words};
use crate::model::Corpus;

/// How a field follows from others, still as text.
#[derive(Clone, Debug)]
pub struct DerivedSource {
    field: usize,
    lets: Vec<Words>,
    value: Words,
    tables: Vec<Result<TableSource, Option<String>>>,
}

impl DerivedSource {
    pub fn read(field: usize, mut keys: Keys, diagnostics: &mut Vec<Diagnostic>) -> Option<DerivedSource> {
        let start = keys.start();
        let lets = keys.strings("let", diagnostics);
        let value = keys.string("value", diagnostics);
        let tables = keys.tables("table", "table", diagnostics).into_iter();
        let tables = tables.map(|table| TableSource::read(table, &["value", "let"], diagnostics)).collect();
        keys.finish(&[], diagnostics);
        let Some(value) = value else {
            let fault = Diagnostic::error("required_key", start, "the field does not say what it follows from");
            diagnostics.push(fault.hint("add value = \"研发费用 / 营业收入\""));
            return None;
        };
        Some(DerivedSource { field, lets, value, tables })
    }
}

/// Lowers all derived fields into the book's fields; circles among them are reported.
pub fn compile(corpus: &Corpus, book: &mut RuleBook, diagnostics: &mut Vec<Diagnostic>) {
    let none = BTreeSet::new();
    for source in &corpus.vocabulary.derived {
        let names = Names { corpus, benefits: &none, policy: "", own: None };
        let errors = diagnostics.len();
        let mut lowering = Lowering::new(names, diagnostics);
        let field = FieldId(source.field as u32);
        let unit = lowering.field_unit(field);
        if let Unit::Option(field) = unit {
            lowering.set_options_of(field);
        }
        lowering.declare_lets(source.lets.clone());
        for table in source.tables.clone() {
            lowering.declare_table(table);
        }
        let Some(expr) = lowering.expression(&source.value) else { continue };
        if expr.unit != unit {
            let message = format!("the field holds {}, this is {}", describe(&unit), describe(&expr.unit));
            lowering.report(&source.value, Fault::new(0..source.value.text.len(), "unit_mismatch", message));
        }
        let (nodes, lets, tables) = lowering.finish(false);
        if diagnostics[errors..].iter().all(|d| d.severity != crate::diagnostic::Severity::Error) {
            book.fields[source.field].derived = Some(Box::new(Derived { nodes, lets, tables, expr }));
        }
    }
    for source in &corpus.vocabulary.derived {
        // One report a circle, at its first field.
        if let Some(circle) = book.circle(source.field).filter(|circle| circle.iter().min() == Some(&source.field)) {
            let names: Vec<&str> = circle.iter().map(|field| book.fields[*field].name.as_str()).collect();
            let message = format!("derived fields form a circle: {}", names.join(" → "));
            diagnostics.push(Diagnostic::error("cycle", source.value.place(), message).hint("break the circle"));
        }
    }
}
