//! Here is a profile: how much in all, when clauses exclude and cap each other?
//!
//! Kinds of money are never added together. Benefits that groups tie together form components; in each the best legal
//! set counts ([`choice`]).

pub mod choice;

use std::collections::BTreeMap;

use policy_finder_pack::records::Records;
use policy_finder_pack::rules::{Group, GroupRule, Kind, RuleBook};
use policy_finder_pack::{Date, Exact, order};

use self::choice::{Limit, Problem, above, choose};
use crate::profile::Profile;
use crate::report;
use crate::rules::leaf::Leaf;
use crate::rules::scope::Scope;
use crate::rules::{BenefitOutcome, Session, Verdict, wording};

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
    as_of: Date,
    outcomes: &[BenefitOutcome],
) -> Calculation {
    // Put in one by one: collecting a map would sort its entries first.
    let mut payable: BTreeMap<usize, Range> = BTreeMap::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        if let (Verdict::Met | Verdict::Unknown, Some(amount)) = (outcome.verdict, outcome.amount) {
            payable.insert(index, amount);
        }
    }
    let limits: Vec<Range> = book.groups.iter().map(|group| limit(book, group, profile, as_of)).collect();
    let mut calculation = Calculation { groups: Vec::new(), counted: payable.clone(), totals: Vec::new() };
    let mut results: BTreeMap<(usize, usize), report::GroupResult> = BTreeMap::new();
    // Different kinds are never traded for one another.
    for (kind_index, kind) in Kind::ALL.into_iter().enumerate() {
        let of_kind: Vec<usize> = payable.keys().copied().filter(|index| outcomes[*index].kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let mut total: Range = (Exact::ZERO, Some(Exact::ZERO));
        let alternatives = alternatives(outcomes, &of_kind);
        for members in components(book, &of_kind, &alternatives) {
            // One of the versions applies, and which is open: nothing is chosen, each may still pay.
            if let Some(versions) = alternatives.iter().find(|versions| **versions == members)
                && !book.groups.iter().any(|group| versions.iter().any(|v| group.members.contains(&(*v as u32))))
            {
                let (low, high) = any_of(outcomes, versions);
                total.0 = total.0.checked_add(low).unwrap_or(total.0);
                total.1 = total.1.zip(high).and_then(|(sum, high)| sum.checked_add(high));
                continue;
            }
            let groups: Vec<usize> = (0..book.groups.len())
                .filter(|g| book.groups[*g].members.iter().any(|m| members.contains(&(*m as usize))))
                .collect();
            let problem = problem(book, &groups, &members, &alternatives, &payable, &limits);
            let choice = choose(&problem);
            for (position, &member) in members.iter().enumerate() {
                calculation.counted.insert(member, (choice.counted[position], choice.possible[position]));
            }
            total.0 = total.0.checked_add(choice.low).unwrap_or(total.0);
            total.1 = total.1.zip(choice.high).and_then(|(sum, high)| sum.checked_add(high));
            for &group in &groups {
                let described = describe(book, group, &members, &choice.taken, &payable, &calculation.counted, &limits);
                if let Some((chosen, given_up, text)) = described {
                    let result = group_result(records, book, &book.groups[group], chosen, given_up, text);
                    results.insert((group, kind_index), result);
                }
            }
        }
        // A right or a service is not money, even where the law gives it a size.
        if !matches!(kind, Kind::InKind | Kind::Permission) {
            let (low, high) = report::yuan_range(total);
            calculation.totals.push(report::Total { kind: kind.name(), low, high });
        }
    }
    calculation.groups = results.into_values().collect();
    calculation
}

/// At which amount a common cap stands.
fn limit(book: &RuleBook, group: &Group, profile: &Profile, as_of: Date) -> Range {
    let Some(at) = &group.at else { return (Exact::ZERO, None) };
    let (session, event_year) = (Session::default(), profile.event_year);
    let scope = Scope { book, nodes: &group.nodes, lets: &[], tables: &[], event_year, as_of, session: &session };
    match Leaf::new(&scope, &profile.inputs).number(at.root) {
        Ok(number) => (number.low().at.unwrap_or(Exact::ZERO).max(Exact::ZERO), number.high().at),
        Err(_) => (Exact::ZERO, None),
    }
}

