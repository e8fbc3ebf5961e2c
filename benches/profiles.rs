//! How many whole profiles a second: 40 clauses each, with full trace. `cargo bench --bench profiles`.
//!
//! Counts CPU time of this process where the system tells it (Linux), so that a busy machine does not spoil the figure.

use std::path::Path;
use std::time::{Duration, Instant};

use policy_finder::profile::{Input, ProfileInput};
use policy_finder::rules::Session;
use policy_finder::rules::benefit::evaluate;
use policy_finder::{Date, Engine};

/// User time of the process in clock ticks of 10 ms.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let ticks: u64 = stat.rsplit(')').next()?.split_whitespace().nth(11)?.parse().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let compiled = policy_finder_compiler::compile(&corpus).expect("the test corpus has no faults");
    let engine = Engine::open(compiled.pack).expect("it opens");
    let as_of: Date = "2024-12-31".parse().expect("a date");
    let input = |case: &policy_finder_compiler::rules::Case| -> ProfileInput {
        let mut input: ProfileInput =
            case.given.iter().map(|given| (given.key.clone(), Input::Text(given.value.clone()))).collect();
        for list in &case.lists {
            let rows = list.rows.iter().map(|row| {
                Input::Map(row.iter().map(|(name, value)| (name.clone(), Input::Text(value.clone()))).collect())
            });
            input.insert(list.name.clone(), Input::List(rows.collect()));
        }
        input
    };
    // Every enterprise answers everything that any case answers, its own case first.
    let cases = &compiled.cases;
    let common: ProfileInput = cases.iter().flat_map(input).collect();
    let profiles: Vec<_> = cases
        .iter()
        .map(|case| {
            let whole: ProfileInput = common.clone().into_iter().chain(input(case)).collect();
            engine.profile(&whole, as_of).expect("answers of the cases")
        })
        .collect();
    let book = engine.rules();
    let benefits = &book.benefits[..40];
    let run = |rounds: usize| {
        let (mut steps, mut paying) = (0, 0);
        for _ in 0..rounds {
            for profile in &profiles {
                let session = Session::default();
                for benefit in benefits {
                    let outcome = evaluate(book, benefit, 2024, as_of, &profile.inputs, &session);
                    steps += outcome.trace.steps.len();
                    paying += usize::from(outcome.amount.is_some_and(|(low, _)| !low.is_zero()));
                }
            }
        }
        (steps, paying)
    };
    let (steps, paying) = run(1);
    let (started, cpu_before) = (Instant::now(), cpu());
    let rounds = 50;
    run(rounds);
    let elapsed = cpu().zip(cpu_before).map_or_else(|| started.elapsed(), |(after, before)| after - before);
    let count = rounds * profiles.len();
    let per_second = count as u128 * 1_000_000 / elapsed.as_micros().max(1);
    println!("{count} profiles of 40 clauses in {elapsed:?} of CPU: {per_second} profiles a CPU-second");
    println!("{} trace steps and {} paying clauses a profile", steps / profiles.len(), paying / profiles.len());
}
