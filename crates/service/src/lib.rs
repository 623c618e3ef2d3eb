//! Who removes the background: the [`Remover`] trait, the remove.bg wire format as a client, and the profiles of the
//! services that speak it. This room is the only one that knows a URL. It refuses to know what a credit is worth (amounts
//! stay decimal text), what a picture looks like (answers are bytes), and when to try again (that is the caller's decision,
//! made from [`RemoveError::body`] and [`RemoveError::kind`]).

mod answer;
mod decimal;
mod error;
mod http;
mod improve;
mod key;
mod profile;
mod remover;
mod request;
pub mod wire;

pub use answer::{AccountAnswer, AnswerHead, RateLimit};
pub use decimal::{BadDecimal, Decimal};
pub use error::{BodySent, ConnectTrouble, ErrorKind, Phase, RemoveError, ServiceError, SetupError};
pub use http::{
    Authorities, BadAuthorities, BadProxy, HttpOptions, HttpRemover, Network, ProxyAddress, ProxyChoice, ProxyPassword,
    SharedNetwork,
};
pub use improve::{Consent, ImproveRequest};
pub use key::{ApiKey, BadKey};
pub use profile::{
    BadPrefix, FactSource, Limits, Offers, Pages, Prices, Profile, ProfileKind, SizeLimit, builtin_profiles,
};
pub use remover::{AnswerSink, NoProgress, Progress, Remover};
pub use request::{Background, ImageSource, RemovalRequest};
pub use wire::Rect;
