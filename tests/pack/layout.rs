//! `docs/pack-format.md` says what the code writes: record sizes, parts and variant numbers.

use policy_finder_pack::records::{ClauseRecord, PolicyRecord};

const DOCUMENT: &str = include_str!("../../docs/pack-format.md");

/// Every part of every record, its bytes adding up to the record's size.
#[test]
fn records_are_documented_byte_by_byte() {
    let record = |heading: &str| {
        let table = DOCUMENT.split(heading).nth(1).expect("the section is documented");
        let table = table.split("\n#").next().expect("a section has an end");
        let numbers = table.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            Some((cells.next()?.parse::<usize>().ok()?, cells.next()?.parse::<usize>().ok()?))
        });
        numbers.fold(0, |end, (offset, bytes)| {
            assert_eq!(offset, end, "{heading}");
            end + bytes
        })
    };
    assert_eq!(record("### `POLICIES`"), size_of::<PolicyRecord>());
    assert_eq!(record("### `CLAUSES`"), size_of::<ClauseRecord>());
}

/// The types in postcard, as their sources declare them; a row that is missing is printed ready to be pasted.
#[test]
fn types_are_documented_part_by_part() {
    let sources = [
        include_str!("../../crates/pack/src/rules/mod.rs"),
        include_str!("../../crates/pack/src/rules/field.rs"),
        include_str!("../../crates/pack/src/rules/expression.rs"),
        include_str!("../../crates/pack/src/rules/benefit.rs"),
        include_str!("../../crates/pack/src/rules/group.rs"),
        include_str!("../../crates/pack/src/guide.rs"),
    ];
    let mut missing = String::new();
    let mut found = 0;
    for (name, is_enum, parts) in sources.iter().flat_map(|source| types(source)) {
        let rows: Vec<String> = match (is_enum, name.as_str()) {
            (true, "Node") => {
                parts.iter().enumerate().map(|(number, variant)| format!("| {number} | `{variant}` |")).collect()
            }
            (true, _) => {
                let variants: Vec<String> = parts.iter().map(|variant| format!("`{variant}`")).collect();
                vec![format!("| `{name}` | {} |", variants.join(", "))]
            }
            (false, _) => vec![format!("| `{name}` | `{}` |", parts.join(", "))],
        };
        found += rows.len();
        missing.extend(rows.into_iter().filter(|row| !DOCUMENT.contains(row.as_str())).map(|row| row + "\n"));
    }
    assert!(found > 60, "{found}");
    assert!(missing.is_empty(), "docs/pack-format.md lacks\n{missing}");
}

/// Public serializable types of a source file: name, whether it is an enum, its parts in order.
fn types(source: &str) -> Vec<(String, bool, Vec<String>)> {
    let mut lines =
        source.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with("#[serde(de"));
    let mut text = String::new();
    while let Some(line) = lines.next() {
        // What a reader finds out is not stored: this line and the field below it.
        if line == "#[serde(skip)]" {
            lines.next();
        } else {
            text.extend([line, "\n"]);
        }
    }
    let mut types = Vec::new();
    for declaration in
        text.split("\n#[derive").skip(1).filter(|text| text.lines().next().unwrap().contains("Serialize"))
    {
        let (head, body) = declaration.split_once('{').unwrap_or((declaration, ""));
        let Some(head) = head.lines().find_map(|line| line.strip_prefix("pub ")) else { continue };
        let (is_enum, name) = match head.split_once(' ') {
            Some(("enum", name)) => (true, name),
            Some(("struct", name)) if !name.contains('(') => (false, name),
            _ => continue,
        };
        let body = body.split("\n}\n").next().unwrap_or(body).replace('\n', " ");
        types.push((name.trim().to_owned(), is_enum, parts(&body)));
    }
    types
}

/// Splits at the commas outside brackets.
fn parts(body: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in body.chars() {
        depth += match c {
            '{' | '(' | '<' => 1,
            '}' | ')' | '>' => -1,
            _ => 0,
        };
        match c {
            ',' if depth == 0 => parts.push(String::new()),
            _ => parts.last_mut().expect("never empty").push(c),
        }
    }
    parts.iter().map(|part| short(part)).filter(|part| !part.is_empty()).collect()
}

/// `[T]` for lists, `T?` for options, single blanks, no visibility.
fn short(part: &str) -> String {
    let mut text =
        part.split_whitespace().filter(|word| *word != "pub").collect::<Vec<_>>().join(" ").replace(", }", " }");
    for (open, before, after) in [("Box<", "", ""), ("Vec<", "[", "]"), ("Option<", "", "?")] {
        while let Some(start) = text.find(open) {
            let mut depth = 0;
            let inside = &text[start + open.len()..];
            let end = inside
                .find(|c| {
                    depth += i32::from(c == '<') - i32::from(c == '>');
                    depth < 0
                })
                .expect("brackets close");
            text = format!("{}{before}{}{after}{}", &text[..start], &inside[..end], &inside[end + 1..]);
        }
    }
    text
}
