//! One benefit, one profile: verdict, amount, conditions, trace.

use policy_finder_pack::rules::{
    Benefit, Comparison, Condition, Each, Expr, Highest, Kind, Mode, Node, NodeId, RuleBook, Scope as CapScope, Unit,
};
use policy_finder_pack::{Date, Dimension, Exact};

use super::evaluate::{Alternative, Item, Leaf, Scope, Split, Stop, and};
use super::number::{End, Number};
use super::table::{self, RowChoice};
use super::value::{InputKey, Inputs, Value};
use super::wording;

/// What a rule says of an enterprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Every condition certainly holds.
    Met,
    /// At least one condition certainly fails.
    Unmet,
    /// Something is missing.
    Unknown,
    /// Nothing that can be checked fails; a person decides.
    Manual,
    /// Not in force at the date.
    Inactive,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::Unmet => "unmet",
            Verdict::Unknown => "unknown",
            Verdict::Manual => "manual",
            Verdict::Inactive => "inactive",
        }
    }
}

/// How one need or veto turned out.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionOutcome {
    pub text: String,
    pub veto: bool,
    /// Index of the clause that states it.
    pub clause: u32,
    /// Whether the condition as written holds.
    pub holds: Option<bool>,
    pub required: Option<String>,
    pub given: Option<String>,
    pub gap: Option<String>,
    pub missing: Vec<InputKey>,
}

impl ConditionOutcome {
    /// Whether it speaks for the benefit: a veto must not hold.
    pub fn passed(&self) -> Option<bool> {
        self.holds.map(|holds| holds != self.veto)
    }
}

/// One line of the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub form: &'static str,
    pub text: String,
    pub clause: u32,
}

/// Everything a report says of one benefit.
#[derive(Clone, Debug, PartialEq)]
pub struct BenefitOutcome {
    pub verdict: Verdict,
    pub kind: Kind,
    /// Lowest and highest amount in yuan, `None` at the top where no bound is known; absent for benefits without money.
    pub amount: Option<(Exact, Option<Exact>)>,
    pub reason: String,
    pub conditions: Vec<ConditionOutcome>,
    pub missing: Vec<InputKey>,
    pub trace: Vec<Step>,
    /// What is paid when, where the text says so.
    pub instalments: Vec<Part>,
    /// Who pays what, where the text says so.
    pub payers: Vec<Part>,
    /// Tax effect of a deduction, lowest and highest.
    pub saving: Option<(Exact, Option<Exact>)>,
}

/// A share of the amount.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// 开工, 市级
    pub name: String,
    pub share: Exact,
    pub low: Exact,
    pub high: Option<Exact>,
    /// Whether it is due already; `None` where that is not known.
    pub due: Option<bool>,
}

/// Splits of splits beyond this give up tightness, never soundness.
const MAX_DEPTH: usize = 12;
/// Leaves beyond this likewise.
const MAX_LEAVES: usize = 2_000;

/// The result of one leaf.
struct LeafResult {
    verdict: Verdict,
    amount: Option<Number>,
    reason: String,
    conditions: Vec<ConditionOutcome>,
    missing: Vec<InputKey>,
    trace: Vec<Step>,
    labels: Vec<String>,
    /// Whether each instalment is due.
    due: Vec<Option<bool>>,
    saving: Option<Number>,
}

/// Evaluates a benefit. Missing information is never an error: it gives `Unknown` and a range.
pub fn evaluate(book: &RuleBook, benefit: &Benefit, event_year: i32, as_of: Date, inputs: &Inputs) -> BenefitOutcome {
    let scope = Scope { book, nodes: &benefit.nodes, lets: &benefit.lets, tables: &benefit.tables, event_year, as_of };
    let mut search = CaseSplit { benefit, leaves: Vec::new(), split_keys: Vec::new() };
    search.explore(Leaf::new(&scope, inputs), Vec::new(), 0);
    search.join()
}

struct CaseSplit<'a> {
    benefit: &'a Benefit,
    leaves: Vec<LeafResult>,
    /// Inputs whose alternatives came out differently.
    split_keys: Vec<InputKey>,
}

