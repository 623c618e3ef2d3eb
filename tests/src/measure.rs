//! The first paint, as a person waits for it: from the start of the process to the first content on the page.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::app::App;
use crate::place::Place;
use crate::session::Session;

/// Opens `program` once on a fresh place and gives the milliseconds from its start to its first content.
pub async fn first_paint_ms(session: &Session, program: &Path) -> Result<f64> {
    let place = Place::fresh()?;
    let started = place.path("started");
    let starter = starter(&place, program, &started)?;
    let app = App::start_binary(session, &place, &starter).await?;
    let script = "const done = arguments[0];\
         const tell = () => { const [paint] = performance.getEntriesByName('first-contentful-paint');\
             if (paint) done(performance.timeOrigin + paint.startTime); else requestAnimationFrame(tell); };\
         tell();";
    let painted = app.client().execute_async(script, Vec::new()).await?;
    app.close().await?;
    let painted: f64 = painted.to_string().parse().context("the page tells no first paint")?;
    let started_ns: f64 = std::fs::read_to_string(&started)?.trim().parse()?;
    Ok(painted - started_ns / 1e6)
}

/// A script that notes the time and becomes the program.
fn starter(place: &Place, program: &Path, started: &Path) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = place.path("starter");
    let script = format!("#!/bin/sh\ndate +%s%N > '{}'\nexec '{}' \"$@\"\n", started.display(), program.display());
    std::fs::write(&path, script)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
    Ok(path)
}

/// The middle of an odd number of measurements; the upper of the two middles of an even one.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
