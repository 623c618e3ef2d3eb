//! `clearcut remove`: examine, quote, agree, then one picture after the other. After an answer that every further picture
//! would meet as well (no credits, key refused, service ended) nothing is sent any more; what is paid already still is free.

use std::path::PathBuf;

use clearcut_app::problem::Problem;
use clearcut_app::views::{OutputOptions, PictureId};
use clearcut_app::{Agreed, BatchId, Credits, Fetched};

use crate::agree::{self, Allowance};
use crate::args::Remove;
use crate::exit::Exit;
use crate::inputs::{self, Input};
use crate::interrupt::Interrupt;
use crate::line::{Line, State};
use crate::out::Out;
use crate::run::Report;
use crate::session::{Session, stops_charged_work};
use crate::{quote, words};

/// Runs the command.
pub(crate) async fn remove(
    asked: Remove,
    service: Option<String>,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let mut report = Report::new(out, asked.json);
    let files = asked.files.clone();
    let ended = match Session::open(service, out, interrupt).await {
        Ok(session) => {
            let ended = Box::pin(remove_all(asked, &session, &mut report)).await;
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

async fn remove_all(asked: Remove, session: &Session<'_>, report: &mut Report<'_>) -> Result<(), Problem> {
    let options = asked.look.options();
    let inputs = inputs::examine(&session.app, asked.files, session.interrupt).await;
    let pictures: Vec<PictureId> =
        inputs.iter().filter_map(|input| input.picture.as_ref().ok()).map(|p| p.id).collect();
    let (gauge, refused) = session.fresh_gauge().await?;
    let quoted = session.app.quote(pictures.clone(), options.clone(), None).await?;
    let cost = amount(&quoted.cost)?;
    if !cost.is_zero() {
        session.out.talk(&quote::table(&quoted, &gauge, session.out));
    }
    let what = format!("removing {}", words::pictures(pictures.len()));
    let agreed = agree::agree(&what, cost, &asked.spend, session.out, session.interrupt).await;
    let (allowance, refused) = match agreed {
        Ok(allowance) => (allowance, refused),
        Err(problem) => {
            report.also(Exit::Usage);
            (Allowance::new(Credits::ZERO, None), Some(problem))
        }
    };
    let mut run = Run { session, options, out: asked.out, allowance, batch: BatchId::new(), refused };
    for (position, input) in inputs.iter().enumerate() {
        let (line, remark) = run.one(input, &format!("{}/{}", position + 1, inputs.len())).await?;
        report.tell(&line, &remark);
    }
    if session.interrupt.asked() {
        report.also(Exit::Cancelled);
    }
    let left = if report.has_charges() { session.fresh_gauge().await?.0.total.amount } else { gauge.total.amount };
    let left = left.map_or_else(String::new, |left| format!(", {left} left"));
    session.out.talk(&format!("{}{left}.", report.summary()));
    Ok(())
}

/// A run that has been agreed to.
struct Run<'a> {
    session: &'a Session<'a>,
    options: OutputOptions,
    out: Option<PathBuf>,
    allowance: Allowance,
    /// What tells later which pictures were downloaded together.
    batch: BatchId,
    /// Why nothing that costs is sent any more.
    refused: Option<Problem>,
}

impl Run<'_> {
    /// What becomes of one FILE, and a remark for people.
    async fn one(&mut self, input: &Input, position: &str) -> Result<(Line, String), Problem> {
        let picture = match &input.picture {
            Ok(picture) => picture,
            Err(problem) => return Ok((Line::of_problem(input.name(), problem.clone(), None), String::new())),
        };
        let price = amount(&self.session.app.quote(vec![picture.id], self.options.clone(), None).await?.cost)?;
        if let Some(problem) = self.reason_not_to_send(price) {
            return Ok((Line::of_problem(input.name(), problem, None), String::new()));
        }
        self.session.progress.begin(picture.id, format!("{position} {}", picture.name));
        let fetched = self.fetch(picture.id, price).await;
        self.session.progress.end();
        Ok(match fetched {
            Ok(fetched) => self.done(input, price, fetched),
            Err(problem) => (self.failed(input, picture.id, price, problem), String::new()),
        })
    }

    fn reason_not_to_send(&self, price: Credits) -> Option<Problem> {
        if self.session.interrupt.asked() {
            Some(inputs::stopped())
        } else if price.is_zero() {
            None
        } else if let Some(refused) = &self.refused {
            Some(refused.clone())
        } else {
            (!self.allowance.covers(price)).then(|| self.allowance.refusal(price))
        }
    }

    /// Fetches one picture. When the user asks to stop, the app is told so: it stops what has not been sent yet.
    async fn fetch(&self, picture: PictureId, price: Credits) -> Result<Fetched, Problem> {
        let app = &self.session.app;
        let agreed = Agreed {
            cost: price.to_string(),
            cap: Some(self.allowance.left().to_string()),
            stop_before_payg: false,
            batch: Some(self.batch),
        };
        let mut fetching = std::pin::pin!(app.fetch(picture, &self.options, agreed, self.out.clone()));
        tokio::select! {
            fetched = &mut fetching => return fetched,
            () = self.session.interrupt.stopped() => {}
        }
        self.session.out.talk(
            "Stopping: nothing new is sent, and what was sent is awaited, because it is paid. \
             Press Ctrl-C again to quit at once; the picture may then have been charged without a result.",
        );
        if let Err(problem) = app.cancel(picture).await {
            tracing::debug!(%problem, "there was nothing to cancel");
        }
        fetching.await
    }

    fn done(&mut self, input: &Input, price: Credits, fetched: Fetched) -> (Line, String) {
        let view = fetched.view;
        let charged = view.charged.parse().unwrap_or(price);
        self.allowance.take(charged);
        for warning in &view.warnings {
            self.session.out.talk(&format!("{}: {warning}", input.name()));
        }
        if charged != price && self.refused.is_none() {
            self.refused = Some(unlike_the_quote(price, charged));
        }
        let remark = if view.from_vault { "paid earlier, free".to_owned() } else { words::credits(&view.charged) };
        let line = Line {
            input: input.name(),
            output: Some(fetched.output.display().to_string()),
            state: State::Done,
            charged: Some(view.charged),
            width: Some(view.width),
            height: Some(view.height),
            error: None,
        };
        (line, remark)
    }

    fn failed(&mut self, input: &Input, picture: PictureId, price: Credits, problem: Problem) -> Line {
        if stops_charged_work(problem.code) {
            self.refused = Some(problem.clone());
        }
        let line = Line::of_problem(input.name(), problem, self.session.app.charged_for(picture));
        // What is not known counts as spent: a cap must hold also if it was.
        let spent = line.charged.as_deref().map_or(Some(price), |charged| charged.parse().ok());
        self.allowance.take(spent.unwrap_or(price));
        line
    }
}

/// The first charge that differs from the quote ends what was agreed to.
fn unlike_the_quote(price: Credits, charged: Credits) -> Problem {
    Problem::new(
        clearcut_app::problem::Code::OverAgreed,
        format!(
            "Not sent: the picture before it was quoted at {price} and charged {charged}, so the quote no longer holds."
        ),
        "Run it again to agree to a new quote.",
    )
}

/// An amount as the app writes it.
pub(crate) fn amount(text: &str) -> Result<Credits, Problem> {
    text.parse().map_err(|_| {
        Problem::new(clearcut_app::problem::Code::Internal, format!("\"{text}\" is no amount of credits."), "")
    })
}
