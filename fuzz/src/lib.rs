//! What the fuzz targets share with `tests/pack`.

#[path = "../../tests/pack/read.rs"]
pub mod read;
