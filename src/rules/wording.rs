//! How values are written for people: `1,200万元`, `≈66.67%`, `30人`.

use policy_finder_pack::rules::{Comparison, FieldId, FieldKind, ListFunction, Node, NodeId, RuleBook, Unit};
use policy_finder_pack::{Date, Dimension, Exact};

use super::evaluate::Leaf;
use super::number::Number;
use super::value::{InputKey, Value};

/// A value with its unit; ranges as `20万元至30万元`, nothing known as `未知`.
pub fn value(book: &RuleBook, value: &Value, unit: &Unit) -> String {
    match value {
        Value::Number(number) => self::number(number, unit),
        Value::Truth(Some(true)) => "是".to_owned(),
        Value::Truth(Some(false)) => "否".to_owned(),
        Value::Truth(None) | Value::Options(None) | Value::Text(None) => "未知".to_owned(),
        Value::Text(Some(text)) => text.clone(),
        Value::Option(option) => option_name(book, unit, *option).to_owned(),
        Value::Options(Some(options)) if options.is_empty() => "无".to_owned(),
        Value::Options(Some(options)) => {
            options.iter().map(|&o| option_name(book, unit, o)).collect::<Vec<_>>().join("、")
        }
    }
}

fn option_name<'a>(book: &'a RuleBook, unit: &Unit, option: u32) -> &'a str {
    let kind = match unit {
        Unit::Option(field) | Unit::Options(field) => Some(&book.fields[field.0 as usize].kind),
        Unit::ItemOption(list, item) => match &book.fields[list.0 as usize].kind {
            FieldKind::List(items) => items.get(*item as usize).map(|field| &field.kind),
            _ => None,
        },
        _ => None,
    };
    match kind {
        Some(FieldKind::Option(names) | FieldKind::Options(names)) => {
            names.get(option as usize).map_or("?", String::as_str)
        }
        _ => "?",
    }
}

/// Names of options of a field, for «属于» and «具有».
pub fn option_names(book: &RuleBook, unit: &Unit, options: &[u32]) -> String {
    options.iter().map(|&o| option_name(book, unit, o)).collect::<Vec<_>>().join("、")
}

/// The unit in which an input is written.
pub fn input_unit(book: &RuleBook, key: &InputKey) -> Unit {
    match key {
        InputKey::Field { field, .. } | InputKey::HighestEver(field) => field_unit(book, *field),
        InputKey::Item { list, field, .. } => item_unit(book, *list, *field),
        InputKey::Received { .. } => Unit::Number(Dimension::money()),
        InputKey::List(_) => Unit::Number(Dimension::RATIO),
        InputKey::Parameter { parameter, .. } => Unit::Number(book.parameters[*parameter as usize].dimension.clone()),
    }
}

/// The unit of a field of a list's items.
pub fn item_unit(book: &RuleBook, list: FieldId, item: u32) -> Unit {
    match &book.fields[list.0 as usize].kind {
        FieldKind::List(items) => match items.get(item as usize).map(|field| &field.kind) {
            Some(FieldKind::Option(_)) => Unit::ItemOption(list, item),
            Some(kind) => kind_unit(kind, list),
            None => Unit::Text,
        },
        _ => Unit::Text,
    }
}

/// The unit in which a field's values are written.
pub fn field_unit(book: &RuleBook, field: FieldId) -> Unit {
    kind_unit(&book.fields[field.0 as usize].kind, field)
}

fn kind_unit(kind: &FieldKind, field: FieldId) -> Unit {
    match kind {
        FieldKind::Number(dimension) => Unit::Number(dimension.clone()),
        FieldKind::Bool => Unit::Bool,
        FieldKind::Option(_) => Unit::Option(field),
        FieldKind::Options(_) => Unit::Options(field),
        FieldKind::Date => Unit::Date,
        FieldKind::Year => Unit::Year,
        FieldKind::Text | FieldKind::List(_) => Unit::Text,
    }
}

pub fn number(number: &Number, unit: &Unit) -> String {
    if let Some(point) = number.as_point() {
        return exact(point, unit);
    }
    match (number.low.at, number.high.at) {
        (Some(low), Some(high)) if !matches!(unit, Unit::Year | Unit::Date) => {
            format!("{}至{}", exact(low, unit), exact(high, unit))
        }
        (Some(low), None) if low > Exact::ZERO => format!("至少{}", exact(low, unit)),
        _ => "未知".to_owned(),
    }
}

