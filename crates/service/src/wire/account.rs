//! The `/account` document. Every figure is optional when read: a service may leave it out, send `null`, a string, or
//! something that is no number, and all of these mean *unknown*. Written, the figures are exact decimals.

use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::answer::AccountAnswer;
use crate::decimal::{Decimal, lenient};

/// The whole document.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountBody {
    /// The outer wrapper.
    pub data: AccountData,
}

/// The inner wrapper.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountData {
    /// What the account has.
    pub attributes: AccountAttributes,
}

/// Credits and free calls.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountAttributes {
    /// Credits by pocket.
    #[serde(default, deserialize_with = "or_default")]
    pub credits: AccountCredits,
    /// Free API calls.
    #[serde(default, deserialize_with = "or_default")]
    pub api: AccountApi,
}

/// Credits by pocket.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountCredits {
    /// All pockets.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub total: Option<Decimal>,
    /// Subscription, rollover included.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Decimal>,
    /// Pay-as-you-go.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub payg: Option<Decimal>,
    /// Enterprise.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<Decimal>,
}

/// Free calls of the API.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountApi {
    /// Free previews left this month.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub free_calls: Option<Decimal>,
    /// Deprecated, always `all`.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub sizes: Option<String>,
}

/// A value of the wrong shape counts as a missing one.
fn or_default<'de, D: Deserializer<'de>, T: Default + DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default())
}

impl From<AccountBody> for AccountAnswer {
    fn from(body: AccountBody) -> Self {
        let AccountBody { data: AccountData { attributes: AccountAttributes { credits, api } } } = body;
        let AccountCredits { total, subscription, payg, enterprise } = credits;
        let AccountApi { free_calls, sizes } = api;
        let free_previews = free_calls.as_ref().and_then(Decimal::as_count);
        Self { total, subscription, payg, enterprise, free_previews, sizes }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use rstest::rstest;

    use super::*;

    fn read(attributes: &str) -> AccountAnswer {
        let text = format!(r#"{{"data":{{"attributes":{attributes}}}}}"#);
        serde_json::from_str::<AccountBody>(&text).unwrap().into()
    }

    #[test]
    fn the_documented_example_is_read() {
        let answer = read(
            r#"{"credits":{"total":200,"subscription":150.25,"payg":50,"enterprise":0},
                "api":{"free_calls":50,"sizes":"all"}}"#,
        );
        assert_eq!(answer.total.unwrap().as_str(), "200");
        assert_eq!(answer.subscription.unwrap().as_str(), "150.25");
        assert_eq!(answer.payg.unwrap().as_str(), "50");
        assert_eq!(answer.enterprise.unwrap().as_str(), "0");
        assert_eq!(answer.free_previews, Some(50));
        assert_eq!(answer.sizes.as_deref(), Some("all"));
    }

    #[rstest]
    #[case("40", Some("40"))]
    #[case("39.750", Some("39.750"))]
    #[case("4e1", Some("4e1"))]
    #[case("-0.25", Some("-0.25"))]
    #[case("0.1000000000000000055511151231257827", Some("0.1000000000000000055511151231257827"))]
    #[case(r#""39.75""#, Some("39.75"))]
    #[case(r#"" 39.75 ""#, Some("39.75"))]
    #[case("null", None)]
    #[case(r#""unlimited""#, None)]
    #[case("true", None)]
    #[case("[40]", None)]
    #[case("{}", None)]
    fn an_amount_is_exact_or_unknown(#[case] json: &str, #[case] amount: Option<&str>) {
        let answer = read(&format!(r#"{{"credits":{{"subscription":{json},"payg":1}}}}"#));
        assert_eq!(answer.subscription.as_ref().map(Decimal::as_str), amount);
        assert_eq!(answer.payg.unwrap().as_str(), "1");
    }

    #[rstest]
    #[case("{}")]
    #[case(r#"{"credits":null,"api":null}"#)]
    #[case(r#"{"credits":7,"api":"none"}"#)]
    #[case(r#"{"credits":{},"api":{"free_calls":0.5,"sizes":4}}"#)]
    fn what_is_missing_is_unknown_never_zero(#[case] attributes: &str) {
        assert_eq!(read(attributes), AccountAnswer::default());
    }

    #[rstest]
    #[case("{}")]
    #[case(r#"{"data":{}}"#)]
    #[case(r#"{"id":"12"}"#)]
    fn a_document_without_attributes_is_another_one(#[case] text: &str) {
        assert!(serde_json::from_str::<AccountBody>(text).is_err());
    }

    #[test]
    fn written_amounts_keep_their_digits() {
        let body = AccountBody {
            data: AccountData {
                attributes: AccountAttributes {
                    credits: AccountCredits { total: Some("39.750".parse().unwrap()), ..Default::default() },
                    api: AccountApi::default(),
                },
            },
        };
        let text = serde_json::to_string(&body).unwrap();
        assert_eq!(text, r#"{"data":{"attributes":{"credits":{"total":39.750},"api":{}}}}"#);
        assert_eq!(serde_json::from_str::<AccountBody>(&text).unwrap(), body);
    }
}
