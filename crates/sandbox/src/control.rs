//! The control call: whoever tests against the practice service says here what the world does next.
//!
//! `POST /sandbox/control` with the key in `X-Api-Key` and a JSON object, every member optional:
//!
//! | member | effect |
//! | --- | --- |
//! | `"set": {"subscription": "10", "payg": "0", "enterprise": "0", "free_previews": 3}` | balances from now on; what is left out stays |
//! | `"set": {"monthly": "200", "monthly_free_previews": 50}` | another plan from now on; counts from the next renewal |
//! | `"top_up": "10"` | buys pay-as-you-go credits |
//! | `"use_elsewhere": "3"` | another installation is charged that many credits, from the subscription first, as far as they reach; counts in `used_elsewhere`, not in `charged` |
//! | `"advance_s": 86400` | moves the account's clock forward (a year at most); months that pass renew |
//! | `"renew": true` | begins a new month now: carries up to five months over, adds a month's credits, refills free previews |
//! | `"fail_renewal": true` | begins a new month now whose payment fails: the subscription's credits are gone, carried ones too |
//! | `"change_plan": "200"` | buys another plan: its month begins now and adds its credits; carried ones lapse, and no later renewal carries any |
//! | `"close": "gone"` | the service has ended: `gone` (410), `not_found` (404, a web page), `forbidden` (403), `redirect` (302), `html` (200, a web page) |
//! | `"open": true` | and opens again |
//! | `"latency_ms": 200` | wait before every answer |
//! | `"rate_limit": 30` | megapixels a minute from now on, with a full bucket; 0 is none |
//! | `"faults": {"seed": 7, "rules": [ … ]}` | other rules of misbehaviour, counting from here: [`crate::faults`] |
//!
//! They happen in this order. Amounts are text or numbers with at most six decimals. The answer is the state
//! afterwards, the same document as `GET /sandbox/state` ([`StateBody`]). An unknown member is refused with 400
//! and changes nothing.
//!
//! ```sh
//! curl -H 'X-Api-Key: practice' -d '{"set": {"subscription": "1"}, "top_up": "5"}' http://127.0.0.1:8799/sandbox/control
//! ```

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{Account, Balances, Charge, Closing, Cycle, Event, Plan};
use crate::amount::Amount;
use crate::faults::FaultPlan;
use crate::refusal::Refusal;
use crate::server::{App, blocking};

const YEAR_S: i64 = 366 * 86_400;

/// The body of a control call; the module's table says what each member does.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the module's table documents every member once")]
pub struct ControlBody {
    pub set: Option<SetBody>,
    pub top_up: Option<Amount>,
    pub use_elsewhere: Option<Amount>,
    pub advance_s: Option<i64>,
    pub renew: bool,
    pub fail_renewal: bool,
    pub change_plan: Option<Amount>,
    pub close: Option<Closing>,
    pub open: bool,
    pub latency_ms: Option<u64>,
    pub rate_limit: Option<u32>,
    pub faults: Option<FaultPlan>,
}

/// Balances and plan to set; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the module's table documents every member once")]
pub struct SetBody {
    pub subscription: Option<Amount>,
    pub payg: Option<Amount>,
    pub enterprise: Option<Amount>,
    pub free_previews: Option<u32>,
    pub monthly: Option<Amount>,
    pub monthly_free_previews: Option<u32>,
}

/// The state of the practice service. Amounts are text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateBody {
    /// The account's clock.
    pub now: Timestamp,
    /// When the running month began.
    pub month_began_at: Timestamp,
    /// When the next one begins.
    pub renews_at: Timestamp,
    /// The day of the month that months begin on, in UTC; those without it use their last one.
    pub renewal_day: u8,
    /// What a month brings.
    pub plan: Plan,
    /// What is in each pocket.
    pub balances: Balances,
    /// All credits together.
    pub total: Amount,
    /// What of the subscription was carried over.
    pub rollover: Amount,
    /// How many months of credits a renewal carries over; 0 once the plan was changed.
    pub rollover_months: u32,
    /// Drawn from the subscription since the running month began.
    pub used_this_month: Amount,
    /// Credits charged for removals since the account was opened.
    pub charged: Amount,
    /// Credits that another installation was charged since (`use_elsewhere`).
    pub used_elsewhere: Amount,
    /// How it answers, where the service has ended.
    pub closed: Option<Closing>,
    /// Calls under `/v1.0` since this program started, by path, refused ones included.
    pub calls: BTreeMap<String, u64>,
    /// Calls under `/v1.0` that are being worked on right now: what a client that died may yet be charged for.
    pub under_way: u64,
    /// Removals since this program started by the `size` they asked for, refused ones included.
    pub sizes: BTreeMap<&'static str, u64>,
    /// Charges since this program started by the picture they were for: its file's BLAKE3, hexadecimal.
    pub charged_pictures: BTreeMap<String, u64>,
    /// How often each rule of misbehaviour has acted since the rules were set, in their order.
    pub faults: Vec<u64>,
    /// Every charge, oldest first.
    pub charges: Vec<ChargeLine>,
}

