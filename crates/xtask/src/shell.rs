//! Other programs, run so that a reader of the log sees what happens and how long it takes.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::root;

/// An error is a sentence for the person at the terminal.
pub type Result<T = ()> = std::result::Result<T, String>;

/// Runs a program in the project's root; its output is the user's.
pub fn run(program: &str, arguments: &[&str]) -> Result {
    step(&format!("{program} {}", arguments.join(" ")), || status(command(program, arguments)))
}

/// A command in the project's root.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

pub fn status(mut command: Command) -> Result {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name} failed ({status}); its own message is above")),
        Err(error) => Err(format!("{name} could not be started: {error}")),
    }
}

/// What a program prints; `None` where it is absent or fails.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program, arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Says what is being done, and afterwards how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("── {what}");
    let start = Instant::now();
    let done = work();
    let seconds = start.elapsed().as_secs_f32();
    match &done {
        Ok(_) => eprintln!("   {seconds:.1} s"),
        Err(_) => eprintln!("   failed after {seconds:.1} s"),
    }
    done
}
