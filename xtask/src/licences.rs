//! What others have made and Clearcut ships: the list of their licences, and whether the rules of `deny.toml` hold. Knows only which
//! programs to call.
use anyhow::Result;

use crate::cargo::cargo;
use crate::project::{self, run, target_dir};
use crate::report::Done;
use crate::web;

/// Writes `THIRD-PARTY.txt`, or with `check` fails where it is not what is linked now.
pub(crate) fn licences(check: bool) -> Result<()> {
    web::packages()?;
    run(&mut cargo(&["build", "--workspace", "--example", "third_party"]))?;
    let program = format!("debug/examples/third_party{}", std::env::consts::EXE_SUFFIX);
    let mut command = project::command(target_dir().join(program));
    if check {
        command.arg("--check");
    }
    run(&mut command)
}

/// Licences, forbidden crates and sources. Left out where cargo-deny is not installed: the workflow has it. The database of known weaknesses is asked by the workflow, where it can be reached.
pub(crate) fn deny() -> Result<Done> {
    if !project::succeeds(&mut cargo(&["deny", "--version"])) {
        return Ok(Done::Skipped("cargo-deny is not installed: cargo install --locked cargo-deny".to_owned()));
    }
    run(&mut cargo(&["deny", "--log-level", "error", "check", "licenses", "bans", "sources"]))?;
    Ok(Done::Passed)
}
