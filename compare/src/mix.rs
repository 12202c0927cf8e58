//! The messages that are measured: typical ones of every AZR message type.

use azrkit::Standards;
use azrkit::message::sample::{Sampler, Size};
use azrkit_differential::subjects::{element_name, messages_of, pack_of, standards};

/// Typical AZR messages.
pub(crate) struct Mix {
    /// The built-in packs.
    pub(crate) standards: Standards,
    /// Index of XAusländer's pack.
    pub(crate) pack: usize,
    /// Names of the messages' types and the messages.
    pub(crate) messages: Vec<(String, Vec<u8>)>,
    /// How many types.
    pub(crate) types: usize,
}

impl Mix {
    /// So many messages of each type whose number begins with 0900.
    pub(crate) fn new(per_type: u32) -> Result<Self, String> {
        let standards = standards()?;
        let packs = standards.packs();
        let pack = pack_of(&packs, "xauslaender")?;
        let mut sampler = Sampler::new(&packs);
        let mut messages = Vec::new();
        let mut types = 0;
        for which in messages_of(&packs, pack) {
            let name = element_name(&packs, which);
            if !name.rsplit('.').next().is_some_and(|number| number.starts_with("0900")) {
                continue;
            }
            types += 1;
            for index in 0..per_type {
                let bytes =
                    sampler.generate(which, 1, index, Size::Typical).map_err(|error| error.to_string())?;
                messages.push((name.clone(), bytes));
            }
        }
        drop(sampler);
        drop(packs);
        if messages.is_empty() {
            Err("no messages".to_owned())
        } else {
            Ok(Self { standards, pack, messages, types })
        }
    }

    /// Bytes of all messages.
    pub(crate) fn bytes(&self) -> usize {
        self.messages.iter().map(|(_, bytes)| bytes.len()).sum()
    }

    /// Type, number and bytes of the messages of each type.
    pub(crate) fn sizes(&self) -> Vec<(&str, usize, usize)> {
        let mut sizes: Vec<(&str, usize, usize)> = Vec::new();
        for (name, bytes) in &self.messages {
            match sizes.last_mut() {
                Some((last, count, sum)) if *last == name => {
                    *count += 1;
                    *sum += bytes.len();
                }
                _ => sizes.push((name, 1, bytes.len())),
            }
        }
        sizes
    }
}
