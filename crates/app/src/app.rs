//! The use cases in one hand: what is open, who is told, and how it is opened and closed. The use cases themselves stand in
//! the modules beside this one, each over [`App`]. Knows no window and no terminal.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use clearcut_batch::{Sleeper, TokioSleeper};
use clearcut_matting::{Matter, ModelFile};
use clearcut_service::{ApiKey, HttpOptions};
use clearcut_store::{AccountId as StoredAccount, Clock, Store, SystemClock};
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accounts::{Chooser, Chosen, ServiceChoice};
use crate::awake::{Awake, SystemAwake, Vigil};
use crate::bench::{Bench, Picture};
use crate::desk::{Desk, Ground};
use crate::device_model::DeviceModel;
use crate::folders::Folders;
use crate::host::Host;
use crate::keys::{KeyStore, SystemKeys};
use crate::practice::{Practice, PracticePlan};
use crate::problem::{Code, Problem};
use crate::purchase::Waiting;
use crate::queue::Working;
use crate::settings::{self, Settings};
use crate::views::{Banner, BannerKind, Envelope, Event, Page, PictureId};
use crate::watching::{QueueForWatches, Watching};
use crate::{accounts, catalogue, end, network_office, proxies, words};

/// The environment variable that a script's key may come from.
pub const KEY_VARIABLE: &str = "CLEARCUT_API_KEY";

/// Who the use cases work for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// A window: previews are made unasked, the balance is looked at from time to time.
    Window,
    /// A terminal: nothing happens unasked.
    Terminal,
}

/// What [`App::open`] needs.
pub struct AppParts {
    /// Where things are kept.
    pub folders: Folders,
    /// The program around.
    pub host: Arc<dyn Host>,
    /// Which account to work for.
    pub service: ServiceChoice,
    /// Who for.
    pub front: Front,
    /// Where keys live; the system's keyring unless a test brings its own.
    pub keys: Arc<dyn KeyStore>,
    /// The key from the environment, if there is one.
    pub environment_key: Option<String>,
    /// The time; the system's unless a test brings its own.
    pub clock: Arc<dyn Clock>,
    /// How a queue waits; by the system's time unless a test brings its own clock.
    pub sleeper: Arc<dyn Sleeper>,
    /// How long the service is waited for.
    pub http: HttpOptions,
    /// Who keeps the computer from falling asleep while pictures are on their way.
    pub awake: Arc<dyn Awake>,
    /// A model to cut out with on this computer, instead of the settings'.
    pub model: Option<ModelFile>,
}

impl AppParts {
    /// The usual parts: the system's keyring, and the environment's key.
    pub fn new(folders: Folders, host: Arc<dyn Host>, service: ServiceChoice, front: Front) -> Self {
        let environment_key = std::env::var(KEY_VARIABLE).ok().filter(|key| !key.trim().is_empty());
        Self {
            folders,
            host,
            service,
            front,
            keys: Arc::new(SystemKeys::default()),
            environment_key,
            clock: Arc::new(SystemClock),
            sleeper: Arc::new(TokioSleeper),
            http: HttpOptions::default(),
            awake: Arc::new(SystemAwake),
            model: None,
        }
    }
}

/// Clearcut, open.
pub struct App {
    pub(crate) me: Weak<App>,
    pub(crate) folders: Folders,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) front: Front,
    pub(crate) ground: Ground,
    pub(crate) keys: Arc<dyn KeyStore>,
    pub(crate) environment: Option<ApiKey>,
    pub(crate) settings: Mutex<Settings>,
    practice: tokio::sync::Mutex<Option<Practice>>,
    desk: RwLock<Arc<Desk>>,
    pub(crate) bench: Mutex<Bench>,
    banners: Mutex<Vec<Banner>>,
    pub(crate) awaiting_purchase: Mutex<Option<Timestamp>>,
    pub(crate) waiting_download: Mutex<Option<Waiting>>,
    pub(crate) watching: Watching,
    /// The model that cuts out on this computer; another when the user chooses one.
    pub(crate) device: RwLock<Arc<DeviceModel>>,
    seq: AtomicU64,
    telling: Mutex<()>,
    /// One preview at a time: the model takes two threads by itself.
    pub(crate) previewing: Arc<Semaphore>,
    /// Something was paid since the vault's limit was looked at.
    pub(crate) vault_grew: AtomicBool,
    /// Stops the archive that is being saved or loaded.
    pub(crate) archiving: Mutex<Option<CancellationToken>>,
    /// One cleaning of the vault at a time.
    pub(crate) tidying: tokio::sync::Mutex<()>,
    /// One stand-in of a paid result at a time: each decodes a whole picture.
    pub(crate) standing_in: Semaphore,
    /// The queues of the accounts that have one.
    pub(crate) working: Mutex<HashMap<StoredAccount, Arc<Working>>>,
    pub(crate) sleeper: Arc<dyn Sleeper>,
    awake: Arc<dyn Awake>,
    vigil: Arc<Vigil>,
    /// Nobody waits to learn what became of unanswered requests.
    pub(crate) leaves_unknown: AtomicBool,
    /// When the window was last told how the queue stands.
    queue_told: Mutex<Option<Instant>>,
    pub(crate) tasks: TaskTracker,
    /// Where tasks run; a window's thread, which is none of the runtime's, may start them too.
    pub(crate) runtime: Handle,
    pub(crate) stopping: CancellationToken,
}

