use std::fmt;

use crate::format::{SUPPORTED_FORMATS, Tag};

/// Why bytes could not be opened as a pack. Says what is wrong and what to do about it.
///
/// ```
/// use policy_finder_pack::{Pack, PackError};
/// let error = Pack::open(&b"<html>"[..]).unwrap_err();
/// assert_eq!(error, PackError::NotAPack);
/// assert_eq!(error.code(), "not_a_pack");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackError {
    /// The first bytes are not those of a pack.
    NotAPack,
    /// The file is shorter or longer than its header says.
    Length { expected: u64, found: u64 },
    /// Written in a format that this build does not read.
    Format { found: u32 },
    /// The header or a section is damaged.
    Checksum { section: Option<Tag> },
    /// A section that every pack has is absent.
    Missing { section: Tag },
    /// The checksum is right but the content breaks the format: a fault of the program that wrote it.
    Malformed { section: Tag, what: &'static str },
}

impl PackError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            PackError::NotAPack => "not_a_pack",
            PackError::Length { .. } => "pack_length",
            PackError::Format { .. } => "pack_format",
            PackError::Checksum { .. } => "pack_checksum",
            PackError::Missing { .. } => "pack_section_missing",
            PackError::Malformed { .. } => "pack_malformed",
        }
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PackError::NotAPack => write!(
                f,
                "these bytes are not a pack\n  hint: is the address right? a web page or an unfinished download begins differently"
            ),
            PackError::Length { expected, found } => {
                write!(
                    f,
                    "the pack is {found} bytes long, its header says {expected}\n  hint: download or copy it again"
                )
            }
            PackError::Format { found } => {
                let (low, high) = (SUPPORTED_FORMATS.start(), SUPPORTED_FORMATS.end());
                let hint = if found > high {
                    "update Policy Finder, or compile the corpus with this version's compiler"
                } else {
                    "compile the corpus again with this version's compiler"
                };
                write!(f, "pack format {found}, this build reads {low}..={high}\n  hint: {hint}")
            }
            PackError::Checksum { section: None } => {
                write!(f, "the header of the pack is damaged\n  hint: download or copy it again")
            }
            PackError::Checksum { section: Some(tag) } => {
                write!(f, "section {tag} of the pack is damaged\n  hint: download or copy it again")
            }
            PackError::Missing { section } => {
                write!(f, "the pack has no section {section}\n  hint: compile the corpus again")
            }
            PackError::Malformed { section, what } => {
                write!(f, "section {section} of the pack breaks the format: {what}\n  hint: compile the corpus again")
            }
        }
    }
}

impl std::error::Error for PackError {}
