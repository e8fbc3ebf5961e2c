/// The natural logarithm of a positive number, from additions and multiplications alone: the same bits natively and
/// in WASM, where the platform's own differ in the last place. Error below 1e-12.
pub(super) fn ln(x: f64) -> f64 {
    const LN2: f64 = std::f64::consts::LN_2;
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let mut mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for odd in [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        sum = sum * square + 1.0 / odd;
    }
    2.0 * s * sum + f64::from(exponent) * LN2
}

/// `x^1.5`; the square root is exact on every platform.
pub(super) fn power_1_5(x: f64) -> f64 {
    x * x.sqrt()
}

#[cfg(test)]
mod tests {
    #[test]
    fn agrees_with_the_platform() {
        for x in [1.0, 1.5, 2.0, 0.1, 3.7, 10.0, 55_632.0, 1e9] {
            assert!((super::ln(x) - f64::ln(x)).abs() < 1e-12, "{x}");
        }
    }
}
