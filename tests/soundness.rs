//! On random rules and random profiles, what is said with answers missing holds once they are given: a certain verdict
//! stays, and the amount lies in the range.

use std::fmt::Write;

use policy_finder::profile::{Input, ProfileInput};
use policy_finder::rules::{BenefitOutcome, Verdict, evaluate_benefit};
use policy_finder::{Date, Engine, calc, matching};
use policy_finder_compiler::diagnostic::Severity;
use policy_finder_pack::Exact;

const FIELDS: &str = r#"
[[field]]
name = "产值"
id = "output"
type = "金额"
yearly = true

[[field]]
name = "投资"
id = "investment"
type = "金额"

[[field]]
name = "利润"
id = "profit"
type = "金额"
yearly = true
min = "不限"

[[field]]
name = "人数"
id = "staff"
type = "数量 人"

[[field]]
name = "规上"
id = "large"
type = "是否"

[[field]]
name = "行业"
id = "industry"
type = "选项 汽车|机械|食品"

[[field]]
name = "认定年度"
id = "recognized"
type = "年度"

[[field]]
name = "竣工日期"
id = "completed"
type = "日期"

[[field]]
name = "受理日期"
id = "accepted_on"
type = "日期"

[[field]]
name = "办结日期"
id = "settled_on"
type = "日期"

[[field]]
name = "展会"
id = "fairs"
type = "清单"
item = [
  { name = "境外", id = "abroad", type = "是否" },
  { name = "展位", id = "booths", type = "清单", item = [
    { name = "费用", id = "fee", type = "金额" },
    { name = "类型", id = "kind", type = "选项 标准|特装" },
  ] },
]
"#;

/// 2025 is not published.
const CALENDAR: &str = "[[year]]\nyear = 2024\noff = [2024-12-25]\nworked = [2024-12-28]\n";

const PARAMETERS: &str = r#"
[[parameter]]
name = "平均增速"
keys = ["年度"]
type = "比例"
rows = []
"#;

