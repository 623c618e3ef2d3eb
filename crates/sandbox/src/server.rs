//! The running server: what all calls share, which path leads where, how it starts and stops. Bound to 127.0.0.1
//! and nothing else.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use clearcut_imaging::ContentHash;
use clearcut_matting::{Matter, MattingOptions};
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::account::{Balances, Plan};
use crate::balance::balance;
use crate::canned::Canned;
use crate::closed::closed;
use crate::control::{self, Seen, StateBody};
use crate::door::require_key;
use crate::faults::{FaultPlan, Faults};
use crate::improve::{DailyLimit, improve};
use crate::ledger::Ledger;
use crate::listener::{CuttableListener, Scissors};
use crate::misbehave::misbehave;
use crate::options::{SandboxError, SandboxOptions};
use crate::params::WantedSize;
use crate::rate::{Admission, RateLimit};
use crate::refusal::Refusal;
use crate::removal::removebg;
use crate::shop;

/// How long calls under way may go on once the service was told to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// What every call sees.
pub(crate) type App = Arc<Shared>;

/// What all calls share.
pub(crate) struct Shared {
    pub(crate) key: String,
    /// The shop's token, where there is a shop.
    pub(crate) shop_token: Option<String>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) faults: Faults,
    pub(crate) matter: Arc<Matter>,
    pub(crate) canned: Option<Canned>,
    pub(crate) http: reqwest::Client,
    pub(crate) improvements: DailyLimit,
    rate: Mutex<Option<RateLimit>>,
    latency_ms: AtomicU64,
    /// One place for each removal that is drawn at the same time: a drawing takes hundreds of megabytes.
    drawing: Semaphore,
    calls: Mutex<BTreeMap<String, u64>>,
    under_way: AtomicU64,
    sizes: Mutex<BTreeMap<&'static str, u64>>,
    /// Charges by the picture they were for.
    charged_pictures: Mutex<BTreeMap<String, u64>>,
}

impl Shared {
    /// Asks the rate limit for room; `None` where there is no limit.
    pub(crate) fn admit(&self, megapixels: i64) -> Option<Admission> {
        let rate = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        rate.as_ref().map(|rate| rate.admit(megapixels, self.ledger.now()))
    }

    /// The wait before every answer.
    pub(crate) async fn latency(&self) {
        let wait_ms = self.latency_ms.load(Ordering::Relaxed);
        if wait_ms > 0 {
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    /// A place among the removals that are drawn at the same time.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        self.drawing.acquire().await.map_err(|e| Refusal::broken(&e))
    }

    /// What `GET /sandbox/state` shows.
    pub(crate) fn state(&self) -> std::io::Result<StateBody> {
        let seen = Seen {
            calls: self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            sizes: self.sizes.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            charged_pictures: self.charged_pictures.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            faults: self.faults.acted(),
            under_way: self.under_way.load(Ordering::SeqCst),
        };
        Ok(StateBody::new(self.ledger.account()?, self.ledger.now(), seen))
    }

    /// Counts a removal that asks for this size.
    pub(crate) fn asked_for(&self, size: WantedSize) {
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        *sizes.entry(size.word()).or_default() += 1;
    }

    /// Counts a charge for the picture with this content.
    pub(crate) fn charged_for(&self, content: &ContentHash) {
        let mut pictures = self.charged_pictures.lock().unwrap_or_else(PoisonError::into_inner);
        *pictures.entry(content.as_str().to_owned()).or_default() += 1;
    }

    pub(crate) fn set_latency_ms(&self, latency_ms: u64) {
        self.latency_ms.store(latency_ms, Ordering::Relaxed);
    }

    pub(crate) fn set_rate_limit(&self, per_minute: u32) {
        let limit = RateLimit::new(per_minute, self.ledger.now());
        *self.rate.lock().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    fn count(&self, path: &str) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry(path.to_owned()).or_default() += 1;
    }
}

/// Runs something slow beside the calls; a panic in it becomes a 500.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Refusal::broken(&e))
}

/// The practice service.
pub struct Sandbox;

impl Sandbox {
    /// Starts a practice service with a model of its own, which is loaded at the first removal.
    ///
    /// # Errors
    /// [`SandboxError`], one variant per cause. Nothing listens then.
    pub async fn start(options: SandboxOptions) -> Result<Running, SandboxError> {
        let matter = Matter::new(MattingOptions::default());
        let matter = matter.map_err(|e| SandboxError::Model { reason: e.to_string() })?;
        Self::start_with(options, Arc::new(matter)).await
    }

    /// As [`Sandbox::start`], with a model that others use too: it is in memory once.
    ///
    /// # Errors
    /// As [`Sandbox::start`].
    pub async fn start_with(options: SandboxOptions, matter: Arc<Matter>) -> Result<Running, SandboxError> {
        let app = Arc::new(shared(&options, matter)?);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        let bind = |source| SandboxError::Bind { port: options.port, source };
        let listener = TcpListener::bind(address).await.map_err(bind)?;
        let port = listener.local_addr().map_err(bind)?.port();
        let prefix = Url::parse(&format!("http://127.0.0.1:{port}/v1.0"));
        let prefix = prefix.map_err(|e| bind(std::io::Error::other(e)))?;

        let stop = CancellationToken::new();
        let service = router(Arc::clone(&app)).into_make_service_with_connect_info::<Scissors>();
        let server =
            axum::serve(CuttableListener(listener), service).with_graceful_shutdown(stop.clone().cancelled_owned());
        let task = tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the practice service stopped");
            }
        });
        tracing::info!(%prefix, "practice service is listening");
        Ok(Running { prefix, app, stop, task: Some(task) })
    }
}

