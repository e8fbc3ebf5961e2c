//! Here are amounts, of which some exclude or cap each other: which of them should be taken?
//!
//! Short answer: the legal set with the largest certain sum; among equals the largest possible sum; among equals the
//! first in file order. Found exactly by branch and bound over the benefits that exclude or reduce each other;
//! everything else is always taken, since more never pays less.

use policy_finder_pack::Exact;

/// An end of an amount; `None` is no known bound.
pub type End = Option<Exact>;

/// Amounts that compete, and the rules between them. Members are indices into `amounts`.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// Lowest and highest of each.
    pub amounts: Vec<(Exact, End)>,
    /// At most one of each of these is taken.
    pub exclusive: Vec<Vec<usize>>,
    /// Applied in this order: inner groups before the groups that hold them.
    pub limits: Vec<(Vec<usize>, Limit)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// All members together count up to this, lowest and highest.
    Cap(Exact, End),
    /// A later member counts only as far as it exceeds what the earlier ones count for.
    Reduce,
}

/// A legal set and what it comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub taken: Vec<bool>,
    /// What the set certainly comes to.
    pub low: Exact,
    /// What any legal set can come to at most: another may turn out better.
    pub high: End,
    /// What each taken one counts for at its lowest.
    pub counted: Vec<Exact>,
    /// What each taken one counts for at its highest.
    pub possible: Vec<End>,
}

/// Finds the best legal set.
///
/// ```
/// use policy_finder::calc::choice::{Limit, Problem, choose};
/// use policy_finder_pack::Exact;
/// let yuan = |n| (Exact::integer(n), Some(Exact::integer(n)));
/// // 30 excludes 20 and 25, which may be added up to 40.
/// let problem = Problem {
///     amounts: vec![yuan(30), yuan(20), yuan(25)],
///     exclusive: vec![vec![0, 1], vec![0, 2]],
///     limits: vec![(vec![1, 2], Limit::Cap(Exact::integer(40), Some(Exact::integer(40))))],
/// };
/// let choice = choose(&problem);
/// assert_eq!((choice.taken, choice.low), (vec![false, true, true], Exact::integer(40)));
/// ```
pub fn choose(problem: &Problem) -> Choice {
    let count = problem.amounts.len();
    // An earlier award may cut a later one by more than it brings where it is itself capped: it can be left out.
    let reducing = problem.limits.iter().filter(|(_, limit)| *limit == Limit::Reduce).map(|(members, _)| members);
    let rivals: Vec<&Vec<usize>> = problem.exclusive.iter().chain(reducing).filter(|group| group.len() > 1).collect();
    let contested: Vec<usize> = (0..count).filter(|i| rivals.iter().any(|group| group.contains(i))).collect();
    let free: Vec<bool> = (0..count).map(|i| !contested.contains(&i)).collect();
    let mut best = Search { problem, contested: &contested, by_high: false, best: None };
    best.explore(0, &mut free.clone());
    let (taken, low, _) = best.best.unwrap_or_else(|| (free.clone(), Exact::ZERO, None));
    let mut widest = Search { problem, contested: &contested, by_high: true, best: None };
    widest.explore(0, &mut free.clone());
    let high = widest.best.and_then(|(_, _, high)| high);
    let counted = problem.distribute(&taken, false).into_iter().map(|end| end.unwrap_or(Exact::ZERO)).collect();
    let possible = problem.possible(&taken);
    Choice { taken, low, high, counted, possible }
}

impl Problem {
    /// What each taken amount counts for, all at their lowest or all at their highest.
    pub fn distribute(&self, taken: &[bool], high: bool) -> Vec<End> {
        self.limited(taken, high, |_| true)
    }

