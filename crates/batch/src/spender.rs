//! The one who spends: an account at a service, with its ledger, its vault and its files. What is asked of it here is
//! answered from records; the work on one picture is [`crate::drive`]'s.

use std::path::Path;
use std::sync::Arc;

use clearcut_credits::{Balance, Credits, Gauge, Item, Plan, Purse};
use clearcut_imaging::{Rgba, fit};
use clearcut_service::wire::Size;
use clearcut_service::{ErrorKind, Profile, RemoveError, Remover};
use clearcut_store::{AccountId, Clock, Files, JobId, JobRow, Looked, Store, Vault, VaultEntry, VaultKey};
use tokio_util::sync::CancellationToken;

use crate::claims::Claims;
use crate::drive::{Drive, Goal};
use crate::machine::Patience;
use crate::order::purpose;
use crate::plan::Plan as JobPlan;
use crate::resume::Mender;
use crate::seen::charged;
use crate::wardrobe::{LookOnly, Wardrobe};
use crate::{Agreed, BatchError, Estimate, Finished, Order, Previewed, Recovered, Watcher, answer, ask};

/// What a [`Spender`] works with.
#[derive(Clone)]
pub struct SpenderParts {
    /// Ledger, jobs, receipts.
    pub store: Arc<Store>,
    /// Paid answers.
    pub vault: Arc<Vault>,
    /// The files results are written through.
    pub files: Arc<dyn Files>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The service.
    pub remover: Arc<dyn Remover>,
    /// Who pays.
    pub account: AccountId,
}

/// Spends on behalf of one account, one picture a call. Calls may run side by side: reservations are made per request in one
/// transaction, and the same work asked for twice at once is paid for once.
pub struct Spender {
    pub(crate) parts: SpenderParts,
    pub(crate) claims: Claims,
    pub(crate) patience: Patience,
    pub(crate) wardrobe: Arc<dyn Wardrobe>,
}

impl Spender {
    /// A spender over these parts.
    #[must_use]
    pub fn new(parts: SpenderParts) -> Self {
        let claims = Claims::in_folder(parts.store.data_dir());
        Self { parts, claims, patience: Patience::default(), wardrobe: Arc::new(LookOnly) }
    }

    /// The same with somebody who knows the edits of pictures.
    #[must_use]
    pub fn with_wardrobe(self, wardrobe: Arc<dyn Wardrobe>) -> Self {
        Self { wardrobe, ..self }
    }

