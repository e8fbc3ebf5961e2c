//! What is wrong with a corpus: where, why, and what to do about it.

use std::fmt;

use crate::model::{Place, SourceFile};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// One fault of the corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// A stable word for programs, e.g. `unknown_field`.
    pub code: &'static str,
    pub place: Place,
    /// What is wrong and why, in a sentence.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Diagnostic {
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Error, code, place, message: message.into(), hint: None }
    }

    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, place, message) }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }
}

/// A diagnostic together with the text it is about, ready to be shown.
#[derive(Clone, Debug)]
pub struct Located {
    pub diagnostic: Diagnostic,
    pub path: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The line itself.
    pub source: String,
}

/// Sorts by file, line and column.
pub fn locate(mut diagnostics: Vec<Diagnostic>, files: &[SourceFile]) -> Vec<Located> {
    diagnostics.sort_by(|a, b| {
        let path = |d: &Diagnostic| files.get(d.place.file.0).map_or("", |f| f.path.as_str()).to_owned();
        (path(a), a.place.span.start, &a.message).cmp(&(path(b), b.place.span.start, &b.message))
    });
    diagnostics.dedup();
    diagnostics
        .into_iter()
        .map(|diagnostic| {
            let (path, text) = files.get(diagnostic.place.file.0).map_or(("", ""), |f| (&f.path, &f.text));
            let mut start = diagnostic.place.span.start.min(text.len());
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            let before = &text[..start];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
            let line = before.matches('\n').count() + 1;
            let column = before[line_start..].chars().count() + 1;
            let source = text[line_start..line_end].to_owned();
            Located { path: path.to_owned(), line, column, source, diagnostic }
        })
        .collect()
}

/// `corpus/park/park-2021-120.md:41:9: message`, and the hint on a line of its own.
impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.line, self.column, self.diagnostic.message)?;
        match &self.diagnostic.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}
