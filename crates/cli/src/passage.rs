//! On which line of its block does a part of a benefit stand?

use policy_finder_compiler::model::{Place, SourceFile};

/// The lines of a benefit's block.
pub struct Passage {
    /// Number of the line, and what stands in it without white space.
    lines: Vec<(usize, String)>,
}

impl Passage {
    pub fn of(place: &Place, files: &[SourceFile]) -> Option<Passage> {
        let text = &files.get(place.file.0)?.text;
        let first = text.get(..place.span.start)?.matches('\n').count() + 1;
        let lines = text.get(place.span.clone())?.lines().zip(first..);
        Some(Passage { lines: lines.map(|(line, number)| (number, plain(line))).collect() })
    }

    /// The line of an expression under a key (which may go on over several lines), else wherever it stands.
    pub fn key(&self, key: &str, expr: &str) -> Option<usize> {
        let words = format!("\"{}\"", plain(expr));
        let from = self.lines.iter().position(|(_, line)| line.starts_with(&format!("{key}="))).unwrap_or(0);
        self.first(from, &words).or_else(|| self.first(0, &words))
    }

    /// The line of a named step.
    pub fn step(&self, name: &str) -> Option<usize> {
        self.first(0, &format!("\"{}=", plain(name)))
    }

    /// The line of a table's row.
    pub fn row(&self, table: &str, row: &str) -> Option<usize> {
        let name = format!("name=\"{}\"", plain(table));
        let from = self.lines.iter().position(|(_, line)| *line == name)?;
        let row = plain(row);
        let found = self.lines[from..].iter().find(|(_, line)| line.replace("\",\"", ",").contains(&row));
        found.map(|(number, _)| *number)
    }

    fn first(&self, from: usize, words: &str) -> Option<usize> {
        self.lines[from..].iter().find(|(_, line)| line.contains(words)).map(|(number, _)| *number)
    }
}

/// Without white space, with the signs that rules are printed in.
fn plain(text: &str) -> String {
    let pairs =
        [(">=", "≥"), ("<=", "≤"), ("!=", "≠"), ("*", "×"), ("\u{ff08}", "("), ("\u{ff09}", ")"), ("\u{ff0c}", ",")];
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    pairs.iter().fold(text, |text, (from, to)| text.replace(from, to))
}
