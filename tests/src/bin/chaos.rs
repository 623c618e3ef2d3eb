//! `chaos [--from S] [--seeds N] [--pictures N] [--at-a-time N] [--write FILE]`: plays seeds, some side by side because each waits
//! more than it works, and prints the table.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks to its user")]

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clearcut_tests::chaos::play::Report;
use clearcut_tests::chaos::{play, table};
use tokio::task::JoinSet;

/// What the command line asked for.
struct Asked {
    from: u64,
    seeds: u64,
    pictures: u64,
    at_a_time: usize,
    write: Option<PathBuf>,
}

fn asked() -> Result<Asked> {
    let mut asked = Asked { from: 1, seeds: 20, pictures: 200, at_a_time: 2, write: None };
    let mut args = std::env::args().skip(1);
    while let Some(flag) = args.next() {
        let value = args.next().with_context(|| format!("{flag} wants a value"))?;
        match flag.as_str() {
            "--from" => asked.from = value.parse()?,
            "--seeds" => asked.seeds = value.parse()?,
            "--pictures" => asked.pictures = value.parse()?,
            "--at-a-time" => asked.at_a_time = value.parse()?,
            "--write" => asked.write = Some(value.into()),
            other => bail!("there is no flag {other}"),
        }
    }
    if asked.seeds == 0 || asked.pictures < 8 || asked.at_a_time == 0 {
        bail!("at least one seed, of at least eight pictures");
    }
    Ok(asked)
}

/// Tells one seed.
fn tell(report: &Report) {
    println!("{}", table::line(report));
    if let Report { seed, broken: Some((why, folder)), .. } = report {
        let folder = folder.as_deref().map(|folder| folder.display().to_string()).unwrap_or_default();
        eprintln!("seed {seed}: {why}\n  {folder}\n  again: cargo xtask chaos --from {seed} --seeds 1");
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<ExitCode> {
    let Asked { from, seeds, pictures, at_a_time, write } = asked()?;
    println!("{}", table::head());
    let mut waiting = from..from.saturating_add(seeds);
    let mut playing = JoinSet::new();
    let mut reports = Vec::new();
    loop {
        while playing.len() < at_a_time
            && let Some(seed) = waiting.next()
        {
            playing.spawn(play::play(seed, pictures));
        }
        let Some(report) = playing.join_next().await else { break };
        let report = report?;
        tell(&report);
        reports.push(report);
    }
    reports.sort_by_key(|report| report.seed);
    let broken = reports.iter().filter(|report| report.broken.is_some()).count();
    println!("\n{} of {} seeds hold.", reports.len() - broken, reports.len());
    if let Some(path) = write {
        std::fs::write(&path, table::page(&reports)).with_context(|| path.display().to_string())?;
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
