//! Here is a selection: which policies pass, and how many would with each other choice?

use std::collections::BTreeMap;

use policy_finder_pack::guide::Channel;
use policy_finder_pack::records::{Level, PolicyRecord, Records, date};
use policy_finder_pack::{Date, order};

use crate::report::{FacetValue, Facets, SearchQuery};
use policy_finder_pack::validity::Status;

/// The selection of a query, at a date. Within a facet any chosen value will do; facets must all agree.
pub(super) struct Filter<'a> {
    records: &'a Records,
    as_of: Date,
    chosen: [Vec<String>; FACETS],
}

const FACETS: usize = 6;

impl<'a> Filter<'a> {
    pub fn new(records: &'a Records, asked: &SearchQuery, as_of: Date) -> Filter<'a> {
        let list = |values: &Option<Vec<String>>| values.clone().unwrap_or_default();
        let years = asked.year.iter().flatten().map(i32::to_string).collect();
        let chosen = [
            list(&asked.level),
            list(&asked.status),
            list(&asked.topic),
            list(&asked.department),
            years,
            list(&asked.channel),
        ];
        Filter { records, as_of, chosen }
    }

    pub fn status(&self, policy: u32) -> Status {
        Status::at(&self.records.policies()[policy as usize], self.as_of)
    }

    pub fn passes(&self, policy: u32) -> bool {
        self.chosen.iter().all(Vec::is_empty) || self.agreeing(policy).iter().all(|&agrees| agrees)
    }

    fn agreeing(&self, policy: u32) -> [bool; FACETS] {
        let record = &self.records.policies()[policy as usize];
        std::array::from_fn(|facet| {
            let chosen = &self.chosen[facet];
            let mut agrees = chosen.is_empty();
            if !agrees {
                self.values(record, facet, |value| agrees |= chosen.iter().any(|c| c == value));
            }
            agrees
        })
    }

    fn values(&self, p: &PolicyRecord, facet: usize, mut each: impl FnMut(&str)) {
        match facet {
            0 => p.level().map(Level::name).into_iter().for_each(each),
            1 => each(Status::at(p, self.as_of).name()),
            2 => self.records.list(p.topics).for_each(each),
            3 => self.records.list(p.department).for_each(each),
            4 => year(p).into_iter().for_each(|year| each(&year.to_string())),
            _ => {
                let channels = Channel::ALL.into_iter().filter(|c| p.channels.get() & c.bit() != 0);
                channels.map(Channel::name).for_each(each);
            }
        }
    }

    /// Starts counting.
    pub fn counting(&self) -> Counts<'_> {
        let mut counts: [BTreeMap<String, usize>; FACETS] = Default::default();
        for (facet, chosen) in self.chosen.iter().enumerate() {
            counts[facet].extend(chosen.iter().map(|value| (value.clone(), 0)));
        }
        Counts { filter: self, counts }
    }
}

/// Counts each value among the policies that pass the other facets, so that a choice does not change its own facet's
/// counts. Chosen values stay, with 0 where nothing has them.
pub(super) struct Counts<'a> {
    filter: &'a Filter<'a>,
    counts: [BTreeMap<String, usize>; FACETS],
}

impl Counts<'_> {
    pub fn add(&mut self, policy: u32) {
        let agreeing = self.filter.agreeing(policy);
        let record = &self.filter.records.policies()[policy as usize];
        for (facet, counts) in self.counts.iter_mut().enumerate() {
            let others = agreeing.iter().enumerate().all(|(other, &agrees)| other == facet || agrees);
            if others {
                self.filter.values(record, facet, |value| match counts.get_mut(value) {
                    Some(count) => *count += 1,
                    None => {
                        counts.insert(value.to_owned(), 1);
                    }
                });
            }
        }
    }

    pub fn finish(self) -> Facets {
        let Counts { counts, .. } = self;
        let [level, status, topic, department, year, channel] = counts;
        let named = |counts: BTreeMap<String, usize>, order: &[(&str, &str)]| {
            let place = |value: &str| order.iter().position(|(name, _)| *name == value).unwrap_or(order.len());
            let mut list: Vec<FacetValue> = counts
                .into_iter()
                .map(|(value, count)| {
                    let label = order.get(place(&value)).map_or(value.as_str(), |(_, label)| label).to_owned();
                    FacetValue { value, label, count }
                })
                .collect();
            order::sort_by_key(&mut list, |v| place(&v.value));
            list
        };
        let frequent = |counts: BTreeMap<String, usize>| {
            let mut list = named(counts, &[]);
            order::sort_by_key(&mut list, |v| std::cmp::Reverse(v.count));
            list
        };
        let mut years = named(year, &[]);
        years.reverse();
        years.iter_mut().for_each(|y| y.label = format!("{}年", y.value));
        Facets {
            level: named(level, &LEVELS),
            status: named(status, &STATUSES),
            topic: frequent(topic),
            department: frequent(department),
            year: years,
            channel: named(channel, &CHANNELS),
        }
    }
}

/// The year of a policy: issued, published or else effective.
pub(super) fn year(p: &PolicyRecord) -> Option<i32> {
    date(p.issued).or(date(p.published)).or(date(p.effective)).map(Date::year)
}

/// The Chinese name of a level: `市级`.
pub(super) fn level_label(name: &str) -> &'static str {
    LEVELS.iter().find(|(known, _)| *known == name).map_or("", |(_, label)| label)
}

const LEVELS: [(&str, &str); 5] =
    [("park", "园区"), ("county", "区县"), ("city", "市级"), ("province", "省级"), ("national", "国家")];

const STATUSES: [(&str, &str); 6] = [
    ("in_force", "现行有效"),
    ("lapsing", "即将到期"),
    ("upcoming", "尚未生效"),
    ("undated", "日期不详"),
    ("lapsed", "已到期"),
    ("repealed", "已废止"),
];

const CHANNELS: [(&str, &str); 3] = [("auto", "免申即享"), ("online", "全程网办"), ("on_site", "现场办理")];
