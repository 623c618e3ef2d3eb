//! One user's computer on a temporary folder: photos, a results folder, the data folder with database and vault, and the
//! laws that must hold on it at every moment.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use clearcut_batch::{Agreed, BatchError, Finished, NameSet, Order, Spender, SpenderParts, Watcher, plan_output};
use clearcut_credits::Credits;
use clearcut_imaging::{Limits, Look, OutputFormat, Rgba, encode_to_vec, fingerprint, probe};
use clearcut_service::Remover;
use clearcut_service::wire::Size;
use clearcut_store::testing::{ManualClock, RecordingFiles};
use clearcut_store::{AccountId, AccountRow, DiskFiles, JobId, JobState, Store, Vault};
use tokio_util::sync::CancellationToken;

use crate::script::{Says, Script};

/// What the photos on the bench measure.
pub(crate) const WIDTH: u32 = 60;
pub(crate) const HEIGHT: u32 = 40;

pub(crate) struct Bench {
    pub(crate) home: tempfile::TempDir,
    pub(crate) files: RecordingFiles,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<Store>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) script: Arc<Script>,
    pub(crate) spender: Arc<Spender>,
    pub(crate) seen: Seen,
}

impl Bench {
    /// A bench whose service says this, one answer a request.
    pub(crate) fn new(says: impl IntoIterator<Item = Says>) -> Self {
        Self::with_script(Script::new(says))
    }

    pub(crate) fn with_script(script: Script) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at("2026-11-22T12:00:00Z".parse().unwrap()));
        let files = RecordingFiles::over(Arc::new(DiskFiles));
        std::fs::create_dir(home.path().join("out")).unwrap();
        std::fs::create_dir(home.path().join("data")).unwrap();
        let store = Store::open_with(&home.path().join("data"), clock.clone()).unwrap();
        store.account_put(&account()).unwrap();
        let vault = Vault::open(&home.path().join("data/vault"), Arc::new(files.clone())).unwrap();
        let (store, vault, script) = (Arc::new(store), Arc::new(vault), Arc::new(script));
        let spender = Arc::new(spender_of(&store, &vault, &files, &clock, script.clone()));
        Self { home, files, clock, store, vault, script, spender, seen: Seen::default() }
    }

    /// The next start: everything in memory is gone, the files are healthy.
    pub(crate) fn restarted(self) -> Self {
        let Self { home, clock, script, spender, store, vault, files, .. } = self;
        drop((spender, store, vault, files));
        let files = RecordingFiles::over(Arc::new(DiskFiles));
        let store = Arc::new(Store::open_with(&home.path().join("data"), clock.clone()).unwrap());
        let vault = Arc::new(Vault::open(&home.path().join("data/vault"), Arc::new(files.clone())).unwrap());
        let spender = Arc::new(spender_of(&store, &vault, &files, &clock, script.clone()));
        Self { home, files, clock, store, vault, script, spender, seen: Seen::default() }
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.home.path().join("out")
    }

    /// A photo of its own content, as PNG.
    pub(crate) fn photo(&self, name: &str) -> PathBuf {
        let path = self.home.path().join(name);
        let [shade, tone] = name.bytes().fold(0_u16, |sum, byte| sum.wrapping_mul(31) ^ u16::from(byte)).to_be_bytes();
        let picture = Rgba::filled(WIDTH, HEIGHT, [shade, tone, 30, 255]);
        std::fs::write(&path, encode_to_vec(&picture, OutputFormat::Png, &Default::default()).unwrap()).unwrap();
        path
    }

    /// The order for a photo at full size, as PNG into the results folder.
    pub(crate) fn order(&self, name: &str) -> Order {
        self.order_of(&self.photo(name))
    }

    pub(crate) fn order_of(&self, input: &Path) -> Order {
        Order {
            input: input.to_path_buf(),
            content: fingerprint(input).unwrap(),
            probe: probe(input, &Limits::inputs()).unwrap(),
            size: Size::Full,
            look: Look::default(),
            format: OutputFormat::Png,
            output: plan_output(input, Some(&self.out()), OutputFormat::Png, &mut NameSet::new()),
            keep_metadata: true,
            replace: false,
            batch: None,
        }
    }

    pub(crate) async fn download(&self, order: &Order) -> Result<Finished, BatchError> {
        self.download_for(order, &Agreed::to(Credits::ONE)).await
    }

    pub(crate) async fn download_for(&self, order: &Order, agreed: &Agreed) -> Result<Finished, BatchError> {
        self.spender.download(order, agreed, &self.seen, &CancellationToken::new()).await
    }

    /// Everything booked as paid, lost ones included.
    pub(crate) fn paid(&self) -> Credits {
        self.store.state(AccountId::PRACTICE).unwrap().settled_total()
    }

    /// Everything still set aside.
    pub(crate) fn reserved(&self) -> Credits {
        self.store.state(AccountId::PRACTICE).unwrap().reserved()
    }

    pub(crate) fn last_job(&self) -> JobState {
        self.store.jobs_recent(1).unwrap()[0].state
    }

    /// paid ≤ charged ≤ paid + unknown: invariant 3.
    pub(crate) fn money_is_conserved(&self) {
        let (paid, charged, unknown) = (self.paid(), self.script.charged(), self.reserved());
        assert!(paid <= charged, "booked {paid}, charged {charged}");
        assert!(charged <= paid.saturating_add(unknown), "charged {charged}, booked {paid}, unknown {unknown}");
    }

    /// The names in the results folder, in order.
    pub(crate) fn results(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.out())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Every result is whole, and nothing else lies beside it.
    pub(crate) fn only_whole_results(&self) {
        for name in self.results() {
            assert!(!name.ends_with(".part"), "{name} was left behind");
            clearcut_imaging::decode(&self.out().join(&name), &Limits::answers())
                .unwrap_or_else(|error| panic!("{name} is not whole: {error}"));
        }
    }

    /// No answer is on its way any more.
    pub(crate) fn nothing_incoming(&self) {
        let left = std::fs::read_dir(self.vault.dir().join("incoming")).unwrap().count();
        assert_eq!(left, 0, "an answer was left on its way");
    }

    /// Answers kept as evidence.
    pub(crate) fn set_aside(&self) -> usize {
        std::fs::read_dir(self.vault.dir().join("lost")).unwrap().count()
    }
}

fn account() -> AccountRow {
    AccountRow {
        id: AccountId::PRACTICE,
        label: "Practice".to_owned(),
        profile: "practice".to_owned(),
        prefix: "http://127.0.0.1/v1.0".to_owned(),
        key_tag: None,
        created_at: "2026-11-22T12:00:00Z".parse().unwrap(),
    }
}

/// A spender of the practice account at any service.
pub(crate) fn spender_of(
    store: &Arc<Store>,
    vault: &Arc<Vault>,
    files: &RecordingFiles,
    clock: &Arc<ManualClock>,
    remover: Arc<dyn Remover>,
) -> Spender {
    Spender::new(SpenderParts {
        store: store.clone(),
        vault: vault.clone(),
        files: Arc::new(files.clone()),
        clock: clock.clone(),
        remover,
        account: AccountId::PRACTICE,
    })
}

/// Remembers the states a watcher is told.
#[derive(Default)]
pub(crate) struct Seen(Mutex<Vec<JobState>>);

impl Seen {
    pub(crate) fn states(&self) -> Vec<JobState> {
        self.0.lock().unwrap().clone()
    }
}

impl Watcher for Seen {
    fn state(&self, _: JobId, state: JobState) {
        self.0.lock().unwrap().push(state);
    }
}
