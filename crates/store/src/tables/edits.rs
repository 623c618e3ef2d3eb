//! What users did to their cutouts, by the original's content, and the own backgrounds they chose. The text of edits belongs to
//! whoever wrote it; this table only keeps it.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use crate::columns::At;
use crate::{Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE edits (
    content       TEXT PRIMARY KEY,
    document      TEXT NOT NULL,
    changed_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE backdrops (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    used_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// An own background picture that was chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackdropRow {
    /// Its content's BLAKE3, hexadecimal; its file in the data folder is named by it.
    pub id: String,
    /// The file name it was chosen by.
    pub name: String,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
}

fn read(row: &Row<'_>) -> rusqlite::Result<BackdropRow> {
    Ok(BackdropRow { id: row.get("id")?, name: row.get("name")?, width: row.get("width")?, height: row.get("height")? })
}

impl Store {
    /// The edits of the picture with this content; `None` where there are none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn edits(&self, content: &str) -> Result<Option<String>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT document FROM edits WHERE content = ?1")?;
        Ok(statement.query_row([content], |row| row.get(0)).optional()?)
    }

    /// Keeps the edits of a picture, in place of what was kept; `None` forgets them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_edits(&self, content: &str, document: Option<&str>) -> Result<(), StoreError> {
        let now: Timestamp = self.now();
        self.write(|transaction| {
            match document {
                Some(document) => transaction.execute(
                    "INSERT INTO edits (content, document, changed_at_us) VALUES (?1, ?2, ?3)
                     ON CONFLICT (content) DO UPDATE SET document = excluded.document, changed_at_us = excluded.changed_at_us",
                    params![content, document, At(now)],
                )?,
                None => transaction.execute("DELETE FROM edits WHERE content = ?1", [content])?,
            };
            Ok(())
        })
    }

    /// Remembers an own background, or that it was chosen once more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn backdrop_put(&self, backdrop: &BackdropRow) -> Result<(), StoreError> {
        let BackdropRow { id, name, width, height } = backdrop;
        let now: Timestamp = self.now();
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO backdrops (id, name, width, height, used_at_us) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, used_at_us = excluded.used_at_us",
                params![id, name, width, height, At(now)],
            )?;
            Ok(())
        })
    }

    /// The own backgrounds, the last chosen first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn backdrops(&self) -> Result<Vec<BackdropRow>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("SELECT id, name, width, height FROM backdrops ORDER BY used_at_us DESC, id")?;
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }
}
