//! What the pages of those who look after money have in common.

use kernel::{Cx, list::Page};
use maud::Markup;
use ui::parts::{Tab, pager as draw, tabs as bar};

/// The sections of the finance desk, with the permission each needs.
const SECTIONS: &[(&str, &str, &str)] = &[
    ("/payout-reviews", "ledger-reviews", "payout_review.list"),
    ("/bank-receipts", "ledger-receipts", "bank_receipt.list"),
    ("/refunds", "ledger-refunds", "refund.list"),
    ("/chargebacks", "ledger-chargebacks", "chargeback.list"),
    ("/provider-events", "ledger-events", "provider_event.list"),
    ("/payout-policy", "ledger-policy", "payout_policy.show"),
    (
        "/bank-transfer-settings",
        "ledger-transfers",
        "bank_transfer.settings",
    ),
];

/// The tabs of the finance desk; `active` is the section's path.
pub(crate) fn tabs(cx: &Cx, active: &str) -> Markup {
    let all: Vec<Tab> = SECTIONS
        .iter()
        .filter(|(_, _, permission)| cx.can(permission, &[]))
        .map(|(path, label, _)| Tab::new(cx.t(label), cx.href(path), *path == active))
        .collect();
    bar(&cx.t("ledger-finance"), &all)
}

/// The pager of a list at `base` (which has a query already).
pub(crate) fn pager<T>(cx: &Cx, base: &str, page: &Page<T>) -> Option<Markup> {
    let turn = |cursor: &Option<String>| cursor.as_ref().map(|c| format!("{base}&cursor={c}"));
    let (next, prev) = (turn(&page.next), turn(&page.prev));
    (next.is_some() || prev.is_some())
        .then(|| draw(cx.locale, prev.as_deref(), next.as_deref(), None))
}
