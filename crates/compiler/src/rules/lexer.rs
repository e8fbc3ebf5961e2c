//! Here is an expression as text: which words is it made of?

use std::ops::Range;

use policy_finder_pack::units::{self, Quantity, is_name_char};
use policy_finder_pack::{Date, Dimension};

use super::Fault;
use crate::keys::closest;

/// One word of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(Quantity),
    Year(i32),
    Date(Date),
    /// Names and keywords.
    Name(String),
    /// `+ - × / = ≠ < ≤ > ≥ ( ) [ ] , . :`
    Symbol(char),
    /// (含), (不含)
    Edge(bool),
    /// 至
    To,
    /// 以上
    Above,
    /// 以下
    Below,
    /// `{甲, 乙}`: names with their places, any characters in them.
    Set(Vec<(String, Range<usize>)>),
    /// What stands in 已获(…) and 应得(…): `本条`, `park-2021-120#ru-gui`.
    Reference(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Spanned {
    pub token: Token,
    pub span: Range<usize>,
}

/// Splits an expression into words.
pub fn read(text: &str) -> Result<Vec<Spanned>, Fault> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    while lexer.step()? {}
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Spanned>,
}

impl Lexer<'_> {
    fn push(&mut self, token: Token, length: usize) {
        self.tokens.push(Spanned { token, span: self.at..self.at + length });
        self.at += length;
    }

    fn step(&mut self) -> Result<bool, Fault> {
        let rest = &self.text[self.at..];
        let Some(c) = rest.chars().next() else { return Ok(false) };
        if c.is_whitespace() {
            self.at += c.len_utf8();
            return Ok(true);
        }
        // Directly behind a bound, 至 以上 以下 are words of the range and not the beginning of a name.
        if matches!(self.tokens.last(), Some(Spanned { token: Token::Edge(_), .. }))
            && let Some((token, length)) = range_word(rest)
        {
            self.push(token, length);
            return Ok(true);
        }
        if c.is_ascii_digit() {
            return self.number().map(|()| true);
        }
        if is_name_char(c) {
            return self.name().map(|()| true);
        }
        for (edge, inclusive) in
            [("(含)", true), ("\u{ff08}含\u{ff09}", true), ("(不含)", false), ("\u{ff08}不含\u{ff09}", false)]
        {
            if rest.starts_with(edge) {
                self.push(Token::Edge(inclusive), edge.len());
                return Ok(true);
            }
        }
        if c == '{' || c == '\u{ff5b}' {
            return self.set().map(|()| true);
        }
        let two = [(">=", '≥'), ("<=", '≤'), ("!=", '≠'), ("<>", '≠'), ("==", '=')];
        if let Some((written, symbol)) = two.iter().find(|(written, _)| rest.starts_with(written)) {
            self.push(Token::Symbol(*symbol), written.len());
            return Ok(true);
        }
        let symbol = match c {
            '+' | '-' | '×' | '/' | '=' | '≠' | '<' | '≤' | '>' | '≥' | '(' | ')' | '[' | ']' | ',' | '.' | ':' => {
                c
            }
            '\u{ff0b}' => '+',
            '\u{ff0d}' | '\u{2212}' | '\u{2013}' => '-',
            '*' | '\u{ff0a}' | '\u{2715}' => '×',
            '÷' | '\u{ff0f}' => '/',
            '\u{ff1d}' => '=',
            '\u{ff1c}' => '<',
            '\u{ff1e}' => '>',
            '\u{2267}' | '\u{2a7e}' => '≥',
            '\u{2266}' | '\u{2a7d}' => '≤',
            '\u{ff08}' => '(',
            '\u{ff09}' => ')',
            '\u{ff3b}' | '\u{3010}' => '[',
            '\u{ff3d}' | '\u{3011}' => ']',
            '\u{ff0c}' | '、' => ',',
            '\u{ff1a}' => ':',
            '\u{ff10}'..='\u{ff19}' => {
                return Err(Fault::new(
                    self.at..self.at + c.len_utf8(),
                    "full_width_digit",
                    "full-width digits cannot be read",
                )
                .hint("write digits half-width: 0 to 9"));
            }
            _ => {
                let span = self.at..self.at + c.len_utf8();
                return Err(Fault::new(span, "unexpected_character", format!("“{c}” means nothing in an expression"))
                    .hint("names, numbers with units and + - × / = ≠ < ≤ > ≥ ( ) are allowed"));
            }
        };
        self.push(Token::Symbol(symbol), c.len_utf8());
        Ok(true)
    }

    fn number(&mut self) -> Result<(), Fault> {
        let rest = &self.text[self.at..];
        if let Some((token, length)) = calendar(rest) {
            self.push(token, length);
        } else {
            let Some(quantity) = units::scan(rest) else {
                let length = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
                return Err(Fault::new(self.at..self.at + length, "bad_number", "the number has too many digits"));
            };
            let length = quantity.length;
            self.push(Token::Number(quantity), length);
        }
        let rest = &self.text[self.at..];
        if let Some((token, length)) = range_word(rest) {
            self.push(token, length);
            return Ok(());
        }
        if rest.starts_with(is_name_char) {
            return Err(self.bad_unit());
        }
        Ok(())
    }

    /// Something stands right behind a number that is no unit.
    fn bad_unit(&self) -> Fault {
        let start = self.tokens.last().map_or(self.at, |token| token.span.start);
        let digits = self.text[start..].bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
        let words = &self.text[start + digits..];
        let length = words.find(|c: char| !is_name_char(c)).unwrap_or(words.len());
        let unit = &words[..length];
        let span = start..start + digits + length;
        let fault = Fault::new(span, "unknown_unit", format!("no unit “{unit}”"));
        let near = match unit {
            "万" => Some("万元"),
            "亿" => Some("亿元"),
            _ => closest(unit, units::names()).or_else(|| units::unit_prefix(unit).map(|u| u.name)),
        };
        match near {
            Some(near) if unit.starts_with(near) => {
                fault.hint(format!("did you mean {near}? put a space behind the unit"))
            }
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint("units are 元, 万元, 亿元, 人, %, 平方米, 月, 年 and the like"),
        }
    }

    fn name(&mut self) -> Result<(), Fault> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !is_name_char(c)).unwrap_or(rest.len());
        let name = rest[..length].to_owned();
        let refers = matches!(name.as_str(), "已获" | "应得");
        self.push(Token::Name(name), length);
        let rest = &self.text[self.at..];
        if refers && let Some(bracket) = rest.chars().next().filter(|c| matches!(c, '(' | '\u{ff08}')) {
            self.push(Token::Symbol('('), bracket.len_utf8());
            let rest = &self.text[self.at..];
            let end = rest.find([',', '\u{ff0c}', ')', '\u{ff09}']).unwrap_or(rest.len());
            let word = rest[..end].trim().to_owned();
            self.push(Token::Reference(word), end);
        }
        Ok(())
    }

    fn set(&mut self) -> Result<(), Fault> {
        let rest = &self.text[self.at..];
        let open = rest.chars().next().map_or(1, char::len_utf8);
        let Some(close) = rest.find(['}', '\u{ff5d}']) else {
            return Err(
                Fault::new(self.at..self.text.len(), "open_set", "the set is not closed").hint("close it with }")
            );
        };
        let mut names = Vec::new();
        let mut at = open;
        for part in rest[open..close].split_inclusive([',', '\u{ff0c}', '、']) {
            let start = at;
            at += part.len();
            let word = part.trim_end_matches([',', '\u{ff0c}', '、']).trim();
            if word.is_empty() {
                continue;
            }
            let lead = part.find(word).unwrap_or(0);
            let from = self.at + start + lead;
            names.push((word.to_owned(), from..from + word.len()));
        }
        let brace = rest[close..].chars().next().map_or(1, char::len_utf8);
        self.push(Token::Set(names), close + brace);
        Ok(())
    }
}

