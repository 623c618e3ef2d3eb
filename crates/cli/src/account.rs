//! `clearcut account`: keys go from standard input into the system's keyring, never through the command line; and the
//! account to work with is chosen here.

use std::io::{IsTerminal, Read};

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{AccountId, AccountView, KeyPlace, Overview, ServiceView, TypedKey};
use console::Term;
use serde::Serialize;

use crate::args::{Account, AccountAction};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};

/// Runs the command. Without an action it adds the key that is piped in for `--service`, and lists the accounts otherwise.
pub(crate) async fn account(
    asked: Account,
    service: Option<String>,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let action = asked.action.unwrap_or_else(|| {
        if service.is_some() { AccountAction::Add { label: None } } else { AccountAction::List { json: false } }
    });
    // The service named is the one to add here, not one that must be known already.
    let session = Session::open(Opening::default(), out, interrupt).await?;
    let done = match action {
        AccountAction::Add { label } => Box::pin(add(&session, service, label)).await,
        AccountAction::List { json } => list(&session, json).await,
        AccountAction::Use { account } => choose(&session, &account).await,
    };
    session.close().await;
    done
}

async fn add(session: &Session<'_>, service: Option<String>, label: Option<String>) -> Result<Exit, Problem> {
    let services = session.app.services().await?;
    let (profile, prefix) = named(service.as_deref(), &services)?;
    let key = if profile.needs_key || prefix.is_some() { read_key(session, profile).await? } else { None };
    let added = session.app.add_account(profile.id.clone(), prefix, label, key).await?;
    if let Some(note) = &added.note {
        session.out.talk(&format!("clearcut: {note}"));
    }
    if let Some(active) = active(&added.overview) {
        session.out.line(&format!("{} is in use now. Key: {}.", active.label, place(active.key)));
    }
    Ok(Exit::Done)
}

/// The profile meant by `--service`, and the address where one was given instead.
fn named<'a>(service: Option<&str>, services: &'a [ServiceView]) -> Result<(&'a ServiceView, Option<String>), Problem> {
    let known = || services.iter().map(|service| service.id.as_str()).collect::<Vec<_>>().join(", ");
    let service = service.ok_or_else(|| {
        Problem::new(Code::BadRequest, "Which service is the key for?", format!("Name it by --service: {}.", known()))
    })?;
    let is_address = service.contains("://");
    let found = if is_address {
        services.iter().find(|known| known.id == "other").or_else(|| services.iter().find(|known| known.needs_prefix))
    } else {
        services.iter().find(|known| known.id.eq_ignore_ascii_case(service))
    };
    let profile = found.ok_or_else(|| {
        Problem::new(
            Code::BadRequest,
            format!("There is no service named {service}."),
            format!("Known are {}; any other one is named by its address, e.g. http://127.0.0.1:8799/v1.0.", known()),
        )
    })?;
    Ok((profile, is_address.then(|| service.to_owned())))
}

/// The key: asked for without showing it on a terminal, else all of standard input.
async fn read_key(session: &Session<'_>, service: &ServiceView) -> Result<Option<TypedKey>, Problem> {
    if session.out.interactive {
        session.out.ask(&format!("Key for {} (it is not shown):", service.name));
    }
    let terminal = std::io::stdin().is_terminal();
    let read = tokio::task::spawn_blocking(move || {
        if terminal {
            return Term::stderr().read_secure_line();
        }
        let mut typed = String::new();
        // No key is this long; a file given by mistake is not read to its end.
        std::io::stdin().lock().take(4096).read_to_string(&mut typed).map(|_| typed)
    });
    let typed = tokio::select! {
        read = read => match read {
            Ok(Ok(typed)) => typed,
            Ok(Err(error)) => {
                return Err(Problem::new(Code::BadKey, format!("The key could not be read from standard input: {error}."), ""));
            }
            Err(_) => String::new(),
        },
        () = session.interrupt.stopped() => {
            return Err(Problem::new(Code::Cancelled, "No key was kept.", ""));
        }
    };
    let typed = typed.trim();
    if typed.is_empty() && service.needs_key {
        return Err(Problem::new(
            Code::KeyMissing,
            "There was no key on standard input.",
            format!("Pipe it in: clearcut account add --service {} < key.txt", service.id),
        ));
    }
    Ok((!typed.is_empty()).then(|| TypedKey::new(typed)))
}

