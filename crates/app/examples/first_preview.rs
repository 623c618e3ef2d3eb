//! Measures how long a 12-megapixel JPEG takes from being dropped to its cutout being handed to the window, on this computer's
//! model: taken in, shrunk, cut out, kept and served, each round with a new app, an empty cache and the model not loaded yet. The
//! window's own decoding and painting are not in it. Prints what it measured and asserts only that there is a preview.
//!
//! `cargo run --release -p clearcut-app --example first_preview`
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use clearcut_app::views::{Envelope, Event};
use clearcut_app::{App, AppParts, Folders, Front, Host, HostError, Notice, ServiceChoice, TakenBy};
use clearcut_imaging::{EncodeOptions, Limits, OutputFormat, decode, encode_to_vec, resize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Rounds; the median counts.
const ROUNDS: usize = 7;
/// Sides of the picture in pixels.
const SIDES: (u32, u32) = (4000, 3000);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let home = tempfile::TempDir::new()?;
    let photo = home.path().join("photo.jpg");
    let bytes = write_photo(&photo)?;
    let mut took = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        took.push(measure(&home.path().join(format!("round-{round}")), photo.clone()).await?);
    }
    took.sort_unstable();
    println!(
        "a JPEG of {} × {} pixels, {} KB, dropped to seen: median {} ms, best {} ms, worst {} ms of {ROUNDS}",
        SIDES.0,
        SIDES.1,
        bytes >> 10,
        took[ROUNDS / 2].as_millis(),
        took[0].as_millis(),
        took[ROUNDS - 1].as_millis()
    );
    Ok(())
}

async fn measure(own: &Path, photo: PathBuf) -> anyhow::Result<Duration> {
    let folders = Folders {
        data: own.join("data"),
        config: own.join("config"),
        cache: own.join("cache"),
        pictures: own.join("pictures"),
    };
    let (tell, mut told) = unbounded_channel();
    let watcher = Arc::new(Watcher(tell));
    let parts = AppParts::new(folders, watcher, ServiceChoice::Named("practice".to_owned()), Front::Window);
    let app = App::open(parts).await?;
    let begun = Instant::now();
    let added = app.take_in(vec![photo], TakenBy::Drop).await;
    let id = added.pictures.first().context("nothing was taken in")?.id;
    // As the window does: the card's thumbnail is asked for at once, beside the preview.
    let thumb = format!("thumb/{}", id.0);
    let (thumb, seen) = tokio::join!(app.picture_bytes(&thumb), async {
        previewed(&mut told).await?;
        let served = app.picture_bytes(&format!("after/{}", id.0)).await;
        ensure!(served.is_ok_and(|served| !served.bytes.is_empty()), "the preview is not served");
        Ok(begun.elapsed())
    });
    ensure!(thumb.is_ok(), "the thumbnail is not served");
    app.close().await;
    seen
}

async fn previewed(told: &mut UnboundedReceiver<Event>) -> anyhow::Result<()> {
    while let Some(event) = told.recv().await {
        if let Event::Picture { picture } = event {
            if let Some(problem) = picture.problem {
                anyhow::bail!("{}", problem.message);
            }
            if picture.preview.is_some() {
                return Ok(());
            }
        }
    }
    anyhow::bail!("the app ended before there was a preview")
}

/// The cup of the samples, enlarged.
fn write_photo(path: &Path) -> anyhow::Result<u64> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/coffee.png");
    let large = resize(&decode(&sample, &Limits::inputs())?, SIDES.0, SIDES.1);
    let jpeg = encode_to_vec(&large, OutputFormat::Jpg, &EncodeOptions::default())?;
    std::fs::write(path, &jpeg)?;
    Ok(jpeg.len() as u64)
}

/// A program around that passes on what it is told.
struct Watcher(UnboundedSender<Event>);

impl Host for Watcher {
    fn emit(&self, envelope: &Envelope) {
        // Whoever no longer listens has seen enough.
        self.0.send(envelope.event.clone()).ok();
    }

    fn open_page(&self, _: &url::Url) -> Result<(), HostError> {
        Ok(())
    }

    fn reveal(&self, _: &Path) -> Result<(), HostError> {
        Ok(())
    }

    fn notify(&self, _: &Notice) -> Result<(), HostError> {
        Ok(())
    }
}
