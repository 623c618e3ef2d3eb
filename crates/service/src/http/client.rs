//! [`HttpRemover`]: the three calls over HTTP. It puts the modules of this folder in a row and gives every failure its
//! [`BodySent`] and its head; it refuses to know what comes of them.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use http::{HeaderMap, Method};
use reqwest::{Body, Client, Request, Response};
use tokio_util::sync::CancellationToken;

use super::inflow::Inflow;
use super::meter::Meter;
use super::network::Network;
use super::options::HttpOptions;
use super::parts::Parts;
use super::payload::Payload;
use super::words::Cleaner;
use super::{account, connection, exchange, head, picture, refusal};
use crate::answer::{AccountAnswer, AnswerHead};
use crate::error::{BodySent, ErrorKind, Phase, RemoveError, SetupError};
use crate::improve::ImproveRequest;
use crate::key::ApiKey;
use crate::profile::Profile;
use crate::remover::{AnswerSink, NoProgress, Progress, Remover};
use crate::request::RemovalRequest;

/// What a JSON answer may be accepted as.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A client of one service with one key.
#[derive(Debug)]
pub struct HttpRemover {
    profile: Profile,
    key: Option<ApiKey>,
    auth_header: HeaderName,
    options: HttpOptions,
    /// The client of the network's present way; made anew where that has changed.
    client: Mutex<(Arc<Network>, Client)>,
}

/// An answer whose head is here.
struct Reply {
    head: AnswerHead,
    response: Response,
}

impl HttpRemover {
    /// A client of `profile` with `key`; without one only services that ask for none will answer.
    ///
    /// # Errors
    /// [`SetupError`] if the profile has no address yet, the key would travel unencrypted over a network (plain `http` is
    /// for this computer and for self-hosted services), or the HTTP client cannot be built.
    pub fn new(profile: Profile, key: Option<ApiKey>, options: HttpOptions) -> Result<Self, SetupError> {
        if profile.needs_prefix {
            return Err(SetupError::NoAddress { name: profile.name });
        }
        if key.is_some() && !profile.may_carry_key() {
            let host = profile.prefix.host_str().unwrap_or_default().to_owned();
            return Err(SetupError::PlainHttp { host });
        }
        let auth_header =
            profile.auth_header.parse().map_err(|_| SetupError::AuthHeader(profile.auth_header.clone()))?;
        let network = options.network.now();
        let client = connection::client(&profile, &options, &network)?;
        Ok(Self { profile, key, auth_header, options, client: Mutex::new((network, client)) })
    }

    /// The client for a request that begins now.
    fn client(&self) -> Result<Client, ErrorKind> {
        let network = self.options.network.now();
        let mut held = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&held.0, &network) {
            let client = connection::client(&self.profile, &self.options, &network)
                .map_err(|error| ErrorKind::Connect(error.to_string()))?;
            *held = (network, client);
        }
        Ok(held.1.clone())
    }

    fn cleaner(&self) -> Cleaner<'_> {
        Cleaner::new(self.key.as_ref())
    }

    /// A request to this service, with the key.
    fn request(&self, method: Method, call: &str, accept: Option<HeaderValue>) -> Result<Request, ErrorKind> {
        let mut request = Request::new(method, self.profile.call(call));
        let headers = request.headers_mut();
        if let Some(key) = &self.key {
            let mut value = HeaderValue::from_str(key.expose())
                .map_err(|_| ErrorKind::Connect("the key cannot travel in a header".to_owned()))?;
            value.set_sensitive(true);
            headers.insert(self.auth_header.clone(), value);
        }
        if let Some(accept) = accept {
            headers.insert(ACCEPT, accept);
        }
        Ok(request)
    }

    /// Posts `parts`, and waits for the head of the answer.
    async fn post(
        &self,
        call: &str,
        parts: Parts,
        accept: Option<HeaderValue>,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<(Reply, Arc<Meter>), RemoveError> {
        let json = self.profile.offers.json && parts.fit_json();
        let payload = if json { Payload::json(parts) } else { Payload::multipart(parts) };
        let payload = payload.at_hand().await.map_err(RemoveError::unsent)?;
        let client = self.client().map_err(RemoveError::unsent)?;
        let mut request = self.request(Method::POST, call, accept).map_err(RemoveError::unsent)?;
        let headers = request.headers_mut();
        headers.insert(CONTENT_LENGTH, payload.total().into());
        if let Ok(content_type) = HeaderValue::from_str(&payload.content_type) {
            headers.insert(CONTENT_TYPE, content_type);
        }
        let meter = Meter::new(payload.total());
        *request.body_mut() = Some(Body::wrap_stream(payload.into_stream(meter.clone())));
        let sent = exchange::send(&client, request, &meter, &self.options, self.cleaner(), progress, cancel).await;
        match sent {
            Ok(response) => Ok((self.reply(call, response), meter)),
            Err(kind) => {
                let body = meter.shut();
                tracing::debug!(call, ?body, error = %kind, "no answer");
                Err(RemoveError { kind, body, head: None })
            }
        }
    }

    fn reply(&self, call: &str, response: Response) -> Reply {
        let head = head::read(response.status(), response.headers(), self.cleaner());
        tracing::debug!(call, status = head.status, charged = ?head.credits_charged, "answer");
        Reply { head, response }
    }

    /// The error that an answer other than 200 is.
    async fn refused(&self, reply: Reply) -> (ErrorKind, AnswerHead) {
        let Reply { head, response } = reply;
        let kind = match head.status {
            300..400 => ErrorKind::Redirected { status: head.status, location: self.location(response.headers()) },
            400.. => {
                let mut inflow = Inflow::new(response, &self.options, refusal::MAX_BODY, &NoProgress);
                ErrorKind::Refused(refusal::read(&head, &mut inflow, self.cleaner()).await)
            }
            _ => ErrorKind::NotThisService { status: head.status, content_type: head.content_type.clone() },
        };
        (kind, head)
    }

    /// Where a redirect points, without anything that could hold a secret.
    fn location(&self, headers: &HeaderMap) -> Option<String> {
        let text = headers.get(LOCATION)?.to_str().ok()?;
        let url = self.profile.prefix.join(text).ok()?;
        Some(self.cleaner().clean(&format!("{}{}", url.origin().ascii_serialization(), url.path())))
    }

    /// A small JSON answer, whole.
    async fn small(&self, reply: Reply) -> Result<(AnswerHead, Vec<u8>), (ErrorKind, AnswerHead)> {
        if !matches!(reply.head.status, 200 | 201) {
            return Err(self.refused(reply).await);
        }
        let mut inflow = Inflow::new(reply.response, &self.options, account::MAX_BODY, &NoProgress);
        match inflow.all().await {
            Ok(body) => Ok((reply.head, body)),
            Err(kind) => Err((kind, reply.head)),
        }
    }

    fn not_offered(&self, what: &'static str) -> RemoveError {
        RemoveError::unsent(ErrorKind::NotOffered { service: self.profile.name.clone(), what })
    }

    async fn ask_balance(&self) -> Result<AccountAnswer, RemoveError> {
        let request = self.request(Method::GET, "account", Some(JSON)).map_err(RemoveError::unsent)?;
        let client = self.client().map_err(RemoveError::unsent)?;
        let response = client.execute(request).await;
        let response = response.map_err(|error| RemoveError::unsent(exchange::failure(error, self.cleaner())))?;
        let without_body = |(kind, head)| RemoveError { kind, body: BodySent::No, head: Some(Box::new(head)) };
        let (head, body) = self.small(self.reply("account", response)).await.map_err(without_body)?;
        account::balance(&head, &body).map_err(|kind| without_body((kind, head)))
    }
}

