//! `rules-bench PACK PROFILES DATE`: profiles a CPU-second natively, and awards that differ from exact arithmetic, as JSON.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use policy_finder::profile::ProfileInput;
use policy_finder_pack::Exact;
use policy_finder_rules_bench::Work;

#[derive(serde::Deserialize)]
struct Line {
    kind: String,
    input: ProfileInput,
    /// Awards in fen, by the last part of the benefit's id.
    fen: BTreeMap<String, i64>,
}

/// CPU time of this process where the system tells it (Linux), else wall time.
fn clock(started: Instant) -> Duration {
    let cpu = fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = cpu.and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(|| started.elapsed(), Duration::from_nanos)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pack, profiles, as_of] = arguments.as_slice() else { panic!("rules-bench PACK PROFILES DATE") };
    let work = Work::open(fs::read(pack).expect("a pack"), as_of);
    let lines = fs::read_to_string(profiles).expect("profiles, one JSON object a line");
    let lines: Vec<Line> = lines.lines().map(|line| serde_json::from_str(line).expect("a profile")).collect();

    let mut wrong: BTreeMap<&str, usize> = BTreeMap::new();
    for Line { kind, input, fen } in &lines {
        let mut differs = false;
        work.outcomes(&work.read(input), |id, outcome| {
            let key = id.rsplit('#').next().unwrap_or_default();
            let expected = Exact::new(fen[key].into(), 100);
            differs |= outcome.amount.map(|(low, high)| (Some(low), high)) != Some((expected, expected));
        });
        *wrong.entry(kind).or_default() += usize::from(differs);
    }

    let random: Vec<&ProfileInput> =
        lines.iter().filter(|line| line.kind == "random").map(|line| &line.input).collect();
    let started = Instant::now();
    let per_second = |run: &dyn Fn()| {
        let before = clock(started);
        let mut rounds = 0;
        while clock(started) - before < Duration::from_secs(3) {
            run();
            rounds += random.len();
        }
        rounds as u128 * 1_000_000 / (clock(started) - before).as_micros().max(1)
    };
    let profiles: Vec<_> = random.iter().map(|input| work.read(input)).collect();
    let sizes = profiles.iter().map(|profile| work.trace_size(profile));
    let (steps, bytes) = sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
    let evaluated = per_second(&|| {
        for profile in &profiles {
            std::hint::black_box(work.trace_size(profile));
        }
    });
    let read_too = per_second(&|| {
        for input in &random {
            std::hint::black_box(work.trace_size(&work.read(input)));
        }
    });
    let result = serde_json::json!({
        "clauses": work.engine.rules().benefits.len(), "steps": steps / profiles.len(), "bytes": bytes / profiles.len(), "wrong": wrong,
        "evaluated": evaluated as u64, "read_too": read_too as u64,
    });
    println!("{result}");
}
