//! The register's side: the packets (090022).

use std::collections::HashMap;

use super::compare::Comparison;
use super::finding::{Findings, ProtocolCode};
use super::index::{Index, Number};
use super::{Compared, Order, ProtocolError, Settings, Zweck, compared};
use crate::message::document::NodeRef;
use crate::message::header::Header;
use crate::message::read::{Options, Reader};
use crate::message::report::Severity;
use crate::register::{Kinds, azr_nummer, azr_nummer_text};
use crate::time::Timestamp;

/// What the register sent, packet by packet.
#[derive(Debug)]
pub struct RegisterSide {
    order: Order,
    own: String,
    kinds: Vec<Compared>,
    elements: HashMap<String, u8>,
    settings: Settings,
    index: Index,
    packets: Vec<PacketInfo>,
    without_ids: usize,
    findings: Findings,
}

/// A packet that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketInfo {
    /// The file, as the caller calls it.
    pub label: String,
    /// UUID of the message.
    pub uuid: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// So many numbers.
    pub records: usize,
    range: Option<(Number, Number)>,
}

impl RegisterSide {
    /// Nothing is there yet. `own` is the `kennung` of the authority.
    ///
    /// # Errors
    /// [`ProtocolError::Kind`] where the settings name a kind that is not compared; [`ProtocolError::Register`] where no kind is.
    pub fn new(order: Order, own: &str, kinds: &Kinds, settings: Settings) -> Result<Self, ProtocolError> {
        let kinds = compared(kinds, &settings)?;
        let elements = kinds.iter().zip(0_u8..).map(|(kind, at)| (kind.element.clone(), at)).collect();
        let mut findings = Findings::default();
        if order.to != own {
            findings.add(ProtocolCode::OrderForOther, "", format!("{} ({own})", order.to));
        }
        Ok(Self {
            order,
            own: own.to_owned(),
            kinds,
            elements,
            settings,
            index: Index::default(),
            packets: Vec::new(),
            without_ids: 0,
            findings,
        })
    }

    /// Takes a packet. One that is wrong, there already, or of another Abgleich is left out, and that is a finding; true where it was taken.
    pub fn packet(&mut self, reader: &mut Reader<'_>, label: &str, bytes: &[u8]) -> bool {
        let options = Options { max_size: u32::MAX as usize, ..Options::default() };
        let message = reader.read(bytes, &options);
        let report = &message.report;
        let root = message.document.root();
        let (Some(root), Some(header)) = (root, Header::of_document(&message.document)) else {
            let what = report.findings.first().map_or_else(String::new, |found| found.text.clone());
            self.findings.add(ProtocolCode::PacketWrong, label, what);
            return false;
        };
        let fault = report.findings.iter().find(|found| found.severity == Severity::Error);
        if report.message.number.as_deref() != Some("090022") || fault.is_some() {
            let what = fault.map_or_else(|| header.element.clone(), |found| found.text.clone());
            self.findings.add(ProtocolCode::PacketWrong, label, what);
            return false;
        }
        let created = Timestamp::parse(&header.created);
        let refused = if self.packets.iter().any(|packet| packet.uuid == header.uuid) {
            Some((ProtocolCode::PacketDouble, header.uuid.clone()))
        } else if header.leser != self.own {
            Some((ProtocolCode::PacketForeign, header.leser.clone()))
        } else if matches!((created, self.order.created), (Some(made), Some(ordered)) if made < ordered) {
            Some((ProtocolCode::PacketOld, header.created.clone()))
        } else if self.packets.len() >= usize::from(u16::MAX) {
            Some((ProtocolCode::PacketWrong, (u16::MAX).to_string()))
        } else {
            None
        };
        if let Some((code, what)) = refused {
            self.findings.add(code, label, what);
            return false;
        }
        let before = self.index.len();
        let read = self.read(root.child("azrNummern"));
        let records = self.index.len() - before;
        let wrong = match self.order.zweck {
            Zweck::Quantitative => read.with_ids > 0,
            Zweck::WithIds => records > 0 && read.with_ids == 0,
        };
        if wrong {
            self.index.truncate(before);
            self.findings.add(ProtocolCode::PacketPurpose, label, header.uuid);
            return false;
        }
        if self.order.zweck == Zweck::WithIds {
            self.without_ids += records - read.with_ids;
        }
        self.packets.push(PacketInfo {
            label: label.to_owned(),
            uuid: header.uuid,
            created,
            records,
            range: read.range,
        });
        true
    }

    /// The packets that were taken, in the order in which they came.
    pub fn packets(&self) -> &[PacketInfo] {
        &self.packets
    }

    /// What was found so far.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// All packets are there: now the records here. `expected` is how many packets there are to be, where the caller knows.
    ///
    /// # Errors
    /// [`ProtocolError::NoPackets`] where none was taken.
    pub fn compare(mut self, expected: Option<usize>) -> Result<Comparison, ProtocolError> {
        if self.packets.is_empty() {
            return Err(ProtocolError::NoPackets);
        }
        let there = self.packets.len();
        if let Some(expected) = expected.filter(|expected| *expected > there) {
            self.findings.add(ProtocolCode::PacketMissing, "", format!("{there}/{expected}"));
        }
        let full = self.packets[0].records;
        if expected.is_none() && there > 1 && self.packets.iter().all(|packet| packet.records == full) {
            self.findings.add(ProtocolCode::PacketEven, "", full.to_string());
        }
        if self.without_ids > 0 {
            self.findings.add(ProtocolCode::WithoutIds, "", self.without_ids.to_string());
        }
        let mut newest: Vec<usize> = (0..there).collect();
        newest.sort_by_key(|at| (self.packets[*at].created, self.packets[*at].uuid.clone()));
        let mut rank = vec![0; there];
        for (place, at) in newest.into_iter().enumerate() {
            rank[at] = place;
        }
        let findings = &mut self.findings;
        self.index
            .sort(&rank, |number| findings.add(ProtocolCode::NumberTwiceThere, "", azr_nummer_text(number)));
        let ranges = self.packets.iter().filter_map(|packet| packet.range).collect();
        Ok(Comparison::new(self.order, self.kinds, self.settings, self.index, ranges, self.findings))
    }

    /// Takes the numbers of a packet with their ids.
    fn read(&mut self, all: Option<NodeRef<'_>>) -> Taken {
        let mut taken = Taken::default();
        let packet = self.packets.len() as u16;
        for result in all.iter().flat_map(NodeRef::children) {
            let value = |name| result.child(name).map(|node| node.value().trim().to_owned());
            let Some(number) = value("azrNummer").as_deref().and_then(azr_nummer) else { continue };
            let ids = result.child("abgleichMitReferenzID");
            self.index.begin(number, packet, ids.is_some());
            taken.with_ids += usize::from(ids.is_some());
            let (least, most) = taken.range.unwrap_or((number, number));
            taken.range = Some((least.min(number), most.max(number)));
            for id in ids.iter().flat_map(NodeRef::children) {
                if let Some(kind) = self.elements.get(id.local()) {
                    self.index.id(*kind, id.value().trim());
                }
            }
        }
        taken
    }
}

#[derive(Debug, Default)]
struct Taken {
    with_ids: usize,
    range: Option<(Number, Number)>,
}
