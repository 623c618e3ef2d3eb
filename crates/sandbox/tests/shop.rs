//! The shop's page, what it sells and to whom, and the control call's purchases and mishaps.

#![allow(clippy::unwrap_used, reason = "a test that cannot set up its service should stop")]

mod common;

use common::{KEY, Practice, Reply, send, urlencoded};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

const TOKEN: &str = "f00ba4-token";

async fn start() -> Practice {
    Practice::start(|options| options.shop_token = Some(TOKEN.to_owned())).await
}

/// A page of the shop, as a browser without the key asks for it.
async fn open(practice: &Practice, path: &str) -> Reply {
    send(practice.client.get(practice.running.prefix().join(path).unwrap())).await
}

/// A form of the shop, with headers as a browser sends them.
async fn post(practice: &Practice, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
    let request = practice.client.post(practice.running.prefix().join("/sandbox/shop").unwrap());
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    send(urlencoded(request, form)).await
}

/// Buys as the page does, and follows it back: what it then says.
async fn buy(practice: &Practice, offer: &str) -> Reply {
    let own = [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")];
    let sold = post(practice, &[("t", TOKEN), ("buy", offer)], &own).await;
    assert_eq!(sold.status, 303, "{}", sold.text());
    let page = open(practice, sold.header("location").unwrap()).await;
    assert_eq!(page.status, 200);
    page
}

#[tokio::test]
async fn the_page_shows_the_balance_and_what_is_for_sale() {
    let practice = start().await;
    let page = send(practice.client.get(practice.running.shop().unwrap())).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let text = page.text();
    for part in ["<dd>50</dd>", "40 credits a month, renewing on", "Up to 5 months", "Your plan"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    for offer in ["credits-10", "credits-50", "plan-10", "plan-200"] {
        assert!(text.contains(&format!("name=\"buy\" value=\"{offer}\"")), "{offer}");
    }
    assert!(!text.contains("value=\"plan-40\""), "the plan it has is not for sale");
    assert!(!text.contains(KEY) && !text.contains("<script"));
}

#[tokio::test]
async fn the_page_loads_nothing_keeps_its_address_and_is_not_kept() {
    let practice = start().await;
    let (first, second) =
        (open(&practice, "/sandbox/shop?t=f00ba4-token").await, open(&practice, "/sandbox/shop").await);
    for page in [&first, &second] {
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'nonce-"), "{policy}");
        assert!(policy.ends_with("form-action 'self'; base-uri 'none'; frame-ancestors 'none'"), "{policy}");
        let nonce = policy.split('\'').nth(3).unwrap().strip_prefix("nonce-").unwrap();
        assert!(page.text().contains(&format!("<style nonce=\"{nonce}\">")));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
    assert_ne!(first.header("content-security-policy"), second.header("content-security-policy"));
}

#[tokio::test]
async fn credits_are_bought_and_a_reload_buys_nothing_twice() {
    let practice = start().await;
    let page = buy(&practice, "credits-10").await;
    assert!(page.text().contains("10 pay-as-you-go credits bought."), "{}", page.text());
    assert_eq!((practice.credits("payg").await, practice.credits("total").await), ("20".into(), "60".into()));
    let again = open(&practice, "/sandbox/shop?t=f00ba4-token&bought=credits-10&lapsed=0").await;
    assert!(again.text().contains("<dd>60</dd>"));
    assert_eq!(practice.credits("payg").await, "20");
    assert!(buy(&practice, "credits-50").await.text().contains("<dd>110</dd>"));
}

#[tokio::test]
async fn the_balance_shows_a_purchase_as_late_as_everything_else() {
    let practice = Practice::start(|options| {
        options.shop_token = Some(TOKEN.to_owned());
        options.account_lag_ms = 900_000;
    })
    .await;
    let page = buy(&practice, "credits-10").await;
    assert!(page.text().contains("The account’s balance shows it in about 15 min."), "{}", page.text());
    assert_eq!(practice.credits("payg").await, "10");
    practice.control(json!({"advance_s": 901})).await;
    assert_eq!(practice.credits("payg").await, "20");
}

#[tokio::test]
async fn a_change_of_plan_begins_a_month_and_ends_rollover() {
    let practice = start().await;
    practice.control(json!({"use_elsewhere": "15"})).await;
    let before = practice.control(json!({"advance_s": 32 * 86_400})).await;
    assert_eq!((&before["balances"]["subscription"], &before["rollover"]), (&json!("65"), &json!("25")));
    let shop = open(&practice, "/sandbox/shop?t=f00ba4-token").await.text();
    assert!(shop.contains("the 25 carried-over credits lapse"), "{shop}");

    let page = buy(&practice, "plan-200").await.text();
    assert!(
        page.contains("The plan is 200 credits a month") && page.contains("25 carried-over credits lapsed"),
        "{page}"
    );
    let state = practice.state().await;
    assert_eq!(state["balances"]["subscription"], "240", "40 of this month and 200 of the new one");
    assert_eq!((&state["plan"]["monthly"], &state["rollover_months"]), (&json!("200"), &json!(0)));
    assert_ne!(state["month_began_at"], before["month_began_at"]);
    let renewed = practice.control(json!({"advance_s": 32 * 86_400})).await;
    assert_eq!(renewed["balances"]["subscription"], "200");
}

#[rstest]
#[case::the_plan_it_has("plan-40", 409, "is the plan already")]
#[case::nothing_of_that_name("credits-1000", 400, "not for sale")]
#[tokio::test]
async fn what_cannot_be_bought_changes_nothing(#[case] offer: &str, #[case] status: u16, #[case] said: &str) {
    let practice = start().await;
    let before = practice.state().await;
    let refused = post(&practice, &[("t", TOKEN), ("buy", offer)], &[]).await;
    assert_eq!(refused.status, status);
    assert!(refused.text().contains(said) && refused.text().contains("Nothing was bought"), "{}", refused.text());
    assert_eq!(practice.state().await["balances"], before["balances"]);
}

#[rstest]
#[case::no_token(&[("buy", "credits-10")], &[])]
#[case::wrong_token(&[("t", "f00ba4-tokem"), ("buy", "credits-10")], &[])]
#[case::the_key_is_no_token(&[("t", KEY), ("buy", "credits-10")], &[("X-Api-Key", KEY)])]
#[case::another_page(&[("t", TOKEN), ("buy", "credits-10")], &[("Origin", "null"), ("Sec-Fetch-Site", "cross-site")])]
#[case::another_origin(&[("t", TOKEN), ("buy", "credits-10")], &[("Origin", "http://127.0.0.1:5000")])]
#[tokio::test]
async fn strangers_see_and_buy_nothing(#[case] form: &[(&str, &str)], #[case] headers: &[(&str, &str)]) {
    let practice = start().await;
    let refused = post(&practice, form, headers).await;
    assert_eq!(refused.status, 403);
    assert!(!refused.text().contains("<dd>") && !refused.text().contains(TOKEN), "{}", refused.text());
    assert_eq!(practice.state().await["total"], "50");
}

#[rstest]
#[case("/sandbox/shop")]
#[case("/sandbox/shop?t=")]
#[case("/sandbox/shop?t=f00ba4-toke")]
#[case("/sandbox/shop?t=practice-key")]
#[tokio::test]
async fn the_page_is_for_the_owner_only(#[case] path: &str) {
    let practice = start().await;
    let refused = open(&practice, path).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("Open the shop again from Clearcut"), "{}", refused.text());
}

#[tokio::test]
async fn without_a_token_there_is_no_shop_and_under_the_wire_formats_prefix_never() {
    let closed = Practice::start(|_| {}).await;
    assert!(closed.running.shop().is_none());
    for path in ["/sandbox/shop", "/sandbox/shop?t="] {
        assert_eq!(open(&closed, path).await.status, 404, "{path}");
    }
    assert_eq!(post(&closed, &[("t", ""), ("buy", "credits-10")], &[]).await.status, 404);
    let open_one = start().await;
    for path in ["/v1.0/sandbox/shop?t=f00ba4-token", "/v1.0/shop?t=f00ba4-token"] {
        assert_eq!(open(&open_one, path).await.status, 404, "{path}");
    }
    let token = send(open_one.request(Method::GET, "/account").header("X-Api-Key", TOKEN));
    assert_eq!(token.await.status, 200, "the key beside it counts, the token does not");
    let with_token = open_one.client.get(format!("{}/account", open_one.running.prefix())).header("X-Api-Key", TOKEN);
    assert_eq!(send(with_token).await.status, 403);
}

#[tokio::test]
async fn a_service_that_has_ended_sells_nothing() {
    let practice = start().await;
    practice.control(json!({"close": "gone"})).await;
    let refused = post(&practice, &[("t", TOKEN), ("buy", "credits-10")], &[]).await;
    assert_eq!(refused.status, 410);
    assert!(refused.text().contains("This service has ended"));
    assert_eq!(practice.state().await["total"], "50");
}

#[tokio::test]
async fn purchases_survive_a_restart_and_old_journals_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let old = concat!(
        r#"{"at":"2026-11-01T10:00:00Z","event":{"opened":{"plan":{"monthly":"40","free_previews":50},"balances":{"subscription":"40","payg":"10","enterprise":"0","free_previews":50}}}}"#,
        "\n",
        r#"{"at":"2026-11-02T10:00:00Z","event":{"charged":{"request_id":"a","item":"picture","amount":"1","subscription":"1","payg":"0","enterprise":"0","free_preview":false}}}"#,
        "\n",
        r#"{"at":"2026-11-03T10:00:00Z","event":{"topped_up":{"payg":"5"}}}"#,
        "\n",
    );
    std::fs::write(folder.path().join("account.jsonl"), old).unwrap();
    let again = || {
        Practice::start(|options| {
            options.shop_token = Some(TOKEN.to_owned());
            options.state_dir = Some(folder.path().to_owned());
        })
    };
    let practice = again().await;
    assert_eq!(practice.state().await["balances"]["payg"], "15");
    buy(&practice, "credits-50").await;
    buy(&practice, "plan-10").await;
    practice.control(json!({"use_elsewhere": "4", "top_up": "0.5"})).await;
    let settled = |state: &Value| {
        [
            "plan",
            "balances",
            "month_began_at",
            "rollover",
            "rollover_months",
            "used_this_month",
            "used_elsewhere",
            "charged",
        ]
        .map(|member| state[member].clone())
    };
    let before = practice.state().await;
    practice.running.stop().await;
    let practice = again().await;
    assert_eq!(settled(&practice.state().await), settled(&before));
    assert_eq!((&before["balances"]["payg"], &before["used_elsewhere"]), (&json!("65.5"), &json!("4")));
    let failed = practice.control(json!({"fail_renewal": true})).await;
    practice.running.stop().await;
    assert_eq!(settled(&again().await.state().await), settled(&failed));
}

#[tokio::test]
async fn the_control_call_uses_elsewhere_changes_the_plan_and_lets_a_renewal_fail() {
    let practice = start().await;
    practice.remove(&[("size", "full")]).await;
    let state = practice.control(json!({"use_elsewhere": "3"})).await;
    assert_eq!((&state["balances"]["subscription"], &state["balances"]["payg"]), (&json!("36"), &json!("10")));
    assert_eq!((&state["charged"], &state["used_elsewhere"]), (&json!("1"), &json!("3")), "not one of ours");
    let state = practice.control(json!({"use_elsewhere": 38.5})).await;
    assert_eq!((&state["balances"]["subscription"], &state["balances"]["payg"]), (&json!("0"), &json!("7.5")));
    let state = practice.control(json!({"change_plan": "200"})).await;
    assert_eq!((&state["balances"]["subscription"], &state["plan"]["monthly"]), (&json!("200"), &json!("200")));
    let state = practice.control(json!({"fail_renewal": true})).await;
    assert_eq!((&state["balances"]["subscription"], &state["total"]), (&json!("0"), &json!("7.5")));
    assert_eq!(state["plan"]["monthly"], "200", "the plan is still there, to be paid");
}

#[rstest]
#[case("")]
#[case("a token")]
#[case("\"><b>")]
#[tokio::test]
async fn a_token_that_would_need_quoting_is_refused(#[case] token: &str) {
    let options = clearcut_sandbox::SandboxOptions {
        shop_token: Some(token.to_owned()),
        ..clearcut_sandbox::SandboxOptions::default()
    };
    let refused = clearcut_sandbox::Sandbox::start(options).await;
    assert!(matches!(refused, Err(clearcut_sandbox::SandboxError::BadShopToken)), "{refused:?}");
}
