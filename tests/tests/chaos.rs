//! Twenty seeds of faults and deaths, each a test of its own so that they run side by side. `cargo xtask chaos` plays more
//! of them; [`clearcut_tests::chaos`] says what is played and what must hold.

use anyhow::Result;
use clearcut_tests::chaos::play::play;
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn whatever_goes_wrong_the_books_hold_and_every_paid_picture_is_there(
    #[values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)] seed: u64,
) -> Result<()> {
    play(seed, 200).await.verdict().map(drop)
}