/// Benefits that are versions of one another, where it is open which of them covers the event.
fn alternatives(outcomes: &[BenefitOutcome], indices: &[usize]) -> Vec<Vec<usize>> {
    let mut alternatives: Vec<Vec<usize>> = Vec::new();
    for &index in indices {
        let Some(version) = &outcomes[index].version else { continue };
        let others = version.others.iter().map(|other| *other as usize);
        let versions: Vec<usize> = others.filter(|other| indices.contains(other)).chain([index]).collect();
        if !alternatives.iter().any(|known| known.contains(&index)) {
            alternatives.push(versions);
        }
    }
    alternatives.iter_mut().for_each(|versions| order::sort(versions));
    alternatives
}

/// What exactly one of the versions comes to: certain only as far as each of them is, and none is without a version.
fn any_of(outcomes: &[BenefitOutcome], versions: &[usize]) -> Range {
    let mut any: Option<Range> = None;
    for &index in versions {
        let outcome = &outcomes[index];
        let amount = outcome.amount.unwrap_or((Exact::ZERO, None));
        let low = match &outcome.version {
            Some(open) if open.verdict == Verdict::Met && !open.gap => {
                let all = open.others.iter().all(|other| versions.contains(&(*other as usize)));
                open.amount.filter(|_| all).map_or(Exact::ZERO, |(low, _)| low)
            }
            _ => Exact::ZERO,
        };
        any = Some(match any {
            None => (low, amount.1),
            Some((least, most)) => (least.min(low), most.zip(amount.1).map(|(a, b)| a.max(b))),
        });
    }
    any.unwrap_or((Exact::ZERO, Some(Exact::ZERO)))
}

/// Benefits tied together by groups or as versions, directly or through others; those of no group stand alone.
fn components(book: &RuleBook, indices: &[usize], alternatives: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut components: Vec<Vec<usize>> = Vec::new();
    for &index in indices {
        let tied = |component: &Vec<usize>| {
            book.groups.iter().any(|group| {
                let has = |i: usize| group.members.contains(&(i as u32));
                has(index) && component.iter().any(|member| has(*member))
            }) || alternatives
                .iter()
                .any(|versions| versions.contains(&index) && component.iter().any(|member| versions.contains(member)))
        };
        let (mut joined, rest): (Vec<_>, Vec<_>) = components.into_iter().partition(tied);
        let mut component: Vec<usize> = joined.drain(..).flatten().collect();
        component.push(index);
        order::sort(&mut component);
        components = rest;
        components.push(component);
    }
    order::sort(&mut components);
    components
}

fn problem(
    book: &RuleBook,
    groups: &[usize],
    members: &[usize],
    alternatives: &[Vec<usize>],
    payable: &BTreeMap<usize, Range>,
    limits: &[Range],
) -> Problem {
    let mut problem = Problem { amounts: members.iter().map(|m| payable[m]).collect(), ..Problem::default() };
    let position = |index: &usize| members.iter().position(|member| member == index);
    for versions in alternatives.iter().filter(|versions| versions.iter().any(|v| members.contains(v))) {
        problem.exclusive.push(versions.iter().filter_map(position).collect());
    }
    let mut caps = Vec::new();
    for &index in groups {
        let group = &book.groups[index];
        let positions: Vec<usize> =
            group.members.iter().filter_map(|m| members.iter().position(|member| *member == *m as usize)).collect();
        match group.rule {
            GroupRule::Highest | GroupRule::Exclusive => problem.exclusive.push(positions),
            GroupRule::Reduce => problem.limits.push((positions, Limit::Reduce)),
            GroupRule::Cap => caps.push((positions, Limit::Cap(limits[index].0, limits[index].1))),
            GroupRule::Stack => {}
        }
    }
    // Inner before outer: the compiler lets caps only nest.
    order::sort_by_key(&mut caps, |(positions, _)| positions.len());
    problem.limits.extend(caps);
    problem
}

