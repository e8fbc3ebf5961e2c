//! Compiles `corpus/` into the pack that the feature `embed` bundles.

fn main() {
    println!("cargo::rerun-if-changed=corpus");
    #[cfg(feature = "embed")]
    embed();
}

#[cfg(feature = "embed")]
fn embed() {
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    match policy_finder_compiler::compile(std::path::Path::new("corpus")) {
        Ok(compiled) => {
            for warning in compiled.warnings {
                println!("cargo::warning={}", warning.to_string().replace('\n', " "));
            }
            std::fs::write(out.join("corpus.pack"), compiled.pack).expect("OUT_DIR is writable");
        }
        Err(faults) => {
            for fault in faults {
                println!("cargo::error={}", fault.to_string().replace('\n', " "));
            }
        }
    }
}
