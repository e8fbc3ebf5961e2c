//! The `group` block: how several benefits combine.

use std::collections::{BTreeSet, HashMap};

use policy_finder_pack::rules::{Benefit, Group, GroupRule};

use super::typing::{Lowering, Names};
use super::{Source, benefit, id, readings, required};
use crate::diagnostic::{Diagnostic, Severity};
use crate::keys::closest;

pub fn read(
    source: &Source,
    ids: &BTreeSet<String>,
    _groups: &BTreeSet<String>,
    positions: &HashMap<String, u32>,
    book: &[Benefit],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Group> {
    let errors = diagnostics.len();
    let block = &source.block.place;
    let mut keys = source.keys("group");
    let id = id(&mut keys, "group", block, diagnostics);
    let name = required(&mut keys, "name", "group", block, "add name = \"…\": what the report prints", diagnostics);
    let clause = source.clause(&mut keys, diagnostics);
    let rule_words = required(
        &mut keys,
        "rule",
        "group",
        block,
        "add rule = \"highest\", \"exclusive\", \"reduce\", \"cap\" or \"stack\"",
        diagnostics,
    );
    let member_words = keys.strings("members", diagnostics);
    let except = keys.strings("except", diagnostics);
    let per = keys.string("per", diagnostics);
    let at = keys.string("at", diagnostics);
    let readings = readings(&mut keys, diagnostics);
    let start = keys.start();
    keys.finish(&[], diagnostics);
    let rule = rule_words.as_ref().and_then(|words| {
        let rule = GroupRule::from_name(&words.text);
        if rule.is_none() {
            let names = GroupRule::ALL.map(GroupRule::name);
            let fault = Diagnostic::error("unknown_rule", words.place(), format!("no rule “{}”", words.text));
            diagnostics.push(match closest(&words.text, names.into_iter()) {
                Some(near) => fault.hint(format!("did you mean {near}?")),
                None => fault.hint(format!("rules are: {}", names.join(", "))),
            });
        }
        rule
    });
    let scope = per.as_ref().and_then(|words| benefit::scope(words, diagnostics));
    let all = member_words.iter().any(|words| words.text == "全部");
    let excepted: Vec<String> = except.iter().filter_map(|words| source.benefit(words, ids, diagnostics)).collect();
    let mut members: Vec<u32> = Vec::new();
    if all {
        let own = book.iter().enumerate().filter(|(_, b)| b.policy as usize == source.block.policy);
        members.extend(own.filter(|(_, b)| !excepted.contains(&b.id)).map(|(index, _)| index as u32));
    } else {
        for words in &member_words {
            let Some(id) = source.benefit(words, ids, diagnostics) else { continue };
            match positions.get(&id) {
                Some(index) if members.contains(index) => {
                    let fault =
                        Diagnostic::error("duplicate_member", words.place(), format!("“{}” stands twice", words.text));
                    diagnostics.push(fault.hint("remove one of them"));
                }
                // A benefit with faults of its own has no position; they have been reported.
                Some(index) if !excepted.contains(&id) => members.push(*index),
                _ => {}
            }
        }
        if member_words.len() < 2 {
            let place = member_words.first().map_or(start, |words| words.place());
            let fault = Diagnostic::error("too_few_members", place, "a group has at least two members");
            diagnostics.push(fault.hint("add members = [\"ru-gui\", \"dan-bao\"], or members = \"全部\""));
        }
    }
    if rule == Some(GroupRule::Cap) {
        let place = rule_words.as_ref().map_or_else(|| super::opening(block), |words| words.place());
        if at.is_none() {
            let fault = Diagnostic::error("required_key", place.clone(), "the common cap does not say at which amount");
            diagnostics.push(fault.hint("add at = \"200万元\""));
        }
        if per.is_none() {
            let fault = Diagnostic::error("cap_without_scope", place, "the common cap has no scope");
            diagnostics.push(fault.hint("add per = \"每年\" (or 每项目, 累计), as the text has it"));
        }
    } else if let Some(words) = &at {
        let fault = Diagnostic::error("cap_only", words.place(), "at belongs to the rule cap");
        diagnostics.push(fault.hint("write rule = \"cap\", or remove at"));
    }
    let names = Names { corpus: source.corpus, benefits: ids, policy: source.policy(), own: None };
    let mut lowering = Lowering::new(names, diagnostics);
    let at = at.and_then(|words| lowering.money(&words));
    let (nodes, ..) = lowering.finish(false);
    let faulty = diagnostics[errors..].iter().any(|d| d.severity == Severity::Error);
    let (Some(id), Some(name), Some(rule), false) = (id, name, rule, faulty) else { return None };
    Some(Group {
        id: source.full_id(&id.text),
        name: name.text,
        rule,
        policy: source.block.policy as u32,
        clause,
        members,
        nodes,
        at,
        scope,
        readings,
    })
}

/// Two common caps of which neither holds the other would need to be weighed against each other.
pub fn no_crossing_caps(
    book: &policy_finder_pack::rules::RuleBook,
    corpus: &crate::model::Corpus,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let caps: Vec<&Group> = book.groups.iter().filter(|group| group.rule == GroupRule::Cap).collect();
    for (index, group) in caps.iter().enumerate() {
        for other in &caps[index + 1..] {
            let shared = group.members.iter().filter(|m| other.members.contains(m)).count();
            if shared > 0 && shared < group.members.len() && shared < other.members.len() {
                let place = corpus.clauses[other.clause as usize].place.clone();
                let message = format!(
                    "the common caps “{}” and “{}” share some members, but neither holds the other",
                    group.name, other.name
                );
                diagnostics.push(
                    Diagnostic::error("crossing_caps", place, message)
                        .hint("let one group hold the other, or none of its members"),
                );
            }
        }
    }
}
