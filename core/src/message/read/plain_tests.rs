//! What is told by its bytes is the same as what quick-xml reads: of messages, and of messages broken somewhere.

use super::{Message, Options, Reader};
use crate::Standards;

const MESSAGES: [&[u8]; 4] = [
    include_bytes!("../../../examples/messages/erstmeldung.xml"),
    include_bytes!("../../../examples/messages/folgemeldung-duldung-fehler.xml"),
    include_bytes!("../../../examples/messages/gesamtauskunft.xml"),
    b"<a><b c='1'  d=\"2\"/>\xEF\xBB\xBFx>y]]<b  />&lt;<b c=''>ab</b ><!-- > --><e><![CDATA[<]]></e>\xEF\xBB\xBF</a>\n",
];

/// What stands instead of a piece of a message.
const PIECES: [&[u8]; 24] = [
    b"",
    b"<",
    b">",
    b"/",
    b"\"",
    b"'",
    b"=",
    b" ",
    b"\t",
    b"\r\n",
    b"&",
    b"&amp;",
    b"&#0;",
    b"]]>",
    b"x",
    b":",
    b"\x80",
    b"\xEF\xBB\xBF",
    b"</",
    b"/>",
    b"<!--",
    b"<?x?>",
    b" xmlns='urn:x'",
    b" a='1' a='2'",
];

/// Everything that came out, as text.
fn all(message: &Message<'_>) -> String {
    format!("{:?}\n{:?}", message.report, message.document.tape)
}

fn both(readers: &mut [Reader<'_>; 2], input: &[u8]) {
    let [told, read] = readers;
    let told = all(&told.read(input, &Options::default()));
    let read = all(&read.read(input, &Options { quick_xml: true, ..Options::default() }));
    if told != read {
        let at = told.bytes().zip(read.bytes()).position(|(a, b)| a != b).unwrap_or(0).saturating_sub(200);
        let part = |text: &str| text.get(at..text.len().min(at + 500)).map(str::to_owned);
        panic!("{}\n{:?}\n{:?}", String::from_utf8_lossy(input), part(&told), part(&read));
    }
}

#[test]
fn same_as_by_quick_xml() {
    let standards = Standards::builtin();
    let mut readers = [standards.reader(), standards.reader()];
    let mut state = 7u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for message in MESSAGES {
        both(&mut readers, message);
        for _ in 0..400 {
            let mut broken = message.to_vec();
            // Most faults end the reading: one or two of them, anywhere.
            for _ in 0..=random(2) {
                let at = random(broken.len());
                let until = (at + random(3)).min(broken.len());
                broken.splice(at..until, PIECES[random(PIECES.len())].iter().copied());
            }
            both(&mut readers, &broken);
        }
    }
}
