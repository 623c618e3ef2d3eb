//! `cargo xtask screenshots`: photographs the real app in its real window for the documentation, light and dark, by
//! doing the main job once in each.
#![expect(clippy::print_stdout, reason = "a tool that says what it wrote")]

#[cfg(target_os = "linux")]
mod linux {
    use std::path::PathBuf;

    use anyhow::Result;
    use clearcut_tests::app::App;
    use clearcut_tests::place::Place;
    use clearcut_tests::session::{Session, Wish};
    use clearcut_tests::tools::project;

    const ZONE: &str = "[data-testid=drop-zone]";
    const DOWNLOAD: &str = "[data-testid=download]";

    fn card(state: &str, name: &str) -> String {
        format!("[data-testid=picture-card][data-state={state}][data-name={name:?}]")
    }

    /// One round of the main job in one colour scheme.
    async fn round(scheme: &str) -> Result<()> {
        let session = Session::start_with(&Wish { dark: scheme == "dark", ..Wish::default() })?;
        let place = Place::fresh()?;
        let names = ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"];
        let photos = names.iter().map(|name| place.photo(name)).collect::<Result<Vec<PathBuf>>>()?;
        let app = App::start(&session, &place).await?;
        let shoot = async |view: &str| -> Result<()> {
            let path = project().join("docs/screenshots").join(format!("{view}-{scheme}.png"));
            app.screenshot_to(&path).await?;
            println!("wrote {}", path.display());
            Ok(())
        };

        app.wait_for(&format!("{ZONE}, [data-testid=gauge-total]")).await?;
        shoot("empty").await?;
        let files: Vec<_> = photos.iter().map(PathBuf::as_path).collect();
        app.drop_on(ZONE, &files).await?;
        for name in names {
            app.wait_for(&card("previewed", name)).await?;
        }
        app.click(&card("previewed", "astronaut.png")).await?;
        app.wait_for(DOWNLOAD).await?;
        shoot("previewed").await?;
        app.click(DOWNLOAD).await?;
        app.wait_for(&card("saved", "astronaut.png")).await?;
        shoot("saved").await?;
        app.close().await
    }

    pub(super) async fn all() -> Result<()> {
        round("light").await?;
        round("dark").await
    }
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    linux::all().await
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("The window is photographed on Linux, where the system's web view can be driven.");
}
