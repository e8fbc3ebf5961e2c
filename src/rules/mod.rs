//! Here is a rule and a profile: which verdict, which amount, and why?
//!
//! Evaluation is shared by matching and calculation. Numbers are exact intervals ([`number`]), conditions are
//! Kleene's three values, and an unknown that cannot be carried as an interval splits the evaluation into leaves
//! whose results are joined again ([`benefit`]).

pub mod benefit;
pub mod evaluate;
pub mod known;
pub mod number;
pub mod table;
pub mod value;
pub mod wording;

pub use benefit::{BenefitOutcome, ConditionOutcome, Verdict, evaluate as evaluate_benefit};
pub use number::Number;
pub use value::{InputKey, Inputs, Value};
