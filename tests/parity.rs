//! The browser says what the desktop says: the case files through native code and through the WASM modules.
//!
//! Needs the built modules and Node, so it runs in `cargo xtask test`:
//! `cargo test --test parity -- --ignored`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use policy_finder::profile::ProfileInput;
use policy_finder::search::Unit;
use policy_finder::{Date, Engine, Error};
use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("the folder of cases");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// One call of the engine's public methods, by the names they have in JavaScript.
fn calls(engine: &Engine) -> Vec<(String, &'static str, Value)> {
    let mut calls = vec![("info".to_owned(), "info", json!([])), ("fields".to_owned(), "fields", json!([]))];
    calls.push(("service".to_owned(), "service", json!([])));
    for policy in engine.records().policies() {
        let id = engine.records().string(policy.id);
        calls.push((format!("policy {id}"), "policy", json!([id, "2026-11-25"])));
        calls.push((format!("lineage {id}"), "lineage", json!([id, "2026-11-25"])));
    }
    calls.push(("overview".to_owned(), "overview", json!(["2026-11-25", ["研发补助", "vvvv"]])));
    for query in read(&root().join("tests/cases/queries.json")).as_array().expect("a list of queries") {
        calls.push((format!("search {}", query["query"]), "search", json!([query])));
        calls.push((format!("rank {}", query["query"]), "rank", json!([query["query"], 10, "clause"])));
        calls.push((format!("suggest {}", query["query"]), "suggest", json!([query["query"], 8])));
    }
    for file in files("tests/cases/profiles") {
        let profile = read(&file);
        let name = file.file_stem().expect("a file has a name").to_string_lossy();
        for as_of in ["2022-06-30", "2026-11-25"] {
            for call in ["match", "calculate"] {
                calls.push((format!("{call} {name} {as_of}"), call, json!([profile, as_of])));
                calls.push((format!("{call} {name} {as_of} for 2025"), call, json!([profile, as_of, 2025])));
            }
        }
    }
    for case in read(&root().join("tests/cases/refused.json")).as_array().expect("a list of calls") {
        let call = ["search", "policy", "match", "calculate"].into_iter().find(|name| case["call"] == *name);
        let arguments = case["arguments"].clone();
        calls.push((format!("refused {arguments}"), call.expect("a call of the engine"), arguments));
    }
    calls
}

fn answer(engine: &Engine, call: &str, arguments: &Value) -> Value {
    let text = |index: usize| arguments[index].as_str().expect("text");
    let date = |text: &str| text.parse::<Date>().map_err(|_| Error::Date(text.to_owned()));
    let profile = |as_of: Date| {
        let input: ProfileInput = serde_json::from_value(arguments[0].clone()).expect("a profile is an object");
        let event_year = arguments[2].as_i64().map(|year| i32::try_from(year).expect("a year"));
        engine.profile_for(&input, event_year.unwrap_or_else(|| as_of.year()))
    };
    let json = |value: serde_json::Result<Value>| value.expect("reports are JSON");
    let answer = match call {
        "info" => Ok(json(serde_json::to_value(engine.info()))),
        "fields" => Ok(json(serde_json::to_value(engine.fields()))),
        "service" => Ok(json(serde_json::to_value(engine.service()))),
        "search" => {
            let query = serde_json::from_value(arguments[0].clone()).expect("a query is an object");
            engine.search(&query).map(|report| json(serde_json::to_value(report)))
        }
        "rank" => Ok(json(serde_json::to_value(engine.rank(text(0), 10, Unit::Clause)))),
        "suggest" => Ok(json(serde_json::to_value(engine.suggest(text(0), 8)))),
        "policy" => {
            date(text(1)).and_then(|as_of| engine.policy(text(0), as_of)).map(|p| json(serde_json::to_value(p)))
        }
        "lineage" => {
            date(text(1)).and_then(|as_of| engine.lineage(text(0), as_of)).map(|all| json(serde_json::to_value(all)))
        }
        "overview" => date(text(0)).map(|as_of| {
            let examples = serde_json::from_value(arguments[1].clone()).expect("a list of queries");
            json(serde_json::to_value(engine.overview(as_of, examples)))
        }),
        "match" => date(text(1))
            .and_then(|as_of| engine.match_profile(&profile(as_of)?, as_of))
            .map(|report| json(serde_json::to_value(report))),
        "calculate" => date(text(1))
            .and_then(|as_of| engine.calculate(&profile(as_of)?, as_of))
            .map(|report| json(serde_json::to_value(report))),
        _ => unreachable!("calls() names no other"),
    };
    answer.unwrap_or_else(|error| {
        let mut refusal = json!({ "code": error.code(), "message": error.to_string() });
        if let Error::Profile(faults) = &error {
            refusal["faults"] = faults.iter().map(|f| json!({ "key": f.key, "message": f.message })).collect();
        }
        json!({ "error": refusal })
    })
}

