//! A host that remembers what it was told, and an app on folders of its own.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use clearcut_app::views::{Envelope, Event, PictureId, PictureState, PictureView};
use clearcut_app::{
    App, AppParts, Clipboard, Folders, Front, Host, HostError, Notice, Problem, ServiceChoice, SystemKeys,
};
use clearcut_sandbox::Running;
use tokio::sync::Notify;

/// The key of a practice service that a test starts itself.
pub(crate) const KEY: &str = "a-key-for-the-tests";

#[derive(Default)]
pub(crate) struct TestHost {
    told: Mutex<Vec<Envelope>>,
    changed: Notify,
    pub(crate) dragged: Mutex<Vec<(Vec<PathBuf>, Vec<u8>)>>,
    pub(crate) clipboard: Mutex<Option<Clipboard>>,
    pub(crate) opened: Mutex<Vec<String>>,
    pub(crate) notices: Mutex<Vec<Notice>>,
    /// The desktop shows no notices.
    pub(crate) no_notices: Mutex<bool>,
    pub(crate) save_as: Mutex<Option<PathBuf>>,
    pub(crate) folder: Mutex<Option<PathBuf>>,
    pub(crate) archive: Mutex<Option<PathBuf>>,
    pub(crate) model: Mutex<Option<PathBuf>>,
}

#[async_trait]
impl Host for TestHost {
    fn emit(&self, envelope: &Envelope) {
        self.told.lock().unwrap().push(envelope.clone());
        self.changed.notify_waiters();
    }

    fn open_page(&self, page: &url::Url) -> Result<(), HostError> {
        self.opened.lock().unwrap().push(page.to_string());
        Ok(())
    }

    fn reveal(&self, file: &Path) -> Result<(), HostError> {
        self.opened.lock().unwrap().push(file.display().to_string());
        Ok(())
    }

    fn notify(&self, notice: &Notice) -> Result<(), HostError> {
        if *self.no_notices.lock().unwrap() {
            return Err(HostError("no daemon".to_owned()));
        }
        self.notices.lock().unwrap().push(notice.clone());
        Ok(())
    }

    async fn choose_save(&self, _name: &str) -> Option<PathBuf> {
        self.save_as.lock().unwrap().clone()
    }

    async fn choose_files(&self) -> Option<Vec<PathBuf>> {
        None
    }

    async fn choose_archive(&self) -> Option<PathBuf> {
        self.archive.lock().unwrap().clone()
    }

    async fn choose_folder(&self) -> Option<PathBuf> {
        self.folder.lock().unwrap().clone()
    }

    async fn choose_model(&self) -> Option<PathBuf> {
        self.model.lock().unwrap().clone()
    }

    async fn copy_picture(&self, width: u32, height: u32, rgba: Vec<u8>) -> Result<(), HostError> {
        *self.clipboard.lock().unwrap() = Some(Clipboard::Picture { width, height, rgba });
        Ok(())
    }

    async fn drag_files(&self, files: Vec<PathBuf>, icon: Vec<u8>) -> Result<(), HostError> {
        self.dragged.lock().unwrap().push((files, icon));
        Ok(())
    }

    async fn clipboard(&self) -> Clipboard {
        self.clipboard.lock().unwrap().take().unwrap_or(Clipboard::Empty)
    }
}

impl TestHost {
    pub(crate) fn told(&self) -> Vec<Envelope> {
        self.told.lock().unwrap().clone()
    }

    /// Waits until `seen` finds something in what was told so far.
    pub(crate) async fn until<T>(&self, seen: impl Fn(&[Envelope]) -> Option<T>) -> T {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Some(found) = seen(&self.told.lock().unwrap()) {
                return found;
            }
            changed.await;
        }
    }

    /// Waits until a picture is in one of these states.
    pub(crate) async fn until_picture(&self, id: PictureId, states: &[PictureState]) -> PictureView {
        self.until(|told| {
            told.iter()
                .rev()
                .find_map(|envelope| match &envelope.event {
                    Event::Picture { picture } if picture.id == id => Some(picture.clone()),
                    _ => None,
                })
                .filter(|picture| states.contains(&picture.state))
        })
        .await
    }
}

/// Folders of their own under `home`.
pub(crate) fn folders(home: &Path) -> Folders {
    Folders {
        data: home.join("data"),
        config: home.join("config"),
        cache: home.join("cache"),
        pictures: home.join("pictures"),
    }
}

/// An app on the practice account.
pub(crate) async fn open(home: &Path, front: Front) -> (Arc<App>, Arc<TestHost>) {
    open_with(home, front, ServiceChoice::Remembered, None).await.unwrap()
}

pub(crate) async fn open_with(
    home: &Path,
    front: Front,
    service: ServiceChoice,
    key: Option<&str>,
) -> Result<(Arc<App>, Arc<TestHost>), Problem> {
    let host = Arc::new(TestHost::default());
    let parts = AppParts {
        folders: folders(home),
        host: host.clone(),
        service,
        front,
        keys: Arc::new(SystemKeys::default()),
        clock: Arc::new(clearcut_store::SystemClock),
        environment_key: key.map(str::to_owned),
        sleeper: Arc::new(clearcut_batch::TokioSleeper),
        http: clearcut_service::HttpOptions::default(),
        awake: Arc::new(clearcut_app::SystemAwake),
        model: None,
    };
    Ok((App::open(parts).await?, host))
}

/// An app whose account is at a service of its own that only hears who calls.
pub(crate) async fn open_unheard(home: &Path) -> (Arc<App>, Unheard) {
    let service = TcpListener::bind("127.0.0.1:0").unwrap();
    service.set_nonblocking(true).unwrap();
    let named = ServiceChoice::Named(format!("http://{}/v1.0", service.local_addr().unwrap()));
    let (app, _) = open_with(home, Front::Terminal, named, Some("a-key")).await.unwrap();
    (app, Unheard(service))
}

/// A service that nobody is to call.
pub(crate) struct Unheard(TcpListener);

impl Unheard {
    /// Fails where somebody called.
    pub(crate) fn check(&self) {
        assert_eq!(self.0.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "somebody was called");
    }
}

/// A copy of a sample photo under `home`.
pub(crate) fn photo(home: &Path, name: &str) -> PathBuf {
    let path = home.join(name);
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name), &path).unwrap();
    path
}

/// Turns the practice service's knobs.
pub(crate) async fn control(service: &Running, body: serde_json::Value) {
    let mut address = service.prefix();
    address.set_path("/sandbox/control");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = client.post(address).header("X-Api-Key", KEY).body(body.to_string());
    let answer = call.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
}