impl CaseSplit<'_> {
    fn explore(&mut self, leaf: Leaf, labels: Vec<String>, depth: usize) {
        match self.leaf(&leaf) {
            Ok(result) => self.leaves.push(LeafResult { labels, ..result }),
            Err(Split { alternatives, missing }) if depth < MAX_DEPTH && self.leaves.len() < MAX_LEAVES => {
                let first = self.leaves.len();
                for alternative in &alternatives {
                    let Alternative { label, .. } = alternative;
                    let labels = labels.iter().cloned().chain([label.clone()]).collect();
                    self.explore(leaf.assume(alternative), labels, depth + 1);
                }
                let new = &self.leaves[first..];
                let differ = new.iter().any(|l| l.verdict != new[0].verdict || !same_amount(&l.amount, &new[0].amount));
                if differ {
                    self.split_keys.extend(missing);
                }
            }
            Err(Split { missing, .. }) => self.leaves.push(LeafResult {
                verdict: Verdict::Unknown,
                amount: self.benefit.amount.as_ref().map(|_| Number::at_least(Some(Exact::ZERO))),
                reason: String::new(),
                conditions: Vec::new(),
                missing,
                trace: Vec::new(),
                labels,
                due: vec![None; self.benefit.instalments.len()],
                saving: self.benefit.saving.as_ref().map(|_| Number::at_least(Some(Exact::ZERO))),
            }),
        }
    }

    fn leaf(&self, leaf: &Leaf) -> Result<LeafResult, Split> {
        let benefit = self.benefit;
        let mut trace = Vec::new();
        let mut conditions = Vec::new();
        let mut split = None;
        let mut undefined = None;
        let mut no_row = None;
        for (condition, veto) in
            benefit.needs.iter().map(|c| (c, false)).chain(benefit.vetoes.iter().map(|c| (c, true)))
        {
            let (result, missing) = leaf.missing_of(|| leaf.truth(condition.expr.root));
            let outcome = match result {
                Ok(holds) => self.describe(leaf, condition, veto, holds, missing),
                Err(Stop::NoRow(why)) => {
                    no_row = no_row.or(Some(why.clone()));
                    ConditionOutcome { given: Some(why), ..plain(condition, veto, Some(veto), missing) }
                }
                Err(Stop::Split(s)) => {
                    let outcome = plain(condition, veto, None, s.missing.clone());
                    split = split.or(Some(s));
                    outcome
                }
                Err(Stop::Undefined(why)) => {
                    undefined = undefined.or(Some(why));
                    ConditionOutcome { given: Some(why.to_owned()), ..plain(condition, veto, None, Vec::new()) }
                }
                Err(Stop::NotFound(why)) => {
                    ConditionOutcome { given: Some(why), ..plain(condition, veto, None, Vec::new()) }
                }
            };
            trace.push(condition_step(&outcome, leaf));
            conditions.push(outcome);
        }
        let passed = and(conditions.iter().map(ConditionOutcome::passed));
        if passed == Some(false) {
            let reason = conditions.iter().find(|c| c.passed() == Some(false)).map(refusal).unwrap_or_default();
            return Ok(self.refused(reason, conditions, trace));
        }
        if let Some(split) = split {
            return Err(split);
        }
        for condition in &conditions {
            leaf.note_missing(condition.missing.iter().cloned());
        }
        let mut verdict = match (passed, undefined) {
            (_, Some(_)) => Verdict::Manual,
            (None, None) => Verdict::Unknown,
            _ => Verdict::Met,
        };
        let mut reason = undefined.map(str::to_owned).unwrap_or_default();
        let mut amount = None;
        match self.amount(leaf, &mut trace) {
            Ok(Paid::Nothing) => {}
            Ok(Paid::Amount { amount: paid, reaches_minimum }) => {
                if reaches_minimum == Some(false) {
                    let minimum = benefit.min_payout.as_ref().map(|m| m.text.as_str()).unwrap_or_default();
                    return Ok(self.refused(format!("测算金额低于起付线 {minimum},不予发放"), conditions, trace));
                }
                if reaches_minimum.is_none() && verdict == Verdict::Met {
                    verdict = Verdict::Unknown;
                }
                // An open condition bounds what it is about: who fails it gets nothing, whatever the formula says.
                if passed.is_none() && paid.as_point().is_none() {
                    self.split_at_conditions(leaf)?;
                }
                amount = Some(paid);
            }
            Err(Stop::NoRow(why)) => return Ok(self.refused(why, conditions, trace)),
            Err(Stop::Split(split)) => return Err(split),
            Err(Stop::Undefined(why)) => {
                if verdict != Verdict::Unknown {
                    verdict = Verdict::Manual;
                }
                reason = why.to_owned();
                amount = Some(Number::at_least(Some(Exact::ZERO)));
            }
            Err(Stop::NotFound(why)) => {
                verdict = Verdict::Unknown;
                reason = why;
                amount = Some(Number::at_least(Some(Exact::ZERO)));
            }
        }
        let mut due = Vec::with_capacity(benefit.instalments.len());
        for instalment in &benefit.instalments {
            due.push(match &instalment.need {
                None => Some(true),
                Some(need) => match leaf.missing_of(|| leaf.truth(need.root)).0 {
                    Ok(truth) => truth,
                    Err(Stop::NoRow(_)) => Some(false),
                    Err(_) => None,
                },
            });
        }
        let saving = match &benefit.saving {
            Some(saving) => match leaf.missing_of(|| leaf.number(saving.root)).0 {
                Ok(number) => Some(clip(number).monotone(|n| n.round_to(Exact::FEN)).unwrap_or(Number::at_least(None))),
                Err(Stop::Split(split)) => return Err(split),
                Err(_) => Some(Number::at_least(Some(Exact::ZERO))),
            },
            None => None,
        };
        if let Some(why) = &benefit.manual
            && verdict == Verdict::Met
        {
            verdict = Verdict::Manual;
            reason = why.clone();
        }
        let from_zero = matches!(verdict, Verdict::Unknown | Verdict::Manual) || benefit.kind == Kind::Ceiling;
        if from_zero && let Some(amount) = &mut amount {
            *amount = Number { low: End::closed(Exact::ZERO), high: amount.high, form: None };
        }
        let (missing, labels) = (leaf.take_missing(), Vec::new());
        Ok(LeafResult { verdict, amount, reason, conditions, missing, trace, labels, due, saving })
    }

    /// Splits an input at the bound that an undecided comparison sets it.
    fn split_at_conditions(&self, leaf: &Leaf) -> Result<(), Split> {
        for condition in &self.benefit.needs {
            let Node::Compare { left, right, .. } = &leaf.scope.nodes[condition.expr.root.0 as usize] else { continue };
            let split = leaf.missing_of(|| {
                let (Value::Number(a), Value::Number(b)) = (leaf.value(*left)?, leaf.value(*right)?) else {
                    return Ok(());
                };
                leaf.split_at_zero(&leaf.tighten(a.sub(&b)?)?)
            });
            if let (Err(Stop::Split(split)), _) = split {
                return Err(split);
            }
        }
        Ok(())
    }

    fn refused(&self, reason: String, conditions: Vec<ConditionOutcome>, trace: Vec<Step>) -> LeafResult {
        LeafResult {
            verdict: Verdict::Unmet,
            amount: self.benefit.amount.as_ref().map(|_| Number::zero()),
            reason,
            conditions,
            missing: Vec::new(),
            trace,
            labels: Vec::new(),
            due: vec![Some(false); self.benefit.instalments.len()],
            saving: self.benefit.saving.as_ref().map(|_| Number::zero()),
        }
    }

    fn describe(
        &self,
        leaf: &Leaf,
        condition: &Condition,
        veto: bool,
        holds: Option<bool>,
        missing: Vec<InputKey>,
    ) -> ConditionOutcome {
        let mut outcome = plain(condition, veto, holds, missing);
        let book = leaf.scope.book;
        let ((), _) = leaf.missing_of(|| {
            let unit = node_unit(leaf, condition.expr.root);
            match &leaf.scope.nodes[condition.expr.root.0 as usize] {
                Node::Compare { comparison, left, right } => {
                    let (Ok(a), Ok(b)) = (leaf.value(*left), leaf.value(*right)) else { return };
                    let unit = node_unit(leaf, *left).or_else(|| node_unit(leaf, *right)).unwrap_or(Unit::Bool);
                    let sign = wording::comparison(*comparison);
                    outcome.required = Some([sign, " ", &wording::value(book, &b, &unit)].concat());
                    outcome.given = Some(wording::value(book, &a, &unit));
                    outcome.gap = gap(*comparison, &a, &b, holds, &unit);
                }
                Node::OneOf { value, options, negated } => {
                    let unit = node_unit(leaf, *value).unwrap_or(Unit::Text);
                    let names = wording::option_names(book, &unit, options);
                    outcome.required = Some(if *negated { format!("不属于 {names}") } else { names });
                    outcome.given = leaf.value(*value).ok().map(|v| wording::value(book, &v, &unit));
                }
                Node::Has { value, options } => {
                    let unit = node_unit(leaf, *value).unwrap_or(Unit::Text);
                    outcome.required = Some(format!("具有 {}", wording::option_names(book, &unit, options)));
                    outcome.given = leaf.value(*value).ok().map(|v| wording::value(book, &v, &unit));
                }
                Node::Between { value, .. } => {
                    let unit = node_unit(leaf, *value).unwrap_or(Unit::Bool);
                    outcome.given = leaf.value(*value).ok().map(|v| wording::value(book, &v, &unit));
                }
                Node::Field { .. } => {
                    outcome.required = Some(if veto { "否" } else { "是" }.to_owned());
                    let unit = unit.unwrap_or(Unit::Bool);
                    outcome.given = leaf.value(condition.expr.root).ok().map(|v| wording::value(book, &v, &unit));
                }
                _ => {}
            }
        });
        outcome
    }

    fn amount(&self, leaf: &Leaf, trace: &mut Vec<Step>) -> Result<Paid, Stop> {
        let benefit = self.benefit;
        let clause = benefit.clause;
        let Some(formula) = &benefit.amount else { return Ok(Paid::Nothing) };
        if let Some(each) = &benefit.each {
            let (amount, text) = self.items(leaf, each, formula)?;
            trace.push(Step { form: "each", text, clause });
            return self.limits(leaf, amount, trace);
        }
        let amount = leaf.number(formula.root)?;
        let reached = if benefit.lets.is_empty() { Vec::new() } else { self.reached(vec![formula.root]) };
        for step in &benefit.lets {
            let named = |node: &Node| matches!(node, Node::Let(i) if benefit.lets[*i as usize].name == step.name);
            if self.any_reached(&reached, named) {
                let text = equation(leaf, &step.name, &step.expr)?;
                trace.push(Step { form: "let", text, clause });
            }
        }
        if !benefit.tables.is_empty() {
            let roots = [formula.root].into_iter().chain(benefit.lets.iter().map(|l| l.expr.root));
            let reached = self.reached(roots.chain(benefit.caps.iter().map(|c| c.at.root)).collect());
            for (index, table) in benefit.tables.iter().enumerate() {
                let looked_up =
                    |node: &Node| matches!(node, Node::Column { table, keys: None, .. } if *table == index as u32);
                if self.any_reached(&reached, looked_up) {
                    leaf.missing_of(|| self.table_step(leaf, index as u32, table, trace)).0?;
                }
            }
        }
        trace.push(Step { form: "amount", text: equation(leaf, "金额", formula)?, clause });
        self.limits(leaf, amount, trace)
    }

    /// The formula applied to every item, and a line that says how.
    fn items(&self, leaf: &Leaf, each: &Each, formula: &Expr) -> Result<(Number, String), Stop> {
        let money = Unit::Number(Dimension::money());
        let list = &leaf.scope.book.fields[each.list.0 as usize].name;
        let Some(count) = leaf.count(each.list) else {
            leaf.note_missing([InputKey::List(each.list)]);
            return Ok((Number::at_least(Some(Exact::ZERO)), format!("逐项:『{list}』未知")));
        };
        let mut order: Vec<(u32, Option<u32>)> = (0..count).map(|index| (index, Some(index + 1))).collect();
        if let Some(by) = &each.order {
            let mut keys = Vec::with_capacity(count as usize);
            for index in 0..count {
                let item = Item { list: each.list, index, ordinal: None, count };
                let key = leaf.with_item(item, || leaf.missing_of(|| leaf.number(by.by.root)).0)?;
                keys.push(key.as_point());
            }
            if keys.iter().all(Option::is_some) {
                order.sort_by(|a, b| {
                    let (a, b) = (keys[a.0 as usize], keys[b.0 as usize]);
                    if by.descending { b.cmp(&a) } else { a.cmp(&b) }
                });
                for (position, entry) in order.iter_mut().enumerate() {
                    entry.1 = Some(position as u32 + 1);
                }
            } else {
                order.iter_mut().for_each(|entry| entry.1 = None);
            }
        }
        let mut parts = Vec::new();
        let mut lines = Vec::new();
        for (index, ordinal) in order {
            let item = Item { list: each.list, index, ordinal, count };
            let (result, text) = leaf.with_item(item, || {
                let result = self.item(leaf, each, formula, 0)?;
                let (numbers, _) = leaf.missing_of(|| wording::substituted(leaf, formula.root));
                Ok::<_, Stop>((result, numbers))
            })?;
            let place = format!("第{}项", index + 1);
            match result {
                None => lines.push(format!("{place}:不符合,不计")),
                Some(amount) => {
                    let value = wording::number(&amount, &money);
                    lines.push(if text == value {
                        format!("{place}:{value}")
                    } else {
                        format!("{place}:{text} = {value}")
                    });
                    parts.push((index, amount));
                }
            }
        }
        let mut text = format!("逐项:{}", if lines.is_empty() { "没有一项".to_owned() } else { lines.join(";") });
        let (total, dropped) = self.total(leaf, each, parts)?;
        if let Some(highest) = each.highest {
            let what = match highest {
                Highest::OfAll => "各项只取最高一项".to_owned(),
                Highest::By(field) => match &leaf.scope.book.fields[each.list.0 as usize].kind {
                    policy_finder_pack::rules::FieldKind::List(items) => {
                        format!("同一「{}」只取最高", items[field as usize].name)
                    }
                    _ => String::new(),
                },
            };
            text += &format!(";{what}");
            if dropped > 0 {
                text += &format!("(另有 {dropped} 项不计)");
            }
        }
        text += &format!(";{count} 项合计 {}", wording::number(&total, &money));
        Ok((total, text))
    }

    /// One item's amount, `None` where it certainly fails; its splits stay inside.
    fn item(&self, leaf: &Leaf, each: &Each, formula: &Expr, depth: usize) -> Result<Option<Number>, Stop> {
        match self.item_leaf(leaf, each, formula) {
            Err(Stop::NoRow(_)) => Ok(None),
            Err(Stop::Split(split)) if depth < MAX_DEPTH => {
                let mut joined: Option<Option<Number>> = None;
                let mut missing = split.missing;
                for alternative in &split.alternatives {
                    let inner = leaf.assume(alternative);
                    let part = self.item(&inner, each, formula, depth + 1)?.map(|n| Number { form: None, ..n });
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

    fn item_leaf(&self, leaf: &Leaf, each: &Each, formula: &Expr) -> Result<Option<Number>, Stop> {
        let mut sure = Some(true);
        for condition in &each.needs {
            let holds = leaf.truth(condition.expr.root)?;
            sure = and([sure, holds]);
            if sure == Some(false) {
                return Ok(None);
            }
        }
        let mut amount = leaf.number(formula.root)?;
        for cap in self.benefit.caps.iter().filter(|cap| cap.scope == CapScope::Item) {
            let limit = leaf.number(cap.at.root)?;
            leaf.split_at_zero(&leaf.tighten(amount.sub(&limit)?)?)?;
            amount = lower(leaf, &amount, &limit)?;
        }
        amount = clip(amount);
        if each.round_items {
            amount = self.rounded(amount)?;
        }
        Ok(Some(if sure.is_none() { Number { low: End::closed(Exact::ZERO), form: None, ..amount } } else { amount }))
    }

    /// Sum of the items, the highest only where the text says so; and how many do not count.
    fn total(&self, leaf: &Leaf, each: &Each, parts: Vec<(u32, Number)>) -> Result<(Number, usize), Stop> {
        let sum = |numbers: Vec<Number>| {
            numbers.iter().try_fold(Number::zero(), |sum, number| leaf.tighten(sum.add(number)?))
        };
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
            let low = loose.iter().filter_map(|n| n.low.at).fold(total.low.at.unwrap_or(Exact::ZERO), Exact::max);
            let high = sum(loose.into_iter().chain([total]).collect())?.high;
            total = Number { low: End::closed(low), high, form: None };
        }
        Ok((total, dropped))
    }

    fn rounded(&self, amount: Number) -> Result<Number, Stop> {
        let rounding = self.benefit.rounding;
        amount.monotone(|n| if rounding.truncate { n.truncate_to(rounding.grain) } else { n.round_to(rounding.grain) })
    }

    /// What minimum, top-up, caps and rounding leave of a computed amount.
    fn limits(&self, leaf: &Leaf, amount: Number, trace: &mut Vec<Step>) -> Result<Paid, Stop> {
        let benefit = self.benefit;
        let clause = benefit.clause;
        let money = Unit::Number(Dimension::money());
        let mut amount = clip(amount);
        let mut reaches_minimum = Some(true);
        if let Some(minimum) = &benefit.min_payout {
            let least = leaf.number(minimum.root)?;
            reaches_minimum = leaf.tighten(amount.sub(&least)?)?.compare_zero().negative.map(|below| !below);
            let words = match reaches_minimum {
                Some(true) => "达到",
                Some(false) => "低于起付线",
                None => "是否达到未定",
            };
            let text =
                format!("起付线 {}:测算 {},{words}", wording::number(&least, &money), wording::number(&amount, &money));
            trace.push(Step { form: "min_payout", text, clause });
            if reaches_minimum.is_none() {
                amount = Number { low: End::closed(Exact::ZERO), high: amount.high, form: None };
            }
        }
        if let Some(topup) = &benefit.topup {
            let paid = leaf.number(topup.root)?;
            amount = clip(leaf.tighten(amount.sub(&paid)?)?);
            let text = format!("此前已获 {},补差 {}", wording::number(&paid, &money), wording::number(&amount, &money));
            trace.push(Step { form: "topup", text, clause });
        }
        for cap in benefit.caps.iter().filter(|cap| cap.scope != CapScope::Item && cap.payer.is_none()) {
            let mut limit = leaf.number(cap.at.root)?;
            let mut words = format!("{}最高 {}", cap.scope.label(), wording::number(&limit, &money));
            if let Some(used) = &cap.used {
                let used = leaf.number(used.root)?;
                limit = clip(leaf.tighten(limit.sub(&used)?)?);
                words += &format!(",已用 {},余 {}", wording::number(&used, &money), wording::number(&limit, &money));
            }
            let over = leaf.tighten(amount.sub(&limit)?)?;
            leaf.split_at_zero(&over)?;
            let outcome = match over.compare_zero().positive {
                Some(true) => {
                    format!("测算 {} 超过,按 {}", wording::number(&amount, &money), wording::number(&limit, &money))
                }
                Some(false) => "未超过".to_owned(),
                None => "是否超过未定".to_owned(),
            };
            trace.push(Step { form: "cap", text: format!("{words}:{outcome}"), clause });
            amount = lower(leaf, &amount, &limit)?;
        }
        let rounding = benefit.rounding;
        let before = amount.clone();
        amount = self.rounded(amount)?;
        if let (Some(a), Some(b)) = (before.as_point(), amount.as_point())
            && a != b
        {
            let how = if rounding.truncate { "舍去尾数" } else { "四舍五入" };
            let text =
                format!("{how}到{}:{} → {}", wording::money(rounding.grain), wording::money(a), wording::money(b));
            trace.push(Step { form: "rounding", text, clause });
        }
        Ok(Paid::Amount { amount, reaches_minimum })
    }

    /// Says which row, bands or rungs were used.
    fn table_step(
        &self,
        leaf: &Leaf,
        index: u32,
        table: &policy_finder_pack::rules::Table,
        trace: &mut Vec<Step>,
    ) -> Result<(), Stop> {
        let book = leaf.scope.book;
        let key = |at: usize| -> Result<String, Stop> {
            let key = &table.keys[at];
            if matches!(leaf.scope.nodes[key.root.0 as usize], Node::Bool(_)) {
                return Ok(key.text.clone());
            }
            let value = wording::value(book, &leaf.value(key.root)?, &key.unit);
            Ok(format!("{} = {value}", key.text))
        };
        let keys = (0..table.keys.len()).map(key).collect::<Result<Vec<_>, _>>()?.join("、");
        let columns = |row: usize| -> Result<String, Stop> {
            let mut parts = Vec::new();
            for (column, expr) in table.columns.iter().zip(&table.rows[row].values) {
                parts.push(format!("{} {}", column.name, wording::value(book, &leaf.value(expr.root)?, &column.unit)));
            }
            Ok(parts.join("、"))
        };
        let (form, text) = match table.mode {
            Mode::Marginal => {
                let unit = &table.keys[0].unit;
                let mut parts = Vec::new();
                let mut sum = Number::zero();
                for band in table::bands(leaf, table, None)? {
                    parts.push(format!(
                        "{} × {} = {}",
                        wording::number(&band.part, unit),
                        table.rows[band.row].values[0].text,
                        wording::number(&band.sum, &table.columns[0].unit)
                    ));
                    sum = sum.add(&band.sum)?;
                }
                let sum = wording::number(&sum, &table.columns[0].unit);
                ("marginal", format!("『{}』按 {keys} 分段:{};合计 {sum}", table.name, parts.join(";")))
            }
            _ => match table::choice(leaf, index, None)? {
                RowChoice::Row(row) if !table.rows[row].is_known() => return Ok(()),
                RowChoice::Row(row) => (
                    "pick",
                    format!("『{}』按 {keys},取「{}」一档:{}", table.name, table.rows[row].text, columns(row)?),
                ),
                RowChoice::Rungs { from, to } => {
                    let before = match &table.before {
                        Some(before) => {
                            format!(",此前 {}", wording::value(book, &leaf.value(before.root)?, &before.unit))
                        }
                        None => String::new(),
                    };
                    let first = if table.each_rung { from } else { to - 1 };
                    let rungs = (first..to)
                        .map(|row| Ok(format!("「{}」给 {}", table.rows[row].text, columns(row)?)))
                        .collect::<Result<Vec<_>, Stop>>()?;
                    ("ladder", format!("『{}』{keys}{before};新达{}", table.name, rungs.join("、")))
                }
                RowChoice::Otherwise => ("pick", format!("『{}』按 {keys},不在任何一档,取其余情形", table.name)),
                RowChoice::None => return Ok(()),
            },
        };
        trace.push(Step { form, text, clause: self.benefit.clause });
        Ok(())
    }

    /// Which nodes expressions contain, through named steps and tables.
    fn reached(&self, mut stack: Vec<NodeId>) -> Vec<bool> {
        let mut reached = vec![false; self.benefit.nodes.len()];
        while let Some(id) = stack.pop() {
            if std::mem::replace(&mut reached[id.0 as usize], true) {
                continue;
            }
            let node = &self.benefit.nodes[id.0 as usize];
            match node {
                Node::Let(index) => stack.push(self.benefit.lets[*index as usize].expr.root),
                Node::Column { table, .. } => {
                    let table = &self.benefit.tables[*table as usize];
                    stack.extend(table.keys.iter().map(|key| key.root));
                    stack.extend(table.rows.iter().flat_map(|row| &row.values).map(|v| v.root));
                }
                _ => {}
            }
            stack.extend(node.children());
        }
        reached
    }

    /// Whether any of the nodes reached is such a one.
    fn any_reached(&self, reached: &[bool], test: impl Fn(&Node) -> bool) -> bool {
        self.benefit.nodes.iter().zip(reached).any(|(node, reached)| *reached && test(node))
    }

    /// The hull of all leaves.
    fn join(self) -> BenefitOutcome {
        let CaseSplit { benefit, mut leaves, split_keys } = self;
        let verdict = match leaves.iter().all(|l| l.verdict == leaves[0].verdict) {
            true => leaves[0].verdict,
            false => Verdict::Unknown,
        };
        let mut amount: Option<Number> = None;
        for leaf in leaves.iter().filter_map(|l| l.amount.as_ref()) {
            amount = Some(amount.map_or_else(|| leaf.clone(), |a| a.hull(leaf)));
        }
        if verdict == Verdict::Unknown
            && let Some(amount) = &mut amount
        {
            amount.low = End::closed(Exact::ZERO);
        }
        let certain_amount = amount.as_ref().is_none_or(|a| a.as_point().is_some());
        // A ceiling stays a range however much is known; what was missed for it is only what leaves its top open.
        let mut missing: Vec<InputKey> = Vec::new();
        let settled = matches!(verdict, Verdict::Unmet) || (verdict != Verdict::Unknown && certain_amount);
        if !settled {
            missing = leaves.iter().flat_map(|l| l.missing.iter().cloned()).chain(split_keys.clone()).collect();
            missing.sort_unstable();
            missing.dedup();
        }
        let (mut conditions, mut trace) = match leaves.as_mut_slice() {
            [only] => (std::mem::take(&mut only.conditions), std::mem::take(&mut only.trace)),
            _ => (leaves[0].conditions.clone(), Vec::new()),
        };
        for (index, condition) in conditions.iter_mut().enumerate().filter(|_| leaves.len() > 1) {
            let others = leaves.iter().filter_map(|l| l.conditions.get(index));
            if others.clone().any(|other| other.holds != condition.holds) {
                condition.holds = None;
                condition.given = None;
                condition.gap = None;
                condition.missing = others.flat_map(|o| o.missing.iter().cloned()).chain(split_keys.clone()).collect();
                condition.missing.sort_unstable();
                condition.missing.dedup();
            }
        }
        if leaves.len() > 1 {
            trace = conditions.iter().map(joined_step).collect();
            let money = Unit::Number(Dimension::money());
            for leaf in &leaves {
                let result = match (&leaf.verdict, &leaf.amount) {
                    (Verdict::Unmet, _) => format!("不符合({})", leaf.reason),
                    (_, Some(amount)) => wording::number(amount, &money),
                    (_, None) => "符合".to_owned(),
                };
                trace.push(Step {
                    form: "case",
                    text: format!("若 {}:{result}", leaf.labels.join(",")),
                    clause: benefit.clause,
                });
            }
        }
        for reading in &benefit.readings {
            let text = format!("读法:{}——此处取「{}」,需经主管部门确认", reading.ask, reading.took);
            trace.push(Step { form: "reading", text, clause: benefit.clause });
        }
        let reason = match verdict {
            Verdict::Met if conditions.is_empty() => "没有可核对的条件".to_owned(),
            Verdict::Met => format!("{} 项条件全部符合", conditions.len()),
            Verdict::Unknown => String::new(),
            _ => leaves[0].reason.clone(),
        };
        let range = amount.map(|a| (a.low.at.unwrap_or(Exact::ZERO), a.high.at));
        let kind = if verdict == Verdict::Manual && range.is_some() && benefit.kind == Kind::Cash {
            Kind::Ceiling
        } else {
            benefit.kind
        };
        let due: Vec<Option<bool>> = (0..benefit.instalments.len())
            .map(|index| {
                let first = leaves[0].due[index];
                if leaves.iter().all(|leaf| leaf.due[index] == first) { first } else { None }
            })
            .collect();
        let shares = benefit.instalments.iter().zip(due).map(|(part, due)| (part.when.clone(), part.ratio, due));
        let instalments = range.map(|range| parts(range, shares.collect())).unwrap_or_default();
        let shares = benefit.payers.iter().map(|payer| (payer.level.clone(), payer.ratio, Some(true)));
        let payers = range.map(|range| parts(range, shares.collect())).unwrap_or_default();
        let money = |range: (Exact, Option<Exact>)| {
            let unit = Unit::Number(Dimension::money());
            let end = |at: Option<Exact>| at.map_or(End::INFINITE, End::closed);
            wording::number(&Number { low: end(Some(range.0)), high: end(range.1), form: None }, &unit)
        };
        for part in &instalments {
            let when = match part.due {
                Some(true) => "",
                Some(false) => "(尚未到兑付条件)",
                None => "(是否到兑付条件未知)",
            };
            let share = wording::exact(part.share, &Unit::Number(Dimension::RATIO));
            let text = format!("{}兑付 {share} = {}{when}", part.name, money((part.low, part.high)));
            trace.push(Step { form: "pay", text, clause: benefit.clause });
        }
        for part in &payers {
            let share = wording::exact(part.share, &Unit::Number(Dimension::RATIO));
            let text = format!("{}承担 {share} = {}", part.name, money((part.low, part.high)));
            trace.push(Step { form: "payers", text, clause: benefit.clause });
        }
        let mut saving: Option<Number> = None;
        for leaf in leaves.iter().filter_map(|l| l.saving.as_ref()) {
            saving = Some(saving.map_or_else(|| leaf.clone(), |s| s.hull(leaf)));
        }
        let saving = saving.map(|s| {
            let low = if verdict == Verdict::Unknown { Exact::ZERO } else { s.low.at.unwrap_or(Exact::ZERO) };
            (low, s.high.at)
        });
        if let Some(saving) = saving {
            let text = format!("{} = {}", benefit.saving.as_ref().map_or("节税", |s| &s.text), money(saving));
            trace.push(Step { form: "saving", text: format!("预计少缴税:{text}"), clause: benefit.clause });
        }
        BenefitOutcome { verdict, kind, amount: range, reason, conditions, missing, trace, instalments, payers, saving }
    }
}

enum Paid {
    /// The benefit has no amount.
    Nothing,
    Amount {
        amount: Number,
        reaches_minimum: Option<bool>,
    },
}

/// Shares of an amount, each rounded to the fen, the last taking the remainder.
fn parts(range: (Exact, Option<Exact>), shares: Vec<(String, Exact, Option<bool>)>) -> Vec<Part> {
    let count = shares.len();
    let (mut low_left, mut high_left) = (Some(range.0), range.1);
    let mut parts = Vec::with_capacity(count);
    for (position, (name, share, due)) in shares.into_iter().enumerate() {
        let part = |whole: Option<Exact>, left: &mut Option<Exact>| {
            let part = match position + 1 == count {
                true => *left,
                false => whole.and_then(|w| w.checked_mul(share)).and_then(|p| p.round_to(Exact::FEN)),
            };
            *left = left.zip(part).and_then(|(left, part)| left.checked_sub(part));
            part
        };
        let low = part(Some(range.0), &mut low_left).unwrap_or(Exact::ZERO);
        let high = part(range.1, &mut high_left);
        parts.push(Part { name, share, low, high, due });
    }
    parts
}

/// The smaller of two, keeping its linear form where one of them certainly is.
fn lower(leaf: &Leaf, a: &Number, b: &Number) -> Result<Number, Stop> {
    let sign = leaf.tighten(a.sub(b)?)?.compare_zero();
    Ok(match (sign.positive, sign.negative) {
        (Some(false), _) => a.clone(),
        (_, Some(false)) => b.clone(),
        _ => a.min(b),
    })
}

fn same_amount(a: &Option<Number>, b: &Option<Number>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.low == b.low && a.high == b.high,
        (None, None) => true,
        _ => false,
    }
}

/// Never below zero.
fn clip(amount: Number) -> Number {
    if amount.compare_zero().negative == Some(false) { amount } else { amount.max(&Number::zero()) }
}

fn plain(condition: &Condition, veto: bool, holds: Option<bool>, mut missing: Vec<InputKey>) -> ConditionOutcome {
    missing.sort_unstable();
    missing.dedup();
    let text = condition.expr.text.clone();
    ConditionOutcome { text, veto, clause: condition.clause, holds, required: None, given: None, gap: None, missing }
}

fn gap(comparison: Comparison, a: &Value, b: &Value, holds: Option<bool>, unit: &Unit) -> Option<String> {
    let (Value::Number(a), Value::Number(b), Some(false)) = (a, b, holds) else { return None };
    if matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
        return None;
    }
    let (a, b) = (a.as_point()?, b.as_point()?);
    let difference = a.checked_sub(b)?;
    let difference = if difference.is_negative() { -difference } else { difference };
    (!difference.is_zero()).then(|| format!("差 {}", wording::gap(difference, unit)))
}

