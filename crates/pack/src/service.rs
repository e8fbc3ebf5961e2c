//! What it takes to apply, beside the words of the guides: working days, days that open and close, papers of one
//! meaning, commitments; and what changed since earlier editions.
//!
//! One section of JSON. Rules and search never need it, so the engine hands it over as text: the page reads it when a
//! visitor comes to apply, the command line reads it here. A pack without it opens; its guides have their words alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Date;
#[cfg(feature = "service")]
use crate::PackError;
use crate::format::{Pack, Tag};

pub const SERVICE: Tag = Tag::new("SERVICE");

/// The section. Days are ISO 8601.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Service {
    pub calendar: Vec<WorkYear>,
    /// By policy id: facts about each of its guides, in the order of the guides.
    pub guides: BTreeMap<String, Vec<GuideFacts>>,
    /// By benefit id: names of the fields that it reads, in the order of the vocabulary.
    pub fields: BTreeMap<String, Vec<String>>,
    pub commitments: Vec<Commitment>,
    /// By name of a topic its short ASCII name, for addresses.
    pub topics: BTreeMap<String, String>,
    pub changes: ChangeLog,
}

/// A year whose holiday schedule is published. Saturdays and Sundays are off unless `worked`; `off` are other days off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkYear {
    pub year: i32,
    pub off: Vec<String>,
    pub worked: Vec<String>,
}

/// What a program can use of a guide's words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GuideFacts {
    /// For each material the name under which it is the same paper as elsewhere.
    pub papers: Vec<String>,
    /// First and last day to apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes: Option<String>,
    /// All the year round.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub always: bool,
    /// Working days that the office promises to need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_days: Option<u32>,
}

/// The wording of a 信用承诺书. `{企业名称}` stands for the answer to that field; a paragraph `{申报事项}` for the list of
/// what is applied for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Commitment {
    /// `enterprise` or `individual`.
    pub applicant: String,
    pub title: String,
    /// Whose words these are.
    pub note: Option<String>,
    /// Anchor of the clause that asks for it.
    pub clause: Option<String>,
    pub text: Vec<String>,
}

/// Changes between editions, newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeLog {
    /// Day of the oldest edition that was compared: the log is complete from there on. `None`: nothing was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub entries: Vec<Change>,
}

/// One policy that an edition added, changed or took out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Day of the edition.
    pub day: String,
    pub policy: String,
    pub title: String,
    /// `new`, `changed` or `removed`.
    pub change: String,
    /// `facts`, `text`, `rules`, `guide`: what of it changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub what: Vec<String>,
    /// Anchors of the clauses whose text changed or is new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<String>,
    /// What clauses said before that say something else now, or nothing: in the order of the earlier text. `None` where no
    /// text changed, and in logs that do not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Vec<FormerClause>>,
}

/// A clause of an earlier edition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormerClause {
    pub clause: String,
    pub label: String,
    pub heading: String,
    pub text: String,
    /// Anchor of the clause before it in that edition; none where it was the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// The section as it stands; `None` where the pack has none. Its checksum was compared when the pack was opened: bytes
/// that are no UTF-8 were written so, and whoever parses the JSON meets them as replacement characters.
pub fn text(pack: &Pack) -> Option<String> {
    pack.find(SERVICE).map(|section| String::from_utf8_lossy(&section).into_owned())
}

/// The section as data; empty where the pack has none.
#[cfg(feature = "service")]
pub fn read(pack: &Pack) -> Result<Service, PackError> {
    match text(pack) {
        None => Ok(Service::default()),
        Some(text) => serde_json::from_str(&text)
            .map_err(|_| PackError::Malformed { section: SERVICE, what: "not in the expected shape" }),
    }
}

/// The bytes of the section.
#[cfg(feature = "service")]
pub fn write(service: &Service) -> Vec<u8> {
    serde_json::to_vec(service).expect("plain data always encodes")
}

/// Working days by the published schedules.
///
/// ```
/// use policy_finder_pack::service::{WorkYear, Workdays};
/// let year = WorkYear { year: 2026, off: vec!["2026-10-01".into()], worked: vec!["2026-10-10".into()] };
/// let years = [year];
/// let days = Workdays::new(&years);
/// assert_eq!(days.is_working("2026-10-01".parse().unwrap()), Some(false));
/// assert_eq!(days.is_working("2026-10-10".parse().unwrap()), Some(true));
/// // No schedule for 2027 yet: only weekends are known.
/// assert_eq!(days.is_working("2027-01-04".parse().unwrap()), None);
/// let (day, published) = days.after("2026-09-30".parse().unwrap(), 2);
/// assert_eq!((day.to_string().as_str(), published), ("2026-10-05", true));
/// ```
pub struct Workdays<'a> {
    years: &'a [WorkYear],
}

impl<'a> Workdays<'a> {
    pub fn new(years: &'a [WorkYear]) -> Workdays<'a> {
        Workdays { years }
    }

    /// `None` on a weekday of a year whose schedule is not published; weekends of such a year may be worked, too.
    pub fn is_working(&self, day: Date) -> Option<bool> {
        let year = self.years.iter().find(|known| known.year == day.year())?;
        let named = day.to_string();
        let listed = |days: &[String]| days.contains(&named);
        Some(listed(&year.worked) || (!weekend(day) && !listed(&year.off)))
    }

    /// The day that is `count` working days later; day one is the day after. `false` where a year without a schedule
    /// was crossed: in it every weekday counts.
    pub fn after(&self, day: Date, count: u32) -> (Date, bool) {
        let (mut day, mut left, mut published) = (day, count, true);
        while left > 0 {
            day = day.plus_days(1);
            let working = self.is_working(day);
            published &= working.is_some();
            left -= u32::from(working.unwrap_or(!weekend(day)));
        }
        (day, published)
    }

    /// Working days after `from` up to and with `to`, and whether all their schedules are published.
    pub fn between(&self, from: Date, to: Date) -> (u32, bool) {
        let (mut count, mut published) = (0, true);
        for number in from.day_number() + 1..=to.day_number() {
            let Some(day) = Date::from_day_number(number) else { break };
            let working = self.is_working(day);
            published &= working.is_some();
            count += u32::from(working.unwrap_or(!weekend(day)));
        }
        (count, published)
    }
}

/// Day numbers are Julian: a Monday has the remainder 0.
fn weekend(day: Date) -> bool {
    day.day_number().rem_euclid(7) >= 5
}
