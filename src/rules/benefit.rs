//! One benefit, one profile: verdict, amount, conditions, trace.

use policy_finder_pack::rules::{Benefit, Kind, Node, RuleBook, Unit};
use policy_finder_pack::{Date, Dimension, Exact, order};

use super::amount::{self, Paid, clip, from_zero};
use super::comparison::and;
use super::condition;
use super::leaf::{Alternative, Leaf, Split, Stop};
use super::number::{End, Number};
use super::outcome::{BenefitOutcome, ConditionOutcome, Part, Verdict, parts};
use super::scope::{Scope, Session};
use super::trace::{Span, Trace};
use super::value::{InputKey, Inputs, Value};
use super::wording;

/// Splits of splits beyond this give up tightness, never soundness.
pub const MAX_DEPTH: usize = 12;
/// Leaves beyond this likewise.
const MAX_LEAVES: usize = 2_000;

/// The result of one leaf.
struct LeafResult {
    verdict: Verdict,
    amount: Option<Number>,
    reason: Span,
    conditions: Vec<ConditionOutcome>,
    missing: Vec<InputKey>,
    trace: Trace,
    labels: Vec<String>,
    /// Whether each instalment is due.
    due: Vec<Option<bool>>,
    saving: Option<Number>,
}

/// Evaluates a benefit as its text stands, whenever the event. Missing information is never an error: it gives `Unknown`
/// and a range.
///
/// A session is of one profile, event year and date.
pub fn evaluate(
    book: &RuleBook,
    benefit: &Benefit,
    event_year: i32,
    as_of: Date,
    inputs: &Inputs,
    session: &Session,
) -> BenefitOutcome {
    let outcome = evaluate_in(&Scope::of(book, benefit, event_year, as_of, session), benefit, inputs, None);
    session.note_due(benefit, &outcome);
    outcome
}

