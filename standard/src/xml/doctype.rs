//! A document type declaration that is skipped: looked through for what skipping would change.
//!
//! `xmldsig-core-schema.xsd` has one. Nothing in it is expanded, added or fetched. Refused is what could change
//! the content: attribute defaults other than of `xmlns`, and entities that lie outside the file.

/// Whether the content of a DOCTYPE (without `<!DOCTYPE` and `>`) may be skipped; otherwise why not.
pub(super) fn check(content: &str) -> Result<(), String> {
    let (head, subset) = match find_unquoted(content, '[') {
        Some(at) => {
            let (head, rest) = content.split_at(at);
            (head, rest.get(1..).unwrap_or_default())
        }
        None => (content, ""),
    };
    check_external(head)?;
    let mut rest = subset;
    while let Some(at) = rest.find(['<', '%', ']']) {
        let (_, from) = rest.split_at(at);
        if from.starts_with(']') {
            break;
        } else if from.starts_with('%') {
            return Err("a parameter entity is used in the DOCTYPE".into());
        } else if let Some(comment) = from.strip_prefix("<!--") {
            rest = after(comment, "-->");
        } else if let Some(instruction) = from.strip_prefix("<?") {
            rest = after(instruction, "?>");
        } else {
            let end = find_unquoted(from, '>').unwrap_or(from.len());
            let (declaration, next) = from.split_at(end);
            check_declaration(declaration)?;
            rest = next.get(1..).unwrap_or_default();
        }
    }
    Ok(())
}

/// The external subset: only that of XML Schema itself, whose attribute defaults a reader of XSD knows.
fn check_external(head: &str) -> Result<(), String> {
    let mut words = head.split_ascii_whitespace().skip(1).peekable();
    if words.peek().is_none()
        || head.contains("-//W3C//DTD XMLSCHEMA")
        || head.contains("-//W3C//DTD XMLSchema")
    {
        return Ok(());
    }
    Err("the DOCTYPE names a file outside; nothing is fetched".into())
}

fn check_declaration(declaration: &str) -> Result<(), String> {
    if let Some(entity) = declaration.strip_prefix("<!ENTITY") {
        let words: Vec<&str> = entity.split_ascii_whitespace().take(3).collect();
        if words.iter().any(|word| matches!(*word, "SYSTEM" | "PUBLIC")) {
            return Err("an external entity is declared; nothing is fetched".into());
        }
    } else if let Some(list) = declaration.strip_prefix("<!ATTLIST") {
        // Name, then for each attribute: name, type, default declaration, value.
        let words: Vec<&str> = list.split_ascii_whitespace().collect();
        let harmless = words.get(1..).unwrap_or_default().chunks(4).all(|attribute| {
            matches!(attribute, [name, "CDATA", "#FIXED", _] if *name == "xmlns" || name.starts_with("xmlns:"))
        });
        if !harmless {
            return Err("attribute defaults are declared in the DOCTYPE, which are not applied".into());
        }
    }
    Ok(())
}

/// Where a character stands outside quotes.
fn find_unquoted(text: &str, wanted: char) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == wanted => return Some(at),
            None => {}
        }
        None
    })
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}
