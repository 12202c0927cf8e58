//! The character classes that have names: `\s \i \c \d \w`, categories and blocks.

use super::blocks::block;
use super::charset::CharSet;
use super::names::{NAME_CHAR, NAME_START};
use regex_syntax::hir::{Class, HirKind};

/// The set of a multi-character escape by its letter; `None` where there is none of that letter (appendix F.1.1,
/// production 37).
pub(super) fn multi_char(letter: char) -> Option<CharSet> {
    let set = match letter.to_ascii_lowercase() {
        's' => CharSet::new(vec![(0x20, 0x20), (0x09, 0x0A), (0x0D, 0x0D)]),
        'i' => CharSet::new(NAME_START.to_vec()),
        'c' => CharSet::new(NAME_CHAR.to_vec()),
        'd' => category("Nd")?,
        'w' => {
            let mut others = category("P")?.ranges().to_vec();
            others.extend_from_slice(category("Z")?.ranges());
            others.extend_from_slice(category("C")?.ranges());
            CharSet::new(others).negate()
        }
        _ => return None,
    };
    Some(if letter.is_ascii_uppercase() { set.negate() } else { set })
}

/// The set of `\p{name}`: a general category or `Is` with a block; `None` where the name is neither.
pub(super) fn property(name: &str) -> Option<CharSet> {
    if let Some(name) = name.strip_prefix("Is") {
        let ranges = block(name);
        return if ranges.is_empty() { None } else { Some(CharSet::new(ranges)) };
    }
    category(name)
}

/// The categories of production 28 to 35. `Cs` is not among them: surrogates are no characters.
const CATEGORIES: &[&str] = &[
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps",
    "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn",
];

fn category(name: &str) -> Option<CharSet> {
    if !CATEGORIES.contains(&name) {
        return None;
    }
    let hir = regex_syntax::parse(&format!(r"\p{{{name}}}")).ok()?;
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            Some(CharSet::new(class.iter().map(|r| (u32::from(r.start()), u32::from(r.end()))).collect()))
        }
        // A category of one character.
        HirKind::Literal(text) => Some(CharSet::single(std::str::from_utf8(&text.0).ok()?.chars().next()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_categories_are_there_and_part_the_characters() {
        let mut count = 0;
        for name in CATEGORIES {
            let set = category(name).unwrap_or_else(|| panic!("{name}"));
            let size: u32 = set.ranges().iter().map(|r| r.1 - r.0 + 1).sum();
            assert!(size > 0, "{name}");
            if name.len() == 2 {
                count += size;
            }
        }
        assert_eq!(count, 0x11_0000 - 0x800, "each character is in exactly one category");
    }

    #[test]
    fn names_that_are_none() {
        for name in ["", "Q", "Cs", "IsKlingon", "Is", "L}", "Latin", "lu"] {
            assert_eq!(property(name), None, "{name}");
        }
        assert_eq!(property("IsGreek").map(|s| s.ranges().to_vec()), Some(vec![(0x370, 0x3FF)]));
        assert_eq!(property("IsPrivateUse").map(|s| s.ranges().len()), Some(3));
    }

    #[test]
    fn words_are_neither_punctuation_nor_separators() {
        let w = multi_char('w').expect("w");
        assert!(
            w.contains('a') && w.contains('Ä') && w.contains('9') && w.contains('+') && w.contains('\u{301}')
        );
        assert!(!w.contains('_') && !w.contains('-') && !w.contains(' ') && !w.contains('\n'));
        assert_eq!(multi_char('W'), Some(w.negate()));
        assert_eq!(multi_char('x'), None);
    }
}
