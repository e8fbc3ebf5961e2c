//! Which question next: the money and verdicts still open, divided by how hard the answer is.

use std::collections::BTreeMap;

use policy_finder_pack::rules::{FieldKind, Kind, RuleBook};
use policy_finder_pack::{Exact, order};

use crate::report;
use crate::rules::{BenefitOutcome, InputKey, Verdict};

/// What an open verdict is worth, so that clauses without money are asked about too, in yuan.
const VERDICT_WORTH: Exact = Exact::integer(10_000);

#[derive(Clone, Default)]
struct Stake {
    score: Option<Exact>,
    decides: usize,
    at_stake: Option<Exact>,
    unbounded: bool,
}

/// Every open input, best question first.
///
/// score = Σ over the clauses that miss it of (width of the amount + 1万元 if the verdict is open) / number of inputs
/// the clause misses, divided by the effort of the answer. An unbounded amount counts as the largest bounded one.
pub fn questions(book: &RuleBook, outcomes: &[BenefitOutcome]) -> Vec<report::Question> {
    let width = |outcome: &BenefitOutcome| match outcome.amount {
        Some((low, Some(high))) => high.checked_sub(low),
        _ => None,
    };
    let widest = outcomes.iter().filter_map(width).max().unwrap_or(Exact::ZERO);
    let mut stakes: BTreeMap<&InputKey, Stake> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|o| !o.missing.is_empty()) {
        let open = if outcome.verdict == Verdict::Unknown { VERDICT_WORTH } else { Exact::ZERO };
        let money = if outcome.amount.is_some() { width(outcome).unwrap_or(widest) } else { Exact::ZERO };
        let share = money
            .checked_add(open)
            .and_then(|worth| worth.checked_div(Exact::integer(outcome.missing.len() as i64)))
            .unwrap_or(VERDICT_WORTH);
        for key in &outcome.missing {
            let stake = stakes.entry(key).or_default();
            stake.decides += 1;
            stake.score = Some(stake.score.map_or(share, |score| score.checked_add(share).unwrap_or(score)));
            if matches!(outcome.kind, Kind::Cash | Kind::Ceiling) {
                match outcome.amount {
                    Some((_, Some(high))) => {
                        stake.at_stake = Some(stake.at_stake.map_or(high, |sum| sum.checked_add(high).unwrap_or(sum)));
                    }
                    Some((_, None)) => stake.unbounded = true,
                    None => {}
                }
            }
        }
    }
    let mut ranked: Vec<(Exact, &InputKey, Stake)> = stakes
        .into_iter()
        .map(|(key, stake)| {
            let effort = Exact::integer(effort(book, key).max(1).into());
            let score = stake.score.and_then(|s| s.checked_div(effort)).unwrap_or(Exact::ZERO);
            (score, key, stake)
        })
        .collect();
    // Ties fall back to the order of the vocabulary, which is the order of the keys.
    order::sort_by(&mut ranked, |a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    // A public figure that is not published yet cannot be asked of anybody.
    let askable =
        ranked.into_iter().filter(|(_, key, _)| !matches!(key, InputKey::Parameter { .. } | InputKey::Workdays { .. }));
    askable.map(|(_, key, stake)| question(book, key, stake)).collect()
}

fn plain(label: String, decides: usize, at_stake: Option<rust_decimal::Decimal>) -> report::Question {
    report::Question {
        name: label.clone(),
        question: format!("{label}?"),
        key: label,
        year: None,
        kind: "quantity",
        unit: None,
        options: Vec::new(),
        why: None,
        hint: None,
        group: None,
        effort: 1,
        decides,
        at_stake,
    }
}

fn effort(book: &RuleBook, key: &InputKey) -> u32 {
    match key {
        InputKey::Field { .. } | InputKey::Item { .. } | InputKey::Nested { .. } | InputKey::NestedList { .. } => {
            key.declaration(book).map_or(1, |field| field.effort)
        }
        InputKey::List(list) => book.fields[list.0 as usize].effort.max(2),
        // A figure from the past takes a look into the books.
        InputKey::HighestEver(_)
        | InputKey::Received { .. }
        | InputKey::Parameter { .. }
        | InputKey::Workdays { .. } => 2,
    }
}