/// SplitMix64: the same rules and profiles on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    fn amount(&mut self) -> String {
        format!("{}万元", self.of(&["10", "50", "100", "300", "500"]))
    }

    fn money(&mut self, depth: u32) -> String {
        let input = |random: &mut Random| random.of(&["产值", "产值[上年]", "投资", "利润"]).to_owned();
        if depth == 0 {
            return if self.below(3) == 0 { self.amount() } else { input(self) };
        }
        let (a, b) = (self.money(depth - 1), self.money(depth - 1));
        match self.below(10) {
            8 => {
                let (share, cap) = (self.of(&["100%", "50%"]), self.of(&["50万元", "300万元"]));
                let order = self.of(&["从高到低", "从低到高"]);
                format!("求和(展会: 取小(求和(展位 按 费用 {order}: 费用 × (若 序号 ≤ 1 则 {share} 否则 20%)), {cap}))")
            }
            9 => {
                let rate = self.of(&["100%", "30%"]);
                format!("最大(展会: 若 境外 则 求和(展位: 若 类型 = 特装 则 费用 否则 费用 × {rate}) 否则 1万元)")
            }
            0 => format!("({a} + {b})"),
            1 => format!("({a} - {b})"),
            2 => format!("({a}) × {}", self.of(&["5%", "10%", "50%", "120%"])),
            3 => format!("取小({a}, {b})"),
            4 => format!("取大({a}, {b})"),
            5 => format!("(若 {} 则 {a} 否则 {b})", self.condition(depth - 1)),
            6 => format!("人数 × {}元/人", self.of(&["1000", "20000"])),
            _ => format!("每满({}, 100万元) × 1万元", input(self)),
        }
    }

    fn condition(&mut self, depth: u32) -> String {
        let sign = self.of(&["≥", ">", "≤", "<"]);
        if depth > 0 && self.below(3) == 0 {
            let (a, b) = (self.condition(depth - 1), self.condition(depth - 1));
            return match self.below(3) {
                0 => format!("({a} 且 {b})"),
                1 => format!("({a} 或 {b})"),
                _ => format!("非 ({a})"),
            };
        }
        match self.below(9) {
            6 => format!("工作日数(受理日期, 办结日期) {sign} {}个工作日", self.of(&["3", "20"])),
            7 => format!("办结日期 {sign} 工作日后(受理日期, {}个工作日)", self.of(&["1", "15"])),
            8 => format!("存在(展会: 境外 且 计数(展位: 费用 {sign} {}) ≥ 1个)", self.amount()),
            0 => "规上".to_owned(),
            1 => format!("行业 属于 {{{}}}", self.of(&["汽车", "汽车, 机械", "食品"])),
            2 => format!("人数 {sign} {}人", self.of(&["10", "50"])),
            3 => format!("增长率(产值, 产值[上年]) {sign} {}", self.of(&["0%", "10%", "50%"])),
            4 => format!("{} {sign} {}", self.money(depth.min(1)), self.amount()),
            _ => format!("投资 介于 100万元({})至500万元({})", self.of(&["含", "不含"]), self.of(&["含", "不含"])),
        }
    }

    /// A benefit in the rule language.
    fn benefit(&mut self, index: usize) -> String {
        let mut text = format!("id = \"b{index}\"\nname = \"第{index}项\"\n");
        let conditions = |random: &mut Random, bound: u64| -> String {
            let count = random.below(bound);
            (0..count).map(|_| format!("\"{}\"", random.condition(2))).collect::<Vec<_>>().join(", ")
        };
        writeln!(text, "need = [{}]", conditions(self, 3)).unwrap();
        if self.below(4) == 0 {
            writeln!(text, "veto = [\"{}\"]", self.condition(1)).unwrap();
        }
        let table = self.below(7);
        let amount = match table {
            0 => "档.标准".to_owned(),
            1 => "档.比例 × 投资".to_owned(),
            2 | 4 | 5 => "分段.合计".to_owned(),
            3 => "台阶.标准".to_owned(),
            _ => self.money(2),
        };
        writeln!(text, "amount = \"{amount}\"").unwrap();
        if self.below(3) == 0 {
            writeln!(text, "min_payout = \"{}\"", self.of(&["1万元", "20万元"])).unwrap();
        }
        if self.below(2) == 0 {
            let cap = self.money(self.0 as u32 & 1);
            writeln!(text, "cap = [{{ per = \"每年\", at = \"取大({cap}, 0元)\" }}]").unwrap();
        }
        text += match table {
            0 => {
                "\n[[table]]\nname = \"档\"\non = [\"产值\"]\ngive = [\"标准\"]\nrows = [[\"100万元(含)至300万元(不含)\", \
                 \"10万元\"], [\"300万元(含)以上\", \"投资 × 10%\"]]\n"
            }
            1 => {
                "\n[[table]]\nname = \"档\"\non = [\"行业\", \"规上\"]\ngive = [\"比例\"]\nelse = [\"5%\"]\nrows = \
                 [[\"汽车\", \"是\", \"20%\"], [\"机械\", \"任意\", \"10%\"]]\n"
            }
            2 => {
                "\n[[table]]\nname = \"分段\"\nmode = \"marginal\"\non = [\"产值\"]\nrows = [[\"0元(含)至100万元(含)\", \
                 \"1%\"], [\"100万元(不含)至400万元(含)\", \"5%\"], [\"400万元(不含)以上\", \"2%\"]]\n"
            }
            3 => {
                "\n[[table]]\nname = \"台阶\"\nmode = \"ladder\"\nskip = \"highest\"\non = [\"产值\"]\nbefore = \
                 \"产值[上年]\"\ngive = [\"标准\"]\nrows = [[\"100万元(含)以上\", \"5万元\"], [\"300万元(含)以上\", \
                 \"20万元\"]]\n"
            }
            // Bounds that come out in any order.
            4 => {
                "\n[[table]]\nname = \"分段\"\nmode = \"marginal\"\non = [\"产值\"]\nrows = [[\"0元(含)至利润(含)\", \
                 \"1%\"], [\"利润(不含)至投资 × 2(含)\", \"5%\"], [\"投资 × 2(不含)以上\", \"2%\"]]\n"
            }
            5 => {
                "let = [\"均速额 = 产值[上年] × 平均增速(本年)\"]\n\n[[table]]\nname = \"分段\"\nmode = \"marginal\"\non = \
                 [\"产值 - 产值[上年]\"]\nrows = [[\"均速额(不含)至均速额 × 2(含)\", \"3‰\"], [\"均速额 × 2(不含)以上\", \
                 \"5‰\"]]\n"
            }
            _ => "",
        };
        text
    }

    /// Records of a list, the more of them known the less is hidden.
    fn fairs(&mut self) -> Vec<(String, Input)> {
        let mut stages = Vec::new();
        let fairs: Vec<Vec<(String, &str)>> = (0..1 + self.below(2))
            .map(|_| (0..self.below(3)).map(|_| (self.amount(), self.of(&["标准", "特装"]))).collect())
            .collect();
        let abroad: Vec<bool> = fairs.iter().map(|_| self.below(2) == 0).collect();
        let text = |text: &str| Input::Text(text.to_owned());
        for stage in 0..4 {
            let records = fairs.iter().zip(&abroad).enumerate().map(|(at, (booths, abroad))| {
                let booths = booths.iter().enumerate().map(|(place, (fee, kind))| {
                    let mut booth = ProfileInput::new();
                    if stage >= 2 || place == 0 {
                        booth.insert("费用".to_owned(), text(fee));
                    }
                    if stage >= 3 {
                        booth.insert("类型".to_owned(), text(kind));
                    }
                    Input::Map(booth)
                });
                let mut fair = ProfileInput::new();
                if stage >= 2 {
                    fair.insert("境外".to_owned(), Input::Bool(*abroad));
                }
                if stage >= 1 || at == 0 {
                    fair.insert("展位".to_owned(), Input::List(booths.collect()));
                }
                Input::Map(fair)
            });
            stages.push(("展会".to_owned(), Input::List(records.collect())));
        }
        stages
    }

    /// Answers to everything, often on the bounds of the rules.
    fn answers(&mut self) -> Vec<(String, Input)> {
        let money = |random: &mut Random| match random.below(3) {
            0 => random.amount(),
            1 => format!("{}.{:02}元", random.below(6_000_000), random.below(100)),
            _ => format!("{}万元", random.below(600)),
        };
        let answers = [
            ("产值[2024年]", money(self)),
            ("产值[2023年]", money(self)),
            ("投资", money(self)),
            ("利润[2024年]", if self.below(3) == 0 { format!("-{}万元", self.below(200)) } else { money(self) }),
            ("平均增速(2024年)", format!("{}%", self.below(60) as i64 - 30)),
            ("人数", format!("{}人", self.below(80))),
            ("规上", self.of(&["是", "否"]).to_owned()),
            ("行业", self.of(&["汽车", "机械", "食品"]).to_owned()),
        ];
        let day = |random: &mut Random| {
            random.of(&["2024-12-02", "2024-12-20", "2024-12-24", "2024-12-27", "2024-12-31", "2025-01-06"]).to_owned()
        };
        let days = [("受理日期", day(self)), ("办结日期", day(self))];
        let plain = answers.into_iter().chain(days);
        let mut list: Vec<(String, Input)> = plain.map(|(key, value)| (key.to_owned(), Input::Text(value))).collect();
        for index in (1..list.len()).rev() {
            list.swap(index, self.below(index as u64 + 1) as usize);
        }
        // The stages of the list stay in their order, anywhere among the others.
        let mut at = 0;
        for stage in self.fairs() {
            at += self.below((list.len() - at) as u64 + 1) as usize;
            list.insert(at, stage);
            at += 1;
        }
        list
    }
}

