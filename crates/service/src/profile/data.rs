//! The built-in profiles, read from `profiles.json`. In that file every fact names its source, and every source has a date;
//! this module only turns the file into values. A test keeps the file whole.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use url::Url;

use super::{FactSource, Limits, Offers, Pages, Prices, Profile, ProfileKind, SizeLimit, clean_prefix};
use crate::wire::WireFormat;

const FILE: &str = include_str!("../../profiles.json");

/// The services known to this version, in the order in which they are offered. `other`, `carvekit` and `practice` have no
/// address of their own.
#[must_use]
pub fn builtin_profiles() -> Vec<Profile> {
    // The file is compiled in and a test reads it, so this cannot fail in a build that passed.
    read(FILE).unwrap_or_else(|error| {
        tracing::error!(%error, "the built-in profiles cannot be read");
        Vec::new()
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sources: BTreeMap<String, SourceEntry>,
    profiles: Vec<ProfileEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEntry {
    what: String,
    seen: Date,
}

/// A value and the name of its source.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact<T> {
    value: T,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileEntry {
    id: String,
    name: String,
    kind: KindEntry,
    prefix: Fact<Url>,
    #[serde(default)]
    needs_prefix: bool,
    auth_header: Fact<String>,
    max_bytes: Option<Fact<u64>>,
    max_input_megapixels: Option<Fact<String>>,
    megapixels_a_minute: Option<Fact<u32>>,
    max_megapixels: Option<Fact<Vec<SizeEntry>>>,
    ends_at: Option<Fact<Timestamp>>,
    #[serde(default)]
    pages: PagesEntry,
    account: Fact<bool>,
    improve: Fact<bool>,
    json: Fact<bool>,
    formats: Fact<Vec<String>>,
    service_previews: Fact<bool>,
    price_full: Fact<String>,
    price_preview: Fact<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindEntry {
    RemoveBg,
    Compatible,
    SelfHosted,
    Practice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SizeEntry {
    size: String,
    format: Option<String>,
    megapixels: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PagesEntry {
    key: Option<Fact<Url>>,
    upgrade: Option<Fact<Url>>,
    top_up: Option<Fact<Url>>,
    status: Option<Fact<Url>>,
    help: Option<Fact<Url>>,
    refund: Option<Fact<Url>>,
}

/// What is wrong with the file, in words.
type Problem = String;

fn read(text: &str) -> Result<Vec<Profile>, Problem> {
    let File { sources, profiles } = serde_json::from_str(text).map_err(|error| error.to_string())?;
    profiles.into_iter().map(|entry| profile(entry, &sources)).collect()
}

fn profile(entry: ProfileEntry, sources: &BTreeMap<String, SourceEntry>) -> Result<Profile, Problem> {
    let mut facts = Facts { sources, profile: entry.id.clone(), seen: Vec::new() };
    let sizes = facts.optional("max_megapixels", entry.max_megapixels)?.unwrap_or_default();
    let limits = Limits {
        max_bytes: facts.optional("max_bytes", entry.max_bytes)?,
        max_input_megapixels: facts
            .optional("max_input_megapixels", entry.max_input_megapixels)?
            .map(|text| word(&text))
            .transpose()?,
        megapixels_a_minute: facts.optional("megapixels_a_minute", entry.megapixels_a_minute)?,
        max_megapixels: sizes.into_iter().map(size_limit).collect::<Result<_, _>>()?,
    };
    let pages = Pages {
        key: facts.optional("pages.key", entry.pages.key)?,
        upgrade: facts.optional("pages.upgrade", entry.pages.upgrade)?,
        top_up: facts.optional("pages.top_up", entry.pages.top_up)?,
        status: facts.optional("pages.status", entry.pages.status)?,
        help: facts.optional("pages.help", entry.pages.help)?,
        refund: facts.optional("pages.refund", entry.pages.refund)?,
    };
    let formats = facts.known("formats", entry.formats)?;
    let offers = Offers {
        account: facts.known("account", entry.account)?,
        improve: facts.known("improve", entry.improve)?,
        json: facts.known("json", entry.json)?,
        formats: formats.iter().map(|format| word(format)).collect::<Result<_, _>>()?,
        service_previews: facts.known("service_previews", entry.service_previews)?,
    };
    let prices = Prices {
        full: word(&facts.known("price_full", entry.price_full)?)?,
        preview: word(&facts.known("price_preview", entry.price_preview)?)?,
    };
    Ok(Profile {
        kind: match entry.kind {
            KindEntry::RemoveBg => ProfileKind::RemoveBg,
            KindEntry::Compatible => ProfileKind::Compatible,
            KindEntry::SelfHosted => ProfileKind::SelfHosted,
            KindEntry::Practice => ProfileKind::Practice,
        },
        prefix: clean_prefix(facts.known("prefix", entry.prefix)?).map_err(|error| error.to_string())?,
        needs_prefix: entry.needs_prefix,
        auth_header: facts.known("auth_header", entry.auth_header)?,
        ends_at: facts.optional("ends_at", entry.ends_at)?,
        id: entry.id,
        name: entry.name,
        limits,
        pages,
        offers,
        prices,
        facts: facts.seen,
    })
}

fn size_limit(entry: SizeEntry) -> Result<SizeLimit, Problem> {
    let SizeEntry { size, format, megapixels } = entry;
    Ok(SizeLimit {
        size: word(&size)?,
        format: format.as_deref().map(word::<WireFormat>).transpose()?,
        megapixels: word(&megapixels)?,
    })
}

/// Reads a word of the wire format or a decimal.
fn word<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error| format!("{text:?}: {error}"))
}

/// Unwraps facts and notes where they come from.
struct Facts<'a> {
    sources: &'a BTreeMap<String, SourceEntry>,
    profile: String,
    seen: Vec<FactSource>,
}

impl Facts<'_> {
    fn known<T>(&mut self, name: &str, fact: Fact<T>) -> Result<T, Problem> {
        let source = self
            .sources
            .get(&fact.source)
            .ok_or_else(|| format!("{}: {name} names the unknown source {:?}", self.profile, fact.source))?;
        self.seen.push(FactSource { fact: name.to_owned(), seen: source.seen, source: source.what.clone() });
        Ok(fact.value)
    }

    fn optional<T>(&mut self, name: &str, fact: Option<Fact<T>>) -> Result<Option<T>, Problem> {
        fact.map(|fact| self.known(name, fact)).transpose()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_file_is_whole() {
        let ids: Vec<String> = read(FILE).unwrap().into_iter().map(|profile| profile.id).collect();
        assert_eq!(ids, ["removebg", "pixian", "pixmiller", "lassocut", "snipmat", "carvekit", "other", "practice"]);
    }

    #[test]
    fn every_fact_has_a_date_and_a_source_and_every_source_is_used() {
        let file: File = serde_json::from_str(FILE).unwrap();
        let mut used = BTreeSet::new();
        for profile in read(FILE).unwrap() {
            assert!(profile.facts.len() >= 7, "{} has facts without a source", profile.id);
            used.extend(profile.facts.into_iter().map(|fact| fact.source));
        }
        assert!(file.sources.values().all(|source| used.contains(&source.what)));
    }

    #[test]
    fn the_known_end_of_remove_bg_is_nine_in_the_morning_central_european_time() {
        let end = builtin_profiles().remove(0).ends_at.unwrap();
        assert_eq!(end, "2026-12-01T08:00:00Z".parse().unwrap());
    }

    #[test]
    fn an_unknown_source_is_a_problem() {
        let text = FILE.replacen("\"source\": \"api\"", "\"source\": \"hearsay\"", 1);
        assert!(read(&text).unwrap_err().contains("hearsay"));
    }

    #[test]
    fn only_vendors_have_an_address_of_their_own_and_it_is_encrypted() {
        for profile in builtin_profiles() {
            let vendor = matches!(profile.kind, ProfileKind::RemoveBg | ProfileKind::Compatible);
            assert_eq!(vendor, !profile.needs_prefix, "{}", profile.id);
            assert!(!vendor || profile.prefix.scheme() == "https", "{}", profile.id);
        }
    }
}
