//! Reads a corpus folder: policies with their clauses and blocks, and the vocabulary.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use policy_finder_pack::Date;
use policy_finder_pack::records::{CorpusInfo, Level, TextKind};

use crate::anchors::{self, Numbering};
use crate::diagnostic::Diagnostic;
use crate::keys::{self, Keys, closest};
use crate::model::{Block, BlockKind, Clause, Corpus, FileId, Place, Policy, SourceFile};
use crate::vocabulary;

/// Reads everything below `folder`; faults are collected, never fatal.
pub fn load(folder: &Path, diagnostics: &mut Vec<Diagnostic>) -> Corpus {
    let mut corpus = Corpus::default();
    let mut paths = Vec::new();
    walk(folder, &mut paths);
    paths.sort();
    // `.` and `..` have no name: paths then begin inside the folder.
    let root = folder.file_name().map_or_else(String::new, |name| format!("{}/", name.to_string_lossy()));
    let faults = diagnostics.len();
    let mut documents = Vec::new();
    for path in paths {
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let relative: Vec<_> = inside.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
        let file = FileId(corpus.files.len());
        let name = format!("{root}{}", relative.join("/"));
        let text = match fs::read(&path).map(String::from_utf8) {
            Ok(Ok(text)) => text.replace("\r\n", "\n"),
            Ok(Err(_)) | Err(_) => {
                corpus.files.push(SourceFile { path: name, text: String::new() });
                let place = Place { file, span: 0..0 };
                let fault = Diagnostic::error("unreadable", place, "the file cannot be read as UTF-8 text");
                diagnostics.push(fault.hint("save it as UTF-8"));
                continue;
            }
        };
        let is = |name: &str| relative.last().is_some_and(|last| last == name);
        if relative.len() == 1 && is("corpus.toml") {
            corpus.info = info(&text, file, diagnostics);
        } else if relative[0] == "vocabulary" {
            vocabulary::read(&mut corpus.vocabulary, &relative[1..], &text, file, diagnostics);
        } else if is("README.md") || !relative.last().is_some_and(|last| last.ends_with(".md")) {
            // Notes for authors, pictures and the like.
        } else if let Some(document) = document(&text, file, diagnostics) {
            let stem = relative.last().and_then(|last| last.strip_suffix(".md")).unwrap_or_default();
            if document.policy.id != stem && !document.blocks.is_empty() {
                let message = format!("the id is “{}”, the file {stem}.md", document.policy.id);
                let fault = Diagnostic::warning("file_name", document.id_place.clone(), message);
                diagnostics.push(fault.hint(format!("name the file {}.md, so that it is found", document.policy.id)));
            }
            documents.push(document);
        }
        corpus.files.push(SourceFile { path: name, text });
    }
    if documents.is_empty() && diagnostics.len() == faults {
        empty(folder, &mut corpus, diagnostics);
    }
    assemble(&mut corpus, documents, diagnostics);
    corpus
}

/// A folder without a policy is no corpus: a pack of it would find nothing, and nobody would know why.
fn empty(folder: &Path, corpus: &mut Corpus, diagnostics: &mut Vec<Diagnostic>) {
    let file = FileId(corpus.files.len());
    corpus.files.push(SourceFile { path: folder.display().to_string(), text: String::new() });
    let message = format!("{} holds no policy", folder.display());
    let hint = "give the folder with the policies, one .md file each; a first one holds +++, id = \"park-mine\", \
                title = \"…\", +++ and the text below";
    diagnostics.push(Diagnostic::error("empty_corpus", Place { file, span: 0..0 }, message).hint(hint));
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() { walk(&path, paths) } else { paths.push(path) }
    }
}

fn info(text: &str, file: FileId, diagnostics: &mut Vec<Diagnostic>) -> CorpusInfo {
    let Some(table) = keys::parse(text, file, 0, diagnostics) else { return CorpusInfo::default() };
    let mut keys = Keys::new(&table, text, file, 0, "corpus.toml");
    let info = CorpusInfo {
        name: keys.text("name", diagnostics).unwrap_or_default(),
        edition: keys.date("edition", diagnostics),
        publisher: keys.text("publisher", diagnostics),
        contact: keys.text("contact", diagnostics),
        disclaimer: keys.text("disclaimer", diagnostics),
    };
    keys.finish(&[], diagnostics);
    info
}

