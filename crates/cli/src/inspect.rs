use std::path::PathBuf;

use policy_finder::Engine;
use policy_finder::report::PackInfo;
use policy_finder_pack::records::Level;
use serde::Serialize;

use crate::failure::Failure;
use crate::table::{grouped, table};
use crate::{Outcome, pack};

/// Show what a pack holds: format version, counts, section sizes
#[derive(clap::Args)]
#[command(after_help = "Example:\n  policy-finder inspect park.pack --json")]
pub struct Args {
    /// Pack written by `policy-finder compile`
    pack: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Inspection {
    #[serde(flatten)]
    info: PackInfo,
    fields: usize,
    groups: usize,
    guides: usize,
    levels: Vec<LevelCount>,
    /// Length of the file.
    bytes: usize,
    sections: Vec<SectionSize>,
}

#[derive(Serialize)]
struct LevelCount {
    level: Option<&'static str>,
    policies: usize,
}

#[derive(Serialize)]
struct SectionSize {
    section: String,
    bytes: usize,
}

pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let engine = pack::open(&args.pack)?;
    Ok(Outcome::clean(match args.json {
        true => serde_json::to_string_pretty(&inspect(&engine)).expect("plain data always encodes") + "\n",
        false => text(&engine),
    }))
}

fn inspect(engine: &Engine) -> Inspection {
    let policies = engine.records().policies();
    let levels = Level::ALL.map(Some).into_iter().chain([None]).map(|level| LevelCount {
        level: level.map(Level::name),
        policies: policies.iter().filter(|policy| policy.level() == level).count(),
    });
    Inspection {
        info: engine.info(),
        fields: engine.rules().fields.len(),
        groups: engine.rules().groups.len(),
        guides: engine.guides().len(),
        levels: levels.filter(|count| count.policies > 0).collect(),
        bytes: engine.pack().len(),
        sections: engine
            .pack()
            .sections()
            .map(|(tag, bytes)| SectionSize { section: tag.to_string(), bytes })
            .collect(),
    }
}

/// Counts and section sizes for people.
pub fn text(engine: &Engine) -> String {
    let found = inspect(engine);
    let mut about = table(&[], &[]);
    let name = if found.info.name.is_empty() { "not named in corpus.toml" } else { &found.info.name };
    about.row(["corpus", name]);
    for (name, value) in
        [("edition", &found.info.edition), ("publisher", &found.info.publisher), ("contact", &found.info.contact)]
    {
        if let Some(value) = value {
            about.row([name, value]);
        }
    }
    about.row(["format", &found.info.format.to_string()]);

    let mut counts = table(&["holds", "count"], &[1]);
    counts.row(["policies".to_owned(), grouped(found.info.policies)]);
    for count in &found.levels {
        counts.row([format!("  {}", count.level.unwrap_or("level not stated")), grouped(count.policies)]);
    }
    for (name, count) in [
        ("clauses", found.info.clauses),
        ("benefits", found.info.benefits),
        ("groups", found.groups),
        ("guides", found.guides),
        ("fields", found.fields),
    ] {
        counts.row([name.to_owned(), grouped(count)]);
    }

    let mut sections = table(&["section", "bytes", "share"], &[1, 2]);
    for section in &found.sections {
        // Per mille of the file in whole numbers, shown as a percentage with one digit.
        let share = section.bytes * 1000 / found.bytes.max(1);
        let share = format!("{}.{}%", share / 10, share % 10);
        sections.row([section.section.clone(), grouped(section.bytes), share]);
    }
    sections.row(["file".to_owned(), grouped(found.bytes), String::new()]);
    format!("{}\n{}\n{}", about.lines(), counts.lines(), sections.lines())
}