/// The unit of a node's value, where it has one that can be printed.
fn node_unit(leaf: &Leaf, id: NodeId) -> Option<Unit> {
    match &leaf.scope.nodes[id.0 as usize] {
        Node::Field { field, .. } | Node::HighestEver(field) | Node::HighestRecent { field, .. } => {
            Some(wording::field_unit(leaf.scope.book, *field))
        }
        Node::Let(index) => Some(leaf.scope.lets[*index as usize].expr.unit.clone()),
        Node::Column { table, column, .. } => {
            Some(leaf.scope.tables[*table as usize].columns[*column as usize].unit.clone())
        }
        Node::Growth { .. } => Some(Unit::Number(Dimension::RATIO)),
        Node::Received { .. } | Node::Due { .. } => Some(Unit::Number(Dimension::money())),
        Node::Item { list, field } => Some(wording::item_unit(leaf.scope.book, *list, *field)),
        Node::Parameter { parameter, .. } => {
            Some(Unit::Number(leaf.scope.book.parameters[*parameter as usize].dimension.clone()))
        }
        Node::EventYear(_) | Node::Year(_) | Node::YearOf(_) => Some(Unit::Year),
        Node::Date(_) | Node::FilingDate => Some(Unit::Date),
        Node::FullYears { .. } | Node::YearsBetween { .. } => Some(Unit::Number(Dimension::months())),
        Node::Number { text, .. } => {
            Some(Unit::Number(policy_finder_pack::units::scan(text).map_or(Dimension::RATIO, |q| q.dimension)))
        }
        Node::Add(a, _) | Node::Subtract(a, _) => node_unit(leaf, *a),
        Node::Divide(a, b) => match (node_unit(leaf, *a)?, node_unit(leaf, *b)?) {
            (Unit::Number(a), Unit::Number(b)) => Some(Unit::Number(a.per(&b))),
            _ => None,
        },
        Node::Multiply(a, b) => match (node_unit(leaf, *a)?, node_unit(leaf, *b)?) {
            (Unit::Number(a), Unit::Number(b)) => Some(Unit::Number(a.times(&b))),
            _ => None,
        },
        Node::Min(parts) | Node::Max(parts) => node_unit(leaf, *parts.first()?),
        Node::If { then, .. } => node_unit(leaf, *then),
        _ => None,
    }
}

