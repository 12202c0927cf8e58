//! Elements deleted, doubled, moved, renamed, inserted.

use super::Class::{Same, Several, Single};
use super::{Change, Context, Kind, Made, edit, insert, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("element-delete", Single, |cx| {
        let element = cx.inner()?;
        edit(element.whole(), "")
    }),
    kind("element-double", Single, |cx| {
        let element = cx.inner()?;
        insert(element.close.end, cx.source.at(&element.whole()))
    }),
    kind("element-many-times", Several, |cx| {
        let element = cx.inner()?;
        let whole = element.whole();
        let times = if whole.len() > 2000 { 3 } else { 2 + cx.rng.below(60) };
        insert(whole.end, cx.source.at(&whole).repeat(times))
    }),
    kind("element-swap", Several, |cx| {
        let parent = cx.choose(|_, element| element.children.len() > 1)?;
        let at = cx.rng.below(parent.children.len() - 1);
        let (first, second) = (cx.child(parent, at)?, cx.child(parent, at + 1)?);
        let (first, second) = (first.whole(), second.whole());
        let text = |range| cx.source.at(range).to_owned();
        Some(Change::Edits(vec![(first.clone(), text(&second)), (second.clone(), text(&first))]))
    }),
    kind("element-move", Several, |cx| {
        let element = cx.inner()?;
        let target = cx.branch()?;
        let gap = cx.gap(target)?;
        let whole = element.whole();
        if (whole.start..=whole.end).contains(&gap) {
            return None;
        }
        let text = cx.source.at(&whole).to_owned();
        Some(Change::Edits(vec![(whole, String::new()), (gap..gap, text)]))
    }),
    kind("element-move-among-siblings", Several, |cx| {
        let parent = cx.choose(|_, element| element.children.len() > 1)?;
        let element = cx.some_child(parent)?;
        let gap = cx.gap(parent)?;
        let whole = element.whole();
        if (whole.start..=whole.end).contains(&gap) {
            return None;
        }
        let text = cx.source.at(&whole).to_owned();
        Some(Change::Edits(vec![(whole, String::new()), (gap..gap, text)]))
    }),
    kind("element-copy-elsewhere", Single, |cx| {
        let element = cx.inner()?;
        let target = cx.branch()?;
        let gap = cx.gap(target)?;
        insert(gap, cx.source.at(&element.whole()))
    }),
    kind("rename-unknown", Single, |cx| {
        let element = cx.any();
        let name = format!("{}x-{}", cx.prefix(element), cx.source.local(element));
        cx.rename(element, &name)
    }),
    kind("rename-known", Single, |cx| {
        let element = cx.inner()?;
        let name = cx.known_name()?;
        if name == cx.source.qname(element) {
            return None;
        }
        cx.rename(element, &name)
    }),
    kind("rename-as-sibling", Single, |cx| {
        let parent = cx.choose(|_, element| element.children.len() > 1)?;
        let element = cx.some_child(parent)?;
        let other = cx.some_child(parent)?;
        let name = cx.source.qname(other);
        if name == cx.source.qname(element) {
            return None;
        }
        cx.rename(element, name)
    }),
    kind("rename-case", Single, |cx| {
        let element = cx.any();
        let local = cx.source.local(element);
        let first = local.chars().next()?;
        let other =
            if first.is_lowercase() { first.to_ascii_uppercase() } else { first.to_ascii_lowercase() };
        let name = format!("{}{other}{}", cx.prefix(element), &local[first.len_utf8()..]);
        cx.rename(element, &name)
    }),
    kind("rename-root-as-message", Several, |cx| {
        let root = cx.source.root();
        let names = &cx.vocabulary.names;
        let name = names.iter().cycle().skip(cx.rng.below(names.len())).take(names.len());
        let name = name.into_iter().find(|name| name.matches('.').count() >= 2)?;
        cx.rename(root, name)
    }),
    kind("insert-unknown", Single, |cx| {
        let target = cx.branch()?;
        let gap = cx.gap(target)?;
        let text = cx.one_of(&["<nirgendwo/>", "<nirgendwo>x</nirgendwo>", "<a><b>1</b><c/></a>"]);
        insert(gap, text)
    }),
    kind("insert-known-empty", Single, |cx| {
        let target = cx.branch()?;
        let gap = cx.gap(target)?;
        let name = cx.known_name()?;
        insert(gap, format!("<{name}/>"))
    }),
    kind("insert-piece", Single, |cx| {
        let target = cx.branch()?;
        let gap = cx.gap(target)?;
        let name = cx.known_name()?;
        let piece = cx.piece(&name)?;
        insert(gap, piece)
    }),
    kind("insert-foreign-namespace", Single, |cx| {
        let target = cx.any();
        let gap = cx.gap(target)?;
        let text = cx.one_of(&[
            "<z:fremd xmlns:z='urn:example:fremd'/>",
            "<z:fremd xmlns:z='urn:example:fremd' z:a='1' b='2'>text<z:innen>1</z:innen></z:fremd>",
            "<fremd xmlns='urn:example:fremd'/>",
            "<fremd xmlns=''/>",
        ]);
        insert(gap, text)
    }),
    kind("insert-extension", Single, |cx| {
        // Content of the namespace that the standard leaves open for extensions.
        let target = cx.branch()?;
        let last = cx.child(target, target.children.len().checked_sub(1)?)?;
        let uri = cx.vocabulary.namespaces.iter().find(|uri| uri.ends_with("erweiterung"));
        let uri = uri.map_or("http://www.osci.de/xauslaender2611/azr-erweiterung", String::as_str);
        let content = cx.one_of(&["", "x", "<e:b/>", "a<e:b c='1'/>d", "<e:b xmlns:f='urn:f'><f:g/></e:b>"]);
        insert(last.close.end, format!("<e:a xmlns:e='{uri}'>{content}</e:a>"))
    }),
    kind("replace-by-piece", Several, |cx| {
        let element = cx.inner()?;
        let piece = cx.piece(cx.source.qname(element))?;
        edit(element.whole(), piece)
    }),
    kind("wrap", Single, |cx| {
        let element = cx.inner()?;
        let name = cx.known_name()?;
        edit(element.whole(), format!("<{name}>{}</{name}>", cx.source.at(&element.whole())))
    }),
    kind("unwrap", Several, |cx| {
        let element = cx.inner()?;
        if element.is_one_tag() {
            return None;
        }
        Some(Change::Edits(vec![
            (element.open.clone(), String::new()),
            (element.close.clone(), String::new()),
        ]))
    }),
    kind("children-delete", Single, |cx| {
        let element = cx.branch()?;
        let space = cx.one_of(&["", " ", "\n  "]);
        edit(element.content(), space)
    }),
    kind("text-among-elements", Single, |cx| {
        let element = cx.branch()?;
        let gap = cx.gap(element)?;
        let text =
            cx.one_of(&["x", "Müller", "&#32;", "&#160;", "&lt;", "<![CDATA[y]]>", "<![CDATA[ ]]>", "0"]);
        insert(gap, text)
    }),
    kind("element-in-text", Single, |cx| {
        let element = cx.leaf()?;
        let content = element.content();
        let name = cx.known_name()?;
        let at = if cx.rng.one_in(2) { content.start } else { content.end };
        insert(at, format!("<{name}/>"))
    }),
    kind("space-among-elements", Same, |cx| {
        let element = cx.branch()?;
        let gap = cx.gap(element)?;
        let text = cx.one_of(&[" ", "\n\n", "\t", "\r\n", "<!-- x -->", "<?p i?>", "<!---->"]);
        insert(gap, text)
    }),
    kind("element-as-one-tag", Single, |cx| {
        let element = cx.inner()?;
        let open = cx.source.at(&element.open);
        let open = open.strip_suffix("/>").or_else(|| open.strip_suffix('>'))?;
        edit(element.whole(), format!("{open}/>"))
    }),
    kind("rebuild-from-siblings", Several, rebuild),
];

/// An element whose children are drawn anew from those that there are.
fn rebuild(cx: &mut Context<'_>) -> Made {
    let parent = cx.choose(|_, element| element.children.len() > 1)?;
    let mut content = String::new();
    for _ in 0..cx.rng.below(parent.children.len() + 2) {
        let child = cx.some_child(parent)?;
        content.push_str(cx.source.at(&child.whole()));
    }
    edit(parent.content(), content)
}
