//! The result, and the messages that tell it (090023).

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};
use twox_hash::XxHash3_128;

use super::codes::ResultCode;
use super::finding::Findings;
use super::index::{Index, Number};
use super::order::product;
use super::{Compared, Order, ProtocolError, Settings};
use crate::message::header::{Envelope, Partner, uuid};
use crate::message::json as canonical;
use crate::message::read::{Options, Reader};
use crate::register::azr_nummer_text;
use crate::time::Timestamp;
use crate::transmit::Config;

/// Most records of a packet (AZR-622).
const PACKET: usize = 50_000;
/// So many records are checked at once: as a whole a packet may have 100 MB and more.
const BLOCK: usize = 500;
/// The lists of a 090023, in its order.
const LISTS: [&str; 3] =
    ["uebereinstimmendeAZRNummer", "azrNummerNichtInA-Datei", "azrNummerNichtInAbgleichsdaten"];
/// What stands in a message before its UUID is known.
const NO_UUID: &str = "00000000-0000-4000-8000-000000000000";

/// What came of an Abgleich.
#[derive(Debug)]
pub struct Statistic {
    order: Order,
    kinds: Vec<Compared>,
    settings: Settings,
    index: Index,
    here_only: Vec<(u32, u8, u32)>,
    only_here: Vec<Number>,
    findings: Findings,
    /// Rows of the index: those that are here, then those that are not.
    rows: Vec<u32>,
    matched: usize,
    packet: usize,
}

/// How many there are of what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Numbers on both sides.
    pub both: usize,
    /// Numbers that are not here.
    pub register_only: usize,
    /// Numbers that the register did not name.
    pub here_only: usize,
    /// Results by kind and code (`01` to `06`), as the messages tell them.
    pub results: BTreeMap<String, BTreeMap<&'static str, usize>>,
}

/// A packet that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Packet {
    /// Its number, from 1 (AZR-624).
    pub number: usize,
    /// It is the last one (AZR-625).
    pub last: bool,
    /// UUID of the message: made from all that it says, so the same message has the same one, and another message another.
    pub uuid: String,
    /// So many records.
    pub records: usize,
}

impl Statistic {
    pub(super) fn new(
        order: Order,
        kinds: Vec<Compared>,
        settings: Settings,
        index: Index,
        here_only: Vec<(u32, u8, u32)>,
        only_here: Vec<Number>,
        findings: Findings,
    ) -> Self {
        let all = 0..u32::try_from(index.len()).unwrap_or(u32::MAX);
        let here = |row: &u32| index.entry(*row as usize).is_some_and(|entry| entry.found);
        let (mut rows, missing): (Vec<u32>, Vec<u32>) = all.partition(here);
        let matched = rows.len();
        rows.extend(missing);
        Self { order, kinds, settings, index, here_only, only_here, findings, rows, matched, packet: PACKET }
    }

    /// As the standard has it, 50,000 records a packet; smaller ones are for tests.
    #[cfg(test)]
    pub(super) fn packets_of(mut self, records: usize) -> Self {
        self.packet = records;
        self
    }

    /// What was found on the way.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// How many records the packets have in all.
    pub fn records(&self) -> usize {
        self.rows.len() + self.only_here.len()
    }

