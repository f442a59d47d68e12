//! What the pages of those who look after money have in common, and how much waits for them.

use kernel::{Cx, Result, Tx, list::Page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, Tab, empty_state, none_match, pager as draw, tabs as bar},
};

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

/// More than this many are told as this many.
const COUNTED: i64 = 1_000;

/// How much waits at the finance desk for a decision that its reader may take. What is their own,
/// or what they recorded themselves, waits for somebody else.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting {
    /// Payouts under review.
    pub payouts: i64,
    /// Receipts at the bank to confirm.
    pub receipts: i64,
}

/// Counts it, for the start page.
///
/// # Errors
/// The database's.
pub async fn waiting(tx: &mut Tx, cx: &Cx) -> Result<Waiting> {
    let (payouts, receipts) = (
        cx.can("payout.approve", &[]),
        cx.can("bank_receipt.confirm", &[]),
    );
    if !payouts && !receipts {
        return Ok(Waiting::default());
    }
    let (workspace, me) = (tx.workspace(), cx.me());
    Ok(sqlx::query_as!(
        Waiting,
        r#"select (select count(*) from (select 1 from ledger.payout
                     where workspace_id = $1 and state = 'in_review' and $3 and member_id is distinct from $2 limit $5) p) as "payouts!",
                  (select count(*) from (select 1 from ledger.bank_receipt
                     where workspace_id = $1 and state = 'recorded' and $4 and recorded_by is distinct from $2 limit $5) r) as "receipts!""#,
        workspace,
        me,
        payouts,
        receipts,
        COUNTED
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The tabs of the finance desk; `active` is the section's path.
pub(crate) fn tabs(cx: &Cx, active: &str) -> Markup {
    let all: Vec<Tab> = SECTIONS
        .iter()
        .filter(|(_, _, permission)| cx.can(permission, &[]))
        .map(|(path, label, _)| Tab::new(cx.t(label), cx.href(path), *path == active))
        .collect();
    bar(&cx.t("ledger-finance"), &all)
}

/// The way to a page of the workspace.
pub(crate) fn way(cx: &Cx, label: &str, path: &str) -> Markup {
    html! { (Button::quiet(cx.t(label)).href(cx.href(path))) }
}

/// A list without a row: the filters leave none, and without them it is at `filtered_at`; or there
/// never was one, and `onward` is where to go. `key` begins the words.
pub(crate) fn nothing(
    cx: &Cx,
    icon: Icon,
    key: &str,
    filtered_at: Option<&str>,
    onward: Markup,
) -> Markup {
    match filtered_at {
        Some(here) => none_match(cx.locale, icon, cx.href(here)),
        None => empty_state(
            icon,
            cx.t(&format!("{key}-empty")),
            cx.t(&format!("{key}-empty-text")),
            onward,
        ),
    }
}

/// The pager of a list at `base` (which has a query already).
pub(crate) fn pager<T>(cx: &Cx, base: &str, page: &Page<T>) -> Option<Markup> {
    let turn = |cursor: &Option<String>| cursor.as_ref().map(|c| format!("{base}&cursor={c}"));
    let (next, prev) = (turn(&page.next), turn(&page.prev));
    (next.is_some() || prev.is_some())
        .then(|| draw(cx.locale, prev.as_deref(), next.as_deref(), None))
}
