//! The shape of a profile as JSON Schema, for programs that fill one in.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Engine;
use crate::report::Field;

/// JSON Schema 2020-12 of the profiles that a pack reads.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    #[serde(rename = "$schema")]
    dialect: &'static str,
    title: String,
    description: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    /// By Chinese name; each field also by its id.
    properties: BTreeMap<String, Shape>,
    /// `产值[2025年]`, `历年最高(产值)`, `已获(park-x#y)`.
    pattern_properties: BTreeMap<String, Shape>,
    additional_properties: bool,
}

/// What a value may be. An absent or `null` field is unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shape {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(rename = "type")]
    kind: Vec<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    options: Vec<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Shape>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<BTreeMap<String, Shape>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_properties: Option<Box<Shape>>,
}

impl Engine {
    /// The shape of the profiles that this pack reads.
    pub fn profile_schema(&self) -> Schema {
        let fields = self.fields();
        let mut properties = BTreeMap::new();
        let mut pattern_properties = BTreeMap::new();
        for field in &fields {
            let shape = shape(field);
            if field.yearly {
                let year = plain(field);
                let pattern = format!(r"^({}|{})\[(19|20|21)\d\d年?\]$", literal(&field.name), literal(&field.id));
                pattern_properties.insert(pattern, year.clone());
                pattern_properties.insert(
                    format!(r"^历年最高[(\uff08]({}|{})[)\uff09]$", literal(&field.name), literal(&field.id)),
                    year,
                );
            }
            properties.insert(field.id.clone(), shape.clone());
            properties.insert(field.name.clone(), shape);
        }
        let award = Shape {
            description: Some("已经获得的金额".to_owned()),
            kind: vec!["string", "number", "null"],
            ..Shape::default()
        };
        pattern_properties.insert(r"^已获[(\uff08].+[)\uff09]$".to_owned(), award);
        Schema {
            dialect: "https://json-schema.org/draft/2020-12/schema",
            title: format!("企业画像:{}", self.info().name),
            description: "字段用中文名或 id;不写或 null 表示不清楚。金额写成带单位的文字(2.3亿元)或以元为单位的数。",
            kind: "object",
            properties,
            pattern_properties,
            // A field of another pack is left out with a note, not refused.
            additional_properties: true,
        }
    }
}

fn shape(field: &Field) -> Shape {
    let one = plain(field);
    if !field.yearly {
        return one;
    }
    // A plain value belongs to the year asked about; years apart are an object.
    let mut kind = one.kind.clone();
    kind.push("object");
    Shape { kind, additional_properties: Some(Box::new(plain(field))), ..one }
}

fn plain(field: &Field) -> Shape {
    let describe =
        [field.question.as_str(), field.hint.as_deref().unwrap_or_default(), field.unit.as_deref().unwrap_or_default()];
    let description = describe.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(" ");
    let shape = Shape {
        title: Some(field.name.clone()),
        description: (!description.is_empty()).then_some(description),
        ..Shape::default()
    };
    let options = || field.options.iter().cloned().map(Some);
    match field.kind {
        "bool" => Shape { kind: vec!["boolean", "string", "null"], ..shape },
        "option" => Shape {
            kind: vec!["string", "null"],
            options: options().chain([Some("不清楚".to_owned()), None]).collect(),
            ..shape
        },
        "options" => {
            let item = Shape { kind: vec!["string"], options: options().collect(), ..Shape::default() };
            Shape { kind: vec!["array", "string", "null"], items: Some(Box::new(item)), ..shape }
        }
        "date" => Shape {
            kind: vec!["string", "null"],
            pattern: Some(r"^(\d{4}-\d\d-\d\d|\d{4}年\d{1,2}月\d{1,2}[日号]|不清楚)$"),
            ..shape
        },
        "year" => Shape { kind: vec!["integer", "string", "null"], pattern: Some(r"^(\d{4}年?|不清楚)$"), ..shape },
        "list" => {
            let columns = field.items.iter().map(|item| (item.name.clone(), plain(item))).collect();
            let item = Shape { kind: vec!["object"], properties: Some(columns), ..Shape::default() };
            Shape { kind: vec!["array", "null"], items: Some(Box::new(item)), ..shape }
        }
        _ => Shape { kind: vec!["string", "number", "null"], ..shape },
    }
}

/// A name inside a pattern.
fn literal(name: &str) -> String {
    let special = |c: char| if r"\^$.|?*+()[]{}".contains(c) { format!("\\{c}") } else { c.to_string() };
    name.chars().map(special).collect()
}
