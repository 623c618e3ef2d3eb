//! `clearcut remove`: examine, quote, agree, and then the queue. What becomes of each FILE is told in the order of the FILEs, as soon as
//! it is known. What lies beyond the line that was chosen is left, or cut out on this computer. What an earlier run left is gone on
//! with by `--resume`.

mod fate;
mod resume;
mod stopping;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{OutputOptions, PictureId, PictureView, QueueReason, SpendChoice};
use clearcut_app::{BatchId, Credits, FetchList, Fetched, Fetching};

use crate::args::Remove;
use crate::decision;
use crate::exit::Exit;
use crate::inputs::{self, Input};
use crate::interrupt::Interrupt;
use crate::line::{Line, State};
use crate::out::Out;
use crate::run::Report;
use crate::session::{Opening, Session};
use crate::words;

use fate::Fate;

/// Runs the command.
pub(crate) async fn remove(asked: Remove, opening: Opening, out: &Out, interrupt: &Interrupt) -> Result<Exit, Problem> {
    let mut report = Report::new(out, asked.json);
    let files = asked.files.clone();
    let ended = match Session::open(opening, out, interrupt).await {
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
    let saving = asked.naming.saving(asked.out.clone());
    if asked.leave_unknown {
        session.app.leave_unknown();
    }
    if let Some(most) = asked.parallel {
        session.app.at_most_at_a_time(most);
    }
    let mut inputs = inputs::gather(session, asked.take.of(asked.files)).await;
    let (gauge, refused) = session.fresh_gauge().await?;
    if asked.resume {
        resume::go_on(session, &mut inputs, (&options, &asked.spend), refused.as_ref(), report).await?;
    }
    let pictures: Vec<PictureId> =
        inputs.iter().filter_map(|input| input.picture.as_ref().ok()).map(|p| p.id).collect();
    if pictures.is_empty() && asked.resume {
        inputs.iter().filter_map(refusal).for_each(|line| report.tell(&line, ""));
        return end(session, &gauge.total.amount, report).await;
    }
    let mut decision = decision::decide(session, &pictures, &options, &gauge, asked.line.named(), &asked.spend).await?;
    if let Some(problem) = decision.not_agreed.take() {
        report.also(Exit::Usage);
        decision.refused = Some(problem);
    } else {
        decision.refused = decision.refused.take().or(refused);
    }
    let fates = fate::of(&decision, session.interrupt.asked());
    let agreed = fates.iter().map(Fate::charge).sum();
    let mut pictures_to_fetch: Vec<(PictureId, bool)> = Vec::new();
    let mut here: Vec<PictureId> = Vec::new();
    let mut known = HashSet::with_capacity(pictures.len());
    for (id, fate) in pictures.iter().zip(&fates) {
        match fate {
            Fate::Fetch { charge } if known.insert(*id) => pictures_to_fetch.push((*id, !charge.is_zero())),
            Fate::Here if known.insert(*id) => here.push(*id),
            Fate::Fetch { .. } | Fate::Here | Fate::Not(_) => {}
        }
    }
    let mut run = Run::new(session, options.clone(), asked.out, decision.choice.clone());
    if !(pictures_to_fetch.is_empty() && here.is_empty()) {
        let list = FetchList {
            pictures: pictures_to_fetch,
            options,
            saving,
            agreed,
            never_payg: matches!(decision.choice, SpendChoice::StopBeforePayg | SpendChoice::RestOnDevice),
            before_payg: decision.run.before_payg,
            here,
        };
        let (fetching, left_out) = session.app.fetch_list(list).await?;
        run.known.extend(left_out.into_iter().map(|(id, problem)| (id, Err(problem))));
        run.fetching = Some(fetching);
    }
    let mut fates = fates.into_iter();
    for (position, input) in inputs.iter().enumerate() {
        let position = format!("{}/{}", position + 1, inputs.len());
        let (line, remark) = match &input.picture {
            Ok(picture) => {
                run.one(input, picture, fates.next().unwrap_or_else(|| Fate::Not(inputs::stopped())), &position).await
            }
            Err(problem) => (Line::of_problem(input.name(), problem.clone(), None), String::new()),
        };
        report.tell(&line, &remark);
    }
    end(session, &gauge.total.amount, report).await
}

fn refusal(input: &Input) -> Option<Line> {
    input.picture.as_ref().err().map(|problem| Line::of_problem(input.name(), problem.clone(), None))
}

/// The last words of a run.
async fn end(session: &Session<'_>, total: &Option<String>, report: &mut Report<'_>) -> Result<(), Problem> {
    if session.interrupt.asked() {
        report.also(Exit::Cancelled);
    }
    let left = if report.has_charges() { session.fresh_gauge().await?.0.total.amount } else { total.clone() };
    let left = left.map_or_else(String::new, |left| format!(", {left} left"));
    session.out.talk(&format!("{}{left}.", report.summary()));
    Ok(())
}

/// A run that has been agreed to.
struct Run<'a> {
    session: &'a Session<'a>,
    options: OutputOptions,
    out: Option<PathBuf>,
    choice: SpendChoice,
    /// What was agreed to together, for what is cut out here.
    batch: BatchId,
    fetching: Option<Fetching>,
    /// The list knows that the user asked to stop.
    paused: bool,
    /// What is known already of pictures whose line is still to come.
    known: HashMap<PictureId, Result<Fetched, Problem>>,
    /// Pictures that were told: a FILE that stands there twice is told as saved, and charged once.
    told: HashMap<PictureId, Line>,
}