/// `增量 = 产值 - 产值[上年] = 5亿元 - 3亿元 = 2亿元`
fn equation(leaf: &Leaf, name: &str, expr: &Expr) -> Result<String, Stop> {
    // Printing looks at parts that the result may not depend on.
    let (explained, _) = leaf.missing_of(|| leaf.explained(expr));
    let (value, numbers) = explained?;
    let value = wording::value(leaf.scope.book, &value, &expr.unit);
    let mut text = String::with_capacity(name.len() + expr.text.len() + numbers.len() + value.len() + 9);
    text.extend([name, " = ", &expr.text]);
    if numbers != value && numbers != expr.text {
        text.extend([" = ", &numbers]);
    }
    if value != expr.text {
        text.extend([" = ", &value]);
    }
    Ok(text)
}

fn outcome_words(outcome: &ConditionOutcome) -> &'static str {
    match (outcome.veto, outcome.holds) {
        (false, Some(true)) => "符合",
        (false, Some(false)) => "不符合",
        (true, Some(true)) => "已触发",
        (true, Some(false)) => "未触发",
        (_, None) => "未知",
    }
}

fn condition_step(outcome: &ConditionOutcome, leaf: &Leaf) -> Step {
    let mut step = joined_step(outcome);
    if outcome.passed().is_none() && !outcome.missing.is_empty() {
        let names: Vec<String> = outcome.missing.iter().map(|key| key.words(leaf.scope.book)).collect();
        step.text += &format!(",缺 {}", names.join("、"));
    }
    step
}

