//! Runs the worked cases of a corpus: what does each come to, and what should it?

use std::collections::{BTreeMap, BTreeSet};

use policy_finder::profile::{Input, ProfileInput};
use policy_finder::report::{ClauseResult, Share, exact};
use policy_finder::rules::step::{self, StepValue};
use policy_finder::rules::wording;
use policy_finder::{Date, Engine, Error};
use policy_finder_compiler::Compiled;
use policy_finder_compiler::diagnostic::{Diagnostic, Located, locate};
use policy_finder_compiler::rules::{Amount, Case, GivenStep, OtherAmount, nested_name};
use policy_finder_pack::Exact;
use policy_finder_pack::rules::{RuleBook, Unit};

/// Runs every case; each difference is a fault at the place of what was expected.
pub fn run(compiled: &Compiled) -> Result<Vec<Located>, Error> {
    let engine = Engine::open(compiled.pack.clone())?;
    let mut faults = Vec::new();
    for case in &compiled.cases {
        check(&engine, case, &mut faults);
    }
    Ok(locate(faults, &compiled.files))
}

/// What a case states, as a profile.
pub fn answers(case: &Case) -> ProfileInput {
    let mut input: ProfileInput = case.given.iter().map(|g| (g.key.clone(), Input::Text(g.value.clone()))).collect();
    let mut lists: BTreeMap<&str, Vec<BTreeMap<String, Input>>> = BTreeMap::new();
    for list in &case.lists {
        let rows = list.rows.iter().map(|row| {
            let cells = row.iter().map(|(column, value)| (column.clone(), Input::Text(value.clone())));
            cells.collect::<BTreeMap<_, _>>()
        });
        // `展会[1].展位` stands in an item of a list that was given before.
        match nested_name(&list.name) {
            None => drop(lists.insert(&list.name, rows.collect())),
            Some((outer, index, column)) => {
                if let Some(item) = lists.get_mut(outer).and_then(|items| items.get_mut(index)) {
                    item.insert(column.to_owned(), Input::List(rows.map(Input::Map).collect()));
                }
            }
        }
    }
    let lists = lists
        .into_iter()
        .map(|(name, rows)| (name.to_owned(), Input::List(rows.into_iter().map(Input::Map).collect())));
    input.extend(lists);
    input
}

fn check(engine: &Engine, case: &Case, faults: &mut Vec<Diagnostic>) {
    let Some(as_of) = Date::end_of_year(case.event) else { return };
    let profile = match engine.profile(&answers(case), as_of) {
        Ok(profile) => profile,
        Err(Error::Profile(found)) => {
            for fault in found {
                let given = case.given.iter().find(|given| given.key == fault.key);
                let place = given.map_or(&case.place, |given| &given.place).clone();
                let message = format!("the answer cannot be read: {}", fault.message);
                faults.push(Diagnostic::error("bad_given", place, message).hint("write the value as a visitor would"));
            }
            return;
        }
        Err(error) => {
            faults.push(Diagnostic::error("case_not_run", case.place.clone(), error.to_string()));
            return;
        }
    };
    for note in &profile.notes {
        let given = case.given.iter().find(|given| given.key == note.key);
        let place = given.map_or(&case.place, |given| &given.place).clone();
        faults.push(Diagnostic::error("bad_given", place, format!("{}: {}", note.key, note.message)));
    }
    let Some(result) = engine.benefit(&case.benefit, &profile, as_of) else {
        let message = format!("the pack has no benefit {}", case.benefit);
        faults.push(Diagnostic::error("case_not_run", case.place.clone(), message));
        return;
    };
    compare(case, &result, faults);
    let book = engine.rules();
    let Some(benefit) = book.benefits.iter().find(|benefit| benefit.id == case.benefit) else { return };
    for pinned in &case.steps {
        let found = step::values(book, benefit, pinned.index, as_of.year(), as_of, &profile.inputs);
        if !holds(pinned, &found) {
            let unit = &benefit.lets[pinned.index].expr.unit;
            let expected = pinned.values.iter().map(stated).collect::<Vec<_>>();
            let (expected, got) = (listed(book, unit, &expected), listed(book, unit, &found));
            let message = format!("«{}»: expected {} = {expected}, got {got}", case.name, pinned.name);
            let fault = Diagnostic::error("case_failed", pinned.place.clone(), message);
            faults.push(fault.hint(explanation(&result)));
        }
    }
}

/// Whether a step comes to what the case says.
pub fn holds(pinned: &GivenStep, found: &[StepValue]) -> bool {
    found.len() == pinned.values.len() && pinned.values.iter().map(stated).eq(found.iter().cloned())
}

