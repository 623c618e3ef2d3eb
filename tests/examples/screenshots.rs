//! `cargo xtask screenshots`: photographs the real app in its real window for the documentation, light and dark: the main job,
//! the editor and the export sheet, the credits in every state, a quote that crosses both lines, what History tells afterwards, a batch,
//! and Settings. `light` or `dark`
//! makes only those, and a second word only one group of them, such as `light batch`.
#![expect(clippy::print_stdout, reason = "a tool that says what it wrote")]

#[cfg(target_os = "linux")]
mod linux {
    use std::path::PathBuf;

    use anyhow::{Result, ensure};
    use clearcut_tests::app::App;
    use clearcut_tests::place::Place;
    use clearcut_tests::practice::{self, Endpoint, Service};
    use clearcut_tests::session::{Session, Wish};
    use clearcut_tests::stage;
    use clearcut_tests::steps::{self, id};
    use clearcut_tests::tools::project;
    use fantoccini::key::Key;
    use serde_json::{Value, json};

    const ZONE: &str = "[data-testid=drop-zone]";
    const DOWNLOAD: &str = "[data-testid=download]";

    fn card(state: &str, name: &str) -> String {
        format!("[data-testid=picture-card][data-state={state}][data-name={name:?}]")
    }

    /// One desktop in one colour scheme.
    struct Studio {
        session: Session,
        scheme: &'static str,
    }

    impl Studio {
        fn open(scheme: &'static str) -> Result<Self> {
            Ok(Self { session: Session::start_with(&Wish { dark: scheme == "dark", ..Wish::default() })?, scheme })
        }

        async fn shoot(&self, app: &App<'_>, view: &str) -> Result<()> {
            let path = project().join("docs/screenshots").join(format!("{view}-{}.png", self.scheme));
            app.screenshot_to(&path).await?;
            println!("wrote {}", path.display());
            Ok(())
        }

        /// The main job.
        async fn main_job(&self) -> Result<()> {
            let place = Place::fresh()?;
            let names = ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"];
            let photos = names.iter().map(|name| place.photo(name)).collect::<Result<Vec<PathBuf>>>()?;
            let app = App::start(&self.session, &place).await?;
            app.wait_for(&format!("{ZONE}, [data-testid=gauge-total]")).await?;
            self.shoot(&app, "empty").await?;
            let files: Vec<_> = photos.iter().map(PathBuf::as_path).collect();
            app.drop_on(ZONE, &files).await?;
            for name in names {
                app.wait_for(&card("previewed", name)).await?;
            }
            app.click(&card("previewed", "astronaut.png")).await?;
            app.wait_for(DOWNLOAD).await?;
            self.shoot(&app, "previewed").await?;
            app.click(DOWNLOAD).await?;
            app.wait_for(&card("saved", "astronaut.png")).await?;
            self.shoot(&app, "saved").await?;
            app.click(&id("improve")).await?;
            app.wait_for(&id("improve-go")).await?;
            settled(&app).await?;
            self.shoot(&app, "improve").await?;
            app.click(&id("improve-cancel")).await?;
            app.click(&id("account-button")).await?;
            app.wait_for(&id("account-item")).await?;
            settled(&app).await?;
            self.shoot(&app, "accounts").await?;
            app.close().await
        }

        /// Every tool of the editor on one portrait, and what an export says.
        async fn editor(&self) -> Result<()> {
            let place = Place::fresh()?;
            let names = ["astronaut.png", "coffee.png", "chelsea.png"];
            let photos = names.iter().map(|name| place.photo(name)).collect::<Result<Vec<PathBuf>>>()?;
            let app = App::start(&self.session, &place).await?;
            steps::bring(&app, &photos).await?;
            for name in names {
                app.wait_for(&card("previewed", name)).await?;
            }
            app.click(&card("previewed", "astronaut.png")).await?;
            stage::ready(&app).await?;
            stage::choose(&app, "background").await?;
            app.click(&id("backdrop-kind-colour")).await?;
            app.click(&id("colour-f2f2f2")).await?;
            app.click(&id("backdrop-kind-template")).await?;
            app.click(&id("template-gradient_warm")).await?;
            settled(&app).await?;
            self.shoot(&app, "editor-background").await?;
            stage::choose(&app, "place").await?;
            app.click(&id("canvas-kind-fixed")).await?;
            self.shoot(&app, "editor-place").await?;
            stage::choose(&app, "shadow").await?;
            app.click(&id("drop-shadow")).await?;
            app.click(&id("contact-shadow")).await?;
            self.shoot(&app, "editor-shadow").await?;
            stage::choose(&app, "brush").await?;
            app.click(&id("brush-tool-restore")).await?;
            stage::drag(&app, &[(0.2, 0.3), (0.25, 0.4), (0.22, 0.5)]).await?;
            self.shoot(&app, "editor-brush").await?;
            stage::choose(&app, "compare").await?;
            self.shoot(&app, "editor-compare").await?;
            app.click(&id("compare-view-beside")).await?;
            app.click(&id("compare-ground-checker")).await?;
            app.click(&id("export-open")).await?;
            app.click(&id("export-size-marketplace")).await?;
            settled(&app).await?;
            self.shoot(&app, "export").await?;
            app.click(&id("export-go")).await?;
            app.wait_for(&id("export-outcome")).await?;
            settled(&app).await?;
            self.shoot(&app, "export-done").await?;
            app.click(&id("export-done")).await?;
            // The smallest window: everything is still within reach.
            app.client().set_window_size(880, 600).await?;
            stage::choose(&app, "place").await?;
            settled(&app).await?;
            self.shoot(&app, "editor-small").await?;
            app.close().await
        }

