//! `clearcut watch`: makes a watch and has its rounds done until Ctrl-C, or until nothing is left to do; and lists, pauses,
//! resumes and removes watches. The budget on the command line is what the user agrees to.

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{WatchFileOutcome, WatchId, WatchState, WatchView};
use clearcut_app::{WatchLine, WatchOn};
use serde::Serialize;

use crate::args::{Watch, WatchAction, WatchFolder};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};

/// Runs the command.
pub(crate) async fn watch(asked: Watch, opening: Opening, out: &Out, interrupt: &Interrupt) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let done = match (asked.action, asked.on) {
        (
            None,
            WatchFolder { folder: Some(folder), budget: Some(budget), recursive, out, move_done, look, once, json },
        ) => {
            let options = look.options();
            let on = WatchOn { folder, budget, recursive, options, output: out, move_done_to: move_done };
            Box::pin(look_after(&session, on, once, json)).await
        }
        (action, _) => act(&session, action.unwrap_or(WatchAction::List { json: false })).await,
    };
    session.close().await;
    done
}

/// A picture that came to its end, for scripts.
#[derive(Serialize)]
struct Line {
    input: String,
    output: Option<String>,
    state: WatchFileOutcome,
    charged: Option<String>,
    reason: Option<String>,
}

async fn look_after(session: &Session<'_>, on: WatchOn, once: bool, json: bool) -> Result<Exit, Problem> {
    let (name, budget) = (on.folder.display().to_string(), on.budget);
    let before = session.app.watches().await?;
    let (id, is_new) = session.app.watch_folder(on).await?;
    // One that the window looks after goes on there when this command ends.
    let was_running = !is_new && before.iter().any(|watch| watch.id == id && watch.state != WatchState::Paused);
    session.out.talk(&format!("Watching {name} for at most {budget} credits a day. Ctrl-C pauses."));
    let done = rounds(session, id, once, json).await;
    session.app.leave_watch(id).await;
    if !was_running {
        session.app.pause_watch(id).await?;
    }
    done
}

async fn rounds(session: &Session<'_>, id: WatchId, once: bool, json: bool) -> Result<Exit, Problem> {
    let (mut exit, mut told) = (Exit::Done, None);
    loop {
        let round = session.app.watch_round(id).await?;
        for line in &round.lines {
            exit = exit.or_graver(ended(line.outcome));
            tell(session, line, json);
        }
        if told != Some(round.state) {
            told = Some(round.state);
            if let Some(words) = state_words(round.state, round.problem.as_ref()) {
                session.out.talk(&words);
            }
        }
        if once && round.state == WatchState::Elsewhere {
            return Ok(exit.or_graver(Exit::Other));
        }
        if once && round.idle {
            return Ok(exit.or_graver(stopped_by(round.state)));
        }
        tokio::select! {
            () = session.app.watch_wait(round.next) => {}
            () = session.interrupt.stopped() => return Ok(if once { Exit::Cancelled } else { exit }),
        }
    }
}

fn tell(session: &Session<'_>, line: &WatchLine, json: bool) {
    let WatchLine { input, output, outcome, reason, charged } = line;
    if json {
        session.out.json(&Line {
            input: input.display().to_string(),
            output: output.as_ref().map(|output| output.display().to_string()),
            state: *outcome,
            charged: charged.clone(),
            reason: reason.clone(),
        });
        return;
    }
    let charged = charged.as_deref().map_or_else(String::new, |charged| format!(", {charged} credits"));
    match (output, reason) {
        (Some(output), _) => session.out.line(&format!("{} → {}{charged}", input.display(), output.display())),
        (None, reason) => {
            let reason = reason.as_deref().unwrap_or("No result.");
            session.out.line(&format!("{}: {reason}{charged}", input.display()));
        }
    }
}

const fn ended(outcome: WatchFileOutcome) -> Exit {
    match outcome {
        WatchFileOutcome::Queued | WatchFileOutcome::Done | WatchFileOutcome::SetAside => Exit::Done,
        WatchFileOutcome::Failed => Exit::SomeFailed,
        WatchFileOutcome::Unknown | WatchFileOutcome::PaidLost => Exit::MaybeCharged,
        WatchFileOutcome::PaidNotSaved => Exit::NotSaved,
    }
}

