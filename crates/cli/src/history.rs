//! `clearcut history`: what was asked of the service and what became of it, as a table, as CSV, as JSON; and a receipt's picture
//! once more, free.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use clearcut_app::Credits;
use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{DayView, HistoryFilter, HistoryRowView, HistoryState, HistoryView};
use console::{Alignment, Style};

use crate::args::{History, HistoryAction, HistoryShown};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};
use crate::{draw, words};

/// Lines of one page of the app.
const PAGE: u32 = 500;
/// How much of an id is shown: enough to tell lines apart, short enough to type.
const SHORT_ID: usize = 8;

/// Runs the command.
pub(crate) async fn history(
    asked: History,
    opening: Opening,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let done = match asked.action {
        Some(HistoryAction::Export { id, out: folder }) => Box::pin(export(&session, &id, &folder)).await,
        None => Box::pin(show(&session, asked.shown)).await,
    };
    session.close().await;
    done.map(|()| Exit::Done)
}

async fn show(session: &Session<'_>, asked: HistoryShown) -> Result<(), Problem> {
    let Session { app, out, .. } = session;
    let HistoryShown { search, state, from, to, limit, csv, json } = asked;
    let filter = HistoryFilter { text: search, state: state.map(Into::into), from, to, skip: 0, limit };
    match csv {
        Some(None) => {
            let text = app.history_csv(&filter)?;
            out.line(text.strip_suffix('\n').unwrap_or(&text));
        }
        Some(Some(file)) => {
            let text = app.history_csv(&filter)?;
            write_new(&file, text.as_bytes()).map_err(|error| not_written(&file, &error))?;
            out.talk(&format!("Written: {}", file.display()));
        }
        None => {
            let view = pages(session, filter).await?;
            if json {
                out.json(&view);
            } else {
                out.line(&table(&view, out));
            }
        }
    }
    Ok(())
}

/// As many lines as asked for, page by page.
async fn pages(session: &Session<'_>, filter: HistoryFilter) -> Result<HistoryView, Problem> {
    let wanted = filter.limit;
    let mut view = session.app.history(HistoryFilter { limit: wanted.min(PAGE), ..filter.clone() }).await?;
    loop {
        let have = u32::try_from(view.rows.len()).unwrap_or(u32::MAX);
        if have >= wanted.min(view.matching) {
            return Ok(view);
        }
        let limit = (wanted - have).min(PAGE);
        let more = session.app.history(HistoryFilter { skip: have, limit, ..filter.clone() }).await?;
        if more.rows.is_empty() {
            return Ok(view);
        }
        view.rows.extend(more.rows);
    }
}

async fn export(session: &Session<'_>, id: &str, folder: &Path) -> Result<(), Problem> {
    let id = whole_id(session, id.trim()).await?;
    let saved = session.app.export_receipt_to(&id, folder).await?;
    session.out.line(&saved.display().to_string());
    Ok(())
}

/// The id that ends as the short one which the table shows.
async fn whole_id(session: &Session<'_>, wanted: &str) -> Result<String, Problem> {
    let all = pages(session, HistoryFilter { limit: u32::MAX, ..HistoryFilter::default() }).await?;
    let ids = all.rows.into_iter().filter_map(|row| row.id).filter(|id| id.ends_with(wanted));
    let ids: Vec<String> = ids.collect();
    match ids.as_slice() {
        [id] if !wanted.is_empty() => Ok(id.clone()),
        [] => Err(Problem::new(
            Code::BadRequest,
            format!("No line of the history has the id {wanted}."),
            "`clearcut history` shows the ids.",
        )),
        _ => Err(Problem::new(
            Code::BadRequest,
            format!("More than one line of the history has an id that ends in {wanted}."),
            "`clearcut history --json` shows them in full.",
        )),
    }
}

/// A new file, whole or not at all: what could not be written to its end is taken away again.
fn write_new(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut written = File::options().write(true).create_new(true).open(file)?;
    written.write_all(bytes).and_then(|()| written.sync_all()).inspect_err(|_| drop(std::fs::remove_file(file)))
}

fn not_written(file: &Path, error: &std::io::Error) -> Problem {
    let shown = file.display();
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => Problem::new(
            Code::FileTrouble,
            format!("{shown} exists already, and Clearcut writes over nothing."),
            "Name another file.",
        ),
        _ => Problem::new(Code::FileTrouble, format!("Could not write {shown}: {error}."), ""),
    }
}

