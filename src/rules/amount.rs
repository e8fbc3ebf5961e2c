//! What a benefit pays: the formula, once or for every item, and what minimum, top-up, caps and rounding leave of it.

use policy_finder_pack::Exact;
use policy_finder_pack::rules::{
    Benefit, Cell, Each, Expr, FieldKind, Highest, Mode, Node, Range, RecordOrder, Scope as CapScope, Table,
};

use super::benefit::MAX_DEPTH;
use super::comparison::and;
use super::leaf::{Item, Leaf, Stop};
use super::number::{End, Number, Sign};
use super::table::{self, RowChoice};
use super::trace::Trace;
use super::value::{InputKey, Value};
use super::wording;

pub enum Paid {
    /// The benefit has no amount.
    Nothing,
    Amount {
        amount: Number,
        reaches_minimum: Option<bool>,
    },
}

/// The amount, with every step to it.
pub fn amount(benefit: &Benefit, leaf: &Leaf, trace: &mut Trace) -> Result<Paid, Stop> {
    let clause = benefit.clause;
    let Some(formula) = &benefit.amount else { return Ok(Paid::Nothing) };
    if let Some(each) = &benefit.each {
        let from = trace.here();
        let amount = items(benefit, leaf, each, formula, trace)?;
        trace.step("each", from, clause);
        return limits(benefit, leaf, amount, trace);
    }
    let amount = leaf.number(formula.root)?;
    for step in benefit.lets.iter().filter(|step| step.shown) {
        let from = trace.here();
        trace.equation(leaf, &step.name, &step.expr)?;
        trace.step("let", from, clause);
    }
    for (index, table) in benefit.tables.iter().enumerate().filter(|(_, table)| table.shown) {
        leaf.missing_of(|| table_step(benefit, leaf, index as u32, table, trace)).0?;
    }
    let from = trace.here();
    trace.equation(leaf, "金额", formula)?;
    trace.step("amount", from, clause);
    limits(benefit, leaf, amount, trace)
}

/// The formula applied to every item, and a line that says how.
fn items(benefit: &Benefit, leaf: &Leaf, each: &Each, formula: &Expr, trace: &mut Trace) -> Result<Number, Stop> {
    let list = &leaf.scope.book.fields[each.list.0 as usize];
    trace.push("逐项:");
    let Some(count) = leaf.count(each.list) else {
        leaf.note_missing([InputKey::List(each.list)]);
        trace.push("『");
        trace.push(&list.name);
        trace.push("』未知");
        return Ok(Number::at_least(Some(Exact::ZERO)));
    };
    if count == 0 {
        trace.push("没有一项");
    }
    let mut parts = Vec::with_capacity(count as usize);
    for (position, (index, ordinal)) in order(leaf, each, count)?.into_iter().enumerate() {
        let item = Item::new(each.list, index, ordinal, count);
        if position > 0 {
            trace.push(";");
        }
        trace.push("第");
        trace.push(&(index + 1).to_string());
        trace.push("项:");
        let amount = leaf.with_item(item, || {
            let amount = item_amount(benefit, leaf, each, formula, 0)?;
            let put_in = trace.here();
            leaf.missing_of(|| wording::push_substituted(&mut trace.words, leaf, formula.root));
            let result = trace.here();
            match &amount {
                None => {
                    trace.words.truncate(put_in);
                    trace.push("不符合,不计");
                }
                Some(amount) => {
                    trace.money(amount);
                    if trace.words[put_in..result] == trace.words[result..] {
                        trace.words.truncate(result);
                    } else {
                        trace.words.insert_str(result, " = ");
                    }
                }
            }
            Ok::<_, Stop>(amount)
        })?;
        parts.extend(amount.map(|amount| (index, amount)));
    }
    let (total, dropped) = total(leaf, each, parts)?;
    if let Some(highest) = each.highest {
        trace.push(";");
        match (highest, &list.kind) {
            (Highest::OfAll, _) => trace.push("各项只取最高一项"),
            (Highest::By(field), FieldKind::List(items)) => {
                trace.push("同一「");
                trace.push(&items[field as usize].name);
                trace.push("」只取最高");
            }
            _ => {}
        }
        if dropped > 0 {
            trace.push("(另有 ");
            trace.push(&dropped.to_string());
            trace.push(" 项不计)");
        }
    }
    trace.push(";");
    trace.push(&count.to_string());
    trace.push(" 项合计 ");
    trace.money(&total);
    Ok(total)
}

