//! Rule tables: benefits, their conditions, tables and caps, compiled from the Chinese of the corpus.
//!
//! Everything here is plain data, stored with `postcard` and type-checked before it was written. Expressions are
//! arenas of [`Node`]s in which children come before their parents, so that evaluation needs no recursion limit
//! of its own and [`RuleBook::read`] can check a book from unknown hands.

mod benefit;
mod check;
mod expression;
mod field;
mod group;

use serde::{Deserialize, Serialize};

use crate::format::Tag;
use crate::workdays::WorkdayYear;

pub use benefit::*;
pub use expression::*;
pub use field::*;
pub use group::*;

pub const RULES: Tag = Tag::new("RULES");
/// What bounds the figures of parameters; absent from packs before 2026-11-26.
pub const LIMITS: Tag = Tag::new("LIMITS");

/// All rules of a pack.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleBook {
    pub fields: Vec<Field>,
    pub benefits: Vec<Benefit>,
    pub groups: Vec<Group>,
    pub parameters: Vec<Parameter>,
    /// Years whose working days are published, in order; in a section of its own.
    #[serde(skip)]
    pub workdays: Vec<WorkdayYear>,
}
