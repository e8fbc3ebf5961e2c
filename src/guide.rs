//! Several benefits chosen: what has to be done for all of them together?
//!
//! One list of papers, each brought once; one form, filled in from the profile; who is responsible; what opens and closes
//! when, in working days; the commitments to sign. In the browser the page makes the same from the same facts
//! (`www/src/guide.ts`), so that the module does not grow; `tests/guide.rs` holds both to the same cases.

use std::collections::BTreeMap;

use policy_finder_pack::guide::Guide;
use policy_finder_pack::records::Level;
use policy_finder_pack::service::{self, Service, Workdays};
use policy_finder_pack::{Date, order};

use crate::profile::{Input, ProfileInput};
use crate::report::Field;
use crate::report::guide::{
    Answer, Commitment, Department, FormField, GuideItem, GuideReport, Matter, Paper, PaperUse, Period,
};
use crate::{Engine, Error};

impl Engine {
    /// What has to be done for a chosen set of benefits, by their ids, as an enterprise with this profile.
    ///
    /// ```
    /// # use policy_finder::{Engine, profile::ProfileInput};
    /// let engine = Engine::bundled()?;
    /// let chosen = ["city-gaoqi-2022#shou-ci".to_owned()];
    /// let report = engine.guide(&chosen, &ProfileInput::new(), 2025, "2025-09-24".parse().unwrap())?;
    /// let item = &report.items[0];
    /// // Five working days are left: Sunday the 28th is worked before the National Day holiday.
    /// assert_eq!((item.period, item.working_days_left), ("open", Some(4)));
    /// # Ok::<(), policy_finder::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownBenefit`] when the pack has no such id; [`Error::EventYear`] and [`Error::Profile`] when the profile cannot be read.
    pub fn guide(
        &self,
        benefits: &[String],
        input: &ProfileInput,
        event_year: i32,
        as_of: Date,
    ) -> Result<GuideReport, Error> {
        let service = service::read(self.pack())?;
        let report = self.calculate(&self.profile_for(input, event_year)?, as_of)?;
        let mut matters = Vec::with_capacity(benefits.len());
        for id in benefits {
            let result = report.matched.clauses.iter().find(|clause| clause.id == *id);
            let result = result.ok_or_else(|| Error::UnknownBenefit(id.clone()))?;
            let amount = report.counted.get(id).or(result.amount.as_ref()).cloned();
            let citation = result.citation.clone();
            matters.push(Matter { benefit: id.clone(), name: result.name.clone(), citation, amount });
        }
        let vocabulary = self.fields();
        let items = self.items(&service, benefits, as_of);
        let served = |id: &String| items.iter().any(|item| item.benefits.contains(id));
        Ok(GuideReport {
            as_of: as_of.to_string(),
            unguided: benefits.iter().filter(|id| !served(id)).cloned().collect(),
            materials: materials(&items),
            departments: departments(&items),
            fields: fields(&vocabulary, &service, benefits, input),
            commitments: service.commitments.iter().map(|c| commitment(c, &vocabulary, input)).collect(),
            matters,
            items,
        })
    }

    /// Guides that serve one of the benefits; those that close first stand first, those that are closed last.
    fn items(&self, service: &Service, benefits: &[String], as_of: Date) -> Vec<GuideItem> {
        let records = self.records();
        let workdays = Workdays::new(&service.calendar);
        let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
        let mut items = Vec::new();
        for guide in self.guides() {
            let position = seen.entry(guide.policy).or_default();
            let at = std::mem::replace(position, *position + 1);
            let served: Vec<String> = benefits.iter().filter(|id| guide.benefits.contains(id)).cloned().collect();
            if served.is_empty() {
                continue;
            }
            let policy = &records.policies()[guide.policy as usize];
            let id = records.string(policy.id);
            let facts = service.guides.get(id).and_then(|all| all.get(at)).cloned().unwrap_or_default();
            let names = |range| records.list(range).map(str::to_owned).collect::<Vec<_>>();
            let departments =
                if policy.department.length.get() > 0 { names(policy.department) } else { names(policy.issuer) };
            let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Date>().ok());
            let (opens, closes) = (day(&facts.opens), day(&facts.closes));
            let period = period(opens, closes, facts.always, as_of);
            let left = closes.filter(|_| period == Period::Open).map(|closes| workdays.between(as_of, closes));
            let now = !matches!(period, Period::Upcoming | Period::Closed);
            let due = facts.working_days.filter(|_| now).map(|days| workdays.after(as_of, days));
            items.push(GuideItem {
                policy: id.to_owned(),
                title: records.string(policy.title).to_owned(),
                level: policy.level().map(Level::name),
                papers: papers(guide, &facts),
                guide: self.guide_words(guide),
                benefits: served,
                departments,
                contact: records.optional(policy.contact).map(str::to_owned),
                opens: facts.opens,
                closes: facts.closes,
                period: period.name(),
                working_days_left: left.map(|(days, _)| days),
                working_days: facts.working_days,
                due: due.map(|(day, _)| day.to_string()),
                published: left.is_none_or(|(_, known)| known) && due.is_none_or(|(_, known)| known),
            });
        }
        // Whatever order the guides came in; the guides of one policy keep theirs, because the sort is stable.
        order::sort_by(&mut items, |a, b| {
            let key = |item: &GuideItem| (Period::rank(item.period), item.closes.clone());
            key(a).cmp(&key(b)).then_with(|| a.policy.cmp(&b.policy))
        });
        items
    }
}

