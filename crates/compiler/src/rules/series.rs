//! Versions of one benefit: no event falls under two of them.

use policy_finder_pack::Date;
use policy_finder_pack::rules::{Benefit, RuleBook};

use crate::diagnostic::Diagnostic;
use crate::model::Corpus;

/// Reports benefits of one series whose texts cover the same day.
pub fn no_overlap(book: &RuleBook, corpus: &Corpus, diagnostics: &mut Vec<Diagnostic>) {
    let covers = |benefit: &Benefit| -> (Option<Date>, Option<Date>) {
        let policy = &corpus.policies[benefit.policy as usize];
        match benefit.events {
            Some((from, to)) => (Some(from), Some(to)),
            None => (policy.effective.or(policy.issued).or(policy.published), policy.repealed.or(policy.expires)),
        }
    };
    for (index, benefit) in book.benefits.iter().enumerate() {
        for other in book.benefits[index + 1..].iter().filter(|other| other.series == benefit.series) {
            let (a, b) = (covers(benefit), covers(other));
            let before =
                |end: Option<Date>, start: Option<Date>| end.zip(start).is_some_and(|(end, start)| end < start);
            if before(a.1, b.0) || before(b.1, a.0) {
                continue;
            }
            let place = corpus.clauses[other.clause as usize].place.clone();
            let day = a.0.max(b.0).map_or_else(|| "every day".to_owned(), |day| day.to_string());
            let message =
                format!("{} and {} are versions of “{}” and both cover {day}", benefit.id, other.id, benefit.series);
            let hint = "give the older text its expires or repealed, or both their events = [first day, last day]";
            diagnostics.push(Diagnostic::error("overlapping_versions", place, message).hint(hint));
        }
    }
}
