//! The WASM module and the bundled corpus: `www/engine/`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use wasm_bindgen_cli_support::Bindgen;

use crate::root;
use crate::shell::{self, Result, output, run, step};

/// Where module, glue, types and pack are put for the page's build.
pub fn folder() -> PathBuf {
    root().join("www/engine")
}

/// The module without a corpus, so that code and corpus are cached apart.
pub fn build() -> Result {
    let wasm = cargo(&["--no-default-features"])?;
    let out = root().join("target/module");
    bindgen(&wasm, &out)?;
    let optimized = out.join("optimized.wasm");
    optimize(&out.join("policy_finder_bg.wasm"), &optimized)?;
    fs::create_dir_all(folder()).map_err(|e| e.to_string())?;
    for name in ["policy_finder.js", "policy_finder.d.ts", "policy_finder_bg.wasm.d.ts"] {
        copy(&out.join(name), &folder().join(name))?;
    }
    copy(&optimized, &folder().join("policy_finder_bg.wasm"))
}

/// The documented tool, `wasm-pack build --target web`, gives the module that wasm-bindgen's library gives: same glue, same
/// types, same bytes. Leaves it in `target/wasm-pack/`.
pub fn compare_with_wasm_pack(tools: &Path) -> Result {
    let wasm = cargo(&[])?;
    let ours = root().join("target/embedded");
    bindgen(&wasm, &ours)?;
    let theirs = root().join("target/wasm-pack");
    step("wasm-pack build --target web", || {
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([tools.to_owned()].into_iter().chain(env::split_paths(&path)));
        let mut command = shell::command("wasm-pack", &["build", "--target", "web", "--mode", "no-install"]);
        command.arg("--out-dir").arg(&theirs).env("PATH", path.map_err(|e| e.to_string())?);
        shell::status(command)
    })?;
    for name in ["policy_finder.js", "policy_finder.d.ts", "policy_finder_bg.wasm", "policy_finder_bg.wasm.d.ts"] {
        let read = |folder: &Path| fs::read(folder.join(name)).map_err(|e| format!("{name}: {e}"));
        if read(&ours)? != read(&theirs)? {
            return Err(format!(
                "{name} of wasm-pack differs from ours: compare target/embedded with target/wasm-pack"
            ));
        }
    }
    Ok(())
}

/// The bundled corpus as a file.
pub fn pack() -> Result {
    step("compile corpus", || {
        let compiled = policy_finder_compiler::compile(&root().join("corpus")).map_err(|faults| {
            let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
            format!("the corpus has faults\n{}", list.join("\n"))
        })?;
        let file = folder().join("corpus.pack");
        fs::write(&file, compiled.pack).map_err(|e| format!("{}: {e}", file.display()))
    })
}

/// Builds the library for the browser; the path of the module.
pub fn cargo(features: &[&str]) -> Result<PathBuf> {
    let target = "wasm32-unknown-unknown";
    run("cargo", &[&["build", "--release", "--lib", "--target", target], features].concat())?;
    Ok(root().join("target").join(target).join("release/policy_finder.wasm"))
}

/// Writes glue and types, as `wasm-bindgen --target web` does.
pub fn bindgen(wasm: &Path, out: &Path) -> Result {
    step("wasm-bindgen", || {
        let mut bindgen = Bindgen::new();
        // What the command line tool does unless told otherwise; the library's default differs.
        bindgen.input_path(wasm).typescript(true).omit_default_module_path(false);
        bindgen.web(true).and_then(|bindgen| bindgen.generate(out)).map_err(|error| format!("wasm-bindgen: {error:#}"))
    })
}

/// `wasm-opt` of the npm package. Debian's version 108 prints success and writes a module that cannot start.
fn optimize(from: &Path, to: &Path) -> Result {
    let program = root().join("www/node_modules/binaryen/bin/wasm-opt");
    let program = program.to_string_lossy();
    let version = output("node", &[&program, "--version"]).ok_or("wasm-opt of npm binaryen does not run")?;
    let number = version.split_whitespace().nth(2).and_then(|n| n.parse::<u32>().ok());
    if number.is_none_or(|number| number < 132) {
        return Err(format!("{version}: 132 or newer is needed\n  hint: delete www/node_modules and run again"));
    }
    // Functions with one caller stay apart: inlined, the file is a little shorter and compresses 7 % worse.
    let arguments = ["-Oz", "--one-caller-inline-max-function-size=1", "-o"];
    step("wasm-opt", || {
        let mut wasm_opt = shell::command("node", &[&program, &from.to_string_lossy()]);
        wasm_opt.args(arguments).arg(to);
        shell::status(wasm_opt)
    })
}

fn copy(from: &Path, to: &Path) -> Result {
    fs::copy(from, to).map(drop).map_err(|e| format!("{}: {e}", from.display()))
}