/// What kept the rest from being taken.
const fn stopped_by(state: WatchState) -> Exit {
    match state {
        WatchState::Watching | WatchState::Paused => Exit::Done,
        WatchState::UsedUp | WatchState::OutOfCredits => Exit::NotEnough,
        WatchState::KeyRefused => Exit::Key,
        WatchState::ServiceEnded => Exit::Service,
        WatchState::Away => Exit::SomeFailed,
        WatchState::OtherAccount | WatchState::Elsewhere | WatchState::Trouble => Exit::Other,
    }
}

/// What a change of state means, where it is worth a word.
fn state_words(state: WatchState, problem: Option<&Problem>) -> Option<String> {
    let words = match state {
        WatchState::Watching | WatchState::Paused => return None,
        WatchState::Away => "The folder is not there. Waiting for it to come back.",
        WatchState::UsedUp => "Today's budget is used up. The rest waits for midnight.",
        WatchState::OutOfCredits => "The account has no credits left. The rest waits for new ones.",
        WatchState::KeyRefused => "The service refuses the key, or there is none. Nothing is taken.",
        WatchState::ServiceEnded => "The service has ended. Nothing is taken.",
        WatchState::OtherAccount => "This folder belongs to another account than the one in use. Nothing is taken.",
        WatchState::Elsewhere => "Another Clearcut looks after this folder already. Waiting for it to end.",
        WatchState::Trouble => return problem.map(ToString::to_string),
    };
    Some(words.to_owned())
}

async fn act(session: &Session<'_>, action: WatchAction) -> Result<Exit, Problem> {
    let watches = session.app.watches().await?;
    match action {
        WatchAction::List { json: true } => session.out.json(&watches),
        WatchAction::List { json: false } => list(session, &watches),
        WatchAction::Pause { watch } => {
            let watch = named(&watches, &watch)?;
            session.app.pause_watch(watch.id).await?;
            session.out.line(&format!("{} is paused.", watch.folder));
        }
        WatchAction::Resume { watch } => {
            let watch = named(&watches, &watch)?;
            session.app.resume_watch(watch.id).await?;
            session.out.line(&format!(
                "{} goes on while the window is open, for at most {} credits a day.",
                watch.folder, watch.budget
            ));
        }
        WatchAction::Remove { watch } => {
            let watch = named(&watches, &watch)?;
            session.app.remove_watch(watch.id).await?;
            session.out.line(&format!("{} is not watched any more. No file was touched.", watch.folder));
        }
    }
    Ok(Exit::Done)
}

fn list(session: &Session<'_>, watches: &[WatchView]) {
    if watches.is_empty() {
        session.out.line("No folder is watched. `clearcut watch DIR --budget 50/day` watches one.");
    }
    for watch in watches {
        let WatchView { folder, state, spent, budget, done, queued, failed, id, .. } = watch;
        let id = id.0;
        let state = match state {
            WatchState::Watching => "ready",
            WatchState::Away => "away",
            WatchState::Paused => "paused",
            WatchState::UsedUp => "budget used up",
            WatchState::OutOfCredits => "out of credits",
            WatchState::KeyRefused => "key refused",
            WatchState::ServiceEnded => "service ended",
            WatchState::OtherAccount => "other account",
            WatchState::Elsewhere => "looked after elsewhere",
            WatchState::Trouble => "trouble",
        };
        let counts = format!("{done} done, {queued} queued, {failed} failed");
        session.out.line(&format!("{folder}: {state}; {spent} of {budget} credits today; {counts}; {id}"));
    }
}

/// The one watch of this name, or with this id.
fn named<'a>(watches: &'a [WatchView], text: &str) -> Result<&'a WatchView, Problem> {
    let name = std::path::Path::new(text).file_name().map_or_else(|| text.into(), |name| name.to_string_lossy());
    let found: Vec<_> =
        watches.iter().filter(|watch| watch.id.0.to_string() == text || watch.folder == *name).collect();
    match found[..] {
        [watch] => Ok(watch),
        [] => Err(Problem::new(
            Code::NotFound,
            format!("No watched folder is called “{text}”."),
            "`clearcut watch list` shows them.",
        )),
        _ => Err(Problem::new(
            Code::BadRequest,
            format!("Several watched folders are called “{text}”."),
            "Name one by its id, as `clearcut watch list` shows it.",
        )),
    }
}
