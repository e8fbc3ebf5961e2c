//! The contract between compiler and engine: one file format, read and written here.
