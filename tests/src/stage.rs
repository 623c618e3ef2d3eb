//! The editor's stage as a person and a camera see it: a pointer that goes over the picture, and the pixels that are shown. Places are
//! fractions of the canvas that is edited.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::id;
use crate::wait::PATIENCE;

/// A place on the canvas, or a size of it.
pub type Place = (f64, f64);

/// Colours of a photo that is made smaller are about what they were.
const LEVELS: u8 = 12;

/// What is shown at a place: red, green, blue, 0 to 255.
pub type Colour = [u8; 3];

/// Waits until the stage shows the cutout with its edits.
pub async fn ready(app: &App<'_>) -> Result<()> {
    app.wait_for(&format!("{}[data-drawn=true]", id("stage"))).await?;
    app.painted().await
}

/// Chooses a tool of the editor.
pub async fn choose(app: &App<'_>, tool: &str) -> Result<()> {
    app.click(&id(&format!("tool-{tool}"))).await?;
    app.wait_for(&format!("{}[data-tool={tool}]", id("stage"))).await?;
    app.painted().await
}

/// Presses on the first place, goes over all of them, and lets go on the last.
pub async fn drag(app: &App<'_>, places: &[Place]) -> Result<()> {
    let mut mouse = MouseActions::new("mouse".to_owned());
    for (index, place) in places.iter().enumerate() {
        let (x, y) = in_window(app, *place).await?;
        mouse = mouse.then(PointerAction::MoveTo { duration: Some(Duration::from_millis(20)), x, y });
        if index == 0 {
            mouse = mouse.then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
        }
    }
    app.client().perform_actions(mouse.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT })).await?;
    app.painted().await
}

/// Where a place of the canvas is in the window, CSS pixels.
async fn in_window(app: &App<'_>, (x, y): Place) -> Result<(f64, f64)> {
    let script = "const f = document.querySelector('[data-testid=canvas-frame]').getBoundingClientRect(); \
        return [f.left, f.top, f.width, f.height];";
    let [left, top, width, height]: [f64; 4] = serde_json::from_value(app.script(script).await?)?;
    Ok((left + x * width, top + y * height))
}

/// What the stage shows, brought down to `side` × `side` pixels by the web view.
pub async fn shown(app: &App<'_>, side: u32) -> Result<Vec<Colour>> {
    app.painted().await?;
    let script = "const [side] = arguments; \
        const stage = document.querySelector('[data-testid=backdrop]'), from = stage.getBoundingClientRect(); \
        const f = document.querySelector('[data-testid=canvas-frame]').getBoundingClientRect(); \
        const by = stage.width / from.width, small = document.createElement('canvas'); \
        small.width = small.height = side * 4; \
        const to = small.getContext('2d'); to.imageSmoothingQuality = 'high'; \
        to.drawImage(stage, (f.left - from.left) * by, (f.top - from.top) * by, f.width * by, f.height * by, 0, 0, side * 4, side * 4); \
        const p = to.getImageData(0, 0, side * 4, side * 4).data, seen = []; \
        for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) { const sum = [0, 0, 0]; \
            for (let j = 0; j < 4; j++) for (let i = 0; i < 4; i++) for (let c = 0; c < 3; c++) \
                sum[c] += p[((y * 4 + j) * side * 4 + x * 4 + i) * 4 + c]; \
            seen.push(sum.map(v => Math.round(v / 16))); } \
        return seen;";
    let seen = app.client().execute(script, vec![json!(side)]).await?;
    Ok(serde_json::from_value(seen)?)
}

/// What the stage shows at a place.
pub async fn at(app: &App<'_>, (x, y): Place) -> Result<Colour> {
    let script = "const [x, y] = arguments; \
        const stage = document.querySelector('[data-testid=backdrop]'), from = stage.getBoundingClientRect(); \
        const f = document.querySelector('[data-testid=canvas-frame]').getBoundingClientRect(); \
        const by = stage.width / from.width; \
        const p = stage.getContext('2d').getImageData(Math.floor((f.left - from.left + x * f.width) * by), \
            Math.floor((f.top - from.top + y * f.height) * by), 1, 1).data; \
        return [p[0], p[1], p[2]];";
    let seen: Value = app.client().execute(script, vec![json!(x), json!(y)]).await?;
    Ok(serde_json::from_value(seen)?)
}

/// Waits until the stage shows a colour at a place, within a few levels.
pub async fn comes_to(app: &App<'_>, place: Place, colour: Colour) -> Result<()> {
    let begun = Instant::now();
    loop {
        let seen = at(app, place).await?;
        if seen.iter().zip(colour).all(|(one, other)| one.abs_diff(other) <= LEVELS) {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            let picture = app.screenshot_on_failure().await;
            bail!("{seen:?} at {place:?}, not {colour:?}; picture: {picture}");
        }
        app.painted().await?;
    }
}

/// Exports what is opened by the sheet's own button, with what is chosen there, and answers with the names of the files.
pub async fn export(app: &App<'_>) -> Result<Vec<String>> {
    app.click(&id("export-open")).await?;
    app.click(&format!("{}:enabled", id("export-go"))).await?;
    app.wait_for(&format!("{}[data-failed='0']", id("export-outcome"))).await?;
    let script = "return [...document.querySelectorAll('[data-testid=exported-file]')].map(f => f.dataset.name);";
    let names = serde_json::from_value(app.script(script).await?)?;
    app.click(&id("export-done")).await?;
    Ok(names)
}
