//! The terminal program in a place of its own: no display, no bus, nothing of the user's. Gives back what a script
//! would see: the exit code, the two outputs, and JSON where it was asked for.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::place::Place;
use crate::session::Session;
use crate::tools::binary;

/// One run of `clearcut`, being prepared.
#[derive(Debug)]
pub struct Run {
    command: Command,
    input: Vec<u8>,
}

/// What a run left.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Prepares `clearcut` with these arguments in `place`.
pub fn clearcut(place: &Place, args: &[&str]) -> Result<Run> {
    let mut command = Command::new(binary("clearcut")?);
    place.move_here(&mut command).args(args);
    Ok(Run { command, input: Vec::new() })
}

impl Run {
    /// Adds a path to the arguments.
    #[must_use]
    pub fn path(mut self, path: &Path) -> Self {
        self.command.arg(path);
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives the run a desktop with its bus and keyring; the folders stay those of the place.
    #[must_use]
    pub fn on(mut self, session: &Session) -> Self {
        session.move_in(&mut self.command);
        self
    }

    /// What it reads from standard input.
    #[must_use]
    pub fn input(mut self, text: &str) -> Self {
        self.input = text.as_bytes().to_vec();
        self
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Result<Ran> {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn()?;
        let mut stdin = child.stdin.take().context("standard input")?;
        let input = std::mem::take(&mut self.input);
        // A program that does not read its input closes it: that is no failure of the test.
        let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
        let output = child.wait_with_output()?;
        drop(writer.join());
        Ok(Ran::from(output))
    }

    /// Starts it and lets it run, to be killed.
    pub fn start(mut self) -> Result<Child> {
        self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(self.command.spawn()?)
    }

    /// Runs it and expects success.
    pub fn ok(self) -> Result<Ran> {
        let ran = self.run()?;
        ensure!(ran.code == Some(0), "exit code {:?}\n{}\n{}", ran.code, ran.out, ran.err);
        Ok(ran)
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Standard output as one JSON document.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.out).with_context(|| format!("not one JSON document: {}\n{}", self.out, self.err))
    }

    /// Standard output as one JSON value a line.
    pub fn json_lines(&self) -> Result<Vec<Value>> {
        let line = |line: &str| serde_json::from_str(line).with_context(|| format!("not JSON: {line}\n{}", self.err));
        self.out.lines().map(line).collect()
    }

    /// Both outputs, for searching words in.
    #[must_use]
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}
