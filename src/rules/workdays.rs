//! Working days by the published schedules; what a year without one would bring is a range.

use policy_finder_pack::rules::NodeId;
use policy_finder_pack::workdays::{self, Counted};
use policy_finder_pack::{Date, Exact};

use super::evaluate::day;
use super::leaf::{Leaf, Stop};
use super::number::{End, Number};
use super::value::InputKey;

/// Longer periods are no periods of working days.
const MOST: Exact = Exact::integer(10_000);

impl Leaf<'_> {
    pub(super) fn workdays_after(&self, date: NodeId, days: NodeId) -> Result<Number, Stop> {
        let (date, days) = (self.number(date)?, self.number(days)?);
        let certain = date.as_point().is_some();
        let find = |date: End, count: Exact| {
            let count = u32::try_from(count.floor().numerator()).ok()?;
            Some(self.counted(workdays::after(&self.scope.book.workdays, date.at.and_then(day)?, count), certain))
        };
        let end = |day: Date| End::closed(Exact::integer(day.day_number().into()));
        let least = days.low().at.unwrap_or(Exact::ZERO).max(Exact::ZERO).min(MOST);
        let low = find(date.low(), least).map_or(End::INFINITE, |found| end(found.least));
        let most = days.high().at.map(|most| most.max(Exact::ZERO)).filter(|most| *most <= MOST);
        let high = most.and_then(|most| find(date.high(), most)).and_then(|found| found.most);
        Ok(Number::of_ends(low, high.map_or(End::INFINITE, end)))
    }

    pub(super) fn workdays_between(&self, from: NodeId, to: NodeId) -> Result<Number, Stop> {
        let (from, to) = (self.number(from)?, self.number(to)?);
        let certain = from.as_point().is_some() && to.as_point().is_some();
        let count = |from: End, to: End| {
            let (from, to) = (from.at.and_then(day)?, to.at.and_then(day)?);
            Some(self.counted(workdays::between(&self.scope.book.workdays, from, to), certain))
        };
        let end = |count: u32| End::closed(Exact::integer(count.into()));
        let low = count(from.high(), to.low()).map_or(End::closed(Exact::ZERO), |found| end(found.least));
        let high = count(from.low(), to.high()).and_then(|found| found.most).map_or(End::INFINITE, end);
        Ok(Number::of_ends(low, high))
    }

    /// Where the days themselves are open, they are missing first.
    fn counted<T>(&self, found: Counted<T>, certain: bool) -> Counted<T> {
        self.note_missing(found.unpublished.filter(|_| certain).map(|year| InputKey::Workdays { year }));
        found
    }
}
