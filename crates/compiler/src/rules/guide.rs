//! The `guide` block: 办事指南, elements without expressions, and what a program can use of their words.

use std::collections::BTreeSet;

use policy_finder_pack::Date;
use policy_finder_pack::guide::{Channel, Guide, Material};
use policy_finder_pack::service::GuideFacts;

use super::{Source, required};
use crate::diagnostic::Diagnostic;

pub fn read(
    source: &Source,
    benefits: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Guide, GuideFacts)> {
    let block = &source.block.place;
    let mut keys = source.keys("guide");
    let item = required(&mut keys, "item", "guide", block, "add item = \"…\": the name of the service", diagnostics);
    let clause = source.clause(&mut keys, diagnostics);
    let channel = keys.string("channel", diagnostics).and_then(|words| {
        let channel = Channel::from_name(&words.text);
        if channel.is_none() {
            let fault = Diagnostic::error("unknown_channel", words.place(), format!("no channel “{}”", words.text));
            diagnostics.push(fault.hint("channels are: auto (免申即享), online (全程网办), on_site (现场办理)"));
        }
        channel
    });
    let mut materials = Vec::new();
    for mut keys in keys.tables("materials", "material", diagnostics) {
        let start = keys.start();
        let name = keys.text("name", diagnostics);
        let material = Material {
            name: name.clone().unwrap_or_default(),
            form: keys.text("form", diagnostics),
            copies: keys.loose("copies", diagnostics),
            required: keys.loose("required", diagnostics),
            source: keys.text("source", diagnostics),
        };
        keys.finish(&[], diagnostics);
        match name {
            Some(_) => materials.push(material),
            None => diagnostics.push(
                Diagnostic::error("required_key", start, "the material has no name").hint("add name = \"营业执照\""),
            ),
        }
    }
    let served = keys.strings("benefits", diagnostics);
    let served = served.iter().filter_map(|words| source.benefit(words, benefits, diagnostics)).collect();
    let guide = Guide {
        policy: source.block.policy as u32,
        clause,
        item: item.as_ref().map(|words| words.text.clone()).unwrap_or_default(),
        channel,
        benefits: served,
        materials,
        process: keys.texts("process", diagnostics),
        window: keys.text("window", diagnostics),
        place: keys.text("place", diagnostics),
        time_limit: keys.text("time_limit", diagnostics),
        phone: keys.text("phone", diagnostics),
        url: keys.text("url", diagnostics),
        deadline: keys.text("deadline", diagnostics),
        results: Some(keys.texts("results", diagnostics).join("、")).filter(|text| !text.is_empty()),
        note: keys.text("note", diagnostics),
        source: keys.text("source", diagnostics),
        not_found: keys.texts("not_found", diagnostics),
    };
    let place = keys.place("closes").unwrap_or_else(|| block.clone());
    let opens = keys.date("opens", diagnostics);
    let closes = keys.date("closes", diagnostics).or_else(|| guide.deadline.as_deref().and_then(single_day));
    if let (Some(opens), Some(closes)) = (opens, closes)
        && closes < opens
    {
        let message = format!("applications close on {closes}, before they open on {opens}");
        diagnostics.push(Diagnostic::error("period", place, message).hint("opens is the first day, closes the last"));
    }
    let words = |text: &Option<String>, any: &[&str]| {
        text.as_deref().is_some_and(|text| any.iter().any(|word| text.contains(word)))
    };
    let facts = GuideFacts {
        papers: guide
            .materials
            .iter()
            .map(|material| paper(&source.corpus.vocabulary.papers, &material.name))
            .collect(),
        opens: opens.map(|day| day.to_string()),
        closes: closes.map(|day| day.to_string()),
        always: closes.is_none() && words(&guide.window, &ALWAYS),
        working_days: guide.time_limit.as_deref().and_then(working_days),
    };
    keys.finish(&[], diagnostics);
    item.map(|_| (guide, facts))
}

/// Words of a window that is open all the year round.
const ALWAYS: [&str; 3] = ["常年", "全年", "随时"];

/// The one name of a paper that goes by several; its own name, without what stands in brackets, where it is alone.
fn paper(known: &[Vec<String>], name: &str) -> String {
    let bare = |name: &str| name.split(['(', '\u{ff08}']).next().unwrap_or_default().trim().to_owned();
    let own = bare(name);
    match known.iter().find(|names| names.iter().any(|other| *other == name || *other == own)) {
        Some(names) => names[0].clone(),
        None if own.is_empty() => name.to_owned(),
        None => own,
    }
}

/// `2025年9月29日`; nothing where the words name several days or none.
fn single_day(text: &str) -> Option<Date> {
    let (year, rest) = text.trim().split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix('日')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `5个工作日加30个工作日` is 35. Words that begin otherwise (`公示5个工作日`) are one step of several: no limit of the whole.
fn working_days(text: &str) -> Option<u32> {
    let mut sum = 0u32;
    for part in text.split(['加', '+']) {
        sum = sum.checked_add(part.trim().strip_suffix("个工作日")?.trim().parse().ok()?)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_sum_of_its_parts_and_a_step_is_no_limit() {
        let cases = [
            ("20个工作日", Some(20)),
            ("5个工作日加30个工作日", Some(35)),
            ("公示5个工作日", None),
            ("4小时", None),
            ("5个工作日加公示7天", None),
        ];
        for (text, days) in cases {
            assert_eq!(working_days(text), days, "{text}");
        }
    }

    #[test]
    fn only_one_whole_day_is_a_deadline() {
        let cases =
            [("2025年9月29日", Some("2025-09-29")), ("2025年9月", None), ("到2025年9月29日", None), ("常年", None)];
        for (text, day) in cases {
            assert_eq!(single_day(text).map(|day| day.to_string()).as_deref(), day, "{text}");
        }
    }

    #[test]
    fn papers_of_one_meaning_have_one_name() {
        let known = [vec!["营业执照".to_owned(), "营业执照副本".to_owned()]];
        assert_eq!(paper(&known, "营业执照副本"), "营业执照");
        assert_eq!(paper(&known, "营业执照副本(加盖公章)"), "营业执照");
        assert_eq!(paper(&known, "申报表(主目录)"), "申报表");
    }
}
