//! Reads a corpus folder, checks it and writes a pack.
