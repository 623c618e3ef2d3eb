//! Measures a thumbnail of 256 pixels from a 12-megapixel JPEG beside `vipsthumbnail`, in one run and on one thread: CPU seconds, the whole
//! process of libvips against the call here. Prints what it measured and asserts nothing.
//!
//! `cargo run -p clearcut-imaging --example thumbnail --release`
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

#[cfg(unix)]
mod measuring;

use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[cfg(unix)]
fn main() -> Result<()> {
    measuring::main()
}

#[cfg(not(unix))]
fn main() -> Result<()> {
    println!("Thumbnails are measured on Linux and macOS only: the CPU time of another program is asked for there.");
    Ok(())
}
