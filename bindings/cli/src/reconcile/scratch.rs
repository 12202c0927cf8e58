//! Room for what does not fit into memory: temporary files, and how much memory may be taken.

use std::io;
use std::path::PathBuf;

use azrkit::reconcile::content::join::scratch::{Scratch, Space};

/// Temporary files without a name; the system removes them however the program ends.
pub(crate) struct Files(pub(crate) Option<PathBuf>);

impl Scratch for Files {
    fn space(&self) -> io::Result<Box<dyn Space>> {
        let file = match &self.0 {
            Some(folder) => tempfile::tempfile_in(folder)?,
            None => tempfile::tempfile()?,
        };
        Ok(Box::new(file))
    }
}

/// A number of bytes: `262144`, `256K`, `256M`, `256MB`, `256MiB`, `1G`.
pub(crate) fn bytes(text: &str) -> Result<usize, String> {
    let lower = text.trim().to_ascii_lowercase();
    let end = lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len());
    let (number, unit) = lower.split_at(end);
    let shift = match unit.trim() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("expected a number with K, M or G, such as 256M".into()),
    };
    let number: usize = number.parse().map_err(|_| "expected a number, such as 256M".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "too much".to_owned())
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn memory_is_told_with_units() {
        for (text, expected) in [("5", 5), ("2K", 2048), ("256MB", 256 << 20), ("1 GiB", 1 << 30)] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for wrong in ["", "M", "1T", "-1", "99999999999999999999G", "18446744073709551615K"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
