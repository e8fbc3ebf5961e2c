//! Reads a corpus folder, checks it and writes a pack.
//!
//! Reading order: [`load`] (files, clauses, blocks), [`rules`] (blocks to rule tables), [`index`] (text to search
//! sections), [`write`] (all of it to bytes).

use std::path::Path;

pub mod anchors;
pub mod diagnostic;
pub mod index;
pub mod keys;
pub mod load;
pub mod model;
pub mod rules;
pub mod vocabulary;
pub mod write;

use diagnostic::{Located, Severity, locate};

/// A corpus that compiled.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The bytes of the pack: the same corpus gives the same bytes.
    pub pack: Vec<u8>,
    pub warnings: Vec<Located>,
}

/// Compiles a corpus folder.
///
/// # Errors
/// Every fault that can be found in one run, warnings among them, sorted by file and place.
pub fn compile(folder: &Path) -> Result<Compiled, Vec<Located>> {
    let mut diagnostics = Vec::new();
    let corpus = load::load(folder, &mut diagnostics);
    let rules = rules::compile(&corpus, &mut diagnostics);
    let found = locate(diagnostics, &corpus.files);
    if found.iter().any(|fault| fault.diagnostic.severity == Severity::Error) {
        return Err(found);
    }
    let pack = write::write(&corpus, &rules.book, &rules.guides, index::build(&corpus));
    Ok(Compiled { pack, warnings: found })
}
