//! Here is a threshold of a rule: what is paid just below, at and just above it?
//!
//! Every threshold is a difference of two sides that is zero where it stands. Starting from a worked case that grants
//! something, one answer is changed until the difference is exactly zero; the rest of the case stays, so that the
//! other conditions hold. What no single answer of any such case reaches is said with the reason.

use std::collections::BTreeSet;

use policy_finder::rules::leaf::{Item, Leaf};
use policy_finder::rules::scope::Scope;
use policy_finder::rules::table::{self, RowChoice};
use policy_finder::rules::{
    BenefitOutcome, InputKey, Inputs, Number, Session, Value, Verdict, evaluate_benefit, wording,
};
use policy_finder::{Date, Engine};
use policy_finder_compiler::rules::Case;
use policy_finder_pack::rules::{Benefit, Cell, Expr, FieldId, FieldKind, Mode, Node, NodeId, RuleBook, Unit};
use policy_finder_pack::{Dimension, Exact};

use crate::cases;
use crate::crossing::{self, Crossing};
use crate::passage::Passage;

/// One threshold of a benefit.
pub struct Threshold {
    /// As the author wrote it.
    pub text: String,
    /// Line of the file, where it can be found.
    pub line: Option<usize>,
    /// The rows around it, or why there are none.
    pub found: Result<Triple, String>,
}

/// What is paid around one threshold.
pub struct Triple {
    /// The worked case that all other answers are taken from.
    pub case: String,
    /// The answer that is varied: `产值[2025年]`.
    pub input: String,
    /// Whether the middle row stands exactly on the threshold; else the threshold lies between the first two.
    pub exact: bool,
    /// Just below, at, just above.
    pub rows: Vec<Point>,
    pub as_of: Date,
}

/// One value of the varied answer.
pub struct Point {
    pub value: String,
    /// `met 40万元`
    pub result: String,
    pub inputs: Inputs,
    /// The condition that refuses it.
    refused_by: Option<String>,
    key: (Verdict, Option<(Exact, Option<Exact>)>),
}

impl Point {
    fn grants(&self) -> bool {
        matches!(self.key.0, Verdict::Met | Verdict::Manual)
    }
}

impl Triple {
    /// Why nothing is paid on any side, where that is so.
    pub fn refused_by(&self) -> Option<&str> {
        let refused = self.rows.iter().all(|row| !row.grants());
        self.rows.iter().find_map(|row| row.refused_by.as_deref()).filter(|_| refused)
    }
}

/// A worked case that grants something.
struct Base<'a> {
    case: &'a Case,
    inputs: Inputs,
    as_of: Date,
}

/// A threshold before it is solved.
struct Search {
    text: String,
    line: Option<usize>,
    left: Side,
    right: Side,
    /// The row of a table that must apply: its figure is the threshold.
    row: Option<(u32, usize)>,
    /// The rows of a table that meet at the threshold, one of which must apply on one side of it.
    edge: Option<(u32, Vec<usize>)>,
    /// The list whose item at hand it speaks of.
    list: Option<FieldId>,
}

/// One side of a comparison.
enum Side {
    Node(NodeId),
    /// What the formula comes to before a limit, at this stage of the benefit.
    Amount(Box<Benefit>),
    /// 基 × (1 + g)ⁿ
    Compound {
        base: NodeId,
        rate: NodeId,
        years: u32,
    },
    /// A cap less what earlier awards used up.
    Cap {
        at: NodeId,
        used: Option<NodeId>,
    },
}

/// Every threshold of a benefit in the order of the file.
pub fn thresholds(engine: &Engine, benefit: &Benefit, cases: &[Case], passage: Option<&Passage>) -> Vec<Threshold> {
    let book = engine.rules();
    let bases: Vec<Base> = cases
        .iter()
        .filter(|case| case.benefit == benefit.id)
        .filter_map(|case| {
            let as_of = Date::end_of_year(case.event)?;
            let inputs = engine.profile(&cases::answers(case), as_of).ok()?.inputs;
            let outcome = evaluate_benefit(book, benefit, as_of.year(), as_of, &inputs);
            matches!(outcome.verdict, Verdict::Met | Verdict::Manual).then_some(Base { case, inputs, as_of })
        })
        .collect();
    let mut list: Vec<Threshold> = searches(benefit, passage)
        .into_iter()
        .filter_map(|search| {
            let found = solve(book, benefit, &bases, &search)?;
            Some(Threshold { text: search.text, line: search.line, found })
        })
        .collect();
    list.sort_by_key(|threshold| threshold.line.unwrap_or(usize::MAX));
    list
}