impl<'a> Run<'a> {
    fn new(session: &'a Session<'a>, options: OutputOptions, out: Option<PathBuf>, choice: SpendChoice) -> Self {
        Self {
            session,
            options,
            out,
            choice,
            batch: BatchId::new(),
            fetching: None,
            paused: false,
            known: HashMap::new(),
            told: HashMap::new(),
        }
    }

    /// What becomes of one picture, and a remark for people.
    async fn one(&mut self, input: &Input, picture: &PictureView, fate: Fate, position: &str) -> (Line, String) {
        let charge = fate.charge();
        if let (Some(told), Fate::Fetch { .. } | Fate::Here) = (self.told.get(&picture.id), &fate) {
            let line = Line { input: input.name(), charged: Some("0".to_owned()), ..told.clone() };
            return (line, "the same file".to_owned());
        }
        let problem = match fate {
            Fate::Fetch { .. } => match self.fetched(picture.id, position, &picture.name).await {
                Ok(fetched) => {
                    let (line, remark) = self.done(input, fetched);
                    self.told.insert(picture.id, line.clone());
                    return (line, remark);
                }
                Err(problem) => problem,
            },
            Fate::Here => match self.known.remove(&picture.id) {
                // It cannot be named, or its result exists.
                Some(Err(problem)) => problem,
                _ => return self.cut_out_here(input, picture, position).await,
            },
            Fate::Not(problem) => problem,
        };
        if !charge.is_zero() && fate::is_for_this_computer(&self.choice, &problem) && !self.session.interrupt.asked() {
            return self.cut_out_here(input, picture, position).await;
        }
        let line = Line::of_problem(input.name(), problem, self.session.app.charged_for(picture.id));
        self.told.insert(picture.id, line.clone());
        (line, String::new())
    }

    /// Waits until it is known what became of a picture. When the user asks to stop, nothing new is sent.
    async fn fetched(&mut self, id: PictureId, position: &str, name: &str) -> Result<Fetched, Problem> {
        if let Some(known) = self.known.remove(&id) {
            return known;
        }
        let session = self.session;
        session.progress.begin(id, format!("{position} {name}"));
        let found = loop {
            let Some(fetching) = self.fetching.as_mut() else { break None };
            let outcome = stopping::next(fetching, &mut self.paused, session.interrupt, session.out).await;
            match outcome {
                Some((of, result)) if of == id => break Some(result),
                Some((of, result)) => {
                    self.known.insert(of, result);
                }
                None => break None,
            }
        };
        session.progress.end();
        found.unwrap_or_else(|| Err(self.not_sent()))
    }

    /// Why a picture was not sent although it was agreed to.
    fn not_sent(&self) -> Problem {
        if self.session.interrupt.asked() {
            return inputs::stopped();
        }
        let Some(fetching) = self.fetching.as_ref() else { return inputs::stopped() };
        if fetching.reason() == Some(QueueReason::PaygEarly) {
            return decision::used_elsewhere(&self.choice);
        }
        match fetching.stands_still() {
            Some(problem) if problem.code == Code::Cancelled => inputs::stopped(),
            Some(problem) => problem,
            None => inputs::stopped(),
        }
    }

    async fn cut_out_here(&mut self, input: &Input, picture: &PictureView, position: &str) -> (Line, String) {
        self.session.progress.begin(picture.id, format!("{position} {}", picture.name));
        let saved = cut_out_here(self.session, picture.id, &self.options, self.out.clone(), self.batch).await;
        self.session.progress.end();
        let (line, remark) = done_here(input.name(), saved);
        self.told.insert(picture.id, line.clone());
        (line, remark)
    }

    fn done(&self, input: &Input, fetched: Fetched) -> (Line, String) {
        for warning in &fetched.view.warnings {
            self.session.out.talk(&format!("{}: {warning}", input.name()));
        }
        done(input.name(), fetched)
    }
}

/// Cuts a picture out on this computer, until it is done or the user asks to stop.
async fn cut_out_here(
    session: &Session<'_>,
    id: PictureId,
    options: &OutputOptions,
    out: Option<PathBuf>,
    batch: BatchId,
) -> Result<Fetched, Problem> {
    let app = &session.app;
    let mut saving = std::pin::pin!(app.save_on_device_file(id, options, out, batch));
    tokio::select! {
        saved = &mut saving => saved,
        () = session.interrupt.stopped() => {
            if let Err(problem) = app.cancel(id).await {
                tracing::debug!(%problem, "there was nothing to cancel");
            }
            saving.await
        }
    }
}

/// A line for a picture that was cut out on this computer, and a remark for people.
fn done_here(input: String, saved: Result<Fetched, Problem>) -> (Line, String) {
    match saved {
        Ok(Fetched { view, output }) => {
            let line = Line {
                input,
                output: Some(output.display().to_string()),
                state: State::OnDevice,
                charged: Some(view.charged),
                width: Some(view.width),
                height: Some(view.height),
                error: None,
            };
            (line, "cut out on this computer, free".to_owned())
        }
        Err(problem) => (Line::of_problem(input, problem, None), String::new()),
    }
}

/// A line for a picture that was saved, and a remark for people.
fn done(input: String, Fetched { view, output }: Fetched) -> (Line, String) {
    let remark = if view.from_vault { "paid earlier, free".to_owned() } else { words::credits(&view.charged) };
    let line = Line {
        input,
        output: Some(output.display().to_string()),
        state: State::Done,
        charged: Some(view.charged),
        width: Some(view.width),
        height: Some(view.height),
        error: None,
    };
    (line, remark)
}

/// An amount as the app writes it.
pub(crate) fn amount(text: &str) -> Result<Credits, Problem> {
    text.parse().map_err(|_| Problem::new(Code::Internal, format!("\"{text}\" is no amount of credits."), ""))
}
