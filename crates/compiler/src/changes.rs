//! What changed between two packs of one corpus: the log that «since your last visit» is read from.
//!
//! Compared are words, not positions: a new field or a policy in between moves every index and changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use policy_finder_pack::format::{Pack, PackWriter};
use policy_finder_pack::guide;
use policy_finder_pack::records::{CorpusInfo, ListRange, PolicyRecord, Records, date};
use policy_finder_pack::rules::{Benefit, Node, RuleBook};
use policy_finder_pack::service::{self, Change, ChangeLog, FormerClause, SERVICE};
use policy_finder_pack::{Date, PackError};

/// Entries that a log keeps.
const KEPT: usize = 1000;

/// Why two packs have no log.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The earlier pack cannot be read.
    Pack(PackError),
    /// A corpus without an edition: which day should the changes carry?
    NoEdition,
    /// Something changed, and the edition did not rise.
    SameEdition { old: Date, new: Date },
}

/// Writes the log of changes since an earlier pack into a new one; the earlier log goes on behind it.
pub fn since(old: Vec<u8>, new: Vec<u8>) -> Result<(Vec<u8>, ChangeLog), Refusal> {
    let old = Pack::open(old).map_err(Refusal::Pack)?;
    let new = Pack::open(new).expect("it has just been written");
    let before = Edition::read(&old).map_err(Refusal::Pack)?;
    let after = Edition::read(&new).expect("it has just been written");
    let (Some(first), Some(day)) = (before.edition, after.edition) else { return Err(Refusal::NoEdition) };
    let mut entries = compare(&before, &after, day);
    if !entries.is_empty() && day <= first {
        return Err(Refusal::SameEdition { old: first, new: day });
    }
    let mut service = service::read(&new).expect("it has just been written");
    let earlier = service::read(&old).map_err(Refusal::Pack)?.changes;
    entries.extend(earlier.entries);
    entries.truncate(KEPT);
    service.changes = ChangeLog { from: earlier.from.or_else(|| Some(first.to_string())), entries };
    let mut writer = PackWriter::new();
    for (tag, _) in new.sections().collect::<Vec<_>>() {
        let bytes = if tag == SERVICE { service::write(&service) } else { new.find(tag).expect("listed").to_vec() };
        writer.section(tag, bytes);
    }
    Ok((writer.finish(), service.changes))
}

/// What there is to compare of a pack.
struct Edition {
    edition: Option<Date>,
    policies: Vec<Words>,
}

/// The words of one policy.
struct Words {
    id: String,
    title: String,
    facts: String,
    text: Vec<FormerClause>,
    rules: BTreeSet<String>,
    guides: Vec<String>,
}

impl Edition {
    fn read(pack: &Pack) -> Result<Edition, PackError> {
        let records = Records::open(pack)?;
        let book = RuleBook::read(pack, &records)?;
        let service = service::read(pack)?;
        let mut policies = Vec::with_capacity(records.policies().len());
        for (index, policy) in records.policies().iter().enumerate() {
            let mut text: Vec<FormerClause> = Vec::new();
            for clause in records.clauses_of(index) {
                text.push(FormerClause {
                    clause: records.string(clause.anchor).to_owned(),
                    label: records.string(clause.label).to_owned(),
                    heading: records.string(clause.heading).to_owned(),
                    text: records.text(clause)?.to_owned(),
                    after: text.last().map(|before| before.clause.clone()),
                });
            }
            policies.push(Words {
                id: records.string(policy.id).to_owned(),
                title: records.string(policy.title).to_owned(),
                facts: facts(&records, policy),
                text,
                rules: BTreeSet::new(),
                guides: Vec::new(),
            });
        }
        for benefit in &book.benefits {
            policies[benefit.policy as usize].rules.insert(rule(&book, benefit));
        }
        for group in &book.groups {
            let member = |&index: &u32| book.benefits[index as usize].id.as_str();
            let members: Vec<&str> = group.members.iter().map(member).collect();
            let at = group.at.as_ref().map(|at| &at.text);
            let words = format!("{} {} {:?} {members:?} {at:?} {:?}", group.id, group.name, group.rule, group.readings);
            policies[group.policy as usize].rules.insert(words);
        }
        for guide in guide::read(pack)? {
            let place = guide.policy as usize;
            let Some(policy) = policies.get_mut(place) else {
                return Err(PackError::Malformed { section: guide::GUIDES, what: "a guide belongs to no clause" });
            };
            let facts = service.guides.get(&policy.id).and_then(|all| all.get(policy.guides.len()));
            // Names of papers are made from the words of the guide and the vocabulary.
            let days = facts.map(|facts| (&facts.opens, &facts.closes));
            let words = guide::Guide { policy: 0, clause: 0, ..guide };
            policy.guides.push(format!("{words:?} {days:?}"));
        }
        Ok(Edition { edition: CorpusInfo::read(pack)?.edition, policies })
    }
}

