//! A record on a line of JSON, looked at without building it: its number, and a hash of what it says.
//!
//! Two records with the same hash say the same: the hash has no order of fields, entries and lists in it, no keys of the host, no names and
//! versions of code lists, nothing that is empty. Two that say the same may have different hashes (a date in another spelling): they are
//! read and compared. What this reading does not take (escapes, unusual numbers, unknown names) is read by serde instead.

/// Where a hash begins.
const SEED: u64 = 0x8ebc_6af0_9c88_c6e3;
/// Elements within elements.
const DEEPEST: usize = 100;
/// More entries than this are not told apart for doubles.
const MANY: usize = 64;

/// What a line is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Summary<'l> {
    /// The AZR-Nummer, as it stands.
    pub(super) number: Option<&'l str>,
    /// What the record says.
    pub(super) says: Says,
}

/// What a record says, in short.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Says {
    /// Hash of the entries.
    pub(super) content: u64,
    /// Hash of the Referenz-IDs with the entries that have them.
    pub(super) ids: u64,
    /// How many have one.
    pub(super) with_id: u32,
    /// Two entries say the same (or there are too many to see).
    pub(super) double: bool,
}

/// Reads a line; none where serde has to look.
pub(super) fn summary(line: &[u8]) -> Option<Summary<'_>> {
    let text = std::str::from_utf8(line).ok()?;
    let mut reading = Reading { text, bytes: line, at: 0 };
    let summary = reading.record()?;
    reading.blank();
    (reading.at == line.len()).then_some(summary)
}

/// A record in pieces of its line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pieces<'l> {
    pub(super) key: &'l str,
    /// JSON.
    pub(super) scope: Option<&'l str>,
    pub(super) entries: Vec<Piece<'l>>,
}

/// An entry in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'l> {
    pub(super) kind: &'l str,
    pub(super) id: Option<&'l str>,
    /// JSON of the data.
    pub(super) data: &'l str,
    /// JSON of the whole entry.
    pub(super) entry: &'l str,
}

/// The pieces of a line of which there is a [`summary`].
pub(super) fn pieces(line: &[u8]) -> Option<Pieces<'_>> {
    let text = std::str::from_utf8(line).ok()?;
    let mut reading = Reading { text, bytes: line, at: 0 };
    let mut found = Pieces::default();
    reading.members(|reading, name, _| {
        match name {
            b"key" => found.key = reading.string()?,
            b"entries" => reading.elements(|reading| {
                found.entries.push(reading.piece()?);
                Some(())
            })?,
            _ => {
                let value = reading.raw()?;
                if name == b"scope" {
                    found.scope = Some(value);
                }
            }
        }
        Some(())
    })?;
    Some(found)
}

struct Reading<'l> {
    text: &'l str,
    bytes: &'l [u8],
    at: usize,
}