fn stated(value: &policy_finder_compiler::rules::StepValue) -> StepValue {
    use policy_finder_compiler::rules::StepValue as Stated;
    match *value {
        Stated::Number(low, high) => StepValue::Number(low, high),
        Stated::Truth(truth) => StepValue::Truth(truth),
        Stated::Option(option) => StepValue::Options(BTreeSet::from([option])),
    }
}

fn listed(book: &RuleBook, unit: &Unit, values: &[StepValue]) -> String {
    let end = |end: Option<Exact>| end.map_or_else(|| "不限".to_owned(), |end| wording::exact(end, unit));
    let one = |value: &StepValue| match value {
        StepValue::Number(low, high) if low == high && low.is_some() => end(*low),
        StepValue::Number(low, high) => format!("{}至{}", end(*low), end(*high)),
        StepValue::Truth(Some(true)) => "是".to_owned(),
        StepValue::Truth(Some(false)) => "否".to_owned(),
        StepValue::Truth(None) => "未知".to_owned(),
        StepValue::Options(options) => {
            options.iter().map(|&option| wording::option_name(book, unit, option)).collect::<Vec<_>>().join("或")
        }
        StepValue::Nothing => "no value".to_owned(),
    };
    match values.is_empty() {
        true => "no item".to_owned(),
        false => values.iter().map(one).collect::<Vec<_>>().join("、"),
    }
}

fn compare(case: &Case, result: &ClauseResult, faults: &mut Vec<Diagnostic>) {
    let mut fault = |place: &policy_finder_compiler::model::Place, message: String| {
        let why = explanation(result);
        faults.push(Diagnostic::error("case_failed", place.clone(), format!("«{}»: {message}", case.name)).hint(why));
    };
    if let Some((expected, place)) = &case.verdict
        && expected != result.verdict
    {
        fault(place, format!("expected {expected}, got {}", result.verdict));
    }
    let got = result.amount.as_ref().map(|amount| Amount { low: exact(amount.low), high: amount.high.map(exact) });
    if let Some((expected, place)) = &case.amount
        && got != Some(*expected)
    {
        let got = got.map_or("no amount".to_owned(), |amount| words(&amount));
        fault(place, format!("expected {}, got {got}", words(expected)));
    }
    if let Some((expected, place)) = &case.pay {
        let got: Vec<Amount> =
            result.pay.iter().map(|part| Amount { low: exact(part.low), high: part.high.map(exact) }).collect();
        if got != *expected {
            let list = |amounts: &[Amount]| amounts.iter().map(words).collect::<Vec<_>>().join(", ");
            fault(place, format!("expected instalments {}, got {}", list(expected), list(&got)));
        }
    }
    for (which, expected, place) in &case.other_amounts {
        let got = other_amount(result, which);
        if got != Some(*expected) {
            let name = match which {
                OtherAmount::Saving => "预计少缴税",
                OtherAmount::Payer(name) | OtherAmount::Instalment(name) => name.as_str(),
            };
            let got = got.map_or("no amount".to_owned(), |amount| words(&amount));
            fault(place, format!("expected {name} = {}, got {got}", words(expected)));
        }
    }
    if let Some((expected, place)) = &case.missing {
        let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
        let got: BTreeSet<&str> = result.missing.iter().map(String::as_str).collect();
        if expected != got {
            let list = |set: &BTreeSet<&str>| match set.is_empty() {
                true => "nothing".to_owned(),
                false => set.iter().copied().collect::<Vec<_>>().join(", "),
            };
            fault(place, format!("expected {} to be missing, got {}", list(&expected), list(&got)));
        }
    }
}

fn other_amount(result: &ClauseResult, which: &OtherAmount) -> Option<Amount> {
    let share = |shares: &[Share], name: &String| {
        let share = shares.iter().find(|share| share.name == *name)?;
        Some(Amount { low: exact(share.low), high: share.high.map(exact) })
    };
    match which {
        OtherAmount::Saving => {
            result.saving.as_ref().map(|amount| Amount { low: exact(amount.low), high: amount.high.map(exact) })
        }
        OtherAmount::Payer(name) => share(&result.payers, name),
        OtherAmount::Instalment(name) => share(&result.pay, name),
    }
}

fn words(amount: &Amount) -> String {
    let money = |value: policy_finder_pack::Exact| policy_finder::rules::wording::money(value);
    match amount.high {
        None => format!("{}至不限", money(amount.low)),
        Some(high) if high == amount.low => money(high),
        Some(high) => format!("{}至{}", money(amount.low), money(high)),
    }
}

/// The reason and the trace, so that the author sees where the two part.
fn explanation(result: &ClauseResult) -> String {
    let mut lines = Vec::new();
    if !result.reason.is_empty() {
        lines.push(result.reason.clone());
    }
    lines.extend(result.trace.iter().map(|step| step.text.clone()));
    lines.join("\n")
}
