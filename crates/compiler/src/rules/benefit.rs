//! The `benefit` block: who gets what.

use std::collections::HashSet;

use policy_finder_pack::Exact;
use policy_finder_pack::rules::{Benefit, Cap, Condition, Kind, Rounding, Scope};

use super::common::Common;
use super::table::TableSource;
use super::typing::{Lowering, Names};
use super::{Source, id, readings, required};
use crate::diagnostic::{Diagnostic, Severity};
use crate::keys::{Keys, Words, closest};

/// Keys of a benefit that may have slipped behind its first `[[table]]`.
const KEYS: [&str; 17] = [
    "id",
    "name",
    "kind",
    "clause",
    "event",
    "series",
    "let",
    "need",
    "veto",
    "manual",
    "amount",
    "min_payout",
    "topup",
    "cap",
    "round",
    "reading",
    "pay",
];

pub fn read(
    source: &Source,
    benefits: &HashSet<String>,
    commons: &[Common],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Benefit> {
    let errors = diagnostics.len();
    let block = &source.block.place;
    let mut keys = source.keys("benefit");
    let id = id(&mut keys, "benefit", block, diagnostics);
    let name = required(&mut keys, "name", "benefit", block, "add name = \"…\": what the report prints", diagnostics);
    let kind = kind(&mut keys, diagnostics);
    let clause = source.clause(&mut keys, diagnostics);
    let lets = keys.strings("let", diagnostics);
    let needs = keys.strings("need", diagnostics);
    let vetoes = keys.strings("veto", diagnostics);
    let manual = keys.text("manual", diagnostics);
    let amount = keys.string("amount", diagnostics);
    let min_payout = keys.string("min_payout", diagnostics);
    let topup = keys.string("topup", diagnostics);
    let caps = caps(&mut keys, diagnostics);
    let rounding = keys.string("round", diagnostics).map_or(Rounding::FEN, |words| rounding(&words, diagnostics));
    let readings = readings(&mut keys, diagnostics);
    let tables: Vec<_> = keys
        .tables("table", "table", diagnostics)
        .into_iter()
        .map(|table| TableSource::read(table, &KEYS, diagnostics))
        .collect();
    let amount_given = keys.has("amount");
    keys.finish(&[], diagnostics);
    let payless = manual.is_some() || matches!(kind, Kind::InKind | Kind::Permission | Kind::Timing);
    let misspelt = diagnostics[errors..].iter().any(|d| d.code == "unknown_key");
    if !amount_given && !payless && !misspelt {
        let place = id.as_ref().map_or_else(|| super::opening(block), Words::place);
        let fault = Diagnostic::error("required_key", place, "the benefit has no amount");
        diagnostics.push(fault.hint("add amount = \"10万元\", or manual = \"…\" with the reason why a person decides"));
    }
    let full_id = id.as_ref().map(|words| source.full_id(&words.text)).unwrap_or_default();
    let names = Names { corpus: source.corpus, benefits, policy: source.policy(), own: Some(full_id.clone()) };
    let mut lowering = Lowering::new(names, diagnostics);
    lowering.declare_lets(lets);
    for table in tables {
        lowering.declare_table(table);
    }
    let mut conditions = (Vec::new(), Vec::new());
    for common in commons.iter().filter(|common| common.applies_to(source.block.policy, &full_id)) {
        for (list, words) in [(&mut conditions.0, &common.needs), (&mut conditions.1, &common.vetoes)] {
            let exprs = words.iter().filter_map(|words| lowering.condition(words));
            list.extend(exprs.map(|expr| Condition { expr, clause: common.clause }));
        }
    }
    for (list, words) in [(&mut conditions.0, &needs), (&mut conditions.1, &vetoes)] {
        let exprs = words.iter().filter_map(|words| lowering.condition(words));
        list.extend(exprs.map(|expr| Condition { expr, clause }));
    }
    let amount = amount.and_then(|words| lowering.money(&words));
    let min_payout = min_payout.and_then(|words| lowering.money(&words));
    let topup = topup.and_then(|words| lowering.money(&words));
    let mut caps: Vec<Cap> = caps
        .into_iter()
        .filter_map(|cap| {
            let used = match &cap.used {
                Some(words) => Some(lowering.money(words)?),
                None => None,
            };
            Some(Cap { scope: cap.scope, at: lowering.money(&cap.at)?, used })
        })
        .collect();
    // Narrow to wide.
    caps.sort_by_key(|cap| cap.scope);
    let faulty = |diagnostics: &[Diagnostic]| diagnostics[errors..].iter().any(|d| d.severity == Severity::Error);
    let faulty_so_far = faulty(lowering.diagnostics);
    let (nodes, lets, tables) = lowering.finish(faulty_so_far);
    let (Some(_), Some(name), false) = (id, name, faulty(diagnostics)) else { return None };
    Some(Benefit {
        id: full_id,
        name: name.text,
        kind,
        policy: source.block.policy as u32,
        clause,
        nodes,
        lets,
        needs: conditions.0,
        vetoes: conditions.1,
        manual,
        tables,
        amount,
        min_payout,
        topup,
        caps,
        rounding,
        readings,
    })
}

fn kind(keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> Kind {
    let Some(words) = keys.string("kind", diagnostics) else { return Kind::Cash };
    Kind::from_name(&words.text).unwrap_or_else(|| {
        let fault = Diagnostic::error("unknown_kind", words.place(), format!("no kind “{}”", words.text));
        let names = Kind::ALL.map(Kind::name);
        diagnostics.push(match closest(&words.text, names.into_iter()) {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint(format!("kinds are: {}", names.join(", "))),
        });
        Kind::Cash
    })
}

struct CapSource {
    scope: Scope,
    at: Words,
    used: Option<Words>,
}

fn caps(keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> Vec<CapSource> {
    let mut caps = Vec::new();
    for mut keys in keys.tables("cap", "cap", diagnostics) {
        let start = keys.start();
        let per = keys.string("per", diagnostics);
        let at = keys.string("at", diagnostics);
        let used = keys.string("used", diagnostics);
        keys.finish(&[], diagnostics);
        let Some(at) = at else {
            diagnostics.push(
                Diagnostic::error("required_key", start, "the cap does not say at which amount")
                    .hint("add at = \"20万元\""),
            );
            continue;
        };
        let Some(per) = per else {
            let fault = Diagnostic::error("cap_without_scope", start, format!("the cap of {} has no scope", at.text));
            diagnostics.push(fault.hint("add per = \"每年\" (or 每项目, 每季, 累计), as the text has it"));
            continue;
        };
        let Some(scope) = scope(&per, diagnostics) else { continue };
        if matches!(scope, Scope::Project | Scope::Lifetime) && used.is_none() {
            let fault = Diagnostic::error(
                "cap_without_used",
                per.place(),
                format!("a cap {} needs what earlier awards used up", per.text),
            );
            diagnostics.push(fault.hint("add used = \"已获(本条)\", or used = \"0元\" if earlier awards do not count"));
            continue;
        }
        caps.push(CapSource { scope, at, used });
    }
    caps
}

/// 每项目, 每季, 每年, 累计
pub fn scope(words: &Words, diagnostics: &mut Vec<Diagnostic>) -> Option<Scope> {
    let scopes = [Scope::Project, Scope::Quarter, Scope::Year, Scope::Lifetime];
    let found = scopes.into_iter().find(|scope| scope.label() == words.text);
    if found.is_none() {
        let fault = Diagnostic::error("unknown_scope", words.place(), format!("no scope “{}”", words.text));
        diagnostics.push(fault.hint(format!("scopes are: {}", scopes.map(Scope::label).join(", "))));
    }
    found
}

/// `万元 舍去`; 四舍五入 when left out.
fn rounding(words: &Words, diagnostics: &mut Vec<Diagnostic>) -> Rounding {
    let mut rounding = Rounding::FEN;
    let grains = [
        ("分", 1, 100),
        ("角", 1, 10),
        ("元", 1, 1),
        ("十元", 10, 1),
        ("百元", 100, 1),
        ("千元", 1000, 1),
        ("万元", 10_000, 1),
    ];
    for part in words.text.split_whitespace() {
        match part {
            "四舍五入" => rounding.truncate = false,
            "舍去" => rounding.truncate = true,
            grain => match grains.iter().find(|(name, ..)| *name == grain) {
                Some((_, numerator, denominator)) => {
                    rounding.grain = Exact::new(*numerator, *denominator).expect("a denominator above zero");
                }
                None => {
                    let fault =
                        Diagnostic::error("bad_rounding", words.place(), format!("“{part}” is no way to round"));
                    diagnostics.push(
                        fault.hint("e.g. round = \"元 舍去\"; grains are 分 角 元 百元 千元 万元, ways 四舍五入 舍去"),
                    );
                }
            },
        }
    }
    rounding
}
