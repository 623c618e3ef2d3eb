//! The shop's page as text: what stands in it, and nothing of how it is asked for. Everything in it is a number, a date or
//! words of its own, so that nothing needs quoting.

use std::fmt::Write as _;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::account::Account;
use crate::amount::Amount;
use crate::shop::{BUY, Goods, OFFERS, Offer, PATH, TOKEN, is_current};

const STYLE: &str = include_str!("shop.css");

/// What the page says happened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Note {
    /// Something was bought; so many carried credits lapsed with it.
    Bought { offer: &'static Offer, lapsed: Amount },
    /// The account has that plan.
    HasIt,
    /// No such offer.
    NotForSale,
}

/// What the page shows.
pub(crate) struct Shown<'a> {
    pub(crate) account: &'a Account,
    /// How late the account's own balance is.
    pub(crate) lag: SignedDuration,
    pub(crate) note: Option<Note>,
    pub(crate) token: &'a str,
    pub(crate) nonce: &'a str,
}

/// The shop.
pub(crate) fn shop(shown: &Shown<'_>) -> String {
    let Shown { account, lag, note, token: _, nonce } = shown;
    let mut body = String::from(
        "<h1>Practice shop</h1>\n<p>Practice coins cost nothing and never run out. What is bought here is for the practice \
         account on this computer.</p>\n",
    );
    if let Some(note) = note {
        push(&mut body, format_args!("{}\n", told(*note, account, *lag)));
    }
    push(&mut body, format_args!("{}\n", balance(account)));
    if account.closed.is_some() {
        body.push_str("<p class=\"note warn\">This service has ended. Nothing is sold any more.</p>\n");
    } else {
        body.push_str(&offers(shown));
    }
    page("Practice shop", nonce, &body)
}

/// For whoever may not see it.
pub(crate) fn stranger(nonce: &str) -> String {
    let body = "<h1>This page is out of date</h1>\n<p>Open the shop again from Clearcut, with “Top up” or “Upgrade”. \
                Nothing was bought.</p>\n";
    page("Practice shop", nonce, body)
}

fn page(title: &str, nonce: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style nonce=\"{nonce}\">\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// What happened, in a sentence or two.
fn told(note: Note, account: &Account, lag: SignedDuration) -> String {
    match note {
        Note::Bought { offer, lapsed } => {
            let what = match offer.goods {
                Goods::Credits => format!("{} pay-as-you-go credits bought.", offer.credits),
                Goods::Plan => {
                    format!("The plan is {} credits a month from now on; its first month has begun.", offer.credits)
                }
            };
            let lapsed = match lapsed {
                Amount::ZERO => String::new(),
                lapsed => format!(" {lapsed} carried-over credits lapsed."),
            };
            let late = match lag.as_secs() {
                ..=0 => String::new(),
                1..90 => format!(" The account’s balance shows it in about {} s.", lag.as_secs()),
                seconds => format!(" The account’s balance shows it in about {} min.", (seconds + 30) / 60),
            };
            format!("<p class=\"note\" role=\"status\">{what}{lapsed}{late}</p>")
        }
        Note::HasIt => {
            let monthly = account.plan.monthly;
            format!(
                "<p class=\"note warn\" role=\"status\">{monthly} a month is the plan already. Nothing was bought.</p>"
            )
        }
        Note::NotForSale => {
            "<p class=\"note warn\" role=\"status\">That is not for sale. Nothing was bought.</p>".to_owned()
        }
    }
}

fn balance(account: &Account) -> String {
    let pockets = account.balances;
    let carried = account.rollover();
    let mut rows = vec![
        ("total", "credits", pockets.total()),
        ("month", "of this month", pockets.subscription.minus(carried)),
        ("rollover", "carried over", carried),
        ("payg", "pay as you go", pockets.payg),
    ];
    if pockets.enterprise > Amount::ZERO {
        rows.push(("enterprise", "enterprise", pockets.enterprise));
    }
    let mut list = String::from("<dl class=\"balance\">\n");
    for (class, name, amount) in rows {
        push(&mut list, format_args!("<div class=\"{class}\"><dt>{name}</dt><dd>{amount}</dd></div>\n"));
    }
    let renews = account.cycle.renews_at().to_zoned(TimeZone::UTC).strftime("%-d %B %Y");
    let carries = match account.rollover_months {
        0 => "Nothing is carried over.".to_owned(),
        months => format!("Up to {months} months’ credits are carried over."),
    };
    push(
        &mut list,
        format_args!("</dl>\n<p>{} credits a month, renewing on {renews}. {carries}</p>", account.plan.monthly),
    );
    list
}

fn offers(shown: &Shown<'_>) -> String {
    let Shown { account, lag: _, note: _, token, nonce: _ } = shown;
    let carried = account.rollover();
    let at_stake = match (carried, account.rollover_months) {
        (Amount::ZERO, 0) => "The new plan’s month begins at once and adds its credits.".to_owned(),
        (Amount::ZERO, _) => {
            "The new plan’s month begins at once and adds its credits. Rollover ends for good.".to_owned()
        }
        (carried, _) => format!(
            "The new plan’s month begins at once and adds its credits. Rollover ends for good: the {carried} carried-over \
             credits lapse."
        ),
    };
    let mut text = format!(
        "<form method=\"post\" action=\"{PATH}\">\n<input type=\"hidden\" name=\"{TOKEN}\" value=\"{token}\">\n"
    );
    for (goods, heading, line) in [
        (Goods::Credits, "Top up", "Pay-as-you-go credits are used after the subscription’s.".to_owned()),
        (Goods::Plan, "Change the plan", at_stake),
    ] {
        push(&mut text, format_args!("<h2>{heading}</h2>\n<p>{line}</p>\n<ul class=\"offers\">\n"));
        for offer in OFFERS.iter().filter(|offer| offer.goods == goods) {
            push(&mut text, format_args!("{}\n", card(offer, is_current(account, offer))));
        }
        text.push_str("</ul>\n");
    }
    text.push_str("</form>\n");
    text
}

fn card(offer: &Offer, current: bool) -> String {
    let Offer { id, goods, credits, coins } = offer;
    let (each, does) = match goods {
        Goods::Credits => ("", format!("Buy {credits} credits")),
        Goods::Plan => (" a month", format!("Change to {credits}")),
    };
    let button = if current {
        "<button type=\"button\" disabled>Your plan</button>".to_owned()
    } else {
        format!("<button name=\"{BUY}\" value=\"{id}\">{does}</button>")
    };
    format!("<li><div>{credits} credits{each}<span>{coins} practice coins</span></div>{button}</li>")
}

/// Writing to a text cannot fail.
fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(part);
}
