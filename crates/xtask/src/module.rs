//! The WASM module, once more for old kernels, and the bundled corpus: `www/engine/`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, fs};

use wasm_bindgen_cli_support::Bindgen;

use crate::root;
use crate::shell::{self, Result, output, run, step};

const TARGET: &str = "wasm32-unknown-unknown";

/// Where module, glue, types and pack are put for the page's build.
pub fn folder() -> PathBuf {
    root().join("www/engine")
}

/// The modules without a corpus, so that code and corpus are cached apart.
pub fn build() -> Result {
    build_current()?;
    let lowered = root().join("target/lowered");
    optimize(&lower(&lowered)?, &lowered, &MVP, &folder().join("lowered"))
}

/// The module for kernels of today alone.
pub fn build_current() -> Result {
    let wasm = cargo(&["--no-default-features"])?;
    optimize(&wasm, &root().join("target/module"), &[], &folder())
}

/// What the first version of WebAssembly had, and the one later proposal that all promised kernels know.
const MVP: [&str; 2] = ["--mvp-features", "--enable-mutable-globals"];

/// The same code in instructions that Chromium 78 knows: Rust's own need 96.
///
/// Four steps, and each is needed. With `target-cpu=mvp` wasm-bindgen's macros choose no reference types; but Rust's standard
/// library is compiled already and holds newer instructions, so `wasm-opt` replaces those; then it writes into the module
/// which features are left, as wasm-bindgen reads them there and would add a table of references; and the last step,
/// [`optimize`], must not bring any of them back.
fn lower(folder: &Path) -> Result<PathBuf> {
    let mut cargo =
        shell::command("cargo", &["build", "--release", "--lib", "--target", TARGET, "--no-default-features"]);
    // A folder apart: the two kinds of build would throw out each other.
    cargo.env("RUSTFLAGS", "-Ctarget-cpu=mvp").arg("--target-dir").arg(folder);
    step("cargo build, target-cpu=mvp", || shell::status(cargo))?;
    let wasm = folder.join(TARGET).join("release/policy_finder.wasm");
    let [plain, lowered] = ["plain.wasm", "policy_finder.wasm"].map(|name| folder.join(name));
    if is_fresh(&lowered, &wasm) {
        return Ok(lowered);
    }
    let mut arguments: Vec<String> = [
        "bulk-memory",
        "bulk-memory-opt",
        "sign-ext",
        "nontrapping-float-to-int",
        "mutable-globals",
        "reference-types",
        "multivalue",
        "call-indirect-overlong",
    ]
    .map(|feature| format!("--enable-{feature}"))
    .into();
    arguments.extend(
        ["--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering", "--signext-lowering"]
            .map(str::to_owned),
    );
    arguments.push("--strip-target-features".to_owned());
    wasm_opt(&wasm, &arguments, &plain)?;
    wasm_opt(&plain, &[&MVP[..], &["--emit-target-features"]].concat(), &lowered)?;
    Ok(lowered)
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

/// A module of another package, made as the page's is.
pub fn build_bench(package: &str, out: &Path) -> Result {
    let name = package.replace('-', "_");
    let wasm = cargo(&["--package", package])?.with_file_name(format!("{name}.wasm"));
    optimize(&wasm, &out.join("raw"), &[], out)
}

/// Compiles a corpus in which one policy stands several times, with ids and anchors of its own.
pub fn repeated_pack(corpus: &Path, policy: &str, copies: usize, pack: &Path) -> Result {
    step(&format!("compile {} with {copies} × {policy}", corpus.display()), || {
        let failed = |path: &Path| format!("{} cannot be copied", path.display());
        let folder = pack.with_extension("corpus");
        let (park, fields) = (folder.join("park"), Path::new("vocabulary/fields/all.toml"));
        drop(fs::remove_dir_all(&folder));
        for path in [&park, &folder.join("vocabulary/fields")] {
            fs::create_dir_all(path).map_err(|_| failed(path))?;
        }
        for file in [Path::new("corpus.toml"), fields] {
            copy(&corpus.join(file), &folder.join(file))?;
        }
        let text = fs::read_to_string(corpus.join("park").join(format!("{policy}.md"))).map_err(|e| e.to_string())?;
        for number in 0..copies {
            let id = format!("{policy}{number}");
            let text = text.replacen(&format!("id = \"{policy}\""), &format!("id = \"{id}\""), 1);
            let file = park.join(format!("{id}.md"));
            fs::write(&file, text.replace("{#", &format!("{{#{id}-"))).map_err(|_| failed(&file))?;
        }
        let compiled = policy_finder_compiler::compile(&folder).map_err(|faults| format!("{faults:?}"))?;
        fs::write(pack, compiled.pack).map_err(|e| format!("{}: {e}", pack.display()))
    })
}

/// Builds the library for the browser; the path of the module.
pub fn cargo(arguments: &[&str]) -> Result<PathBuf> {
    run("cargo", &[&["build", "--release", "--lib", "--target", TARGET], arguments].concat())?;
    Ok(root().join("target").join(TARGET).join("release/policy_finder.wasm"))
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

/// Glue and module by way of the folder `through`, made small, to the folder `out`.
fn optimize(wasm: &Path, through: &Path, features: &[&str], out: &Path) -> Result {
    let name = wasm.file_stem().unwrap_or_default().to_string_lossy();
    let module = format!("{name}_bg.wasm");
    let optimized = through.join("optimized.wasm");
    if !is_fresh(&optimized, wasm) {
        bindgen(wasm, through)?;
        // Functions with one caller stay apart: inlined, the file is a little shorter and compresses 7 % worse.
        let arguments = [features, &["-Oz", "--one-caller-inline-max-function-size=1"]].concat();
        wasm_opt(&through.join(&module), &arguments, &optimized)?;
    }
    fs::create_dir_all(out).map_err(|e| e.to_string())?;
    for file in [format!("{name}.js"), format!("{name}.d.ts"), format!("{module}.d.ts")] {
        copy(&through.join(&file), &out.join(&file))?;
    }
    copy(&optimized, &out.join(&module))
}

/// Is the file younger than what it was made from and than this program?
fn is_fresh(file: &Path, source: &Path) -> bool {
    let age = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    let sources = [Some(source.to_owned()), env::current_exe().ok()];
    age(file).is_some_and(|made| sources.iter().all(|source| source.as_deref().and_then(age).is_some_and(|s| s < made)))
}

/// `wasm-opt` of the npm package. Debian's version 108 prints success and writes a module that cannot start.
fn wasm_opt(from: &Path, arguments: &[impl AsRef<OsStr>], to: &Path) -> Result {
    let program = root().join("www/node_modules/binaryen/bin/wasm-opt");
    let program = program.to_string_lossy();
    let version = output("node", &[&program, "--version"]).ok_or("wasm-opt of npm binaryen does not run")?;
    let number = version.split_whitespace().nth(2).and_then(|n| n.parse::<u32>().ok());
    if number.is_none_or(|number| number < 132) {
        return Err(format!("{version}: 132 or newer is needed\n  hint: delete www/node_modules and run again"));
    }
    step("wasm-opt", || {
        let mut wasm_opt = shell::command("node", &[&program, &from.to_string_lossy()]);
        wasm_opt.args(arguments).arg("-o").arg(to);
        shell::status(wasm_opt)
    })
}

fn copy(from: &Path, to: &Path) -> Result {
    fs::copy(from, to).map(drop).map_err(|e| format!("{}: {e}", from.display()))
}
