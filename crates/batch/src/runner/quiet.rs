//! A quiet moment: waits until a look at the balance can prove something, looks, and reads from the rows what it said of requests
//! that may have been charged (docs/money.md, "Resolving unknowns"). The verdict is the ledger's.

use std::time::Duration;

use clearcut_credits::QUIET_BEFORE_A_LOOK;
use clearcut_store::{JobId, JobState};
use jiff::SignedDuration;

use super::{Audience, Sleeper, until};
use crate::Spender;
use crate::queue::Happened;

/// Beyond the minute of quiet: the clock of the rows counts whole microseconds.
const A_LITTLE: SignedDuration = SignedDuration::from_secs(1);
/// Between two looks that prove nothing: the balance lags by seconds.
const BETWEEN_LOOKS: Duration = Duration::from_secs(20);
/// So often it is looked.
const LOOKS: u32 = 6;

/// Looks in quiet; answers whether that proved something. Nothing of this queue is on its way meanwhile. Dropping it loses nothing.
pub async fn look(spender: &Spender, audience: &dyn Audience, sleeper: &dyn Sleeper) -> bool {
    for round in 0..LOOKS {
        if round > 0 {
            sleeper.sleep(BETWEEN_LOOKS).await;
        }
        let now = spender.parts.clock.now();
        let spent = spender.parts.store.state(spender.account()).ok().and_then(|state| state.books().last_spend);
        if let Some(quiet) = spent.and_then(|at| at.saturating_add(QUIET_BEFORE_A_LOOK + A_LITTLE).ok())
            && quiet > now
        {
            sleeper.sleep(until(quiet, now)).await;
        }
        if !audience.look().await {
            continue;
        }
        let Ok(state) = spender.parts.store.state(spender.account()) else { continue };
        // Nothing is asked any more, or the answer is that it cannot be told which.
        if state.open_questions().next().is_none() || proved(spender) {
            return true;
        }
    }
    false
}

/// The last look was conclusive: what it could say of the open questions it has said.
fn proved(spender: &Spender) -> bool {
    use clearcut_credits::Standing;
    let last = spender.parts.store.snapshots(spender.account(), 1);
    last.is_ok_and(|last| last.first().is_some_and(|snapshot| snapshot.standing == Standing::Conclusive))
}

/// What the rows say of these jobs now.
pub(super) fn read(spender: &Spender, unknown: &[JobId], looked: bool) -> Happened {
    let (mut released, mut lost, mut open) = (Vec::new(), Vec::new(), 0);
    for job in unknown {
        match spender.parts.store.job(*job) {
            Ok(row) if row.state == JobState::Failed => released.push((*job, row.tries + 1)),
            Ok(row) if row.state == JobState::PaidLost => lost.push(*job),
            Ok(row) if matches!(row.state, JobState::Unknown | JobState::ServiceEnded) => open += 1,
            Ok(_) | Err(_) => {}
        }
    }
    Happened::Answered { released, lost, open, looked }
}
