//! What the machine lacks is installed, once; what it has is used.

use std::path::PathBuf;
use std::{env, fs};

use crate::root;
use crate::shell::{self, Result, output, run, step};

const WASM: &str = "wasm32-unknown-unknown";

/// The same as the library's in Cargo.toml; wasm-pack insists on it.
const WASM_BINDGEN: &str = "0.2.129";
const WASM_PACK: &str = "0.15.1";

/// The compiler's own library for the browser.
pub fn wasm_target() -> Result {
    let sysroot = output("rustc", &["--print", "sysroot"]).ok_or("rustc does not run\n  hint: install rustup")?;
    if fs::exists(format!("{sysroot}/lib/rustlib/{WASM}/lib")).unwrap_or(false) {
        return Ok(());
    }
    run("rustup", &["target", "add", WASM])
        .map_err(|error| format!("{error}\n  hint: this Rust has no {WASM} library; install Rust with rustup"))
}

/// The locked npm packages of a folder; nothing is done where they are there already.
pub fn npm_packages(folder: &str) -> Result {
    let version = output("node", &["--version"]).ok_or("node does not run\n  hint: install Node 20 or newer")?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|n| n.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        return Err(format!("node is {version}\n  hint: install Node 20 or newer"));
    }
    let folder = root().join(folder);
    let lock = fs::read(folder.join("package-lock.json")).map_err(|e| format!("package-lock.json: {e}"))?;
    let installed = folder.join("node_modules/.installed-lock");
    if fs::read(&installed).is_ok_and(|done| done == lock) {
        return Ok(());
    }
    // No package of ours needs its install script: the programs come as packages.
    step("npm ci", || {
        let mut npm = shell::command("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        npm.current_dir(&folder);
        shell::status(npm)
    })?;
    fs::write(&installed, lock).map_err(|e| format!("{}: {e}", installed.display()))
}

/// `wasm-pack` and the `wasm-bindgen` it calls, in `target/tools/bin` where the machine has not these very versions.
///
/// Unoptimised: they run for a second, and compiling them optimised takes three times as long. Answers the folder that
/// must stand first in the PATH.
pub fn wasm_pack() -> Result<PathBuf> {
    let tools = root().join("target/tools");
    for (package, program, version) in
        [("wasm-bindgen-cli", "wasm-bindgen", WASM_BINDGEN), ("wasm-pack", "wasm-pack", WASM_PACK)]
    {
        let here = tools.join("bin").join(program);
        let is_right = |program: &str| output(program, &["--version"]).is_some_and(|says| says.ends_with(version));
        if is_right(&here.to_string_lossy()) || is_right(program) {
            continue;
        }
        let root = tools.to_string_lossy();
        step(&format!("cargo install {package} {version}"), || {
            let mut cargo = shell::command("cargo", &["install", "--quiet", "--debug", "--locked", "--force"]);
            cargo.args(["--root", &root, "--version", version, package, "--bin", program]);
            // Both share what they have in common.
            cargo.env("CARGO_TARGET_DIR", tools.join("build"));
            shell::status(cargo)
        })?;
    }
    Ok(tools.join("bin"))
}

/// Chromium and a Chinese font, for the tests; `POLICY_FINDER_BROWSER` names another browser of its family.
pub fn browser() -> Result<PathBuf> {
    if let Some(path) = env::var_os("POLICY_FINDER_BROWSER") {
        let path = PathBuf::from(path);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(format!("POLICY_FINDER_BROWSER={}: there is no such file", path.display()))
        };
    }
    let known = || ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| on_path(name));
    let font = || output("fc-list", &[":lang=zh", "family"]).is_some_and(|list| !list.is_empty());
    if known().is_none() || !font() {
        apt(&["chromium", "fonts-noto-cjk"]).map_err(|error| {
            format!(
                "the tests need Chromium and a Chinese font, and apt could not install them: {error}\n  \
                 hint: install them by hand, or name a browser: POLICY_FINDER_BROWSER=/path/to/chromium cargo xtask test"
            )
        })?;
    }
    known().ok_or_else(|| {
        "no Chromium on the PATH after installing it\n  hint: POLICY_FINDER_BROWSER=/path/to/chromium".to_owned()
    })
}

/// Firefox, for the visitor's paths; `POLICY_FINDER_FIREFOX` names another one. None where it cannot be installed.
pub fn firefox() -> Result<Option<PathBuf>> {
    if let Some(path) = env::var_os("POLICY_FINDER_FIREFOX") {
        let path = PathBuf::from(path);
        return if path.is_file() {
            Ok(Some(path))
        } else {
            Err(format!("POLICY_FINDER_FIREFOX={}: there is no such file", path.display()))
        };
    }
    let known = || ["firefox-esr", "firefox"].iter().find_map(|name| on_path(name));
    if known().is_none()
        && let Err(error) = apt(&["firefox-esr"])
    {
        println!("skipped: the tests in Firefox; apt could not install it: {error}");
        println!("  hint: POLICY_FINDER_FIREFOX=/path/to/firefox cargo xtask test");
    }
    Ok(known())
}

fn apt(packages: &[&str]) -> Result {
    if on_path("apt-get").is_none() {
        return Err("this system has no apt-get".to_owned());
    }
    let root = output("id", &["-u"]).is_some_and(|id| id == "0");
    let apt = |arguments: &[&str]| {
        let line = [&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"], arguments].concat();
        if root { run(line[0], &line[1..]) } else { run("sudo", &[&["--non-interactive"], &line[..]].concat()) }
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|file| file.is_file())
}
