use std::path::PathBuf;

use policy_finder::Engine;
use policy_finder_compiler::Compiled;
use policy_finder_compiler::diagnostic::{Located, Severity};

use crate::failure::Failure;
use crate::{Outcome, cases, compile, diagnostics, proofread};

/// Check a corpus folder: every fault, and every worked case run
///
/// Faults come with file, line, column, reason and remedy, all in one run, sorted by file and line.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  policy-finder check corpus
  policy-finder check corpus --json
  policy-finder check corpus --boundaries --mutations --uncovered

With --json: a list of {severity, code, path, line, column, message, hint}; empty when all is well.")]
pub struct Args {
    /// Folder with corpus.toml, vocabulary/ and one Markdown file a policy
    corpus: PathBuf,
    /// Print the faults as JSON
    #[arg(long)]
    json: bool,
    /// Print what every benefit pays just below, at and just above each threshold
    #[arg(long)]
    boundaries: bool,
    /// Print the clauses that speak of money and have no benefit
    #[arg(long)]
    uncovered: bool,
    /// Print the slips of the pen (an edge flipped, a number doubled) that no case would notice
    #[arg(long)]
    mutations: bool,
}

pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let (faults, cases, mut proof) = faults(args)?;
    let clean = faults.iter().all(|fault| fault.diagnostic.severity == Severity::Warning);
    if args.json {
        return Ok(Outcome { text: diagnostics::json(&faults), clean });
    }
    let verdict = diagnostics::count(&faults).unwrap_or_else(|| "no faults".to_owned());
    let cases = match cases {
        Some(1) => "1 case run".to_owned(),
        Some(count) => format!("{count} cases run"),
        None => "no case was run".to_owned(),
    };
    proof += &format!("{}{}: {verdict}, {cases}\n", diagnostics::text(&faults), args.corpus.display());
    let text = proof;
    Ok(Outcome { text, clean })
}

/// What is asked for to proof-read.
fn proof(args: &Args, compiled: &Compiled) -> Result<String, Failure> {
    let mut text = String::new();
    if args.uncovered {
        text += &diagnostics::text(&compiled.uncovered);
        text += &format!("{} clauses speak of money and have no benefit\n", compiled.uncovered.len());
    }
    if !args.boundaries && !args.mutations {
        return Ok(text);
    }
    let engine = Engine::open(compiled.pack.clone()).map_err(|error| Failure::engine(&args.corpus, &error))?;
    if args.boundaries {
        for boundary in proofread::boundaries(&engine, &compiled.cases) {
            text += &format!("{}  {}\n", boundary.benefit, boundary.input);
            for (value, result) in &boundary.rows {
                text += &format!("    {value}: {result}\n");
            }
        }
    }
    if args.mutations {
        let (tried, unnoticed) = proofread::mutations(&engine, &compiled.cases);
        for slip in &unnoticed {
            text += &format!("{}  {}\n", slip.benefit, slip.change);
        }
        text += &format!("{} of {tried} slips would go unnoticed\n", unnoticed.len());
    }
    Ok(text)
}

/// Every fault, how many cases were run, and what is to be proof-read; the latter two where the corpus compiles.
fn faults(args: &Args) -> Result<(Vec<Located>, Option<usize>, String), Failure> {
    let mut compiled = match compile::compile(&args.corpus)? {
        Ok(compiled) => compiled,
        Err(faults) => return Ok((faults, None, String::new())),
    };
    let failed = cases::run(&compiled).map_err(|error| Failure::engine(&args.corpus, &error))?;
    let mut faults = std::mem::take(&mut compiled.warnings);
    faults.extend(failed);
    faults.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    let proof = proof(args, &compiled)?;
    Ok((faults, Some(compiled.cases.len()), proof))
}
