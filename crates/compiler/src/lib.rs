//! Reads a corpus folder, checks it and writes a pack.

pub mod anchors;
pub mod diagnostic;
pub mod keys;
pub mod load;
pub mod model;
pub mod vocabulary;
pub mod write;
