//! Exact numbers of which only a range may be known.

use std::cmp::Ordering;

use policy_finder_pack::{Exact, order};

use super::leaf::Stop;

/// One end of a range: a number or infinity, and whether the number itself is excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// `None` is infinity, negative at the low and positive at the high end.
    pub at: Option<Exact>,
    pub open: bool,
}

impl End {
    pub const INFINITE: End = End { at: None, open: true };

    pub fn closed(at: Exact) -> End {
        End { at: Some(at), open: false }
    }
}

/// A linear form over inputs: `constant + Σ coefficient × input`.
///
/// It remembers that the same unknown stands in several places, so that `应缴 - 实缴` does not vary more than it can.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    pub constant: Exact,
    /// Atom (index of an open input) and coefficient, sorted, none zero.
    pub terms: Vec<(usize, Exact)>,
}

/// A number known to lie between two ends.
///
/// ```
/// use policy_finder::rules::Number;
/// use policy_finder_pack::Exact;
/// let staff = Number::between(Exact::integer(20), Exact::integer(30));
/// assert!(staff.add(&Number::point(Exact::ONE)).unwrap().is_at_most(Exact::integer(31)));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// Nearly all are known: small, and computed without looking at ends.
    Point(Exact),
    Range(Box<Range>),
}

/// The ends of a number that is not known; they differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    low: End,
    high: End,
    /// Absent where no linear form is known.
    form: Option<Affine>,
}

fn overflow<T>(value: Option<T>) -> Result<T, Stop> {
    value.ok_or(Stop::Undefined("数值过大,无法精确计算"))
}

impl Number {
    pub fn point(value: Exact) -> Number {
        Number::Point(value)
    }

    pub fn between(low: Exact, high: Exact) -> Number {
        Number::of_ends(End::closed(low), End::closed(high))
    }

    /// Anything from `low` upwards.
    pub fn at_least(low: Option<Exact>) -> Number {
        Number::of_ends(low.map_or(End::INFINITE, End::closed), End::INFINITE)
    }

    pub fn zero() -> Number {
        Number::Point(Exact::ZERO)
    }

    pub fn of_ends(low: End, high: End) -> Number {
        Number::new(low, high, None)
    }

    /// Equal ends are a point, whatever else is said of them.
    pub fn new(low: End, high: End, form: Option<Affine>) -> Number {
        match (low.at, high.at) {
            (Some(a), Some(b)) if a == b => Number::Point(a),
            _ => Number::Range(Box::new(Range { low, high, form })),
        }
    }

    pub fn low(&self) -> End {
        match self {
            Number::Point(value) => End::closed(*value),
            Number::Range(range) => range.low,
        }
    }

    pub fn high(&self) -> End {
        match self {
            Number::Point(value) => End::closed(*value),
            Number::Range(range) => range.high,
        }
    }

    /// The linear form of a range.
    pub fn form(&self) -> Option<&Affine> {
        match self {
            Number::Point(_) => None,
            Number::Range(range) => range.form.as_ref(),
        }
    }

    /// The same range, remembering no input.
    pub fn without_form(mut self) -> Number {
        if let Number::Range(range) = &mut self {
            range.form = None;
        }
        self
    }

    /// The value, if it is known.
    pub fn as_point(&self) -> Option<Exact> {
        match self {
            Number::Point(value) => Some(*value),
            Number::Range(_) => None,
        }
    }

    pub fn is_at_most(&self, bound: Exact) -> bool {
        self.high().at.is_some_and(|high| high <= bound)
    }

    fn affine(&self) -> Option<Affine> {
        match self {
            Number::Point(constant) => Some(Affine { constant: *constant, terms: Vec::new() }),
            Number::Range(range) => range.form.clone(),
        }
    }

    /// Sum; infinite ends stay infinite.
    pub fn add(&self, other: &Number) -> Result<Number, Stop> {
        if let (Number::Point(a), Number::Point(b)) = (self, other) {
            return overflow(a.checked_add(*b)).map(Number::Point);
        }
        let form = match (self.affine(), other.affine()) {
            (Some(a), Some(b)) => a.plus(&b, Exact::ONE),
            _ => None,
        };
        Ok(Number::new(add_ends(self.low(), other.low())?, add_ends(self.high(), other.high())?, form))
    }