fn facts(records: &Records, policy: &PolicyRecord) -> String {
    let mut facts = String::new();
    let list = |range: ListRange| records.list(range).collect::<Vec<_>>().join("\n");
    for id in
        [policy.title, policy.doc_number, policy.index_number, policy.audience, policy.interpretation, policy.contact]
    {
        facts.extend([records.string(id), "\n"]);
    }
    for range in [policy.issuer, policy.department, policy.topics, policy.basis, policy.supersedes] {
        facts.extend([list(range).as_str(), "\n\n"]);
    }
    for day in [policy.issued, policy.published, policy.effective, policy.expires, policy.repealed] {
        let _ = write!(facts, "{:?} ", date(day).map(|day| day.to_string()));
    }
    let _ = write!(facts, "{:?}", policy.level());
    facts
}

/// A rule as its author wrote it: expressions as text, public figures as tables, nothing that counts positions.
fn rule(book: &RuleBook, benefit: &Benefit) -> String {
    let figures: BTreeSet<u32> = benefit
        .nodes
        .iter()
        .filter_map(|node| match node {
            Node::Parameter { parameter, .. } => Some(*parameter),
            _ => None,
        })
        .collect();
    let mut bare = Benefit { policy: 0, clause: 0, nodes: Vec::new(), ..benefit.clone() };
    for condition in bare.needs.iter_mut().chain(&mut bare.vetoes) {
        condition.clause = 0;
    }
    let mut words = without_positions(&format!("{bare:?}"));
    for figure in figures {
        let _ = write!(words, "\n{:?}", book.parameters[figure as usize]);
    }
    words
}

/// Leaves out the numbers of `FieldId(12)` and `NodeId(3)`.
fn without_positions(debug: &str) -> String {
    let mut words = String::with_capacity(debug.len());
    let mut rest = debug;
    while let Some(at) = rest.find("Id(") {
        let (before, after) = rest.split_at(at + 3);
        words.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    words + rest
}

/// The clauses that the other text does not have in these words.
fn missing<'a>(text: &'a [FormerClause], other: &[FormerClause]) -> Vec<&'a FormerClause> {
    let words: BTreeMap<&str, (&str, &str)> = other.iter().map(|c| (&*c.clause, (&*c.heading, &*c.text))).collect();
    text.iter().filter(|c| words.get(&*c.clause) != Some(&(&*c.heading, &*c.text))).collect()
}

fn compare(before: &Edition, after: &Edition, day: Date) -> Vec<Change> {
    let known: BTreeMap<&str, &Words> = before.policies.iter().map(|policy| (policy.id.as_str(), policy)).collect();
    let mut entries = Vec::new();
    let mut entry =
        |policy: &Words, change: &str, what: Vec<&str>, clauses: Vec<String>, before: Option<Vec<FormerClause>>| {
            entries.push(Change {
                day: day.to_string(),
                policy: policy.id.clone(),
                title: policy.title.clone(),
                change: change.to_owned(),
                what: what.into_iter().map(str::to_owned).collect(),
                clauses,
                before,
            });
        };
    for policy in &after.policies {
        let Some(old) = known.get(policy.id.as_str()) else {
            entry(policy, "new", Vec::new(), Vec::new(), None);
            continue;
        };
        let differs = [
            ("facts", old.facts != policy.facts),
            ("text", !missing(&old.text, &policy.text).is_empty() || !missing(&policy.text, &old.text).is_empty()),
            ("rules", old.rules != policy.rules),
            ("guide", old.guides != policy.guides),
        ];
        let what: Vec<&str> = differs.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
        if !what.is_empty() {
            let clauses = missing(&policy.text, &old.text).iter().map(|fresh| fresh.clause.clone()).collect();
            let before = missing(&old.text, &policy.text).into_iter().cloned().collect();
            let before = what.contains(&"text").then_some(before);
            entry(policy, "changed", what, clauses, before);
        }
    }
    let kept: BTreeSet<&str> = after.policies.iter().map(|policy| policy.id.as_str()).collect();
    for policy in before.policies.iter().filter(|policy| !kept.contains(policy.id.as_str())) {
        entry(policy, "removed", Vec::new(), Vec::new(), None);
    }
    entries
}