        /// Where the hand goes: the palette, the menu of the pictures, the help, and the views that start empty.
        async fn around(&self) -> Result<()> {
            let place = Place::fresh()?;
            let photos = [place.photo("coffee.png")?, place.photo("chelsea.png")?];
            let app = App::start(&self.session, &place).await?;
            steps::bring(&app, &photos).await?;
            for name in ["coffee.png", "chelsea.png"] {
                app.wait_for(&card("previewed", name)).await?;
            }
            app.click(&card("previewed", "coffee.png")).await?;
            app.wait_for(&format!("{DOWNLOAD}:enabled")).await?;
            app.press_control('k').await?;
            app.wait_for(&id("palette-copy")).await?;
            settled(&app).await?;
            self.shoot(&app, "palette").await?;
            app.type_into(&id("palette-input"), &char::from(Key::Escape).to_string()).await?;
            let cup = app.wait_for(&card("previewed", "coffee.png")).await?;
            steps::right_click(&app, cup).await?;
            app.wait_for(&id("card-menu")).await?;
            settled(&app).await?;
            self.shoot(&app, "menu").await?;
            app.press(&char::from(Key::Escape).to_string()).await?;
            steps::comes_to(&app, &id("card-menu"), 0).await?;
            app.click(&id("arrange")).await?;
            app.wait_for(&id("show-saved")).await?;
            settled(&app).await?;
            self.shoot(&app, "arrange").await?;
            app.press(&char::from(Key::Escape).to_string()).await?;
            app.click(&id("rail-help")).await?;
            app.wait_for(&id("help-topic")).await?;
            settled(&app).await?;
            self.shoot(&app, "help-prices").await?;
            app.click(&id("help-all")).await?;
            app.wait_for(&id("help-entry")).await?;
            settled(&app).await?;
            self.shoot(&app, "help").await?;
            app.type_into(&id("help-search"), &char::from(Key::Escape).to_string()).await?;
            app.click(&id("rail-watch")).await?;
            settled(&app).await?;
            self.shoot(&app, "watch").await?;
            app.close().await
        }

        /// The practice account from full to empty.
        async fn drain_to_empty(&self) -> Result<()> {
            let place = Place::fresh()?;
            let app = App::start(&self.session, &place).await?;
            open_credits(&app).await?;
            let service = Endpoint::of(&place)?;
            for (state, used_elsewhere, left) in
                [("fresh", "0", "50"), ("low", "32", "18"), ("payg", "13", "5"), ("empty", "5", "0")]
            {
                service.control(json!({ "use_elsewhere": used_elsewhere })).await?;
                steps::refresh_until(&app, &format!("{}[data-amount='{left}']", id("balance-total"))).await?;
                settled(&app).await?;
                self.shoot(&app, &format!("credits-{state}")).await?;
            }
            app.close().await
        }

        /// Thirty pictures against 10 monthly and 5 bought credits, and what History tells of those that were downloaded.
        async fn quote_and_history(&self) -> Result<()> {
            let place = Place::fresh()?;
            practice::open_account(&place, "10", "5")?;
            let app = App::start(&self.session, &place).await?;
            steps::bring(&app, &steps::portraits(&place, 1..=30)?).await?;
            steps::pick_all(&app).await?;
            app.click(&format!("{DOWNLOAD}[data-offer=review]:enabled")).await?;
            app.wait_for(&format!("{}:enabled", steps::GO)).await?;
            settled(&app).await?;
            self.shoot(&app, "quote").await?;
            app.click(steps::GO).await?;
            steps::comes_to(&app, &steps::card("saved"), 10).await?;
            app.click(&id("rail-history")).await?;
            app.wait_for(&id("history-row")).await?;
            settled(&app).await?;
            self.shoot(&app, "history").await?;
            app.click(&id("rail-settings")).await?;
            app.wait_for(&id("vault-saved")).await?;
            settled(&app).await?;
            self.shoot(&app, "settings").await?;
            app.close().await
        }

