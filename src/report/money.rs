use policy_finder_pack::Exact;
use rust_decimal::Decimal;

/// Money as it crosses the border: yuan with exactly two decimals, half up to the fen. `None` beyond 28 digits.
///
/// ```
/// use policy_finder::report::yuan;
/// use policy_finder_pack::Exact;
/// assert_eq!(yuan(Exact::integer(204_000)).unwrap().to_string(), "204000.00");
/// assert_eq!(yuan(Exact::new(200_000, 3).unwrap()).unwrap().to_string(), "66666.67");
/// ```
pub fn yuan(amount: Exact) -> Option<Decimal> {
    let fen = amount.round_to(Exact::FEN)?.checked_div(Exact::FEN)?;
    Decimal::try_from_i128_with_scale(fen.numerator(), 2).ok()
}

/// The inverse of [`yuan`].
pub fn exact(yuan: Decimal) -> Exact {
    Exact::new(yuan.mantissa(), 10i128.pow(yuan.scale())).expect("a scale is at most 28, a mantissa has 96 bits")
}

/// Both ends of an amount. What is too large to be written still bounds from below, and bounds nothing from above.
pub fn yuan_range((low, high): (Exact, Option<Exact>)) -> (Decimal, Option<Decimal>) {
    (yuan(low).unwrap_or(Decimal::MAX), high.and_then(yuan))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_too_large_to_write_is_open_above_and_a_bound_below() {
        let huge = Exact::new(i128::MAX, 1).unwrap();
        assert_eq!(yuan(huge), None);
        assert_eq!(exact(Decimal::new(-1_250, 2)), "-12.5".parse().unwrap());
        assert_eq!(yuan_range((huge, Some(huge))), (Decimal::MAX, None));
        assert_eq!(yuan_range((Exact::ZERO, None)).0.to_string(), "0.00");
    }
}
