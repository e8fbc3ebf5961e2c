//! Whatever is typed gets an answer: random queries on the bundled corpus, searched, ranked and completed.
//! `cargo bench --bench queries`, with `-- 1000` for another number of them.
//!
//! An error ends the run and names the query; so do more hits than the report's total, or a mark that ends outside its
//! text. A panic ends it as well. The slowest are searched again, so that a busy machine is not taken for a slow query.

use policy_finder::report::search::SearchQuery;
use policy_finder::search::Unit;
use policy_finder::{Date, Engine};
use policy_finder_pack::analyzer;
use std::path::Path;
use std::time::{Duration, Instant};

const QUERIES: usize = 100_000;
/// Searches that take longer are repeated; the least of so many times counts.
const SLOW: Duration = Duration::from_millis(5);
const TIMES: usize = 5;

/// Marsaglia's xorshift: the same queries on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn character(&mut self, text: &[char]) -> char {
        let from = |start: u32, count: usize, random: &mut Random| {
            char::from_u32(start + random.below(count) as u32).unwrap_or('\u{fffd}')
        };
        match self.below(10) {
            0..=2 => text[self.below(text.len())],
            3 => from(0x4e00, 0x5200, self),
            4 => from(0x20, 0x5f, self),
            5 => from(0, 0x20, self),
            6 => *self.choose(&[
                '"', '“', '”', '「', '」', '-', ':', '：', '〔', '〕', '号', '第', '元', '%', '年', '０', '\'',
            ]),
            7 => *self.choose(&[
                '\u{200b}',
                '\u{feff}',
                '\u{202e}',
                '\u{fffd}',
                '\u{e000}',
                '\u{10ffff}',
                '\u{301}',
                'ﬁ',
                'İ',
                '㎡',
            ]),
            8 => from(0x20000, 0xa6df, self),
            _ => from(0, 0x11_0000, self),
        }
    }

    fn choose<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(list.len());
        &list[at]
    }

    fn query(&mut self, text: &[char]) -> String {
        let length = match self.below(1000) {
            0 => 10_000,
            1..=20 => 200 + self.below(200),
            _ => self.below(40),
        };
        match self.below(5) {
            // Pieces of the corpus, as they are or between what nobody wrote.
            0 | 1 => {
                let mut query = String::new();
                while query.chars().count() < length {
                    let start = self.below(text.len());
                    let end = text.len().min(start + 1 + self.below(30));
                    query.extend(&text[start..end]);
                    query.push(self.character(text));
                }
                query
            }
            2 => {
                let field = *self.choose(&[
                    "标题:",
                    "文号:",
                    "年份:",
                    "层级:",
                    "部门:",
                    "-",
                    "\"",
                    "gxjs",
                    "nashui",
                    "〔2021〕",
                ]);
                field.chars().chain((0..length).map(|_| self.character(text))).collect()
            }
            _ => (0..length).map(|_| self.character(text)).collect(),
        }
    }
}

fn main() {
    let count = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(QUERIES);
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let pack = policy_finder_compiler::compile(&corpus).expect("the bundled corpus has no faults").pack;
    let engine = Engine::open(pack).expect("it opens");
    let records = engine.records();
    let text: Vec<char> =
        records.clauses().filter_map(|clause| records.text(clause).ok()).flat_map(str::chars).collect();
    let as_of: Date = "2025-12-31".parse().expect("a date");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut slowest, mut hits) = ((Duration::ZERO, String::new()), 0);
    let start = Instant::now();
    for _ in 0..count {
        let query = random.query(&text);
        let asked =
            SearchQuery { query: query.clone(), as_of: as_of.to_string(), limit: Some(10), ..SearchQuery::default() };
        let search = || {
            let begun = Instant::now();
            let report = engine.search(&asked).unwrap_or_else(|error| panic!("{query:?}: {error}"));
            (begun.elapsed(), report)
        };
        let (mut took, report) = search();
        if took > SLOW.max(slowest.0) {
            took = (1..TIMES).map(|_| search().0).fold(took, Duration::min);
        }
        if took > slowest.0 {
            slowest = (took, query.chars().take(60).collect());
        }
        hits += usize::from(!report.hits.is_empty());
        assert!(report.hits.len() <= report.total, "{query:?}: more hits than the total");
        for hit in &report.hits {
            let length = hit.snippet.encode_utf16().count() as u32;
            assert!(hit.highlights.iter().all(|&(from, to)| from < to && to <= length), "{query:?}: {hit:?}");
        }
        engine.rank(&query, 10, Unit::Clause);
        engine.suggest(&query, 8);
        analyzer::document_number(&query.chars().map(analyzer::fold).collect::<Vec<_>>());
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{count} queries, {hits} with hits, no panic and no error, {seconds:.1} s");
    println!("slowest search {:.1} ms: {:?}", slowest.0.as_secs_f64() * 1e3, slowest.1);
}
