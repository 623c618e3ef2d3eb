//! The quote sheet: what pictures would cost, by pocket and in drawing order, which lines the run would cross, and what each
//! choice comes to. Spends nothing; the sums are `clearcut_credits`'.

use std::path::PathBuf;

use clearcut_batch::{Estimate, Order, Takes};
use clearcut_credits::{ByPocket, Choice, Credits, Level, PaidFrom, Pocket, Quote, Stretch, crossings};

use clearcut_store::DiskFiles;

use crate::app::{App, blocking};
use crate::desk::Desk;
use crate::download::amount;
use crate::drives::{self, Need, Tightest};
use crate::orders::{PlannedOrders, Saving};
use crate::problem::Problem;
use crate::prompts;
use crate::views::{ChoiceView, OutputOptions, PictureId, PocketView, QuoteView, SpendChoice, StretchView};
use crate::words;

impl App {
    /// What downloading these pictures would cost, and what can be chosen; with `cap`, also how far that many credits reach.
    ///
    /// # Errors
    /// When a picture is unknown, the options or the cap make no sense, or the ledger cannot be read.
    pub async fn quote(
        &self,
        pictures: Vec<PictureId>,
        options: OutputOptions,
        cap: Option<String>,
    ) -> Result<QuoteView, Problem> {
        self.quote_with_unreadable(pictures, options, cap, 0).await
    }

    /// [`quote`](Self::quote) for the terminal: `unreadable` files were named that are no pictures.
    ///
    /// # Errors
    /// As [`quote`](Self::quote).
    pub async fn quote_with_unreadable(
        &self,
        pictures: Vec<PictureId>,
        options: OutputOptions,
        cap: Option<String>,
        unreadable: usize,
    ) -> Result<QuoteView, Problem> {
        self.quote_saving(pictures, options, cap, unreadable, &Saving::default()).await
    }

    /// [`quote_with_unreadable`](Self::quote_with_unreadable) for results that are saved as `saving` says: pictures whose results exist are
    /// left out of it where they would be left out of the run.
    ///
    /// # Errors
    /// As [`quote`](Self::quote).
    pub async fn quote_saving(
        &self,
        pictures: Vec<PictureId>,
        options: OutputOptions,
        cap: Option<String>,
        unreadable: usize,
        saving: &Saving,
    ) -> Result<QuoteView, Problem> {
        let cap = cap.as_deref().map(amount).transpose()?;
        let desk = self.desk();
        let PlannedOrders { orders, existing, unnamed } = self.plan_orders(&pictures, &options, saving, None).await?;
        let orders: Vec<Order> = orders.into_iter().map(|(_, order)| order).collect();
        let folders: Vec<PathBuf> = orders.iter().map(|order| order.folder().to_path_buf()).collect();
        let estimate = estimate_orders(&desk, orders, unreadable + unnamed.len()).await?;
        let reading = desk.read()?;
        let disk = self.disk(folders, &estimate).await;
        let rules = desk.rules(self.settings().levels());
        let crossed = |quote: &Quote| crossings(&reading.state, reading.plan(), &rules, quote);
        let monthly = reading.plan().map(|plan| plan.monthly);
        let crossings = crossed(&estimate.quote)
            .into_iter()
            .map(|level| {
                let at = estimate.first_where(|quote| crossed(quote).contains(&level));
                crossing(level, at, monthly, &estimate.quote)
            })
            .collect();
        let prompt = prompts::of_quote(&desk, &reading, &estimate.quote);
        Ok(sheet(&estimate, cap, crossings, prompt, disk, existing.len()))
    }

    /// What the pictures take from the account of `desk`, whichever one is at work; one item for each, in the order asked.
    pub(crate) async fn estimate(
        &self,
        desk: &Desk,
        pictures: &[PictureId],
        options: &OutputOptions,
        unreadable: usize,
    ) -> Result<Estimate, Problem> {
        estimate_orders(desk, self.unnamed_orders(pictures, options)?, unreadable).await
    }

    /// Room for the results, and for the answers that are kept.
    async fn disk(&self, folders: Vec<PathBuf>, estimate: &Estimate) -> Tightest {
        let takes: Vec<Takes> = estimate.takes().collect();
        let vault = self.folders.vault();
        let tightest = blocking(move || {
            let kept: u64 = takes.iter().map(|takes| takes.kept).sum();
            let kept = (kept > 0).then_some((vault, Need { most: kept, usual: kept }));
            let results = folders.into_iter().zip(&takes);
            let results = results.map(|(folder, takes)| (folder, Need { most: takes.most, usual: takes.usual }));
            drives::tightest(&DiskFiles, results.chain(kept))
        });
        tightest.await.unwrap_or_default()
    }
}

/// What these orders take from the account of `desk`.
pub(crate) async fn estimate_orders(desk: &Desk, orders: Vec<Order>, unreadable: usize) -> Result<Estimate, Problem> {
    let spender = desk.spender.clone();
    blocking(move || spender.estimate(&orders, unreadable)).await?.map_err(|error| words::batch(&error, "the quote"))
}

