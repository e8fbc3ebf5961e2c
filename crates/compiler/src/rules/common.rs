//! The `common` block: conditions of a whole policy or chapter.

use std::collections::BTreeSet;

use super::Source;
use super::typing::{Lowering, Names};
use crate::diagnostic::Diagnostic;
use crate::keys::Words;

/// Conditions that benefits inherit, cited to the clause the block stands under.
pub struct Common {
    policy: usize,
    pub clause: u32,
    pub needs: Vec<Words>,
    pub vetoes: Vec<Words>,
    /// Full ids; `None` is all benefits of the policy.
    applies: Option<Vec<String>>,
}

impl Common {
    pub fn applies_to(&self, policy: usize, benefit: &str) -> bool {
        self.policy == policy && self.applies.as_ref().is_none_or(|ids| ids.iter().any(|id| id == benefit))
    }
}

pub fn read(source: &Source, benefits: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) -> Common {
    let mut keys = source.keys("common");
    let clause = source.clause(&mut keys, diagnostics);
    let needs = keys.strings("need", diagnostics);
    let vetoes = keys.strings("veto", diagnostics);
    let applies = keys.has("applies").then(|| keys.strings("applies", diagnostics));
    keys.finish(&[], diagnostics);
    let applies = applies.filter(|list| !list.iter().any(|words| words.text == "全部"));
    let applies =
        applies.map(|list| list.iter().filter_map(|words| source.benefit(words, benefits, diagnostics)).collect());
    // Checked here too, so that a block that no benefit inherits is not left unread.
    let names = Names { corpus: source.corpus, benefits, policy: source.policy(), own: None };
    let mut lowering = Lowering::new(names, diagnostics);
    for words in needs.iter().chain(&vetoes) {
        if !words.text.contains("本条") {
            lowering.condition(words);
        }
    }
    Common { policy: source.block.policy, clause, needs, vetoes, applies }
}
