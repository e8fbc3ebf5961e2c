use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A calendar date, written `2021-09-27`.
///
/// ```
/// use policy_finder_pack::Date;
/// let issued: Date = "2021-09-27".parse().unwrap();
/// assert_eq!(issued.year(), 2021);
/// assert_eq!(issued.plus_days(90).to_string(), "2021-12-26");
/// assert!("2021-02-30".parse::<Date>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Date(time::Date);

impl Date {
    /// `None` where the calendar has no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Date> {
        if !(1..=9999).contains(&year) {
            return None;
        }
        let month = time::Month::try_from(month).ok()?;
        time::Date::from_calendar_date(year, month, day).ok().map(Date)
    }

    /// The last day of a year.
    pub fn end_of_year(year: i32) -> Option<Date> {
        Date::new(year, 12, 31)
    }

    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Days since an epoch of their own; for differences and comparisons.
    pub fn day_number(self) -> i32 {
        self.0.to_julian_day()
    }

    /// The inverse of [`Date::day_number`].
    pub fn from_day_number(day: i32) -> Option<Date> {
        time::Date::from_julian_day(day).ok().filter(|d| (1..=9999).contains(&d.year())).map(Date)
    }

    /// Clamped to the last day of the year 9999.
    pub fn plus_days(self, days: i32) -> Date {
        let last = Date::end_of_year(9999).expect("a day of the calendar");
        self.0.checked_add(time::Duration::days(days.into())).map_or(last, Date).min(last)
    }

    /// Whole years from `self` to `later`; negative where `later` is earlier.
    ///
    /// ```
    /// use policy_finder_pack::Date;
    /// let founded: Date = "2020-03-15".parse().unwrap();
    /// assert_eq!(founded.full_years_to("2023-03-14".parse().unwrap()), 2);
    /// assert_eq!(founded.full_years_to("2023-03-15".parse().unwrap()), 3);
    /// ```
    pub fn full_years_to(self, later: Date) -> i32 {
        let before_anniversary = (later.0.month() as u8, later.0.day()) < (self.0.month() as u8, self.0.day());
        later.year() - self.year() - i32::from(before_anniversary)
    }

    /// `20210927`, as stored in packs.
    pub fn to_number(self) -> u32 {
        self.0.year() as u32 * 10_000 + u32::from(self.0.month() as u8) * 100 + u32::from(self.0.day())
    }

    /// The inverse of [`Date::to_number`].
    pub fn from_number(number: u32) -> Option<Date> {
        Date::new((number / 10_000) as i32, (number / 100 % 100) as u8, (number % 100) as u8)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month() as u8, self.0.day())
    }
}

/// The text is not a date of the form `2021-09-27`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotADate;

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date of the form 2021-09-27")
    }
}

impl std::error::Error for NotADate {}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Date, NotADate> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(NotADate);
        }
        let number = |range: std::ops::Range<usize>| {
            let digits = &bytes[range];
            digits.iter().all(u8::is_ascii_digit).then(|| digits.iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0')))
        };
        let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
            return Err(NotADate);
        };
        Date::new(year as i32, month as u8, day as u8).ok_or(NotADate)
    }
}

impl TryFrom<u32> for Date {
    type Error = NotADate;

    fn try_from(number: u32) -> Result<Date, NotADate> {
        Date::from_number(number).ok_or(NotADate)
    }
}

impl From<Date> for u32 {
    fn from(date: Date) -> u32 {
        date.to_number()
    }
}
