//! The only file that knows JavaScript: convert in, call, convert out.
//!
//! The shapes are those of [`crate::report`]; `www/src/types.ts` types them and is printed whole into the module's
//! `.d.ts`. What is missing is `null`, maps are plain objects. Every error is an `Error` with a `code` beside its
//! `message`; `profile_value` also lists its `faults`, one for each value that cannot be read.
//!
//! A panic is a fault of the engine: it arrives as an exception without `code`, and the instance must not be used again.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::{Arc, Once};

use js_sys::{Array, Object, Reflect, Uint8Array};
use policy_finder_pack::Source;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::profile::ProfileInput;
use crate::report::search::SearchQuery;
use crate::search::Unit;
use crate::{Date, Error};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../www/src/types.ts");

/// One open pack. Its memory is given back by `free()`.
#[wasm_bindgen]
pub struct Engine {
    inner: crate::Engine,
}

#[wasm_bindgen]
impl Engine {
    /// Opens a pack; without one, the corpus that was built into this module.
    ///
    /// The engine reads on in these bytes: they must stay as they are. `verify()` checks them.
    #[wasm_bindgen(constructor)]
    pub fn open(pack: Option<Uint8Array>) -> Result<Engine, JsValue> {
        report_panics();
        let inner = match pack {
            Some(bytes) => crate::Engine::open_elsewhere(Arc::new(Kept::new(bytes))).map_err(to_error)?,
            None => bundled()?,
        };
        Ok(Engine { inner })
    }

    /// Holds the whole pack against its checksums and throws where it is damaged. Until this was called, answers from a
    /// damaged pack may be wrong.
    pub fn verify(&self) -> Result<(), JsValue> {
        self.inner.verify().map_err(to_error)
    }

    /// What pack is open.
    #[wasm_bindgen(unchecked_return_type = "PackInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.info())
    }

    /// What it takes to apply: the section `SERVICE` of the pack, for the page to parse when a visitor comes to that.
    #[wasm_bindgen(unchecked_return_type = "string | null")]
    pub fn service(&self) -> JsValue {
        self.inner.service().map_or(JsValue::NULL, JsValue::from)
    }

    /// The questionnaire's vocabulary.
    #[wasm_bindgen(unchecked_return_type = "Field[]")]
    pub fn fields(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.fields())
    }

    /// Which policies speak of this? With snippets and facet counts.
    #[wasm_bindgen(unchecked_return_type = "SearchReport")]
    pub fn search(
        &self,
        #[wasm_bindgen(unchecked_param_type = "SearchQuery")] query: JsValue,
    ) -> Result<JsValue, JsValue> {
        let query: SearchQuery =
            from_js(query, "a query, e.g. {\"query\": \"高新技术企业\", \"as_of\": \"2026-11-24\"}")?;
        let report = self.inner.search(&query).map_err(to_error)?;
        to_js(&report)
    }

    /// The best policies, or clauses by their anchors, with their scores; without a date, filters and snippets.
    #[wasm_bindgen(unchecked_return_type = "[id: string, score: number][]")]
    pub fn rank(
        &self,
        query: &str,
        limit: usize,
        #[wasm_bindgen(unchecked_param_type = "\"policy\" | \"clause\"")] unit: &str,
    ) -> Result<JsValue, JsValue> {
        let unit = match unit {
            "policy" => Unit::Policy,
            "clause" => Unit::Clause,
            _ => {
                return Err(error(
                    "argument",
                    &format!("there is no unit `{unit}`\n  hint: give \"policy\" or \"clause\""),
                ));
            }
        };
        to_js(&self.inner.rank(query, limit, unit))
    }

    /// What the beginning of a query may become, at most `limit`.
    #[wasm_bindgen(unchecked_return_type = "Suggestion[]")]
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<JsValue, JsValue> {
        to_js(&self.inner.suggest(typed, limit))
    }

    /// What a finder shows before anything is asked; of `examples` those that find something.
    #[wasm_bindgen(unchecked_return_type = "Overview")]
    pub fn overview(&self, as_of: &str, examples: Vec<String>) -> Result<JsValue, JsValue> {
        to_js(&self.inner.overview(date(as_of)?, examples))
    }

    /// The documents that a policy names, and those that name it.
    #[wasm_bindgen(unchecked_return_type = "Relative[]")]
    pub fn lineage(&self, id: &str, as_of: &str) -> Result<JsValue, JsValue> {
        let relatives = self.inner.lineage(id, date(as_of)?).map_err(to_error)?;
        to_js(&relatives)
    }

    /// The whole text of a policy.
    #[wasm_bindgen(unchecked_return_type = "PolicyPage")]
    pub fn policy(&self, id: &str, as_of: &str) -> Result<JsValue, JsValue> {
        let as_of = date(as_of)?;
        let page = self.inner.policy(id, as_of).map_err(to_error)?;
        to_js(&page)
    }

    /// Which clauses fit this enterprise? Every clause of the pack once. Asked for the events of `event_year`, by default
    /// the year of `as_of`.
    #[wasm_bindgen(js_name = "match", unchecked_return_type = "MatchReport")]
    pub fn match_profile(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Profile")] profile: JsValue,
        as_of: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "number | null")] event_year: Option<i32>,
    ) -> Result<JsValue, JsValue> {
        let (profile, as_of) = self.profile(profile, as_of, event_year)?;
        let report = self.inner.match_profile(&profile, as_of).map_err(to_error)?;
        to_js(&report)
    }

    /// What would each clause pay, and what all of them together? The year as for `match`.
    #[wasm_bindgen(unchecked_return_type = "CalculationReport")]
    pub fn calculate(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Profile")] profile: JsValue,
        as_of: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "number | null")] event_year: Option<i32>,
    ) -> Result<JsValue, JsValue> {
        let (profile, as_of) = self.profile(profile, as_of, event_year)?;
        let report = self.inner.calculate(&profile, as_of).map_err(to_error)?;
        to_js(&report)
    }
}

