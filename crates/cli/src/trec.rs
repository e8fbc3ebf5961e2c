//! Many questions at once: JSON lines in, a TREC run out.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use policy_finder::Engine;
use policy_finder::search::Unit;
use serde::Deserialize;

use crate::Outcome;
use crate::failure::Failure;
use crate::table::grouped;

#[derive(Deserialize)]
struct Question {
    qid: String,
    text: String,
}

/// The last column of a run: what made it.
const TAG: &str = "policy-finder";

pub fn run(engine: &Engine, queries: &Path, run: &Path, limit: usize, unit: Unit) -> Result<Outcome, Failure> {
    let questions = read(queries)?;
    let unwritable = |error| Failure::file(run, "written", &error);
    let mut out = BufWriter::new(File::create(run).map_err(unwritable)?);
    let progress = ProgressBar::with_draw_target(Some(questions.len() as u64), ProgressDrawTarget::stderr());
    progress.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}").expect("a constant template"));
    let begin = Instant::now();
    let mut lines = 0;
    for question in &questions {
        for (position, (id, score)) in engine.rank(&question.text, limit, unit).into_iter().enumerate() {
            writeln!(out, "{} Q0 {id} {} {score:.6} {TAG}", question.qid, position + 1).map_err(unwritable)?;
            lines += 1;
        }
        progress.inc(1);
    }
    out.flush().map_err(unwritable)?;
    progress.finish_and_clear();
    let micros = begin.elapsed().as_micros() as usize;
    let each = micros / questions.len().max(1);
    Ok(Outcome::clean(format!(
        "{} questions, {} lines, {} ms, {} µs a question\nwrote {}\n",
        grouped(questions.len()),
        grouped(lines),
        grouped(micros / 1000),
        grouped(each),
        run.display()
    )))
}

fn read(path: &Path) -> Result<Vec<Question>, Failure> {
    let file = File::open(path).map_err(|error| Failure::file(path, "read", &error))?;
    let mut questions: Vec<Question> = Vec::new();
    let mut seen = HashSet::new();
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| Failure::file(path, "read", &error))?;
        if line.trim().is_empty() {
            continue;
        }
        let fault = |what: String| {
            Failure::new("queries", format!("{}:{}: {what}", path.display(), index + 1))
                .hint("each line is {\"qid\": \"q1\", \"text\": \"…\"}; a qid stands once and has no blanks")
        };
        let question: Question = serde_json::from_str(&line).map_err(|error| {
            let message = error.to_string();
            fault(message.split(" at line ").next().unwrap_or_default().to_owned())
        })?;
        if question.qid.is_empty() || question.qid.contains(char::is_whitespace) {
            return Err(fault(format!("qid {:?} cannot stand in a run", question.qid)));
        }
        if !seen.insert(question.qid.clone()) {
            return Err(fault(format!("qid {:?} stands twice", question.qid)));
        }
        questions.push(question);
    }
    Ok(questions)
}
