//! A stock as the caller names it: a file of records, a table with its mapping, a store; packed or not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use azrkit::Standards;
use azrkit::message::report::Lang;
use azrkit::reconcile::source::{
    Csv, JsonLines, Limits, Mapping, Rows, SourceError, of_auskunft, of_store, unpacked,
};
use azrkit::register::{Datensatz, Kinds};
use azrkit::store::SqliteStore;

use super::rows::Watch;
use crate::failure::Failure;
use crate::files;
use crate::output::complain;
use crate::progress::Progress;

/// So many broken rows are told one by one.
const TOLD: u64 = 100;
/// How a file of SQLite begins.
pub(super) const SQLITE: &[u8] = b"SQLite format 3\0";

#[derive(Debug, clap::Args)]
pub(crate) struct Stock {
    /// The stock here: JSON Lines of records, a CSV or Parquet file (with --mapping), a store of azrkit, or a folder of Gesamtauskünfte
    /// (090004); gzip and zstd are read as they are
    #[arg(long, value_name = "FILE")]
    pub(crate) stock: PathBuf,
    /// Which column of a CSV or Parquet file is which field: a TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
}

/// How many rows were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Right ones.
    pub(crate) records: u64,
    /// Broken ones; each was told on standard error, the first hundred one by one.
    pub(crate) broken: u64,
    /// Broken ones are only counted.
    quiet: bool,
}

impl Stock {
    /// Reads all records, with a bar where a person watches. Broken rows are told and passed over; where nothing can be read any more, the
    /// call fails, for half a stock is none.
    pub(crate) fn each(
        &self,
        standards: &Standards,
        lang: Lang,
        take: impl FnMut(Datensatz),
    ) -> Result<Counts, Failure> {
        self.read(Counts::default(), standards, lang, take)
    }

    /// As [`each`](Self::each), for a second time: broken rows were told the first time.
    pub(crate) fn again(
        &self,
        standards: &Standards,
        lang: Lang,
        take: impl FnMut(Datensatz),
    ) -> Result<Counts, Failure> {
        self.read(Counts { quiet: true, ..Counts::default() }, standards, lang, take)
    }

    fn read(
        &self,
        mut read: Counts,
        standards: &Standards,
        lang: Lang,
        mut take: impl FnMut(Datensatz),
    ) -> Result<Counts, Failure> {
        if self.stock.is_dir() {
            return self.auskuenfte(read, standards, lang, take);
        }
        let name = self.stock.display().to_string();
        let file = File::open(&self.stock).map_err(Failure::file(&self.stock))?;
        let length = file.metadata().map_or(0, |data| data.len());
        let done = Arc::new(AtomicU64::new(0));
        let mut counted = BufReader::with_capacity(1 << 17, Counted { file, done: done.clone() });
        let store;
        let head = counted.fill_buf().map_err(Failure::file(&self.stock))?;
        let (is_store, is_parquet) = (head.starts_with(SQLITE), head.starts_with(b"PAR1"));
        let rows: Rows<'_> = if is_parquet {
            self.parquet(&name, counted.into_inner(), standards, lang)?
        } else if is_store {
            store =
                SqliteStore::open_existing(&self.stock).map_err(|error| Failure::call(error.to_string()))?;
            Box::new(of_store(&name, &store))
        } else {
            let plain = unpacked(counted).map_err(Failure::file(&self.stock))?;
            match &self.mapping {
                Some(file) => {
                    let mapping = mapping(file, standards, lang)?;
                    Box::new(Csv::new(&name, plain, mapping, Limits::default()))
                }
                None => Box::new(JsonLines::new(&name, plain, Limits::default())),
            }
        };
        let mut watch = Watch::new(length, done);
        for row in rows {
            read.row(row, lang, |print| watch.aside(print), &mut take)?;
            watch.row();
        }
        drop(watch);
        read.tell_rest(&name, lang);
        Ok(read)
    }

    /// The Gesamtauskünfte in and below a folder.
    fn auskuenfte(
        &self,
        mut read: Counts,
        standards: &Standards,
        lang: Lang,
        mut take: impl FnMut(Datensatz),
    ) -> Result<Counts, Failure> {
        let kinds = Kinds::newest(&standards.packs()).map_err(|error| Failure::call(error.to_string()))?;
        let mut reader = standards.reader();
        let (all, unread) = files::expand(std::slice::from_ref(&self.stock));
        if unread > 0 {
            return Err(Failure::call(self.stock.display().to_string()));
        }
        let mut progress = Progress::new(all.len());
        for file in all {
            let bytes = files::read(&file)?;
            let row = of_auskunft(&file.display().to_string(), &mut reader, &kinds, &bytes, false);
            read.row(row, lang, |print| progress.aside(print), &mut take)?;
            progress.step();
        }
        drop(progress);
        read.tell_rest(&self.stock.display().to_string(), lang);
        Ok(read)
    }
}

