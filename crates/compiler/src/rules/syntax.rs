//! Here are the words of an expression: how do they hang together?

use std::ops::Range;

use policy_finder_pack::Date;
use policy_finder_pack::rules::Comparison;
use policy_finder_pack::units::Quantity;

use super::Fault;
use super::lexer::{self, Spanned, Token};

/// An expression and where it stands in its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    pub form: Form,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// `text` is the literal as written.
    Quantity {
        quantity: Quantity,
        text: String,
    },
    Year(i32),
    Date(Date),
    Name(String),
    /// `产值[上年]`
    Indexed {
        name: String,
        year: Box<Ast>,
    },
    Call {
        name: String,
        arguments: Vec<Ast>,
    },
    /// `求和(担保: 担保额)`, `最大(贷款 按 本金 从高到低: 利率)`
    ListCall {
        name: String,
        list: Box<Ast>,
        /// By what, and whether from high to low.
        order: Option<(Box<Ast>, bool)>,
        each: Option<Box<Ast>>,
    },
    /// `已获(本条, 本年)`, `应得(policy#benefit)`
    Reference {
        name: String,
        target: String,
        this_year: bool,
    },
    /// `档.比例`, `星级(原园区星级).标准`
    Column {
        table: String,
        keys: Option<Vec<Ast>>,
        column: String,
        column_span: Range<usize>,
    },
    Binary {
        operator: Operator,
        left: Box<Ast>,
        right: Box<Ast>,
    },
    Negate(Box<Ast>),
    Not(Box<Ast>),
    And(Vec<Ast>),
    Or(Vec<Ast>),
    Compare {
        comparison: Comparison,
        left: Box<Ast>,
        right: Box<Ast>,
    },
    /// 属于, 具有
    Member {
        value: Box<Ast>,
        names: Vec<(String, Range<usize>)>,
        has: bool,
    },
    Between {
        value: Box<Ast>,
        range: Box<RangeAst>,
    },
    If {
        condition: Box<Ast>,
        then: Box<Ast>,
        otherwise: Box<Ast>,
    },
}

/// A range; each end with 含 or 不含.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeAst {
    pub low: Option<(Ast, bool)>,
    pub high: Option<(Ast, bool)>,
}

/// What stands in a key cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum CellAst {
    Range(RangeAst),
    Point(Ast),
}

const KEYWORDS: [&str; 12] =
    ["且", "或", "非", "若", "则", "否则", "属于", "具有", "介于", "按", "从高到低", "从低到高"];

pub const LIST_FUNCTIONS: [&str; 6] = ["求和", "计数", "存在", "全部", "最大", "最小"];

/// Brackets and 若 nested deeper than this are refused.
const MAX_NESTING: usize = 40;

/// Longer expressions are refused: nobody can proof-read them.
const MAX_TOKENS: usize = 300;

/// Parses a whole expression.
pub fn expression(text: &str) -> Result<Ast, Fault> {
    let mut parser = Parser::new(text)?;
    let ast = parser.expr()?;
    parser.end()?;
    Ok(ast)
}

