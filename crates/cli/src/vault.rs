//! `clearcut vault`: what is kept of paid pictures, as a summary and as a list; letting go of some; the limit. It deletes
//! nothing that was not agreed to, and spends nothing.

use std::fmt::Write as _;

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{CleaningView, HeapView, VaultCleaning, VaultView};
use clearcut_app::{KeptLine, KeptState};
use console::Alignment;
use serde::Serialize;

use crate::agree::confirmed;
use crate::args::{Clean, Vault, VaultAction};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};
use crate::words;

/// A line of `list --json`.
#[derive(Serialize)]
struct Line<'a> {
    name: Option<&'a str>,
    account: Option<&'a str>,
    at: &'a str,
    bytes: u64,
    charged: Option<&'a str>,
    state: &'static str,
    saved_to: Option<String>,
    there: bool,
}

/// The document of `clean --dry-run --json`.
#[derive(Serialize)]
struct WouldGo {
    would_go: CleaningView,
}

/// Runs the command.
pub(crate) async fn vault(asked: Vault, opening: Opening, out: &Out, interrupt: &Interrupt) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let done = Box::pin(perform(asked, &session)).await;
    session.close().await;
    done.map(|()| Exit::Done)
}

async fn perform(asked: Vault, session: &Session<'_>) -> Result<(), Problem> {
    let Session { app, out, .. } = session;
    let view = match asked.action {
        Some(VaultAction::List) => {
            list(&app.vault_list().await?, asked.json, out);
            return Ok(());
        }
        Some(VaultAction::Clean(clean_up)) => return clean(&clean_up, asked.json, session).await,
        Some(VaultAction::Limit { size, yes }) => {
            if let Some(gb) = size.0 {
                let what = VaultCleaning::Limit { gb };
                agreed(&app.vault_cleaning(what).await?, what, yes, session).await?;
            }
            app.set_vault_limit(size.0).await?
        }
        None => app.vault().await?,
    };
    if asked.json {
        out.json(&view);
    } else {
        out.line(&summary(&view));
        out.line(&format!("Folder: {}", app.vault_folder().display()));
    }
    Ok(())
}

async fn clean(asked: &Clean, json: bool, session: &Session<'_>) -> Result<(), Problem> {
    let Session { app, out, .. } = session;
    let what = asked.what();
    let would = app.vault_cleaning(what).await?;
    if asked.dry_run {
        if json {
            out.json(&WouldGo { would_go: would });
        } else {
            out.line(&format!("{} would go.", going(&would, what)));
        }
        return Ok(());
    }
    agreed(&would, what, asked.yes, session).await?;
    let cleaned = app.clean_vault(what).await?;
    if json {
        out.json(&cleaned);
        return Ok(());
    }
    out.line(&format!("{} went; {} are kept.", going(&cleaned.went, what), words::bytes(cleaned.vault.bytes)));
    match cleaned.went.left_alone {
        0 => {}
        1 => out.talk("1 stays: somebody is at work on it."),
        some => out.talk(&format!("{some} stay: somebody is at work on them.")),
    }
    Ok(())
}

/// Gets the user's agreement to what would go, unless that is nothing.
async fn agreed(would: &CleaningView, what: VaultCleaning, yes: bool, session: &Session<'_>) -> Result<(), Problem> {
    if would.heap.pictures == 0 || yes {
        return Ok(());
    }
    let Session { out, interrupt, .. } = session;
    let meant = format!("{} would go. {}", going(would, what), consequence(what));
    if !out.interactive {
        return Err(Problem::new(
            Code::BadRequest,
            format!("Nothing went: {meant}"),
            "Add --yes to agree to that, or look first with `clearcut vault clean --dry-run`.",
        ));
    }
    if confirmed(&format!("{meant}\nLet them go? [y/N]"), out, interrupt).await {
        return Ok(());
    }
    Err(Problem::new(Code::BadRequest, "Nothing went: it was not agreed to.", ""))
}

