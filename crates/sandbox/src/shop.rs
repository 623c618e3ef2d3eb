//! The shop: where the practice account's owner buys credits and changes the plan, as on the real service's pages. A purchase
//! costs practice coins, which are free, and is an event of the account like any other.
//!
//! `GET /sandbox/shop?t=TOKEN` shows it, `POST /sandbox/shop` with `t=TOKEN&buy=credits-10` buys and sends the browser back to
//! it, so that a reload buys nothing twice. The token is not the key: the page's address passes through a browser, the key
//! never does. No other web page can buy: none knows the token, and a form that says where it comes from must come from here.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::account::{Account, Cycle, Event};
use crate::amount::Amount;
use crate::door::same;
use crate::refusal::Refusal;
use crate::server::{App, blocking};
use crate::shop_page::{self, Note, Shown};

/// Where it is.
pub(crate) const PATH: &str = "/sandbox/shop";
/// The parameter that carries the token.
pub(crate) const TOKEN: &str = "t";
/// The form's field that says what is bought.
pub(crate) const BUY: &str = "buy";
/// In the address after a purchase: what was bought.
const BOUGHT: &str = "bought";
/// In the address after a change of plan: carried credits that lapsed with it.
const LAPSED: &str = "lapsed";

const MAX_FORM_BYTES: usize = 4096;

/// Something for sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goods {
    /// Pay-as-you-go credits.
    Credits,
    /// A plan of so many credits a month.
    Plan,
}

/// An entry of the price list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Its name in forms and addresses.
    pub(crate) id: &'static str,
    pub(crate) goods: Goods,
    /// Credits, at once or a month.
    pub(crate) credits: i64,
    /// Practice coins, at once or a month.
    pub(crate) coins: u32,
}

impl Offer {
    /// Its credits as an amount.
    pub(crate) const fn amount(&self) -> Amount {
        Amount::PICTURE.times(self.credits)
    }
}

/// Everything that is for sale.
pub(crate) const OFFERS: [Offer; 5] = [
    Offer { id: "credits-10", goods: Goods::Credits, credits: 10, coins: 9 },
    Offer { id: "credits-50", goods: Goods::Credits, credits: 50, coins: 35 },
    Offer { id: "plan-10", goods: Goods::Plan, credits: 10, coins: 3 },
    Offer { id: "plan-40", goods: Goods::Plan, credits: 40, coins: 9 },
    Offer { id: "plan-200", goods: Goods::Plan, credits: 200, coins: 39 },
];

/// What became of an attempt to buy.
enum Sale {
    /// Bought; so many carried credits lapsed with it.
    Made(Amount),
    /// The account has this plan already.
    HasIt,
}

/// The shop's calls.
pub(crate) fn router() -> Router<App> {
    Router::new().route(PATH, get(show).post(buy)).layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
}

/// Whether a text can be the token: it stands in addresses and in the page as it is.
pub(crate) fn can_be_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    if !is_owner(&app, &query) {
        return stranger();
    }
    let bought = query.get(BOUGHT).and_then(find);
    let lapsed = query.get(LAPSED).and_then(|text| text.parse().ok()).unwrap_or_default();
    page(app, StatusCode::OK, bought.map(|offer| Note::Bought { offer, lapsed })).await
}

