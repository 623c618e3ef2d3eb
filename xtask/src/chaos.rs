//! `cargo xtask chaos`: builds the product, its fault harness and the practice service, and plays seeds. What is played and
//! what must hold stands in `tests/src/chaos`.
use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::project::{self, binary, root};

/// What the command line asked for, as the harness takes it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pass_on: Vec<String>,
    write: bool,
}

impl Options {
    /// Reads the arguments after `chaos`.
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match *arg {
                "--write" => options.write = true,
                "--seeds" | "--from" | "--pictures" | "--at-a-time" => {
                    let value = args.next().with_context(|| format!("{arg} wants a number"))?;
                    let number: u64 = value.parse().with_context(|| format!("{arg} {value}"))?;
                    options.pass_on.extend([(*arg).to_owned(), number.to_string()]);
                }
                other => bail!("chaos has no argument {other}"),
            }
        }
        Ok(options)
    }
}

/// Plays the seeds; with `--write` the table goes into the documentation.
pub(crate) fn chaos(options: &Options) -> Result<()> {
    let bins = ["--bin", "clearcut", "--bin", "chaos", "--bin", "chaos-worker"];
    project::run(cargo(&["build", "--workspace"]).args(bins))?;
    let mut play = project::command(binary("debug", "chaos"));
    play.args(&options.pass_on);
    if options.write {
        play.arg("--write").arg(root().join("docs/chaos.md"));
    }
    project::run(&mut play)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_passed_on_and_anything_else_is_named() {
        let options = Options::parse(&["--seeds", "500", "--write"]).unwrap();
        assert_eq!(options, Options { pass_on: vec!["--seeds".to_owned(), "500".to_owned()], write: true });
        assert!(Options::parse(&["--seeds"]).is_err());
        assert!(Options::parse(&["--seed", "1"]).unwrap_err().to_string().contains("--seed"));
    }
}
