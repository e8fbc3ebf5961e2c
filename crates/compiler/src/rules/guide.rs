//! The `guide` block: 办事指南, elements without expressions.

use std::collections::BTreeSet;

use policy_finder_pack::guide::{Channel, Guide, Material};

use super::{Source, required};
use crate::diagnostic::Diagnostic;

pub fn read(source: &Source, benefits: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) -> Option<Guide> {
    let block = &source.block.place;
    let mut keys = source.keys("guide");
    let item = required(&mut keys, "item", "guide", block, "add item = \"…\": the name of the service", diagnostics);
    let clause = source.clause(&mut keys, diagnostics);
    let channel = keys.string("channel", diagnostics).and_then(|words| {
        let channel = Channel::from_name(&words.text);
        if channel.is_none() {
            let fault = Diagnostic::error("unknown_channel", words.place(), format!("no channel “{}”", words.text));
            diagnostics.push(fault.hint("channels are: auto (免申即享), online (全程网办), on_site (现场办理)"));
        }
        channel
    });
    let mut materials = Vec::new();
    for mut keys in keys.tables("materials", "material", diagnostics) {
        let start = keys.start();
        let name = keys.text("name", diagnostics);
        let material = Material {
            name: name.clone().unwrap_or_default(),
            form: keys.text("form", diagnostics),
            copies: keys.loose("copies", diagnostics),
            required: keys.loose("required", diagnostics),
            source: keys.text("source", diagnostics),
        };
        keys.finish(&[], diagnostics);
        match name {
            Some(_) => materials.push(material),
            None => diagnostics.push(
                Diagnostic::error("required_key", start, "the material has no name").hint("add name = \"营业执照\""),
            ),
        }
    }
    let served = keys.strings("benefits", diagnostics);
    let served = served.iter().filter_map(|words| source.benefit(words, benefits, diagnostics)).collect();
    let guide = Guide {
        policy: source.block.policy as u32,
        clause,
        item: item.as_ref().map(|words| words.text.clone()).unwrap_or_default(),
        channel,
        benefits: served,
        materials,
        process: keys.texts("process", diagnostics),
        window: keys.text("window", diagnostics),
        place: keys.text("place", diagnostics),
        time_limit: keys.text("time_limit", diagnostics),
        phone: keys.text("phone", diagnostics),
        url: keys.text("url", diagnostics),
        deadline: keys.text("deadline", diagnostics),
        results: Some(keys.texts("results", diagnostics).join("、")).filter(|text| !text.is_empty()),
        note: keys.text("note", diagnostics),
        source: keys.text("source", diagnostics),
        not_found: keys.texts("not_found", diagnostics),
    };
    keys.finish(&[], diagnostics);
    item.map(|_| guide)
}
