//! `GET /v1.0/account`: the balance, as late as the service was told to be. No rollover, no plan, no renewal date:
//! the real one has none of them either.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use clearcut_service::Decimal;
use clearcut_service::wire::{AccountApi, AccountAttributes, AccountBody, AccountCredits, AccountData};

use crate::account::Balances;
use crate::amount::Amount;
use crate::answer::stamp;
use crate::misbehave::Lag;
use crate::refusal::Refusal;
use crate::server::App;

/// Answers one look at the balance.
pub(crate) async fn balance(State(app): State<App>, request: Request) -> Response {
    app.latency().await;
    let Lag(later) = request.extensions().get().copied().unwrap_or_default();
    let mut response = match app.ledger.shown(later) {
        Ok(balances) => Json(document(&balances)).into_response(),
        Err(error) => Refusal::broken(&error).into_response(),
    };
    stamp(&mut response, &uuid::Uuid::now_v7().to_string(), app.ledger.now(), None);
    response
}

fn document(balances: &Balances) -> AccountBody {
    let credits = AccountCredits {
        total: decimal(balances.total()),
        subscription: decimal(balances.subscription),
        payg: decimal(balances.payg),
        enterprise: decimal(balances.enterprise),
    };
    let api = AccountApi { free_calls: balances.free_previews.to_string().parse().ok(), sizes: Some("all".to_owned()) };
    AccountBody { data: AccountData { attributes: AccountAttributes { credits, api } } }
}

/// The text of an amount is always a decimal.
fn decimal(amount: Amount) -> Option<Decimal> {
    amount.to_string().parse().ok()
}