/// The document of `account list --json`.
#[derive(Serialize)]
struct Document<'a> {
    active: AccountId,
    accounts: &'a [AccountView],
}

async fn list(session: &Session<'_>, json: bool) -> Result<Exit, Problem> {
    let overview = session.app.overview().await?;
    if json {
        session.out.json(&Document { active: overview.active, accounts: &overview.accounts });
        return Ok(Exit::Done);
    }
    let longest =
        overview.accounts.iter().map(|account| console::measure_text_width(&account.label)).max().unwrap_or(0);
    for account in &overview.accounts {
        let mark = if account.id == overview.active { "*" } else { " " };
        let label = console::pad_str(&account.label, longest, console::Alignment::Left, None);
        session.out.line(&format!("{mark} {label}  {}  key: {}", account.service, place(account.key)));
    }
    Ok(Exit::Done)
}

async fn choose(session: &Session<'_>, wanted: &str) -> Result<Exit, Problem> {
    let overview = session.app.overview().await?;
    let matching: Vec<&AccountView> = overview
        .accounts
        .iter()
        .filter(|account| {
            account.label.eq_ignore_ascii_case(wanted)
                || account.service.eq_ignore_ascii_case(wanted)
                || account.id.0.to_string() == wanted
        })
        .collect();
    let [account] = matching.as_slice() else {
        let (message, hint) = if matching.is_empty() {
            (format!("There is no account named {wanted}."), "`clearcut account list` shows them.".to_owned())
        } else {
            let ids: Vec<String> = matching.iter().map(|account| account.id.0.to_string()).collect();
            (format!("More than one account is named {wanted}."), format!("Name it by its id: {}.", ids.join(", ")))
        };
        return Err(Problem::new(Code::BadRequest, message, hint));
    };
    let overview = session.app.use_account(account.id).await?;
    if let Some(active) = active(&overview) {
        session.out.line(&format!("{} is in use now.", active.label));
    }
    Ok(Exit::Done)
}

fn active(overview: &Overview) -> Option<&AccountView> {
    overview.accounts.iter().find(|account| account.id == overview.active)
}

const fn place(key: KeyPlace) -> &'static str {
    match key {
        KeyPlace::NotNeeded => "not needed",
        KeyPlace::Keyring => "in the keyring",
        KeyPlace::ThisSession => "only until this program ends",
        KeyPlace::Environment => "from CLEARCUT_API_KEY",
        KeyPlace::Missing => "missing",
    }
}

#[cfg(test)]
mod tests {
    use clearcut_app::views::AccountKind;

    use super::*;

    fn services() -> Vec<ServiceView> {
        [("removebg", AccountKind::RemoveBg, false), ("other", AccountKind::SelfHosted, true)]
            .map(|(id, kind, needs_prefix)| ServiceView {
                id: id.to_owned(),
                name: id.to_owned(),
                kind,
                needs_prefix,
                needs_key: true,
                ends_at: None,
            })
            .to_vec()
    }

    #[test]
    fn a_service_is_named_by_profile_or_by_address() {
        let services = services();
        let (profile, prefix) = named(Some("RemoveBG"), &services).unwrap();
        assert_eq!((profile.id.as_str(), prefix), ("removebg", None));
        let (profile, prefix) = named(Some("http://127.0.0.1:8799/v1.0"), &services).unwrap();
        assert_eq!((profile.id.as_str(), prefix.as_deref()), ("other", Some("http://127.0.0.1:8799/v1.0")));
    }

    #[test]
    fn a_service_that_is_not_known_is_refused_with_those_that_are() {
        let problem = named(Some("removebgg"), &services()).unwrap_err();
        assert!(problem.hint.contains("removebg, other"), "{problem}");
        assert_eq!(named(None, &services()).unwrap_err().code, Code::BadRequest);
    }
}
