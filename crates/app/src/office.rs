//! Accounts, settings, pages: what is arranged once and then left alone. Keys pass through here on their way into the
//! keyring and never the other way.

use std::path::Path;

use clearcut_batch::NameTemplate;
use clearcut_service::{ApiKey, Profile, ProfileKind, builtin_profiles};
use clearcut_store::AccountId as StoredAccount;

use crate::accounts::{self, Chooser, Chosen, ServiceChoice};
use crate::app::{App, blocking};
use crate::desk::account_view;
use crate::practice::PRACTICE_ACCOUNT;
use crate::problem::{Code, Problem};
use crate::settings::{self, Settings};
use crate::views::{
    AccountAdded, AccountId, AccountView, ExistingChoice, GaugeView, KeyPlace, Overview, Page, QuietHours, ServiceView,
    SettingsView, TypedKey,
};
use crate::{convert, intake, words};

impl App {
    /// Everything the window shows when it opens.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn overview(&self) -> Result<Overview, Problem> {
        let desk = self.desk();
        // Asked before the bench is looked at: nothing is awaited while it is locked.
        let queue = self.queue().await?;
        Ok(Overview {
            accounts: self.accounts()?,
            active: desk.id(),
            gauge: self.shown_gauge()?,
            pictures: self.bench().views(),
            settings: self.settings_view(),
            banners: self.banners(),
            queue,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// The account at work and its gauge, without anything else: for a tray that asks often.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn standing(&self) -> Result<(AccountView, GaugeView), Problem> {
        let desk = self.desk();
        let view = account_view(&desk.account, &desk.profile, desk.key, desk.now());
        Ok((view, self.shown_gauge()?))
    }

    /// The accounts on this computer, the practice account first. One that a script made in passing, with no key kept and
    /// nothing in its ledger, is left out.
    fn accounts(&self) -> Result<Vec<AccountView>, Problem> {
        let now = self.ground.clock.now();
        accounts::practice_account(&self.ground.store, now)?;
        let desk = self.desk();
        let mut rows = self.ground.store.account_list().map_err(|error| words::store(&error))?;
        rows.sort_by_key(|row| (row.id.0 != PRACTICE_ACCOUNT, row.created_at));
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            let active = row.id == desk.account.id;
            // A profile that this version does not know any more: its ledger stays, it just cannot be worked with. The one
            // at work knows its pages: the practice account has them only while its service runs.
            let profile = if active { Ok(desk.profile.clone()) } else { accounts::profile_of(&row) };
            let Ok(profile) = profile else { continue };
            let key = if active {
                desk.key
            } else if row.key_tag.is_none() {
                KeyPlace::NotNeeded
            } else {
                KeyPlace::Keyring
            };
            views.push(account_view(&row, &profile, key, now));
        }
        Ok(views)
    }

    /// The services an account can be made for.
    ///
    /// # Errors
    /// Never today.
    pub async fn services(&self) -> Result<Vec<ServiceView>, Problem> {
        let offered = builtin_profiles().into_iter().filter(|profile| profile.kind != ProfileKind::Practice);
        Ok(offered.map(|profile| service_view(&profile)).collect())
    }

