//! Tables of a benefit: rows of key cells and values.

use policy_finder_pack::Dimension;
use policy_finder_pack::rules::{Cell, Column, Comparison, Expr, Mode, Node, NodeId, Row, Table, Unit};

use super::syntax::{self, Ast, CellAst, Form};
use super::typing::{Lowering, canonical, describe};
use super::{Fault, coverage, functions};
use crate::diagnostic::Diagnostic;
use crate::keys::{Keys, Words, closest};
use crate::model::Place;

/// A `[[table]]` as read, before its expressions are lowered.
#[derive(Clone, Debug)]
pub struct TableSource {
    pub name: Words,
    mode: Mode,
    on: Vec<Words>,
    give: Vec<Words>,
    rows: Vec<(Place, Vec<Words>)>,
    otherwise: Option<(Place, Vec<Words>)>,
    each_rung: bool,
    before: Option<Words>,
    /// Keys whose figures were looked for and not found.
    unknown: Vec<Words>,
}

impl TableSource {
    /// Reads the keys; where something is wrong, it is reported and the name given back, if there is one.
    pub fn read(
        mut keys: Keys,
        elsewhere: &[&str],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<TableSource, Option<String>> {
        let start = keys.start();
        let name = keys.string("name", diagnostics);
        let mode_words = keys.string("mode", diagnostics);
        let on = keys.strings("on", diagnostics);
        let give = keys.strings("give", diagnostics);
        let rows = keys.rows("rows", diagnostics);
        let otherwise_place = keys.place("else");
        let otherwise = keys.strings("else", diagnostics);
        let skip = keys.string("skip", diagnostics);
        let before = keys.string("before", diagnostics);
        let unknown = keys.strings("unknown", diagnostics);
        keys.finish(elsewhere, diagnostics);
        let before_count = diagnostics.len();
        let mut fault = |place: &Place, code, message: String, hint: &str| {
            diagnostics.push(Diagnostic::error(code, place.clone(), message).hint(hint));
        };
        let mode = match mode_words.as_ref().map(|words| words.text.as_str()) {
            None | Some("pick") => Mode::Pick,
            Some("marginal") => Mode::Marginal,
            Some("ladder") => Mode::Ladder,
            Some(other) => {
                let near = closest(other, ["pick", "marginal", "ladder"].into_iter())
                    .map(|near| format!("did you mean {near}?"));
                let place = mode_words.as_ref().map_or(start.clone(), Words::place);
                let hint = near.unwrap_or_else(|| "modes are: pick, marginal, ladder".to_owned());
                fault(&place, "unknown_mode", format!("no mode “{other}”"), &hint);
                Mode::Pick
            }
        };
        let Some(name) = name else {
            fault(&start, "required_key", "a table needs a name".to_owned(), "add name = \"档\"");
            return Err(None);
        };
        let place = name.place();
        if on.is_empty() {
            fault(
                &place,
                "required_key",
                format!("『{}』 does not say what it is looked up by", name.text),
                "add on = [\"产值\"]",
            );
        }
        if rows.is_empty() {
            fault(
                &place,
                "required_key",
                format!("『{}』 has no rows", name.text),
                "add rows = [[\"1亿元(含)以上\", \"10万元\"]]",
            );
        }
        if mode != Mode::Marginal && give.is_empty() {
            fault(
                &place,
                "required_key",
                format!("『{}』 does not name its columns", name.text),
                "add give = [\"标准\"]",
            );
        }
        if mode != Mode::Pick && on.len() > 1 {
            fault(
                &on[1].place(),
                "one_key",
                format!("a {} table is looked up by one key", mode_name(mode)),
                "split the table, or use mode = \"pick\"",
            );
        }
        if mode == Mode::Marginal && !give.is_empty() {
            fault(
                &give[0].place(),
                "marginal_columns",
                "a marginal table has one column, 合计".to_owned(),
                "remove give; each row is a band and its rate",
            );
        }
        let each_rung = match (mode, skip.as_ref().map(|words| words.text.as_str())) {
            (Mode::Ladder, None) => {
                fault(
                    &place,
                    "skip_not_stated",
                    "what is paid when several steps are reached in one year?".to_owned(),
                    "add skip = \"highest\" (only the highest) or skip = \"each\" (all of them), as the text has it",
                );
                false
            }
            (Mode::Ladder, Some("highest")) => false,
            (Mode::Ladder, Some("each")) => true,
            (Mode::Ladder, Some(other)) => {
                let place = skip.as_ref().map_or(place.clone(), Words::place);
                fault(&place, "unknown_skip", format!("skip is “{other}”"), "write \"highest\" or \"each\"");
                false
            }
            (_, Some(_)) => {
                let place = skip.as_ref().map_or(place.clone(), Words::place);
                fault(
                    &place,
                    "ladder_only",
                    "skip belongs to a ladder".to_owned(),
                    "add mode = \"ladder\", or remove skip",
                );
                false
            }
            (_, None) => false,
        };
        if let Some(words) = before.as_ref().filter(|_| mode != Mode::Ladder) {
            fault(
                &words.place(),
                "ladder_only",
                "before belongs to a ladder".to_owned(),
                "add mode = \"ladder\", or remove before",
            );
        }
        if let Some(words) = unknown.first().filter(|_| mode != Mode::Pick || on.len() != 1) {
            let hint = "it belongs to a pick table with one key";
            fault(&words.place(), "unknown_rows", "unknown has no meaning here".to_owned(), hint);
        }
        let values = if mode == Mode::Marginal { 1 } else { give.len() };
        for (place, row) in &rows {
            if !on.is_empty() && row.len() != on.len() + values {
                let columns: Vec<&str> = on.iter().chain(&give).map(|words| words.text.as_str()).collect();
                let message = format!("the row has {} cells, not {}", row.len(), on.len() + values);
                fault(place, "row_length", message, &format!("the cells are: {}", columns.join(", ")));
            }
        }
        let otherwise = otherwise_place.map(|place| (place, otherwise));
        if let Some((place, cells)) = &otherwise
            && cells.len() != give.len()
        {
            fault(
                place,
                "row_length",
                format!("else has {} values, not {}", cells.len(), give.len()),
                "one value for each column of give",
            );
        }
        let mut seen: Vec<&str> = Vec::new();
        for column in &give {
            if seen.contains(&column.text.as_str()) {
                fault(
                    &column.place(),
                    "name_taken",
                    format!("the column “{}” stands twice", column.text),
                    "give one of them another name",
                );
            }
            seen.push(&column.text);
        }
        let source = TableSource { name, mode, on, give, rows, otherwise, each_rung, before, unknown };
        if diagnostics.len() == before_count { Ok(source) } else { Err(Some(source.name.text)) }
    }

    /// Lowers keys, cells and values; faults are reported and `None`.
    pub fn lower(&self, lowering: &mut Lowering) -> Option<Table> {
        let keys: Option<Vec<(Expr, Option<Ast>)>> = self.on.iter().map(|words| self.key(lowering, words)).collect();
        let (keys, compound): (Vec<Expr>, Vec<Option<Ast>>) = keys?.into_iter().unzip();
        let mut rows = Vec::new();
        let mut complete = true;
        for (index, (_, words)) in self.rows.iter().enumerate() {
            let (cells, values) = words.split_at(keys.len());
            let mut row = Row { text: row_text(cells), cells: Vec::new(), values: Vec::new() };
            for ((words, key), growth) in cells.iter().zip(&keys).zip(&compound) {
                let last = index + 1 == self.rows.len();
                let result = lowering.checked(words).and_then(|()| match growth {
                    Some(growth) => growth_cell(lowering, words, growth),
                    None => cell(lowering, words, key, last, keys.len() == 1),
                });
                match result {
                    Ok(cell) => row.cells.push(cell),
                    Err(fault) => {
                        complete = false;
                        lowering.report(words, fault);
                    }
                }
            }
            for words in values {
                match lowering.expression(words) {
                    Some(value) => row.values.push(value),
                    None => complete = false,
                }
            }
            rows.push(row);
        }
        for words in &self.unknown {
            match lowering.checked(words).and_then(|()| cell(lowering, words, &keys[0], false, true)) {
                Ok(cell) => rows.push(Row { text: canonical(&words.text), cells: vec![cell], values: Vec::new() }),
                Err(fault) => {
                    complete = false;
                    lowering.report(words, fault);
                }
            }
        }
        let otherwise = match &self.otherwise {
            Some((_, words)) => {
                let values: Vec<_> = words.iter().filter_map(|words| lowering.expression(words)).collect();
                complete &= values.len() == words.len();
                Some(values)
            }
            None => None,
        };
        let before = match &self.before {
            Some(words) => {
                let expr = lowering.expression(words)?;
                if expr.unit != keys[0].unit {
                    let message =
                        format!("before is {}, the steps are {}", describe(&expr.unit), describe(&keys[0].unit));
                    lowering.report(words, Fault::new(0..words.text.len(), "unit_mismatch", message));
                    complete = false;
                }
                Some(expr)
            }
            None => None,
        };
        if !complete {
            return None;
        }
        let columns = self.columns(lowering, &keys, &rows, otherwise.as_deref())?;
        for row in &mut rows {
            for cell in &mut row.cells {
                // A single key's 其余 is every option that no other row names.
                if let (Cell::Any, [key]) = (&*cell, keys.as_slice())
                    && let Some(rest) = self.remaining(lowering, key)
                {
                    *cell = Cell::Options(rest);
                }
            }
        }
        let table = Table {
            name: self.name.text.clone(),
            mode: self.mode,
            keys,
            columns,
            rows,
            otherwise,
            each_rung: self.each_rung,
            before,
            shown: false,
        };
        let unknown = self.unknown.iter().map(std::slice::from_ref);
        let places: Vec<&[Words]> = self.rows.iter().map(|(_, words)| words.as_slice()).chain(unknown).collect();
        let sound = coverage::check(lowering, &table, &places);
        sound.then_some(table)
    }

    /// A key, and the call where it is a compound growth rate, which is compared without taking a root.
    fn key(&self, lowering: &mut Lowering, words: &Words) -> Option<(Expr, Option<Ast>)> {
        if let Ok(ast) = syntax::expression(&words.text)
            && matches!(&ast.form, Form::Call { name, .. } if name == "复合增长率")
            && self.mode == Mode::Pick
        {
            let root = lowering.push(Node::Bool(true));
            let unit = Unit::Number(Dimension::RATIO);
            return Some((Expr { root, text: canonical(&words.text), unit }, Some(ast)));
        }
        let expr = lowering.expression(words)?;
        let fits = match (&expr.unit, self.mode) {
            (Unit::Number(_), _) => true,
            (Unit::Year | Unit::Date, mode) => mode != Mode::Marginal,
            (Unit::Bool | Unit::Option(_) | Unit::ItemOption(..) | Unit::NestedOption(..), mode) => mode == Mode::Pick,
            (Unit::Options(_) | Unit::Text, _) => false,
        };
        if fits {
            return Some((expr, None));
        }
        let message = format!("a {} table cannot be looked up by {}", mode_name(self.mode), describe(&expr.unit));
        let fault = Fault::new(0..words.text.len(), "bad_key", message);
        lowering
            .report(words, fault.hint("name the cases in let with 若 … 则 … 否则 …, or use a field with one answer"));
        None
    }

    /// Options that no cell of a single-key table names, for 其余.
    fn remaining(&self, lowering: &Lowering, key: &Expr) -> Option<Vec<u32>> {
        let options = lowering.options(&key.unit)?;
        if !self.rows.iter().any(|(_, words)| words[0].text.trim() == "其余") {
            return None;
        }
        let named: Vec<&str> = self
            .rows
            .iter()
            .flat_map(|(_, words)| words[0].text.split(['、', ',', '\u{ff0c}']))
            .map(str::trim)
            .collect();
        let rest = options.iter().enumerate().filter(|(_, name)| !named.contains(&name.as_str()));
        Some(rest.map(|(index, _)| index as u32).collect())
    }

    /// Names and units of the columns; the values of one column share a unit.
    fn columns(
        &self,
        lowering: &mut Lowering,
        keys: &[Expr],
        rows: &[Row],
        otherwise: Option<&[Expr]>,
    ) -> Option<Vec<Column>> {
        let mut columns = Vec::new();
        let names: Vec<&str> = match self.mode {
            Mode::Marginal => vec!["合计"],
            _ => self.give.iter().map(|words| words.text.as_str()).collect(),
        };
        let mut sound = true;
        for (index, name) in names.iter().enumerate() {
            let mut unit: Option<(Unit, NodeId, usize)> = None;
            let values = rows.iter().filter(|row| row.is_known()).map(|row| &row.values).enumerate();
            let rest = otherwise.map(|values| &values[index]);
            for (row, value) in
                values.map(|(row, values)| (row, &values[index])).chain(rest.map(|value| (rows.len(), value)))
            {
                let Some((first, id, first_row)) = unit.clone() else {
                    unit = Some((value.unit.clone(), value.root, row));
                    continue;
                };
                let a = super::typing::Typed { id, unit: first.clone() };
                let b = super::typing::Typed { id: value.root, unit: value.unit.clone() };
                match lowering.same(&a, &b) {
                    Some(same) if same != first => unit = Some((same, value.root, row)),
                    Some(_) => {}
                    None => {
                        let words = match self.rows.get(row) {
                            Some((_, words)) => words[keys.len() + index].clone(),
                            None => self.otherwise.as_ref().map(|(_, words)| words[index].clone())?,
                        };
                        let message = format!(
                            "the column “{name}” is {} in row {}, {} here",
                            describe(&first),
                            first_row + 1,
                            describe(&value.unit)
                        );
                        lowering.report(
                            &words,
                            Fault::new(0..words.text.len(), "mixed_column", message)
                                .hint("all values of a column need the same unit"),
                        );
                        sound = false;
                    }
                }
            }
            let (mut unit, ..) = unit?;
            if self.mode == Mode::Marginal {
                match (&unit, &keys[0].unit) {
                    (Unit::Number(rate), Unit::Number(key)) => unit = Unit::Number(rate.times(key)),
                    _ => unit = Unit::Number(Dimension::RATIO),
                }
            }
            let option = matches!(unit, Unit::Option(field) if lowering.yields_options_of(field));
            if !option && !matches!(unit, Unit::Number(_) | Unit::Year | Unit::Date) {
                let words = self.rows[0].1[keys.len() + index].clone();
                let message = format!("a column holds numbers, “{name}” is {}", describe(&unit));
                lowering.report(&words, Fault::new(0..words.text.len(), "not_a_number", message));
                sound = false;
            }
            columns.push(Column { name: (*name).to_owned(), unit });
        }
        sound.then_some(columns)
    }
}

pub fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Pick => "pick",
        Mode::Marginal => "marginal",
        Mode::Ladder => "ladder",
    }
}

