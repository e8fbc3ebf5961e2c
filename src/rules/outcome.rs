//! What evaluation says of one benefit.

use policy_finder_pack::Exact;
use policy_finder_pack::rules::Kind;

use super::trace::{Span, Trace};
use super::value::InputKey;

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

/// How one need or veto turned out; its words stand in the trace.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionOutcome {
    /// The condition as written.
    pub text: Span,
    pub veto: bool,
    /// Index of the clause that states it.
    pub clause: u32,
    /// Whether the condition as written holds.
    pub holds: Option<bool>,
    pub required: Option<Span>,
    pub given: Option<Span>,
    pub gap: Option<Span>,
    pub missing: Vec<InputKey>,
}

impl ConditionOutcome {
    /// Whether it speaks for the benefit: a veto must not hold.
    pub fn passed(&self) -> Option<bool> {
        self.holds.map(|holds| holds != self.veto)
    }
}

/// Everything a report says of one benefit.
#[derive(Clone, Debug, PartialEq)]
pub struct BenefitOutcome {
    pub verdict: Verdict,
    pub kind: Kind,
    /// Lowest and highest amount in yuan, `None` at the top where no bound is known; absent for benefits without money.
    pub amount: Option<(Exact, Option<Exact>)>,
    pub reason: Span,
    pub conditions: Vec<ConditionOutcome>,
    pub missing: Vec<InputKey>,
    /// The steps, and every word of the conditions and the reason.
    pub trace: Trace,
    /// What is paid when, where the text says so.
    pub instalments: Vec<Part>,
    /// Who pays what, where the text says so.
    pub payers: Vec<Part>,
    /// Tax effect of a deduction, lowest and highest.
    pub saving: Option<(Exact, Option<Exact>)>,
    /// Where it is open whether the text covers the event.
    pub version: Option<Box<OpenVersion>>,
}

/// What a text comes to if it covers the event, and what else may.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenVersion {
    pub verdict: Verdict,
    pub amount: Option<(Exact, Option<Exact>)>,
    /// Indices of the other versions that may cover the event.
    pub others: Vec<u32>,
    /// Whether it may be that none does.
    pub gap: bool,
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

/// Shares of an amount, each rounded to the fen, the last taking the remainder.
pub fn parts(range: (Exact, Option<Exact>), shares: Vec<(String, Exact, Option<bool>)>) -> Vec<Part> {
    let count = shares.len();
    if count == 0 {
        return Vec::new();
    }
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