/// One policy with clauses and blocks numbered from zero.
struct Document {
    policy: Policy,
    clauses: Vec<Clause>,
    blocks: Vec<Block>,
    id_place: Place,
    topic_places: Vec<(String, Place)>,
}

fn document(text: &str, file: FileId, diagnostics: &mut Vec<Diagnostic>) -> Option<Document> {
    let at = |span: std::ops::Range<usize>| Place { file, span };
    let Some(rest) = text.strip_prefix("+++\n") else {
        let fault = Diagnostic::error("front_matter_missing", at(0..0), "the file does not begin with front matter");
        diagnostics.push(fault.hint("begin with +++, then id = \"…\" and title = \"…\", then +++"));
        return None;
    };
    let Some(end) = rest.find("\n+++").map(|end| end + 1) else {
        let fault = Diagnostic::error("front_matter_open", at(0..3), "the front matter is not closed");
        diagnostics.push(fault.hint("close it with a line +++"));
        return None;
    };
    let (matter, base) = (&rest[..end], 4);
    let body = 4 + end + rest[end..].find('\n').map_or(rest.len() - end, |n| n + 1);
    let table = keys::parse(matter, file, base, diagnostics)?;
    let mut keys = Keys::new(&table, matter, file, base, "front matter");
    let id = keys.string("id", diagnostics);
    let title = keys.text("title", diagnostics);
    let level = keys.string("level", diagnostics).and_then(|words| {
        let level = Level::from_name(&words.text);
        if level.is_none() {
            let names: Vec<&str> = Level::ALL.map(Level::name).to_vec();
            let fault = Diagnostic::error("unknown_level", words.place(), format!("no level “{}”", words.text));
            diagnostics.push(fault.hint(format!("levels are: {}", names.join(", "))));
        }
        level
    });
    let topics = keys.strings("topics", diagnostics);
    let kind = keys.string("text", diagnostics).and_then(|words| match words.text.as_str() {
        "verbatim" => Some(TextKind::Verbatim),
        "restated" => Some(TextKind::Restated),
        other => {
            let fault = Diagnostic::error("unknown_text_kind", words.place(), format!("text is “{other}”"));
            diagnostics.push(fault.hint("write \"verbatim\" or \"restated\""));
            None
        }
    });
    let mut source = keys.table("source", "source", diagnostics);
    let (mut url, mut source_kind, mut retrieved) = (None, None, None);
    if let Some(source) = &mut source {
        url = source.text("url", diagnostics);
        source_kind = source.text("kind", diagnostics);
        retrieved = source.date("retrieved", diagnostics);
    }
    if let Some(source) = source {
        source.finish(&[], diagnostics);
    }
    let mut policy = Policy {
        file,
        id: id.as_ref().map(|words| words.text.clone()).unwrap_or_default(),
        title: title.clone().unwrap_or_default(),
        level,
        issuer: keys.texts("issuer", diagnostics),
        doc_number: keys.text("doc_number", diagnostics),
        index_number: keys.text("index_number", diagnostics),
        department: keys.texts("department", diagnostics),
        issued: keys.date("issued", diagnostics),
        published: keys.date("published", diagnostics),
        effective: keys.date("effective", diagnostics),
        expires: keys.date("expires", diagnostics),
        repealed: keys.date("repealed", diagnostics),
        events: events(&mut keys, diagnostics),
        topics: topics.iter().map(|words| words.text.clone()).collect(),
        audience: keys.text("audience", diagnostics),
        basis: keys.texts("basis", diagnostics),
        supersedes: keys.texts("supersedes", diagnostics),
        interpretation: keys.text("interpretation", diagnostics),
        source_url: url,
        source_kind,
        source_retrieved: retrieved,
        contact: keys.text("contact", diagnostics),
        text: kind,
        not_found: keys.texts("not_found", diagnostics),
        clauses: 0..0,
    };
    keys.finish(&[], diagnostics);
    for (key, missing) in [("id", policy.id.is_empty()), ("title", policy.title.is_empty())] {
        if missing {
            let fault = Diagnostic::error("required_key", at(0..3), format!("front matter has no {key}"));
            diagnostics.push(fault.hint(format!("add {key} = \"…\"")));
        }
    }
    let (Some(id), Some(_)) = (id, title) else { return None };
    let (clauses, blocks) = Body::new(&policy, text, file).read(body, diagnostics);
    policy.clauses = 0..clauses.len();
    let topic_places = topics.iter().map(|words| (words.text.clone(), words.place())).collect();
    Some(Document { policy, clauses, blocks, id_place: id.place(), topic_places })
}

