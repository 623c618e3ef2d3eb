//! `cargo xtask bench`: what the app takes while nobody does anything with it, beside an empty window in the same run: memory with nothing
//! on the bench and with ten thousand pictures on it, and processor time over a minute. Ends with the ratios and fails above the limits.
#![expect(clippy::print_stdout, reason = "a measurement speaks to its user")]

#[cfg(target_os = "linux")]
mod linux {
    use std::path::PathBuf;
    use std::time::Duration;

    use anyhow::{Result, ensure};
    use clearcut_tests::app::App;
    use clearcut_tests::footprint::Footprint;
    use clearcut_tests::place::Place;
    use clearcut_tests::session::Session;
    use clearcut_tests::steps::DROP_ZONE;
    use clearcut_tests::tools::{built, desktop_program};

    /// The app may take this many times the memory of an empty window.
    const IDLE: f64 = 1.2;
    /// The same with ten thousand pictures on the bench.
    const FULL: f64 = 1.5;
    /// The processor time over a minute that counts as none, in hundredths of a second: half a percent of one core.
    const REST: u64 = 30;
    const COUNT: usize = 10_000;
    /// How long a window is left alone before it is measured: what a start sets in motion is over by then.
    const SETTLING: Duration = Duration::from_secs(20);

    /// What a window takes once it has settled, and its processor time in the minute after.
    async fn at_rest(app: &App<'_>) -> Result<(Footprint, u64)> {
        tokio::time::sleep(SETTLING).await;
        let before = app.footprint()?;
        tokio::time::sleep(Duration::from_secs(60)).await;
        Ok((before, app.footprint()?.ticks.saturating_sub(before.ticks)))
    }

    /// Small pictures that differ from each other.
    fn folder(place: &Place) -> Result<PathBuf> {
        let folder = place.photos().join("shop");
        std::fs::create_dir_all(&folder)?;
        for n in 0..COUNT {
            let [low, high, ..] = n.to_le_bytes();
            image::RgbImage::from_pixel(320, 240, image::Rgb([low, high, 90]))
                .save(folder.join(format!("{n:05}.png")))?;
        }
        Ok(folder)
    }

    fn megabytes(footprint: Footprint) -> f64 {
        footprint.memory as f64 / 1e6
    }

    pub(super) async fn measure() -> Result<()> {
        let session = Session::start()?;
        let place = Place::fresh()?;
        let window = App::start_binary(&session, &place, &built()?.join("examples/empty_window")).await?;
        let (empty, empty_ticks) = at_rest(&window).await?;
        window.close().await?;

        let app = App::start_binary(&session, &place, &desktop_program()?).await?;
        app.wait_for(DROP_ZONE).await?;
        let (idle, ticks) = at_rest(&app).await?;
        let folder = folder(&place)?;
        app.drop_on(DROP_ZONE, &[folder.as_path()]).await?;
        app.wait_for_at_most(Duration::from_secs(120), "[data-testid=picture-card]").await?;
        let (full, full_ticks) = at_rest(&app).await?;
        app.close().await?;

        let idle_ratio = megabytes(idle) / megabytes(empty);
        let full_ratio = megabytes(full) / megabytes(empty);
        let seconds = |ticks: u64| ticks as f64 / 100.0;
        println!("                          memory   CPU in a minute");
        println!("an empty window         {:5.0} MB   {:6.2} s", megabytes(empty), seconds(empty_ticks));
        println!(
            "Clearcut                {:5.0} MB   {:6.2} s   {idle_ratio:.2} × the memory, at most {IDLE} is wanted",
            megabytes(idle),
            seconds(ticks)
        );
        println!(
            "with {COUNT} pictures     {:5.0} MB   {:6.2} s   {full_ratio:.2} × the memory, at most {FULL} is wanted",
            megabytes(full),
            seconds(full_ticks)
        );
        ensure!(ticks <= REST + empty_ticks, "{:.2} s of CPU in a minute in which nobody did anything", seconds(ticks));
        Ok(())
    }
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    linux::measure().await
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("The idle window is measured on Linux, where the system's web view can be driven.");
}
