//! What an official proof-reads: the amounts around every threshold, and the slips that no case would notice.

use policy_finder::profile::Profile;
use policy_finder::rules::{BenefitOutcome, InputKey, Number, Value, evaluate_benefit, step, wording};
use policy_finder::{Date, Engine};
use policy_finder_compiler::rules::{Case, OtherAmount};
use policy_finder_pack::rules::{Benefit, Cell, Comparison, FieldKind, Node, NodeId, RuleBook};
use policy_finder_pack::{Dimension, Exact};

use crate::cases;

/// The amount just below, at and just above one threshold.
pub struct Boundary {
    pub benefit: String,
    /// `产值[2025年]`
    pub input: String,
    /// Value and what the benefit then comes to, three times.
    pub rows: Vec<(String, String)>,
}

/// Every threshold that a stated answer is compared with, around the first case that grants something.
pub fn boundaries(engine: &Engine, cases: &[Case]) -> Vec<Boundary> {
    let book = engine.rules();
    let mut list = Vec::new();
    for benefit in &book.benefits {
        let grant = cases.iter().find(|case| {
            case.benefit == benefit.id && case.verdict.as_ref().is_some_and(|(verdict, _)| verdict == "met")
        });
        let Some((profile, as_of)) = grant.and_then(|case| inputs(engine, case)) else { continue };
        let mut seen = Vec::new();
        for (key, at) in thresholds(book, benefit, as_of.year()) {
            let stated = matches!(profile.inputs.0.get(&key), Some(Value::Number(n)) if n.as_point().is_some());
            if !stated || seen.contains(&(key.clone(), at)) {
                continue;
            }
            seen.push((key.clone(), at));
            let unit = wording::input_unit(book, &key);
            let grain = match key.declaration(book).map(|field| &field.kind) {
                Some(FieldKind::Number(dimension)) if dimension.is_money() => Exact::FEN,
                Some(FieldKind::Number(dimension)) if dimension.is_ratio() => {
                    Exact::new(1, 10_000).unwrap_or(Exact::ONE)
                }
                _ => Exact::ONE,
            };
            let rows = [at.checked_sub(grain), Some(at), at.checked_add(grain)].into_iter().flatten().map(|value| {
                let mut inputs = profile.inputs.clone();
                inputs.0.insert(key.clone(), Value::Number(Number::point(value)));
                let outcome = evaluate_benefit(book, benefit, as_of.year(), as_of, &inputs);
                (wording::exact(value, &unit), result(&outcome))
            });
            list.push(Boundary { benefit: benefit.id.clone(), input: key.label(book), rows: rows.collect() });
        }
    }
    list
}

/// Numbers that an answer is directly compared with.
fn thresholds(book: &RuleBook, benefit: &Benefit, event_year: i32) -> Vec<(InputKey, Exact)> {
    let constant = |id: NodeId| match &benefit.nodes[id.0 as usize] {
        Node::Number { value, .. } => Some(*value),
        Node::Year(year) => Some(Exact::integer((*year).into())),
        _ => None,
    };
    let key = |id: NodeId| match &benefit.nodes[id.0 as usize] {
        Node::Field { field, year } => {
            let yearly = book.fields[field.0 as usize].yearly;
            let year = match year.map(|id| &benefit.nodes[id.0 as usize]) {
                None => event_year,
                Some(Node::EventYear(offset)) => event_year + offset,
                Some(Node::Year(year)) => *year,
                Some(_) => return None,
            };
            Some(InputKey::Field { field: *field, year: yearly.then_some(year) })
        }
        Node::HighestEver(field) => Some(InputKey::HighestEver(*field)),
        _ => None,
    };
    let mut list = Vec::new();
    for node in &benefit.nodes {
        if let Node::Compare { left, right, .. } = node {
            list.extend(key(*left).zip(constant(*right)));
            list.extend(key(*right).zip(constant(*left)));
        }
        if let Node::Between { value, range } = node {
            list.extend(range.nodes().filter_map(|bound| key(*value).zip(constant(bound))));
        }
    }
    for table in &benefit.tables {
        for row in &table.rows {
            for (expr, cell) in table.keys.iter().zip(&row.cells) {
                if let Cell::Range(range) = cell {
                    list.extend(range.nodes().filter_map(|bound| key(expr.root).zip(constant(bound))));
                }
            }
        }
    }
    list
}

/// One slip of the pen that every case of its benefit lets pass.
pub struct Unnoticed {
    pub benefit: String,
    pub change: String,
}

/// Tries every slip: a bound's 含, a comparison's edge, a number doubled. Returns how many were tried, and those that
/// no case notices.
pub fn mutations(engine: &Engine, cases: &[Case]) -> (usize, Vec<Unnoticed>) {
    let book = engine.rules();
    let (mut tried, mut unnoticed) = (0, Vec::new());
    for benefit in &book.benefits {
        let own: Vec<(&Case, Profile, Date, BenefitOutcome)> = cases
            .iter()
            .filter(|case| case.benefit == benefit.id)
            .filter_map(|case| {
                let (profile, as_of) = inputs(engine, case)?;
                let outcome = evaluate_benefit(book, benefit, as_of.year(), as_of, &profile.inputs);
                Some((case, profile, as_of, outcome))
            })
            .collect();
        if own.is_empty() {
            continue;
        }
        for (mutant, change) in mutants(benefit) {
            tried += 1;
            let noticed = own.iter().any(|(case, profile, as_of, before)| {
                let after = evaluate_benefit(book, &mutant, as_of.year(), *as_of, &profile.inputs);
                notices(case, before, &after)
                    || case.steps.iter().any(|pinned| {
                        let found = step::values(book, &mutant, pinned.index, as_of.year(), *as_of, &profile.inputs);
                        !cases::holds(pinned, &found)
                    })
            });
            if !noticed {
                unnoticed.push(Unnoticed { benefit: benefit.id.clone(), change });
            }
        }
    }
    (tried, unnoticed)
}

