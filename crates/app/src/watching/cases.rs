//! What the user may do with watches: make, pause, resume, change, remove. Making one, resuming one and raising its budget are
//! the acts that agree to spending; each names the amount a day.

use std::path::PathBuf;

use clearcut_credits::Credits;
use clearcut_store::{WatchId as StoredWatch, WatchRow};
use uuid::Uuid;

use super::{input, words as say};
use crate::app::{App, blocking};
use crate::convert;
use crate::intake::file_name;
use crate::problem::{Code, Problem};
use crate::views::{Event, FolderId, OutputOptions, PickedFolder, WatchId, WatchInput, WatchView};
use crate::words;

/// A new watch, with paths: from the terminal, or from the window's chosen folders.
#[derive(Debug, Clone)]
pub struct WatchOn {
    /// The folder.
    pub folder: PathBuf,
    /// At most so much a day.
    pub budget: Credits,
    /// With the folders in it.
    pub recursive: bool,
    /// What a result is to look like.
    pub options: OutputOptions,
    /// Where results go; `None`: where cutouts go always, or beside their originals.
    pub output: Option<PathBuf>,
    /// Where finished originals are moved; `None`: they stay.
    pub move_done_to: Option<PathBuf>,
}

impl App {
    /// The watches, each with what it does, what it spent today, and its last files.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn watches(&self) -> Result<Vec<WatchView>, Problem> {
        self.watch_views()
    }

    /// Asks the user for a folder for a watch: the one to watch, or one that results or originals go to.
    ///
    /// # Errors
    /// Never today.
    pub async fn pick_folder(&self) -> Result<Option<PickedFolder>, Problem> {
        Ok(self.host.choose_folder().await.map(|path| {
            let (id, name) = (Uuid::new_v4(), file_name(&path));
            self.watching.picked().insert(id, path);
            PickedFolder { id: FolderId(id), name }
        }))
    }

    /// Makes a watch of folders that were picked. What is in the folder already is taken, too, the oldest first.
    ///
    /// # Errors
    /// When the budget is none, the folder is gone or watched already, or a colour is none.
    pub async fn add_watch(&self, watch: WatchInput) -> Result<Vec<WatchView>, Problem> {
        let WatchInput { folder, budget, recursive, options, output, move_done_to } = watch;
        let picked = |id: FolderId| {
            let path = self.watching.picked().get(&id.0).cloned();
            path.ok_or_else(|| Problem::new(Code::BadRequest, "The folder was not chosen.", "Choose it again."))
        };
        let on = WatchOn {
            folder: picked(folder)?,
            budget: say::budget(&budget)?,
            recursive,
            options,
            output: output.map(picked).transpose()?,
            move_done_to: move_done_to.map(picked).transpose()?,
        };
        self.watch_folder(on).await?;
        self.watch_views()
    }

    /// Makes a watch, or changes the one this folder has, and resumes it. Answers with its id and whether it is new.
    ///
    /// # Errors
    /// As [`add_watch`](Self::add_watch); a folder that is watched may only be named by its own watch.
    pub async fn watch_folder(&self, on: WatchOn) -> Result<(WatchId, bool), Problem> {
        let WatchOn { folder, budget, recursive, options, output, move_done_to } = on;
        convert::look(&options)?;
        let folder = input::folder(&folder)?;
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let options_json = serde_json::to_string(&options)
            .map_err(|error| Problem::new(Code::Internal, format!("The options cannot be written: {error}."), ""))?;
        let row = WatchRow {
            recursive,
            options_json,
            output: output.map(absolute).or_else(|| self.settings().output_folder.clone()),
            move_done_to: move_done_to.map(absolute),
            ..WatchRow::new(self.desk().account.id, folder, budget)
        };
        let store = self.ground.store.clone();
        let (row, is_new) = blocking(move || {
            let others = store.watches().map_err(|error| words::store(&error))?;
            let same = others.iter().find(|other| other.folder == row.folder && other.account == row.account);
            let row = same.map_or(row.clone(), |same| WatchRow { id: same.id, created_at: same.created_at, ..row });
            input::check(&row, &others)?;
            let written = match same {
                Some(_) => store.watch_change(&row).map(|()| row),
                None => store.watch_insert(&row),
            };
            Ok::<_, Problem>((written.map_err(|error| words::store(&error))?, same.is_none()))
        })
        .await??;
        self.watching.queue.resume(row.id).await?;
        self.watch_changed();
        Ok((WatchId(row.id.0), is_new))
    }

    /// Takes and sends nothing more of a watch until it is resumed. What is out is awaited.
    ///
    /// # Errors
    /// When there is no such watch, or that cannot be written down.
    pub async fn pause_watch(&self, watch: WatchId) -> Result<Vec<WatchView>, Problem> {
        // Not in the middle of a round, which would queue after this.
        let minds = self.watching.minds.lock().await;
        self.change_watch(watch, |row| row.paused = true)?;
        drop(minds);
        self.watching.queue.pause(StoredWatch(watch.0)).await?;
        self.watch_changed();
        self.watch_views()
    }

    /// Goes on with a watch, within its budget.
    ///
    /// # Errors
    /// As [`pause_watch`](Self::pause_watch).
    pub async fn resume_watch(&self, watch: WatchId) -> Result<Vec<WatchView>, Problem> {
        self.change_watch(watch, |row| row.paused = false)?;
        // The user's own word ends what held it: a new key, a service that is back.
        if let Some(mind) = self.watching.minds.lock().await.get_mut(&StoredWatch(watch.0)) {
            mind.held = None;
        }
        self.watching.queue.resume(StoredWatch(watch.0)).await?;
        self.watch_changed();
        self.watch_views()
    }

    /// Forgets a watch. No file is touched, what is out is awaited, and what was paid stays in the vault.
    ///
    /// # Errors
    /// As [`pause_watch`](Self::pause_watch).
    pub async fn remove_watch(&self, watch: WatchId) -> Result<Vec<WatchView>, Problem> {
        let id = StoredWatch(watch.0);
        self.watch_row(watch)?;
        // Not in the middle of a round, which would queue what nobody watches any more.
        let mut minds = self.watching.minds.lock().await;
        self.watching.queue.stop(id).await?;
        self.ground.store.watch_remove(id).map_err(|error| words::store(&error))?;
        minds.remove(&id);
        drop(minds);
        self.watching.seen().remove(&id);
        self.forget_standing(id);
        self.watch_changed();
        self.watch_views()
    }

    /// Sets what a watch may cost a day, from today on. What waits in its queue beyond a lower budget is taken out again.
    ///
    /// # Errors
    /// When the budget is none, or as [`pause_watch`](Self::pause_watch).
    pub async fn set_watch_budget(&self, watch: WatchId, budget: String) -> Result<Vec<WatchView>, Problem> {
        let budget = say::budget(&budget)?;
        let _not_in_a_round = self.watching.minds.lock().await;
        let lowered = budget < self.watch_row(watch)?.budget;
        if lowered {
            self.watching.queue.stop(StoredWatch(watch.0)).await?;
        }
        self.change_watch(watch, |row| row.budget = budget)?;
        self.watch_changed();
        self.watch_views()
    }

    pub(super) fn watch_row(&self, watch: WatchId) -> Result<WatchRow, Problem> {
        self.ground.store.watch(StoredWatch(watch.0)).map_err(|error| match error {
            clearcut_store::StoreError::NotFound { .. } => say::unknown_watch(),
            other => words::store(&other),
        })
    }

    fn change_watch(&self, watch: WatchId, change: impl FnOnce(&mut WatchRow)) -> Result<(), Problem> {
        let mut row = self.watch_row(watch)?;
        change(&mut row);
        self.ground.store.watch_change(&row).map_err(|error| words::store(&error))
    }

    /// Tells the window, and has the next round come at once.
    pub(super) fn watch_changed(&self) {
        self.tell_watches();
        self.watching.wake();
    }

    /// Tells the window of its watches, where something of them changed.
    pub(super) fn tell_watches(&self) {
        match self.watch_views() {
            Ok(watches) if self.watching.is_news(&watches) => self.emit(Event::Watches { watches }),
            Ok(_) => {}
            Err(problem) => tracing::error!(%problem, "the watches cannot be read"),
        }
    }
}
