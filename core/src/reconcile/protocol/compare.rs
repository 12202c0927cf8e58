//! The stock here, record by record, against what the register sent.

use serde_json::Value;

use super::codes::{ResultCode, results};
use super::finding::{Findings, ProtocolCode};
use super::index::{Index, Number};
use super::statistic::Statistic;
use super::{Compared, Order, Settings};
use crate::register::{Datensatz, Eintrag, azr_nummer, azr_nummer_text};

/// The comparison, while records come in.
#[derive(Debug)]
pub struct Comparison {
    order: Order,
    kinds: Vec<Compared>,
    settings: Settings,
    index: Index,
    /// From the least to the greatest number of each packet.
    ranges: Vec<(Number, Number)>,
    /// Entries that are here only: row of the index, kind, how many.
    here_only: Vec<(u32, u8, u32)>,
    /// Numbers that the register did not name.
    only_here: Vec<Number>,
    without_number: usize,
    kept_after_all: Vec<usize>,
    findings: Findings,
}

impl Comparison {
    pub(super) fn new(
        order: Order,
        kinds: Vec<Compared>,
        settings: Settings,
        index: Index,
        ranges: Vec<(Number, Number)>,
        findings: Findings,
    ) -> Self {
        let kept_after_all = vec![0; kinds.len()];
        Self {
            order,
            kinds,
            settings,
            index,
            ranges,
            here_only: Vec::new(),
            only_here: Vec::new(),
            without_number: 0,
            kept_after_all,
            findings,
        }
    }

    /// Takes a record here. An entry without data and Referenz-ID is none: it is to be deleted.
    pub fn record(&mut self, record: &Datensatz) {
        let Some(told) = record.azr_nummer.as_deref().map(str::trim).filter(|told| !told.is_empty()) else {
            self.without_number += 1;
            return;
        };
        let Some(number) = azr_nummer(told) else {
            self.findings.add(ProtocolCode::NumberForm, &record.key, told);
            return;
        };
        let Some(row) = self.index.find(number) else {
            self.only_here.push(number);
            return;
        };
        if !self.index.found(row) {
            self.findings.add(ProtocolCode::NumberTwiceHere, &record.key, told);
            return;
        }
        if self.index.entry(row).is_some_and(|entry| entry.with_ids) {
            self.entries(row, record);
        }
    }

    /// All records here came in.
    pub fn finish(mut self) -> Statistic {
        self.only_here.sort_unstable();
        let Self { only_here, findings, .. } = &mut self;
        only_here.dedup_by(|later, kept| {
            let same = later == kept;
            if same {
                findings.add(ProtocolCode::NumberTwiceHere, "", azr_nummer_text(*kept));
            }
            same
        });
        self.look_for_gaps();
        if self.without_number > 0 {
            self.findings.add(ProtocolCode::WithoutNumber, "", self.without_number.to_string());
        }
        for (kind, entries) in
            self.kinds.iter().zip(&self.kept_after_all).filter(|(_, entries)| **entries > 0)
        {
            self.findings.add(ProtocolCode::KeptAfterAll, "", format!("{}: {entries}", kind.name));
        }
        self.here_only.sort_unstable();
        Statistic::new(
            self.order,
            self.kinds,
            self.settings,
            self.index,
            self.here_only,
            self.only_here,
            self.findings,
        )
    }

    fn entries(&mut self, row: usize, record: &Datensatz) {
        let Some(entry) = self.index.entry(row) else { return };
        let ids: Vec<(u8, &str)> = entry.ids().map(|(kind, _, id)| (kind, id)).collect();
        let mut codes = vec![ResultCode::Same; ids.len()];
        for (kind, at) in self.kinds.iter().zip(0_u8..) {
            let here: Vec<Option<&str>> = record
                .entries
                .iter()
                .filter(|entry| entry.kind == kind.name && counts(entry))
                .map(|entry| entry.referenz_id.as_deref().map(str::trim).filter(|id| !id.is_empty()))
                .collect();
            let there: Vec<&str> = ids.iter().filter(|(kind, _)| *kind == at).map(|(_, id)| *id).collect();
            let slots = codes.iter_mut().zip(&ids).filter(|(_, (kind, _))| *kind == at).map(|(code, _)| code);
            if !kind.kept
                && let Some(entries) = self.kept_after_all.get_mut(usize::from(at))
            {
                *entries += here.len();
            }
            let found = results(&there, &here, kind.most, kind.kept);
            if found.doubled > 0 {
                self.findings.add(ProtocolCode::IdTwice, &record.key, kind.name.clone());
            }
            if let (Ok(row), Ok(entries @ 1..)) = (u32::try_from(row), u32::try_from(found.here_only)) {
                self.here_only.push((row, at, entries));
            }
            for (slot, code) in slots.zip(found.of_register) {
                *slot = code;
            }
        }
        self.index.settle(row, codes);
    }

    /// Packets in ascending order leave no room between them: many numbers there that are here only are those of a packet.
    fn look_for_gaps(&mut self) {
        self.ranges.sort_unstable();
        let ascending = self.ranges.windows(2).all(|pair| pair[0].1 < pair[1].0);
        if !ascending || self.ranges.is_empty() {
            return;
        }
        let many = (self.index.len() / self.ranges.len() / 10).max(20);
        for pair in self.ranges.windows(2) {
            let (from, to) = (pair[0].1, pair[1].0);
            let within = self.only_here.partition_point(|number| *number < to)
                - self.only_here.partition_point(|number| *number <= from);
            if within >= many {
                let what = format!("{}–{}: {within}", azr_nummer_text(from), azr_nummer_text(to));
                self.findings.add(ProtocolCode::PacketGap, "", what);
            }
        }
    }
}

/// Whether an entry is one that the register would name.
fn counts(entry: &Eintrag) -> bool {
    let former = entry.data.get("fruehereAnschrift").is_some_and(|value| match value {
        Value::Bool(truth) => *truth,
        Value::String(text) => matches!(text.as_str(), "true" | "1"),
        _ => false,
    });
    !former && (!entry.data.is_empty() || entry.referenz_id.is_some())
}
