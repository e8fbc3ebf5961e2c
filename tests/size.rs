//! 企业规模 in the bundled vocabulary, by the standard of 2017.
#![cfg(feature = "embed")]

use std::collections::BTreeMap;
use std::path::Path;

use policy_finder::profile::Input;
use policy_finder::rules::leaf::{Leaf, Stop};
use policy_finder::rules::scope::Scope;
use policy_finder::rules::{Session, wording};
use policy_finder::{Date, Engine};
use policy_finder_pack::rules::{FieldId, Node, NodeId};

/// Both sides of every bound of the 2017 standard, for each of its industries.
#[test]
fn the_size_of_an_enterprise_follows_from_its_industry_and_last_years_figures() {
    #[derive(serde::Deserialize)]
    struct Case {
        profile: BTreeMap<String, String>,
        size: String,
    }
    let engine = Engine::bundled().expect("the bundled corpus opens");
    let (book, as_of): (_, Date) = (engine.rules(), "2026-11-26".parse().expect("a date"));
    let field = book.fields.iter().position(|field| field.name == "企业规模").expect("a field");
    let field = FieldId(field as u32);
    let size = |profile: &BTreeMap<String, String>| {
        let input = profile.iter().map(|(key, value)| (key.clone(), Input::Text(value.clone()))).collect();
        let profile = engine.profile(&input, as_of).expect("answers that can be read");
        let nodes = [Node::Field { field, year: None }];
        let (session, event_year) = (Session::default(), profile.event_year);
        let scope = Scope { book, nodes: &nodes, lets: &[], tables: &[], event_year, as_of, session: &session };
        match Leaf::new(&scope, &profile.inputs).value(NodeId(0)) {
            Ok(value) => vec![wording::value(book, &value, &wording::field_unit(book, field))],
            Err(Stop::Split(split)) => split.missing.iter().map(|key| format!("? {}", key.label(book))).collect(),
            Err(stop) => panic!("{stop:?}"),
        }
    };
    let cases = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/enterprise-size.json"));
    let cases: Vec<Case> = serde_json::from_slice(&cases.expect("a file of cases")).expect("a list of cases");
    assert!(cases.len() > 100);
    for case in &cases {
        assert_eq!(size(&case.profile), [case.size.as_str()], "{:?}", case.profile);
        // What is stated outweighs what would follow.
        let mut stated = case.profile.clone();
        stated.insert("企业规模".to_owned(), "大型".to_owned());
        assert_eq!(size(&stated), ["大型"]);
    }
    let of =
        |answers: &[(&str, &str)]| size(&answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
    // What it follows from is asked for; the size itself only where the standard is silent.
    assert_eq!(of(&[("行业门类", "制造业")]), ["? 营业收入[2025年]", "? 从业人数[2025年]"]);
    assert_eq!(of(&[("行业门类", "制造业"), ("从业人数[2025年]", "19人")]), ["微型"]);
    assert_eq!(of(&[("行业门类", "金融业"), ("行业细类", "其他")]), ["? 企业规模"]);
}
