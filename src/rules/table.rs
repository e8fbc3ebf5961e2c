//! Tables: pick a row, add up bands, count rungs.

use policy_finder_pack::Exact;
use policy_finder_pack::rules::{Cell, Mode, Node, NodeId, Range, Table};

use super::comparison::and;
use super::leaf::{Alternative, Item, Leaf, Split, Stop};
use super::number::{End, Number};
use super::value::{InputKey, Value};
use super::wording;

/// What a lookup came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChoice {
    Row(usize),
    /// The values given for «no row fits».
    Otherwise,
    /// No row, and no such values.
    None,
    /// Rungs `from..to` of a ladder are newly reached.
    Rungs {
        from: usize,
        to: usize,
    },
}

/// The value of one column.
pub fn column(leaf: &Leaf, index: u32, keys: Option<&[NodeId]>, column: u32) -> Result<Value, Stop> {
    let table = &leaf.scope.tables[index as usize];
    if table.mode == Mode::Marginal {
        let bands = bands(leaf, table, keys)?;
        let sum = bands.into_iter().try_fold(Number::zero(), |sum, band| sum.add(&band.sum))?;
        return leaf.tighten(sum).map(Value::Number);
    }
    let column = column as usize;
    match choice(leaf, index, keys)? {
        RowChoice::Row(row) if !table.rows[row].is_known() => {
            Err(Stop::NotFound(format!("『{}』「{}」一档的数字没有查到", table.name, table.rows[row].text)))
        }
        RowChoice::Row(row) => leaf.value(table.rows[row].values[column].root),
        RowChoice::Otherwise => match &table.otherwise {
            Some(values) => leaf.value(values[column].root),
            None => Err(no_row(leaf, table, keys)),
        },
        RowChoice::None => Err(no_row(leaf, table, keys)),
        RowChoice::Rungs { from, to } if table.each_rung => {
            let value = |row: usize| leaf.number(table.rows[row].values[column].root);
            (from..to).try_fold(Number::zero(), |sum, row| sum.add(&value(row)?)).map(Value::Number)
        }
        RowChoice::Rungs { to, .. } => leaf.value(table.rows[to - 1].values[column].root),
    }
}

/// One band of a marginal table as it applies.
pub struct Band {
    pub row: usize,
    pub part: Number,
    pub rate: Number,
    pub sum: Number,
}

/// The bands of a marginal table that the key reaches.
///
/// Each begins where the ones before it end: where computed bounds come out reversed, what an earlier band holds is not
/// counted again, and nothing below the first bound counts.
pub fn bands(leaf: &Leaf, table: &Table, keys: Option<&[NodeId]>) -> Result<Vec<Band>, Stop> {
    let key = leaf.number(key_nodes(table, keys)[0])?;
    let mut bands = Vec::new();
    let mut reached: Option<Number> = None;
    for (row, entry) in table.rows.iter().enumerate() {
        let Cell::Range(range) = &entry.cells[0] else { continue };
        let low = range.low.map_or(Ok(Number::zero()), |bound| leaf.number(bound.at))?;
        let low = match &reached {
            Some(reached) => higher(leaf, &low, reached)?,
            None => low,
        };
        let top = match range.high {
            None => key.clone(),
            Some(bound) => {
                let high = leaf.number(bound.at)?;
                reached = Some(higher(leaf, &low, &high)?);
                let over = leaf.split_by_difference(&key, &high)?;
                match (over.positive, over.negative) {
                    (Some(false), _) => key.clone(),
                    (_, Some(false)) => high,
                    _ => key.min(&high),
                }
            }
        };
        let part = leaf.tighten(top.sub(&low)?)?;
        leaf.split_at_zero(&part)?;
        let part = match (part.compare_zero().positive, part.compare_zero().negative) {
            (Some(false), _) => continue,
            (_, Some(false)) => part,
            _ => part.max(&Number::zero()),
        };
        let rate = leaf.number(entry.values[0].root)?;
        let sum = leaf.tighten(part.mul(&rate)?)?;
        bands.push(Band { row, part, rate, sum });
    }
    Ok(bands)
}

