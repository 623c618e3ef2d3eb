//! What every test needs: a client with short waits, a request, and listeners that remember.

use std::io::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use clearcut_service::wire::{Size, WireFormat};
use clearcut_service::{
    AnswerHead, ApiKey, HttpOptions, HttpRemover, ImageSource, NoProgress, Profile, Progress, RemovalRequest,
    RemoveError, Remover as _, builtin_profiles,
};
use tempfile::NamedTempFile;
use tokio_util::sync::CancellationToken;

/// The key of all tests; it must never be seen outside the request's head.
pub(crate) const KEY: &str = "k3y-n0b0dy-may-see";

/// Waits long enough never to run out in a test that does not ask for it.
pub(crate) fn patient() -> HttpOptions {
    let long = Duration::from_secs(60);
    HttpOptions {
        connect_timeout: long,
        upload_idle: long,
        answer_timeout: long,
        download_idle: long,
        download_total: long,
        account_timeout: long,
        ..HttpOptions::default()
    }
}

/// A wait that is meant to run out.
pub(crate) const SHORT: Duration = Duration::from_millis(80);

/// The profile of remove.bg at another address.
pub(crate) fn profile(prefix: &str) -> Profile {
    builtin_profiles().remove(0).with_prefix(prefix.parse().unwrap()).unwrap()
}

pub(crate) fn client(prefix: &str, options: HttpOptions) -> HttpRemover {
    HttpRemover::new(profile(prefix), Some(ApiKey::new(KEY).unwrap()), options).unwrap()
}

/// A file of `len` bytes.
pub(crate) fn picture(len: usize) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&vec![b'p'; len]).unwrap();
    file
}

pub(crate) fn request_of(file: &NamedTempFile) -> RemovalRequest {
    let source = ImageSource::File { path: file.path().into(), file_name: "dog.jpg".into() };
    RemovalRequest::new(source, Size::Full, WireFormat::Zip)
}

/// One call with a small picture and nobody listening.
pub(crate) async fn call(client: &HttpRemover) -> Result<(AnswerHead, Vec<u8>), RemoveError> {
    call_with(client, &request_of(&picture(1000))).await
}

pub(crate) async fn call_with(
    client: &HttpRemover,
    request: &RemovalRequest,
) -> Result<(AnswerHead, Vec<u8>), RemoveError> {
    let mut body = Vec::new();
    let head = client.remove(request, &mut body, &NoProgress, &CancellationToken::new()).await?;
    Ok((head, body))
}

/// Remembers what it was told.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    pub(crate) up: Mutex<Vec<(u64, u64)>>,
    pub(crate) down: Mutex<Vec<(u64, Option<u64>)>>,
}

impl Progress for Witness {
    fn uploaded(&self, sent: u64, total: u64) {
        self.up.lock().unwrap().push((sent, total));
    }

    fn downloaded(&self, got: u64, total: Option<u64>) {
        self.down.lock().unwrap().push((got, total));
    }
}
