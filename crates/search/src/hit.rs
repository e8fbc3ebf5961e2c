//! Here is a policy that was found: what does a visitor see of it?

use policy_finder_pack::analyzer::{self, RunKind};
use policy_finder_pack::records::{Level, StringId, date};
use policy_finder_pack::rules::Benefit;

use super::answer::{Found, Prepared};
use super::facet::Filter;
use super::terms::{self, Gram};
use super::{Search, snippet};
use crate::report::{Hit, More};

impl Search<'_> {
    pub(super) fn hit(&self, found: &Found, prepared: &Prepared, filter: &Filter) -> Hit {
        let Prepared { terms, scanner, .. } = prepared;
        let record = &self.records.policies()[found.policy as usize];
        let clause_at = |at: usize| self.records.clause(at);
        let title = self.records.string(record.title);
        let marked = |term: usize| terms.list[term].weight > 0.45;
        let single = !terms.list.iter().any(|t| matches!(t.gram, Gram::Pair(..)));
        let title_marks = snippet::utf16(title, &scanner.marks(title, single, marked));
        let best = found.clauses.first().map(|c| c.clause as usize);
        let best = best
            .or_else(|| record.clauses().find(|&at| clause_at(at).text_length.get() > 0))
            .or(record.clauses().next());
        let (mut snippet, mut highlights) = (String::new(), Vec::new());
        if let Some(at) = best {
            let text = self.records.text(clause_at(at)).unwrap_or_default();
            let text = if text.is_empty() { self.records.string(clause_at(at).heading) } else { text };
            (snippet, highlights) = snippet::best(text, &scanner.marks(text, single, marked));
        }
        let enough = found.clauses.first().map_or(0.0, |c| c.score * 0.6);
        let more = found.clauses.iter().skip(1).take_while(|c| c.score >= enough).take(5).map(|c| {
            let clause = clause_at(c.clause as usize);
            More {
                clause: self.records.string(clause.anchor).to_owned(),
                label: self.records.string(clause.label).to_owned(),
                heading: self.records.string(clause.heading).to_owned(),
            }
        });
        let clause = best.map(clause_at);
        let text = |id: Option<StringId>| id.map(|id| self.records.string(id).to_owned()).unwrap_or_default();
        let computable = |b: &&Benefit| b.amount.is_some() && record.clauses().contains(&(b.clause as usize));
        Hit {
            policy: self.records.string(record.id).to_owned(),
            clause: text(clause.map(|c| c.anchor)),
            label: text(clause.map(|c| c.label)),
            heading: text(clause.map(|c| c.heading)),
            title: title.to_owned(),
            title_marks,
            level: record.level().map(Level::name),
            status: filter.status(found.policy).name(),
            doc_number: self.records.optional(record.doc_number).map(str::to_owned),
            issuer: self.records.list(record.issuer).map(str::to_owned).collect(),
            issued: date(record.issued).map(|d| d.to_string()),
            expires: date(record.expires).map(|d| d.to_string()),
            score: found.score,
            snippet,
            highlights,
            more: more.collect(),
            benefits: self.benefits.iter().filter(computable).count(),
        }
    }

    /// The words of a text, cut by the words of the corpus: the most probable sequence.
    pub(super) fn words(&self, text: &[char]) -> Vec<String> {
        let mut words = Vec::new();
        for run in analyzer::runs(text) {
            let characters = &text[run.range];
            if run.kind == RunKind::Word {
                words.push(characters.iter().collect());
                continue;
            }
            let mut at = 0;
            for length in terms::words(self.index, characters) {
                words.push(characters[at..at + length].iter().collect());
                at += length;
            }
        }
        words
    }
}
