//! `clearcut preview`: how pictures would look. From this computer it is free; from the service it is agreed to like any
//! other spending, because it costs unless the service still has free ones.

use std::path::PathBuf;

use clearcut_app::Credits;
use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{AccountView, GaugeView, OutputOptions, PictureView, PreviewSource, SizeChoice};

use crate::agree::{self, Allowance};
use crate::args::Preview;
use crate::choices::Source;
use crate::exit::Exit;
use crate::inputs::{self, Input};
use crate::interrupt::Interrupt;
use crate::line::{Line, State};
use crate::out::Out;
use crate::remove::amount;
use crate::run::Report;
use crate::session::{Opening, Session, stops_charged_work};
use crate::words;

/// Runs the command.
pub(crate) async fn preview(
    asked: Preview,
    opening: Opening,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let mut report = Report::new(out, asked.json);
    let files = asked.files.clone();
    let ended = match Session::open(opening, out, interrupt).await {
        Ok(session) => {
            let ended = Box::pin(preview_all(asked, &session, &mut report)).await;
            session.close().await;
            ended
        }
        Err(problem) => Err(problem),
    };
    if let Err(problem) = ended {
        report.broken_off(&files, &problem);
    }
    Ok(report.exit())
}

async fn preview_all(asked: Preview, session: &Session<'_>, report: &mut Report<'_>) -> Result<(), Problem> {
    let inputs = inputs::gather(session, asked.take.of(asked.files)).await;
    let price = match asked.from {
        Source::Device => Credits::ZERO,
        Source::Service => price_of_a_service_preview(session).await?,
    };
    let mut run = Run {
        session,
        from: asked.from.into(),
        price,
        options: OutputOptions { size: SizeChoice::Preview, format: asked.format.into(), background: asked.bg.0 },
        out: asked.out,
        allowance: Allowance::new(Credits::ZERO, None),
        refused: None,
    };
    if !price.is_zero() {
        let count = inputs.iter().filter(|input| input.picture.is_ok()).count();
        let cost = u32::try_from(count).ok().and_then(|count| price.times(count)).unwrap_or(Credits::MAX);
        let (gauge, refused) = session.fresh_gauge().await?;
        run.refused = refused;
        session.out.talk(&said(count, price, cost, &gauge));
        let what = format!("having {} previewed by the service", words::pictures(count));
        match agree::agree(&what, "", cost, &asked.spend, session.out, session.interrupt).await {
            Ok(allowance) => run.allowance = allowance,
            Err(problem) => {
                report.also(Exit::Usage);
                run.refused = Some(problem);
            }
        }
    }
    for (position, input) in inputs.iter().enumerate() {
        let line = run.one(input, &format!("{}/{}", position + 1, inputs.len())).await;
        report.tell(&line, "preview");
    }
    if session.interrupt.asked() {
        report.also(Exit::Cancelled);
    }
    Ok(())
}

/// The price that the active account's service names; a service without previews has none.
async fn price_of_a_service_preview(session: &Session<'_>) -> Result<Credits, Problem> {
    let overview = session.app.overview().await?;
    let active: Option<&AccountView> = overview.accounts.iter().find(|account| account.id == overview.active);
    match active.and_then(|account| account.preview_price.as_deref()) {
        Some(price) => amount(price),
        None => Err(Problem::new(
            Code::BadRequest,
            "The service of this account makes no previews.",
            "Leave out --from service: previews are made on this computer, free of charge.",
        )),
    }
}

fn said(count: usize, price: Credits, cost: Credits, gauge: &GaugeView) -> String {
    let free = match gauge.free_previews.amount.as_deref() {
        Some("0") | None => String::new(),
        Some(free) => format!(" The service still has {free} free ones, which it uses first."),
    };
    format!(
        "{} previewed by the service at {} each: at most {}.{free}",
        words::pictures(count),
        words::credits(&price.to_string()),
        words::credits(&cost.to_string())
    )
}

/// Previews that have been agreed to.
struct Run<'a> {
    session: &'a Session<'a>,
    from: PreviewSource,
    price: Credits,
    options: OutputOptions,
    out: Option<PathBuf>,
    allowance: Allowance,
    refused: Option<Problem>,
}

impl Run<'_> {
    async fn one(&mut self, input: &Input, position: &str) -> Line {
        let picture = match &input.picture {
            Ok(picture) => picture,
            Err(problem) => return Line::of_problem(input.name(), problem.clone(), None),
        };
        let reason = if self.session.interrupt.asked() {
            Some(inputs::stopped())
        } else {
            self.refused
                .clone()
                .or_else(|| (!self.allowance.covers(self.price)).then(|| self.allowance.refusal(self.price)))
        };
        if let Some(problem) = reason {
            return Line::of_problem(input.name(), problem, None);
        }
        self.session.progress.begin(picture.id, format!("{position} {}", picture.name));
        let made = self.make(picture).await;
        self.session.progress.end();
        let charged = self.session.app.charged_for(picture.id);
        match made {
            Ok(file) => self.done(input, picture, &file, charged).await,
            Err(problem) => {
                if stops_charged_work(problem.code) {
                    self.refused = Some(problem.clone());
                }
                let line = Line::of_problem(input.name(), problem, charged);
                let spent = line.charged.as_deref().map_or(Some(self.price), |charged| charged.parse().ok());
                self.allowance.take(spent.unwrap_or(self.price));
                line
            }
        }
    }

    async fn make(&self, picture: &PictureView) -> Result<PathBuf, Problem> {
        let app = &self.session.app;
        let agreed = (!self.price.is_zero()).then(|| self.price.to_string());
        let mut making =
            std::pin::pin!(app.preview_file(picture.id, self.from, agreed, self.out.clone(), self.options.clone()));
        tokio::select! {
            made = &mut making => return made,
            () = self.session.interrupt.stopped() => {}
        }
        if let Err(problem) = app.cancel(picture.id).await {
            tracing::debug!(%problem, "there was nothing to cancel");
        }
        making.await
    }

    async fn done(
        &mut self,
        input: &Input,
        picture: &PictureView,
        file: &std::path::Path,
        charged: Option<String>,
    ) -> Line {
        let charged =
            if self.price.is_zero() { "0".to_owned() } else { charged.unwrap_or_else(|| self.price.to_string()) };
        self.allowance.take(charged.parse().unwrap_or(self.price));
        let seen = self.session.app.overview().await.ok().and_then(|overview| {
            overview.pictures.into_iter().find(|seen| seen.id == picture.id).and_then(|seen| seen.preview)
        });
        Line {
            input: input.name(),
            output: Some(file.display().to_string()),
            state: State::Done,
            charged: Some(charged),
            width: seen.as_ref().map(|preview| preview.width),
            height: seen.as_ref().map(|preview| preview.height),
            error: None,
        }
    }
}
