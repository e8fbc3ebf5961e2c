//! One leaf of the case split: the inputs, and what is assumed of the open ones.

use std::cell::{Cell, RefCell};

use policy_finder_pack::rules::{FieldId, NodeId};

use rustc_hash::FxHashMap;

use super::known::Slot;
use super::number::Number;
use super::scope::Scope;
use super::table::RowChoice;
use super::value::{InputKey, Inputs, Value};

/// Why an expression has no value in this leaf.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// No row of a table fits; the sentence says why.
    NoRow(String),
    /// The value cannot be carried as one range: evaluate each alternative on its own.
    Split(Split),
    /// A figure of the text was looked for and not found; nobody can answer it.
    NotFound(String),
    /// Meaningless or too large; a person must look.
    Undefined(&'static str),
}

/// A case split.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub alternatives: Vec<Alternative>,
    /// The open inputs that the choice depends on.
    pub missing: Vec<InputKey>,
}

/// What one leaf assumes.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Alternative {
    /// e.g. `行业 = 汽车`, for the trace.
    pub label: String,
    pub inputs: Vec<(InputKey, Value)>,
    pub row: Option<(RowKey, RowChoice)>,
}

/// A table looked up with certain keys, for one item where there are items.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowKey {
    pub table: u32,
    pub keys: Option<Vec<NodeId>>,
    pub item: Option<ItemKey>,
}

/// The item of a list at hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    pub list: FieldId,
    pub index: u32,
    /// 序号 from 1; `None` where the order is not known.
    pub ordinal: Option<u32>,
    /// How many items there are.
    pub count: u32,
    /// The record at hand of a list in the item.
    pub record: Option<Record>,
}

/// A record of the list in a column of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    pub column: u32,
    pub index: u32,
    /// 序号 from 1; `None` where the order is not known.
    pub ordinal: Option<u32>,
    pub count: u32,
}

impl Item {
    pub fn new(list: FieldId, index: u32, ordinal: Option<u32>, count: u32) -> Item {
        Item { list, index, ordinal, count, record: None }
    }
}

/// Which item is at hand: list and index, and column and index of a record in it.
type ItemKey = (FieldId, u32, Option<(u32, u32)>);

/// One leaf: the inputs, what it assumes of the open ones, and what it has found out.
pub struct Leaf<'a> {
    pub scope: &'a Scope<'a>,
    pub inputs: &'a Inputs,
    /// Certain values of nodes, outside items.
    pub slots: RefCell<Vec<Slot>>,
    pub assumed: FxHashMap<InputKey, Value>,
    pub rows: FxHashMap<RowKey, RowChoice>,
    /// Open inputs met so far; truncated again when a result turns out to be certain.
    pub(super) missing: RefCell<Vec<InputKey>>,
    pub(super) atoms: RefCell<Vec<(InputKey, Number)>>,
    pub(super) memo: RefCell<FxHashMap<MemoKey, (Value, Vec<InputKey>)>>,
    item: Cell<Option<Item>>,
}

impl Drop for Leaf<'_> {
    fn drop(&mut self) {
        self.scope.session.slots.borrow_mut().push(self.slots.take());
    }
}

/// A named step, for one item where there are items.
type MemoKey = (u32, Option<ItemKey>);

/// Splits of splits inside one item, derived field or the like, beyond which nothing is known.
pub(super) const MAX_INNER_DEPTH: usize = 8;

impl<'a> Leaf<'a> {
    pub fn new(scope: &'a Scope<'a>, inputs: &'a Inputs) -> Leaf<'a> {
        let mut slots = scope.session.slots.borrow_mut().pop().unwrap_or_default();
        slots.clear();
        slots.resize(scope.nodes.len(), Slot::default());
        Leaf {
            scope,
            inputs,
            slots: RefCell::new(slots),
            assumed: FxHashMap::default(),
            rows: FxHashMap::default(),
            missing: RefCell::default(),
            atoms: RefCell::default(),
            memo: RefCell::default(),
            item: Cell::new(None),
        }
    }

    /// The leaf that assumes one more thing.
    pub fn assume(&self, alternative: &Alternative) -> Leaf<'a> {
        let mut leaf = Leaf::new(self.scope, self.inputs);
        leaf.assumed.extend(self.assumed.iter().map(|(key, value)| (key.clone(), value.clone())));
        leaf.assumed.extend(alternative.inputs.iter().cloned());
        leaf.rows.extend(self.rows.iter().map(|(key, choice)| (key.clone(), *choice)));
        leaf.rows.extend(alternative.row.clone());
        leaf.item.set(self.item.get());
        leaf
    }

    /// Runs `f` and returns the open inputs it met, without keeping them.
    pub fn missing_of<T>(&self, f: impl FnOnce() -> T) -> (T, Vec<InputKey>) {
        let mark = self.missing.borrow().len();
        let result = f();
        let missing = self.missing.borrow_mut().split_off(mark);
        (result, missing)
    }

    pub fn note_missing(&self, keys: impl IntoIterator<Item = InputKey>) {
        self.missing.borrow_mut().extend(keys);
    }

    /// The open inputs that undecided results of this leaf depend on.
    pub fn take_missing(&self) -> Vec<InputKey> {
        std::mem::take(&mut self.missing.borrow_mut())
    }

    /// Runs `f` with an item at hand.
    pub fn with_item<T>(&self, item: Item, f: impl FnOnce() -> T) -> T {
        let before = self.item.replace(Some(item));
        let result = f();
        self.item.set(before);
        result
    }

    pub(super) fn item_key(&self) -> Option<ItemKey> {
        let record = |item: Item| item.record.map(|record| (record.column, record.index));
        self.item.get().map(|item| (item.list, item.index, record(item)))
    }

    pub fn row_key(&self, table: u32, keys: Option<&[NodeId]>) -> RowKey {
        RowKey { table, keys: keys.map(<[NodeId]>::to_vec), item: self.item_key() }
    }

    /// What is stated or assumed of an input.
    pub fn given(&self, key: &InputKey) -> Option<Value> {
        self.assumed.get(key).or_else(|| self.inputs.0.get(key)).cloned()
    }

    /// The item at hand.
    pub fn current_item(&self) -> Option<Item> {
        self.item.get()
    }

    /// How many items a list has, if that is known.
    pub fn count(&self, list: FieldId) -> Option<u32> {
        self.whole(&InputKey::List(list))
    }

    /// How many records the list in a column of an item has, if that is known.
    pub(super) fn record_count(&self, list: FieldId, index: u32, column: u32) -> Option<u32> {
        self.whole(&InputKey::NestedList { list, index, column })
    }

    fn whole(&self, key: &InputKey) -> Option<u32> {
        match self.inputs.0.get(key) {
            Some(Value::Number(count)) => count.as_point().and_then(|n| u32::try_from(n.numerator()).ok()),
            _ => None,
        }
    }
}
