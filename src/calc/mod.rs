//! Here is a profile: how much in all, when clauses exclude and cap each other?
//!
//! Kinds of money are never added together. Within a group the best legal choice counts: for 就高 and 择一 the member
//! with the largest certain amount, for a common cap the sum up to the cap.

use std::collections::BTreeMap;

use policy_finder_pack::records::Records;
use policy_finder_pack::rules::{Group, GroupRule, Kind, RuleBook};
use policy_finder_pack::{Date, Exact};

use crate::profile::Profile;
use crate::report;
use crate::rules::evaluate::{Leaf, Scope};
use crate::rules::{BenefitOutcome, Verdict, wording};

/// What a benefit adds to the totals, in yuan; `None` at the top where no bound is known.
type Range = (Exact, Option<Exact>);

/// Groups applied, and what every benefit still counts for.
pub struct Calculation {
    pub groups: Vec<report::GroupResult>,
    /// By index of the benefit, for those that can pay.
    pub counted: BTreeMap<usize, Range>,
    pub totals: Vec<report::Total>,
}

/// Applies the groups to the outcomes and adds up, kind by kind.
pub fn calculate(
    records: &Records,
    book: &RuleBook,
    profile: &Profile,
    event_year: i32,
    as_of: Date,
    outcomes: &[BenefitOutcome],
) -> Calculation {
    let mut counted: BTreeMap<usize, Range> = outcomes
        .iter()
        .enumerate()
        .filter(|(_, o)| matches!(o.verdict, Verdict::Met | Verdict::Unknown))
        .filter_map(|(index, o)| o.amount.map(|amount| (index, amount)))
        .collect();
    let mut groups = Vec::new();
    for group in &book.groups {
        // Different kinds are never traded for one another.
        for kind in Kind::ALL {
            let members: Vec<usize> = group
                .members
                .iter()
                .map(|&m| m as usize)
                .filter(|m| outcomes[*m].kind == kind && counted.contains_key(m))
                .collect();
            if members.is_empty() {
                continue;
            }
            let result = match group.rule {
                GroupRule::Highest | GroupRule::Exclusive => choose(book, group, &members, &mut counted),
                GroupRule::Cap => {
                    let scope = Scope { book, nodes: &group.nodes, lets: &[], tables: &[], event_year, as_of };
                    let leaf = Leaf::new(&scope, &profile.inputs);
                    let limit = group.at.as_ref().and_then(|at| leaf.number(at.root).ok());
                    let limit = limit.map(|n| (n.low.at.unwrap_or(Exact::ZERO), n.high.at));
                    cap(group, &members, limit.unwrap_or((Exact::ZERO, None)), &mut counted)
                }
                GroupRule::Stack => Some((members.clone(), Vec::new(), "可以叠加享受".to_owned())),
            };
            if let Some((chosen, given_up, text)) = result {
                let ids = |list: Vec<usize>| list.into_iter().map(|m| book.benefits[m].id.clone()).collect();
                groups.push(report::GroupResult {
                    id: group.id.clone(),
                    name: group.name.clone(),
                    rule: group.rule.name(),
                    policy: records.string(records.policies()[group.policy as usize].id).to_owned(),
                    clause: records.string(records.clauses()[group.clause as usize].anchor).to_owned(),
                    chosen: ids(chosen),
                    given_up: ids(given_up),
                    text: format!("「{}」:{text}", group.name),
                });
            }
        }
    }
    // A right or a service is not money, even where the law gives it a size.
    let money = Kind::ALL.into_iter().filter(|kind| !matches!(kind, Kind::InKind | Kind::Permission));
    let totals = money.filter_map(|kind| total(kind, outcomes, &counted)).collect();
    Calculation { groups, counted, totals }
}

type Choice = (Vec<usize>, Vec<usize>, String);

