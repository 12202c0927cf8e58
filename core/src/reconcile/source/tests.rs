use super::*;
use crate::message::report::Lang;

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
