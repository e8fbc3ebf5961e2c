//! What `match` and `calc` print alike: the words of the page for verdicts, amounts and kinds.

use comfy_table::{Attribute, Cell, Color};
use policy_finder::matching;
use policy_finder::report::{Amount, ClauseResult, MatchReport, Note, Summary, exact};
use rust_decimal::Decimal;

use crate::table::table;

/// Verdicts in the order in which an enterprise reads them: mark, words, colour.
pub const VERDICTS: [(&str, &str, &str, Color); 5] = [
    ("met", "✓", "符合", Color::Green),
    ("unknown", "?", "缺信息", Color::Yellow),
    ("manual", "–", "需人工认定", Color::Blue),
    ("unmet", "✗", "不符合", Color::Red),
    ("inactive", "–", "不适用", Color::Grey),
];

/// `✓ 符合` in its colour.
pub fn verdict(name: &str) -> Cell {
    match VERDICTS.iter().find(|(verdict, ..)| *verdict == name) {
        Some((_, mark, words, color)) => Cell::new(format!("{mark} {words}")).fg(*color),
        None => Cell::new(name),
    }
}

/// What a kind of benefit is called.
pub fn kind(name: &str) -> &str {
    match name {
        "cash" => "奖补资金",
        "ceiling" => "最高可获",
        "deduction" => "可抵扣额",
        "tax" => "减免税额",
        "fee" => "减免费用",
        "loan_limit" => "贷款额度",
        "timing" => "时间调整",
        "in_kind" => "服务支持",
        "permission" => "资格许可",
        other => other,
    }
}

/// `10万元`, `0元至15万元`, `至少5万元`, `不限`.
pub fn range(low: Decimal, high: Option<Decimal>) -> String {
    let money = |yuan| matching::money(exact(yuan));
    match high {
        Some(high) if high == low => money(low),
        Some(high) => format!("{}至{}", money(low), money(high)),
        None => format!("{}至不限", money(low)),
    }
}

/// The amount with its kind where that is not plain money: `最高可获 0元至15万元`.
pub fn amount(amount: &Amount) -> String {
    let range = range(amount.low, amount.high);
    if amount.kind == "cash" { range } else { format!("{} {range}", kind(amount.kind)) }
}

/// Corpus, date and year of the report.
pub fn heading(report: &MatchReport) -> String {
    format!("{} · 基准日 {} · 按{}年度的条件\n", report.pack.name, report.as_of, report.event_year)
}

/// Clauses in the order in which an enterprise reads them, each once.
pub fn ordered(report: &MatchReport) -> impl Iterator<Item = &ClauseResult> {
    let named = VERDICTS.iter().flat_map(|(name, ..)| report.clauses.iter().filter(move |c| c.verdict == *name));
    let other = report.clauses.iter().filter(|c| VERDICTS.iter().all(|(name, ..)| c.verdict != *name));
    named.chain(other)
}

/// One line a clause.
pub fn overview<'a>(clauses: impl Iterator<Item = &'a ClauseResult>) -> String {
    let mut table = table(&["判定", "金额", "条款", "出处", "说明"], &[1]);
    for clause in clauses {
        let amount = clause.amount.as_ref().map_or_else(|| "–".to_owned(), amount);
        let mut reason = clause.reason.clone();
        if !clause.readings.is_empty() {
            reason += "(解释需确认)";
        }
        table.row([
            verdict(clause.verdict),
            Cell::new(amount),
            Cell::new(&clause.name),
            Cell::new(&clause.clause).add_attribute(Attribute::Dim),
            Cell::new(reason),
        ]);
    }
    table.lines()
}

/// The counts, which add up to the number of clauses.
pub fn summary(summary: &Summary) -> String {
    format!(
        "共{}条 = 符合{} + 缺信息{} + 需人工认定{} + 不符合{} + 不适用{}\n",
        summary.clauses, summary.met, summary.unknown, summary.manual, summary.unmet, summary.inactive
    )
}

/// What to answer next, and values of the profile that nothing uses.
pub fn questions_and_notes(report: &MatchReport) -> String {
    const SHOWN: usize = 8;
    let mut text = String::new();
    if !report.questions.is_empty() {
        let mut table = table(&["还可补充", "影响条款", "涉及金额", "问题"], &[1, 2]);
        for question in report.questions.iter().take(SHOWN) {
            let stake = question.at_stake.map_or_else(|| "–".to_owned(), |stake| range(stake, Some(stake)));
            table.row([question.key.clone(), question.decides.to_string(), stake, question.question.clone()]);
        }
        text += &format!("\n{}", table.lines());
        if let Some(rest) = report.questions.len().checked_sub(SHOWN).filter(|&rest| rest > 0) {
            text += &format!(" 另有{rest}项,见 --json 的 questions\n");
        }
    }
    text + &notes(&report.notes)
}

/// Remarks on the profile.
pub fn notes(notes: &[Note]) -> String {
    let lines: Vec<String> = notes.iter().map(|note| format!("注意:『{}』{}\n", note.key, note.message)).collect();
    if lines.is_empty() { String::new() } else { format!("\n{}", lines.concat()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_in_the_corpus() {
        let yuan = Decimal::from;
        assert_eq!(range(yuan(100_000), Some(yuan(100_000))), "10万元");
        assert_eq!(range(yuan(0), Some(yuan(150_000))), "0元至15万元");
        assert_eq!(range(yuan(0), None), "0元至不限");
    }
}
