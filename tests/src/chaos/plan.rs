//! What goes wrong in one run: pure, and the same for the same seed. Every fault of the practice service's table has its
//! share; how large it is, where the storms are, when the process dies and what the user does is rolled.

use serde_json::{Value, json};

use super::dice::Dice;

/// How many times faster than the real one the product's clock runs. A minute of quiet is then a tenth of a second: more
/// than any delay in here, as a minute is more than any lag of the service.
pub const SPEED: u32 = 600;

/// What a 429 asks to wait for, in seconds.
const RETRY_AFTER_S: u64 = 2;

/// When a process dies, counted from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// After so many milliseconds.
    AfterMs(u64),
    /// When the service has been asked for so many removals more.
    AfterCalls(u64),
    /// When so many results more lie in the folder.
    AfterFiles(u64),
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Where it comes from.
    pub seed: u64,
    /// How many pictures.
    pub pictures: u64,
    /// Subscription credits at the start; fewer than needed in some runs.
    pub subscription: u64,
    /// PAYG credits at the start, which pay where the subscription ends. Where there are none, the user buys some when everything
    /// has run out.
    pub payg: u64,
    /// The service's rules of misbehaviour.
    pub faults: Value,
    /// The deaths, in order. After the last one the process is left alone.
    pub deaths: Vec<Death>,
    /// What remains charged in vain or undecided is sent once more, as a user may choose.
    pub tries_again: bool,
}

impl Plan {
    /// The run of this seed.
    #[must_use]
    pub fn of(seed: u64, pictures: u64) -> Self {
        let mut dice = Dice::new(seed);
        let in_the_middle = dice.between(pictures / 4, pictures - 1);
        let (subscription, payg) = match dice.between(0, 9) {
            0..=2 => (in_the_middle, 0),
            3..=5 => (in_the_middle, pictures * 3),
            6 => (in_the_middle / 2, in_the_middle / 3),
            _ => (pictures * 3, 0),
        };
        let deaths = (0..dice.between(3, 8)).map(|_| death(&mut dice, pictures)).collect();
        let rules: Vec<Value> = storms(&mut dice, pictures).into_iter().chain(faults(&mut dice)).collect();
        Self {
            seed,
            pictures,
            subscription,
            payg,
            faults: json!({"seed": dice.roll() >> 1, "rules": rules}),
            deaths,
            tries_again: dice.chance(300),
        }
    }
}

fn death(dice: &mut Dice, pictures: u64) -> Death {
    match dice.between(0, 4) {
        // The first moments: opening, putting right what the last death left.
        0 => Death::AfterMs(dice.between(0, 60)),
        1 | 2 => Death::AfterMs(dice.between(60, 400)),
        3 => Death::AfterCalls(dice.between(1, pictures / 4)),
        _ => Death::AfterFiles(dice.between(1, pictures / 4)),
    }
}

/// Refusals in a row. They come first: within a storm nothing else happens.
fn storms(dice: &mut Dice, pictures: u64) -> Vec<Value> {
    let mut storm = |status: u64, length: u64| {
        let begins = dice.between(0, pictures);
        json!({"path": "/removebg", "burst": [begins, length], "status": status, "retry_after_s": RETRY_AFTER_S})
    };
    let mut storms = vec![storm(429, 3), storm(429, 12), storm(503, 2), storm(500, 3), storm(502, 1)];
    // The service says in the middle that the credits are used up, though they are not.
    storms.push(storm(402, 1));
    let mut silence = |status: u64, most: u64| {
        let begins = dice.between(0, 30);
        json!({"path": "/account", "burst": [begins, dice.between(1, most)], "status": status})
    };
    storms.extend([silence(503, 6), silence(429, 3)]);
    storms
}