fn period(opens: Option<Date>, closes: Option<Date>, always: bool, as_of: Date) -> Period {
    match (opens, closes) {
        (_, Some(closes)) if closes < as_of => Period::Closed,
        (Some(opens), _) if opens > as_of => Period::Upcoming,
        (None, None) if always => Period::Always,
        (None, None) => Period::Unknown,
        _ => Period::Open,
    }
}

/// A paper's one name; a pack without facts has the words of the guide.
fn papers(guide: &Guide, facts: &service::GuideFacts) -> Vec<String> {
    let name = |(at, material): (usize, &policy_finder_pack::guide::Material)| {
        facts.papers.get(at).cloned().unwrap_or_else(|| material.name.clone())
    };
    guide.materials.iter().enumerate().map(name).collect()
}

/// One list of papers for all items: those that several items use first, then in the order of the items.
fn materials(items: &[GuideItem]) -> Vec<Paper> {
    let mut papers: Vec<Paper> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        for (material, name) in item.guide.materials.iter().zip(&item.papers) {
            let used = PaperUse {
                item: index,
                name: material.name.clone(),
                form: material.form.clone(),
                copies: material.copies.clone(),
                required: material.required.clone(),
                source: material.source.clone(),
            };
            match papers.iter_mut().find(|paper| paper.name == *name) {
                Some(paper) => paper.uses.push(used),
                None => papers.push(Paper { name: name.clone(), required: None, items: 0, uses: vec![used] }),
            }
        }
    }
    for paper in &mut papers {
        let mut items: Vec<usize> = paper.uses.iter().map(|used| used.item).collect();
        items.dedup();
        paper.items = items.len();
        paper.required = required(&paper.uses);
    }
    order::sort_by(&mut papers, |a, b| b.items.cmp(&a.items));
    papers
}

/// What one item cannot do without must be there; else the conditions, then what may follow later, then what may be left.
fn required(uses: &[PaperUse]) -> Option<String> {
    let mut words: Vec<&str> = uses.iter().filter_map(|used| used.required.as_deref()).collect();
    for decisive in ["true", "容缺后补", "false"] {
        let plain = |word: &&str| !["true", "false", "容缺后补"].contains(word);
        if decisive == "容缺后补" && words.iter().any(plain) {
            words.retain(plain);
            break;
        }
        if words.contains(&decisive) {
            return Some(decisive.to_owned());
        }
    }
    let mut distinct: Vec<&str> = Vec::new();
    words.into_iter().for_each(|word| {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
    });
    (!distinct.is_empty()).then(|| distinct.join(";"))
}

fn departments(items: &[GuideItem]) -> Vec<Department> {
    let mut departments: Vec<Department> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        for name in &item.departments {
            let phone = item.guide.phone.clone().or_else(|| item.contact.clone());
            let at = departments.iter().position(|department| department.name == *name).unwrap_or_else(|| {
                departments.push(Department { name: name.clone(), items: Vec::new(), contacts: Vec::new() });
                departments.len() - 1
            });
            let department = &mut departments[at];
            department.items.push(index);
            if let Some(phone) = phone.filter(|phone| !department.contacts.contains(phone)) {
                department.contacts.push(phone);
            }
        }
    }
    departments
}

/// What one form asks: the applicant first, then every answer that one of the benefits reads, each once.
fn fields(fields: &[Field], service: &Service, benefits: &[String], input: &ProfileInput) -> Vec<FormField> {
    let named = |field: &Field| {
        let bracket = format!("{{{}}}", field.name);
        let wanted = service.commitments.iter().flat_map(|c| &c.text).any(|text| text.contains(&bracket));
        wanted || benefits.iter().any(|id| service.fields.get(id).is_some_and(|used| used.contains(&field.name)))
    };
    fields
        .iter()
        .filter(|field| named(field))
        .map(|field| FormField {
            name: field.name.clone(),
            group: field.group.clone(),
            unit: field.unit.clone(),
            answers: answers(field, input),
        })
        .collect()
}

/// Answers of a profile to one field, by year where it is asked for each year.
fn answers(field: &Field, input: &ProfileInput) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (key, value) in input {
        let (name, year) = match key.strip_suffix(']').and_then(|key| key.split_once('[')) {
            Some((name, year)) => (name, Some(year)),
            None => (key.as_str(), None),
        };
        if (name != field.name && name != field.id) || *value == Input::Null {
            continue;
        }
        match value {
            Input::Map(years) if field.yearly && year.is_none() => {
                let by_year = years.iter().filter(|(_, value)| **value != Input::Null);
                answers.extend(by_year.map(|(year, value)| Answer { year: Some(bare(year)), value: value.clone() }));
            }
            _ => answers.push(Answer { year: year.map(bare), value: value.clone() }),
        }
    }
    order::sort_by(&mut answers, |a, b| a.year.cmp(&b.year));
    answers
}

/// `2025` of `2025年`.
fn bare(year: &str) -> String {
    year.trim().trim_end_matches('年').to_owned()
}

/// The text with the answers put in; what is not known stays blank. `{申报事项}` is left for whoever prints the matters.
fn commitment(source: &service::Commitment, fields: &[Field], input: &ProfileInput) -> Commitment {
    let fill = |text: &String| {
        let mut filled = text.clone();
        for field in fields {
            let bracket = format!("{{{}}}", field.name);
            if !filled.contains(&bracket) {
                continue;
            }
            let words = answers(field, input).into_iter().find_map(|answer| match answer.value {
                Input::Text(text) | Input::Number(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
                _ => None,
            });
            filled = filled.replace(&bracket, words.as_deref().unwrap_or("________"));
        }
        filled
    };
    Commitment {
        applicant: source.applicant.clone(),
        title: source.title.clone(),
        note: source.note.clone(),
        clause: source.clause.clone(),
        text: source.text.iter().map(fill).collect(),
    }
}
