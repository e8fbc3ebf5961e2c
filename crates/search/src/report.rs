//! What is asked of the search, and what it answers.

// A score is a float; money never comes here.
#![allow(clippy::disallowed_types)]

use serde::{Deserialize, Serialize};

/// A search: everything but the date may be left out. Within a facet any chosen value will do, facets must all agree.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    pub query: String,
    /// `2026-11-24`: the day at which validity is judged.
    pub as_of: String,
    pub level: Option<Vec<String>>,
    pub status: Option<Vec<String>>,
    pub topic: Option<Vec<String>>,
    pub department: Option<Vec<String>>,
    pub year: Option<Vec<i32>>,
    pub channel: Option<Vec<String>>,
    /// `relevance` when left out, or `date`.
    pub sort: Option<String>,
    /// 20 when left out.
    pub limit: Option<usize>,
    pub offset: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FacetValue {
    pub value: String,
    pub label: String,
    pub count: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Facets {
    pub level: Vec<FacetValue>,
    pub status: Vec<FacetValue>,
    pub topic: Vec<FacetValue>,
    pub department: Vec<FacetValue>,
    pub year: Vec<FacetValue>,
    pub channel: Vec<FacetValue>,
}

/// UTF-16 offsets `[start, end)` into the string they belong to.
pub type Mark = (u32, u32);

/// A policy that answers, with the clause that answers best.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    pub policy: String,
    pub clause: String,
    pub label: String,
    pub heading: String,
    pub title: String,
    pub title_marks: Vec<Mark>,
    pub level: Option<&'static str>,
    pub status: &'static str,
    pub doc_number: Option<String>,
    pub issuer: Vec<String>,
    pub issued: Option<String>,
    pub expires: Option<String>,
    pub score: f64,
    pub snippet: String,
    pub highlights: Vec<Mark>,
    /// Other clauses of the same policy that answer, best first.
    pub more: Vec<More>,
    /// How many clauses of the policy can be calculated.
    pub benefits: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct More {
    pub clause: String,
    pub label: String,
    pub heading: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchReport {
    pub query: String,
    pub as_of: String,
    /// Policies that match, with the filters.
    pub total: usize,
    pub hits: Vec<Hit>,
    pub facets: Facets,
    /// The words the query was cut into.
    pub terms: Vec<String>,
    /// «您是不是要找»: the query as it was probably meant. What was typed stands nowhere, so the hits are for this one.
    pub correction: Option<String>,
}

/// What a typed beginning may become.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    pub text: String,
    pub kind: SuggestionKind,
    /// The policy that a number or title belongs to.
    pub policy: Option<String>,
    /// Where `text` holds what was typed.
    pub marks: Vec<Mark>,
    /// How many policies hold it.
    pub policies: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    Number,
    Term,
    Title,
}
