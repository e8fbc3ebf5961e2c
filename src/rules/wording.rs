//! How values are written for people: `1,200万元`, `≈66.67%`, `30人`.
//!
//! A trace is thousands of short pieces: everything is pushed to the end of one text.

use std::borrow::Cow;

use policy_finder_pack::rules::{Comparison, FieldId, FieldKind, Node, NodeId, RuleBook, Unit};
use policy_finder_pack::{Date, Dimension, Exact};

use super::leaf::Leaf;
use super::number::Number;
use super::unit::unit_of;
use super::value::{InputKey, Value, column};

/// A value with its unit; ranges as `20万元至30万元`, nothing known as `未知`.
pub fn push_value(out: &mut String, book: &RuleBook, value: &Value, unit: &Unit) {
    match value {
        Value::Number(number) => push_number(out, number, unit),
        Value::Truth(Some(true)) => out.push('是'),
        Value::Truth(Some(false)) => out.push('否'),
        Value::Truth(None) | Value::Options(None) | Value::Text(None) => out.push_str("未知"),
        Value::Text(Some(text)) => out.push_str(text),
        Value::Option(option) => out.push_str(option_name(book, unit, *option)),
        Value::Options(Some(options)) if options.is_empty() => out.push('无'),
        Value::Options(Some(options)) => push_options(out, book, unit, options.iter().copied()),
    }
}

/// [`push_value`] as a text of its own.
pub fn value(book: &RuleBook, value: &Value, unit: &Unit) -> String {
    let mut out = String::new();
    push_value(&mut out, book, value, unit);
    out
}

/// Names of options of a field, for «属于» and «具有».
pub fn push_options(out: &mut String, book: &RuleBook, unit: &Unit, options: impl Iterator<Item = u32>) {
    for (position, option) in options.enumerate() {
        if position > 0 {
            out.push('、');
        }
        out.push_str(option_name(book, unit, option));
    }
}

/// The name of an option of a field.
pub fn option_name<'a>(book: &'a RuleBook, unit: &Unit, option: u32) -> &'a str {
    let kind = match unit {
        Unit::Option(field) | Unit::Options(field) => Some(&book.fields[field.0 as usize].kind),
        Unit::ItemOption(list, item) => column(&book.fields[list.0 as usize], *item).map(|field| &field.kind),
        Unit::NestedOption(list, item, field) => {
            let records = column(&book.fields[list.0 as usize], *item);
            records.and_then(|records| column(records, *field)).map(|field| &field.kind)
        }
        _ => None,
    };
    match kind {
        Some(FieldKind::Option(names) | FieldKind::Options(names)) => {
            names.get(option as usize).map_or("?", String::as_str)
        }
        _ => "?",
    }
}

/// The unit in which an input is written.
pub fn input_unit(book: &RuleBook, key: &InputKey) -> Unit {
    match key {
        InputKey::Field { field, .. } | InputKey::HighestEver(field) => field_unit(book, *field),
        InputKey::Item { list, field, .. } => item_unit(book, *list, *field),
        InputKey::Received { .. } => Unit::Number(Dimension::money()),
        InputKey::Nested { list, column, field, .. } => nested_unit(book, *list, *column, *field),
        InputKey::List(_) | InputKey::NestedList { .. } | InputKey::Workdays { .. } => Unit::Number(Dimension::RATIO),
        InputKey::Parameter { parameter, .. } => Unit::Number(book.parameters[*parameter as usize].dimension.clone()),
    }
}

/// The unit of a field of a list's items.
pub fn item_unit(book: &RuleBook, list: FieldId, item: u32) -> Unit {
    match column(&book.fields[list.0 as usize], item).map(|field| &field.kind) {
        Some(FieldKind::Option(_)) => Unit::ItemOption(list, item),
        Some(kind) => kind.unit(list),
        None => Unit::Text,
    }
}

/// The unit of a field of the records in a column of a list's items.
pub fn nested_unit(book: &RuleBook, list: FieldId, item: u32, field: u32) -> Unit {
    let records = column(&book.fields[list.0 as usize], item);
    match records.and_then(|records| column(records, field)).map(|field| &field.kind) {
        Some(FieldKind::Option(_)) => Unit::NestedOption(list, item, field),
        Some(kind) => kind.unit(list),
        None => Unit::Text,
    }
}

/// The unit in which a field's values are written.
pub fn field_unit(book: &RuleBook, field: FieldId) -> Unit {
    book.fields[field.0 as usize].kind.unit(field)
}