/// How telling a triple is: exact, granting, different on the sides, how often granting, an answer of this year.
type Rank = (bool, bool, bool, usize, bool);

/// The best triple of all cases and answers; `None` where the sides are no numbers.
fn solve(book: &RuleBook, benefit: &Benefit, bases: &[Base], search: &Search) -> Option<Result<Triple, String>> {
    if bases.is_empty() {
        return Some(Err("no worked case grants anything: add one".to_owned()));
    }
    let mut best: Option<(Rank, Triple)> = None;
    let (mut comparable, mut in_row, mut moved) = (false, false, false);
    for base in bases {
        let year = base.as_of.year();
        let items = match search.list.map(|list| base.inputs.0.get(&InputKey::List(list))) {
            Some(Some(Value::Number(count))) => count.as_point().map_or(0, |count| count.numerator().min(8) as u32),
            Some(_) => 0,
            None => 1,
        };
        for index in 0..items {
            let item = search.list.map(|list| (list, index, items));
            let at = |inputs: &Inputs| difference(book, benefit, search, year, base.as_of, inputs, item);
            let Some((start, rows)) = at(&base.inputs) else { continue };
            comparable = true;
            let applies = search.row.is_none_or(|(_, row)| rows == Some(RowChoice::Row(row)));
            in_row |= applies;
            for key in candidates(book, benefit, search, &base.inputs, year) {
                let Some(Value::Number(Number::Point(from))) = base.inputs.0.get(&key) else { continue };
                let with = |value: Exact| {
                    let mut inputs = base.inputs.clone();
                    inputs.0.insert(key.clone(), Value::Number(Number::point(value)));
                    inputs
                };
                let grain = grain(book, &key);
                let least = key.declaration(book).map_or(Some(Exact::ZERO), |field| field.min);
                let value = |value: Exact| at(&with(value)).map(|(difference, _)| difference);
                let Some(Crossing { at: middle, exact }) = crossing::find(value, *from, start, grain, least) else {
                    continue;
                };
                moved = true;
                let unit = wording::input_unit(book, &key);
                let touches =
                    search.touches([middle.checked_sub(grain), Some(middle), middle.checked_add(grain)].map(|value| {
                        value.filter(|value| least.is_none_or(|least| *value >= least)).and_then(|v| at(&with(v))?.1)
                    }));
                if !touches {
                    continue;
                }
                // A fen beside a band's edge changes no amount: the step is widened until something does.
                let mut step = grain;
                let mut rows = Vec::new();
                for _ in 0..8 {
                    let around = [middle.checked_sub(step), Some(middle), middle.checked_add(step)];
                    let around = around.into_iter().flatten().filter(|value| least.is_none_or(|least| *value >= least));
                    rows = around
                        .map(|value| {
                            let inputs = with(value);
                            let outcome = evaluate_benefit(book, benefit, year, base.as_of, &inputs);
                            Point {
                                value: wording::exact(value, &unit),
                                result: result(&outcome),
                                key: (outcome.verdict, outcome.amount),
                                refused_by: refused_by(benefit, &outcome),
                                inputs,
                            }
                        })
                        .collect::<Vec<_>>();
                    let still = rows.iter().all(|row| row.key == rows[0].key && row.grants());
                    let Some(wider) = step.checked_mul(Exact::integer(10)).filter(|_| still && exact) else { break };
                    step = wider;
                }
                let grants = rows.iter().filter(|row| row.grants()).count();
                let differs = rows.iter().any(|row| row.key != rows[0].key);
                let current = matches!(key, InputKey::Field { year: Some(of), .. } if of == year)
                    || matches!(key, InputKey::Field { year: None, .. } | InputKey::Item { .. });
                let rank = (exact, grants > 0, differs, grants, current);
                if best.as_ref().is_none_or(|(before, _)| rank > *before) {
                    let case = base.case.name.clone();
                    best = Some((rank, Triple { case, input: key.label(book), exact, rows, as_of: base.as_of }));
                }
                if rank == (true, true, true, 3, true) {
                    return best.map(|(_, triple)| Ok(triple));
                }
            }
        }
    }
    if let Some((_, triple)) = best {
        return Some(Ok(triple));
    }
    let figures = bases.iter().any(|base| !own_figures(book, benefit, search, base.as_of.year()).is_empty());
    let row = search.row.map(|(table, row)| (&benefit.tables[table as usize], row));
    Some(Err(match (comparable, row) {
        (false, _) if search.list.is_some() => "no granting case has a whole item of the list".to_owned(),
        (false, _) => {
            return not_a_number(benefit, search).then(|| Err("no granting case answers what it asks".to_owned()));
        }
        (true, Some((table, row))) if !in_row => {
            format!("no granting case falls into 『{}』「{}」: add one", table.name, table.rows[row].text)
        }
        (true, _) if !figures => {
            "it turns on no figure that an enterprise states (the year asked about, an option)".to_owned()
        }
        (true, _) if moved => "no granting case lies beside it with one answer changed: add one".to_owned(),
        (true, _) => "no single answer of a granting case reaches it".to_owned(),
    }))
}

