//! What a person does in the window again and again: bring pictures, pick some, download them, look at the gauge and ask for
//! the balance. The steps of the money journeys and of the screenshots.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clearcut_credits::Credits;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use image::imageops::FilterType;

use crate::app::App;
use crate::place::Place;
use crate::tools;

/// A picture on the bench.
pub const CARD: &str = "[data-testid=picture-card]";
/// The empty bench.
pub const DROP_ZONE: &str = "[data-testid=drop-zone]";
/// The button that names the price.
pub const DOWNLOAD: &str = "[data-testid=download]";
/// The button of the quote sheet.
pub const GO: &str = "[data-testid=quote-go]";

/// A changed balance is believed once nothing was charged for a minute: this long it may take, with a busy machine.
const UNTIL_BELIEVED: Duration = Duration::from_secs(100);

/// The model takes seconds a picture on a busy machine, and previews take turns with downloads.
const UNTIL_MANY_ARE_MADE: Duration = Duration::from_secs(200);

/// A picture on the bench in a state.
#[must_use]
pub fn card(state: &str) -> String {
    format!("[data-testid=picture-card][data-state={state}]")
}

/// The picture of this name in a state.
#[must_use]
pub fn card_of(name: &str, state: &str) -> String {
    format!("{}[data-name={name:?}]", card(state))
}

