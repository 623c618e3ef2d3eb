//! The trait of who removes the background, and the two listeners a call reports to. Nothing here knows HTTP.

use std::io;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::answer::{AccountAnswer, AnswerHead};
use crate::error::RemoveError;
use crate::improve::ImproveRequest;
use crate::profile::Profile;
use crate::request::RemovalRequest;

/// Where a usable answer goes while it arrives. Called only for a 200 that looks like a picture: `head` once, then
/// `chunk` for each piece. An answer is whole only when [`Remover::remove`] has returned `Ok`.
pub trait AnswerSink: Send {
    /// The answer's head, before its first byte.
    ///
    /// # Errors
    /// An error ends the call as [`ErrorKind::Sink`](crate::ErrorKind::Sink).
    fn head(&mut self, head: &AnswerHead) -> io::Result<()>;

    /// The next bytes of the picture (in JSON mode already decoded from base64).
    ///
    /// # Errors
    /// An error ends the call as [`ErrorKind::Sink`](crate::ErrorKind::Sink).
    fn chunk(&mut self, bytes: &[u8]) -> io::Result<()>;
}

/// Collects a small answer in memory; for tests and previews.
impl AnswerSink for Vec<u8> {
    fn head(&mut self, _: &AnswerHead) -> io::Result<()> {
        Ok(())
    }

    fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// Watches the bytes of one call. Counts only grow; both directions are in bytes on the wire.
pub trait Progress: Send + Sync {
    /// `sent` of `total` bytes of the request body were handed to the transport.
    fn uploaded(&self, sent: u64, total: u64);

    /// `got` bytes of the answer arrived, of `total` where the service announced it.
    fn downloaded(&self, got: u64, total: Option<u64>);
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn uploaded(&self, _: u64, _: u64) {}

    fn downloaded(&self, _: u64, _: Option<u64>) {}
}

/// A service that removes backgrounds.
#[async_trait]
pub trait Remover: Send + Sync {
    /// Sends one picture, which may be charged, and streams the answer into `sink`. Sends once: no retry, no redirect.
    ///
    /// `cancel` is heeded only until the last chunk of the body is handed to the transport; from then on the answer is
    /// awaited, because it may have been paid for. Dropping the future is not a way to cancel: it would lose that answer.
    ///
    /// # Errors
    /// [`RemoveError`], which always says whether the body had gone out and carries the head if one had arrived.
    async fn remove(
        &self,
        request: &RemovalRequest,
        sink: &mut dyn AnswerSink,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<AnswerHead, RemoveError>;

    /// Asks for the balance. Never charged.
    ///
    /// # Errors
    /// [`RemoveError`]; [`ErrorKind::NotOffered`](crate::ErrorKind::NotOffered) where the service has no such call.
    async fn account(&self) -> Result<AccountAnswer, RemoveError>;

    /// Gives one picture to the service's improvement programme and returns its id there. Never charged; needs the
    /// user's [`Consent`](crate::Consent) for this very picture.
    ///
    /// # Errors
    /// [`RemoveError`]; [`ErrorKind::NotOffered`](crate::ErrorKind::NotOffered) where the service has no such call.
    async fn improve(
        &self,
        request: &ImproveRequest,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<String, RemoveError>;

    /// The profile of the service that is spoken to.
    fn profile(&self) -> &Profile;
}
