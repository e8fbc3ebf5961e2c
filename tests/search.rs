//! Search through the public API, on the bundled corpus.

use std::path::Path;
use std::sync::LazyLock;

use policy_finder::Engine;
use policy_finder::report::search::{SearchQuery, SearchReport};
use policy_finder::search::Unit;
use policy_finder_pack::analyzer::{fold_text, folded, is_han};
use policy_finder_pack::index::Index;

const AS_OF: &str = "2026-11-25";

/// The corpus folder, compiled once for all tests.
fn engine() -> Engine {
    static PACK: LazyLock<&'static [u8]> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let compiled = policy_finder_compiler::compile(&folder).expect("the corpus compiles");
        compiled.pack.leak()
    });
    Engine::open(*PACK).expect("the pack opens")
}

fn search(engine: &Engine, query: &str) -> SearchReport {
    let query =
        SearchQuery { query: query.to_owned(), as_of: AS_OF.to_owned(), limit: Some(200), ..Default::default() };
    engine.search(&query).expect("whatever is typed has an answer")
}

/// Random numbers that are the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// Title, headings and text of every policy, each apart, folded; an account of its own, by policy id.
fn texts(engine: &Engine) -> Vec<(String, Vec<String>)> {
    let records = engine.records();
    let ids = records.policies().iter().map(|p| records.string(p.id).to_owned());
    ids.map(|id| {
        let page = engine.policy(&id, AS_OF.parse().unwrap()).unwrap();
        let clauses = page.clauses.into_iter().flat_map(|c| [c.heading, c.text]);
        let parts = clauses.chain([page.title]).map(|text| fold_text(&text)).collect();
        (id, parts)
    })
    .collect()
}

fn holding<'a>(texts: &'a [(String, Vec<String>)], piece: &str) -> Vec<&'a str> {
    let holds = |parts: &[String]| parts.iter().any(|part| part.contains(piece));
    texts.iter().filter(|(_, parts)| holds(parts)).map(|(id, _)| id.as_str()).collect()
}

/// A random run of Han characters of some clause.
fn run(texts: &[(String, Vec<String>)], random: &mut Random, longest: usize) -> Option<String> {
    let (_, parts) = &texts[random.below(texts.len())];
    let part = &parts[random.below(parts.len())];
    let runs: Vec<&str> = part.split(|c| !is_han(c)).filter(|run| run.chars().count() >= 2).collect();
    let run: Vec<char> = runs.get(random.below(runs.len()))?.chars().collect();
    let length = 2 + random.below(longest.min(run.len()) - 1);
    let start = random.below(run.len() - length + 1);
    Some(run[start..start + length].iter().collect())
}

#[test]
fn visitors_find_what_the_cases_say() {
    let engine = engine();
    let cases = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/search.txt")).unwrap();
    let mut missed = Vec::new();
    let mut count = 0;
    for line in cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (query, wanted) = line.split_once(" => ").expect("query => policy [within N]");
        let (policy, within) = wanted.split_once(" within ").unwrap_or((wanted, "1"));
        let within: usize = within.parse().expect("a number");
        let report = search(&engine, query);
        let place = report.hits.iter().position(|hit| hit.policy == policy);
        if place.is_none_or(|place| place >= within) {
            missed.push(format!("{query}: {policy} is {place:?}, wanted within {within}"));
        }
        count += 1;
    }
    assert!(count > 40, "the case file was read");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_word_of_the_index_is_found_by_typing_it() {
    let engine = engine();
    let texts = texts(&engine);
    let index = Index::open(engine.pack(), engine.records().policies().len()).unwrap();
    let words: Vec<String> = index.lexicon.words().stream().into_str_keys().unwrap();
    assert!(words.len() > 1000);
    for word in words.iter().step_by(11) {
        let holding = holding(&texts, word);
        // Names of departments and topics are words as well; they stand in no text.
        if holding.is_empty() {
            continue;
        }
        let found = engine.rank(word, 200, Unit::Policy);
        assert!(found.iter().any(|(id, _)| holding.contains(&id.as_str())), "{word}");
        assert!(holding.contains(&found[0].0.as_str()), "{word}: first is {}, in {holding:?}", found[0].0);
    }
}

#[test]
fn any_run_cut_from_a_clause_finds_its_policy() {
    let engine = engine();
    let texts = texts(&engine);
    let mut random = Random(20240607);
    let mut tried = 0;
    while tried < 400 {
        let Some(run) = run(&texts, &mut random, 8) else { continue };
        let holding = holding(&texts, &run);
        let found = engine.rank(&run, 100, Unit::Policy);
        if holding.len() <= 100 {
            for policy in &holding {
                assert!(found.iter().any(|(id, _)| id == policy), "{run}: {policy} is not in the first hundred");
            }
        }
        if holding.len() <= 3 {
            assert!(holding.contains(&found[0].0.as_str()), "{run}: first is {}, in {holding:?}", found[0].0);
        }
        tried += 1;
    }
}