    /// How many there are of what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            both: self.matched,
            register_only: self.rows.len() - self.matched,
            here_only: self.only_here.len(),
            results: BTreeMap::new(),
        };
        let order: Vec<u8> = (0..).take(self.kinds.len()).collect();
        let mut table = vec![[0_usize; ResultCode::ALL.len()]; self.kinds.len()];
        for row in &self.rows[..self.matched] {
            self.results_of(*row, &order, |kind, _, code| table[kind][code as usize] += 1);
        }
        for (kind, row) in self.kinds.iter().zip(table) {
            let codes = ResultCode::ALL.iter().zip(row).filter(|(_, count)| *count > 0);
            let codes: BTreeMap<_, _> = codes.map(|(code, count)| (code.code(), count)).collect();
            if !codes.is_empty() {
                counts.results.insert(kind.name.clone(), codes);
            }
        }
        counts
    }

    /// Writes the packets, each to what `open` gives for it; numbers go upwards in each list. What is written is checked first, block by block.
    /// `step` is told how many records are done.
    ///
    /// # Errors
    /// [`ProtocolError::Unfit`] where a message would be wrong: by the config, or by an id of the register. [`ProtocolError::Write`] where it
    /// cannot be written. Then what was written before is not to be sent.
    pub fn write<W: Write>(
        &self,
        reader: &mut Reader<'_>,
        config: &Config,
        now: Timestamp,
        mut open: impl FnMut(&Packet) -> io::Result<W>,
        mut step: impl FnMut(usize),
    ) -> Result<Vec<Packet>, ProtocolError> {
        let packets = self.records().div_ceil(self.packet).max(1);
        let mut written = Vec::with_capacity(packets);
        for number in 1..=packets {
            let (from, to) = ((number - 1) * self.packet, (number * self.packet).min(self.records()));
            let last = number == packets;
            let frame = Frame::of(self, reader, config, now, number, last)?;
            let mut block = Vec::new();
            let mut hash = XxHash3_128::with_seed(0);
            hash.write(&frame.head);
            hash.write(&frame.tail);
            for at in from..to {
                block.clear();
                self.item(&frame, at, &mut block);
                hash.write(&block);
            }
            let packet = Packet { number, last, uuid: uuid(hash.finish_128(), 8), records: to - from };
            let head = frame.head_with(&packet.uuid);
            let mut out = open(&packet)?;
            out.write_all(&head)?;
            for start in (from..to.max(from + 1)).step_by(BLOCK) {
                let end = (start + BLOCK).min(to);
                block.clear();
                block.extend_from_slice(&head);
                (start..end).for_each(|at| self.item(&frame, at, &mut block));
                let content = head.len()..block.len();
                block.extend_from_slice(&frame.tail);
                let report = reader.check(&block, &Options::default());
                if !report.valid {
                    return Err(ProtocolError::unfit(&report));
                }
                out.write_all(&block[content])?;
                step(end.saturating_sub(start));
            }
            out.write_all(&frame.tail)?;
            out.flush()?;
            written.push(packet);
        }
        Ok(written)
    }

    /// The record at a place of the whole delivery.
    fn item(&self, frame: &Frame, at: usize, out: &mut Vec<u8>) {
        let Some(row) = self.rows.get(at) else {
            let number = self.only_here.get(at - self.rows.len()).copied().unwrap_or_default();
            return frame.element(out, LISTS[2], &azr_nummer_text(number));
        };
        let Some(entry) = self.index.entry(*row as usize) else { return };
        if !entry.found {
            return frame.element(out, LISTS[1], &azr_nummer_text(entry.number));
        }
        frame.start(out, LISTS[0]);
        frame.element(out, "azrNummer", &azr_nummer_text(entry.number));
        if entry.with_ids {
            frame.start(out, "abgleichMitReferenzID");
            self.results_of(*row, &frame.order, |kind, id, code| {
                let element = &self.kinds[kind].element;
                frame.start(out, element);
                if let Some(id) = id {
                    frame.element(out, "referenzID", id);
                }
                frame.start(out, "abgleichergebnis");
                out.extend_from_slice(b"<code>");
                out.extend_from_slice(code.code().as_bytes());
                out.extend_from_slice(b"</code>");
                frame.end(out, "abgleichergebnis");
                frame.end(out, element);
            });
            frame.end(out, "abgleichMitReferenzID");
        }
        frame.end(out, LISTS[0]);
    }

    /// The results of a row, kind by kind in an order; each kind has at least one.
    fn results_of<'s>(
        &'s self,
        row: u32,
        order: &[u8],
        mut tell: impl FnMut(usize, Option<&'s str>, ResultCode),
    ) {
        let Some(entry) = self.index.entry(row as usize).filter(|entry| entry.with_ids) else { return };
        let first = self.here_only.partition_point(|(other, _, _)| *other < row);
        let here_only = self.here_only[first..].iter().take_while(|(other, _, _)| *other == row);
        for kind in order {
            let mut any = false;
            let at = usize::from(*kind);
            for (_, code, id) in entry.ids().filter(|(own, _, _)| own == kind) {
                tell(at, Some(id), code);
                any = true;
            }
            for _ in 0..here_only.clone().find(|(_, own, _)| own == kind).map_or(0, |(_, _, count)| *count) {
                tell(at, None, ResultCode::HereOnly);
                any = true;
            }
            if !any {
                let kept = self.kinds.get(at).is_some_and(|kind| kind.kept);
                tell(at, None, if kept { self.settings.empty } else { ResultCode::NotKept });
            }
        }
    }
}

