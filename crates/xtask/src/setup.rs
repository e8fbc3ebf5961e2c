//! What the machine lacks is installed, once; what it has is used.

use std::fs;

use crate::root;
use crate::shell::{self, Result, output, run, step};

const WASM: &str = "wasm32-unknown-unknown";

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
