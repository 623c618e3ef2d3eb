//! What the crate promises about whole files, on files made here: nothing large or broken is committed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests"
)]

mod answers;
mod colour;
mod delta_e;
mod examining;
mod exporting;
mod inputs;
mod make;
mod metadata;
mod orientation;
mod reading;
mod refused;
mod uploading;
mod writing;
