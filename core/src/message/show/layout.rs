//! The text of a shown message: fields, groups and sentences, indented and wrapped.

/// The greatest number of characters in a line.
pub(super) const WIDTH: usize = 100;
/// Two fields' values stand below each other up to this width of a label.
const LABEL: usize = 38;
/// Columns by which a group's content is indented.
const STEP: usize = 2;
/// A line always keeps room for so many characters, however deep it stands.
const ROOM: usize = 30;

/// A piece of the rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A label and its value on one line.
    Field(String, String),
    /// A heading and what stands below it.
    Group(String, Vec<Item>),
    /// Running text.
    Sentence(String),
}

/// Appends the items to the text, each line indented by `indent` columns at least.
pub(crate) fn print(items: &[Item], indent: usize, out: &mut String) {
    let column = items.iter().filter_map(label_width).filter(|width| *width <= LABEL).max().unwrap_or(0);
    for item in items {
        match item {
            Item::Field(label, value) => {
                let pad = column.saturating_sub(label.chars().count());
                let head = format!("{label}: {:pad$}", "");
                let hang = indent + if label.chars().count() <= LABEL { column + 2 } else { STEP * 2 };
                wrap(&head, value, indent, hang, out);
            }
            Item::Group(heading, below) => {
                wrap("", heading, indent, indent + STEP, out);
                print(below, indent + STEP, out);
            }
            Item::Sentence(text) => wrap("", text, indent, indent, out),
        }
    }
}

/// A line across the text.
pub(super) fn rule(mark: char, out: &mut String) {
    out.extend(std::iter::repeat_n(mark, WIDTH));
    out.push('\n');
}

fn label_width(item: &Item) -> Option<usize> {
    match item {
        Item::Field(label, _) => Some(label.chars().count()),
        _ => None,
    }
}

/// `head` and `text` from column `indent`, the following lines from column `hang`. Line breaks of the text stay.
pub(super) fn wrap(head: &str, text: &str, indent: usize, hang: usize, out: &mut String) {
    let (indent, hang) = (indent.min(WIDTH - ROOM), hang.min(WIDTH - ROOM));
    let mut line = format!("{:indent$}{head}", "");
    let mut filled = line.chars().count();
    let mut begun = false;
    for (number, part) in text.lines().enumerate() {
        if number > 0 {
            flush(&mut line, out);
            (line, filled, begun) = (" ".repeat(hang), hang, false);
        }
        for word in part.split_whitespace() {
            let mut word: &str = word;
            while !word.is_empty() {
                let space = usize::from(begun);
                let length = word.chars().count();
                if filled + space + length <= WIDTH {
                    line.push_str(&" "[..space]);
                    line.push_str(word);
                    (filled, begun, word) = (filled + space + length, true, "");
                } else if begun || filled > hang && length <= WIDTH - hang {
                    flush(&mut line, out);
                    (line, filled, begun) = (" ".repeat(hang), hang, false);
                } else {
                    // A word that fits in no line, such as a long identifier, is cut.
                    let room = WIDTH.saturating_sub(filled).max(1);
                    let at = word.char_indices().nth(room).map_or(word.len(), |(at, _)| at);
                    line.push_str(&word[..at]);
                    (filled, begun, word) = (filled + room, true, &word[at..]);
                }
            }
        }
    }
    flush(&mut line, out);
}

fn flush(line: &mut String, out: &mut String) {
    out.push_str(line.trim_end());
    out.push('\n');
    line.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(items: &[Item]) -> String {
        let mut out = String::new();
        print(items, 0, &mut out);
        out
    }

    #[test]
    fn values_of_siblings_stand_below_each_other() {
        let items = [
            Item::Field("Art".into(), "Neu".into()),
            Item::Field("Ereignisdatum".into(), "31.12.2026".into()),
            Item::Group("Duldung".into(), vec![Item::Sentence("erteilt".into())]),
        ];
        assert_eq!(shown(&items), "Art:           Neu\nEreignisdatum: 31.12.2026\nDuldung\n  erteilt\n");
    }

    #[test]
    fn no_line_is_wider_than_the_page_and_no_word_is_lost() {
        let text = format!("{} {} Ende", "Wort ".repeat(60), "x".repeat(250));
        let mut deep = Item::Field("Begründung".into(), text.clone());
        for _ in 0..80 {
            deep = Item::Group("Ebene".into(), vec![deep]);
        }
        let out = shown(&[deep]);
        assert!(out.lines().all(|line| line.chars().count() <= WIDTH), "{out}");
        assert_eq!(out.matches("Wort").count(), 60);
        assert_eq!(out.matches('x').count(), 250);
        assert!(out.contains("Ende"));
    }

    #[test]
    fn line_breaks_of_a_value_stay() {
        let items = [Item::Field("Text".into(), "eins\nzwei".into())];
        assert_eq!(shown(&items), "Text: eins\n      zwei\n");
    }
}
