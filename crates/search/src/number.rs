use policy_finder_pack::index::Index;
use policy_finder_pack::records::Records;
use policy_finder_pack::{analyzer, order};

use super::query::Query;

/// The policies that a query's document number names, the nearest first, with how near (0 to 1) the letters are.
pub(super) fn policies(index: &Index, records: &Records, query: &Query) -> Vec<(u32, f64)> {
    let Some(number) = &query.number else { return Vec::new() };
    let mut list: Vec<(u32, f64)> = index
        .numbers
        .policies(number.year, number.serial)
        .map(|policy| {
            let full = records.string(records.policies()[policy as usize].doc_number);
            let full: Vec<char> = analyzer::folded(full).into_iter().filter(|c| analyzer::is_han(*c)).collect();
            (policy, nearness(&number.prefix.chars().collect::<Vec<_>>(), &full))
        })
        .collect();
    let best = list.iter().map(|&(_, near)| near).fold(0.0, f64::max);
    list.retain(|&(_, near)| near >= best * 0.5);
    order::sort_by(&mut list, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    list
}

/// Share of the letters that the number has, in order; 1 where none were typed.
fn nearness(typed: &[char], full: &[char]) -> f64 {
    if typed.is_empty() {
        return 1.0;
    }
    let mut rest = full.iter();
    let held = typed.iter().filter(|c| rest.by_ref().any(|f| f == *c)).count();
    let letters = full.iter().filter(|c| !matches!(c, '第' | '号')).count().max(1);
    (held as f64 / typed.len() as f64) * (0.5 + 0.5 * (held as f64 / letters as f64).min(1.0))
}
