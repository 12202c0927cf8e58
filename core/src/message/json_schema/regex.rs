//! Regular expressions of XML Schema as those of ECMAScript (with the flag `u`), where these can say the same.

/// The expression for JSON Schema's `pattern`; none where it has what ECMAScript says otherwise or not at all: `\i`, `\c`,
/// `\w`, blocks (`\p{IsBasicLatin}`) and the subtraction of classes.
pub(super) fn translate(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len() + 8);
    out.push_str("^(?:");
    let mut rest = pattern.chars();
    // Within a class: how many characters of it have been read.
    let mut class: Option<usize> = None;
    while let Some(character) = rest.next() {
        let inside = class.is_some();
        match character {
            '\\' => {
                let escaped = rest.next()?;
                out.push_str(&escape(escaped, &mut rest, inside)?);
            }
            '[' if inside => return None,
            '[' => {
                out.push('[');
                if rest.as_str().starts_with('^') {
                    rest.next();
                    out.push('^');
                }
                class = Some(0);
                continue;
            }
            ']' if inside => {
                out.push(']');
                class = None;
            }
            ']' => out.push_str("\\]"),
            '-' if inside && rest.as_str().starts_with('[') => return None,
            '.' if !inside => out.push_str("[^\\n\\r]"),
            '^' | '$' | '/' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
        class = class.map(|count| count + 1);
    }
    if class.is_some() {
        return None;
    }
    out.push_str(")$");
    Some(out)
}

fn escape(escaped: char, rest: &mut std::str::Chars<'_>, inside: bool) -> Option<String> {
    Some(match escaped {
        'n' | 'r' | 't' | '\\' | '|' | '.' | '^' | '?' | '*' | '+' | '{' | '}' | '(' | ')' | '[' | ']' => {
            format!("\\{escaped}")
        }
        '-' if inside => "\\-".to_owned(),
        '-' => "-".to_owned(),
        'd' => "\\p{Nd}".to_owned(),
        'D' => "\\P{Nd}".to_owned(),
        's' if inside => " \\t\\n\\r".to_owned(),
        's' => "[ \\t\\n\\r]".to_owned(),
        'S' if !inside => "[^ \\t\\n\\r]".to_owned(),
        'p' | 'P' => {
            let (name, behind) = rest.as_str().strip_prefix('{')?.split_once('}')?;
            let is_category =
                name.len() <= 2 && name.chars().all(|character| character.is_ascii_alphabetic());
            if !is_category {
                return None;
            }
            let text = format!("\\{escaped}{{{name}}}");
            *rest = behind.chars();
            text
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn what_ecmascript_can_say() {
        let cases = [
            ("[A-Z]{2}-[0-9]{6}-[a-z|0-9]{7}", "^(?:[A-Z]{2}-[0-9]{6}-[a-z|0-9]{7})$"),
            (r"\d{11}", r"^(?:\p{Nd}{11})$"),
            (".{1,100}", r"^(?:[^\n\r]{1,100})$"),
            (r"a\-b^$", r"^(?:a-b\^\$)$"),
            (r"[\p{L}0-9./ ]*", r"^(?:[\p{L}0-9.\/ ]*)$"),
            (r"[^\n\t\r\-\s]", r"^(?:[^\n\t\r\- \t\n\r])$"),
            ("a|b", "^(?:a|b)$"),
        ];
        for (pattern, expected) in cases {
            assert_eq!(translate(pattern).as_deref(), Some(expected), "{pattern}");
        }
        for pattern in [r"\i\c*", r"\w", r"\p{IsBasicLatin}", "[a-z-[aeiou]]", r"[\S]", "[a", "\\"] {
            assert_eq!(translate(pattern), None, "{pattern}");
        }
    }
}