fn joined_step(outcome: &ConditionOutcome) -> Step {
    let (form, word) = if outcome.veto { ("veto", "否决项") } else { ("condition", "条件") };
    let mut text = String::with_capacity(outcome.text.len() + 96);
    text.extend([word, "「", &outcome.text, "」"]);
    if let Some(given) = &outcome.given {
        text.extend([":", given]);
        if let Some(required) = &outcome.required
            && required.starts_with(['≥', '≤', '>', '<', '=', '≠'])
        {
            text.extend([" ", required]);
        }
    }
    text.extend([" —— ", outcome_words(outcome)]);
    if let Some(gap) = &outcome.gap {
        text.extend([",", gap]);
    }
    Step { form, text, clause: outcome.clause }
}

fn refusal(outcome: &ConditionOutcome) -> String {
    if outcome.veto {
        return format!("触发否决项「{}」", outcome.text);
    }
    let mut parts = Vec::new();
    parts.extend(outcome.required.as_ref().map(|r| format!("要求 {r}")));
    parts.extend(
        outcome.given.as_ref().map(|g| if outcome.required.is_some() { format!("贵司 {g}") } else { g.clone() }),
    );
    parts.extend(outcome.gap.clone());
    if parts.is_empty() {
        format!("不符合「{}」", outcome.text)
    } else {
        format!("「{}」:{}", outcome.text, parts.join(";"))
    }
}