/// Type word, unit and options of a field.
pub fn shape(kind: &FieldKind) -> (&'static str, Option<String>, Vec<String>) {
    match kind {
        FieldKind::Number(dimension) if dimension.is_money() => ("money", Some("万元".to_owned()), Vec::new()),
        FieldKind::Number(dimension) if dimension.is_ratio() => ("ratio", Some("%".to_owned()), Vec::new()),
        FieldKind::Number(dimension) => ("quantity", Some(dimension.to_string()), Vec::new()),
        FieldKind::Bool => ("bool", None, Vec::new()),
        FieldKind::Option(options) => ("option", None, options.clone()),
        FieldKind::Options(options) => ("options", None, options.clone()),
        FieldKind::Date => ("date", None, Vec::new()),
        FieldKind::Year => ("year", None, Vec::new()),
        FieldKind::Text => ("text", None, Vec::new()),
        FieldKind::List(_) => ("list", None, Vec::new()),
    }
}

fn question(book: &RuleBook, key: &InputKey, stake: Stake) -> report::Question {
    let decides = stake.decides;
    let at_stake = stake.at_stake.filter(|_| !stake.unbounded).and_then(report::yuan);
    let label = key.label(book);
    match key {
        InputKey::Field { field, year } => {
            let field = &book.fields[field.0 as usize];
            let (kind, unit, options) = shape(&field.kind);
            let question = match year {
                Some(year) => format!("{year}年度:{}", field.question),
                None => field.question.clone(),
            };
            report::Question {
                key: label,
                name: field.name.clone(),
                year: *year,
                kind,
                unit,
                options,
                question,
                why: field.why.clone(),
                hint: field.hint.clone(),
                group: field.group.clone(),
                effort: field.effort,
                decides,
                at_stake,
            }
        }
        InputKey::List(list) => {
            let field = &book.fields[list.0 as usize];
            report::Question {
                key: label,
                name: field.name.clone(),
                year: None,
                kind: "list",
                unit: None,
                options: Vec::new(),
                question: field.question.clone(),
                why: field.why.clone(),
                hint: field.hint.clone(),
                group: field.group.clone(),
                effort: effort(book, key),
                decides,
                at_stake,
            }
        }
        InputKey::Parameter { .. } | InputKey::Workdays { .. } => plain(label, decides, at_stake),
        InputKey::Item { list, index, .. }
        | InputKey::NestedList { list, index, .. }
        | InputKey::Nested { list, index, .. } => {
            let outer = &book.fields[list.0 as usize];
            let Some(field) = key.declaration(book) else { return plain(label, decides, at_stake) };
            let (kind, unit, options) = shape(&field.kind);
            let mut place = format!("「{}」第{}项", outer.name, index + 1);
            if let InputKey::Nested { list, column, index, record, .. } = key {
                let list = InputKey::NestedList { list: *list, index: *index, column: *column };
                let name = list.declaration(book).map_or("", |list| list.name.as_str());
                place += &format!("「{name}」第{}项", record + 1);
            }
            report::Question {
                key: label,
                name: format!("{}的{}", place.replace(['「', '」'], ""), field.name),
                year: None,
                kind,
                unit,
                options,
                question: format!("{place}:{}", field.question),
                why: field.why.clone().or_else(|| outer.why.clone()),
                hint: field.hint.clone(),
                group: outer.group.clone(),
                effort: field.effort,
                decides,
                at_stake,
            }
        }
        InputKey::HighestEver(field) => {
            let field = &book.fields[field.0 as usize];
            let (kind, unit, options) = shape(&field.kind);
            report::Question {
                key: label,
                name: format!("历年最高{}", field.name),
                year: None,
                kind,
                unit,
                options,
                question: format!("以前各年里,{}最高的一年是多少?", field.name),
                why: Some("「首次达到」的奖励要和以前最高的一年比。".to_owned()),
                hint: None,
                group: field.group.clone(),
                effort: effort(book, key),
                decides,
                at_stake,
            }
        }
        InputKey::Received { benefit, this_year } => {
            let name = book.benefits.iter().find(|b| b.id == *benefit).map_or(benefit.as_str(), |b| b.name.as_str());
            let period = if *this_year { "今年" } else { "以前" };
            report::Question {
                key: label,
                name: key.words(book),
                year: None,
                kind: "money",
                unit: Some("万元".to_owned()),
                options: Vec::new(),
                question: format!("{period}已经领取过多少「{name}」?没有领过填 0。"),
                why: Some("这一条有累计上限或补差,要减去已经领取的部分。".to_owned()),
                hint: None,
                group: Some("已享受政策".to_owned()),
                effort: effort(book, key),
                decides,
                at_stake,
            }
        }
    }
}
