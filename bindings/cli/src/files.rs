//! The files that a command is to read, and those that it writes.

use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::output::complain;

/// Standard input, as the caller names it.
const STDIN: &str = "-";

/// The files of the arguments: a folder stands for every `.xml` file in and below it, in the order of the names. What
/// cannot be looked into is complained of and counted.
pub(crate) fn expand(arguments: &[PathBuf]) -> (Vec<PathBuf>, usize) {
    let mut files = Vec::new();
    let mut failed = 0;
    for argument in arguments {
        if argument.is_dir() {
            walk(argument, &["xml"], &mut files, &mut failed);
        } else {
            files.push(argument.clone());
        }
    }
    (files, failed)
}

/// The files with one of the endings in and below a folder, or the file itself.
pub(crate) fn with_endings(argument: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    if !argument.is_dir() {
        return Ok(vec![argument.to_owned()]);
    }
    let mut files = Vec::new();
    let mut failed = 0;
    walk(argument, endings, &mut files, &mut failed);
    if failed > 0 {
        return Err(Failure::call(format!("{}: not all of it could be read", argument.display())));
    }
    Ok(files)
}

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path.as_os_str() == STDIN {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(Failure::file(path))?;
        return Ok(bytes);
    }
    std::fs::read(path).map_err(Failure::file(path))
}

/// Whether the bytes are meant as JSON: the first thing in them is an opening brace.
pub(crate) fn is_json(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// The bytes of a file as text, without a byte order mark.
pub(crate) fn text<'b>(path: &Path, bytes: &'b [u8]) -> Result<&'b str, Failure> {
    let text =
        std::str::from_utf8(bytes).map_err(|error| Failure::call(format!("{}: {error}", path.display())))?;
    Ok(text.trim_start_matches('\u{FEFF}'))
}

/// Writes a file as a whole: whoever reads it sees all of it, also after a crash, or nothing.
pub(crate) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let file = folder.join(name);
    let part = folder.join(format!(".{name}.{}.part", std::process::id()));
    let write = || -> std::io::Result<()> {
        let mut written = std::fs::File::create(&part)?;
        written.write_all(bytes)?;
        written.sync_all()?;
        std::fs::rename(&part, &file)
    };
    write().map_err(Failure::file(&file))?;
    Ok(file)
}

/// Brings the names of the files in a folder to the disk, where the system can do that.
pub(crate) fn sync(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn walk(folder: &Path, endings: &[&str], files: &mut Vec<PathBuf>, failed: &mut usize) {
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            complain(&format!("{}: {error}", folder.display()));
            *failed += 1;
            return;
        }
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // Links to folders are not followed: they may go round.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder {
            walk(&path, endings, files, failed);
        } else if path
            .extension()
            .and_then(|ending| ending.to_str())
            .is_some_and(|ending| endings.iter().any(|known| known.eq_ignore_ascii_case(ending)))
        {
            files.push(path);
        }
    }
}
