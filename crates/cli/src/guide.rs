use anstyle::Style;
use policy_finder::profile::Input;
use policy_finder::report::guide::{Answer, Commitment, GuideItem, GuideReport, Paper};

use crate::failure::Failure;
use crate::matching::Args as MatchArgs;
use crate::table::table;
use crate::today::today;
use crate::{Outcome, clauses, pack, profile};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// What the marks of a guide say where they are words of a program.
const NEEDED: [(&str, &str); 2] = [("true", "必需"), ("false", "可选")];
const CHANNELS: [(&str, &str); 3] = [("auto", "免申即享"), ("online", "全程网办"), ("on_site", "现场办理")];

/// What to do for several benefits together: one list of papers, one form, deadlines, commitments
///
/// Papers of one name are listed once. The form is filled in from the profile. Days are working days by the published
/// holiday schedules; a year without one is named.
#[derive(clap::Args)]
#[command(after_help = profile::HELP)]
#[group(skip)]
pub struct Args {
    #[command(flatten)]
    shared: MatchArgs,
    /// Benefit to apply for, by its id; may be given several times [default: every clause that is met]
    #[arg(long, value_name = "ID")]
    benefit: Vec<String>,
    /// Print one of the two commitments alone
    #[arg(long, value_parser = ["enterprise", "individual"], conflicts_with = "json")]
    commitment: Option<String>,
}

pub fn run(all: &Args) -> Result<Outcome, Failure> {
    let args = &all.shared;
    let engine = pack::open(&args.pack)?;
    let as_of = args.as_of.unwrap_or_else(today);
    let (input, profile) = profile::read(&engine, &args.profile, args.year(as_of))?;
    let failed = |error| Failure::engine(&args.pack, &error);
    let mut chosen = all.benefit.clone();
    if chosen.is_empty() {
        let report = engine.match_profile(&profile, as_of).map_err(failed)?;
        chosen = report.clauses.into_iter().filter(|c| c.verdict == "met").map(|c| c.id).collect();
    }
    chosen.dedup();
    let report = engine.guide(&chosen, &input, args.year(as_of), as_of).map_err(failed)?;
    if args.json {
        return Ok(Outcome::clean(serde_json::to_string_pretty(&report).expect("plain data always encodes") + "\n"));
    }
    if let Some(applicant) = &all.commitment {
        let found = report.commitments.iter().find(|commitment| commitment.applicant == *applicant);
        return match found {
            Some(commitment) => Ok(Outcome::clean(signed(&report, commitment))),
            None => Err(Failure::new("commitment", format!("the pack has no commitment for {applicant}"))
                .hint("write one into vocabulary/commitments.toml of the corpus and compile again")),
        };
    }
    let mut text = format!("{} · 基准日 {} · 申报{}项\n\n", engine.info().name, report.as_of, report.matters.len());
    text += &matters(&report);
    for (number, item) in report.items.iter().enumerate() {
        text += &guide(number + 1, item);
    }
    if !report.unguided.is_empty() {
        text += "没有查到办事指南,请向责任部门确认:\n";
        let unguided = report.matters.iter().filter(|matter| report.unguided.contains(&matter.benefit));
        for matter in unguided {
            text += &format!("  {} {DIM}{}{DIM:#}\n", matter.name, matter.citation.clause);
        }
        text.push('\n');
    }
    text += &materials(&report);
    text += &form(&report);
    text += &departments(&report);
    for commitment in &report.commitments {
        text += &format!("{}\n", signed(&report, commitment));
    }
    text += &clauses::notes(&profile.notes);
    Ok(Outcome::clean(text.trim_end().to_owned() + "\n"))
}

fn matters(report: &GuideReport) -> String {
    if report.matters.is_empty() {
        return "没有确定符合的措施;补充填写内容,或用 --benefit 指定\n".to_owned();
    }
    let mut table = table(&["措施", "金额", "依据"], &[1]);
    for matter in &report.matters {
        let amount = matter.amount.as_ref().map_or_else(|| "–".to_owned(), clauses::amount);
        table.row([matter.name.clone(), amount, matter.citation.clause.clone()]);
    }
    format!("{}\n", table.lines())
}

