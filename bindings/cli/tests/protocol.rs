//! `azrkit reconcile protocol`, from files to files.

mod common;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use common::exchange::{example, lines};
use common::{arg, folder, run};

const ORDER: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const AT: &str = "2026-11-17T08:00:00Z";

/// A message of another authority, from JSON to a file.
fn message(dir: &Path, name: &str, number: &str, from: &str, uuid: &str, content: &Value) -> PathBuf {
    let mut all = json!({
        "$message": number, "produkt": "P", "produkthersteller": "H",
        "nachrichtenkopf.g2g": {
            "identifikation.nachricht": {"nachrichtenUUID": uuid, "erstellungszeitpunkt": "2026-11-16T08:00:00.000Z"},
            "leser": {"verzeichnisdienst": "DVDV", "kennung": "azr:000900", "name": "Ausländerbehörde"},
            "autor": {
                "verzeichnisdienst": "DVDV", "kennung": from, "name": "Bundesamt",
                "erreichbarkeit": [{"kanal": "02", "kennung": "0123"}]
            }
        },
        "anschrift.autor": {"gebaeude": {"hausnummer": "1", "postleitzahl": "50667", "strasse": "Domplatz", "wohnort": "Köln"}}
    });
    let (Value::Object(all), Value::Object(content)) = (&mut all, content) else { panic!("objects") };
    all.extend(content.clone());
    let source = dir.join(format!("{name}.json"));
    std::fs::write(&source, Value::Object(all.clone()).to_string()).expect("a file");
    let file = dir.join(format!("{name}.xml"));
    let ran = run(&["convert", &arg(&source), "--to", "xml", "--output", &arg(&file)]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    file
}

fn written(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(dir).expect("a folder").flatten();
    let mut files: Vec<(String, Vec<u8>)> = files
        .map(|file| {
            (file.file_name().to_string_lossy().into_owned(), std::fs::read(file.path()).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn from_the_order_to_the_result() {
    let dir = folder("protocol");
    let config = dir.join("config.json");
    std::fs::write(&config, example().to_string()).expect("a file");
    let order = message(&dir, "order", "090020", "dbs:090301", ORDER, &json!({"zweck": "02"}));
    let asked = dir.join("asked");
    let base = |verb: &str, out: &Path| {
        let all = [
            "reconcile",
            "protocol",
            verb,
            "--order",
            &arg(&order),
            "--config",
            &arg(&config),
            "--out",
            &arg(out),
        ];
        all.map(str::to_owned).to_vec()
    };
    let ran = run(&[base("ask", &asked), vec!["--from".into(), "2020-01-01".into()]].concat());
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let file = lines(&ran)[0]["file"].as_str().expect("a file").to_owned();
    let checked = run(&["check", &file, "--json"]);
    assert_eq!(checked.status, Some(0), "{}", checked.out);
    assert_eq!(lines(&checked)[0]["message"]["number"], "090021");

    let ids = |gp: &str| json!({"grundpersonalien": gp, "duldung": ["DDDDDDD1x"]});
    let register = dir.join("register");
    std::fs::create_dir_all(&register).expect("a folder");
    for (at, number) in [(1, "081111000001"), (2, "081111000002"), (3, "081111000003")] {
        let content = json!({"azrNummern": {"abgleichergebnis": [
            {"azrNummer": number, "abgleichMitReferenzID": ids("GGGGGGG1x")}
        ]}});
        let uuid = format!("bbbbbbbb-0000-4000-8000-{at:012}");
        message(&register, &format!("r{at}"), "090022", "dbs:490030020000", &uuid, &content);
    }
    let stock = dir.join("stock.csv");
    let rows = "ID;NR;GP;BIS\n1;081111000001;GGGGGGG2x;31.12.2026\n2;081111000002;GGGGGGG1x;\n3;991231000009;;\n4;1;;nie\n";
    std::fs::write(&stock, rows).expect("a file");
    let mapping = dir.join("mapping.toml");
    let text = "key = \"ID\"\nazrNummer = \"NR\"\n[columns]\nGP = \"Grundpersonalien/@referenzId\"\n\
                BIS = { field = \"Duldung/befristungsdatum\", date = \"TT.MM.JJJJ\" }\n";
    std::fs::write(&mapping, text).expect("a file");
    let result = dir.join("result");
    let more = |at: &str| {
        let all = [
            "--register",
            &arg(&register),
            "--packets",
            "4",
            "--stock",
            &arg(&stock),
            "--mapping",
            &arg(&mapping),
            "--not-kept",
            "Ausweisung,Abschiebung",
            "--at",
            at,
        ];
        all.map(str::to_owned).to_vec()
    };
    let call = [base("answer", &result), more(AT)].concat();
    let ran = run(&call);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert!(ran.err.contains("stock.csv, Zeile 5, Spalte 6") && ran.err.contains("AZK-A111"), "{}", ran.err);
    assert!(ran.err.contains("AZK-A217") && ran.err.contains("3/4"), "{}", ran.err);
    assert!(ran.out.contains("2  AZR-Nummern auf beiden Seiten"), "{}", ran.out);
    let first = written(&result);
    assert_eq!(first.len(), 1);
    let checked = run(&["check", &arg(&result), "--json"]);
    assert_eq!(checked.status, Some(0), "{}", checked.out);
    assert_eq!(lines(&checked)[0]["message"]["number"], "090023");

    // Once more: the same bytes.
    let ran = run(&[call, vec!["--json".into(), "--lang".into(), "en".into()]].concat());
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert!(ran.err.contains("stock.csv, line 5, column 6: This is no date"), "{}", ran.err);
    assert!(written(&result) == first);
    let told = lines(&ran);
    assert_eq!(told[0]["packet"]["records"], 4);
    let counts = &told[1]["counts"];
    assert_eq!(
        (&counts["both"], &counts["registerOnly"], &counts["hereOnly"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(counts["results"]["Grundpersonalien"], json!({"01": 1, "02": 1}));
    assert_eq!(counts["results"]["Duldung"], json!({"03": 1, "04": 1}));
    assert_eq!(counts["results"]["Ausweisung"], json!({"06": 2}));
    assert_eq!((&told[1]["records"], &told[1]["broken"]), (&json!(3), &json!(1)));

    // A stock that cannot be read to its end is none; Gesamtauskünfte are one.
    let call = |stock: &Path, out: &str| {
        let call = [
            base("answer", &dir.join(out)),
            vec!["--register".into(), arg(&register), "--stock".into(), arg(stock)],
        ];
        run(&call.concat())
    };
    let cut = dir.join("cut.gz");
    std::fs::write(&cut, b"\x1F\x8B\x08\x00\x00\x00").expect("a file");
    let ran = call(&cut, "none");
    assert_eq!(ran.status, Some(2), "{}", ran.err);
    assert!(ran.err.contains("AZK-A102"), "{}", ran.err);
    assert_eq!(written(&dir.join("none")), []);
    let auskuenfte = dir.join("auskuenfte");
    std::fs::create_dir_all(&auskuenfte).expect("a folder");
    let example = common::messages().join("gesamtauskunft.xml");
    std::fs::copy(example, auskuenfte.join("a.xml")).expect("copied");
    let ran = call(&auskuenfte, "of-auskuenfte");
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(
        ran.out.contains("1  AZR-Nummern nur hier") || ran.out.contains("1  AZR-Nummern auf"),
        "{}",
        ran.out
    );

    // Another delivery beside it is refused, and nothing of it stays.
    let ran = run(&[base("answer", &result), more("2026-11-18T08:00:00Z")].concat());
    assert_eq!(ran.status, Some(2), "{}", ran.out);
    assert!(ran.err.contains("AZK-C107"), "{}", ran.err);
    assert!(written(&result) == first);
}