impl Counts {
    /// Takes a row, or tells what is wrong with it.
    fn row(
        &mut self,
        row: Result<Datensatz, SourceError>,
        lang: Lang,
        aside: impl FnOnce(&dyn Fn()),
        take: &mut impl FnMut(Datensatz),
    ) -> Result<(), Failure> {
        match row {
            Ok(record) => {
                self.records += 1;
                take(record);
            }
            Err(error) if error.code.ends() => return Err(failure(&error, lang)),
            Err(error) => {
                self.broken += 1;
                if self.broken <= TOLD && !self.quiet {
                    aside(&|| complain(&error.sentence(lang)));
                }
            }
        }
        Ok(())
    }

    fn tell_rest(&self, name: &str, lang: Lang) {
        if self.broken > TOLD && !self.quiet {
            let more = self.broken - TOLD;
            complain(&match lang {
                Lang::De => format!("{name}: {more} weitere fehlerhafte Zeilen"),
                Lang::En => format!("{name}: {more} more broken rows"),
            });
        }
    }
}

impl Stock {
    #[cfg(feature = "parquet")]
    fn parquet(
        &self,
        name: &str,
        file: Counted,
        standards: &Standards,
        lang: Lang,
    ) -> Result<Rows<'static>, Failure> {
        let Some(mapping) = &self.mapping else {
            return Err(Failure::call(match lang {
                Lang::De => format!("{name}: eine Parquet-Datei braucht --mapping"),
                Lang::En => format!("{name}: a Parquet file needs --mapping"),
            }));
        };
        let mapping = self::mapping(mapping, standards, lang)?;
        Ok(Box::new(azrkit::reconcile::source::Parquet::new(name, file, mapping)))
    }

    #[cfg(not(feature = "parquet"))]
    fn parquet(&self, name: &str, _: Counted, _: &Standards, lang: Lang) -> Result<Rows<'static>, Failure> {
        Err(Failure::call(match lang {
            Lang::De => {
                format!("{name}: dieses azrkit liest kein Parquet (cargo install … --features parquet)")
            }
            Lang::En => {
                format!("{name}: this azrkit does not read Parquet (cargo install … --features parquet)")
            }
        }))
    }
}

/// The mapping in a file.
pub(super) fn mapping(file: &Path, standards: &Standards, lang: Lang) -> Result<Mapping, Failure> {
    let text = std::fs::read_to_string(file).map_err(Failure::file(file))?;
    let packs = standards.packs();
    let (pack, kinds) = Kinds::newest_in(&packs).map_err(|error| Failure::call(error.to_string()))?;
    Mapping::read(&file.display().to_string(), &text, pack, &kinds).map_err(|error| failure(&error, lang))
}

fn failure(error: &SourceError, lang: Lang) -> Failure {
    Failure::call(error.sentence(lang))
}

#[cfg(feature = "parquet")]
impl io::Seek for Counted {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A file of which it is known how much was read.
struct Counted {
    file: File,
    done: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