/// The choice as the room of the money knows it: what is paid is the same whether the rest is left or cut out here.
pub(crate) fn choice(choice: &SpendChoice) -> Result<Choice, Problem> {
    Ok(match choice {
        SpendChoice::UsePayg => Choice::UsePayg,
        SpendChoice::StopBeforePayg | SpendChoice::RestOnDevice => Choice::StopBeforePayg,
        SpendChoice::Cap { credits } => Choice::Cap(amount(credits)?),
    })
}

fn sheet(
    estimate: &Estimate,
    cap: Option<Credits>,
    crossings: Vec<String>,
    prompt: Option<crate::views::PromptView>,
    disk: Tightest,
    existing: usize,
) -> QuoteView {
    let Quote {
        pictures,
        charged,
        cost,
        by_pocket,
        stretches,
        payg_from,
        ends_at,
        left_after,
        already_paid,
        duplicates,
        unreadable,
        oversized,
    } = &estimate.quote;
    let ByPocket { free_previews, subscription, rollover, payg, enterprise, untold, uncovered } = by_pocket;
    let rollover = rollover.unwrap_or_default();
    QuoteView {
        pictures: *pictures,
        charged: *charged,
        cost: cost.to_string(),
        free_previews: *free_previews,
        subscription: subscription.less(rollover).to_string(),
        rollover: rollover.to_string(),
        payg: payg.to_string(),
        enterprise: enterprise.to_string(),
        untold: untold.to_string(),
        uncovered: uncovered.to_string(),
        stretches: stretches.iter().map(stretch).collect(),
        payg_from: *payg_from,
        ends_at: *ends_at,
        left_after: left_after.map(|left| left.to_string()),
        already_paid: *already_paid,
        duplicates: *duplicates,
        unreadable: *unreadable,
        oversized: *oversized,
        copies: words::copies(&estimate.copies()),
        bytes_up: estimate.bytes_up(),
        disk_bytes: disk.most,
        disk_free: disk.free,
        disk_short: disk.short,
        existing,
        at_least_s: estimate.at_least_s(),
        crossings,
        choices: choices(estimate, cap),
        prompt,
    }
}

fn stretch(stretch: &Stretch) -> StretchView {
    let Stretch { from, pictures, credits } = stretch;
    let pocket = match from {
        PaidFrom::Pocket(Pocket::FreePreviews) => PocketView::FreePreviews,
        PaidFrom::Pocket(Pocket::Subscription) => PocketView::Subscription,
        PaidFrom::Pocket(Pocket::Rollover) => PocketView::Rollover,
        PaidFrom::Pocket(Pocket::Payg) => PocketView::Payg,
        PaidFrom::Pocket(Pocket::Enterprise) => PocketView::Enterprise,
        PaidFrom::Untold => PocketView::Untold,
        PaidFrom::Nowhere => PocketView::Uncovered,
    };
    StretchView { pocket, pictures: *pictures, credits: credits.to_string() }
}

/// What can be chosen: all, where no line is crossed; else each way with its numbers. A cap only where one was named.
fn choices(estimate: &Estimate, cap: Option<Credits>) -> Vec<ChoiceView> {
    let quote = &estimate.quote;
    let crosses = quote.payg_from.is_some() || quote.ends_at.is_some();
    let mut wanted = vec![SpendChoice::UsePayg];
    if crosses {
        wanted.extend([SpendChoice::StopBeforePayg, SpendChoice::RestOnDevice]);
    }
    wanted.extend(cap.map(|cap| SpendChoice::Cap { credits: cap.to_string() }));
    wanted.into_iter().filter_map(|wanted| Some(choice_view(estimate, choice(&wanted).ok()?, wanted))).collect()
}

fn choice_view(estimate: &Estimate, applied: Choice, choice: SpendChoice) -> ChoiceView {
    let chosen = estimate.choose(applied);
    let downloads = chosen.taken.iter().filter(|taken| **taken).count();
    let unreadable = estimate.items.iter().filter(|item| !item.readable).count();
    let rest = estimate.items.len() - unreadable - downloads;
    let on_device = if choice == SpendChoice::RestOnDevice { rest } else { 0 };
    ChoiceView {
        choice,
        downloads,
        charged: chosen.quote.charged,
        cost: chosen.quote.cost.to_string(),
        payg: chosen.quote.by_pocket.payg.to_string(),
        on_device,
        left_out: rest - on_device,
        left_after: chosen.quote.left_after.map(|left| left.to_string()),
    }
}

/// What a run would cross, and with which picture, counted from 1.
fn crossing(level: Level, at: usize, monthly: Option<Credits>, quote: &Quote) -> String {
    match (level, quote.ends_at) {
        (Level::Share(percent), _) => {
            let of = monthly.map_or(String::new(), |monthly| format!("{monthly} "));
            format!("{percent} % of the month's {of}credits with picture {at}.")
        }
        (Level::Payg, _) => format!("PAYG begins with picture {at}."),
        (Level::Low, _) => format!("Few credits are left after picture {at}."),
        (Level::Zero, Some(0)) => "The credits do not reach for a single picture.".to_owned(),
        (Level::Zero, Some(last)) => {
            format!("The credits end after picture {last}, {} short.", quote.by_pocket.uncovered)
        }
        (Level::Zero, None) => format!("No credits are left for another picture after picture {at}."),
    }
}
