//! Chinese numbering and the anchors made of it: 第三条(一) is `#3.1`.

/// Kinds of numbering, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Numbering {
    /// 附件1
    Annex,
    /// 第一编
    Part,
    /// 第一章
    Chapter,
    /// 第一节
    Section,
    /// 第一条
    Article,
    /// 一、
    Item,
    /// (一)
    SubItem,
    /// 1.
    Point,
    /// (1)
    SubPoint,
    /// ①
    Circle,
}

/// The number that a heading or paragraph begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    pub kind: Numbering,
    /// Its part of an anchor: `3`, `ch1`, `annex2`.
    pub component: String,
    /// As printed: `第三条`, `二`, `(三)`.
    pub label: String,
    /// Bytes of the text up to the words after it.
    pub length: usize,
}

const DIGITS: &str = "零〇一二三四五六七八九";

/// Reads a number from the front of a line.
///
/// ```
/// use policy_finder_compiler::anchors::{Numbering, read};
/// let number = read("第二十一条之一 资金").unwrap();
/// assert_eq!((number.kind, number.component.as_str()), (Numbering::Article, "21-1"));
/// assert_eq!(read("(三)动态发布").unwrap().component, "3");
/// assert!(read("1.5亿元以上").is_none());
/// ```
pub fn read(line: &str) -> Option<Number> {
    read_annex(line)
        .or_else(|| read_ordinal(line))
        .or_else(|| read_item(line))
        .or_else(|| read_bracketed(line))
        .or_else(|| read_point(line))
        .or_else(|| read_circle(line))
}

fn read_annex(line: &str) -> Option<Number> {
    let rest = line.strip_prefix("附件")?;
    let (value, length) = numeral(rest).unwrap_or((0, 0));
    let after = &rest[length..];
    // «附件材料» is a word, «附件1» and a bare «附件:» are numbers.
    if value == 0 && !(after.is_empty() || after.starts_with([':', '\u{ff1a}'])) {
        return None;
    }
    let component = if value == 0 { "annex".to_owned() } else { format!("annex{value}") };
    let end = line.len() - after.trim_start_matches([':', '\u{ff1a}', '.', '、', ' ', '\u{3000}']).len();
    Some(Number { kind: Numbering::Annex, component, label: line[..line.len() - after.len()].to_owned(), length: end })
}

fn read_ordinal(line: &str) -> Option<Number> {
    let rest = line.strip_prefix('第')?;
    let (value, length) = numeral(rest)?;
    let after = &rest[length..];
    let unit = after.chars().next()?;
    let (kind, prefix) = match unit {
        '编' => (Numbering::Part, "part"),
        '章' => (Numbering::Chapter, "ch"),
        '节' => (Numbering::Section, "s"),
        '条' => (Numbering::Article, ""),
        _ => return None,
    };
    let mut component = format!("{prefix}{value}");
    let mut after = &after[unit.len_utf8()..];
    if let Some((insert, length)) = after.strip_prefix('之').and_then(numeral) {
        component += &format!("-{insert}");
        after = &after['之'.len_utf8() + length..];
    }
    let label = line[..line.len() - after.len()].to_owned();
    let words = after.trim_start_matches([' ', '\u{3000}', ':', '\u{ff1a}']);
    Some(Number { kind, component, label, length: line.len() - words.len() })
}

fn read_item(line: &str) -> Option<Number> {
    let (value, length) = chinese(line)?;
    let rest = line[length..].strip_prefix('、')?;
    let label = line[..length].to_owned();
    Some(Number {
        kind: Numbering::Item,
        component: value.to_string(),
        label,
        length: line.len() - rest.trim_start().len(),
    })
}

fn read_bracketed(line: &str) -> Option<Number> {
    let rest = line.strip_prefix(['(', '\u{ff08}'])?;
    let (value, length) = numeral(rest)?;
    let kind = if rest.as_bytes()[0].is_ascii_digit() { Numbering::SubPoint } else { Numbering::SubItem };
    let after = rest[length..].strip_prefix([')', '\u{ff09}'])?;
    let label = format!("({})", &rest[..length]);
    Some(Number { kind, component: value.to_string(), label, length: line.len() - after.trim_start().len() })
}

fn read_point(line: &str) -> Option<Number> {
    let length = line.bytes().take_while(u8::is_ascii_digit).count();
    let value: u32 = line[..length].parse().ok().filter(|_| length <= 3)?;
    let after = line[length..].strip_prefix(['.', '\u{ff0e}', '、'])?;
    if after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let label = line[..length].to_owned();
    Some(Number {
        kind: Numbering::Point,
        component: value.to_string(),
        label,
        length: line.len() - after.trim_start().len(),
    })
}

fn read_circle(line: &str) -> Option<Number> {
    let circle = line.chars().next().filter(|c| ('①'..='⑳').contains(c))?;
    let value = circle as u32 - '①' as u32 + 1;
    let rest = line[circle.len_utf8()..].trim_start();
    Some(Number {
        kind: Numbering::Circle,
        component: value.to_string(),
        label: circle.to_string(),
        length: line.len() - rest.len(),
    })
}

/// A Chinese or Arabic number and its length in bytes.
fn numeral(text: &str) -> Option<(u32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return text[..digits].parse().ok().map(|value| (value, digits));
    }
    chinese(text)
}

/// A Chinese number up to 9999: `二十一`, `一百零三`.
fn chinese(text: &str) -> Option<(u32, usize)> {
    let (mut total, mut current, mut length) = (0u32, None::<u32>, 0);
    for c in text.chars() {
        let factor = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => {
                let Some(position) = DIGITS.chars().position(|d| d == c) else { break };
                // Both 零 and 〇 are zero.
                current = Some(current.unwrap_or(0).checked_mul(10)?.checked_add(position.saturating_sub(1) as u32)?);
                length += c.len_utf8();
                continue;
            }
        };
        total = total.checked_add(current.take().filter(|&n| n > 0).unwrap_or(1).checked_mul(factor)?)?;
        length += c.len_utf8();
    }
    (length > 0).then(|| (total + current.unwrap_or(0), length))
}
