//! Here are the rows of a table: does every value of the keys find exactly one?
//!
//! Every axis is cut at its constant bounds into points and open intervals; options and booleans are values. Each box
//! of the cut is tested against all rows. Tables with bounds that are not constant are checked end to end: where one
//! row stops the next begins with the same expression.

use policy_finder_pack::rules::{Bound, Cell, Mode, Node, Range, Table, Unit};
use policy_finder_pack::{Dimension, Exact};

use super::Fault;
use super::typing::Lowering;
use crate::keys::Words;

/// Boxes beyond this are not tested; a table of that size cannot be proof-read either.
const MAX_BOXES: usize = 20_000;

/// One piece of an axis.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Point(Exact),
    /// Between two cuts; `None` is infinity.
    Open(Option<Exact>, Option<Exact>),
    Option(u32),
    Bool(bool),
    /// The axis does not matter.
    All,
}

/// Reports overlaps and holes; whether there were none.
pub fn check(lowering: &mut Lowering, table: &Table, places: &[&[Words]]) -> bool {
    match table.mode {
        Mode::Ladder => ladder(lowering, table, places),
        Mode::Pick | Mode::Marginal => {
            let axes: Option<Vec<Vec<Piece>>> =
                (0..table.keys.len()).map(|axis| pieces(lowering, table, axis)).collect();
            match axes {
                Some(axes) => boxes(lowering, table, places, &axes),
                None if table.keys.len() == 1 => end_to_end(lowering, table, places),
                // Several keys with bounds that are not constant: the first row that fits counts.
                None => true,
            }
        }
    }
}

/// Rungs are open upwards and rise.
fn ladder(lowering: &mut Lowering, table: &Table, places: &[&[Words]]) -> bool {
    let mut sound = true;
    let mut last: Option<Exact> = None;
    for (row, words) in table.rows.iter().zip(places) {
        let Cell::Range(Range { low: Some(bound), high: None }) = &row.cells[0] else {
            let fault = Fault::new(0..words[0].text.len(), "bad_rung", "a step of a ladder is open upwards")
                .hint("write 1亿元(含)以上");
            lowering.report(&words[0], fault);
            sound = false;
            continue;
        };
        let Some(height) = lowering.constant(bound.at) else {
            let fault = Fault::new(0..words[0].text.len(), "bad_rung", "the height of a step is a fixed number");
            lowering.report(&words[0], fault);
            sound = false;
            continue;
        };
        if last.is_some_and(|last| height <= last) {
            let fault =
                Fault::new(0..words[0].text.len(), "ladder_order", "the steps of a ladder rise from row to row")
                    .hint("sort the rows, the lowest step first");
            lowering.report(&words[0], fault);
            sound = false;
        }
        last = Some(height);
    }
    sound
}

/// The pieces of one axis; `None` where a bound is not constant.
fn pieces(lowering: &Lowering, table: &Table, axis: usize) -> Option<Vec<Piece>> {
    let cells = || table.rows.iter().map(move |row| &row.cells[axis]);
    if cells().any(|cell| matches!(cell, Cell::Holds(_))) {
        return None;
    }
    let key = &table.keys[axis];
    if cells().all(|cell| *cell == Cell::Any) {
        return Some(vec![Piece::All]);
    }
    match &key.unit {
        Unit::Option(_) | Unit::ItemOption(..) | Unit::NestedOption(..) => {
            let options = lowering.options(&key.unit)?;
            Some((0..options.len() as u32).map(Piece::Option).collect())
        }
        Unit::Bool => Some(vec![Piece::Bool(false), Piece::Bool(true)]),
        _ => {
            let mut cuts = Vec::new();
            for cell in cells() {
                match cell {
                    Cell::Point(node) => cuts.push(lowering.constant(*node)?),
                    Cell::Range(range) => {
                        for bound in range.low.iter().chain(&range.high) {
                            cuts.push(lowering.constant(bound.at)?);
                        }
                    }
                    Cell::Any | Cell::Options(_) | Cell::Bool(_) | Cell::Holds(_) => {}
                }
            }
            cuts.sort();
            cuts.dedup();
            let step = grain(lowering, table, axis);
            let mut pieces = vec![Piece::Open(None, cuts.first().copied())];
            for (index, cut) in cuts.iter().enumerate() {
                pieces.push(Piece::Point(*cut));
                let next = cuts.get(index + 1).copied();
                // Between two neighbouring years there is nothing.
                let empty = match (step, next) {
                    (Some(step), Some(next)) => next.checked_sub(*cut).is_some_and(|distance| distance <= step),
                    _ => false,
                };
                if !empty {
                    pieces.push(Piece::Open(Some(*cut), next));
                }
            }
            Some(pieces)
        }
    }
}

/// The distance of neighbouring values of a key that moves in steps.
fn grain(lowering: &Lowering, table: &Table, axis: usize) -> Option<Exact> {
    let key = &table.keys[axis];
    match &key.unit {
        Unit::Year | Unit::Date => Some(Exact::ONE),
        _ => match lowering.node_behind(key.root) {
            Node::YearsBetween { .. } | Node::FullYears { .. } => Some(Exact::integer(12)),
            Node::WholeSteps { .. } | Node::NewSteps { .. } => Some(Exact::ONE),
            _ => None,
        },
    }
}

