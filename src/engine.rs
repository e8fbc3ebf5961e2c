//! An open pack that answers questions.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use policy_finder_pack::guide::{self, Channel};
use policy_finder_pack::index::Index;
use policy_finder_pack::records::{CorpusInfo, Level, Records, TextKind, date};
use policy_finder_pack::rules::{Benefit, RuleBook};
use policy_finder_pack::{Bytes, Date, Pack, Source};

use crate::profile::{Profile, ProfileInput};
use crate::report::search::{SearchQuery, SearchReport, Suggestion};
use crate::report::{self, CalculationReport, MatchReport, Overview, PackInfo, PolicyPage, Relative};
use crate::rules::{BenefitOutcome, Session};
use crate::search::{Search, Unit};
use crate::validity::Status;
use crate::{Error, calc, lineage, matching, overview};

/// The engine: one pack, opened once. Pure: no files, no clock, no randomness.
pub struct Engine {
    pack: Pack,
    info: CorpusInfo,
    records: Records,
    index: Index,
    // Read when they are first asked for: a search does without.
    rules: OnceLock<RuleBook>,
    guides: OnceLock<Vec<guide::Guide>>,
}

impl Engine {
    /// Opens a pack.
    ///
    /// # Errors
    /// [`Error::Pack`] when the bytes are damaged, of another format, or no pack.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Engine, Error> {
        let engine = Engine::of(Pack::open(bytes)?)?;
        engine.verify_content()?;
        Ok(engine)
    }

    /// Opens a pack whose bytes are elsewhere, and answers at once: texts are copied when they are read, and most
    /// of the bytes are held against their checksums only by [`Engine::verify`].
    ///
    /// # Errors
    /// [`Error::Pack`] when the bytes are of another format, or no pack.
    pub fn open_elsewhere(source: Arc<dyn Source>) -> Result<Engine, Error> {
        Engine::of(Pack::open_elsewhere(source)?)
    }

    /// Checks what [`Engine::open_elsewhere`] left unchecked. Until then answers from a damaged pack may be wrong.
    ///
    /// # Errors
    /// [`Error::Pack`] when the bytes are damaged.
    pub fn verify(&self) -> Result<(), Error> {
        self.pack.verify()?;
        self.verify_content()
    }

    fn verify_content(&self) -> Result<(), Error> {
        self.records.verify()?;
        // Whoever asked before found nothing in what cannot be read.
        self.read_rules().map(|rules| drop(self.rules.set(rules)))?;
        self.read_guides().map(|guides| drop(self.guides.set(guides)))
    }

    fn read_rules(&self) -> Result<RuleBook, Error> {
        Ok(RuleBook::read(&self.pack, &self.records)?)
    }

    fn read_guides(&self) -> Result<Vec<guide::Guide>, Error> {
        let (policies, clauses) = (self.records.policies().len(), self.records.clause_count());
        let guides = guide::read(&self.pack)?;
        if guides.iter().all(|g| (g.policy as usize) < policies && (g.clause as usize) < clauses) {
            return Ok(guides);
        }
        let what = "a guide belongs to no clause";
        Err(policy_finder_pack::PackError::Malformed { section: guide::GUIDES, what }.into())
    }

    fn of(pack: Pack) -> Result<Engine, Error> {
        let records = Records::open(&pack)?;
        let index = Index::open(&pack, records.policies().len())?;
        let info = CorpusInfo::read(&pack)?;
        Ok(Engine { info, records, index, rules: OnceLock::new(), guides: OnceLock::new(), pack })
    }

    /// The corpus that was built into this library.
    #[cfg(feature = "embed")]
    pub fn bundled() -> Result<Engine, Error> {
        const CORPUS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/corpus.pack"));
        Engine::open(CORPUS)
    }

    pub fn info(&self) -> PackInfo {
        PackInfo {
            name: self.info.name.clone(),
            edition: self.info.edition.map(|d| d.to_string()),
            publisher: self.info.publisher.clone(),
            contact: self.info.contact.clone(),
            disclaimer: self.info.disclaimer.clone(),
            format: self.pack.version(),
            policies: self.records.policies().len(),
            clauses: self.records.clause_count(),
            benefits: self.rules().benefits.len(),
        }
    }

    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    pub fn records(&self) -> &Records {
        &self.records
    }

    pub fn rules(&self) -> &RuleBook {
        self.rules.get_or_init(|| self.read_rules().unwrap_or_default())
    }

    pub fn guides(&self) -> &[guide::Guide] {
        self.guides.get_or_init(|| self.read_guides().unwrap_or_default())
    }

    /// What it takes to apply, as JSON text (the section `SERVICE`); `None` where the pack has none.
    pub fn service(&self) -> Option<String> {
        policy_finder_pack::service::text(&self.pack)
    }

    /// The questionnaire's vocabulary.
    pub fn fields(&self) -> Vec<report::Field> {
        matching::fields(self.rules())
    }

    /// Which policies answer, and where in them? Whatever is typed has an answer.
    ///
    /// # Errors
    /// [`Error::Date`] when `as_of` is no date.
    // Called from two places, as `rank` is: second copies of them would be kilobytes more to download.
    #[inline(never)]
    pub fn search(&self, query: &SearchQuery) -> Result<SearchReport, Error> {
        let as_of = query.as_of.parse().map_err(|_| Error::Date(query.as_of.clone()))?;
        Ok(self.searching(&self.rules().benefits).search(query, as_of))
    }

    /// The ids of the best policies, or the anchors of the best clauses, with their scores; the same ranking as
    /// [`Engine::search`] without a date and without filters.
    #[allow(clippy::disallowed_types)]
    #[inline(never)]
    pub fn rank(&self, query: &str, limit: usize, unit: Unit) -> Vec<(String, f64)> {
        self.searching(&[]).rank(query, limit, unit)
    }

    /// What the beginning of a query may become: document numbers, words and titles of the corpus, at most `limit`.
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        self.searching(&[]).suggest(typed, limit)
    }

    fn searching<'a>(&'a self, benefits: &'a [Benefit]) -> Search<'a> {
        Search { index: &self.index, records: &self.records, benefits }
    }

    /// What a finder shows before anything is asked; of `examples` those that find something.
    pub fn overview(&self, as_of: Date, examples: Vec<String>) -> Overview {
        overview::overview(self, as_of, examples)
    }

    fn place(&self, id: &str) -> Result<usize, Error> {
        let index = self.records.policies().iter().position(|p| self.records.string(p.id) == id);
        index.ok_or_else(|| Error::UnknownPolicy(id.to_owned()))
    }

    /// The documents that a policy names, and those that name it.
    ///
    /// # Errors
    /// [`Error::UnknownPolicy`] when the pack has no such id.
    pub fn lineage(&self, id: &str, as_of: Date) -> Result<Vec<Relative>, Error> {
        Ok(lineage::lineage(&self.records, self.place(id)?, as_of))
    }

    /// The whole text of a policy.
    ///
    /// # Errors
    /// [`Error::UnknownPolicy`] when the pack has no such id.
    pub fn policy(&self, id: &str, as_of: Date) -> Result<PolicyPage, Error> {
        let records = &self.records;
        let index = self.place(id)?;
        let p = &records.policies()[index];
        let text = |id| records.optional(id).map(str::to_owned);
        let list = |range| records.list(range).map(str::to_owned).collect::<Vec<_>>();
        let day = |number| date(number).map(|d| d.to_string());
        let source =
            report::Source { url: text(p.source_url), kind: text(p.source_kind), retrieved: day(p.source_retrieved) };
        let mut clauses = Vec::with_capacity(p.clauses().len());
        for at in p.clauses() {
            let clause = records.clause(at);
            let benefits =
                self.rules().benefits.iter().filter(|b| b.clause as usize == at).map(|b| report::BenefitRef {
                    id: b.id.clone(),
                    name: b.name.clone(),
                    kind: b.kind.name(),
                    computable: b.amount.is_some(),
                });
            clauses.push(report::ClauseText {
                clause: records.string(clause.anchor).to_owned(),
                label: records.string(clause.label).to_owned(),
                heading: records.string(clause.heading).to_owned(),
                depth: clause.depth.get(),
                text: records.text(clause)?.to_owned(),
                benefits: benefits.collect(),
            });
        }
        Ok(PolicyPage {
            id: id.to_owned(),
            title: records.string(p.title).to_owned(),
            level: p.level().map(Level::name),
            status: Status::at(p, as_of).name(),
            issuer: list(p.issuer),
            department: list(p.department),
            doc_number: text(p.doc_number),
            index_number: text(p.index_number),
            issued: day(p.issued),
            published: day(p.published),
            effective: day(p.effective),
            expires: day(p.expires),
            repealed: day(p.repealed),
            topics: list(p.topics),
            audience: text(p.audience),
            basis: list(p.basis),
            supersedes: list(p.supersedes),
            interpretation: text(p.interpretation),
            source: (source.url.is_some() || source.kind.is_some()).then_some(source),
            contact: text(p.contact),
            text: p.text_kind().map(|kind| match kind {
                TextKind::Verbatim => "verbatim",
                TextKind::Restated => "restated",
            }),
            not_found: list(p.not_found),
            clauses,
            guides: self.guides().iter().filter(|g| g.policy as usize == index).map(|g| self.guide_words(g)).collect(),
        })
    }

    pub(crate) fn guide_words(&self, guide: &guide::Guide) -> report::Guide {
        let guide = guide.clone();
        report::Guide {
            clause: self.records.string(self.records.clause(guide.clause as usize).anchor).to_owned(),
            item: guide.item,
            channel: guide.channel.map(Channel::name),
            benefits: guide.benefits,
            materials: guide.materials,
            process: guide.process,
            window: guide.window,
            place: guide.place,
            time_limit: guide.time_limit,
            phone: guide.phone,
            url: guide.url,
            deadline: guide.deadline,
            results: guide.results,
            note: guide.note,
            source: guide.source,
            not_found: guide.not_found,
        }
    }

    /// Reads a profile against this pack's vocabulary, to ask about the year of `as_of`.
    ///
    /// # Errors
    /// [`Error::Profile`] with every value that cannot be read.
    pub fn profile(&self, input: &ProfileInput, as_of: Date) -> Result<Profile, Error> {
        self.profile_for(input, as_of.year())
    }

    /// Reads a profile to ask about the events of a year: 本年 in the rules, and the year of plain values of yearly
    /// fields. What is in force and which deadlines are left is still a matter of `as_of`.
    ///
    /// # Errors
    /// [`Error::EventYear`] before 1900 or after 2200; [`Error::Profile`] with every value that cannot be read.
    pub fn profile_for(&self, input: &ProfileInput, event_year: i32) -> Result<Profile, Error> {
        if !(1900..=2200).contains(&event_year) {
            return Err(Error::EventYear(event_year));
        }
        Profile::read(self.rules(), event_year, input)
    }

    /// Which clauses fit this enterprise? Every clause of the pack once.
    pub fn match_profile(&self, profile: &Profile, as_of: Date) -> Result<MatchReport, Error> {
        let outcomes = matching::outcomes(self.rules(), profile, as_of);
        Ok(self.match_report(profile, as_of, &outcomes))
    }

    /// What would each clause pay, and what all of them together?
    pub fn calculate(&self, profile: &Profile, as_of: Date) -> Result<CalculationReport, Error> {
        let outcomes = matching::outcomes(self.rules(), profile, as_of);
        let sums = calc::calculate(&self.records, self.rules(), profile, as_of, &outcomes);
        let mut counted = BTreeMap::new();
        for (&index, &(low, high)) in &sums.counted {
            let outcome = &outcomes[index];
            if outcome.amount != Some((low, high)) {
                let amount = report::Amount::new(outcome.kind.name(), (low, high));
                counted.insert(self.rules().benefits[index].id.clone(), amount);
            }
        }
        let matched = self.match_report(profile, as_of, &outcomes);
        Ok(CalculationReport { matched, totals: sums.totals, groups: sums.groups, counted })
    }

    /// One benefit alone, as a report would list it; `None` where the pack has no such id.
    pub fn benefit(&self, id: &str, profile: &Profile, as_of: Date) -> Option<report::ClauseResult> {
        let index = self.rules().benefits.iter().position(|benefit| benefit.id == id)?;
        let outcome = matching::outcome(self.rules(), index, profile, as_of);
        Some(self.clause_result(index, profile, as_of, &Session::default(), &outcome))
    }

    fn clause_result(
        &self,
        index: usize,
        profile: &Profile,
        as_of: Date,
        session: &Session,
        outcome: &BenefitOutcome,
    ) -> report::ClauseResult {
        let near_miss = matching::near_miss(self.rules(), &self.rules().benefits[index], profile, as_of, outcome);
        report::ClauseResult {
            near_miss,
            ..matching::clause_result(&self.records, self.rules(), index, profile, as_of, session, outcome)
        }
    }

    fn match_report(&self, profile: &Profile, as_of: Date, outcomes: &[BenefitOutcome]) -> MatchReport {
        let (clauses, session) = (outcomes.iter().enumerate(), Session::default());
        MatchReport {
            pack: report::PackRef { name: self.info.name.clone(), edition: self.info.edition.map(|d| d.to_string()) },
            as_of: as_of.to_string(),
            event_year: profile.event_year,
            summary: matching::summary(outcomes),
            clauses: clauses.map(|(i, o)| self.clause_result(i, profile, as_of, &session, o)).collect(),
            questions: matching::questions(self.rules(), outcomes),
            notes: profile.notes.clone(),
        }
    }
}
