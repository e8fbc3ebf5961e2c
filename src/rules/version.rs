//! Here is an event, perhaps without its date: which version of a text applies to it?
//!
//! An event follows the text of its time. Where its date is open, a version comes to what its text says of the events
//! that it covers, or to nothing, because another version or none covers the event.

use policy_finder_pack::rules::{Benefit, Node, NodeId, RuleBook, Unit};
use policy_finder_pack::{Date, Exact, order};

use super::benefit;
use super::leaf::{Alternative, Leaf};
use super::number::{End, Number};
use super::outcome::{BenefitOutcome, OpenVersion, Verdict};
use super::scope::{Scope, Session};
use super::trace::Trace;
use super::value::{InputKey, Inputs, Value};

/// Evaluates a benefit for the event that it is about.
///
/// [`Verdict::Inactive`] where its text does not cover the event. Without an `event` of its own that is `as_of` where it
/// falls into the event year, else the last day of that year: yearly figures are known then.
pub fn evaluate(
    book: &RuleBook,
    benefit: &Benefit,
    event_year: i32,
    as_of: Date,
    inputs: &Inputs,
    session: &Session,
) -> BenefitOutcome {
    let scope = Scope::of(book, benefit, event_year, as_of, session);
    let event = Event::of(benefit, &scope, inputs);
    let own = Dates::covered(benefit, event.unit);
    let outcome = if !event.dates.meets(own) {
        inactive(benefit, event.unit.last_day(event.dates.low))
    } else if event.dates.within(own) {
        benefit::evaluate_in(&scope, benefit, inputs, None)
    } else {
        let assumed = event.dates.meet(own).assumed(benefit, book, inputs, event.unit);
        let outcome = benefit::evaluate_in(&scope, benefit, inputs, assumed.as_ref());
        // Whom the text refuses gets nothing from it, whatever the date.
        if outcome.verdict == Verdict::Unmet { outcome } else { open(book, benefit, &event, outcome) }
    };
    session.note_due(benefit, &outcome);
    outcome
}

/// When the event may be.
struct Event {
    /// In years or in days.
    unit: Steps,
    dates: Dates,
    missing: Vec<InputKey>,
}

#[derive(Clone, Copy, PartialEq)]
enum Steps {
    /// A year stands for its last day, when its figures are known.
    Years,
    Days,
}

/// Years or days from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dates {
    low: i32,
    high: i32,
}

impl Event {
    fn of(benefit: &Benefit, scope: &Scope, inputs: &Inputs) -> Event {
        let Some(expr) = &benefit.event else {
            let Scope { event_year, as_of, .. } = *scope;
            let day = if as_of.year() == event_year { as_of } else { Date::end_of_year(event_year).unwrap_or(as_of) };
            return Event { unit: Steps::Days, dates: Dates::only(day.day_number()), missing: Vec::new() };
        };
        let unit = if expr.unit == Unit::Year { Steps::Years } else { Steps::Days };
        let leaf = Leaf::new(scope, inputs);
        let value = leaf.hulled(expr.root, 0);
        let missing = leaf.take_missing();
        let whole = |end: End| end.at.and_then(|at| i32::try_from(at.floor().numerator()).ok());
        let dates = match value {
            Ok(Value::Number(number)) => Dates {
                low: whole(number.low()).unwrap_or(Dates::ANY.low),
                high: whole(number.high()).unwrap_or(Dates::ANY.high),
            },
            _ => Dates::ANY,
        };
        Event { unit, dates, missing }
    }
}

impl Steps {
    /// The day that a step stands for.
    fn last_day(self, step: i32) -> Option<Date> {
        match self {
            Steps::Years => Date::end_of_year(step),
            Steps::Days => Date::from_day_number(step),
        }
    }

    fn words(self, step: i32) -> String {
        match self {
            Steps::Years => format!("{step}年"),
            Steps::Days => self.last_day(step).map_or_else(|| "?".to_owned(), |day| day.to_string()),
        }
    }
}

impl Dates {
    const ANY: Dates = Dates { low: i32::MIN, high: i32::MAX };

    fn only(at: i32) -> Dates {
        Dates { low: at, high: at }
    }

    /// The events that the text of a benefit covers.
    fn covered(benefit: &Benefit, unit: Steps) -> Dates {
        let (first, last) = (benefit.covers.first, benefit.covers.last);
        match unit {
            Steps::Days => {
                Dates { low: first.map_or(i32::MIN, Date::day_number), high: last.map_or(i32::MAX, Date::day_number) }
            }
            Steps::Years => Dates {
                low: first.map_or(i32::MIN, Date::year),
                high: last.map_or(i32::MAX, |day| day.plus_days(1).year() - 1),
            },
        }
    }

