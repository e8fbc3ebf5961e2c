//! The check character of a 统一社会信用代码 (GB 32100-2015).

use policy_finder_pack::analyzer::fold;

/// Values 0 to 30: digits and letters without i, o, s, v and z, folded.
const ALPHABET: &str = "0123456789abcdefghjklmnpqrtuwxy";

/// What to do about a code that looks wrong, in Chinese. The register has issued codes that fail the check: a reason to
/// look again, never to refuse.
///
/// ```
/// use policy_finder::credit_code::doubt;
/// assert_eq!(doubt("91350100M000100Y43"), None);
/// assert_eq!(doubt("91350211m0000xuf46"), Some("与校验规则不符,请核对;可以照用"));
/// assert!(doubt("91350100M000100Y4").is_some() && doubt("9135O100M000100Y43").is_some());
/// ```
pub fn doubt(code: &str) -> Option<&'static str> {
    let mut sum = 0;
    let mut weight = 1;
    let mut length = 0;
    for character in code.chars().map(fold) {
        let value = ALPHABET.find(character);
        // The check character has the weight 1: the whole sum is a multiple of 31. What is no character of a code
        // spoils the length.
        sum += value.unwrap_or(0) * if length == 17 { 1 } else { weight };
        weight = weight * 3 % 31;
        length += if value.is_some() { 1 } else { 19 };
    }
    (length != 18 || sum % 31 != 0).then_some("与校验规则不符,请核对;可以照用")
}
