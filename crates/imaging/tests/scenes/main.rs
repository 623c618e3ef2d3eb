//! Scenes: laws of the renderer, and golden pictures of what it makes.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "tests")]

mod golden;
mod laws;
mod make;