fn row_text(cells: &[Words]) -> String {
    let cells: Vec<String> = cells.iter().map(|words| canonical(&words.text)).filter(|text| text != "任意").collect();
    cells.join(",")
}

fn cell(lowering: &mut Lowering, words: &Words, key: &Expr, last: bool, single: bool) -> Result<Cell, Fault> {
    let text = words.text.trim();
    let whole = 0..words.text.len();
    match text {
        "任意" if single => {
            return Err(Fault::new(whole, "bad_cell", "任意 in the only key makes the table pointless")
                .hint("write 其余 in the last row"));
        }
        "任意" => return Ok(Cell::Any),
        "其余" if last => return Ok(Cell::Any),
        "其余" => {
            return Err(
                Fault::new(whole, "rest_not_last", "其余 is what no other row names").hint("move the row to the end")
            );
        }
        _ => {}
    }
    match &key.unit {
        Unit::Option(_) | Unit::ItemOption(..) | Unit::NestedOption(..) => {
            let mut options = Vec::new();
            let mut at = 0;
            for part in words.text.split_inclusive(['、', ',', '\u{ff0c}']) {
                let name = part.trim_end_matches(['、', ',', '\u{ff0c}']).trim();
                let start = at + part.find(name).unwrap_or(0);
                at += part.len();
                options.push(lowering.option_of(&key.unit, name, start..start + name.len())?);
            }
            Ok(Cell::Options(options))
        }
        Unit::Bool => match text {
            "是" => Ok(Cell::Bool(true)),
            "否" => Ok(Cell::Bool(false)),
            _ => Err(Fault::new(whole, "bad_cell", format!("“{text}” is no answer to a yes/no key"))
                .hint("write 是, 否 or 任意")),
        },
        unit => {
            let unit = unit.clone();
            match syntax::cell(&words.text)? {
                CellAst::Range(range) => Ok(Cell::Range(lowering.range(&range, &unit)?)),
                CellAst::Point(point) => Ok(Cell::Point(lowering.of_unit(&point, &unit)?)),
            }
        }
    }
}

/// A range of a compound growth rate, as a condition: 今 against 基 × (1 + g)ⁿ.
fn growth_cell(lowering: &mut Lowering, words: &Words, growth: &Ast) -> Result<Cell, Fault> {
    let Form::Call { arguments, .. } = &growth.form else { return Err(Fault::silent()) };
    if words.text.trim() == "任意" {
        return Ok(Cell::Any);
    }
    let CellAst::Range(range) = syntax::cell(&words.text)? else {
        let fault = Fault::new(0..words.text.len(), "bad_cell", "a growth rate is looked up by a range");
        return Err(fault.hint("write 20%(含)至30%(不含)"));
    };
    let mut parts = Vec::new();
    for (end, inclusive, exclusive) in [
        (range.low, Comparison::GreaterOrEqual, Comparison::Greater),
        (range.high, Comparison::LessOrEqual, Comparison::Less),
    ] {
        let Some((bound, included)) = end else { continue };
        let comparison = if included { inclusive } else { exclusive };
        parts.push(functions::compound_growth(lowering, comparison, arguments, &bound, bound.span.clone())?.id);
    }
    Ok(Cell::Holds(lowering.push(Node::And(parts))))
}
