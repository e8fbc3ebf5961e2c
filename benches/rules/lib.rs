//! The work that is measured natively and in WASM: one profile, every clause of a pack, with full trace.
//!
//! Full trace means that every line is there as text when the clock stops, as a report shows it.

use policy_finder::profile::{Profile, ProfileInput};
use policy_finder::rules::benefit::evaluate;
use policy_finder::rules::{BenefitOutcome, Session};
use policy_finder::{Date, Engine};

/// An open pack and the date of the profiles.
pub struct Work {
    pub engine: Engine,
    as_of: Date,
}

impl Work {
    /// # Panics
    /// On a pack or date that cannot be read: a bench has nobody to tell.
    pub fn open(pack: Vec<u8>, as_of: &str) -> Work {
        let engine = Engine::open(pack).expect("a pack of this build");
        Work { engine, as_of: as_of.parse().expect("a date") }
    }

    pub fn read(&self, input: &ProfileInput) -> Profile {
        self.engine.profile(input, self.as_of).expect("a profile without faults")
    }

    /// Calls `visit` with what every clause comes to.
    pub fn outcomes(&self, profile: &Profile, mut visit: impl FnMut(&str, &BenefitOutcome)) {
        let (book, session) = (self.engine.rules(), Session::default());
        for benefit in &book.benefits {
            let outcome = evaluate(book, benefit, self.as_of.year(), self.as_of, &profile.inputs, &session);
            visit(&benefit.id, &outcome);
        }
    }

    /// Lines and bytes of the whole trace.
    pub fn trace_size(&self, profile: &Profile) -> (usize, usize) {
        let (mut lines, mut bytes) = (0, 0);
        self.outcomes(profile, |_, outcome| {
            lines += outcome.trace.steps.len();
            bytes += outcome.trace.lines().map(str::len).sum::<usize>();
        });
        (lines, bytes)
    }
}

#[cfg(target_arch = "wasm32")]
mod module {
    use policy_finder::profile::ProfileInput;
    use wasm_bindgen::prelude::*;

    use super::Work;

    /// What JavaScript measures.
    #[wasm_bindgen]
    pub struct Sweep {
        work: Work,
        profiles: Vec<ProfileInput>,
    }

    #[wasm_bindgen]
    impl Sweep {
        #[wasm_bindgen(constructor)]
        pub fn new(pack: Vec<u8>, as_of: &str) -> Sweep {
            Sweep { work: Work::open(pack, as_of), profiles: Vec::new() }
        }

        /// Keeps a profile for [`Sweep::run`].
        pub fn add(&mut self, profile: JsValue) {
            self.profiles.push(input(profile));
        }

        /// Reads and evaluates every profile that was added; bytes of their traces.
        pub fn run(&self) -> usize {
            self.profiles.iter().map(|input| self.work.trace_size(&self.work.read(input)).1).sum()
        }

        /// One profile in, the trace of every clause out.
        pub fn trace(&self, profile: JsValue) -> String {
            let profile = self.work.read(&input(profile));
            let mut text = String::with_capacity(16 * 1024);
            self.work.outcomes(&profile, |id, outcome| {
                for part in [id, " ", outcome.verdict.name(), "\n"] {
                    text.push_str(part);
                }
                for line in outcome.trace.lines() {
                    text.push_str(line);
                    text.push('\n');
                }
            });
            text
        }
    }

    fn input(profile: JsValue) -> ProfileInput {
        serde_wasm_bindgen::from_value(profile).expect("a profile")
    }
}