/// `events = [2024-01-01, 2024-12-31]`
fn events(keys: &mut Keys, diagnostics: &mut Vec<Diagnostic>) -> Option<(Date, Date)> {
    let place = keys.place("events")?;
    match keys.dates("events", diagnostics).as_slice() {
        [from, to] if from <= to => Some((*from, *to)),
        _ => {
            let fault = Diagnostic::error("bad_events", place, "events are a first and a last day");
            diagnostics.push(fault.hint("write events = [2024-01-01, 2024-12-31]"));
            None
        }
    }
}

/// An open clause that later ones may stand under.
struct Open {
    clause: usize,
    numbering: Option<Numbering>,
    /// Level of the heading; paragraphs have none.
    heading: Option<usize>,
    path: String,
    label: String,
}

struct Body<'a> {
    policy: &'a Policy,
    text: &'a str,
    file: FileId,
    clauses: Vec<Clause>,
    blocks: Vec<Block>,
    stack: Vec<Open>,
    paragraphs: Vec<Vec<String>>,
    /// Inside a clause with an anchor of its own: numbered paragraphs belong to it.
    own_anchor: bool,
    unnumbered: usize,
}

impl<'a> Body<'a> {
    fn new(policy: &'a Policy, text: &'a str, file: FileId) -> Body<'a> {
        let (clauses, blocks, stack, paragraphs) = Default::default();
        Body { policy, text, file, clauses, blocks, stack, paragraphs, own_anchor: false, unnumbered: 0 }
    }

    fn read(mut self, body: usize, diagnostics: &mut Vec<Diagnostic>) -> (Vec<Clause>, Vec<Block>) {
        let mut at = body;
        let mut fresh = true;
        let mut fence: Option<(usize, usize, Option<BlockKind>)> = None;
        for line in self.text[body..].split_inclusive('\n') {
            let start = at;
            at += line.len();
            let line = line.trim_end();
            if let Some((opened, inside, kind)) = fence {
                let Some(name) = line.trim_start().strip_prefix("```") else { continue };
                if let Some(kind) = kind {
                    let clause = self.current();
                    let place = Place { file: self.file, span: inside..start };
                    self.blocks.push(Block { kind, policy: 0, clause, place });
                }
                fence = None;
                // The next block begins: this one was never closed, and is read as if it were.
                if kind.is_none() || block_kind(name.trim()).is_none() {
                    continue;
                }
                self.open_fence(opened, diagnostics);
            }
            if let Some(name) = line.strip_prefix("```") {
                let kind = block_kind(name.trim());
                if kind.is_none() && !name.trim().is_empty() {
                    let place = Place { file: self.file, span: start + 3..start + line.len() };
                    let mut fault = Diagnostic::error("unknown_block", place, format!("no block “{}”", name.trim()));
                    let names = BLOCKS.iter().map(|(name, _)| *name);
                    fault = match closest(name.trim(), names.clone()) {
                        Some(near) => fault.hint(format!("did you mean {near}?")),
                        None => fault.hint(format!("blocks are: {}", names.collect::<Vec<_>>().join(", "))),
                    };
                    diagnostics.push(fault);
                }
                fence = Some((start, at, kind));
                fresh = true;
                continue;
            }
            let words = line.trim();
            if words.is_empty() {
                fresh = true;
                continue;
            }
            let level = line.bytes().take_while(|&b| b == b'#').count();
            if (1..=6).contains(&level) && line[level..].starts_with(' ') {
                let place = Place { file: self.file, span: start..start + line.len() };
                self.heading(level, line[level..].trim(), place, diagnostics);
                fresh = true;
                continue;
            }
            let number = if self.own_anchor { None } else { anchors::read(words) };
            match number {
                Some(number) => {
                    let lead = line.len() - line.trim_start().len();
                    let place = Place { file: self.file, span: start + lead..start + line.len() };
                    self.open(Some(&number), None, String::new(), None, place);
                    self.add(&words[number.length..], true);
                }
                None => self.add(words, fresh),
            }
            fresh = false;
        }
        if let Some((opened, ..)) = fence {
            self.open_fence(opened, diagnostics);
        }
        self.current();
        for (clause, paragraphs) in self.clauses.iter_mut().zip(self.paragraphs) {
            clause.text = paragraphs.join("\n");
        }
        (self.clauses, self.blocks)
    }

    fn open_fence(&self, opened: usize, diagnostics: &mut Vec<Diagnostic>) {
        let place = Place { file: self.file, span: opened..opened + 3 };
        let fault = Diagnostic::error("open_fence", place, "the block that opens here is not closed");
        diagnostics.push(fault.hint("close it with a line ``` before the next block"));
    }

    /// The clause that text and blocks belong to here.
    fn current(&mut self) -> usize {
        if self.clauses.is_empty() {
            let place = Place { file: self.file, span: 0..3 };
            self.clauses.push(Clause {
                policy: 0,
                anchor: format!("{}#intro", self.policy.id),
                label: String::new(),
                heading: String::new(),
                parent: None,
                depth: 0,
                text: String::new(),
                place,
            });
            self.paragraphs.push(Vec::new());
        }
        self.clauses.len() - 1
    }

    fn add(&mut self, words: &str, fresh: bool) {
        let clause = self.current();
        let paragraphs = &mut self.paragraphs[clause];
        match paragraphs.last_mut() {
            Some(last) if !fresh && !words.starts_with("- ") => {
                let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
                if ascii(last.chars().last()) && ascii(words.chars().next()) {
                    last.push(' ');
                }
                last.push_str(words);
            }
            _ => paragraphs.push(words.to_owned()),
        }
    }

    fn heading(&mut self, level: usize, words: &str, place: Place, diagnostics: &mut Vec<Diagnostic>) {
        let (words, own) = match words.strip_suffix('}').and_then(|w| w.rsplit_once("{#")) {
            Some((before, anchor)) => (before.trim(), Some(anchor.trim().to_owned())),
            None => (words, None),
        };
        if let Some(anchor) = &own
            && (anchor.is_empty() || anchor.contains(char::is_whitespace))
        {
            let fault = Diagnostic::error("bad_anchor", place.clone(), format!("“{anchor}” cannot be an anchor"));
            diagnostics.push(fault.hint("an anchor is one word without spaces: {#lrb-07888}"));
        }
        if level == 1 && words == self.policy.title {
            return;
        }
        let number = anchors::read(words);
        let title = number.as_ref().map_or(words, |number| &words[number.length..]).trim();
        self.open(number.as_ref(), Some(level), title.to_owned(), own, place);
    }

    fn open(
        &mut self,
        number: Option<&anchors::Number>,
        heading: Option<usize>,
        title: String,
        own: Option<String>,
        place: Place,
    ) {
        while let Some(top) = self.stack.last() {
            let closes = match (number, top.numbering) {
                (Some(number), Some(open)) => open >= number.kind,
                // Numbers stand under unnumbered headings, unless they are headings of the same or a higher level.
                (Some(_), None) => heading.is_some_and(|h| top.heading.is_some_and(|open| open >= h)),
                (None, _) => top.heading.is_none_or(|open| heading.is_some_and(|h| open >= h)),
            };
            if !closes {
                break;
            }
            self.stack.pop();
        }
        let parent = self.stack.last();
        let (path, label) = match number {
            Some(number) => self.path(number),
            None => {
                self.unnumbered += 1;
                (format!("h{}", self.unnumbered), String::new())
            }
        };
        let clause = Clause {
            policy: 0,
            anchor: own.clone().unwrap_or_else(|| format!("{}#{path}", self.policy.id)),
            label: label.clone(),
            heading: title,
            parent: parent.map(|open| open.clause),
            depth: self.stack.len() as u32,
            text: String::new(),
            place,
        };
        self.own_anchor = own.is_some();
        let numbering = number.map(|n| n.kind);
        self.stack.push(Open { clause: self.clauses.len(), numbering, heading, path, label });
        self.clauses.push(clause);
        self.paragraphs.push(Vec::new());
    }

    /// Path of a number under what is open, and its printed form.
    fn path(&self, number: &anchors::Number) -> (String, String) {
        let annex = self.stack.iter().find(|open| open.numbering == Some(Numbering::Annex));
        // Articles run through the whole document, whatever chapter they stand in.
        let parent = match number.kind {
            Numbering::Part | Numbering::Chapter | Numbering::Article => annex,
            _ => self.stack.last(),
        };
        let path = match parent {
            Some(parent) => format!("{}.{}", parent.path, number.component),
            None => number.component.clone(),
        };
        let label = match parent {
            Some(parent) if parent.numbering.is_some_and(|kind| kind >= Numbering::Article) => {
                format!("{}{}", parent.label, number.label)
            }
            _ => number.label.clone(),
        };
        (path, label)
    }
}

