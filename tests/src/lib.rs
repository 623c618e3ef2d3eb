//! The harness of the whole-product tests: a private desktop, the real window on it, a real file drop, notices, tray and
//! browser, and the terminal program in a place of its own. It knows the product from outside only, by its binaries and files, and never reaches
//! the user's own session, folders or keyring.
#![allow(clippy::missing_errors_doc, reason = "a harness: every error ends a test and says in words what failed")]

#[cfg(target_os = "linux")]
pub mod app;
pub mod chaos;
pub mod child;
pub mod cutout;
#[cfg(target_os = "linux")]
pub mod drag;
#[cfg(target_os = "linux")]
pub mod footprint;
#[cfg(target_os = "linux")]
pub mod measure;
#[cfg(target_os = "linux")]
pub mod mount;
#[cfg(target_os = "linux")]
pub mod notices;
#[cfg(unix)]
pub mod opener;
pub mod place;
pub mod practice;
#[cfg(target_os = "linux")]
pub mod session;
#[cfg(target_os = "linux")]
pub mod stage;
#[cfg(target_os = "linux")]
pub mod steps;
pub mod terminal;
pub mod tools;
#[cfg(target_os = "linux")]
pub mod tray;
pub mod wait;
