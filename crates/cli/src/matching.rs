use std::path::PathBuf;

use policy_finder::Date;

use crate::failure::Failure;
use crate::today::today;
use crate::{Outcome, clauses, pack, profile};

/// Which clauses fit an enterprise: every clause of the pack once, with verdict and reason
///
/// A field that the profile does not name is unknown, never «no»: its clauses stay open and its question is listed.
#[derive(clap::Args)]
#[command(after_help = profile::HELP)]
#[group(skip)]
pub struct Args {
    /// Pack written by `policy-finder compile`
    pub pack: PathBuf,
    /// Profile of the enterprise, a JSON object of fields; `-` reads standard input
    #[arg(long, value_name = "P.json")]
    pub profile: PathBuf,
    /// Reference date (基准日), e.g. 2026-11-25 [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// Year of the events asked about (申报年度), e.g. 2025 [default: the year of the reference date]
    #[arg(long, value_name = "YEAR")]
    pub event_year: Option<i32>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

impl Args {
    /// The year asked about.
    pub fn year(&self, as_of: Date) -> i32 {
        self.event_year.unwrap_or_else(|| as_of.year())
    }
}

pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let engine = pack::open(&args.pack)?;
    let as_of = args.as_of.unwrap_or_else(today);
    let (_, profile) = profile::read(&engine, &args.profile, args.year(as_of))?;
    let report = engine.match_profile(&profile, as_of).map_err(|error| Failure::engine(&args.pack, &error))?;
    if args.json {
        return Ok(Outcome::clean(serde_json::to_string_pretty(&report).expect("plain data always encodes") + "\n"));
    }
    let mut text = clauses::heading(&report) + "\n";
    text += &clauses::overview(clauses::ordered(&report));
    text += "\n";
    text += &clauses::summary(&report.summary);
    text += &clauses::questions_and_notes(&report);
    Ok(Outcome::clean(text))
}