/// The larger of two bounds.
fn higher(leaf: &Leaf, a: &Number, b: &Number) -> Result<Number, Stop> {
    let sign = leaf.split_by_difference(a, b)?;
    Ok(match (sign.positive, sign.negative) {
        (Some(false), _) => b.clone(),
        (_, Some(false)) => a.clone(),
        _ => a.max(b),
    })
}

fn key_nodes(table: &Table, keys: Option<&[NodeId]>) -> Vec<NodeId> {
    keys.map_or_else(|| table.keys.iter().map(|key| key.root).collect(), <[NodeId]>::to_vec)
}

/// Which row applies; splits where several may.
pub fn choice(leaf: &Leaf, index: u32, keys: Option<&[NodeId]>) -> Result<RowChoice, Stop> {
    if let Some(choice) = leaf.known_choice(index, keys) {
        return Ok(choice);
    }
    let row_key = leaf.row_key(index, keys);
    let table = &leaf.scope.tables[index as usize];
    if let Some(choice) = leaf.rows.get(&row_key) {
        // The leaf assumes this row; what the key depends on stays open.
        let (_, missing) = leaf.missing_of(|| key_values(leaf, table, keys));
        leaf.note_missing(missing);
        return Ok(*choice);
    }
    let (values, missing) = leaf.missing_of(|| key_values(leaf, table, keys));
    let values = values?;
    let mut possible = match table.mode {
        Mode::Ladder => rungs(leaf, table, &values[0])?,
        _ => rows(leaf, table, &values)?,
    };
    if possible.len() == 1 {
        return Ok(possible.remove(0));
    }
    let nodes = key_nodes(table, keys);
    let alternatives = possible.into_iter().map(|choice| {
        let mut inputs = Vec::new();
        let mut label = format!("『{}』无适用的一档", table.name);
        if let RowChoice::Row(row) = choice {
            label = format!("『{}』取「{}」", table.name, table.rows[row].text);
            for ((node, cell), value) in nodes.iter().zip(&table.rows[row].cells).zip(&values) {
                inputs.extend(narrowed(leaf, *node, cell, value)?);
            }
        } else if let RowChoice::Rungs { to, .. } = choice {
            label = format!("『{}』新达「{}」", table.name, table.rows[to - 1].text);
        }
        Ok(Alternative { label, inputs, row: Some((row_key.clone(), choice)) })
    });
    let alternatives = alternatives.collect::<Result<Vec<_>, Stop>>()?;
    let before = match &table.before {
        Some(before) => leaf.missing_of(|| leaf.value(before.root)).1,
        None => Vec::new(),
    };
    Err(Stop::Split(Split { alternatives, missing: missing.into_iter().chain(before).collect() }))
}

fn key_values(leaf: &Leaf, table: &Table, keys: Option<&[NodeId]>) -> Result<Vec<Value>, Stop> {
    key_nodes(table, keys).into_iter().map(|node| leaf.value(node)).collect()
}

/// The input that a key is, restricted to the row's band: cap, rate and gate of one row stay together.
fn narrowed(leaf: &Leaf, node: NodeId, cell: &Cell, value: &Value) -> Result<Option<(InputKey, Value)>, Stop> {
    if let Node::Item { list, field } = &leaf.scope.nodes[node.0 as usize] {
        let Some(item) = leaf.current_item() else { return Ok(None) };
        return narrowed_input(leaf, InputKey::Item { list: *list, index: item.index, field: *field }, cell, value);
    }
    if let Node::Nested { list, column, field } = &leaf.scope.nodes[node.0 as usize] {
        let Some(Item { index, record: Some(record), .. }) = leaf.current_item() else { return Ok(None) };
        let (list, column, field) = (*list, *column, *field);
        let key = InputKey::Nested { list, index, column, record: record.index, field };
        return narrowed_input(leaf, key, cell, value);
    }
    let Node::Field { field, year } = &leaf.scope.nodes[node.0 as usize] else { return Ok(None) };
    let yearly = leaf.scope.book.fields[field.0 as usize].yearly;
    let year = match (yearly, year) {
        (false, _) => None,
        (true, None) => Some(leaf.scope.event_year),
        (true, Some(id)) => match leaf.number(*id)?.as_point() {
            Some(year) => i32::try_from(year.floor().numerator()).ok(),
            None => return Ok(None),
        },
    };
    narrowed_input(leaf, InputKey::Field { field: *field, year }, cell, value)
}

