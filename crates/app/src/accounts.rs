//! Which account is at work: the one the user named, or the one in use last, or the practice account. An account is a
//! record of its own; it is found by service, address and key, so that a new key never silently inherits another's ledger.
//! A key from the environment is used only where no key was kept, and never makes the choice.

use clearcut_credits::{Credits, Event as Booked, Plan, RenewalDay, Source};
use clearcut_imaging::fingerprint_bytes;
use clearcut_service::{ApiKey, Profile, ProfileKind, builtin_profiles};
use clearcut_store::{AccountId, AccountRow, Clock, PlanRow, Store, StoreError};
use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use url::Url;

use crate::catalogue::Catalogue;
use crate::keys::KeyStore;
use crate::practice::{PRACTICE_ACCOUNT, PRACTICE_LABEL, PracticePlan};
use crate::problem::{Code, Problem};
use crate::views::KeyPlace;
use crate::words;

/// Which account to open with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceChoice {
    /// The one in use last; the practice account at first.
    Remembered,
    /// A profile's id (`removebg`, `practice`, …) or a prefix (`http://127.0.0.1:8799/v1.0`).
    Named(String),
}

/// An account with everything needed to work for it.
pub(crate) struct Chosen {
    pub(crate) account: AccountRow,
    pub(crate) profile: Profile,
    pub(crate) key: Option<ApiKey>,
    pub(crate) place: KeyPlace,
    /// A plain sentence for the user, e.g. that a key was not used.
    pub(crate) note: Option<String>,
}

/// What choosing needs to know.
pub(crate) struct Chooser<'a> {
    pub(crate) store: &'a Store,
    pub(crate) keys: &'a dyn KeyStore,
    pub(crate) clock: &'a dyn Clock,
    /// The key from the environment.
    pub(crate) environment: Option<&'a ApiKey>,
    /// The account in use last.
    pub(crate) remembered: Option<AccountId>,
}