        /// Accounts elsewhere: one that closes, one whose plan nobody told, and one whose service is gone.
        async fn elsewhere(&self) -> Result<()> {
            let place = Place::fresh()?;
            let service = Service::start(&place, &["--key", "K", "--subscription", "40", "--payg", "18"])?;
            let prefix = service.endpoint().prefix.clone();
            let app = App::start(&self.session, &place).await?;
            app.wait_for(&id("gauge-total")).await?;
            for (state, kind) in [("closing", "removebg"), ("no-plan", "other")] {
                let account = json!({ "service": kind, "prefix": prefix, "label": "Studio", "key": "K" });
                invoke(&app, "add_account", &account).await?;
                app.client().refresh().await?;
                open_credits(&app).await?;
                steps::shows(&app, "balance-total", clearcut_credits::Credits::whole(58)).await?;
                settled(&app).await?;
                self.shoot(&app, &format!("credits-{state}")).await?;
            }
            drop(service);
            app.click(&format!("{}:enabled", id("gauge-refresh"))).await?;
            app.wait_for(&format!("{}[data-stale=true]", id("balance"))).await?;
            settled(&app).await?;
            self.shoot(&app, "credits-stale").await?;
            app.close().await
        }

        /// A batch of forty-eight with one failure, at work, paused, and found again by the next start.
        async fn batch(&self) -> Result<()> {
            let place = Place::fresh()?;
            practice::open_account(&place, "60", "10")?;
            let app = App::start(&self.session, &place).await?;
            steps::bring(&app, &steps::shelf(&place, 48)?).await?;
            let fault = json!({ "path": "/removebg", "nth": 5, "status": 400 });
            let world = json!({ "latency_ms": 1200, "faults": { "seed": 1, "rules": [fault] } });
            Endpoint::of(&place)?.control(world).await?;
            steps::pick_all(&app).await?;
            app.click(&format!("{DOWNLOAD}[data-offer=review]:enabled")).await?;
            app.click(&format!("{}:enabled", steps::GO)).await?;
            let saved = |number: u8| format!("{}:nth-of-type({number})", steps::card("saved"));
            // With nothing picked the till is the batch's alone.
            let let_go =
                "document.activeElement.blur(); window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));";
            app.script(let_go).await?;
            app.wait_for(&saved(14)).await?;
            settled(&app).await?;
            self.shoot(&app, "batch-running").await?;
            app.click(&id("batch-pause")).await?;
            app.wait_for(&format!("{}:enabled", id("batch-resume"))).await?;
            settled(&app).await?;
            self.shoot(&app, "batch-paused").await?;
            app.click(&id("batch-resume")).await?;
            app.wait_for(&saved(24)).await?;
            app.close().await?;
            let app = App::start(&self.session, &place).await?;
            app.wait_for(&format!("{}:enabled", id("batch-resume"))).await?;
            settled(&app).await?;
            self.shoot(&app, "batch-interrupted").await?;
            app.close().await
        }

        /// Every group, or the one that is wanted.
        async fn shoot_all(&self, wanted: Option<&str>) -> Result<()> {
            let wants = |group: &str| wanted.is_none_or(|wanted| wanted == group);
            if wants("elsewhere") {
                self.elsewhere().await?;
            }
            if wants("credits") {
                self.drain_to_empty().await?;
            }
            if wants("quote") {
                self.quote_and_history().await?;
            }
            if wants("batch") {
                self.batch().await?;
            }
            if wants("around") {
                self.around().await?;
            }
            if wants("editor") {
                self.editor().await?;
            }
            if wants("job") {
                self.main_job().await?;
            }
            Ok(())
        }
    }

    async fn open_credits(app: &App<'_>) -> Result<()> {
        app.click(&id("rail-credits")).await?;
        app.wait_for(&format!("{}[data-loaded=true]", id("credits-view"))).await.map(drop)
    }

    /// Waits until what is looked at has come to rest; a ring that turns for as long as a preview is made is not waited for.
    async fn settled(app: &App<'_>) -> Result<()> {
        let still = "const done = arguments[0], begun = performance.now(); const look = () => { \
            const shown = document.querySelector('[role=dialog]') ?? document.body; \
            const moves = shown.getAnimations({ subtree: true }).some(a => a.playState === 'running'); \
            moves && performance.now() - begun < 1000 ? requestAnimationFrame(look) : done(true); }; look();";
        app.client().execute_async(still, Vec::new()).await?;
        Ok(())
    }

    /// Calls a command of the app, for what the window has no form for.
    async fn invoke(app: &App<'_>, command: &str, arguments: &Value) -> Result<()> {
        let script = "const [command, given, done] = arguments; \
            window.__TAURI_INTERNALS__.invoke(command, given).then(() => done(null), problem => done(problem));";
        let problem = app.client().execute_async(script, vec![json!(command), arguments.clone()]).await?;
        ensure!(problem.is_null(), "{command}: {problem}");
        Ok(())
    }

    pub(super) async fn all() -> Result<()> {
        for scheme in ["light", "dark"] {
            if std::env::args().nth(1).is_none_or(|only| only == scheme) {
                Studio::open(scheme)?.shoot_all(std::env::args().nth(2).as_deref()).await?;
            }
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    linux::all().await
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("The window is photographed on Linux, where the system's web view can be driven.");
}