    /// The same with another patience towards a service that asks to wait.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Who pays.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.parts.account
    }

    /// The service.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        self.parts.remover.profile()
    }

    /// Pays for a picture, unless the vault has it, and saves it.
    ///
    /// The future must be run to its end: to stop, use `cancel`, which starts nothing new and waits for a request whose body
    /// is out. A future that is dropped all the same is put right by [`recover`](Self::recover), like a death.
    ///
    /// # Errors
    /// [`BatchError`]; each variant says whether anything was charged.
    pub async fn download(
        &self,
        order: &Order,
        agreed: &Agreed,
        watcher: &dyn Watcher,
        cancel: &CancellationToken,
    ) -> Result<Finished, BatchError> {
        Box::pin(Drive::begin(self, order, agreed, Goal::Folder, watcher, cancel)?.run()).await?.finished()
    }

    /// Asks the service for its small preview, which costs its named price or one of the free ones, unless the vault has it. Nothing is
    /// saved to a folder; size, look, format and output of the order do not matter.
    ///
    /// # Errors
    /// As [`download`](Self::download).
    pub async fn service_preview(
        &self,
        order: &Order,
        agreed: &Agreed,
        watcher: &dyn Watcher,
        cancel: &CancellationToken,
    ) -> Result<Previewed, BatchError> {
        let profile = self.profile();
        if !profile.offers.service_previews {
            let kind = ErrorKind::NotOffered { service: profile.name.clone(), what: "previews" };
            return Err(BatchError::NotSent(RemoveError::unsent(kind)));
        }
        let order = Order { size: Size::Preview, ..order.clone() };
        Box::pin(Drive::begin(self, &order, agreed, Goal::Screen, watcher, cancel)?.run()).await?.previewed()
    }

    /// What one picture of this size costs by the service's own words.
    ///
    /// # Errors
    /// [`BatchError::BadFigure`] where the profile's price is no price.
    pub fn price(&self, size: Size) -> Result<Credits, BatchError> {
        ask::price(self.profile(), size)
    }

    /// What these pictures will cost together, from which pockets, and how far the credits reach. A picture that stands
    /// on the list twice is paid once, one whose answer is in the vault is free, one that the service would refuse is not
    /// sent; `unreadable` ones are only counted.
    ///
    /// # Errors
    /// When records cannot be read.
    pub fn estimate(&self, orders: &[Order], unreadable: usize) -> Result<Estimate, BatchError> {
        let (state, queued) = self.parts.store.state_and_queued_sum(self.parts.account)?;
        let mut purse = state.purse(self.plan()?.as_ref());
        // What waits in the queue is paid first: it is as good as set aside.
        purse.set_aside(queued);
        self.estimate_from(purse, orders, unreadable)
    }

    /// The same for what waits in the queue itself, in its order.
    ///
    /// # Errors
    /// When records cannot be read.
    pub fn estimate_waiting(&self, orders: &[Order]) -> Result<Estimate, BatchError> {
        self.estimate_from(self.purse()?, orders, 0)
    }

    fn purse(&self) -> Result<Purse, BatchError> {
        Ok(self.parts.store.state(self.parts.account)?.purse(self.plan()?.as_ref()))
    }

    fn estimate_from(&self, purse: Purse, orders: &[Order], unreadable: usize) -> Result<Estimate, BatchError> {
        let mut seen = std::collections::HashSet::new();
        let mut items = Vec::with_capacity(orders.len() + unreadable);
        for order in orders {
            let key = self.key(order);
            let duplicate = !seen.insert(key.clone());
            items.push(Item {
                price: self.price(order.size)?,
                purpose: purpose(order.size),
                already_paid: self.is_paid(&key)?,
                duplicate,
                readable: true,
                oversized: ask::sending(self.profile(), &order.probe).is_err(),
            });
        }
        items.resize(orders.len() + unreadable, Item { readable: false, ..Item::download(Credits::ZERO) });
        Ok(Estimate::new(self.profile(), orders, items, purse))
    }

    /// The plan as the user stated it.
    ///
    /// # Errors
    /// When records cannot be read.
    pub fn plan(&self) -> Result<Option<Plan>, BatchError> {
        Ok(self.parts.store.plan(self.parts.account)?.map(|row| row.plan))
    }

    /// Whether the answer to this order is paid already: saving it is free.
    ///
    /// # Errors
    /// When the vault cannot be read.
    pub fn already_paid(&self, order: &Order) -> Result<bool, BatchError> {
        self.is_paid(&self.key(order))
    }

    /// Whether an earlier request for the very same work is still undecided: it may have been charged, so a user should
    /// know before paying again.
    ///
    /// # Errors
    /// When records cannot be read.
    pub fn earlier_undecided(&self, order: &Order) -> Result<bool, BatchError> {
        let store = &self.parts.store;
        let key = self.key(order);
        let undecided: Vec<_> = store.state(self.parts.account)?.open_questions().map(|(attempt, _)| attempt).collect();
        for attempt in undecided {
            let same = |job: &JobRow| JobPlan::of(job).is_some_and(|plan| plan.key(job.account, &job.content) == key);
            if store.job_by_attempt(attempt)?.is_some_and(|job| same(&job)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What the gauge shows of this account.
    ///
    /// # Errors
    /// When records cannot be read.
    pub fn gauge(&self) -> Result<Gauge, BatchError> {
        Ok(self.parts.store.state(self.parts.account)?.gauge(self.plan()?.as_ref()))
    }

    /// Asks the service for the balance and writes it down together with how much it proves, what it says about
    /// requests that were undecided, and what explains it.
    ///
    /// # Errors
    /// [`BatchError::Account`] when the service does not tell; then the old figures stay, with their age.
    pub async fn refresh_balance(&self) -> Result<Looked, BatchError> {
        let answer = self.parts.remover.account().await.map_err(BatchError::Account)?;
        let amount = |figure: &Option<_>| charged(figure.as_ref());
        let balance = Balance {
            total: amount(&answer.total),
            subscription: amount(&answer.subscription),
            payg: amount(&answer.payg),
            enterprise: amount(&answer.enterprise),
            free_previews: answer.free_previews,
        };
        Ok(self.parts.store.record_balance(self.parts.account, balance)?)
    }

    /// Saves a paid picture again, free, under a name nobody has: in `folder`, or where it was planned. The original is
    /// not needed.
    ///
    /// # Errors
    /// [`BatchError::NothingKept`] where nothing was paid, [`BatchError::KeptNoMore`] where the vault was cleaned of it,
    /// [`BatchError::PaidNotSaved`] where it still cannot be saved.
    pub async fn save_again(
        &self,
        job: JobId,
        folder: Option<&Path>,
        watcher: &dyn Watcher,
    ) -> Result<Finished, BatchError> {
        let (mender, folder) = (self.mender(), folder.map(Path::to_path_buf));
        let finished = tokio::task::spawn_blocking(move || mender.save_again(job, folder.as_deref()))
            .await
            .map_err(|_| BatchError::Interrupted)??;
        watcher.state(job, clearcut_store::JobState::Saved);
        Ok(finished)
    }

    /// The paid cutout of a job without its look, shrunk to `edge_px` on its longer side. Blocking.
    ///
    /// # Errors
    /// [`BatchError::NothingKept`] where nothing was paid, [`BatchError::KeptNoMore`] where the vault was cleaned of it.
    pub fn paid_cutout(&self, job: JobId, edge_px: u32) -> Result<Rgba, BatchError> {
        Ok(fit(&self.whole_cutout(job)?, edge_px))
    }

    /// The paid cutout of a job as large as it was paid, free. Blocking.
    ///
    /// # Errors
    /// As [`paid_cutout`](Self::paid_cutout).
    pub fn whole_cutout(&self, job: JobId) -> Result<Rgba, BatchError> {
        let job = self.parts.store.job(job)?;
        let entry = self.mender().paid(&job)?;
        answer::compose(&entry.body).map_err(|source| BatchError::Input { path: entry.body, source })
    }

    /// The largest cutout that was paid for a picture, whatever run it was in, free; `None` where the vault has none. Blocking.
    ///
    /// # Errors
    /// When the vault cannot be read, or holds no usable picture.
    pub fn kept_cutout(&self, order: &Order) -> Result<Option<Rgba>, BatchError> {
        for size in [Size::FiftyMp, Size::Full, Size::Hd, Size::Medium, Size::Preview] {
            let key = self.key(&Order { size, ..order.clone() });
            if let Some(entry) = self.parts.vault.find(&key)? {
                let picture = answer::compose(&entry.body);
                return picture.map(Some).map_err(|source| BatchError::Input { path: entry.body, source });
            }
        }
        Ok(None)
    }

    /// Puts right what dead runs left behind, of this account and all others, and says what became of each picture. Runs
    /// that are alive, here or in another process, are not touched. Spends nothing.
    ///
    /// # Errors
    /// When records cannot be read or written; what was put right until then stays so.
    pub async fn recover(&self) -> Result<Vec<Recovered>, BatchError> {
        let mender = self.mender();
        tokio::task::spawn_blocking(move || mender.recover()).await.map_err(|_| BatchError::Interrupted)?
    }

    pub(crate) fn mender(&self) -> Mender {
        let SpenderParts { store, vault, files, clock, .. } = self.parts.clone();
        Mender { store, vault, files, clock, wardrobe: Arc::clone(&self.wardrobe) }
    }

    /// The name of the answer to an order.
    fn key(&self, order: &Order) -> VaultKey {
        let request = ask::request(order, self.profile());
        JobPlan::download(order, &request).key(self.parts.account, order.content.as_str())
    }

    fn is_paid(&self, key: &VaultKey) -> Result<bool, BatchError> {
        let found: Option<VaultEntry> = self.parts.vault.find(key)?;
        Ok(found.is_some())
    }
}

impl std::fmt::Debug for Spender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spender").field("account", &self.parts.account).finish_non_exhaustive()
    }
}