/// ```
/// use policy_finder::rules::wording::exact;
/// use policy_finder_pack::{Dimension, Exact, rules::Unit};
/// let money = Unit::Number(Dimension::money());
/// assert_eq!(exact(Exact::integer(12_000_000), &money), "1,200万元");
/// assert_eq!(exact(Exact::integer(180_000_000), &money), "1.8亿元");
/// assert_eq!(exact("370370.37".parse().unwrap(), &money), "370,370.37元");
/// assert_eq!(exact(Exact::new(2, 3).unwrap(), &Unit::Number(Dimension::RATIO)), "≈66.67%");
/// ```
pub fn exact(value: Exact, unit: &Unit) -> String {
    match unit {
        Unit::Number(dimension) if dimension.is_money() => money(value),
        Unit::Number(dimension) if dimension.is_ratio() => ratio(value),
        Unit::Number(dimension) => {
            // An annual rate is kept per month; people read it per year.
            if *dimension == Dimension::RATIO.per(&Dimension::months()) {
                return value.checked_mul(Exact::integer(12)).map_or_else(|| decimal(value), |v| ratio(v) + "/年");
            }
            format!("{}{dimension}", decimal(value))
        }
        Unit::Year => format!("{value}年"),
        Unit::Date => i32::try_from(value.floor().numerator())
            .ok()
            .and_then(Date::from_day_number)
            .map_or_else(|| "未知".to_owned(), |date| date.to_string()),
        Unit::Bool | Unit::Option(_) | Unit::Options(_) | Unit::ItemOption(..) | Unit::Text => decimal(value),
    }
}

/// Money in the largest unit that shows it with at most four decimals.
pub fn money(value: Exact) -> String {
    if let Some(whole) = small_integer(value) {
        let magnitude = whole.unsigned_abs();
        // Four decimals of 万元 are whole yuan, of 亿元 whole 万元.
        let (factor, name) = match magnitude {
            m if m >= 100_000_000 && m % 10_000 == 0 => (100_000_000, "亿元"),
            m if m >= 10_000 => (10_000, "万元"),
            _ => (1, "元"),
        };
        let mut out = String::with_capacity(24);
        push_grouped(&mut out, whole < 0, magnitude / factor);
        let mut rest = magnitude % factor / (factor / 10_000).max(1);
        if rest > 0 {
            out.push('.');
            let mut place = 1_000;
            while rest > 0 {
                out.push(char::from(b'0' + (rest / place) as u8));
                rest %= place;
                place /= 10;
            }
        }
        out.push_str(name);
        return out;
    }
    for (factor, name) in [(100_000_000, "亿元"), (10_000, "万元")] {
        let factor = Exact::integer(factor);
        let magnitude = if value.is_negative() { -value } else { value };
        if magnitude >= factor
            && let Some(scaled) = value.checked_div(factor)
            && scaled.is_decimal(4)
        {
            return grouped(&scaled.to_string()) + name;
        }
    }
    if value.is_decimal(2) {
        grouped(&value.to_string()) + "元"
    } else {
        format!("≈{}元", grouped(&value.to_decimal(2)))
    }
}

fn ratio(value: Exact) -> String {
    match value.checked_mul(Exact::integer(100)) {
        Some(percent) if percent.is_decimal(4) => percent.to_string() + "%",
        Some(percent) => format!("≈{}%", percent.to_decimal(2)),
        None => decimal(value),
    }
}

fn small_integer(value: Exact) -> Option<i64> {
    if value.is_integer() { i64::try_from(value.numerator()).ok() } else { None }
}

/// Digits with thousands separators.
fn push_grouped(out: &mut String, negative: bool, mut whole: u64) {
    let mut digits = [0u8; 20];
    let mut count = 0;
    loop {
        digits[count] = b'0' + (whole % 10) as u8;
        whole /= 10;
        count += 1;
        if whole == 0 {
            break;
        }
    }
    if negative {
        out.push('-');
    }
    for place in (0..count).rev() {
        out.push(char::from(digits[place]));
        if place > 0 && place % 3 == 0 {
            out.push(',');
        }
    }
}

fn decimal(value: Exact) -> String {
    if let Some(whole) = small_integer(value) {
        let mut out = String::with_capacity(24);
        push_grouped(&mut out, whole < 0, whole.unsigned_abs());
        return out;
    }
    if value.is_decimal(4) { grouped(&value.to_string()) } else { format!("≈{}", grouped(&value.to_decimal(2))) }
}

