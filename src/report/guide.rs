//! What has to be done for several benefits together, mirrored by `www/src/types.ts`.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::{Amount, Citation, Guide};
use crate::profile::Input;

/// One application for a chosen set of benefits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GuideReport {
    pub as_of: String,
    /// Guides that serve the chosen benefits; those that close first stand first.
    pub items: Vec<GuideItem>,
    /// Chosen benefits for which the corpus has no guide.
    pub unguided: Vec<String>,
    pub materials: Vec<Paper>,
    pub departments: Vec<Department>,
    /// One form's worth of fields with the answers of the profile.
    pub fields: Vec<FormField>,
    /// What is applied for, in the order chosen.
    pub matters: Vec<Matter>,
    pub commitments: Vec<Commitment>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GuideItem {
    pub policy: String,
    pub title: String,
    pub level: Option<&'static str>,
    pub guide: Guide,
    /// The chosen benefits that it serves.
    pub benefits: Vec<String>,
    /// For each material of the guide the one name of the paper.
    pub papers: Vec<String>,
    /// Who answers for the policy; who issued it where no department is named.
    pub departments: Vec<String>,
    pub contact: Option<String>,
    /// First and last day to apply.
    pub opens: Option<String>,
    pub closes: Option<String>,
    /// `open`, `upcoming`, `always`, `unknown` or `closed`.
    pub period: &'static str,
    /// Working days after today up to the last day, where it is open and the last day is known.
    pub working_days_left: Option<u32>,
    /// Working days that the office promises to need.
    pub working_days: Option<u32>,
    /// The day by which they are over, if everything is handed in today; absent where nothing can be handed in.
    pub due: Option<String>,
    /// `false`: one of these days lies in a year whose holiday schedule is not published; its weekdays were all counted.
    pub published: bool,
}

/// Whether one can apply on the day of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Open,
    Upcoming,
    Always,
    Unknown,
    Closed,
}

impl Period {
    const ALL: [Period; 5] = [Period::Open, Period::Upcoming, Period::Always, Period::Unknown, Period::Closed];

    pub fn name(self) -> &'static str {
        match self {
            Period::Open => "open",
            Period::Upcoming => "upcoming",
            Period::Always => "always",
            Period::Unknown => "unknown",
            Period::Closed => "closed",
        }
    }

    /// Its place in a list of things to do.
    pub fn rank(name: &str) -> usize {
        Period::ALL.iter().position(|period| period.name() == name).unwrap_or(Period::ALL.len())
    }
}

/// A paper that is brought once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paper {
    pub name: String,
    /// `true`, `false`, `容缺后补` or the conditions in words; absent where no guide says.
    pub required: Option<String>,
    /// How many items use it.
    pub items: usize,
    pub uses: Vec<PaperUse>,
}

/// What one item says about a paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PaperUse {
    /// Index of the item.
    pub item: usize,
    pub name: String,
    pub form: Option<String>,
    pub copies: Option<String>,
    pub required: Option<String>,
    pub source: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Department {
    pub name: String,
    /// Indices of the items it answers for.
    pub items: Vec<usize>,
    pub contacts: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormField {
    pub name: String,
    pub group: Option<String>,
    pub unit: Option<String>,
    /// Empty where the profile says nothing.
    pub answers: Vec<Answer>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    pub year: Option<String>,
    pub value: Input,
}

/// One benefit that is applied for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Matter {
    pub benefit: String,
    pub name: String,
    pub citation: Citation,
    /// As it counts in the calculation.
    pub amount: Option<Amount>,
}

/// A 信用承诺书 with the answers put in. A paragraph `{申报事项}` stands for the matters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Commitment {
    pub applicant: String,
    pub title: String,
    pub note: Option<String>,
    pub clause: Option<String>,
    pub text: Vec<String>,
}

/// As it stands in a profile; numbers as text, as they were written.
impl Serialize for Input {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Input::Null => serializer.serialize_none(),
            Input::Bool(value) => serializer.serialize_bool(*value),
            Input::Number(text) | Input::Text(text) => serializer.serialize_str(text),
            Input::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Input::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}
