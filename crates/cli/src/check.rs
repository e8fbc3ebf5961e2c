use std::path::PathBuf;

use policy_finder::Engine;
use policy_finder_compiler::Compiled;
use policy_finder_compiler::diagnostic::{Located, Severity};

use crate::boundary::{self, Threshold};
use crate::failure::Failure;
use crate::passage::Passage;
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
    /// Print what every benefit pays just below, at and just above each threshold, one answer of a worked case changed
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
    let (mut tried, mut count, mut idle, mut unnoticed) = (0, 0, 0, String::new());
    let engine = Engine::open(compiled.pack.clone()).map_err(|error| Failure::engine(&args.corpus, &error))?;
    for (benefit, place) in engine.rules().benefits.iter().zip(&compiled.places) {
        let passage = Passage::of(place, &compiled.files);
        let own: Vec<_> = compiled.cases.iter().filter(|case| case.benefit == benefit.id).cloned().collect();
        let thresholds = boundary::thresholds(&engine, benefit, &own, passage.as_ref());
        if args.boundaries && !thresholds.is_empty() {
            text += &format!("{}\n", benefit.id);
            thresholds.iter().for_each(|threshold| text += &table(threshold));
        }
        if args.mutations {
            let slips = proofread::mutations(&engine, benefit, &own, &thresholds, passage.as_ref());
            tried += slips.tried;
            idle += slips.list.iter().filter(|slip| slip.shown_by.is_none()).count();
            for slip in &slips.list {
                unnoticed += &format!("{}{}  {}\n", benefit.id, line(slip.line), slip.change);
                unnoticed += &match &slip.shown_by {
                    Some(shown) => format!("    noticed by a case {shown}\n"),
                    None => "    changes nothing, whichever answer of a case is changed\n".to_owned(),
                };
            }
            count += slips.list.len();
        }
    }
    if args.mutations {
        text += &unnoticed;
        text += &format!("{} of {tried} slips would go unnoticed\n", count - idle);
        if idle > 0 {
            text += &format!("{idle} more change nothing that a case could show\n");
        }
    }
    Ok(text)
}

/// A threshold with the rows around it.
fn table(threshold: &Threshold) -> String {
    let mut text = format!(" {}  {}\n", line(threshold.line), threshold.text);
    match &threshold.found {
        Err(why) => text += &format!("    not shown: {why}\n"),
        Ok(triple) => {
            text += &format!("    {}, all else as in «{}»\n", triple.input, triple.case);
            if !triple.exact {
                text += "    no figure stands exactly on it; it lies between the first two\n";
            }
            if let Some(condition) = triple.refused_by() {
                text += &format!("    refused on both sides by {condition}\n");
            }
            for row in &triple.rows {
                text += &format!("      {}: {}\n", row.value, row.result);
            }
        }
    }
    text
}

/// ` line 17`
fn line(line: Option<usize>) -> String {
    line.map(|line| format!(" line {line}")).unwrap_or_default()
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