impl Engine {
    fn profile(
        &self,
        profile: JsValue,
        as_of: &str,
        event_year: Option<i32>,
    ) -> Result<(crate::profile::Profile, Date), JsValue> {
        let as_of = date(as_of)?;
        let input: ProfileInput = from_js(profile, "a profile, e.g. {\"纳税信用等级\": \"A\"}")?;
        let profile = self.inner.profile_for(&input, event_year.unwrap_or_else(|| as_of.year())).map_err(to_error)?;
        Ok((profile, as_of))
    }
}

#[cfg(feature = "embed")]
fn bundled() -> Result<crate::Engine, JsValue> {
    crate::Engine::bundled().map_err(to_error)
}

#[cfg(not(feature = "embed"))]
fn bundled() -> Result<crate::Engine, JsValue> {
    Err(error("no_pack", "this module was built without a corpus\n  hint: give the constructor the bytes of a pack"))
}

thread_local! {
    /// The packs that are open, where JavaScript keeps them: WASM memory never shrinks, and texts are most of a pack.
    static BUFFERS: RefCell<Vec<Option<Uint8Array>>> = const { RefCell::new(Vec::new()) };
}

/// A place in [`BUFFERS`].
struct Kept {
    place: usize,
    length: usize,
}

impl Kept {
    fn new(buffer: Uint8Array) -> Kept {
        let length = buffer.length() as usize;
        let place = BUFFERS.with_borrow_mut(|buffers| {
            let place = buffers.iter().position(Option::is_none).unwrap_or(buffers.len());
            buffers.resize(buffers.len().max(place + 1), None);
            buffers[place] = Some(buffer);
            place
        });
        Kept { place, length }
    }
}

impl Source for Kept {
    fn length(&self) -> usize {
        self.length
    }

    fn read(&self, range: Range<usize>) -> Vec<u8> {
        let part = |buffer: &Uint8Array| buffer.subarray(range.start as u32, range.end as u32).to_vec();
        BUFFERS.with_borrow(|buffers| buffers[self.place].as_ref().map(part).unwrap_or_default())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        BUFFERS.with_borrow_mut(|buffers| buffers[self.place] = None);
    }
}

fn date(text: &str) -> Result<Date, JsValue> {
    text.parse().map_err(|_| to_error(Error::Date(text.to_owned())))
}

fn from_js<T: serde::de::DeserializeOwned>(value: JsValue, expected: &str) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|fault| error("argument", &format!("the argument cannot be read: {fault}\n  hint: give {expected}")))
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(|fault| error("result", &fault.to_string()))
}

fn to_error(fault: Error) -> JsValue {
    let value = error(fault.code(), &fault.to_string());
    if let Error::Profile(faults) = &fault {
        let list = Array::new();
        for fault in faults {
            let item = Object::new();
            set(&item, "key", &fault.key.as_str().into());
            set(&item, "message", &fault.message.as_str().into());
            list.push(&item);
        }
        set(&value, "faults", &list);
    }
    value
}

fn error(code: &str, message: &str) -> JsValue {
    let value = js_sys::Error::new(message);
    set(&value, "code", &code.into());
    value.into()
}

fn set(object: &JsValue, key: &str, value: &JsValue) {
    Reflect::set(object, &key.into(), value).expect("a fresh object takes properties");
}

/// Without this a panic reaches the page as `unreachable`, without a word about what happened.
fn report_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|info| wasm_bindgen::throw_str(&info.to_string()))));
}