/// What a test id stands for in CSS.
#[must_use]
pub fn id(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

/// Small pictures of one person that differ from each other by a pixel, among the photos of `place`.
pub fn portraits(place: &Place, numbers: RangeInclusive<u8>) -> Result<Vec<PathBuf>> {
    const SIDE: u32 = 128;
    let sample = tools::sample("astronaut.png");
    let photo = image::open(&sample).with_context(|| sample.display().to_string())?;
    let small = photo.resize_exact(SIDE, SIDE, FilterType::Triangle).into_rgb8();
    numbers
        .map(|number| {
            let mut portrait = small.clone();
            portrait.put_pixel(0, 0, image::Rgb([number, 0, 0]));
            let path = place.photos().join(name(number));
            portrait.save(&path)?;
            Ok(path)
        })
        .collect()
}

/// Small pictures of four things in turn, no two of them the same, in a folder of the place: as a shop keeps them.
pub fn shelf(place: &Place, count: u8) -> Result<Vec<PathBuf>> {
    const WIDTH: u32 = 320;
    let folder = place.photos().join("Spring catalogue");
    std::fs::create_dir_all(&folder)?;
    let samples = ["coffee.png", "chelsea.png", "astronaut.png", "rocket.jpg"];
    let photos =
        samples.map(|name| image::open(tools::sample(name)).map(|photo| photo.thumbnail(WIDTH, WIDTH).into_rgb8()));
    let photos = photos.into_iter().collect::<Result<Vec<_>, _>>()?;
    (1..=count)
        .zip(photos.iter().cycle())
        .map(|(number, photo)| {
            let mut photo = photo.clone();
            photo.put_pixel(0, 0, image::Rgb([number, 0, 0]));
            let path = folder.join(format!("item {number:02}.png"));
            photo.save(&path)?;
            Ok(path)
        })
        .collect()
}

/// The file name of such a picture.
#[must_use]
pub fn name(number: u8) -> String {
    format!("portrait {number:02}.png")
}

/// Drops pictures on the empty bench. Their previews come by themselves, one after the other; nothing has to wait for them.
pub async fn bring(app: &App<'_>, pictures: &[PathBuf]) -> Result<()> {
    let files: Vec<&Path> = pictures.iter().map(PathBuf::as_path).collect();
    app.drop_on(DROP_ZONE, &files).await?;
    comes_to(app, CARD, pictures.len()).await
}

/// Waits until there are just so many of such elements.
pub async fn comes_to(app: &App<'_>, css: &str, expected: usize) -> Result<()> {
    let begun = Instant::now();
    loop {
        let count = app.count(css).await?;
        if count == expected {
            return Ok(());
        }
        if begun.elapsed() > UNTIL_MANY_ARE_MADE {
            let picture = app.screenshot_on_failure().await;
            bail!("{count} of {css}, not {expected}; picture: {picture}; the app's words: {}", app.said());
        }
    }
}

/// Picks the first `count` pictures by keyboard.
pub async fn pick_first(app: &App<'_>, count: usize) -> Result<()> {
    let first = format!("{CARD}:first-of-type");
    app.click(&first).await?;
    let keys = format!("{}{}", Key::Shift, Key::Right.to_string().repeat(count.saturating_sub(1)));
    app.type_into(&first, &keys).await?;
    comes_to(app, &format!("{CARD}[aria-selected=true]"), count).await
}

/// Picks every picture by keyboard.
pub async fn pick_all(app: &App<'_>) -> Result<()> {
    let first = format!("{CARD}:first-of-type");
    app.click(&first).await?;
    app.type_into(&first, &format!("{}a", Key::Control)).await?;
    comes_to(app, &format!("{CARD}[aria-selected=false]"), 0).await
}

/// Downloads what is picked; where a line is crossed, as the quote sheet offers it first. Waits until all are saved.
pub async fn download(app: &App<'_>) -> Result<()> {
    let before = app.count(&card("saved")).await?;
    let more = app.count(&format!("{CARD}[aria-selected=true]")).await?;
    let priced = ["download", "review"].map(|offer| format!("{DOWNLOAD}[data-offer={offer}]:enabled")).join(", ");
    let button = app.wait_for(&priced).await?;
    let reviewed = button.attr("data-offer").await?.as_deref() == Some("review");
    button.click().await?;
    if reviewed {
        app.click(&format!("{GO}:enabled")).await?;
    }
    comes_to(app, &card("saved"), before + more).await
}

/// Downloads the one picture of this name.
pub async fn download_one(app: &App<'_>, name: &str) -> Result<()> {
    app.click(&format!("{CARD}[data-name={name:?}]")).await?;
    comes_to(app, &format!("{CARD}[aria-selected=true]"), 1).await?;
    download(app).await
}

/// Goes to a view by the rail, and waits until it is there.
pub async fn go_to(app: &App<'_>, view: &str) -> Result<()> {
    app.click(&id(&format!("rail-{view}"))).await?;
    is_at(app, view).await
}

/// Waits until the window shows a view.
pub async fn is_at(app: &App<'_>, view: &str) -> Result<()> {
    app.wait_for(&format!("{}[aria-current=page]", id(&format!("rail-{view}")))).await.map(drop)
}

/// Waits until a figure of the window shows so much.
pub async fn shows(app: &App<'_>, figure: &str, amount: Credits) -> Result<()> {
    app.wait_for(&format!("{}[data-amount='{amount}']", id(figure))).await.map(drop)
}

/// Presses *Refresh* in the Credits view until the page has this element: the balance lags behind, and a change counts only
/// when a quiet minute has passed.
pub async fn refresh_until(app: &App<'_>, css: &str) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < UNTIL_BELIEVED {
        app.click(&format!("{}:enabled", id("gauge-refresh"))).await?;
        app.wait_for(&format!("{}:enabled", id("gauge-refresh"))).await?;
        if app.wait_for_at_most(Duration::from_secs(3), css).await.is_ok() {
            return Ok(());
        }
    }
    bail!("{css} did not come; the app's words: {}", app.said())
}

/// Presses the right button over an element.
pub async fn right_click(app: &App<'_>, element: Element) -> Result<()> {
    let right = MouseActions::new("mouse".to_owned())
        .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
        .then(PointerAction::Down { button: MOUSE_BUTTON_RIGHT })
        .then(PointerAction::Up { button: MOUSE_BUTTON_RIGHT });
    Ok(app.client().perform_actions(right).await?)
}

/// What an element says, once it says `words`.
pub async fn until_text(app: &App<'_>, css: &str, words: &str) -> Result<String> {
    let asked = Instant::now();
    loop {
        let text = app.text(css).await.unwrap_or_default();
        if text.contains(words) {
            return Ok(text);
        }
        if asked.elapsed() > UNTIL_MANY_ARE_MADE {
            bail!("{css} does not say {words:?} but {text:?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
