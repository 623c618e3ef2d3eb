//! One payer at a time for one piece of work: the same picture with the same options asked for twice at once is paid for
//! by the first, and the second finds the answer in the vault. It holds within one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use clearcut_store::VaultKey;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// Who is at work on what.
#[derive(Debug, Default)]
pub(crate) struct Claims(Mutex<HashMap<String, Weak<AsyncMutex<()>>>>);

/// The right to be the only one at work on something; given up when dropped.
pub(crate) type Claim = OwnedMutexGuard<()>;

impl Claims {
    /// Waits until nobody else is at work on `key`.
    pub(crate) async fn claim(&self, key: &VaultKey) -> Claim {
        let lock = self.lock_of(key);
        lock.lock_owned().await
    }

    fn lock_of(&self, key: &VaultKey) -> Arc<AsyncMutex<()>> {
        let name = format!("{} {} {}", key.account, key.content, key.options);
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(&name).and_then(Weak::upgrade) {
            return lock;
        }
        // A good moment to forget what nobody holds any more.
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::default();
        locks.insert(name, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use clearcut_store::AccountId;

    use super::*;

    fn key(content: &str) -> VaultKey {
        VaultKey { account: AccountId::PRACTICE, content: content.to_owned(), options: "size=full".to_owned() }
    }

    #[tokio::test]
    async fn the_same_work_waits_and_other_work_does_not() {
        let claims = Claims::default();
        let first = claims.claim(&key("a")).await;
        let _other = claims.claim(&key("b")).await;
        assert!(claims.lock_of(&key("a")).try_lock().is_err());
        drop(first);
        assert!(claims.lock_of(&key("a")).try_lock().is_ok());
    }
}
