//! Sample messages: valid, plausible, from a seed.
//!
//! A message is made by a walk through the content models of its pack. What stands in a field and how often comes from
//! the tables in `core/standards/samples`; the people, offices and days of one message hang together. The result is
//! read and checked as any message is, and mended until it is clean. Nothing here knows a message by name.

mod choose;
mod code;
mod date;
mod field;
mod files;
mod make;
mod mend;
mod offices;
mod open;
mod people;
mod plan;
mod pools;
mod rng;
mod simple;
mod tables;
mod template;
#[cfg(test)]
mod tests;
mod tree;
mod world;
mod write;

use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::NONE;

use super::read::{Options, Reader};
use super::report::Finding;
use super::write::to_xml;
use make::Maker;
use plan::{IMPOSSIBLE, Plan};
use rng::Rng;
use world::World;

/// How much of what a message may hold it does hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Size {
    /// Only what must stand.
    Small,
    /// What an authority would send.
    #[default]
    Typical,
    /// Nearly everything that may stand, elements of foreign namespaces at extension points included.
    Large,
}

/// Which message to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'w> {
    /// By its number, such as `090010`, or the local name of its root element: the first pack that has it.
    Name(&'w str),
    /// A global element.
    Element {
        /// Index of the pack.
        pack: usize,
        /// Row of the pack's `elements`.
        row: u32,
    },
}

/// Why there is no sample.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// No open pack has the message.
    #[error("AZK-S001: no open standard has the message {0}")]
    Unknown(String),
    /// Something that must stand has a type which no value fits.
    #[error("AZK-S002: no message {element} can be made: {reason}")]
    Impossible {
        /// Local name of the root element.
        element: String,
        /// Which types have no value.
        reason: String,
    },
    /// The message could not be made clean within the tries.
    #[error("AZK-S003: no clean message {element} was found; left over: {finding}")]
    NotClean {
        /// Local name of the root element.
        element: String,
        /// The first finding that was left, with its code and path.
        finding: String,
    },
}

/// One sample message: see [`Sampler::generate`]. For several messages keep a [`Sampler`].
///
/// # Errors
/// [`SampleError`]
pub fn generate(
    packs: &[Pack<'_>],
    which: Which<'_>,
    seed: u64,
    index: u32,
    size: Size,
) -> Result<Vec<u8>, SampleError> {
    Sampler::new(packs).generate(which, seed, index, size)
}

/// Makes sample messages of the standards whose packs are open.
#[derive(Debug)]
pub struct Sampler<'p> {
    packs: Vec<Pack<'p>>,
    plans: Vec<Plan<'p>>,
    reader: Reader<'p>,
    options: Options,
}

impl<'p> Sampler<'p> {
    /// For these packs. It looks at all their types once.
    pub fn new(packs: &[Pack<'p>]) -> Self {
        Self {
            packs: packs.to_vec(),
            plans: packs.iter().map(|pack| Plan::new(*pack)).collect(),
            reader: Reader::new(packs.to_vec()),
            options: Options::default(),
        }
    }

    /// A message as XML (UTF-8, no indentation, namespace prefixes as the standard's own files use them).
    ///
    /// Equal arguments give equal bytes. The check finds nothing in it, save that the list of a code is not at hand
    /// where there is no other code to choose. `index` tells the messages of one seed apart.
    ///
    /// # Errors
    /// [`SampleError`]
    pub fn generate(
        &mut self,
        which: Which<'_>,
        seed: u64,
        index: u32,
        size: Size,
    ) -> Result<Vec<u8>, SampleError> {
        let (xml, left) = self.try_generate(which, seed, index, size)?;
        match left.first() {
            None => Ok(xml),
            Some(finding) => Err(SampleError::NotClean {
                element: which.to_string(),
                finding: format!(
                    "{} {} {}: {}",
                    finding.code,
                    finding.rule.as_deref().unwrap_or("-"),
                    finding.path,
                    finding.text
                ),
            }),
        }
    }

    /// A message as [`generate`](Self::generate) makes it, with the findings that are left in it.
    pub(crate) fn try_generate(
        &mut self,
        which: Which<'_>,
        seed: u64,
        index: u32,
        size: Size,
    ) -> Result<(Vec<u8>, Vec<Finding>), SampleError> {
        let (at, row) = self.find(which).ok_or_else(|| SampleError::Unknown(which.to_string()))?;
        let (Some(pack), Some(plan)) = (self.packs.get(at), self.plans.get(at)) else {
            return Err(SampleError::Unknown(which.to_string()));
        };
        let name = pack.elements.get(row as usize).map_or(NONE, |declared| declared.name.get());
        let element = pack.local(name).to_owned();
        if plan.element(row) == IMPOSSIBLE {
            let names: Vec<&str> = plan.impossible().into_values().take(20).collect();
            return Err(SampleError::Impossible {
                element,
                reason: format!("these types have no value: {}", names.join(", ")),
            });
        }
        let message = pack.message(row);
        let text = |text: fn(&azrkit_standard::pack::rows::Message) -> azrkit_standard::pack::rows::Text| {
            message.map_or("", |message| pack.str(text(message)))
        };
        let size_name = match size {
            Size::Small => "small",
            Size::Typical => "typical",
            Size::Large => "large",
        };
        let mut rng = Rng::new(seed, &[&element, &index.to_string(), size_name]);
        // A table of messages that does not say who writes is another thing than no table.
        let office = |words: &'p str| if message.is_some() && words.is_empty() { "-" } else { words };
        let (sender, reader) = (office(text(|message| message.autor)), office(text(|message| message.leser)));
        let world = World::new(rng.next(), sender, reader);
        let (number, title) = (text(|message| message.number), text(|message| message.title));
        let mut maker = Maker::new(pack, plan, world, size, rng, number, title);
        let Some(root) = maker.root(row) else {
            return Err(SampleError::Impossible {
                element,
                reason: "a value that must stand could not be made".to_owned(),
            });
        };
        let (root, left) = mend::mend(&mut maker, root, &mut self.reader, &self.options);
        // What is handed out is what the writer makes of it, so that reading and writing it again changes nothing.
        let xml = write::xml(pack, &root);
        let options = Options { rules: false, ..self.options.clone() };
        Ok((to_xml(&self.reader.read(&xml, &options).document), left))
    }

    /// The messages of all packs: index of the pack, row of its `elements`.
    pub fn messages(&self) -> Vec<Which<'static>> {
        let of_pack = |(at, pack): (usize, &Pack<'p>)| {
            pack.messages
                .iter()
                .map(move |message| Which::Element { pack: at, row: message.element.get() })
                .collect::<Vec<_>>()
        };
        self.packs.iter().enumerate().flat_map(of_pack).collect()
    }

    fn find(&self, which: Which<'_>) -> Option<(usize, u32)> {
        match which {
            Which::Element { pack, row } => {
                self.packs.get(pack)?.elements.get(row as usize)?;
                Some((pack, row))
            }
            Which::Name(name) => self.packs.iter().enumerate().find_map(|(at, pack)| {
                let by_number = pack.message_by_number(name).map(|message| message.element.get());
                let by_name = || {
                    let rows =
                        pack.global_elements.iter().map(|global| (global.name.get(), global.row.get()));
                    rows.into_iter().find(|(row, _)| pack.local(*row) == name).map(|(_, row)| row)
                };
                Some((at, by_number.or_else(by_name)?))
            }),
        }
    }
}

impl std::fmt::Display for Which<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Which::Name(name) => f.write_str(name),
            Which::Element { pack, row } => write!(f, "element {row} of pack {pack}"),
        }
    }
}