/// A charge and when it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChargeLine {
    /// When, by the account's clock.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub charge: Charge,
}

/// What this program has seen since it started, beside the account.
pub(crate) struct Seen {
    pub(crate) calls: BTreeMap<String, u64>,
    pub(crate) sizes: BTreeMap<&'static str, u64>,
    pub(crate) charged_pictures: BTreeMap<String, u64>,
    pub(crate) faults: Vec<u64>,
    pub(crate) under_way: u64,
}

impl StateBody {
    /// The state of `account` at `now`.
    pub(crate) fn new(account: Account, now: Timestamp, seen: Seen) -> Self {
        let Seen { calls, sizes, charged_pictures, faults, under_way } = seen;
        let rollover = account.rollover();
        let Account {
            plan,
            balances,
            cycle,
            used_this_month,
            rollover_months,
            ahead_s: _,
            closed,
            charged,
            used_elsewhere,
            charges,
            last_at: _,
        } = account;
        Self {
            now,
            month_began_at: cycle.began_at(),
            renews_at: cycle.renews_at(),
            renewal_day: cycle.day(),
            plan,
            balances,
            total: balances.total(),
            rollover,
            rollover_months,
            used_this_month,
            charged,
            used_elsewhere,
            closed,
            calls,
            under_way,
            sizes,
            charged_pictures,
            faults,
            charges: charges.into_iter().map(|(at, charge)| ChargeLine { at, charge }).collect(),
        }
    }
}

/// Answers `POST /sandbox/control`.
pub(crate) async fn control(State(app): State<App>, body: Bytes) -> Result<Response, Refusal> {
    let body: ControlBody = serde_json::from_slice(&body).map_err(|e| Refusal::malformed(e.to_string()))?;
    if let Some(plan) = &body.faults {
        plan.check().map_err(Refusal::malformed)?;
    }
    if body.advance_s.is_some_and(|seconds| !(0..=YEAR_S).contains(&seconds)) {
        return Err(Refusal::malformed(format!("advance_s is from 0 to {YEAR_S}")));
    }
    let service = Arc::clone(&app);
    blocking(move || apply(&service, body)).await?.map_err(|e| Refusal::broken(&e))?;
    state(State(app)).await
}

/// Answers `GET /sandbox/state`.
pub(crate) async fn state(State(app): State<App>) -> Result<Response, Refusal> {
    let state = app.state().map_err(|e| Refusal::broken(&e))?;
    Ok(Json(state).into_response())
}

fn apply(app: &App, body: ControlBody) -> io::Result<()> {
    let ControlBody {
        set,
        top_up,
        use_elsewhere,
        advance_s,
        renew,
        fail_renewal,
        change_plan,
        close,
        open,
        latency_ms,
        rate_limit,
        faults,
    } = body;
    app.ledger.change(|account, _| {
        let set = set.map(|set| set_event(account, &set));
        let top_up = top_up.map(|payg| Event::ToppedUp { payg });
        set.into_iter().chain(top_up).collect()
    })?;
    app.ledger.change(|account, _| {
        let elsewhere = use_elsewhere.map(|amount| account.elsewhere(amount));
        let advance = advance_s.map(|seconds| Event::Advanced { seconds });
        elsewhere.into_iter().chain(advance).collect()
    })?;
    // Months that the clock has passed are renewed by now; a renewal on request comes after them.
    app.ledger.change(|_, now| {
        let cycle = Cycle::from(now);
        let renew = renew.then_some(Event::Renewed { cycle });
        let fail = fail_renewal.then_some(Event::RenewalFailed { cycle });
        let plan = change_plan.map(|monthly| Event::PlanChanged { monthly, cycle });
        let close = close.map(|how| Event::Closed { how: Some(how) });
        let open = open.then_some(Event::Closed { how: None });
        [renew, fail, plan, close, open].into_iter().flatten().collect()
    })?;
    if let Some(latency_ms) = latency_ms {
        app.set_latency_ms(latency_ms);
    }
    if let Some(per_minute) = rate_limit {
        app.set_rate_limit(per_minute);
    }
    if let Some(plan) = faults {
        app.faults.replace(plan);
    }
    Ok(())
}

fn set_event(account: &Account, set: &SetBody) -> Event {
    let SetBody { subscription, payg, enterprise, free_previews, monthly, monthly_free_previews } = set;
    let (plan, balances) = (account.plan, account.balances);
    Event::Set {
        plan: Plan {
            monthly: monthly.unwrap_or(plan.monthly),
            free_previews: monthly_free_previews.unwrap_or(plan.free_previews),
        },
        balances: Balances {
            subscription: subscription.unwrap_or(balances.subscription),
            payg: payg.unwrap_or(balances.payg),
            enterprise: enterprise.unwrap_or(balances.enterprise),
            free_previews: free_previews.unwrap_or(balances.free_previews),
        },
    }
}
