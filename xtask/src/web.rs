//! The user interface's packages and build: `npm ci` when the lock file is not the one that was installed, `npm run
//! build` when a source is newer than what was built. Knows nothing of what is in the interface.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::project::{self, root};

/// The oldest Node.js that the build tools run on, as (major, minor).
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Written after a good build: when its page was made. A page of another time was not built here, and may be a stand-in.
const BUILT_AT: &str = "node_modules/.built-at";

/// Written after a good `npm ci`: the lock file it was done from.
const INSTALLED_LOCK: &str = "node_modules/.installed-lock.json";

fn ui() -> PathBuf {
    root().join("ui")
}

/// An npm command in the folder of the interface.
pub(crate) fn npm(args: &[&str]) -> Command {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(program);
    command.args(args).current_dir(ui());
    command
}

/// Installs the packages if they are not those of the lock file.
pub(crate) fn packages() -> Result<()> {
    let ui = ui();
    let lock = fs::read(ui.join("package-lock.json")).context("ui/package-lock.json")?;
    if fs::read(ui.join(INSTALLED_LOCK)).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    check_node(&project::output(project::command("node").arg("--version")).unwrap_or_default())?;
    println!("Fetching the interface's packages.");
    project::run(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    fs::write(ui.join(INSTALLED_LOCK), lock).context("ui/node_modules cannot be written")
}

/// Builds `ui/dist` unless what is there was built here and is newer than everything it is made from.
pub(crate) fn build() -> Result<()> {
    packages()?;
    let ui = ui();
    let page = ui.join("dist/index.html");
    let built_here = fs::read_to_string(ui.join(BUILT_AT)).is_ok_and(|at| Some(at) == stamp(&page));
    if built_here && modified(&page) > newest(&ui) {
        return Ok(());
    }
    println!("Building the interface.");
    project::run(&mut npm(&["run", "build"]))?;
    let at = stamp(&page).context("npm run build left no ui/dist/index.html")?;
    fs::write(ui.join(BUILT_AT), at).context("ui/node_modules cannot be written")
}

/// The time of a file's last change as text.
fn stamp(file: &Path) -> Option<String> {
    let since = modified(file)?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(since.as_nanos().to_string())
}

/// Says in words when Node.js is too old; an unreadable version is let through, npm will say more.
fn check_node(version: &str) -> Result<()> {
    let mut parts = version.trim_start_matches('v').split('.').map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) else {
        return Ok(());
    };
    if (major, minor) >= OLDEST_NODE {
        return Ok(());
    }
    let (need_major, need_minor) = OLDEST_NODE;
    bail!("Node.js is {version}, but {need_major}.{need_minor} or newer is needed: update it from nodejs.org")
}

/// When the newest source of the interface was changed; what is built or installed does not count.
fn newest(dir: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(dir).ok()?;
    entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            name != "node_modules" && name != "dist" && !name.to_string_lossy().starts_with('.')
        })
        .filter_map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => newest(&entry.path()),
            _ => modified(&entry.path()),
        })
        .max()
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|meta| meta.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_refused_in_words_and_a_new_one_passes() {
        assert!(check_node("v20.19.4").is_ok());
        assert!(check_node("v24.1.0").is_ok());
        assert!(check_node("").is_ok());
        let error = check_node("v18.20.1").unwrap_err().to_string();
        assert!(error.contains("v18.20.1") && error.contains("20.19"), "{error}");
    }

    #[test]
    fn the_newest_source_counts_and_the_built_one_does_not() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("src/lib")).unwrap();
        fs::create_dir_all(dir.path().join("dist")).unwrap();
        let write = |name: &str, seconds: u64| {
            let file = fs::File::create(dir.path().join(name)).unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            file.set_modified(time).unwrap();
            time
        };
        write("index.html", 10);
        let newest_source = write("src/lib/a.ts", 30);
        write("dist/index.html", 99);
        assert_eq!(newest(dir.path()), Some(newest_source));
    }
}
