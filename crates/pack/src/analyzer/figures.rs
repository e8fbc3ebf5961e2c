//! Document numbers, dates and amounts: one token each, however they are written.

use super::is_han;

/// A document number taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentNumber {
    /// Folded Han characters in front, e.g. `长经开管发`; empty where none were given.
    pub prefix: String,
    /// 0 for orders (令), which have no year.
    pub year: u32,
    pub serial: u32,
    /// Of the digits in the text, year first.
    pub start: usize,
    pub end: usize,
}

/// Tokens for the figures of a folded text, besides those of its runs.
///
/// Document numbers give `2021-120号`, dates `2021-09-27`, amounts their value in yuan (`5000000元`), percentages `15%`.
///
/// ```
/// use policy_finder_pack::analyzer::{figures, folded};
/// let tokens = |text: &str| figures(&folded(text));
/// assert_eq!(tokens("长经开管发〔2021〕120号"), ["2021-120号"]);
/// assert_eq!(tokens("2021年9月27日起，给予５００万元、0.5亿元"), ["2021-09-27", "5000000元", "50000000元"]);
/// assert_eq!(tokens("按15%给予"), ["15%"]);
/// ```
pub fn figures(text: &[char]) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_digit() || (at > 0 && text[at - 1].is_alphanumeric() && !is_han(text[at - 1])) {
            at += 1;
            continue;
        }
        let (token, end) = date(text, at).or_else(|| amount(text, at)).unzip();
        if let Some(token) = token {
            tokens.push(token);
        }
        at = end.unwrap_or_else(|| digits(text, at).1.max(at + 1));
    }
    tokens.extend(document_numbers(text).into_iter().map(|n| format!("{}-{}号", n.year, n.serial)));
    tokens
}

/// A run of ASCII digits: its value (`None` past nine digits) and end.
fn digits(text: &[char], at: usize) -> (Option<u32>, usize) {
    let end = at + text[at..].iter().take_while(|c| c.is_ascii_digit()).count();
    let value = (1..=9).contains(&(end - at)).then(|| number(&text[at..end]));
    (value, end)
}

fn number(digits: &[char]) -> u32 {
    digits.iter().fold(0, |n, &c| n * 10 + (c as u32 - '0' as u32))
}

fn is_year(value: u32) -> bool {
    (1900..=2099).contains(&value)
}

fn date(text: &[char], at: usize) -> Option<(String, usize)> {
    let part = |at: usize| {
        text.get(at).filter(|c| c.is_ascii_digit()).and_then(|_| {
            let (value, end) = digits(text, at);
            Some((value?, end))
        })
    };
    let (year, end) = part(at).filter(|&(year, end)| is_year(year) && end == at + 4)?;
    let mark = *text.get(end)?;
    let (month, end) = part(end + 1).filter(|(month, _)| (1..=12).contains(month))?;
    let second = text.get(end).copied();
    match mark {
        '年' if second == Some('月') => match part(end + 1) {
            Some((day, end)) if (1..=31).contains(&day) && text.get(end) == Some(&'日') => {
                Some((format!("{year:04}-{month:02}-{day:02}"), end + 1))
            }
            _ => Some((format!("{year:04}-{month:02}"), end + 1)),
        },
        '-' | '/' | '.' if second == Some(mark) => {
            let (day, end) = part(end + 1).filter(|(day, _)| (1..=31).contains(day))?;
            Some((format!("{year:04}-{month:02}-{day:02}"), end))
        }
        _ => None,
    }
}

/// `1.2亿元` as `120000000元`, `15%` as itself.
fn amount(text: &[char], at: usize) -> Option<(String, usize)> {
    let whole_end = digits(text, at).1;
    let mut end = whole_end;
    if text.get(end) == Some(&'.') && text.get(end + 1).is_some_and(char::is_ascii_digit) {
        end = digits(text, end + 1).1;
    }
    if text.get(end) == Some(&'%') {
        return Some((text[at..=end].iter().collect(), end + 1));
    }
    let fraction: Vec<char> = text[(whole_end + 1).min(end)..end].to_vec();
    let mut zeros = 0;
    while let Some(power) = text.get(end).and_then(|c| match c {
        '百' => Some(2),
        '千' => Some(3),
        '万' => Some(4),
        '亿' => Some(8),
        _ => None,
    }) {
        zeros += power;
        end += 1;
    }
    if text.get(end) != Some(&'元') || zeros > 16 || end - at > 32 {
        return None;
    }
    let mut value: String = text[at..whole_end].iter().collect();
    let kept = fraction.len().min(zeros);
    value.extend(&fraction[..kept]);
    value.extend(std::iter::repeat_n('0', zeros - kept));
    let rest: String = fraction[kept..].iter().collect();
    let rest = rest.trim_end_matches('0');
    let value = value.trim_start_matches('0');
    let value = if value.is_empty() { "0" } else { value };
    let point = if rest.is_empty() { "" } else { "." };
    Some((format!("{value}{point}{rest}元"), end + 1))
}

