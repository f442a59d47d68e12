//! The books at a glance for those who run the workspace: what is held, owed and earned, per kind
//! of account and currency. No single person's money.

use crate::account::stored;
use kernel::{Cx, Result, page};
use maud::html;
use serde::Serialize;
use ui::parts::{Column, ListPage, Table, empty_state, money};

/// The sum of all accounts of a kind in one currency.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LedgerSumView {
    /// `clearing`, `escrow`, `pending`, …
    pub kind: String,
    /// `assets`, `liabilities`, `revenues` or `expenses`.
    pub class: String,
    /// Positive for what the platform has, owes or earned by its class's usual side.
    pub amount: base::money::View,
    /// How many accounts make up the sum.
    pub accounts: i64,
}

async fn sums(cx: &Cx) -> Result<Vec<(LedgerSumView, base::Money)>> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select k.kind, k.class, b.currency as "currency!", sum(b.balance_minor)::bigint as "amount!", count(*) as "accounts!"
           from ledger.balance b join ledger.account_kind k on k.kind = b.kind
           where b.workspace_id = $1 group by k.kind, k.class, b.currency order by b.currency, k.class, k.kind"#,
        workspace
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    rows.into_iter()
        .map(|r| {
            let debit = matches!(r.class.as_str(), "assets" | "expenses");
            let amount = stored(if debit { -r.amount } else { r.amount }, &r.currency)?;
            Ok((
                LedgerSumView {
                    kind: r.kind,
                    class: r.class,
                    amount: amount.into(),
                    accounts: r.accounts,
                },
                amount,
            ))
        })
        .collect()
}

/// `GET /w/{workspace}/ledger`: at most one row per kind and currency, so one page.
pub(crate) async fn api(
    cx: Cx,
    kernel::Query(query): kernel::Query<kernel::list::Short>,
) -> Result<axum::response::Response> {
    let rows = sums(&cx).await?.into_iter().map(|(view, _)| view).collect();
    Ok(query.page(rows)?.answer())
}

/// The page of the same.
pub(crate) async fn page(cx: Cx) -> Result<axum::response::Response> {
    let rows = sums(&cx).await?;
    let books = crate::review::banner(&cx).await?;
    let title = cx.t("ledger-overview-title");
    let body = if rows.is_empty() {
        empty_state(
            ui::Icon::Landmark,
            cx.t("ledger-overview-empty"),
            cx.t("ledger-overview-empty-text"),
            crate::finance::way(&cx, "ledger-to-members", "/members"),
        )
    } else {
        let columns = vec![
            Column::text(cx.t("ledger-account")),
            Column::text(cx.t("ledger-class")),
            Column::number(cx.t("ledger-accounts")),
            Column::number(cx.t("ledger-sum")),
        ];
        let table = Table::new(title.clone(), columns).rows(rows.iter().map(|(view, amount)| {
            vec![
                html! { (cx.t(&format!("ledger-account-{}", view.kind.replace('_', "-")))) },
                html! { (cx.t(&format!("ledger-class-{}", view.class))) },
                html! { (ui::text::number(cx.locale, view.accounts)) },
                money(cx.locale, *amount),
            ]
        }));
        html! { (table) }
    };
    let lead = Some(cx.t("ledger-overview-lead"));
    page::page(
        &cx,
        title.clone(),
        html! { (ListPage { title, lead, body: html! { (books) (body) }, ..Default::default() }) },
    )
    .await
}
