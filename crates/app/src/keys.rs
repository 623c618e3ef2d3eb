//! Where keys live: in the system's keyring, or, where there is none, in memory until the program ends. Keys go in as
//! `ApiKey`, which cannot be printed, and come out only towards the service client. Refuses to write a key to any file.

use std::collections::HashMap;
use std::sync::Mutex;

use clearcut_service::ApiKey;
use uuid::Uuid;

use crate::views::KeyPlace;

const SERVICE: &str = "Clearcut";

/// Keeps keys by account.
pub trait KeyStore: Send + Sync {
    /// The key of `account`, if one is kept, and where.
    fn get(&self, account: Uuid) -> Option<(ApiKey, KeyPlace)>;
    /// Keeps `key` for `account`; says where. Never fails: at worst the key lasts as long as the program.
    fn put(&self, account: Uuid, key: ApiKey) -> KeyPlace;
    /// Why keys cannot be kept in the keyring, in the system's words; `None` when they can.
    fn trouble(&self) -> Option<String>;
}

/// The system's keyring, with memory behind it.
#[derive(Default)]
pub struct SystemKeys {
    session: Mutex<HashMap<Uuid, ApiKey>>,
}

impl SystemKeys {
    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, ApiKey>> {
        self.session.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl KeyStore for SystemKeys {
    fn get(&self, account: Uuid) -> Option<(ApiKey, KeyPlace)> {
        if let Some(key) = self.remembered().get(&account) {
            return Some((key.clone(), KeyPlace::ThisSession));
        }
        let text = on_own_thread(move || entry(account)?.get_password()).ok()?;
        Some((ApiKey::new(text).ok()?, KeyPlace::Keyring))
    }

    fn put(&self, account: Uuid, key: ApiKey) -> KeyPlace {
        let for_keyring = key.clone();
        let stored = on_own_thread(move || entry(account)?.set_password(for_keyring.reveal_to_keyring()));
        match stored {
            Ok(()) => {
                self.remembered().remove(&account);
                KeyPlace::Keyring
            }
            Err(error) => {
                tracing::warn!(%error, "no keyring; the key is kept until the program ends");
                self.remembered().insert(account, key);
                KeyPlace::ThisSession
            }
        }
    }

    fn trouble(&self) -> Option<String> {
        on_own_thread(|| match keyring::Entry::store_status() {
            Ok(()) => Ok(None),
            Err(error) => Ok(Some(error.to_string())),
        })
        .unwrap_or_else(|error| Some(error.to_string()))
    }
}

fn entry(account: Uuid) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, &account.to_string())
}

/// The Secret Service client blocks on its own executor, which must not happen on an async worker thread.
fn on_own_thread<T: Send + 'static>(work: impl FnOnce() -> keyring::Result<T> + Send + 'static) -> keyring::Result<T> {
    std::thread::spawn(work)
        .join()
        .unwrap_or_else(|_| Err(keyring::Error::PlatformFailure("the keyring client ended unexpectedly".into())))
}
