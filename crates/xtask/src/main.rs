//! `cargo xtask`: everything behind one command each, on a machine that has rustup and Node and nothing else.

use std::num::NonZeroU8;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

mod module;
mod page;
mod setup;
mod shell;

use shell::Result;

const HELP: &str = "\
cargo xtask <command>

  serve [--port N]   build module and page, serve the demo portal on 127.0.0.1 (default port 8620)
  build              build module, pack and page into www/dist/
  test               run every check
  wasm-pack          build the module with wasm-pack, and hold it against ours
  package            build the npm package into target/package/ and check it
  sizes              build, and write the sizes of what a visitor downloads to docs/sizes.md
  bench-search       search beside other engines: benches/search, tables and docs/search-peers.svg
    [--seed N]       our engine alone, on newly drawn queries
  bench-first-hit    time to first hits on a slow line, beside Pagefind: benches/first-hit
    [ROUNDS]         median of so many rounds, 5 unless said
  bench-rules        rules beside other engines, native and in WASM: benches/rules
  screenshots        take the pictures of docs/screenshots/ again

A browser is needed by `test`, `screenshots` and `bench-first-hit` alone. It is installed with apt where that
is possible; elsewhere name one in POLICY_FINDER_BROWSER=/path/to/chromium. Firefox, in POLICY_FINDER_FIREFOX, is tested where it can be had.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["serve"] => serve("8620"),
        ["serve", "--port", port] => serve(port),
        ["build"] => build(),
        ["test"] => test(),
        ["wasm-pack"] => setup::wasm_target().and_then(|()| wasm_pack()),
        ["package"] => build().and_then(|()| page::package()),
        ["sizes"] => build().and_then(|()| page::sizes(&[])),
        ["bench-search"] => bench_search(&[]),
        ["bench-search", "--seed", seed] => bench_search(&[seed]),
        ["bench-first-hit"] => bench_first_hit("5"),
        ["bench-first-hit", rounds] => bench_first_hit(rounds),
        ["bench-rules"] => bench_rules(),
        ["screenshots"] => screenshots(),
        ["--help" | "-h" | "help"] | [] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!("there is no command `{}`\n\n{HELP}", arguments.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The project's root.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("xtask is built where it runs")
}

fn build() -> Result {
    setup::wasm_target()?;
    setup::npm_packages("www")?;
    module::build()?;
    module::pack()?;
    page::build()
}

fn wasm_pack() -> Result {
    module::compare_with_wasm_pack(&setup::wasm_pack()?)
}

fn serve(port: &str) -> Result {
    port.parse::<u16>().map_err(|_| format!("--port {port}: a port is a number from 0 to 65535"))?;
    build()?;
    page::serve(port)
}

/// The libraries and collection to compare with are not part of the project.
fn bench_search(seed: &[&str]) -> Result {
    let harness = root().join("../shared/peers/search");
    if !harness.is_dir() {
        println!("skipped: there is no {}", harness.display());
        return Ok(());
    }
    setup::wasm_target()?;
    setup::npm_packages("www")?;
    module::build()?;
    shell::run("cargo", &["build", "--release", "--package", "policy-finder-cli"])?;
    shell::run("node", &[&["benches/search/run.mjs", &harness.to_string_lossy()], seed].concat())
}

fn bench_first_hit(rounds: &str) -> Result {
    rounds.parse::<NonZeroU8>().map_err(|_| format!("{rounds}: rounds are a number from 1 to 255"))?;
    setup::npm_packages("tests/browser")?;
    setup::npm_packages("benches/first-hit")?;
    let browser = setup::browser()?;
    build()?;
    page::bench_first_hit(&browser, rounds)
}

/// The rule engines to compare with, and their profiles, are not part of the project.
fn bench_rules() -> Result {
    let harness = root().join("../shared/peers/rules");
    if !harness.is_dir() {
        println!("skipped: there is no {}", harness.display());
        return Ok(());
    }
    setup::wasm_target()?;
    setup::npm_packages("www")?;
    module::build_current()?;
    let folder = root().join("target/rules-peers");
    module::build_bench("policy-finder-rules-bench", &folder.join("module"))?;
    shell::run("cargo", &["build", "--release", "--package", "policy-finder-rules-bench", "--bin", "rules-bench"])?;
    module::repeated_pack(&root().join("tests/exactness"), "ten", 1, &folder.join("ten.pack"))?;
    module::repeated_pack(&root().join("tests/exactness"), "ten", 4, &folder.join("forty.pack"))?;
    shell::run("node", &["benches/rules/run.mjs", &harness.to_string_lossy()])
}

fn screenshots() -> Result {
    setup::npm_packages("tests/browser")?;
    let browser = setup::browser()?;
    build()?;
    page::screenshots(&browser)
}

fn test() -> Result {
    let start = Instant::now();
    // What takes minutes to fail for want of a tool fails now.
    setup::wasm_target()?;
    setup::npm_packages("www")?;
    setup::npm_packages("tests/browser")?;
    setup::npm_packages("tests/kernels")?;
    let browser = setup::browser()?;
    let firefox = setup::firefox()?;
    let workspace = ["--workspace", "--all-targets", "--features", "policy-finder-pack/write"];
    shell::run("cargo", &["fmt", "--all", "--check"])?;
    shell::run("cargo", &[&["clippy", "--quiet"], &workspace[..], &["--", "--deny", "warnings"]].concat())?;
    shell::run("cargo", &["test", "--workspace", "--features", "policy-finder-pack/write"])?;
    shell::run("cargo", &["run", "--quiet", "--package", "policy-finder-cli", "--", "check", "corpus"])?;
    build()?;
    page::sizes(&["--check"])?;
    page::package()?;
    wasm_pack()?;
    shell::run("cargo", &["test", "--test", "parity", "--test", "guide", "--", "--ignored"])?;
    page::test(&browser, firefox.as_deref())?;
    let (minutes, seconds) = (start.elapsed().as_secs() / 60, start.elapsed().as_secs() % 60);
    println!("cargo xtask test: every check passed in {minutes} min {seconds} s");
    Ok(())
}
