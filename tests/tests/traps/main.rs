//! Mistakes that other clients of the wire format made (`docs/service.md`), each as a test named after it, through the real
//! `clearcut` program against the practice service.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;
#[cfg(target_os = "linux")]
mod keys;
mod money;
mod pixels;