impl App {
    /// Opens the data folder, puts right what a kill left behind, and sets the chosen account to work. Sends nothing that
    /// could cost.
    ///
    /// # Errors
    /// When folders, database or vault cannot be used, when the named service or its key is not known, or when the practice
    /// account cannot be opened.
    pub async fn open(parts: AppParts) -> Result<Arc<Self>, Problem> {
        let AppParts { folders, host, service, front, keys, environment_key, clock, sleeper, http, awake, model } =
            parts;
        let environment =
            environment_key.map(|key| ApiKey::new(key).map_err(|error| words::bad_key(error, KEY_VARIABLE)));
        let environment = environment.transpose()?;
        let loaded = settings::load(&folders.config)?;
        let ground = {
            let folders = folders.clone();
            blocking(move || Ground::open(&folders, clock, http)).await??
        };
        let network_note = {
            let (settings, folder) = (loaded.settings.clone(), folders.config.clone());
            let (keys, way) = (Arc::clone(&keys), ground.http.network.clone());
            blocking(move || {
                let (network, note) = network_office::network(&settings, &folder, keys.as_ref());
                way.change(network);
                note
            })
            .await?
        };
        let chosen = {
            let (ground, keys, environment) = (ground.clone(), Arc::clone(&keys), environment.clone());
            let remembered = loaded.settings.account.map(StoredAccount);
            blocking(move || {
                let chooser = Chooser {
                    store: &ground.store,
                    keys: keys.as_ref(),
                    clock: ground.clock.as_ref(),
                    environment: environment.as_ref(),
                    remembered,
                };
                chooser.choose(&service)
            })
            .await??
        };
        let device = {
            let setting = loaded.settings.model.clone();
            blocking(move || DeviceModel::choose(model, setting.as_ref())).await??
        };
        let mut practice = None;
        let note = chosen.note.clone();
        let model_note = device.note.clone();
        let desk = Arc::new(set_up(&folders, &ground, &device.matter, &mut practice, chosen).await?);
        let app = Arc::new_cyclic(|me| Self {
            me: me.clone(),
            folders,
            host,
            front,
            ground,
            keys,
            environment,
            settings: Mutex::new(loaded.settings),
            practice: tokio::sync::Mutex::new(practice),
            desk: RwLock::new(desk),
            bench: Mutex::default(),
            banners: Mutex::default(),
            awaiting_purchase: Mutex::default(),
            waiting_download: Mutex::default(),
            watching: Watching::over(Arc::new(QueueForWatches::of(me))),
            device: RwLock::new(Arc::new(device)),
            seq: AtomicU64::new(0),
            telling: Mutex::new(()),
            previewing: Arc::new(Semaphore::new(1)),
            vault_grew: AtomicBool::new(false),
            archiving: Mutex::default(),
            tidying: tokio::sync::Mutex::default(),
            standing_in: Semaphore::new(1),
            working: Mutex::default(),
            sleeper,
            awake,
            vigil: Arc::default(),
            leaves_unknown: AtomicBool::new(false),
            queue_told: Mutex::default(),
            tasks: TaskTracker::new(),
            runtime: Handle::current(),
            stopping: CancellationToken::new(),
        });
        for (id, text) in [("settings", loaded.note), ("key", note), ("model", model_note), ("network", network_note)] {
            if let Some(text) = text {
                app.say(id, BannerKind::Warning, text, None);
            }
        }
        app.recover().await;
        app.take_back_from_watches(None).await;
        app.warn_of_the_end();
        if front == Front::Window {
            app.offer_what_waits().await;
            app.start_looking();
            app.start_watching();
            app.spawn_blocking_quietly(|app| proxies::prune(&app.folders.cache));
            app.tidy_vault_soon();
        }
        Ok(app)
    }