/// "12 saved pictures (30.1 MB, paid with 12 credits)".
fn going(view: &CleaningView, what: VaultCleaning) -> String {
    let HeapView { pictures, bytes } = view.heap;
    if what == VaultCleaning::Evidence {
        let answers = if pictures == 1 { "answer" } else { "answers" };
        return format!("{pictures} {answers} without a usable picture ({})", words::bytes(bytes));
    }
    let noun = if pictures == 1 { "picture" } else { "pictures" };
    format!("{pictures} saved {noun} ({}, paid with {})", words::bytes(bytes), words::credits(&view.credits))
}

const fn consequence(what: VaultCleaning) -> &'static str {
    match what {
        VaultCleaning::Evidence => "A refund for them cannot be claimed with them any more.",
        _ => "The saved files stay where they are; downloading these pictures again would cost credits again.",
    }
}

fn summary(view: &VaultView) -> String {
    let VaultView { limit_gb, bytes, saved, held, evidence, arriving_bytes, oldest, disk_free, accounts } = view;
    let pictures = usize::try_from(saved.pictures + held.pictures).unwrap_or(usize::MAX);
    let limit = limit_gb.map_or_else(|| "no limit".to_owned(), |gb| format!("limit {gb} GB"));
    let mut text = format!("Paid pictures kept: {}, {} ({limit})", words::pictures(pictures), words::bytes(*bytes));
    let mut row = |heap: &HeapView, what: &str| {
        if heap.pictures > 0 {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{:>7}  {:>10}  {what}", heap.pictures, words::bytes(heap.bytes));
        }
    };
    row(saved, "saved: the oldest make room where the limit is reached");
    row(held, "not saved yet or in use: always kept");
    row(evidence, "charged without a usable picture: kept for a refund claim");
    if accounts.len() > 1 {
        for share in accounts {
            row(&share.heap, &format!("of them for {}", share.label));
        }
    }
    if *arriving_bytes > 0 {
        let _ = write!(text, "\n{:>19}  on its way", words::bytes(*arriving_bytes));
    }
    if let Some(oldest) = oldest {
        let _ = write!(text, "\nThe oldest is of {}.", oldest.get(..10).unwrap_or(oldest));
    }
    if let Some(free) = disk_free {
        let _ = write!(text, "\nFree on its disk: {}.", words::bytes(*free));
    }
    text
}

fn list(kept: &[KeptLine], json: bool, out: &Out) {
    if json {
        for line in kept {
            out.json(&Line {
                name: line.name.as_deref(),
                account: line.account.as_deref(),
                at: &line.at,
                bytes: line.bytes,
                charged: line.charged.as_deref(),
                state: state_word(line.state),
                saved_to: line.saved_to.as_ref().map(|path| path.display().to_string()),
                there: line.there,
            });
        }
        return;
    }
    if kept.is_empty() {
        out.line("Nothing is kept yet.");
        return;
    }
    let name = |line: &KeptLine| line.name.clone().unwrap_or_else(|| "a picture".to_owned());
    let widest = kept.iter().map(|line| console::measure_text_width(&name(line))).max().unwrap_or(0).min(32);
    for line in kept {
        let when = line.at.get(..10).unwrap_or(&line.at);
        let tail = if out.drawings { "…" } else { "~" };
        let name = name(line);
        let name = console::pad_str(&name, widest, Alignment::Left, Some(tail));
        out.line(format!("{when}  {name}  {:>10}  {}", words::bytes(line.bytes), place(line)).trim_end());
    }
}

/// Where its picture is, or why it is kept.
fn place(line: &KeptLine) -> String {
    match (line.state, &line.saved_to) {
        (KeptState::Saved | KeptState::InUse, Some(path)) if line.there => path.display().to_string(),
        (KeptState::Saved | KeptState::InUse, Some(path)) => format!("{} (not there any more)", path.display()),
        (KeptState::Saved | KeptState::InUse, None) => "shown as a preview".to_owned(),
        (KeptState::NotSaved, _) => "not saved yet".to_owned(),
        (KeptState::Unknown, _) => "unknown to the books".to_owned(),
        (KeptState::Evidence, _) => "charged without a usable picture".to_owned(),
    }
}

const fn state_word(state: KeptState) -> &'static str {
    match state {
        KeptState::Saved => "saved",
        KeptState::NotSaved => "not_saved",
        KeptState::InUse => "in_use",
        KeptState::Unknown => "unknown",
        KeptState::Evidence => "evidence",
    }
}
