//! Faults of a corpus: for people with the source line under them, for programs as a list.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use policy_finder_compiler::diagnostic::{Located, Severity};
use serde::Serialize;

/// One fault as `check --json` lists it.
#[derive(Serialize)]
pub struct Fault<'a> {
    severity: &'static str,
    code: &'static str,
    path: &'a str,
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
    message: &'a str,
    hint: Option<&'a str>,
}

impl<'a> From<&'a Located> for Fault<'a> {
    fn from(fault: &'a Located) -> Fault<'a> {
        Fault {
            severity: match fault.diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: fault.diagnostic.code,
            path: &fault.path,
            line: fault.line,
            column: fault.column,
            message: &fault.diagnostic.message,
            hint: fault.diagnostic.hint.as_deref(),
        }
    }
}

pub fn json(faults: &[Located]) -> String {
    let list: Vec<Fault> = faults.iter().map(Fault::from).collect();
    serde_json::to_string_pretty(&list).expect("plain data always encodes") + "\n"
}

/// Every fault with its source line, a blank line after each.
pub fn text(faults: &[Located]) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    faults.iter().map(|fault| render(&renderer, fault) + "\n\n").collect()
}

fn render(renderer: &Renderer, fault: &Located) -> String {
    let level = match fault.diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    // The line may be shorter than the fault: blocks and front matter run over several.
    let start = fault.source.char_indices().nth(fault.column - 1).map_or(fault.source.len(), |(at, _)| at);
    let end = fault.source.floor_char_boundary(start + fault.diagnostic.place.span.len());
    let title = level.primary_title(&fault.diagnostic.message).id(fault.diagnostic.code);
    let mut group = if fault.source.is_empty() {
        title.element(Origin::path(&fault.path).line(fault.line))
    } else {
        let mark = AnnotationKind::Primary.span(start..end);
        title.element(Snippet::source(&fault.source).path(&fault.path).line_start(fault.line).annotation(mark))
    };
    if let Some(hint) = &fault.diagnostic.hint {
        group = group.element(Level::HELP.with_name("hint").message(hint));
    }
    renderer.render(&[group])
}

/// `2 errors, 1 warning`, or nothing where there are none.
pub fn count(faults: &[Located]) -> Option<String> {
    let of = |severity| faults.iter().filter(|f| f.diagnostic.severity == severity).count();
    let words = |count: usize, name: &str| match count {
        0 => None,
        1 => Some(format!("1 {name}")),
        _ => Some(format!("{count} {name}s")),
    };
    let parts = [words(of(Severity::Error), "error"), words(of(Severity::Warning), "warning")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use policy_finder_compiler::diagnostic::{Diagnostic, locate};
    use policy_finder_compiler::model::{FileId, Place, SourceFile};

    use super::*;

    fn located(text: &str, span: std::ops::Range<usize>) -> Located {
        let files = [SourceFile { path: "corpus/park/a.md".to_owned(), text: text.to_owned() }];
        let place = Place { file: FileId(0), span };
        locate(vec![Diagnostic::error("unknown_field", place, "no field “注册第”").hint("注册地?")], &files).remove(0)
    }

    #[test]
    fn the_mark_stands_under_the_double_width_words_it_is_about() {
        let text = "需要\nneed = [\"注册第 = 长沙县\"]\n";
        let start = text.find("注册第").unwrap();
        let shown = super::text(&[located(text, start..start + "注册第".len())]);
        let shown = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(
            shown,
            "error[unknown_field]: no field “注册第”\n \
             --> corpus/park/a.md:2:10\n  |\n\
             2 | need = [\"注册第 = 长沙县\"]\n  |          ^^^^^^\n  |\n  \
             = hint: 注册地?\n\n"
        );
    }

    #[test]
    fn a_fault_over_several_lines_or_at_the_end_is_shown_on_its_first_line() {
        for (text, span) in [("+++\nid = 1\n+++\n", 0..14), ("没有", 6..6), ("", 0..0), ("甲\n", 3..4)] {
            assert!(super::text(&[located(text, span)]).contains("corpus/park/a.md"), "{text:?}");
        }
    }
}