    /// Starts nothing new, waits for everything that is out or being written, and ends the practice service.
    pub async fn close(&self) {
        self.close_queues().await;
        // Only now is it known what the queues have paid.
        if self.front == Front::Terminal && self.vault_grew.swap(false, Ordering::Relaxed) {
            self.tidy_vault().await;
        }
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.stop_practice().await;
    }

    /// The account at work.
    pub(crate) fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.desk.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_desk(&self, desk: Arc<Desk>) {
        *self.desk.write().unwrap_or_else(PoisonError::into_inner) = desk;
    }

    /// Ends the practice service if this process serves it.
    pub(crate) async fn stop_practice(&self) {
        if let Some(practice) = self.practice.lock().await.take() {
            practice.stop().await;
        }
    }

    /// Puts another account to work.
    pub(crate) async fn take_desk(&self, chosen: Chosen) -> Result<(), Problem> {
        let note = chosen.note.clone();
        let mut practice = self.practice.lock().await;
        let matter = Arc::clone(&self.device().matter);
        self.set_desk(Arc::new(set_up(&self.folders, &self.ground, &matter, &mut practice, chosen).await?));
        drop(practice);
        if let Some(note) = note {
            self.say("key", BannerKind::Warning, note, None);
        }
        self.warn_of_the_end();
        if self.front == Front::Window {
            self.offer_what_waits().await;
        }
        Ok(())
    }

    /// Tells the host what happened, in order.
    pub(crate) fn emit(&self, event: Event) {
        let _in_order = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let seq = self.seq.fetch_add(1, Ordering::Relaxed) + 1;
        self.host.emit(&Envelope { seq, event });
    }

    /// Shows a banner; one with the same id is replaced.
    pub(crate) fn say(&self, id: &str, kind: BannerKind, text: String, page: Option<Page>) {
        self.show(Banner { id: id.to_owned(), kind, text, page, resume: false });
    }

    /// Shows a banner that offers to go on with the download that waits.
    pub(crate) fn say_resumable(&self, id: &str, kind: BannerKind, text: String, resume: bool) {
        self.show(Banner { id: id.to_owned(), kind, text, page: None, resume });
    }

    /// Shows a banner unless it says the very same already.
    pub(crate) fn say_once(&self, id: &str, kind: BannerKind, text: &str, page: Option<Page>) {
        if self.banners().iter().all(|banner| banner.id != id || banner.text != text) {
            self.say(id, kind, text.to_owned(), page);
        }
    }

    fn show(&self, banner: Banner) {
        let mut banners = self.banner_list();
        banners.retain(|other| other.id != banner.id);
        banners.push(banner.clone());
        drop(banners);
        self.emit(Event::Banner { banner });
    }

    /// Takes a banner back, if it is there.
    pub(crate) fn unsay(&self, id: &str) {
        let mut banners = self.banner_list();
        let before = banners.len();
        banners.retain(|banner| banner.id != id);
        let gone = banners.len() < before;
        drop(banners);
        if gone {
            self.emit(Event::BannerGone { id: id.to_owned() });
        }
    }

    /// Takes a banner away that the user has read.
    ///
    /// # Errors
    /// Never today.
    pub async fn dismiss_banner(&self, banner: String) -> Result<(), Problem> {
        self.unsay(&banner);
        Ok(())
    }

    /// Keeps the computer awake while a queue is at work, and no longer.
    pub(crate) fn keep_awake(&self, at_work: bool) {
        if !at_work {
            return self.vigil.ends();
        }
        if self.vigil.begins() {
            let (awake, vigil) = (Arc::clone(&self.awake), Arc::clone(&self.vigil));
            self.tasks
                .spawn_blocking_on(move || vigil.answered(awake.hold("Pictures are on their way.")), &self.runtime);
        }
    }

    /// Whether the window may be told again how the queue stands.
    pub(crate) fn is_time_for_the_queue(&self, every: Duration) -> bool {
        let mut told = self.queue_told.lock().unwrap_or_else(PoisonError::into_inner);
        let due = told.is_none_or(|told| told.elapsed() >= every);
        if due {
            *told = Some(Instant::now());
        }
        due
    }