fn narrowed_input(leaf: &Leaf, key: InputKey, cell: &Cell, value: &Value) -> Result<Option<(InputKey, Value)>, Stop> {
    match (cell, value) {
        (Cell::Bool(truth), Value::Truth(None)) => Ok(Some((key, Value::Truth(Some(*truth))))),
        (Cell::Range(range), Value::Number(number)) if number.as_point().is_none() => {
            let Some(band) = constant_band(leaf, range)? else { return Ok(None) };
            Ok(Some((key, Value::Number(number.intersect(&Number::of_ends(band.0, band.1)).without_form()))))
        }
        _ => Ok(None),
    }
}

/// The ends of a range, where both bounds are certain.
fn constant_band(leaf: &Leaf, range: &Range) -> Result<Option<(End, End)>, Stop> {
    let (mut low, mut high) = (End::INFINITE, End::INFINITE);
    if let Some(bound) = range.low {
        let Some(at) = leaf.number(bound.at)?.as_point() else { return Ok(None) };
        low = End { at: Some(at), open: !bound.inclusive };
    }
    if let Some(bound) = range.high {
        let Some(at) = leaf.number(bound.at)?.as_point() else { return Ok(None) };
        high = End { at: Some(at), open: !bound.inclusive };
    }
    Ok(Some((low, high)))
}

fn fits(leaf: &Leaf, cell: &Cell, value: &Value) -> Result<Option<bool>, Stop> {
    match (cell, value) {
        (Cell::Any, _) => Ok(Some(true)),
        (Cell::Holds(node), _) => leaf.truth(*node),
        (Cell::Options(options), Value::Option(option)) => Ok(Some(options.contains(option))),
        (Cell::Bool(expected), Value::Truth(truth)) => Ok(truth.map(|t| t == *expected)),
        (Cell::Point(node), Value::Number(number)) => {
            Ok(leaf.tighten(number.sub(&leaf.number(*node)?)?)?.compare_zero().zero)
        }
        (Cell::Range(range), Value::Number(number)) => leaf.within(number, range),
        _ => Err(Stop::Undefined("规则表有误:档与依据的类型不同")),
    }
}

/// The choices that are possible for the keys, in row order.
fn rows(leaf: &Leaf, table: &Table, values: &[Value]) -> Result<Vec<RowChoice>, Stop> {
    let mut possible = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let mut cells = Vec::with_capacity(values.len());
        for (cell, value) in row.cells.iter().zip(values) {
            cells.push(fits(leaf, cell, value)?);
        }
        match and(cells) {
            Some(true) => {
                possible.push(RowChoice::Row(index));
                return Ok(possible);
            }
            None => possible.push(RowChoice::Row(index)),
            Some(false) => {}
        }
    }
    if values.len() != 1 || !covered(leaf, table, &values[0])? {
        possible.push(if table.otherwise.is_some() { RowChoice::Otherwise } else { RowChoice::None });
    }
    Ok(possible)
}

