//! History: what was asked of a service and what became of it, picture by picture and batch by batch; as CSV; and a receipt's
//! picture once more, free. Reads records, spends nothing.

use std::path::{Path, PathBuf};

use clearcut_credits::{AttemptId, Credits, Event as Booked, Source};
use clearcut_store::{HistoryKind, HistoryRow, Period};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::app::{App, blocking};
use crate::problem::{Code, Problem};
use crate::views::{HistoryFilter, HistoryRowView, HistoryState, HistoryView};
use crate::{convert, days, outlook, whole_file, words};

/// Lines of one page at most.
const PAGE: u32 = 500;
/// Days of the chart where none were asked for.
const DAYS_SHOWN: i32 = 35;
/// Days of the chart at most.
const DAYS_AT_MOST: i32 = 366;

impl App {
    /// What was asked of the service and what became of it.
    ///
    /// # Errors
    /// When a day of the filter is none, or records cannot be read.
    pub async fn history(&self, filter: HistoryFilter) -> Result<HistoryView, Problem> {
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        blocking(move || me.history_now(&filter)).await?
    }

    fn history_now(&self, filter: &HistoryFilter) -> Result<HistoryView, Problem> {
        let zone = TimeZone::system();
        let (from, to) = bounds(filter)?;
        let rows = self.matching(filter)?;
        let credits = rows.iter().filter(|row| is_charged(row)).map(|row| row.amount).sum::<Credits>();
        let matching = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let page = rows.into_iter().skip(filter.skip as usize).take(filter.limit.min(PAGE) as usize);
        let last = to.unwrap_or_else(|| days::local(self.ground.clock.now()));
        let earliest = last.checked_sub((DAYS_AT_MOST - 1).days()).unwrap_or(last);
        let usual = last.checked_sub((DAYS_SHOWN - 1).days()).unwrap_or(last);
        let first = from.unwrap_or(usual).max(earliest).min(last);
        let spent = self.spent(&self.desk(), period(Some(first), Some(last), &zone))?;
        Ok(HistoryView {
            rows: page.map(|row| self.row_view(&row, &zone)).collect(),
            matching,
            credits: credits.to_string(),
            days: outlook::day_views(&spent, &zone, first, last),
        })
    }