/// A message around its records.
#[derive(Debug)]
struct Frame {
    head: Vec<u8>,
    tail: Vec<u8>,
    /// With its colon.
    prefix: String,
    /// The kinds in the order of the message.
    order: Vec<u8>,
}

impl Frame {
    /// The message is written once with one record that has a result of each kind: so all else, the order of the kinds too, is as the
    /// standard has it.
    fn of(
        statistic: &Statistic,
        reader: &Reader<'_>,
        config: &Config,
        now: Timestamp,
        number: usize,
        last: bool,
    ) -> Result<Self, ProtocolError> {
        let Statistic { order, kinds, .. } = statistic;
        let result = json!({ "abgleichergebnis": "01" });
        let single = |kind: &Compared| kind.most == Some(1);
        let of_kind = |kind: &Compared| if single(kind) { result.clone() } else { json!([result]) };
        let results: Map<String, Value> =
            kinds.iter().map(|kind| (kind.element.clone(), of_kind(kind))).collect();
        let record = json!({ "azrNummer": azr_nummer_text(0), "abgleichMitReferenzID": results });
        let mut content = Map::new();
        content.insert("ausloeserUUID".into(), order.uuid.clone().into());
        content.insert(LISTS[0].into(), json!([record]));
        content.insert("paketierung".into(), json!({ "paketnummer": number, "letztes.paket": last }));
        let to = Partner { erreichbarkeit: Vec::new(), anschrift: None, ..order.from.clone() };
        let product = product(config, order);
        let envelope =
            Envelope { product: &product, autor: &config.behoerde, leser: &to, uuid: NO_UUID, created: now };
        let message = envelope.message("090023", content).to_string();
        let written = canonical::to_xml(reader.packs(), &message, &Options::default())
            .map_err(|report| ProtocolError::unfit(&report))?;
        let unfit = || ProtocolError::Unfit { what: "090023".to_owned() };
        let xml = String::from_utf8(written.xml).map_err(|_| unfit())?;
        let element = xml.find(&format!("{}>", LISTS[0])).ok_or_else(unfit)?;
        let start = xml[..element].rfind('<').ok_or_else(unfit)?;
        let prefix = xml[start + 1..element].to_owned();
        let end_tag = format!("</{prefix}{}>", LISTS[0]);
        let end = xml[start..].find(&end_tag).map(|at| start + at + end_tag.len()).ok_or_else(unfit)?;
        let place = |kind: &Compared| xml.find(&format!("<{prefix}{}>", kind.element));
        let mut places: Vec<(Option<usize>, u8)> = kinds.iter().map(place).zip(0..).collect();
        places.sort_unstable();
        Ok(Self {
            head: xml[..start].into(),
            tail: xml[end..].into(),
            order: places.into_iter().map(|(_, kind)| kind).collect(),
            prefix,
        })
    }

    fn head_with(&self, uuid: &str) -> Vec<u8> {
        String::from_utf8_lossy(&self.head).replacen(NO_UUID, uuid, 1).into_bytes()
    }

    fn start(&self, out: &mut Vec<u8>, name: &str) {
        for piece in ["<", &self.prefix, name, ">"] {
            out.extend_from_slice(piece.as_bytes());
        }
    }

    fn end(&self, out: &mut Vec<u8>, name: &str) {
        for piece in ["</", &self.prefix, name, ">"] {
            out.extend_from_slice(piece.as_bytes());
        }
    }

    fn element(&self, out: &mut Vec<u8>, name: &str, value: &str) {
        self.start(out, name);
        crate::message::write::escape::text(out, value);
        self.end(out, name);
    }
}
