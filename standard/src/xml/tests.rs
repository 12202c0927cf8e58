use super::*;

const LIMITS: Limits = Limits { bytes: 10_000, depth: 10, elements: 50, doctype: true };

fn read(bytes: &[u8]) -> Result<Node, SchemaError> {
    read_tree(bytes, "t.xml", LIMITS)
}

fn code(text: &str) -> &'static str {
    read(text.as_bytes()).map(|_| "").unwrap_or_else(|e| e.code)
}

#[test]
fn resolves_names_references_and_positions() {
    let root = read("<?xml version='1.0'?>\n<a xmlns='u:a' xmlns:b='u:b'>\r\n  ä<b:c x='&#x41;\n&amp;' b:x=\"'\"/>T&lt;<![CDATA[<&]]></a>".as_bytes())
        .expect("well-formed");
    assert_eq!((&*root.ns, root.local.as_str()), ("u:a", "a"));
    assert_eq!(root.position, Position { line: 2, column: 1 });
    assert_eq!(root.text, "\n  äT<<&");
    let child = root.child("c").expect("child");
    assert_eq!(&*child.ns, "u:b");
    assert_eq!(child.position, Position { line: 3, column: 4 });
    assert_eq!(child.get("x"), Some("A &"));
    assert_eq!(child.attributes[1].value, "'");
    assert_eq!(child.attributes[1].position, Position { line: 4, column: 8 });
}

#[test]
fn decodes_what_is_declared() {
    let utf16 = |text: &str, big: bool, mark: bool| -> Vec<u8> {
        let unit = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
        let mark = if mark { vec![0xFEFF] } else { vec![] };
        mark.into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
    };
    let text = "<?xml version='1.0' encoding='UTF-16'?><a>ſ😀</a>";
    for big in [false, true] {
        for mark in [false, true] {
            assert_eq!(read(&utf16(text, big, mark)).expect("utf-16").text, "ſ😀");
        }
    }
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE4</a>";
    assert_eq!(read(latin).expect("latin").text, "ä");
    assert_eq!(read(b"\xEF\xBB\xBF<a>x</a>").expect("mark").text, "x");
    assert_eq!(read(b"<a>\xE4</a>").expect_err("not UTF-8").code, ENCODING);
    assert_eq!(read(b"<?xml version='1.0' encoding='EBCDIC'?><a/>").expect_err("unknown").code, ENCODING);
    assert_eq!(read(b"<?xml version='1.0' encoding='UTF-16'?><a/>").expect_err("8 bit").code, ENCODING);
    assert_eq!(read(&[0xFF, 0xFE, b'<']).expect_err("half").code, ENCODING);
}

#[test]
fn refuses_what_is_not_well_formed() {
    for text in [
        "",
        "x",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "<a b='1' b='2'/>",
        "<a b=1/>",
        "<a b='1'c='2'/>",
        "<a b='<'/>",
        "<a b='&'/>",
        "<a>]]></a>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>\u{1}</a>",
        "<1/>",
        "<a:b:c/>",
        "<a/ >",
        "<a><!-- -- --></a>",
        "<a><?xml version='1.0'?></a>",
        "<a/><!DOCTYPE a>",
        "<?xml version='2.0'?><a/>",
        "<a xmlns:b=''/>",
        "<a xmlns:xml='u:x'/>",
        "<a>&#x;</a>",
        "&lt;<a/>",
        "<a xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>",
    ] {
        assert_eq!(code(text), NOT_WELL_FORMED, "{text}");
    }
    assert_eq!(code("<p:a/>"), PREFIX);
    assert_eq!(code("<a p:b=''/>"), PREFIX);
}

#[test]
fn keeps_its_limits() {
    assert_eq!(code(&"<a>".repeat(11)), LIMIT);
    assert_eq!(code(&format!("<a>{}</a>", "<b/>".repeat(50))), LIMIT);
    assert_eq!(code(&" ".repeat(10_001)), LIMIT);
    let many: String = (0..257).map(|i| format!(" a{i}=''")).collect();
    assert_eq!(code(&format!("<a{many}/>")), LIMIT);
}

#[test]
fn skips_or_refuses_a_doctype() {
    let xmldsig =
        "<!DOCTYPE schema PUBLIC '-//W3C//DTD XMLSchema 200102//EN' 'http://www.w3.org/2001/XMLSchema.dtd'
        [ <!ATTLIST schema xmlns:ds CDATA #FIXED 'u'> <!ENTITY d 'x'> <!ENTITY % p ''> <!-- % ] > --> ]><a/>";
    assert_eq!(code(xmldsig), "");
    assert_eq!(code("<!DOCTYPE a><a/>"), "");
    for text in [
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a/>",
        "<!DOCTYPE a [<!ENTITY % x PUBLIC 'y' 'z'>]><a/>",
        "<!DOCTYPE a [<!ENTITY % x ''> %x; ]><a/>",
        "<!DOCTYPE a [<!ATTLIST a b CDATA 'x'>]><a/>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a b='&x;'/>",
    ] {
        assert_eq!(code(text), DOCTYPE, "{text}");
    }
}
