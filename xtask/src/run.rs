//! `cargo xtask run`: from a fresh clone to the product at work, in a window or, without a display, in the terminal.
//! Both use the practice account, so no key is needed and nothing real is spent.
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::machine::has_display;
use crate::project::{self, binary, root};
use crate::setup;

/// Opens the desktop app, or does the same job in the terminal when asked to or when there is no display.
pub(crate) fn run(terminal: bool) -> Result<()> {
    if terminal {
        return in_terminal();
    }
    if !has_display() {
        println!("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): working in the terminal.");
        return in_terminal();
    }
    setup::desktop()?;
    project::run(&mut cargo(&["build", "--workspace", "--bin", "clearcut-desktop"]))?;
    println!("\nOpening Clearcut on the practice account.");
    project::run(project::command(binary("debug", "clearcut-desktop")).arg("--practice"))
}

/// Cuts out the sample photos on the practice account and says where they are and what is left.
fn in_terminal() -> Result<()> {
    setup::terminal()?;
    project::run(&mut cargo(&["build", "--workspace", "--bin", "clearcut"]))?;
    let clearcut = binary("debug", "clearcut");
    let folder = pictures()?.join("Clearcut samples");
    let photos = samples(&root().join("samples"))?;

    println!("\nCutting out {} sample photos on the practice account.", photos.len());
    let mut remove = project::command(&clearcut);
    remove.args(["remove", "--service", "practice", "--yes", "--out"]).arg(&folder).args(&photos);
    project::run(&mut remove)?;

    println!();
    project::run(project::command(&clearcut).args(["credits", "--service", "practice"]))?;
    println!("\nThe cutouts are in {}", folder.display());
    Ok(())
}

/// The sample photos of the project, in order.
fn samples(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut photos: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "png" || ext == "jpg"))
        .collect();
    photos.sort();
    if photos.is_empty() {
        bail!("no photos in {}", folder.display());
    }
    Ok(photos)
}

/// The user's own folder for pictures: as the desktop has it, else `Pictures` in the home folder.
fn pictures() -> Result<PathBuf> {
    let named = project::output(project::command("xdg-user-dir").arg("PICTURES")).map(PathBuf::from);
    let home = std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from);
    match (named, home) {
        // xdg-user-dir answers with the home folder itself where none is set
        (Some(named), home) if Some(&named) != home.as_ref() => Ok(named),
        (_, Some(home)) => Ok(home.join("Pictures")),
        (_, None) => bail!("the home folder is not known: set HOME"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_the_photos_only_and_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["rocket.jpg", "LICENCES.md", "astronaut.png"] {
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        let names: Vec<_> = samples(dir.path()).unwrap().iter().map(|p| p.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["astronaut.png", "rocket.jpg"]);
    }

    #[test]
    fn a_folder_without_photos_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = samples(dir.path()).unwrap_err().to_string();
        assert!(error.contains("no photos"), "{error}");
    }
}
