//! `clearcut credits`: the credits of the account, how old the figures are and where they are from, and where this is going.

use clearcut_app::problem::Problem;
use clearcut_app::views::{
    AdviceView, CreditsView, CycleView, DayView, EndView, FigureView, ForecastView, GaugeLevel, GaugeView, PlanView,
    PromptView, ProposalView,
};
use serde::Serialize;

use crate::args::CreditsArgs;
use crate::exit::Exit;
use crate::gauge;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::outlook::{self, Wanted};
use crate::session::{Opening, Session};

/// The document of `--json`. Members are added at the end; those that are there stay as they are.
#[derive(Serialize)]
struct Document<'a> {
    subscription: &'a FigureView,
    rollover: &'a FigureView,
    payg: &'a FigureView,
    enterprise: &'a FigureView,
    free_previews: &'a FigureView,
    reserved: &'a FigureView,
    total: &'a FigureView,
    undecided: &'a FigureView,
    rollover_at_least: &'a Option<String>,
    level: GaugeLevel,
    levels: &'a [u8],
    stale: bool,
    observed_at: &'a Option<String>,
    cycle: &'a Option<CycleView>,
    plan: &'a Option<PlanView>,
    proposal: &'a Option<ProposalView>,
    prompts: &'a [PromptView],
    forecast: &'a ForecastView,
    advice: &'a Option<AdviceView>,
    end: &'a Option<EndView>,
    days: &'a [DayView],
}

impl<'a> From<&'a CreditsView> for Document<'a> {
    fn from(view: &'a CreditsView) -> Self {
        let CreditsView { gauge, plan, proposal, prompts, forecast, advice, end, days, awaiting_purchase: _ } = view;
        let GaugeView {
            subscription,
            rollover,
            rollover_at_least,
            payg,
            enterprise,
            free_previews,
            reserved,
            undecided,
            total,
            cycle,
            level,
            levels,
            observed_at,
            stale,
            problem: _,
        } = gauge;
        Self {
            subscription,
            rollover,
            payg,
            enterprise,
            free_previews,
            reserved,
            total,
            undecided,
            rollover_at_least,
            level: *level,
            levels,
            stale: *stale,
            observed_at,
            cycle,
            plan,
            proposal,
            prompts,
            forecast,
            advice,
            end,
            days,
        }
    }
}

/// Runs the command. The last figures are shown also where the service cannot be asked; the exit code says so then.
pub(crate) async fn credits(
    asked: CreditsArgs,
    opening: Opening,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let shown = Box::pin(show(&asked, &session)).await;
    session.close().await;
    shown
}

async fn show(asked: &CreditsArgs, session: &Session<'_>) -> Result<Exit, Problem> {
    let Session { app, out, .. } = session;
    let gauge = app.gauge(!asked.no_refresh).await?;
    let view = CreditsView { gauge, ..app.credits().await? };
    if asked.json {
        out.json(&Document::from(&view));
    } else {
        let overview = app.overview().await?;
        let active = overview.accounts.iter().find(|account| account.id == overview.active);
        let label = active.map_or("Account", |account| account.label.as_str());
        out.line(&gauge::draw(label, &view.gauge, out.drawings, out.width));
        let wanted = Wanted { forecast: asked.forecast, advice: asked.advice };
        let below = outlook::write(&view, wanted, |page| app.page_address(page), out.drawings, out.width);
        if !below.is_empty() {
            out.line(&format!("\n{}", below.trim_start_matches('\n')));
        }
    }
    Ok(match view.gauge.problem.filter(|_| !asked.no_refresh) {
        Some(problem) => {
            out.problem(&problem);
            Exit::of(problem.code)
        }
        None => Exit::Done,
    })
}
