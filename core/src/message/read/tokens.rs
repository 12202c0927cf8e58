//! The loop over the tokens.
//!
//! What is of the plainest form, as nearly all is, is told by its bytes ([`plain`](super::plain)); quick-xml reads
//! everything else, one token at a time.

use quick_xml::events::Event;

use super::engine::Engine;
use super::findings::Args;
use crate::message::report::Code;

impl Engine<'_> {
    /// Reads the whole input.
    pub(super) fn tokens(&mut self) {
        let mut at = 0;
        while !self.stopped && (at as usize) < self.input.len() {
            at = match self.plain(at) {
                Some(next) => next,
                None => self.token(at),
            };
        }
        if !self.stopped {
            self.end_of_input(at);
        }
    }

    /// Reads the token that begins at an offset, whatever it is; gives the offset behind it.
    #[cold]
    fn token(&mut self, start: u32) -> u32 {
        let mut reader = quick_xml::Reader::from_reader(self.input.get(start as usize..).unwrap_or(b""));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.trim_markup_names_in_closing_tags = false;
        let event = reader.read_event();
        let end = start + reader.buffer_position() as u32;
        match event {
            Ok(Event::Start(tag)) => {
                let name = tag.name().as_ref().len() as u32;
                self.open(start, name, tag.attributes_raw().len() as u32, false);
            }
            Ok(Event::Empty(tag)) => {
                let name = tag.name().as_ref().len() as u32;
                self.open(start, name, tag.attributes_raw().len() as u32, true);
            }
            Ok(Event::End(_)) => self.end_tag(start, end),
            Ok(Event::Text(_)) => self.text(start, end),
            Ok(Event::CData(_)) => self.cdata(start + 9, end - 3),
            Ok(Event::GeneralRef(_)) => self.reference(start, end),
            Ok(Event::Comment(_)) => self.comment(start, end),
            Ok(Event::Decl(_)) => self.declaration(start, end),
            Ok(Event::PI(_)) => self.instruction(start, end),
            Ok(Event::DocType(_)) => self.stop(Code::Dtd, self.here(start), Args::default()),
            Ok(Event::Eof) => return self.input.len() as u32,
            Err(quick_xml::Error::Encoding(error)) => {
                let detail = error.to_string();
                self.stop(Code::Encoding, self.here(start), Args { detail, ..Args::default() });
            }
            Err(error) => {
                let at = start + reader.error_position() as u32;
                self.ill_formed(at, &error.to_string(), &error.to_string());
            }
        }
        end
    }
}