fn holds(lowering: &Lowering, cell: &Cell, piece: &Piece) -> bool {
    match (cell, piece) {
        (Cell::Any, _) | (_, Piece::All) => true,
        (Cell::Options(options), Piece::Option(option)) => options.contains(option),
        (Cell::Bool(a), Piece::Bool(b)) => a == b,
        (Cell::Point(node), Piece::Point(at)) => lowering.constant(*node) == Some(*at),
        (Cell::Range(range), Piece::Point(at)) => {
            let above = range
                .low
                .is_none_or(|b| lowering.constant(b.at).is_some_and(|low| low < *at || (low == *at && b.inclusive)));
            let below = range
                .high
                .is_none_or(|b| lowering.constant(b.at).is_some_and(|high| *at < high || (high == *at && b.inclusive)));
            above && below
        }
        (Cell::Range(range), Piece::Open(from, to)) => {
            let above = range
                .low
                .is_none_or(|b| from.is_some_and(|from| lowering.constant(b.at).is_some_and(|low| low <= from)));
            let below =
                range.high.is_none_or(|b| to.is_some_and(|to| lowering.constant(b.at).is_some_and(|high| to <= high)));
            above && below
        }
        _ => false,
    }
}

fn boxes(lowering: &mut Lowering, table: &Table, places: &[&[Words]], axes: &[Vec<Piece>]) -> bool {
    let count =
        axes.iter().map(Vec::len).try_fold(1usize, |product, n| product.checked_mul(n).filter(|p| *p <= MAX_BOXES));
    let Some(count) = count else { return true };
    let rest = |row: &[Words]| row.iter().any(|words| words.text.trim() == "其余");
    let mut owners: Vec<Option<usize>> = Vec::with_capacity(count);
    let mut sound = true;
    let mut reported: Vec<(usize, usize)> = Vec::new();
    for index in 0..count {
        let at = position(index, axes);
        let fitting: Vec<usize> = (0..table.rows.len())
            .filter(|&row| !rest(places[row]))
            .filter(|&row| {
                table.rows[row]
                    .cells
                    .iter()
                    .zip(axes)
                    .zip(&at)
                    .all(|((cell, axis), &i)| holds(lowering, cell, &axis[i]))
            })
            .collect();
        if let [first, second, ..] = fitting.as_slice()
            && !reported.contains(&(*first, *second))
        {
            reported.push((*first, *second));
            sound = false;
            let words = &places[*second][axes.len() - 1];
            let words = if axes.len() == 1 { &places[*second][0] } else { words };
            let what = describe(lowering, table, axes, &at);
            let message = format!("{what} belongs to row {} and to row {}", first + 1, second + 1);
            let hint = match (axes.len(), &axes[0][at[0]]) {
                (1, Piece::Point(_)) => "only one of the two rows says (含)",
                _ => "every case belongs to one row",
            };
            lowering.report(words, Fault::new(0..words.text.len(), "overlap", message).hint(hint));
        }
        let by_rest = (0..table.rows.len()).find(|&row| {
            rest(places[row])
                && table.rows[row]
                    .cells
                    .iter()
                    .zip(axes)
                    .zip(&at)
                    .all(|((cell, axis), &i)| matches!(cell, Cell::Any) || holds(lowering, cell, &axis[i]))
        });
        owners.push(fitting.first().copied().or(by_rest));
    }
    if table.otherwise.is_some() {
        return sound;
    }
    // A hole lies between two rows of one axis; outside of all rows nothing is promised.
    for index in 0..count {
        if owners[index].is_some() {
            continue;
        }
        let at = position(index, axes);
        for axis in 0..axes.len() {
            if !matches!(axes[axis][at[axis]], Piece::Point(_) | Piece::Open(..)) {
                continue;
            }
            let owner = |i: usize| {
                let mut there = at.clone();
                there[axis] = i;
                owners[offset(&there, axes)].map(|owner| (i, owner))
            };
            let below = (0..at[axis]).rev().find_map(owner);
            let above = (at[axis] + 1..axes[axis].len()).find_map(owner);
            let (Some((low, below)), Some((high, above))) = (below, above) else { continue };
            // Single values beside single values leave nothing between them by intention.
            let points = |row: usize| matches!(table.rows[row].cells[axis], Cell::Point(_));
            if points(below) && points(above) {
                continue;
            }
            // Report a hole once, at its first piece.
            if at[axis] != low + 1 || reported.contains(&(below, above)) {
                continue;
            }
            reported.push((below, above));
            sound = false;
            let words = places[above][axis].clone();
            let (message, hint) = if high == low + 2 && matches!(axes[axis][at[axis]], Piece::Point(_)) {
                let what = describe(lowering, table, &axes[axis..=axis], &at[axis..=axis]);
                (
                    format!("{what} belongs to no row: rows {} and {} both say (不含)", below + 1, above + 1),
                    "one of the two rows says (含)",
                )
            } else {
                (
                    format!("between row {} and row {} nothing is said", below + 1, above + 1),
                    "if the text has a hole there, add a row that gives 0元, or an else",
                )
            };
            lowering.report(&words, Fault::new(0..words.text.len(), "gap", message).hint(hint));
        }
    }
    sound
}

