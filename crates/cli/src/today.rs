use policy_finder::Date;
use time::OffsetDateTime;

/// Today's date on this machine's calendar. The engine has no clock; this is the only one.
pub fn today() -> Date {
    // Without a known time zone the day is that of UTC: better than none.
    let now = OffsetDateTime::now_local().unwrap_or_else(|_| OffsetDateTime::now_utc());
    Date::new(now.year(), now.month().into(), now.day()).expect("the clock shows a day of the calendar")
}
