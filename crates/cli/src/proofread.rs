//! Which slips of the pen would no case notice?

use policy_finder::profile::Profile;
use policy_finder::rules::{BenefitOutcome, InputKey, Inputs, Value, evaluate_benefit, step, wording};
use policy_finder::{Date, Engine};
use policy_finder_compiler::rules::{Case, OtherAmount};
use policy_finder_pack::rules::{Benefit, Bound, Cell, Comparison, Expr, FieldKind, Mode, Node, NodeId, Range};

use crate::boundary::{self, Threshold};
use crate::cases;
use crate::passage::Passage;

/// What became of the slips tried on one benefit.
pub struct Slips {
    pub tried: usize,
    /// Those that every case lets pass.
    pub list: Vec<Slip>,
}

/// One slip of the pen that every case of its benefit lets pass.
pub struct Slip {
    pub line: Option<usize>,
    pub change: String,
    /// What a case that notices it could say; none where nothing changes with any one answer changed.
    pub shown_by: Option<String>,
}

/// A profile that might tell a slip from the rule.
struct Probe {
    /// `like «…» with 行业 = 汽车`
    words: String,
    as_of: Date,
    inputs: Inputs,
}

/// Both sides of every threshold, and every case with one answer turned.
fn probes(engine: &Engine, cases: &[(&Case, Profile, Date, BenefitOutcome)], thresholds: &[Threshold]) -> Vec<Probe> {
    let triples = thresholds.iter().filter_map(|threshold| threshold.found.as_ref().ok());
    let rows = triples.flat_map(|triple| triple.rows.iter().map(move |row| (triple, row)));
    let mut list: Vec<Probe> = rows
        .map(|(triple, row)| Probe {
            words: format!("like «{}» with {} = {}", triple.case, triple.input, row.value),
            as_of: triple.as_of,
            inputs: row.inputs.clone(),
        })
        .collect();
    let book = engine.rules();
    for (case, profile, as_of, _) in cases {
        let mut keys: Vec<&InputKey> = profile.inputs.0.keys().collect();
        keys.sort();
        for key in keys {
            let kind = key.declaration(book).map(|field| &field.kind);
            let others: Vec<Value> = match (&profile.inputs.0[key], kind) {
                (Value::Truth(Some(truth)), _) => vec![Value::Truth(Some(!truth))],
                (Value::Option(_), Some(FieldKind::Option(options))) => {
                    (0..options.len() as u32).map(Value::Option).collect()
                }
                _ => continue,
            };
            for other in others {
                let unit = wording::input_unit(book, key);
                let value = wording::value(book, &other, &unit);
                let mut inputs = profile.inputs.clone();
                inputs.0.insert(key.clone(), other);
                let words = format!("like «{}» with {} = {value}", case.name, key.label(book));
                list.push(Probe { words, as_of: *as_of, inputs });
            }
        }
    }
    list
}

