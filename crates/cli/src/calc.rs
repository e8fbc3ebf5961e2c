use anstyle::Style;
use policy_finder::report::{CalculationReport, ClauseResult};

use crate::failure::Failure;
use crate::matching::Args as MatchArgs;
use crate::table::table;
use crate::today::today;
use crate::{Outcome, clauses, pack, profile};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// What each clause would pay, step by step with citations, and the sum of each kind
///
/// Kinds of money are never added together. An open answer makes a range, not a guess.
#[derive(clap::Args)]
#[command(after_help = profile::HELP)]
#[group(skip)]
pub struct Args {
    #[command(flatten)]
    shared: MatchArgs,
    /// Work out every clause that may pay, not only those that certainly fit
    #[arg(long, conflicts_with = "json")]
    trace: bool,
}

pub fn run(all: &Args) -> Result<Outcome, Failure> {
    let args = &all.shared;
    let engine = pack::open(&args.pack)?;
    let as_of = args.as_of.unwrap_or_else(today);
    let (_, profile) = profile::read(&engine, &args.profile, args.year(as_of))?;
    let report = engine.calculate(&profile, as_of).map_err(|error| Failure::engine(&args.pack, &error))?;
    if args.json {
        return Ok(Outcome::clean(serde_json::to_string_pretty(&report).expect("plain data always encodes") + "\n"));
    }
    Ok(Outcome::clean(text(&report, all.trace)))
}

fn text(report: &CalculationReport, every_trace: bool) -> String {
    let matched = &report.matched;
    let mut text = clauses::heading(matched) + "\n";
    // Clauses that pay are worked out in full, the others get a line each.
    let pays =
        |c: &ClauseResult| c.amount.as_ref().is_some_and(|amount| amount.high.is_none_or(|high| !high.is_zero()));
    let (open, closed): (Vec<&ClauseResult>, Vec<&ClauseResult>) =
        clauses::ordered(matched).partition(|c| pays(c) && (c.verdict == "met" || every_trace));
    for clause in &open {
        text += &worked(report, clause);
        text.push('\n');
    }
    if !closed.is_empty() {
        text += &clauses::overview(closed.into_iter());
        text.push('\n');
    }
    let met = |id: &String| matched.clauses.iter().any(|c| c.id == *id && c.verdict == "met");
    let groups: Vec<_> =
        report.groups.iter().filter(|g| every_trace || g.chosen.iter().chain(&g.given_up).any(met)).collect();
    for group in &groups {
        text += &format!("{BOLD}{}{BOLD:#} {DIM}{}{DIM:#}\n  {}\n", group.name, group.clause, group.text);
    }
    if !groups.is_empty() {
        text.push('\n');
    }
    let mut totals = table(&["合计", "金额"], &[1]);
    for total in &report.totals {
        totals.row([clauses::kind(total.kind).to_owned(), clauses::range(total.low, total.high)]);
    }
    if !report.totals.is_empty() {
        text += &format!("{}\n", totals.lines());
    }
    text += &clauses::summary(&matched.summary);
    text += &clauses::questions_and_notes(matched);
    text
}

/// One clause with its amount, source, every step and open readings.
fn worked(report: &CalculationReport, clause: &ClauseResult) -> String {
    let (mark, words) = clauses::VERDICTS
        .iter()
        .find(|(name, ..)| *name == clause.verdict)
        .map_or(("", clause.verdict), |(_, mark, words, _)| (*mark, *words));
    let amount = clause.amount.as_ref().map(clauses::amount).unwrap_or_default();
    let mut text = format!("{BOLD}{mark} {} {amount}{BOLD:#} {words}\n", clause.name);
    let number = clause.citation.doc_number.as_ref().map_or_else(String::new, |number| format!(" {number}"));
    text +=
        &format!("  {DIM}《{}》{}{number} {}{DIM:#}\n", clause.citation.title, clause.citation.label, clause.clause);
    if let Some(counted) = report.counted.get(&clause.id) {
        text += &format!("  计入合计 {}\n", clauses::amount(counted));
    }
    if clause.verdict != "met" {
        text += &format!("  {}\n", clause.reason);
    }
    // Readings follow below, with the other way to read them.
    for step in clause.trace.iter().filter(|step| step.form != "reading") {
        let elsewhere = if step.clause == clause.clause { String::new() } else { format!(" {}", step.clause) };
        text += &format!("  · {}{DIM}{elsewhere}{DIM:#}\n", step.text.replace('\n', "\n    "));
    }
    for reading in &clause.readings {
        let other = reading.other.as_ref().map_or_else(String::new, |other| format!(";也可理解为:{other}"));
        text += &format!("  ! 需确认:{} 此处按:{}{other}\n", reading.ask, reading.took);
    }
    text
}
