//! `cargo xtask test` and `ci`: which tests there are and in what order they run. Quick steps first; everything in
//! Rust is compiled once, as one set of targets, and the later steps only start what was built.
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::cargo::{cargo, has_nextest};
use crate::conformance;
use crate::install;
use crate::licences;
use crate::machine::ThisMachine;
use crate::needs::Purpose;
use crate::project::{self, on_ci};
use crate::report::{Done, Report};
use crate::setup;
use crate::web;

/// What the command line asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    no_window: bool,
    keep_going: bool,
    filter: Option<String>,
}

impl Options {
    /// Reads the arguments after `test`.
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        for arg in args {
            match *arg {
                "--no-window" => options.no_window = true,
                "--keep-going" => options.keep_going = true,
                flag if flag.starts_with('-') => bail!("test has no flag {flag}"),
                filter if options.filter.is_none() => options.filter = Some(filter.to_owned()),
                more => bail!("only one filter, got also {more}"),
            }
        }
        Ok(options)
    }

    /// The real-window tests run on Linux only: elsewhere there is no driver for the system's web view.
    fn window(&self) -> bool {
        !self.no_window && cfg!(target_os = "linux")
    }
}

/// Runs all tests, or with a filter those Rust tests that it names.
pub(crate) fn test(options: &Options) -> Result<ExitCode> {
    let mut report = Report::new(options.keep_going);
    report.step("set-up", || {
        if options.window() {
            setup::window()?;
        } else {
            setup::desktop()?;
        }
        Ok(Done::Passed)
    });
    if let Some(filter) = &options.filter {
        report.step("Rust tests that match", || rust_tests(options.window(), Some(filter)));
        return Ok(report.close());
    }
    report.step("interface unit tests", || {
        project::run(&mut web::npm(&["test"]))?;
        Ok(Done::Passed)
    });
    report.step("licences, bans and sources of what is linked", licences::deny);
    report.step("build", || {
        project::run(&mut cargo(&["build", "--workspace", "--bins", "--tests", "--examples"]))?;
        Ok(Done::Passed)
    });
    report.step("Rust tests", || rust_tests(false, None));
    report.step("documentation tests", || {
        project::run(&mut cargo(&["test", "--workspace", "--doc", "--quiet"]))?;
        Ok(Done::Passed)
    });
    report.step("wire format against the official description", || {
        match install::ensure(&ThisMachine, &[Purpose::Conformance]) {
            Ok(()) => conformance::check(),
            Err(error) if !on_ci() => Ok(Done::Skipped(format!("{error:#}"))),
            Err(error) => Err(error),
        }
    });
    report.step("real window", || {
        if options.window() {
            return window_tests();
        }
        let why = if options.no_window { "--no-window" } else { "the web view can be driven on Linux only" };
        Ok(Done::Skipped(why.to_owned()))
    });
    Ok(report.close())
}

/// The tests of the real window are one test binary, `window`, and one module in it, `real_window`: nextest leaves it
/// out by the first name, plain cargo by the second.
fn rust_tests(window: bool, filter: Option<&str>) -> Result<Done> {
    let mut command = if has_nextest() {
        let mut command = nextest();
        if !window {
            command.args(["-E", "not binary(window)"]);
        }
        command.args(filter);
        command
    } else {
        let mut command = cargo(&["test", "--workspace", "--bins", "--lib", "--tests"]);
        command.args(filter);
        if !window {
            command.args(["--", "--skip", "real_window::"]);
        }
        command
    };
    project::run(&mut command)?;
    Ok(Done::Passed)
}

fn window_tests() -> Result<Done> {
    let mut command = if has_nextest() {
        let mut command = nextest();
        command.args(["-E", "binary(window)"]);
        command
    } else {
        cargo(&["test", "--workspace", "--test", "window"])
    };
    project::run(&mut command)?;
    Ok(Done::Passed)
}

fn nextest() -> std::process::Command {
    let profile = if on_ci() { "ci" } else { "default" };
    cargo(&["nextest", "run", "--workspace", "--profile", profile])
}

/// What the build server does, by the same script.
pub(crate) fn ci() -> Result<()> {
    project::run(project::command("bash").arg(".ci/run"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_one_filter_are_read_in_any_order() {
        let options = Options::parse(&["vault", "--no-window"]).unwrap();
        assert_eq!(options.filter.as_deref(), Some("vault"));
        assert!(options.no_window && !options.keep_going);
    }

    #[test]
    fn what_it_does_not_know_it_names() {
        assert!(Options::parse(&["--fast"]).unwrap_err().to_string().contains("--fast"));
        assert!(Options::parse(&["a", "b"]).unwrap_err().to_string().contains('b'));
    }
}
