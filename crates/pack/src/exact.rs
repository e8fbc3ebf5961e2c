use std::cmp::Ordering;
use std::fmt;

use num_integer::Integer;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul};
use serde::{Deserialize, Serialize};

/// An exact number: money in yuan, a ratio, a quantity in its base unit.
///
/// A fraction of two 128-bit integers in lowest terms. Arithmetic is checked: `None` means that the result
/// does not fit, never a wrapped or rounded number. Comparisons are exact and cannot overflow.
///
/// ```
/// use policy_finder_pack::Exact;
/// let growth = Exact::new(420, 300).unwrap().checked_sub(Exact::ONE).unwrap();
/// assert_eq!(growth, Exact::new(2, 5).unwrap());
/// assert!(growth >= "0.4".parse().unwrap());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exact(Ratio<i128>);

impl Exact {
    pub const ZERO: Exact = Exact(Ratio::new_raw(0, 1));
    pub const ONE: Exact = Exact(Ratio::new_raw(1, 1));
    /// One hundredth of a yuan.
    pub const FEN: Exact = Exact(Ratio::new_raw(1, 100));

    /// `None` for a zero denominator.
    pub fn new(numerator: i128, denominator: i128) -> Option<Exact> {
        // The two minima have no positive counterpart, so a sign cannot be moved between them.
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return None;
        }
        Some(Exact(Ratio::new(numerator, denominator)))
    }

    pub const fn integer(value: i64) -> Exact {
        Exact(Ratio::new_raw(value as i128, 1))
    }

    pub fn numerator(self) -> i128 {
        *self.0.numer()
    }

    /// Always positive.
    pub fn denominator(self) -> i128 {
        *self.0.denom()
    }

    pub fn is_zero(self) -> bool {
        self.numerator() == 0
    }

    pub fn is_negative(self) -> bool {
        self.numerator() < 0
    }

    pub fn is_integer(self) -> bool {
        self.denominator() == 1
    }

    pub fn checked_add(self, other: Exact) -> Option<Exact> {
        if let (Some((a, b)), Some((c, d))) = (self.narrow(), other.narrow()) {
            let sum = if b == d {
                a.checked_add(c).map(|numerator| (numerator, b))
            } else {
                product(a, d).zip(product(c, b)).and_then(|(x, y)| x.checked_add(y)).zip(product(b, d))
            };
            if let Some((numerator, denominator)) = sum {
                return Some(Exact::reduced(numerator, denominator));
            }
        }
        Exact::kept(self.0.checked_add(&other.0)?)
    }

    pub fn checked_sub(self, other: Exact) -> Option<Exact> {
        self.checked_add(-other)
    }

    pub fn checked_mul(self, other: Exact) -> Option<Exact> {
        if let (Some((a, b)), Some((c, d))) = (self.narrow(), other.narrow())
            && let (Some(numerator), Some(denominator)) = (product(a, c), product(b, d))
        {
            return Some(Exact::reduced(numerator, denominator));
        }
        Exact::kept(self.0.checked_mul(&other.0)?)
    }

    /// `None` also for division by zero.
    pub fn checked_div(self, other: Exact) -> Option<Exact> {
        let (numerator, denominator) = (other.numerator(), other.denominator());
        let inverse = match numerator.signum() {
            0 => return None,
            1 => Ratio::new_raw(denominator, numerator),
            _ => Ratio::new_raw(-denominator, -numerator),
        };
        self.checked_mul(Exact(inverse))
    }

    /// The lowest 128-bit number has no counterpart whose sign could be turned.
    fn kept(ratio: Ratio<i128>) -> Option<Exact> {
        (*ratio.numer() != i128::MIN).then_some(Exact(ratio))
    }

    /// Numerator and denominator in 64 bits, as nearly all fit: many times faster, and several times that in WASM.
    fn narrow(self) -> Option<(i64, i64)> {
        let (numerator, denominator) = (self.numerator(), self.denominator());
        let (a, b) = (numerator as i64, denominator as i64);
        // The lowest of 64 bits is kept out for the same reason.
        (i128::from(a) == numerator && i128::from(b) == denominator && a != i64::MIN).then_some((a, b))
    }

    /// In lowest terms; the denominator is positive.
    fn reduced(numerator: i64, denominator: i64) -> Exact {
        let mut terms = (numerator, denominator);
        if denominator > 1 {
            // One division first: denominators are a few digits long, numerators are not.
            let magnitude = numerator.unsigned_abs();
            let divisor = (denominator as u64).gcd(&(magnitude % denominator as u64)) as i64;
            if divisor > 1 {
                terms = (numerator / divisor, denominator / divisor);
            }
        }
        Exact(Ratio::new_raw(terms.0.into(), terms.1.into()))
    }

    /// The largest integer not above the number.
    ///
    /// ```
    /// use policy_finder_pack::Exact;
    /// assert_eq!("6.5".parse::<Exact>().unwrap().floor(), Exact::integer(6));
    /// assert_eq!("-0.5".parse::<Exact>().unwrap().floor(), Exact::integer(-1));
    /// ```
    pub fn floor(self) -> Exact {
        if self.is_integer() {
            return self;
        }
        if let (Ok(numerator), Ok(denominator)) = (i64::try_from(self.numerator()), i64::try_from(self.denominator())) {
            return Exact::integer(numerator.div_euclid(denominator));
        }
        Exact(Ratio::new_raw(Integer::div_floor(&self.numerator(), &self.denominator()), 1))
    }

    /// Rounded half up (四舍五入, away from zero at the half) to a multiple of `grain`.
    ///
    /// ```
    /// use policy_finder_pack::Exact;
    /// let fen = "0.01".parse().unwrap();
    /// let half: Exact = "30010.005".parse().unwrap();
    /// assert_eq!(half.round_to(fen).unwrap().to_string(), "30010.01");
    /// ```
    pub fn round_to(self, grain: Exact) -> Option<Exact> {
        if self.is_negative() {
            return (-self).round_to(grain).map(|n| -n);
        }
        const HALF: Exact = Exact(Ratio::new_raw(1, 2));
        // A whole number is a multiple of every fraction of one.
        if self.is_integer() && grain.numerator() == 1 {
            return Some(self);
        }
        self.checked_div(grain)?.checked_add(HALF)?.floor().checked_mul(grain)
    }

    /// Cut off towards zero to a multiple of `grain` (舍去).
    pub fn truncate_to(self, grain: Exact) -> Option<Exact> {
        if self.is_negative() {
            return (-self).truncate_to(grain).map(|n| -n);
        }
        self.checked_div(grain)?.floor().checked_mul(grain)
    }

    /// The decimal with exactly `places` digits after the point, rounded half up.
    ///
    /// ```
    /// use policy_finder_pack::Exact;
    /// assert_eq!(Exact::integer(204_000).to_decimal(2), "204000.00");
    /// assert_eq!(Exact::new(2, 3).unwrap().to_decimal(4), "0.6667");
    /// ```
    pub fn to_decimal(self, places: u32) -> String {
        if let (true, Ok(whole)) = (self.is_integer(), i64::try_from(self.numerator())) {
            return match places {
                0 => whole.to_string(),
                _ => format!("{whole}.{:0width$}", 0, width = places.min(18) as usize),
            };
        }
        let scale = 10i128.pow(places.min(18));
        let magnitude = self.numerator().unsigned_abs();
        let denominator = self.denominator().unsigned_abs();
        let (whole, rest) = (magnitude / denominator, magnitude % denominator);
        // rest < denominator; reduce both where the product would not fit: only digits below the shown ones are lost.
        let shift = 62u32.saturating_sub(denominator.leading_zeros());
        let (rest, denominator) = (rest >> shift, (denominator >> shift).max(1));
        let mut fraction = (rest * scale as u128 * 2 + denominator) / (denominator * 2);
        let mut whole = whole;
        if fraction >= scale as u128 {
            whole += 1;
            fraction = 0;
        }
        let sign = if self.is_negative() && (whole > 0 || fraction > 0) { "-" } else { "" };
        if places == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction:0width$}", width = places.min(18) as usize)
        }
    }

    /// The number times 10^`places`, where that is whole and fits 64 bits.
    ///
    /// ```
    /// use policy_finder_pack::Exact;
    /// assert_eq!("12.5".parse::<Exact>().unwrap().scaled(2), Some(1250));
    /// assert_eq!(Exact::new(1, 3).unwrap().scaled(2), None);
    /// ```
    pub fn scaled(self, places: u32) -> Option<i64> {
        let scale = power_of_ten(places)?;
        let numerator = i64::try_from(self.numerator()).ok()?;
        if self.is_integer() {
            return product(numerator, scale);
        }
        let denominator = i64::try_from(self.denominator()).ok()?;
        if scale % denominator == 0 { product(numerator, scale / denominator) } else { None }
    }

    /// The number times 10^`places`, rounded half up, where the digits fit 64 bits with room to spare.
    pub fn scaled_to_nearest(self, places: u32) -> Option<i64> {
        let scale = power_of_ten(places)?.checked_mul(2)?;
        let denominator = i64::try_from(self.denominator()).ok().filter(|d| *d <= i64::MAX / 4)?;
        let doubled = product(i64::try_from(self.numerator()).ok()?, scale)?;
        let magnitude = (doubled.unsigned_abs() + denominator as u64) / (2 * denominator as u64);
        Some(if doubled < 0 { -(magnitude as i64) } else { magnitude as i64 })
    }

    /// Whether the number has a finite decimal of at most `places` digits after the point.
    pub fn is_decimal(self, places: u32) -> bool {
        if self.is_integer() {
            return true;
        }
        if let (Ok(denominator), Some(scale)) = (u64::try_from(self.denominator()), 10u64.checked_pow(places)) {
            return scale % denominator == 0;
        }
        10i128.checked_pow(places).is_some_and(|scale| scale % self.denominator() == 0)
    }
}

