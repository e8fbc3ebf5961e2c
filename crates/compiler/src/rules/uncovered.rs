//! Clauses that speak of money and have no benefit: perhaps one was forgotten.

use policy_finder_pack::rules::RuleBook;

use crate::diagnostic::Diagnostic;
use crate::model::Corpus;

const WORDS: [&str; 12] =
    ["奖励", "奖补", "补助", "补贴", "资助", "贴息", "返还", "减免", "万元", "亿元", "扶持资金", "给予"];

/// Clauses of policies with rules that carry money words, while neither they nor a clause above or below them is cited
/// by a benefit.
pub fn clauses(corpus: &Corpus, book: &RuleBook) -> Vec<Diagnostic> {
    let cited: Vec<usize> = book.benefits.iter().map(|benefit| benefit.clause as usize).collect();
    let above = |mut clause: usize, wanted: usize| {
        while let Some(parent) = corpus.clauses[clause].parent {
            if parent == wanted {
                return true;
            }
            clause = parent;
        }
        false
    };
    let mut found = Vec::new();
    for (policy, record) in corpus.policies.iter().enumerate() {
        if !book.benefits.iter().any(|benefit| benefit.policy as usize == policy) {
            continue;
        }
        for index in record.clauses.clone() {
            let clause = &corpus.clauses[index];
            let words: Vec<&str> = WORDS.into_iter().filter(|word| clause.text.contains(word)).collect();
            let covered = || cited.iter().any(|&other| other == index || above(other, index) || above(index, other));
            // What stands before the first clause introduces the others.
            if words.len() < 2 || clause.label.is_empty() || covered() {
                continue;
            }
            let message = format!("{} speaks of {} and has no benefit", clause.anchor, words.join(", "));
            let hint = "add a benefit, or one with manual = \"…\" that says why it is not encoded";
            found.push(Diagnostic::warning("uncovered", clause.place.clone(), message).hint(hint));
        }
    }
    found
}
