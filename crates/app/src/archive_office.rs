//! Moving to another computer: everything into one archive, and out of one. What an archive may hold and how it is taken over is
//! decided further in; this room asks for files, merges settings, tells how far it has come, and says what became of it.
//!
//! # Settings
//! What is set here stays; what is not set here is taken from the archive. A folder or model that is not on this
//! computer is not taken, and neither is how its network is reached.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use clearcut_store::{
    AccountId as StoredAccount, AccountRow, ArchiveError, ArchiveSource, DiskFiles, Fate, Store, Taken,
};
use jiff::Zoned;
use tokio_util::sync::CancellationToken;

use crate::app::{App, blocking};
use crate::practice::PRACTICE_ACCOUNT;
use crate::problem::{Code, Problem};
use crate::settings::{self, Settings};
use crate::views::{ArchiveAccount, ArchiveLoaded, ArchiveSaved, Event};
use crate::{intake, words};

/// How often the window is told how far it has come.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// What the two directions have in common: whether to stop, and when it was told last.
struct Way {
    app: Arc<App>,
    stop: CancellationToken,
    told: Option<Instant>,
}

impl Way {
    fn moved(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        if self.stop.is_cancelled() || self.app.stopping.is_cancelled() {
            return ControlFlow::Break(());
        }
        if done == total || self.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
            self.told = Some(Instant::now());
            self.app.emit(Event::Archive { done, total });
        }
        ControlFlow::Continue(())
    }
}

impl App {
    /// Asks where to, and saves everything that is needed on another computer; nothing where the dialog was closed.
    ///
    /// # Errors
    /// As [`save_archive_to`](Self::save_archive_to).
    pub async fn save_archive(&self) -> Result<Option<ArchiveSaved>, Problem> {
        let today = Zoned::now().date();
        // The dialog has asked about a file that is there.
        match self.host.choose_save(&format!("clearcut-{today}.zip")).await {
            Some(file) => self.save_archive_to(file, true).await.map(Some),
            None => Ok(None),
        }
    }

    /// Saves accounts, ledgers, receipts, the vault and the settings as one file. Keys are not in it.
    ///
    /// # Errors
    /// While pictures are on their way, when a file of that name exists and `replace` is not said, when it was stopped, or when
    /// files or records fail. No archive is left then, and an old one is as it was.
    pub async fn save_archive_to(&self, file: PathBuf, replace: bool) -> Result<ArchiveSaved, Problem> {
        let (mut way, _over) = self.set_out()?;
        let me = Arc::clone(&way.app);
        blocking(move || {
            let settings = me.settings().clone();
            let source = ArchiveSource {
                vault: &me.ground.vault,
                backdrops: &me.ground.backdrops,
                settings: Some(settings::text(&settings)?),
            };
            let mut moved = |done, total| way.moved(done, total);
            let saved = me.ground.store.archive_save(&source, &DiskFiles, &file, replace, &mut moved);
            let saved = saved.map_err(|error| not_saved(&error, &file))?;
            Ok(ArchiveSaved {
                name: intake::file_name(&file),
                accounts: count(saved.accounts),
                pictures: count(saved.answers),
                left_out: count(saved.left_out),
                bytes: saved.bytes,
            })
        })
        .await?
    }

    /// Asks which, and takes over what is not here yet; nothing where the dialog was closed.
    ///
    /// # Errors
    /// As [`load_archive_from`](Self::load_archive_from).
    pub async fn load_archive(&self) -> Result<Option<ArchiveLoaded>, Problem> {
        match self.host.choose_archive().await {
            Some(file) => self.load_archive_from(file).await.map(Some),
            None => Ok(None),
        }
    }

    /// Takes over from an archive what is not on this computer yet. An account that is here is never added to.
    ///
    /// # Errors
    /// While another Clearcut has the data folder open, when the file is no whole archive or a newer one's, when it was stopped,
    /// or when files or records fail. Nothing was taken over then.
    pub async fn load_archive_from(&self, file: PathBuf) -> Result<ArchiveLoaded, Problem> {
        let (mut way, _over) = self.set_out()?;
        let me = Arc::clone(&way.app);
        let (taken, coming) = blocking(move || {
            let ground = &me.ground;
            let name = intake::file_name(&file);
            let load = || -> Result<(Taken, Option<String>), ArchiveError> {
                let mut moved = |done, total| way.moved(done, total);
                let staged = ground.store.archive_unpack(&file, Arc::new(DiskFiles), &mut moved)?;
                let settings = staged.settings().map(str::to_owned);
                Ok((staged.take(&ground.store, &ground.vault, &ground.backdrops)?, settings))
            };
            match ground.presence.alone(load).map_err(|error| words::store(&error))? {
                Some(loaded) => loaded.map_err(|error| not_loaded(&error, &name)),
                None => Err(Problem::new(
                    Code::BadRequest,
                    "Another Clearcut is open on this computer, so nothing was taken over.",
                    "Close it (the window, its tray, and every command that still runs) and try again.",
                )),
            }
        })
        .await??;
        let settings = self.take_settings(coming.as_deref())?;
        let labels = self.ground.store.account_list().map_err(|error| words::store(&error))?;
        let accounts = taken.accounts.iter().map(|(row, fate)| became(row, *fate, &labels)).collect();
        self.emit(Event::CreditsChanged);
        Ok(ArchiveLoaded { accounts, pictures: count(taken.answers), settings, overview: self.overview().await? })
    }

