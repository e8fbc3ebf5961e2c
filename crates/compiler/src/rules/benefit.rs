//! The `benefit` block: who gets what.

use std::collections::BTreeSet;

use policy_finder_pack::rules::{
    Benefit, Cap, Condition, Each, Expr, FieldKind, Highest, Instalment, Kind, Order, Payer, Rounding, Scope, Unit,
};
use policy_finder_pack::{Dimension, Exact};

use super::common::Common;
use super::table::TableSource;
use super::typing::{ListAt, Lowering, Names, describe};
use super::{Fault, Source, coverage, id, readings, required};
use crate::diagnostic::{Diagnostic, Severity};
use crate::keys::{Keys, Words, closest};

/// Keys of a benefit that may have slipped behind its first `[[table]]`.
const KEYS: [&str; 23] = [
    "each",
    "order",
    "item_need",
    "max_by",
    "payers",
    "saving",
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
    benefits: &BTreeSet<String>,
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
    let each_words = keys.string("each", diagnostics);
    let order_words = keys.string("order", diagnostics);
    let item_needs = keys.strings("item_need", diagnostics);
    let max_by = keys.string("max_by", diagnostics);
    let saving = keys.string("saving", diagnostics);
    let event = keys.string("event", diagnostics);
    let series = keys.string("series", diagnostics);
    let payer_rows = keys.rows("payers", diagnostics);
    let pay = pay(&mut keys, diagnostics);
    let caps = caps(&mut keys, each_words.is_some(), diagnostics);
    let round_words = keys.string("round", diagnostics);
    let (rounding, round_items) =
        round_words.as_ref().map_or((Rounding::FEN, false), |words| rounding(words, diagnostics));
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
    let mut list = None;
    if let Some(words) = &each_words {
        match lowering.list(words.text.trim(), 0..words.text.len()) {
            Ok(found) => {
                lowering.set_each(found.list);
                list = Some(found.list);
            }
            Err(fault) => lowering.report(words, fault),
        }
    } else {
        let stray =
            order_words.iter().chain(&item_needs).chain(&max_by).chain(round_words.iter().filter(|_| round_items));
        for words in stray {
            let fault = Fault::new(0..words.text.len(), "each_only", "this belongs to a benefit per item");
            lowering.report(words, fault.hint("add each = \"…\" with the name of the list"));
        }
    }
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
    let amount = amount.and_then(|words| lowering.per_item(|lowering| lowering.money(&words)));
    let needs: Vec<Condition> = item_needs
        .iter()
        .filter_map(|words| lowering.per_item(|lowering| lowering.condition(words)))
        .map(|expr| Condition { expr, clause })
        .collect();
    let order = order_words.and_then(|words| order(&mut lowering, &words));
    let counts_order = lowering.counted;
    if let (Some(words), true, false) = (&each_words, counts_order, order.is_some()) {
        let fault = Fault::new(0..words.text.len(), "order_missing", "序号 is used, but nothing says in which order");
        lowering.report(words, fault.hint("add order = \"展位费 从高到低\""));
    }
    let highest = match (&max_by, list) {
        (Some(words), Some(_)) if words.text.trim() == "全部" => Some(Highest::OfAll),
        (Some(words), Some(list)) => {
            let columns = lowering.columns_of(ListAt::of(list));
            let position = columns.iter().position(|f| f.name == words.text.trim() && f.kind == FieldKind::Text);
            if position.is_none() {
                let fault = Fault::new(
                    0..words.text.len(),
                    "bad_max_by",
                    format!("the list has no text column “{}”", words.text),
                );
                lowering.report(words, fault.hint("name a column of type 文本, or 全部"));
            }
            position.map(|position| Highest::By(position as u32))
        }
        _ => None,
    };
    let each = list.map(|list| Each { list, needs, order, highest, round_items });
    let saving = saving.and_then(|words| lowering.money(&words));
    let event = event.and_then(|words| {
        let expr = lowering.expression(&words)?;
        if matches!(expr.unit, Unit::Year | Unit::Date) {
            return Some(expr);
        }
        let message = format!("an event is a year or a date, this is {}", describe(&expr.unit));
        lowering.report(&words, Fault::new(0..words.text.len(), "unit_mismatch", message));
        None
    });
    let payers = payers(&mut lowering, payer_rows);
    let instalments = instalments(&mut lowering, pay);
    let min_payout = min_payout.and_then(|words| lowering.money(&words));
    let topup = topup.and_then(|words| lowering.money(&words));
    let mut caps: Vec<Cap> = caps
        .into_iter()
        .filter_map(|cap| {
            let used = match &cap.used {
                Some(words) => Some(lowering.money(words)?),
                None => None,
            };
            let at = match cap.scope {
                Scope::Item => lowering.per_item(|lowering| lowering.money(&cap.at))?,
                _ => lowering.money(&cap.at)?,
            };
            let payer = match &cap.payer {
                None => None,
                Some(words) => match payers.iter().position(|payer| payer.level == words.text) {
                    Some(position) => Some(position as u32),
                    None => {
                        let message = format!("“{}” pays no share", words.text);
                        let fault = Fault::new(0..words.text.len(), "unknown_payer", message);
                        lowering.report(words, fault.hint("add it to payers"));
                        return None;
                    }
                },
            };
            Some(Cap { scope: cap.scope, at, used, payer })
        })
        .collect();
    // Narrow to wide.
    caps.sort_by_key(|cap| cap.scope);
    let faulty = |diagnostics: &[Diagnostic]| diagnostics[errors..].iter().any(|d| d.severity == Severity::Error);
    let incomplete = lowering.incomplete;
    let faulty_so_far = incomplete || faulty(lowering.diagnostics);
    let (nodes, lets, tables) = lowering.finish(faulty_so_far);
    let (Some(_), Some(name), false) = (id, name, incomplete || faulty(diagnostics)) else { return None };
    Some(Benefit {
        id: full_id.clone(),
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
        each,
        saving,
        instalments,
        payers,
        event,
        events: source.corpus.policies[source.block.policy].events,
        series: series.map_or(full_id, |words| words.text),
        covers: Default::default(),
        asked: None,
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
    payer: Option<Words>,
}

struct PaySource {
    when: String,
    share: Words,
    need: Option<Words>,
}

fn pay(keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> Vec<PaySource> {
    let mut parts = Vec::new();
    for mut keys in keys.tables("pay", "pay", diagnostics) {
        let start = keys.start();
        let when = keys.text("when", diagnostics);
        let share = keys.string("share", diagnostics);
        let need = keys.string("need", diagnostics);
        keys.finish(&[], diagnostics);
        match (when, share) {
            (Some(when), Some(share)) => parts.push(PaySource { when, share, need }),
            _ => {
                let fault = Diagnostic::error("required_key", start, "an instalment says when and which share");
                diagnostics.push(fault.hint("write { when = \"开工\", share = \"30%\" }"));
            }
        }
    }
    parts
}

/// A share: a constant ratio.
fn ratio(lowering: &mut Lowering, words: &Words) -> Option<(Expr, Exact)> {
    let expr = lowering.expression(words)?;
    let constant = lowering.constant(expr.root).filter(|_| expr.unit == Unit::Number(Dimension::RATIO));
    if constant.is_none() {
        let fault = Fault::new(0..words.text.len(), "bad_share", "a share is a fixed ratio");
        lowering.report(words, fault.hint("e.g. 30% or 1/3"));
    }
    constant.map(|constant| (expr, constant))
}

/// Shares add up to the whole.
fn whole(lowering: &mut Lowering, last: Option<&Words>, shares: &[Exact]) {
    let sum = shares.iter().try_fold(Exact::ZERO, |sum, share| sum.checked_add(*share));
    if let Some(words) = last
        && sum != Some(Exact::ONE)
    {
        let sum = sum.map_or_else(String::new, |sum| coverage::literal(sum, &Dimension::RATIO));
        let fault = Fault::new(0..words.text.len(), "shares_sum", format!("the shares sum to {sum}, not to 100%"));
        lowering.report(words, fault.hint("mend a share, or add the missing part"));
    }
}

fn instalments(lowering: &mut Lowering, sources: Vec<PaySource>) -> Vec<Instalment> {
    let mut list = Vec::new();
    let count = sources.len();
    for part in &sources {
        let need = part.need.as_ref().and_then(|words| lowering.condition(words));
        if let Some((share, ratio)) = ratio(lowering, &part.share) {
            list.push(Instalment { when: part.when.clone(), share, ratio, need });
        }
    }
    if list.len() == count {
        let shares: Vec<Exact> = list.iter().map(|part| part.ratio).collect();
        whole(lowering, sources.last().map(|part| &part.share), &shares);
    }
    list
}

fn payers(lowering: &mut Lowering, rows: Vec<(crate::model::Place, Vec<Words>)>) -> Vec<Payer> {
    let mut list: Vec<Payer> = Vec::new();
    let mut last = None;
    for (place, words) in rows {
        let [level, share] = words.as_slice() else {
            let fault = Diagnostic::error("row_length", place, "a payer is a level and its share");
            lowering.diagnostics.push(fault.hint("write [\"市级\", \"50%\"]"));
            continue;
        };
        if let Some((expr, ratio)) = ratio(lowering, share) {
            list.push(Payer { level: level.text.clone(), share: expr, ratio });
            last = Some(share.clone());
        }
    }
    let shares: Vec<Exact> = list.iter().map(|payer| payer.ratio).collect();
    whole(lowering, last.as_ref(), &shares);
    list
}

/// `展位费 从高到低`
fn order(lowering: &mut Lowering, words: &Words) -> Option<Order> {
    let text = words.text.trim_end();
    let (by, descending) = match (text.strip_suffix("从高到低"), text.strip_suffix("从低到高")) {
        (Some(by), _) => (by, true),
        (_, Some(by)) => (by, false),
        _ => {
            let fault = Fault::new(0..words.text.len(), "bad_order", "an order is a column and a direction");
            lowering.report(words, fault.hint("e.g. order = \"展位费 从高到低\""));
            return None;
        }
    };
    let by = Words { text: by.trim_end().to_owned(), ..words.clone() };
    let by = lowering.per_item(|lowering| lowering.expression(&by))?;
    Some(Order { by, descending })
}

fn caps(keys: &mut Keys, has_each: bool, diagnostics: &mut Vec<Diagnostic>) -> Vec<CapSource> {
    let mut caps = Vec::new();
    for mut keys in keys.tables("cap", "cap", diagnostics) {
        let start = keys.start();
        let per = keys.string("per", diagnostics);
        let at = keys.string("at", diagnostics);
        let used = keys.string("used", diagnostics);
        let payer = keys.string("payer", diagnostics);
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
        if scope == Scope::Item && !has_each {
            let fault = Diagnostic::error("each_only", per.place(), "a cap 每项 belongs to a benefit per item");
            diagnostics.push(fault.hint("add each = \"…\" with the name of the list"));
            continue;
        }
        caps.push(CapSource { scope, at, used, payer });
    }
    caps
}

/// 每项目, 每季, 每年, 累计
pub fn scope(words: &Words, diagnostics: &mut Vec<Diagnostic>) -> Option<Scope> {
    let scopes = [Scope::Item, Scope::Project, Scope::Quarter, Scope::Year, Scope::Lifetime];
    let found = scopes.into_iter().find(|scope| scope.label() == words.text);
    if found.is_none() {
        let fault = Diagnostic::error("unknown_scope", words.place(), format!("no scope “{}”", words.text));
        diagnostics.push(fault.hint(format!("scopes are: {}", scopes.map(Scope::label).join(", "))));
    }
    found
}

/// `万元 舍去`, `分 四舍五入 每项`; 四舍五入 when left out. The second says whether every item is rounded.
fn rounding(words: &Words, diagnostics: &mut Vec<Diagnostic>) -> (Rounding, bool) {
    let mut rounding = Rounding::FEN;
    let mut per_item = false;
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
            "每项" => per_item = true,
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
    (rounding, per_item)
}
