//! The contract between compiler and engine: one file format, read and written here.
//!
//! A *pack* is one immutable file: a header, a table of sections, and the sections. The compiler writes it,
//! the engine opens it in place. `docs/pack-format.md` describes every byte.
//!
//! Reading order: [`format`] (the container), [`records`] (policies and clauses), [`rules`] (rule tables),
//! [`analyzer`] (text to terms), [`index`] (terms to policies), then the value types they are made of.

pub mod analyzer;
pub mod date;
mod error;
pub mod exact;
pub mod format;
pub mod guide;
pub mod index;
pub mod order;
pub mod records;
pub mod rules;
pub mod service;
pub mod units;
pub mod validity;
pub mod workdays;

pub use date::Date;
pub use error::PackError;
pub use exact::Exact;
#[cfg(feature = "write")]
pub use format::PackWriter;
pub use format::{Bytes, FORMAT_VERSION, Pack, SUPPORTED_FORMATS, Section, Source, Tag};
pub use units::Dimension;