impl<'l> Reading<'l> {
    fn record(&mut self) -> Option<Summary<'l>> {
        let mut summary = Summary::default();
        let (mut key, mut number, mut scope, mut entries) = (false, false, false, false);
        self.members(|reading, name, _| {
            let first = match name {
                b"key" => !std::mem::replace(&mut key, true) && reading.hashed().is_some(),
                b"azrNummer" => {
                    let first = !std::mem::replace(&mut number, true);
                    if reading.peek()? == b'n' {
                        reading.word("null")?;
                    } else {
                        summary.number = Some(reading.string()?);
                    }
                    first
                }
                // Serde says whether it is one.
                b"scope" => !std::mem::replace(&mut scope, true) && reading.scope().is_some(),
                b"entries" => {
                    !std::mem::replace(&mut entries, true) && reading.entries(&mut summary.says).is_some()
                }
                _ => false,
            };
            first.then_some(())
        })?;
        key.then_some(summary)
    }

    fn scope(&mut self) -> Option<()> {
        if self.peek()? == b'"' {
            return (self.string()? == "all").then_some(());
        }
        self.elements(|reading| reading.hashed().map(|_| ()))
    }

    fn entries(&mut self, says: &mut Says) -> Option<()> {
        let mut seen = [0_u64; MANY];
        let mut count = 0;
        self.elements(|reading| {
            let (hash, id) = reading.entry()?;
            if let Some(hash) = hash {
                says.content = says.content.wrapping_add(hash);
                if let Some(id) = id {
                    says.ids = says.ids.wrapping_add(mix(id, hash));
                    says.with_id += 1;
                }
                match seen.get_mut(count) {
                    Some(place) => *place = hash,
                    None => says.double = true,
                }
                says.double |= seen.iter().take(count).any(|other| *other == hash);
                count += 1;
            }
            Some(())
        })
    }

    /// The hash of an entry's kind and data (none without data), and that of its Referenz-ID.
    fn entry(&mut self) -> Option<(Option<u64>, Option<u64>)> {
        let (mut kind, mut key, mut id, mut data, mut correction) = (None, false, None, None, false);
        let mut has_id = false;
        self.members(|reading, name, _| {
            let first = match name {
                b"kind" => kind.replace(reading.hashed()?).is_none(),
                b"key" => !std::mem::replace(&mut key, true) && reading.hashed().is_some(),
                b"referenzId" => {
                    if reading.peek()? == b'n' {
                        reading.word("null")?;
                    } else {
                        reading.take(b'"')?;
                        let start = reading.at;
                        id = Some(reading.plain()?).filter(|_| reading.at > start + 1);
                    }
                    !std::mem::replace(&mut has_id, true)
                }
                b"data" if reading.peek()? == b'{' => data.replace(reading.value(0)?).is_none(),
                b"correction" => {
                    let truth = if reading.peek()? == b't' { "true" } else { "false" };
                    reading.word(truth)?;
                    !std::mem::replace(&mut correction, true)
                }
                _ => false,
            };
            first.then_some(())
        })?;
        let (kind, data) = (kind?, data?);
        key.then_some((data.map(|data| mix(kind, data)), id))
    }

    fn piece(&mut self) -> Option<Piece<'l>> {
        self.blank();
        let start = self.at;
        let mut piece = Piece { kind: "", id: None, data: "", entry: "" };
        self.members(|reading, name, _| {
            match name {
                b"kind" => piece.kind = reading.string()?,
                b"data" => piece.data = reading.raw()?,
                b"referenzId" if reading.peek()? == b'"' => piece.id = Some(reading.string()?),
                _ => {
                    reading.value(0)?;
                }
            }
            Some(())
        })?;
        piece.entry = self.text.get(start..self.at)?;
        Some(piece)
    }

    /// The JSON of a value.
    fn raw(&mut self) -> Option<&'l str> {
        self.blank();
        let start = self.at;
        self.value(0)?;
        self.text.get(start..self.at)
    }

    /// The hash of a value; the inner none is nothing at all.
    fn value(&mut self, depth: usize) -> Option<Option<u64>> {
        if depth > DEEPEST {
            return None;
        }
        Some(match self.peek()? {
            b'"' => Some(self.hashed()?),
            b'{' => self.object(depth)?,
            b'[' => {
                let (mut sum, mut any) = (0_u64, false);
                self.elements(|reading| {
                    if let Some(value) = reading.value(depth + 1)? {
                        sum = sum.wrapping_add(mix(value, 0x5bd1_e995_9d1b_54d5));
                        any = true;
                    }
                    Some(())
                })?;
                any.then_some(sum)
            }
            b't' => self.word("true").map(|()| Some(hash(b"true")))?,
            b'f' => self.word("false").map(|()| Some(hash(b"false")))?,
            b'n' => self.word("null").map(|()| None)?,
            _ => Some(hash(self.number()?.as_bytes())),
        })
    }

    fn object(&mut self, depth: usize) -> Option<Option<u64>> {
        let (mut sum, mut any) = (0_u64, false);
        let (mut code, mut text, mut only_code, mut members) = (None, None, true, 0_u32);
        self.members(|reading, name, hash| {
            let value = reading.value(depth + 1)?;
            members += 1;
            match name {
                b"code" => code = value,
                b"name" | b"listURI" | b"listVersionID" => {}
                _ => {
                    only_code = false;
                    if name == b"$text" {
                        text = value;
                    }
                }
            }
            if let Some(value) = value {
                sum = sum.wrapping_add(mix(hash, value));
                any = true;
            }
            Some(())
        })?;
        Some(if only_code && code.is_some() {
            code
        } else if members == 1 && text.is_some() {
            text
        } else {
            any.then_some(sum)
        })
    }

    /// Gives each member of an object: its name and the hash of it.
    fn members(&mut self, mut each: impl FnMut(&mut Self, &'l [u8], u64) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.peek()? == b'}' {
            return self.take(b'}');
        }
        loop {
            self.take(b'"')?;
            let start = self.at;
            let hash = self.plain()?;
            let name = self.bytes.get(start..self.at - 1)?;
            self.take(b':')?;
            self.blank();
            each(self, name, hash)?;
            match self.peek()? {
                b',' => self.take(b',')?,
                _ => return self.take(b'}'),
            }
        }
    }

    fn elements(&mut self, mut each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        loop {
            self.blank();
            each(self)?;
            match self.peek()? {
                b',' => self.take(b',')?,
                _ => return self.take(b']'),
            }
        }
    }

    /// A text without escapes.
    fn string(&mut self) -> Option<&'l str> {
        self.take(b'"')?;
        let start = self.at;
        self.plain()?;
        self.text.get(start..self.at - 1)
    }

    /// The hash of a text without escapes.
    fn hashed(&mut self) -> Option<u64> {
        self.take(b'"')?;
        self.plain()
    }

    /// Goes behind the quote that ends a text without escapes; the hash of the text.
    #[inline]
    fn plain(&mut self) -> Option<u64> {
        let start = self.at;
        let mut hash = SEED;
        // Eight bytes at a time, since most texts are short: the first that is not plain ends it.
        loop {
            let word = match self.bytes.get(self.at..self.at + 8).and_then(|bytes| bytes.try_into().ok()) {
                Some(bytes) => u64::from_le_bytes(bytes),
                // Nothing behind a text ends a record: it is found by serde.
                None => self.last_word()?,
            };
            let stop = stops(word);
            if stop == 0 {
                hash = mix(hash, word);
                self.at += 8;
                continue;
            }
            let len = (stop.trailing_zeros() / 8) as usize;
            if (word >> (len * 8)) & 0xff != u64::from(b'"') {
                return None;
            }
            self.at += len + 1;
            let rest = word & !(u64::MAX << (len * 8));
            return Some(mix(hash, rest ^ ((self.at - start) as u64) << 56));
        }
    }

    /// What is left of the line, filled with what ends a text wrongly.
    fn last_word(&self) -> Option<u64> {
        let rest = self.bytes.get(self.at..)?;
        let mut bytes = [0; 8];
        for (to, from) in bytes.iter_mut().zip(rest) {
            *to = *from;
        }
        Some(u64::from_le_bytes(bytes))
    }

    /// A whole number, or one with few places behind the point, as serde gives it back.
    fn number(&mut self) -> Option<&'l str> {
        let rest = self.bytes.get(self.at..)?;
        let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.text.get(self.at..self.at + len)?;
        let next = rest.get(len).copied().unwrap_or(b' ');
        let plain = (1..=15).contains(&len)
            && (len == 1 || !text.starts_with('0'))
            && !matches!(next, b'.' | b'e' | b'E');
        self.at += len;
        plain.then_some(text)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.blank();
        let found = self.bytes.get(self.at..)?.starts_with(word.as_bytes());
        self.at += word.len();
        found.then_some(())
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        let found = self.peek()? == byte;
        self.at += 1;
        found.then_some(())
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        self.blank();
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }
}