fn table(view: &HistoryView, out: &Out) -> String {
    let HistoryView { rows, matching, credits, days } = view;
    if rows.is_empty() {
        return "Nothing yet.".to_owned();
    }
    let mut text = days_line(days, out.drawings);
    let widest = rows.iter().map(|row| console::measure_text_width(&row.what)).max().unwrap_or(0);
    let widest = widest.min(out.width.saturating_sub(60).max(16));
    for row in rows {
        let HistoryRowView { id, at, what, credits, state, exportable, .. } = row;
        let when = at.get(..16).unwrap_or(at).replace('T', " ");
        let tail = if out.drawings { "…" } else { "~" };
        let name = console::pad_str(what, widest, Alignment::Left, Some(tail)).into_owned();
        let sum = credits.as_deref().unwrap_or(if *state == HistoryState::Account { "" } else { "unknown" });
        let id = id
            .as_deref()
            .filter(|_| *exportable)
            .map_or("", |id| id.get(id.len().saturating_sub(SHORT_ID)..).unwrap_or(id));
        let line = format!("{when}  {name}  {sum:>8}  {:<16}{:<14}{id}", state_word(*state), pocket(row));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let shown = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let lines = if *matching == 1 { "1 line".to_owned() } else { format!("{matching} lines") };
    let more = if shown < *matching { format!(", the newest {shown} shown") } else { String::new() };
    let _ = write!(text, "{lines}{more}; {} charged.", words::credits(credits));
    text
}

/// Credits a day as a line, where there were any.
fn days_line(days: &[DayView], drawings: bool) -> String {
    let of = |day: &DayView| {
        let DayView { subscription, rollover, payg, enterprise, elsewhere, .. } = day;
        [subscription, rollover, payg, enterprise, elsewhere]
            .into_iter()
            .filter_map(|text| draw::amount(text))
            .fold(Credits::ZERO, Credits::saturating_add)
    };
    let values: Vec<Credits> = days.iter().map(of).collect();
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if values.iter().any(|value| !value.is_zero()) => {
            let line = Style::new().blue().apply_to(draw::sparkline(&values, drawings));
            format!("Credits a day\n{} {line} {}\n\n", first.day, last.day)
        }
        _ => String::new(),
    }
}

/// Which pocket paid; both where two shared it.
fn pocket(row: &HistoryRowView) -> String {
    let HistoryRowView { subscription, rollover, payg, enterprise, .. } = row;
    let parts = [(subscription, "month"), (rollover, "rollover"), (payg, "PAYG"), (enterprise, "enterprise")];
    let paid = |amount: &Option<String>| amount.as_deref().is_some_and(|amount| amount != "0");
    parts.into_iter().filter(|(amount, _)| paid(amount)).map(|(_, name)| name).collect::<Vec<_>>().join("+")
}

const fn state_word(state: HistoryState) -> &'static str {
    match state {
        HistoryState::Paid => "paid",
        HistoryState::PaidLost => "paid, lost",
        HistoryState::NotCharged => "not charged",
        HistoryState::Unknown => "perhaps charged",
        HistoryState::UnderWay => "under way",
        HistoryState::Account => "",
    }
}

#[cfg(test)]
mod tests {
    use clearcut_app::views::SourceView;

    use super::*;

    fn row(what: &str, state: HistoryState, credits: Option<&str>) -> HistoryRowView {
        HistoryRowView {
            id: Some("01890a5d-ac96-774b-bcce-b302099a8057".to_owned()),
            at: "2026-11-22T09:30:00+01:00".to_owned(),
            what: what.to_owned(),
            options: "full".to_owned(),
            credits: credits.map(str::to_owned),
            basis: SourceView::Measured,
            subscription: credits.map(|_| "0".to_owned()),
            rollover: None,
            payg: credits.map(str::to_owned),
            enterprise: None,
            width: None,
            height: None,
            answer_bytes: None,
            state,
            batch: None,
            exportable: state == HistoryState::Paid,
        }
    }

    #[test]
    fn the_table_tells_pockets_states_and_ids_and_calls_nothing_zero_that_is_open() {
        let rows = vec![
            row("a.png", HistoryState::Paid, Some("1")),
            row("a-very-long-name-of-a-picture.png", HistoryState::Unknown, None),
        ];
        let view = HistoryView { rows, matching: 3, credits: "2".to_owned(), days: Vec::new() };
        let text = table(&view, &Out { interactive: false, drawings: true, width: 80 });
        assert_eq!(
            text,
            "2026-11-22 09:30  a.png                        1  paid            PAYG          099a8057\n\
             2026-11-22 09:30  a-very-long-name-of…   unknown  perhaps charged\n\
             3 lines, the newest 2 shown; 2 credits charged."
        );
    }

    #[test]
    fn a_file_that_exists_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("history.csv");
        write_new(&file, b"one").unwrap();
        assert!(not_written(&file, &write_new(&file, b"two").unwrap_err()).message.contains("exists already"));
        assert_eq!(std::fs::read(&file).unwrap(), b"one");
    }
}
