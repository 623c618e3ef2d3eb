//! Writes the generated TypeScript and the settings' schema, or with `--check` says what differs. Called by `cargo xtask codegen`.

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
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let schema = (docs.join("settings.schema.json"), clearcut_app::settings_schema());
    let files = files.into_iter().map(|(name, text)| (folder.join(name), text)).chain([schema]);
    for (path, text) in files {
        // A checkout may have turned the line ends.
        if std::fs::read_to_string(&path).ok().map(|old| old.replace("\r\n", "\n")).as_ref() != Some(&text) {
            differing.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
            if !check {
                std::fs::write(&path, &text)?;
            }
        }
    }
    if check && !differing.is_empty() {
        anyhow::bail!("what is generated is out of date ({}); run `cargo xtask codegen`", differing.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}
