//! Set-up for each job, in one place: system packages first, then npm's, then the built interface.
use anyhow::Result;

use crate::install;
use crate::machine::ThisMachine;
use crate::needs::Purpose;
use crate::web;

/// What the terminal program needs.
pub(crate) fn terminal() -> Result<()> {
    install::ensure(&ThisMachine, &[Purpose::Terminal])
}

/// What the desktop app needs, with its interface built.
pub(crate) fn desktop() -> Result<()> {
    install::ensure(&ThisMachine, &[Purpose::Terminal, Purpose::Desktop])?;
    web::build()
}

/// What tests of the real window need.
pub(crate) fn window() -> Result<()> {
    let purposes = [Purpose::Terminal, Purpose::Desktop, Purpose::WindowTests];
    install::ensure(&ThisMachine, &purposes)?;
    web::build()
}

/// What every command together needs.
pub(crate) fn everything() -> Result<()> {
    let purposes = [Purpose::Terminal, Purpose::Desktop, Purpose::WindowTests, Purpose::Conformance];
    install::ensure(&ThisMachine, &purposes)?;
    web::build()
}
