//! A practice service for one test, and a plain HTTP client that knows nothing of Clearcut's own.

#![allow(clippy::unwrap_used, reason = "a test that cannot set up its service should stop")]
#![allow(dead_code, unreachable_pub, reason = "each test file is a program of its own and uses its part")]

pub mod spec;

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use clearcut_imaging::{EncodeOptions, OutputFormat, Rgba, encode_to_vec};
use clearcut_matting::{Matter, MattingOptions};
use clearcut_sandbox::{Running, Sandbox, SandboxOptions};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

pub const KEY: &str = "practice-key";

/// A running practice service with a canned answer (64 × 48, the subject at 16, 12).
pub struct Practice {
    pub running: Running,
    pub client: Client,
    _files: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Practice {
    pub async fn start(change: impl FnOnce(&mut SandboxOptions)) -> Self {
        // One model for all tests of a file; it is loaded when it is first needed.
        static MATTER: LazyLock<Arc<Matter>> =
            LazyLock::new(|| Arc::new(Matter::new(MattingOptions::default()).unwrap()));
        let files = tempfile::tempdir().unwrap();
        let canned = files.path().join("answer.png");
        std::fs::write(&canned, cutout_png()).unwrap();
        let mut options = SandboxOptions { key: KEY.to_owned(), answer: Some(canned), ..SandboxOptions::default() };
        change(&mut options);
        Self {
            running: Sandbox::start_with(options, Arc::clone(&MATTER)).await.unwrap(),
            client: client(),
            _files: files,
        }
    }

    /// With the model instead of the canned answer.
    pub async fn with_model() -> Self {
        Self::start(|options| options.answer = None).await
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let base = self.running.prefix();
        let url = if path.starts_with("/sandbox") {
            base.join(path).unwrap()
        } else {
            format!("{base}{path}").parse().unwrap()
        };
        self.client.request(method, url).header("X-Api-Key", KEY)
    }

    /// A multipart removal of a good picture with these parameters.
    pub async fn remove(&self, parameters: &[(&str, &str)]) -> Reply {
        send(self.request(Method::POST, "/removebg").multipart(form(picture_png(64, 48), parameters))).await
    }

    pub async fn control(&self, body: Value) -> Value {
        let reply = send(self.request(Method::POST, "/sandbox/control").body(body.to_string())).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    pub async fn state(&self) -> Value {
        send(self.request(Method::GET, "/sandbox/state")).await.json()
    }

    /// Text of a member of `credits` in `/account`.
    pub async fn credits(&self, pocket: &str) -> String {
        let account = send(self.request(Method::GET, "/account")).await.json();
        account["data"]["attributes"]["credits"][pocket].to_string()
    }
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok())
    }

    /// `code` of the first error.
    pub fn code(&self) -> Option<String> {
        self.json()["errors"][0]["code"].as_str().map(str::to_owned)
    }
}

pub fn client() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

pub async fn send(request: RequestBuilder) -> Reply {
    try_send(request).await.unwrap()
}

/// The answer, or the error of a connection that was lost on the way.
pub async fn try_send(request: RequestBuilder) -> Result<Reply, reqwest::Error> {
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Reply { status, headers, body: response.bytes().await? })
}

/// A form-urlencoded body.
pub fn urlencoded(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request.header("Content-Type", "application/x-www-form-urlencoded").body(body)
}

pub fn form(picture: Vec<u8>, parameters: &[(&str, &str)]) -> Form {
    let file = Form::new().part("image_file", Part::bytes(picture).file_name("photo.png"));
    parameters.iter().fold(file, |form, (name, text)| form.text((*name).to_owned(), (*text).to_owned()))
}

/// A grey picture with a bright disc in the middle.
pub fn picture_png(width: u32, height: u32) -> Vec<u8> {
    png(&disc(width, height, [80, 84, 88, 255]))
}

/// The disc alone.
pub fn cutout_png() -> Vec<u8> {
    png(&disc(64, 48, [0; 4]))
}

pub fn png(picture: &Rgba) -> Vec<u8> {
    encode_to_vec(picture, OutputFormat::Png, &EncodeOptions::default()).unwrap()
}

pub fn disc(width: u32, height: u32, background: [u8; 4]) -> Rgba {
    let mut picture = Rgba::filled(width, height, background);
    let (cx, cy, r) = (i64::from(width / 2), i64::from(height / 2), i64::from(width.min(height) / 3));
    let columns = usize::try_from(width).unwrap();
    for (index, pixel) in picture.pixels.chunks_exact_mut(4).enumerate() {
        let (x, y) = (i64::try_from(index % columns).unwrap(), i64::try_from(index / columns).unwrap());
        if (x - cx).pow(2) + (y - cy).pow(2) < r * r {
            pixel.copy_from_slice(&[240, 208, 96, 255]);
        }
    }
    picture
}
