//! Counts the request body on its way to the transport and decides, once and for all, whether its last chunk went out. The
//! body and the waiting side run on different threads; the gate makes their answer one.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::error::{BodySent, ErrorKind};

/// Chunks may pass.
const OPEN: u8 = 0;
/// The last chunk has passed.
const OUT: u8 = 1;
/// Nothing may pass any more, and the last chunk has not.
const SHUT: u8 = 2;

/// The meter at the end of a request body of known length.
#[derive(Debug)]
pub(super) struct Meter {
    total: u64,
    sent: AtomicU64,
    gate: AtomicU8,
    moved: Notify,
    fault: Mutex<Option<ErrorKind>>,
}

impl Meter {
    /// A meter for a body of `total` bytes.
    pub(super) fn new(total: u64) -> Arc<Self> {
        Arc::new(Self {
            total,
            sent: AtomicU64::new(0),
            gate: AtomicU8::new(OPEN),
            moved: Notify::new(),
            fault: Mutex::new(None),
        })
    }

    /// Bytes of the whole body.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Bytes handed to the transport so far.
    pub(super) fn sent(&self) -> u64 {
        if self.is_out() { self.total } else { self.sent.load(Ordering::Acquire) }
    }

    /// Whether the last chunk was handed to the transport.
    pub(super) fn is_out(&self) -> bool {
        self.gate.load(Ordering::Acquire) == OUT
    }

    /// For the body, just before it hands over `len` bytes: whether it may. The chunk that completes the body moves the
    /// gate to *out*; if the gate was shut before, that chunk never leaves.
    pub(super) fn pass(&self, len: u64) -> bool {
        // Only the body writes `sent`, so reading and storing it need not be one step.
        let sent = self.sent.load(Ordering::Acquire).saturating_add(len);
        let may = if sent >= self.total {
            self.gate.compare_exchange(OPEN, OUT, Ordering::AcqRel, Ordering::Acquire).is_ok()
        } else {
            self.gate.load(Ordering::Acquire) == OPEN
        };
        if may {
            self.sent.store(sent, Ordering::Release);
            self.moved.notify_one();
        }
        may
    }

    /// For the waiting side: stops the body if its last chunk is still inside, and tells for good which it was.
    pub(super) fn shut(&self) -> BodySent {
        match self.gate.compare_exchange(OPEN, SHUT, Ordering::AcqRel, Ordering::Acquire) {
            Err(OUT) => BodySent::Yes,
            Ok(_) | Err(_) => BodySent::No,
        }
    }

    /// Waits until more was handed over than when this was last asked.
    pub(super) async fn moved(&self) {
        self.moved.notified().await;
    }

    /// For the body: why it cannot go on.
    pub(super) fn set_fault(&self, fault: ErrorKind) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    /// Why the body could not go on, if it could not.
    pub(super) fn take_fault(&self) -> Option<ErrorKind> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_chunk_decides() {
        let meter = Meter::new(10);
        assert!(meter.pass(9));
        assert!(!meter.is_out());
        assert!(meter.pass(1));
        assert!(meter.is_out());
        assert_eq!(meter.shut(), BodySent::Yes);
        assert_eq!(meter.sent(), 10);
    }

    #[test]
    fn once_shut_nothing_passes() {
        let meter = Meter::new(10);
        assert!(meter.pass(5));
        assert_eq!(meter.shut(), BodySent::No);
        assert!(!meter.pass(2));
        assert!(!meter.pass(5));
        assert_eq!(meter.shut(), BodySent::No);
        assert_eq!(meter.sent(), 5);
    }

    #[test]
    fn both_sides_always_agree() {
        for _ in 0..500 {
            let meter = Meter::new(1);
            let body = Arc::clone(&meter);
            let passed = std::thread::spawn(move || body.pass(1));
            let told = meter.shut();
            assert_eq!(passed.join().expect("the body's thread ends"), told == BodySent::Yes);
        }
    }
}
