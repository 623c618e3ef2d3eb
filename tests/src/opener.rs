//! A stand-in for the browser and the file manager: it opens nothing and keeps what it was asked to open.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::place::Place;
use crate::wait::{self, PATIENCE};

/// The stand-in of one place.
#[derive(Debug)]
pub struct Opener {
    program: PathBuf,
    kept: PathBuf,
}

impl Opener {
    /// Makes one.
    pub fn of(place: &Place) -> Result<Self> {
        let (program, kept) = (place.path("opener"), place.path("opened"));
        std::fs::write(&program, format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n", kept.display()))?;
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
        Ok(Self { program, kept })
    }

    /// The variable that makes the app use it.
    #[must_use]
    pub fn variable(&self) -> (&'static str, OsString) {
        ("CLEARCUT_OPENER", self.program.clone().into())
    }

    /// What was to be opened so far, in order.
    pub fn opened(&self) -> Result<Vec<String>> {
        match std::fs::read_to_string(&self.kept) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error).with_context(|| self.kept.display().to_string()),
        }
    }

    /// Waits until something that contains `part` was to be opened.
    pub fn wait_for(&self, part: &str) -> Result<String> {
        let found = wait::until(&format!("{part} to be opened"), PATIENCE, || {
            self.opened().ok()?.into_iter().find(|opened| opened.contains(part))
        });
        found.with_context(|| format!("opened so far: {:?}", self.opened()))
    }
}