    pub fn sub(&self, other: &Number) -> Result<Number, Stop> {
        if let (Number::Point(a), Number::Point(b)) = (self, other) {
            return overflow(a.checked_sub(*b)).map(Number::Point);
        }
        let form = match (self.affine(), other.affine()) {
            (Some(a), Some(b)) => a.plus(&b, Exact::integer(-1)),
            _ => None,
        };
        let negated = |end: End| End { at: end.at.map(|n| -n), open: end.open };
        let (low, high) = (add_ends(self.low(), negated(other.high()))?, add_ends(self.high(), negated(other.low()))?);
        Ok(Number::new(low, high, form))
    }

    pub fn mul(&self, other: &Number) -> Result<Number, Stop> {
        if let (Number::Point(a), Number::Point(b)) = (self, other) {
            return overflow(a.checked_mul(*b)).map(Number::Point);
        }
        let form = match (self, other) {
            (Number::Point(factor), range) | (range, Number::Point(factor)) => {
                range.form().and_then(|form| form.scale(*factor))
            }
            _ => None,
        };
        let ends = |n: &Number| [(n.low(), Ordering::Less), (n.high(), Ordering::Greater)];
        let mut products = Vec::with_capacity(4);
        for (a, a_side) in ends(self) {
            for (b, b_side) in ends(other) {
                products.push(multiply_ends(a, a_side, b, b_side)?);
            }
        }
        let (low, high) = span(products);
        Ok(Number::new(low, high, form))
    }

    /// # Errors
    /// [`Stop::Undefined`] for a divisor that is certainly zero.
    pub fn div(&self, other: &Number) -> Result<Number, Stop> {
        if let Number::Point(divisor) = other {
            if divisor.is_zero() {
                return Err(Stop::Undefined("除数为零"));
            }
            let inverse = overflow(Exact::ONE.checked_div(*divisor))?;
            return self.mul(&Number::Point(inverse));
        }
        let (low, high) = (other.low(), other.high());
        let negative_possible = low.at.is_none_or(Exact::is_negative);
        let positive_possible = high.at.is_none_or(|high| high > Exact::ZERO);
        if negative_possible && positive_possible {
            return Ok(Number::at_least(None));
        }
        // 1/x falls on either side of zero, so the ends change places; an end at zero goes to infinity.
        let invert = |end: End| -> Result<End, Stop> {
            match end.at {
                None => Ok(End { at: Some(Exact::ZERO), open: true }),
                Some(at) if at.is_zero() => Ok(End::INFINITE),
                Some(at) => Ok(End { at: Some(overflow(Exact::ONE.checked_div(at))?), open: end.open }),
            }
        };
        Ok(self.mul(&Number::of_ends(invert(high)?, invert(low)?))?.without_form())
    }

    /// Smallest range that holds both.
    pub fn hull(&self, other: &Number) -> Number {
        if self == other {
            return self.clone();
        }
        Number::of_ends(min_end(self.low(), other.low(), true), max_end(self.high(), other.high(), false))
    }

    pub fn min(&self, other: &Number) -> Number {
        Number::of_ends(min_end(self.low(), other.low(), true), min_end(self.high(), other.high(), false))
    }

    pub fn max(&self, other: &Number) -> Number {
        Number::of_ends(max_end(self.low(), other.low(), true), max_end(self.high(), other.high(), false))
    }

    /// The part that both ranges share; `self` where they share nothing.
    pub fn intersect(&self, other: &Number) -> Number {
        let low = max_end(self.low(), other.low(), true);
        let high = min_end(self.high(), other.high(), false);
        let empty = matches!((low.at, high.at), (Some(l), Some(h)) if l > h || (l == h && (low.open || high.open)));
        if empty { self.clone() } else { Number::new(low, high, self.form().cloned()) }
    }