/// Where a quote, a backslash or a control character is among eight bytes: the lowest bit tells the first one, above it there may be
/// false ones.
fn stops(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
    zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c)) | control
}

/// Multiplies to 128 bits and folds the halves: each bit of both goes into each of the result.
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0xa076_1d64_78bd_642f) * u128::from(b ^ 0xe703_7ed1_a0b4_28db);
    (product as u64) ^ (product >> 64) as u64
}

/// The hash of a text as [`Reading::plain`] has it.
fn hash(bytes: &[u8]) -> u64 {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let mut hash = SEED;
    for chunk in chunks {
        hash = mix(hash, u64::from_le_bytes(*chunk));
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    mix(hash, u64::from_le_bytes(last) ^ (bytes.len() as u64 + 1) << 56)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(entries: &str) -> Says {
        let line = format!(r#"{{"key":"k","azrNummer":"081111000001","entries":{entries}}}"#);
        let summary = summary(line.as_bytes()).expect(entries);
        assert_eq!(summary.number, Some("081111000001"));
        summary.says
    }

    #[test]
    fn what_says_the_same_has_the_same_hash() {
        let one = of(
            r#"[{"kind":"A","key":"1","data":{"x":{"code":"03"},"y":[{"z":"1"},{"z":"2"}],"b":true,"n":12}},{"kind":"B","key":"2","data":{"x":"1"}}]"#,
        );
        let other = of(
            r#" [ {"key":"9","kind":"B","correction":true,"data":{"x":"1"}}, {"kind":"A","key":"1","data":{"y":[{"z":"2"},{"z":"1"}],
            "e":{},"f":null,"b":"true","n":"12","x":{"code":"03","listVersionID":"5","name":"Duldung"}}}, {"kind":"C","key":"0","data":{}} ] "#,
        );
        assert_eq!(one.content, other.content);
        for changed in [
            r#"[{"kind":"A","key":"1","data":{"x":{"code":"04"},"y":[{"z":"1"},{"z":"2"}],"b":true,"n":12}},{"kind":"B","key":"2","data":{"x":"1"}}]"#,
            r#"[{"kind":"A","key":"1","data":{"x":"1"}},{"kind":"B","key":"2","data":{"x":{"code":"03"},"y":[{"z":"1"},{"z":"2"}],"b":true,"n":12}}]"#,
            r#"[{"kind":"A","key":"1","data":{"x":{"code":"03"},"y":[{"z":"1"},{"z":"3"}],"b":true,"n":12}},{"kind":"B","key":"2","data":{"x":"1"}}]"#,
        ] {
            assert_ne!(one.content, of(changed).content, "{changed}");
        }
    }

    #[test]
    fn references_belong_to_their_entries() {
        let ids = |a: &str, b: &str| {
            of(&format!(
                r#"[{{"kind":"A","key":"1","referenzId":{a},"data":{{"x":"1"}}}},{{"kind":"A","key":"2","referenzId":{b},"data":{{"x":"2"}}}}]"#
            ))
        };
        let (one, other) = (ids(r#""I""#, r#""J""#), ids(r#""J""#, r#""I""#));
        assert_eq!((one.content, one.with_id), (other.content, 2));
        assert_ne!(one.ids, other.ids);
        assert_eq!(ids("null", r#""""#).with_id, 0);
    }

    #[test]
    fn texts_end_at_the_first_byte_that_is_not_plain() {
        for at in 0..20 {
            for filling in ["a", " ", "!", "#", "[", "]", "\u{7f}", "ä", "ܢ", "𐀀"] {
                let text = filling.repeat(at);
                let line = format!("\"{text}\" , \"x\"");
                let mut reading = Reading { text: &line, bytes: line.as_bytes(), at: 0 };
                assert_eq!(reading.hashed(), Some(hash(text.as_bytes())), "{text}");
                assert_eq!(reading.at, text.len() + 2);
                for stop in ["\\", "\0", "\u{1f}", "\n"] {
                    let line = format!("\"{text}{stop}{filling}\"");
                    let mut reading = Reading { text: &line, bytes: line.as_bytes(), at: 0 };
                    assert_eq!(reading.hashed(), None, "{line}");
                }
                let line = format!("\"{text}");
                assert_eq!(Reading { text: &line, bytes: line.as_bytes(), at: 0 }.hashed(), None);
            }
        }
    }

    #[test]
    fn a_line_comes_in_pieces() {
        let line = r#"{"key":"k", "scope":["A","B"],"azrNummer":null,"entries":[ {"kind":"A","key":"1","referenzId":"R","data":{"x":[1]}} ,
            {"data":{},"kind":"B","correction":true,"key":"2","referenzId":null}]}"#;
        let found = pieces(line.as_bytes()).expect("pieces");
        assert_eq!((found.key, found.scope), ("k", Some(r#"["A","B"]"#)));
        let (first, second) = (found.entries[0], found.entries[1]);
        assert_eq!((first.kind, first.id, first.data), ("A", Some("R"), r#"{"x":[1]}"#));
        assert_eq!(first.entry, r#"{"kind":"A","key":"1","referenzId":"R","data":{"x":[1]}}"#);
        assert_eq!((second.kind, second.id, second.data), ("B", None, "{}"));
    }

    #[test]
    fn doubles_are_seen() {
        assert!(
            of(r#"[{"kind":"A","key":"1","data":{"x":"1"}},{"kind":"A","key":"2","data":{"x":"1"}}]"#).double
        );
        assert!(
            !of(r#"[{"kind":"A","key":"1","data":{"x":"1"}},{"kind":"B","key":"2","data":{"x":"1"}}]"#)
                .double
        );
    }

    #[test]
    fn what_it_takes_serde_takes_too_and_what_it_does_not_take_it_leaves() {
        let sound = r#"{"key":"k","azrNummer":"081111000001","scope":["A"],"entries":[{"kind":"A","key":"1","referenzId":"R","data":{"a":[1,true,null,{"b":"ä"}]},"correction":false}]}"#;
        assert!(summary(sound.as_bytes()).is_some());
        // Each byte gone, or another one in its place.
        let mut taken = 0;
        for at in 0..sound.len() {
            for with in [&b""[..], b"\"", b"}", b"x", b"1", b",", b"\\", b"\n"] {
                let mut line = sound.as_bytes().to_vec();
                line.splice(at..=at, with.iter().copied());
                if summary(&line).is_some() {
                    taken += 1;
                    let read = serde_json::from_slice::<crate::register::Datensatz>(&line);
                    assert!(read.is_ok(), "{}", String::from_utf8_lossy(&line));
                }
            }
        }
        assert!(taken > 50, "{taken}");
        for left in [
            r#"{"key":"\u0041"}"#,
            r#"{"key":"k","entries":[{"kind":"A","key":"1","data":{"a":1.5}}]}"#,
            "{}",
            "",
            "[]",
        ] {
            assert_eq!(summary(left.as_bytes()), None, "{left}");
        }
        let deep = format!(
            r#"{{"key":"k","entries":[{{"kind":"A","key":"1","data":{{"a":{}{}}}}}]}}"#,
            "[".repeat(9_999),
            "]".repeat(9_999)
        );
        assert_eq!(summary(deep.as_bytes()), None);
    }
}
