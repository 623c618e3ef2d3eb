//! Rules of misbehaviour: which calls go wrong, and how. Pure: rules count calls and say what happens; what
//! that does to an HTTP answer stands elsewhere.
//!
//! A faults file is `{"seed": 7, "rules": [ … ]}`, or only the list. Each rule says **when** and **what**.
//!
//! | when | meaning |
//! | --- | --- |
//! | `"path": "/removebg"` | only calls whose path ends so; without it every call under `/v1.0` |
//! | `"nth": 3` | the third call of that path |
//! | `"every": 5` | the 5th, 10th, 15th… call |
//! | `"probability": 0.1` | one call in ten, drawn from `seed` and the call's number: the same in every run |
//! | `"burst": [20, 8]` | a storm: the eight calls after the twentieth |
//! | `"times": 2` | at most twice |
//!
//! Without `nth`, `every`, `probability` and `burst` the rule fits every call of its path; where several are given,
//! all must fit. Every rule counts the calls of its own path; the first rule that fits a call is the one that acts.
//!
//! | what | the client sees | charged |
//! | --- | --- | --- |
//! | `"delay_ms": 500` | the answer comes later; goes with every other one | as usual |
//! | `"status": 503` | this status, a JSON error, `"retry_after_s"` if given; the body is read first | no |
//! | `"drop_before_body": true` | the connection ends before the upload is read | no |
//! | `"drop_in_body": 1000` | the connection ends when so many bytes of the upload have been read | no |
//! | `"drop_after_body": true` | the connection ends when the upload has been read | no |
//! | `"charge_then_drop": true` | the same, after the charge | **yes** |
//! | `"charge_then_status": 502` | this status, after the charge | **yes** |
//! | `"cut_after_bytes": 1000` | right headers, the connection ends after so many bytes of the body | **yes** |
//! | `"wrong_length": 100` | `Content-Length` is larger than the body by so many bytes (smaller, if negative) | **yes** |
//! | `"surplus_bytes": 100` | so many zeros follow the answer, beyond its `Content-Length`; inside the body where that header is omitted | **yes** |
//! | `"trickle_bytes_per_s": 50` | the head at once, the body a little at a time (slow loris) | **yes** |
//! | `"broken_zip": true` | right headers and length, but the ZIP's directory (any other answer's tail) is garbage | **yes** |
//! | `"wrong_type": "text/html"` | the answer under another `Content-Type` | **yes** |
//! | `"omit_headers": ["x-credits-charged"]` | the answer without these headers | **yes** |
//! | `"charge": "2"` | the answer at this price instead of the usual one | **that much** |
//! | `"lag_ms": 5000` | `/account` shows the balance as it was so long ago, ten minutes at most | |
//! | `"reset": true` | where this rule ends the connection, a reset (RST) instead of an orderly end | |
//!
//! `charge_then_*`, `cut_after_bytes` and those below act only on answers that succeeded. `retry_after_s` goes with
//! both statuses.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::amount::Amount;

/// A set of rules.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlan {
    /// Where `probability` draws from.
    #[serde(default)]
    pub seed: u64,
    /// The rules, in order.
    pub rules: Vec<FaultRule>,
}

/// One rule: when it acts, and what it does. The module's tables say what each field means.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the module's tables document every field once")]
pub struct FaultRule {
    pub path: Option<String>,
    pub nth: Option<u64>,
    pub every: Option<u64>,
    pub probability: Option<f64>,
    pub burst: Option<[u64; 2]>,
    pub times: Option<u64>,

    pub delay_ms: Option<u64>,
    pub status: Option<u16>,
    pub retry_after_s: Option<u32>,
    pub drop_before_body: bool,
    pub drop_in_body: Option<u64>,
    pub drop_after_body: bool,
    pub charge_then_drop: bool,
    pub charge_then_status: Option<u16>,
    pub cut_after_bytes: Option<u64>,
    pub wrong_length: Option<i64>,
    pub surplus_bytes: Option<u32>,
    pub trickle_bytes_per_s: Option<u32>,
    pub broken_zip: bool,
    pub wrong_type: Option<String>,
    pub omit_headers: Vec<String>,
    pub charge: Option<Amount>,
    pub lag_ms: Option<u32>,
    pub reset: bool,
}

/// The most that a rule lets `/account` lag behind, in milliseconds.
pub(crate) const MAX_LAG_MS: u32 = 600_000;

