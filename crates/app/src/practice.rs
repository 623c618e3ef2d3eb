//! The practice account: the practice service, started inside this program on a free loopback port with a random key. Its
//! account lives in the data folder. One process serves it; a second one (the terminal beside the window) finds it through
//! a small note that the first leaves there. Refuses to decide anything about credits.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_matting::Matter;
use clearcut_sandbox::{Running, Sandbox, SandboxError, SandboxOptions};
use clearcut_service::{ApiKey, Pages};
use jiff::Timestamp;
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
    /// The page that sells practice credits and plans; it opens only with the token in its address.
    shop: Option<Url>,
    own: Option<(Running, PathBuf)>,
}

/// What the serving process leaves for others. Key and token open nothing but this practice account on this computer.
#[derive(Serialize, Deserialize)]
struct Note {
    prefix: Url,
    key: String,
    /// The shop's address with its token; an older program leaves none.
    #[serde(default)]
    shop: Option<Url>,
}

/// What the practice account was sold as, by its own books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PracticePlan {
    /// Credits a month.
    pub(crate) monthly: String,
    /// The day of the month that months begin on, in UTC.
    pub(crate) renewal_day: u8,
    /// How many months of credits a renewal carries over.
    pub(crate) rollover_months: u32,
    /// When the running month began.
    pub(crate) began_at: Timestamp,
    /// Drawn from the subscription since.
    pub(crate) used: String,
}

impl Practice {
    /// Starts the practice service on the account in `folder`, or joins the process that serves it already. The model is
    /// shared with previews, so that it is loaded once.
    ///
    /// # Errors
    /// When neither is possible; the sentence says why.
    pub(crate) async fn start(folder: &Path, matter: Arc<Matter>) -> Result<Self, Problem> {
        let key = Uuid::new_v4().simple().to_string();
        let options = SandboxOptions {
            key: key.clone(),
            shop_token: Some(Uuid::new_v4().simple().to_string()),
            state_dir: Some(folder.to_path_buf()),
            ..SandboxOptions::default()
        };
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
        let (prefix, shop) = (running.prefix(), running.shop());
        let note = folder.join(NOTE);
        if let Err(error) = leave(folder, &note, &Note { prefix: prefix.clone(), key: key.clone(), shop: shop.clone() })
        {
            running.stop().await;
            return Err(Problem::new(Code::FileTrouble, format!("Could not write {}: {error}.", note.display()), ""));
        }
        Ok(Self { prefix, key: typed(key)?, shop, own: Some((running, note)) })
    }

    fn join(folder: &Path) -> Result<Self, Problem> {
        let note = folder.join(NOTE);
        let read = std::fs::read_to_string(&note).ok().and_then(|text| serde_json::from_str::<Note>(&text).ok());
        let Some(Note { prefix, key, shop }) = read else {
            return Err(Problem::new(
                Code::StoreTrouble,
                "The practice account is in use by another program that is just starting or stopping.",
                "Try again in a moment.",
            ));
        };
        Ok(Self { prefix, key: typed(key)?, shop, own: None })
    }

    /// The pages that the practice account has: its shop, where a real one has its pages for buying.
    pub(crate) fn pages(&self) -> Pages {
        Pages { upgrade: self.shop.clone(), top_up: self.shop.clone(), ..Pages::default() }
    }

    /// What the account was sold as; `None` in a process that does not serve it.
    pub(crate) fn plan(&self) -> Option<PracticePlan> {
        let (running, _) = self.own.as_ref()?;
        let state = running.state().inspect_err(|error| tracing::warn!(%error, "the practice account's books")).ok()?;
        Some(PracticePlan {
            monthly: state.plan.monthly.to_string(),
            renewal_day: state.renewal_day,
            rollover_months: state.rollover_months,
            began_at: state.month_began_at,
            used: state.used_this_month.to_string(),
        })
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
