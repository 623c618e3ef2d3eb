//! Does the main job with an installed Clearcut: opens its window on a private desktop, lets a second start hand over a photo as a file
//! manager's "Open with" does, downloads it on the practice account, and asks the installed terminal program for the gauge.
//! `cargo xtask bundle --try` calls it with both programs.
#![expect(clippy::print_stdout, reason = "a tool that says what it did")]

#[cfg(target_os = "linux")]
mod linux {
    use std::path::Path;
    use std::process::{Command, Stdio};

    use anyhow::{Context, Result, bail, ensure};
    use clearcut_tests::app::App;
    use clearcut_tests::cutout;
    use clearcut_tests::place::Place;
    use clearcut_tests::session::Session;
    use clearcut_tests::steps::{self, DOWNLOAD, id};
    use serde_json::Value;

    pub(super) async fn try_installed(window: &Path, terminal: &Path) -> Result<()> {
        if let Some(reason) = Session::impossible() {
            bail!("{reason}");
        }
        let session = Session::start()?;
        let place = Place::fresh()?;
        let photo = place.photo("astronaut.png")?;
        let app = App::start_binary(&session, &place, window).await?;
        steps::shows(&app, "gauge-total", "50".parse()?).await?;
        let ended = session
            .move_in(&mut Command::new(window))
            .envs(place.variables())
            .current_dir(place.photos())
            .arg("astronaut.png")
            .stdin(Stdio::null())
            .status()?;
        ensure!(ended.success(), "the second start ended with {ended}");
        app.click(&steps::card_of("astronaut.png", "previewed")).await?;
        app.click(&format!("{DOWNLOAD}:enabled")).await?;
        app.wait_for(&steps::card_of("astronaut.png", "saved")).await?;
        cutout::check_astronaut(&place.photos().join("astronaut-cutout.png"))?;
        ensure!(photo.is_file(), "the photo is gone");
        steps::shows(&app, "gauge-total", "49".parse()?).await?;
        ensure!(app.has(&id("gauge-total")).await?, "the gauge is gone");
        let mut asked = Command::new(terminal);
        place.move_here(asked.args(["credits", "--json"])).stdin(Stdio::null());
        let answer = asked.output().with_context(|| terminal.display().to_string())?;
        ensure!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        let credits: Value = serde_json::from_slice(&answer.stdout)?;
        ensure!(credits["total"]["amount"] == "49", "the terminal says {credits}");
        app.close().await?;
        println!(
            "{} took a photo from a second start, and cut it out for 1 credit; {} agrees.",
            window.display(),
            terminal.display()
        );
        Ok(())
    }
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let programs: Vec<std::path::PathBuf> = std::env::args_os().skip(1).map(Into::into).collect();
    let [window, terminal] = programs.as_slice() else { anyhow::bail!("try_installed WINDOW TERMINAL") };
    linux::try_installed(window, terminal).await
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("An installed window is tried on Linux, where the system's web view can be driven.");
}