impl Search {
    /// Whether the table that matters takes the right row on the threshold, or one that meets there beside it.
    fn touches(&self, choices: [Option<RowChoice>; 3]) -> bool {
        let is = |choice: Option<RowChoice>, rows: &[usize]| matches!(choice, Some(RowChoice::Row(row)) if rows.contains(&row));
        match (&self.row, &self.edge) {
            (Some((_, row)), _) => is(choices[1], &[*row]),
            (None, Some((_, rows))) => choices.into_iter().any(|choice| is(choice, rows)),
            (None, None) => true,
        }
    }
}

/// The first condition that fails, as the author wrote it.
fn refused_by(benefit: &Benefit, outcome: &BenefitOutcome) -> Option<String> {
    let failing = outcome.conditions.iter().position(|condition| condition.passed() == Some(false))?;
    let condition = benefit.needs.iter().chain(&benefit.vetoes).nth(failing)?;
    Some(condition.expr.text.clone())
}

/// Whether both sides may be numbers, so that it is a threshold at all.
fn not_a_number(benefit: &Benefit, search: &Search) -> bool {
    let plain = |side: &Side| match side {
        Side::Node(id) => !matches!(
            benefit.nodes[id.0 as usize],
            Node::Bool(_) | Node::Option(_) | Node::And(_) | Node::Or(_) | Node::Not(_)
        ),
        _ => true,
    };
    plain(&search.left) && plain(&search.right)
}

/// Left less right, and the row of the table that matters.
fn difference(
    book: &RuleBook,
    benefit: &Benefit,
    search: &Search,
    year: i32,
    as_of: Date,
    inputs: &Inputs,
    item: Option<(FieldId, u32, u32)>,
) -> Option<(Exact, Option<RowChoice>)> {
    let session = Session::default();
    let scope = Scope::of(book, benefit, year, as_of, &session);
    let leaf = Leaf::new(&scope, inputs);
    let node = |id: NodeId| leaf.number(id).ok()?.as_point();
    let side = |side: &Side| match side {
        Side::Node(id) => node(*id),
        Side::Amount(stage) => match evaluate_benefit(book, stage, year, as_of, inputs).amount {
            Some((low, Some(high))) if low == high => Some(low),
            _ => None,
        },
        Side::Compound { base, rate, years } => {
            let step = Exact::ONE.checked_add(node(*rate)?)?;
            (0..*years).try_fold(node(*base)?, |product, _| product.checked_mul(step))
        }
        Side::Cap { at, used } => match used {
            Some(used) => node(*at)?.checked_sub(node(*used)?),
            None => node(*at),
        },
    };
    let sides = || {
        let difference = side(&search.left)?.checked_sub(side(&search.right)?)?;
        let table = search.row.map(|(table, _)| table).or(search.edge.as_ref().map(|(table, _)| *table));
        Some((difference, table.and_then(|table| table::choice(&leaf, table, None).ok())))
    };
    match item {
        Some((list, index, count)) => {
            let item = Item::new(list, index, Some(index + 1), count);
            leaf.with_item(item, sides)
        }
        None => sides(),
    }
}

