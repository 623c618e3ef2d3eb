//! Placeholders while the rooms behind them are built.
#![allow(clippy::unused_async, missing_docs, reason = "placeholders")]
use crate::app::App;
use crate::problem::{Code, Problem};
use crate::views::{CatalogueView, CreditsView, HistoryFilter, HistoryView, PlanInput, QuietHours, SettingsView};

fn later<T>() -> Result<T, Problem> {
    Err(Problem::new(Code::Internal, "Not built yet.", ""))
}

#[allow(clippy::missing_errors_doc, clippy::needless_pass_by_value, reason = "placeholders")]
/// Placeholders.
impl App {
    pub fn notice_chosen(&self, _action: crate::NoticeAction) {}

    pub async fn credits(&self) -> Result<CreditsView, Problem> {
        later()
    }
    pub async fn catalogue(&self) -> Result<CatalogueView, Problem> {
        later()
    }
    pub async fn reveal_catalogue(&self) -> Result<(), Problem> {
        later()
    }
    pub async fn set_plan(&self, _plan: PlanInput) -> Result<CreditsView, Problem> {
        later()
    }
    pub async fn forget_plan(&self) -> Result<CreditsView, Problem> {
        later()
    }
    pub async fn decline_proposal(&self, _proposal: String) -> Result<CreditsView, Problem> {
        later()
    }
    pub async fn dismiss_prompt(&self, _prompt: String) -> Result<CreditsView, Problem> {
        later()
    }
    pub async fn dismiss_banner(&self, _banner: String) -> Result<(), Problem> {
        later()
    }
    pub async fn set_notices(
        &self,
        _levels: Vec<u8>,
        _quiet_hours: Option<QuietHours>,
    ) -> Result<SettingsView, Problem> {
        later()
    }
    pub async fn history(&self, _filter: HistoryFilter) -> Result<HistoryView, Problem> {
        later()
    }
    pub async fn export_history(&self, _filter: HistoryFilter) -> Result<Option<String>, Problem> {
        later()
    }
    pub async fn export_receipt(&self, _id: String) -> Result<Option<String>, Problem> {
        later()
    }
    pub async fn resume_download(&self) -> Result<(), Problem> {
        later()
    }
}
