//! How much of a batch may be in memory at a time. A decoded picture is its pixels times four bytes and little more, from tens of
//! megabytes to hundreds, so what is counted is megapixels. Knows nothing of what is done with them.

use std::sync::Arc;

use clearcut_imaging::Rgba;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The megapixels that may be in memory at a time.
#[derive(Debug)]
pub(crate) struct Hands {
    free: Arc<Semaphore>,
    all: u32,
}

/// The right to have a picture in memory; given back when dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    _permit: OwnedSemaphorePermit,
}

impl Hands {
    /// For so many megapixels, at least one.
    pub(crate) fn for_megapixels(all: u32) -> Self {
        let all = all.max(1);
        Self { free: Arc::new(Semaphore::new(usize::try_from(all).unwrap_or(Semaphore::MAX_PERMITS))), all }
    }

    /// Waits, in turn, until a picture of this size may be in memory. One that is larger than all there is waits until it is alone.
    pub(crate) async fn take(&self, (width, height): (u32, u32)) -> Option<Hold> {
        let megapixels = (u64::from(width) * u64::from(height)).div_ceil(1_000_000).max(1);
        let asked = u32::try_from(megapixels).unwrap_or(u32::MAX).min(self.all);
        // The semaphore is never closed.
        Arc::clone(&self.free).acquire_many_owned(asked).await.ok().map(|permit| Hold { _permit: permit })
    }
}

/// A picture in memory together with the right to have it there: both go at the same moment.
pub(crate) struct Held {
    picture: Rgba,
    _hold: Option<Hold>,
}

impl Held {
    pub(crate) fn new(picture: Rgba, hold: Option<Hold>) -> Self {
        Self { picture, _hold: hold }
    }
}

impl From<Rgba> for Held {
    fn from(picture: Rgba) -> Self {
        Self::new(picture, None)
    }
}

impl std::ops::Deref for Held {
    type Target = Rgba;

    fn deref(&self) -> &Rgba {
        &self.picture
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(hands: &Hands) -> usize {
        hands.free.available_permits()
    }

    #[tokio::test]
    async fn pictures_count_by_their_megapixels_and_a_giant_goes_alone() {
        let hands = Hands::for_megapixels(24);
        let one = hands.take((4_000, 3_000)).await.unwrap();
        let small = hands.take((60, 40)).await.unwrap();
        assert_eq!(free(&hands), 11);
        let giant = hands.take((12_000, 9_000));
        tokio::pin!(giant);
        assert!(futures_pending(&mut giant).await, "it waits for the others");
        drop((one, small));
        let giant = giant.await.unwrap();
        assert_eq!(free(&hands), 0);
        drop(giant);
        assert_eq!(free(&hands), 24);
    }

    #[tokio::test]
    async fn small_ones_do_not_keep_a_large_one_waiting_for_ever() {
        let hands = Hands::for_megapixels(12);
        let first = hands.take((1_000, 1_000)).await.unwrap();
        let large = hands.take((4_000, 3_000));
        tokio::pin!(large);
        assert!(futures_pending(&mut large).await);
        let later = hands.take((1_000, 1_000));
        tokio::pin!(later);
        assert!(futures_pending(&mut later).await, "behind the large one, though there is room");
        drop(first);
        large.await.unwrap();
    }

    async fn futures_pending<F: Future>(future: &mut std::pin::Pin<&mut F>) -> bool {
        std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_pending())).await
    }
}
