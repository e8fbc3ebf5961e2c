//! The sample pack, and everything that can be asked of a pack. The fuzz targets use it too.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use policy_finder::report::search::SearchQuery;
use policy_finder::{Date, Engine, Error};
use policy_finder_pack::Bytes;

/// The sample corpus, compiled by this version.
pub static SAMPLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let corpus = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/jiangwan"));
    // The fuzz targets stand one folder further down.
    let corpus = if corpus.exists() {
        corpus
    } else {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/packs/jiangwan"))
    };
    policy_finder_compiler::compile(corpus).expect("the sample corpus has no faults").pack
});

/// An enterprise that every clause of the sample has something to say to.
pub const PROFILE: &str = r#"{
    "注册地": "江湾产业园", "注册日期": "2020-05-06", "高新技术企业": true, "首次认定年度": 2025,
    "企业称号": ["专精特新小巨人"], "产值": {"2025": "6亿元", "2024": "4亿元"}, "历年最高(产值)": "4亿元",
    "研发费用": "800万元", "担保费率": "1.5%", "担保贷款额": "1000万元", "参保人数": "20人", "租用面积": 620.5,
    "展会": [{"境外": true, "展位": [{"展位费": "2万元"}, {"展位费": "4万元", "类型": "特装"}]}, {"展位": []}],
    "受理日期": "2025-12-24", "办结日期": "2026-01-04"
}"#;

/// Sections with dictionaries: the bytes of the fst crate, which trusts them. Their checksum is their guard.
pub const DICTIONARIES: [&str; 4] = ["TOKENS", "LEXICON", "WORDING", "FRAME"];

/// Words, a document number, an everyday wording, a mistyped word, sounds, a question, nothing.
pub const QUERIES: [&str; 7] =
    ["担保费", "江园管发2025-8", "高企补贴", "高新技数企业", "yanfa", "研发费用800万元能补多少?", ""];

pub fn search(query: &str) -> SearchQuery {
    SearchQuery { query: query.to_owned(), as_of: as_of().to_string(), ..SearchQuery::default() }
}

pub fn as_of() -> Date {
    "2025-12-31".parse().expect("a date")
}

/// Opens a pack and asks it everything: all that can be read of it, as JSON.
pub fn read_everything(bytes: Vec<u8>) -> Result<String, Error> {
    everything(&Engine::open(bytes)?)
}

/// The same of a pack whose bytes are elsewhere, before they were checked.
pub fn read_unchecked(bytes: Vec<u8>) -> Result<String, Error> {
    everything(&Engine::open_elsewhere(Arc::new(Bytes::from(bytes)))?)
}

fn everything(engine: &Engine) -> Result<String, Error> {
    let mut read = vec![json(&engine.info()), json(&engine.fields())];
    for policy in engine.records().policies() {
        let id = engine.records().string(policy.id);
        read.push(engine.policy(id, as_of()).map_or_else(|error| error.to_string(), |page| json(&page)));
    }
    for query in QUERIES {
        read.push(json(&engine.search(&search(query))?));
    }
    for profile in ["{}", PROFILE] {
        read.push(answers(engine, profile).unwrap_or_else(|error| error.to_string()));
    }
    read.push(json(&engine.service()));
    let chosen: Vec<String> = engine.rules().benefits.iter().map(|benefit| benefit.id.clone()).collect();
    let input = serde_json::from_str(PROFILE).expect("a profile is an object");
    read.push(
        engine
            .guide(&chosen, &input, as_of().year(), as_of())
            .map_or_else(|error| error.to_string(), |report| json(&report)),
    );
    Ok(read.join("\n"))
}

/// Both reports for a profile in JSON.
pub fn answers(engine: &Engine, profile: &str) -> Result<String, Error> {
    let input = serde_json::from_str(profile).expect("a JSON object");
    let profile = engine.profile(&input, as_of())?;
    let matched = engine.match_profile(&profile, as_of())?;
    let calculated = engine.calculate(&profile, as_of())?;
    Ok(format!("{}\n{}", json(&matched), json(&calculated)))
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain data always encodes")
}