/// Indices of the items in the order that gives them their 序号; no 序号 where the order is not known.
pub(super) fn order(leaf: &Leaf, each: &Each, count: u32) -> Result<Vec<(u32, Option<u32>)>, Stop> {
    let by = each.order.as_ref().map(|order| RecordOrder { by: order.by.root, descending: order.descending });
    leaf.in_order(by, count, &|index| Item::new(each.list, index, None, count))
}

/// One item's amount, `None` where it certainly fails; its splits stay inside.
fn item_amount(
    benefit: &Benefit,
    leaf: &Leaf,
    each: &Each,
    formula: &Expr,
    depth: usize,
) -> Result<Option<Number>, Stop> {
    match item_leaf(benefit, leaf, each, formula) {
        Err(Stop::NoRow(_)) => Ok(None),
        Err(Stop::Split(split)) if depth < MAX_DEPTH => {
            let mut joined: Option<Option<Number>> = None;
            let mut missing = split.missing;
            for alternative in &split.alternatives {
                let inner = leaf.assume(alternative);
                let part = item_amount(benefit, &inner, each, formula, depth + 1)?.map(Number::without_form);
                missing.extend(inner.take_missing());
                joined = Some(match (joined, part) {
                    (None, part) => part,
                    (Some(None), None) => None,
                    (Some(Some(a)), Some(b)) => Some(a.hull(&b)),
                    (Some(Some(a)), None) | (Some(None), Some(a)) => Some(a.hull(&Number::zero())),
                });
            }
            let joined = joined.flatten();
            if joined.as_ref().is_some_and(|n| n.as_point().is_none()) {
                leaf.note_missing(missing);
            }
            Ok(joined)
        }
        other => other,
    }
}

fn item_leaf(benefit: &Benefit, leaf: &Leaf, each: &Each, formula: &Expr) -> Result<Option<Number>, Stop> {
    let mut sure = Some(true);
    for condition in &each.needs {
        let holds = leaf.truth(condition.expr.root)?;
        sure = and([sure, holds]);
        if sure == Some(false) {
            return Ok(None);
        }
    }
    let mut amount = leaf.number(formula.root)?;
    for cap in benefit.caps.iter().filter(|cap| cap.scope == CapScope::Item) {
        let limit = leaf.number(cap.at.root)?;
        let over = leaf.split_by_difference(&amount, &limit)?;
        amount = lower(over, amount, limit);
    }
    amount = clip(amount);
    if each.round_items {
        amount = rounded(benefit, amount)?;
    }
    Ok(Some(if sure.is_none() { from_zero(&amount) } else { amount }))
}

/// Sum of the items, the highest only where the text says so; and how many do not count.
fn total(leaf: &Leaf, each: &Each, parts: Vec<(u32, Number)>) -> Result<(Number, usize), Stop> {
    let sum =
        |numbers: Vec<Number>| numbers.iter().try_fold(Number::zero(), |sum, number| leaf.tighten(sum.add(number)?));
    let Some(highest) = each.highest else { return Ok((sum(parts.into_iter().map(|p| p.1).collect())?, 0)) };
    let count = parts.len();
    let mut best: Vec<(Option<String>, Number)> = Vec::new();
    // An item whose text is unknown may stand for itself or fall together with any other.
    let mut loose: Vec<Number> = Vec::new();
    for (index, amount) in parts {
        let text = match highest {
            Highest::OfAll => None,
            Highest::By(field) => {
                let key = InputKey::Item { list: each.list, index, field };
                match leaf.given(&key) {
                    Some(Value::Text(Some(text))) => Some(text),
                    _ => {
                        leaf.note_missing([key]);
                        loose.push(amount);
                        continue;
                    }
                }
            }
        };
        match best.iter_mut().find(|(t, _)| *t == text) {
            Some((_, best)) => *best = best.max(&amount),
            None => best.push((text, amount)),
        }
    }
    let dropped = count - best.len() - loose.len();
    let mut total = sum(best.into_iter().map(|(_, n)| n).collect())?;
    if !loose.is_empty() {
        let low = loose.iter().filter_map(|n| n.low().at).fold(total.low().at.unwrap_or(Exact::ZERO), Exact::max);
        let high = sum(loose.into_iter().chain([total]).collect())?.high();
        total = Number::of_ends(End::closed(low), high);
    }
    Ok((total, dropped))
}

