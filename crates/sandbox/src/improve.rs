//! `POST /v1.0/improve`: takes a picture as the improvement programme would, checks it, and forgets it at once.
//! Nothing is stored and nothing is charged.

use std::sync::{Mutex, PoisonError};

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use clearcut_service::wire::ImproveAnswer;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::answer::stamp;
use crate::fetch::Purpose;
use crate::fields;
use crate::params::source;
use crate::refusal::Refusal;
use crate::removal::{check_input, obtain};
use crate::server::App;
use crate::sizes::MAX_IMPROVEMENTS_A_DAY;

/// How many pictures were taken today, by the account's clock in UTC.
#[derive(Debug, Default)]
pub(crate) struct DailyLimit(Mutex<Option<(Date, u32)>>);

impl DailyLimit {
    /// Takes one of today's places; otherwise says how many seconds of the day are left.
    fn take(&self, now: Timestamp) -> Result<(), i64> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.filter(|(day, _)| *day == today).map_or(0, |(_, count)| count);
        if count >= MAX_IMPROVEMENTS_A_DAY {
            return Err(86_400 - now.as_second().rem_euclid(86_400));
        }
        *taken = Some((today, count + 1));
        Ok(())
    }
}

/// Answers one submission.
pub(crate) async fn improve(State(app): State<App>, request: Request) -> Response {
    let id = uuid::Uuid::new_v4().to_string();
    let mut response = match submit(&app, request).await {
        Ok(()) => Json(ImproveAnswer { id: id.clone() }).into_response(),
        Err(refusal) => refusal.into_response(),
    };
    stamp(&mut response, &id, app.ledger.now(), None);
    response
}

async fn submit(app: &App, request: Request) -> Result<(), Refusal> {
    let fields = fields::read(request).await?;
    app.latency().await;
    let picture = obtain(app, &source(&fields)?, Purpose::Image).await?;
    check_input(&picture)?;
    app.improvements.take(app.ledger.now()).map_err(Refusal::rate_limited)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_a_day_and_again_the_next_day() {
        let limit = DailyLimit::default();
        let noon: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        for _ in 0..MAX_IMPROVEMENTS_A_DAY {
            assert_eq!(limit.take(noon), Ok(()));
        }
        assert_eq!(limit.take(noon), Err(43_200));
        assert_eq!(limit.take("2026-11-23T00:00:00Z".parse().unwrap()), Ok(()));
    }
}
