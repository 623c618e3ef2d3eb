//! What can become of a call, one variant per cause. The text is for people and never holds the key; the money depends on
//! [`BodySent`] and on the head that came with the failure, both of which are always told.

use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::answer::AnswerHead;
use crate::decimal::Decimal;

/// Whether the whole request had been handed to the transport: from then on the service may have charged for it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum BodySent {
    /// The last chunk was not handed over and never will be: nothing can have been charged.
    No,
    /// The last chunk was handed over: the service may have worked, and charged.
    Yes,
}

/// Which of the waits ran out.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Phase {
    /// Finding and reaching the service: name, TCP, TLS.
    Connecting,
    /// No byte of the request could be handed over for too long.
    Uploading,
    /// The request was out and no answer began.
    Waiting,
    /// The answer stopped arriving.
    Downloading,
}

impl Phase {
    fn in_words(self) -> &'static str {
        match self {
            Self::Connecting => "the service could not be reached in time",
            Self::Uploading => "the upload stood still for too long",
            Self::Waiting => "the service did not answer in time",
            Self::Downloading => "the answer stopped arriving",
        }
    }
}

/// A failed call.
#[derive(Debug, Error)]
#[error("{kind}")]
pub struct RemoveError {
    /// What happened. Its words are the words of this error.
    pub kind: ErrorKind,
    /// Whether the request body was out. `No` for calls that have none.
    pub body: BodySent,
    /// The answer's head, when it had arrived.
    pub head: Option<Box<AnswerHead>>,
}

impl RemoveError {
    /// A failure before anything was sent.
    #[must_use]
    pub fn unsent(kind: ErrorKind) -> Self {
        Self { kind, body: BodySent::No, head: None }
    }

    /// The answer's status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.head.as_ref().map(|head| head.status)
    }

    /// What the service says it charged, if it said so.
    #[must_use]
    pub fn charged(&self) -> Option<&Decimal> {
        self.head.as_ref()?.credits_charged.as_ref()
    }

    /// How long the service asks to wait, if it does.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.head.as_ref()?.retry_after
    }

    /// What stood in the way to the service, where that can be told; `None` for everything that came after.
    #[must_use]
    pub fn connect_trouble(&self) -> Option<ConnectTrouble> {
        match &self.kind {
            ErrorKind::Connect(cause) => Some(ConnectTrouble::of(cause)),
            ErrorKind::Timeout { phase: Phase::Connecting } => Some(ConnectTrouble::Silence),
            _ => None,
        }
    }

    /// Whether the endpoint answered as one that has been closed: 410, a redirect elsewhere, or a web page in place of
    /// the API. Whether the service has ended for good is the caller's judgement.
    #[must_use]
    pub fn looks_closed(&self) -> bool {
        match &self.kind {
            ErrorKind::Refused(error) => error.status == 410,
            ErrorKind::Redirected { .. } => true,
            ErrorKind::NotThisService { content_type, .. } => {
                content_type.as_deref().is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"))
            }
            _ => false,
        }
    }
}

/// What stands in the way to a service. The libraries below tell it in words only; the tests hold these against real sockets.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ConnectTrouble {
    /// Its certificate, or the one that somebody on the way shows in its place, is of an authority that is not believed.
    Certificate,
    /// The proxy asks for a name and password, or takes other ones.
    ProxyCredentials,
    /// The proxy does not let this through.
    ProxyRefuses,
    /// Nobody knows a host of this name.
    NoSuchHost,
    /// The host, or the proxy, takes no connections there.
    NobodyListens,
    /// No answer at all.
    Silence,
    /// Anything else.
    Other,
}

impl ConnectTrouble {
    fn of(cause: &str) -> Self {
        let cause = cause.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| cause.contains(word));
        if says(&["certificate"]) {
            Self::Certificate
        } else if says(&["proxy authorization", "proxy authentication"]) {
            Self::ProxyCredentials
        } else if says(&["unsuccessful", "tunnel"]) {
            Self::ProxyRefuses
        } else if says(&["lookup", "resolve", "not known", "no such host"]) {
            Self::NoSuchHost
        } else if says(&["refused"]) {
            Self::NobodyListens
        } else {
            Self::Other
        }
    }
}