/// What the missing answers must not do, once they are given.
fn contradiction(before: &BenefitOutcome, after: &BenefitOutcome) -> Option<&'static str> {
    match (before.verdict, after.verdict) {
        (Verdict::Met, Verdict::Met) | (Verdict::Inactive, Verdict::Inactive) => {}
        // A text refuses, or does not cover the event: nothing either way.
        (Verdict::Unmet, Verdict::Unmet | Verdict::Inactive) => {}
        (Verdict::Met | Verdict::Unmet | Verdict::Inactive, _) => return Some("a certain verdict moved"),
        _ => {}
    }
    // Where a person decides there is no amount to compare.
    if after.verdict == Verdict::Manual {
        return None;
    }
    let ((low, high), (later_low, later_high)) = before.amount.zip(after.amount)?;
    let inside = later_low >= low && high.is_none_or(|high| later_high.is_some_and(|later| later <= high));
    (!inside).then_some("the amount left its range")
}

/// A policy whose text is one clause.
fn page(id: &str, front: &str, blocks: &str) -> (String, String) {
    let text = format!(
        "+++\nid = \"{id}\"\ntitle = \"随机条款\"\nlevel = \"park\"\n{front}+++\n\n## 条款 {{#{id}-a}}\n\n奖励若干。\n{blocks}"
    );
    (format!("park/{id}.md"), text)
}