/// Stated figures, those that stand in the threshold itself first.
fn candidates(book: &RuleBook, benefit: &Benefit, search: &Search, inputs: &Inputs, year: i32) -> Vec<InputKey> {
    let mut keys = own_figures(book, benefit, search, year);
    let mut rest: Vec<InputKey> = inputs.0.keys().filter(|key| !matches!(key, InputKey::List(_))).cloned().collect();
    rest.sort();
    keys.extend(rest);
    let mut seen = BTreeSet::new();
    keys.retain(|key| {
        let stated = matches!(inputs.0.get(key), Some(Value::Number(number)) if number.as_point().is_some());
        stated && seen.insert(key.clone())
    });
    keys
}

/// What stands in the threshold, figures and lists and all that may hold some.
fn own_figures(book: &RuleBook, benefit: &Benefit, search: &Search, year: i32) -> Vec<InputKey> {
    let mut keys: Vec<InputKey> = Vec::new();
    let sides = [&search.left, &search.right].into_iter().flat_map(|side| match side {
        Side::Node(id) => vec![*id],
        Side::Compound { base, .. } => vec![*base],
        Side::Amount(stage) => stage.amount.iter().map(|amount| amount.root).collect(),
        Side::Cap { at, .. } => vec![*at],
    });
    let mut open: Vec<NodeId> = sides.collect();
    open.reverse();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id.0) {
            continue;
        }
        let mut next = Vec::new();
        match &benefit.nodes[id.0 as usize] {
            Node::Field { field, year: of } => {
                let of = match of.map(|id| &benefit.nodes[id.0 as usize]) {
                    None => Some(year),
                    Some(Node::EventYear(offset)) => Some(year + offset),
                    Some(Node::Year(year)) => Some(*year),
                    Some(_) => None,
                };
                let field = (*field, &book.fields[field.0 as usize]);
                if matches!(field.1.kind, FieldKind::Number(_) | FieldKind::Date | FieldKind::Year) {
                    keys.push(InputKey::Field { field: field.0, year: of.filter(|_| field.1.yearly) });
                }
            }
            Node::HighestEver(field) | Node::HighestRecent { field, .. } => keys.push(InputKey::HighestEver(*field)),
            Node::Item { list, field } => keys.push(InputKey::Item { list: *list, index: 0, field: *field }),
            Node::List { list, body, .. } => {
                keys.push(InputKey::List(*list));
                next.extend(*body);
            }
            Node::Received { benefit, this_year } => {
                keys.push(InputKey::Received { benefit: benefit.clone(), this_year: *this_year });
            }
            Node::Let(index) => next.push(benefit.lets[*index as usize].expr.root),
            Node::Column { table, .. } => {
                let table = &benefit.tables[*table as usize];
                next.extend(table.keys.iter().map(|key| key.root));
                next.extend(table.rows.iter().flat_map(|row| &row.values).map(|value| value.root));
            }
            node => node.each_child(|child| next.push(child)),
        }
        open.extend(next.into_iter().rev());
    }
    keys
}

/// The smallest step in which an answer can be stated.
fn grain(book: &RuleBook, key: &InputKey) -> Exact {
    let part = |of: i128| Exact::new(1, of).unwrap_or(Exact::ONE);
    match wording::input_unit(book, key) {
        Unit::Number(dimension) if dimension.is_money() => Exact::FEN,
        Unit::Number(dimension) if dimension.is_ratio() => part(10_000),
        // An annual rate is kept per month.
        Unit::Number(dimension) if dimension.is_rate() => part(120_000),
        _ => Exact::ONE,
    }
}

