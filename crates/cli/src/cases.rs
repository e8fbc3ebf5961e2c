//! Runs the worked cases of a corpus: what does each come to, and what should it?

use std::collections::BTreeSet;

use policy_finder::profile::{Input, ProfileInput};
use policy_finder::report::{ClauseResult, exact};
use policy_finder::{Date, Engine, Error};
use policy_finder_compiler::Compiled;
use policy_finder_compiler::diagnostic::{Diagnostic, Located, locate};
use policy_finder_compiler::rules::{Amount, Case};

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
    for list in &case.lists {
        let rows = list.rows.iter().map(|row| {
            let cells = row.iter().map(|(column, value)| (column.clone(), Input::Text(value.clone())));
            Input::Map(cells.collect())
        });
        input.insert(list.name.clone(), Input::List(rows.collect()));
    }
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