fn position(mut index: usize, axes: &[Vec<Piece>]) -> Vec<usize> {
    let mut at = vec![0; axes.len()];
    for (slot, axis) in at.iter_mut().zip(axes).rev() {
        *slot = index % axis.len();
        index /= axis.len();
    }
    at
}

fn offset(at: &[usize], axes: &[Vec<Piece>]) -> usize {
    at.iter().zip(axes).fold(0, |index, (i, axis)| index * axis.len() + i)
}

/// A box in words: `2亿元`, `小型、2亿元`.
fn describe(lowering: &Lowering, table: &Table, axes: &[Vec<Piece>], at: &[usize]) -> String {
    let unit = |axis: usize| match &table.keys[axis.min(table.keys.len() - 1)].unit {
        Unit::Number(dimension) => dimension.clone(),
        _ => Dimension::RATIO,
    };
    let number = |value: Exact, axis: usize| match &table.keys[axis].unit {
        Unit::Year => format!("{value}年"),
        Unit::Date => policy_finder_pack::Date::from_day_number(value.numerator() as i32)
            .map_or_else(String::new, |d| d.to_string()),
        _ => literal(value, &unit(axis)),
    };
    let mut words = Vec::new();
    for (axis, (pieces, &index)) in axes.iter().zip(at).enumerate() {
        match &pieces[index] {
            Piece::Point(value) => words.push(number(*value, axis)),
            Piece::Open(Some(low), Some(high)) => {
                words.push(format!("what lies between {} and {}", number(*low, axis), number(*high, axis)))
            }
            Piece::Open(Some(low), None) => words.push(format!("what lies above {}", number(*low, axis))),
            Piece::Open(None, Some(high)) => words.push(format!("what lies below {}", number(*high, axis))),
            Piece::Option(option) => {
                words.extend(lowering.options(&table.keys[axis].unit).map(|options| options[*option as usize].clone()));
            }
            Piece::Bool(truth) => {
                words.push(format!("{} = {}", table.keys[axis].text, if *truth { "是" } else { "否" }))
            }
            Piece::Open(None, None) | Piece::All => {}
        }
    }
    words.join(", ")
}

/// A number as an author would write it.
pub fn literal(value: Exact, dimension: &Dimension) -> String {
    let scaled = |factor: i64, name: &str| {
        let scaled = value.checked_div(Exact::integer(factor))?;
        (scaled.is_decimal(4) && (scaled >= Exact::ONE || scaled <= Exact::integer(-1)))
            .then(|| format!("{scaled}{name}"))
    };
    if dimension.is_money() {
        return scaled(100_000_000, "亿元").or_else(|| scaled(10_000, "万元")).unwrap_or_else(|| format!("{value}元"));
    }
    if dimension.is_ratio() {
        return value
            .checked_mul(Exact::integer(100))
            .filter(|v| v.is_decimal(6))
            .map_or_else(|| value.to_string(), |v| format!("{v}%"));
    }
    if *dimension == Dimension::months() {
        return scaled(12, "年")
            .filter(|_| value.checked_div(Exact::integer(12)).is_some_and(Exact::is_integer))
            .unwrap_or_else(|| format!("{value}月"));
    }
    format!("{value}{dimension}")
}

/// Bounds that are not constant: the same expression stands on both sides, with one 含.
fn end_to_end(lowering: &mut Lowering, table: &Table, places: &[&[Words]]) -> bool {
    let mut sound = true;
    let mut last: Option<Option<Bound>> = None;
    for (index, (row, words)) in table.rows.iter().zip(places).enumerate() {
        let Cell::Range(range) = &row.cells[0] else { continue };
        if let Some(before) = last {
            let message = match (before, range.low) {
                (Some(high), Some(low)) if high.at == low.at && high.inclusive != low.inclusive => None,
                (Some(high), Some(low)) if high.at == low.at && high.inclusive => Some((
                    "overlap",
                    format!("the bound belongs to row {index} and to row {}", index + 1),
                    "only one of the two rows says (含)",
                )),
                (Some(high), Some(low)) if high.at == low.at => Some((
                    "gap",
                    format!("the bound belongs to no row: rows {index} and {} both say (不含)", index + 1),
                    "one of the two rows says (含)",
                )),
                _ => Some((
                    "gap",
                    format!("row {} does not begin where row {index} ends", index + 1),
                    "write the same expression at both ends",
                )),
            };
            if let Some((code, message, hint)) = message {
                lowering.report(&words[0], Fault::new(0..words[0].text.len(), code, message).hint(hint));
                sound = false;
            }
        }
        last = Some(range.high);
    }
    sound
}