async fn buy(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let form = Form::read(&body);
    if !is_owner(&app, &form) || !is_from_here(&headers) {
        return stranger();
    }
    let Some(offer) = form.get(BUY).and_then(find) else {
        return page(app, StatusCode::BAD_REQUEST, Some(Note::NotForSale)).await;
    };
    if app.ledger.closed().is_some() {
        return page(app, StatusCode::GONE, None).await;
    }
    let service = Arc::clone(&app);
    let sold = blocking(move || sell(&service, offer)).await;
    match sold.and_then(|sold| sold.map_err(|error| Refusal::broken(&error))) {
        Ok(Sale::Made(lapsed)) => see(&app, offer, lapsed),
        Ok(Sale::HasIt) => page(app, StatusCode::CONFLICT, Some(Note::HasIt)).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Sells, if the account does not have it already. When this returns the purchase is on disk.
fn sell(app: &App, offer: &'static Offer) -> std::io::Result<Sale> {
    let mut sale = Sale::HasIt;
    app.ledger.change(|account, now| {
        let event = match offer.goods {
            Goods::Credits => Event::ToppedUp { payg: offer.amount() },
            Goods::Plan if is_current(account, offer) => return Vec::new(),
            Goods::Plan => Event::PlanChanged { monthly: offer.amount(), cycle: Cycle::from(now) },
        };
        sale = Sale::Made(if offer.goods == Goods::Plan { account.rollover() } else { Amount::ZERO });
        vec![event]
    })?;
    Ok(sale)
}

/// Whether `offer` is the account's plan.
pub(crate) fn is_current(account: &Account, offer: &Offer) -> bool {
    offer.goods == Goods::Plan && account.plan.monthly == offer.amount()
}

fn find(id: &str) -> Option<&'static Offer> {
    OFFERS.iter().find(|offer| offer.id == id)
}

/// Back to the page, which says what was bought.
fn see(app: &App, offer: &Offer, lapsed: Amount) -> Response {
    let token = app.shop_token.as_deref().unwrap_or_default();
    let address = format!("{PATH}?{TOKEN}={token}&{BOUGHT}={}&{LAPSED}={lapsed}", offer.id);
    match HeaderValue::from_str(&address) {
        Ok(address) => guarded((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(), None),
        Err(error) => Refusal::broken(&error).into_response(),
    }
}

async fn page(app: App, status: StatusCode, note: Option<Note>) -> Response {
    let service = Arc::clone(&app);
    let account = match blocking(move || service.ledger.account()).await {
        Ok(Ok(account)) => account,
        Ok(Err(error)) => return Refusal::broken(&error).into_response(),
        Err(refusal) => return refusal.into_response(),
    };
    let token = app.shop_token.as_deref().unwrap_or_default();
    html(status, |nonce| shop_page::shop(&Shown { account: &account, lag: app.ledger.lag(), note, token, nonce }))
}

/// For whoever has no token, another one, or comes from another page.
fn stranger() -> Response {
    html(StatusCode::FORBIDDEN, shop_page::stranger)
}

fn html(status: StatusCode, page: impl FnOnce(&str) -> String) -> Response {
    let nonce = uuid::Uuid::new_v4().simple().to_string();
    guarded((status, axum::response::Html(page(&nonce))).into_response(), Some(&nonce))
}

/// What keeps the page and its address to itself.
fn guarded(mut response: Response, nonce: Option<&str>) -> Response {
    let style = nonce.map(|nonce| format!("style-src 'nonce-{nonce}'; ")).unwrap_or_default();
    let policy = format!("default-src 'none'; {style}form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Names and values of a query or form.
struct Form(Vec<(String, String)>);

impl Form {
    fn read(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    /// The first value of that name.
    fn get(&self, wanted: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

fn is_owner(app: &App, form: &Form) -> bool {
    let given = form.get(TOKEN).unwrap_or_default();
    app.shop_token.as_deref().is_some_and(|token| same(given.as_bytes(), token.as_bytes()))
}

/// Whether a form comes from the shop's own page, as far as the browser says. A page without a referrer sends `Origin: null`
/// with its forms, so `null` says nothing; there `Sec-Fetch-Site` does.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let is_loopback = ["127.0.0.1", "localhost"].contains(&host.split(':').next().unwrap_or_default());
    let own = |origin: &str| origin.strip_prefix("http://") == Some(host) && is_loopback;
    site && text(header::ORIGIN.as_str()).is_none_or(|origin| origin == "null" || own(origin))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot read its own table should stop")]

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_plain_client(&[], true)]
    #[case::the_page_itself(&[("origin", "null"), ("sec-fetch-site", "same-origin")], true)]
    #[case::the_page_by_its_origin(&[("origin", "http://127.0.0.1:8799")], true)]
    #[case::another_page(&[("origin", "null"), ("sec-fetch-site", "cross-site")], false)]
    #[case::another_program_on_this_computer(&[("origin", "http://127.0.0.1:5000")], false)]
    #[case::another_port(&[("sec-fetch-site", "same-site")], false)]
    #[case::a_web_site(&[("origin", "https://example.org")], false)]
    #[case::a_name_that_leads_here(&[("host", "example.org:8799"), ("origin", "http://example.org:8799")], false)]
    fn only_the_shops_own_page_may_buy(#[case] sent: &[(&'static str, &'static str)], #[case] allowed: bool) {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("127.0.0.1:8799"));
        for (name, value) in sent {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        assert_eq!(is_from_here(&headers), allowed);
    }

    #[rstest]
    #[case("f00BA4-_", true)]
    #[case("", false)]
    #[case("a&b", false)]
    #[case("\"><script>", false)]
    fn a_token_needs_no_quoting(#[case] text: &str, #[case] can: bool) {
        assert_eq!(can_be_token(text), can);
    }
}