    /// Stops what is being saved or loaded; nothing where nothing is.
    ///
    /// # Errors
    /// Never today.
    pub async fn stop_archive(&self) -> Result<(), Problem> {
        if let Some(stop) = &*self.archiving.lock().unwrap_or_else(PoisonError::into_inner) {
            stop.cancel();
        }
        Ok(())
    }

    /// Whatever ends the way, from now on there is nothing to stop.
    fn set_out(&self) -> Result<(Way, impl Drop + use<>), Problem> {
        let app = self.me.upgrade().ok_or_else(words::closing)?;
        let stop = CancellationToken::new();
        let mut archiving = self.archiving.lock().unwrap_or_else(PoisonError::into_inner);
        if archiving.is_some() {
            return Err(not_saved(&ArchiveError::Busy, Path::new("")));
        }
        *archiving = Some(stop.clone());
        Ok((Way { app: Arc::clone(&app), stop, told: None }, Over(app)))
    }

    /// Takes what is not set here from an archive's settings, and says what became of them.
    fn take_settings(&self, text: Option<&str>) -> Result<Vec<String>, Problem> {
        let Some(text) = text else { return Ok(Vec::new()) };
        let Ok(coming) = toml::from_str::<Settings>(text) else {
            return Ok(vec!["Its settings could not be read and were left out.".to_owned()]);
        };
        let before = self.settings().clone();
        let known = |account| known(&self.ground.store, account);
        let Merged { settings, mut said } = merged(&before, coming, known);
        if settings != before {
            self.set(|here| *here = settings)?;
            said.insert(0, "Settings that were not set here were taken over.".to_owned());
        }
        Ok(said)
    }
}

/// Ends a way.
struct Over(Arc<App>);

