//! Here is the text of a corpus: which sections answer a query?

use policy_finder_pack::Tag;

use crate::model::Corpus;

/// The sections of the search index.
pub fn build(_corpus: &Corpus) -> Vec<(Tag, Vec<u8>)> {
    Vec::new()
}