    fn meet(self, other: Dates) -> Dates {
        Dates { low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    fn meets(self, other: Dates) -> bool {
        self.low.max(other.low) <= self.high.min(other.high)
    }

    fn within(self, other: Dates) -> bool {
        other.low <= self.low && self.high <= other.high
    }

    /// The dates as what is assumed of the input that they come from.
    fn assumed(self, benefit: &Benefit, book: &RuleBook, inputs: &Inputs, unit: Steps) -> Option<Alternative> {
        let node = |id: NodeId| &benefit.nodes[id.0 as usize];
        let (field, years_of_days) = match (node(benefit.event.as_ref()?.root), unit) {
            (Node::Field { field, year: None }, _) => (field, false),
            (Node::YearOf(date), Steps::Years) => match node(*date) {
                Node::Field { field, year: None } => (field, true),
                _ => return None,
            },
            _ => return None,
        };
        if book.fields[field.0 as usize].yearly {
            return None;
        }
        let end = |at: i32, last: bool| {
            let bounded = at != i32::MIN && at != i32::MAX;
            let at = match (years_of_days, last) {
                (false, _) => Some(at),
                (true, true) => Date::end_of_year(at).map(Date::day_number),
                (true, false) => Date::new(at, 1, 1).map(Date::day_number),
            };
            at.filter(|_| bounded).map_or(End::INFINITE, |at| End::closed(Exact::integer(at.into())))
        };
        let key = InputKey::Field { field: *field, year: None };
        let mut range = Number::of_ends(end(self.low, false), end(self.high, true));
        if let Some(Value::Number(given)) = inputs.0.get(&key) {
            range = range.intersect(given);
        }
        Some(Alternative { label: String::new(), inputs: vec![(key, Value::Number(range))], row: None })
    }

    /// `2022年至2024年`, `2024-07-01 及以后`
    fn words(self, unit: Steps) -> String {
        // Beyond these no answer goes.
        let [first, last] = [1900, 2200].map(|year| match unit {
            Steps::Years => year,
            Steps::Days => Date::new(year, 1, 1).map_or(0, Date::day_number),
        });
        let (low, high) = (unit.words(self.low), unit.words(self.high));
        match (self.low > first, self.high < last) {
            _ if self.low == self.high => low,
            (true, true) => format!("{low}至{high}"),
            (true, false) => format!("{low}及以后"),
            (false, true) => format!("{high}及以前"),
            (false, false) => "任何时候".to_owned(),
        }
    }
}

fn inactive(benefit: &Benefit, event: Option<Date>) -> BenefitOutcome {
    let day = event.map_or_else(|| "?".to_owned(), |day| day.to_string());
    let reason = match (benefit.events, benefit.covers) {
        (Some((from, to)), _) => format!("这一版只管 {from} 至 {to} 的事项"),
        (None, covers) if covers.first > event => format!("{day} 时尚未施行"),
        (None, covers) if covers.repealed.is_some_and(|from| Some(from) <= event) => format!("{day} 时已废止"),
        _ => format!("{day} 时已失效"),
    };
    let (trace, reason) = Trace::reason(reason);
    BenefitOutcome {
        verdict: Verdict::Inactive,
        kind: benefit.kind,
        amount: benefit.amount.as_ref().map(|_| (Exact::ZERO, Some(Exact::ZERO))),
        reason,
        conditions: Vec::new(),
        missing: Vec::new(),
        trace,
        instalments: Vec::new(),
        payers: Vec::new(),
        saving: None,
        version: None,
    }
}

/// What a text comes to where it may be that another one, or none, covers the event.
fn open(book: &RuleBook, benefit: &Benefit, event: &Event, mut outcome: BenefitOutcome) -> BenefitOutcome {
    let words = benefit.event.as_ref().map_or("", |expr| expr.text.as_str());
    let mut versions: Vec<(Dates, u32)> = Vec::new();
    for (index, other) in book.benefits.iter().enumerate() {
        let same = other.series == benefit.series && other.event.as_ref().is_some_and(|event| event.text == words);
        let covered = Dates::covered(other, event.unit);
        if same && event.dates.meets(covered) {
            versions.push((event.dates.meet(covered), index as u32));
        }
    }
    order::sort_by_key(&mut versions, |(dates, index)| (dates.low, *index));
    let mut gaps = Vec::new();
    let mut from = Some(event.dates.low);
    for (dates, _) in &versions {
        if let Some(start) = from.filter(|start| *start < dates.low) {
            gaps.push(Dates { low: start, high: dates.low - 1 });
        }
        from = from.and_then(|start| Some(start.max(dates.high.checked_add(1)?)));
    }
    gaps.extend(from.filter(|start| *start <= event.dates.high).map(|low| Dates { low, high: event.dates.high }));
    let trace = &mut outcome.trace;
    for (dates, index) in &versions {
        let version = &book.benefits[*index as usize];
        let from = trace.here();
        trace.push(&format!("若 {words} 在 {}:", dates.words(event.unit)));
        if version.id == benefit.id {
            trace.push("适用本条");
            if let Some((low, high)) = outcome.amount {
                trace.push(",");
                trace.money(&Number::of_ends(End::closed(low), high.map_or(End::INFINITE, End::closed)));
            }
        } else {
            trace.push(&format!("适用「{}」", version.name));
        }
        trace.step("version", from, version.clause);
    }
    if !gaps.is_empty() {
        let from = trace.here();
        let dates: Vec<String> = gaps.iter().map(|dates| dates.words(event.unit)).collect();
        trace.push(&format!("若 {words} 在 {}:没有适用的版本,0元", dates.join("、")));
        trace.step("version", from, benefit.clause);
    }
    let others = versions.iter().map(|(_, index)| *index).filter(|i| book.benefits[*i as usize].id != benefit.id);
    outcome.version = Some(Box::new(OpenVersion {
        verdict: outcome.verdict,
        amount: outcome.amount,
        others: others.collect(),
        gap: !gaps.is_empty(),
    }));
    outcome.verdict = Verdict::Unknown;
    let from_nothing = |range: &mut (Exact, Option<Exact>)| range.0 = range.0.min(Exact::ZERO);
    outcome.amount.iter_mut().chain(&mut outcome.saving).for_each(from_nothing);
    for part in outcome.instalments.iter_mut().chain(&mut outcome.payers) {
        part.low = part.low.min(Exact::ZERO);
    }
    outcome.missing.extend(event.missing.iter().cloned());
    order::sort(&mut outcome.missing);
    outcome.missing.dedup();
    outcome
}