    /// Keeps a key for a service, checks it against the service where that is possible, and puts the account to work.
    ///
    /// # Errors
    /// When the service or address makes no sense, the key cannot be one, or the service refuses it: then nothing is kept.
    pub async fn add_account(
        &self,
        service: String,
        prefix: Option<String>,
        label: Option<String>,
        key: Option<TypedKey>,
    ) -> Result<AccountAdded, Problem> {
        let profile = match prefix.filter(|prefix| !prefix.trim().is_empty()) {
            Some(prefix) => match accounts::profile_by_id(&service) {
                Ok(profile) => accounts::at_prefix(profile, prefix.trim())?,
                Err(_) => accounts::find_profile(prefix.trim())?,
            },
            None => accounts::find_profile(&service)?,
        };
        if profile.kind == ProfileKind::Practice {
            return Err(Problem::new(Code::BadRequest, "The practice account is there already and needs no key.", ""));
        }
        let key = key.map(|TypedKey(text)| ApiKey::new(text).map_err(|error| words::bad_key(error, "what was typed")));
        let key = key.transpose()?;
        if key.is_none() && profile.kind != ProfileKind::SelfHosted {
            return Err(words::key_missing(&profile.name));
        }
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        let mut account = {
            let (profile, key) = (profile.clone(), key.clone());
            blocking(move || me.chooser(None).find_or_create(&profile, key.as_ref())).await??
        };
        if let Some(label) = label.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()) {
            account.label = label;
            self.ground.store.account_put(&account).map_err(|error| words::store(&error))?;
        }
        let id = account.id;
        let place = if key.is_some() { KeyPlace::ThisSession } else { KeyPlace::NotNeeded };
        let checked = self.take_desk_checked(Chosen { account, profile, key: key.clone(), place, note: None }).await?;
        let note = match key {
            Some(key) => self.keep_key(id, key).await?,
            None => None,
        };
        let kept = place == KeyPlace::ThisSession && note.is_none();
        let overview = if kept {
            // The desk was laid with the key as typed; from now on it comes from the keyring, and the views must say so.
            self.use_account(AccountId(id.0)).await?
        } else {
            self.remember(id)?;
            self.overview().await?
        };
        let note = [checked, note].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Ok(AccountAdded { overview, note: (!note.is_empty()).then_some(note) })
    }

    /// Puts an account to work and asks it for its balance. A key that is refused puts the old account back to work; a
    /// service that cannot be reached is a note, because the key may still be right.
    async fn take_desk_checked(&self, chosen: Chosen) -> Result<Option<String>, Problem> {
        let before = self.desk();
        self.take_desk(chosen).await?;
        let desk = self.desk();
        match desk.look_at_balance().await {
            Ok(_) => Ok(None),
            Err(problem) if matches!(problem.code, Code::KeyRefused | Code::NotThisService) => {
                self.set_desk(before);
                Err(problem)
            }
            Err(problem) => Ok(Some(format!("The key could not be checked yet: {}", problem.message))),
        }
    }

    async fn keep_key(&self, account: StoredAccount, key: ApiKey) -> Result<Option<String>, Problem> {
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        let (place, trouble) = blocking(move || {
            let place = me.keys.put(account.0, key);
            (place, if place == KeyPlace::Keyring { None } else { me.keys.trouble() })
        })
        .await?;
        if place == KeyPlace::Keyring {
            return Ok(None);
        }
        let reason = trouble.map(|trouble| format!(" ({})", trouble.trim_end_matches('.'))).unwrap_or_default();
        Ok(Some(format!(
            "This system has no keyring that Clearcut can reach{reason}. The key is kept only until the program ends."
        )))
    }

    /// Works with another account from now on.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn use_account(&self, account: AccountId) -> Result<Overview, Problem> {
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        let id = StoredAccount(account.0);
        let chosen = blocking(move || {
            let known = me.ground.store.account_get(id).map_err(|error| words::store(&error))?;
            if known.is_none() && account.0 != PRACTICE_ACCOUNT {
                return Err(Problem::new(Code::BadRequest, "There is no such account.", ""));
            }
            me.chooser(Some(id)).choose(&ServiceChoice::Remembered)
        })
        .await??;
        self.take_desk(chosen).await?;
        self.remember(id)?;
        self.spawn(async |app| app.look_and_tell().await);
        self.overview().await
    }

    /// The practice service was served by a process that has ended: starts it here.
    pub(crate) async fn revive_practice(&self) -> Result<(), Problem> {
        self.stop_practice().await;
        let account = accounts::practice_account(&self.ground.store, self.ground.clock.now())?;
        let profile = accounts::profile_by_id("practice")?;
        self.take_desk(Chosen { account, profile, key: None, place: KeyPlace::NotNeeded, note: None }).await
    }

    fn chooser(&self, remembered: Option<StoredAccount>) -> Chooser<'_> {
        Chooser {
            store: &self.ground.store,
            keys: self.keys.as_ref(),
            clock: self.ground.clock.as_ref(),
            environment: self.environment.as_ref(),
            remembered,
        }
    }

    fn remember(&self, account: StoredAccount) -> Result<(), Problem> {
        self.set(|settings| settings.account = (account.0 != PRACTICE_ACCOUNT).then_some(account.0))
    }

    /// Changes the settings and writes them; what cannot be written is not changed.
    pub(crate) fn set(&self, change: impl FnOnce(&mut Settings)) -> Result<(), Problem> {
        let mut settings = self.settings();
        let mut changed = settings.clone();
        change(&mut changed);
        settings::save(&self.folders.config, &changed)?;
        *settings = changed;
        Ok(())
    }

    /// Asks for the folder that cutouts are saved to.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn choose_output_folder(&self) -> Result<SettingsView, Problem> {
        if let Some(folder) = self.host.choose_folder().await {
            self.set(|settings| settings.output_folder = Some(folder))?;
        }
        Ok(self.settings_view())
    }

    /// Saves cutouts beside their originals again.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn save_beside_originals(&self) -> Result<SettingsView, Problem> {
        self.set(|settings| settings.output_folder = None)?;
        Ok(self.settings_view())
    }

    pub(crate) fn settings_view(&self) -> SettingsView {
        let settings = self.settings();
        SettingsView {
            output_folder: settings.output_folder.as_deref().map(intake::file_name),
            template: settings.template().to_string(),
            existing: settings.existing.unwrap_or_default(),
            keep_metadata: settings.keeps_metadata(),
            improve_agreed: settings.improve_agreed.iter().copied().map(AccountId).collect(),
            notice_levels: settings.levels(),
            quiet_hours: settings.quiet_hours,
        }
    }

    /// Sets what cutouts are called, what is done where a file of that name exists, and whether a cutout says what its original says.
    ///
    /// # Errors
    /// When the text is no template, or the settings cannot be written.
    pub async fn set_saving(
        &self,
        template: String,
        existing: ExistingChoice,
        keep_metadata: bool,
    ) -> Result<SettingsView, Problem> {
        let template: NameTemplate = template.trim().parse().map_err(|error| words::bad_template(&error))?;
        self.set(|settings| {
            settings.name_template = (template != NameTemplate::default()).then(|| template.to_string());
            settings.existing = Some(existing).filter(|existing| *existing != ExistingChoice::default());
            settings.keep_metadata = (!keep_metadata).then_some(false);
        })?;
        Ok(self.settings_view())
    }

    /// Opens one of the service's pages.
    ///
    /// # Errors
    /// When the service has no such page, or no browser opens.
    pub async fn open_page(&self, page: Page) -> Result<(), Problem> {
        let desk = self.desk();
        let address = convert::page_address(&desk.profile.pages, page).ok_or_else(|| {
            Problem::new(Code::BadRequest, format!("{} has no such page that Clearcut knows.", desk.profile.name), "")
        })?;
        self.host.open_page(address).map_err(|error| words::not_opened("the browser", &error))?;
        if matches!(page, Page::Upgrade | Page::TopUp) {
            self.await_purchase();
        }
        Ok(())
    }

    /// Sets the levels to be told of and the hours without notices.
    ///
    /// # Errors
    /// When a level is no per cent from 1 to 100, an hour none of the day, or the settings cannot be written.
    pub async fn set_notices(&self, levels: Vec<u8>, quiet_hours: Option<QuietHours>) -> Result<SettingsView, Problem> {
        if let Some(level) = levels.iter().find(|level| !(1..=100).contains(*level)) {
            return Err(Problem::new(Code::BadRequest, format!("{level} is no per cent from 1 to 100."), ""));
        }
        if quiet_hours.is_some_and(|QuietHours { from, until }| from > 23 || until > 23) {
            return Err(Problem::new(Code::BadRequest, "Quiet hours begin and end on a full hour from 0 to 23.", ""));
        }
        self.set(|settings| {
            settings.notice_levels = Some(levels);
            settings.quiet_hours = quiet_hours;
        })?;
        self.credits_moved(&self.desk());
        Ok(self.settings_view())
    }

    /// Where a picture on the bench lies; for the terminal, which prints it.
    pub fn input_path(&self, picture: crate::views::PictureId) -> Option<std::path::PathBuf> {
        self.bench().get(picture).ok().map(|picture| picture.examined.path.clone())
    }

    /// The data folder.
    pub fn data_folder(&self) -> &Path {
        &self.folders.data
    }
}

fn service_view(profile: &Profile) -> ServiceView {
    ServiceView {
        id: profile.id.clone(),
        name: profile.name.clone(),
        kind: convert::kind(profile.kind),
        needs_prefix: profile.needs_prefix,
        needs_key: profile.kind != ProfileKind::SelfHosted,
        ends_at: profile.ends_at.map(|at| at.to_string()),
    }
}
