use serde_json::json;

use super::*;
use crate::Standards;
use crate::message::report::Lang;
use crate::register::Kinds;
use crate::store::{MemoryStore, StoreError, StoreExt, Table};

/// What a reader gives: keys of records, codes with lines and columns of errors.
fn told(rows: impl Iterator<Item = Result<Datensatz, SourceError>>) -> Vec<String> {
    rows.map(|row| match row {
        Ok(record) => record.key,
        Err(error) => {
            assert_ne!(error.sentence(Lang::De), error.sentence(Lang::En));
            let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
            format!("{} {}:{}", error.code.code(), number(error.line), number(error.column))
        }
    })
    .collect()
}

#[test]
fn broken_lines_are_told_with_their_place_and_reading_goes_on() {
    let text = [
        &b"\xEF\xBB\xBF{\"key\": \"a\"}\r\n"[..],
        b"\n",
        b"{\"key\": \"b\", \n",
        b"{\"key\": \"\xFC\"}\n",
        "{\"key\": \"ü\", \"name\": 1}\n".as_bytes(),
        b"{\"key\": \"c\", \"azrNummer\": 5}\n",
        b"x\n",
        &[b'[', b'[', b'[', b'['].repeat(100),
        b"\n{\"key\": \"d\", \"entries\": []}",
    ]
    .concat();
    let limits = Limits { row: 300 };
    let found = told(JsonLines::new("stock", &text[..], limits));
    let expected = [
        "a",
        "AZK-A105 3:13",
        "AZK-A104 4:10",
        "AZK-A106 5:19",
        "AZK-A106 6:27",
        "AZK-A105 7:1",
        "AZK-A103 8:-",
        "d",
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_input_that_breaks_off_ends_with_an_error() {
    struct Breaks(usize);
    impl std::io::Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            if self.0 > 1 {
                return Err(std::io::Error::other("gone"));
            }
            let text = b"{\"key\": \"a\"}\n{\"key\"";
            buffer[..text.len()].copy_from_slice(text);
            Ok(text.len())
        }
    }
    let rows = JsonLines::new("stock", std::io::BufReader::new(Breaks(0)), Limits::default());
    assert_eq!(told(rows), ["a", "AZK-A101 2:-"]);
}

fn mapping(text: &str) -> Result<Mapping, SourceError> {
    let standards = Standards::builtin();
    let packs = standards.packs();
    Mapping::read("mapping.toml", text, &packs[0], &Kinds::newest(&packs).expect("kinds"))
}

const TABLE: &str = r##"
key = "ID"
azrNummer = "AZR"
empty = ["NULL"]
complete = ["Duldung"]
[columns]
NAME = ["Grundpersonalien/familienname/name", "Aliaspersonalien/familienname/name"]
BORN = { field = "Grundpersonalien/geburtsangaben/tagDerGeburt", date = "TT.MM.JJJJ" }
SEX = { field = "Grundpersonalien/geschlecht/geschlecht", values = "sex" }
STATES = { field = "Grundpersonalien/staatsangehoerigkeit/staatsangehoerigkeit", split = "," }
D_KEY = "Duldung/@key"
D_REF = "Duldung/@referenzId"
D_TO = { field = "Duldung/befristungsdatum", date = "JJJJMMTT" }
OLD = { field = "Anschrift/fruehereAnschrift", values = { J = true, N = false } }
[values.sex]
1 = "m"
2 = "w"
"##;
const HEAD: &str = "ID;AZR;NAME;BORN;SEX;STATES;D_KEY;D_REF;D_TO;OLD;MORE\r\n";