    fn limited(&self, taken: &[bool], high: bool, applies: impl Fn(&Limit) -> bool) -> Vec<End> {
        let mut counts: Vec<End> = self
            .amounts
            .iter()
            .zip(taken)
            .map(|(amount, taken)| match (taken, high) {
                (false, _) => Some(Exact::ZERO),
                (true, false) => Some(amount.0),
                (true, true) => amount.1,
            })
            .collect();
        for (members, limit) in self.limits.iter().filter(|(_, limit)| applies(limit)) {
            match limit {
                Limit::Cap(low, top) => {
                    let mut left = if high { *top } else { Some(*low) };
                    for &member in members {
                        counts[member] = smaller(counts[member], left);
                        left = minus(left, counts[member]);
                    }
                }
                Limit::Reduce => {
                    let mut earlier = Some(Exact::ZERO);
                    for &member in members {
                        counts[member] = minus(counts[member], earlier);
                        earlier = plus(earlier, counts[member]);
                    }
                }
            }
        }
        counts
    }

    /// What each taken amount can count for at most, the others counting for no more than is certain.
    fn possible(&self, taken: &[bool]) -> Vec<End> {
        let certain = self.distribute(taken, false);
        (0..self.amounts.len())
            .map(|index| {
                if !taken[index] {
                    return Some(Exact::ZERO);
                }
                let mut counts = self.amounts[index].1;
                for (members, limit) in self.limits.iter().filter(|(members, _)| members.contains(&index)) {
                    let mut earlier = members.iter().take_while(|m| **m != index);
                    let earlier = earlier.try_fold(Exact::ZERO, |sum, m| plus(Some(sum), certain[*m]));
                    counts = match limit {
                        Limit::Cap(_, top) => smaller(counts, minus(*top, earlier)),
                        Limit::Reduce => minus(counts, earlier),
                    };
                }
                counts
            })
            .collect()
    }

    fn value(&self, taken: &[bool], high: bool) -> End {
        self.distribute(taken, high).into_iter().fold(Some(Exact::ZERO), plus)
    }

    fn is_free(&self, index: usize, taken: &[bool]) -> bool {
        !self.exclusive.iter().any(|group| group.contains(&index) && group.iter().any(|m| *m != index && taken[*m]))
    }
}

struct Search<'a> {
    problem: &'a Problem,
    contested: &'a [usize],
    by_high: bool,
    best: Option<(Vec<bool>, Exact, End)>,
}

impl Search<'_> {
    fn explore(&mut self, depth: usize, taken: &mut Vec<bool>) {
        let Some(&index) = self.contested.get(depth) else {
            let low = self.problem.value(taken, false).unwrap_or(Exact::ZERO);
            let high = self.problem.value(taken, true);
            let better = match &self.best {
                None => true,
                Some((_, _, best)) if self.by_high => above(high, *best),
                Some((_, best, best_high)) => low > *best || (low == *best && above(high, *best_high)),
            };
            if better {
                self.best = Some((taken.clone(), low, high));
            }
            return;
        };
        if !self.promising(depth, taken) {
            return;
        }
        if self.problem.is_free(index, taken) {
            taken[index] = true;
            self.explore(depth + 1, taken);
            taken[index] = false;
        }
        self.explore(depth + 1, taken);
    }

    /// Taking everything still open, legal or not and unreduced, never comes to less than what can be reached from here.
    fn promising(&self, depth: usize, taken: &[bool]) -> bool {
        let Some((_, best_low, best_high)) = &self.best else { return true };
        let mut all = taken.to_vec();
        for &index in &self.contested[depth..] {
            all[index] = self.problem.is_free(index, taken);
        }
        let value = |high| {
            let counts = self.problem.limited(&all, high, |limit| *limit != Limit::Reduce);
            counts.into_iter().fold(Some(Exact::ZERO), plus)
        };
        let high = value(true);
        if self.by_high {
            return above(high, *best_high);
        }
        let low = value(false).unwrap_or(Exact::ZERO);
        low > *best_low || (low == *best_low && above(high, *best_high))
    }
}

/// Whether `a` is larger, no bound being the largest.
pub fn above(a: End, b: End) -> bool {
    match (a, b) {
        (None, Some(_)) => true,
        (Some(a), Some(b)) => a > b,
        (_, None) => false,
    }
}

fn smaller(a: End, b: End) -> End {
    if above(a, b) { b } else { a }
}

