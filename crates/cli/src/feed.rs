use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use atom_syndication::{Category, Entry, Feed, FixedDateTime, Link, Person, Text};
use icalendar::{Alarm, Calendar, Component, Event, EventLike};
use policy_finder::{Date, Engine};
use policy_finder_pack::records::{PolicyRecord, date};
use policy_finder_pack::service::{self, Change, Service};

use crate::failure::Failure;
use crate::today::today;
use crate::{Outcome, pack};

/// Entries of a feed: a reader asks for the whole file every time.
const ENTRIES: usize = 100;

/// Write Atom feeds and calendars for a portal to publish
///
/// One of each for everything and for every topic: `all.atom`, `all.ics`, `<topic>.atom`, `<topic>.ics`. The feeds hold
/// the change log of the pack and, behind it, policies by the day of their publication; the calendars hold what closes
/// and what expires from the reference date on. The same pack and date give the same bytes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  policy-finder feed park.pack --site https://park.example/feeds/ --page https://park.example/policies.html -o feeds"
)]
pub struct Args {
    /// Pack written by `policy-finder compile`
    pack: PathBuf,
    /// Address under which the folder will be published
    #[arg(long, value_name = "URL")]
    site: String,
    /// Address of the page that holds <policy-finder mode="page">; entries lead to its policies
    #[arg(long, value_name = "URL")]
    page: String,
    /// Reference date of the calendars [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Folder to write; made where it is missing
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

pub fn run(args: &Args) -> Result<Outcome, Failure> {
    for (name, address) in [("--site", &args.site), ("--page", &args.page)] {
        if !address.starts_with("https://") && !address.starts_with("http://") {
            let failure = Failure::new("address", format!("{name} {address}: is no address"));
            return Err(failure.hint("write it whole: https://park.example/feeds/"));
        }
    }
    let engine = pack::open(&args.pack)?;
    let service = service::read(engine.pack()).map_err(|error| Failure::engine(&args.pack, &error.into()))?;
    let as_of = args.as_of.unwrap_or_else(today);
    fs::create_dir_all(&args.output).map_err(|error| Failure::file(&args.output, "written", &error))?;
    let site = format!("{}/", args.site.trim_end_matches('/'));
    let portal = Portal { engine: &engine, service: &service, site, page: &args.page, as_of };
    let mut written = Vec::new();
    for (name, title, topic) in portal.files() {
        let policies = portal.policies(topic.as_deref());
        let feed = portal.feed(&name, &title, &policies);
        let (calendar, events) = portal.calendar(&title, &policies);
        for (file, text) in [(format!("{name}.atom"), feed), (format!("{name}.ics"), calendar)] {
            let path = args.output.join(&file);
            fs::write(&path, text).map_err(|error| Failure::file(&path, "written", &error))?;
        }
        written.push(format!("{name}: {} policies, {events} days\n", policies.len()));
    }
    Ok(Outcome::clean(format!("{}wrote {}\n", written.concat(), folder(&args.output))))
}

fn folder(path: &Path) -> String {
    path.display().to_string()
}

struct Portal<'a> {
    engine: &'a Engine,
    service: &'a Service,
    site: String,
    page: &'a str,
    as_of: Date,
}

