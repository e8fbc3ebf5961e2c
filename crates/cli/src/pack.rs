use std::fs;
use std::path::Path;

use policy_finder::Engine;

use crate::failure::Failure;

/// Reads and opens a pack.
pub fn open(path: &Path) -> Result<Engine, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::file(path, "read", &error))?;
    Engine::open(bytes).map_err(|error| Failure::engine(path, &error))
}
