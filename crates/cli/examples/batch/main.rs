//! Measures a batch as a user would run it: `clearcut remove FOLDER` against the practice service in a process of its own, which
//! answers every request after 200 ms with one file. Prints pictures a second, time, processor seconds of both programs and the peak
//! of the client's memory for each list, and how the peaks compare. Asserts nothing but that every picture was saved.
//!
//! `cargo build --release -p clearcut-cli && cargo run --release -p clearcut-cli --example batch [PICTURES:MEGAPIXELS …]`
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

#[cfg(unix)]
mod measuring;
#[cfg(unix)]
mod pictures;

#[cfg(unix)]
fn main() -> anyhow::Result<()> {
    measuring::main()
}

#[cfg(not(unix))]
fn main() {
    println!("A batch is measured on Linux and macOS only: the memory of another program is asked for there.");
}
