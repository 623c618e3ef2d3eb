//! Measures exports of a 50-megapixel picture: CPU seconds, bytes written, and the peak of resident memory, each in a process of its
//! own. Fails where one passes 500 MB: that is what the product promises.
//!
//! `cargo run -p clearcut-imaging --example export_large --release`
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
    println!("Exports are measured on Linux and macOS only: the peak of memory is asked for there.");
    Ok(())
}
