//! How many pictures may still be paid without PAYG, as the quotes saw it. Counts only; who is sent next is [`super::line`]'s.
//!
//! Which picture takes which credit does not matter, only how many: while fewer own pictures are set aside or charged than were quoted
//! as paid by the subscription, the next one must not draw PAYG. A picture that comes back uncharged is not counted any more.

use super::words::Terms;

/// The count of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turns {
    /// Pictures quoted as paid without PAYG.
    quoted: usize,
    /// Pictures on their way, charged, or perhaps charged.
    taken: usize,
    /// Pictures to be charged that wait or are on their way.
    open: usize,
}

impl Turns {
    pub(crate) fn new(terms: &Terms) -> Self {
        Self { quoted: terms.before_payg, taken: 0, open: 0 }
    }

    /// What the user has agreed to anew, for what is not taken yet; `None`: nothing more.
    pub(crate) fn agree(&mut self, terms: Option<&Terms>) {
        self.quoted = self.taken.saturating_add(terms.map_or(0, |terms| terms.before_payg));
    }

    pub(crate) const fn quoted(&self) -> usize {
        self.quoted
    }

    pub(crate) const fn taken(&self) -> usize {
        self.taken
    }

    pub(crate) const fn open(&self) -> usize {
        self.open
    }

    /// A picture to be charged is there.
    pub(crate) fn begin(&mut self) {
        self.open += 1;
    }

    /// It is sent.
    pub(crate) fn take(&mut self) {
        self.taken += 1;
    }

    /// It cost nothing.
    pub(crate) fn give_back(&mut self) {
        self.taken -= 1;
    }

    /// It is over.
    pub(crate) fn end(&mut self) {
        self.open -= 1;
    }
}
