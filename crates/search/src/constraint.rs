//! Here are policies: which of them hold what must be there, and nothing that must not?

use policy_finder_pack::analyzer::fold_text;

use super::answer::Prepared;
use super::candidate::Candidate;
use super::query::Field;
use super::{Search, facet};

impl Search<'_> {
    /// Drops what lacks a phrase or holds an excluded word.
    pub(super) fn without(&self, prepared: &Prepared, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        let query = &prepared.query;
        if !query.fields.is_empty() {
            candidates.retain(|c| query.fields.iter().all(|(field, value)| self.says(c.policy, *field, value)));
        }
        if !query.phrases.is_empty() || !query.excluded.is_empty() {
            let holding = |c: &&Candidate| query.phrases.iter().all(|phrase| self.holds(c.policy, phrase));
            let exact: Vec<Candidate> = candidates.iter().filter(holding).copied().collect();
            // Quotes in a question are part of its wording, and a phrase that stands nowhere cannot be insisted on.
            let soft = prepared.terms.question && query.loose;
            if !exact.is_empty() && !soft {
                candidates = exact;
            }
            candidates.retain(|c| !query.excluded.iter().any(|word| self.holds(c.policy, word)));
        }
        candidates
    }

    /// Whether a field of a policy holds a folded value.
    fn says(&self, policy: u32, field: Field, value: &str) -> bool {
        let record = &self.records.policies()[policy as usize];
        let holds = |text: &str| fold_text(text).contains(value);
        let any = |range| self.records.list(range).any(holds);
        match field {
            Field::Title => holds(self.records.string(record.title)),
            Field::Number => {
                let plain =
                    |text: &str| -> String { fold_text(text).chars().filter(|c| c.is_alphanumeric()).collect() };
                plain(self.records.string(record.doc_number)).contains(&plain(value))
            }
            Field::Issuer => any(record.issuer),
            Field::Department => any(record.department),
            Field::Topic => any(record.topics),
            Field::Level => {
                let label = record.level().map(|level| facet::level_label(level.name())).unwrap_or_default();
                let level = value.trim_end_matches('级');
                !level.is_empty() && label.starts_with(level)
            }
            Field::Year => facet::year(record).is_some_and(|year| value.trim_end_matches('年') == year.to_string()),
        }
    }

    /// Whether a policy's title, headings or text hold a piece of folded text as it is.
    pub(super) fn holds(&self, policy: u32, piece: &[char]) -> bool {
        let record = &self.records.policies()[policy as usize];
        let piece: String = piece.iter().collect();
        let holds = |text: &str| fold_text(text).contains(&piece);
        holds(self.records.string(record.title))
            || self
                .records
                .clauses_of(policy as usize)
                .iter()
                .any(|clause| holds(self.records.string(clause.heading)) || self.records.text(clause).is_ok_and(holds))
    }
}
