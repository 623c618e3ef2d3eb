//! The product on a real desktop: its real window, driven as a person drives it, and a real keyring. Linux only, because
//! only there can the system's web view be driven; elsewhere this is an empty test binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "tests")]

/// One module, so that plain `cargo test -- --skip real_window::` can leave it out.
#[cfg(target_os = "linux")]
mod real_window {
    mod accessible;
    mod batch;
    mod credits;
    mod drag_out;
    mod editor;
    mod journeys;
    mod keyring;
    mod main_job;
    mod notices;
    mod palette;
    mod settings;
    mod tray;
}