/// Whether the rows of a one-key table leave no value of the key without a row.
fn covered(leaf: &Leaf, table: &Table, value: &Value) -> Result<bool, Stop> {
    match value {
        Value::Truth(None) => {
            let has = |truth| table.rows.iter().any(|row| row.cells[0] == Cell::Bool(truth));
            Ok(has(true) && has(false))
        }
        Value::Number(key) => {
            let mut bands = Vec::new();
            for row in &table.rows {
                if let Cell::Range(range) = &row.cells[0] {
                    match constant_band(leaf, range)? {
                        Some(band) => bands.push(band),
                        None => return Ok(false),
                    }
                }
            }
            // Walk upwards: `at` is the first value not yet covered, itself covered already if `passed`.
            let (from, to) = (key.low(), key.high());
            let mut at = from.at;
            let mut passed = at.is_none() || from.open;
            loop {
                let next = bands.iter().find(|(low, high)| {
                    let starts = match (low.at, at) {
                        (None, _) => true,
                        (Some(_), None) => false,
                        (Some(start), Some(at)) => start < at || (start == at && (!low.open || passed)),
                    };
                    let advances = match (high.at, at) {
                        (None, _) | (_, None) => true,
                        (Some(end), Some(at)) => end > at || (end == at && !high.open && !passed),
                    };
                    starts && advances
                });
                let Some((_, high)) = next else { return Ok(false) };
                let enough = match (high.at, to.at) {
                    (None, _) => true,
                    (Some(_), None) => false,
                    (Some(top), Some(wanted)) => top > wanted || (top == wanted && (!high.open || to.open)),
                };
                if enough {
                    return Ok(true);
                }
                at = high.at;
                passed = !high.open;
            }
        }
        Value::Option(_) | Value::Options(_) | Value::Truth(Some(_)) | Value::Text(_) => Ok(false),
    }
}

/// The pairs of rungs (before, now) that are possible for a ladder.
fn rungs(leaf: &Leaf, table: &Table, key: &Value) -> Result<Vec<RowChoice>, Stop> {
    let Value::Number(now) = key else { return Err(Stop::Undefined("规则表有误:台阶的依据应为数")) };
    let before = match &table.before {
        Some(before) => leaf.number(before.root)?,
        None => Number::point(Exact::integer(-1)),
    };
    let mut heights = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let Cell::Range(Range { low: Some(bound), .. }) = &row.cells[0] else { continue };
        let at = leaf.number(bound.at)?.as_point().ok_or(Stop::Undefined("台阶的高度未知"))?;
        heights.push((at, bound.inclusive));
    }
    let reached =
        |value: Exact| heights.iter().filter(|&&(at, inclusive)| value > at || (inclusive && value == at)).count();
    let low = |n: &Number| n.low().at.map_or(0, reached);
    // An open high end that stands on a rung does not reach it.
    let high = |n: &Number| match n.high() {
        End { at: None, .. } => heights.len(),
        End { at: Some(at), open: true } => heights.iter().filter(|&&(height, _)| at > height).count(),
        End { at: Some(at), .. } => reached(at),
    };
    let mut possible = Vec::new();
    for to in low(now)..=high(now) {
        for from in low(&before)..=high(&before) {
            let choice = if to > from { RowChoice::Rungs { from, to } } else { RowChoice::None };
            // Without `each`, only the highest rung matters.
            let choice = match choice {
                RowChoice::Rungs { to, .. } if !table.each_rung => RowChoice::Rungs { from: to - 1, to },
                other => other,
            };
            let choice =
                if choice == RowChoice::None && table.otherwise.is_some() { RowChoice::Otherwise } else { choice };
            if !possible.contains(&choice) {
                possible.push(choice);
            }
        }
    }
    Ok(possible)
}

fn no_row(leaf: &Leaf, table: &Table, keys: Option<&[NodeId]>) -> Stop {
    let given: Vec<String> = key_nodes(table, keys)
        .into_iter()
        .zip(&table.keys)
        .map(|(node, key)| {
            let value =
                leaf.value(node).map_or_else(|_| "未知".to_owned(), |v| wording::value(leaf.scope.book, &v, &key.unit));
            format!("{} = {value}", key.text)
        })
        .collect();
    let rows: Vec<&str> = table.rows.iter().map(|row| row.text.as_str()).collect();
    let rows = match rows.as_slice() {
        [first, .., last] if rows.len() > 3 => format!("「{first}」…「{last}」"),
        rows => rows.iter().map(|row| format!("「{row}」")).collect(),
    };
    let why = if table.mode == Mode::Ladder { "没有新达到的台阶" } else { "不在任何一档" };
    Stop::NoRow(format!("『{}』按 {},{why}({rows})", table.name, given.join("、")))
}
