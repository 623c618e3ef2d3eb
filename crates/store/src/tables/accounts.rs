//! Accounts: local records that ledgers, receipts and vault entries belong to.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::columns::At;
use crate::{AccountId, Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE accounts (
    id            TEXT PRIMARY KEY,
    label         TEXT NOT NULL,
    profile       TEXT NOT NULL,
    prefix        TEXT NOT NULL,
    key_tag       TEXT,
    created_at_us INTEGER NOT NULL
) STRICT;
";

const COLUMNS: &str = "id, label, profile, prefix, key_tag, created_at_us";

/// One account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountRow {
    /// Its own id: neither the URL nor the key.
    pub id: AccountId,
    /// What the user calls it.
    pub label: String,
    /// The service profile it speaks to.
    pub profile: String,
    /// The endpoint's prefix.
    pub prefix: String,
    /// A mark that tells keys apart without saying anything about them; `None` where no key is needed.
    pub key_tag: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

fn read(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow {
        id: row.get("id")?,
        label: row.get("label")?,
        profile: row.get("profile")?,
        prefix: row.get("prefix")?,
        key_tag: row.get("key_tag")?,
        created_at: row.get::<_, At>("created_at_us")?.0,
    })
}

fn put(connection: &Connection, account: &AccountRow) -> rusqlite::Result<usize> {
    let AccountRow { id, label, profile, prefix, key_tag, created_at } = account;
    connection.execute(
        "INSERT INTO accounts (id, label, profile, prefix, key_tag, created_at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET label = ?2, profile = ?3, prefix = ?4, key_tag = ?5",
        params![id, label, profile, prefix, key_tag, At(*created_at)],
    )
}

impl Store {
    /// Writes an account, new or changed. The time it was made stays the first one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn account_put(&self, account: &AccountRow) -> Result<(), StoreError> {
        self.write(|transaction| put(transaction, account).map(|_| ()).map_err(StoreError::from))
    }

    /// One account, if it is there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn account_get(&self, id: AccountId) -> Result<Option<AccountRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1");
        Ok(self.connection().query_row(&sql, [id], read).optional()?)
    }

    /// All accounts, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn account_list(&self) -> Result<Vec<AccountRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts ORDER BY created_at_us, id");
        Ok(self.connection().prepare(&sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// The account of a service and a key, if there is one. `None` as key finds the account without one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_account(
        &self,
        profile: &str,
        prefix: &str,
        key_tag: Option<&str>,
    ) -> Result<Option<AccountRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM accounts WHERE profile = ?1 AND prefix = ?2 AND key_tag IS ?3 ORDER BY created_at_us LIMIT 1"
        );
        Ok(self.connection().query_row(&sql, params![profile, prefix, key_tag], read).optional()?)
    }
}
