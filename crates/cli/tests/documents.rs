//! What the documentation tells an official to type works as it says.

use std::fs;
use std::path::Path;
use std::process::Command;

fn read(document: &str) -> String {
    fs::read_to_string(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs")).join(document))
        .expect("it is there")
}

/// The insides of the fenced blocks that open with `fence`.
fn blocks<'a>(text: &'a str, fence: &str) -> Vec<&'a str> {
    let end = fence.trim_end_matches(char::is_alphanumeric);
    let opens = format!("\n{fence}\n");
    let inside = |part: &'a str| &part[..part.find(&format!("\n{end}\n")).map_or(part.len(), |at| at + 1)];
    text.split(opens.as_str()).skip(1).map(inside).collect()
}

/// Standard output and error of a check that runs in `folder`.
fn check(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_policy-finder"))
        .current_dir(folder)
        .arg("check")
        .args(args)
        .output()
        .expect("the command runs");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn the_walk_through_of_rules_md_ends_where_it_says() {
    let text = read("rules.md");
    let section = &text[text.find("## How to encode").unwrap()..text.find("### From words to forms").unwrap()];
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("mine/park/park-mine.md");
    let fields = folder.path().join("mine/vocabulary/fields/mine.toml");
    fs::create_dir_all(policy.parent().unwrap()).unwrap();
    fs::create_dir_all(fields.parent().unwrap()).unwrap();
    let steps = blocks(section, "````markdown");

    fs::write(&policy, steps[0]).unwrap();
    assert!(section.contains(&format!("$ policy-finder check mine\n{}", check(folder.path(), &["mine"]))));

    fs::write(&fields, blocks(section, "```toml")[0]).unwrap();
    fs::write(&policy, steps[..2].join("\n")).unwrap();
    let asked = check(folder.path(), &["mine"]);
    let skeleton = &asked[asked.find("   = hint:").unwrap()..asked.rfind("           ```").unwrap()];
    assert!(section.contains(skeleton), "{asked}");

    fs::write(&policy, steps[..3].join("\n")).unwrap();
    let proof = check(folder.path(), &["mine", "--boundaries", "--mutations"]);
    assert!(section.contains(&proof), "{proof}");
}

#[test]
fn the_example_of_corpus_md_compiles_beside_the_bundled_vocabulary() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("corpus/vocabulary/fields");
    fs::create_dir_all(&target).unwrap();
    fs::create_dir_all(folder.path().join("corpus/park")).unwrap();
    let bundled = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/vocabulary"));
    for entry in fs::read_dir(bundled.join("fields")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), target.join(entry.file_name())).unwrap();
    }
    fs::copy(bundled.join("topics.toml"), folder.path().join("corpus/vocabulary/topics.toml")).unwrap();
    let text = read("corpus.md");
    fs::write(folder.path().join("corpus/park/park-example.md"), blocks(&text, "````markdown")[0]).unwrap();
    assert_eq!(check(folder.path(), &["corpus"]), "corpus: no faults, 6 cases run\n");
}

#[test]
fn a_folder_without_a_policy_is_an_error_and_no_pack() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("bare/vocabulary")).unwrap();
    fs::create_dir_all(folder.path().join("notes")).unwrap();
    fs::write(folder.path().join("bare/corpus.toml"), "name = \"甲\"\n").unwrap();
    fs::write(folder.path().join("notes/README.md"), "甲\n").unwrap();
    for (name, words) in
        [("bare", "bare holds no policy"), ("notes", "notes holds no policy"), ("gone", "is the name right?")]
    {
        let shown = check(folder.path(), &[name]);
        assert!(shown.contains(words) && shown.contains("hint"), "{shown}");
        let output = Command::new(env!("CARGO_BIN_EXE_policy-finder"))
            .current_dir(folder.path())
            .args(["compile", name, "-o", "out.pack"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(!folder.path().join("out.pack").exists(), "{name}");
    }
}