fn range_word(rest: &str) -> Option<(Token, usize)> {
    let words = [("至", Token::To), ("以上", Token::Above), ("以下", Token::Below)];
    words.into_iter().find(|(word, _)| rest.starts_with(word)).map(|(word, token)| (token, word.len()))
}

/// `2024年`, `2024年6月30日`; four digits from 1900 to 2199 before 年 are a year, other numbers are durations.
fn calendar(text: &str) -> Option<(Token, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let year: i32 = text[..digits].parse().ok().filter(|year| digits == 4 && (1900..=2199).contains(year))?;
    let after = text[digits..].strip_prefix('年')?;
    let number = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text[..digits].parse::<u8>().ok().map(|value| (value, digits))
    };
    let day = || {
        let (month, digits) = number(after)?;
        let rest = after[digits..].strip_prefix('月')?;
        let (day, digits) = number(rest)?;
        let rest = rest[digits..].strip_prefix('日')?;
        Some((Date::new(year, month, day)?, text.len() - rest.len()))
    };
    Some(match day() {
        Some((date, length)) => (Token::Date(date), length),
        None => (Token::Year(year), digits + '年'.len_utf8()),
    })
}

/// Whether a quantity is zero and says nothing of its unit, so that it fits any.
pub fn is_bare_zero(quantity: &Quantity) -> bool {
    quantity.value.is_zero() && quantity.dimension == Dimension::RATIO && !quantity.has_unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let tokens = read(text).unwrap();
        tokens.into_iter().map(|t| text[t.span].to_owned()).collect()
    }

    #[test]
    fn ranges_split_behind_their_bounds_only() {
        assert_eq!(words("1亿元(含)至5亿元(不含)"), ["1亿元", "(含)", "至", "5亿元", "(不含)"]);
        assert_eq!(words("产值[上年] × 档.分界(不含)以上").last().unwrap(), "以上");
        assert_eq!(words("5年(含)以下"), ["5年", "(含)", "以下"]);
        assert_eq!(words("以上年度产值 + 1元"), ["以上年度产值", "+", "1元"]);
    }

    #[test]
    fn years_dates_and_durations_are_told_apart() {
        let token = |text| read(text).unwrap().remove(0).token;
        assert_eq!(token("2024年"), Token::Year(2024));
        assert_eq!(token("2024年6月30日"), Token::Date("2024-06-30".parse().unwrap()));
        assert!(matches!(token("3年"), Token::Number(_)));
        assert!(matches!(token("2000千瓦时/千瓦"), Token::Number(_)));
    }

    #[test]
    fn a_wrong_unit_names_the_near_one() {
        let fault = read("产值 ≥ 10万圆").unwrap_err();
        assert_eq!((fault.code, fault.message.as_str()), ("unknown_unit", "no unit “万圆”"));
        assert_eq!(&"产值 ≥ 10万圆"[fault.span], "10万圆");
    }

    #[test]
    fn references_and_sets_take_any_characters() {
        let tokens = read("已获(park-2021-120#a, 本年) > 0元").unwrap();
        assert_eq!(tokens[2].token, Token::Reference("park-2021-120#a".to_owned()));
        let Token::Set(names) = read("板块 属于 {新三板, 境外(主板)}").unwrap().remove(2).token else {
            panic!()
        };
        assert_eq!(names[1].0, "境外(主板)");
    }
}
