//! The page: `www/` to `www/dist/`.

use std::path::Path;

use crate::root;
use crate::shell::{self, Result, run, step};

/// Checks the types and bundles.
pub fn build() -> Result {
    run("node", &["www/node_modules/typescript/bin/tsc", "--project", "www"])?;
    run("node", &["www/build.mjs"])
}

/// Measures what is in `www/dist/`: with `--check` against the budgets, else into `docs/sizes.md`.
pub fn sizes(arguments: &[&str]) -> Result {
    run("node", &[&["www/sizes.mjs"], arguments].concat())
}

/// Assembles the npm package from `www/dist/`; fails where publint or are-the-types-wrong find fault.
pub fn package() -> Result {
    run("node", &["www/package.mjs"])
}

/// Serves until interrupted.
pub fn serve(port: &str) -> Result {
    shell::status(shell::command("node", &["www/serve.mjs", "--port", port]))
}

/// The visitor's tests, in real browsers.
pub fn test(browser: &Path, firefox: Option<&Path>) -> Result {
    run("node", &["www/node_modules/typescript/bin/tsc", "--project", "tests/browser"])?;
    playwright(browser, firefox, &["test"])
}

/// The pictures of `docs/screenshots/`.
pub fn screenshots(browser: &Path) -> Result {
    playwright(browser, None, &["test", "--config", "screenshots.config.ts"])
}

/// Time to first hits, with the tests' Playwright.
pub fn bench_first_hit(browser: &Path, rounds: &str) -> Result {
    step("first hits", || {
        let mut node = shell::command("node", &["benches/first-hit/run.mjs", rounds]);
        node.env("POLICY_FINDER_BROWSER", browser);
        shell::status(node)
    })
}

fn playwright(browser: &Path, firefox: Option<&Path>, arguments: &[&str]) -> Result {
    step("playwright test", || {
        let program = ["node_modules/@playwright/test/cli.js"];
        let mut playwright = shell::command("node", &[&program, arguments].concat());
        playwright.current_dir(root().join("tests/browser")).env("POLICY_FINDER_BROWSER", browser);
        if let Some(firefox) = firefox {
            playwright.env("POLICY_FINDER_FIREFOX", firefox);
        }
        shell::status(playwright)
    })
}