/// Everything else: each with its own share of the calls.
fn faults(dice: &mut Dice) -> Vec<Value> {
    let tail = dice.between(1, 400);
    let within_upload = dice.between(1, 200_000);
    let lag_ms = dice.between(1, 40);
    // Slower than the worker has patience for.
    let too_slow = dice.between(1, 20);
    let removals = [
        json!({"status": 500}),
        json!({"status": 502, "delay_ms": 5}),
        json!({"drop_before_body": true}),
        json!({"drop_before_body": true, "reset": true}),
        json!({"drop_in_body": within_upload}),
        json!({"drop_in_body": within_upload, "reset": true}),
        json!({"drop_after_body": true}),
        json!({"drop_after_body": true, "reset": true}),
        json!({"charge_then_drop": true}),
        json!({"charge_then_drop": true, "reset": true}),
        json!({"charge_then_status": 500}),
        json!({"charge_then_status": 502}),
        json!({"cut_after_bytes": 0}),
        json!({"cut_after_bytes": tail}),
        json!({"cut_after_bytes": tail, "reset": true}),
        json!({"cut_after_bytes": 300, "trickle_bytes_per_s": 20_000}),
        json!({"wrong_length": 100}),
        json!({"wrong_length": -20}),
        json!({"broken_zip": true}),
        json!({"wrong_type": "text/html; charset=utf-8"}),
        json!({"omit_headers": ["x-credits-charged"]}),
        // Slow loris: a byte now and then, and a few bytes for ever.
        json!({"trickle_bytes_per_s": 1, "times": 1}),
        json!({"trickle_bytes_per_s": too_slow * 20, "times": 1}),
        // Cheaper than the quote; dearer would break the law where its answer is lost, and rightly so.
        json!({"charge": "0.5", "times": 2}),
        // These spoil nothing: the answer is whole.
        json!({"surplus_bytes": 5_000}),
        json!({"trickle_bytes_per_s": 40_000}),
        json!({"delay_ms": 15}),
    ];
    let balance = [
        json!({"status": 500}),
        json!({"drop_after_body": true}),
        json!({"charge_then_drop": true, "reset": true}),
        json!({"lag_ms": lag_ms}),
        json!({"broken_zip": true}),
    ];
    let mut rules = Vec::new();
    for what in removals {
        rules.push(at(dice, what, "/removebg", 12));
    }
    for what in balance {
        rules.push(at(dice, what, "/account", 120));
    }
    rules
}

/// The fault on this path, at up to so many calls in a thousand.
fn at(dice: &mut Dice, mut what: Value, path: &str, most_per_mille: u64) -> Value {
    let per_mille = dice.between(0, most_per_mille);
    what["path"] = path.into();
    // Written as text so that no float stands between the seed and the rule.
    what["probability"] = format!("0.{per_mille:03}").parse().map_or(Value::Null, Value::Number);
    what
}

/// Whether a rule takes a charged answer away or makes it useless.
#[must_use]
pub fn spoils(rule: &Value) -> bool {
    let named = |name: &str| rule.get(name).is_some();
    let slow = rule.get("trickle_bytes_per_s").and_then(Value::as_u64).is_some_and(|rate| rate < 1_000);
    slow || ["charge_then_drop", "charge_then_status", "cut_after_bytes", "wrong_length", "broken_zip", "wrong_type"]
        .into_iter()
        .any(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_plan_and_another_is_another() {
        assert_eq!(Plan::of(7, 200), Plan::of(7, 200));
        assert_ne!(Plan::of(7, 200), Plan::of(8, 200));
    }

    #[test]
    fn every_plan_can_be_played() {
        for seed in 0..500 {
            let plan = Plan::of(seed, 200);
            assert!((3..=8).contains(&plan.deaths.len()));
            assert!(plan.subscription >= 25);
            let rules = plan.faults["rules"].as_array().map_or(0, Vec::len);
            assert_eq!(rules, 40, "{}", plan.faults);
        }
    }

    #[test]
    fn what_spoils_an_answer_is_known() {
        assert!(spoils(&json!({"cut_after_bytes": 0})));
        assert!(spoils(&json!({"charge_then_status": 502})));
        assert!(!spoils(&json!({"status": 500})));
        assert!(spoils(&json!({"trickle_bytes_per_s": 10})));
        assert!(!spoils(&json!({"trickle_bytes_per_s": 20_000})));
    }
}
