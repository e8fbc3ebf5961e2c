//! Here is a policy and a date: is it in force?

use crate::Date;
use crate::records::{PolicyRecord, date};

/// Days before its end from which a policy counts as lapsing.
pub const LAPSING_DAYS: i32 = 90;

/// Validity at a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    InForce,
    /// In force, but ending within [`LAPSING_DAYS`].
    Lapsing,
    Upcoming,
    Lapsed,
    Repealed,
    /// No date of beginning or end was found; the text is taken to be in force and marked.
    Undated,
}

impl Status {
    pub const ALL: [Status; 6] =
        [Status::InForce, Status::Lapsing, Status::Undated, Status::Upcoming, Status::Lapsed, Status::Repealed];

    pub fn name(self) -> &'static str {
        match self {
            Status::InForce => "in_force",
            Status::Lapsing => "lapsing",
            Status::Upcoming => "upcoming",
            Status::Lapsed => "lapsed",
            Status::Repealed => "repealed",
            Status::Undated => "undated",
        }
    }

    pub fn from_name(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether its clauses are evaluated.
    pub fn is_active(self) -> bool {
        matches!(self, Status::InForce | Status::Lapsing | Status::Undated)
    }

    /// Validity of a policy at a date. Without an effective date the issued, then the published one counts.
    pub fn at(policy: &PolicyRecord, as_of: Date) -> Status {
        let begins = date(policy.effective).or(date(policy.issued)).or(date(policy.published));
        let ends = date(policy.expires);
        if date(policy.repealed).is_some_and(|repealed| repealed <= as_of) {
            return Status::Repealed;
        }
        if ends.is_some_and(|ends| ends < as_of) {
            return Status::Lapsed;
        }
        if begins.is_some_and(|begins| begins > as_of) {
            return Status::Upcoming;
        }
        match (begins, ends) {
            (_, Some(ends)) if ends <= as_of.plus_days(LAPSING_DAYS) => Status::Lapsing,
            (None, None) => Status::Undated,
            _ => Status::InForce,
        }
    }
}

/// The days of the events that a text covers, both included; no end where none is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    pub first: Option<Date>,
    pub last: Option<Date>,
    /// The day from which it was repealed, if it was.
    pub repealed: Option<Date>,
}

impl Period {
    /// The days on which a policy [is active](Status::is_active).
    pub fn of(policy: &PolicyRecord) -> Period {
        let repealed = date(policy.repealed);
        let ends = date(policy.expires).into_iter().chain(repealed.map(|day| day.plus_days(-1))).min();
        let first = date(policy.effective).or(date(policy.issued)).or(date(policy.published));
        Period { first, last: ends, repealed }
    }

    pub fn contains(&self, date: Date) -> bool {
        self.first.is_none_or(|first| first <= date) && self.last.is_none_or(|last| date <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(effective: u32, expires: u32) -> PolicyRecord {
        PolicyRecord { effective: effective.into(), expires: expires.into(), ..PolicyRecord::default() }
    }

    #[test]
    fn both_ends_are_included() {
        let plan = policy(20210927, 20230927);
        let at = |day: &str| Status::at(&plan, day.parse().unwrap());
        assert_eq!(at("2021-09-26"), Status::Upcoming);
        assert_eq!(at("2021-09-27"), Status::InForce);
        assert_eq!(at("2023-06-28"), Status::InForce);
        assert_eq!(at("2023-06-29"), Status::Lapsing);
        assert_eq!(at("2023-09-27"), Status::Lapsing);
        assert_eq!(at("2023-09-28"), Status::Lapsed);
    }

    #[test]
    fn dates_that_were_not_found_are_not_invented() {
        assert_eq!(Status::at(&policy(0, 0), "2026-11-24".parse().unwrap()), Status::Undated);
    }

    #[test]
    fn the_period_of_a_policy_is_where_it_is_active() {
        for (effective, expires, repealed) in
            [(20210927, 20230927, 0), (20210927, 20230927, 20220101), (0, 20230927, 20240101), (20210927, 0, 0)]
        {
            let policy = PolicyRecord { repealed: repealed.into(), ..policy(effective, expires) };
            let period = Period::of(&policy);
            for day in
                ["2021-09-26", "2021-09-27", "2021-12-31", "2022-01-01", "2023-09-27", "2023-09-28", "2024-01-01"]
            {
                let day: Date = day.parse().unwrap();
                assert_eq!(period.contains(day), Status::at(&policy, day).is_active(), "{period:?} {day}");
            }
        }
    }
}