type Described = (Vec<usize>, Vec<usize>, String);

/// What a group did, in a sentence; `None` where it had nothing to do.
fn describe(
    book: &RuleBook,
    index: usize,
    members: &[usize],
    taken: &[bool],
    payable: &BTreeMap<usize, Range>,
    counted: &BTreeMap<usize, Range>,
    limits: &[Range],
) -> Option<Described> {
    let group = &book.groups[index];
    let mine: Vec<usize> = group.members.iter().map(|m| *m as usize).filter(|m| members.contains(m)).collect();
    let is_taken = |m: &usize| members.iter().position(|member| member == m).is_some_and(|position| taken[position]);
    let name = |m: usize| book.benefits[m].name.as_str();
    let at_most =
        |m: usize| payable[&m].1.map_or("金额未定".to_owned(), |high| format!("至多 {}", wording::money(high)));
    let pays = |m: &usize| payable[m].1.is_none_or(|high| high > Exact::ZERO);
    match group.rule {
        GroupRule::Highest | GroupRule::Exclusive => {
            let payers: Vec<usize> = mine.iter().copied().filter(pays).collect();
            if payers.len() < 2 {
                return None;
            }
            let verb = if group.rule == GroupRule::Highest { "就高不重复" } else { "择一享受" };
            let (chosen, given_up): (Vec<usize>, Vec<usize>) = payers.into_iter().partition(is_taken);
            let mut text = match chosen.first() {
                Some(&best) => format!("{verb},取「{}」(确定 {})", name(best), wording::money(payable[&best].0)),
                None => format!("{verb},本组都不取,另一组合更高"),
            };
            for &other in &given_up {
                text += &format!(";放弃「{}」({})", name(other), at_most(other));
            }
            let certain = chosen.first().map_or(Exact::ZERO, |best| payable[best].0);
            for &rival in given_up.iter().filter(|rival| above(payable[*rival].1, Some(certain))) {
                if payable[&rival].1 != Some(payable[&rival].0) {
                    text += &format!(";未定:若「{}」确定高于 {},应改选", name(rival), wording::money(certain));
                }
            }
            Some((chosen, given_up, text))
        }
        GroupRule::Reduce => {
            if mine.iter().filter(|m| pays(m)).count() < 2 {
                return None;
            }
            let cut = mine.iter().any(|m| counted[m] != payable[m]);
            let outcome = if cut { "后项只补足高出前项的差额" } else { "没有要扣减的" };
            Some((mine, Vec::new(), format!("差额补足,{outcome}")))
        }
        GroupRule::Cap => {
            let (low, high) = limits[index];
            let at = match high {
                Some(high) if high == low => wording::money(high),
                Some(high) => format!("{}至{}", wording::money(low), wording::money(high)),
                None => "未定".to_owned(),
            };
            let cut = mine.iter().any(|m| is_taken(m) && counted[m] != payable[m]);
            let scope = group.scope.map_or("", |scope| scope.label());
            let outcome = if cut { "超过部分不计" } else { "未超过" };
            Some((mine, Vec::new(), format!("{scope}合计最高 {at},{outcome}")))
        }
        GroupRule::Stack => Some((mine, Vec::new(), "可以叠加享受".to_owned())),
    }
}

fn group_result(
    records: &Records,
    book: &RuleBook,
    group: &Group,
    chosen: Vec<usize>,
    given_up: Vec<usize>,
    text: String,
) -> report::GroupResult {
    let ids = |list: Vec<usize>| list.into_iter().map(|m| book.benefits[m].id.clone()).collect();
    report::GroupResult {
        id: group.id.clone(),
        name: group.name.clone(),
        rule: group.rule.name(),
        policy: records.string(records.policies()[group.policy as usize].id).to_owned(),
        clause: records.string(records.clause(group.clause as usize).anchor).to_owned(),
        chosen: ids(chosen),
        given_up: ids(given_up),
        text: format!("「{}」:{text}", group.name),
    }
}
