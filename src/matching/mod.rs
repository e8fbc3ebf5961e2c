//! Here is a profile: which clauses fit, which do not, and what should be asked next?

mod near_miss;
mod questions;

use policy_finder_pack::records::{Level, Records};
use policy_finder_pack::rules::{self, RuleBook, Unit};
use policy_finder_pack::{Date, Dimension, Exact};

use crate::profile::Profile;
use crate::report;
use crate::rules::outcome::Part as Share;
use crate::rules::parts::{self, Joined, Part};
use crate::rules::scope::Scope;
use crate::rules::trace::Trace;
use crate::rules::version::evaluate;
use crate::rules::{BenefitOutcome, ConditionOutcome, InputKey, Session, Verdict, wording};

pub use near_miss::near_miss;
pub use questions::questions;

/// Evaluates every benefit of the pack, in corpus order, exactly once.
pub fn outcomes(book: &RuleBook, profile: &Profile, as_of: Date) -> Vec<BenefitOutcome> {
    let session = Session::default();
    let evaluate = |benefit| evaluate(book, benefit, profile.event_year, as_of, &profile.inputs, &session);
    book.benefits.iter().map(evaluate).collect()
}

/// Evaluates one benefit.
pub fn outcome(book: &RuleBook, index: usize, profile: &Profile, as_of: Date) -> BenefitOutcome {
    let session = Session::default();
    evaluate(book, &book.benefits[index], profile.event_year, as_of, &profile.inputs, &session)
}

/// Counts the verdicts.
pub fn summary(outcomes: &[BenefitOutcome]) -> report::Summary {
    let count = |verdict| outcomes.iter().filter(|o| o.verdict == verdict).count();
    report::Summary {
        clauses: outcomes.len(),
        met: count(Verdict::Met),
        unmet: count(Verdict::Unmet),
        unknown: count(Verdict::Unknown),
        manual: count(Verdict::Manual),
        inactive: count(Verdict::Inactive),
    }
}

/// The report of one clause.
pub fn clause_result(
    records: &Records,
    book: &RuleBook,
    index: usize,
    profile: &Profile,
    as_of: Date,
    session: &Session,
    outcome: &BenefitOutcome,
) -> report::ClauseResult {
    let benefit = &book.benefits[index];
    let scope = Scope::of(book, benefit, profile.event_year, as_of, session);
    let policy = &records.policies()[benefit.policy as usize];
    let anchor = |clause: u32| records.string(records.clause(clause as usize).anchor).to_owned();
    let labels = |keys: &[InputKey]| keys.iter().map(|key| key.label(book)).collect::<Vec<_>>();
    let missing = labels(&outcome.missing);
    let reason = match outcome.verdict {
        Verdict::Unknown => {
            let words: Vec<String> = outcome.missing.iter().map(|key| key.words(book)).collect();
            format!("还需知道:{}", words.join("、"))
        }
        _ => outcome.trace.text(outcome.reason).to_owned(),
    };
    report::ClauseResult {
        id: benefit.id.clone(),
        policy: records.string(policy.id).to_owned(),
        clause: anchor(benefit.clause),
        name: benefit.name.clone(),
        level: policy.level().map(Level::name),
        citation: citation(records, benefit.policy, benefit.clause),
        verdict: outcome.verdict.name(),
        reason,
        conditions: outcome
            .conditions
            .iter()
            .zip(benefit.needs.iter().chain(&benefit.vetoes))
            .map(|(turned_out, written)| {
                let (joined, parts) = joined(parts::parts(&scope, &profile.inputs, written), &labels);
                let condition = condition(turned_out, &outcome.trace, &labels, &anchor);
                report::Condition { joined, parts, ..condition }
            })
            .collect(),
        amount: outcome.amount.map(|range| report::Amount::new(outcome.kind.name(), range)),
        missing,
        near_miss: None,
        readings: benefit
            .readings
            .iter()
            .map(|r| report::Reading { ask: r.ask.clone(), took: r.took.clone(), other: r.other.clone() })
            .collect(),
        trace: outcome
            .trace
            .steps
            .iter()
            .map(|s| report::Step {
                form: s.form,
                text: outcome.trace.text(s.text).to_owned(),
                clause: anchor(s.clause),
            })
            .collect(),
        pay: outcome.instalments.iter().map(share).collect(),
        payers: outcome.payers.iter().map(share).collect(),
        saving: outcome.saving.map(|range| report::Amount::new("tax", range)),
    }
}