fn power_of_ten(places: u32) -> Option<i64> {
    const POWERS: [i64; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];
    POWERS.get(places as usize).copied()
}

/// A product that certainly fits 64 bits, by the number of digits.
fn product(a: i64, b: i64) -> Option<i64> {
    (a.unsigned_abs().leading_zeros() + b.unsigned_abs().leading_zeros() > 64).then(|| a * b)
}

/// Zero.
impl Default for Exact {
    fn default() -> Exact {
        Exact::ZERO
    }
}

impl std::ops::Neg for Exact {
    type Output = Exact;

    fn neg(self) -> Exact {
        // `new` keeps i128::MIN out, so the sign can always be turned.
        Exact(-self.0)
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        if self.denominator() == other.denominator() {
            return self.numerator().cmp(&other.numerator());
        }
        if let (Some((a, b)), Some((c, d))) = (self.narrow(), other.narrow())
            && let (Some(x), Some(y)) = (product(a, d), product(c, b))
        {
            return x.cmp(&y);
        }
        self.0.cmp(&other.0)
    }
}

/// The shortest exact decimal where there is one, else a fraction `2/3`.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (0..=18).find(|&places| self.is_decimal(places)) {
            Some(places) => f.write_str(&self.to_decimal(places)),
            None => write!(f, "{}/{}", self.numerator(), self.denominator()),
        }
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exact({self})")
    }
}