fn engine(pages: Vec<(String, String)>) -> Engine {
    let corpus = tempfile::tempdir().unwrap();
    let own = [
        ("corpus.toml", "name = \"随机\"\nedition = 2026-11-25\n"),
        ("vocabulary/fields/all.toml", FIELDS),
        ("vocabulary/calendar.toml", CALENDAR),
        ("vocabulary/parameters.toml", PARAMETERS),
    ];
    for (path, text) in own.map(|(path, text)| (path.to_owned(), text.to_owned())).into_iter().chain(pages) {
        let path = corpus.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let compiled = policy_finder_compiler::compile(corpus.path()).unwrap_or_else(|faults| {
        let errors = faults.iter().filter(|fault| fault.diagnostic.severity == Severity::Error);
        panic!("{:#?}", errors.take(3).collect::<Vec<_>>())
    });
    Engine::open(compiled.pack).unwrap()
}

#[test]
fn what_is_said_with_answers_missing_holds_once_they_are_given() {
    let mut random = Random(20_240_601);
    let mut blocks = String::new();
    for index in 0..150 {
        write!(blocks, "\n```benefit\n{}```\n", random.benefit(index)).unwrap();
    }
    let engine = engine(vec![page("p", "", &blocks)]);
    let as_of: Date = "2024-12-31".parse().unwrap();
    let (mut certain, mut ranges) = (0, 0);
    for _ in 0..40 {
        let answers = random.answers();
        let profiles: Vec<_> = (0..=answers.len())
            .map(|known| {
                let given = answers[..known].iter();
                let input: ProfileInput = given.cloned().collect();
                engine.profile(&input, as_of).unwrap()
            })
            .collect();
        for benefit in &engine.rules().benefits {
            let outcomes = profiles.iter().map(|p| evaluate_benefit(engine.rules(), benefit, 2024, as_of, &p.inputs));
            let outcomes: Vec<_> = outcomes.collect();
            let (complete, partial) = outcomes.split_last().unwrap();
            for (known, outcome) in partial.iter().enumerate() {
                if let Some(what) = contradiction(outcome, complete) {
                    panic!(
                        "{what}: {}, given {:?} of {answers:?}: {} {:?}, with all {} {:?}",
                        benefit.id,
                        &answers[..known],
                        outcome.verdict.name(),
                        outcome.amount,
                        complete.verdict.name(),
                        complete.amount,
                    );
                }
                certain += usize::from(matches!(outcome.verdict, Verdict::Met | Verdict::Unmet));
                ranges += usize::from(outcome.amount.is_some_and(|(low, high)| high != Some(low)));
            }
        }
    }
    // The property says nothing where nothing is certain or nothing is open.
    assert!(certain > 5_000 && ranges > 5_000, "{certain} certain verdicts, {ranges} ranges");
}

/// Which text applies is open, too, until the date of the event is known.
#[test]
fn what_is_said_without_the_date_of_the_event_holds_for_every_version_of_a_text() {
    let mut random = Random(20_261_126);
    let windows = [
        "events = [2018-01-01, 2020-12-31]\n",
        "effective = 2021-03-01\nexpires = 2023-02-28\n",
        "effective = 2023-03-01\nrepealed = 2025-07-01\n",
    ];
    let mut blocks = vec![String::new(); windows.len()];
    for series in 0..60 {
        let event = ["认定年度", "竣工日期", "年份(竣工日期)"][series % 3];
        let need = match event {
            "竣工日期" => "竣工日期 ≥ 2022年1月1日".to_owned(),
            event => format!("本年 - {event} ≤ {}年", random.of(&["1", "3", "5"])),
        };
        for (version, blocks) in blocks.iter_mut().enumerate() {
            // Some years are without a version.
            if random.below(5) == 0 {
                continue;
            }
            let text = random.benefit(series * 10 + version);
            let own = format!("event = \"{event}\"\nseries = \"s{series}\"\nneed = [");
            let mut text = text.replacen("need = [", &own, 1);
            if random.below(3) == 0 {
                let separator = if text.contains("need = []") { "" } else { ", " };
                text = text.replacen("need = [", &format!("need = [\"{need}\"{separator}"), 1);
            }
            write!(blocks, "\n```benefit\n{text}```\n").unwrap();
        }
    }
    let pages = windows.iter().zip(&blocks).enumerate();
    let engine = engine(pages.map(|(index, (window, blocks))| page(&format!("v{index}"), window, blocks)).collect());
    let (book, as_of): (_, Date) = (engine.rules(), "2024-12-31".parse().unwrap());
    let (mut open, mut decided, mut sums) = (0, 0, 0);
    for _ in 0..25 {
        let year = 2016 + random.below(11);
        let mut answers = random.answers();
        let event = [("认定年度", year.to_string()), ("竣工日期", format!("{year}-{:02}-15", 1 + random.below(12)))];
        for (key, value) in event {
            let at = random.below(answers.len() as u64 + 1) as usize;
            answers.insert(at, (key.to_owned(), Input::Text(value)));
        }
        let asked: Vec<_> = (0..=answers.len())
            .map(|known| {
                let given = answers[..known].iter();
                let input: ProfileInput = given.cloned().collect();
                let profile = engine.profile(&input, as_of).unwrap();
                let outcomes = matching::outcomes(book, &profile, as_of);
                let sums = calc::calculate(engine.records(), book, &profile, as_of, &outcomes);
                (outcomes, sums)
            })
            .collect();
        let ((complete, total), partial) = asked.split_last().unwrap();
        for (known, (outcomes, sums_before)) in partial.iter().enumerate() {
            for ((benefit, before), after) in book.benefits.iter().zip(outcomes).zip(complete) {
                if let Some(what) = contradiction(before, after) {
                    panic!(
                        "{what}: {}, given {:?} of {answers:?}: {} {:?}, with all {} {:?}",
                        benefit.id,
                        &answers[..known],
                        before.verdict.name(),
                        before.amount,
                        after.verdict.name(),
                        after.amount,
                    );
                }
                if let Some(version) = &before.version {
                    open += 1;
                    assert_eq!(before.verdict, Verdict::Unknown, "{}", benefit.id);
                    assert!(!before.missing.is_empty(), "{}: nothing to ask", benefit.id);
                    let mut lines = before.trace.lines();
                    assert!(lines.any(|line| line.contains("适用本条")), "{}: {version:?}", benefit.id);
                }
                decided += usize::from(before.verdict == Verdict::Unmet && after.verdict == Verdict::Inactive);
            }
            // A person's decision is in no sum, before or after.
            let manual = |o: &BenefitOutcome| o.verdict == Verdict::Manual;
            if outcomes.iter().zip(complete).any(|(before, after)| manual(before) && !manual(after)) {
                continue;
            }
            for after in &total.totals {
                let before = sums_before.totals.iter().find(|before| before.kind == after.kind).unwrap();
                let inside = before.low <= after.low
                    && before.high.is_none_or(|high| after.high.is_some_and(|after| after <= high));
                assert!(inside, "the sum left its range: {before:?} then {after:?}, given {:?}", &answers[..known]);
                sums += 1;
            }
        }
    }
    assert!(open > 2_000 && decided > 100 && sums > 100, "{open} open versions, {decided} refusals, {sums} sums");
}

/// With every version granting and no year without one, the sum of a series is the hull of its versions.
#[test]
fn versions_without_a_gap_sum_to_the_hull_of_what_each_grants() {
    let benefit = |id: &str, amount: &str| {
        format!(
            "\n```benefit\nid = \"{id}\"\nname = \"第{id}版\"\nevent = \"认定年度\"\nseries = \"s\"\namount = \"{amount}\"\n```\n"
        )
    };
    let pages = |first: &str| {
        vec![
            page("old", &format!("{first}expires = 2022-12-31\n"), &benefit("one", "10万元")),
            page("new", "effective = 2023-01-01\n", &benefit("two", "30万元")),
        ]
    };
    let as_of: Date = "2024-12-31".parse().unwrap();
    let ask = |engine: &Engine, input: &[(&str, &str)]| {
        let input = input.iter().map(|(key, value)| ((*key).to_owned(), Input::Text((*value).to_owned()))).collect();
        let report = engine.calculate(&engine.profile(&input, as_of).unwrap(), as_of).unwrap();
        let total = &report.totals.iter().find(|total| total.kind == "cash").unwrap();
        let range = (total.low.to_string(), total.high.unwrap().to_string());
        (range, report.matched.clauses.into_iter().map(|c| (c.verdict, c.trace)).collect::<Vec<_>>())
    };
    let whole = engine(pages(""));
    let (sum, clauses) = ask(&whole, &[]);
    assert_eq!(sum, ("100000.00".to_owned(), "300000.00".to_owned()));
    assert!(clauses.iter().all(|(verdict, _)| *verdict == "unknown"));
    // One entry says «适用本条» where the other names it.
    let of_version = |trace: &[policy_finder::report::Step]| -> Vec<String> {
        trace.iter().filter(|step| step.form == "version").map(|step| step.text.clone()).collect()
    };
    let traces: Vec<_> = clauses.iter().map(|(_, trace)| of_version(trace)).collect();
    assert!(traces.contains(&vec![
        "若 认定年度 在 2022年及以前:适用本条,10万元".to_owned(),
        "若 认定年度 在 2023年及以后:适用「第two版」".to_owned(),
    ]));
    assert_eq!(ask(&whole, &[("认定年度", "2021")]).0, ("100000.00".to_owned(), "100000.00".to_owned()));
    // Before 2019 there was none.
    let (sum, clauses) = ask(&engine(pages("effective = 2019-01-01\n")), &[]);
    assert_eq!(sum, ("0.00".to_owned(), "300000.00".to_owned()));
    let gap = "若 认定年度 在 2018年及以前:没有适用的版本,0元";
    assert!(clauses.iter().any(|(_, trace)| trace.iter().any(|step| step.text == gap)));
}

/// Every band at 100 %: the sum of what the bands hold.
const BANDS: &str = r#"+++
id = "p"
title = "分段"
level = "park"
+++

## 条款 {#a}

```benefit
id = "b"
name = "分段"
amount = "分段.合计"

[[table]]
name = "分段"
mode = "marginal"
on = ["产值"]
rows = [
  ["利润[2020年](不含)至利润[2021年](含)", "100%"],
  ["利润[2021年](不含)至利润[2022年](含)", "100%"],
  ["利润[2022年](不含)以上", "100%"],
]
```
"#;

#[test]
fn bands_never_hold_more_than_the_key_has_above_the_first_bound_however_their_bounds_come_out() {
    let engine = engine(vec![("park/p.md".to_owned(), BANDS.to_owned())]);
    let as_of: Date = "2024-12-31".parse().unwrap();
    let benefit = &engine.rules().benefits[0];
    let mut random = Random(7);
    let mut reversed = 0;
    for _ in 0..2_000 {
        let key = random.below(100) as i64;
        let bounds: [i64; 3] = std::array::from_fn(|_| random.below(160) as i64 - 80);
        let profile = |known: usize| {
            let figures = bounds.iter().zip(2020..).map(|(bound, year)| (format!("利润[{year}年]"), *bound));
            let given = [("产值".to_owned(), key)].into_iter().chain(figures).take(known);
            let input: ProfileInput = given.map(|(key, n)| (key, Input::Text(format!("{n}元")))).collect();
            engine.profile(&input, as_of).unwrap()
        };
        let outcome = |known| evaluate_benefit(engine.rules(), benefit, 2024, as_of, &profile(known).inputs);
        let whole = outcome(4);
        // From the first bound up every yuan lies in exactly one band, whatever the order of the other bounds.
        let expected = Exact::integer((key - bounds[0]).max(0));
        assert_eq!(whole.amount, Some((expected, Some(expected))), "{key} {bounds:?}");
        reversed += usize::from(bounds[0] > bounds[1] || bounds[1] > bounds[2]);
        for known in 0..4 {
            let part = outcome(known);
            assert!(contradiction(&part, &whole).is_none(), "{key} {bounds:?} with {known}: {:?}", part.amount);
        }
    }
    assert!(reversed > 500, "{reversed}");
}
