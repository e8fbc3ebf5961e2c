//! The check character of a 统一社会信用代码 (GB 32100-2015).

/// Values 0 to 30: digits and capitals without I, O, S, V and Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// What looks wrong about a code, in Chinese. The register has issued codes that fail the check: a reason to look
/// again, never to refuse.
///
/// ```
/// use policy_finder::credit_code::doubt;
/// assert_eq!(doubt("91350100M000100Y43"), None);
/// assert_eq!(doubt("91350211m0000xuf46"), Some("校验位不符,请核对;确实如此的可以照用"));
/// ```
pub fn doubt(code: &str) -> Option<&'static str> {
    let mut sum = 0;
    let mut weight = 1;
    let mut length = 0;
    for character in code.trim().chars() {
        // Full-width letters and digits are what Chinese input methods type.
        let folded = match character {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xfee0).unwrap_or(character),
            other => other,
        };
        let Some(value) = ALPHABET.find(folded.to_ascii_uppercase()) else {
            return Some("应为18位数字和大写字母,不含 I、O、S、V、Z,请核对");
        };
        // The check character has the weight 1: the whole sum is a multiple of 31.
        sum += value * if length == 17 { 1 } else { weight };
        weight = weight * 3 % 31;
        length += 1;
    }
    match length {
        18 if sum % 31 == 0 => None,
        18 => Some("校验位不符,请核对;确实如此的可以照用"),
        _ => Some("应为18位数字和大写字母,不含 I、O、S、V、Z,请核对"),
    }
}
