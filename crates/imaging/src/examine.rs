//! Taking a file in: what it declares and who it is, from one opening and one reading. Thousands of files are dropped at
//! once, and reading each twice would be half of the wait.
//!
//! It adds no rule of its own: the result is that of [`probe`](crate::probe()) and then of
//! [`fingerprint`](crate::fingerprint()).

use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::ImageError;
use crate::fingerprint::ContentHash;
use crate::limits::Limits;
use crate::open::open;
use crate::probe::{Probe, probe_reader};

/// Most of a file that is held at once, in bytes. Small pictures of a shop are read by two calls.
const PIECE: usize = 128 << 10;

/// Probes and fingerprints a picture file while it is read once, in pieces of at most 128 KiB. A file that is no usable
/// picture is read no further than it takes to know that.
///
/// # Errors
/// As [`probe`](crate::probe()), and [`ImageError::Io`].
pub fn examine(path: &Path, limits: &Limits) -> Result<(Probe, ContentHash), ImageError> {
    let (file, size_bytes) = open(path)?;
    limits.check_bytes(size_bytes)?;
    let mut reader = Hashing::new(file, size_bytes);
    let probe = probe_reader(&mut reader, size_bytes, limits)?;
    Ok((probe, reader.finish()?))
}

/// A buffered reader that hashes the file as it passes by. Seeking forward reads what is passed over; seeking back is free
/// within the buffer, and reads again without hashing again outside of it.
struct Hashing<F> {
    file: F,
    size_bytes: u64,
    hasher: blake3::Hasher,
    /// Everything before this offset is in the hash, nothing behind it.
    hashed: u64,
    piece: Vec<u8>,
    /// Offset in the file of the piece's first byte.
    start: u64,
    /// How much of the piece is filled; the file's own position is always behind it.
    filled: usize,
    /// How much of the piece was given out.
    at: usize,
}

impl<F: Read + Seek> Hashing<F> {
    fn new(file: F, size_bytes: u64) -> Self {
        // One byte more than there is: the read that finds the end is then the first one.
        let length = usize::try_from(size_bytes).unwrap_or(PIECE).saturating_add(1).min(PIECE);
        Self {
            file,
            size_bytes,
            hasher: blake3::Hasher::new(),
            hashed: 0,
            piece: vec![0; length],
            start: 0,
            filled: 0,
            at: 0,
        }
    }

    /// Where the next byte comes from.
    fn position(&self) -> u64 {
        self.start + self.at as u64
    }

    /// Replaces the piece by the next one, and hashes what of it is new.
    fn next_piece(&mut self) -> io::Result<usize> {
        self.start += self.filled as u64;
        (self.filled, self.at) = (0, 0);
        let read = self.file.read(&mut self.piece)?;
        self.filled = read;
        // A gap is possible only behind the end of a file that has grown since; `finish` goes back for it.
        if let Some(known) = self.hashed.checked_sub(self.start)
            && let Some(new) = usize::try_from(known).ok().and_then(|known| self.piece[..read].get(known..))
        {
            self.hasher.update(new);
            self.hashed += new.len() as u64;
        }
        Ok(read)
    }

    fn jump(&mut self, to: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(to))?;
        (self.start, self.filled, self.at) = (to, 0, 0);
        Ok(())
    }

    /// Reads on to the end and tells who the file is.
    fn finish(mut self) -> io::Result<ContentHash> {
        if self.start + self.filled as u64 != self.hashed {
            self.jump(self.hashed)?;
        }
        loop {
            match self.next_piece() {
                Ok(0) => return Ok(ContentHash::of(&self.hasher)),
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
        }
    }
}

impl<F: Read + Seek> BufRead for Hashing<F> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.filled {
            self.next_piece()?;
        }
        Ok(&self.piece[self.at..self.filled])
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.filled);
    }
}

impl<F: Read + Seek> Read for Hashing<F> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(bytes)?;
        self.consume(read);
        Ok(read)
    }
}

impl<F: Read + Seek> Seek for Hashing<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(to) => Some(to),
            SeekFrom::Current(by) => self.position().checked_add_signed(by),
            SeekFrom::End(by) => self.size_bytes.checked_add_signed(by),
        };
        let to = to.ok_or(ErrorKind::InvalidInput)?;
        if to < self.start {
            self.jump(to)?;
            return Ok(to);
        }
        while to > self.start + self.filled as u64 {
            if self.next_piece()? == 0 {
                self.jump(to)?;
                return Ok(to);
            }
        }
        self.at = usize::try_from(to - self.start).unwrap_or(self.filled).min(self.filled);
        Ok(to)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::fingerprint::fingerprint_bytes;

    #[derive(Debug, Clone)]
    enum Move {
        Read(usize),
        To(u64),
        By(i64),
    }

    fn moves() -> impl Strategy<Value = Vec<Move>> {
        let one = prop_oneof![
            (0_usize..300_000).prop_map(Move::Read),
            (0_u64..500_000).prop_map(Move::To),
            (-200_000_i64..300_000).prop_map(Move::By),
        ];
        prop::collection::vec(one, 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// However a reader jumps about in it, it sees the file's bytes and the hash is the file's.
        #[test]
        fn every_walk_sees_the_file_and_gives_its_hash(length in 0_usize..400_000, seed: u64, moves in moves()) {
            let content: Vec<u8> =
                (0..length as u64).map(|i| (i.wrapping_mul(seed | 1) >> 7).to_le_bytes()[0]).collect();
            let mut plain = Cursor::new(content.as_slice());
            let mut hashing = Hashing::new(Cursor::new(content.as_slice()), length as u64);
            for step in moves {
                match step {
                    Move::Read(count) => {
                        let (mut one, mut other) = (Vec::new(), Vec::new());
                        plain.by_ref().take(count as u64).read_to_end(&mut one).unwrap();
                        hashing.by_ref().take(count as u64).read_to_end(&mut other).unwrap();
                        prop_assert_eq!(one, other);
                    }
                    Move::To(to) => {
                        let to = SeekFrom::Start(to);
                        prop_assert_eq!(plain.seek(to).unwrap(), hashing.seek(to).unwrap());
                    }
                    Move::By(by) => {
                        let by = SeekFrom::Current(by);
                        prop_assert_eq!(plain.seek(by).ok(), hashing.seek(by).ok());
                    }
                }
            }
            prop_assert_eq!(hashing.finish().unwrap(), fingerprint_bytes(&content));
        }
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_hashed_without_a_gap() {
        let mut reader = Hashing::new(Cursor::new(vec![7; 10]), 10);
        reader.seek(SeekFrom::Start(30)).unwrap();
        assert_eq!(reader.fill_buf().unwrap(), b"");
        reader.file.get_mut().resize(50, 8);
        assert_eq!(reader.fill_buf().unwrap(), [8; 11]);
        let grown = [[7; 10].as_slice(), &[8; 40]].concat();
        assert_eq!(reader.finish().unwrap(), fingerprint_bytes(&grown));
    }

    #[test]
    fn a_file_is_opened_but_not_read_where_it_is_too_large() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("film.jpg");
        std::fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert!(matches!(examine(&path, &Limits::inputs()), Err(ImageError::TooManyBytes { .. })));
    }
}
