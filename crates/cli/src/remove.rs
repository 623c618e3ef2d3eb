//! `clearcut remove`: examine, quote, agree, then one picture after the other. After an answer that every further picture
//! would meet as well (no credits, key refused, service ended) nothing is sent any more; what is paid already still is free. What lies
//! beyond the line that was chosen is left, or cut out on this computer.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{OutputOptions, PictureId, PictureView, SpendChoice};
use clearcut_app::{Agreed, BatchId, Credits, Fetched, Turn};

use crate::agree::Allowance;
use crate::args::Remove;
use crate::decision::{self, Decision};
use crate::exit::Exit;
use crate::inputs::{self, Input};
use crate::interrupt::Interrupt;
use crate::line::{Line, State};
use crate::out::Out;
use crate::run::Report;
use crate::session::{Session, stops_charged_work};
use crate::words;

/// In a run the balance is looked at this often,
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// and once when this many pictures or fewer are left before pay-as-you-go.
const NEAR: usize = 32;

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
    let mut decision = decision::decide(session, &pictures, &options, &gauge, asked.line.named(), &asked.spend).await?;
    if let Some(problem) = decision.not_agreed.take() {
        report.also(Exit::Usage);
        decision.refused = Some(problem);
    } else {
        decision.refused = decision.refused.take().or(refused);
    }
    let mut turns = decision.run.turns.clone().into_iter();
    let mut run = Run::new(session, options, asked.out, decision);
    for (position, input) in inputs.iter().enumerate() {
        let position = format!("{}/{}", position + 1, inputs.len());
        let (line, remark) = match &input.picture {
            Ok(picture) => run.one(input, picture, turns.next().unwrap_or(Turn::Beyond), &position).await?,
            Err(problem) => (Line::of_problem(input.name(), problem.clone(), None), String::new()),
        };
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
    /// It is less than what the choice comes to.
    capped: bool,
    choice: SpendChoice,
    /// So many of the pictures still to be charged must not draw from pay-as-you-go.
    before_payg: usize,
    /// What was agreed to together.
    batch: BatchId,
    /// Why nothing that costs is sent any more.
    refused: Option<Problem>,
    /// When the balance was last looked at.
    looked: Instant,
    /// It was looked at when pay-as-you-go came near.
    looked_near: bool,
}

impl<'a> Run<'a> {
    fn new(session: &'a Session<'a>, options: OutputOptions, out: Option<PathBuf>, decision: Decision) -> Self {
        let Decision { choice, run, allowance, not_agreed: _, refused } = decision;
        Self {
            session,
            options,
            out,
            allowance,
            capped: amount(&run.cost).is_ok_and(|cost| allowance.left() < cost),
            choice,
            before_payg: run.before_payg,
            batch: BatchId::new(),
            refused,
            looked: Instant::now(),
            looked_near: run.before_payg <= NEAR,
        }
    }

    /// What becomes of one picture, and a remark for people.
    async fn one(
        &mut self,
        input: &Input,
        picture: &PictureView,
        turn: Turn,
        position: &str,
    ) -> Result<(Line, String), Problem> {
        let price = amount(&self.session.app.quote(vec![picture.id], self.options.clone(), None).await?.cost)?;
        if let Some(problem) = self.reason_not_to_send(turn, price) {
            if self.is_for_this_computer(&problem) {
                return Ok(self.cut_out_here(input, picture, position).await);
            }
            return Ok((Line::of_problem(input.name(), problem, None), String::new()));
        }
        if !price.is_zero() {
            self.look_in_time().await?;
        }
        self.session.progress.begin(picture.id, format!("{position} {}", picture.name));
        let fetched = self.fetch(picture.id, price).await;
        self.session.progress.end();
        Ok(match fetched {
            Ok(fetched) => self.done(input, price, fetched),
            Err(problem) => {
                let line = self.failed(input, picture.id, price, problem);
                match &line.error {
                    Some(problem) if !price.is_zero() && self.is_for_this_computer(problem) => {
                        self.cut_out_here(input, picture, position).await
                    }
                    _ => (line, String::new()),
                }
            }
        })
    }

    fn reason_not_to_send(&self, turn: Turn, price: Credits) -> Option<Problem> {
        if self.session.interrupt.asked() {
            return Some(inputs::stopped());
        }
        if turn == Turn::Oversized && self.choice == SpendChoice::RestOnDevice && self.refused.is_none() {
            return Some(decision::beyond(&self.choice));
        }
        if price.is_zero() {
            return None;
        }
        if let Some(refused) = &self.refused {
            return Some(refused.clone());
        }
        let over = !self.allowance.covers(price);
        if turn == Turn::Beyond && !(over && self.capped) {
            return Some(decision::beyond(&self.choice));
        }
        over.then(|| self.allowance.refusal(price))
    }

