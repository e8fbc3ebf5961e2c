//! Reads a corpus folder, checks it and writes a pack.

pub mod diagnostic;
pub mod model;
