//! `cargo xtask`: everything a person types in this project, from a machine that has Rust and Node to a running app or
//! a tested tree. It finds what is missing, says so before it changes anything, and then calls cargo, npm and the
//! project's own binaries; it knows no rule of the product.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks to its user")]

mod bundle;
mod cargo;
mod chaos;
mod codegen;
mod conformance;
mod doctor;
mod fuzz;
mod install;
mod licences;
mod machine;
mod needs;
mod project;
mod report;
mod run;
mod setup;
mod test;
mod tryout;
mod web;
mod window;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask COMMAND

  run [--terminal]               set up, then open the desktop app on the practice account;
                                 without a display, do the same job in the terminal on samples/
  test [--no-window] [--keep-going] [FILTER]
                                 set up, then run every test; with FILTER only the Rust tests it names
  ci                             what the build server does: tests, format, lints, generated files
  setup                          only find and install what run and test need, and build the UI
  codegen [--check]              write (or compare) the TypeScript that is generated from Rust
  bench                          measure: ZIP → PNG beside libvips; the opening of a long ledger; the first paint beside
                                 an empty window's
  chaos [--seeds N] [--from S] [--pictures N] [--write]
                                 play N seeds of faults and deaths and check the books; --write puts the table into docs/chaos.md
  fuzz [TARGET] [--seconds N]    feed the decoders damaged input for N seconds a target (600); wants a nightly compiler
  screenshots                    photograph the real window, light and dark, into docs/screenshots
  bundle [--try] [--debug] [--appimage]
                                 packages of the kinds this system can make; --try installs them and uses what was installed
  licences [--check]             write (or compare) THIRD-PARTY.txt, the licences of everything that is linked in
  doctor                         say what is there and what is missing; changes nothing";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<ExitCode> {
    let Some((command, rest)) = args.split_first() else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    match command.as_str() {
        "run" => run::run(flag_only(&rest, "--terminal")?)?,
        "test" => return test::test(&test::Options::parse(&rest)?),
        "ci" => test::ci()?,
        "setup" => {
            no_more(&rest)?;
            setup::everything()?;
        }
        "codegen" => codegen::codegen(flag_only(&rest, "--check")?)?,
        "chaos" => chaos::chaos(&chaos::Options::parse(&rest)?)?,
        "fuzz" => fuzz::fuzz(&fuzz::Options::parse(&rest)?)?,
        "bench" => window::bench()?,
        "bundle" => bundle::bundle(&bundle::Options::parse(&rest)?)?,
        "licences" => licences::licences(flag_only(&rest, "--check")?)?,
        "screenshots" => window::screenshots()?,
        "doctor" => return Ok(doctor::doctor()),
        "help" | "--help" | "-h" => println!("{USAGE}"),
        other => bail!("there is no command '{other}'\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// True when the only argument is `flag`, false when there is none.
fn flag_only(args: &[&str], flag: &str) -> Result<bool> {
    match args {
        [] => Ok(false),
        [one] if *one == flag => Ok(true),
        _ => bail!("expected only {flag}, got: {}", args.join(" ")),
    }
}

fn no_more(args: &[&str]) -> Result<()> {
    if args.is_empty() {
        return Ok(());
    }
    bail!("unexpected: {}", args.join(" "))
}
