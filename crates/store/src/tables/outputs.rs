//! The files that were saved: which of a folder's pictures are cutouts of Clearcut's own.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::columns::PathColumn;
use crate::{JobState, Store, StoreError};

impl Store {
    /// Where saved results went, of all accounts, as they were written down. A file may have been moved or removed since.
    ///
    /// # Errors
    /// When the database fails.
    pub fn saved_outputs(&self) -> Result<HashSet<PathBuf>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT output FROM jobs WHERE state = ?1")?;
        let outputs = statement.query_map([JobState::Saved], |row| row.get::<_, PathColumn<PathBuf>>("output"))?;
        let outputs = outputs.map(|output| output.map(|PathColumn(path)| path)).collect::<Result<HashSet<_>, _>>()?;
        // A preview is saved nowhere.
        Ok(outputs.into_iter().filter(|output| !output.as_os_str().is_empty()).collect())
    }
}
