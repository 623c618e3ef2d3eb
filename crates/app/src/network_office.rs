//! The way to the network: through which proxy, whose certificates are believed, how many pictures at a time, and whether the service can
//! be reached. What is changed counts from the next request on. A proxy's password lives in the keyring, never in the settings.

use std::path::{Path, PathBuf};

use clearcut_service::{
    Authorities, BadAuthorities, BadProxy, ConnectTrouble, Network, ProxyAddress, ProxyChoice, ProxyPassword,
};
use uuid::Uuid;

use crate::app::{App, blocking};
use crate::keys::KeyStore;
use crate::problem::{Code, Problem};
use crate::settings::Settings;
use crate::views::{KeyPlace, NetworkView, ProxyKind, TypedKey};
use crate::{intake, whole_file, words};

/// Under which the keyring keeps the proxy's password: no account's id.
const PASSWORD: Uuid = Uuid::from_u128(0x7072_6f78_795f_7077);
/// The copy of the user's certificates, in the folder of the settings.
const CERTIFICATES: &str = "certificates.pem";
/// No file of certificates is larger, bytes.
const LARGEST: u64 = 1024 * 1024;

/// The way that the settings name. What cannot be used is left out, with a sentence on it.
pub(crate) fn network(settings: &Settings, config: &Path, keys: &dyn KeyStore) -> (Network, Option<String>) {
    let mut notes = Vec::new();
    let proxy = match settings.proxy.unwrap_or_default() {
        ProxyKind::System => ProxyChoice::System,
        ProxyKind::None => ProxyChoice::None,
        ProxyKind::Address => {
            let password = settings.proxy_user.as_ref().and_then(|_| password(keys));
            let address = settings.proxy_address.as_deref().unwrap_or_default();
            ProxyAddress::new(address, settings.proxy_user.clone(), password).map_or_else(
                |error| {
                    notes.push(format!(
                        "The proxy in the settings is not used: {}",
                        words::sentence(&error.to_string())
                    ));
                    ProxyChoice::System
                },
                ProxyChoice::At,
            )
        }
    };
    let authorities = settings.certificates.as_ref().and_then(|name| {
        let read = read_pem(&config.join(CERTIFICATES)).map_err(|error| error.message);
        let read =
            read.and_then(|pem| Authorities::from_pem(&pem).map_err(|error| bad_certificates(error, name).message));
        read.map_err(|reason| notes.push(format!("The certificates of {name} are not used. {reason}"))).ok()
    });
    (Network { proxy, authorities }, (!notes.is_empty()).then(|| notes.join(" ")))
}

fn password(keys: &dyn KeyStore) -> Option<ProxyPassword> {
    keys.get(PASSWORD).and_then(|(key, _)| ProxyPassword::from_key(&key))
}

/// Reads a file of certificates, and no larger one.
fn read_pem(file: &Path) -> Result<Vec<u8>, Problem> {
    use std::io::Read as _;
    let mut pem = Vec::new();
    let read = std::fs::File::open(file).and_then(|open| open.take(LARGEST + 1).read_to_end(&mut pem));
    read.map_err(|error| words::file(&error, "read", file))?;
    Ok(pem)
}

impl App {
    /// How the service is reached.
    ///
    /// # Errors
    /// When the app is closing.
    pub async fn network(&self) -> Result<NetworkView, Problem> {
        self.network_view(None).await
    }

    async fn network_view(&self, note: Option<String>) -> Result<NetworkView, Problem> {
        let settings = self.settings().clone();
        let proxy = settings.proxy.unwrap_or_default();
        let asks_for_name = proxy == ProxyKind::Address && settings.proxy_user.is_some();
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        let has_password = asks_for_name && blocking(move || password(me.keys.as_ref()).is_some()).await?;
        Ok(NetworkView {
            proxy,
            address: settings.proxy_address.clone(),
            user: settings.proxy_user.clone(),
            has_password,
            certificates: settings.certificates.clone(),
            at_a_time: u8::try_from(settings.at_a_time()).unwrap_or(1),
            note,
        })
    }