pub fn push_number(out: &mut String, number: &Number, unit: &Unit) {
    if let Some(point) = number.as_point() {
        return push_exact(out, point, unit);
    }
    match (number.low().at, number.high().at) {
        (Some(low), Some(high)) if !matches!(unit, Unit::Year | Unit::Date) => {
            push_exact(out, low, unit);
            out.push('至');
            push_exact(out, high, unit);
        }
        (Some(low), None) if low > Exact::ZERO => {
            out.push_str("至少");
            push_exact(out, low, unit);
        }
        _ => out.push_str("未知"),
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
    let mut out = String::new();
    push_exact(&mut out, value, unit);
    out
}

pub fn push_exact(out: &mut String, value: Exact, unit: &Unit) {
    match unit {
        Unit::Number(dimension) if dimension.is_money() => push_money(out, value),
        Unit::Number(dimension) if dimension.is_ratio() => push_ratio(out, value),
        Unit::Number(dimension) => {
            // An annual rate is kept per month; people read it per year.
            if dimension.is_rate() {
                return match value.checked_mul(Exact::integer(12)) {
                    Some(yearly) => {
                        push_ratio(out, yearly);
                        out.push_str("/年");
                    }
                    None => push_decimal(out, value),
                };
            }
            push_decimal(out, value);
            dimension.push_name(out);
        }
        Unit::Year => {
            push_plain(out, value);
            out.push('年');
        }
        Unit::Date => {
            let date = i32::try_from(value.floor().numerator()).ok().and_then(Date::from_day_number);
            out.push_str(&date.map_or_else(|| "未知".to_owned(), |date| date.to_string()));
        }
        Unit::Bool
        | Unit::Option(_)
        | Unit::Options(_)
        | Unit::ItemOption(..)
        | Unit::NestedOption(..)
        | Unit::Text => push_decimal(out, value),
    }
}

/// Money in the largest unit that shows it with at most four decimals.
pub fn money(value: Exact) -> String {
    let mut out = String::new();
    push_money(&mut out, value);
    out
}

pub fn push_money(out: &mut String, value: Exact) {
    let Some(fen) = value.scaled(2) else {
        if let Some(fen) = value.scaled_to_nearest(2) {
            out.push('≈');
            push_fixed(out, fen, 2, true, false);
            return out.push('元');
        }
        return push_huge_money(out, value);
    };
    // Four decimals of 万元 are whole yuan, of 亿元 whole 万元.
    let (scaled, places, name) = match fen.unsigned_abs() {
        m if m >= 10_000_000_000 && m % 1_000_000 == 0 => (fen / 1_000_000, 4, "亿元"),
        m if m >= 1_000_000 && m % 100 == 0 => (fen / 100, 4, "万元"),
        _ => (fen, 2, "元"),
    };
    push_fixed(out, scaled, places, true, true);
    out.push_str(name);
}

/// What has more digits than 64 bits hold.
fn push_huge_money(out: &mut String, value: Exact) {
    for (factor, name) in [(100_000_000, "亿元"), (10_000, "万元")] {
        if let Some(scaled) = value.checked_div(Exact::integer(factor))
            && (scaled >= Exact::ONE || scaled <= -Exact::ONE)
            && scaled.is_decimal(4)
        {
            push_grouped(out, &scaled.to_string());
            return out.push_str(name);
        }
    }
    if value.is_decimal(2) {
        push_grouped(out, &value.to_string());
    } else {
        out.push('≈');
        push_grouped(out, &value.to_decimal(2));
    }
    out.push('元');
}

/// Without separators, as ratios are read.
fn push_ratio(out: &mut String, value: Exact) {
    if let Some(percent) = value.scaled(6) {
        push_fixed(out, percent, 4, false, true);
    } else if let Some(percent) = value.scaled_to_nearest(4).filter(|_| !value.is_decimal(6)) {
        out.push('≈');
        push_fixed(out, percent, 2, false, false);
    } else {
        match value.checked_mul(Exact::integer(100)) {
            Some(percent) if percent.is_decimal(4) => out.push_str(&percent.to_string()),
            Some(percent) => {
                out.push('≈');
                out.push_str(&percent.to_decimal(2));
            }
            None => return push_decimal(out, value),
        }
    }
    out.push('%');
}

fn push_decimal(out: &mut String, value: Exact) {
    if let Some(scaled) = value.scaled(4) {
        push_fixed(out, scaled, 4, true, true);
    } else if value.is_decimal(4) {
        push_grouped(out, &value.to_string());
    } else {
        out.push('≈');
        match value.scaled_to_nearest(2) {
            Some(scaled) => push_fixed(out, scaled, 2, true, false),
            None => push_grouped(out, &value.to_decimal(2)),
        }
    }
}

/// The shortest exact decimal, or a fraction.
fn push_plain(out: &mut String, value: Exact) {
    match value.scaled(0) {
        Some(whole) => push_fixed(out, whole, 0, false, true),
        None => out.push_str(&value.to_string()),
    }
}

/// `scaled` / 10^`places` in digits, with thousands separators if `grouped`, and without zeros at the end if `short`.
fn push_fixed(out: &mut String, scaled: i64, places: u32, grouped: bool, short: bool) {
    let mut digits = [0u8; 32];
    let mut at = digits.len();
    let mut rest = scaled.unsigned_abs();
    let mut shown = !short;
    for _ in 0..places {
        let digit = (rest % 10) as u8;
        rest /= 10;
        shown |= digit > 0;
        if shown {
            at -= 1;
            digits[at] = b'0' + digit;
        }
    }
    if shown && places > 0 {
        at -= 1;
        digits[at] = b'.';
    }
    let mut count = 0;
    loop {
        if grouped && count > 0 && count % 3 == 0 {
            at -= 1;
            digits[at] = b',';
        }
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    if scaled < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    out.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}

/// Thousands separators in the whole part.
fn push_grouped(out: &mut String, digits: &str) {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let whole = digits.find('.').unwrap_or(digits.len());
    out.push_str(sign);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && position < whole && (whole - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
}

/// A difference as a gap: percentages in points.
pub fn push_gap(out: &mut String, difference: Exact, unit: &Unit) {
    match unit {
        Unit::Number(dimension) if dimension.is_ratio() => {
            push_ratio(out, difference);
            if out.ends_with('%') {
                out.pop();
                out.push_str("个百分点");
            }
        }
        Unit::Year | Unit::Date => {
            push_plain(out, difference);
            out.push(if *unit == Unit::Year { '年' } else { '天' });
        }
        _ => push_exact(out, difference, unit),
    }
}

/// [`push_gap`] as a text of its own.
pub fn gap(difference: Exact, unit: &Unit) -> String {
    let mut out = String::new();
    push_gap(&mut out, difference, unit);
    out
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
pub fn push_substituted(out: &mut String, leaf: &Leaf, id: NodeId) {
    push_node(out, leaf, id, 0);
}

/// `level`: 0 anything, 1 operand of + and -, 2 operand of × and /.
fn push_node(out: &mut String, leaf: &Leaf, id: NodeId, level: u8) {
    let (own, a, sign, b, right) = match &leaf.scope.nodes[id.0 as usize] {
        Node::Number { text, .. } => return out.push_str(text),
        Node::Add(a, b) => (1, a, " + ", b, 1),
        Node::Subtract(a, b) => (1, a, " - ", b, 2),
        Node::Multiply(a, b) => (2, a, " × ", b, 2),
        Node::Divide(a, b) => (2, a, " ÷ ", b, 3),
        Node::Min(parts) => return push_call(out, leaf, "取小", parts),
        Node::Max(parts) => return push_call(out, leaf, "取大", parts),
        Node::WholeSteps { quantity, step } => return push_call(out, leaf, "每满", &[*quantity, *step]),
        Node::Growth { now, base, .. } => return push_call(out, leaf, "增长率", &[*now, *base]),
        Node::NewSteps { now, before, start, step } => {
            return push_call(out, leaf, "新上台阶", &[*now, *before, *start, *step]);
        }
        Node::If { condition, then, otherwise } => {
            return match leaf.truth(*condition) {
                Ok(Some(true)) => push_node(out, leaf, *then, level),
                Ok(Some(false)) => push_node(out, leaf, *otherwise, level),
                _ => out.push_str("未知"),
            };
        }
        _ => {
            return match leaf.value(id) {
                Ok(value) => {
                    let unit = unit_of(leaf, id).unwrap_or(Cow::Owned(Unit::Bool));
                    push_value(out, leaf.scope.book, &value, &unit)
                }
                Err(_) => out.push_str("未知"),
            };
        }
    };
    if own < level {
        out.push('(');
    }
    push_node(out, leaf, *a, own);
    out.push_str(sign);
    push_node(out, leaf, *b, right);
    if own < level {
        out.push(')');
    }
}

fn push_call(out: &mut String, leaf: &Leaf, name: &str, parts: &[NodeId]) {
    out.push_str(name);
    out.push('(');
    for (position, &part) in parts.iter().enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        push_node(out, leaf, part, 0);
    }
    out.push(')');
}
