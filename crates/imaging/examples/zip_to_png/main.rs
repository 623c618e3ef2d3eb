//! Measures the way of a 12-megapixel answer from its ZIP to a PNG beside libvips, on one thread and in one run: CPU seconds,
//! bytes written, peak of resident memory. Prints what it measured and asserts nothing but that the PNG holds the composed picture.
//!
//! `cargo run -p clearcut-imaging --example zip_to_png --release`
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

#[cfg(unix)]
mod measuring;
#[cfg(unix)]
mod picture;

use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[cfg(unix)]
fn main() -> Result<()> {
    measuring::main()
}

#[cfg(not(unix))]
fn main() -> Result<()> {
    println!("ZIP → PNG is measured on Linux and macOS only: the CPU time of another program is asked for there.");
    Ok(())
}