#[test]
fn a_table_becomes_records() {
    let text = format!(
        "\u{FEFF}{HEAD}{}{}{}",
        "1;081111000001;\"Özt;\"\"ürk\nx\";00.05.1994;2;\"163, 475\";;A1B2C3D01X;20261231;J;\r\n",
        "\n2;NULL;Ali;;;;d-1;;20270101;;\n",
        "3;;;;;;only;;;;"
    );
    let rows: Result<Vec<Datensatz>, SourceError> =
        Csv::new("t.csv", text.as_bytes(), mapping(TABLE).expect("a mapping"), Limits::default()).collect();
    let told = serde_json::to_value(rows.expect("records")).expect("json");
    let expected = json!([
        {"key": "1", "azrNummer": "081111000001", "scope": ["Duldung"], "entries": [
            {"kind": "Grundpersonalien", "key": "Grundpersonalien", "data": {
                "geburtsangaben": {"tagDerGeburt": {"teilbekanntesDatum": {"jahrMonat": "1994-05"}}},
                "familienname": {"name": "Özt;\"ürk\nx"},
                "geschlecht": {"geschlecht": "w"},
                "staatsangehoerigkeit": [{"staatsangehoerigkeit": "163"}, {"staatsangehoerigkeit": "475"}]}},
            {"kind": "Duldung", "key": "A1B2C3D", "referenzId": "A1B2C3D01X",
                "data": {"befristungsdatum": "2026-12-31"}},
            {"kind": "Aliaspersonalien", "key": "Aliaspersonalien", "data": {"familienname": {"name": "Özt;\"ürk\nx"}}},
            {"kind": "Anschrift", "key": "Anschrift", "data": {"fruehereAnschrift": true}}]},
        {"key": "2", "scope": ["Duldung"], "entries": [
            {"kind": "Duldung", "key": "d-1", "data": {"befristungsdatum": "2027-01-01"}},
            {"kind": "Aliaspersonalien", "key": "Aliaspersonalien", "data": {"familienname": {"name": "Ali"}}},
            {"kind": "Grundpersonalien", "key": "Grundpersonalien", "data": {"familienname": {"name": "Ali"}}}]},
        {"key": "3", "scope": ["Duldung"], "entries": []}
    ]);
    let mut told = told;
    for (own, expected) in
        told.as_array_mut().into_iter().flatten().zip(expected.as_array().into_iter().flatten())
    {
        let sort = |value: &serde_json::Value| {
            let mut all = value["entries"].as_array().cloned().unwrap_or_default();
            all.sort_by_key(|entry| entry["kind"].as_str().map(str::to_owned));
            all
        };
        assert_eq!(sort(own), sort(expected));
        own["entries"] = expected["entries"].clone();
        assert_eq!(own, expected);
    }
}

#[test]
fn broken_rows_of_a_table_are_told_with_their_place() {
    let read = |mapping_text: &str, rows: &[u8]| {
        let text = [HEAD.as_bytes(), rows].concat();
        told(Csv::new("t.csv", &text[..], mapping(mapping_text).expect("a mapping"), Limits { row: 200 }))
    };
    let rows = [
        &b"1;;Ali;;;;;;;;\n"[..],
        b"2;;Ali;31.02.1994;;;;;;;\n",
        b"3;;Ali;;7;;;;;;\n",
        b"4;;Ali;;\n",
        b"5;;\xD6zt;;;;;;;;\n",
        b"6;;\"Ali;;;;;;;;\n",
        b"7;;\"A\"li;;;;;;;;\n",
        b";;Ali;;;;;;;;\n",
        b"1;;Ali;;;;;;;;\n",
        &[b'x'].repeat(300),
        b"\n8;;\"A\nli\";;9;;;;;;\n",
        b"9;;Ali;;;;;;;;",
    ]
    .concat();
    let expected = [
        "1",
        "AZK-A111 3:8",
        "AZK-A112 4:9",
        "AZK-A110 5:-",
        "AZK-A107 6:4",
        "AZK-A114 7:-",
        "AZK-A114 8:-",
        "AZK-A118 9:1",
        "AZK-A119 10:1",
        "AZK-A103 11:-",
        "AZK-A112 12:-",
        "9",
    ];
    assert_eq!(read(TABLE, &rows), expected);
    // In its own encoding the fifth row is right.
    let text = format!("encoding = \"windows-1252\"\n{TABLE}");
    assert_eq!(read(&text, b"5;;\xD6zt;;;;;;;;\n"), ["5"]);
    // What is missing in the table ends it.
    let other = mapping(TABLE).expect("a mapping");
    assert_eq!(
        told(Csv::new("t.csv", &b"ID;AZR\n1;2\n"[..], other.clone(), Limits::default())),
        ["AZK-A109 1:-"]
    );
    assert_eq!(told(Csv::new("t.csv", &b""[..], other.clone(), Limits::default())), ["AZK-A109 1:-"]);
    let head = Csv::new("t.csv", &b"ID;\xFC\n1;2\n"[..], other, Limits::default());
    assert_eq!(told(head), ["AZK-A107 1:4", "AZK-A109 1:-"]);
}

