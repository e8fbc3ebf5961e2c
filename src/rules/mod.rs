//! Here is a rule and a profile: which verdict, which amount, and why?
//!
//! Evaluation is shared by matching and calculation. Numbers are exact intervals ([`number`]), conditions are
//! Kleene's three values, and an unknown that cannot be carried as an interval splits the evaluation into leaves
//! whose results are joined again ([`benefit`]).

mod amount;
pub mod benefit;
mod comparison;
mod condition;
mod derived;
mod evaluate;
mod input;
mod known;
pub mod leaf;
mod list;
pub mod number;
pub mod outcome;
mod parameter;
pub mod parts;
pub mod scope;
pub mod step;
pub mod table;
pub mod trace;
mod unit;
pub mod value;
pub mod version;
pub mod wording;
mod workdays;

use policy_finder_pack::Date;
use policy_finder_pack::rules::{Benefit, RuleBook};

pub use number::Number;
pub use outcome::{BenefitOutcome, ConditionOutcome, OpenVersion, Verdict};
pub use scope::Session;
pub use value::{InputKey, Inputs, Value};

/// Evaluates one benefit on its own, as its text stands.
pub fn evaluate_benefit(
    book: &RuleBook,
    benefit: &Benefit,
    event_year: i32,
    as_of: Date,
    inputs: &Inputs,
) -> BenefitOutcome {
    benefit::evaluate(book, benefit, event_year, as_of, inputs, &Session::default())
}
