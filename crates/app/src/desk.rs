//! The account at work: its record, its service, where its key is, and the spender that works for it. Exactly one is at
//! work at a time; accounts never share a spender. Refuses to choose the account: that is [`crate::accounts`]'s.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use clearcut_batch::{BatchError, Spender, SpenderParts};
use clearcut_credits::{AccountState, Credits, NoticeRules, Plan, Standing};
use clearcut_service::{ApiKey, HttpOptions, HttpRemover, Profile, Remover};
use clearcut_store::{AccountRow, Clock, DiskFiles, Looked, PlanRow, Presence, Store, StoreError, Vault};
use jiff::{SignedDuration, Timestamp};

use crate::dressing::Dresser;
use crate::folders::Folders;
use crate::gauge_view::{self, Trust};
use crate::practice::PRACTICE_ACCOUNT;
use crate::problem::{Code, Problem};
use crate::views::{AccountId, AccountView, GaugeView, KeyPlace, Page, SizeChoice, SizeView};
use crate::{convert, improve, words};

/// A look older than this is no longer shown as fresh (`money.md`: a look after a quarter of an hour idle).
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(20);

/// What every desk stands on.
#[derive(Clone)]
pub(crate) struct Ground {
    pub(crate) store: Arc<Store>,
    pub(crate) vault: Arc<Vault>,
    /// Being here, so that nobody loads an archive meanwhile.
    pub(crate) presence: Arc<Presence>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) http: HttpOptions,
    /// Own backgrounds.
    pub(crate) backdrops: PathBuf,
}

impl Ground {
    /// Opens the data folder, making what is missing, and stays in it.
    ///
    /// # Errors
    /// When folders, database or vault cannot be used, or an archive is being taken over.
    pub(crate) fn open(folders: &Folders, clock: Arc<dyn Clock>, http: HttpOptions) -> Result<Self, Problem> {
        for folder in [&folders.data, &folders.config, &folders.cache] {
            std::fs::create_dir_all(folder).map_err(|error| words::file(&error, "make the folder", folder))?;
        }
        let presence = Presence::enter(&folders.data).map_err(|error| match error {
            StoreError::Busy => Problem::new(
                Code::StoreTrouble,
                "An archive is being taken over into Clearcut's data.",
                "Wait until that is done and start again.",
            ),
            error => words::store(&error),
        })?;
        let store = Store::open_with(&folders.data, Arc::clone(&clock)).map_err(|error| words::store(&error))?;
        let vault = Vault::open(&folders.vault(), Arc::new(DiskFiles)).map_err(|error| words::vault(&error))?;
        if let Err(error) = store.sweep_archives(&DiskFiles) {
            tracing::warn!(%error, "what is left of an archive stays");
        }
        let backdrops = folders.backdrops();
        Ok(Self {
            store: Arc::new(store),
            vault: Arc::new(vault),
            presence: Arc::new(presence),
            clock,
            http,
            backdrops,
        })
    }
}

/// What the ledger and the user say of an account, read together.
pub(crate) struct Reading {
    pub(crate) state: AccountState,
    pub(crate) stated: Option<PlanRow>,
}

impl Reading {
    /// The plan as the user stated it.
    pub(crate) fn plan(&self) -> Option<&Plan> {
        self.stated.as_ref().map(|row| &row.plan)
    }
}

/// An account at work.
pub(crate) struct Desk {
    pub(crate) account: AccountRow,
    pub(crate) profile: Profile,
    pub(crate) key: KeyPlace,
    pub(crate) spender: Arc<Spender>,
    remover: Arc<HttpRemover>,
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    last_failure: Mutex<Option<Problem>>,
    /// When the service was first heard to answer as closed.
    closed: OnceLock<Timestamp>,
}

impl Desk {
    /// Sets the desk up. Sends nothing.
    pub(crate) fn new(
        ground: &Ground,
        account: AccountRow,
        profile: Profile,
        key: Option<ApiKey>,
        place: KeyPlace,
    ) -> Result<Self, Problem> {
        let remover = HttpRemover::new(profile.clone(), key, ground.http.clone()).map_err(|error| {
            Problem::new(Code::BadRequest, words::sentence(&words::capitalised(&error.to_string())), "")
        })?;
        let remover = Arc::new(remover);
        let spender = Spender::new(SpenderParts {
            store: Arc::clone(&ground.store),
            vault: Arc::clone(&ground.vault),
            files: Arc::new(DiskFiles),
            clock: Arc::clone(&ground.clock),
            remover: Arc::clone(&remover) as Arc<dyn Remover>,
            account: account.id,
        })
        .with_wardrobe(Arc::new(Dresser::new(&ground.store, &ground.backdrops)));
        Ok(Self {
            account,
            profile,
            key: place,
            spender: Arc::new(spender),
            remover,
            store: Arc::clone(&ground.store),
            clock: Arc::clone(&ground.clock),
            last_failure: Mutex::new(None),
            closed: OnceLock::new(),
        })
    }

    /// The service, for what is asked of it free of charge.
    pub(crate) fn asks(&self) -> &dyn Remover {
        self.remover.as_ref()
    }

    pub(crate) fn id(&self) -> AccountId {
        AccountId(self.account.id.0)
    }

