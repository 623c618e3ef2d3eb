//! The practice service: an HTTP server on this computer that speaks the removal service's wire format
//! from an account of its own, cuts out with the built-in model, and misbehaves on request.
//!
//! It exists so that everything Clearcut does with credits can be done, watched and broken without a key
//! and without a cent. It refuses to know how Clearcut books anything: its account is kept with its own
//! arithmetic ([`amount`], [`account`]), so that one mistake cannot agree with itself.
//!
//! # The calls
//!
//! | call | what it does |
//! | --- | --- |
//! | `POST /v1.0/removebg` | cuts out a picture (multipart, form-urlencoded or JSON), charges the account |
//! | `GET /v1.0/account` | the balance, as it was `account_lag_ms` ago |
//! | `POST /v1.0/improve` | takes a picture for "improvement", throws it away, answers with an id |
//! | `POST /sandbox/control` | sets balances, renews the cycle, moves the clock, ends the service: [`control`] |
//! | `GET /sandbox/state` | the account, its clock, every charge so far: [`control::StateBody`] |
//! | `GET /sandbox/shop?t=TOKEN`, `POST /sandbox/shop` | a page for people that sells credits and plans for practice coins |
//!
//! Every call wants the key in `X-Api-Key`, but for the shop, which wants a token of its own and is there only
//! where one was set. Only loopback connections are served. Misbehaviour is
//! described by a file of rules: [`faults`].
//!
//! # Where it only approximates the real service
//!
//! - `image_url` and `bg_image_url` are fetched from `http://` loopback addresses only; every other
//!   address answers `failed_image_download` or `failed_bg_download`.
//! - The subject's type is taken from the request (`X-Type: other` under `type=auto`); nothing is classified.
//! - `shadow_type=drop` is a real soft shadow. `car`, `3D` and `auto` are that shadow with other
//!   proportions. `shadow_opacity=auto` is 60 %.
//! - `X-Foreground-*` always counts in pixels of the input picture.
//! - A URL, a charge and a rate limit window know nothing of other accounts: there is one key.

pub mod account;
pub mod amount;
pub mod control;
pub mod faults;

mod answer;
mod backdrop;
mod balance;
mod canned;
mod canvas;
mod closed;
mod cycle;
mod door;
mod event;
mod fetch;
mod fields;
mod improve;
mod journal;
mod ledger;
mod listener;
mod misbehave;
mod options;
mod params;
mod plan;
mod rate;
mod refusal;
mod removal;
mod render;
mod server;
mod shadow;
mod shop;
mod shop_page;
mod sizes;

pub use options::{SandboxError, SandboxOptions};
pub use server::{Running, Sandbox};
