//! `clearcut archive`: everything into one file, and out of one. It spends nothing and sends nothing.

use clearcut_app::problem::Problem;
use clearcut_app::views::{ArchiveAccount, ArchiveLoaded, ArchiveSaved};
use serde::Serialize;

use crate::args::{Archive, ArchiveAction};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};
use crate::words;

/// The document of `load --json`.
#[derive(Serialize)]
struct Loaded {
    accounts: Vec<ArchiveAccount>,
    pictures: u32,
    settings: Vec<String>,
}

/// Runs the command.
pub(crate) async fn archive(
    asked: Archive,
    opening: Opening,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let done = Box::pin(perform(asked, &session)).await;
    session.close().await;
    done.map(|()| Exit::Done)
}

async fn perform(asked: Archive, session: &Session<'_>) -> Result<(), Problem> {
    let Session { app, out, interrupt, .. } = session;
    let Archive { action, json } = asked;
    let stopping = async {
        interrupt.stopped().await;
        // It ends by itself then, with its problem.
        let _nothing_can_fail = app.stop_archive().await;
        std::future::pending::<()>().await;
    };
    match action {
        ArchiveAction::Save { file, replace } => {
            let saved = tokio::select! {
                saved = app.save_archive_to(file, replace) => saved?,
                () = stopping => return Ok(()),
            };
            if json { out.json(&saved) } else { out.line(&saved_words(&saved)) }
        }
        ArchiveAction::Load { file } => {
            let loaded = tokio::select! {
                loaded = app.load_archive_from(file) => loaded?,
                () = stopping => return Ok(()),
            };
            let ArchiveLoaded { accounts, pictures, settings, overview: _ } = loaded;
            if json {
                out.json(&Loaded { accounts, pictures, settings });
            } else {
                accounts.iter().for_each(|account| out.line(&account.text));
                if accounts.is_empty() {
                    out.line("There is no account in it beside the practice account, which stays with its computer.");
                }
                settings.iter().for_each(|sentence| out.line(sentence));
                let kept = words::pictures(usize::try_from(pictures).unwrap_or(usize::MAX));
                out.line(&format!("Paid pictures that came: {kept}."));
            }
        }
    }
    Ok(())
}

fn saved_words(saved: &ArchiveSaved) -> String {
    let ArchiveSaved { name, accounts, pictures, left_out, bytes } = saved;
    let number = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let accounts = if *accounts == 1 { "1 account".to_owned() } else { format!("{accounts} accounts") };
    let mut text = format!(
        "{name}: {accounts}, {} kept, {}. Keys are not in it.",
        words::pictures(number(*pictures)),
        words::bytes(*bytes)
    );
    if *left_out > 0 {
        text.push_str(&format!("\n{} cannot be read and were left out.", words::pictures(number(*left_out))));
    }
    if accounts != "0 accounts" {
        text.push_str("\nUse these accounts on one of the two computers only from now on.");
    }
    text
}
