//! Makes a permission of each command in the one list, and sees to it that there is a UI to put into the program.
//! It refuses to run npm: `cargo xtask` builds the UI first, and a lint run in a fresh clone must not need Node.

use std::error::Error;
use std::fs;
use std::path::Path;

#[path = "../crates/app/src/command_list.rs"]
mod command_list;

macro_rules! names {
    ($( $(#[$doc:meta])* $name:ident ( $($argument:tt)* ) -> $answer:ty; )*) => {
        /// The commands that the window may call.
        const COMMANDS: &[&str] = &[$(stringify!($name)),*];
    };
}
commands!(names);

/// Where Vite leaves the UI.
const UI: &str = "../ui/dist";

/// What stands in for the UI where nobody has built it.
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Clearcut</title>\
    <p>The window's contents were not built. Start Clearcut with <code>cargo xtask run</code>, which does.</p>\n";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=../crates/app/src/command_list.rs");
    println!("cargo:rerun-if-changed={UI}");
    stand_in_for_the_ui()?;
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}

/// The macro that embeds the UI fails obscurely without one.
fn stand_in_for_the_ui() -> Result<(), Box<dyn Error>> {
    let page = Path::new(UI).join("index.html");
    if page.exists() {
        return Ok(());
    }
    println!("cargo:warning=ui/dist is missing: the window will say so. `cargo xtask run` builds it.");
    fs::create_dir_all(UI)?;
    fs::write(page, NOT_BUILT)?;
    Ok(())
}