impl Chooser<'_> {
    /// Makes the choice. Blocks on the keyring, so call it off the async threads.
    pub(crate) fn choose(&self, choice: &ServiceChoice) -> Result<Chosen, Problem> {
        match choice {
            ServiceChoice::Remembered => match self.remembered.map(|id| self.store.account_get(id)).transpose() {
                Ok(Some(Some(account))) if account.id.0 != PRACTICE_ACCOUNT => {
                    let profile = profile_of(&account)?;
                    self.with_key(account, profile)
                }
                Ok(_) => self.practice(),
                Err(error) => Err(words::store(&error)),
            },
            ServiceChoice::Named(name) => {
                let profile = find_profile(name)?;
                if profile.kind == ProfileKind::Practice { self.practice() } else { self.of_service(profile) }
            }
        }
    }

    fn practice(&self) -> Result<Chosen, Problem> {
        let note = self.environment.map(|_| {
            "CLEARCUT_API_KEY is set and was not used, because the practice account is in use. Name the service with --service to use it.".to_owned()
        });
        let account = practice_account(self.store, self.clock.now())?;
        let profile = profile_by_id("practice")?;
        Ok(Chosen { account, profile, key: None, place: KeyPlace::NotNeeded, note })
    }

    fn of_service(&self, profile: Profile) -> Result<Chosen, Problem> {
        let mut accounts = self.store.account_list().map_err(|error| words::store(&error))?;
        accounts.retain(|account| account.profile == profile.id && account.prefix == profile.prefix.as_str());
        // The one in use last, then the newest: what the user typed last.
        accounts.sort_by_key(|account| (Some(account.id) == self.remembered, account.created_at));
        for account in accounts.iter().rev() {
            if let Some((key, place)) = self.keys.get(account.id.0) {
                return Ok(self.kept(account.clone(), profile, key, place));
            }
        }
        match self.environment {
            Some(key) => self.by_environment(profile, key),
            None if profile.kind == ProfileKind::SelfHosted => {
                let account = self.find_or_create(&profile, None)?;
                Ok(Chosen { account, profile, key: None, place: KeyPlace::NotNeeded, note: None })
            }
            None => Err(words::key_missing(&profile.name)),
        }
    }

    fn with_key(&self, account: AccountRow, profile: Profile) -> Result<Chosen, Problem> {
        if let Some((key, place)) = self.keys.get(account.id.0) {
            return Ok(self.kept(account, profile, key, place));
        }
        match (self.environment, &account.key_tag) {
            (Some(key), _) => self.by_environment(profile, key),
            (None, None) => Ok(Chosen { account, profile, key: None, place: KeyPlace::NotNeeded, note: None }),
            (None, Some(_)) => {
                let note = format!("The key for {} is not in the keyring. Enter it again to download.", account.label);
                Ok(Chosen { account, profile, key: None, place: KeyPlace::Missing, note: Some(note) })
            }
        }
    }

    fn kept(&self, account: AccountRow, profile: Profile, key: ApiKey, place: KeyPlace) -> Chosen {
        let other = self.environment.filter(|environment| tag(environment) != tag(&key));
        let note = other.map(|_| {
            format!("CLEARCUT_API_KEY is set and was not used: the key you entered for {} comes first.", account.label)
        });
        Chosen { account, profile, key: Some(key), place, note }
    }

    fn by_environment(&self, profile: Profile, key: &ApiKey) -> Result<Chosen, Problem> {
        let account = self.find_or_create(&profile, Some(key))?;
        Ok(Chosen { account, profile, key: Some(key.clone()), place: KeyPlace::Environment, note: None })
    }

    /// The account of this service, address and key; a new one where there is none.
    pub(crate) fn find_or_create(&self, profile: &Profile, key: Option<&ApiKey>) -> Result<AccountRow, Problem> {
        let tag = key.map(tag);
        let prefix = profile.prefix.as_str();
        let found =
            self.store.find_account(&profile.id, prefix, tag.as_deref()).map_err(|error| words::store(&error))?;
        if let Some(account) = found {
            return Ok(account);
        }
        let label = match profile.kind {
            ProfileKind::SelfHosted => profile.prefix.authority().to_owned(),
            ProfileKind::RemoveBg | ProfileKind::Compatible | ProfileKind::Practice => profile.name.clone(),
        };
        let account = AccountRow {
            id: AccountId::new(),
            label: self.free_label(&label)?,
            profile: profile.id.clone(),
            prefix: prefix.to_owned(),
            key_tag: tag,
            created_at: self.clock.now(),
        };
        self.store.account_put(&account).map_err(|error| words::store(&error))?;
        Ok(account)
    }

    fn free_label(&self, wanted: &str) -> Result<String, Problem> {
        let taken = self.store.account_list().map_err(|error| words::store(&error))?;
        let free = |label: &str| taken.iter().all(|account| account.label != label);
        if free(wanted) {
            return Ok(wanted.to_owned());
        }
        // One of the first `len + 2` numbers is free.
        let numbered = (2..taken.len() + 3).map(|number| format!("{wanted} ({number})")).find(|label| free(label));
        Ok(numbered.unwrap_or_else(|| wanted.to_owned()))
    }
}

/// The practice account's record, made at the first look.
pub(crate) fn practice_account(store: &Store, now: Timestamp) -> Result<AccountRow, Problem> {
    let id = AccountId(PRACTICE_ACCOUNT);
    if let Some(account) = store.account_get(id).map_err(|error| words::store(&error))? {
        return Ok(account);
    }
    let account = AccountRow {
        id,
        label: PRACTICE_LABEL.to_owned(),
        profile: "practice".to_owned(),
        prefix: "practice".to_owned(),
        key_tag: None,
        created_at: now,
    };
    store.account_put(&account).map_err(|error| words::store(&error))?;
    Ok(account)
}

/// Marks in the store that the practice account's plan was stated.
const PLAN_STATED: &str = "practice-plan";

/// States the practice account's plan as it was sold, once in its life: a plan that the user changes or forgets stays so.
/// The name and price are the catalogue's.
pub(crate) fn state_practice_plan(store: &Store, sold: &PracticePlan, catalogue: &Catalogue) -> Result<(), StoreError> {
    let account = AccountId(PRACTICE_ACCOUNT);
    if store.is_notice_claimed(account, PLAN_STATED, 0)? {
        return Ok(());
    }
    if store.plan(account)?.is_none()
        && let Some((row, events)) = practice_plan(sold, catalogue)
    {
        store.state_plan(account, Some(&row), &events)?;
    }
    store.claim_notice(account, PLAN_STATED, 0)?;
    Ok(())
}

