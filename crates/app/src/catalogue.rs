//! The catalogue of plans and prices: dated data that ships with the program, because prices are badly sourced and change. The
//! user's own copy, `plans.json` beside the settings, comes first. Never a constant, and never part of what a charge is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clearcut_credits::{Credits, Money, Pack, PlanOffer};
use serde::Deserialize;

use crate::problem::{Code, Problem};
use crate::views::{CatalogueView, OfferView};

const SHIPPED: &str = include_str!("../catalogue.json");

/// The user's own copy.
const FILE: &str = "plans.json";

/// The file as it lies on disk.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dated: String,
    source: String,
    services: BTreeMap<String, Service>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    currency: String,
    plans: Vec<Offer>,
    packs: Vec<PackEntry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    name: String,
    monthly: String,
    price: String,
    rollover_months: Option<u32>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackEntry {
    credits: String,
    price: String,
}

/// What one service sells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Catalogue {
    pub(crate) dated: String,
    pub(crate) source: String,
    pub(crate) currency: String,
    /// Smallest first.
    pub(crate) plans: Vec<(PlanOffer, Option<u32>)>,
    pub(crate) packs: Vec<Pack>,
    /// Whether it is the user's own.
    pub(crate) own: bool,
}

impl Catalogue {
    /// The plans alone.
    pub(crate) fn offers(&self) -> Vec<PlanOffer> {
        self.plans.iter().map(|(offer, _)| offer.clone()).collect()
    }

    pub(crate) fn view(&self) -> CatalogueView {
        CatalogueView {
            dated: self.dated.clone(),
            source: self.source.clone(),
            currency: self.currency.clone(),
            plans: self
                .plans
                .iter()
                .map(|(offer, rollover_months)| OfferView {
                    name: offer.name.clone(),
                    monthly: offer.monthly.to_string(),
                    price: offer.price.to_string(),
                    rollover_months: *rollover_months,
                })
                .collect(),
            own: self.own,
        }
    }
}

/// The catalogue of the service with this profile: the user's own where there is one that makes sense.
///
/// # Errors
/// When the user's own file cannot be read; the sentence names the place.
pub(crate) fn load(folder: &Path, service: &str) -> Result<Catalogue, Problem> {
    let path = own_file(folder);
    match std::fs::read_to_string(&path) {
        Ok(text) => read(&text, service, true).map_err(|reason| {
            Problem::new(
                Code::FileTrouble,
                format!("The list of plans in {} cannot be read: {reason}.", path.display()),
                "Mend it, or delete it: then the list that came with Clearcut is used.",
            )
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(shipped(service)),
        Err(error) => Err(crate::words::file(&error, "read", &path)),
    }
}

/// The catalogue that came with the program.
pub(crate) fn shipped(service: &str) -> Catalogue {
    // The file is compiled in and a test reads it, so this cannot fail in a build that passed.
    read(SHIPPED, service, false).unwrap_or_default()
}

/// The user's own file, made from the shipped one where there is none yet.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn make_own(folder: &Path) -> Result<PathBuf, Problem> {
    let path = own_file(folder);
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = match std::fs::File::options().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
            opened => opened?,
        };
        std::io::Write::write_all(&mut file, SHIPPED.as_bytes())
    };
    write().map_err(|error| crate::words::file(&error, "write", &path))?;
    Ok(path)
}

fn own_file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

fn read(text: &str, service: &str, own: bool) -> Result<Catalogue, String> {
    let File { dated, source, mut services } = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Service { currency, plans, packs } = services.remove(service).unwrap_or_default();
    let credits = |text: &str| match text.parse::<Credits>() {
        Ok(credits) if credits > Credits::ZERO => Ok(credits),
        _ => Err(format!("“{text}” is no number of credits")),
    };
    let price = |text: &str| text.parse::<Money>().map_err(|_| format!("“{text}” is no price"));
    let mut plans = plans
        .into_iter()
        .map(|Offer { name, monthly, price: cost, rollover_months }| {
            Ok((PlanOffer { name, monthly: credits(&monthly)?, price: price(&cost)? }, rollover_months))
        })
        .collect::<Result<Vec<_>, String>>()?;
    plans.sort_by_key(|(offer, _)| offer.monthly);
    let packs = packs
        .into_iter()
        .map(|PackEntry { credits: count, price: cost }| Ok(Pack { credits: credits(&count)?, price: price(&cost)? }))
        .collect::<Result<Vec<_>, String>>()?;
    Ok(Catalogue { dated, source, currency, plans, packs, own })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_shipped_list_is_whole_and_dated() {
        for service in ["removebg", "practice"] {
            let catalogue = read(SHIPPED, service, false).unwrap();
            assert!(!catalogue.plans.is_empty() && !catalogue.packs.is_empty(), "{service}");
            assert!(catalogue.dated.parse::<jiff::civil::Date>().is_ok());
            assert!(catalogue.plans.windows(2).all(|pair| pair[0].0.monthly < pair[1].0.monthly));
        }
        assert!(shipped("nobody").plans.is_empty(), "a service nobody knows sells nothing");
    }

    #[test]
    fn the_users_own_list_comes_first_and_a_broken_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!load(folder.path(), "removebg").unwrap().own);
        let path = make_own(folder.path()).unwrap();
        assert!(load(folder.path(), "removebg").unwrap().own);
        std::fs::write(&path, SHIPPED.replace("\"9\"", "\"7.50\"")).unwrap();
        assert_eq!(make_own(folder.path()).unwrap(), path, "what the user wrote is not written over");
        assert_eq!(load(folder.path(), "removebg").unwrap().plans[0].0.price.to_string(), "7.50");
        std::fs::write(&path, "{").unwrap();
        let problem = load(folder.path(), "removebg").unwrap_err();
        assert!(problem.message.contains("plans.json"), "{problem}");
    }
}
