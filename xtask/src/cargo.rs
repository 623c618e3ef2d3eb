//! Calls of cargo. Every one names the whole workspace and narrows by target, never by package: features are then
//! chosen once for all, and nothing is compiled a second time in another guise.
use std::process::Command;

use crate::project;

/// cargo itself: the one that started this program, so that the toolchain is the same.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = project::command(program);
    command.args(args);
    command
}

/// Is cargo-nextest installed?
pub(crate) fn has_nextest() -> bool {
    project::succeeds(&mut cargo(&["nextest", "--version"]))
}
