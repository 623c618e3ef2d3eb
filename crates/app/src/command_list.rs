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
            /// What downloading these pictures would cost, by pocket, and what would not be charged.
            quote(pictures: Vec<PictureId>, options: OutputOptions) -> QuoteView;
            /// Downloads full results for at most `agreed_cost` credits, the sum the user saw. Answers when all are queued.
            download(pictures: Vec<PictureId>, options: OutputOptions, agreed_cost: String) -> ();
            /// Writes a picture that is already paid once more, in another format or on another background. Free.
            save_again(picture: PictureId, options: OutputOptions) -> ();
            /// Stops a preview, or a download whose picture has not been sent yet. What is sent is awaited.
            cancel(picture: PictureId) -> ();
            /// Asks the service for the balance now.
            refresh_balance() -> GaugeView;
            /// Opens the system's dialog for the folder that cutouts are saved to.
            choose_output_folder() -> SettingsView;
            /// Saves cutouts beside their originals again.
            save_beside_originals() -> SettingsView;
            /// Shows the saved file in the system's file manager.
            reveal(picture: PictureId) -> ();
            /// Opens one of the service's pages in the browser.
            open_page(page: Page) -> ();
            /// The services an account can be made for.
            services() -> Vec<ServiceView>;
            /// Keeps a key for a service and checks it against the service. The key never comes back out.
            add_account(service: String, prefix: Option<String>, label: Option<String>, key: Option<TypedKey>) -> AccountAdded;
            /// Works with another account from now on.
            use_account(account: AccountId) -> Overview;
        }
    };
}
