//! `chaos [--from S] [--seeds N] [--pictures N] [--write FILE]`: plays seeds one after the other and prints the table.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks to its user")]

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clearcut_tests::chaos::{play, table};

/// What the command line asked for.
struct Asked {
    from: u64,
    seeds: u64,
    pictures: u64,
    write: Option<PathBuf>,
}

fn asked() -> Result<Asked> {
    let mut asked = Asked { from: 1, seeds: 20, pictures: 200, write: None };
    let mut args = std::env::args().skip(1);
    while let Some(flag) = args.next() {
        let value = args.next().with_context(|| format!("{flag} wants a value"))?;
        match flag.as_str() {
            "--from" => asked.from = value.parse()?,
            "--seeds" => asked.seeds = value.parse()?,
            "--pictures" => asked.pictures = value.parse()?,
            "--write" => asked.write = Some(value.into()),
            other => bail!("there is no flag {other}"),
        }
    }
    if asked.seeds == 0 || asked.pictures < 8 {
        bail!("at least one seed, of at least eight pictures");
    }
    Ok(asked)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let Asked { from, seeds, pictures, write } = asked()?;
    println!("{}", table::head());
    let mut reports = Vec::new();
    for seed in from..from.saturating_add(seeds) {
        let report = play::play(seed, pictures).await;
        println!("{}", table::line(&report));
        if let Some((why, folder)) = &report.broken {
            let folder = folder.as_deref().map(|folder| folder.display().to_string()).unwrap_or_default();
            eprintln!("seed {seed}: {why}\n  {folder}\n  again: cargo xtask chaos --from {seed} --seeds 1");
        }
        reports.push(report);
    }
    let broken = reports.iter().filter(|report| report.broken.is_some()).count();
    println!("\n{} of {} seeds hold.", reports.len() - broken, reports.len());
    if let Some(path) = write {
        std::fs::write(&path, table::page(&reports)).with_context(|| path.display().to_string())?;
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