/// Every threshold that stands in a benefit.
fn searches(benefit: &Benefit, passage: Option<&Passage>) -> Vec<Search> {
    let mut list: Vec<Search> = Vec::new();
    let mut seen = BTreeSet::new();
    let nodes = &benefit.nodes;
    let constant = |id: NodeId| matches!(nodes[id.0 as usize], Node::Number { value, .. } if !value.is_zero());
    for (expr, words) in expressions(benefit) {
        let line = passage.and_then(|passage| words.line(passage, &expr.text));
        let mut open = vec![expr.root];
        while let Some(id) = open.pop() {
            if !seen.insert(id.0) {
                continue;
            }
            let node = &nodes[id.0 as usize];
            node.each_child(|child| open.push(child));
            let pairs = match node {
                Node::Compare { left, right, .. } => vec![(*left, Side::Node(*right))],
                Node::Between { value, range } => range.nodes().map(|bound| (*value, Side::Node(bound))).collect(),
                Node::CompoundGrowth { now, base, years, rate, .. } => {
                    vec![(*now, Side::Compound { base: *base, rate: *rate, years: *years })]
                }
                Node::Min(parts) | Node::Max(parts) => match parts.as_slice() {
                    [a, b] if constant(*b) => vec![(*a, Side::Node(*b))],
                    [a, b] if constant(*a) => vec![(*b, Side::Node(*a))],
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            };
            for (left, right) in pairs {
                let bound = match &right {
                    Side::Node(id) => literal(benefit, *id),
                    Side::Compound { rate, .. } => literal(benefit, *rate),
                    _ => None,
                };
                let mut text = words.text(&expr.text);
                if let Some(bound) = bound.filter(|bound| id != expr.root || !text.contains(bound.as_str())) {
                    text = format!("{bound} in {text}");
                }
                let list_of = item_list(benefit, &[left]).or(item_list(benefit, &side_nodes(&right)));
                let search = Search { text, line, left: Side::Node(left), right, row: None, edge: None, list: list_of };
                list.extend(by_row(benefit, search, passage));
            }
        }
    }
    for (index, table) in benefit.tables.iter().enumerate() {
        let mut bounds = BTreeSet::new();
        for row in &table.rows {
            let line = passage.and_then(|passage| passage.row(&table.name, &row.text));
            for (column, (key, cell)) in table.keys.iter().zip(&row.cells).enumerate() {
                let Cell::Range(range) = cell else { continue };
                for bound in range.low.iter().chain(&range.high) {
                    if !bounds.insert((column, bound.at.0)) {
                        continue;
                    }
                    let meets =
                        |cell: &Cell| matches!(cell, Cell::Range(range) if range.nodes().any(|at| at == bound.at));
                    let rows = table.rows.iter().enumerate().filter(|(_, row)| meets(&row.cells[column]));
                    let rows: Vec<usize> = rows.map(|(index, _)| index).collect();
                    let which = if range.low == Some(*bound) { "lower end" } else { "upper end" };
                    let at = literal(benefit, bound.at).map(|text| format!(" {text}")).unwrap_or_default();
                    let search = Search {
                        text: format!("『{}』「{}」 {which}{at}", table.name, row.text),
                        line,
                        left: Side::Node(key.root),
                        right: Side::Node(bound.at),
                        row: None,
                        edge: (table.mode == Mode::Pick).then_some((index as u32, rows)),
                        list: item_list(benefit, &[key.root, bound.at]),
                    };
                    match search.edge {
                        Some(_) => list.push(search),
                        None => list.extend(by_row(benefit, search, passage)),
                    }
                }
            }
        }
    }
    let mut stage = benefit.clone();
    stage.caps.clear();
    stage.topup = None;
    if let Some(minimum) = stage.min_payout.take() {
        let search = Search {
            text: format!("min_payout 「{}」", minimum.text),
            line: passage.and_then(|passage| passage.key("min_payout", &minimum.text)),
            left: Side::Amount(Box::new(stage)),
            right: Side::Node(minimum.root),
            row: None,
            edge: None,
            list: None,
        };
        list.extend(by_row(benefit, search, passage));
    }
    for (index, cap) in benefit.caps.iter().enumerate() {
        // A payer's cap does not lower the total.
        if cap.payer.is_some() {
            continue;
        }
        let mut stage = benefit.clone();
        stage.caps.truncate(index);
        let search = Search {
            text: format!("cap {} 「{}」", cap.scope.label(), cap.at.text),
            line: passage.and_then(|passage| passage.key("cap", &cap.at.text)),
            left: Side::Amount(Box::new(stage)),
            right: Side::Cap { at: cap.at.root, used: cap.used.as_ref().map(|used| used.root) },
            row: None,
            edge: None,
            list: item_list(benefit, &[cap.at.root]),
        };
        list.extend(by_row(benefit, search, passage));
    }
    list
}

/// The same threshold once for each row of a table whose figures it takes.
fn by_row(benefit: &Benefit, search: Search, passage: Option<&Passage>) -> Vec<Search> {
    let mut roots = side_nodes(&search.right);
    if let Side::Node(left) = &search.left {
        roots.push(*left);
    }
    let mut found: Option<(u32, u32)> = None;
    let mut seen = BTreeSet::new();
    while let (Some(id), None) = (roots.pop(), found) {
        if !seen.insert(id.0) {
            continue;
        }
        match &benefit.nodes[id.0 as usize] {
            Node::Let(index) => roots.push(benefit.lets[*index as usize].expr.root),
            Node::Column { table, keys: None, column } if benefit.tables[*table as usize].mode == Mode::Pick => {
                found = Some((*table, *column));
            }
            node => node.each_child(|child| roots.push(child)),
        }
    }
    let Some((index, column)) = found else { return vec![search] };
    let table = &benefit.tables[index as usize];
    let Search { text, line, left, right, edge, list, .. } = search;
    let rows = table.rows.iter().enumerate().filter(|(_, row)| row.is_known());
    rows.map(|(row, entry)| {
        let figure = &entry.values[column as usize].text;
        let at = passage.and_then(|passage| passage.row(&table.name, &entry.text));
        Search {
            text: format!(
                "{text}, 『{}』「{}」 {} {figure}",
                table.name, entry.text, table.columns[column as usize].name
            ),
            line: at.or(line),
            left: left.copy(),
            right: right.copy(),
            row: Some((index, row)),
            edge: edge.clone(),
            list,
        }
    })
    .collect()
}

impl Side {
    fn copy(&self) -> Side {
        match self {
            Side::Node(id) => Side::Node(*id),
            Side::Amount(stage) => Side::Amount(stage.clone()),
            Side::Compound { base, rate, years } => Side::Compound { base: *base, rate: *rate, years: *years },
            Side::Cap { at, used } => Side::Cap { at: *at, used: *used },
        }
    }
}

fn side_nodes(side: &Side) -> Vec<NodeId> {
    match side {
        Side::Node(id) => vec![*id],
        Side::Amount(_) => Vec::new(),
        Side::Compound { base, rate, .. } => vec![*base, *rate],
        Side::Cap { at, .. } => vec![*at],
    }
}

/// A literal as the author wrote it.
pub fn literal(benefit: &Benefit, id: NodeId) -> Option<String> {
    match &benefit.nodes[id.0 as usize] {
        Node::Number { text, .. } => Some(text.clone()),
        Node::Year(year) => Some(format!("{year}年")),
        Node::Date(date) => Some(date.to_string()),
        _ => None,
    }
}

/// Where a node stands, `need 「…」`, and the line; none where it stands in no formula, condition or table.
pub fn place(benefit: &Benefit, passage: Option<&Passage>, id: NodeId) -> Option<(String, Option<usize>)> {
    for (expr, words) in expressions(benefit) {
        let mut open = vec![expr.root];
        let mut seen = BTreeSet::new();
        while let Some(at) = open.pop() {
            if at == id {
                let line = passage.and_then(|passage| words.line(passage, &expr.text));
                return Some((words.text(&expr.text), line));
            }
            if seen.insert(at.0) {
                benefit.nodes[at.0 as usize].each_child(|child| open.push(child));
            }
        }
    }
    for table in &benefit.tables {
        for row in &table.rows {
            let mut open: Vec<NodeId> = row.cells.iter().flat_map(bounds).collect();
            while let Some(at) = open.pop() {
                if at == id {
                    let line = passage.and_then(|passage| passage.row(&table.name, &row.text));
                    return Some((format!("『{}』「{}」", table.name, row.text), line));
                }
                benefit.nodes[at.0 as usize].each_child(|child| open.push(child));
            }
        }
    }
    None
}

fn bounds(cell: &Cell) -> Vec<NodeId> {
    match cell {
        Cell::Range(range) => range.nodes().collect(),
        Cell::Point(id) | Cell::Holds(id) => vec![*id],
        Cell::Any | Cell::Options(_) | Cell::Bool(_) => Vec::new(),
    }
}

/// The list whose item these nodes speak of.
fn item_list(benefit: &Benefit, roots: &[NodeId]) -> Option<FieldId> {
    let mut open = roots.to_vec();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id.0) {
            continue;
        }
        match &benefit.nodes[id.0 as usize] {
            Node::Item { list, .. } => return Some(*list),
            Node::Ordinal => return benefit.each.as_ref().map(|each| each.list),
            Node::List { .. } | Node::Records { .. } => {}
            Node::Let(index) => open.push(benefit.lets[*index as usize].expr.root),
            Node::Column { table, keys: None, .. } => {
                open.extend(benefit.tables[*table as usize].keys.iter().map(|key| key.root));
            }
            node => node.each_child(|child| open.push(child)),
        }
    }
    None
}