fn shared(options: &SandboxOptions, matter: Arc<Matter>) -> Result<Shared, SandboxError> {
    if options.key.is_empty() || !options.key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(SandboxError::BadKey);
    }
    if options.shop_token.as_deref().is_some_and(|token| !shop::can_be_token(token)) {
        return Err(SandboxError::BadShopToken);
    }
    let amount = |name, text: &str| text.parse().map_err(|source| SandboxError::BadAmount { name, source });
    let subscription = amount("subscription", &options.subscription)?;
    let plan = Plan { monthly: subscription, free_previews: options.free_previews };
    let balances = Balances {
        subscription,
        payg: amount("payg", &options.payg)?,
        enterprise: amount("enterprise", &options.enterprise)?,
        free_previews: options.free_previews,
    };
    let faults = match &options.faults {
        Some(path) => FaultPlan::read(path).map_err(|reason| SandboxError::Faults { path: path.clone(), reason })?,
        None => FaultPlan::default(),
    };
    let canned = options.answer.as_deref().map(Canned::read).transpose()?;
    let lag = SignedDuration::from_millis(i64::try_from(options.account_lag_ms).unwrap_or(i64::MAX));
    let ledger = Ledger::open(options.state_dir.as_deref(), plan, balances, lag)?;
    let rate = RateLimit::new(options.rate_limit_mp, ledger.now());
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Ok(Shared {
        key: options.key.clone(),
        shop_token: options.shop_token.clone(),
        ledger: Arc::new(ledger),
        faults: Faults::new(faults),
        matter,
        canned,
        http: crate::fetch::client().map_err(|e| SandboxError::Client { reason: e.to_string() })?,
        improvements: DailyLimit::default(),
        rate: Mutex::new(rate),
        latency_ms: AtomicU64::new(options.latency_ms),
        drawing: Semaphore::new((processors / 2).max(1)),
        calls: Mutex::default(),
        under_way: AtomicU64::new(0),
        sizes: Mutex::default(),
        charged_pictures: Mutex::default(),
    })
}

fn router(app: App) -> Router {
    // Layers run from the last one to the first.
    let wire = Router::new()
        .route("/v1.0/removebg", post(removebg))
        .route("/v1.0/account", get(balance))
        .route("/v1.0/improve", post(improve))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&app), require_key))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&app), misbehave))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&app), closed))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&app), count))
        // Counted by the calls themselves, field by field.
        .layer(DefaultBodyLimit::disable());
    let control = Router::new()
        .route("/sandbox/control", post(control::control))
        .route("/sandbox/state", get(control::state))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&app), require_key))
        .layer(DefaultBodyLimit::max(1 << 20));
    let rooms = wire.merge(control);
    let rooms = if app.shop_token.is_some() { rooms.merge(shop::router()) } else { rooms };
    rooms
        .fallback(async || Refusal::plain(StatusCode::NOT_FOUND, "Not found"))
        .method_not_allowed_fallback(async || Refusal::plain(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"))
        .with_state(app)
}

async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    app.count(request.uri().path());
    let _under_way = UnderWay::begin(&app);
    next.run(request).await
}

/// A call that is being worked on, until its answer is made or its client has gone.
struct UnderWay(App);

impl UnderWay {
    fn begin(app: &App) -> Self {
        app.under_way.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(app))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A practice service that is listening. Dropping it stops it without waiting.
pub struct Running {
    prefix: Url,
    app: App,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens: `http://127.0.0.1:PORT/v1.0`.
    #[must_use]
    pub fn prefix(&self) -> Url {
        self.prefix.clone()
    }

    /// The address of the shop, token included: for the account's owner only. `None` where there is no shop.
    #[must_use]
    pub fn shop(&self) -> Option<Url> {
        let token = self.app.shop_token.as_deref()?;
        let mut address = self.prefix.clone();
        address.set_path(shop::PATH);
        address.set_query(Some(&format!("{}={token}", shop::TOKEN)));
        Some(address)
    }

    /// Credits charged for removals since the account was opened, decimal text.
    #[must_use]
    pub fn charged(&self) -> String {
        self.app.ledger.charged().to_string()
    }

    /// The account, its clock and every charge.
    ///
    /// # Errors
    /// When a renewal that fell due could not be written to the account's journal.
    pub fn state(&self) -> std::io::Result<StateBody> {
        self.app.state()
    }

    /// Stops taking calls, lets those under way end (for five seconds), and gives the account's folder free.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(mut task) = self.task.take()
            && tokio::time::timeout(STOP_PATIENCE, &mut task).await.is_err()
        {
            task.abort();
            // Ends at once, with "cancelled", which is what was asked for.
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("prefix", &self.prefix.as_str()).finish_non_exhaustive()
    }
}