    /// Sets through which proxy the service is reached, from the next request on. Without a `password` the one that is kept stays.
    ///
    /// # Errors
    /// When the address is none of a proxy, or the settings cannot be written.
    pub async fn set_proxy(
        &self,
        proxy: ProxyKind,
        address: Option<String>,
        user: Option<String>,
        password: Option<TypedKey>,
    ) -> Result<NetworkView, Problem> {
        let user = user.map(|user| user.trim().to_owned()).filter(|user| !user.is_empty());
        let mut note = None;
        let address = match proxy {
            ProxyKind::System | ProxyKind::None => None,
            ProxyKind::Address => {
                let typed = address.unwrap_or_default();
                let address = ProxyAddress::new(&typed, None, None).map_err(|error| bad_proxy(&error, &typed))?;
                if let Some(TypedKey(password)) = password.filter(|TypedKey(text)| user.is_some() && !text.is_empty()) {
                    note = self.keep_password(ProxyPassword::new(password)).await?;
                }
                Some(address.address().to_owned())
            }
        };
        self.set(|settings| {
            settings.proxy = Some(proxy).filter(|proxy| *proxy != ProxyKind::default());
            settings.proxy_user = user.filter(|_| proxy == ProxyKind::Address);
            settings.proxy_address = address;
        })?;
        self.take_way().await?;
        self.network_view(note).await
    }

    async fn keep_password(&self, password: ProxyPassword) -> Result<Option<String>, Problem> {
        let key = password.to_key().ok_or_else(|| {
            Problem::new(Code::BadRequest, "The proxy's password is too long to be one.", "Type it once more.")
        })?;
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        let place = blocking(move || me.keys.put(PASSWORD, key)).await?;
        Ok((place != KeyPlace::Keyring).then(|| {
            "This system has no keyring that Clearcut can reach. The proxy's password is kept only until the program ends."
                .to_owned()
        }))
    }

    /// Asks for a file of certificates and believes the authorities in it, beside the system's. Clearcut keeps a copy.
    ///
    /// # Errors
    /// When the file holds no certificates, or the copy or the settings cannot be written.
    pub async fn choose_certificates(&self) -> Result<NetworkView, Problem> {
        let Some(file) = self.host.choose_certificates().await else { return self.network().await };
        self.believe_certificates(file).await
    }

    /// [`choose_certificates`](Self::choose_certificates) with the file named.
    ///
    /// # Errors
    /// As there.
    pub async fn believe_certificates(&self, file: PathBuf) -> Result<NetworkView, Problem> {
        let name = intake::file_name(&file);
        let copy = self.folders.config.join(CERTIFICATES);
        let told = name.clone();
        blocking(move || {
            let pem = read_pem(&file)?;
            Authorities::from_pem(&pem).map_err(|error| bad_certificates(error, &told))?;
            whole_file::write(&copy, &pem).map_err(|error| words::file(&error, "write", &copy))
        })
        .await??;
        self.set(|settings| settings.certificates = Some(name))?;
        self.take_way().await?;
        self.network().await
    }

