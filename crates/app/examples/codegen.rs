//! Writes the generated TypeScript, or with `--check` says what differs. Called by `cargo xtask codegen`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

fn main() -> anyhow::Result<ExitCode> {
    let check = std::env::args().any(|arg| arg == "--check");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/lib/bindings");
    let files = clearcut_app::typescript::files()?;
    let mut differing = Vec::new();
    if !check {
        std::fs::create_dir_all(&folder)?;
    }
    for entry in std::fs::read_dir(&folder).context("ui/src/lib/bindings")? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !files.contains_key(&name) {
            differing.push(format!("{name} is not generated any more"));
            if !check {
                std::fs::remove_file(entry.path())?;
            }
        }
    }
    for (name, text) in &files {
        let path = folder.join(name);
        // A checkout may have turned the line ends.
        if std::fs::read_to_string(&path).ok().map(|old| old.replace("\r\n", "\n")).as_ref() != Some(text) {
            differing.push(name.clone());
            if !check {
                std::fs::write(&path, text)?;
            }
        }
    }
    if check && !differing.is_empty() {
        anyhow::bail!("the bindings are out of date ({}); run `cargo xtask codegen`", differing.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}
