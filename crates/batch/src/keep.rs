//! The answer's way into the vault: head first, then the body as it arrives. It looks at no picture and no amount.

use std::io;

use clearcut_service::{AnswerHead, AnswerSink, Rect};
use clearcut_store::{Foreground, Incoming, StoredHead};

/// Streams one answer into the room set aside for it.
pub(crate) struct IntoVault<'a> {
    incoming: &'a mut Incoming,
    /// Everything of the head that is known before the answer.
    asked: StoredHead,
    began: bool,
}

impl<'a> IntoVault<'a> {
    pub(crate) fn new(incoming: &'a mut Incoming, asked: StoredHead) -> Self {
        Self { incoming, asked, began: false }
    }

    /// The head was written: there is an answer to keep, however much of it came.
    pub(crate) fn began(&self) -> bool {
        self.began
    }

    /// Keeps the head of an answer that was charged and is no picture: evidence, and the charge survives a death.
    pub(crate) fn keep_head(&mut self, head: &AnswerHead) {
        if self.began {
            return;
        }
        if let Err(error) = self.head(head) {
            let request_id = head.request_id.as_deref().unwrap_or("none");
            tracing::error!(%error, request_id, "the head of a charged answer could not be kept");
        }
    }
}

impl AnswerSink for IntoVault<'_> {
    fn head(&mut self, head: &AnswerHead) -> io::Result<()> {
        self.incoming.write_head(&stored(self.asked.clone(), head))?;
        self.began = true;
        Ok(())
    }

    fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.incoming.write(bytes)
    }
}

/// The headers as the vault keeps them. Exhaustive on purpose: a new header must be thought of here.
fn stored(asked: StoredHead, head: &AnswerHead) -> StoredHead {
    let AnswerHead {
        status,
        content_type,
        content_length,
        credits_charged,
        width,
        height,
        max_width,
        max_height,
        kind,
        foreground,
        rate_limit: _,
        retry_after: _,
        request_id,
        date,
    } = head.clone();
    StoredHead {
        status,
        content_type,
        content_length,
        charged: credits_charged.map(|charged| charged.to_string()),
        width,
        height,
        max_width,
        max_height,
        kind,
        foreground: foreground.map(|Rect { left, top, width, height }| Foreground { top, left, width, height }),
        request_id,
        date,
        ..asked
    }
}
