//! A file on its way into a request body, raw or as base64. It is read from one open handle and compared with what it was
//! when it was opened: a file that changed meanwhile is an error before the body is complete.

use std::io;
use std::path::Path;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use crate::error::ErrorKind;

/// Bytes read at once: a multiple of three, so that base64 needs no padding before the end.
const CHUNK: u64 = 96 * 1024;

/// How a file travels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Encoding {
    /// As it is.
    Raw,
    /// As base64 text with padding.
    Base64,
}

/// An open file of known length.
#[derive(Debug)]
pub(super) struct SourceFile {
    file: File,
    len: u64,
    modified: Option<SystemTime>,
    left: u64,
    encoding: Encoding,
}

impl SourceFile {
    /// Opens a file of at most `limit` bytes.
    pub(super) async fn open(path: &Path, encoding: Encoding, limit: Option<u64>) -> Result<Self, ErrorKind> {
        // Asked before opening: opening a pipe would wait for its other end.
        regular(&tokio::fs::metadata(path).await.map_err(ErrorKind::Source)?)?;
        let file = File::open(path).await.map_err(ErrorKind::Source)?;
        let metadata = file.metadata().await.map_err(ErrorKind::Source)?;
        regular(&metadata)?;
        let len = metadata.len();
        if let Some(limit_bytes) = limit.filter(|limit| len > *limit) {
            return Err(ErrorKind::SourceTooLarge { size_bytes: len, limit_bytes });
        }
        Ok(Self { file, len, modified: metadata.modified().ok(), left: len, encoding })
    }

    /// Bytes in the body.
    pub(super) fn body_len(&self) -> u64 {
        match self.encoding {
            Encoding::Raw => self.len,
            Encoding::Base64 => self.len.div_ceil(3) * 4,
        }
    }

    /// The next piece of the body, or `None` after the last, once it is sure that the file is still the one opened.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, ErrorKind> {
        if self.left == 0 {
            return self.unchanged().await.map(|()| None);
        }
        let want = self.left.min(CHUNK);
        let mut piece = vec![0; usize::try_from(want).unwrap_or_default()];
        self.file.read_exact(&mut piece).await.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => ErrorKind::SourceChanged,
            _ => ErrorKind::Source(error),
        })?;
        self.left -= want;
        Ok(Some(match self.encoding {
            Encoding::Raw => piece.into(),
            Encoding::Base64 => STANDARD.encode(piece).into(),
        }))
    }

    async fn unchanged(&self) -> Result<(), ErrorKind> {
        let now = self.file.metadata().await.map_err(ErrorKind::Source)?;
        if now.len() == self.len && now.modified().ok() == self.modified {
            Ok(())
        } else {
            Err(ErrorKind::SourceChanged)
        }
    }
}

/// Only a regular file has a length that can be promised.
fn regular(metadata: &std::fs::Metadata) -> Result<(), ErrorKind> {
    if metadata.is_file() {
        Ok(())
    } else if metadata.is_dir() {
        Err(ErrorKind::Source(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")))
    } else {
        Err(ErrorKind::Source(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use std::io::Write as _;

    use rstest::rstest;

    use super::*;

    async fn all(source: &mut SourceFile) -> Result<Vec<u8>, ErrorKind> {
        let mut body = Vec::new();
        while let Some(piece) = source.next().await? {
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    #[rstest]
    #[tokio::test]
    async fn the_length_is_exact(
        #[values(0, 1, 2, 3, 98_303, 98_304, 98_305, 200_000)] size: usize,
        #[values(Encoding::Raw, Encoding::Base64)] encoding: Encoding,
    ) {
        let content: Vec<u8> = (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&content).unwrap();
        let mut source = SourceFile::open(file.path(), encoding, None).await.unwrap();
        let promised = source.body_len();
        let body = all(&mut source).await.unwrap();
        assert_eq!(body.len() as u64, promised);
        let expected = if encoding == Encoding::Raw { content } else { STANDARD.encode(content).into() };
        assert!(body == expected);
    }

    #[rstest]
    #[case::shorter(50)]
    #[case::longer(500_000)]
    #[tokio::test]
    async fn a_file_that_changes_meanwhile_is_an_error(#[case] new_len: u64) {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(200_000).unwrap();
        let mut source = SourceFile::open(file.path(), Encoding::Raw, None).await.unwrap();
        assert!(source.next().await.unwrap().is_some());
        file.as_file().set_len(new_len).unwrap();
        assert!(matches!(all(&mut source).await, Err(ErrorKind::SourceChanged)));
    }

    #[tokio::test]
    async fn a_file_rewritten_with_the_same_length_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(200_000).unwrap();
        let mut source = SourceFile::open(file.path(), Encoding::Raw, None).await.unwrap();
        file.as_file().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert!(matches!(all(&mut source).await, Err(ErrorKind::SourceChanged)));
    }

    #[tokio::test]
    async fn a_folder_a_missing_and_an_oversized_file_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let open = |path: std::path::PathBuf| async move { SourceFile::open(&path, Encoding::Raw, Some(3)).await };
        let kind = |error: ErrorKind| match error {
            ErrorKind::Source(error) => error.kind(),
            other => panic!("{other}"),
        };
        assert_eq!(kind(open(folder.path().into()).await.unwrap_err()), io::ErrorKind::IsADirectory);
        assert_eq!(kind(open(folder.path().join("none")).await.unwrap_err()), io::ErrorKind::NotFound);
        std::fs::write(folder.path().join("four"), b"1234").unwrap();
        let error = open(folder.path().join("four")).await.unwrap_err();
        assert!(matches!(error, ErrorKind::SourceTooLarge { size_bytes: 4, limit_bytes: 3 }));
    }
}