#[test]
fn phrases_and_exclusions_agree_with_a_scan_of_the_text() {
    let engine = engine();
    let texts = texts(&engine);
    let mut random = Random(7);
    let mut tried = 0;
    while tried < 150 {
        let (Some(phrase), Some(other)) = (run(&texts, &mut random, 6), run(&texts, &mut random, 3)) else { continue };
        let mut wanted = holding(&texts, &phrase);
        let mut found: Vec<String> =
            search(&engine, &format!("\"{phrase}\"")).hits.into_iter().map(|h| h.policy).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "“{phrase}”");
        let excluded = holding(&texts, &other);
        wanted.retain(|policy| !excluded.contains(policy));
        let without = search(&engine, &format!("\"{phrase}\" -{other}"));
        let mut found: Vec<String> = without.hits.into_iter().map(|h| h.policy).collect();
        found.sort();
        assert_eq!(found, wanted, "“{phrase}” -{other}");
        tried += 1;
    }
}

#[test]
fn facet_counts_do_not_change_with_their_own_selection() {
    let engine = engine();
    for query in ["", "补贴", "人才"] {
        let open = search(&engine, query);
        let level = &open.facets.level[0];
        let ask = SearchQuery {
            query: query.to_owned(),
            as_of: AS_OF.to_owned(),
            level: Some(vec![level.value.clone()]),
            ..Default::default()
        };
        let chosen = engine.search(&ask).unwrap();
        assert_eq!(chosen.facets.level, open.facets.level, "{query}");
        assert_eq!(chosen.total, level.count, "{query}");
        let impossible = SearchQuery { topic: Some(vec!["没有的主题".to_owned()]), ..ask };
        let none = engine.search(&impossible).unwrap();
        assert_eq!(none.total, 0);
        assert!(none.facets.topic.iter().any(|t| t.value == "没有的主题" && t.count == 0), "chosen values stay");
    }
}

#[test]
fn a_query_of_filters_alone_lists_the_newest_first() {
    let report = search(&engine(), "");
    assert_eq!(report.total, engine().records().policies().len());
    let dates: Vec<_> = report.hits.iter().filter_map(|hit| hit.issued.clone()).collect();
    assert!(dates.len() > 10);
}

#[test]
fn marks_are_utf16_offsets_inside_their_string() {
    let engine = engine();
    let texts = texts(&engine);
    let mut random = Random(3);
    for _ in 0..60 {
        let Some(query) = run(&texts, &mut random, 5) else { continue };
        for hit in search(&engine, &query).hits.iter().take(20) {
            for (text, marks) in [(&hit.title, &hit.title_marks), (&hit.snippet, &hit.highlights)] {
                let units: Vec<u16> = text.encode_utf16().collect();
                for &(start, end) in marks {
                    assert!(start < end && end as usize <= units.len(), "{query}: {start}..{end} of {text}");
                    let marked = String::from_utf16(&units[start as usize..end as usize]).expect("whole characters");
                    assert!(folded(&marked).iter().any(|c| c.is_alphanumeric()), "{query}: {marked}");
                }
            }
        }
    }
}

#[test]
fn whatever_is_typed_has_an_answer() {
    let engine = engine();
    let texts = texts(&engine);
    let mut random = Random(1);
    let pieces = [
        "\0",
        "\u{7f}",
        "\u{feff}",
        "\u{200d}",
        "\u{fffd}",
        "\u{1f600}",
        "𠮷",
        "ﷺ",
        "İ",
        "ß",
        "〔",
        "〕",
        "号",
        "2021",
        "120",
        "令",
        "第",
        "\"",
        "“",
        "”",
        "-",
        "−",
        "标题:",
        "年份:",
        ":",
        "%",
        "亿元",
        "9999999999999999999",
        "0.",
        ".5",
        "\n",
        "\t",
        "gao",
        "xq",
        "'",
        "的",
        "？",
        "吗",
        "ａ",
        "－",
        "補貼",
    ];
    for round in 0..600 {
        let mut query = String::new();
        for _ in 0..random.below(12) {
            match random.below(3) {
                0 => query.push_str(pieces[random.below(pieces.len())]),
                1 => query.extend(run(&texts, &mut random, 6)),
                _ => query.extend(char::from_u32(random.below(0x30000) as u32)),
            }
        }
        if round % 100 == 0 {
            query = query.repeat(10_000 / query.len().max(1) + 1);
        }
        let report = search(&engine, &query);
        assert_eq!(report.query, query);
        engine.suggest(&query, 8);
        engine.rank(&query, 10, Unit::Clause);
    }
}