/// The cause of a failed call.
#[derive(Debug, Error)]
pub enum ErrorKind {
    /// The service answered with an error of its own.
    #[error("{0}")]
    Refused(ServiceError),
    /// The service could not be reached: no such host, nobody listening, no TLS.
    #[error("the service could not be reached: {0}")]
    Connect(String),
    /// A wait ran out.
    #[error("{}", .phase.in_words())]
    Timeout {
        /// Which one.
        phase: Phase,
    },
    /// The connection broke before an answer began.
    #[error("the connection broke before the answer: {0}")]
    Transport(String),
    /// The answer's head came, and then less than all of its body.
    #[error("the answer broke off after {got} bytes{}", .expected.map(|all| format!(" of {all}")).unwrap_or_default())]
    Truncated {
        /// Bytes that arrived.
        got: u64,
        /// Bytes announced, if they were.
        expected: Option<u64>,
    },
    /// The answer is larger than any picture of this service can be.
    #[error("the answer is larger than {limit_bytes} bytes")]
    AnswerTooLarge {
        /// The bound, bytes.
        limit_bytes: u64,
    },
    /// The service pointed elsewhere. The key does not follow.
    #[error("the service redirects elsewhere (status {status}{}); the key was not sent there", .location.as_ref().map(|to| format!(", to {to}")).unwrap_or_default())]
    Redirected {
        /// HTTP status.
        status: u16,
        /// Scheme, host and path of the target.
        location: Option<String>,
    },
    /// Something answered that does not speak the wire format: a web page, a portal, a proxy.
    #[error("what answered is not a background-removal service (status {status}, {})", .content_type.as_deref().unwrap_or("unknown content"))]
    NotThisService {
        /// HTTP status.
        status: u16,
        /// `Content-Type`, if any.
        content_type: Option<String>,
    },
    /// The answer claims to be in the wire format and cannot be read.
    #[error("the answer cannot be read: {0}")]
    Unreadable(&'static str),
    /// The answer could not be stored.
    #[error("the answer could not be stored: {0}")]
    Sink(io::Error),
    /// The picture could not be read.
    #[error("the picture could not be read: {0}")]
    Source(io::Error),
    /// The picture's file changed while it was being sent; the upload was stopped.
    #[error("the picture's file changed while it was being sent")]
    SourceChanged,
    /// The picture's file has more bytes than the service takes.
    #[error("the file has {size_bytes} bytes, the service takes at most {limit_bytes}")]
    SourceTooLarge {
        /// The file's size.
        size_bytes: u64,
        /// The profile's limit.
        limit_bytes: u64,
    },
    /// The service has no such call or mode.
    #[error("{service} does not offer {what}")]
    NotOffered {
        /// The profile's name.
        service: String,
        /// What was asked for.
        what: &'static str,
    },
    /// The caller cancelled before the body was out.
    #[error("cancelled before the picture was sent")]
    Cancelled,
}

/// An error in the service's own words, cleaned: no control characters, bounded length, no key.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{title}{} (status {status})", .detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default())]
pub struct ServiceError {
    /// HTTP status.
    pub status: u16,
    /// What went wrong; made from the status where the body did not say.
    pub title: String,
    /// The machine-readable code, where there is one; see [`ErrorCode`](crate::wire::ErrorCode) for the documented ones.
    pub code: Option<String>,
    /// More words.
    pub detail: Option<String>,
    /// How long to wait.
    pub retry_after: Option<Duration>,
    /// Whether the body was the wire format's error document. If not, a proxy or portal may have answered.
    pub documented: bool,
}

/// Why a client cannot be made.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum SetupError {
    /// The profile is a form to fill in: it has no address yet.
    #[error("{name} needs an address first")]
    NoAddress {
        /// The profile's name.
        name: String,
    },
    /// The key would travel in the clear over a network.
    #[error("the key would be sent unencrypted to {host}; use https, or a self-hosted profile")]
    PlainHttp {
        /// The host it would go to.
        host: String,
    },
    /// The profile's authentication header is not a header name.
    #[error("{0:?} cannot be a header name")]
    AuthHeader(String),
    /// The HTTP client could not be built (no TLS roots, for example).
    #[error("the HTTP client could not be set up: {0}")]
    Client(String),
}
