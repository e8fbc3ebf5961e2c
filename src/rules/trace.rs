//! How a result was reached, line by line, in one text.

use policy_finder_pack::Exact;
use policy_finder_pack::rules::{Expr, RuleBook, Unit};

use super::leaf::{Leaf, Stop};
use super::number::Number;
use super::value::Value;
use super::wording;

/// A piece of a trace's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    from: u32,
    to: u32,
}

/// One line of the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub form: &'static str,
    pub text: Span,
    pub clause: u32,
}

/// Lines and other words about one benefit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    pub(super) words: String,
    pub steps: Vec<Step>,
}

impl Trace {
    /// An empty one with room for what most benefits have to say.
    pub(super) fn with_room() -> Trace {
        Trace { words: String::with_capacity(512), steps: Vec::with_capacity(6) }
    }

    /// One that has nothing but a reason to tell.
    pub fn reason(reason: String) -> (Trace, Span) {
        let trace = Trace { words: reason, steps: Vec::new() };
        let all = trace.since(0);
        (trace, all)
    }

    pub fn text(&self, span: Span) -> &str {
        &self.words[span.from as usize..span.to as usize]
    }

    /// Every line.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| self.text(step.text))
    }

    /// Where the next word will stand.
    pub(super) fn here(&self) -> usize {
        self.words.len()
    }

    pub(super) fn since(&self, from: usize) -> Span {
        Span { from: from as u32, to: self.words.len() as u32 }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.words.push_str(text);
    }

    /// Words that are no line.
    pub(super) fn note(&mut self, text: &str) -> Span {
        let from = self.here();
        self.push(text);
        self.since(from)
    }

    /// Says again what was said before.
    pub(super) fn repeat(&mut self, span: Span) {
        self.words.extend_from_within(span.from as usize..span.to as usize);
    }

    /// Makes everything since `from` a line.
    pub(super) fn step(&mut self, form: &'static str, from: usize, clause: u32) {
        let text = self.since(from);
        self.steps.push(Step { form, text, clause });
    }

    pub(super) fn value(&mut self, book: &RuleBook, value: &Value, unit: &Unit) {
        wording::push_value(&mut self.words, book, value, unit);
    }

    /// An amount of money of which only a range may be known.
    pub(super) fn money(&mut self, amount: &Number) {
        match (amount.as_point(), amount.low().at, amount.high().at) {
            (Some(point), ..) => wording::push_money(&mut self.words, point),
            (None, Some(low), Some(high)) => {
                wording::push_money(&mut self.words, low);
                self.push("至");
                wording::push_money(&mut self.words, high);
            }
            (None, Some(low), None) if low > Exact::ZERO => {
                self.push("至少");
                wording::push_money(&mut self.words, low);
            }
            _ => self.push("未知"),
        }
    }

    /// `name = 产值 - 产值[上年] = 5亿元 - 3亿元 = 2亿元`, leaving out what would only repeat.
    pub(super) fn equation(&mut self, leaf: &Leaf, name: &str, expr: &Expr) -> Result<(), Stop> {
        // Printing looks at parts that the result may not depend on.
        leaf.missing_of(|| {
            let value = leaf.value(expr.root)?;
            self.push(name);
            self.push(" = ");
            self.push(&expr.text);
            let put_in = self.here();
            self.push(" = ");
            wording::push_substituted(&mut self.words, leaf, expr.root);
            let result = self.here();
            self.push(" = ");
            self.value(leaf.scope.book, &value, &expr.unit);
            let (numbers, value) = (&self.words[put_in..result], &self.words[result..]);
            let (repeats, plain) = (numbers == value || numbers[3..] == expr.text, value[3..] == expr.text);
            if plain {
                self.words.truncate(result);
            }
            if repeats {
                self.words.replace_range(put_in..result, "");
            }
            Ok(())
        })
        .0
    }
}
