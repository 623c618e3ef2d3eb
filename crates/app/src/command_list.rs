//! The one list of commands: name, arguments, answer. Everything else is derived from it: the shell's adapters, its
//! permissions (the build script of the shell includes this very file), and the TypeScript client.
//! It refuses to hold anything but the list, so that a build script can include it without this crate.

/// Hands the list of commands to the macro named `$with`, as `name(argument: Type, …) -> Answer;` lines with their docs.
#[macro_export]
macro_rules! commands {
    ($with:ident) => {
        $with! {
            /// Everything the window shows when it opens. Asks nobody: figures are as old as they say.
            overview() -> Overview;
            /// Opens the system's dialog for pictures and takes in what was chosen.
            choose_files() -> Added;
            /// Opens the system's dialog for a folder and takes in the pictures in it.
            choose_folder() -> Added;
            /// Takes in what the clipboard holds: files, or a picture.
            paste() -> Added;
            /// Takes in the sample photo that comes with Clearcut.
            add_sample() -> Added;
            /// Takes pictures off the bench. No file is touched; what was paid stays in the vault.
            dismiss(pictures: Vec<PictureId>) -> ();
            /// Puts back what the last `dismiss` took off.
            undo_dismiss() -> Added;
            /// Makes a preview. From the device it is free; from the service it costs what `agreed_cost` names.
            preview(picture: PictureId, source: PreviewSource, agreed_cost: Option<String>) -> ();
            /// What downloading these pictures would cost, by pocket, what would not be charged, and what can be chosen; with
            /// `cap`, also how far that many credits reach.
            quote(pictures: Vec<PictureId>, options: OutputOptions, cap: Option<String>) -> QuoteView;
            /// Downloads full results as chosen for at most `agreed_cost` credits, the sum the user saw. Answers when all are
            /// queued.
            download(pictures: Vec<PictureId>, options: OutputOptions, agreed_cost: String, choice: SpendChoice) -> ();
            /// Where the queue stands.
            queue() -> QueueView;
            /// Sends nothing new; what was sent is awaited.
            pause_queue() -> ();
            /// Goes on with what waits in the queue, for at most `agreed_cost` credits, the sum the user saw.
            resume_queue(agreed_cost: String) -> ();
            /// Takes everything that waits out of the queue. What was sent is awaited.
            stop_queue() -> ();
            /// Takes pictures that wait out of the queue.
            skip(pictures: Vec<PictureId>) -> ();
            /// Puts pictures before all others that wait.
            send_first(pictures: Vec<PictureId>) -> ();
            /// What asking again for pictures that failed, or whose outcome is unknown, would cost.
            quote_again(pictures: Vec<PictureId>) -> ResumeView;
            /// Asks again for pictures that failed, for at most `agreed_cost` credits. One whose outcome is unknown may be charged
            /// twice by this.
            ask_again(pictures: Vec<PictureId>, agreed_cost: String) -> ();
            /// Goes on with the download that waited for credits, for at most what was agreed to and not spent.
            resume_download() -> ();
            /// Writes a picture that is already paid once more, in another format or on another background. Free.
            save_again(picture: PictureId, options: OutputOptions) -> ();
            /// What was done to a picture's cutout: the brush, and what it is laid on.
            edits(picture: PictureId) -> EditsView;
            /// Keeps what was done to a picture's cutout, by its content. Free, and nothing is sent.
            set_edits(picture: PictureId, edits: Edits) -> ();
            /// Opens the system's dialog for a background picture and keeps a copy of it on this computer.
            choose_backdrop() -> Option<BackdropView>;
            /// The own backgrounds, the last chosen first.
            backdrops() -> Vec<BackdropView>;
            /// The sizes that pictures are often wanted in.
            export_presets() -> Vec<PresetView>;
            /// Writes pictures with their edits, each in every size asked for. Free: from what was paid, else cut out on this
            /// computer. Nothing is sent.
            export_pictures(pictures: Vec<PictureId>, options: ExportOptions) -> ExportView;
            /// Puts a picture's cutout with its edits on the clipboard, with its transparency. Free, as an export is.
            copy_cutout(picture: PictureId) -> CopiedView;
            /// Begins to drag the saved files of these pictures out of the window, with the mouse button that is down. Those that are
            /// not saved are left out.
            drag_out(pictures: Vec<PictureId>) -> ();
            /// Sends one picture to the improvement programme of the account's service, free. `agreed`: the user has just read what
            /// is sent to whom, and said yes; without it only where that is remembered for the account.
            improve(picture: PictureId, agreed: bool) -> ();
            /// Remembers for the account in use that it need not be asked again, or takes that back.
            remember_improving(remember: bool) -> SettingsView;
            /// Stops a preview, or a download whose picture has not been sent yet. What is sent is awaited.
            cancel(picture: PictureId) -> ();
            /// Everything of the Credits view: plan, forecast, prompts, advice, end of service.
            credits() -> CreditsView;
            /// The dated list of plans and prices.
            catalogue() -> CatalogueView;
            /// Shows the list of plans and prices in the file manager, so that the user can edit it.
            reveal_catalogue() -> ();
            /// Takes in what the user knows of the plan.
            set_plan(plan: PlanInput) -> CreditsView;
            /// Forgets the plan. The ledger stays.
            forget_plan() -> CreditsView;
            /// Leaves a proposal alone: what was seen stays booked as it is.
            decline_proposal(proposal: String) -> CreditsView;
            /// Puts a prompt away until the next cycle.
            dismiss_prompt(prompt: String) -> CreditsView;
            /// Takes a banner away.
            dismiss_banner(banner: String) -> ();
            /// Sets the levels to be told of (per cent of the month's credits) and the hours without notices.
            set_notices(levels: Vec<u8>, quiet_hours: Option<QuietHours>) -> SettingsView;
            /// What was asked of the service and what became of it.
            history(filter: HistoryFilter) -> HistoryView;
            /// Saves the lines of the filter as CSV where the user chooses; answers with the file's name.
            export_history(filter: HistoryFilter) -> Option<String>;
            /// Exports the picture of a receipt once more, free, into a folder the user chooses; answers with the file's name.
            export_receipt(id: String) -> Option<String>;
            /// Asks the service for the balance now.
            refresh_balance() -> GaugeView;
            /// Opens the system's dialog for the folder that cutouts are saved to.
            choose_output_folder() -> SettingsView;
            /// Saves cutouts beside their originals again.
            save_beside_originals() -> SettingsView;
            /// The paid pictures kept on this computer: how much they take, what may go, what stays.
            vault() -> VaultView;
            /// What a cleaning of the vault would let go of. Touches nothing.
            vault_cleaning(what: VaultCleaning) -> CleaningView;
            /// Lets go of kept pictures that are saved. The saved files stay; downloading these pictures again costs again.
            clean_vault(what: VaultCleaning) -> VaultCleaned;
            /// Sets how many GB the vault may hold, none for no limit, and keeps it at once: the oldest saved ones go first.
            set_vault_limit(limit_gb: Option<u32>) -> VaultView;
            /// Shows the vault's folder in the system's file manager.
            reveal_vault() -> ();
            /// Sets what cutouts are called (text with fields in braces), what is done where a file of that name exists, and whether
            /// a cutout says what its original says beside the picture.
            set_saving(template: String, existing: ExistingChoice, keep_metadata: bool) -> SettingsView;
            /// The model that cuts out on this computer.
            model() -> ModelView;
            /// Opens the system's dialog for a model's file, loads it, and works with it from now on.
            choose_model() -> ModelView;
            /// Works with the compiled-in model again.
            use_built_in_model() -> ModelView;
            /// How the service is reached: proxy, certificates, how many pictures at a time.
            network() -> NetworkView;
            /// Sets through which proxy the service is reached, from the next request on. Without a password the one that is kept stays.
            set_proxy(proxy: ProxyKind, address: Option<String>, user: Option<String>, password: Option<TypedKey>) -> NetworkView;
            /// Opens the system's dialog for a file of certificates and believes them beside the system's.
            choose_certificates() -> NetworkView;
            /// Believes the system's certificates only.
            forget_certificates() -> NetworkView;
            /// Sets how many pictures may be on their way to the service at a time, 1 to 16.
            set_at_a_time(at_a_time: u8) -> NetworkView;
            /// Asks the service for the balance, which is free, and answers with a sentence on how it went.
            try_connection() -> String;
            /// Shows the saved file in the system's file manager.
            reveal(picture: PictureId) -> ();
            /// Opens one of the service's pages in the browser.
            open_page(page: Page) -> ();
            /// Every page of the help.
            help() -> Vec<HelpTopic>;
            /// Writes what a person who helps needs to know into an archive where the user chooses, without any key, and without names
            /// of files and folders unless `with_names`; answers with the archive's name.
            save_diagnostics(with_names: bool) -> Option<String>;
            /// Saves accounts, ledgers, receipts, kept pictures and settings as one archive where the user chooses, without any key.
            save_archive() -> Option<ArchiveSaved>;
            /// Takes over, from an archive that the user chooses, what is not on this computer yet.
            load_archive() -> Option<ArchiveLoaded>;
            /// Stops the archive that is being saved or loaded; nothing is left of it.
            stop_archive() -> ();
            /// The services an account can be made for.
            services() -> Vec<ServiceView>;
            /// Keeps a key for a service and checks it against the service. The key never comes back out.
            add_account(service: String, prefix: Option<String>, label: Option<String>, key: Option<TypedKey>) -> AccountAdded;
            /// Works with another account from now on.
            use_account(account: AccountId) -> Overview;
            /// The watched folders, each with what it does, what it spent today, and its last files.
            watches() -> Vec<WatchView>;
            /// Opens the system's dialog for a folder of a watch: the one to watch, or one that results or originals go to.
            pick_folder() -> Option<PickedFolder>;
            /// Watches a folder, for at most the budget a day that the user saw. Pictures that are in it already are taken, too.
            add_watch(watch: WatchInput) -> Vec<WatchView>;
            /// Takes and sends nothing more of a watched folder until it is resumed. What is sent is awaited.
            pause_watch(watch: WatchId) -> Vec<WatchView>;
            /// Goes on with a watched folder, within its budget.
            resume_watch(watch: WatchId) -> Vec<WatchView>;
            /// Forgets a watched folder. No file is touched; what was paid stays in the vault.
            remove_watch(watch: WatchId) -> Vec<WatchView>;
            /// Sets what a watched folder may cost a day, from today on.
            set_watch_budget(watch: WatchId, budget: String) -> Vec<WatchView>;
        }
    };
}
