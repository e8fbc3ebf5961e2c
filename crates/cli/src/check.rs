use std::path::PathBuf;

use policy_finder_compiler::diagnostic::{Located, Severity};

use crate::failure::Failure;
use crate::{Outcome, cases, compile, diagnostics};

/// Check a corpus folder: every fault, and every worked case run
///
/// Faults come with file, line, column, reason and remedy, all in one run, sorted by file and line.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  policy-finder check corpus
  policy-finder check corpus --json

With --json: a list of {severity, code, path, line, column, message, hint}; empty when all is well.")]
pub struct Args {
    /// Folder with corpus.toml, vocabulary/ and one Markdown file a policy
    corpus: PathBuf,
    /// Print the faults as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let (faults, cases) = faults(args)?;
    let clean = faults.iter().all(|fault| fault.diagnostic.severity == Severity::Warning);
    if args.json {
        return Ok(Outcome { text: diagnostics::json(&faults), clean });
    }
    let verdict = diagnostics::count(&faults).unwrap_or_else(|| "no faults".to_owned());
    let cases = match cases {
        Some(count) => format!("{count} cases run"),
        None => "no case was run".to_owned(),
    };
    let text = format!("{}{}: {verdict}, {cases}\n", diagnostics::text(&faults), args.corpus.display());
    Ok(Outcome { text, clean })
}

/// Every fault, and how many cases were run; none where the corpus does not compile.
fn faults(args: &Args) -> Result<(Vec<Located>, Option<usize>), Failure> {
    let mut compiled = match compile::compile(&args.corpus)? {
        Ok(compiled) => compiled,
        Err(faults) => return Ok((faults, None)),
    };
    let failed = cases::run(&compiled).map_err(|error| Failure::engine(&args.corpus, &error))?;
    let mut faults = std::mem::take(&mut compiled.warnings);
    faults.extend(failed);
    faults.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    Ok((faults, Some(compiled.cases.len())))
}
