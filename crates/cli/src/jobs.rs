//! `clearcut jobs` and `clearcut resolve`: what is in the batches, here or in a window, and what became of requests that went
//! unanswered. Sends no picture.

use std::collections::BTreeMap;

use clearcut_app::problem::Problem;
use clearcut_app::{BatchRecord, JobRecord, Word};
use serde::Serialize;

use crate::args::{CountAs, Jobs, JobsAction, Resolve};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};
use crate::words;

/// One line of JSON.
#[derive(Debug, Serialize)]
struct JobLine<'a> {
    input: String,
    output: Option<String>,
    state: &'a str,
    charged: Option<String>,
    error: Option<&'a str>,
    batch: Option<&'a str>,
    id: &'a str,
}

impl<'a> JobLine<'a> {
    fn new(job: &'a JobRecord, batch: Option<&'a str>) -> Self {
        Self {
            input: job.input.display().to_string(),
            output: job.saved.then(|| job.output.display().to_string()),
            state: job.state,
            charged: job.charged.map(|charged| charged.to_string()),
            error: job.error.as_deref(),
            batch,
            id: &job.id,
        }
    }
}

/// Runs `clearcut jobs`.
pub(crate) async fn jobs(asked: Jobs, opening: Opening, out: &Out, interrupt: &Interrupt) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let shown = match asked.action {
        Some(JobsAction::Drop) => drop_waiting(&session).await,
        None => show(&session, &asked).await,
    };
    session.close().await;
    shown
}

async fn show(session: &Session<'_>, asked: &Jobs) -> Result<Exit, Problem> {
    let batches = session.app.batches(asked.last).await?;
    if asked.json {
        for batch in &batches {
            batch.jobs.iter().for_each(|job| session.out.json(&JobLine::new(job, Some(&batch.id))));
        }
        return Ok(Exit::Done);
    }
    if batches.is_empty() {
        session.out.line("No batch waits or runs.");
    }
    for batch in &batches {
        session.out.line(&heading(batch));
        for job in batch.jobs.iter().filter(|job| !job.saved) {
            let why = job.error.as_deref().map_or_else(String::new, |error| format!(" ({error})"));
            session.out.line(&format!("  {:14} {}{why}", job.state, job.input.display()));
        }
    }
    Ok(Exit::Done)
}

/// "shop: 128 of 300 saved, 172 queued; 128 credits of 300. Paused: interrupted."
fn heading(batch: &BatchRecord) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for job in batch.jobs.iter().filter(|job| !job.saved) {
        *counts.entry(job.state).or_default() += 1;
    }
    let saved = batch.jobs.iter().filter(|job| job.saved).count();
    let others: String = counts.iter().map(|(state, count)| format!(", {count} {state}")).collect();
    let charged: clearcut_app::Credits = batch.jobs.iter().filter_map(|job| job.charged).sum();
    let stands = match (batch.state.as_str(), batch.driven, batch.reason.as_deref()) {
        ("closed", ..) => "Done".to_owned(),
        (_, true, Some(reason)) => format!("Paused in another window or terminal: {reason}"),
        (_, true, None) => "Runs in another window or terminal".to_owned(),
        (_, false, reason) => {
            format!("Waits: {}; `clearcut remove --resume` goes on", reason.unwrap_or("interrupted"))
        }
    };
    format!(
        "{}: {saved} of {} saved{others}; {charged} charged of {}. {stands}.",
        batch.label,
        words::pictures(batch.jobs.len()),
        words::credits(&batch.agreed.to_string())
    )
}

async fn drop_waiting(session: &Session<'_>) -> Result<Exit, Problem> {
    session.app.stop_queue().await?;
    session.out.talk("What waited is left. What was paid is in the vault.");
    Ok(Exit::Done)
}

/// Runs `clearcut resolve`.
pub(crate) async fn resolve(
    asked: Resolve,
    opening: Opening,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let resolved = Box::pin(resolve_all(asked, &session)).await;
    session.close().await;
    resolved
}

async fn resolve_all(asked: Resolve, session: &Session<'_>) -> Result<Exit, Problem> {
    let unknown = session.app.unknown().await?;
    if unknown.is_empty() {
        session.out.talk("No request is of unknown outcome.");
        return Ok(Exit::Done);
    }
    let records = match asked.count_as {
        Some(word) => {
            let ids = if asked.ids.iter().any(|id| id == "all") {
                unknown.into_iter().map(|job| job.id).collect()
            } else {
                asked.ids
            };
            let word = match word {
                CountAs::Charged => Word::Charged,
                CountAs::Free => Word::Free,
            };
            session.app.settle_by_word(ids, word).await?
        }
        None => {
            session.out.talk(&format!(
                "{} went unanswered. Waiting for a quiet minute, then asking for the balance…",
                words::pictures(unknown.len())
            ));
            tokio::select! {
                resolved = session.app.resolve() => resolved?,
                () = session.interrupt.stopped() => unknown,
            }
        }
    };
    for job in &records {
        if asked.json {
            session.out.json(&JobLine::new(job, None));
        } else {
            session.out.line(&format!("{}  {}", job.input.display(), said(job)));
        }
    }
    let open = records.iter().filter(|job| job.charged.is_none()).count();
    if open > 0 {
        session.out.talk(&format!(
            "The balance cannot tell of {}. Look at the service's own page, then say \
             `clearcut resolve ID --count-as charged` or `--count-as free`.",
            words::pictures(open)
        ));
    }
    Ok(if session.interrupt.asked() {
        Exit::Cancelled
    } else if open > 0 || records.iter().any(|job| job.state == "paid_lost") {
        Exit::MaybeCharged
    } else {
        Exit::Done
    })
}

fn said(job: &JobRecord) -> String {
    match job.charged {
        None => format!("still unknown; id {}", job.id),
        Some(charged) if charged.is_zero() => "not charged; it can be asked for again".to_owned(),
        Some(charged) => format!("charged {charged}, and no picture came"),
    }
}
