//! Every view, sheet and menu of the real window under axe, the rules of WCAG 2.2 AA, in the light and in the dark: roles, names,
//! contrast as the web view really draws it. What axe cannot see (whether the order of focus makes sense) it does not tell.

use anyhow::{Context, Result, ensure};
use clearcut_tests::app::App;
use clearcut_tests::place::Place;
use clearcut_tests::session::{Session, Wish};
use clearcut_tests::steps::{self, CARD, DOWNLOAD, card_of, id};
use clearcut_tests::{practice, stage, tools};
use fantoccini::key::Key;
use rstest::rstest;
use serde_json::{Value, json};

/// What axe finds wrong with what is shown now; nothing when all is well.
async fn faults(app: &App<'_>) -> Result<Vec<String>> {
    let axe =
        std::fs::read_to_string(tools::project().join("ui/node_modules/axe-core/axe.min.js")).context("axe-core")?;
    // Once a page; it stays there as `window.axe`.
    app.client().execute(&format!("if (!window.axe) {{ {axe} }}"), Vec::new()).await?;
    let run = "const done = arguments[0]; \
        const told = ({ id, help, nodes }) => `${id} (${help}): ` + nodes.slice(0, 4).map(({ html, any }) => \
            html.slice(0, 160) + ' ' + (any[0]?.message ?? '')).join(' | '); \
        axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) \
            .then(({ violations }) => done(violations.map(told)), error => done([String(error)]));";
    let found = app.client().execute_async(run, Vec::new()).await?;
    Ok(found
        .as_array()
        .context("axe answered nothing")?
        .iter()
        .map(|fault| fault.as_str().unwrap_or("").to_owned())
        .collect())
}

/// Gathers what axe finds in one view after the other, so that one run tells all of it.
struct Look<'a> {
    app: &'a App<'a>,
    found: Vec<String>,
}

impl Look<'_> {
    async fn at(&mut self, view: &str) -> Result<()> {
        // A sheet that is still fading in has the contrast of neither state.
        let still = "const done = arguments[0]; Promise.allSettled(document.getAnimations().filter(a => \
            a.effect?.getComputedTiming().iterations !== Infinity).map(a => a.finished)).then(() => done(true));";
        self.app.client().execute_async(still, Vec::new()).await?;
        self.found.extend(faults(self.app).await?.into_iter().map(|fault| format!("{view}: {fault}")));
        Ok(())
    }

    async fn escape(&self) -> Result<()> {
        self.app.press(&char::from(Key::Escape).to_string()).await
    }
}

#[rstest]
#[case::light(false)]
#[case::dark(true)]
#[tokio::test]
async fn every_view_is_clean_under_axe(#[case] dark: bool) -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start_with(&Wish { dark, ..Wish::default() })?;
    let place = Place::fresh()?;
    practice::open_account(&place, "10", "5")?;
    let photo = place.photo("astronaut.png")?;
    let app = App::start(&session, &place).await?;
    let mut look = Look { app: &app, found: Vec::new() };
    app.wait_for(steps::DROP_ZONE).await?;
    app.wait_for(&format!("{}[data-amount]:not([data-amount=''])", id("gauge-total"))).await?;
    look.at("empty").await?;

    steps::bring(&app, &[photo]).await?;
    app.wait_for(&card_of("astronaut.png", "previewed")).await?;
    app.click(CARD).await?;
    app.wait_for(&format!("{DOWNLOAD}:enabled")).await?;
    for tool in ["compare", "background", "place", "shadow", "brush"] {
        stage::choose(&app, tool).await?;
        look.at(tool).await?;
    }
    app.click(&id("export-open")).await?;
    app.wait_for(&id("export-go")).await?;
    look.at("export").await?;
    look.escape().await?;
    app.click(&id("rail-help")).await?;
    app.wait_for(&id("help-topic")).await?;
    look.at("help").await?;
    look.escape().await?;
    app.click(&id("account-button")).await?;
    app.wait_for(&id("account-item")).await?;
    look.at("accounts").await?;
    look.escape().await?;
    app.client()
        .execute("window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }))", vec![])
        .await?;
    app.wait_for(&id("palette-input")).await?;
    look.at("palette").await?;
    look.escape().await?;

    app.click(&id("arrange")).await?;
    app.wait_for(&id("show-saved")).await?;
    look.at("arrange").await?;
    look.escape().await?;

    app.click(DOWNLOAD).await?;
    app.wait_for(&card_of("astronaut.png", "saved")).await?;
    look.at("saved").await?;
    for view in ["credits", "history", "watch", "settings"] {
        steps::go_to(&app, view).await?;
        app.painted().await?;
        look.at(view).await?;
    }
    let found: Value = json!(look.found);
    ensure!(look.found.is_empty(), "{found:#}");
    app.close().await
}

/// What does not fit: a page that scrolls sideways, and what of the gauge and the primary button is out of sight.
async fn cut_off(app: &App<'_>) -> Result<Vec<String>> {
    let script = "const found = [], page = document.documentElement;\
        if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} wide`);\
        for (const id of ['gauge-total', 'gauge-payg', 'gauge-age', 'download']) {\
            const shown = document.querySelector(`[data-testid=${id}]`)?.getBoundingClientRect();\
            if (shown && (shown.bottom > innerHeight || shown.right > innerWidth)) found.push(`${id} ends at ${shown.right}, ${shown.bottom}`);\
        }\
        return found;";
    let found = app.script(script).await?;
    Ok(found.as_array().into_iter().flatten().map(|one| one.as_str().unwrap_or("").to_owned()).collect())
}

#[tokio::test]
async fn the_smallest_window_cuts_nothing_off() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    practice::open_account(&place, "10", "5")?;
    let photo = place.photo("astronaut.png")?;
    let app = App::start(&session, &place).await?;
    app.wait_for(steps::DROP_ZONE).await?;
    app.client().set_window_size(880, 600).await?;
    let small = "const done = arguments[0], look = () => innerHeight <= 600 ? done(true) : requestAnimationFrame(look); look();";
    app.client().execute_async(small, Vec::new()).await?;
    let mut found = cut_off(&app).await?;
    steps::bring(&app, &[photo]).await?;
    app.wait_for(&card_of("astronaut.png", "previewed")).await?;
    app.click(CARD).await?;
    app.wait_for(&format!("{DOWNLOAD}:enabled")).await?;
    for tool in ["compare", "background", "place", "shadow", "brush"] {
        stage::choose(&app, tool).await?;
        found.extend(cut_off(&app).await?.into_iter().map(|fault| format!("{tool}: {fault}")));
    }
    for view in ["credits", "history", "watch", "settings"] {
        steps::go_to(&app, view).await?;
        app.painted().await?;
        found.extend(cut_off(&app).await?.into_iter().map(|fault| format!("{view}: {fault}")));
    }
    ensure!(found.is_empty(), "{found:#?}");
    app.close().await
}
