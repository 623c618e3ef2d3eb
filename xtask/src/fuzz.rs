//! `cargo xtask fuzz`: builds the targets in `fuzz/` and runs each for a while, from its committed seeds. What a target asks of
//! the code stands in the target; here is only which there are, how long each gets and what is needed to build them.
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::{self, root};

/// Seconds each target runs unless told otherwise: what a clean run is claimed for.
const SECONDS: u32 = 600;
/// Megabytes a run may hold; the address sanitizer doubles what the code itself takes.
const MEGABYTES: u32 = 2048;
/// Seconds that one input may take.
const ONE_INPUT: u32 = 10;

/// Targets that reach AVIF: `re_rav1d` 0.1.3 loses 48 bytes with every picture it gives back, in its own crate.
const LEAKY: [&str; 2] = ["avif", "file"];

/// What the command line asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    target: Option<String>,
    seconds: u32,
}

impl Options {
    /// Reads the arguments after `fuzz`.
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self { target: None, seconds: SECONDS };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match *arg {
                "--seconds" => {
                    let value = args.next().context("--seconds wants a number")?;
                    options.seconds = value.parse().with_context(|| format!("--seconds {value}"))?;
                }
                name if !name.starts_with('-') && options.target.is_none() => options.target = Some(name.to_owned()),
                other => bail!("fuzz has no argument {other}"),
            }
        }
        Ok(options)
    }
}

/// Runs one target, or all one after the other; the first crash ends it, with the input that caused it under `fuzz/artifacts`.
pub(crate) fn fuzz(options: &Options) -> Result<()> {
    if !project::succeeds(nightly_fuzz().arg("--version")) {
        bail!(
            "fuzzing needs a nightly compiler and cargo-fuzz:\n  \
             rustup toolchain install nightly --profile minimal\n  cargo install cargo-fuzz --locked"
        );
    }
    let folder = root().join("fuzz");
    let all = targets(&folder)?;
    let chosen = match &options.target {
        None => all,
        Some(name) if all.contains(name) => vec![name.clone()],
        Some(name) => bail!("there is no target '{name}'; there are: {}", all.join(", ")),
    };
    for target in &chosen {
        let corpus = folder.join("corpus").join(target);
        std::fs::create_dir_all(&corpus).with_context(|| format!("could not make {}", corpus.display()))?;
        let leaks = u8::from(!LEAKY.contains(&target.as_str()));
        project::run(
            nightly_fuzz()
                .env("ASAN_OPTIONS", format!("detect_leaks={leaks}"))
                .args(["run", target.as_str()])
                .arg(corpus)
                .args(seeds(&folder, target)?)
                .arg("--")
                .arg(format!("-max_total_time={}", options.seconds))
                .arg(format!("-rss_limit_mb={MEGABYTES}"))
                .arg(format!("-timeout={ONE_INPUT}"))
                .arg(format!("-detect_leaks={leaks}"))
                .args(["-max_len=65536", "-print_final_stats=1", "-verbosity=0"]),
        )?;
    }
    println!("{} targets, {} s each, clean: {}", chosen.len(), options.seconds, chosen.join(", "));
    Ok(())
}

/// `cargo fuzz` of the nightly compiler. By way of rustup: the cargo that runs this program is the stable one and cannot
/// be asked for another.
fn nightly_fuzz() -> Command {
    let mut command = project::command("rustup");
    command.args(["run", "nightly", "cargo", "fuzz"]);
    command
}

/// The targets, by the files that they are.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let targets = folder.join("targets");
    let entries = std::fs::read_dir(&targets).with_context(|| format!("could not read {}", targets.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// The folders of seeds: the target's own, or every one for a target that takes any content.
fn seeds(folder: &Path, target: &str) -> Result<Vec<PathBuf>> {
    let seeds = folder.join("seeds");
    let own = seeds.join(target);
    if own.is_dir() {
        return Ok(vec![own]);
    }
    let entries = std::fs::read_dir(&seeds).with_context(|| format!("could not read {}", seeds.display()))?;
    let mut all = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    all.sort();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_its_seconds_are_read_in_any_order() {
        let meant = Options { target: Some("png".to_owned()), seconds: 30 };
        assert_eq!(Options::parse(&["png", "--seconds", "30"]).unwrap(), meant);
        assert_eq!(Options::parse(&["--seconds", "30", "png"]).unwrap(), meant);
        assert_eq!(Options::parse(&[]).unwrap(), Options { target: None, seconds: 600 });
        assert!(Options::parse(&["png", "jpeg"]).is_err());
        assert!(Options::parse(&["--seconds", "soon"]).is_err());
    }

    #[test]
    fn every_target_is_declared_and_every_seed_folder_belongs_to_one() {
        let folder = root().join("fuzz");
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let targets = targets(&folder).unwrap();
        for target in &targets {
            assert!(manifest.contains(&format!("path = \"targets/{target}.rs\"")), "{target} is not in Cargo.toml");
        }
        for seeds in std::fs::read_dir(folder.join("seeds")).unwrap() {
            let seeds = seeds.unwrap().file_name().into_string().unwrap();
            assert!(targets.contains(&seeds), "no target reads seeds/{seeds}");
        }
    }
}
