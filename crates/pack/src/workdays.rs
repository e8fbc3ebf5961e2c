//! Working days inside rules: years whose holiday schedule is published.
//!
//! A section of its own, there only where a rule counts working days. Guides have theirs in [`service`](crate::service).

use serde::{Deserialize, Serialize};

use crate::format::{Pack, Tag};
use crate::{Date, PackError};

pub const WORKDAYS: Tag = Tag::new("WORKDAYS");

/// A year whose schedule is published. Saturdays and Sundays are off unless `worked`; `off` are other days off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkdayYear {
    pub year: i32,
    /// In order.
    pub off: Vec<Date>,
    /// In order.
    pub worked: Vec<Date>,
}

/// The years in order; empty where the section is absent.
///
/// # Errors
/// [`PackError::Malformed`] when the bytes are no calendar, or days stand in a wrong year or out of order.
pub fn read(pack: &Pack) -> Result<Vec<WorkdayYear>, PackError> {
    let Some(section) = pack.find(WORKDAYS) else { return Ok(Vec::new()) };
    let malformed = |what| PackError::Malformed { section: WORKDAYS, what };
    let years: Vec<WorkdayYear> = postcard::from_bytes(&section).map_err(|_| malformed("not in the expected shape"))?;
    let ordered = |days: &[Date]| days.windows(2).all(|pair| pair[0] < pair[1]);
    let own = |year: &WorkdayYear| year.off.iter().chain(&year.worked).all(|day| day.year() == year.year);
    if !years.windows(2).all(|pair| pair[0].year < pair[1].year) {
        return Err(malformed("years out of order"));
    }
    if !years.iter().all(|year| own(year) && ordered(&year.off) && ordered(&year.worked)) {
        return Err(malformed("days out of order"));
    }
    Ok(years)
}

/// How far a count came: exact where every year on the way is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted<T> {
    pub least: T,
    /// `None`: no bound is known.
    pub most: Option<T>,
    /// The first year on the way whose schedule is not published.
    pub unpublished: Option<i32>,
}

fn known(years: &[WorkdayYear], year: i32) -> Option<&WorkdayYear> {
    years.binary_search_by_key(&year, |known| known.year).ok().map(|at| &years[at])
}

impl WorkdayYear {
    fn is_working(&self, day: Date) -> bool {
        // Day numbers are Julian: a Monday has the remainder 0.
        let weekend = day.day_number().rem_euclid(7) >= 5;
        self.worked.binary_search(&day).is_ok() || (!weekend && self.off.binary_search(&day).is_err())
    }
}

/// The day that is `count` working days later; day one is the day after, and none is the day itself.
///
/// ```
/// use policy_finder_pack::workdays::{WorkdayYear, after};
/// let day = |text: &str| text.parse().unwrap();
/// let year = WorkdayYear { year: 2026, off: vec![day("2026-10-01")], worked: vec![day("2026-10-10")] };
/// let found = after(&[year.clone()], day("2026-09-30"), 2);
/// assert_eq!((found.least, found.most), (day("2026-10-05"), Some(day("2026-10-05"))));
/// // 2027 is not published: even its weekends may be worked.
/// let found = after(&[year], day("2026-12-31"), 2);
/// assert_eq!((found.least, found.most, found.unpublished), (day("2027-01-02"), None, Some(2027)));
/// ```
pub fn after(years: &[WorkdayYear], day: Date, count: u32) -> Counted<Date> {
    let (mut day, mut left) = (day, count);
    while left > 0 {
        let next = day.plus_days(1);
        let Some(year) = known(years, next.year()) else {
            let least = day.plus_days(i32::try_from(left).unwrap_or(i32::MAX));
            return Counted { least, most: None, unpublished: Some(next.year()) };
        };
        day = next;
        left -= u32::from(year.is_working(day));
    }
    Counted { least: day, most: Some(day), unpublished: None }
}

/// Working days after `from` up to and with `to`; none where `to` is not later.
///
/// ```
/// use policy_finder_pack::workdays::{WorkdayYear, between};
/// let day = |text: &str| text.parse().unwrap();
/// let year = WorkdayYear { year: 2026, off: vec![day("2026-10-01")], worked: vec![] };
/// assert_eq!(between(&[year.clone()], day("2026-09-30"), day("2026-10-05")).most, Some(2));
/// // Of the days of 2027 any may be worked.
/// let found = between(&[year], day("2026-12-30"), day("2027-01-03"));
/// assert_eq!((found.least, found.most, found.unpublished), (1, Some(4), Some(2027)));
/// ```
pub fn between(years: &[WorkdayYear], from: Date, to: Date) -> Counted<u32> {
    let (first, last) = (from.day_number() + 1, to.day_number());
    let (mut least, mut seen) = (0, 0);
    for year in years {
        let day = |date: Option<Date>| date.map(Date::day_number);
        let (Some(new_year), Some(end)) = (day(Date::new(year.year, 1, 1)), day(Date::end_of_year(year.year))) else {
            continue;
        };
        for number in first.max(new_year)..=last.min(end) {
            seen += 1;
            least += u32::from(Date::from_day_number(number).is_some_and(|day| year.is_working(day)));
        }
    }
    let all = u32::try_from(i64::from(last) - i64::from(first) + 1).unwrap_or(0);
    let open = all - seen.min(all);
    let mut crossed = (from.plus_days(1).year()..=to.year()).filter(|year| known(years, *year).is_none());
    let unpublished = if open > 0 { crossed.next() } else { None };
    Counted { least, most: Some(least + open), unpublished }
}
