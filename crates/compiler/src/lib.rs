//! Reads a corpus folder, checks it and writes a pack.
//!
//! Reading order: [`load`] (files, clauses, blocks), [`rules`] (blocks to rule tables), [`index`] (text to search
//! sections), [`write`] (all of it to bytes).

use std::path::Path;

pub mod anchors;
pub mod changes;
pub mod diagnostic;
pub mod index;
pub mod keys;
pub mod load;
pub mod model;
pub mod parameters;
pub mod rules;
pub mod service;
pub mod vocabulary;
pub mod write;

use diagnostic::{Located, Severity, locate};

/// A corpus that compiled.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The bytes of the pack: the same corpus gives the same bytes.
    pub pack: Vec<u8>,
    pub warnings: Vec<Located>,
    /// Clauses that speak of money and have no benefit: for proof-reading, no faults.
    pub uncovered: Vec<Located>,
    /// Worked examples of the corpus, for whoever has an engine to run them.
    pub cases: Vec<rules::Case>,
    /// Where the block of each benefit stands, in the order of the pack.
    pub places: Vec<model::Place>,
    /// The files that places point into.
    pub files: Vec<model::SourceFile>,
}

/// What the compiler is at, for a progress line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Reading,
    Rules,
    Writing,
}

/// Compiles a corpus folder.
///
/// # Errors
/// Every fault that can be found in one run, warnings among them, sorted by file and place.
pub fn compile(folder: &Path) -> Result<Compiled, Vec<Located>> {
    compile_with(folder, |_| ())
}

/// [`compile()`], telling each stage before it begins.
pub fn compile_with(folder: &Path, mut progress: impl FnMut(Stage)) -> Result<Compiled, Vec<Located>> {
    let mut diagnostics = Vec::new();
    progress(Stage::Reading);
    let corpus = load::load(folder, &mut diagnostics);
    progress(Stage::Rules);
    let rules = rules::compile(&corpus, &mut diagnostics);
    service::check(&corpus, &mut diagnostics);
    let found = locate(diagnostics, &corpus.files);
    if found.iter().any(|fault| fault.diagnostic.severity == Severity::Error) {
        return Err(found);
    }
    progress(Stage::Writing);
    let service = service::facts(&corpus, &rules);
    let pack = write::write(&corpus, &rules.book, &rules.guides, &service, index::build(&corpus));
    let uncovered = locate(rules::uncovered::clauses(&corpus, &rules.book), &corpus.files);
    Ok(Compiled { pack, warnings: found, uncovered, cases: rules.cases, places: rules.places, files: corpus.files })
}
