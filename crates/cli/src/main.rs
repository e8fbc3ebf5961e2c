//! The `policy-finder` command: compile and check a corpus, look into a pack, search, match, calculate and apply; feeds,
//! and a kiosk's page.
//!
//! Reading order: one module a subcommand, in the order a corpus travels, then what they share.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod boundary;
mod cases;
mod check;
mod compile;
mod crossing;
mod feed;
mod inspect;
mod schema;
mod search;

mod calc;
mod guide;
mod matching;

mod serve;

mod clauses;
mod diagnostics;
mod failure;
mod pack;
mod passage;
mod profile;
mod proofread;
mod table;
mod today;
mod trec;

use failure::Failure;

const EXAMPLES: &str = "\
Examples:
  policy-finder check corpus
  policy-finder compile corpus -o park.pack
  policy-finder search park.pack 高新技术企业
  policy-finder match park.pack --profile firm.json
  policy-finder calc park.pack --profile firm.json --as-of 2025-12-31 --json
  policy-finder guide park.pack --profile firm.json
  policy-finder serve --kiosk www/dist

Exit codes: 0 all well, 1 faults in a corpus, pack or profile, 2 wrong usage.
Colours appear on a terminal only; NO_COLOR=1 turns them off.";

/// Policies of a park and of everything above it: compile a corpus into one pack, and ask it questions.
#[derive(Parser)]
#[command(name = "policy-finder", version, about, after_help = EXAMPLES, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Compile(compile::Args),
    Inspect(inspect::Args),
    Search(search::Args),
    Match(matching::Args),
    Calc(calc::Args),
    Guide(guide::Args),
    Schema(schema::Args),
    Feed(feed::Args),
    Serve(serve::Args),
}

/// What a command leaves behind.
struct Outcome {
    /// For standard output.
    text: String,
    /// Whether the input had no faults.
    clean: bool,
}

impl Outcome {
    fn clean(text: String) -> Outcome {
        Outcome { text, clean: true }
    }
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Compile(args) => compile::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Match(args) => matching::run(&args),
        Command::Calc(args) => calc::run(&args),
        Command::Guide(args) => guide::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Feed(args) => feed::run(&args),
        Command::Serve(args) => serve::run(&args),
    };
    match outcome.and_then(|outcome| print(&outcome.text).map(|()| outcome.clean)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            anstream::eprintln!("{failure}");
            ExitCode::from(1)
        }
    }
}

/// A reader that has seen enough (`… | head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    // JSON has no colours: looking for some to strip would cost a tenth of the run.
    let mut out: Box<dyn Write> = match text.contains('\x1b') {
        true => Box::new(anstream::stdout().lock()),
        false => Box::new(std::io::stdout().lock()),
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new("output", format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_fit_together() {
        super::Cli::command().debug_assert();
    }
}
