//! `cargo xtask doctor`: what this machine has of what each command needs. Looks only.
use std::process::ExitCode;

use crate::cargo::{cargo, has_nextest};
use crate::machine::{Machine as _, ThisMachine, has_display};
use crate::needs::{Purpose, needs_for};
use crate::project::{command, output};

/// Prints one line a need; fails when something that `run` needs is missing.
pub(crate) fn doctor() -> ExitCode {
    let version = |found: Option<String>| found.unwrap_or_else(|| "not found".to_owned());
    println!("system     {:?}, packages by {:?}", ThisMachine.system(), ThisMachine.right());
    println!("cargo      {}", version(output(&mut cargo(&["--version"]))));
    println!("node       {}", version(output(command("node").arg("--version"))));
    println!("python3    {}", version(output(command("python3").arg("--version"))));
    let nextest = if has_nextest() { "there" } else { "not found; cargo test is used instead" };
    println!("nextest    {nextest}");
    println!("display    {}", if has_display() { "there" } else { "none: run works in the terminal" });

    let mut ready = true;
    for (job, purpose) in [
        ("run in the terminal", Purpose::Terminal),
        ("run the desktop app", Purpose::Desktop),
        ("test the real window", Purpose::WindowTests),
        ("test the wire format", Purpose::Conformance),
    ] {
        println!("\nto {job}:");
        for need in needs_for(ThisMachine.system(), &[purpose]) {
            let there = need.is_there(&ThisMachine);
            ready &= there || matches!(purpose, Purpose::WindowTests | Purpose::Conformance);
            let mark = if there { "ok     " } else { "missing" };
            println!("  {mark} {}, needed to {}", need.name, need.why);
        }
    }
    if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
