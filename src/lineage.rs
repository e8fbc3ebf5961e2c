//! Which documents does a policy rest on, and which have taken its place?
//!
//! A corpus names other documents as people do, by title or by number. Where such a name is the title or the number of a
//! policy of the same pack, the two are tied, in both directions.

use policy_finder_pack::Date;
use policy_finder_pack::records::{PolicyRecord, Records};
use policy_finder_pack::validity::Status;

use crate::report::Relative;

/// What `policy` names and what names it: its basis first, then what it replaced, what replaced it, what rests on it.
pub fn lineage(records: &Records, policy: usize, as_of: Date) -> Vec<Relative> {
    let policies = records.policies();
    let this = &policies[policy];
    let mut relatives = Vec::new();
    for (relation, names) in [("basis", this.basis), ("supersedes", this.supersedes)] {
        for name in records.list(names) {
            let known = policies.iter().enumerate().find(|(index, other)| *index != policy && is(records, other, name));
            relatives.push(match known {
                Some((_, other)) => relative(records, relation, other, as_of),
                None => Relative { relation, title: bare(name).to_owned(), ..Relative::default() },
            });
        }
    }
    for relation in ["superseded_by", "cited_by"] {
        for (_, other) in policies.iter().enumerate().filter(|(index, _)| *index != policy) {
            let names = if relation == "cited_by" { other.basis } else { other.supersedes };
            if records.list(names).any(|name| is(records, this, name)) {
                relatives.push(relative(records, relation, other, as_of));
            }
        }
    }
    relatives
}

fn relative(records: &Records, relation: &'static str, policy: &PolicyRecord, as_of: Date) -> Relative {
    Relative {
        relation,
        title: records.string(policy.title).to_owned(),
        policy: Some(records.string(policy.id).to_owned()),
        doc_number: records.optional(policy.doc_number).map(str::to_owned),
        status: Some(Status::at(policy, as_of).name()),
    }
}

/// Does this name mean this policy? A number may be one of several that a record holds.
fn is(records: &Records, policy: &PolicyRecord, name: &str) -> bool {
    let name = bare(name);
    let numbers = records.optional(policy.doc_number).unwrap_or_default();
    !name.is_empty()
        && (records.string(policy.title) == name
            || numbers.split([';', '\u{ff1b}']).any(|number| number.trim() == name))
}

/// A title without its marks.
fn bare(name: &str) -> &str {
    name.trim().trim_start_matches('\u{300a}').trim_end_matches('\u{300b}')
}
