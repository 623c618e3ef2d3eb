//! The vault as the user sees it: how full it is, what is in it, its limit, and cleaning it. What may go is decided further
//! in; this room only asks, tells, and keeps the limit after runs and at the start. Spends nothing.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use clearcut_batch::{Cleaned, Inventory, Keeper, KeptPicture};
use clearcut_store::{Cleaning, DiskFiles, Files, Standing};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::app::{App, blocking};
use crate::problem::{Code, Problem};
use crate::settings::VaultLimit;
use crate::views::{BannerKind, CleaningView, Event, HeapView, VaultCleaned, VaultCleaning, VaultShareView, VaultView};
use crate::words;

/// Bytes of a GB, as disks are sold.
const GB: u64 = 1_000_000_000;

/// What the books say of a kept picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptState {
    /// Saved; it may go when room is needed.
    Saved,
    /// Not saved yet.
    NotSaved,
    /// A job that is not at its end counts on it.
    InUse,
    /// The books do not know it, or it cannot be read.
    Unknown,
    /// Charged and no picture.
    Evidence,
}

/// A line of the vault's list, for the terminal: it knows where files lie, so the window never sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLine {
    /// The picture's file name, if it is known.
    pub name: Option<String>,
    /// The account that paid, by its name.
    pub account: Option<String>,
    /// When it arrived, RFC 3339 with the computer's offset.
    pub at: String,
    /// What it takes on the disk.
    pub bytes: u64,
    /// What was charged, a decimal string.
    pub charged: Option<String>,
    /// Whether it may go.
    pub state: KeptState,
    /// Where its picture was saved.
    pub saved_to: Option<PathBuf>,
    /// Whether a file is still there.
    pub there: bool,
}

impl App {
    /// The paid pictures kept on this computer.
    ///
    /// # Errors
    /// When vault or records cannot be read.
    pub async fn vault(&self) -> Result<VaultView, Problem> {
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        blocking(move || me.vault_now()).await?
    }

    fn vault_now(&self) -> Result<VaultView, Problem> {
        let inventory = self.inventory()?;
        let heap = |wanted: fn(Standing) -> bool| heap(&inventory.standing(wanted));
        let pictures = inventory.kept.iter().filter(|picture| picture.standing != Standing::Evidence);
        let oldest = pictures.map(|picture| picture.answer.at()).filter(|at| *at < Timestamp::MAX).min();
        Ok(VaultView {
            limit_gb: self.settings().vault_limit(),
            bytes: inventory.bytes(),
            saved: heap(|standing| standing == Standing::Saved),
            held: heap(|standing| matches!(standing, Standing::Unsaved | Standing::Awaited | Standing::Unheard)),
            evidence: heap(|standing| standing == Standing::Evidence),
            arriving_bytes: inventory.arriving_bytes,
            oldest: oldest.map(shown),
            disk_free: DiskFiles.free_space(self.ground.vault.dir()).ok(),
            accounts: self.shares(&inventory)?,
        })
    }

    fn shares(&self, inventory: &Inventory) -> Result<Vec<VaultShareView>, Problem> {
        let accounts = self.ground.store.account_list().map_err(|error| words::store(&error))?;
        let shares = accounts.into_iter().map(|account| {
            let own = inventory
                .kept
                .iter()
                .filter(|picture| picture.standing != Standing::Evidence && picture.answer.account == Some(account.id));
            let (pictures, bytes) = own.fold((0, 0), |(pictures, bytes), own| (pictures + 1, bytes + own.answer.bytes));
            VaultShareView { label: account.label, heap: HeapView { pictures, bytes } }
        });
        Ok(shares.filter(|share| share.heap.pictures > 0).collect())
    }

    /// What a cleaning would let go of. Touches nothing.
    ///
    /// # Errors
    /// As [`vault`](Self::vault).
    pub async fn vault_cleaning(&self, what: VaultCleaning) -> Result<CleaningView, Problem> {
        let (keeper, cleaning) = (self.keeper(), self.cleaning(what)?);
        blocking(move || keeper.would_go(cleaning))
            .await?
            .map(|would| cleaned(&would))
            .map_err(|error| vault_trouble(&error))
    }

    /// Lets go of what was chosen. The saved files stay where they are.
    ///
    /// # Errors
    /// As [`vault`](Self::vault).
    pub async fn clean_vault(&self, what: VaultCleaning) -> Result<VaultCleaned, Problem> {
        let went = self.part_with(self.cleaning(what)?).await?;
        Ok(VaultCleaned { went: cleaned(&went), vault: self.vault().await? })
    }

    /// Sets how many GB the vault may hold, and keeps it at once; `None` for no limit.
    ///
    /// # Errors
    /// When the limit is below one GB, the settings cannot be written, or as [`vault`](Self::vault).
    pub async fn set_vault_limit(&self, limit_gb: Option<u32>) -> Result<VaultView, Problem> {
        if limit_gb == Some(0) {
            return Err(Problem::new(
                Code::BadRequest,
                "The limit is 1 GB at least.",
                "To let everything go that is saved, clean up instead.",
            ));
        }
        self.set(|settings| settings.vault_limit_gb = Some(VaultLimit::from(limit_gb)))?;
        if let Some(gb) = limit_gb {
            self.part_with(limit(gb)).await?;
        }
        self.vault().await
    }

    /// Shows the vault's folder in the file manager.
    ///
    /// # Errors
    /// When the system has none.
    pub async fn reveal_vault(&self) -> Result<(), Problem> {
        self.host.reveal(self.ground.vault.dir()).map_err(|error| words::not_opened("the file manager", &error))
    }