fn plus(a: End, b: End) -> End {
    a?.checked_add(b?)
}

/// Never below zero.
fn minus(a: End, b: End) -> End {
    match (a, b) {
        (_, None) => Some(Exact::ZERO),
        (None, _) => None,
        (Some(a), Some(b)) => a.checked_sub(b).map(|rest| rest.max(Exact::ZERO)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator of its own: the tests repeat exactly and need no dependency.
    struct Random(u64);

    impl Random {
        fn below(&mut self, n: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % n
        }
    }

    fn instance(random: &mut Random) -> Problem {
        let count = 1 + random.below(7) as usize;
        let amounts = (0..count).map(|_| {
            let low = random.below(50) as i64;
            let high = low + random.below(30) as i64 * random.below(2) as i64;
            (Exact::integer(low), (random.below(12) > 0).then(|| Exact::integer(high)))
        });
        let amounts = amounts.collect();
        let some = |random: &mut Random, of: &[usize]| -> Vec<usize> {
            of.iter().copied().filter(|_| random.below(2) == 0).collect()
        };
        let all: Vec<usize> = (0..count).collect();
        let exclusive = (0..random.below(4)).map(|_| some(random, &all)).collect();
        // Nested: every next group holds the ones before it.
        let mut limits = Vec::new();
        let outer = some(random, &all);
        let inner = some(random, &outer);
        for members in [inner, outer] {
            if random.below(3) > 0 {
                let low = random.below(80) as i64;
                let high = Exact::integer(low + random.below(20) as i64);
                limits.push((members, Limit::Cap(Exact::integer(low), Some(high))));
            }
        }
        if random.below(3) == 0 {
            limits.insert(0, (some(random, &all), Limit::Reduce));
        }
        Problem { amounts, exclusive, limits }
    }

    fn is_legal(problem: &Problem, taken: &[bool]) -> bool {
        problem.exclusive.iter().all(|group| group.iter().filter(|m| taken[**m]).count() <= 1)
    }

    #[test]
    fn the_choice_is_legal_and_no_legal_set_is_better() {
        let mut random = Random(20_261_125);
        let mut contested = 0;
        for round in 0..10_000 {
            let problem = instance(&mut random);
            let choice = choose(&problem);
            assert!(is_legal(&problem, &choice.taken), "{round}: {problem:?}");
            contested += usize::from(choice.taken.contains(&false));
            let (mut best, mut widest) = (Exact::ZERO, Some(Exact::ZERO));
            for bits in 0u32..1 << problem.amounts.len() {
                let taken: Vec<bool> = (0..problem.amounts.len()).map(|i| bits >> i & 1 == 1).collect();
                if is_legal(&problem, &taken) {
                    best = best.max(problem.value(&taken, false).unwrap());
                    let high = problem.value(&taken, true);
                    widest = if above(high, widest) { high } else { widest };
                }
            }
            assert_eq!((choice.low, choice.high), (best, widest), "{round}: {problem:?}");
            let sum = choice.counted.iter().try_fold(Exact::ZERO, |sum, part| sum.checked_add(*part));
            assert_eq!(sum, Some(choice.low), "{round}: {problem:?}");
        }
        assert!(contested > 3_000, "only {contested} instances had anything to give up");
    }

    #[test]
    fn equal_sums_fall_to_the_first_in_file_order() {
        let yuan = |n| (Exact::integer(n), Some(Exact::integer(n)));
        let problem = Problem { amounts: vec![yuan(5), yuan(5)], exclusive: vec![vec![0, 1]], limits: Vec::new() };
        assert_eq!(choose(&problem).taken, [true, false]);
    }

    #[test]
    fn a_later_award_counts_for_the_difference_only() {
        let yuan = |n| (Exact::integer(n), Some(Exact::integer(n)));
        let limits = vec![(vec![0, 1, 2], Limit::Reduce)];
        let problem = Problem { amounts: vec![yuan(20), yuan(50), yuan(30)], exclusive: Vec::new(), limits };
        assert_eq!(choose(&problem).counted, [20, 30, 0].map(Exact::integer));
    }
}
