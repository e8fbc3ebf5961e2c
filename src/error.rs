use std::fmt;

use policy_finder_pack::PackError;

/// Why the engine could not answer. Missing information in a profile is never an error, broken input is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    Pack(PackError),
    /// Values of the profile that cannot be read, all of them.
    Profile(Vec<Fault>),
    /// No policy of the pack has this id.
    UnknownPolicy(String),
    /// No benefit of the pack has this id.
    #[cfg(not(target_arch = "wasm32"))]
    UnknownBenefit(String),
    /// Not a date of the form `2021-09-27`.
    Date(String),
    /// A year of which no profile speaks.
    EventYear(i32),
}

/// One value of a profile that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The profile's key as given.
    pub key: String,
    /// What is wrong and what to write instead, in Chinese: it is shown beside the answer.
    pub message: String,
}

impl Error {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Pack(error) => error.code(),
            Error::Profile(_) => "profile_value",
            Error::UnknownPolicy(_) => "unknown_policy",
            #[cfg(not(target_arch = "wasm32"))]
            Error::UnknownBenefit(_) => "unknown_benefit",
            Error::Date(_) => "date",
            Error::EventYear(_) => "event_year",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Pack(error) => error.fmt(f),
            Error::Profile(faults) => {
                for (position, fault) in faults.iter().enumerate() {
                    let separator = if position == 0 { "" } else { "\n" };
                    write!(f, "{separator}『{}』{}", fault.key, fault.message)?;
                }
                Ok(())
            }
            Error::UnknownPolicy(id) => write!(f, "the pack has no policy {id:?}\n  hint: search for its title"),
            #[cfg(not(target_arch = "wasm32"))]
            Error::UnknownBenefit(id) => {
                write!(
                    f,
                    "the pack has no benefit {id:?}\n  hint: take ids from `match` or `calc`, e.g. park-xianjin-2023#shouru"
                )
            }
            Error::Date(text) => write!(f, "{text:?} is not a date\n  hint: write it as 2026-11-24"),
            Error::EventYear(year) => {
                write!(
                    f,
                    "{year} is no year to ask about\n  hint: give the year of the event, from 1900 to 2200, e.g. 2025"
                )
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<PackError> for Error {
    fn from(error: PackError) -> Error {
        Error::Pack(error)
    }
}