#[test]
fn every_refused_call_has_its_code() {
    let engine = Engine::bundled().expect("the bundled corpus opens");
    for case in read(&root().join("tests/cases/refused.json")).as_array().expect("a list of calls") {
        let found = answer(&engine, case["call"].as_str().expect("a name"), &case["arguments"]);
        assert_eq!(found["error"]["code"], case["code"], "{case}");
        assert!(found["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{case}");
    }
}

/// The programs to ask, glue, module, and the pack where the module has none of its own.
fn compare(kernels: &[String], glue: &str, wasm: &str, pack: Option<&str>) {
    let engine = Engine::bundled().expect("the bundled corpus opens");
    let cases: Vec<Value> = calls(&engine)
        .into_iter()
        .map(|(name, call, arguments)| {
            let expected = answer(&engine, call, &arguments);
            json!({ "name": name, "call": call, "arguments": arguments, "expected": expected })
        })
        .collect();
    assert!(cases.len() > 60, "only {} cases", cases.len());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("cases.json");
    fs::write(&file, serde_json::to_string(&cases).expect("JSON")).expect("a temporary file");
    for kernel in kernels {
        let output = Command::new(kernel)
            .arg("tests/parity.mjs")
            .arg(&file)
            .args([Some(glue), Some(wasm), pack].into_iter().flatten())
            .current_dir(root())
            .output()
            .expect("node runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{kernel}: {said}{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(said.trim(), format!("{} answers are equal", cases.len()), "{kernel}");
    }
}

#[test]
#[ignore = "needs the built module: cargo xtask test"]
fn the_shipped_module_with_its_pack_answers_as_native_code_does() {
    compare(&["node".to_owned()], "www/engine/policy_finder.js", "www/dist/engine.wasm", Some("www/dist/corpus.pack"));
}

#[test]
#[ignore = "needs the module of wasm-pack: cargo xtask test"]
fn the_module_of_wasm_pack_with_its_own_corpus_answers_as_native_code_does() {
    compare(&["node".to_owned()], "target/wasm-pack/policy_finder.js", "target/wasm-pack/policy_finder_bg.wasm", None);
}

/// V8 of Chromium 78 and 84, as programs of their own; npm has them for Linux on x64 alone.
fn old_kernels() -> Vec<String> {
    let programs = ["7.8", "8.4"].map(|version| format!("tests/kernels/node_modules/v8-{version}/bin/node"));
    let (here, absent): (Vec<_>, Vec<_>) = programs.into_iter().partition(|program| root().join(program).exists());
    assert!(absent.is_empty() || !cfg!(all(target_os = "linux", target_arch = "x86_64")), "not installed: {absent:?}");
    if !absent.is_empty() {
        println!("skipped: there is no {absent:?}");
    }
    here
}

#[test]
#[ignore = "needs the built module and the old kernels: cargo xtask test"]
fn the_lowered_module_answers_on_old_kernels_as_native_code_does() {
    compare(&old_kernels(), "www/dist/lowered/engine.js", "www/dist/lowered/engine.wasm", Some("www/dist/corpus.pack"));
}

#[test]
#[ignore = "needs the built page and the old kernels: cargo xtask test"]
fn every_kernel_reads_the_scripts_and_is_given_the_module_it_can_compile() {
    let says = |kernel: &str| {
        let mut command = Command::new(kernel);
        command.args(["--experimental-vm-modules", "--no-warnings", "tests/kernels/choice.mjs"]).current_dir(root());
        let output = command.output().expect("the kernel runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{kernel}: {said}{}", String::from_utf8_lossy(&output.stderr));
        said
    };
    assert_eq!(says("node"), "chooses worker.js engine.wasm\ncompiles engine.wasm\ncompiles lowered/engine.wasm\n");
    for kernel in old_kernels() {
        let expected =
            "chooses lowered/worker.js lowered/engine.wasm\nrefused engine.wasm\ncompiles lowered/engine.wasm\n";
        assert_eq!(says(&kernel), expected, "{kernel}");
    }
}

/// A literal of the wrong shape does not compile: a key too many, one too few, a word that the type does not name.
#[test]
#[ignore = "needs the packages of www: cargo xtask test"]
fn the_types_of_the_page_are_the_shapes_of_the_engine() {
    let engine = Engine::bundled().expect("the bundled corpus opens");
    let mut source = format!("import type * as t from {:?};\n", root().join("www/src/types"));
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (index, (name, call, arguments)) in calls(&engine).into_iter().enumerate() {
        let shape = match call {
            "info" => "t.PackInfo",
            "fields" => "t.Field[]",
            "service" => "string | null",
            "search" => "t.SearchReport",
            "policy" => "t.PolicyPage",
            "lineage" => "t.Relative[]",
            "overview" => "t.Overview",
            "match" => "t.MatchReport",
            "suggest" => "t.Suggestion[]",
            "rank" => "[string, number][]",
            "calculate" => "t.CalculationReport",
            _ => unreachable!("calls() names no other"),
        };
        // A report is long, and all reports are made alike.
        let made = counts.entry(call).or_insert(0);
        *made += 1;
        if *made > 4 && matches!(call, "match" | "calculate") && !name.starts_with("refused") {
            continue;
        }
        let answer = answer(&engine, call, &arguments);
        let (shape, answer) = answer.get("error").map_or((shape, &answer), |error| ("t.EngineError", error));
        source += &format!("// {}\nexport const answer{index}: {shape} = {answer};\n", name.escape_debug());
    }
    for (index, file) in files("tests/guides/cases").into_iter().enumerate() {
        // The merged guide is made by the library here and by the page there (tests/guide.rs); its shape is one.
        if let report @ Value::Object(_) = &read(&file)["report"] {
            source += &format!("export const guide{index}: t.GuideReport = {report};\n");
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("answers.ts");
    fs::write(&file, source).expect("a temporary file");
    let output = Command::new("node")
        .arg("www/node_modules/typescript/bin/tsc")
        .args(["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "esnext"])
        .args(["--moduleResolution", "bundler", "--ignoreConfig"])
        .arg(&file)
        .current_dir(root())
        .output()
        .expect("node runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let start: String = said.chars().take(2000).collect();
    assert!(output.status.success(), "{start}{}", String::from_utf8_lossy(&output.stderr));
}
