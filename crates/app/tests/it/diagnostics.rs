//! The diagnostics archive from outside: what is in it, and what must not be.

use std::io::{Read as _, Write as _};
use std::path::Path;

use clearcut_app::{Front, LogTail, ServiceChoice, TakenBy};
use clearcut_sandbox::{Sandbox, SandboxOptions};

use crate::common::{self, KEY};

/// Everything in an archive, name and text.
fn read(file: &Path) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_holds_no_key_and_no_name_unless_the_user_ticks_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("Hochzeit Müller");
    std::fs::create_dir(&folder).unwrap();
    let photo = folder.join("Braut 17.png");
    std::fs::copy(common::photo(home.path(), "astronaut.png"), &photo).unwrap();
    let service = Sandbox::start(SandboxOptions { key: KEY.to_owned(), ..SandboxOptions::default() }).await.unwrap();
    let choice = ServiceChoice::Named(service.prefix().to_string());
    let (app, host) = common::open_with(home.path(), Front::Terminal, choice, Some(KEY)).await.unwrap();
    app.take_in(vec![photo.clone()], TakenBy::Drop).await;
    let line = format!("WARN could not look at {}: too busy\n", photo.display());
    LogTail.write_all(line.as_bytes()).unwrap();
    LogTail.write_all("WARN “Braut 17.png”: The service asks to wait.\n".as_bytes()).unwrap();
    *host.folder.lock().unwrap() = Some(folder.clone());
    app.choose_output_folder().await.unwrap();

    let file = home.path().join("d.zip");
    *host.save_as.lock().unwrap() = Some(file.clone());
    assert_eq!(app.save_diagnostics(false).await.unwrap().as_deref(), Some("d.zip"));
    let parts = read(&file);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["about.txt", "checks.txt", "counts.json", "settings.toml", "log.txt"]);
    let all: String = parts.iter().map(|(_, text)| format!("{text}\n")).collect();
    for secret in [KEY, "Hochzeit", "Müller", "Braut", "astronaut", home.path().to_str().unwrap()] {
        assert!(!all.contains(secret), "“{secret}” is in the archive:\n{all}");
    }
    for told in [env!("CARGO_PKG_VERSION"), "ledger_lines", "keyring", "output_folder", "too busy", "asks to wait"] {
        assert!(all.contains(told), "no “{told}” in the archive:\n{all}");
    }

    app.save_diagnostics(true).await.unwrap();
    let all: String = read(&file).into_iter().map(|(_, text)| text).collect();
    assert!(all.contains("Braut 17.png") && all.contains("Hochzeit Müller"), "{all}");
    assert!(!all.contains(KEY), "the key is in the archive:\n{all}");
    app.close().await;
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_dialog_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = common::open(home.path(), Front::Terminal).await;
    assert_eq!(app.save_diagnostics(false).await.unwrap(), None);
    app.close().await;
}
