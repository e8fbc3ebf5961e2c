use std::path::PathBuf;

use policy_finder_compiler::diagnostic::{Located, Severity};

use crate::failure::Failure;
use crate::{Outcome, compile, diagnostics};

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
    let faults = faults(args)?;
    let clean = faults.iter().all(|fault| fault.diagnostic.severity == Severity::Warning);
    if args.json {
        return Ok(Outcome { text: diagnostics::json(&faults), clean });
    }
    let verdict = diagnostics::count(&faults).unwrap_or_else(|| "no faults".to_owned());
    let text = format!("{}{}: {verdict}\n", diagnostics::text(&faults), args.corpus.display());
    Ok(Outcome { text, clean })
}

fn faults(args: &Args) -> Result<Vec<Located>, Failure> {
    Ok(match compile::compile(&args.corpus)? {
        Ok(compiled) => compiled.warnings,
        Err(faults) => faults,
    })
}
