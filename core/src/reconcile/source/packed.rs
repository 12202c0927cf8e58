//! Packed input, read as what is in it: gzip and Zstandard, told by their first bytes.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// How an input is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip (RFC 1952); several members one after the other are one input.
    Gzip,
    /// Zstandard (RFC 8878); several frames one after the other are one input.
    Zstd,
}

impl Packing {
    /// By the first bytes of the input, of which four suffice.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            // A skippable frame may stand first.
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }
}

/// What is in an input that may be packed.
///
/// # Errors
/// Those of the input, where its first bytes cannot be read. What is found to be damaged later comes as errors of the reading, of the kind
/// [`io::ErrorKind::InvalidData`] or [`io::ErrorKind::UnexpectedEof`].
pub fn unpacked<'a>(mut input: impl BufRead + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut head = Vec::with_capacity(4);
    (&mut input).take(4).read_to_end(&mut head)?;
    let packing = Packing::of(&head);
    let whole = Cursor::new(head).chain(input);
    Ok(match packing {
        Packing::Plain => Box::new(whole),
        Packing::Gzip => Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(whole))),
        Packing::Zstd => Box::new(BufReader::with_capacity(BUFFER, Frames::new(whole))),
    })
}

const BUFFER: usize = 64 * 1024;

/// Frames of Zstandard, one after the other.
struct Frames<R> {
    input: R,
    decoder: FrameDecoder,
    /// A frame is being read.
    within: bool,
}

impl<R: BufRead> Frames<R> {
    fn new(input: R) -> Self {
        Self { input, decoder: FrameDecoder::new(), within: false }
    }

    /// Begins the next frame; false at the end of the input.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.input.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.input) {
                Ok(()) => {
                    self.within = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => self.skip(u64::from(length))?,
                Err(error) => return Err(damaged(error)),
            }
        }
        Ok(false)
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        let skipped = io::copy(&mut (&mut self.input).take(length), &mut io::sink())?;
        if skipped == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    fn end_frame(&mut self) -> io::Result<()> {
        self.within = false;
        let said = self.decoder.get_checksum_from_data();
        if said.is_some() && said != self.decoder.get_calculated_checksum() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of a frame is wrong"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use ruzstd::decoding::BlockDecodingStrategy::UptoBytes;
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.within && !self.next_frame()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder.decode_blocks(&mut self.input, UptoBytes(buffer.len())).map_err(damaged)?;
            }
            let read = self.decoder.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            if !self.decoder.is_finished() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame does not go on"));
            }
            self.end_frame()?;
        }
    }
}

fn damaged(error: FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text).expect("written");
        packed.finish().expect("finished")
    }

    fn zstd(text: &[u8]) -> Vec<u8> {
        compress_to_vec(text, CompressionLevel::Fastest)
    }

    fn read(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        // A buffer of one byte: no reader may rely on what is in one buffer.
        unpacked(BufReader::with_capacity(1, packed))?.read_to_end(&mut all)?;
        Ok(all)
    }

    #[test]
    fn what_is_packed_is_read_as_what_is_in_it() {
        let text = "Öztürk;1994\n".repeat(40_000).into_bytes();
        let skippable = [&[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
        let inputs = [
            text.clone(),
            gzip(&text),
            [gzip(&text[..70_000]), gzip(&text[70_000..])].concat(),
            zstd(&text),
            [skippable, zstd(&text[..1000]), zstd(b""), zstd(&text[1000..])].concat(),
        ];
        for input in inputs {
            assert!(read(&input).expect("read") == text, "{:?}", Packing::of(&input));
        }
        for short in [&b""[..], b"a", b"abc"] {
            assert_eq!(read(short).expect("read"), short);
        }
    }

    #[test]
    fn damage_is_an_error_of_its_kind() {
        let text = (0..20_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>();
        for packed in [gzip(&text), zstd(&text)] {
            let mut cut = packed.clone();
            cut.truncate(packed.len() - 9);
            let mut changed = packed.clone();
            let middle = changed.len() / 2;
            changed[middle] ^= 0x55;
            for input in [cut, changed] {
                let error = read(&input).expect_err("damaged");
                let kind = error.kind();
                assert!(
                    matches!(
                        kind,
                        io::ErrorKind::InvalidData
                            | io::ErrorKind::InvalidInput
                            | io::ErrorKind::UnexpectedEof
                    ),
                    "{error:?}"
                );
            }
        }
    }
}
