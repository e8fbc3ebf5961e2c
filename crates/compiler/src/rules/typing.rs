//! Here is an expression: do its units fit, and which nodes compute it?
//!
//! One [`Lowering`] holds the arena of one benefit or group. Named steps and tables are lowered when they are first
//! used, so that they may stand in any order; one that depends on itself is found on the way.

mod name;
mod operator;
mod step;

use std::collections::BTreeSet;
use std::ops::Range;

use policy_finder_pack::rules::{Bound, Expr, FieldId, FieldKind, Let, Node, NodeId, Range as NodeRange, Table, Unit};
use policy_finder_pack::{Dimension, Exact};

use super::syntax::{self, Ast, Form, RangeAst};
use super::table::TableSource;
use super::{Fault, functions, lexer};
use crate::diagnostic::Diagnostic;
use crate::keys::{Words, closest};
use crate::model::{Corpus, Vocabulary};

/// A lowered expression and what it yields.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    pub id: NodeId,
    pub unit: Unit,
}

/// How far a named step or table has been lowered.
#[derive(Clone, Debug)]
enum State<T> {
    New,
    Open,
    Done(Option<T>),
}

struct LetSource {
    /// Whether it speaks of the item of `each`.
    of_item: bool,
    name: String,
    /// The part behind `=`.
    words: Words,
    state: State<Let>,
}

struct TableEntry {
    source: TableSource,
    state: State<Table>,
    /// Whether it speaks of the item of `each`.
    of_item: bool,
}

/// What a corpus offers to expressions.
pub struct Names<'a> {
    pub corpus: &'a Corpus,
    /// Full ids of all benefits.
    pub benefits: &'a BTreeSet<String>,
    /// Id of the policy that the block stands in.
    pub policy: &'a str,
    /// Full id of the benefit, where the block is one.
    pub own: Option<String>,
}

impl<'a> Names<'a> {
    pub fn vocabulary(&self) -> &'a Vocabulary {
        &self.corpus.vocabulary
    }

    /// A full id: `x` is one of the own policy.
    pub fn full_id(&self, id: &str) -> String {
        if id.contains('#') { id.to_owned() } else { format!("{}#{id}", self.policy) }
    }
}

/// A list of the vocabulary, or the list in one of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListAt {
    pub list: FieldId,
    pub column: Option<u32>,
}

impl ListAt {
    pub fn of(list: FieldId) -> ListAt {
        ListAt { list, column: None }
    }
}

/// The arena of one benefit or group while it is being filled.
pub struct Lowering<'a> {
    pub names: Names<'a>,
    pub nodes: Vec<Node>,
    lets: Vec<LetSource>,
    tables: Vec<TableEntry>,
    /// Names of tables that could not be read.
    broken: Vec<String>,
    /// The lists whose items are at hand, innermost last.
    items: Vec<ListAt>,
    /// Whether 序号 was used of the innermost list.
    pub counted: bool,
    /// The list of an `each` benefit: its steps and tables may speak of the item.
    each: Option<FieldId>,
    /// Whether what is being lowered speaks of the item of `each`.
    of_item: bool,
    /// The field whose options may stand as values: that of a derived field.
    options_of: Option<FieldId>,
    /// Whether something depends on what has faults elsewhere, reported there.
    pub incomplete: bool,
    pub diagnostics: &'a mut Vec<Diagnostic>,
}

pub type Result<T> = std::result::Result<T, Fault>;