#[async_trait]
impl Remover for HttpRemover {
    async fn remove(
        &self,
        request: &RemovalRequest,
        sink: &mut dyn AnswerSink,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<AnswerHead, RemoveError> {
        if request.accept_json && !self.profile.offers.json {
            return Err(self.not_offered("answers as JSON"));
        }
        if !self.profile.offers.formats.contains(&request.format) {
            return Err(self.not_offered("this format"));
        }
        let parts = Parts::of_removal(request, &self.profile).await.map_err(RemoveError::unsent)?;
        let accept = request.accept_json.then_some(JSON);
        let (reply, meter) = self.post("removebg", parts, accept, progress, cancel).await?;
        let failed = |kind, head| RemoveError { kind, body: meter.shut(), head: Some(Box::new(head)) };
        if reply.head.status != 200 {
            let (kind, head) = self.refused(reply).await;
            return Err(failed(kind, head));
        }
        let Reply { mut head, response } = reply;
        let limit = self.options.max_answer_bytes;
        // Base64 is a third longer, and a document stands around it.
        let wire_limit = limit.saturating_add(limit / 2).saturating_add(refusal::MAX_BODY);
        let mut inflow = Inflow::new(response, &self.options, wire_limit, progress);
        match picture::receive(&mut head, &mut inflow, sink, limit, self.cleaner()).await {
            Ok(()) => Ok(head),
            Err(kind) => Err(failed(kind, head)),
        }
    }

    async fn account(&self) -> Result<AccountAnswer, RemoveError> {
        if !self.profile.offers.account {
            return Err(self.not_offered("a balance"));
        }
        tokio::time::timeout(self.options.account_timeout, self.ask_balance())
            .await
            .unwrap_or_else(|_| Err(RemoveError::unsent(ErrorKind::Timeout { phase: Phase::Waiting })))
    }

    async fn improve(
        &self,
        request: &ImproveRequest,
        progress: &dyn Progress,
        cancel: &CancellationToken,
    ) -> Result<String, RemoveError> {
        if !self.profile.offers.improve {
            return Err(self.not_offered("an improvement programme"));
        }
        let parts = Parts::of_improvement(request, &self.profile).await.map_err(RemoveError::unsent)?;
        let (reply, meter) = self.post("improve", parts, Some(JSON), progress, cancel).await?;
        let failed = |(kind, head)| RemoveError { kind, body: meter.shut(), head: Some(Box::new(head)) };
        let (head, body) = self.small(reply).await.map_err(failed)?;
        account::improvement(&head, &body).map_err(|kind| failed((kind, head)))
    }

    fn profile(&self) -> &Profile {
        &self.profile
    }
}
