//! The process that the fault harness kills: the product's use cases over a folder of pictures, on a clock that runs
//! faster, until every picture is in a final state. It says how it ended in one line of JSON.
//!
//! `chaos-worker PREFIX PHOTOS RESULTS EPOCH_US SPEED SEED [CHOSEN]`: with CHOSEN, the user sends once more what was charged in vain or stayed undecided, and the file
//! names those pictures; folders and key come from the environment, as for
//! the product itself.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its outcome is a line on standard output")]

mod clock;
mod host;
mod work;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clearcut_tests::chaos::outcome::Outcome;

use crate::clock::FastClock;
use crate::work::Task;

fn task() -> Result<Task> {
    let mut args = std::env::args().skip(1);
    let mut next = |name: &str| args.next().with_context(|| format!("{name} is missing"));
    let prefix = next("PREFIX")?;
    let photos = PathBuf::from(next("PHOTOS")?);
    let results = PathBuf::from(next("RESULTS")?);
    let epoch_us: i64 = next("EPOCH_US")?.parse()?;
    let speed: u32 = next("SPEED")?.parse()?;
    let seed: u64 = next("SEED")?.parse()?;
    let again = next("CHOSEN").ok().map(PathBuf::from);
    Ok(Task { prefix, photos, results, clock: Arc::new(FastClock::new(epoch_us, speed)?), seed, again })
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let outcome = match work::work(task()?).await {
        Ok(outcome) => outcome,
        Err(error) => {
            eprintln!("{error:#}");
            Outcome::Stuck { why: format!("{error:#}") }
        }
    };
    println!("{}", serde_json::to_string(&outcome)?);
    Ok(())
}
