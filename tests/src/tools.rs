//! What the tests need around them: the binaries of the product, the sample photos, the programs of a desktop.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The folder of the whole project.
#[must_use]
pub fn project() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A sample photo of the project.
#[must_use]
pub fn sample(name: &str) -> PathBuf {
    project().join("samples").join(name)
}

/// A file of the desktop set-up beside this harness.
#[must_use]
pub fn desktop_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("desktop").join(name)
}

/// The folder of the binaries that were built together with this test.
pub fn built() -> Result<PathBuf> {
    let this = std::env::current_exe().context("this test's own path")?;
    let folder = this.parent().context("the folder of this test")?;
    // target/debug/deps/window-… and target/debug/examples/… both lie one below the binaries; a binary lies among them.
    let below = folder.ends_with("deps") || folder.ends_with("examples");
    Ok(folder.parent().filter(|_| below).unwrap_or(folder).to_path_buf())
}

/// A binary of the product, built in the same profile as this test.
pub fn binary(name: &str) -> Result<PathBuf> {
    let path = built()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() {
        return Ok(path);
    }
    bail!("{} is not built: run `cargo xtask test`, or `cargo build --workspace --bins`", path.display())
}

/// The window's program, with the interface that stands in the sources now: cargo embeds what was built last, however old it is.
pub fn desktop_program() -> Result<PathBuf> {
    let built = std::fs::metadata(project().join("ui/dist/index.html")).and_then(|page| page.modified());
    let newest = newest(&project().join("ui/src")).context("ui/src cannot be read")?;
    if built.is_ok_and(|built| built >= newest) {
        return binary("clearcut-desktop");
    }
    bail!(
        "ui/dist is older than ui/src: run `cargo xtask test`, or `npm --prefix ui run build` and build the window again"
    )
}

/// When anything below the folder was changed last.
fn newest(folder: &Path) -> std::io::Result<std::time::SystemTime> {
    let mut newest = std::time::SystemTime::UNIX_EPOCH;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        newest = newest.max(if about.is_dir() { self::newest(&entry.path())? } else { about.modified()? });
    }
    Ok(newest)
}

/// True on a build server, where a missing tool is a failure and never a reason to leave a test out.
#[must_use]
pub fn on_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// Tells why a test cannot run here; fails on a build server, where everything must be there.
///
/// # Panics
/// On a build server.
#[expect(clippy::print_stderr, reason = "the reason must be seen in the test's output")]
#[expect(clippy::panic, reason = "a test that cannot run on the build server has failed")]
pub fn leave_out(reason: &str) {
    if on_ci() {
        panic!("this test must run on the build server, but {reason}");
    }
    eprintln!("left out: {reason}");
}

/// The first of these programs that is not on the path.
#[must_use]
pub fn missing_program<'a>(programs: &[&'a str]) -> Option<&'a str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let there = |name: &str| folders.iter().any(|folder| folder.join(name).is_file());
    programs.iter().copied().find(|name| !there(name))
}