    /// The lines of the filter, newest first.
    fn matching(&self, filter: &HistoryFilter) -> Result<Vec<HistoryRow>, Problem> {
        let (from, to) = bounds(filter)?;
        let text = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_lowercase);
        let period = period(from, to, &TimeZone::system());
        let mut rows =
            self.ground.store.history(self.desk().account.id, period).map_err(|error| words::store(&error))?;
        rows.retain(|row| {
            filter.state.is_none_or(|wanted| wanted == state(row))
                && text.as_ref().is_none_or(|text| what(row).to_lowercase().contains(text))
        });
        Ok(rows)
    }

    fn row_view(&self, row: &HistoryRow, zone: &TimeZone) -> HistoryRowView {
        let HistoryRow { at, kind, attempt, job, options, batch, basis, drawn, width, height, answer_bytes, .. } = row;
        let kept = row.vault_entry.as_ref().is_some_and(|entry| self.folders.vault().join(entry).exists());
        HistoryRowView {
            id: attempt.filter(|_| !matches!(kind, HistoryKind::Account(_))).map(|attempt| attempt.to_string()),
            at: at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            what: what(row),
            options: options.as_deref().map(in_words).unwrap_or_default(),
            credits: amount(row).map(|credits| credits.to_string()),
            basis: convert::source(if matches!(kind, HistoryKind::Account(_)) { Source::Inferred } else { *basis }),
            subscription: drawn.map(|drawn| drawn.subscription.to_string()),
            rollover: drawn.and_then(|drawn| drawn.rollover).map(|rollover| rollover.to_string()),
            payg: drawn.map(|drawn| drawn.payg.to_string()),
            enterprise: drawn.map(|drawn| drawn.enterprise.to_string()),
            width: *width,
            height: *height,
            answer_bytes: *answer_bytes,
            state: state(row),
            batch: batch.map(|batch| batch.to_string()),
            exportable: kept && job.is_some(),
        }
    }

    /// Saves the lines of the filter as CSV where the user chooses.
    ///
    /// # Errors
    /// As [`history`](Self::history), and when the file cannot be written.
    pub async fn export_history(&self, filter: HistoryFilter) -> Result<Option<String>, Problem> {
        let today = days::local(self.ground.clock.now());
        let Some(file) = self.host.choose_save(&format!("clearcut-history-{today}.csv")).await else {
            return Ok(None);
        };
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        blocking(move || {
            let text = me.history_csv(&filter)?;
            // The dialog has asked whether a file that is there may go.
            whole_file::write(&file, text.as_bytes()).map_err(|error| words::file(&error, "write", &file))?;
            Ok(Some(crate::intake::file_name(&file)))
        })
        .await?
    }

    /// The lines of the filter as CSV (RFC 4180), amounts as decimals, times with the computer's offset.
    ///
    /// # Errors
    /// As [`history`](Self::history).
    pub fn history_csv(&self, filter: &HistoryFilter) -> Result<String, Problem> {
        let zone = TimeZone::system();
        let mut text = COLUMNS.join(",");
        text.push_str("\r\n");
        for row in self.matching(filter)? {
            let view = self.row_view(&row, &zone);
            let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
            let fields = [
                view.at,
                view.what,
                word(view.state).to_owned(),
                view.credits.unwrap_or_default(),
                row.basis.as_str().to_owned(),
                view.subscription.unwrap_or_default(),
                view.rollover.unwrap_or_default(),
                view.payg.unwrap_or_default(),
                view.enterprise.unwrap_or_default(),
                view.options,
                number(view.width),
                number(view.height),
                view.answer_bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
                view.batch.unwrap_or_default(),
                view.id.unwrap_or_default(),
            ];
            text.push_str(&fields.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(","));
            text.push_str("\r\n");
        }
        Ok(text)
    }

    /// Exports the picture of a receipt once more, free, into a folder the user chooses.
    ///
    /// # Errors
    /// When there is no such receipt, its picture is not kept any more, or it cannot be written.
    pub async fn export_receipt(&self, id: String) -> Result<Option<String>, Problem> {
        let job = self.job_of(&id)?;
        let Some(folder) = self.host.choose_folder().await else { return Ok(None) };
        self.export_job(job, &folder).await.map(|file| Some(crate::intake::file_name(&file)))
    }

    /// [`export_receipt`](Self::export_receipt) into a folder that is known already.
    ///
    /// # Errors
    /// As [`export_receipt`](Self::export_receipt).
    pub async fn export_receipt_to(&self, id: &str, folder: &Path) -> Result<PathBuf, Problem> {
        self.export_job(self.job_of(id)?, folder).await
    }

    fn job_of(&self, id: &str) -> Result<clearcut_store::JobId, Problem> {
        let unknown = || Problem::new(Code::BadRequest, "There is no receipt for that line.", "");
        let attempt: AttemptId = id.parse().map_err(|_| unknown())?;
        let receipt = self.ground.store.receipt(attempt).map_err(|error| words::store(&error))?.ok_or_else(unknown)?;
        if receipt.account != self.desk().account.id {
            return Err(unknown());
        }
        receipt.job.ok_or_else(unknown)
    }

    async fn export_job(&self, job: clearcut_store::JobId, folder: &Path) -> Result<PathBuf, Problem> {
        let desk = self.desk();
        let saved = desk.spender.save_again(job, Some(folder), &clearcut_batch::NoWatcher).await;
        saved.map(|finished| finished.output).map_err(|error| words::batch(&error, "the receipt's picture"))
    }
}

const COLUMNS: [&str; 15] = [
    "time",
    "what",
    "state",
    "credits",
    "basis",
    "subscription",
    "rollover",
    "payg",
    "enterprise",
    "options",
    "width",
    "height",
    "answer_bytes",
    "batch",
    "request",
];