/// The text is not a decimal number, or has more digits than fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotANumber;

impl fmt::Display for NotANumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a decimal number that can be held exactly")
    }
}

impl std::error::Error for NotANumber {}

/// A plain decimal such as `-12345.67`: digits, at most one point, an optional sign. No exponent, no separators.
impl std::str::FromStr for Exact {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Exact, NotANumber> {
        let (negative, digits) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || (digits.contains('.') && fraction.is_empty()) {
            return Err(NotANumber);
        }
        let mut value: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            if !digit.is_ascii_digit() {
                return Err(NotANumber);
            }
            value = value.checked_mul(10).and_then(|v| v.checked_add(i128::from(digit - b'0'))).ok_or(NotANumber)?;
        }
        let scale = u32::try_from(fraction.len()).ok().and_then(|n| 10i128.checked_pow(n)).ok_or(NotANumber)?;
        Exact::new(if negative { -value } else { value }, scale).ok_or(NotANumber)
    }
}

impl Serialize for Exact {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.numerator(), self.denominator()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Exact, D::Error> {
        let (numerator, denominator) = <(i128, i128)>::deserialize(deserializer)?;
        Exact::new(numerator, denominator).ok_or_else(|| serde::de::Error::custom("a fraction with denominator zero"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_round_half_up_and_carry() {
        assert_eq!(Exact::new(1999, 1000).unwrap().to_decimal(2), "2.00");
        assert_eq!("-0.004".parse::<Exact>().unwrap().to_decimal(2), "0.00");
        assert_eq!("-0.005".parse::<Exact>().unwrap().to_decimal(2), "-0.01");
        assert_eq!(Exact::new(1, i128::MAX).unwrap().to_decimal(2), "0.00");
        assert_eq!(Exact::new(i128::MAX - 1, i128::MAX).unwrap().to_decimal(2), "1.00");
    }

    #[test]
    fn small_and_large_numbers_agree() {
        // Each pair once as it is and once scaled beyond the fast paths.
        let huge = Exact::new(1 << 63, 1).unwrap();
        let values = ["0", "1", "-1", "0.01", "-2.5", "3", "123456789.01", "-0.0625", "4611686018427387903"];
        for a in values.map(|v| v.parse::<Exact>().unwrap()) {
            for b in values.map(|v| v.parse::<Exact>().unwrap()) {
                let (x, y) = (a.checked_mul(huge).unwrap(), b.checked_mul(huge).unwrap());
                assert_eq!(a.checked_add(b).unwrap().checked_mul(huge), x.checked_add(y), "{a} + {b}");
                assert_eq!(a.checked_sub(b).unwrap().checked_mul(huge), x.checked_sub(y), "{a} - {b}");
                assert_eq!(a.checked_div(b), x.checked_div(y), "{a} / {b}");
                assert_eq!(a.cmp(&b), x.cmp(&y), "{a} and {b}");
                let product = a.checked_mul(b).unwrap();
                assert_eq!(product.checked_mul(huge), a.checked_mul(y), "{a} × {b}");
            }
        }
        assert_eq!(Exact::new(-7, 2).unwrap().floor(), Exact::integer(-4));
    }

    #[test]
    fn overflow_is_none() {
        let huge = Exact::new(i128::MAX, 1).unwrap();
        assert_eq!(huge.checked_add(Exact::ONE), None);
        assert_eq!(huge.checked_mul(huge), None);
        assert_eq!(Exact::ONE.checked_div(Exact::ZERO), None);
    }

    #[test]
    fn comparison_is_exact_where_products_would_not_fit() {
        let a = Exact::new(i128::MAX, i128::MAX - 1).unwrap();
        let b = Exact::new(i128::MAX - 1, i128::MAX - 2).unwrap();
        assert!(a < b);
    }

    #[test]
    fn refuses_what_is_not_a_plain_decimal() {
        for text in ["", "-", ".5", "5.", "1e3", "1,000", "０", "1.2.3", "99999999999999999999999999999999999999999"] {
            assert!(text.parse::<Exact>().is_err(), "{text}");
        }
    }
}