    fn banner_list(&self) -> MutexGuard<'_, Vec<Banner>> {
        self.banners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn banners(&self) -> Vec<Banner> {
        let mut banners = self.banner_list().clone();
        banners.sort_by_key(|banner| match banner.kind {
            BannerKind::Error => 0,
            BannerKind::Warning => 1,
            BannerKind::Info => 2,
        });
        banners
    }

    pub(crate) fn bench(&self) -> MutexGuard<'_, Bench> {
        self.bench.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a picture and tells the window. A picture that was taken off the bench meanwhile is left alone.
    pub(crate) fn change(&self, id: PictureId, change: impl FnOnce(&mut Picture)) {
        let mut bench = self.bench();
        let Some(picture) = bench.get_mut(id) else { return };
        change(picture);
        let picture = picture.view();
        // Told under the lock, so that two changes of one picture arrive in the order they were made.
        self.emit(Event::Picture { picture });
    }

    /// Runs work on its own task, which [`close`](Self::close) waits for.
    pub(crate) fn spawn<F: Future<Output = ()> + Send + 'static>(&self, work: impl FnOnce(Arc<Self>) -> F) {
        if let Some(me) = self.me.upgrade() {
            self.tasks.spawn_on(work(me), &self.runtime);
        }
    }

    fn spawn_blocking_quietly(&self, work: impl FnOnce(Arc<Self>) -> std::io::Result<()> + Send + 'static) {
        if let Some(me) = self.me.upgrade() {
            let work = move || {
                if let Err(error) = work(me) {
                    tracing::debug!(%error, "housekeeping");
                }
            };
            self.tasks.spawn_blocking_on(work, &self.runtime);
        }
    }

    /// Books and saves what a run that was killed left behind.
    async fn recover(&self) {
        match self.desk().spender.recover().await {
            Ok(found) => {
                if let Some((kind, text)) = words::recovered(&found) {
                    self.say("recovered", kind, text, None);
                }
            }
            Err(error) => {
                let problem = words::batch(&error, "the last run");
                self.say("recovered", BannerKind::Error, problem.to_string(), None);
            }
        }
    }

    /// Shows what an earlier start left in the queue. Nothing of it is sent before the user says so.
    async fn offer_what_waits(&self) {
        let desk = self.desk();
        match self.offered(&desk).await {
            Ok(offered) if offered.is_empty() => {}
            Ok(offered) => drop(self.show_offered(&self.working(&desk), &offered, false)),
            Err(problem) => self.say("queue-offer", BannerKind::Error, problem.to_string(), None),
        }
    }

    /// Says weeks ahead that a service ends, and that it has ended.
    fn warn_of_the_end(&self) {
        let desk = self.desk();
        let Ok(reading) = desk.read() else { return };
        match end::banner(&desk.profile, &reading, desk.now()) {
            Some((kind, text)) => self.say("end-of-service", kind, text, None),
            None => self.unsay("end-of-service"),
        }
    }
}

/// Sets up the desk of the chosen account, with the practice service where it is the practice account's.
async fn set_up(
    folders: &Folders,
    ground: &Ground,
    matter: &Arc<Matter>,
    practice: &mut Option<Practice>,
    chosen: Chosen,
) -> Result<Desk, Problem> {
    let Chosen { account, mut profile, mut key, place, note: _ } = chosen;
    if account.id == StoredAccount::PRACTICE {
        if practice.is_none() {
            let started = practice.insert(Practice::start(&folders.practice(), Arc::clone(matter)).await?);
            if let Some(sold) = started.plan() {
                let (store, config) = (Arc::clone(&ground.store), folders.config.clone());
                blocking(move || state_practice_plan(&store, &sold, &config)).await?;
            }
        }
        if let Some(practice) = practice {
            profile = accounts::at_prefix(profile, practice.prefix.as_str())?;
            profile.pages = practice.pages();
            key = Some(practice.key.clone());
        }
    }
    Desk::new(ground, account, profile, key, place)
}

/// States the plan of a practice account whose plan was never stated. It is a help; without it the account works too.
fn state_practice_plan(store: &Store, sold: &PracticePlan, config: &Path) {
    let catalogue = catalogue::load(config, "practice").unwrap_or_else(|_| catalogue::shipped("practice"));
    if let Err(error) = accounts::state_practice_plan(store, sold, &catalogue) {
        tracing::warn!(%error, "the practice account's plan could not be stated");
    }
}

/// Runs what blocks off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Problem::new(Code::Internal, "A task of Clearcut's own ended early.", "Try again."))
}