/// Thousands separators in the whole part.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A difference as a gap: percentages in points.
pub fn gap(difference: Exact, unit: &Unit) -> String {
    match unit {
        Unit::Number(dimension) if dimension.is_ratio() => ratio(difference)
            .strip_suffix('%')
            .map_or_else(|| decimal(difference), |points| format!("{points}个百分点")),
        Unit::Year => format!("{difference}年"),
        Unit::Date => format!("{difference}天"),
        _ => exact(difference, unit),
    }
}

pub fn comparison(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "≠",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "≤",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => "≥",
    }
}

/// An expression with the numbers put in: `5亿元 - 3亿元`.
pub fn substituted(leaf: &Leaf, id: NodeId) -> String {
    write(leaf, id, 0)
}

/// `level`: 0 anything, 1 operand of + and -, 2 operand of × and /.
fn write(leaf: &Leaf, id: NodeId, level: u8) -> String {
    let infix = |own: u8, a: NodeId, sign: &str, b: NodeId, right: u8| {
        let (a, b) = (write(leaf, a, own), write(leaf, b, right));
        let (open, close) = if own < level { ("(", ")") } else { ("", "") };
        [open, &a, " ", sign, " ", &b, close].concat()
    };
    let call = |name: &str, parts: &[NodeId]| {
        let parts: Vec<String> = parts.iter().map(|&part| write(leaf, part, 0)).collect();
        format!("{name}({})", parts.join(", "))
    };
    match &leaf.scope.nodes[id.0 as usize] {
        Node::Number { text, .. } => text.clone(),
        Node::Add(a, b) => infix(1, *a, "+", *b, 1),
        Node::Subtract(a, b) => infix(1, *a, "-", *b, 2),
        Node::Multiply(a, b) => infix(2, *a, "×", *b, 2),
        Node::Divide(a, b) => infix(2, *a, "÷", *b, 3),
        Node::Min(parts) => call("取小", parts),
        Node::Max(parts) => call("取大", parts),
        Node::WholeSteps { quantity, step } => call("每满", &[*quantity, *step]),
        Node::Growth { now, base, .. } => call("增长率", &[*now, *base]),
        Node::NewSteps { now, before, start, step } => call("新上台阶", &[*now, *before, *start, *step]),
        Node::If { condition, then, otherwise } => match leaf.truth(*condition) {
            Ok(Some(true)) => write(leaf, *then, level),
            Ok(Some(false)) => write(leaf, *otherwise, level),
            _ => "未知".to_owned(),
        },
        node => {
            let unit = unit_of(leaf, node);
            leaf.value(id).map_or_else(|_| "未知".to_owned(), |v| value(leaf.scope.book, &v, &unit))
        }
    }
}

fn unit_of(leaf: &Leaf, node: &Node) -> Unit {
    match node {
        Node::Field { field, .. } | Node::HighestEver(field) | Node::HighestRecent { field, .. } => {
            field_unit(leaf.scope.book, *field)
        }
        Node::Let(index) => leaf.scope.lets[*index as usize].expr.unit.clone(),
        Node::Column { table, column, .. } => leaf.scope.tables[*table as usize].columns[*column as usize].unit.clone(),
        Node::Year(_)
        | Node::EventYear(_)
        | Node::AddToYear { .. }
        | Node::SubtractFromYear { .. }
        | Node::YearOf(_) => Unit::Year,
        Node::Date(_) | Node::FilingDate | Node::AddToDate { .. } | Node::SubtractFromDate { .. } => Unit::Date,
        Node::Received { .. } | Node::Due { .. } => Unit::Number(Dimension::money()),
        Node::Item { list, field } => item_unit(leaf.scope.book, *list, *field),
        Node::Ordinal | Node::List { function: ListFunction::Count, .. } => Unit::Number(Dimension::RATIO),
        Node::List { body: Some(body), .. } => unit_of(leaf, &leaf.scope.nodes[body.0 as usize]),
        Node::Parameter { parameter, .. } => {
            Unit::Number(leaf.scope.book.parameters[*parameter as usize].dimension.clone())
        }
        Node::YearsBetween { .. } | Node::FullYears { .. } => Unit::Number(Dimension::months()),
        _ => Unit::Bool,
    }
}
