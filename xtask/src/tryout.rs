//! Whether a package is one: it is installed as a person would, what it brought is looked at, and the installed program does the main
//! job in its real window. Linux only. As root the `.deb` goes into this system and out again; without, it is unpacked instead, which
//! leaves its dependencies unproven and is said.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::cargo::cargo;
use crate::machine::{Machine as _, Right, ThisMachine};
use crate::project::{self, root, target_dir};

/// What every package must bring, seen from where it was installed.
const BROUGHT: &[&str] = &[
    "usr/bin/clearcut-desktop",
    "usr/bin/clearcut",
    "usr/share/applications/Clearcut.desktop",
    "usr/share/icons/hicolor/128x128/apps/clearcut-desktop.png",
    "usr/share/metainfo/app.clearcut.desktop.metainfo.xml",
];

/// Installs and uses each package that this system can.
pub(crate) fn try_out(packages: &[PathBuf]) -> Result<()> {
    ensure!(
        cfg!(target_os = "linux"),
        "only the Linux packages can be tried by themselves: the window is driven there"
    );
    project::run(&mut cargo(&["build", "--workspace", "--example", "try_installed"]))?;
    for package in packages {
        match package.extension().and_then(|ending| ending.to_str()) {
            Some("deb") => deb(package)?,
            Some("rpm") => rpm(package)?,
            _ => println!("not tried: {}", package.display()),
        }
    }
    Ok(())
}

fn deb(package: &Path) -> Result<()> {
    let unpacked = emptied("deb")?;
    let free = !project::succeeds(project::command("dpkg").args(["--status", "clearcut"]));
    if ThisMachine.right() != Right::Root || !free {
        let why = if free { "not root" } else { "a Clearcut is installed already" };
        println!("{why}: {} is unpacked, not installed", package.display());
        project::run(project::command("dpkg-deb").arg("-x").arg(package).arg(&unpacked))?;
        return used(&unpacked);
    }
    project::run(project::command("dpkg").arg("--install").arg(package))?;
    let used = used(Path::new("/"));
    let removed = project::run(project::command("dpkg").args(["--purge", "clearcut"]));
    used.and(removed)?;
    for left in BROUGHT {
        ensure!(!Path::new("/").join(left).exists(), "removing the package left /{left}");
    }
    Ok(())
}

fn rpm(package: &Path) -> Result<()> {
    let unpacked = emptied("rpm")?;
    if ThisMachine.right() == Right::Root && ThisMachine.has_program("rpm") {
        // A root of its own without a database: what the package depends on is asked of this system instead, by starting it.
        let install = ["--install", "--nodeps", "--noscripts", "--root"];
        project::run(project::command("rpm").args(install).arg(&unpacked).arg(package))?;
    } else if ThisMachine.has_program("rpm2cpio") && ThisMachine.has_program("cpio") {
        println!("not root, or no rpm here: {} is unpacked, not installed", package.display());
        let line = "rpm2cpio \"$1\" | cpio --extract --make-directories --quiet --directory \"$2\"";
        project::run(project::command("sh").args(["-c", line, "sh"]).arg(package).arg(&unpacked))?;
    } else {
        bail!("{} cannot be opened here: install rpm", package.display());
    }
    used(&unpacked)
}

/// A new folder to install into.
fn emptied(name: &str) -> Result<PathBuf> {
    let folder = target_dir().join("tryout").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// Looks at what was installed under `at`, and does the main job with it.
fn used(at: &Path) -> Result<()> {
    for file in BROUGHT {
        ensure!(at.join(file).is_file(), "the package brings no {file}");
    }
    let docs = ["usr/share/doc/clearcut", "usr/share/licenses/clearcut"].map(|folder| at.join(folder));
    let licences = docs.iter().map(|folder| folder.join("THIRD-PARTY.txt")).find(|file| file.is_file());
    let licences = fs::read(licences.context("the package brings no THIRD-PARTY.txt")?)?;
    ensure!(licences == fs::read(root().join("THIRD-PARTY.txt"))?, "THIRD-PARTY.txt in the package is another one");
    entry(&at.join("usr/share/applications/Clearcut.desktop"))?;
    let mut example = Command::new(target_dir().join("debug/examples/try_installed"));
    example.args(["usr/bin/clearcut-desktop", "usr/bin/clearcut"].map(|file| at.join(file)));
    project::run(example.current_dir(root()))
}

/// The desktop entry takes files, and is offered for pictures.
fn entry(file: &Path) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    for line in ["Exec=clearcut-desktop %F", "Icon=clearcut-desktop"] {
        ensure!(text.lines().any(|found| found == line), "no line {line} in {text}");
    }
    let kinds = text.lines().find_map(|line| line.strip_prefix("MimeType=")).unwrap_or_default();
    for kind in ["image/jpeg", "image/png", "image/webp"] {
        ensure!(kinds.split(';').any(|found| found == kind), "not offered for {kind}: {kinds}");
    }
    if ThisMachine.has_program("desktop-file-validate") {
        project::run(project::command("desktop-file-validate").arg(file))?;
    }
    Ok(())
}
