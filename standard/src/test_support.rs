//! What tests of several modules need: the folder of official files, and comparing models.

use std::path::PathBuf;

use crate::model::Schema;

/// The folder with the official files, which are not part of the project; tests that need it say so and stop.
pub(crate) fn shared(what: &str) -> Option<PathBuf> {
    let root = std::env::var_os("AZRKIT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    if root.join("standard").is_dir() {
        return Some(root);
    }
    eprintln!("SKIPPED: {what}: the official files are not at {}", root.display());
    None
}

/// The files of a folder with an extension, by name.
pub(crate) fn files(folder: PathBuf, extension: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| {
            let name = path.file_name().expect("name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("readable"))
        })
        .collect();
    files.sort();
    files
}

/// A schema as text without what writing it does not keep: positions, labels, folders of locations, and the
/// declaration of the prefix for XML Schema.
pub(crate) fn comparable(schema: &Schema) -> String {
    let mut schema = schema.clone();
    schema.namespaces.retain(|(_, ns)| ns != crate::model::XS);
    for (location, _) in &mut schema.includes {
        *location = crate::xsd::file_name(location).to_owned();
    }
    for (_, location, _) in &mut schema.imports {
        *location = location.as_deref().map(|l| crate::xsd::file_name(l).to_owned());
    }
    let text = format!("{schema:#?}");
    let dropped = |line: &&str| {
        let line = line.trim_start();
        !["line: ", "column: "].iter().any(|field| line.starts_with(field))
    };
    let mut kept = String::new();
    let mut lines = text.lines().filter(dropped);
    while let Some(line) = lines.next() {
        let field = line.trim_start();
        kept.push_str(line);
        kept.push('\n');
        if field == "label: Some(" || field == "code_title: Some(" {
            kept.truncate(kept.len() - "Some(\n".len());
            kept.push_str("None,\n");
            lines.next();
            lines.next();
        }
    }
    kept
}

/// Bytes that mean something to a reader.
const SPECIAL: &[u8] = b"<>/\"'&;:= \0\x80azx";

/// Numbers that look random but repeat, for tests that damage input.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % n.max(1)
    }

    /// The input with some bytes changed, dropped, doubled or moved.
    pub(crate) fn damage(&mut self, input: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            let until = (at + self.below(40)).min(bytes.len());
            match self.below(6) {
                0 => bytes[at] = SPECIAL[self.below(SPECIAL.len())],
                1 => drop(bytes.drain(at..until)),
                2 => {
                    let piece = bytes[at..until].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                3 => bytes.truncate(until.max(1)),
                4 => bytes[at] = u8::try_from(self.below(256)).unwrap_or(0),
                _ => bytes.insert(at, SPECIAL[self.below(SPECIAL.len())]),
            }
            if bytes.is_empty() {
                bytes.push(b'<');
            }
        }
        bytes
    }

    /// The document with some attribute values or elements replaced by others of it: well-formed, but odd.
    pub(crate) fn confuse(&mut self, document: &str) -> String {
        let mut text = document.to_owned();
        for _ in 0..=self.below(3) {
            let separator = if self.below(3) == 0 { '\n' } else { '"' };
            let mut parts: Vec<&str> = text.split(separator).collect();
            let step = if separator == '"' { 2 } else { 1 };
            let places = parts.len() / step;
            let (to, from) = (self.below(places), self.below(places));
            let offset = step - 1;
            if let Some(from) = parts.get(from * step + offset).copied()
                && let Some(to) = parts.get_mut(to * step + offset)
            {
                *to = from;
            }
            text = parts.join(&separator.to_string());
        }
        text
    }
}

/// The built-in packs, compiled once for all tests: 0 is XAusländer, 1 is XInneres.
pub(crate) fn built_in(at: usize) -> &'static [u8] {
    static PACKS: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    let packs = PACKS.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../core/standards");
        let packs = crate::source::load_packs(&folder).expect("the sources are right");
        packs.iter().map(|inputs| crate::compile::compile(inputs).expect("compiles")).collect()
    });
    &packs[at]
}
