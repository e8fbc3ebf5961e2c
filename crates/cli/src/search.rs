use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use clap::builder::PossibleValuesParser;
use policy_finder::report::search::{Hit, Mark, SearchQuery, SearchReport};
use policy_finder::search::Unit;
use policy_finder::{Date, Engine};

use crate::failure::Failure;
use crate::today::today;
use crate::{Outcome, pack, trec};

const LEVELS: [&str; 5] = ["national", "province", "city", "county", "park"];
const STATUSES: [&str; 6] = ["in_force", "lapsing", "undated", "upcoming", "lapsed", "repealed"];
const CHANNELS: [&str; 3] = ["auto", "online", "on_site"];

/// Search the text of a pack: policies with the clause that answers best
///
/// Takes words, names, document numbers in any spelling, and questions. Lists given to one filter are alternatives,
/// different filters must all agree.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  policy-finder search park.pack 高新技术企业
  policy-finder search park.pack 长经开管发2021-120号 --json
  policy-finder search park.pack 租金补贴 --level park,city --status in_force --limit 5
  policy-finder search park.pack --queries queries.jsonl --run out.tsv --unit clause

Batch: one JSON object {\"qid\": …, \"text\": …} a line in, TREC run lines «qid Q0 docid rank score tag» out;
docid is the policy's id, or with --unit clause the clause's anchor.")]
pub struct Args {
    /// Pack written by `policy-finder compile`
    pack: PathBuf,
    /// What to look for
    #[arg(required_unless_present = "queries")]
    query: Option<String>,
    /// How many hits [default: 20, in a batch 100]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Reference date (基准日) for validity, e.g. 2026-11-25 [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Only these levels
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(LEVELS))]
    level: Option<Vec<String>>,
    /// Only these states of validity
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(STATUSES))]
    status: Option<Vec<String>>,
    /// Only these topics
    #[arg(long, value_delimiter = ',')]
    topic: Option<Vec<String>>,
    /// Only these departments
    #[arg(long, value_delimiter = ',')]
    department: Option<Vec<String>>,
    /// Only policies issued in these years
    #[arg(long, value_delimiter = ',')]
    year: Option<Vec<i32>>,
    /// Only policies handled in these ways
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(CHANNELS))]
    channel: Option<Vec<String>>,
    /// Newest first, instead of best first
    #[arg(long)]
    newest: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Batch: questions, one JSON object {"qid", "text"} a line
    #[arg(long, value_name = "Q.jsonl", requires = "run", conflicts_with_all = FILTERS)]
    queries: Option<PathBuf>,
    /// Batch: file to write, in TREC run format
    #[arg(long, value_name = "OUT.tsv", requires = "queries")]
    run: Option<PathBuf>,
    /// Batch: what a line of the run names
    #[arg(long, default_value = "policy", requires = "queries")]
    unit: UnitName,
}

/// A batch ranks at any date and without filters.
const FILTERS: [&str; 10] =
    ["query", "as_of", "level", "status", "topic", "department", "year", "channel", "newest", "json"];

#[derive(Clone, Copy, ValueEnum)]
enum UnitName {
    Policy,
    Clause,
}

pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let engine = pack::open(&args.pack)?;
    if let (Some(queries), Some(run)) = (&args.queries, &args.run) {
        let unit = match args.unit {
            UnitName::Policy => Unit::Policy,
            UnitName::Clause => Unit::Clause,
        };
        return trec::run(&engine, queries, run, args.limit.unwrap_or(100), unit);
    }
    let report = search(&engine, args)?;
    Ok(Outcome::clean(match args.json {
        true => serde_json::to_string_pretty(&report).expect("plain data always encodes") + "\n",
        false => text(&report),
    }))
}

fn search(engine: &Engine, args: &Args) -> Result<SearchReport, Failure> {
    let query = SearchQuery {
        query: args.query.clone().unwrap_or_default(),
        as_of: args.as_of.unwrap_or_else(today).to_string(),
        level: args.level.clone(),
        status: args.status.clone(),
        topic: args.topic.clone(),
        department: args.department.clone(),
        year: args.year.clone(),
        channel: args.channel.clone(),
        sort: args.newest.then(|| "date".to_owned()),
        limit: args.limit,
        offset: None,
    };
    engine.search(&query).map_err(|error| Failure::engine(&args.pack, &error))
}

const TITLE: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const MARK: Style = AnsiColor::Yellow.on_default().bold();

fn text(report: &SearchReport) -> String {
    let mut text = String::new();
    for (position, hit) in report.hits.iter().enumerate() {
        text += &shown(position + 1, hit);
        text.push('\n');
    }
    let shown = report.hits.len();
    text += &match report.total {
        0 => format!("没有找到与『{}』相符的政策\n", report.query),
        total if total > shown => format!("共{total}项政策,列出{shown}项;用 --limit 列出更多\n"),
        total => format!("共{total}项政策\n"),
    };
    text
}

fn shown(position: usize, hit: &Hit) -> String {
    let mut text = format!("{position:>3}  {TITLE}{}{TITLE:#}\n", marked(&hit.title, &hit.title_marks, TITLE));
    let clause = [hit.label.as_str(), hit.heading.as_str()].into_iter().filter(|part| !part.is_empty());
    let clause = clause.collect::<Vec<_>>().join(" ");
    let about = [
        Some(hit.clause.clone()),
        hit.level.map(level),
        Some(status(hit.status).to_owned()),
        hit.doc_number.clone(),
        hit.issued.clone(),
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    text += &format!("     {DIM}{} · {:.2}{DIM:#}\n", about.join(" · "), hit.score);
    if !clause.is_empty() {
        text += &format!("     {clause}\n");
    }
    if !hit.snippet.is_empty() {
        let snippet = marked(&hit.snippet, &hit.highlights, Style::new());
        text += &format!("     {}\n", snippet.replace('\n', " "));
    }
    text
}

fn level(name: &'static str) -> String {
    match name {
        "national" => "国家",
        "province" => "省",
        "city" => "市",
        "county" => "县",
        "park" => "园区",
        other => other,
    }
    .to_owned()
}

fn status(name: &str) -> &str {
    match name {
        "in_force" => "有效",
        "lapsing" => "即将到期",
        "undated" => "未注明期限",
        "upcoming" => "尚未施行",
        "lapsed" => "已失效",
        "repealed" => "已废止",
        other => other,
    }
}

/// The text with its marks in colour; marks are UTF-16 offsets.
fn marked(text: &str, marks: &[Mark], around: Style) -> String {
    let mut shown = String::with_capacity(text.len() * 2);
    let mut position = 0;
    for c in text.chars() {
        if marks.iter().any(|&(start, _)| start == position) {
            shown += &format!("{MARK}");
        }
        shown.push(c);
        position += c.len_utf16() as u32;
        if marks.iter().any(|&(_, end)| end == position) {
            shown += &format!("{MARK:#}{around}");
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_utf_16_units() {
        let shown = marked("😀高企奖励", &[(2, 4)], Style::new());
        assert_eq!(shown, format!("😀{MARK}高企{MARK:#}奖励"));
    }
}