/// A field of CSV. One that a spreadsheet would take for a formula is kept from being one.
fn quoted(field: &str) -> String {
    let number = field.parse::<Credits>().is_ok();
    let formula = !number && field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

fn bounds(filter: &HistoryFilter) -> Result<(Option<Date>, Option<Date>), Problem> {
    let day =
        |text: &Option<String>| text.as_deref().filter(|text| !text.trim().is_empty()).map(days::parse).transpose();
    Ok((day(&filter.from)?, day(&filter.to)?))
}

fn period(from: Option<Date>, to: Option<Date>, zone: &TimeZone) -> Period {
    let begin = |day: Date| days::beginning(day, zone).unwrap_or(Timestamp::MIN);
    Period {
        from: from.map(begin),
        until: to.and_then(|day| day.tomorrow().ok()).map(|day| days::beginning(day, zone).unwrap_or(Timestamp::MAX)),
    }
}

fn state(row: &HistoryRow) -> HistoryState {
    match row.kind {
        HistoryKind::Paid => HistoryState::Paid,
        HistoryKind::PaidLost => HistoryState::PaidLost,
        HistoryKind::NotCharged => HistoryState::NotCharged,
        HistoryKind::Unknown => HistoryState::Unknown,
        HistoryKind::UnderWay => HistoryState::UnderWay,
        HistoryKind::Account(_) => HistoryState::Account,
    }
}

fn word(state: HistoryState) -> &'static str {
    match state {
        HistoryState::Paid => "paid",
        HistoryState::PaidLost => "paid, lost",
        HistoryState::NotCharged => "not charged",
        HistoryState::Unknown => "perhaps charged",
        HistoryState::UnderWay => "under way",
        HistoryState::Account => "account",
    }
}

fn is_charged(row: &HistoryRow) -> bool {
    matches!(row.kind, HistoryKind::Paid | HistoryKind::PaidLost)
}

/// Positive credits went, negative ones came; `None` while it is open.
fn amount(row: &HistoryRow) -> Option<Credits> {
    let came = |amount: Credits| Credits::ZERO.saturating_sub(amount);
    match row.kind {
        HistoryKind::Paid | HistoryKind::PaidLost => Some(row.amount),
        HistoryKind::NotCharged => Some(Credits::ZERO),
        HistoryKind::Unknown | HistoryKind::UnderWay => None,
        HistoryKind::Account(event) => match event {
            Booked::UsedElsewhere { subscription, payg } => Some(subscription.saturating_add(payg)),
            Booked::TopUp { payg } => Some(came(payg)),
            Booked::Wiped { subscription } => Some(subscription),
            Booked::Adjustment { subscription, payg } => Some(came(subscription.saturating_add(payg))),
            _ => None,
        },
    }
}

fn what(row: &HistoryRow) -> String {
    let HistoryKind::Account(event) = row.kind else {
        return row.name.clone().unwrap_or_else(|| "a picture".to_owned());
    };
    match event {
        Booked::UsedElsewhere { .. } => "Used elsewhere".to_owned(),
        Booked::TopUp { .. } => "Pay-as-you-go bought".to_owned(),
        Booked::Renewal { subscription, .. } => format!("Renewed to {}", words::credits(subscription)),
        Booked::CycleStated { .. } => "Renewal confirmed".to_owned(),
        Booked::Wiped { .. } => "Renewal failed, subscription credits taken back".to_owned(),
        Booked::PlanChange { monthly } => format!("Plan of {} a month", words::credits(monthly)),
        _ => "Adjusted to the service's balance".to_owned(),
    }
}

/// What was asked of the service, for people: `size=full&format=zip` → "Full size".
fn in_words(options: &str) -> String {
    let part = |pair: &str| match pair.split_once('=') {
        Some(("size", "preview")) => Some("Preview".to_owned()),
        Some(("size", "medium")) => Some("Medium size".to_owned()),
        Some(("size", "hd")) => Some("HD".to_owned()),
        Some(("size", "full")) => Some("Full size".to_owned()),
        Some(("size", size)) => Some(size.to_owned()),
        Some(("format", _)) | None => None,
        Some((name, value)) => Some(format!("{} {value}", name.replace('_', " "))),
    };
    options.split(['&', ';', '\n', ' ']).filter_map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("dog.jpg", "dog.jpg")]
    #[case::comma("a, b.jpg", "\"a, b.jpg\"")]
    #[case::quotes("the \"best\".png", "\"the \"\"best\"\".png\"")]
    #[case::formula("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    #[case::negative_number("-0.25", "-0.25")]
    #[case::dash("-rf.jpg", "'-rf.jpg")]
    fn fields_survive_a_spreadsheet(#[case] field: &str, #[case] written: &str) {
        assert_eq!(quoted(field), written);
    }
}