impl Portal<'_> {
    /// File name, title and topic: everything first, then the topics that some policy has.
    fn files(&self) -> Vec<(String, String, Option<String>)> {
        let name = self.engine.info().name;
        let records = self.engine.records();
        let used: BTreeSet<&str> = records.policies().iter().flat_map(|policy| records.list(policy.topics)).collect();
        let topics = self.service.topics.iter().filter(|(topic, _)| used.contains(topic.as_str()));
        std::iter::once(("all".to_owned(), name.clone(), None))
            .chain(topics.map(|(topic, id)| (id.clone(), format!("{name} · {topic}"), Some(topic.clone()))))
            .collect()
    }

    fn policies(&self, topic: Option<&str>) -> Vec<&PolicyRecord> {
        let records = self.engine.records();
        let has =
            |policy: &&PolicyRecord| topic.is_none_or(|topic| records.list(policy.topics).any(|one| one == topic));
        records.policies().iter().filter(has).collect()
    }

    fn address(&self, policy: &str) -> String {
        format!("{}#/policy/{policy}", self.page)
    }

    fn feed(&self, name: &str, title: &str, policies: &[&PolicyRecord]) -> String {
        let records = self.engine.records();
        let by_id: BTreeMap<&str, &PolicyRecord> = policies.iter().map(|p| (records.string(p.id), *p)).collect();
        let log = &self.service.changes.entries;
        // A policy that was taken out has no topics any more: the feed of everything tells of it.
        let told = |change: &&Change| {
            by_id.contains_key(change.policy.as_str()) || (name == "all" && change.change == "removed")
        };
        let mut entries: Vec<(String, Entry)> = log
            .iter()
            .filter(told)
            .map(|change| (change.day.clone(), self.change(change, by_id.get(change.policy.as_str()))))
            .collect();
        let logged: BTreeSet<&str> = log.iter().filter(|c| c.change == "new").map(|c| c.policy.as_str()).collect();
        for policy in policies.iter().filter(|policy| !logged.contains(records.string(policy.id))) {
            if let Some(day) = date(policy.published).or(date(policy.issued)) {
                entries.push((day.to_string(), self.published(policy, day)));
            }
        }
        entries.sort_by(|a, b| b.0.cmp(&a.0));
        entries.truncate(ENTRIES);
        let newest = entries.first().map(|(day, _)| day.clone());
        let edition = self.engine.info().edition;
        let updated = newest.into_iter().chain(edition).max().unwrap_or_else(|| "1970-01-01".to_owned());
        let own = format!("{}{name}.atom", self.site);
        let link = |rel: &str, href: &str, kind: &str| Link {
            rel: rel.to_owned(),
            href: href.to_owned(),
            mime_type: Some(kind.to_owned()),
            ..Link::default()
        };
        let author =
            Person { name: self.engine.info().publisher.unwrap_or(self.engine.info().name), ..Person::default() };
        let feed = Feed {
            id: own.clone(),
            title: Text::plain(title.to_owned()),
            lang: Some("zh-CN".to_owned()),
            updated: moment(&updated),
            authors: vec![author],
            links: vec![link("self", &own, "application/atom+xml"), link("alternate", self.page, "text/html")],
            entries: entries.into_iter().map(|(_, entry)| entry).collect(),
            ..Feed::default()
        };
        feed.to_string() + "\n"
    }

    fn change(&self, change: &Change, policy: Option<&&PolicyRecord>) -> Entry {
        const WHAT: [(&str, &str); 4] =
            [("facts", "基本信息"), ("text", "正文"), ("rules", "条件和金额"), ("guide", "办事指南")];
        let word = match change.change.as_str() {
            "new" => "新增",
            "removed" => "撤下",
            _ => "有变化",
        };
        let what: Vec<&str> = change
            .what
            .iter()
            .filter_map(|what| WHAT.iter().find(|(id, _)| id == what).map(|(_, word)| *word))
            .collect();
        let details = if what.is_empty() { word.to_owned() } else { format!("{word}:{}", what.join("、")) };
        self.entry(&change.policy, &change.day, &change.change, &format!("{word} · {}", change.title), &details, policy)
    }

    fn published(&self, policy: &PolicyRecord, day: Date) -> Entry {
        let records = self.engine.records();
        let details = records.optional(policy.doc_number).map_or_else(String::new, str::to_owned);
        let title = records.string(policy.title);
        self.entry(records.string(policy.id), &day.to_string(), "published", title, &details, Some(&policy))
    }

    fn entry(
        &self,
        id: &str,
        day: &str,
        change: &str,
        title: &str,
        details: &str,
        policy: Option<&&PolicyRecord>,
    ) -> Entry {
        let records = self.engine.records();
        let topics = policy.map(|policy| records.list(policy.topics).collect::<Vec<_>>()).unwrap_or_default();
        let category = |topic: &str| Category { term: topic.to_owned(), ..Category::default() };
        Entry {
            // Stable for ever: readers know an entry by it.
            id: format!("{}{id}/{day}/{change}", self.site),
            title: Text::plain(title.to_owned()),
            updated: moment(day),
            summary: (!details.is_empty()).then(|| Text::plain(details.to_owned())),
            links: vec![Link { rel: "alternate".to_owned(), href: self.address(id), ..Link::default() }],
            categories: topics.into_iter().map(category).collect(),
            ..Entry::default()
        }
    }

    /// What closes and what expires, and how many days that are.
    fn calendar(&self, title: &str, policies: &[&PolicyRecord]) -> (String, usize) {
        let records = self.engine.records();
        let mut events: Vec<(Date, Event)> = Vec::new();
        for policy in policies {
            let id = records.string(policy.id);
            if let Some(day) = date(policy.expires).filter(|day| *day >= self.as_of) {
                let summary = format!("到期 · {}", records.string(policy.title));
                events.push((day, self.event(day, &format!("{id}/expires"), &summary, id)));
            }
            let guides =
                self.engine.guides().iter().filter(|g| records.string(records.policies()[g.policy as usize].id) == id);
            let facts = self.service.guides.get(id).map(Vec::as_slice).unwrap_or_default();
            for (at, (guide, facts)) in guides.zip(facts).enumerate() {
                let closes = facts.closes.as_deref().and_then(|day| day.parse::<Date>().ok());
                if let Some(day) = closes.filter(|day| *day >= self.as_of) {
                    let summary = format!("申报截止 · {}", guide.item);
                    events.push((day, self.event(day, &format!("{id}/closes/{at}"), &summary, id)));
                }
            }
        }
        events.sort_by_key(|(day, _)| *day);
        let count = events.len();
        let mut calendar = Calendar::new();
        calendar.name(title);
        calendar.append_property(("PRODID", "-//policy-finder//zh-CN"));
        calendar.append_property(("METHOD", "PUBLISH"));
        calendar.append_property(
            icalendar::Property::new("REFRESH-INTERVAL", "P1D").add_parameter("VALUE", "DURATION").done(),
        );
        for (_, event) in events {
            calendar.push(event);
        }
        (calendar.done().to_string(), count)
    }

    fn event(&self, day: Date, uid: &str, summary: &str, policy: &str) -> Event {
        let stamp = self.engine.info().edition.unwrap_or_else(|| self.as_of.to_string());
        let day = chrono_day(&day.to_string());
        let host = self.site.split('/').nth(2).unwrap_or("policy-finder");
        let mut event = Event::new();
        event
            .uid(&format!("{uid}@{host}"))
            // Not the clock: the same pack gives the same file.
            .timestamp(moment(&stamp).to_utc())
            .starts(day)
            // The end is exclusive: the day after.
            .ends(day.succ_opt().expect("the calendar goes on"))
            .summary(summary)
            .url(&self.address(policy));
        for days in [7, 1] {
            let mut alarm = Alarm::display(summary, -chrono::Duration::days(days));
            alarm.uid(&format!("{uid}/{days}@{host}")).timestamp(moment(&stamp).to_utc());
            event.alarm(alarm.done());
        }
        event.done()
    }
}

fn chrono_day(day: &str) -> chrono::NaiveDate {
    day.parse().expect("a day of the calendar")
}

/// A day in China begins here.
fn moment(day: &str) -> FixedDateTime {
    FixedDateTime::parse_from_rfc3339(&format!("{day}T00:00:00+08:00")).expect("a day of the calendar")
}
