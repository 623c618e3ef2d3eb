//! The body of an answer as it arrives: bounded, watched, with a limit on every wait. It knows nothing of what the bytes are.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use tokio::time::Instant;

use super::options::HttpOptions;
use crate::error::{ErrorKind, Phase};
use crate::remover::Progress;

/// The rest of an answer whose head is here.
pub(super) struct Inflow<'a> {
    response: Response,
    progress: &'a dyn Progress,
    idle: Duration,
    deadline: Instant,
    limit: u64,
    got: u64,
    expected: Option<u64>,
}

impl<'a> Inflow<'a> {
    /// Reads `response` up to `limit` bytes on the wire.
    pub(super) fn new(response: Response, options: &HttpOptions, limit: u64, progress: &'a dyn Progress) -> Self {
        let expected = response.content_length();
        let deadline = Instant::now() + options.download_total;
        Self { response, progress, idle: options.download_idle, deadline, limit, got: 0, expected }
    }

    /// The next bytes; `None` when the answer is whole.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, ErrorKind> {
        let too_large = ErrorKind::AnswerTooLarge { limit_bytes: self.limit };
        // Announced as too large: not a byte of it is read.
        if self.expected.is_some_and(|expected| expected > self.limit) {
            return Err(too_large);
        }
        let until = self.deadline.min(Instant::now() + self.idle);
        let chunk = match tokio::time::timeout_at(until, self.response.chunk()).await {
            Err(_) => return Err(ErrorKind::Timeout { phase: Phase::Downloading }),
            Ok(Err(_)) => return Err(self.truncated()),
            Ok(Ok(chunk)) => chunk,
        };
        let Some(chunk) = chunk else {
            let whole = self.expected.is_none_or(|expected| expected == self.got);
            return if whole { Ok(None) } else { Err(self.truncated()) };
        };
        self.got = self.got.saturating_add(chunk.len() as u64);
        if self.got > self.limit {
            return Err(too_large);
        }
        self.progress.downloaded(self.got, self.expected);
        Ok(Some(chunk))
    }

    /// The whole rest; for small answers.
    pub(super) async fn all(&mut self) -> Result<Vec<u8>, ErrorKind> {
        let mut body = Vec::new();
        while let Some(chunk) = self.next().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn truncated(&self) -> ErrorKind {
        ErrorKind::Truncated { got: self.got, expected: self.expected }
    }
}
