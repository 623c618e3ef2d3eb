//! Measures how long a folder of ten thousand small pictures takes to be in the list, probed, fingerprinted and quoted, and a tenth of it
//! beside it in the same run: the whole must take no more than about ten times as long. Prints what it measured and asserts nothing
//! but that every picture is there.
//!
//! `cargo run --release -p clearcut-app --example take_in [PICTURES]`
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use clearcut_app::views::{Envelope, OutputOptions};
use clearcut_app::{App, AppParts, Folders, Front, Host, HostError, Notice, Saving, ServiceChoice, TakenBy};

/// Pictures, where none are asked for.
const TEN_THOUSAND: usize = 10_000;
/// Pictures a subfolder.
const A_FOLDER: usize = 500;
/// Sides of a picture in pixels; its file has about 50 KB.
const SIDES: (u32, u32) = (320, 240);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let pictures = std::env::args().nth(1).map_or(Ok(TEN_THOUSAND), |text| text.parse())?;
    let home = tempfile::TempDir::new()?;
    let begun = Instant::now();
    let bytes = write_pictures(&home.path().join("shop"), pictures)?
        + write_pictures(&home.path().join("tenth"), pictures / 10)?;
    println!(
        "{} pictures, {} MB, written in {} ms",
        pictures + pictures / 10,
        bytes >> 20,
        begun.elapsed().as_millis()
    );

    let tenth = measure(home.path(), "tenth", pictures / 10).await?;
    let whole = measure(home.path(), "shop", pictures).await?;
    let ratio = whole.as_secs_f64() / tenth.as_secs_f64().max(f64::EPSILON);
    println!("{ratio:.1} times as long for ten times as many");
    Ok(())
}

/// Takes a folder in with a window's app, and quotes all of it.
async fn measure(home: &Path, folder: &str, expected: usize) -> anyhow::Result<Duration> {
    let own = home.join(format!("{folder}-data"));
    let folders = Folders {
        data: own.join("data"),
        config: own.join("config"),
        cache: own.join("cache"),
        pictures: own.join("pictures"),
    };
    let parts = AppParts::new(folders, Arc::new(Nobody), ServiceChoice::Named("practice".to_owned()), Front::Window);
    let app = App::open(parts).await?;
    let begun = Instant::now();
    let added = app.take_in(vec![home.join(folder)], TakenBy::Drop).await;
    let taken_in = begun.elapsed();
    ensure!(added.pictures.len() == expected, "{} of {expected}, {:?}", added.pictures.len(), added.note);
    let ids: Vec<_> = added.pictures.iter().map(|picture| picture.id).collect();
    let quote = app.quote(ids.clone(), OutputOptions::default(), None).await?;
    let quoted = begun.elapsed();
    ensure!(quote.pictures == expected, "{} quoted", quote.pictures);
    println!(
        "{expected} taken in: {} ms; quoted: {} ms; together {} ms",
        taken_in.as_millis(),
        (quoted - taken_in).as_millis(),
        quoted.as_millis()
    );
    let told = serde_json::to_vec(&added)?;
    println!("  told to the window: {} KB in {} ms", told.len() >> 10, (begun.elapsed() - quoted).as_millis());
    let again = Instant::now();
    let saving = Saving::into_folder(Some(home.join("out")));
    app.quote_saving(ids, OutputOptions::default(), None, 0, &saving).await?;
    println!("  quoted once more, into a folder: {} ms", again.elapsed().as_millis());
    app.close().await;
    Ok(quoted)
}

/// Pictures of one drawing that differ in a comment, in subfolders.
fn write_pictures(folder: &Path, count: usize) -> anyhow::Result<u64> {
    let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).to_be_bytes();
    let drawing = image::RgbImage::from_fn(SIDES.0, SIDES.1, |x, y| {
        let [red, green, blue, _] = noise(x, y);
        image::Rgb([red, green, blue])
    });
    let mut jpeg = Vec::new();
    drawing.write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg)?;
    let (start, rest) = jpeg.split_at_checked(2).context("no JPEG was made")?;
    let mut bytes = 0;
    for number in 0..count {
        let folder = folder.join(format!("{:03}", number / A_FOLDER));
        if number % A_FOLDER == 0 {
            std::fs::create_dir_all(&folder)?;
        }
        let comment = format!("{number:010}");
        let file = [start, &[0xFF, 0xFE, 0, 12], comment.as_bytes(), rest].concat();
        std::fs::write(folder.join(format!("product {number:05}.jpg")), &file)?;
        bytes += file.len() as u64;
    }
    Ok(bytes)
}

/// A program around that looks at nothing.
struct Nobody;

impl Host for Nobody {
    fn emit(&self, _: &Envelope) {}

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