/// The same, under an assumption about open inputs.
// One copy: inlined, it doubles the largest part of the module.
#[inline(never)]
pub(super) fn evaluate_in(
    scope: &Scope,
    benefit: &Benefit,
    inputs: &Inputs,
    assumed: Option<&Alternative>,
) -> BenefitOutcome {
    let mut search = CaseSplit { benefit, leaves: Vec::with_capacity(1), split_keys: Vec::new() };
    let mut leaf = Leaf::new(scope, inputs);
    if let Some(assumed) = assumed {
        leaf = leaf.assume(assumed);
    }
    search.explore(leaf, Vec::new(), 0);
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
                    let labels = labels.iter().cloned().chain([alternative.label.clone()]).collect();
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
                reason: Span::default(),
                conditions: Vec::new(),
                missing,
                trace: Trace::default(),
                labels,
                due: vec![None; self.benefit.instalments.len()],
                saving: self.benefit.saving.as_ref().map(|_| Number::at_least(Some(Exact::ZERO))),
            }),
        }
    }

    fn leaf(&self, leaf: &Leaf) -> Result<LeafResult, Split> {
        let benefit = self.benefit;
        let mut trace = Trace::with_room();
        let mut conditions = Vec::with_capacity(benefit.needs.len() + benefit.vetoes.len());
        let mut split = None;
        let mut undefined = None;
        let vetoes = benefit.vetoes.iter().map(|c| (c, true));
        for (condition, veto) in benefit.needs.iter().map(|c| (c, false)).chain(vetoes) {
            let (result, missing) = leaf.missing_of(|| leaf.truth(condition.expr.root));
            let mut outcome = match result {
                Ok(holds) => {
                    let mut outcome = condition::plain(condition, veto, holds, None, missing);
                    leaf.missing_of(|| condition::describe(leaf, condition.expr.root, &mut outcome, &mut trace));
                    outcome
                }
                Err(Stop::NoRow(why)) => condition::plain(condition, veto, Some(veto), Some(trace.note(&why)), missing),
                Err(Stop::Split(s)) => {
                    let outcome = condition::plain(condition, veto, None, None, s.missing.clone());
                    split = split.or(Some(s));
                    outcome
                }
                Err(Stop::Undefined(why)) => {
                    undefined = undefined.or(Some(why));
                    condition::plain(condition, veto, None, Some(trace.note(why)), Vec::new())
                }
                Err(Stop::NotFound(why)) => condition::plain(condition, veto, None, Some(trace.note(&why)), Vec::new()),
            };
            condition::step(&mut outcome, &condition.expr.text, &mut trace, Some(leaf));
            conditions.push(outcome);
        }
        let passed = and(conditions.iter().map(ConditionOutcome::passed));
        if passed == Some(false) {
            let failing = conditions.iter().find(|c| c.passed() == Some(false));
            let reason = failing.map(|c| condition::refusal(c, &mut trace)).unwrap_or_default();
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
        let mut reason = undefined.map(|why| trace.note(why)).unwrap_or_default();
        let mut amount = None;
        match amount::amount(benefit, leaf, &mut trace) {
            Ok(Paid::Nothing) => {}
            Ok(Paid::Amount { amount: paid, reaches_minimum }) => {
                if reaches_minimum == Some(false) {
                    let from = trace.here();
                    trace.push("测算金额低于起付线 ");
                    trace.push(benefit.min_payout.as_ref().map_or("", |minimum| &minimum.text));
                    trace.push(",不予发放");
                    let reason = trace.since(from);
                    return Ok(self.refused(reason, conditions, trace));
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
            Err(Stop::NoRow(why)) => {
                let reason = trace.note(&why);
                return Ok(self.refused(reason, conditions, trace));
            }
            Err(Stop::Split(split)) => return Err(split),
            Err(Stop::Undefined(why)) => {
                if verdict != Verdict::Unknown {
                    verdict = Verdict::Manual;
                }
                reason = trace.note(why);
                amount = Some(Number::at_least(Some(Exact::ZERO)));
            }
            Err(Stop::NotFound(why)) => {
                verdict = Verdict::Unknown;
                reason = trace.note(&why);
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
            reason = trace.note(why);
        }
        if matches!(verdict, Verdict::Unknown | Verdict::Manual) || benefit.kind == Kind::Ceiling {
            amount = amount.as_ref().map(from_zero);
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

    fn refused(&self, reason: Span, conditions: Vec<ConditionOutcome>, trace: Trace) -> LeafResult {
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

    /// The hull of all leaves.
    fn join(self) -> BenefitOutcome {
        let CaseSplit { benefit, mut leaves, split_keys } = self;
        let mut verdict = leaves[0].verdict;
        if leaves.iter().any(|leaf| leaf.verdict != verdict) {
            verdict = Verdict::Unknown;
        }
        let mut amount = hull(leaves.iter().map(|leaf| &leaf.amount));
        if verdict == Verdict::Unknown {
            amount = amount.as_ref().map(from_zero);
        }
        let certain_amount = amount.as_ref().is_none_or(|a| a.as_point().is_some());
        // A ceiling stays a range however much is known; what was missed for it is only what leaves its top open.
        let mut missing: Vec<InputKey> = Vec::new();
        let settled = matches!(verdict, Verdict::Unmet) || (verdict != Verdict::Unknown && certain_amount);
        if !settled {
            missing = leaves.iter().flat_map(|l| l.missing.iter().cloned()).chain(split_keys.clone()).collect();
            order::sort(&mut missing);
            missing.dedup();
        }
        let mut conditions = std::mem::take(&mut leaves[0].conditions);
        let mut trace = std::mem::take(&mut leaves[0].trace);
        if leaves.len() > 1 {
            join_conditions(&mut conditions, &leaves[1..], &split_keys);
            join_steps(benefit, &mut conditions, &leaves, &mut trace);
        }
        for reading in &benefit.readings {
            let from = trace.here();
            for part in ["读法:", &reading.ask, "——此处取「", &reading.took, "」,需经主管部门确认"] {
                trace.push(part);
            }
            trace.step("reading", from, benefit.clause);
        }
        let reason = match verdict {
            Verdict::Met if conditions.is_empty() => trace.note("没有可核对的条件"),
            Verdict::Met => {
                let from = trace.here();
                trace.push(&conditions.len().to_string());
                trace.push(" 项条件全部符合");
                trace.since(from)
            }
            Verdict::Unknown => Span::default(),
            _ => leaves[0].reason,
        };
        let range = amount.map(|a| (a.low().at.unwrap_or(Exact::ZERO), a.high().at));
        let kind = if verdict == Verdict::Manual && range.is_some() && benefit.kind == Kind::Cash {
            Kind::Ceiling
        } else {
            benefit.kind
        };
        let due = |index: usize| {
            let first = leaves[0].due[index];
            if leaves.iter().all(|leaf| leaf.due[index] == first) { first } else { None }
        };
        let shares = benefit.instalments.iter().enumerate().map(|(at, part)| (part.when.clone(), part.ratio, due(at)));
        let instalments = range.map(|range| parts(range, shares.collect())).unwrap_or_default();
        let shares = benefit.payers.iter().map(|payer| (payer.level.clone(), payer.ratio, Some(true)));
        let payers = range.map(|range| parts(range, shares.collect())).unwrap_or_default();
        for part in &instalments {
            let from = trace.here();
            push_share(&mut trace, part, "兑付 ");
            match part.due {
                Some(true) => {}
                Some(false) => trace.push("(尚未到兑付条件)"),
                None => trace.push("(是否到兑付条件未知)"),
            }
            trace.step("pay", from, benefit.clause);
        }
        for part in &payers {
            let from = trace.here();
            push_share(&mut trace, part, "承担 ");
            trace.step("payers", from, benefit.clause);
        }
        let saving = hull(leaves.iter().map(|leaf| &leaf.saving)).map(|saving| {
            let low = if verdict == Verdict::Unknown { None } else { saving.low().at };
            (low.unwrap_or(Exact::ZERO), saving.high().at)
        });
        if let Some((low, high)) = saving {
            let from = trace.here();
            trace.push("预计少缴税:");
            trace.push(benefit.saving.as_ref().map_or("节税", |saving| &saving.text));
            trace.push(" = ");
            trace.money(&Number::of_ends(End::closed(low), high.map_or(End::INFINITE, End::closed)));
            trace.step("saving", from, benefit.clause);
        }
        BenefitOutcome {
            verdict,
            kind,
            amount: range,
            reason,
            conditions,
            missing,
            trace,
            instalments,
            payers,
            saving,
            version: None,
        }
    }
}

/// The smallest range that holds all there are.
fn hull<'a>(numbers: impl Iterator<Item = &'a Option<Number>>) -> Option<Number> {
    numbers
        .flatten()
        .fold(None, |hull: Option<Number>, number| Some(hull.map_or_else(|| number.clone(), |hull| hull.hull(number))))
}

/// What the other leaves say differently is open.
fn join_conditions(conditions: &mut [ConditionOutcome], others: &[LeafResult], split_keys: &[InputKey]) {
    for (index, condition) in conditions.iter_mut().enumerate() {
        let others = others.iter().filter_map(|leaf| leaf.conditions.get(index));
        if others.clone().any(|other| other.holds != condition.holds) {
            condition.holds = None;
            condition.given = None;
            condition.gap = None;
            condition.missing.extend(others.flat_map(|o| o.missing.iter().cloned()).chain(split_keys.iter().cloned()));
            order::sort(&mut condition.missing);
            condition.missing.dedup();
        }
    }
}

/// The lines of several leaves: the conditions as joined, and what each case comes to.
fn join_steps(benefit: &Benefit, conditions: &mut [ConditionOutcome], leaves: &[LeafResult], trace: &mut Trace) {
    trace.steps.clear();
    let written = benefit.needs.iter().chain(&benefit.vetoes);
    for (outcome, condition) in conditions.iter_mut().zip(written) {
        condition::step(outcome, &condition.expr.text, trace, None);
    }
    for (index, leaf) in leaves.iter().enumerate() {
        let from = trace.here();
        trace.push("若 ");
        for (position, label) in leaf.labels.iter().enumerate() {
            trace.push(if position > 0 { "," } else { "" });
            trace.push(label);
        }
        trace.push(":");
        match (&leaf.verdict, &leaf.amount) {
            (Verdict::Unmet, _) => {
                trace.push("不符合(");
                // The first leaf's words are the trace's own.
                match index {
                    0 => trace.repeat(leaf.reason),
                    _ => trace.push(leaf.trace.text(leaf.reason)),
                }
                trace.push(")");
            }
            (_, Some(amount)) => trace.money(amount),
            (_, None) => trace.push("符合"),
        }
        trace.step("case", from, benefit.clause);
    }
}

/// `市级承担 60% = 12万元`
fn push_share(trace: &mut Trace, part: &Part, verb: &str) {
    trace.push(&part.name);
    trace.push(verb);
    wording::push_exact(&mut trace.words, part.share, &Unit::Number(Dimension::RATIO));
    trace.push(" = ");
    trace.money(&Number::of_ends(End::closed(part.low), part.high.map_or(End::INFINITE, End::closed)));
}

fn same_amount(a: &Option<Number>, b: &Option<Number>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.low() == b.low() && a.high() == b.high(),
        (None, None) => true,
        _ => false,
    }
}
