//! Here is a clause and what to mark in it: which part is shown?

/// Characters of a snippet.
const LENGTH: usize = 96;
/// Characters before the first mark.
const LEAD: usize = 14;

/// The part of a text with the most marked characters, and the marks in it at UTF-16 offsets.
pub(super) fn best(text: &str, marks: &[(usize, usize)]) -> (String, Vec<(u32, u32)>) {
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let characters = offsets.len() - 1;
    let index = |byte: usize| offsets.partition_point(|&o| o < byte);
    let marks: Vec<(usize, usize)> = marks.iter().map(|&(start, end)| (index(start), index(end))).collect();
    let (mut start, mut held, mut mark) = (0, 0, 0);
    for (at, &(first, _)) in marks.iter().enumerate() {
        let end = first + LENGTH - LEAD;
        let here: usize = marks[at..].iter().take_while(|m| m.1 <= end).map(|m| m.1 - m.0).sum();
        if here > held {
            (start, held) = (first.saturating_sub(LEAD), here);
            mark = first;
        }
    }
    if characters <= LENGTH {
        start = 0;
    } else {
        start = sentence_start(text, &offsets, start, mark).min(characters - LENGTH);
    }
    let end = (start + LENGTH).min(characters);
    let mut snippet = String::new();
    if start > 0 {
        snippet.push('…');
    }
    let base = snippet.encode_utf16().count() as u32;
    let part = &text[offsets[start]..offsets[end]];
    let inside: Vec<(usize, usize)> = marks
        .iter()
        .map(|&(s, e)| (offsets[s.clamp(start, end)] - offsets[start], offsets[e.clamp(start, end)] - offsets[start]))
        .filter(|(s, e)| s < e)
        .collect();
    let highlights = utf16(part, &inside).into_iter().map(|(s, e)| (s + base, e + base)).collect();
    snippet.push_str(&part.replace('\n', " "));
    if end < characters {
        snippet.push('…');
    }
    (snippet, highlights)
}

/// The last beginning of a sentence at or before the mark, if one is near.
fn sentence_start(text: &str, offsets: &[usize], start: usize, mark: usize) -> usize {
    let near = start.saturating_sub(10);
    let before = &text[offsets[near]..offsets[mark]];
    let stop =
        before.char_indices().rev().find(|(_, c)| matches!(c, '。' | ';' | '\u{ff1b}' | '\n' | ':' | '\u{ff1a}'));
    match stop {
        Some((at, c)) => near + before[..at + c.len_utf8()].chars().count(),
        None => start,
    }
}

/// Byte ranges of a text as UTF-16 offsets.
pub(super) fn utf16(text: &str, marks: &[(usize, usize)]) -> Vec<(u32, u32)> {
    let mut list = Vec::with_capacity(marks.len());
    let (mut byte, mut unit) = (0, 0u32);
    for &(start, end) in marks {
        unit += text[byte..start].encode_utf16().count() as u32;
        let length = text[start..end].encode_utf16().count() as u32;
        list.push((unit, unit + length));
        (byte, unit) = (end, unit + length);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_utf16_units() {
        let text = "𠮷祥街道给予奖励";
        let at = text.find("奖励").unwrap();
        assert_eq!(utf16(text, &[(at, at + 6)]), [(7, 9)]);
    }

    #[test]
    fn the_part_with_most_marks_is_shown() {
        let text = format!("{}。按设备投资额给予补贴,{}", "前言".repeat(100), "其他".repeat(100));
        let at = text.find("设备").unwrap();
        let (snippet, marks) = best(&text, &[(0, 3), (at, at + 9)]);
        assert!(snippet.starts_with("…按设备投资额给予补贴"), "{snippet}");
        assert_eq!(marks, [(2, 5)]);
    }
}
