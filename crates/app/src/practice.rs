//! The practice account: the practice service, started inside this program on a free loopback port with a random key. Its
//! account lives in the data folder. One process serves it; a second one (the terminal beside the window) finds it through
//! a small note that the first leaves there. Refuses to decide anything about credits.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_matting::Matter;
use clearcut_sandbox::{Running, Sandbox, SandboxError, SandboxOptions};
use clearcut_service::ApiKey;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::problem::{Code, Problem};

/// The practice account's id: the same in every installation.
pub const PRACTICE_ACCOUNT: Uuid = Uuid::from_u128(1);

/// What the practice account is called wherever it is in use.
pub const PRACTICE_LABEL: &str = "Practice account, on this computer";

const NOTE: &str = "endpoint.json";

/// The practice service as this process sees it.
pub(crate) struct Practice {
    /// Where it listens.
    pub(crate) prefix: Url,
    /// The key it wants.
    pub(crate) key: ApiKey,
    own: Option<(Running, PathBuf)>,
}

/// What the serving process leaves for others. The key opens nothing but this practice account on this computer.
#[derive(Serialize, Deserialize)]
struct Note {
    prefix: Url,
    key: String,
}

impl Practice {
    /// Starts the practice service on the account in `folder`, or joins the process that serves it already. The model is
    /// shared with previews, so that it is loaded once.
    ///
    /// # Errors
    /// When neither is possible; the sentence says why.
    pub(crate) async fn start(folder: &Path, matter: Arc<Matter>) -> Result<Self, Problem> {
        let key = Uuid::new_v4().simple().to_string();
        let options =
            SandboxOptions { key: key.clone(), state_dir: Some(folder.to_path_buf()), ..SandboxOptions::default() };
        match Sandbox::start_with(options, matter).await {
            Ok(running) => Self::serving(folder, running, key).await,
            Err(SandboxError::InUse { .. }) => Self::join(folder),
            Err(error) => Err(Problem::new(
                Code::StoreTrouble,
                format!("The practice account could not be opened: {error}."),
                "Real accounts are not affected.",
            )),
        }
    }

    async fn serving(folder: &Path, running: Running, key: String) -> Result<Self, Problem> {
        let prefix = running.prefix();
        let note = folder.join(NOTE);
        if let Err(error) = leave(folder, &note, &Note { prefix: prefix.clone(), key: key.clone() }) {
            running.stop().await;
            return Err(Problem::new(Code::FileTrouble, format!("Could not write {}: {error}.", note.display()), ""));
        }
        Ok(Self { prefix, key: typed(key)?, own: Some((running, note)) })
    }

    fn join(folder: &Path) -> Result<Self, Problem> {
        let note = folder.join(NOTE);
        let read = std::fs::read_to_string(&note).ok().and_then(|text| serde_json::from_str::<Note>(&text).ok());
        let Some(Note { prefix, key }) = read else {
            return Err(Problem::new(
                Code::StoreTrouble,
                "The practice account is in use by another program that is just starting or stopping.",
                "Try again in a moment.",
            ));
        };
        Ok(Self { prefix, key: typed(key)?, own: None })
    }

    /// Ends the service if this process serves it. Answers that are under way are finished first.
    pub(crate) async fn stop(self) {
        if let Some((running, note)) = self.own {
            // The note goes first: whoever comes now must start a service of its own rather than meet a closed door.
            if let Err(error) = std::fs::remove_file(&note) {
                tracing::debug!(%error, "the practice note was gone already");
            }
            running.stop().await;
        }
    }
}

fn leave(folder: &Path, note: &Path, content: &Note) -> std::io::Result<()> {
    // A temporary file of this crate is readable by its owner only, and stays so under its final name.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(serde_json::to_string(content)?.as_bytes())?;
    temporary.persist(note)?;
    Ok(())
}

fn typed(key: String) -> Result<ApiKey, Problem> {
    ApiKey::new(key).map_err(|error| Problem::new(Code::Internal, format!("The practice key is no key: {error}."), ""))
}