    /// The vault's folder; for the terminal, which prints it.
    pub fn vault_folder(&self) -> &Path {
        self.ground.vault.dir()
    }

    /// Everything in the vault, the oldest first; for the terminal.
    ///
    /// # Errors
    /// As [`vault`](Self::vault).
    pub async fn vault_list(&self) -> Result<Vec<KeptLine>, Problem> {
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        blocking(move || {
            let accounts = me.ground.store.account_list().map_err(|error| words::store(&error))?;
            let label = |picture: &KeptPicture| {
                accounts.iter().find(|row| Some(row.id) == picture.answer.account).map(|row| row.label.clone())
            };
            let mut kept = me.inventory()?.kept;
            kept.sort_by_key(|picture| (picture.answer.at(), picture.answer.attempt));
            Ok(kept.iter().map(|picture| line(picture, label(picture))).collect())
        })
        .await?
    }

    /// Keeps the limit in the background, where something was added since it was looked at last.
    pub(crate) fn tidy_vault_if_grown(&self) {
        if self.vault_grew.swap(false, Ordering::Relaxed) {
            self.tidy_vault_soon();
        }
    }

    /// Keeps the limit in the background.
    pub(crate) fn tidy_vault_soon(&self) {
        self.spawn(async |app| app.tidy_vault().await);
    }

    /// Keeps the limit: lets go of the oldest saved pictures beyond it, and says once that this has begun.
    pub(crate) async fn tidy_vault(&self) {
        let Some(gb) = self.settings().vault_limit() else { return };
        match self.part_with(limit(gb)).await {
            Ok(went) if went.pictures > 0 => {
                tracing::info!(pictures = went.pictures, bytes = went.bytes, "the vault is kept to its limit");
                self.say_once("vault-limit", BannerKind::Info, &words::vault_at_its_limit(gb), None);
            }
            Ok(_) => {}
            Err(problem) => tracing::warn!(%problem, "the vault was not kept to its limit"),
        }
    }

    async fn part_with(&self, cleaning: Cleaning) -> Result<Cleaned, Problem> {
        let _one_at_a_time = self.tidying.lock().await;
        let (keeper, stop) = (self.keeper(), self.stopping.clone());
        let went = blocking(move || keeper.clean(cleaning, &stop)).await?.map_err(|error| vault_trouble(&error))?;
        if went.pictures > 0 {
            // What was quoted as paid, and what the history offers to export, may not be there any more.
            self.emit(Event::CreditsChanged);
        }
        Ok(went)
    }

    fn inventory(&self) -> Result<Inventory, Problem> {
        self.keeper().inventory().map_err(|error| vault_trouble(&error))
    }

    fn keeper(&self) -> Keeper {
        let ground = self.ground.clone();
        Keeper { store: ground.store, vault: ground.vault, clock: ground.clock }
    }

    fn cleaning(&self, what: VaultCleaning) -> Result<Cleaning, Problem> {
        Ok(match what {
            VaultCleaning::Limit { gb } => limit(gb),
            VaultCleaning::OlderThan { days } => {
                let age = SignedDuration::from_hours(i64::from(days) * 24);
                Cleaning::Before { at: self.ground.clock.now().checked_sub(age).map_err(|_| too_long_ago())? }
            }
            VaultCleaning::DownTo { bytes } => Cleaning::DownTo { bytes },
            VaultCleaning::AllSaved => Cleaning::AllSaved,
            VaultCleaning::Evidence => Cleaning::Evidence,
        })
    }
}

fn limit(gb: u32) -> Cleaning {
    Cleaning::Limit { bytes: u64::from(gb) * GB }
}

fn too_long_ago() -> Problem {
    Problem::new(Code::BadRequest, "So many days ago there was no calendar.", "")
}

fn vault_trouble(error: &clearcut_batch::BatchError) -> Problem {
    words::batch(error, "the vault")
}

fn heap(cleaned: &Cleaned) -> HeapView {
    HeapView { pictures: u32::try_from(cleaned.pictures).unwrap_or(u32::MAX), bytes: cleaned.bytes }
}

fn cleaned(went: &Cleaned) -> CleaningView {
    CleaningView {
        heap: heap(went),
        credits: went.charged.to_string(),
        left_alone: u32::try_from(went.left_alone).unwrap_or(u32::MAX),
    }
}

fn shown(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn line(picture: &KeptPicture, account: Option<String>) -> KeptLine {
    let KeptPicture { answer, booked, standing } = picture;
    let named = booked.as_ref().map(|row| &row.input_name).or(answer.head.as_ref().map(|head| &head.input_name));
    let state = match standing {
        Standing::Saved => KeptState::Saved,
        Standing::Unsaved => KeptState::NotSaved,
        Standing::Awaited => KeptState::InUse,
        Standing::Unheard => KeptState::Unknown,
        Standing::Evidence => KeptState::Evidence,
    };
    let saved = matches!(state, KeptState::Saved | KeptState::InUse);
    let saved_to = booked.as_ref().and_then(|row| row.output.clone()).filter(|_| saved);
    KeptLine {
        name: named.filter(|name| !name.is_empty()).cloned(),
        account,
        at: shown(answer.at()),
        bytes: answer.bytes,
        charged: booked.as_ref().map(|row| row.charged.to_string()),
        state,
        there: saved_to.as_ref().is_some_and(|path| path.exists()),
        saved_to,
    }
}