impl Drop for Over {
    fn drop(&mut self) {
        *self.0.archiving.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn known(store: &Store, account: uuid::Uuid) -> bool {
    account == PRACTICE_ACCOUNT || store.account_get(StoredAccount(account)).is_ok_and(|row| row.is_some())
}

struct Merged {
    settings: Settings,
    said: Vec<String>,
}

/// `here`, with what is not set in it from `coming`.
fn merged(here: &Settings, coming: Settings, known: impl Fn(uuid::Uuid) -> bool) -> Merged {
    let mut said = Vec::new();
    let mut there = |what: &str, path: &Path, is_there: bool| {
        if !is_there {
            said.push(format!("{what} {} is not on this computer and was not taken over.", path.display()));
        }
        is_there
    };
    let output_folder = coming
        .output_folder
        .filter(|folder| here.output_folder.is_some() || there("The folder for cutouts", folder, folder.is_dir()));
    let model =
        coming.model.filter(|model| here.model.is_some() || there("The model", &model.file, model.file.is_file()));
    let mut improve_agreed = here.improve_agreed.clone();
    let agreed = coming.improve_agreed.into_iter().filter(|account| known(*account));
    improve_agreed.extend(agreed.filter(|account| !here.improve_agreed.contains(account)));
    let settings = Settings {
        output_folder: here.output_folder.clone().or(output_folder),
        name_template: here.name_template.clone().or(coming.name_template),
        existing: here.existing.or(coming.existing),
        keep_metadata: here.keep_metadata.or(coming.keep_metadata),
        account: here.account.or(coming.account.filter(|account| known(*account))),
        notice_levels: here.notice_levels.clone().or(coming.notice_levels),
        quiet_hours: here.quiet_hours.or(coming.quiet_hours),
        vault_limit_gb: here.vault_limit_gb.or(coming.vault_limit_gb),
        at_a_time: here.at_a_time.or(coming.at_a_time),
        // How the network is reached belongs to the place where the computer stands.
        proxy: here.proxy,
        proxy_address: here.proxy_address.clone(),
        proxy_user: here.proxy_user.clone(),
        certificates: here.certificates.clone(),
        improve_agreed,
        model: here.model.clone().or(model),
    };
    Merged { settings, said }
}

/// What became of an account, in words.
fn became(row: &AccountRow, fate: Fate, here: &[AccountRow]) -> ArchiveAccount {
    let label = row.label.clone();
    let text = match fate {
        Fate::Came if row.key_tag.is_some() => {
            format!("“{label}” came over. Enter its key again: keys never leave the keyring of their computer.")
        }
        Fate::Came => format!("“{label}” came over."),
        Fate::Here => format!("“{label}” is on this computer already. Nothing was added to it."),
        Fate::Double(other) => {
            let other = here.iter().find(|row| row.id == other).map_or("another account", |row| row.label.as_str());
            format!(
                "“{label}” was not taken over: its service and key have the account “{other}” on this computer, and one \
                 account cannot have two ledgers."
            )
        }
    };
    let label = match fate {
        Fate::Here => here.iter().find(|other| other.id == row.id).map_or(label, |row| row.label.clone()),
        Fate::Came | Fate::Double(_) => label,
    };
    ArchiveAccount { label, came: fate == Fate::Came, text }
}

fn not_saved(error: &ArchiveError, file: &Path) -> Problem {
    let name = intake::file_name(file);
    match error {
        ArchiveError::OnTheirWay(_) => Problem::new(
            Code::BadRequest,
            "Pictures are on their way, so the archive would miss what becomes of them. Nothing was saved.",
            "Wait until they are there, or pause the queue, and try again.",
        ),
        ArchiveError::Exists { .. } => Problem::new(
            Code::FileTrouble,
            format!("“{name}” is there already, and nothing was saved."),
            "Choose another name, or move the file away.",
        ),
        other => common(other, file, "Nothing was saved."),
    }
}

fn not_loaded(error: &ArchiveError, name: &str) -> Problem {
    const NOTHING: &str = "Nothing was taken over.";
    match error {
        ArchiveError::NotWhole(_) => Problem::new(
            Code::FileTrouble,
            format!("“{name}” cannot be taken over: {} {NOTHING}", words::sentence(&error.to_string())),
            "Save the archive again on the other computer and copy it anew.",
        ),
        ArchiveError::Newer { .. } => Problem::new(
            Code::StoreNewer,
            format!("“{name}” was saved by a newer Clearcut. {NOTHING}"),
            "Install the newest Clearcut on this computer.",
        ),
        other => common(other, Path::new(name), NOTHING),
    }
}

fn common(error: &ArchiveError, file: &Path, nothing: &str) -> Problem {
    match error {
        ArchiveError::Stopped => Problem::new(Code::Cancelled, format!("Stopped. {nothing}"), ""),
        ArchiveError::Busy => Problem::new(
            Code::BadRequest,
            format!("Another archive is being saved or loaded. {nothing}"),
            "Wait until that is done.",
        ),
        ArchiveError::NoRoom { needed_bytes } => Problem::new(
            Code::DiskFull,
            format!("The archive needs {} MB on the disk with Clearcut's data. {nothing}", needed_bytes / 1_000_000),
            "Make room there and try again.",
        ),
        ArchiveError::Io { path, source } => {
            let problem = words::file(source, "use", path);
            Problem { message: format!("{} {nothing}", problem.message), ..problem }
        }
        ArchiveError::Store(error) => words::store(error),
        ArchiveError::Vault(error) => words::vault(error),
        other => Problem::new(
            Code::Internal,
            format!("“{}”: {} {nothing}", intake::file_name(file), words::sentence(&other.to_string())),
            "",
        ),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use uuid::Uuid;

    use super::*;
    use crate::device_model::ModelSetting;
    use crate::views::QuietHours;

    #[test]
    fn what_is_set_here_stays_and_the_rest_comes() {
        let home = tempfile::tempdir().unwrap();
        let (ours, theirs, strange) = (Uuid::from_u128(7), Uuid::from_u128(8), Uuid::from_u128(9));
        let here = Settings { at_a_time: Some(2), improve_agreed: vec![ours], ..Settings::default() };
        let coming = Settings {
            at_a_time: Some(9),
            output_folder: Some(home.path().to_owned()),
            quiet_hours: Some(QuietHours { from: 22, until: 7 }),
            account: Some(theirs),
            improve_agreed: vec![ours, theirs, strange],
            model: Some(ModelSetting { file: home.path().join("gone.onnx"), family: None, side: None }),
            ..Settings::default()
        };
        let Merged { settings, said } = merged(&here, coming.clone(), |account| account != strange);
        assert_eq!(settings.at_a_time, Some(2));
        assert_eq!(settings.output_folder.as_deref(), Some(home.path()));
        assert_eq!(settings.quiet_hours, coming.quiet_hours);
        assert_eq!(settings.account, Some(theirs));
        assert_eq!(settings.improve_agreed, [ours, theirs]);
        assert_eq!((settings.model, said.len()), (None, 1));
        assert!(said[0].contains("gone.onnx"), "{said:?}");
        let nobody = merged(&here, coming, |_| false).settings;
        assert_eq!((nobody.account, nobody.improve_agreed), (None, vec![ours]));
    }
}