impl<'a> Lowering<'a> {
    pub fn new(names: Names<'a>, diagnostics: &'a mut Vec<Diagnostic>) -> Lowering<'a> {
        Lowering {
            names,
            nodes: Vec::new(),
            lets: Vec::new(),
            tables: Vec::new(),
            broken: Vec::new(),
            items: Vec::new(),
            counted: false,
            each: None,
            of_item: false,
            options_of: None,
            incomplete: false,
            diagnostics,
        }
    }

    pub fn report(&mut self, words: &Words, fault: Fault) {
        self.incomplete |= fault.code.is_empty();
        self.diagnostics.extend(fault.at(words));
    }

    /// Registers the steps of a benefit: `名称 = 算式`.
    pub fn declare_lets(&mut self, sources: Vec<Words>) {
        for source in sources {
            let Some(split) = source.text.find(['=', '\u{ff1d}']) else {
                let fault = Fault::new(0..source.text.len(), "bad_let", "a step is a name and how it is computed");
                self.report(&source, fault.hint("e.g. 增量 = 产值 - 产值[上年]"));
                continue;
            };
            let name = source.text[..split].trim().to_owned();
            let sign = source.text[split..].chars().next().map_or(1, char::len_utf8);
            let after = &source.text[split + sign..];
            let lead = after.len() - after.trim_start().len();
            let start = split + sign + lead;
            let words = Words { text: after.trim().to_owned(), file: source.file, start: source.start + start };
            if let Some(fault) = self.bad_name(&name, 0..split) {
                self.report(&source, fault);
                continue;
            }
            self.lets.push(LetSource { of_item: false, name, words, state: State::New });
        }
    }

    /// Why a step or table cannot have this name.
    fn bad_name(&self, name: &str, span: Range<usize>) -> Option<Fault> {
        use policy_finder_pack::units::{is_name_char, unit};
        let is_name =
            !name.is_empty() && name.chars().all(is_name_char) && !name.starts_with(|c: char| c.is_ascii_digit());
        if !is_name || crate::vocabulary::is_reserved(name) || unit(name).is_some() {
            let message = format!("“{name}” cannot be a name");
            return Some(
                Fault::new(span, "bad_name", message)
                    .hint("a name is letters and digits, not a unit, keyword or function"),
            );
        }
        if self.names.vocabulary().fields.iter().any(|field| field.name == name) {
            let message = format!("“{name}” is a field of the vocabulary");
            return Some(Fault::new(span, "name_taken", message).hint("give the step or table a name of its own"));
        }
        let taken = self.lets.iter().any(|l| l.name == name) || self.tables.iter().any(|t| t.source.name.text == name);
        taken.then(|| {
            Fault::new(span, "name_taken", format!("“{name}” stands twice in this benefit"))
                .hint("give one of them another name")
        })
    }

    pub fn declare_table(&mut self, source: std::result::Result<TableSource, Option<String>>) {
        let source = match source {
            Ok(source) => source,
            Err(name) => return self.broken.extend(name),
        };
        // A table may be called like a unit (年.标准): the point after its name tells them apart.
        let is_unit = policy_finder_pack::units::unit(&source.name.text).is_some();
        match self.bad_name(&source.name.text, 0..source.name.text.len()).filter(|f| !is_unit || f.code != "bad_name") {
            Some(fault) => {
                self.broken.push(source.name.text.clone());
                self.report(&source.name.clone(), fault);
            }
            None => self.tables.push(TableEntry { source, state: State::New, of_item: false }),
        }
    }

    /// Lowers what no expression has asked for yet, and hands everything over. In a faulty benefit the fault may be why
    /// nothing asks.
    pub fn finish(mut self, faulty: bool) -> (Vec<Node>, Vec<Let>, Vec<Table>) {
        for index in 0..self.lets.len() {
            if matches!(self.lets[index].state, State::New) && !faulty {
                let words = self.lets[index].words.clone();
                let message = format!("the step “{}” is used nowhere", self.lets[index].name);
                self.diagnostics.push(
                    Diagnostic::warning("unused", words.place(), message)
                        .hint("remove it, or use it in amount, need or a table"),
                );
            }
            let place = self.lets[index].words.clone();
            if let Err(fault) = self.lowered_step(index, 0..0) {
                self.report(&place, fault);
            }
        }
        for index in 0..self.tables.len() {
            if matches!(self.tables[index].state, State::New) && !faulty {
                let name = self.tables[index].source.name.clone();
                let message = format!("the table 『{}』 is used nowhere", name.text);
                self.diagnostics.push(
                    Diagnostic::warning("unused", name.place(), message).hint("remove it, or use a column of it"),
                );
            }
            let place = self.tables[index].source.name.clone();
            if let Err(fault) = self.table(index, 0..0) {
                self.report(&place, fault);
            }
        }
        let lets = self.lets.into_iter().map(|l| match l.state {
            State::Done(Some(done)) => done,
            // The benefit has errors and is never written.
            _ => Let {
                name: l.name,
                expr: Expr { root: NodeId(0), text: String::new(), unit: Unit::Bool },
                shown: false,
            },
        });
        let tables = self.tables.into_iter().filter_map(|table| match table.state {
            State::Done(table) => table,
            _ => None,
        });
        (self.nodes, lets.collect(), tables.collect())
    }

    pub fn push(&mut self, node: Node) -> NodeId {
        if let Some(same) = self.nodes.iter().position(|n| *n == node) {
            return NodeId(same as u32);
        }
        self.nodes.push(node);
        NodeId(self.nodes.len() as u32 - 1)
    }

    /// Parses and lowers one string of the corpus; faults become diagnostics.
    pub fn expression(&mut self, words: &Words) -> Option<Expr> {
        let result =
            self.checked(words).and_then(|()| syntax::expression(&words.text)).and_then(|ast| self.lower(&ast));
        match result {
            Ok(Typed { id, unit }) => Some(Expr { root: id, text: canonical(&words.text), unit }),
            Err(fault) => {
                self.report(words, fault);
                None
            }
        }
    }

    /// Places are computed from the raw text, so that escapes are not allowed.
    pub fn checked(&self, words: &Words) -> Result<()> {
        let raw = self
            .names
            .corpus
            .files
            .get(words.file.0)
            .and_then(|f| f.text.get(words.start..words.start + words.text.len()));
        if raw == Some(words.text.as_str()) {
            Ok(())
        } else {
            Err(Fault::new(0..0, "escape", "an expression cannot contain \\ escapes")
                .hint("write the characters themselves"))
        }
    }

    pub fn condition(&mut self, words: &Words) -> Option<Expr> {
        let expr = self.expression(words)?;
        if expr.unit == Unit::Bool {
            return Some(expr);
        }
        let message = format!("a condition is missing: “{}” is {}", words.text, describe(&expr.unit));
        let fault = Fault::new(0..words.text.len(), "not_a_condition", message)
            .hint("compare it: 产值 ≥ 1亿元; a yes/no field is a condition by itself");
        self.report(words, fault);
        None
    }

    /// An expression that must come out in yuan.
    pub fn money(&mut self, words: &Words) -> Option<Expr> {
        let expr = self.expression(words)?;
        let money = Unit::Number(Dimension::money());
        if expr.unit == money || self.is_bare_zero(expr.root) {
            return Some(Expr { unit: money, ..expr });
        }
        let fault =
            Fault::new(0..words.text.len(), "not_money", format!("the result is {}, not yuan", describe(&expr.unit)));
        let fault = match &expr.unit {
            Unit::Number(dimension) => match operator::money_hint(dimension) {
                Some(hint) => fault.hint(hint),
                None if dimension.is_ratio() => {
                    fault.hint("multiply it by the sum of money it is a share of: 投资额 × 10%")
                }
                None => fault.hint("an amount comes out in 元"),
            },
            _ => fault.hint("an amount comes out in 元"),
        };
        self.report(words, fault);
        None
    }

    fn is_bare_zero(&self, id: NodeId) -> bool {
        matches!(&self.nodes[id.0 as usize], Node::Number { text, .. } if policy_finder_pack::units::scan(text).is_some_and(|q| lexer::is_bare_zero(&q)))
    }

    pub fn lower(&mut self, ast: &Ast) -> Result<Typed> {
        let span = ast.span.clone();
        match &ast.form {
            Form::Quantity { quantity, text } => {
                let id = self.push(Node::Number { value: quantity.value, text: text.clone() });
                Ok(Typed { id, unit: Unit::Number(quantity.dimension.clone()) })
            }
            Form::Year(year) => Ok(Typed { id: self.push(Node::Year(*year)), unit: Unit::Year }),
            Form::Date(date) => Ok(Typed { id: self.push(Node::Date(*date)), unit: Unit::Date }),
            Form::Name(name) => self.name(name, span),
            Form::Indexed { name, year } => self.indexed(name, year, span),
            Form::Call { name, arguments } => functions::call(self, name, arguments, span),
            Form::ListCall { name, list, order, each } => {
                functions::list_call(self, name, list, order.as_ref(), each.as_deref(), span)
            }
            Form::Reference { name, target, this_year } => functions::reference(self, name, target, *this_year, span),
            Form::Column { table, keys, column, column_span } => {
                self.column(table, keys.as_deref(), column, column_span.clone(), span)
            }
            Form::Binary { operator, left, right } => self.binary(*operator, left, right, span),
            Form::Negate(inner) => self.negate(inner, span),
            Form::Not(inner) => {
                let id = self.truth(inner)?;
                Ok(Typed { id: self.push(Node::Not(id)), unit: Unit::Bool })
            }
            Form::And(parts) | Form::Or(parts) => {
                let parts_lowered = parts.iter().map(|part| self.truth(part)).collect::<Result<Vec<_>>>()?;
                let node =
                    if matches!(ast.form, Form::And(_)) { Node::And(parts_lowered) } else { Node::Or(parts_lowered) };
                Ok(Typed { id: self.push(node), unit: Unit::Bool })
            }
            Form::Compare { comparison, left, right } => self.compare(*comparison, left, right, span),
            Form::Member { value, names, has } => self.member(value, names, *has),
            Form::Between { value, range } => {
                let value_typed = self.lower(value)?;
                let range = self.range(range, &value_typed.unit)?;
                Ok(Typed { id: self.push(Node::Between { value: value_typed.id, range }), unit: Unit::Bool })
            }
            Form::If { condition, then, otherwise } => {
                let condition = self.truth(condition)?;
                let (a, b) = (self.lower(then)?, self.lower(otherwise)?);
                let unit = self.same(&a, &b).ok_or_else(|| {
                    let message = format!("则 gives {}, 否则 gives {}", describe(&a.unit), describe(&b.unit));
                    Fault::new(otherwise.span.clone(), "unit_mismatch", message).hint("both sides need the same unit")
                })?;
                Ok(Typed { id: self.push(Node::If { condition, then: a.id, otherwise: b.id }), unit })
            }
        }
    }

    /// An expression that is a condition.
    pub fn truth(&mut self, ast: &Ast) -> Result<NodeId> {
        let typed = self.lower(ast)?;
        if typed.unit == Unit::Bool {
            return Ok(typed.id);
        }
        let message = format!("a condition is missing: this is {}", describe(&typed.unit));
        Err(Fault::new(ast.span.clone(), "not_a_condition", message)
            .hint("compare it: 产值 ≥ 1亿元; a yes/no field is a condition by itself"))
    }

    /// An expression that is a number, and its dimension.
    pub fn quantity(&mut self, ast: &Ast) -> Result<(NodeId, Dimension)> {
        let typed = self.lower(ast)?;
        match typed.unit {
            Unit::Number(dimension) => Ok((typed.id, dimension)),
            other => {
                let message = format!("a number is missing: this is {}", describe(&other));
                Err(Fault::new(ast.span.clone(), "not_a_number", message)
                    .hint("a condition becomes a number with 若 … 则 1 否则 0, an option with a table"))
            }
        }
    }

    /// An expression of a given unit.
    pub fn of_unit(&mut self, ast: &Ast, unit: &Unit) -> Result<NodeId> {
        let typed = self.lower(ast)?;
        if typed.unit == *unit || (matches!(unit, Unit::Number(_)) && self.is_bare_zero(typed.id)) {
            return Ok(typed.id);
        }
        let message = format!("{} is expected here, this is {}", describe(unit), describe(&typed.unit));
        let fault = Fault::new(ast.span.clone(), "unit_mismatch", message);
        Err(match (unit, &typed.unit) {
            (Unit::Year, Unit::Date) => fault.hint("take the year of the date: 年份(…)"),
            (Unit::Year, _) => fault.hint("e.g. 本年, 上年, 2021年"),
            (Unit::Date, _) => fault.hint("e.g. a field of type 日期, 申报日期, 2025年12月31日"),
            (Unit::Number(dimension), _) if dimension.is_ratio() => fault.hint("e.g. 10%, or money divided by money"),
            (Unit::Number(dimension), _) => {
                fault.hint(format!("write it in {dimension}, as the value it stands beside"))
            }
            _ => fault.hint("put a value of the same kind here"),
        })
    }

    /// The unit of two expressions that must agree; a bare zero has every unit.
    pub fn same(&self, a: &Typed, b: &Typed) -> Option<Unit> {
        if a.unit == b.unit || (matches!(a.unit, Unit::Number(_)) && self.is_bare_zero(b.id)) {
            return Some(a.unit.clone());
        }
        (matches!(b.unit, Unit::Number(_)) && self.is_bare_zero(a.id)).then(|| b.unit.clone())
    }

    pub fn columns_of(&self, at: ListAt) -> &'a [policy_finder_pack::rules::Field] {
        let columns = |kind: &'a FieldKind| match kind {
            FieldKind::List(items) => items.as_slice(),
            _ => &[],
        };
        let own = columns(&self.names.vocabulary().fields[at.list.0 as usize].kind);
        match at.column {
            None => own,
            Some(column) => own.get(column as usize).map_or(&[], |column| columns(&column.kind)),
        }
    }

    fn item_unit(&self, at: ListAt, field: u32) -> Unit {
        match &self.columns_of(at)[field as usize].kind {
            FieldKind::Number(dimension) => Unit::Number(dimension.clone()),
            FieldKind::Bool => Unit::Bool,
            FieldKind::Option(_) => match at.column {
                None => Unit::ItemOption(at.list, field),
                Some(column) => Unit::NestedOption(at.list, column, field),
            },
            FieldKind::Date => Unit::Date,
            FieldKind::Year => Unit::Year,
            FieldKind::Text | FieldKind::Options(_) | FieldKind::List(_) => Unit::Text,
        }
    }

    /// A list by its name: one in the item at hand, or one of the vocabulary.
    pub fn list(&self, words: &str, span: Range<usize>) -> Result<ListAt> {
        let is_list = |field: &policy_finder_pack::rules::Field| matches!(field.kind, FieldKind::List(_));
        if let Some(outer) = self.items.last().filter(|at| at.column.is_none())
            && let Some(at) = self.columns_of(*outer).iter().position(|field| field.name == words && is_list(field))
        {
            return Ok(ListAt { list: outer.list, column: Some(at as u32) });
        }
        let fields = &self.names.vocabulary().fields;
        let lists = fields.iter().filter(|field| matches!(field.kind, FieldKind::List(_)));
        if let Some(field) = self.field(words).filter(|f| matches!(fields[f.0 as usize].kind, FieldKind::List(_))) {
            return Ok(ListAt::of(field));
        }
        for list in fields {
            if let FieldKind::List(items) = &list.kind
                && items.iter().any(|field| field.name == words && is_list(field))
            {
                let message = format!("“{words}” is a list in each item of 『{}』", list.name);
                return Err(Fault::new(span, "item_outside", message).hint(format!(
                    "use it under each = \"{0}\", or in 求和({0}: 求和({words}: …)) and the like",
                    list.name
                )));
            }
        }
        let fault = Fault::new(span, "not_a_list", format!("the vocabulary has no list “{words}”"));
        Err(match closest(words, lists.map(|field| field.name.as_str())) {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint("a list is a field of type 清单 with its columns under item"),
        })
    }

    /// Makes the steps, tables and formula of a benefit speak of the items of a list.
    pub fn set_each(&mut self, list: FieldId) {
        self.each = Some(list);
    }

    /// Lets the options of a field stand as values.
    pub fn set_options_of(&mut self, field: FieldId) {
        self.options_of = Some(field);
    }

    pub fn yields_options_of(&self, field: FieldId) -> bool {
        self.options_of == Some(field)
    }

    /// Runs `f` with the item of `each` at hand.
    pub fn per_item<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.items, self.each.into_iter().map(ListAt::of).collect());
        let result = f(self);
        self.items = before;
        result
    }

    /// Notes that the list in a column was read of the item at hand.
    pub fn reads_item(&mut self, at: ListAt) {
        self.of_item |= self.is_each(ListAt::of(at.list));
    }

    /// Runs `f` with an item of another list at hand.
    pub fn with_list<T>(&mut self, list: ListAt, f: impl FnOnce(&mut Self) -> T) -> T {
        self.items.push(list);
        let result = f(self);
        self.items.pop();
        result
    }

    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.names.vocabulary().fields.iter().position(|field| field.name == name).map(|index| FieldId(index as u32))
    }

    pub fn field_unit(&self, field: FieldId) -> Unit {
        self.names.vocabulary().fields[field.0 as usize].kind.unit(field)
    }

    /// The options that a unit can take, where it takes one.
    pub fn options(&self, unit: &Unit) -> Option<&'a [String]> {
        let kind = match unit {
            Unit::Option(field) => &self.names.vocabulary().fields[field.0 as usize].kind,
            Unit::ItemOption(list, item) => &self.columns_of(ListAt::of(*list))[*item as usize].kind,
            Unit::NestedOption(list, column, item) => {
                &self.columns_of(ListAt { list: *list, column: Some(*column) })[*item as usize].kind
            }
            _ => return None,
        };
        match kind {
            FieldKind::Option(options) => Some(options),
            _ => None,
        }
    }

    /// The index of an option of a field or of a column of a list.
    pub fn option_of(&self, unit: &Unit, name: &str, span: Range<usize>) -> Result<u32> {
        let field = match unit {
            Unit::Option(field) | Unit::Options(field) => &self.names.vocabulary().fields[field.0 as usize],
            Unit::ItemOption(list, item) => &self.columns_of(ListAt::of(*list))[*item as usize],
            Unit::NestedOption(list, column, item) => {
                &self.columns_of(ListAt { list: *list, column: Some(*column) })[*item as usize]
            }
            _ => return Err(Fault::silent()),
        };
        let (FieldKind::Option(options) | FieldKind::Options(options)) = &field.kind else {
            return Err(Fault::silent());
        };
        if let Some(index) = options.iter().position(|option| option == name) {
            return Ok(index as u32);
        }
        let fault = Fault::new(span, "unknown_option", format!("“{name}” is no option of {}", field.name));
        Err(match closest(name, options.iter().map(String::as_str)) {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint(format!("its options are: {}", options.join(", "))),
        })
    }

    pub fn range(&mut self, range: &RangeAst, unit: &Unit) -> Result<NodeRange> {
        if !matches!(unit, Unit::Number(_) | Unit::Year | Unit::Date) {
            let ast = range.low.as_ref().or(range.high.as_ref()).map_or(0..0, |(ast, _)| ast.span.clone());
            return Err(Fault::new(ast, "unit_mismatch", format!("a range needs numbers, this is {}", describe(unit))));
        }
        let mut bound = |end: &Option<(Ast, bool)>| -> Result<Option<Bound>> {
            let Some((ast, inclusive)) = end else { return Ok(None) };
            Ok(Some(Bound { at: self.of_unit(ast, unit)?, inclusive: *inclusive }))
        };
        Ok(NodeRange { low: bound(&range.low)?, high: bound(&range.high)? })
    }

    /// The node that computes a value, through named steps.
    pub fn node_behind(&self, id: NodeId) -> &Node {
        match &self.nodes[id.0 as usize] {
            Node::Let(index) => match &self.lets[*index as usize].state {
                State::Done(Some(step)) => self.node_behind(step.expr.root),
                _ => &self.nodes[id.0 as usize],
            },
            node => node,
        }
    }

    /// The value of an expression that depends on nothing.
    pub fn constant(&self, id: NodeId) -> Option<Exact> {
        match &self.nodes[id.0 as usize] {
            Node::Number { value, .. } => Some(*value),
            Node::Year(year) => Some(Exact::integer((*year).into())),
            Node::Date(date) => Some(Exact::integer(date.day_number().into())),
            Node::Add(a, b) => self.constant(*a)?.checked_add(self.constant(*b)?),
            Node::Subtract(a, b) => self.constant(*a)?.checked_sub(self.constant(*b)?),
            Node::Multiply(a, b) => self.constant(*a)?.checked_mul(self.constant(*b)?),
            Node::Divide(a, b) => self.constant(*a)?.checked_div(self.constant(*b)?),
            _ => None,
        }
    }
}

/// A unit in words.
pub fn describe(unit: &Unit) -> String {
    match unit {
        Unit::Number(dimension) if dimension.is_money() => "money (元)".to_owned(),
        Unit::Number(dimension) if dimension.is_ratio() => "a ratio".to_owned(),
        Unit::Number(dimension) => format!("a quantity in {dimension}"),
        Unit::Year => "a year".to_owned(),
        Unit::Date => "a date".to_owned(),
        Unit::Bool => "a condition".to_owned(),
        Unit::Option(_) | Unit::ItemOption(..) | Unit::NestedOption(..) => "an option".to_owned(),
        Unit::Options(_) => "a set of options".to_owned(),
        Unit::Text => "text".to_owned(),
    }
}

/// Symbols as they are printed.
pub fn canonical(text: &str) -> String {
    let pairs =
        [(">=", "≥"), ("<=", "≤"), ("!=", "≠"), ("*", "×"), ("\u{ff08}", "("), ("\u{ff09}", ")"), ("\u{ff0c}", ",")];
    pairs.iter().fold(text.trim().to_owned(), |text, (from, to)| text.replace(from, to))
}
