//! Here is a list: how does it come into order, with one sort for all types?
//!
//! The standard library's sorts are compiled anew for every type and comparison, three to ten kilobytes each time: of a
//! module with dozens of short lists a sixth was sorting. What is sorted once a report or an answer is sorted here;
//! what every query sorts, with the standard library.

use std::cmp::Ordering;

/// Sorts a list; equal elements keep their order.
///
/// ```
/// let mut list = [("b", 1), ("a", 2), ("b", 0)];
/// policy_finder_pack::order::sort_by(&mut list, |x, y| x.0.cmp(y.0));
/// assert_eq!(list, [("a", 2), ("b", 1), ("b", 0)]);
/// let mut list = [3, 0, 4, 1, 2];
/// policy_finder_pack::order::sort(&mut list);
/// assert_eq!(list, [0, 1, 2, 3, 4]);
/// ```
pub fn sort_by<T>(list: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    if list.len() < 2 {
        return;
    }
    let mut sources = sources(list.len(), &mut |a, b| compare(&list[a], &list[b]));
    // Along each circle of places, every element goes where it belongs.
    for start in 0..list.len() {
        let mut at = start;
        while sources[at] != start {
            let from = std::mem::replace(&mut sources[at], at);
            list.swap(at, from);
            at = from;
        }
        sources[at] = at;
    }
}

/// Sorts a list by what stands for each element.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |a, b| key(a).cmp(&key(b)));
}

/// Sorts a list by the order of its elements.
pub fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// For each place of the sorted list, where its element stands now.
#[inline(never)]
fn sources(length: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sources: Vec<usize> = (0..length).collect();
    sources.sort_by(|&a, &b| compare(a, b));
    sources
}
