//! Notices and prompts that were dealt with: each is claimed once, by whoever comes first, in whichever process.

use jiff::Timestamp;
use rusqlite::params;

use crate::columns::At;
use crate::{AccountId, Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE notices (
    account TEXT NOT NULL REFERENCES accounts (id),
    level   TEXT NOT NULL,
    armed   INTEGER NOT NULL,
    at_us   INTEGER NOT NULL,
    PRIMARY KEY (account, level, armed)
) STRICT, WITHOUT ROWID;
";

impl Store {
    /// Claims a notice, prompt or proposal: `true` for the first who asks, `false` for everybody after. `armed` is the ledger
    /// line since which it counts; a later line makes it a new one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn claim_notice(&self, account: AccountId, level: &str, armed: i64) -> Result<bool, StoreError> {
        let now: Timestamp = self.now();
        self.write(|transaction| {
            let inserted = transaction.execute(
                "INSERT INTO notices (account, level, armed, at_us) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                params![account, level, armed, At(now)],
            )?;
            Ok(inserted > 0)
        })
    }

    /// Whether somebody claimed it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_notice_claimed(&self, account: AccountId, level: &str, armed: i64) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM notices WHERE account = ?1 AND level = ?2 AND armed = ?3)")?;
        Ok(statement.query_row(params![account, level, armed], |row| row.get(0))?)
    }
}
