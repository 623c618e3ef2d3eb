//! The TypeScript that is generated from the Rust declarations: written by the app crate's own example, compared on
//! the build server. Knows only how to build and call it.
use anyhow::Result;

use crate::cargo::cargo;
use crate::install;
use crate::machine::ThisMachine;
use crate::needs::Purpose;
use crate::project::{run, target_dir};

/// Writes the generated files, or with `check` fails where one differs from what would be written.
pub(crate) fn codegen(check: bool) -> Result<()> {
    install::ensure(&ThisMachine, &[Purpose::Terminal])?;
    run(&mut cargo(&["build", "--workspace", "--example", "codegen"]))?;
    let program = format!("debug/examples/codegen{}", std::env::consts::EXE_SUFFIX);
    let mut command = crate::project::command(target_dir().join(program));
    if check {
        command.arg("--check");
    }
    run(&mut command)
}