/// Whether something that the case states came out differently.
fn notices(case: &Case, before: &BenefitOutcome, after: &BenefitOutcome) -> bool {
    let other = |which: &OtherAmount| match which {
        OtherAmount::Saving => after.saving != before.saving,
        OtherAmount::Payer(_) => after.payers != before.payers,
        OtherAmount::Instalment(_) => after.instalments != before.instalments,
    };
    after.verdict != before.verdict
        || (case.amount.is_some() && after.amount != before.amount)
        || (case.missing.is_some() && after.missing != before.missing)
        || (case.pay.is_some() && after.instalments != before.instalments)
        || case.other_amounts.iter().any(|(which, ..)| other(which))
}

fn mutants(benefit: &Benefit) -> Vec<(Benefit, String)> {
    let mut list = Vec::new();
    // A share that is doubled no longer sums to the whole: the compiler finds that slip.
    let instalments = benefit.instalments.iter().map(|part| part.share.root);
    let shares: Vec<NodeId> = instalments.chain(benefit.payers.iter().map(|payer| payer.share.root)).collect();
    let mut used = vec![false; benefit.nodes.len()];
    benefit.nodes.iter().for_each(|node| node.each_child(|child| used[child.0 as usize] = true));
    for (index, node) in benefit.nodes.iter().enumerate() {
        if shares.contains(&NodeId(index as u32)) && !used[index] {
            continue;
        }
        let (mutated, change) = match node {
            Node::Compare { comparison, left, right } => {
                let other = match comparison {
                    Comparison::Less => Comparison::LessOrEqual,
                    Comparison::LessOrEqual => Comparison::Less,
                    Comparison::Greater => Comparison::GreaterOrEqual,
                    Comparison::GreaterOrEqual => Comparison::Greater,
                    Comparison::Equal | Comparison::NotEqual => continue,
                };
                let (from, to) = (wording::comparison(*comparison), wording::comparison(other));
                let bound = match &benefit.nodes[right.0 as usize] {
                    Node::Number { text, .. } => text.clone(),
                    Node::Year(year) => format!("{year}年"),
                    Node::Date(date) => date.to_string(),
                    _ => "…".to_owned(),
                };
                (
                    Node::Compare { comparison: other, left: *left, right: *right },
                    format!("{from} {bound} becomes {to} {bound}"),
                )
            }
            Node::Number { value, text } if !value.is_zero() => {
                let Some(doubled) = value.checked_add(*value) else { continue };
                (Node::Number { value: doubled, text: text.clone() }, format!("{text} is doubled"))
            }
            _ => continue,
        };
        let mut mutant = benefit.clone();
        mutant.nodes[index] = mutated;
        list.push((mutant, change));
    }
    for (table_index, table) in benefit.tables.iter().enumerate() {
        for (row_index, row) in table.rows.iter().enumerate() {
            for (cell_index, cell) in row.cells.iter().enumerate() {
                let Cell::Range(range) = cell else { continue };
                // The two rows that meet at a bound change together: the slip that the gap check lets pass.
                let Some(bound) = range.low else { continue };
                let mut mutant = benefit.clone();
                let rows = &mut mutant.tables[table_index].rows;
                let mut flip = |row: usize, low: bool| {
                    if let Cell::Range(range) = &mut rows[row].cells[cell_index]
                        && let Some(end) = if low { &mut range.low } else { &mut range.high }
                        && end.at == bound.at
                    {
                        end.inclusive = !end.inclusive;
                    }
                };
                flip(row_index, true);
                if let Some(before) = row_index.checked_sub(1) {
                    flip(before, false);
                }
                let change = format!("『{}』「{}」: the lower bound changes between 含 and 不含", table.name, row.text);
                list.push((mutant, change));
            }
        }
    }
    list
}

fn inputs(engine: &Engine, case: &Case) -> Option<(Profile, Date)> {
    let as_of = Date::end_of_year(case.event)?;
    Some((engine.profile(&cases::answers(case), as_of).ok()?, as_of))
}

fn result(outcome: &BenefitOutcome) -> String {
    let money = |amount| wording::exact(amount, &policy_finder_pack::rules::Unit::Number(Dimension::money()));
    match outcome.amount {
        Some((low, Some(high))) if low == high => format!("{} {}", outcome.verdict.name(), money(low)),
        Some((low, Some(high))) => format!("{} {}至{}", outcome.verdict.name(), money(low), money(high)),
        Some((low, None)) => format!("{} {}至不限", outcome.verdict.name(), money(low)),
        None => outcome.verdict.name().to_owned(),
    }
}
