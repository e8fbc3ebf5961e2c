//! What a visitor waits for, on the bundled corpus: `cargo bench --bench engine`.

use criterion::{Criterion, criterion_group, criterion_main};
use policy_finder::report::search::SearchQuery;
use policy_finder::{Date, Engine};
use std::hint::black_box;
use std::path::Path;

fn pack() -> &'static [u8] {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    policy_finder_compiler::compile(&corpus).expect("the bundled corpus has no faults").pack.leak()
}

fn as_of() -> Date {
    "2025-12-31".parse().expect("a date")
}

fn open(c: &mut Criterion) {
    let pack = pack();
    c.bench_function("open", |b| b.iter(|| Engine::open(black_box(pack)).expect("it opens")));
}

fn search(c: &mut Criterion) {
    let engine = Engine::open(pack()).expect("it opens");
    let mut group = c.benchmark_group("search");
    for (name, query) in [
        ("two characters", "补贴"),
        ("a name", "高新技术企业"),
        ("a document number", "长经开管发2021-120"),
        ("a question", "我们公司去年研发费用800万元,能申请哪些补贴?"),
        ("mistyped", "高新技数企业"),
        ("sounds", "danbaofei"),
    ] {
        let query = SearchQuery { query: query.into(), as_of: as_of().to_string(), ..SearchQuery::default() };
        group.bench_function(name, |b| b.iter(|| engine.search(black_box(&query)).expect("it answers")));
    }
}

fn rules(c: &mut Criterion) {
    let engine = Engine::open(pack()).expect("it opens");
    for (name, text) in [
        ("nothing known", "{}"),
        ("manufacturer", include_str!("../tests/cases/profiles/lingbujian.json")),
        ("start-up", include_str!("../tests/cases/profiles/ruanjian.json")),
    ] {
        let input = serde_json::from_str(text).expect("a profile");
        let profile = engine.profile(&input, as_of()).expect("values of the vocabulary");
        c.bench_function(&format!("match/{name}"), |b| b.iter(|| engine.match_profile(black_box(&profile), as_of())));
        c.bench_function(&format!("calc/{name}"), |b| b.iter(|| engine.calculate(black_box(&profile), as_of())));
    }
}

criterion_group!(benches, open, search, rules);
criterion_main!(benches);
