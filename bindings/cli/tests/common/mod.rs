//! What the end-to-end tests share: running the command, folders to write to, the golden texts.

#![allow(dead_code, reason = "each test file takes what it needs")]

pub(crate) mod exchange;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The message that is right.
pub(crate) const RIGHT: &str = "folgemeldung-duldung.xml";
/// The message that is wrong in many ways.
pub(crate) const WRONG: &str = "folgemeldung-duldung-fehler.xml";

/// What a call gave.
pub(crate) struct Ran {
    /// The exit status.
    pub(crate) status: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// The command, in the folder of the bundled messages, so that their names are short.
pub(crate) fn azrkit() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_azrkit"));
    command.current_dir(messages()).env("TERM", "xterm");
    for variable in ["NO_COLOR", "AZRKIT_STORE", "AZRKIT_CONFIG"] {
        command.env_remove(variable);
    }
    command
}

/// Runs the command.
pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Ran {
    run_with(args, b"")
}

/// Runs the command with standard input.
pub(crate) fn run_with<S: AsRef<std::ffi::OsStr>>(args: &[S], input: &[u8]) -> Ran {
    let mut command = azrkit();
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("the command reads");
    let output = child.wait_with_output().expect("the command ends");
    Ran {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The project's folder.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the project")
}

/// The folder of the bundled messages.
pub(crate) fn messages() -> PathBuf {
    project().join("core/examples/messages")
}

/// The folder of the standards' own files beside the project; none, and said loudly, where it is not there.
pub(crate) fn shared(what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("AZRKIT_SHARED").map_or_else(|| project().join("../shared"), PathBuf::from);
    let found = folder.join(what);
    if found.exists() {
        return Some(found);
    }
    eprintln!("SKIPPED: {} is not there", found.display());
    None
}

/// A fresh folder of a test's own.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Compares with the text in `golden/NAME`; with AZRKIT_BLESS set it is written instead.
pub(crate) fn golden(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("AZRKIT_BLESS").is_some() {
        std::fs::write(&file, text).expect("the golden text is written");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        expected == text,
        "{name} is not as it was; AZRKIT_BLESS=1 writes it anew\n--- was\n{expected}\n--- is\n{text}"
    );
}

/// A path as an argument.
pub(crate) fn arg(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

/// Whether xmllint is there; said loudly where it is not.
pub(crate) fn has_xmllint() -> bool {
    let found = Command::new("xmllint").arg("--version").stderr(Stdio::null()).status().is_ok();
    if !found {
        eprintln!("SKIPPED: xmllint is not installed (package libxml2-utils)");
    }
    found
}

/// What libxml2 says of a message under a schema: whether it is valid, and its words.
pub(crate) fn xmllint(schema: &Path, message: &Path) -> (bool, String) {
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .arg(message)
        .output()
        .expect("xmllint runs");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}
