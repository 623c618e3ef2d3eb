//! The model and the whole chain on the sample photos, and on buffers that nobody would call a photo.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests"
)]

mod agreement;
mod chain;
mod models;
mod odd;

use std::path::PathBuf;
use std::sync::LazyLock;

use clearcut_imaging::{Limits, Rgba, decode};
use clearcut_matting::{Matter, MattingOptions};

/// One loaded model for all tests.
static MATTER: LazyLock<Matter> = LazyLock::new(|| Matter::new(MattingOptions::default()).unwrap());

fn never() -> bool {
    false
}

fn sample(name: &str) -> Rgba {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name);
    decode(&path, &Limits::inputs()).unwrap()
}