/// Tries every slip: a bound's 含, a comparison's edge, a number doubled where it stands.
pub fn mutations(
    engine: &Engine,
    benefit: &Benefit,
    cases: &[Case],
    thresholds: &[Threshold],
    passage: Option<&Passage>,
) -> Slips {
    let book = engine.rules();
    let mut slips = Slips { tried: 0, list: Vec::new() };
    let own: Vec<(&Case, Profile, Date, BenefitOutcome)> = cases
        .iter()
        .filter_map(|case| {
            let (profile, as_of) = inputs(engine, case)?;
            let outcome = evaluate_benefit(book, benefit, as_of.year(), as_of, &profile.inputs);
            Some((case, profile, as_of, outcome))
        })
        .collect();
    if own.is_empty() {
        return slips;
    }
    let probes = probes(engine, &own, thresholds);
    for Mutant { benefit: mutant, change, line } in mutants(benefit, passage) {
        slips.tried += 1;
        let noticed = own.iter().any(|(case, profile, as_of, before)| {
            let after = evaluate_benefit(book, &mutant, as_of.year(), *as_of, &profile.inputs);
            notices(case, before, &after)
                || case.steps.iter().any(|pinned| {
                    let found = step::values(book, &mutant, pinned.index, as_of.year(), *as_of, &profile.inputs);
                    !cases::holds(pinned, &found)
                })
        });
        if !noticed {
            let shown_by = probes.iter().find_map(|probe| {
                let year = probe.as_of.year();
                let evaluate = |benefit| evaluate_benefit(book, benefit, year, probe.as_of, &probe.inputs);
                let (right, wrong) = (boundary::result(&evaluate(benefit)), boundary::result(&evaluate(&mutant)));
                (right != wrong).then(|| format!("{}: {right}, with the slip {wrong}", probe.words))
            });
            slips.list.push(Slip { line, change, shown_by });
        }
    }
    slips
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

/// A benefit with one slip in it.
struct Mutant {
    benefit: Benefit,
    change: String,
    line: Option<usize>,
}

fn mutants(benefit: &Benefit, passage: Option<&Passage>) -> Vec<Mutant> {
    let mut list = Vec::new();
    comparisons(benefit, passage, &mut list);
    doubled_parts(benefit, passage, &mut list);
    for (table_index, table) in benefit.tables.iter().enumerate() {
        let line = |row: &str| passage.and_then(|passage| passage.row(&table.name, row));
        for (row_index, row) in table.rows.iter().enumerate() {
            for (column, value) in row.values.iter().enumerate() {
                if let Some((mutant, root)) = doubled(benefit, value.root) {
                    let mut mutant = mutant;
                    mutant.tables[table_index].rows[row_index].values[column].root = root;
                    let name = table.columns.get(column).filter(|_| table.mode != Mode::Marginal);
                    let name = name.map(|column| format!(" {}", column.name)).unwrap_or_default();
                    let change = format!("『{}』「{}」{name} {} is doubled", table.name, row.text, value.text);
                    list.push(Mutant { benefit: mutant, change, line: line(&row.text) });
                }
            }
            for (column, cell) in row.cells.iter().enumerate() {
                let Cell::Range(range) = cell else { continue };
                let Some(bound) = range.low else { continue };
                // The two rows that meet at a bound change together: the slip that the gap check lets pass.
                let slip = |slip: &dyn Fn(&mut Bound)| {
                    let mut mutant = benefit.clone();
                    let rows = &mut mutant.tables[table_index].rows;
                    let mut change = |row: usize, low: bool| {
                        if let Cell::Range(range) = &mut rows[row].cells[column]
                            && let Some(end) = if low { &mut range.low } else { &mut range.high }
                            && end.at == bound.at
                        {
                            slip(end);
                        }
                    };
                    change(row_index, true);
                    if let Some(before) = row_index.checked_sub(1) {
                        change(before, false);
                    }
                    mutant
                };
                // A yuan on the edge of two bands earns nothing by itself: 含 makes no difference there.
                if table.mode != Mode::Marginal {
                    let change =
                        format!("『{}』「{}」: the lower bound changes between 含 and 不含", table.name, row.text);
                    let benefit = slip(&|end| end.inclusive = !end.inclusive);
                    list.push(Mutant { benefit, change, line: line(&row.text) });
                }
                if let Some((mutant, root)) = doubled(benefit, bound.at)
                    && let Node::Number { text, .. } = &benefit.nodes[bound.at.0 as usize]
                {
                    let mut with = slip(&|end| end.at = root);
                    with.nodes = mutant.nodes;
                    let change = format!("『{}』「{}」: the lower bound {text} is doubled", table.name, row.text);
                    list.push(Mutant { benefit: with, change, line: line(&row.text) });
                }
            }
        }
    }
    for (table_index, table) in benefit.tables.iter().enumerate() {
        for (column, value) in table.otherwise.iter().flatten().enumerate() {
            if let Some((mut mutant, root)) = doubled(benefit, value.root) {
                if let Some(values) = &mut mutant.tables[table_index].otherwise {
                    values[column].root = root;
                }
                let line = passage.and_then(|passage| passage.key("else", &value.text));
                let change = format!("『{}』 else {} is doubled", table.name, value.text);
                list.push(Mutant { benefit: mutant, change, line });
            }
        }
    }
    for (index, cap) in benefit.caps.iter().enumerate() {
        if let Some((mut mutant, root)) = doubled(benefit, cap.at.root) {
            mutant.caps[index].at.root = root;
            let line = passage.and_then(|passage| passage.key("cap", &cap.at.text));
            list.push(Mutant { benefit: mutant, change: format!("cap {} is doubled", cap.at.text), line });
        }
    }
    for (key, expr) in [("amount", &benefit.amount), ("min_payout", &benefit.min_payout)] {
        let Some(expr) = expr else { continue };
        let Some((mut mutant, root)) = doubled(benefit, expr.root) else { continue };
        let changed = if key == "amount" { &mut mutant.amount } else { &mut mutant.min_payout };
        *changed = Some(Expr { root, ..expr.clone() });
        let line = passage.and_then(|passage| passage.key(key, &expr.text));
        list.push(Mutant { benefit: mutant, change: format!("{key} {} is doubled", expr.text), line });
    }
    list
}

/// The benefit with one more node: twice a number.
fn doubled(benefit: &Benefit, id: NodeId) -> Option<(Benefit, NodeId)> {
    let Node::Number { value, text } = &benefit.nodes[id.0 as usize] else { return None };
    let twice = value.checked_add(*value).filter(|twice| twice != value)?;
    let mut mutant = benefit.clone();
    mutant.nodes.push(Node::Number { value: twice, text: text.clone() });
    Some((mutant, NodeId(benefit.nodes.len() as u32)))
}

/// Edges of comparisons: ≥ for >.
fn comparisons(benefit: &Benefit, passage: Option<&Passage>, list: &mut Vec<Mutant>) {
    for (index, node) in benefit.nodes.iter().enumerate() {
        let Node::Compare { comparison, left, right } = node else { continue };
        let other = match comparison {
            Comparison::Less => Comparison::LessOrEqual,
            Comparison::LessOrEqual => Comparison::Less,
            Comparison::Greater => Comparison::GreaterOrEqual,
            Comparison::GreaterOrEqual => Comparison::Greater,
            Comparison::Equal | Comparison::NotEqual => continue,
        };
        let (from, to) = (wording::comparison(*comparison), wording::comparison(other));
        let bound = boundary::literal(benefit, *right).unwrap_or_else(|| "…".to_owned());
        let mut mutant = benefit.clone();
        mutant.nodes[index] = Node::Compare { comparison: other, left: *left, right: *right };
        let (within, line) = boundary::place(benefit, passage, NodeId(index as u32)).unwrap_or_default();
        let change = format!("{from} {bound} becomes {to} {bound} in {within}");
        list.push(Mutant { benefit: mutant, change, line });
    }
}

/// The node with one part replaced.
fn with_child(node: &Node, from: NodeId, to: NodeId) -> Node {
    let one = |id: &NodeId| if *id == from { to } else { *id };
    let all = |list: &[NodeId]| list.iter().map(one).collect::<Vec<_>>();
    match node {
        Node::Add(a, b) => Node::Add(one(a), one(b)),
        Node::Subtract(a, b) => Node::Subtract(one(a), one(b)),
        Node::Multiply(a, b) => Node::Multiply(one(a), one(b)),
        Node::Divide(a, b) => Node::Divide(one(a), one(b)),
        Node::Compare { comparison, left, right } => {
            Node::Compare { comparison: *comparison, left: one(left), right: one(right) }
        }
        Node::Between { value, range } => {
            let end = |bound: Bound| Bound { at: one(&bound.at), ..bound };
            Node::Between { value: *value, range: Range { low: range.low.map(end), high: range.high.map(end) } }
        }
        Node::If { condition, then, otherwise } => {
            Node::If { condition: *condition, then: one(then), otherwise: one(otherwise) }
        }
        Node::Min(list) => Node::Min(all(list)),
        Node::Max(list) => Node::Max(all(list)),
        Node::CompoundGrowth { comparison, now, base, years, rate } => Node::CompoundGrowth {
            comparison: *comparison,
            now: one(now),
            base: one(base),
            years: *years,
            rate: one(rate),
        },
        Node::WholeSteps { quantity, step } => Node::WholeSteps { quantity: one(quantity), step: one(step) },
        Node::NewSteps { now, before, start, step } => {
            Node::NewSteps { now: one(now), before: one(before), start: one(start), step: one(step) }
        }
        Node::AddToYear { year, months } => Node::AddToYear { year: *year, months: one(months) },
        Node::SubtractFromYear { year, months } => Node::SubtractFromYear { year: *year, months: one(months) },
        Node::AddToDate { date, days } => Node::AddToDate { date: *date, days: one(days) },
        Node::SubtractFromDate { date, days } => Node::SubtractFromDate { date: *date, days: one(days) },
        other => other.clone(),
    }
}

/// Numbers inside expressions, one place at a time.
fn doubled_parts(benefit: &Benefit, passage: Option<&Passage>, list: &mut Vec<Mutant>) {
    for (index, node) in benefit.nodes.iter().enumerate() {
        let mut children = Vec::new();
        node.each_child(|child| children.push(child));
        children.sort();
        children.dedup();
        for child in children {
            let Some((mut mutant, root)) = doubled(benefit, child) else { continue };
            mutant.nodes[index] = with_child(node, child, root);
            let text = boundary::literal(benefit, child).unwrap_or_default();
            // What stands in a share alone is not tried: the compiler finds that shares no longer sum to the whole.
            let Some((within, line)) = boundary::place(benefit, passage, NodeId(index as u32)) else { continue };
            list.push(Mutant { benefit: mutant, change: format!("{text} is doubled in {within}"), line });
        }
    }
}

fn inputs(engine: &Engine, case: &Case) -> Option<(Profile, Date)> {
    let as_of = Date::end_of_year(case.event)?;
    Some((engine.profile(&cases::answers(case), as_of).ok()?, as_of))
}
