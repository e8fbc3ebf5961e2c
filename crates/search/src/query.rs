//! Here is what a visitor typed: what must be there, what must not, what is asked for?

use policy_finder_pack::analyzer::{self, DocumentNumber};

/// Characters of a query that are looked at: the rest of a pasted page says nothing more.
const LONGEST: usize = 256;

/// What a query may ask of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Number,
    Issuer,
    Department,
    Topic,
    Level,
    Year,
}

const FIELDS: [(&str, Field); 9] = [
    ("标题", Field::Title),
    ("文号", Field::Number),
    ("发文机关", Field::Issuer),
    ("责任部门", Field::Department),
    ("部门", Field::Department),
    ("主题", Field::Topic),
    ("层级", Field::Level),
    ("年份", Field::Year),
    ("年", Field::Year),
];

/// A query taken apart. Whatever is typed has a reading; nothing is an error.
///
/// `"专精特新"` must stand in the text as it is, `-补贴` must not stand there, `标题:人才` must stand in the title; the
/// rest is ranked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Query {
    /// Folded; phrases are part of it.
    pub text: Vec<char>,
    pub phrases: Vec<Vec<char>>,
    /// There is text besides the phrases.
    pub loose: bool,
    pub excluded: Vec<Vec<char>>,
    /// `标题:人才 年份:2025`
    pub fields: Vec<(Field, String)>,
    pub number: Option<DocumentNumber>,
}

impl Query {
    pub fn parse(typed: &str) -> Query {
        let typed: Vec<char> = typed.chars().take(LONGEST).map(analyzer::fold).collect();
        let mut query = Query::default();
        let mut at = 0;
        while at < typed.len() {
            let fresh = at == 0 || typed[at - 1].is_whitespace();
            if let Some(close) = closing(typed[at])
                && let Some(length) = typed[at + 1..].iter().position(|&c| c == close).filter(|&n| n > 0)
            {
                let phrase = typed[at + 1..at + 1 + length].to_vec();
                query.text.push(' ');
                query.text.extend(&phrase);
                query.text.push(' ');
                if analyzer::runs(&phrase).next().is_some() {
                    query.phrases.push(phrase);
                }
                at += length + 2;
            } else if fresh && let Some((field, value, length)) = field(&typed[at..]) {
                query.fields.push((field, value));
                at += length;
            } else if fresh && matches!(typed[at], '-' | '−') && typed.get(at + 1).is_some_and(|c| c.is_alphanumeric())
            {
                let word: Vec<char> = typed[at + 1..].iter().copied().take_while(|c| !c.is_whitespace()).collect();
                at += word.len() + 1;
                query.excluded.push(word);
            } else {
                query.loose |= typed[at].is_alphanumeric();
                query.text.push(typed[at]);
                at += 1;
            }
        }
        query.number = analyzer::document_number(&query.text);
        query
    }
}

/// A field, its value and their length.
fn field(text: &[char]) -> Option<(Field, String, usize)> {
    let colon = text.iter().take(6).position(|&c| c == ':')?;
    let name: String = text[..colon].iter().collect();
    let (_, field) = FIELDS.into_iter().find(|(known, _)| *known == name)?;
    let value: String = text[colon + 1..].iter().take_while(|c| !c.is_whitespace()).collect();
    let length = colon + 1 + value.chars().count();
    (!value.is_empty()).then_some((field, value, length))
}

fn closing(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '“' => Some('”'),
        '「' => Some('」'),
        '『' => Some('』'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, text: &str, phrases: &[&str], excluded: &[&str]) {
        let strings = |list: &[Vec<char>]| list.iter().map(|c| c.iter().collect::<String>()).collect::<Vec<_>>();
        let query = Query::parse(typed);
        assert_eq!(query.text.iter().collect::<String>().trim(), text, "{typed}");
        assert_eq!(strings(&query.phrases), phrases, "{typed}");
        assert_eq!(strings(&query.excluded), excluded, "{typed}");
    }

    #[test]
    fn quotes_and_minus() {
        check("“专精特新” 补贴", "专精特新  补贴", &["专精特新"], &[]);
        check("补贴 -人才", "补贴", &[], &["人才"]);
        check("补贴 标题:人才", "补贴", &[], &[]);
        check("层级: 省级", "层级: 省级", &[], &[]);
        check("A-B 2021-120", "a-b 2021-120", &[], &[]);
    }

    #[test]
    fn unfinished_marks_are_text() {
        check("\"专精特新", "\"专精特新", &[], &[]);
        check("- ", "-", &[], &[]);
        check("\"\"", "\"\"", &[], &[]);
    }
}