#[test]
fn several_rows_of_one_person() {
    let text = format!("rows = \"several\"\n{TABLE}");
    let read = |rows: &str| {
        let text = format!("{HEAD}{rows}");
        let mapping = mapping(&format!("rows = \"several\"\n{TABLE}")).expect("a mapping");
        Csv::new("t.csv", text.as_bytes(), mapping, Limits::default()).collect::<Vec<_>>().into_iter()
    };
    mapping(&text).expect("a mapping");
    let rows = "1;;Ali;;;;a;;20261231;;\n1;5;Ali;;;;b;;20261230;;\n1;5;;;;;a;;20261231;;\n2;;Ben;;;;;;;;\n";
    let records: Vec<Datensatz> = read(rows).collect::<Result<_, _>>().expect("records");
    let keys: Vec<&str> = records[0].entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys.iter().filter(|key| ["a", "b"].contains(key)).count(), 2);
    assert_eq!((keys.len(), records.len(), records[0].azr_nummer.as_deref()), (4, 2, Some("5")));
    // A broken row takes its person away, one that cannot be read those beside it, and rows of one person stand together.
    let rows = "1;;Ali;;;;;;;;\n1;;Ben;;;;;;;;\n2;;Ali;;;;;;;;\n\"x\n3;;Ali;;;;;;;;\n4;1;;;;;;;;;\n4;2;;;;;;;;;\n5;;Ali;;;;;;;;\n1;;Ali;;;;;;;;";
    let mut found = told(read(rows));
    found.dedup();
    assert_eq!(found, ["AZK-A113 3:1", "AZK-A114 5:-", "AZK-A113 8:3", "5", "AZK-A119 10:1"]);
}

#[test]
fn a_wrong_mapping_says_what_is_wrong() {
    for (line, code, says) in [
        ("x = 1", 1, "unknown field"),
        ("key = 1", 1, "string"),
        ("", 1, "key"),
        ("key = \"a\"\nseparator = \"ü\"", 0, "separator"),
        ("key = \"a\"\nencoding = \"UTF-16\"", 0, "encoding"),
        ("key = \"a\"\ncomplete = [\"x\"]", 0, "complete"),
        ("key = \"a\"\n[columns]\nA = \"duldung/x\"", 0, "Duldung?"),
        ("key = \"a\"\n[columns]\nA = \"Duldung/x\"", 0, "befristungsdatum"),
        ("key = \"a\"\n[columns]\nA = \"Duldung\"", 0, "KIND/FIELD"),
        ("key = \"a\"\n[columns]\nA = \"Grundpersonalien/geburtsangaben\"", 0, "tagDerGeburt"),
        ("key = \"a\"\n[columns]\nA = \"Grundpersonalien/geburtsangaben/tagDerGeburt\"", 0, "date"),
        ("key = \"a\"\n[columns]\nA = {field=\"Duldung/befristungsdatum\", date=\"TT\"}", 0, "TT"),
        ("key = \"a\"\n[columns]\nA = {field=\"Duldung/duldungArt\", values=\"v\"}", 0, "values.v"),
        ("key = \"a\"\n[columns]\nA = {field=\"Duldung/duldungArt\", split=\",\"}", 0, "split"),
    ] {
        let error = mapping(line).expect_err(line);
        assert_eq!(error.code, SourceCode::Mapping);
        assert!(error.detail.contains(says), "{line}: {error}");
        assert_eq!(error.line.unwrap_or(0), code, "{line}");
    }
}