const BLOCKS: [(&str, BlockKind); 5] = [
    ("benefit", BlockKind::Benefit),
    ("common", BlockKind::Common),
    ("group", BlockKind::Group),
    ("guide", BlockKind::Guide),
    ("case", BlockKind::Case),
];

fn block_kind(name: &str) -> Option<BlockKind> {
    BLOCKS.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind)
}

/// Sorts the documents and numbers their clauses; checks what must be unique in the whole corpus.
fn assemble(corpus: &mut Corpus, mut documents: Vec<Document>, diagnostics: &mut Vec<Diagnostic>) {
    // The nearest level first: a park's visitors come for the park's policies.
    documents.sort_by(|a, b| {
        let level = |d: &Document| std::cmp::Reverse(d.policy.level.map_or(0, |level| level as u32));
        (level(a), &a.policy.id).cmp(&(level(b), &b.policy.id))
    });
    let mut ids: HashMap<String, Place> = HashMap::new();
    let mut anchors: HashMap<String, Place> = HashMap::new();
    let known: Vec<String> = corpus.vocabulary.topics.clone();
    for mut document in documents {
        if let Some(first) = ids.get(&document.policy.id) {
            let other = corpus.files[first.file.0].path.clone();
            let message = format!("the id “{}” is taken by {other}", document.policy.id);
            diagnostics.push(
                Diagnostic::error("duplicate_id", document.id_place.clone(), message).hint("give it an id of its own"),
            );
            continue;
        }
        ids.insert(document.policy.id.clone(), document.id_place.clone());
        for (topic, place) in &document.topic_places {
            if !known.is_empty() && !known.contains(topic) {
                let mut fault =
                    Diagnostic::error("unknown_topic", place.clone(), format!("the vocabulary has no topic “{topic}”"));
                fault = match closest(topic, known.iter().map(String::as_str)) {
                    Some(near) => fault.hint(format!("did you mean {near}? new topics go to vocabulary/topics.toml")),
                    None => fault.hint("new topics go to vocabulary/topics.toml"),
                };
                diagnostics.push(fault);
            }
        }
        let offset = corpus.clauses.len();
        let index = corpus.policies.len();
        let plain = document.blocks.is_empty();
        for clause in &mut document.clauses {
            clause.policy = index;
            clause.parent = clause.parent.map(|parent| parent + offset);
            if anchors.contains_key(&clause.anchor) {
                if plain {
                    // Nothing cites a plain document's clauses: a second list of the same numbers gets a mark.
                    let mut copy = 2;
                    while anchors.contains_key(&format!("{}~{copy}", clause.anchor)) {
                        copy += 1;
                    }
                    clause.anchor = format!("{}~{copy}", clause.anchor);
                } else {
                    let message = format!("the anchor “{}” stands twice", clause.anchor);
                    let fault = Diagnostic::error("duplicate_anchor", clause.place.clone(), message);
                    diagnostics
                        .push(fault.hint("number the second one differently, or give its heading an anchor {#…}"));
                }
            }
            anchors.insert(clause.anchor.clone(), clause.place.clone());
        }
        for block in &mut document.blocks {
            block.policy = index;
            block.clause += offset;
        }
        document.policy.clauses = offset..offset + document.clauses.len();
        corpus.clauses.extend(document.clauses);
        corpus.blocks.extend(document.blocks);
        corpus.policies.push(document.policy);
    }
}