impl FaultPlan {
    /// Reads a faults file.
    ///
    /// # Errors
    /// What is wrong with it, in words that name the rule.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
        Self::parse(&text)
    }

    /// Reads rules from JSON text: a plan, or only its list of rules.
    ///
    /// # Errors
    /// What is wrong with it, in words that name the rule.
    pub fn parse(text: &str) -> Result<Self, String> {
        let plan = if text.trim_start().starts_with('[') {
            serde_json::from_str(text).map(|rules| Self { seed: 0, rules })
        } else {
            serde_json::from_str(text)
        };
        let plan = plan.map_err(|e| e.to_string())?;
        plan.check()?;
        Ok(plan)
    }

    /// Whether every rule makes sense.
    ///
    /// # Errors
    /// What is wrong, in words that name the rule.
    pub fn check(&self) -> Result<(), String> {
        let mut numbered = self.rules.iter().enumerate();
        numbered.try_for_each(|(index, rule)| rule.check().map_err(|why| format!("rule {}: {why}", index + 1)))
    }
}

impl FaultRule {
    fn check(&self) -> Result<(), String> {
        let status_ok = |status: Option<u16>| status.is_none_or(|s| (400..=599).contains(&s));
        let header_ok = |text: &String| text.parse::<http::HeaderName>().is_ok();
        let type_ok = |text: &String| http::HeaderValue::from_str(text).is_ok();
        let complaints = [
            (self.path.as_ref().is_some_and(|p| !p.starts_with('/')), "path must begin with /"),
            (self.nth == Some(0) || self.every == Some(0), "nth and every count from 1"),
            (self.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)), "probability is from 0 to 1"),
            (self.burst.is_some_and(|[_, length]| length == 0), "a burst is [calls before it, calls in it]"),
            (!status_ok(self.status) || !status_ok(self.charge_then_status), "a status is from 400 to 599"),
            (!self.omit_headers.iter().all(header_ok), "omit_headers has something that is no header name"),
            (!self.wrong_type.as_ref().is_none_or(type_ok), "wrong_type is no content type"),
            (self.trickle_bytes_per_s == Some(0), "trickle_bytes_per_s is at least 1"),
            (self.lag_ms.is_some_and(|ms| ms > MAX_LAG_MS), "lag_ms is ten minutes at most"),
            (self.reset && !self.ends_the_connection(), "reset goes with a rule that ends the connection"),
            (!self.acts(), "says when, but not what"),
        ];
        complaints.iter().find(|(wrong, _)| *wrong).map_or(Ok(()), |(_, why)| Err((*why).to_owned()))
    }

    fn acts(&self) -> bool {
        let when_only = Self {
            path: self.path.clone(),
            nth: self.nth,
            every: self.every,
            probability: self.probability,
            burst: self.burst,
            times: self.times,
            ..Self::default()
        };
        *self != when_only
    }

    fn ends_the_connection(&self) -> bool {
        let before_the_answer = self.drop_before_body || self.drop_in_body.is_some() || self.drop_after_body;
        let in_the_answer = self.cut_after_bytes.is_some() || self.wrong_length.is_some_and(|more| more > 0);
        before_the_answer || self.charge_then_drop || in_the_answer
    }

    /// The wait before the answer.
    #[must_use]
    pub fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.unwrap_or(0))
    }

    fn fits(&self, count: Count, draw: f64) -> bool {
        self.nth.is_none_or(|n| count.calls == n)
            && self.every.is_none_or(|n| count.calls.is_multiple_of(n))
            && self.probability.is_none_or(|p| draw < p)
            && self.burst.is_none_or(|[after, length]| count.calls > after && count.calls - after <= length)
            && self.times.is_none_or(|n| count.acted < n)
    }
}

/// How often a rule's path was called, this call included, and how often the rule acted.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    calls: u64,
    acted: u64,
}

/// The rules with their counts. Shared by all calls; can be replaced while the service runs.
#[derive(Debug, Default)]
pub struct Faults {
    inner: Mutex<(FaultPlan, Vec<Count>)>,
}

impl Faults {
    /// Rules of which none has counted anything yet.
    #[must_use]
    pub fn new(plan: FaultPlan) -> Self {
        let faults = Self::default();
        faults.replace(plan);
        faults
    }

    /// Other rules from now on, with fresh counts.
    pub fn replace(&self, plan: FaultPlan) {
        let counts = vec![Count::default(); plan.rules.len()];
        *self.inner.lock().unwrap_or_else(PoisonError::into_inner) = (plan, counts);
    }

