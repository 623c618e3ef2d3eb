//! The archive for a person who helps: versions, settings, how everything stands, counts, and the end of the log. No key is in it, because
//! none can be printed; no name of a file or folder either, unless the user ticks that. Sends nothing anywhere.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::Duration;

use jiff::Zoned;
use serde_json::json;
use zip::write::SimpleFileOptions;

use crate::app::{App, Front, blocking};
use crate::doctor::CheckState;
use crate::problem::{Code, Problem};
use crate::scrub::Scrub;
use crate::views::KeyPlace;
use crate::{LogTail, whole_file, words};

/// A service that does not answer must not keep its own diagnostics from being written.
const CHECKED_FOR: Duration = Duration::from_secs(20);

/// The jobs counted: the latest of them.
const JOBS: u32 = 5000;

impl App {
    /// Writes the archive where the user chooses; answers with its name, or nothing where the dialog was closed.
    ///
    /// # Errors
    /// When the records cannot be read or the file cannot be written.
    pub async fn save_diagnostics(&self, with_names: bool) -> Result<Option<String>, Problem> {
        let today = Zoned::now().date();
        let Some(file) = self.host.choose_save(&format!("clearcut-diagnostics-{today}.zip")).await else {
            return Ok(None);
        };
        let parts = self.parts().await?;
        let scrub = if with_names { None } else { Some(Scrub::new(self.names())) };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        blocking(move || {
            let parts = parts.into_iter().map(|(part, text)| {
                let text = scrub.as_ref().map_or(text.clone(), |scrub| scrub.clean(&text));
                (part, text)
            });
            let bytes = archive(parts).map_err(|error| {
                Problem::new(Code::Internal, format!("The archive could not be made: {error}."), "")
            })?;
            whole_file::write(&file, &bytes).map_err(|error| words::file(&error, "write", &file))
        })
        .await??;
        Ok(Some(name))
    }

    /// The files of the archive and what stands in them.
    async fn parts(&self) -> Result<Vec<(&'static str, String)>, Problem> {
        let settings = self.settings().clone();
        let settings = toml::to_string_pretty(&settings)
            .map_err(|error| Problem::new(Code::Internal, format!("The settings cannot be written: {error}."), ""))?;
        Ok(vec![
            ("about.txt", self.about()),
            ("checks.txt", self.checks().await),
            ("counts.json", self.counts().await?),
            ("settings.toml", settings),
            ("log.txt", LogTail::lines().join("\n")),
        ])
    }

    fn about(&self) -> String {
        let desk = self.desk();
        let front = match self.front {
            Front::Window => "window",
            Front::Terminal => "terminal",
        };
        let key = match desk.key {
            KeyPlace::NotNeeded => "not needed",
            KeyPlace::Keyring => "in the keyring",
            KeyPlace::ThisSession => "until the program ends",
            KeyPlace::Environment => "from the environment",
            KeyPlace::Missing => "missing",
        };
        // The profile's id, never the account's own label: that may be a customer's name.
        format!(
            "Clearcut {} ({front})\nsystem: {} {}\nservice: {}\nkey: {key}\nwritten: {}\n",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH,
            desk.profile.id,
            Zoned::now().strftime("%Y-%m-%d %H:%M:%S %:z"),
        )
    }

    async fn checks(&self) -> String {
        let Ok(checks) = tokio::time::timeout(CHECKED_FOR, self.doctor()).await else {
            return format!("the checks did not end within {} s", CHECKED_FOR.as_secs());
        };
        let label = self.desk().account.label.clone();
        let line = |check: crate::Check| {
            let state = match check.ok {
                CheckState::Good => "good",
                CheckState::Warning => "warning",
                CheckState::Bad => "bad",
            };
            format!("{state}: {}: {}", check.name, check.text.replace(&label, "the account"))
        };
        checks.into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// How many of everything, by state.
    async fn counts(&self) -> Result<String, Problem> {
        let mut bench: BTreeMap<String, usize> = BTreeMap::new();
        for picture in self.bench().views() {
            let state = serde_json::to_value(picture.state).unwrap_or_default();
            *bench.entry(state.as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
        let banners: Vec<String> = self.banners().into_iter().map(|banner| banner.id).collect();
        let (store, vault, account) = (self.ground.store.clone(), self.ground.vault.clone(), self.desk().account.id);
        blocking(move || {
            let trouble = |error| words::store(&error);
            let mut jobs: BTreeMap<String, usize> = BTreeMap::new();
            for job in store.jobs_recent(JOBS).map_err(trouble)? {
                *jobs.entry(format!("{:?}", job.state).to_lowercase()).or_default() += 1;
            }
            let survey = vault.survey().map_err(|error| words::vault(&error))?;
            let counts = json!({
                "bench": bench,
                "banners": banners,
                "latest_jobs": jobs,
                "accounts": store.account_list().map_err(trouble)?.len(),
                "ledger_lines": store.entries(account).map_err(trouble)?.len(),
                "open_batches": store.batches_open().map_err(trouble)?.len(),
                "watched_folders": store.watches().map_err(trouble)?.len(),
                "vault": { "entries": survey.entries.len(), "unreadable": survey.troubles.len() },
            });
            Ok(format!("{counts:#}"))
        })
        .await?
    }

    /// Every name of a file or folder that is known now.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut add = |path: &Path| {
            names.push(path.display().to_string());
            names.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        };
        for folder in [&self.folders.data, &self.folders.config, &self.folders.cache, &self.folders.pictures] {
            add(folder);
        }
        if let Some(folder) = &self.settings().output_folder {
            add(folder);
        }
        for picture in self.bench().pictures() {
            let input = &picture.examined.path;
            add(input);
            input.parent().into_iter().for_each(&mut add);
            picture.saved.iter().for_each(|saved| add(saved));
        }
        for watch in self.ground.store.watches().unwrap_or_default() {
            add(&watch.folder);
        }
        // Names that are Clearcut's own, and words of every text.
        names.retain(|name| {
            !["data", "config", "cache", "pictures", "clearcut", "Clearcut", "Pictures"].contains(&name.as_str())
        });
        names
    }
}

fn archive(parts: impl Iterator<Item = (&'static str, String)>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
