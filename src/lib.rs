//! Policy Finder: search, match and calculate enterprise support policies from one compiled pack.

pub mod calc;
pub mod credit_code;
pub mod engine;
pub mod error;
#[cfg(not(target_arch = "wasm32"))]
pub mod guide;
pub mod lineage;
pub mod matching;
pub mod overview;
pub mod profile;
pub mod report;
pub mod rules;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use engine::Engine;
pub use error::{Error, Fault};
pub use policy_finder_pack::{Date, validity};
pub use policy_finder_search as search;