    /// How often each rule has acted since the rules were set.
    pub fn acted(&self) -> Vec<u64> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.1.iter().map(|count| count.acted).collect()
    }

    /// Counts a call of `path` and returns the rule that acts on it, if one does.
    pub fn strike(&self, path: &str) -> Option<FaultRule> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let (plan, counts) = &mut *inner;
        let mut struck = None;
        for (index, (rule, count)) in plan.rules.iter().zip(counts).enumerate() {
            if !rule.path.as_ref().is_none_or(|end| path.ends_with(end.as_str())) {
                continue;
            }
            count.calls += 1;
            if struck.is_none() && rule.fits(*count, draw(plan.seed, index as u64, count.calls)) {
                count.acted += 1;
                struck = Some(rule.clone());
            }
        }
        struck
    }
}

/// A number from 0 (included) to 1 that depends on nothing but its arguments: SplitMix64's finaliser
/// (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
fn draw(seed: u64, rule: u64, call: u64) -> f64 {
    let mut z = seed ^ rule.rotate_left(32) ^ call.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let high = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn acting(json: &str, calls: &[&str]) -> Vec<usize> {
        let faults = Faults::new(FaultPlan::parse(json).unwrap());
        let struck = calls.iter().enumerate().filter(|(_, path)| faults.strike(path).is_some());
        struck.map(|(index, _)| index + 1).collect()
    }

    #[rstest]
    #[case::nth(r#"[{"nth": 3, "status": 500}]"#, &[3])]
    #[case::every(r#"[{"every": 2, "status": 500}]"#, &[2, 4, 6])]
    #[case::every_at_most(r#"[{"every": 2, "times": 2, "status": 500}]"#, &[2, 4])]
    #[case::a_storm(r#"[{"burst": [2, 3], "status": 429}]"#, &[3, 4, 5])]
    #[case::every_other_call_of_a_storm(r#"[{"burst": [2, 3], "every": 2, "status": 429}]"#, &[4])]
    #[case::always(r#"[{"times": 1, "status": 500}]"#, &[1])]
    #[case::never(r#"[{"probability": 0, "status": 500}]"#, &[])]
    #[case::surely(r#"{"seed": 1, "rules": [{"probability": 1, "status": 500}]}"#, &[1, 2, 3, 4, 5, 6])]
    fn rules_act_when_they_say(#[case] json: &str, #[case] expected: &[usize]) {
        assert_eq!(acting(json, &["/v1.0/removebg"; 6]), expected);
    }

    #[test]
    fn a_rule_counts_only_its_own_path() {
        let json = r#"[{"path": "/account", "nth": 2, "status": 500}]"#;
        assert_eq!(acting(json, &["/v1.0/removebg", "/v1.0/account", "/v1.0/removebg", "/v1.0/account"]), [4]);
    }

    #[test]
    fn chance_is_the_same_in_every_run_and_about_right() {
        let json = r#"{"seed": 7, "rules": [{"probability": 0.25, "status": 500}]}"#;
        let calls = vec!["/v1.0/removebg"; 2000];
        let (first, second) = (acting(json, &calls), acting(json, &calls));
        assert_eq!(first, second);
        assert!((420..580).contains(&first.len()), "{} of 2000", first.len());
    }

    #[rstest]
    #[case(r#"[{"nth": 1}]"#, "rule 1: says when, but not what")]
    #[case(r#"[{"status": 500}, {"every": 0, "status": 500}]"#, "rule 2: nth and every count from 1")]
    #[case(r#"[{"status": 200}]"#, "rule 1: a status is from 400 to 599")]
    #[case(r#"[{"path": "removebg", "status": 500}]"#, "rule 1: path must begin with /")]
    #[case(r#"[{"burst": [3, 0], "status": 500}]"#, "rule 1: a burst is [calls before it, calls in it]")]
    #[case(r#"[{"trickle_bytes_per_s": 0}]"#, "rule 1: trickle_bytes_per_s is at least 1")]
    #[case(r#"[{"lag_ms": 600001}]"#, "rule 1: lag_ms is ten minutes at most")]
    #[case(r#"[{"status": 500, "reset": true}]"#, "rule 1: reset goes with a rule that ends the connection")]
    fn senseless_rules_are_named(#[case] json: &str, #[case] why: &str) {
        assert_eq!(FaultPlan::parse(json).unwrap_err(), why);
    }

    #[test]
    fn misspelt_fields_are_refused() {
        assert!(FaultPlan::parse(r#"[{"sttus": 500}]"#).unwrap_err().contains("sttus"));
    }
}
