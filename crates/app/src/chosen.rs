//! A choice applied to a list of pictures, for whoever fetches them one by one: which ones it downloads, which it leaves, and how
//! many the quote saw paid without pay-as-you-go. The window's download applies the same choice ([`crate::download`]).

use clearcut_batch::Estimate;
use clearcut_credits::{Choice, Credits, Item, Purpose};

use crate::app::App;
use crate::convert;
use crate::problem::Problem;
use crate::queue::before_payg;
use crate::sheet;
use crate::views::{OutputOptions, Page, PictureId, SpendChoice};

/// What a choice does with each picture, in the order asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenRun {
    /// What it costs in all, a decimal string: the sum to agree to.
    pub cost: String,
    /// Of it from pay-as-you-go.
    pub payg: String,
    /// The first picture that pay-as-you-go would pay, counted among those asked about.
    pub payg_from: Option<usize>,
    /// What becomes of each picture.
    pub turns: Vec<Turn>,
    /// What each would be charged: nothing where it is paid already, the twin of one before it, or a free preview.
    pub charges: Vec<Credits>,
    /// So many charged pictures, the first ones, are quoted as paid without pay-as-you-go: where it would have to pay one of
    /// them, other use came between, and nothing more may be sent.
    pub before_payg: usize,
}

/// What becomes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Downloaded: charged, or free where it is paid already.
    Download,
    /// Left out: beyond the line that the choice draws.
    Beyond,
    /// The service would refuse it.
    Oversized,
}

impl App {
    /// What `choice` does with these pictures. Spends nothing.
    ///
    /// # Errors
    /// When a picture is unknown, the options or the cap make no sense, or the ledger cannot be read.
    pub async fn chosen(
        &self,
        pictures: &[PictureId],
        options: &OutputOptions,
        choice: &SpendChoice,
    ) -> Result<ChosenRun, Problem> {
        let estimate = self.estimate(&self.desk(), pictures, options, 0).await?;
        let applied: Choice = sheet::choice(choice)?;
        let chosen = estimate.choose(applied);
        let turns = estimate.items.iter().zip(&chosen.taken).map(|(item, taken)| match taken {
            true => Turn::Download,
            false if item.oversized => Turn::Oversized,
            false => Turn::Beyond,
        });
        Ok(ChosenRun {
            cost: chosen.quote.cost.to_string(),
            payg: chosen.quote.by_pocket.payg.to_string(),
            payg_from: chosen.quote.payg_from,
            turns: turns.collect(),
            charges: charges(&estimate),
            before_payg: before_payg(&estimate.purse, &chosen.quote),
        })
    }

    /// The address of one of the service's pages; for the terminal, which prints it.
    pub fn page_address(&self, page: Page) -> Option<String> {
        convert::page_address(&self.desk().profile.pages, page).map(ToString::to_string)
    }
}

/// What each picture is charged when all of them are sent in this order.
fn charges(estimate: &Estimate) -> Vec<Credits> {
    let mut pockets = estimate.purse.pockets;
    let charge = |item: &Item| {
        if item.already_paid || item.duplicate {
            return Credits::ZERO;
        }
        let free = item.purpose == Purpose::Preview && pockets.take_free_preview();
        if free { Credits::ZERO } else { item.price }
    };
    estimate.items.iter().map(charge).collect()
}