    pub(crate) fn is_practice(&self) -> bool {
        self.account.id.0 == PRACTICE_ACCOUNT
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether the service has this page.
    pub(crate) fn has_page(&self, page: Page) -> bool {
        convert::page_address(&self.profile.pages, page).is_some()
    }

    /// Refuses to send where no key is known.
    pub(crate) fn ready_to_send(&self) -> Result<(), Problem> {
        if self.key == KeyPlace::Missing {
            return Err(words::key_missing(&self.profile.name));
        }
        Ok(())
    }

    /// Asks the service for the balance. A failure is remembered: the gauge then says that it is stale. Answers with what
    /// explains a change: bought, renewed, used elsewhere.
    ///
    /// A first look that differs from what is believed is only a bound; a second one right after it can prove it.
    pub(crate) async fn look_at_balance(&self) -> Result<Vec<Looked>, Problem> {
        if !self.profile.offers.account {
            return Ok(Vec::new());
        }
        let looked = match self.ready_to_send() {
            Ok(()) => self.look_twice().await.map_err(|error| words::batch(&error, &self.profile.name)),
            Err(problem) => Err(problem),
        };
        if looked.as_ref().is_err_and(|problem| problem.code == Code::ServiceEnded) {
            self.answered_as_closed();
        }
        *self.failure() = looked.as_ref().err().cloned();
        looked
    }

    /// The service answered as one that has ended.
    pub(crate) fn answered_as_closed(&self) {
        self.closed.get_or_init(|| self.now());
    }

    /// Since when the service is over: its announced end, or the first answer that said so. `None` while it goes on.
    pub(crate) fn ended_at(&self) -> Option<Timestamp> {
        let announced = self.profile.ends_at.filter(|at| *at <= self.now());
        announced.or_else(|| self.closed.get().copied())
    }

    async fn look_twice(&self) -> Result<Vec<Looked>, BatchError> {
        let first = self.spender.refresh_balance().await?;
        let mut looked = vec![first];
        if looked.first().is_some_and(|first| first.standing == Standing::Bound) {
            looked.push(self.spender.refresh_balance().await?);
        }
        Ok(looked)
    }

    /// What ledger and user say of the account now.
    pub(crate) fn read(&self) -> Result<Reading, Problem> {
        let read =
            || Ok(Reading { state: self.store.state(self.account.id)?, stated: self.store.plan(self.account.id)? });
        read().map_err(|error| words::store(&error))
    }

    /// What is worth telling, given the levels the user wants to hear of.
    pub(crate) fn rules(&self, levels: Vec<u8>) -> NoticeRules {
        let picture = self.profile.prices.full.as_str().parse().unwrap_or(Credits::ONE);
        NoticeRules { levels, picture, ..NoticeRules::default() }
    }

    /// The gauge as it is to be shown now; `levels` are those the user wants to hear of.
    pub(crate) fn gauge(&self, levels: Vec<u8>) -> Result<GaugeView, Problem> {
        let reading = self.read()?;
        let now = self.clock.now();
        let problem = self.failure().clone();
        let old = reading.state.gauge(None).total.age(now).is_some_and(|age| age > FRESH_FOR);
        let trust = Trust { stale: problem.is_some() || old, problem };
        Ok(gauge_view::gauge(&reading, &self.rules(levels), now, trust))
    }

    fn failure(&self) -> std::sync::MutexGuard<'_, Option<Problem>> {
        self.last_failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How an account is shown; `key` is where its key is, as far as that is known without asking the keyring.
pub(crate) fn account_view(account: &AccountRow, profile: &Profile, key: KeyPlace, now: Timestamp) -> AccountView {
    AccountView {
        id: AccountId(account.id.0),
        label: account.label.clone(),
        service: profile.name.clone(),
        kind: convert::kind(profile.kind),
        key,
        ends_at: profile.ends_at.map(|at| at.to_string()),
        ended: profile.ends_at.is_some_and(|at| at <= now),
        sizes: sizes(profile),
        preview_price: profile.offers.service_previews.then(|| shown(&profile.prices.preview)),
        pages: convert::pages(&profile.pages),
        improve: improve::addressee(profile),
    }
}

/// The sizes a service delivers, with their prices; a size whose largest result is not known is left out, except the one
/// everybody has.
fn sizes(profile: &Profile) -> Vec<SizeView> {
    use clearcut_service::wire::WireFormat;
    let wire = if profile.offers.formats.contains(&WireFormat::Zip) { WireFormat::Zip } else { WireFormat::Png };
    let price = shown(&profile.prices.full);
    [SizeChoice::Medium, SizeChoice::Hd, SizeChoice::Full, SizeChoice::FiftyMp]
        .into_iter()
        .filter_map(|choice| {
            let limit = profile.limits.max_megapixels(convert::size(choice), wire);
            match (limit, choice) {
                (Some(limit), _) => Some(limit.to_string()),
                (None, SizeChoice::Full) => Some(String::new()),
                (None, _) => None,
            }
            .map(|max_megapixels| SizeView { size: choice, price: price.clone(), max_megapixels })
        })
        .collect()
}

/// A price of a profile as an amount: "1", not "1.0".
fn shown(price: &clearcut_service::Decimal) -> String {
    price.as_str().parse::<Credits>().map_or_else(|_| price.to_string(), |credits| credits.to_string())
}
