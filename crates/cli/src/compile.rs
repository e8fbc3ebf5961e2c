use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use policy_finder::Engine;
use policy_finder_compiler::changes::{self, Refusal};
use policy_finder_compiler::diagnostic::Located;
use policy_finder_compiler::{Compiled, Stage};
use policy_finder_pack::service::ChangeLog;

use crate::failure::Failure;
use crate::table::grouped;
use crate::{Outcome, diagnostics, inspect};

/// Compile a corpus folder into one pack
///
/// Prints what went in and how large each section is. Every fault of the corpus is shown in one run; a pack is
/// written only when there are no errors. The same corpus gives the same bytes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  policy-finder compile corpus -o park.pack")]
pub struct Args {
    /// Folder with corpus.toml, vocabulary/ and one Markdown file a policy
    corpus: PathBuf,
    /// File to write
    #[arg(short, long, value_name = "OUT.pack")]
    output: PathBuf,
    /// Pack of the earlier edition: what changed since is written into the new one, behind it the earlier log
    #[arg(long, value_name = "OLD.pack")]
    since: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let compiled = match compile(&args.corpus)? {
        Ok(compiled) => compiled,
        Err(faults) => {
            anstream::eprint!("{}", diagnostics::text(&faults));
            let count = diagnostics::count(&faults).unwrap_or_default();
            let failure = Failure::new("corpus", format!("{} has {count}", args.corpus.display()));
            return Err(failure.hint("no pack was written; mend the errors and compile again"));
        }
    };
    anstream::eprint!("{}", diagnostics::text(&compiled.warnings));
    let path = args.output.as_path();
    // Opened before it is written: what cannot be read again is not left behind.
    let (pack, log) = match &args.since {
        None => (compiled.pack, None),
        Some(old) => {
            let bytes = fs::read(old).map_err(|error| Failure::file(old, "read", &error))?;
            let (pack, log) = changes::since(bytes, compiled.pack).map_err(|refusal| refused(old, refusal))?;
            (pack, Some(log))
        }
    };
    let engine = Engine::open(pack.clone()).map_err(|error| Failure::engine(path, &error))?;
    fs::write(path, &pack).map_err(|error| Failure::file(path, "written", &error))?;
    let mut text = inspect::text(&engine);
    if let Some(log) = log {
        text += &changed(&log, engine.info().edition.as_deref().unwrap_or_default());
    }
    if let Some(count) = diagnostics::count(&compiled.warnings) {
        text += &format!("{count}, shown above\n");
    }
    Ok(Outcome::clean(format!("{text}wrote {} ({} bytes)\n", path.display(), grouped(pack.len()))))
}

fn refused(old: &Path, refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Pack(error) => Failure::engine(old, &error.into()),
        Refusal::NoEdition => Failure::new("edition", "one of the two corpora has no edition to date the changes by")
            .hint("write edition = 2026-12-01 into corpus.toml"),
        Refusal::SameEdition { old, new } => {
            Failure::new("edition", format!("the corpus changed, but its edition {new} is not after {old}"))
                .hint("raise `edition` in corpus.toml: visitors are shown what is newer than the edition they saw")
        }
    }
}

/// One line a change of this edition.
fn changed(log: &ChangeLog, edition: &str) -> String {
    let since = log.from.as_deref().unwrap_or_default();
    let now: Vec<_> = log.entries.iter().filter(|change| change.day == edition).collect();
    let mut text = format!("{} changes in {edition}, {} since {since}\n", now.len(), log.entries.len());
    for change in now {
        let line = format!("  {:<8} {} {}", change.change, change.policy, change.what.join(", "));
        text += &format!("{}\n", line.trim_end());
    }
    text
}

/// Compiles with a line on the terminal that says what is going on.
///
/// The outer error is a folder that is none, the inner one a corpus with faults.
pub fn compile(corpus: &Path) -> Result<Result<Compiled, Vec<Located>>, Failure> {
    match fs::metadata(corpus) {
        Err(error) => return Err(Failure::file(corpus, "read", &error)),
        Ok(meta) if !meta.is_dir() => {
            let failure = Failure::new("corpus", format!("{} is no folder", corpus.display()));
            return Err(failure.hint("give the folder that holds corpus.toml and the policies"));
        }
        Ok(_) => {}
    }
    let progress = if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    progress.set_style(ProgressStyle::with_template("{spinner} {msg} {elapsed}").expect("a constant template"));
    progress.enable_steady_tick(Duration::from_millis(100));
    let compiled = policy_finder_compiler::compile_with(corpus, |stage| {
        progress.set_message(match stage {
            Stage::Reading => "reading the corpus",
            Stage::Rules => "checking rules",
            Stage::Writing => "indexing the text and writing the pack",
        });
    });
    progress.finish_and_clear();
    Ok(compiled)
}