#[test]
fn a_store_gives_what_was_submitted_with_the_ids_of_the_register() {
    let mut store = MemoryStore::new();
    let put = |store: &mut MemoryStore, key: &str, person: &[u8]| {
        let put = store.write_with(|tx| tx.put(Table::Person, key.as_bytes(), person));
        put.map_err(|error: StoreError| error.to_string()).expect("put");
    };
    for at in 0..600 {
        let key = format!("p{at:03}");
        let person = json!({
            "key": key, "azrNummer": "081111000001",
            "ours": {"key": key, "entries": [
                {"kind": "Duldung", "key": "a", "data": {"x": "1"}, "referenzId": "OLDOLDO1x"},
                {"kind": "Duldung", "key": "b", "data": {"x": "2"}},
                {"kind": "Duldung", "key": "c", "data": {"x": "3"}}
            ]},
            "base": [
                {"kind": "Duldung", "key": "a", "id": "NEWNEWN1x", "data": {}},
                {"kind": "Duldung", "key": "b", "id": "WASWASW1x", "data": {}, "historic": true}
            ]
        });
        put(&mut store, &key, person.to_string().as_bytes());
    }
    put(&mut store, "p000a", b"{}");
    put(&mut store, "p001a", br#"{"key": "searched only"}"#);
    let rows: Vec<_> = of_store("the store", &store).collect();
    assert_eq!(rows.len(), 601);
    let record = rows[2].as_ref().expect("a record");
    assert_eq!((record.key.as_str(), record.azr_nummer.as_deref()), ("p001", Some("081111000001")));
    let ids: Vec<_> =
        record.entries.iter().map(|entry| (entry.key.as_str(), entry.referenz_id.as_deref())).collect();
    assert_eq!(ids, [("a", Some("NEWNEWN1x")), ("c", None)]);
    assert_eq!(told(rows.into_iter().skip(1).take(1)), ["AZK-A115 -:-"]);
}

/// Any bytes: no panic, an end, and no record out of nothing.
#[test]
fn readers_take_any_bytes() {
    let mut state = 9_u64;
    let mut roll = |sides: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % sides
    };
    let text = format!(
        "{HEAD}1;081111000001;\"Öz\"\"t\";00.05.1994;2;163,475;k;A1B2C3D01X;20261231;J;\n\"2\";;;;;;;;;;\n"
    );
    let json = "{\"key\": \"a\", \"entries\": [{\"kind\": \"x\", \"key\": \"y\", \"data\": {\"ü\": [1]}}]}\n"
        .repeat(3);
    let zipped =
        ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, json.as_bytes()).expect("written");
    let seeds = [text.into_bytes(), json.into_bytes(), zipped, gzip.finish().expect("packed")];
    let mappings = ["", "rows = \"several\"\n", "encoding = \"iso-8859-2\"\n"]
        .map(|head| mapping(&format!("{head}{TABLE}")).expect("a mapping"));
    for round in 0..3000 {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..roll(6) {
            let (at, byte) = (roll(bytes.len()), roll(256) as u8);
            let special = [b'"', b';', b'\n', b'\r', 0, 0xFF, 0xC3, b'{', b'\\'];
            let byte = if roll(2) == 0 { special[roll(special.len())] } else { byte };
            match roll(4) {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at + 1),
            }
            if bytes.is_empty() {
                bytes.push(byte);
            }
        }
        let limits = Limits { row: [20, 100, 1 << 20][roll(3)] };
        let input = || unpacked(&bytes[..]);
        let lines = bytes.len() * 30 + 10_000;
        let Ok(plain) = input() else { continue };
        assert!(told(JsonLines::new("x", plain, limits)).len() < lines);
        let Ok(plain) = input() else { continue };
        assert!(told(Csv::new("x", plain, mappings[roll(3)].clone(), limits)).len() < lines);
    }
}
