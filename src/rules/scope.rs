//! What rules are evaluated in, and what the evaluations of one profile share.

use std::borrow::Cow;
use std::cell::RefCell;

use policy_finder_pack::rules::{Benefit, Let, Node, RuleBook, Table};
use policy_finder_pack::{Date, Exact};

use super::derived::Possible;
use super::known::Slot;
use super::leaf::{Leaf, Stop};
use super::number::{End, Number};
use super::outcome::BenefitOutcome;
use super::value::{InputKey, Value};

/// What the rules of one benefit or group are evaluated in.
pub struct Scope<'a> {
    pub book: &'a RuleBook,
    pub nodes: &'a [Node],
    pub lets: &'a [Let],
    pub tables: &'a [Table],
    pub event_year: i32,
    pub as_of: Date,
    pub session: &'a Session,
}

impl<'a> Scope<'a> {
    /// The rules of a benefit.
    pub fn of(
        book: &'a RuleBook,
        benefit: &'a Benefit,
        event_year: i32,
        as_of: Date,
        session: &'a Session,
    ) -> Scope<'a> {
        let Benefit { nodes, lets, tables, .. } = benefit;
        Scope { book, nodes, lets, tables, event_year, as_of, session }
    }
}

/// What the evaluations of one profile at one date share.
#[derive(Default)]
pub struct Session {
    /// What benefits came to, for others that build on them (应得).
    dues: RefCell<Vec<Option<Due>>>,
    /// What derived fields can be in an event year.
    pub(super) derived: RefCell<Vec<(InputKey, i32, Possible)>>,
    /// Room for the values of nodes, used again and again.
    pub(super) slots: RefCell<Vec<Vec<Slot>>>,
}

#[derive(Clone)]
struct Due {
    amount: Number,
    missing: Vec<InputKey>,
}

impl Session {
    /// Keeps what others may ask for.
    pub(super) fn note_due(&self, benefit: &Benefit, outcome: &BenefitOutcome) {
        let Some(index) = benefit.asked else { return };
        let (low, high) = outcome.amount.unwrap_or((Exact::ZERO, Some(Exact::ZERO)));
        let amount = Number::of_ends(End::closed(low), high.map_or(End::INFINITE, End::closed));
        let mut dues = self.dues.borrow_mut();
        if dues.len() <= index as usize {
            dues.resize(index as usize + 1, None);
        }
        dues[index as usize] = Some(Due { amount, missing: outcome.missing.clone() });
    }

    fn due(&self, index: u32) -> Option<Due> {
        self.dues.borrow().get(index as usize).cloned().flatten()
    }
}

impl Leaf<'_> {
    /// What another benefit comes to for the same enterprise.
    pub(super) fn due(&self, index: Option<u32>) -> Result<Value, Stop> {
        let due = self.due_of(index).ok_or(Stop::Undefined("规则表有误:没有这项奖补"))?;
        if due.amount.as_point().is_none() {
            self.note_missing(due.missing);
        }
        Ok(Value::Number(due.amount))
    }

    /// The same where it is certain.
    pub fn known_due(&self, index: Option<u32>) -> Option<Exact> {
        self.due_of(index)?.amount.as_point()
    }

    fn due_of(&self, index: Option<u32>) -> Option<Due> {
        let Scope { book, event_year, as_of, session, .. } = *self.scope;
        let benefit = book.benefits.get(index? as usize)?;
        // What a leaf assumes holds in no other.
        let (own, inputs) = if self.assumed.is_empty() {
            if let Some(due) = session.due(index?) {
                return Some(due);
            }
            (session, Cow::Borrowed(self.inputs))
        } else {
            let mut inputs = self.inputs.clone();
            inputs.0.extend(self.assumed.clone());
            (&Session::default(), Cow::Owned(inputs))
        };
        super::version::evaluate(book, benefit, event_year, as_of, &inputs, own);
        own.due(index?)
    }
}
