//! A profile file: `{"field": value}`. Numbers are taken as written, so that none passes through a float.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use policy_finder::Engine;
use policy_finder::profile::{Input, Profile, ProfileInput};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::failure::Failure;

/// How to write a profile, for `match` and `calc`.
pub const HELP: &str = "\
Profile: a JSON object {field: value}; a field by its Chinese name or its id, absent means unknown.
  {
    \"注册地\": \"长沙经开区\",
    \"规上工业企业\": true,
    \"产值[2025年]\": \"2.3亿元\",
    \"产值[2024年]\": 180000000.00,
    \"企业称号\": [\"瞪羚企业\"],
    \"注册日期\": \"2019-06-30\"
  }
Money is a string with its unit, or yuan as a string or number; numbers are read exactly as written.

Example:
  policy-finder calc park.pack --profile firm.json --as-of 2025-12-31";

/// Reads a profile from a file, or from standard input where the path is `-`: as written, and checked against the pack.
pub fn read(engine: &Engine, path: &Path, event_year: i32) -> Result<(ProfileInput, Profile), Failure> {
    let (path, text) = if path == Path::new("-") {
        let mut text = String::new();
        (Path::new("standard input"), io::stdin().read_to_string(&mut text).map(|_| text))
    } else {
        (path, fs::read_to_string(path))
    };
    let text = text.map_err(|error| Failure::file(path, "read", &error))?;
    let input = parse(&text).map_err(|error| {
        // Inside a value there is no line of the file to name.
        let place = match error.line() {
            0 => path.display().to_string(),
            line => format!("{}:{line}:{}", path.display(), error.column()),
        };
        Failure::new("profile_json", format!("{place}: {}", without_place(&error)))
            .hint("a profile is one JSON object: {\"field\": value, …}, e.g. {\"产值[2025年]\": \"2.3亿元\"}")
    })?;
    let profile = engine.profile_for(&input, event_year).map_err(|error| Failure::engine(path, &error))?;
    Ok((input, profile))
}

/// The whole object, every value as written.
pub fn parse(text: &str) -> Result<ProfileInput, serde_json::Error> {
    serde_json::from_str::<Object>(text).and_then(|object| object.0.into_iter().map(entry).collect())
}

fn entry((key, raw): (String, Box<RawValue>)) -> Result<(String, Input), serde_json::Error> {
    match value(raw.get()) {
        Ok(value) => Ok((key, value)),
        Err(error) => Err(de::Error::custom(format_args!("“{key}”: {}", without_place(&error)))),
    }
}

fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

fn value(raw: &str) -> Result<Input, serde_json::Error> {
    Ok(match raw.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => Input::Number(raw.to_owned()),
        Some(b'{') => Input::Map(parse(raw)?),
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(raw)?;
            Input::List(items.iter().map(|item| value(item.get())).collect::<Result<_, _>>()?)
        }
        _ => serde_json::from_str(raw)?,
    })
}

/// An object in which no key stands twice: which of the two was meant?
struct Object(BTreeMap<String, Box<RawValue>>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some(key) = map.next_key::<String>()? {
                    if entries.contains_key(&key) {
                        return Err(de::Error::custom(format_args!("“{key}” stands twice")));
                    }
                    entries.insert(key, map.next_value()?);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_written() {
        let profile = parse(r#"{"产值": 12345678901234567.89, "增速": 0.1, "利润": -1.50E+3, "历年": {"2025": 1e2}}"#);
        let profile = profile.unwrap();
        assert_eq!(profile["产值"], Input::Number("12345678901234567.89".to_owned()));
        assert_eq!(profile["增速"], Input::Number("0.1".to_owned()));
        assert_eq!(profile["利润"], Input::Number("-1.50E+3".to_owned()));
        assert_eq!(profile["历年"], Input::Map([("2025".to_owned(), Input::Number("1e2".to_owned()))].into()));
    }

    #[test]
    fn other_values_keep_their_kind() {
        let profile = parse(r#"{"甲": null, "乙": true, "丙": "2.3亿元", "丁": ["一", 2]}"#).unwrap();
        assert_eq!(profile["甲"], Input::Null);
        assert_eq!(profile["乙"], Input::Bool(true));
        assert_eq!(profile["丙"], Input::Text("2.3亿元".to_owned()));
        let list = vec![Input::Text("一".to_owned()), Input::Number("2".to_owned())];
        assert_eq!(profile["丁"], Input::List(list));
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_where_it_stands() {
        let error = parse("{\n  \"产值\": 1,\n  \"产值\": 2\n}").unwrap_err();
        assert!(error.to_string().contains("“产值” stands twice"), "{error}");
        assert_eq!(error.line(), 3);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", "[]", "1", "{\"甲\": }", "{} {}"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
