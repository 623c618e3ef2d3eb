//! `cargo xtask bundle`: packages of the kinds that this system can make, with both programs, the desktop entry, the icons and
//! everybody's licences in them; with `--try` installs them and uses what was installed. Tauri's bundler makes the packages; it is an
//! npm package, fetched for this command alone.
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::project::{self, binary, root, target_dir};
use crate::{setup, tryout, web};

/// What the command line asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Package what was built for debugging: quick, large, for work on the packages themselves.
    debug: bool,
    /// Install and use what was made.
    tried: bool,
    /// An AppImage as well: its tools are fetched from the net.
    appimage: bool,
}

impl Options {
    /// Reads the arguments after `bundle`.
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        for arg in args {
            match *arg {
                "--debug" => options.debug = true,
                "--try" => options.tried = true,
                "--appimage" if cfg!(target_os = "linux") => options.appimage = true,
                other => bail!("bundle does not know {other}"),
            }
        }
        Ok(options)
    }

    fn profile(&self) -> &'static str {
        if self.debug { "debug" } else { "release" }
    }

    fn kinds(&self) -> Vec<&'static str> {
        let mut kinds = if cfg!(target_os = "macos") {
            vec!["app", "dmg"]
        } else if cfg!(windows) {
            vec!["msi", "nsis"]
        } else {
            vec!["deb", "rpm"]
        };
        if self.appimage {
            kinds.push("appimage");
        }
        kinds
    }
}

/// Builds, packages, and with `--try` installs and uses.
pub(crate) fn bundle(options: &Options) -> Result<()> {
    if options.tried {
        setup::window()?;
    } else {
        setup::desktop()?;
    }
    let mut build = cargo(&["build", "--workspace", "--bin", "clearcut-desktop", "--bin", "clearcut"]);
    if !options.debug {
        build.arg("--release");
    }
    project::run(&mut build)?;
    let folder = target_dir().join(options.profile()).join("bundle");
    // What an earlier run left is not what this one made.
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    lay_out_terminal(&binary(options.profile(), "clearcut"))?;
    package(options)?;
    let made = packages(&folder)?;
    println!();
    for package in &made {
        let size = fs::metadata(package)?.len();
        println!("{} ({:.1} MB)", package.display(), f64::from(u32::try_from(size / 1000)?) / 1000.0);
    }
    if options.tried { tryout::try_out(&made) } else { Ok(()) }
}

/// Lays the terminal program where the bundler looks for it: under the name of this system, which it takes off again.
fn lay_out_terminal(terminal: &Path) -> Result<()> {
    let version = project::output(project::command("rustc").arg("-vV")).context("rustc -vV says nothing")?;
    let system = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV names no host")?;
    let folder = root().join("target/bundle");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let copy = folder.join(format!("clearcut-{system}{}", std::env::consts::EXE_SUFFIX));
    fs::copy(terminal, &copy).with_context(|| copy.display().to_string())?;
    Ok(())
}

/// Calls the bundler.
fn package(options: &Options) -> Result<()> {
    let packaging = root().join("packaging");
    if !packaging.join("node_modules/@tauri-apps/cli").is_dir() {
        println!("Fetching Tauri's bundler.");
        project::run(web::npm(&["ci"]).current_dir(&packaging))?;
    }
    let mut bundler = project::command("node");
    bundler.arg(packaging.join("node_modules/@tauri-apps/cli/tauri.js")).args(["bundle", "--ci"]);
    bundler.arg("--config").arg(packaging.join("bundle.json"));
    bundler.arg("--bundles").arg(options.kinds().join(","));
    if options.debug {
        bundler.arg("--debug");
    }
    project::run(&mut bundler)
}

/// The packages in the bundler's folder, in order.
fn packages(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for kind in fs::read_dir(folder).with_context(|| folder.display().to_string())?.flatten() {
        for file in fs::read_dir(kind.path()).into_iter().flatten().flatten() {
            let path = file.path();
            let known = ["deb", "rpm", "AppImage", "dmg", "msi", "exe"];
            if path.is_file() && path.extension().is_some_and(|ending| known.iter().any(|known| ending == *known)) {
                found.push(path);
            }
        }
    }
    found.sort();
    if found.is_empty() {
        bail!("the bundler left nothing in {}", folder.display());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_count_and_what_the_bundler_left_beside_them_does_not() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("deb/Clearcut")).unwrap();
        fs::write(dir.path().join("deb/Clearcut_0.1.0_amd64.deb"), "x").unwrap();
        fs::write(dir.path().join("deb/control.tar.gz"), "x").unwrap();
        let names: Vec<_> =
            packages(dir.path()).unwrap().iter().map(|path| path.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["Clearcut_0.1.0_amd64.deb"]);
    }

    #[test]
    fn an_unknown_flag_is_named() {
        assert!(Options::parse(&["--fast"]).unwrap_err().to_string().contains("--fast"));
        assert!(Options::parse(&["--debug", "--try"]).unwrap().tried);
    }
}
