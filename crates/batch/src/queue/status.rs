//! A queue in numbers, for whoever watches: how many are where, what was spent, how long it may still take. Pure.

use std::collections::VecDeque;

use clearcut_credits::Credits;
use jiff::Timestamp;

use super::line::{Ended, Line};
use super::words::Mode;

/// So many of the last pictures say how fast it goes.
const LAST: usize = 48;

/// Where a queue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// How it goes.
    pub mode: Mode,
    /// Pictures that wait, those that rest before another try among them.
    pub waiting: usize,
    /// Pictures that rest before another try.
    pub resting: usize,
    /// Pictures on their way.
    pub sending: usize,
    /// Pictures saved.
    pub saved: usize,
    /// Pictures paid and kept, not saved yet.
    pub not_saved: usize,
    /// Pictures that failed and cost nothing.
    pub failed: usize,
    /// Pictures left out.
    pub left_out: usize,
    /// Requests that may have been charged.
    pub unknown: usize,
    /// Requests that were charged and brought no picture.
    pub lost: usize,
    /// What comes next is to be paid without PAYG.
    pub before_payg: bool,
    /// Charged by this queue's requests.
    pub spent: Credits,
    /// Bytes of all originals.
    pub bytes: u64,
    /// Bytes of the originals that are done with.
    pub bytes_done: u64,
    /// So many may be on their way at a time.
    pub at_a_time: usize,
    /// Seconds that the rest may take, about; `None` before there is anything to go by.
    pub eta_s: Option<u64>,
    /// Seconds until the service takes the next picture, where its rate limit makes everybody wait.
    pub wait_s: Option<u64>,
}

impl Status {
    /// Pictures in all.
    #[must_use]
    pub const fn pictures(&self) -> usize {
        self.waiting + self.sending + self.done()
    }

    /// Pictures that are over.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.saved + self.not_saved + self.failed + self.left_out + self.unknown + self.lost
    }

    pub(super) fn of(
        mode: Mode,
        line: &Line,
        pulse: &Pulse,
        at_a_time: usize,
        gate: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let rest = line.waiting() + line.out();
        let wait_s = gate.and_then(|at| u64::try_from(at.duration_since(now).as_secs()).ok()).filter(|wait| *wait > 0);
        Self {
            mode,
            waiting: line.waiting(),
            resting: line.resting(),
            sending: line.out(),
            saved: line.count(Ended::Saved),
            not_saved: line.count(Ended::NotSaved),
            failed: line.count(Ended::Failed),
            left_out: line.count(Ended::LeftOut),
            unknown: line.count(Ended::Unknown),
            lost: line.count(Ended::Lost),
            before_payg: line.counts_on_the_subscription(),
            spent: line.spent,
            bytes: line.bytes,
            bytes_done: line.bytes_done,
            at_a_time,
            eta_s: pulse.eta_s(rest),
            wait_s: if matches!(mode, Mode::Running) { wait_s } else { None },
        }
    }
}

/// When the last pictures were done.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulse(VecDeque<Timestamp>);

impl Pulse {
    pub(super) fn beat(&mut self, now: Timestamp) {
        if self.0.len() == LAST {
            self.0.pop_front();
        }
        self.0.push_back(now);
    }

    fn eta_s(&self, rest: usize) -> Option<u64> {
        let (first, last) = (self.0.front()?, self.0.back()?);
        let beats = u64::try_from(self.0.len() - 1).ok().filter(|beats| *beats >= 3)?;
        let span_ms = u64::try_from(last.duration_since(*first).as_millis()).ok()?;
        Some((span_ms.saturating_mul(rest as u64) / beats).div_ceil(1_000))
    }
}
