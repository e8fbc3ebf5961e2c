//! Any bytes open or give an error: never a panic, never a wrong answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use policy_finder::{Engine, Error};
use policy_finder_pack::{Bytes, FORMAT_VERSION, Pack, PackError, PackWriter, SUPPORTED_FORMATS};
use serde_json::{Value, json};

mod layout;
mod read;

use read::{DICTIONARIES, SAMPLE, read_everything, read_unchecked};

/// The error of bytes that are not the sample; they may only open when they say the same.
fn refused(bytes: Vec<u8>, what: &str) -> Option<Error> {
    match catch_unwind(AssertUnwindSafe(|| read_everything(bytes))) {
        Ok(Ok(read)) => {
            assert_eq!(read, read_everything(SAMPLE.clone()).unwrap(), "{what}: opens and says something else");
            None
        }
        Ok(Err(error)) => Some(error),
        Err(_) => panic!("{what}: panics"),
    }
}

#[test]
fn the_sample_opens() {
    assert!(read_everything(SAMPLE.clone()).unwrap().contains("江园管发〔2025〕8号"));
}

#[test]
fn truncated_at_any_length_it_is_refused() {
    for length in 0..SAMPLE.len() {
        let error =
            refused(SAMPLE[..length].to_vec(), &format!("{length} bytes")).expect("a truncated pack is refused");
        let expected = match length {
            0..8 => "not_a_pack",
            _ => "pack_length",
        };
        assert_eq!(error.code(), expected, "{length} bytes");
    }
}

#[test]
fn with_bytes_appended_it_is_refused() {
    for extra in [&[0][..], &[0; 8], &SAMPLE[..]] {
        let error = refused([&SAMPLE[..], extra].concat(), "longer").expect("a longer pack is refused");
        assert_eq!(error.code(), "pack_length");
    }
}

#[test]
fn any_changed_byte_is_noticed() {
    let mut bytes = SAMPLE.clone();
    for at in 0..bytes.len() {
        let original = bytes[at];
        for changed in [original ^ 1, original ^ 0x80, !original] {
            bytes[at] = changed;
            let error = Pack::open(bytes.clone()).expect_err(&format!("byte {at} is {changed:#04x}"));
            if at < 8 {
                assert_eq!(error, PackError::NotAPack);
            }
        }
        bytes[at] = original;
    }
}

#[test]
fn bytes_elsewhere_say_the_same_and_are_checked_later() {
    assert_eq!(read_unchecked(SAMPLE.clone()).unwrap(), read_everything(SAMPLE.clone()).unwrap());
    let elsewhere = |bytes: Vec<u8>| Engine::open_elsewhere(Arc::new(Bytes::from(bytes)));
    elsewhere(SAMPLE.clone()).unwrap().verify().unwrap();
    let first = 32 + 32 * Pack::open(SAMPLE.clone()).unwrap().sections().count();
    for at in first..SAMPLE.len() {
        let mut bytes = SAMPLE.clone();
        bytes[at] ^= 1;
        let noticed = elsewhere(bytes).and_then(|engine| engine.verify()).err();
        assert!(matches!(noticed, Some(Error::Pack(_))), "byte {at}: {noticed:?}");
    }
}

#[test]
fn a_changed_byte_says_which_part_is_damaged() {
    let pack = Pack::open(SAMPLE.clone()).unwrap();
    let mut start = 32 + 32 * pack.sections().count();
    for (tag, length) in pack.sections() {
        if length > 0 {
            let mut bytes = SAMPLE.clone();
            bytes[start + length / 2] ^= 4;
            let error = Engine::open(bytes).err().expect("damage is noticed");
            assert_eq!(error, Error::Pack(PackError::Checksum { section: Some(tag) }));
            assert!(error.to_string().contains(&tag.to_string()) && error.to_string().contains("hint:"), "{error}");
        }
        start += length.next_multiple_of(8);
    }
}

/// A pack whose checksums fit but whose content a broken program wrote: bytes of each section in turn are replaced
/// and the file sealed again. `fuzz/` goes on from here.
#[test]
fn a_well_sealed_pack_with_broken_content_never_panics() {
    let pack = Pack::open(SAMPLE.clone()).unwrap();
    let sections: Vec<_> = pack.sections().map(|(tag, _)| (tag, pack.section(tag).unwrap().to_vec())).collect();
    for (broken, (tag, original)) in sections.iter().enumerate() {
        if DICTIONARIES.contains(&tag.to_string().as_str()) {
            continue;
        }
        let step = (original.len() / 40).max(1);
        for (at, pattern) in (0..original.len()).step_by(step).zip([0x01u8, 0x80, 0xff].into_iter().cycle()) {
            let mut writer = PackWriter::new();
            for (index, (tag, content)) in sections.iter().enumerate() {
                let mut content = content.clone();
                if index == broken {
                    content[at] ^= pattern;
                }
                writer.section(*tag, content);
            }
            let bytes = writer.finish();
            for read in [read_everything, read_unchecked] {
                if catch_unwind(AssertUnwindSafe(|| read(bytes.clone()))).is_err() {
                    panic!("{tag}: byte {at} ^ {pattern:#04x}: panics");
                }
            }
        }
    }
}