    /// Whether a picture that is not sent for this reason is the rest that the user wants cut out here. The reason that nobody
    /// agreed, or that something is wrong with the service, is none.
    fn is_for_this_computer(&self, reason: &Problem) -> bool {
        self.choice == SpendChoice::RestOnDevice && matches!(reason.code, Code::OverAgreed | Code::OutOfCredits)
    }

    /// Other use seen in a run refuses what pay-as-you-go would have to pay earlier than quoted; it has to be looked for.
    async fn look_in_time(&mut self) -> Result<(), Problem> {
        let near = !self.looked_near && self.before_payg <= NEAR;
        if near || self.looked.elapsed() >= LOOK_EVERY {
            self.looked_near |= near;
            self.looked = Instant::now();
            let (_, refused) = self.session.fresh_gauge().await?;
            self.refused = self.refused.take().or(refused);
        }
        Ok(())
    }

    async fn cut_out_here(&self, input: &Input, picture: &PictureView, position: &str) -> (Line, String) {
        let app = &self.session.app;
        self.session.progress.begin(picture.id, format!("{position} {}", picture.name));
        let mut saving =
            std::pin::pin!(app.save_on_device_file(picture.id, &self.options, self.out.clone(), self.batch));
        let saved = tokio::select! {
            saved = &mut saving => saved,
            () = self.session.interrupt.stopped() => {
                if let Err(problem) = app.cancel(picture.id).await {
                    tracing::debug!(%problem, "there was nothing to cancel");
                }
                saving.await
            }
        };
        self.session.progress.end();
        match saved {
            Ok(Fetched { view, output }) => {
                let line = Line {
                    input: input.name(),
                    output: Some(output.display().to_string()),
                    state: State::OnDevice,
                    charged: Some(view.charged),
                    width: Some(view.width),
                    height: Some(view.height),
                    error: None,
                };
                (line, "cut out on this computer, free".to_owned())
            }
            Err(problem) => (Line::of_problem(input.name(), problem, None), String::new()),
        }
    }

    /// Fetches one picture. When the user asks to stop, the app is told so: it stops what has not been sent yet.
    async fn fetch(&self, picture: PictureId, price: Credits) -> Result<Fetched, Problem> {
        let app = &self.session.app;
        let agreed = Agreed {
            cost: price.to_string(),
            cap: Some(self.allowance.left().to_string()),
            stop_before_payg: self.is_before_payg(price),
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

    /// Whether pay-as-you-go must not pay this picture: by the choice, or because the quote said that the subscription does.
    fn is_before_payg(&self, price: Credits) -> bool {
        let never = matches!(self.choice, SpendChoice::StopBeforePayg | SpendChoice::RestOnDevice);
        !price.is_zero() && (never || self.before_payg > 0)
    }

    fn done(&mut self, input: &Input, price: Credits, fetched: Fetched) -> (Line, String) {
        let view = fetched.view;
        let charged = view.charged.parse().unwrap_or(price);
        self.spent(charged);
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
        let early = problem.code == Code::OverAgreed && self.is_before_payg(price);
        let problem = if early { decision::used_elsewhere(&self.choice) } else { problem };
        if early || stops_charged_work(problem.code) {
            self.refused = Some(problem.clone());
        }
        let line = Line::of_problem(input.name(), problem, self.session.app.charged_for(picture));
        // What is not known counts as spent: a cap must hold also if it was.
        let spent = line.charged.as_deref().map_or(Some(price), |charged| charged.parse().ok());
        self.spent(spent.unwrap_or(price));
        line
    }

    fn spent(&mut self, credits: Credits) {
        self.allowance.take(credits);
        if !credits.is_zero() {
            self.before_payg = self.before_payg.saturating_sub(1);
        }
    }
}

/// The first charge that differs from the quote ends what was agreed to.
fn unlike_the_quote(price: Credits, charged: Credits) -> Problem {
    Problem::new(
        Code::OverAgreed,
        format!(
            "Not sent: the picture before it was quoted at {price} and charged {charged}, so the quote no longer holds."
        ),
        "Run it again to agree to a new quote.",
    )
}

/// An amount as the app writes it.
pub(crate) fn amount(text: &str) -> Result<Credits, Problem> {
    text.parse().map_err(|_| Problem::new(Code::Internal, format!("\"{text}\" is no amount of credits."), ""))
}
