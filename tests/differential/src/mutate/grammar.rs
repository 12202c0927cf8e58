//! What makes XML well-formed or not.

use super::Class::{Same, Several, Single};
use super::{Change, Context, Kind, Made, edit, insert, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("end-tag-deleted", Single, |cx| {
        let element = cx.choose(|_, element| !element.is_one_tag())?;
        edit(element.close.clone(), "")
    }),
    kind("start-tag-deleted", Single, |cx| {
        let element = cx.choose(|_, element| !element.is_one_tag())?;
        edit(element.open.clone(), "")
    }),
    kind("end-tag-renamed", Single, |cx| {
        let element = cx.choose(|_, element| !element.is_one_tag())?;
        let name = cx.source.qname(element);
        let forms = [
            format!("</{name}x>"),
            format!("</x:{name}>"),
            format!("</{}>", cx.source.local(element).to_uppercase()),
            "</>".to_owned(),
        ];
        edit(element.close.clone(), cx.rng.pick(&forms)?.clone())
    }),
    kind("end-tags-crossed", Single, |cx| {
        let element = cx.choose(|_, element| !element.children.is_empty())?;
        let last = cx.child(element, element.children.len() - 1)?;
        if last.is_one_tag() {
            return None;
        }
        let text = |range| cx.source.at(range).to_owned();
        Some(Change::Edits(vec![
            (last.close.clone(), text(&element.close)),
            (element.close.clone(), text(&last.close)),
        ]))
    }),
    kind("tag-space", Same, |cx| {
        let element = cx.any();
        let space = cx.one_of(&[" ", "\n", "\t ", "\r\n"]);
        if element.is_one_tag() || cx.rng.one_in(2) {
            let behind = if element.is_one_tag() { 2 } else { 1 };
            return insert(element.open.end - behind, space);
        }
        insert(element.close.end - 1, space)
    }),
    kind("tag-malformed", Single, |cx| {
        let element = cx.choose(|_, element| !element.is_one_tag())?;
        let (open, close) = (element.open.clone(), element.close.clone());
        let name = cx.source.qname(element);
        let forms = [
            (open.start + 1..open.start + 1, " ".to_owned()),
            (close.start + 1..close.start + 1, " ".to_owned()),
            (close.start + 2..close.start + 2, " ".to_owned()),
            (close.end - 1..close.end - 1, " x='1'".to_owned()),
            (close.end - 1..close.end - 1, "/".to_owned()),
            (open.end - 1..open.end, String::new()),
            (close.end - 1..close.end, String::new()),
            (open.start..open.start, "<".to_owned()),
            (open.start + 1..open.start + 1, "-".to_owned()),
            (open.start + 1..open.start + 1, "1".to_owned()),
            (open.end - 1..open.end - 1, " /x".to_owned()),
            (open.end - 1..open.end - 1, "<".to_owned()),
            (open.start..open.start, "<>".to_owned()),
            (open.start..open.start, "<!".to_owned()),
            (open.start..open.start, "<?".to_owned()),
            (open.start..open.start, "</".to_owned()),
            (open.start + 1..open.start + 1 + name.len(), String::new()),
            (open.start + 1..open.start + 1, "\u{301}".to_owned()),
            (open.start + 1..open.start + 1, "\u{D7}".to_owned()),
            (open.end - 1..open.end - 1, ",".to_owned()),
        ];
        let (range, text) = cx.rng.pick(&forms)?.clone();
        edit(range, text)
    }),
    kind("less-than-in-text", Single, |cx| {
        let text = cx.one_of(&["<", "< ", "<1", "a<b", "<<", "<-"]);
        in_text(cx, &text)
    }),
    kind("cdata-end-in-text", Single, |cx| in_text(cx, "]]>")),
    kind("cdata-malformed", Single, |cx| {
        let text = cx.one_of(&[
            "<![CDATA[",
            "<![CDATA [x]]>",
            "<![cdata[x]]>",
            "<![CDATA[x]>",
            "<![x]]>",
            "<![CDATA[x]]",
            "<![CDATA[ ]]>]]>",
        ]);
        in_text(cx, &text)
    }),
    kind("cdata-characters", Single, |cx| {
        let text = cx.one_of(&[
            "<![CDATA[\u{1}]]>",
            "<![CDATA[\u{FFFE}]]>",
            "<![CDATA[&]]>",
            "<![CDATA[<a>]]>",
            "<![CDATA[]]]]>",
            "<![CDATA[\r]]>",
        ]);
        in_text(cx, &text)
    }),
    kind("comment-malformed", Single, |cx| {
        let text = cx.one_of(&[
            "<!-- a -- b -->",
            "<!-- a --->",
            "<!--->",
            "<!-->",
            "<!---->",
            "<!- a -->",
            "<!-- a",
            "<!-- \u{1} -->",
            "<! a>",
            "<!---a-->",
            "<!-- a - - -->",
        ]);
        anywhere(cx, &text)
    }),
    kind("comment-or-instruction", Same, |cx| {
        let text = cx.one_of(&[
            "<!-- ä < & > ]]> -->",
            "<?ziel?>",
            "<?ziel a='<&'?>",
            "<!-- <a></b> -->",
            "<?xml-stylesheet href='x'?>",
            "<?z ??>",
            "<?z > ?>",
        ]);
        anywhere(cx, &text)
    }),
    kind("instruction-malformed", Single, |cx| {
        let text = cx.one_of(&[
            "<?xml version='1.0'?>",
            "<?XML a?>",
            "<?Xml?>",
            "<? a?>",
            "<?1?>",
            "<?a",
            "<??>",
            "<?a:b c?>",
            "<?a \u{1}?>",
            "<?a?b?>",
            "<?a,b?>",
        ]);
        anywhere(cx, &text)
    }),
    kind("second-root", Single, |cx| {
        let root = cx.source.root();
        let text = cx.one_of(&["<a/>", "<a></a>", "</a>"]);
        if cx.rng.one_in(3) {
            return insert(root.close.end, cx.source.at(&root.whole()));
        }
        insert(if cx.rng.one_in(2) { root.close.end } else { root.open.start }, text)
    }),
    kind("text-outside-root", Single, |cx| {
        let root = cx.source.root();
        let text = cx.one_of(&[
            "x",
            "&amp;",
            "&#32;",
            "<![CDATA[ ]]>",
            "<![CDATA[x]]>",
            "\u{A0}",
            "\u{FEFF}",
            "]]>",
            "0",
            ">",
        ]);
        insert(if cx.rng.one_in(2) { root.close.end } else { root.open.start }, text)
    }),
    kind("space-outside-root", Same, |cx| {
        let root = cx.source.root();
        let text = cx.one_of(&[" ", "\n\n", "\t", "\r", "<!-- x -->", "\n<?p i?>\n"]);
        insert(if cx.rng.one_in(2) { root.close.end } else { root.open.start }, text)
    }),
    kind("truncated", Single, |cx| {
        let text = &cx.source.text;
        let mut at = cx.rng.below(cx.source.root().close.end);
        while !text.is_char_boundary(at) {
            at += 1;
        }
        edit(at..text.len(), "")
    }),
    kind("nothing-but-prolog", Single, |cx| {
        let whole = cx.source.root().whole();
        let text = cx.one_of(&["", " ", "<!-- x -->"]);
        if cx.rng.one_in(2) {
            return edit(0..cx.source.text.len(), text);
        }
        edit(whole, text)
    }),
    kind("declaration-variant", Same, |cx| {
        with_declaration(
            cx,
            &[
                "<?xml version=\"1.0\"?>",
                "<?xml version='1.0' encoding='utf-8' ?>",
                "<?xml version='1.0' standalone='yes'?>",
                "",
                "<?xml version='1.0' encoding='UTF-8' standalone='no'?>\n",
                "<?xml\tversion = '1.0'\nencoding = \"Utf-8\"?>\r\n",
            ],
        )
    }),
    kind("declaration-malformed", Single, |cx| {
        with_declaration(
            cx,
            &[
                " <?xml version='1.0'?>",
                "\n<?xml version='1.0'?>",
                "<?xml?>",
                "<?xml encoding='UTF-8'?>",
                "<?xml version=1.0?>",
                "<?xml version='1.0' standalone='maybe'?>",
                "<?xml encoding='UTF-8' version='1.0'?>",
                "<?xml version='1.0'encoding='UTF-8'?>",
                "<?xml version='1.0' encoding=''?>",
                "<?xml version='1.0' encoding='U TF'?>",
                "<?xml version='1.0' standalone='yes' encoding='UTF-8'?>",
                "<?xml version='1.0' x='1'?>",
                "<?xml version='1.0'>",
                "<?XML version='1.0'?>",
                "<?xml version='1.0' version='1.0'?>",
                "<?xml version=''?>",
                "<?xml version='a'?>",
                "<?xmlversion='1.0'?>",
                "<!-- x --><?xml version='1.0'?>",
                "<?xml version=\"1.0'?>",
                "<? xml version='1.0'?>",
            ],
        )
    }),
    kind("declaration-other-version", Several, |cx| {
        with_declaration(
            cx,
            &[
                "<?xml version='1.1'?>",
                "<?xml version='1.2'?>",
                "<?xml version='2.0'?>",
                "<?xml version='1.1' encoding='UTF-8'?>",
            ],
        )
    }),
    kind("line-ends", Same, |cx| {
        let ends = ["\r\n", "\r"];
        let end = cx.rng.pick(&ends)?;
        let text = cx.source.text.replace("\r\n", "\n").replace('\n', end);
        (text != cx.source.text).then(|| Change::Bytes(text.into_bytes(), 0))
    }),
    kind("one-tag-or-two", Same, |cx| {
        let element = cx.choose(|_, element| element.content().is_empty())?;
        let open = cx.source.at(&element.open);
        if element.is_one_tag() {
            let open = open.strip_suffix("/>")?;
            return edit(element.whole(), format!("{open}></{}>", cx.source.qname(element)));
        }
        edit(element.whole(), format!("{}/>", open.strip_suffix('>')?))
    }),
    kind("character-changed-anywhere", Several, |cx| {
        let (at, len) = character(cx)?;
        let text = cx.one_of(&[
            "<", ">", "&", "\"", "'", "/", "=", " ", "x", ":", ";", "!", "?", "-", "[", "]", "#", "0",
            "\u{0}", "\u{1}", "é", "",
        ]);
        edit(at..at + len, text)
    }),
    kind("characters-deleted-anywhere", Several, |cx| {
        let (at, _) = character(cx)?;
        let mut end = (at + 1 + cx.rng.below(20)).min(cx.source.text.len());
        while !cx.source.text.is_char_boundary(end) {
            end += 1;
        }
        edit(at..end, "")
    }),
    kind("characters-swapped-anywhere", Several, |cx| {
        let (at, len) = character(cx)?;
        let next = cx.source.text.get(at + len..)?.chars().next()?;
        let this = cx.source.text.get(at..at + len)?;
        edit(at..at + len + next.len_utf8(), format!("{next}{this}"))
    }),
];

/// Puts something into the text of an element, at a place where text or (mostly, in element content) nothing stands.
fn in_text(cx: &mut Context<'_>, text: &str) -> Made {
    let leaf = cx.leaf()?;
    let content = leaf.content();
    insert(if cx.rng.one_in(2) { content.start } else { content.end }, text)
}

/// Between any two tags, or before or behind the root.
fn anywhere(cx: &mut Context<'_>, text: &str) -> Made {
    let element = cx.any();
    let places = [element.open.start, element.open.end, element.close.start, element.close.end];
    let places = if element.is_one_tag() { &places[..1] } else { &places[..] };
    insert(*cx.rng.pick(places)?, text)
}

/// Another XML declaration.
fn with_declaration(cx: &mut Context<'_>, forms: &[&str]) -> Made {
    let text = &cx.source.text;
    let end = if text.starts_with("<?xml ") { text.find("?>")? + 2 } else { 0 };
    let form = cx.one_of(forms);
    edit(0..end, form)
}

/// Some character: its place and length.
fn character(cx: &mut Context<'_>) -> Option<(usize, usize)> {
    let text = &cx.source.text;
    let mut at = cx.rng.below(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    Some((at, text.get(at..)?.chars().next()?.len_utf8()))
}
