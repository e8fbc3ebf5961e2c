//! The page: `www/` to `www/dist/`.

use crate::shell::{self, Result, run};

/// Checks the types and bundles.
pub fn build() -> Result {
    run("node", &["www/node_modules/typescript/bin/tsc", "--project", "www"])?;
    run("node", &["www/build.mjs"])
}

/// Serves until interrupted.
pub fn serve(port: &str) -> Result {
    shell::status(shell::command("node", &["www/serve.mjs", "--port", port]))
}