#[test]
fn a_missing_section_is_named() {
    let pack = Pack::open(SAMPLE.clone()).unwrap();
    for (left_out, _) in pack.sections() {
        let mut writer = PackWriter::new();
        for (tag, _) in pack.sections().filter(|(tag, _)| *tag != left_out) {
            writer.section(tag, pack.section(tag).unwrap().to_vec());
        }
        match read_everything(writer.finish()) {
            Err(Error::Pack(PackError::Missing { section })) => assert_eq!(section, left_out),
            // Rules and guides may be absent: such a pack is searched only. So may what it takes to apply.
            Ok(_) => assert!(
                ["RULES", "GUIDES", "SERVICE", "WORKDAYS"].contains(&left_out.to_string().as_str()),
                "{left_out}"
            ),
            Err(error) => panic!("{left_out}: {error}"),
        }
    }
}

#[test]
fn another_format_is_refused_with_both_versions_and_a_remedy() {
    let opened_as = |version: u32| {
        let mut bytes = SAMPLE.clone();
        bytes[8..12].copy_from_slice(&version.to_le_bytes());
        Engine::open(bytes).err().expect("another format is refused")
    };
    let newer = opened_as(FORMAT_VERSION + 1);
    assert_eq!(newer.code(), "pack_format");
    let (low, high) = (SUPPORTED_FORMATS.start(), SUPPORTED_FORMATS.end());
    let expected = format!(
        "pack format {}, this build reads {low}..={high}\n  \
         hint: update Policy Finder, or compile the corpus with this version's compiler",
        FORMAT_VERSION + 1
    );
    assert_eq!(newer.to_string(), expected);
    let older = opened_as(low - 1);
    assert!(older.to_string().contains("compile the corpus again"), "{older}");
}

#[test]
fn what_is_no_pack_says_so() {
    for bytes in [&b""[..], b"<!DOCTYPE html>", b"PK\x03\x04", &[0; 64]] {
        assert_eq!(Engine::open(bytes.to_vec()).err().unwrap().code(), "not_a_pack");
    }
}

/// Packs of past versions say today what they said then, or are refused with both versions and a remedy.
#[test]
fn kept_packs_answer_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packs");
    assert!(folder.join(format!("format-{FORMAT_VERSION}.pack")).exists(), "see tests/packs/README.md");
    for version in 1..=FORMAT_VERSION {
        let Ok(bytes) = std::fs::read(folder.join(format!("format-{version}.pack"))) else { continue };
        let opened = Engine::open(bytes);
        if !SUPPORTED_FORMATS.contains(&version) {
            assert_eq!(opened.err(), Some(Error::Pack(PackError::Format { found: version })));
            continue;
        }
        let engine = opened.unwrap();
        assert_eq!(engine.info().format, version);
        let recorded = std::fs::read_to_string(folder.join(format!("format-{version}.answers.json"))).unwrap();
        let recorded: Value = serde_json::from_str(&recorded).unwrap();
        let answers = answers(&engine);
        assert_eq!(answers, recorded, "format {version} now answers\n{answers:#}");
    }
}

/// Verdict and amount of every benefit, sums, and what is found first: what a pack promises whatever the wording.
fn answers(engine: &Engine) -> Value {
    let profile = engine.profile(&serde_json::from_str(read::PROFILE).unwrap(), read::as_of()).unwrap();
    let report = engine.calculate(&profile, read::as_of()).unwrap();
    let benefits = report.matched.clauses.iter().map(|c| (c.id.clone(), json!([c.verdict, c.clause, c.amount])));
    let found = read::QUERIES.iter().map(|query| {
        let hits = engine.search(&read::search(query)).unwrap().hits;
        (query.to_string(), json!(hits.first().map(|hit| &hit.policy)))
    });
    json!({
        "info": engine.info(),
        "benefits": benefits.collect::<serde_json::Map<_, _>>(),
        "totals": report.totals,
        "found": found.collect::<serde_json::Map<_, _>>(),
    })
}
