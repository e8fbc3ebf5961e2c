//! Who may know whom: the invariants of ARCHITECTURE.md that are about the shape of the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The packages that end up in a build of `package`, by name.
fn graph(arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("package names are text");
    lines.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// Every Rust file below a folder, with its text up to the unit tests.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                fs::read_dir(path).expect("a folder can be listed").map(|entry| entry.expect("an entry").path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            found.push((path.strip_prefix(root()).expect("below the root").to_owned(), code));
        }
    }
    assert!(!found.is_empty(), "{folder} has no Rust files");
    found
}

/// The files of `folder` that name one of `words` outside comments.
fn naming(folder: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, code) in sources(folder) {
        for (number, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                found.push(format!("{}:{}: {word}", path.display(), number + 1));
            }
        }
    }
    found
}

#[test]
fn the_browser_gets_no_tokenizer_parser_or_command_line() {
    let wasm = graph(&["--package", "policy-finder", "--target", "wasm32-unknown-unknown"]);
    for word in ["fst", "policy-finder-pack", "wasm-bindgen"] {
        assert!(wasm.contains(word), "the graph was not read right: {word} is missing in {wasm:?}");
    }
    for word in ["jieba-rs", "toml", "clap", "policy-finder-compiler", "annotate-snippets", "serde_json"] {
        assert!(!wasm.contains(word), "{word} would be downloaded by every visitor");
    }
}

#[test]
fn compiler_and_engine_meet_in_bytes() {
    let compiler = graph(&["--package", "policy-finder-compiler"]);
    assert!(compiler.contains("policy-finder-pack") && !compiler.contains("policy-finder"), "{compiler:?}");
    let engine = graph(&["--package", "policy-finder"]);
    assert!(engine.contains("policy-finder-pack") && !engine.contains("policy-finder-compiler"), "{engine:?}");
}

#[test]
fn only_wasm_rs_knows_javascript() {
    let words = ["wasm_bindgen", "js_sys", "web_sys", "JsValue"];
    let mut found = naming("src", &words);
    let border = found.len();
    found.retain(|place| !place.starts_with("src/wasm.rs:"));
    assert!(border > found.len(), "src/wasm.rs was not read");
    found.extend(naming("crates/pack/src", &words));
    found.extend(naming("crates/search/src", &words));
    found.extend(naming("crates/compiler/src", &words));
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_engine_has_no_files_clock_or_randomness() {
    let words = [
        "std::fs",
        "std::io",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "SystemTime",
        "Instant",
        "rand::",
        "println!",
        "now_utc",
        "now_local",
    ];
    assert_eq!(naming("src", &words), [""; 0]);
    assert_eq!(naming("crates/pack/src", &words), [""; 0]);
    assert_eq!(naming("crates/search/src", &words), [""; 0]);
}

#[test]
fn search_and_rules_are_strangers() {
    for folder in ["src/rules", "src/matching", "src/calc"] {
        assert_eq!(naming(folder, &["crate::search", "policy_finder_search"]), [""; 0]);
    }
    let search = graph(&["--package", "policy-finder-search"]);
    assert!(search.contains("policy-finder-pack") && !search.contains("policy-finder"), "{search:?}");
}
