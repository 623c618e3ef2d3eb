//! The practice service as a witness: what it has charged, for which pictures, what it was asked, and what it did wrong on
//! purpose. One client for the whole run, because it is asked often.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use clearcut_credits::Credits;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::practice::Endpoint;

/// Asks one service.
#[derive(Debug)]
pub struct Witness {
    endpoint: Endpoint,
    client: reqwest::Client,
}

/// What the service says of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct Seen {
    /// Credits charged in all, decimal text.
    charged: String,
    /// Calls by path.
    calls: BTreeMap<String, u64>,
    /// Calls that are being worked on.
    pub under_way: u64,
    /// Charges by the BLAKE3 of the picture's file.
    pub charged_pictures: BTreeMap<String, u64>,
    /// How often each rule of misbehaviour acted.
    pub faults: Vec<u64>,
}

impl Seen {
    /// What a service might say.
    #[cfg(test)]
    pub(super) fn made_up(charged: &str, pictures: &[(&str, u64)]) -> Self {
        let charged_pictures = pictures.iter().map(|(picture, times)| ((*picture).to_owned(), *times)).collect();
        let charged = charged.to_owned();
        Self { charged, calls: BTreeMap::new(), under_way: 0, charged_pictures, faults: Vec::new() }
    }

    /// Credits charged in all.
    pub fn charged(&self) -> Result<Credits> {
        Ok(self.charged.parse()?)
    }

    /// Removals asked for, refused ones included.
    #[must_use]
    pub fn removals(&self) -> u64 {
        self.calls.iter().filter(|(path, _)| path.ends_with("/removebg")).map(|(_, count)| count).sum()
    }
}

impl Witness {
    /// A witness of the service at `endpoint`.
    pub fn of(endpoint: &Endpoint) -> Result<Self> {
        // No certificates: reading the system's would take longer than all calls together.
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
        Ok(Self { endpoint: endpoint.clone(), client })
    }

    /// What it says now.
    pub async fn look(&self) -> Result<Seen> {
        let call = self.client.get(format!("{}/sandbox/state", self.origin()));
        self.answer(call).await
    }

    /// What it says once it works on nothing any more: nothing more will be charged then for a client that died.
    pub async fn look_when_idle(&self) -> Result<Seen> {
        let mut pause = tokio::time::interval(std::time::Duration::from_millis(2));
        for _ in 0..5_000 {
            let seen = self.look().await?;
            if seen.under_way == 0 {
                return Ok(seen);
            }
            pause.tick().await;
        }
        anyhow::bail!("the practice service is still at work on calls of a dead client")
    }

    /// Buys credits.
    pub async fn top_up(&self, credits: u64) -> Result<()> {
        let call = self.client.post(format!("{}/sandbox/control", self.origin()));
        let _: Value = self.answer(call.body(json!({"top_up": credits.to_string()}).to_string())).await?;
        Ok(())
    }

    fn origin(&self) -> &str {
        self.endpoint.prefix.trim_end_matches("/v1.0")
    }

    async fn answer<T: for<'a> Deserialize<'a>>(&self, call: reqwest::RequestBuilder) -> Result<T> {
        let answer = call.header("X-Api-Key", &self.endpoint.key).send().await?;
        ensure!(answer.status().is_success(), "the practice service answers {}", answer.status());
        serde_json::from_slice(&answer.bytes().await?).context("the practice service's state")
    }
}