/// What minimum, top-up, caps and rounding leave of a computed amount.
fn limits(benefit: &Benefit, leaf: &Leaf, amount: Number, trace: &mut Trace) -> Result<Paid, Stop> {
    let clause = benefit.clause;
    let mut amount = clip(amount);
    let mut reaches_minimum = Some(true);
    if let Some(minimum) = &benefit.min_payout {
        let least = leaf.number(minimum.root)?;
        reaches_minimum = leaf.sign_of_difference(&amount, &least)?.negative.map(|below| !below);
        let from = trace.here();
        trace.push("起付线 ");
        trace.money(&least);
        trace.push(":测算 ");
        trace.money(&amount);
        trace.push(",");
        trace.push(match reaches_minimum {
            Some(true) => "达到",
            Some(false) => "低于起付线",
            None => "是否达到未定",
        });
        trace.step("min_payout", from, clause);
        if reaches_minimum.is_none() {
            amount = from_zero(&amount);
        }
    }
    if let Some(topup) = &benefit.topup {
        let paid = leaf.number(topup.root)?;
        amount = clip(leaf.tighten(amount.sub(&paid)?)?);
        let from = trace.here();
        trace.push("此前已获 ");
        trace.money(&paid);
        trace.push(",补差 ");
        trace.money(&amount);
        trace.step("topup", from, clause);
    }
    for cap in benefit.caps.iter().filter(|cap| cap.scope != CapScope::Item && cap.payer.is_none()) {
        let mut limit = leaf.number(cap.at.root)?;
        let from = trace.here();
        trace.push(cap.scope.label());
        trace.push("最高 ");
        trace.money(&limit);
        if let Some(used) = &cap.used {
            let used = leaf.number(used.root)?;
            limit = clip(leaf.tighten(limit.sub(&used)?)?);
            trace.push(",已用 ");
            trace.money(&used);
            trace.push(",余 ");
            trace.money(&limit);
        }
        let over = leaf.split_by_difference(&amount, &limit)?;
        match over.positive {
            Some(true) => {
                trace.push(":测算 ");
                trace.money(&amount);
                trace.push(" 超过,按 ");
                trace.money(&limit);
            }
            Some(false) => trace.push(":未超过"),
            None => trace.push(":是否超过未定"),
        }
        trace.step("cap", from, clause);
        amount = lower(over, amount, limit);
    }
    let before = amount.as_point();
    amount = rounded(benefit, amount)?;
    if let (Some(before), Some(after)) = (before, amount.as_point())
        && before != after
    {
        let from = trace.here();
        trace.push(if benefit.rounding.truncate { "舍去尾数到" } else { "四舍五入到" });
        wording::push_money(&mut trace.words, benefit.rounding.grain);
        trace.push(":");
        wording::push_money(&mut trace.words, before);
        trace.push(" → ");
        wording::push_money(&mut trace.words, after);
        trace.step("rounding", from, clause);
    }
    Ok(Paid::Amount { amount, reaches_minimum })
}

fn rounded(benefit: &Benefit, amount: Number) -> Result<Number, Stop> {
    let rounding = benefit.rounding;
    amount.monotone(|n| if rounding.truncate { n.truncate_to(rounding.grain) } else { n.round_to(rounding.grain) })
}

/// The smaller of two, by the sign of their difference; keeps its linear form where one of them certainly is.
fn lower(difference: Sign, a: Number, b: Number) -> Number {
    match (difference.positive, difference.negative) {
        (Some(false), _) => a,
        (_, Some(false)) => b,
        _ => a.min(&b),
    }
}

