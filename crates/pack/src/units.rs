//! Units of measurement as dimensions with exact factors, and quantities as officials write them: `1.2亿元`, `30元/平方米/月`.

use std::fmt;

use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::Exact;

/// A unit that is not derived from others; money is the first, the month the fifth. Every counter (个, 台, 家, …) is a dimension of its own.
const BASES: [&str; 26] = [
    "元",
    "美元",
    "人",
    "平方米",
    "月",
    "天",
    "小时",
    "吨",
    "吨标煤",
    "千瓦时",
    "千瓦",
    "个",
    "台",
    "项",
    "家",
    "次",
    "架次",
    "标箱",
    "桩",
    "条",
    "枚",
    "件",
    "名次",
    "级",
    "分",
    "个工作日",
];

/// Name, base unit (`None`: a plain ratio), and the factor to it as numerator and denominator.
#[rustfmt::skip]
const UNITS: [(&str, Option<&str>, i64, i64); 57] = [
    ("元", Some("元"), 1, 1), ("角", Some("元"), 1, 10), ("千元", Some("元"), 1_000, 1), ("百元", Some("元"), 100, 1),
    ("万元", Some("元"), 10_000, 1), ("百万元", Some("元"), 1_000_000, 1), ("千万元", Some("元"), 10_000_000, 1), ("亿元", Some("元"), 100_000_000, 1),
    ("美元", Some("美元"), 1, 1), ("万美元", Some("美元"), 10_000, 1), ("亿美元", Some("美元"), 100_000_000, 1),
    ("人", Some("人"), 1, 1), ("万人", Some("人"), 10_000, 1),
    ("月", Some("月"), 1, 1), ("个月", Some("月"), 1, 1), ("年", Some("月"), 12, 1),
    ("天", Some("天"), 1, 1), ("日", Some("天"), 1, 1), ("小时", Some("小时"), 1, 1),
    ("平方米", Some("平方米"), 1, 1), ("㎡", Some("平方米"), 1, 1), ("万平方米", Some("平方米"), 10_000, 1), ("亩", Some("平方米"), 2_000, 3),
    ("吨", Some("吨"), 1, 1), ("万吨", Some("吨"), 10_000, 1), ("吨标煤", Some("吨标煤"), 1, 1),
    ("千瓦时", Some("千瓦时"), 1, 1), ("度", Some("千瓦时"), 1, 1), ("万千瓦时", Some("千瓦时"), 10_000, 1), ("万度", Some("千瓦时"), 10_000, 1),
    ("千瓦", Some("千瓦"), 1, 1), ("兆瓦", Some("千瓦"), 1_000, 1),
    ("个", Some("个"), 1, 1), ("台", Some("台"), 1, 1), ("项", Some("项"), 1, 1), ("家", Some("家"), 1, 1), ("次", Some("次"), 1, 1),
    ("架次", Some("架次"), 1, 1), ("标箱", Some("标箱"), 1, 1), ("桩", Some("桩"), 1, 1), ("条", Some("条"), 1, 1), ("枚", Some("枚"), 1, 1),
    ("件", Some("件"), 1, 1), ("名次", Some("名次"), 1, 1), ("级", Some("级"), 1, 1), ("分", Some("分"), 1, 1),
    ("倍", None, 1, 1), ("%", None, 1, 100), ("％", None, 1, 100), ("个百分点", None, 1, 100), ("‰", None, 1, 1_000), ("BP", None, 1, 10_000), ("bp", None, 1, 10_000),
    ("台套", Some("台"), 1, 1), ("户", Some("家"), 1, 1), ("工作日", Some("个工作日"), 1, 1), ("个工作日", Some("个工作日"), 1, 1),
];

/// Exponents of base units: money is 元¹, a rent is 元¹·平方米⁻¹·月⁻¹, a ratio has none.
///
/// ```
/// use policy_finder_pack::Dimension;
/// let rent = Dimension::parse("元/平方米/月").unwrap();
/// let area = Dimension::parse("平方米").unwrap();
/// assert_eq!(rent.times(&area), Dimension::parse("元/月").unwrap());
/// assert_eq!(rent.to_string(), "元/平方米/月");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dimension(SmallVec<[(u8, i8); 4]>);

