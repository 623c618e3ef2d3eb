//! `clearcut credits`: the credits of the account, how old the figures are and where they are from.

use clearcut_app::problem::Problem;
use clearcut_app::views::{FigureView, GaugeView};
use serde::Serialize;

use crate::args::CreditsArgs;
use crate::exit::Exit;
use crate::gauge;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::Session;

/// The document of `--json`.
#[derive(Serialize)]
struct Document<'a> {
    subscription: &'a FigureView,
    rollover: &'a FigureView,
    payg: &'a FigureView,
    enterprise: &'a FigureView,
    free_previews: &'a FigureView,
    reserved: &'a FigureView,
    total: &'a FigureView,
}

impl<'a> From<&'a GaugeView> for Document<'a> {
    fn from(gauge: &'a GaugeView) -> Self {
        let GaugeView {
            subscription,
            rollover,
            rollover_at_least: _,
            payg,
            enterprise,
            free_previews,
            reserved,
            undecided: _,
            total,
            cycle: _,
            level: _,
            levels: _,
            observed_at: _,
            stale: _,
            problem: _,
        } = gauge;
        Self { subscription, rollover, payg, enterprise, free_previews, reserved, total }
    }
}

/// Runs the command. The last figures are shown also where the service cannot be asked; the exit code says so then.
pub(crate) async fn credits(
    asked: CreditsArgs,
    service: Option<String>,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let session = Session::open(service, out, interrupt).await?;
    let shown = Box::pin(show(&asked, &session)).await;
    session.close().await;
    shown
}

async fn show(asked: &CreditsArgs, session: &Session<'_>) -> Result<Exit, Problem> {
    let gauge = session.app.gauge(!asked.no_refresh).await?;
    if asked.json {
        session.out.json(&Document::from(&gauge));
    } else {
        let overview = session.app.overview().await?;
        let active = overview.accounts.iter().find(|account| account.id == overview.active);
        let label = active.map_or("Account", |account| account.label.as_str());
        session.out.line(&gauge::draw(label, &gauge, session.out.drawings, session.out.width));
    }
    Ok(match gauge.problem.filter(|_| !asked.no_refresh) {
        Some(problem) => {
            session.out.problem(&problem);
            Exit::of(problem.code)
        }
        None => Exit::Done,
    })
}