/// 就高不重复, 择一: one member counts. The others' highs stay possible, so the range reaches up to the largest high.
fn choose(book: &RuleBook, group: &Group, members: &[usize], counted: &mut BTreeMap<usize, Range>) -> Option<Choice> {
    let payable: Vec<usize> =
        members.iter().copied().filter(|m| counted[m].1.is_none_or(|high| high > Exact::ZERO)).collect();
    if payable.len() < 2 {
        return None;
    }
    let above = |a: Option<Exact>, b: Option<Exact>| match (a, b) {
        (None, Some(_)) => true,
        (Some(a), Some(b)) => a > b,
        _ => false,
    };
    // Largest certain amount, then largest possible one, then file order.
    let mut best = payable[0];
    for &member in &payable[1..] {
        let ((low, high), (best_low, best_high)) = (counted[&member], counted[&best]);
        if low > best_low || (low == best_low && above(high, best_high)) {
            best = member;
        }
    }
    let certain = counted[&best].0;
    let rivals: Vec<usize> =
        payable.iter().copied().filter(|m| *m != best && above(counted[m].1, Some(certain))).collect();
    let name = |m: usize| book.benefits[m].name.as_str();
    let verb = if group.rule == GroupRule::Highest { "就高不重复" } else { "择一享受" };
    let mut text = format!("{verb},取「{}」(确定 {})", name(best), wording::money(certain));
    let others: Vec<usize> = payable.iter().copied().filter(|m| *m != best).collect();
    for &other in &others {
        let at_most =
            counted[&other].1.map_or("金额未定".to_owned(), |high| format!("至多 {}", wording::money(high)));
        text += &format!(";放弃「{}」({at_most})", name(other));
    }
    for &rival in &rivals {
        text += &format!(";未定:若「{}」确定高于 {},应改选", name(rival), wording::money(certain));
    }
    let mut high = counted[&best].1;
    for rival in &rivals {
        if above(counted[rival].1, high) {
            high = counted[rival].1;
        }
    }
    for other in &others {
        counted.insert(*other, (Exact::ZERO, Some(Exact::ZERO)));
    }
    counted.insert(best, (certain, high));
    Some((vec![best], others, text))
}

/// 合计封顶: members are counted in file order until the cap is used up.
fn cap(group: &Group, members: &[usize], limit: Range, counted: &mut BTreeMap<usize, Range>) -> Option<Choice> {
    let (mut low_left, mut high_left) = limit;
    let mut cut = false;
    for member in members {
        let (low, high) = counted[member];
        let new_low = low.min(low_left);
        let new_high = match (high, high_left) {
            (Some(high), Some(left)) => Some(high.min(left)),
            (Some(high), None) => Some(high),
            (None, left) => left,
        };
        cut |= new_low != low || new_high != high;
        low_left = low_left.checked_sub(new_low).unwrap_or(Exact::ZERO);
        // What is certainly paid is certainly used up; more may be left for the others.
        high_left = high_left.and_then(|left| left.checked_sub(new_low));
        counted.insert(*member, (new_low, new_high));
    }
    let at = limit.1.map_or("未定".to_owned(), wording::money);
    let scope = group.scope.map_or("", |scope| scope.label());
    let outcome = if cut { "超过部分不计" } else { "未超过" };
    Some((members.to_vec(), Vec::new(), format!("{scope}合计最高 {at},{outcome}")))
}

fn total(kind: Kind, outcomes: &[BenefitOutcome], counted: &BTreeMap<usize, Range>) -> Option<report::Total> {
    let members: Vec<Range> =
        counted.iter().filter(|(index, _)| outcomes[**index].kind == kind).map(|(_, range)| *range).collect();
    if members.is_empty() {
        return None;
    }
    let low = members.iter().try_fold(Exact::ZERO, |sum, (low, _)| sum.checked_add(*low));
    let high = members.iter().try_fold(Exact::ZERO, |sum, (_, high)| sum.checked_add((*high)?));
    let low = low.unwrap_or(Exact::ZERO);
    Some(report::Total { kind: kind.name(), low: low.to_decimal(2), high: high.map(|h| h.to_decimal(2)) })
}