impl Dimension {
    /// A plain ratio.
    pub const RATIO: Dimension = Dimension(SmallVec::new_const());

    fn base(name: &str) -> Dimension {
        let index = BASES.iter().position(|base| *base == name).expect("a base unit");
        Dimension(smallvec![(index as u8, 1)])
    }

    /// 元¹
    pub fn money() -> Dimension {
        Dimension(smallvec![(0, 1)])
    }

    /// 月¹, the dimension of durations counted in months and years.
    pub fn months() -> Dimension {
        Dimension::base("月")
    }

    /// 天¹
    pub fn days() -> Dimension {
        Dimension::base("天")
    }

    /// 个工作日¹: no calendar days, since nobody can turn one into the other without a calendar.
    pub fn workdays() -> Dimension {
        Dimension::base("个工作日")
    }

    pub fn is_ratio(&self) -> bool {
        self.0.is_empty()
    }

    pub fn is_money(&self) -> bool {
        matches!(self.0.as_slice(), [(0, 1)])
    }

    /// Parses `人`, `元/平方米/月`; a leading `/` (as in `/年`) divides a ratio. `None` for an unknown unit.
    pub fn parse(text: &str) -> Option<Dimension> {
        let mut dimension = Dimension::RATIO;
        for (position, name) in text.split('/').map(str::trim).enumerate() {
            if name.is_empty() && position == 0 {
                continue;
            }
            let unit = unit(name)?;
            dimension = if position == 0 { dimension.times(&unit.dimension) } else { dimension.per(&unit.dimension) };
        }
        Some(dimension)
    }

    /// Writes the unit to the end of a text; nothing for a ratio.
    pub fn push_name(&self, out: &mut String) {
        let name = |base: u8| BASES.get(base as usize).copied().unwrap_or("?");
        let mut first = true;
        for &(base, exponent) in self.0.iter().filter(|(_, e)| *e > 0) {
            for _ in 0..exponent {
                if !first {
                    out.push('·');
                }
                out.push_str(name(base));
                first = false;
            }
        }
        for &(base, exponent) in self.0.iter().filter(|(_, e)| *e < 0) {
            for _ in 0..exponent.unsigned_abs() {
                out.push('/');
                out.push_str(name(base));
            }
        }
    }

    /// Whether it is a ratio a month, as annual rates are kept.
    pub fn is_rate(&self) -> bool {
        matches!(self.0.as_slice(), [(4, -1)])
    }

    pub fn times(&self, other: &Dimension) -> Dimension {
        self.combine(other, 1)
    }

    pub fn per(&self, other: &Dimension) -> Dimension {
        self.combine(other, -1)
    }

    fn combine(&self, other: &Dimension, sign: i8) -> Dimension {
        let mut exponents = self.0.clone();
        for &(base, exponent) in &other.0 {
            match exponents.iter_mut().find(|(b, _)| *b == base) {
                Some((_, e)) => *e = e.saturating_add(exponent.saturating_mul(sign)),
                None => exponents.push((base, exponent.saturating_mul(sign))),
            }
        }
        exponents.retain(|(_, e)| *e != 0);
        crate::order::sort(&mut exponents);
        Dimension(exponents)
    }
}

/// As a unit: `元/平方米/月`; empty for a ratio.
impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut name = String::new();
        self.push_name(&mut name);
        f.write_str(&name)
    }
}

/// A named unit: its dimension and the factor to base units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub name: &'static str,
    pub dimension: Dimension,
    pub factor: Exact,
}

/// ```
/// use policy_finder_pack::{Exact, units};
/// assert_eq!(units::unit("万元").unwrap().factor, Exact::integer(10_000));
/// assert!(units::unit("圆").is_none());
/// ```
pub fn unit(name: &str) -> Option<Unit> {
    UNITS.iter().find(|(n, ..)| *n == name).map(build)
}