    /// Believes the system's authorities only.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn forget_certificates(&self) -> Result<NetworkView, Problem> {
        self.set(|settings| settings.certificates = None)?;
        match std::fs::remove_file(self.folders.config.join(CERTIFICATES)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "the copy of the certificates stays; it is not used");
            }
            _ => {}
        }
        self.take_way().await?;
        self.network().await
    }

    /// Sets how many pictures may be on their way at a time; a batch that is under way goes on as it began.
    ///
    /// # Errors
    /// When it is not 1 to 16, or the settings cannot be written.
    pub async fn set_at_a_time(&self, at_a_time: u8) -> Result<NetworkView, Problem> {
        if !(1..=16).contains(&at_a_time) {
            return Err(Problem::new(
                Code::BadRequest,
                format!("{at_a_time} at a time is not possible."),
                "It is 1 to 16.",
            ));
        }
        self.set(|settings| settings.at_a_time = Some(at_a_time).filter(|number| *number < 16))?;
        self.network().await
    }

    /// Asks the service for the balance, which is free, and answers with a sentence. Nothing else is sent.
    ///
    /// # Errors
    /// When it does not work, with what is wrong and what to do.
    pub async fn try_connection(&self) -> Result<String, Problem> {
        let desk = self.desk();
        let name = desk.profile.name.clone();
        if !desk.profile.offers.account {
            return Err(Problem::new(
                Code::BadRequest,
                format!("{name} has nothing that can be asked free of charge."),
                "The first download will show whether it can be reached.",
            ));
        }
        desk.ready_to_send()?;
        let answer = desk.asks().account().await;
        match answer {
            Ok(_) => Ok(format!("{name} answers, and takes the key.")),
            Err(error) => {
                let proxied = self.settings().proxy == Some(ProxyKind::Address);
                let told = error.connect_trouble().map(|trouble| stands_in_the_way(trouble, &name, proxied));
                Err(told.unwrap_or_else(|| words::request(&error)))
            }
        }
    }

    /// Puts the way of the settings in force.
    async fn take_way(&self) -> Result<(), Problem> {
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        let note = blocking(move || {
            let settings = me.settings().clone();
            let (network, note) = network(&settings, &me.folders.config, me.keys.as_ref());
            me.ground.http.network.change(network);
            note
        })
        .await?;
        match note {
            Some(note) => self.say("network", crate::views::BannerKind::Warning, note, None),
            None => self.unsay("network"),
        }
        Ok(())
    }
}

/// What stands in the way, and what to do about it.
fn stands_in_the_way(trouble: ConnectTrouble, name: &str, proxied: bool) -> Problem {
    let whom = if proxied { "The proxy" } else { name };
    let (message, hint) = match trouble {
        ConnectTrouble::Certificate => (
            format!("{name} shows a certificate that this computer does not believe. Nothing was sent."),
            "Where a company or a virus scanner looks into connections, ask for its certificate (a PEM file) and choose it here.",
        ),
        ConnectTrouble::ProxyCredentials => {
            ("The proxy does not take this name and password. Nothing was sent.".to_owned(), "Enter both again.")
        }
        ConnectTrouble::ProxyRefuses => (
            format!("The proxy does not let Clearcut through to {name}. Nothing was sent."),
            "Ask who looks after the proxy to allow it, or choose another one.",
        ),
        ConnectTrouble::NoSuchHost => (
            format!("Nobody knows {} by its address. Nothing was sent.", if proxied { "the proxy" } else { name }),
            "Check the address and whether the computer is connected.",
        ),
        ConnectTrouble::NobodyListens => (
            format!("{whom} takes no connections at its address. Nothing was sent."),
            "Check the address and the port.",
        ),
        ConnectTrouble::Silence => (
            format!("{whom} does not answer. Nothing was sent."),
            "Check the connection; where a company lets nobody out directly, enter its proxy.",
        ),
        ConnectTrouble::Other => (
            format!("{name} cannot be reached. Nothing was sent."),
            "Check the connection, the proxy and the certificate.",
        ),
    };
    Problem::new(Code::NoNetwork, message, hint)
}

fn bad_proxy(error: &BadProxy, typed: &str) -> Problem {
    let hint = match error {
        BadProxy::Address => "It looks like proxy.example:8080.",
        BadProxy::Kind(_) => "Only HTTP proxies are, by http:// or https://.",
        BadProxy::Credentials => "Leave them out of the address and enter them in their own fields.",
    };
    // What was typed may hold a password.
    let shown = if *error == BadProxy::Credentials { "That".to_owned() } else { format!("“{}”", typed.trim()) };
    Problem::new(Code::BadRequest, format!("{shown} cannot be used: {}", words::sentence(&error.to_string())), hint)
}

fn bad_certificates(error: BadAuthorities, name: &str) -> Problem {
    Problem::new(
        Code::BadRequest,
        format!("“{name}” cannot be used: {}", words::sentence(&error.to_string())),
        "Ask for the authority's certificate as a PEM file; it begins with -----BEGIN CERTIFICATE-----.",
    )
}