/// Document numbers with their brackets, as officials write them: `〔2021〕120号`, and orders `令第586号`.
pub fn document_numbers(text: &[char]) -> Vec<DocumentNumber> {
    let mut numbers = Vec::new();
    for (at, &c) in text.iter().enumerate() {
        if is_open(c) {
            let Some((year, end)) = text.get(at + 1).filter(|c| c.is_ascii_digit()).map(|_| digits(text, at + 1))
            else {
                continue;
            };
            let Some(year) = year.filter(|&y| is_year(y)) else { continue };
            if !text.get(end).copied().is_some_and(is_close) {
                continue;
            }
            if let Some((serial, close)) = serial(text, end + 1)
                && text.get(close) == Some(&'号')
            {
                let prefix = prefix(text, at);
                numbers.push(DocumentNumber { prefix, year, serial, start: at + 1, end: close });
            }
        } else if c == '令'
            && let Some((serial, close)) = serial(text, at + 1)
            && text.get(close) == Some(&'号')
        {
            let prefix = prefix(text, at + 1);
            numbers.push(DocumentNumber { prefix, year: 0, serial, start: at + 1, end: close });
        }
    }
    numbers
}

/// Reads a whole text as a document number, in any spelling somebody may type.
///
/// ```
/// use policy_finder_pack::analyzer::{document_number, folded};
/// let read = |text: &str| document_number(&folded(text)).map(|n| (n.prefix, n.year, n.serial));
/// let plan = Some(("长经开管发".to_owned(), 2021, 120));
/// for spelling in ["长经开管发〔2021〕120号", "长经开管发[2021]120", "长经开管发（2021）第120号", "长经开管发 2021 120", "长经开管发2021120号"] {
///     assert_eq!(read(spelling), plan, "{spelling}");
/// }
/// assert_eq!(read("2021 120号"), Some((String::new(), 2021, 120)));
/// assert_eq!(read("第586号令"), Some(("令".to_owned(), 0, 586)));
/// assert_eq!(read("2021年高新技术企业"), None);
/// ```
pub fn document_number(text: &[char]) -> Option<DocumentNumber> {
    let first = text.iter().position(char::is_ascii_digit)?;
    let mut prefix: String = text[..first].iter().filter(|c| is_han(**c)).collect();
    while let Some(stripped) = prefix.strip_suffix(['第', '字', '号']) {
        prefix = stripped.to_owned();
    }
    let (value, end) = digits(text, first);
    let mut rest = end;
    let skip = |at: &mut usize| {
        while text.get(*at).is_some_and(|c| !is_han(*c) && !c.is_alphanumeric() || matches!(c, '第' | '年' | '字')) {
            *at += 1;
        }
    };
    let (year, serial, end) = match value {
        Some(year) if is_year(year) && end == first + 4 => {
            skip(&mut rest);
            match text.get(rest).filter(|c| c.is_ascii_digit()).map(|_| digits(text, rest)) {
                Some((Some(serial), close)) => (year, serial, close),
                _ if prefix.ends_with('令') => (0, year, end),
                _ => return None,
            }
        }
        Some(_) if (5..=8).contains(&(end - first)) && text.get(end) == Some(&'号') => {
            let (year, serial) = text[first..end].split_at(4);
            (number(year), number(serial), end)
        }
        Some(serial) => (0, serial, end),
        None => return None,
    };
    let mut tail: Vec<char> = text[end..].iter().copied().filter(|c| is_han(*c) || c.is_alphanumeric()).collect();
    if tail.first() == Some(&'号') {
        tail.remove(0);
    }
    if tail.first() == Some(&'令') && year == 0 {
        tail.remove(0);
        prefix.push('令');
    }
    if !tail.is_empty() || (year != 0 && !is_year(year)) {
        return None;
    }
    // A bare number is a document number only where something says so.
    let says_so = year != 0 || prefix.ends_with('令');
    (says_so && serial > 0).then_some(DocumentNumber { prefix, year, serial, start: first, end })
}

fn serial(text: &[char], mut at: usize) -> Option<(u32, usize)> {
    if text.get(at) == Some(&'第') {
        at += 1;
    }
    text.get(at).filter(|c| c.is_ascii_digit())?;
    let (value, end) = digits(text, at);
    Some((value.filter(|_| end - at <= 6)?, end))
}

fn prefix(text: &[char], end: usize) -> String {
    let start = end - text[..end].iter().rev().take_while(|c| is_han(**c)).take(20).count();
    text[start..end].iter().collect()
}

fn is_open(c: char) -> bool {
    matches!(c, '〔' | '[' | '(' | '【' | '﹝' | '{' | '<' | '〈')
}

fn is_close(c: char) -> bool {
    matches!(c, '〕' | ']' | ')' | '】' | '﹞' | '}' | '>' | '〉')
}
