//! Files that appear whole or not at all. Refuses to know what is in them; paid results go through the store's own file layer.

use std::io::Write as _;
use std::path::Path;

/// Writes a file in place of one that is there: on disk before it has its name. Its owner alone may read it.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut temporary = tempfile::NamedTempFile::new_in(file.parent().unwrap_or(Path::new(".")))?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    temporary.persist(file)?;
    Ok(())
}
