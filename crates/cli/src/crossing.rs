//! Where does a difference cross zero as one answer changes?
//!
//! Differences of rules are straight lines in an answer, or in its inverse, with bends: the secant meets the zero of a
//! piece exactly. Where they jump (full steps, full years) the place of the jump is found by halving.

use policy_finder_pack::Exact;

/// A zero, or the place where the sign changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// A value that can be stated.
    pub at: Exact,
    /// Whether the difference is zero there.
    pub exact: bool,
}

/// Finds it from `from`, where the difference is `start`. Values are multiples of `grain`, none below `least`.
pub fn find(
    difference: impl Fn(Exact) -> Option<Exact>,
    from: Exact,
    start: Exact,
    grain: Exact,
    least: Option<Exact>,
) -> Option<Crossing> {
    if start.is_zero() {
        // Only if this answer moves it.
        let beside = [from.checked_add(grain), from.checked_sub(grain)].into_iter().flatten();
        let moves = beside.filter_map(&difference).any(|found| !found.is_zero());
        return moves.then_some(Crossing { at: from, exact: true });
    }
    let allowed = |value: &Exact| least.is_none_or(|least| *value >= least);
    let inverse = |value: Exact| Exact::ONE.checked_div(value);
    let root = secant(&difference, from, start, grain, Some)
        .filter(allowed)
        .or_else(|| secant(&difference, from, start, grain, inverse).filter(allowed));
    if let Some(root) = root {
        let below = floor(root, grain)?;
        if below == root {
            return Some(Crossing { at: root, exact: true });
        }
        return Some(Crossing { at: below.checked_add(grain)?, exact: false }).filter(|found| allowed(&found.at));
    }
    halving(&difference, from, start, grain, least)
}

fn floor(value: Exact, grain: Exact) -> Option<Exact> {
    value.checked_div(grain)?.floor().checked_mul(grain)
}

/// The zero of a straight piece, in the answer or in what `turn` makes of it, which undoes itself.
fn secant(
    difference: &impl Fn(Exact) -> Option<Exact>,
    from: Exact,
    start: Exact,
    grain: Exact,
    turn: impl Fn(Exact) -> Option<Exact>,
) -> Option<Exact> {
    let eighth = floor(from.checked_div(Exact::integer(8))?, grain)?;
    let step = if eighth.is_zero() { grain } else { eighth };
    let second = from.checked_add(step)?;
    let mut a = (turn(from)?, start);
    let mut b = (turn(second)?, difference(second)?);
    for _ in 0..12 {
        if b.1.is_zero() {
            return turn(b.0);
        }
        let slope = b.1.checked_sub(a.1)?.checked_div(b.0.checked_sub(a.0)?)?;
        let next = b.0.checked_sub(b.1.checked_div(slope)?)?;
        let value = difference(turn(next)?)?;
        (a, b) = (b, (next, value));
    }
    None
}

/// The first statable value on the other side of a change of sign.
fn halving(
    difference: &impl Fn(Exact) -> Option<Exact>,
    from: Exact,
    start: Exact,
    grain: Exact,
    least: Option<Exact>,
) -> Option<Crossing> {
    let below = start.is_negative();
    let beyond = |value: Exact| difference(value).map(|found| (found.is_negative() != below, found.is_zero()));
    let from = from.checked_div(grain)?.floor();
    let least = least.and_then(|least| least.checked_div(grain)).map(|least| -((-least).floor()));
    for sign in [1, -1] {
        let mut near = from;
        let mut reach = Exact::ONE;
        for _ in 0..60 {
            let Some(mut far) = reach.checked_mul(Exact::integer(sign)).and_then(|reach| from.checked_add(reach))
            else {
                break;
            };
            if let Some(least) = least {
                far = far.max(least);
            }
            let value = |at: Exact| at.checked_mul(grain);
            let Some((crossed, _)) = value(far).and_then(beyond) else { break };
            if crossed {
                // Between `near` and `far` the sign changes; both are whole numbers of grains.
                while far.checked_sub(near)?.max(near.checked_sub(far)?) > Exact::ONE {
                    let middle = near.checked_add(far)?.checked_div(Exact::integer(2))?.floor();
                    if beyond(value(middle)?)?.0 { far = middle } else { near = middle }
                }
                let upper = far.max(near);
                let zero = difference(value(upper)?)?.is_zero();
                return Some(Crossing { at: value(upper)?, exact: zero });
            }
            if near == far {
                break;
            }
            near = far;
            reach = reach.checked_add(reach)?;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: i64) -> Exact {
        Exact::integer(value)
    }

    #[test]
    fn lines_and_their_inverses_are_met_exactly() {
        let line = |x: Exact| x.checked_mul(n(3))?.checked_sub(n(21));
        assert_eq!(find(line, n(100), n(279), Exact::ONE, None), Some(Crossing { at: n(7), exact: true }));
        // A share of 9 out of x against 3 %.
        let share = |x: Exact| n(9).checked_div(x)?.checked_sub(Exact::new(3, 100)?);
        let start = share(n(90)).unwrap();
        assert_eq!(find(share, n(90), start, Exact::ONE, Some(n(0))), Some(Crossing { at: n(300), exact: true }));
    }

    #[test]
    fn a_jump_is_found_at_its_first_value() {
        // Two for every full ten, against five.
        let steps = |x: Exact| x.checked_div(n(10))?.floor().checked_mul(n(2))?.checked_sub(n(5));
        assert_eq!(find(steps, n(3), n(-5), Exact::ONE, Some(n(0))), Some(Crossing { at: n(30), exact: false }));
    }

    #[test]
    fn an_answer_that_does_not_move_the_difference_reaches_nothing() {
        assert_eq!(find(|_| Some(n(0)), n(3), n(0), Exact::ONE, None), None);
    }

    #[test]
    fn what_never_changes_its_sign_is_not_found() {
        assert_eq!(find(|_| Some(n(4)), n(3), n(4), Exact::ONE, Some(n(0))), None);
        let third = |x: Exact| x.checked_mul(n(3))?.checked_sub(n(1));
        assert_eq!(find(third, n(5), n(14), Exact::ONE, Some(n(0))), Some(Crossing { at: n(1), exact: false }));
    }
}
