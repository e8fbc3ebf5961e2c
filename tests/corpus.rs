//! The bundled corpus as it ships.

use std::fs;
use std::path::Path;

use policy_finder::Engine;
use policy_finder_compiler::compile;

/// Copies a folder, its entries in reverse order, so that a file system which lists them as written shows another order.
fn copy_backwards(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder is writable");
    let mut entries: Vec<_> =
        fs::read_dir(from).expect("a folder can be listed").map(|e| e.expect("an entry")).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.file_name()));
    for entry in entries {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_backwards(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

#[test]
fn the_same_corpus_gives_the_same_bytes_in_any_folder() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    copy_backwards(&corpus, elsewhere.path());
    let here = compile(&corpus).expect("the bundled corpus has no faults").pack;
    let there = compile(elsewhere.path()).expect("a copy has no faults").pack;
    assert!(here == there, "{} and {} bytes differ", here.len(), there.len());
}

#[test]
#[cfg(feature = "embed")]
fn the_bundled_pack_is_what_the_compiler_makes_of_the_corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let compiled = Engine::open(compile(&corpus).expect("the bundled corpus has no faults").pack).expect("it opens");
    let bundled = Engine::bundled().expect("the bundled pack opens");
    assert_eq!(bundled.info(), compiled.info());
    assert!(bundled.info().policies >= 27, "{:?}", bundled.info());
}