    /// Applies a function that never falls to both ends; the ends become closed.
    pub fn monotone(&self, f: impl Fn(Exact) -> Option<Exact>) -> Result<Number, Stop> {
        if let Number::Point(value) = self {
            return overflow(f(*value)).map(Number::Point);
        }
        let end = |end: End| match end.at {
            None => Ok(End::INFINITE),
            Some(at) => overflow(f(at)).map(End::closed),
        };
        Ok(Number::of_ends(end(self.low())?, end(self.high())?))
    }

    /// Where a number that depends on one input alone is zero, and whether it rises with that input.
    pub fn turning_point(&self) -> Option<(Exact, bool)> {
        let Affine { constant, terms } = self.form()?;
        let [(_, coefficient)] = terms.as_slice() else { return None };
        Some(((-*constant).checked_div(*coefficient)?, *coefficient > Exact::ZERO))
    }

    /// Whether the number is negative, zero or positive, if that is certain: `Some(true)` for ≥ 0 and so on.
    pub fn compare_zero(&self) -> Sign {
        let (low, high) = match self {
            Number::Point(value) => return Sign::of(value.cmp(&Exact::ZERO)),
            Number::Range(range) => (range.low, range.high),
        };
        Sign {
            positive: decide(low.at.is_some_and(|l| l > Exact::ZERO || (l.is_zero() && low.open)), {
                high.at.is_some_and(|h| h <= Exact::ZERO)
            }),
            negative: decide(high.at.is_some_and(|h| h.is_negative() || (h.is_zero() && high.open)), {
                low.at.is_some_and(|l| l >= Exact::ZERO)
            }),
            zero: decide(false, !self.contains(Exact::ZERO)),
        }
    }

    fn contains(&self, value: Exact) -> bool {
        let (low, high) = (self.low(), self.high());
        let above = low.at.is_none_or(|l| l < value || (l == value && !low.open));
        let below = high.at.is_none_or(|h| h > value || (h == value && !high.open));
        above && below
    }
}

fn decide(yes: bool, no: bool) -> Option<bool> {
    if yes {
        Some(true)
    } else if no {
        Some(false)
    } else {
        None
    }
}

/// What is certain about the sign of a number, in Kleene's three values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign {
    pub positive: Option<bool>,
    pub negative: Option<bool>,
    pub zero: Option<bool>,
}

impl Sign {
    /// The sign of a known number, by how it compares with zero.
    pub fn of(comparison: Ordering) -> Sign {
        Sign {
            positive: Some(comparison == Ordering::Greater),
            negative: Some(comparison == Ordering::Less),
            zero: Some(comparison == Ordering::Equal),
        }
    }
}

impl Affine {
    fn plus(&self, other: &Affine, factor: Exact) -> Option<Affine> {
        let mut terms = self.terms.clone();
        for &(atom, coefficient) in &other.terms {
            let coefficient = coefficient.checked_mul(factor)?;
            match terms.iter_mut().find(|(a, _)| *a == atom) {
                Some((_, c)) => *c = c.checked_add(coefficient)?,
                None => terms.push((atom, coefficient)),
            }
        }
        terms.retain(|(_, c)| !c.is_zero());
        order::sort_by_key(&mut terms, |&(atom, _)| atom);
        Some(Affine { constant: self.constant.checked_add(other.constant.checked_mul(factor)?)?, terms })
    }

    fn scale(&self, factor: Exact) -> Option<Affine> {
        let mut terms = Vec::with_capacity(self.terms.len());
        for &(atom, coefficient) in &self.terms {
            let scaled = coefficient.checked_mul(factor)?;
            if !scaled.is_zero() {
                terms.push((atom, scaled));
            }
        }
        Some(Affine { constant: self.constant.checked_mul(factor)?, terms })
    }
}

fn add_ends(a: End, b: End) -> Result<End, Stop> {
    match (a.at, b.at) {
        (Some(x), Some(y)) => Ok(End { at: Some(overflow(x.checked_add(y))?), open: a.open || b.open }),
        _ => Ok(End::INFINITE),
    }
}

/// A product of two ends on the extended line.
#[derive(Clone, Copy)]
enum Product {
    NegativeInfinity,
    Finite(End),
    PositiveInfinity,
}

