//! All money: books of double entries, payments and payouts with their provider, fees, clearance.
//!
//! Invariants: money moves only by [`post`], as whole transfers under one cause, in the transaction
//! that decided it; what the provider holds changes only by the provider's facts; every balance is
//! the sum of its entries.

pub mod account;
mod chargeback;
mod checks;
mod clearance;
pub mod destination;
pub mod escrow;
pub mod fees;
pub mod finance;
mod fold;
mod hosted;
pub mod invoice;
mod journal;
mod leaving;
pub mod method;
mod notice;
mod overview;
pub mod payment;
pub mod payout;
pub mod posting;
pub mod provider;
pub mod refund;
pub mod review;
pub mod wallet;

pub use account::{AccountKey, Balance, Balances, account, balances, lock};
pub use fold::fold_all;
pub use journal::export_journal;
pub use payment::{Captured, Purpose};
pub use posting::{Posting, post};

use axum::routing::{get, post as posted};
use http::Method;
use kernel::{Cx, Product, Rate, Route, list::Short, product::Nav, state::Tick};
use uuid::Uuid;

/// What the ledger plugs in; `purposes` say what payments may be for.
#[must_use]
pub fn product(purposes: Vec<Purpose>) -> Product {
    payment::register(purposes);
    let mut routes = vec![
        Route::api(
            Method::POST,
            "/provider/events",
            "provider_event.receive",
            posted(provider::inbox::receive),
        )
        .public()
        .rate(Rate::Free)
        .documented(provider::inbox::document()),
        Route::api(
            Method::GET,
            "/w/{workspace}/ledger",
            "ledger.overview",
            get(overview::api),
        )
        .product("market")
        .permission("ledger.overview")
        .query::<Short>()
        .lists::<overview::LedgerSumView>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/ledger",
            "ledger.overview",
            get(overview::page),
        )
        .product("market")
        .permission("ledger.overview"),
    ];
    routes.extend(wallet::web::routes());
    routes.extend(invoice::web::routes());
    routes.extend(fees::web::routes());
    routes.extend(fees::plan::web::routes());
    routes.extend(method::web::routes());
    routes.extend(destination::web::routes());
    routes.extend(payment::web::routes());
    routes.extend(payout::web::routes());
    routes.extend(payout::desk::routes());
    routes.extend(payout::schedule_web::routes());
    routes.extend(payment::receipt_web::routes());
    routes.extend(provider::events::web::routes());
    routes.extend(chargeback::web::routes());
    routes.extend(refund::desk::routes());
    Product {
        name: "ledger",
        routes,
        consumers: vec![fees::FOUNDED],
        jobs: vec![
            payment::settle::JOB,
            method::DETACH,
            refund::JOB,
            payout::settle::JOB,
        ],
        deadlines: vec![
            clearance::DEADLINE,
            payout::schedule::DEADLINE,
            payout::schedule::THRESHOLDS,
            payment::transfer::DEADLINE,
            method::DEADLINE,
        ],
        ticks: vec![
            fold::TICK,
            Tick {
                name: "ledger.poll",
                every_seconds: 30,
                run: |kernel| Box::pin(async move { provider::poll(&kernel).await }),
            },
        ],
        constraints: vec![
            ("account_floor", 409, "insufficient_available"),
            ("invoice_once", 409, "invoice_exists"),
            ("payment_running_once", 409, "funding_in_progress"),
            ("payment_method_token_unique", 409, "payment_method_taken"),
            ("payment_method_default_once", 409, "in_progress"),
            ("destination_token_unique", 409, "destination_taken"),
        ],
        nav: vec![
            Nav {
                product: Some("market"),
                path: "/wallet",
                label: "ledger-wallet",
                icon: ui::Icon::Wallet,
                permission: "wallet.show",
            },
            Nav {
                product: Some("market"),
                path: "/payout-reviews",
                label: "ledger-finance",
                icon: ui::Icon::Banknote,
                permission: "payout_review.list",
            },
            Nav {
                product: Some("market"),
                path: "/ledger",
                label: "ledger-overview-title",
                icon: ui::Icon::Landmark,
                permission: "ledger.overview",
            },
            Nav {
                product: Some("market"),
                path: "/invoices",
                label: "ledger-invoices",
                icon: ui::Icon::Receipt,
                permission: "invoice.list",
            },
            Nav {
                product: Some("market"),
                path: "/fees",
                label: "ledger-fees",
                icon: ui::Icon::Percent,
                permission: "fee_schedule.list",
            },
        ],
        checks: checks::all(),
        leaving: Some(leaving::LEAVING),
        ..Product::default()
    }
}

/// The acting member's relations to something that belongs to `owner`.
pub(crate) fn own(cx: &Cx, owner: Uuid) -> Vec<&'static str> {
    if cx.me() == Some(owner) {
        vec!["own"]
    } else {
        vec![]
    }
}

/// Whether a text has the shape of a provider's reference of this kind.
pub(crate) fn is_token(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// The words `area-CODE` of a code that others may add to, or those of `area-other`.
pub(crate) fn words(cx: &Cx, area: &str, code: &str) -> String {
    let key = format!("{area}-{}", code.replace('_', "-"));
    if ui::text::has(cx.locale, &key) {
        cx.t(&key)
    } else {
        cx.t(&format!("{area}-other"))
    }
}
