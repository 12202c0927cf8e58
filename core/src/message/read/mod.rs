//! Reading and checking a message in one pass.
//!
//! [`Reader::read`] tokenizes (with quick-xml, but for the plainest tags and text) and, on the way, checks well-formedness beyond what the tokenizer does,
//! walks the content models, checks every value, code and character, and fills the [document](super::document). At
//! the end the rules run over the filled table. Nothing is allocated for a clean element.
//!
//! | file | subject |
//! |---|---|
//! | `decode` | encodings, illegal characters |
//! | `tokens` | the loop over the tokens |
//! | `plain` | tags and text of the plainest form |
//! | `engine` | the state of one run, opening and closing elements |
//! | `frame` | the elements on the stack |
//! | `known` | what is asked of a pack again and again |
//! | `names` | namespaces in force, names looked up |
//! | `tag` | the attributes of a start tag |
//! | `xsi` | `xsi:type` and `xsi:nil` |
//! | `text` | character data, references, comments, instructions |
//! | `content` | content models |
//! | `misfit` | an element that does not fit, and what was meant by it |
//! | `value` | simple types |
//! | `codes` | code lists |
//! | `rules` | the standard's own rules |
//! | `findings` | collecting findings; their places, paths and sentences |
//! | `words` | short texts, eight bytes at a time |

mod codes;
mod content;
mod decode;
mod engine;
mod findings;
mod frame;
mod known;
mod misfit;
mod names;
mod plain;
#[cfg(test)]
mod plain_tests;
mod rules;
mod tag;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod value;
mod words;
mod xsi;

use azrkit_standard::pack::Pack;

use super::document::{Document, Tape};
use super::report::{Lang, Report};

/// What the caller asks for. `Default` gives the limits that the standard's exchanges need.
#[derive(Debug, Clone)]
pub struct Options {
    /// Language of the sentences.
    pub lang: Lang,
    /// Most bytes of a message (200 MB; documents are base64 inside). Never more than 4 GiB - 1.
    pub max_size: usize,
    /// Deepest nesting of elements (100). Never more than [`DEEPEST`].
    pub max_depth: usize,
    /// Most attributes of one tag, namespace declarations included (64).
    pub max_attributes: usize,
    /// Most findings that are kept (1,000); further ones are counted.
    pub max_findings: usize,
    /// Whether the rules of layer `rule` are checked.
    pub rules: bool,
    /// Every tag is left to quick-xml.
    #[cfg(test)]
    pub(crate) quick_xml: bool,
}

/// Deepest nesting of elements that is read, whatever the options say: what comes after the reading calls itself for
/// each level.
pub const DEEPEST: usize = 256;

impl Default for Options {
    fn default() -> Self {
        Self {
            lang: Lang::De,
            max_size: 200_000_000,
            max_depth: 100,
            max_attributes: 64,
            max_findings: 1000,
            rules: true,
            #[cfg(test)]
            quick_xml: false,
        }
    }
}

/// A message that was read: what was found, and its content as far as it could be read.
#[derive(Debug)]
pub struct Message<'r> {
    /// What was found.
    pub report: Report,
    /// The content.
    pub document: Document<'r>,
}

/// Reads messages one after the other and keeps its buffers between them.
#[derive(Debug)]
pub struct Reader<'s> {
    packs: Vec<Pack<'s>>,
    known: Vec<known::Known<'s>>,
    scratch: engine::Scratch,
    tape: Tape,
    decoded: String,
}

impl<'s> Reader<'s> {
    /// A reader over open packs. Of two packs that describe the same root element the later one is used.
    pub fn new(packs: Vec<Pack<'s>>) -> Self {
        let known = packs.iter().map(known::Known::of).collect();
        Self {
            packs,
            known,
            scratch: engine::Scratch::default(),
            tape: Tape::default(),
            decoded: String::new(),
        }
    }

    /// The open packs.
    pub fn packs(&self) -> &[Pack<'s>] {
        &self.packs
    }

    /// Reads and checks one message. `input` is the bytes as received: UTF-8 with or without byte order mark,
    /// UTF-16 or ISO-8859-1 as declared.
    ///
    /// A wrong message is no error: it is a report with findings.
    pub fn read<'r>(&'r mut self, input: &'r [u8], options: &Options) -> Message<'r> {
        let Self { packs, known, scratch, tape, decoded } = self;
        let source = decode::decode(input, options.max_size.min(u32::MAX as usize - 1), decoded);
        let input = source.text;
        let report = engine::run(packs, known, scratch, tape, source, options);
        Message { report, document: Document { packs, input, tape } }
    }

    /// Checks one message and gives the report only.
    pub fn check(&mut self, input: &[u8], options: &Options) -> Report {
        self.read(input, options).report
    }
}
