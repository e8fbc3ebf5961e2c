//! `cargo xtask test`: all checks behind one command.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("test") => test(),
        _ => {
            eprintln!("usage: cargo xtask test    runs every check");
            ExitCode::from(2)
        }
    }
}

fn test() -> ExitCode {
    let checks: [&[&str]; 2] =
        [&["fmt", "--all", "--check"], &["test", "--workspace", "--features", "policy-finder-pack/write"]];
    for arguments in checks {
        eprintln!("cargo {}", arguments.join(" "));
        match Command::new("cargo").args(arguments).status() {
            Ok(status) if status.success() => {}
            Ok(_) => return ExitCode::FAILURE,
            Err(error) => {
                eprintln!("cargo could not be started: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