/// Parses a range, or a value where there is no range.
pub fn cell(text: &str) -> Result<CellAst, Fault> {
    let mut parser = Parser::new(text)?;
    let first = parser.sum()?;
    if parser.done() {
        return Ok(CellAst::Point(first));
    }
    let range = parser.range_after(first)?;
    parser.end()?;
    Ok(CellAst::Range(range))
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Spanned>,
    at: usize,
    nesting: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Parser<'a>, Fault> {
        let tokens = lexer::read(text)?;
        if tokens.is_empty() {
            return Err(Fault::new(0..text.len(), "empty_expression", "an expression is missing here"));
        }
        if tokens.len() > MAX_TOKENS {
            return Err(Fault::new(0..text.len(), "too_long", "the expression is too long to be proof-read")
                .hint("name parts of it in let"));
        }
        Ok(Parser { text, tokens, at: 0, nesting: 0 })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|t| &t.token)
    }

    fn done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.text.len()..self.text.len(), |t| t.span.clone())
    }

    fn is_symbol(&self, symbol: char) -> bool {
        self.peek() == Some(&Token::Symbol(symbol))
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Name(name)) if name == word)
    }

    fn take_symbol(&mut self, symbol: char) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn expect_symbol(&mut self, symbol: char, after: &str) -> Result<(), Fault> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.unexpected(&format!("{symbol} is missing {after}"))) }
    }

    fn unexpected(&self, what: &str) -> Fault {
        let span = self.span();
        let found = match &self.text[span.clone()] {
            "" => "the end".to_owned(),
            words => format!("“{words}”"),
        };
        Fault::new(span, "syntax", format!("{what}, found {found}"))
    }

    fn end(&self) -> Result<(), Fault> {
        if self.done() {
            return Ok(());
        }
        let comparison = |token: Option<&Token>| {
            token.and_then(|token| match token {
                Token::Symbol(c) => compares(*c),
                _ => None,
            })
        };
        if comparison(self.peek()).is_some() {
            return Err(Fault::new(self.span(), "chained_comparison", "comparisons cannot be chained")
                .hint("write a range: 产值 介于 1亿元(含)至2亿元(含)"));
        }
        match self.peek() {
            Some(Token::Name(word)) if KEYWORDS.contains(&word.as_str()) => {
                Err(self.unexpected("the expression ends before this word"))
            }
            Some(Token::Above | Token::Below | Token::To | Token::Edge(_)) => {
                Err(Fault::new(self.span(), "range_outside", "a range stands where a value belongs")
                    .hint("write 产值 介于 1亿元(含)至2亿元(含), or compare with ≥ > ≤ <"))
            }
            Some(Token::Name(word)) if times(word) => {
                Err(self.unexpected("an operator is missing").hint("write × between factors"))
            }
            Some(Token::Symbol(',')) => Err(self
                .unexpected("an operator is missing")
                .hint("give each condition its own quotes: [\"…\", \"…\"]; inside one string write 且 or 或")),
            _ => Err(self
                .unexpected("an operator is missing")
                .hint("operators stand between two values: 甲 且 乙, 甲 × 乙")),
        }
    }

    fn expr(&mut self) -> Result<Ast, Fault> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(
                Fault::new(self.span(), "too_deep", "the expression is nested too deeply").hint("name a part in let")
            );
        }
        let result = if self.is_word("若") { self.choice() } else { self.logic() };
        self.nesting -= 1;
        result
    }

    fn choice(&mut self) -> Result<Ast, Fault> {
        let start = self.span().start;
        self.at += 1;
        let condition = self.expr()?;
        if !self.take_word("则") {
            return Err(self.unexpected("则 is missing after the condition of 若"));
        }
        let then = self.expr()?;
        if !self.take_word("否则") {
            return Err(self.unexpected("否则 is missing: 若 always says what holds otherwise"));
        }
        let otherwise = self.expr()?;
        let span = start..otherwise.span.end;
        let form = Form::If { condition: condition.into(), then: then.into(), otherwise: otherwise.into() };
        Ok(Ast { form, span })
    }

    fn logic(&mut self) -> Result<Ast, Fault> {
        let first = self.condition()?;
        let (word, other) = if self.is_word("且") {
            ("且", "或")
        } else if self.is_word("或") {
            ("或", "且")
        } else {
            return Ok(first);
        };
        let mut parts = vec![first];
        while self.take_word(word) {
            parts.push(self.condition()?);
        }
        if self.is_word(other) {
            return Err(Fault::new(self.span(), "mixed_and_or", "且 and 或 stand side by side: which binds first?")
                .hint("add brackets: (甲 且 乙) 或 丙"));
        }
        let span = parts[0].span.start..parts.last().map_or(0, |p| p.span.end);
        Ok(Ast { form: if word == "且" { Form::And(parts) } else { Form::Or(parts) }, span })
    }

    fn condition(&mut self) -> Result<Ast, Fault> {
        let start = self.span().start;
        if self.take_word("非") {
            self.nesting += 1;
            if self.nesting > MAX_NESTING {
                return Err(Fault::new(self.span(), "too_deep", "the expression is nested too deeply"));
            }
            let part = self.condition()?;
            self.nesting -= 1;
            let span = start..part.span.end;
            return Ok(Ast { form: Form::Not(part.into()), span });
        }
        let left = self.sum()?;
        match self.peek().cloned() {
            Some(Token::Symbol(c)) if compares(c).is_some() => {
                self.at += 1;
                let right = self.sum()?;
                if let Some(Token::Symbol(next)) = self.peek()
                    && compares(*next).is_some()
                {
                    return Err(Fault::new(self.span(), "chained_comparison", "comparisons cannot be chained")
                        .hint("write a range: 产值 介于 1亿元(含)至2亿元(含)"));
                }
                let span = left.span.start..right.span.end;
                let comparison = compares(c).unwrap_or(Comparison::Equal);
                Ok(Ast { form: Form::Compare { comparison, left: left.into(), right: right.into() }, span })
            }
            Some(Token::Name(word)) if word == "属于" || word == "具有" => {
                self.at += 1;
                let names = match self.peek().cloned() {
                    Some(Token::Set(names)) => names,
                    Some(Token::Name(name)) => vec![(name, self.span())],
                    _ => {
                        return Err(self
                            .unexpected(&format!("a set is missing after {word}"))
                            .hint(format!("write {word} {{甲, 乙}}")));
                    }
                };
                let span = left.span.start..self.span().end;
                self.at += 1;
                Ok(Ast { form: Form::Member { value: left.into(), names, has: word == "具有" }, span })
            }
            Some(Token::Name(word)) if word == "介于" => {
                self.at += 1;
                let first = self.sum()?;
                let range = self.range_after(first)?;
                let end = self.tokens[self.at - 1].span.end;
                let span = left.span.start..end;
                Ok(Ast { form: Form::Between { value: left.into(), range: range.into() }, span })
            }
            _ => Ok(left),
        }
    }

    /// The rest of a range whose first bound has been read.
    fn range_after(&mut self, first: Ast) -> Result<RangeAst, Fault> {
        let edge = self.edge(&first)?;
        match self.peek() {
            Some(Token::Above) => {
                self.at += 1;
                // `500万元(含)以上1000万元(不含)以下`: both ends of the text, where the language has one word.
                if !self.done() && !matches!(self.peek(), Some(Token::Name(_) | Token::Symbol(_))) {
                    let words = &self.text[first.span.clone()];
                    let edge = if edge { "(含)" } else { "(不含)" };
                    return Err(Fault::new(self.span(), "two_ended_range", "a range with two ends is written with 至")
                        .hint(format!("write {words}{edge}至…, the upper end with (含) or (不含)")));
                }
                Ok(RangeAst { low: Some((first, edge)), high: None })
            }
            Some(Token::Below) => {
                self.at += 1;
                Ok(RangeAst { low: None, high: Some((first, edge)) })
            }
            Some(Token::To) => {
                self.at += 1;
                let second = self.sum()?;
                let other = self.edge(&second)?;
                Ok(RangeAst { low: Some((first, edge)), high: Some((second, other)) })
            }
            _ => Err(self
                .unexpected("a range goes on with 至, 以上 or 以下")
                .hint("e.g. 1亿元(含)至5亿元(不含), 20亿元(含)以上")),
        }
    }

    fn edge(&mut self, bound: &Ast) -> Result<bool, Fault> {
        if let Some(Token::Edge(inclusive)) = self.peek() {
            let inclusive = *inclusive;
            self.at += 1;
            return Ok(inclusive);
        }
        let words = &self.text[bound.span.clone()];
        Err(Fault::new(bound.span.clone(), "edge_not_stated", format!("“{words}” is not followed by (含) or (不含)"))
            .hint(format!(
                "does {words} itself belong to the range? write {words}(含) or {words}(不含), as the text has it; \
                 in law 以上 以下 以内 mean 含, 超过 不足 低于 mean 不含"
            )))
    }

    fn sum(&mut self) -> Result<Ast, Fault> {
        let mut left = self.term()?;
        loop {
            let operator = match self.peek() {
                Some(Token::Symbol('+')) => Operator::Add,
                Some(Token::Symbol('-')) => Operator::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.term()?;
            left = binary(operator, left, right);
        }
    }

    fn term(&mut self) -> Result<Ast, Fault> {
        let mut left = self.factor()?;
        loop {
            let operator = match self.peek() {
                Some(Token::Symbol('×')) => Operator::Multiply,
                Some(Token::Symbol('/')) => Operator::Divide,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.factor()?;
            left = binary(operator, left, right);
        }
    }

    fn factor(&mut self) -> Result<Ast, Fault> {
        let span = self.span();
        match self.peek().cloned() {
            Some(Token::Number(quantity)) => {
                let text = self.text[span].to_owned();
                self.leaf(Form::Quantity { quantity, text })
            }
            Some(Token::Year(year)) => self.leaf(Form::Year(year)),
            Some(Token::Date(date)) => self.leaf(Form::Date(date)),
            Some(Token::Symbol('(')) => {
                self.at += 1;
                let inner = self.expr()?;
                let end = self.span().end;
                self.expect_symbol(')', "to close the bracket")?;
                Ok(Ast { span: span.start..end, form: inner.form })
            }
            Some(Token::Symbol('-')) => {
                self.at += 1;
                self.nesting += 1;
                if self.nesting > MAX_NESTING {
                    return Err(Fault::new(span, "too_deep", "the expression is nested too deeply"));
                }
                let inner = self.factor()?;
                self.nesting -= 1;
                let span = span.start..inner.span.end;
                Ok(Ast { form: Form::Negate(inner.into()), span })
            }
            Some(Token::Name(name)) if KEYWORDS.contains(&name.as_str()) => {
                Err(self.unexpected("a value is missing before this word"))
            }
            Some(Token::Name(name)) => {
                self.at += 1;
                self.named(name, span)
            }
            _ => Err(self.unexpected("a value is missing here")),
        }
    }

    fn leaf(&mut self, form: Form) -> Result<Ast, Fault> {
        let span = self.span();
        self.at += 1;
        Ok(Ast { form, span })
    }

    fn named(&mut self, name: String, span: Range<usize>) -> Result<Ast, Fault> {
        if self.take_symbol('[') {
            let year = self.sum()?;
            let end = self.span().end;
            self.expect_symbol(']', "after the year")?;
            return Ok(Ast { form: Form::Indexed { name, year: year.into() }, span: span.start..end });
        }
        if self.is_symbol('.') {
            return self.column(name, None, span.start);
        }
        if !self.is_symbol('(') {
            return Ok(Ast { form: Form::Name(name), span });
        }
        self.at += 1;
        if let Some(Token::Reference(target)) = self.peek().cloned() {
            self.at += 1;
            let this_year = self.take_symbol(',');
            if this_year && !self.take_word("本年") {
                return Err(self.unexpected("only 本年 may stand here").hint(
                    "已获(本条) is all received so far, 已获(本条, 本年) this year's part; for another year use a yes/no \
                     field, e.g. veto = [\"上年已获倍增奖\"]",
                ));
            }
            let end = self.span().end;
            self.expect_symbol(')', "to close the bracket")?;
            return Ok(Ast { form: Form::Reference { name, target, this_year }, span: span.start..end });
        }
        if LIST_FUNCTIONS.contains(&name.as_str()) {
            return self.list_call(name, span.start);
        }
        let mut arguments = Vec::new();
        if !self.is_symbol(')') {
            loop {
                arguments.push(self.expr()?);
                if !self.take_symbol(',') {
                    break;
                }
            }
        }
        let end = self.span().end;
        self.expect_symbol(')', &format!("to close {name}(…)"))?;
        if self.is_symbol('.') {
            return self.column(name, Some(arguments), span.start);
        }
        Ok(Ast { form: Form::Call { name, arguments }, span: span.start..end })
    }

    fn list_call(&mut self, name: String, start: usize) -> Result<Ast, Fault> {
        let list = self.sum()?;
        let order = match self.take_word("按") {
            false => None,
            true => {
                let by = Box::new(self.sum()?);
                let descending = self.take_word("从高到低");
                if !descending && !self.take_word("从低到高") {
                    return Err(self
                        .unexpected("从高到低 or 从低到高 is missing")
                        .hint(format!("e.g. {name}(展位 按 展位费 从高到低: …)")));
                }
                Some((by, descending))
            }
        };
        let each = if self.take_symbol(':') { Some(Box::new(self.expr()?)) } else { None };
        let end = self.span().end;
        self.expect_symbol(')', &format!("to close {name}(…)"))?;
        Ok(Ast { form: Form::ListCall { name, list: list.into(), order, each }, span: start..end })
    }

    fn column(&mut self, table: String, keys: Option<Vec<Ast>>, start: usize) -> Result<Ast, Fault> {
        self.at += 1;
        let column_span = self.span();
        let Some(Token::Name(column)) = self.peek().cloned() else {
            return Err(self.unexpected(&format!("a column of 『{table}』 is missing after the point")));
        };
        self.at += 1;
        let span = start..column_span.end;
        Ok(Ast { form: Form::Column { table, keys, column, column_span }, span })
    }
}

fn binary(operator: Operator, left: Ast, right: Ast) -> Ast {
    let span = left.span.start..right.span.end;
    Ast { form: Form::Binary { operator, left: left.into(), right: right.into() }, span }
}

/// A letter that stands for ×, perhaps with the digits of a number behind it.
fn times(word: &str) -> bool {
    word.strip_prefix(['x', 'X']).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn compares(symbol: char) -> Option<Comparison> {
    Some(match symbol {
        '=' => Comparison::Equal,
        '≠' => Comparison::NotEqual,
        '<' => Comparison::Less,
        '≤' => Comparison::LessOrEqual,
        '>' => Comparison::Greater,
        '≥' => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (&'static str, String) {
        let fault = expression(text).unwrap_err();
        (fault.code, text[fault.span].to_owned())
    }

    #[test]
    fn faults_point_at_their_words() {
        assert_eq!(fault("甲 且 乙 或 丙"), ("mixed_and_or", "或".to_owned()));
        assert_eq!(fault("1亿元 ≤ 产值 ≤ 2亿元"), ("chained_comparison", "≤".to_owned()));
        assert_eq!(fault("产值 介于 1亿元以上"), ("edge_not_stated", "1亿元".to_owned()));
        assert_eq!(fault("甲 乙"), ("syntax", "乙".to_owned()));
        assert_eq!(fault("若 甲 则 1元"), ("syntax", String::new()));
        assert_eq!(fault(&"(".repeat(100)).0, "too_deep");
        assert_eq!(fault(&"-".repeat(100)).0, "too_deep");
        assert_eq!(fault(&"非 ".repeat(100)).0, "too_deep");
    }

    #[test]
    fn multiplication_binds_before_addition_and_comparison() {
        let Form::Compare { left, .. } = expression("甲 + 乙 × 丙 ≥ 丁").unwrap().form else { panic!() };
        let Form::Binary { operator: Operator::Add, right, .. } = left.form else { panic!() };
        assert!(matches!(right.form, Form::Binary { operator: Operator::Multiply, .. }));
    }

    #[test]
    fn cells_are_ranges_or_values() {
        let CellAst::Range(range) = cell("产值[上年] × 档.分界(不含)以上").unwrap() else { panic!() };
        assert!(range.low.is_some_and(|(_, inclusive)| !inclusive) && range.high.is_none());
        assert!(matches!(cell("2022年").unwrap(), CellAst::Point(_)));
    }
}
