//! Here are the blocks of a corpus: which rule tables, guides and cases do they say?

use policy_finder_pack::guide::Guide;
use policy_finder_pack::rules::RuleBook;

use crate::diagnostic::Diagnostic;
use crate::model::Corpus;

/// What the blocks of a corpus say.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub book: RuleBook,
    pub guides: Vec<Guide>,
}

/// Reads and checks every block.
pub fn compile(corpus: &Corpus, _diagnostics: &mut Vec<Diagnostic>) -> Rules {
    Rules { book: RuleBook { fields: corpus.vocabulary.fields.clone(), ..RuleBook::default() }, guides: Vec::new() }
}