fn share(part: &Share) -> report::Share {
    let (low, high) = report::yuan_range((part.low, part.high));
    report::Share {
        name: part.name.clone(),
        share: wording::exact(part.share, &Unit::Number(Dimension::RATIO)),
        low,
        high,
        due: part.due,
    }
}

fn condition(
    outcome: &ConditionOutcome,
    trace: &Trace,
    labels: &impl Fn(&[InputKey]) -> Vec<String>,
    anchor: &impl Fn(u32) -> String,
) -> report::Condition {
    let text = |span| trace.text(span).to_owned();
    report::Condition {
        text: text(outcome.text),
        outcome: verdict(outcome.passed()),
        veto: outcome.veto,
        required: outcome.required.map(text),
        given: outcome.given.map(text),
        gap: outcome.gap.map(text),
        missing: if outcome.passed().is_none() { labels(&outcome.missing) } else { Vec::new() },
        clause: anchor(outcome.clause),
        joined: None,
        parts: Vec::new(),
    }
}

fn verdict(holds: Option<bool>) -> &'static str {
    match holds {
        Some(true) => "met",
        Some(false) => "unmet",
        None => "unknown",
    }
}

fn joined(
    parts: Option<(Joined, Vec<Part>)>,
    labels: &impl Fn(&[InputKey]) -> Vec<String>,
) -> (Option<&'static str>, Vec<report::Part>) {
    let Some((how, parts)) = parts else { return (None, Vec::new()) };
    let part = |part: Part| {
        let (joined, parts) = joined(part.parts, labels);
        report::Part {
            outcome: verdict(part.holds),
            missing: if part.holds.is_none() { labels(&part.missing) } else { Vec::new() },
            text: part.text,
            required: part.required,
            given: part.given,
            gap: part.gap,
            joined,
            parts,
        }
    };
    (Some(how.name()), parts.into_iter().map(part).collect())
}

/// Where a clause stands in the world.
pub fn citation(records: &Records, policy: u32, clause: u32) -> report::Citation {
    let record = &records.policies()[policy as usize];
    let clause = records.clause(clause as usize);
    report::Citation {
        policy: records.string(record.id).to_owned(),
        clause: records.string(clause.anchor).to_owned(),
        label: records.string(clause.label).to_owned(),
        title: records.string(record.title).to_owned(),
        doc_number: records.optional(record.doc_number).map(str::to_owned),
        url: records.optional(record.source_url).map(str::to_owned),
    }
}

/// The vocabulary as the page sees it.
pub fn fields(book: &RuleBook) -> Vec<report::Field> {
    book.fields.iter().map(field).collect()
}

fn field(field: &rules::Field) -> report::Field {
    let (kind, unit, options) = questions::shape(&field.kind);
    report::Field {
        id: field.id.clone(),
        name: field.name.clone(),
        kind,
        unit,
        yearly: field.yearly,
        options,
        question: field.question.clone(),
        why: field.why.clone(),
        hint: field.hint.clone(),
        group: field.group.clone(),
        effort: field.effort,
        items: match &field.kind {
            rules::FieldKind::List(items) => items.iter().map(self::field).collect(),
            _ => Vec::new(),
        },
    }
}

/// An amount for people.
pub fn money(amount: Exact) -> String {
    wording::money(amount)
}
