//! "Not good? Send this picture to the service to help it learn." Never by default, one picture at a time, and only after the user has
//! read what is sent to whom. That yes is remembered for an account only if the user says so, and can be taken back.

use clearcut_batch::ImproveError;
use clearcut_service::{Consent, Profile};

use crate::app::App;
use crate::previews::preview_order;
use crate::problem::{Code, Problem};
use crate::views::{AccountId, PictureId, SettingsView};
use crate::words;

/// Whom a picture would be sent to: the host of the service's address; `None` where it has no programme.
pub(crate) fn addressee(profile: &Profile) -> Option<String> {
    let host = profile.prefix.host_str()?.to_owned();
    profile.offers.improve.then_some(host)
}

impl App {
    /// Sends one picture to the improvement programme of the account's service. See [`commands!`](crate::commands).
    ///
    /// # Errors
    /// When nobody agreed to it, or the service does not take it. Nothing is charged in any case.
    pub async fn improve(&self, picture: PictureId, agreed: bool) -> Result<(), Problem> {
        let desk = self.desk();
        let remembered = self.settings().improve_agreed.contains(&desk.id().0);
        if !agreed && !remembered {
            return Err(Problem::new(
                Code::BadRequest,
                "Nothing was sent: sending a picture for improvement has to be agreed to first.",
                "",
            ));
        }
        let (order, name) = {
            let bench = self.bench();
            let picture = bench.get(picture)?;
            (preview_order(&picture.examined), picture.name())
        };
        let cancel = self.stopping.child_token();
        let sent = desk.spender.improve(&order, Consent::given_by_user_for_this_picture(), &cancel).await;
        sent.map(drop).map_err(|error| match error {
            ImproveError::Picture(error) => words::batch(&error, &name),
            ImproveError::Service(fault) => words::request(&fault),
        })
    }

    /// Remembers for the account in use that its user has agreed for good, or takes that back.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn remember_improving(&self, remember: bool) -> Result<SettingsView, Problem> {
        let AccountId(account) = self.desk().id();
        self.set(|settings| {
            settings.improve_agreed.retain(|agreed| *agreed != account);
            settings.improve_agreed.extend(remember.then_some(account));
        })?;
        Ok(self.settings_view())
    }
}
