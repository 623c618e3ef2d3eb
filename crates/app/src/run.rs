//! One press of the download button: the pictures that are paid together, what was agreed to for them, and the order that keeps
//! pay-as-you-go from beginning earlier than it was shown. Refuses to know pictures and files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use clearcut_credits::{Credits, PaidFrom, Pocket, Purse, Quote, Stretch};
use clearcut_store::BatchId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::desk::Desk;
use crate::money::Watch;
use crate::views::OutputOptions;

/// A press of the button: pictures that are downloaded together.
pub(crate) struct Run {
    pub(crate) desk: Arc<Desk>,
    pub(crate) options: OutputOptions,
    /// The sum in all.
    pub(crate) agreed: Credits,
    pub(crate) batch: BatchId,
    pub(crate) halt: CancellationToken,
    /// The user chose to stop before pay-as-you-go.
    pub(crate) never_payg: bool,
    /// Pictures not begun yet that the quote saw paid without pay-as-you-go.
    unturned: AtomicUsize,
    /// Those of them that have not reserved their price yet. Pictures that pay-as-you-go may pay wait for them, or they would
    /// take the subscription's credits from under them.
    before_payg: watch::Sender<usize>,
    pub(crate) watch: Watch,
}

/// The turn of a picture that pay-as-you-go must not pay, until its price is reserved. Where other use has made pay-as-you-go
/// begin earlier, the reservation is refused and the rest waits for the user.
pub(crate) struct Turn<'a> {
    run: &'a Run,
    over: AtomicBool,
}

impl Run {
    /// A run that begins now; `before_payg` pictures of it are quoted as paid without pay-as-you-go.
    pub(crate) fn new(
        desk: &Arc<Desk>,
        options: OutputOptions,
        agreed: Credits,
        halt: CancellationToken,
        never_payg: bool,
        before_payg: usize,
    ) -> Self {
        Self {
            watch: Watch::from(desk.now()),
            desk: Arc::clone(desk),
            options,
            agreed,
            batch: BatchId::new(),
            halt,
            never_payg,
            unturned: AtomicUsize::new(before_payg),
            before_payg: watch::Sender::new(before_payg),
        }
    }

    /// Whether pictures are still to be reserved that pay-as-you-go must not pay.
    pub(crate) fn is_before_payg(&self) -> bool {
        *self.before_payg.borrow() > 0
    }

    /// A turn for a picture that will be charged, while there are any; afterwards waits until all of them have reserved.
    pub(crate) async fn turn(&self) -> Option<Turn<'_>> {
        let fewer = |left: usize| left.checked_sub(1);
        if self.unturned.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer).is_ok() {
            return Some(Turn { run: self, over: AtomicBool::new(false) });
        }
        // The sender lives in this very run, so the wait cannot fail.
        let _all_reserved = self.before_payg.subscribe().wait_for(|waiting| *waiting == 0).await.is_ok();
        None
    }
}

impl Turn<'_> {
    pub(crate) fn end(&self) {
        if !self.over.swap(true, Ordering::SeqCst) {
            self.run.before_payg.send_modify(|waiting| *waiting = waiting.saturating_sub(1));
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// How many of the charged pictures the quote surely pays from the subscription; none where the service does not tell.
pub(crate) fn before_payg(purse: &Purse, quote: &Quote) -> usize {
    if purse.pockets.subscription.is_none() {
        return 0;
    }
    let by_subscription = |stretch: &&Stretch| {
        matches!(stretch.from, PaidFrom::Pocket(Pocket::Subscription | Pocket::Rollover)) && !stretch.credits.is_zero()
    };
    quote.stretches.iter().take_while(by_subscription).map(|stretch| stretch.pictures).sum()
}
