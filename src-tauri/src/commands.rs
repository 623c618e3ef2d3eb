//! One adapter per command, made from the one list: wait for the app, call it, hand back its answer or its problem.

use clearcut_app::problem::Problem;
use clearcut_app::views::{
    AccountAdded, AccountId, Added, ArchiveLoaded, ArchiveSaved, BackdropView, CatalogueView, CleaningView, CopiedView,
    CreditsView, Edits, EditsView, ExistingChoice, ExportOptions, ExportView, GaugeView, HelpTopic, HistoryFilter,
    HistoryView, ModelView, NetworkView, OutputOptions, Overview, Page, PickedFolder, PictureId, PlanInput, PresetView,
    PreviewSource, ProxyKind, QueueView, QuietHours, QuoteView, ResumeView, ServiceView, SettingsView, SpendChoice,
    TypedKey, VaultCleaned, VaultCleaning, VaultView, WatchId, WatchInput, WatchView,
};
use tauri::ipc::Invoke;
use tauri::{Runtime, State};

use crate::Shell;

macro_rules! adapters {
    ($( $(#[$doc:meta])* $name:ident ( $($argument:ident : $kind:ty),* ) -> $answer:ty; )*) => {
        $(
            $(#[$doc])*
            #[tauri::command(rename_all = "snake_case")]
            async fn $name(shell: State<'_, Shell>, $($argument: $kind),*) -> Result<$answer, Problem> {
                shell.app().await?.$name($($argument),*).await
            }
        )*

        /// Takes a call from the window to its adapter.
        pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}
clearcut_app::commands!(adapters);