fn guide(number: usize, item: &GuideItem) -> String {
    let guide = &item.guide;
    let word = |name: &str, words: &[(&str, &'static str)]| {
        words.iter().find(|(known, _)| *known == name).map_or(String::new(), |(_, word)| format!(" [{word}]"))
    };
    let channel = guide.channel.map(|name| word(name, &CHANNELS)).unwrap_or_default();
    let mut text = format!("{BOLD}{number}. {}{channel}{BOLD:#} {}\n", guide.item, period(item));
    text += &format!("   {DIM}《{}》 {}{DIM:#}\n", item.title, guide.clause);
    let limit = match (&guide.time_limit, &item.due) {
        (Some(limit), Some(due)) => Some(format!("{limit}(今天交齐,{due}前办结{})", unpublished(item))),
        (limit, _) => limit.clone(),
    };
    let process = (!guide.process.is_empty()).then(|| guide.process.join(" → "));
    let rows = [
        ("责任部门", Some(item.departments.join("、")).filter(|names| !names.is_empty())),
        ("申报时间", guide.window.clone().or_else(|| guide.deadline.clone())),
        ("办理流程", process),
        ("办理时限", limit),
        ("地点", guide.place.clone()),
        ("电话", guide.phone.clone().or_else(|| item.contact.clone())),
        ("网址", guide.url.clone()),
    ];
    for (name, value) in rows {
        if let Some(value) = value {
            text += &format!("   {name} {value}\n");
        }
    }
    text + "\n"
}

fn period(item: &GuideItem) -> String {
    match (item.period, item.closes.as_deref(), item.working_days_left) {
        ("open", Some(closes), Some(left)) => format!("申报到{closes},还剩{left}个工作日{}", unpublished(item)),
        ("open", ..) => "已开始申报".to_owned(),
        ("upcoming", closes, _) => {
            let until = closes.map(|day| format!("至{day}")).unwrap_or_default();
            format!("{}{until}申报,还没有开始", item.opens.as_deref().unwrap_or_default())
        }
        ("always", ..) => "常年受理".to_owned(),
        ("closed", Some(closes), _) => format!("申报已于{closes}截止"),
        _ => "申报时间没有查到".to_owned(),
    }
}

fn unpublished(item: &GuideItem) -> &'static str {
    if item.published { "" } else { ";其中有的年份放假安排未公布,只扣除周末" }
}

fn materials(report: &GuideReport) -> String {
    if report.materials.is_empty() {
        return String::new();
    }
    let shared = match report.materials.iter().filter(|paper| paper.items > 1).count() {
        0 => String::new(),
        count => format!(",其中{count}样共用"),
    };
    let mut table = table(&["材料", "必要性", "形式和份数", "用于"], &[]);
    for paper in &report.materials {
        let mut items: Vec<String> = paper.uses.iter().map(|used| (used.item + 1).to_string()).collect();
        items.dedup();
        let mark = if paper.items > 1 { format!("共用 {}", items.join("、")) } else { items.join("、") };
        table.row([paper.name.clone(), needed(paper), details(paper), mark]);
    }
    format!("{BOLD}材料清单{BOLD:#} {}样{shared}\n{}\n", report.materials.len(), table.lines())
}

fn needed(paper: &Paper) -> String {
    let words = paper.required.as_deref().unwrap_or("没有查到");
    NEEDED.iter().find(|(known, _)| *known == words).map_or(words, |(_, word)| word).to_owned()
}

fn details(paper: &Paper) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for used in &paper.uses {
        for part in [used.form.as_deref(), used.copies.as_deref()].into_iter().flatten() {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    parts.join(",")
}

fn form(report: &GuideReport) -> String {
    if report.fields.is_empty() {
        return String::new();
    }
    let mut table = table(&["栏目", "填写内容"], &[]);
    for field in &report.fields {
        let unit = field.unit.as_ref().map(|unit| format!("({unit})")).unwrap_or_default();
        let answers: Vec<String> = field.answers.iter().map(answer).collect();
        table.row([format!("{}{unit}", field.name), answers.join(";")]);
    }
    format!("{BOLD}申报表{BOLD:#}\n{}\n", table.lines())
}

fn answer(answer: &Answer) -> String {
    let year = answer.year.as_ref().map(|year| format!("{year}年 ")).unwrap_or_default();
    format!("{year}{}", value(&answer.value))
}

fn value(input: &Input) -> String {
    match input {
        Input::Null => String::new(),
        Input::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Input::Number(text) | Input::Text(text) => text.clone(),
        Input::List(items) => items.iter().map(value).collect::<Vec<_>>().join("、"),
        Input::Map(entries) => {
            entries.iter().map(|(key, entry)| format!("{key} {}", value(entry))).collect::<Vec<_>>().join(",")
        }
    }
}

fn departments(report: &GuideReport) -> String {
    if report.departments.is_empty() {
        return String::new();
    }
    let mut table = table(&["责任部门", "事项", "联系方式"], &[]);
    for department in &report.departments {
        let items = department.items.iter().map(|item| (item + 1).to_string()).collect::<Vec<_>>().join("、");
        table.row([department.name.clone(), items, department.contacts.join(";")]);
    }
    format!("{}\n", table.lines())
}

fn signed(report: &GuideReport, commitment: &Commitment) -> String {
    let mut text = format!("{BOLD}{}{BOLD:#}\n", commitment.title);
    for paragraph in &commitment.text {
        if paragraph != "{申报事项}" {
            text += &format!("{paragraph}\n");
            continue;
        }
        for (number, matter) in report.matters.iter().enumerate() {
            let amount = matter.amount.as_ref().map_or_else(|| "金额由部门核定".to_owned(), clauses::amount);
            let source = format!("《{}》{}", matter.citation.title, matter.citation.label);
            text += &format!("  {}. {}({source}):{amount}\n", number + 1, matter.name);
        }
    }
    if let Some(note) = &commitment.note {
        text += &format!("{DIM}{note}{DIM:#}\n");
    }
    text
}
