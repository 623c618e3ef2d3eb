//! Commands over IPC on Tauri's mock runtime: no display, the real list, the real permissions, the real app.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use clearcut_app::views::{Envelope, Event};
use clearcut_app::{App, AppParts, Clipboard, Folders, Front, Host, HostError, ServiceChoice};
use clearcut_desktop::{Shell, WINDOW, context, furnish};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{Manager, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;
use url::Url;

macro_rules! names {
    ($( $(#[$doc:meta])* $name:ident ( $($argument:tt)* ) -> $answer:ty; )*) => { &[$(stringify!($name)),*] };
}
const COMMANDS: &[&str] = clearcut_app::commands!(names);

/// A host that chooses one file and remembers what it was told.
#[derive(Default)]
struct TestHost {
    chosen: Option<PathBuf>,
    heard: Mutex<Vec<Envelope>>,
}

#[async_trait]
impl Host for TestHost {
    fn emit(&self, envelope: &Envelope) {
        self.heard.lock().unwrap().push(envelope.clone());
    }
    fn open_page(&self, _: &Url) -> Result<(), HostError> {
        Err(HostError("no browser".to_owned()))
    }
    fn reveal(&self, _: &Path) -> Result<(), HostError> {
        Err(HostError("no file manager".to_owned()))
    }
    fn notify(&self, _: &clearcut_app::Notice) -> Result<(), HostError> {
        Ok(())
    }

    async fn choose_save(&self, _: &str) -> Option<PathBuf> {
        None
    }

    async fn choose_files(&self) -> Option<Vec<PathBuf>> {
        self.chosen.clone().map(|file| vec![file])
    }
    async fn choose_folder(&self) -> Option<PathBuf> {
        None
    }
    async fn clipboard(&self) -> Clipboard {
        Clipboard::Empty
    }
}

/// A furnished app on the mock runtime, with its window and the folders under it.
struct Desktop {
    app: tauri::App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
    host: Arc<TestHost>,
    _folder: TempDir,
}

impl Desktop {
    /// On the practice account, in folders of its own. The dialog for files chooses `chosen`.
    fn open(chosen: Option<PathBuf>) -> Self {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        let folders = Folders { data: at("data"), config: at("config"), cache: at("cache"), pictures: at("pictures") };
        let host = Arc::new(TestHost { chosen, ..TestHost::default() });
        let parts = AppParts::new(
            folders,
            Arc::clone(&host) as Arc<dyn Host>,
            ServiceChoice::Named("practice".to_owned()),
            Front::Window,
        );
        let shell = Shell::new();
        shell.opened(tauri::async_runtime::block_on(App::open(parts)));
        let app = furnish(mock_builder(), shell).build(context()).unwrap();
        let window = WebviewWindowBuilder::new(&app, WINDOW, tauri::WebviewUrl::default()).build().unwrap();
        Self { app, window, host, _folder: folder }
    }

    fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let address = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: address.parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: tauri::http::HeaderMap::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window, request).map(|body| body.deserialize().unwrap())
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let app = tauri::async_runtime::block_on(self.app.state::<Shell>().app());
        if let Ok(app) = app {
            tauri::async_runtime::block_on(app.close());
        }
    }
}

#[test]
fn the_overview_is_typed_and_starts_on_the_practice_account() {
    let desktop = Desktop::open(None);
    let overview = desktop.call("overview", json!({})).unwrap();
    assert_eq!(overview["accounts"][0]["label"], "Practice account, on this computer");
    assert_eq!(overview["accounts"][0]["kind"], "practice");
    assert_eq!(overview["active"], overview["accounts"][0]["id"]);
    assert_eq!(overview["pictures"], json!([]));
    let gauge = desktop.call("refresh_balance", json!({})).unwrap();
    assert_eq!((&gauge["total"]["amount"], &gauge["total"]["source"]), (&json!("50"), &json!("measured")));
}

#[test]
fn every_command_of_the_list_is_there_and_answers_wrong_arguments_with_a_reason() {
    let desktop = Desktop::open(None);
    for command in COMMANDS {
        let answer =
            desktop.call(command, json!({ "pictures": 7, "picture": 7, "page": 7, "service": 7, "account": 7 }));
        let Err(error) = answer else { continue };
        let told = error.to_string();
        assert!(!told.contains("not found") && !told.contains("not allowed"), "{command}: {told}");
    }
}

#[test]
fn a_problem_crosses_as_code_message_and_hint() {
    let desktop = Desktop::open(None);
    let stranger = "0192f0c1-2345-7abc-8def-0123456789ab";
    let problem = desktop.call("reveal", json!({ "picture": stranger })).unwrap_err();
    assert_eq!(problem["code"], "bad_request", "{problem}");
    assert!(problem["message"].is_string() && problem["hint"].is_string());
}

#[test]
fn a_chosen_file_becomes_a_picture_without_its_path() {
    let folder = TempDir::new().unwrap();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/astronaut.png");
    let file = folder.path().join("a secret place.png");
    std::fs::copy(sample, &file).unwrap();
    let desktop = Desktop::open(Some(file));
    let added = desktop.call("choose_files", json!({})).unwrap();
    assert_eq!(added["pictures"][0]["name"], "a secret place.png");
    assert_eq!(added["refused"], json!([]));
    assert!(!added.to_string().contains(&folder.path().display().to_string()), "{added}");
    let options = json!({ "size": "full", "format": "png", "background": null });
    let quote = desktop.call("quote", json!({ "pictures": [added["pictures"][0]["id"]], "options": options })).unwrap();
    assert_eq!((&quote["cost"], &quote["subscription"]), (&json!("1"), &json!("1")));
    let heard = desktop.host.heard.lock().unwrap();
    let numbers: Vec<u64> = heard.iter().map(|envelope| envelope.seq).collect();
    assert_eq!(numbers, (1..=u64::try_from(numbers.len()).unwrap()).collect::<Vec<_>>(), "without gaps");
    assert!(heard.iter().any(|envelope| matches!(envelope.event, Event::Picture { .. })));
}

#[test]
fn what_is_not_on_the_list_is_refused() {
    let desktop = Desktop::open(None);
    for command in
        ["charge", "plugin:dialog|open", "plugin:event|emit", "plugin:window|close", "plugin:webview|create_webview"]
    {
        assert!(desktop.call(command, json!({})).is_err(), "{command}");
    }
}

#[test]
fn the_window_may_do_exactly_what_the_list_says() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/capabilities/main.json")).unwrap();
    let capability: Value = serde_json::from_str(&text).unwrap();
    let given: BTreeSet<&str> =
        capability["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
    let commands: Vec<String> = COMMANDS.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    let hear = ["core:event:allow-listen", "core:event:allow-unlisten"];
    let expected: BTreeSet<&str> = hear.into_iter().chain(commands.iter().map(String::as_str)).collect();
    assert_eq!(given, expected, "capabilities/main.json and crates/app/src/command_list.rs differ");
    assert_eq!(capability["windows"], json!([WINDOW]));
    assert!(capability.get("remote").is_none(), "no page from elsewhere may call anything");
}

#[test]
fn the_page_may_load_nothing_from_elsewhere() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tauri.conf.json")).unwrap();
    let config: Value = serde_json::from_str(&text).unwrap();
    let security = &config["app"]["security"];
    assert_eq!(security["csp"]["default-src"], "'self'");
    for (directive, sources) in security["csp"].as_object().unwrap() {
        let sources = sources.as_str().unwrap();
        assert!(!sources.contains("unsafe-eval") && !sources.contains('*'), "{directive}: {sources}");
        assert!(directive == "style-src-attr" || !sources.contains("unsafe-inline"), "{directive}: {sources}");
    }
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(config["app"]["withGlobalTauri"], false);
    assert_eq!(config["app"]["windows"][0]["label"], WINDOW);
}
