use std::fs;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::{Outcome, pack};

/// Print the JSON Schema of a pack's profile
///
/// For programs that fill profiles in: every field of the vocabulary by its Chinese name and its id, with type, unit,
/// options and question. JSON Schema 2020-12.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  policy-finder schema park.pack -o profile.schema.json")]
pub struct Args {
    /// Pack written by `policy-finder compile`
    pack: PathBuf,
    /// File to write; standard output where it is left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let engine = pack::open(&args.pack)?;
    let text = serde_json::to_string_pretty(&engine.profile_schema()).expect("plain data always encodes") + "\n";
    match &args.output {
        None => Ok(Outcome::clean(text)),
        Some(path) => {
            fs::write(path, &text).map_err(|error| Failure::file(path, "written", &error))?;
            Ok(Outcome::clean(format!("wrote {} ({} fields)\n", path.display(), engine.fields().len())))
        }
    }
}