fn multiply_ends(a: End, a_side: Ordering, b: End, b_side: Ordering) -> Result<Product, Stop> {
    let sign = |end: End, side: Ordering| match end.at {
        None => side,
        Some(at) => at.cmp(&Exact::ZERO),
    };
    let (sa, sb) = (sign(a, a_side), sign(b, b_side));
    if sa == Ordering::Equal || sb == Ordering::Equal {
        let closed_zero = (sa == Ordering::Equal && !a.open) || (sb == Ordering::Equal && !b.open);
        return Ok(Product::Finite(End { at: Some(Exact::ZERO), open: !closed_zero }));
    }
    match (a.at, b.at) {
        (Some(x), Some(y)) => {
            Ok(Product::Finite(End { at: Some(overflow(x.checked_mul(y))?), open: a.open || b.open }))
        }
        _ if sa == sb => Ok(Product::PositiveInfinity),
        _ => Ok(Product::NegativeInfinity),
    }
}

fn span(products: Vec<Product>) -> (End, End) {
    let mut low: Option<End> = None;
    let mut high: Option<End> = None;
    let (mut low_infinite, mut high_infinite) = (false, false);
    for product in products {
        match product {
            Product::NegativeInfinity => low_infinite = true,
            Product::PositiveInfinity => high_infinite = true,
            Product::Finite(end) => {
                low = Some(low.map_or(end, |l| min_end(l, end, true)));
                high = Some(high.map_or(end, |h| max_end(h, end, false)));
            }
        }
    }
    (
        if low_infinite { End::INFINITE } else { low.unwrap_or(End::INFINITE) },
        if high_infinite { End::INFINITE } else { high.unwrap_or(End::INFINITE) },
    )
}

/// The lower of two ends; at equal numbers a low end is closed if either is, a high end open if either is.
fn min_end(a: End, b: End, low_side: bool) -> End {
    match (a.at, b.at) {
        (Some(x), Some(y)) => match x.cmp(&y) {
            Ordering::Less => a,
            Ordering::Greater => b,
            Ordering::Equal => End { at: a.at, open: if low_side { a.open && b.open } else { a.open || b.open } },
        },
        _ if low_side => End::INFINITE,
        (Some(_), None) => a,
        _ => b,
    }
}

/// The higher of two ends.
fn max_end(a: End, b: End, low_side: bool) -> End {
    match (a.at, b.at) {
        (Some(x), Some(y)) => match x.cmp(&y) {
            Ordering::Greater => a,
            Ordering::Less => b,
            Ordering::Equal => End { at: a.at, open: if low_side { a.open || b.open } else { a.open && b.open } },
        },
        _ if !low_side => End::INFINITE,
        (Some(_), None) => a,
        _ => b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: i64) -> Exact {
        Exact::integer(value)
    }

    #[test]
    fn products_of_unbounded_ranges_keep_their_sign() {
        let unknown = Number::at_least(Some(Exact::ZERO));
        let product = unknown.mul(&Number::point(n(-3))).unwrap();
        assert_eq!((product.low(), product.high()), (End::INFINITE, End::closed(Exact::ZERO)));
        assert_eq!(unknown.mul(&Number::zero()).unwrap().as_point(), Some(Exact::ZERO));
    }

    #[test]
    fn division_by_a_range_from_zero_is_unbounded_above() {
        let share = Number::point(n(6)).div(&Number::between(n(0), n(3))).unwrap();
        assert_eq!((share.low(), share.high()), (End::closed(n(2)), End::INFINITE));
        assert!(Number::point(n(1)).div(&Number::zero()).is_err());
    }

    #[test]
    fn an_open_end_decides_a_strict_comparison() {
        let below = Number::of_ends(End::closed(n(0)), End { at: Some(n(5)), open: true });
        assert_eq!(below.sub(&Number::point(n(5))).unwrap().compare_zero().negative, Some(true));
        assert_eq!(Number::between(n(0), n(5)).sub(&Number::point(n(5))).unwrap().compare_zero().negative, None);
    }
}