/// Never below zero.
pub fn clip(amount: Number) -> Number {
    if amount.compare_zero().negative == Some(false) { amount } else { amount.max(&Number::zero()) }
}

/// Anything from nothing to the highest.
pub fn from_zero(amount: &Number) -> Number {
    Number::of_ends(End::closed(Exact::ZERO), amount.high())
}

/// Says which row, bands or rungs were used.
fn table_step(benefit: &Benefit, leaf: &Leaf, index: u32, table: &Table, trace: &mut Trace) -> Result<(), Stop> {
    let from = trace.here();
    trace.push("『");
    trace.push(&table.name);
    trace.push("』");
    let form = match table.mode {
        Mode::Marginal => {
            trace.push("按 ");
            push_keys(leaf, table, trace)?;
            trace.push(" 分段:");
            let mut sum = Number::zero();
            for (position, band) in table::bands(leaf, table, None)?.iter().enumerate() {
                if position > 0 {
                    trace.push(";");
                }
                wording::push_number(&mut trace.words, &band.part, &table.keys[0].unit);
                trace.push(" × ");
                trace.push(&table.rows[band.row].values[0].text);
                trace.push(" = ");
                wording::push_number(&mut trace.words, &band.sum, &table.columns[0].unit);
                sum = sum.add(&band.sum)?;
            }
            for row in &table.rows {
                if let Cell::Range(Range { low, high: Some(high) }) = &row.cells[0] {
                    let low = low.map_or(Ok(Number::zero()), |low| leaf.number(low.at))?;
                    if leaf.sign_of_difference(&leaf.number(high.at)?, &low)?.negative == Some(true) {
                        trace.push(";「");
                        trace.push(&row.text);
                        trace.push("」的上下界颠倒,不计");
                    }
                }
            }
            trace.push(";合计 ");
            wording::push_number(&mut trace.words, &sum, &table.columns[0].unit);
            "marginal"
        }
        _ => match table::choice(leaf, index, None)? {
            RowChoice::Row(row) if table.rows[row].is_known() => {
                trace.push("按 ");
                push_keys(leaf, table, trace)?;
                trace.push(",取「");
                trace.push(&table.rows[row].text);
                trace.push("」一档:");
                push_columns(leaf, table, row, trace)?;
                "pick"
            }
            RowChoice::Rungs { from, to } => {
                push_keys(leaf, table, trace)?;
                if let Some(before) = &table.before {
                    trace.push(",此前 ");
                    trace.value(leaf.scope.book, &leaf.value(before.root)?, &before.unit);
                }
                trace.push(";新达");
                let first = if table.each_rung { from } else { to - 1 };
                for row in first..to {
                    trace.push(if row > first { "、「" } else { "「" });
                    trace.push(&table.rows[row].text);
                    trace.push("」给 ");
                    push_columns(leaf, table, row, trace)?;
                }
                "ladder"
            }
            RowChoice::Otherwise => {
                trace.push("按 ");
                push_keys(leaf, table, trace)?;
                trace.push(",不在任何一档,取其余情形");
                "pick"
            }
            RowChoice::Row(_) | RowChoice::None => return Ok(()),
        },
    };
    trace.step(form, from, benefit.clause);
    Ok(())
}

fn push_keys(leaf: &Leaf, table: &Table, trace: &mut Trace) -> Result<(), Stop> {
    for (position, key) in table.keys.iter().enumerate() {
        if position > 0 {
            trace.push("、");
        }
        trace.push(&key.text);
        if !matches!(leaf.scope.nodes[key.root.0 as usize], Node::Bool(_)) {
            trace.push(" = ");
            trace.value(leaf.scope.book, &leaf.value(key.root)?, &key.unit);
        }
    }
    Ok(())
}

fn push_columns(leaf: &Leaf, table: &Table, row: usize, trace: &mut Trace) -> Result<(), Stop> {
    for (position, (column, expr)) in table.columns.iter().zip(&table.rows[row].values).enumerate() {
        if position > 0 {
            trace.push("、");
        }
        trace.push(&column.name);
        trace.push(" ");
        trace.value(leaf.scope.book, &leaf.value(expr.root)?, &column.unit);
    }
    Ok(())
}
