//! A standard under test: its schemas as XSD files for libxml2, and its messages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use azrkit_standard::model::{Position, Schema};
use azrkit_standard::pack::Pack;
use azrkit_standard::{xsd, xsf};

use crate::mutate::Vocabulary;
use crate::scan::Source;

/// A standard, ready to be judged by both sides.
pub struct Subject {
    /// Its name on the command line.
    pub name: String,
    /// Valid messages.
    pub sources: Vec<Source>,
    /// What they are made of.
    pub vocabulary: Vocabulary,
    /// The XSD files.
    pub schema: Exported,
}

impl Subject {
    /// A subject from a pack and messages that are valid by it.
    ///
    /// # Errors
    /// Where the pack's schemas cannot be written as XSD.
    pub fn new(name: &str, pack: &Pack<'_>, messages: Vec<(String, Vec<u8>)>) -> Result<Self, String> {
        let schema = Exported::new(&schemas_of(pack)?)?;
        let mut sources = Vec::with_capacity(messages.len());
        for (name, bytes) in messages {
            let text = String::from_utf8(bytes).map_err(|_| format!("{name}: not UTF-8"))?;
            let text = text.trim_start_matches('\u{FEFF}');
            sources.push(Source::scan(&name, text).ok_or_else(|| format!("{name}: cannot be scanned"))?);
        }
        let types = pack.global_types.iter().filter_map(|global| {
            let name = pack.names.get(global.name.get() as usize)?;
            let namespace = pack.namespaces.get(usize::from(name.namespace.get()))?;
            Some((pack.str(namespace.uri).to_owned(), pack.str(name.local).to_owned()))
        });
        let vocabulary = Vocabulary::collect(&sources, types.collect());
        Ok(Self { name: name.to_owned(), sources, vocabulary, schema })
    }
}

/// Schemas written into a folder of their own, which is deleted with this value.
pub struct Exported {
    folder: PathBuf,
    top: PathBuf,
}

impl Exported {
    /// Writes the schemas, and one file that imports them all.
    ///
    /// libxml2 reads only the first file of a namespace that it is told to import, so that a namespace of several
    /// files gets one more, which includes them, and every import names that one.
    ///
    /// # Errors
    /// Where the files cannot be written.
    pub fn new(schemas: &[Schema]) -> Result<Self, String> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("azrkit-differential-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut files_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for schema in schemas {
            files_of.entry(&schema.target).or_default().push(&schema.file);
        }
        let mut set = schemas.to_vec();
        let mut entries: BTreeMap<String, String> = BTreeMap::new();
        for (target, files) in files_of {
            let file = match files.as_slice() {
                [file] => (*file).to_owned(),
                _ => {
                    let file = format!("all-of-{}.xsd", entries.len());
                    set.push(Schema {
                        file: file.clone(),
                        target: target.to_owned(),
                        elements_qualified: true,
                        includes: files
                            .iter()
                            .map(|file| ((*file).to_owned(), Position::default()))
                            .collect(),
                        ..Schema::default()
                    });
                    file
                }
            };
            entries.insert(target.to_owned(), file);
        }
        for schema in &mut set {
            for (namespace, location, _) in &mut schema.imports {
                *location = entries.get(namespace).cloned();
            }
        }
        let top = folder.join("top.xsd");
        let exported = Self { folder, top };
        for (file, text) in xsd::write_set(&set) {
            exported.write(&file, &text)?;
        }
        let imports = entries.into_iter().map(|(target, file)| (target, Some(file), Position::default()));
        exported
            .write("top.xsd", &xsd::write(&Schema { imports: imports.collect(), ..Schema::default() }))?;
        Ok(exported)
    }

    /// The file that imports all others.
    pub fn top(&self) -> &Path {
        &self.top
    }

    fn write(&self, file: &str, text: &str) -> Result<(), String> {
        let path = self.folder.join(file);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    }
}

impl Drop for Exported {
    fn drop(&mut self) {
        // Nothing depends on it; the folder is a temporary one.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The schemas that a pack carries.
///
/// # Errors
/// Where one of them is not XSF.
pub fn schemas_of(pack: &Pack<'_>) -> Result<Vec<Schema>, String> {
    let parse = |source: &azrkit_standard::pack::rows::Source| {
        let file = pack.str(source.file);
        let file = file.strip_suffix(".xsf").map_or_else(|| file.to_owned(), |stem| format!("{stem}.xsd"));
        xsf::parse(pack.str(source.text), &file).map_err(|error| error.to_string())
    };
    pack.schemas.iter().map(parse).collect()
}

/// The folder of the official files, which are not part of the project: `../shared` beside the project, or where
/// AZRKIT_SHARED says. None, with a line on standard error, where it is not there.
pub fn shared(given: Option<&Path>, what: &str) -> Option<PathBuf> {
    let root = given.map(Path::to_path_buf).or_else(|| std::env::var_os("AZRKIT_SHARED").map(PathBuf::from));
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    if root.join("standard/xwasser-1.0.0").is_dir() {
        return Some(root);
    }
    eprintln!("SKIPPED: {what}: the official files are not at {}", root.display());
    None
}

/// The files of a folder with an extension, by name.
///
/// # Errors
/// Where a file cannot be read.
pub fn files(folder: &Path, extension: &str) -> Result<Vec<(String, Vec<u8>)>, String> {
    let fault = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.extension().is_some_and(|found| found == extension) {
            let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            files.push((name, std::fs::read(&path).map_err(fault)?));
        }
    }
    files.sort();
    Ok(files)
}