/// The plan and the ledger lines that go with it; `None` where a month brings nothing.
fn practice_plan(sold: &PracticePlan, catalogue: &Catalogue) -> Option<(PlanRow, Vec<Booked>)> {
    let PracticePlan { monthly, renewal_day, rollover_months, began_at, used } = sold;
    let (monthly, used): (Credits, Credits) = (monthly.parse().ok()?, used.parse().ok()?);
    let renewal = RenewalDay::new(*renewal_day, TimeZone::UTC).ok()?;
    let plan = Plan::new(monthly, renewal, Some(*rollover_months)).ok()?;
    let offer = catalogue.offers().into_iter().find(|offer| offer.monthly == monthly);
    // The service dates its charges in whole seconds: one in the month's first second belongs to it.
    let whole_second = TimestampRound::new().smallest(Unit::Second).mode(RoundMode::Floor);
    let began_at = began_at.round(whole_second).unwrap_or(*began_at);
    // Not `renewed`: on its first day a renewal may still show, as with a plan that the user enters.
    let events = vec![Booked::PlanChange { monthly }, Booked::CycleStated { began_at, used, renewed: false }];
    let row = PlanRow {
        plan,
        zone: "UTC".to_owned(),
        name: offer.as_ref().map(|offer| offer.name.clone()),
        price: offer.as_ref().map(|offer| offer.price.to_string()),
        currency: offer.as_ref().map(|_| catalogue.currency.clone()),
        lots: Vec::new(),
        // The practice service tells its plan, which no other one does.
        source: Source::Measured,
    };
    Some((row, events))
}

/// The profile with this id.
pub(crate) fn profile_by_id(id: &str) -> Result<Profile, Problem> {
    builtin_profiles()
        .into_iter()
        .find(|profile| profile.id == id)
        .ok_or_else(|| Problem::new(Code::BadRequest, format!("There is no service “{id}”."), known_services()))
}

/// The profile an account was made for, at the account's address.
pub(crate) fn profile_of(account: &AccountRow) -> Result<Profile, Problem> {
    let profile = profile_by_id(&account.profile)?;
    if profile.kind == ProfileKind::Practice || account.prefix == profile.prefix.as_str() {
        return Ok(profile);
    }
    at_prefix(profile, &account.prefix)
}

/// A profile by what the user called it: an id, a name, or an address.
pub(crate) fn find_profile(name: &str) -> Result<Profile, Problem> {
    let named = builtin_profiles()
        .into_iter()
        .find(|profile| profile.id.eq_ignore_ascii_case(name) || profile.name.eq_ignore_ascii_case(name));
    if let Some(profile) = named {
        if profile.needs_prefix && profile.kind != ProfileKind::Practice {
            return Err(Problem::new(
                Code::BadRequest,
                format!("{} needs an address.", profile.name),
                "Name the address itself, for example http://127.0.0.1:5000/api.",
            ));
        }
        return Ok(profile);
    }
    if !name.contains("://") {
        return Err(Problem::new(Code::BadRequest, format!("There is no service “{name}”."), known_services()));
    }
    let same = |profile: &Profile| !profile.needs_prefix && profile.prefix.as_str() == name.trim_end_matches('/');
    match builtin_profiles().into_iter().find(same) {
        Some(profile) => Ok(profile),
        None => at_prefix(profile_by_id("other")?, name),
    }
}

/// `profile` at an address of the user's own.
pub(crate) fn at_prefix(profile: Profile, prefix: &str) -> Result<Profile, Problem> {
    let wrong = |reason: String| {
        Problem::new(
            Code::BadRequest,
            format!("“{prefix}” cannot be the address of a service: {reason}."),
            "It looks like https://host/v1.0 and ends before /removebg.",
        )
    };
    let url = Url::parse(prefix).map_err(|error| wrong(error.to_string()))?;
    profile.with_prefix(url).map_err(|error| wrong(error.to_string()))
}

fn known_services() -> String {
    let ids: Vec<String> = builtin_profiles().into_iter().map(|profile| profile.id).collect();
    format!("Known are {}, or an address that begins with https://.", ids.join(", "))
}

/// Tells keys apart without giving any of them away: the first 48 bits of a hash.
pub(crate) fn tag(key: &ApiKey) -> String {
    let hash = fingerprint_bytes(format!("clearcut account key\0{}", key.reveal_to_keyring()).as_bytes());
    hash.as_str().chars().take(12).collect()
}
