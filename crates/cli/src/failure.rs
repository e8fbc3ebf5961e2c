use std::fmt;
use std::io;
use std::path::Path;

use anstyle::{AnsiColor, Style};

pub const ERROR: Style = AnsiColor::Red.on_default().bold();
pub const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Why a command could not do its work: a stable word for programs, a sentence and a remedy for people.
#[derive(Debug)]
pub struct Failure {
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl Failure {
    pub fn new(code: &'static str, message: impl Into<String>) -> Failure {
        Failure { code, message: message.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }

    /// A file that cannot be read or written.
    pub fn file(path: &Path, doing: &str, error: &io::Error) -> Failure {
        let failure = Failure::new("file", format!("{}: cannot be {doing}: {error}", path.display()));
        match error.kind() {
            io::ErrorKind::NotFound if doing == "written" => failure.hint("create the folder first"),
            io::ErrorKind::NotFound => failure.hint("is the name right? it is looked up from the current folder"),
            io::ErrorKind::IsADirectory => failure.hint("give a file, not a folder"),
            io::ErrorKind::PermissionDenied => failure.hint("check who owns the file and its folder"),
            _ => failure,
        }
    }

    /// What the engine rejects, about the file that it came from.
    pub fn engine(path: &Path, error: &policy_finder::Error) -> Failure {
        let text = error.to_string();
        let (message, hint) = text.split_once("\n  hint: ").map_or((text.as_str(), None), |(m, h)| (m, Some(h)));
        let separator = if message.contains('\n') { "\n" } else { " " };
        let message = format!("{}:{separator}{message}", path.display());
        Failure { code: error.code(), message, hint: hint.map(str::to_owned) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ERROR}error[{}]{ERROR:#}: {}", self.code, self.message.replace('\n', "\n  "))?;
        match &self.hint {
            Some(hint) => write!(f, "\n  {HINT}hint{HINT:#}: {hint}"),
            None => Ok(()),
        }
    }
}