/// The longest unit that `text` begins with.
pub fn unit_prefix(text: &str) -> Option<Unit> {
    let first = *text.as_bytes().first()?;
    let begins = |n: &&str| n.as_bytes()[0] == first && text.starts_with(*n);
    UNITS.iter().filter(|(n, ..)| begins(n)).max_by_key(|(n, ..)| n.len()).map(build)
}

/// Names of all units, for messages that suggest one.
pub fn names() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|&(name, ..)| name)
}

fn build(&(name, base, numerator, denominator): &(&'static str, Option<&'static str>, i64, i64)) -> Unit {
    Unit {
        name,
        dimension: base.map_or(Dimension::RATIO, Dimension::base),
        factor: Exact::new(numerator.into(), denominator.into()).expect("a factor is not zero"),
    }
}

/// A number with its unit, as read from the front of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// In base units.
    pub value: Exact,
    pub dimension: Dimension,
    /// Whether a unit was written at all.
    pub has_unit: bool,
    /// Bytes of the text that were read.
    pub length: usize,
}

/// Reads a quantity from the front of `text`: digits with optional thousands commas and point, then a unit such as
/// `万元` or `元/平方米/月` without a space. `None` where the text does not begin with a digit, or has too many.
///
/// ```
/// use policy_finder_pack::{Exact, units};
/// let read = units::scan("1,200.5万元 × 2").unwrap();
/// assert_eq!((read.value, read.length), (Exact::integer(12_005_000), "1,200.5万元".len()));
/// assert_eq!(units::scan("5000元/个").unwrap().dimension.to_string(), "元/个");
/// ```
pub fn scan(text: &str) -> Option<Quantity> {
    let digits_end = number_length(text)?;
    let mut value: Exact = text[..digits_end].replace(',', "").parse().ok()?;
    let mut dimension = Dimension::RATIO;
    let mut length = digits_end;
    let mut has_unit = false;
    loop {
        let rest = &text[length..];
        let rest = if has_unit {
            let Some(rest) = rest.strip_prefix('/') else {
                break;
            };
            rest
        } else {
            rest
        };
        let Some(unit) = unit_prefix(rest) else { break };
        let after = &rest[unit.name.len()..];
        // `1元/人均` divides by a name, not by the unit 人.
        if has_unit && after.chars().next().is_some_and(is_name_char) {
            break;
        }
        if has_unit {
            value = value.checked_div(unit.factor)?;
            dimension = dimension.per(&unit.dimension);
            length += 1;
        } else {
            value = value.checked_mul(unit.factor)?;
            dimension = dimension.times(&unit.dimension);
        }
        length += unit.name.len();
        has_unit = true;
    }
    Some(Quantity { value, dimension, has_unit, length })
}

/// Whether a character may stand in a name of the rule language.
pub fn is_name_char(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '·' | '_') || c.is_ascii_alphanumeric()
}

fn number_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if !digit(0) {
        return None;
    }
    let mut end = 0;
    while digit(end) {
        end += 1;
    }
    while bytes.get(end) == Some(&b',') && digit(end + 1) && digit(end + 2) && digit(end + 3) && !digit(end + 4) {
        end += 4;
    }
    if bytes.get(end) == Some(&b'.') && digit(end + 1) {
        end += 1;
        while digit(end) {
            end += 1;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_before_a_name_is_division_by_that_name() {
        let read = scan("100元/人均工资").unwrap();
        assert_eq!((read.dimension, read.length), (Dimension::money(), "100元".len()));
    }

    #[test]
    fn ratios_have_exact_factors() {
        for (text, expected) in [("5.5%", "0.055"), ("3‰", "0.003"), ("100BP", "0.01"), ("2", "2")] {
            let read = scan(text).unwrap();
            assert_eq!((read.value, read.dimension), (expected.parse().unwrap(), Dimension::RATIO), "{text}");
        }
    }

    #[test]
    fn annual_rates_are_not_plain_ratios() {
        let read = scan("2%/年").unwrap();
        assert_eq!(read.dimension, Dimension::parse("/月").unwrap());
        assert_eq!(read.value, Exact::new(2, 1200).unwrap());
    }
}
