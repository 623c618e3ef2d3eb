//! Is a kept answer a picture? The one place that says so, for the run, the next start and every export alike: money
//! depends on it. Answers come from strangers, so a decoder that loses its head must not take the books with it.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use clearcut_imaging::{ImageError, Limits, Rgba, compose_answer};

/// Really decodes and composes the answer in `body`.
pub(crate) fn compose(body: &Path) -> Result<Rgba, ImageError> {
    guarded(|| compose_answer(body, &Limits::answers()))
}

/// A panic in `decode` is an answer that cannot be read.
fn guarded(decode: impl FnOnce() -> Result<Rgba, ImageError>) -> Result<Rgba, ImageError> {
    // Nothing outlives the call that a panic could have left half-done.
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| Err(io::Error::other("the decoder gave up").into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_that_panics_is_a_picture_that_cannot_be_read() {
        let error = guarded(|| panic!("index out of bounds")).unwrap_err();
        assert!(error.to_string().contains("the decoder gave up"), "{error}");
    }
}
