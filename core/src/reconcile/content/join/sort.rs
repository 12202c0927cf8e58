//! Sorting more than fits into memory: sorted runs in scratch space, merged at the end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::scratch::{Scratch, Space};

/// Runs that are merged at once; each needs a buffer and a space.
const FAN: usize = 64;
/// Buffer of a run.
const BUFFER: usize = 64 * 1024;

/// What can be sorted: its order is total, and two equal items are the same.
pub(super) trait Item: Ord + Sized {
    /// Bytes in memory, about.
    fn size(&self) -> usize;
    fn write(&self, out: &mut dyn Write) -> io::Result<()>;
    /// The next item; none at the end.
    fn read(from: &mut dyn Read) -> io::Result<Option<Self>>;
}

/// Takes items in any order, gives them sorted.
pub(super) struct Sorter<'s, T> {
    scratch: &'s dyn Scratch,
    /// Bytes of items in memory.
    limit: usize,
    held: usize,
    items: Vec<T>,
    /// Runs by level: those of a level are of about the same size.
    levels: Vec<Vec<Run>>,
}

struct Run(BufReader<Box<dyn Space>>);

impl<'s, T: Item> Sorter<'s, T> {
    pub(super) fn new(scratch: &'s dyn Scratch, limit: usize) -> Self {
        Self { scratch, limit, held: 0, items: Vec::new(), levels: Vec::new() }
    }

    pub(super) fn push(&mut self, item: T) -> io::Result<()> {
        self.held += item.size();
        self.items.push(item);
        if self.held >= self.limit { self.spill() } else { Ok(()) }
    }

    /// All items in their order.
    pub(super) fn sorted(mut self) -> io::Result<Sorted<T>> {
        self.items.sort_unstable();
        let mut runs: Vec<Run> = self.levels.drain(..).flatten().collect();
        while runs.len() > FAN {
            let rest = runs.split_off(FAN);
            let merged = write_run(self.scratch, Merge::<T>::of(runs)?)?;
            runs = rest;
            runs.push(merged);
        }
        Ok(Sorted { held: self.items.into_iter().peekable(), runs: Merge::of(runs)? })
    }

    fn spill(&mut self) -> io::Result<()> {
        self.items.sort_unstable();
        let run = write_run(self.scratch, self.items.drain(..).map(Ok))?;
        self.held = 0;
        self.keep(0, run)
    }

    fn keep(&mut self, level: usize, run: Run) -> io::Result<()> {
        if self.levels.len() <= level {
            self.levels.push(Vec::new());
        }
        let Some(runs) = self.levels.get_mut(level) else { return Ok(()) };
        runs.push(run);
        if runs.len() < FAN {
            return Ok(());
        }
        let merged = write_run(self.scratch, Merge::<T>::of(std::mem::take(runs))?)?;
        self.keep(level + 1, merged)
    }
}

fn write_run<T: Item>(scratch: &dyn Scratch, items: impl Iterator<Item = io::Result<T>>) -> io::Result<Run> {
    let mut out = BufWriter::with_capacity(BUFFER, scratch.space()?);
    for item in items {
        item?.write(&mut out)?;
    }
    let mut space = out.into_inner().map_err(|error| error.into_error())?;
    space.seek(SeekFrom::Start(0))?;
    Ok(Run(BufReader::with_capacity(BUFFER, space)))
}

/// Several sorted runs as one.
struct Merge<T> {
    runs: Vec<Run>,
    heads: BinaryHeap<Reverse<(T, usize)>>,
}

impl<T: Item> Merge<T> {
    fn of(runs: Vec<Run>) -> io::Result<Self> {
        let mut merge = Self { runs, heads: BinaryHeap::new() };
        for at in 0..merge.runs.len() {
            merge.refill(at)?;
        }
        Ok(merge)
    }

    fn refill(&mut self, at: usize) -> io::Result<()> {
        if let Some(run) = self.runs.get_mut(at)
            && let Some(item) = T::read(&mut run.0)?
        {
            self.heads.push(Reverse((item, at)));
        }
        Ok(())
    }

    fn peek(&self) -> Option<&T> {
        self.heads.peek().map(|head| &head.0.0)
    }
}

impl<T: Item> Iterator for Merge<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((item, at)) = self.heads.pop()?;
        Some(self.refill(at).map(|()| item))
    }
}

/// Items in their order.
pub(super) struct Sorted<T> {
    held: std::iter::Peekable<std::vec::IntoIter<T>>,
    runs: Merge<T>,
}

impl<T: Item> Iterator for Sorted<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        match (self.held.peek(), self.runs.peek()) {
            (Some(held), Some(run)) if held <= run => self.held.next().map(Ok),
            (_, Some(_)) => self.runs.next(),
            (_, None) => self.held.next().map(Ok),
        }
    }
}

/// Reads some bytes; none where the end comes before the first.
pub(super) fn read_start(from: &mut dyn Read, bytes: &mut [u8]) -> io::Result<Option<()>> {
    let mut at = 0;
    while let Some(rest) = bytes.get_mut(at..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) if at == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => at += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Some(()))
}

#[cfg(test)]
mod tests {
    use super::super::scratch::Memory;
    use super::*;

    impl Item for u64 {
        fn size(&self) -> usize {
            8
        }
        fn write(&self, out: &mut dyn Write) -> io::Result<()> {
            out.write_all(&self.to_le_bytes())
        }
        fn read(from: &mut dyn Read) -> io::Result<Option<Self>> {
            let mut bytes = [0; 8];
            Ok(read_start(from, &mut bytes)?.map(|()| Self::from_le_bytes(bytes)))
        }
    }

    #[test]
    fn items_come_sorted_whatever_the_limit() {
        // With 8 bytes each item is a run: several levels of merging.
        for limit in [8, 64, 1_000, 1_000_000] {
            let mut sorter = Sorter::new(&Memory, limit);
            let items: Vec<u64> =
                (0..10_000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 5_000).collect();
            for item in &items {
                sorter.push(*item).expect("room");
            }
            let sorted: Vec<u64> = sorter.sorted().expect("room").map(|item| item.expect("reads")).collect();
            let mut expected = items;
            expected.sort_unstable();
            assert_eq!(sorted, expected, "{limit}");
        }
        assert_eq!(Sorter::<u64>::new(&Memory, 8).sorted().expect("room").count(), 0);
    }
}