/// Where an expression stands.
enum Words<'a> {
    Key(&'a str),
    Step(&'a str),
    /// A row of this table, with the row's text.
    Row(&'a str, &'a str),
}

impl Words<'_> {
    fn text(&self, expr: &str) -> String {
        match self {
            Words::Key(key) => format!("{key} 「{expr}」"),
            Words::Step(name) => format!("let 「{name} = {expr}」"),
            Words::Row(table, row) => format!("『{table}』「{row}」"),
        }
    }

    fn line(&self, passage: &Passage, expr: &str) -> Option<usize> {
        match self {
            Words::Key(key) => passage.key(key, expr),
            Words::Step(name) => passage.step(name),
            Words::Row(table, row) => passage.row(table, row),
        }
    }
}

/// Every expression of a benefit with its place.
fn expressions(benefit: &Benefit) -> Vec<(Expr, Words<'_>)> {
    let mut list = Vec::new();
    let needs = benefit.needs.iter().map(|condition| (condition.expr.clone(), Words::Key("need")));
    list.extend(needs);
    list.extend(benefit.vetoes.iter().map(|condition| (condition.expr.clone(), Words::Key("veto"))));
    if let Some(each) = &benefit.each {
        list.extend(each.needs.iter().map(|condition| (condition.expr.clone(), Words::Key("item_need"))));
    }
    list.extend(benefit.lets.iter().map(|step| (step.expr.clone(), Words::Step(&step.name))));
    let single = [("amount", &benefit.amount), ("min_payout", &benefit.min_payout), ("topup", &benefit.topup)];
    list.extend(single.into_iter().filter_map(|(key, expr)| Some((expr.clone()?, Words::Key(key)))));
    list.extend(benefit.caps.iter().map(|cap| (cap.at.clone(), Words::Key("cap"))));
    list.extend(benefit.saving.iter().map(|expr| (expr.clone(), Words::Key("saving"))));
    list.extend(benefit.instalments.iter().filter_map(|part| Some((part.need.clone()?, Words::Key("pay")))));
    for table in &benefit.tables {
        list.extend(table.keys.iter().map(|key| (key.clone(), Words::Key("on"))));
        for row in &table.rows {
            for cell in &row.cells {
                if let Cell::Holds(root) = cell {
                    let expr = Expr { root: *root, text: row.text.clone(), unit: Unit::Bool };
                    list.push((expr, Words::Row(&table.name, &row.text)));
                }
            }
            list.extend(row.values.iter().map(|value| (value.clone(), Words::Row(&table.name, &row.text))));
        }
    }
    list
}

/// `met 40万元`
pub fn result(outcome: &BenefitOutcome) -> String {
    let money = |amount| wording::exact(amount, &Unit::Number(Dimension::money()));
    match outcome.amount {
        Some((low, Some(high))) if low == high => format!("{} {}", outcome.verdict.name(), money(low)),
        Some((low, Some(high))) => format!("{} {}至{}", outcome.verdict.name(), money(low), money(high)),
        Some((low, None)) => format!("{} {}至不限", outcome.verdict.name(), money(low)),
        None => outcome.verdict.name().to_owned(),
    }
}
