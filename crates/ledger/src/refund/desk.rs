//! Refunds at the finance desk: those that wait for people, and how they go on.

use super::{find, turn};
use crate::{account::stored, finance};
use axum::{
    response::Response,
    routing::{get, post},
};
use base::Instant;
use http::Method;
use kernel::{
    Action, Body, Cx, Error, Form, Id, Idempotency, Input, Query, Rate, Reader, Result, Route,
    extract,
    input::Nothing,
    jobs::NewJob,
    list::{Page, Paging},
    once, page,
};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::json;
use ui::{
    Icon,
    parts::{
        Button, Column, ListPage, Tab, Table, Tone, form_button, money, state_badge, tabs,
        time_exact,
    },
};
use uuid::Uuid;

const LIST: &str = "/w/{workspace}/refunds";
const RETRY: &str = "/w/{workspace}/refunds/{refund}/retry";

/// Has the provider asked again.
pub const RETRY_REFUND: Action = Action::new("refund.retry", "refund", "payment.show");

/// States of a refund.
const STATES: &[&str] = &[
    "manual",
    "approved",
    "processing",
    "failed",
    "succeeded",
    "charged_back",
];

/// A refund, as the finance desk sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RefundView {
    /// Its id.
    pub id: Uuid,
    /// The payment it is of.
    pub payment_id: Uuid,
    /// The payer's name.
    pub payer: String,
    /// How much goes back, the client's fee included.
    pub amount: base::money::View,
    /// The part of it that is the client's fee.
    pub client_fee: base::money::View,
    /// Why it goes back.
    pub reason: String,
    /// `approved`, `processing` or `failed` on its way; `manual`: waits for people; `succeeded`;
    /// `charged_back`: the payer's bank had taken it back already.
    pub state: String,
    /// Whether it goes back by bank transfer, so that a receipt makes it, not the provider.
    pub by_bank: bool,
    /// How often the provider was asked.
    pub attempts: i32,
    /// When it was begun.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// Changes with every change.
    pub version: i64,
}

struct Row {
    id: Uuid,
    payment_id: Uuid,
    payer: String,
    amount_minor: i64,
    client_fee_minor: i64,
    currency: String,
    reason: String,
    state: String,
    by_bank: bool,
    attempts: i32,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

impl Row {
    fn view(self) -> Result<RefundView> {
        Ok(RefundView {
            amount: stored(self.amount_minor, &self.currency)?.into(),
            client_fee: stored(self.client_fee_minor, &self.currency)?.into(),
            id: self.id,
            payment_id: self.payment_id,
            payer: self.payer,
            reason: self.reason,
            state: self.state,
            by_bank: self.by_bank,
            attempts: self.attempts,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

/// Which refunds are asked for.
pub struct RefundQuery {
    /// Only those in this state.
    pub state: Option<&'static str>,
    /// Which page.
    pub paging: Paging,
}

impl Input for RefundQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            state: r.choice_opt("state", STATES),
            paging: Paging::read(r),
        }
    }
}

macro_rules! rows {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"select r.id, r.payment_id, m.display_name as payer, r.amount_minor, r.client_fee_minor, r.currency, r.reason, r.state,
                 p.bank_reference is not null as "by_bank!", r.attempts, r.created_at, r.updated_at, r.version
               from ledger.refund r
               join ledger.payment p on p.workspace_id = r.workspace_id and p.id = r.payment_id
               join kernel.member m on m.workspace_id = p.workspace_id and m.id = p.payer_id
               where r.workspace_id = $1 "# + $tail,
            $($arg),*
        )
    };
}

/// The workspace's refunds, the newest first.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn list(cx: &Cx, query: &RefundQuery) -> Result<Page<RefundView>> {
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let far = (Instant::from_unix_seconds(i64::MAX), Uuid::max());
    let (back, (at, last)) = position.as_ref().map_or((false, far), |p| (p.back, p.key));
    let limit = query.paging.limit + 1;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = if back {
        rows!(
            "and (r.created_at, r.id) > ($2, $3) and ($4::text is null or r.state = $4) order by r.created_at, r.id limit $5",
            workspace,
            at as _,
            last,
            query.state,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        rows!(
            "and (r.created_at, r.id) < ($2, $3) and ($4::text is null or r.state = $4) order by r.created_at desc, r.id desc limit $5",
            workspace,
            at as _,
            last,
            query.state,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from ledger.refund where workspace_id = $1
             and ($2::text is null or state = $2) limit 10001) as r"#,
        workspace,
        query.state
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let rows = rows
        .into_iter()
        .map(Row::view)
        .collect::<Result<Vec<_>>>()?;
    Ok(Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.created_at, r.id)
    })
    .with_total(total))
}

/// One refund.
async fn show(cx: &Cx, id: Uuid) -> Result<RefundView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = rows!("and r.id = $2", workspace, id)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    tx.finish().await?;
    row.view()
}

/// Has the provider asked again for a refund that waits for people.
///
/// # Errors
/// Not found, 409 `refund_not_manual`, 409 `refund_by_bank` where a bank's receipt makes it.
pub async fn retry(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let workspace = tx.workspace();
    let row = find(&mut tx, workspace, id, true).await?;
    let permit = cx.authorize(&RETRY_REFUND, id, &[])?;
    if row.state != "manual" {
        return Err(Error::conflict("refund_not_manual"));
    }
    if row.provider_payment_id.is_none() {
        return Err(Error::conflict("refund_by_bank"));
    }
    turn(&mut tx, id, &row, "approved", None).await?;
    // The tries so far count no more.
    sqlx::query!(
        "update ledger.refund set spent = attempts where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .execute(&mut *tx)
    .await?;
    tx.enqueue(NewJob {
        kind: "ledger.refund",
        payload: json!({"refund_id": id}),
        dedup: Some(format!("{id}-{}", row.version)),
        delay_seconds: 0,
    });
    tx.commit(permit).await?;
    Ok(id)
}

pub(crate) fn routes() -> Vec<Route> {
    [
        Route::api(Method::GET, LIST, "refund.list", get(api_list))
            .permission("refund.list")
            .query::<RefundQuery>()
            .lists::<RefundView>(),
        Route::api(Method::POST, RETRY, "refund.retry", post(api_retry))
            .codes(&[(409, "refund_by_bank"), (409, "refund_not_manual")])
            .permission("refund.retry")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<Nothing>()
            .answers::<RefundView>(200),
        Route::page(Method::GET, LIST, "refund.list", get(list_page))
            .permission("refund.list")
            .query::<RefundQuery>(),
        Route::page(Method::POST, RETRY, "refund.retry", post(form_retry))
            .permission("refund.retry")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required),
    ]
    .into_iter()
    .map(|route| route.product("market"))
    .collect()
}

async fn api_list(cx: Cx, Query(query): Query<RefundQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.answer())
}

async fn api_retry(cx: Cx, Id(id): Id<Uuid>, Body(_): Body<Nothing>) -> Result<Response> {
    let id = once(retry(&cx, id).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

async fn form_retry(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(retry(&cx, id).await)?;
    Ok(extract::see_other(&cx.href("/refunds")))
}

fn badge(cx: &Cx, state: &str) -> Markup {
    let (tone, icon) = match state {
        "succeeded" => (Tone::Good, Icon::CircleCheck),
        "charged_back" => (Tone::Neutral, Icon::Scale),
        "manual" => (Tone::Bad, Icon::CircleX),
        _ => (Tone::Waiting, Icon::Clock),
    };
    let key = format!("ledger-refund-{}", state.replace('_', "-"));
    state_badge(tone, icon, cx.t(&key))
}

async fn list_page(cx: Cx, Query(query): Query<RefundQuery>) -> Result<Response> {
    let rows = list(&cx, &query).await?;
    let base = |state: Option<&str>| {
        let state = state.map(|s| format!("&state={s}")).unwrap_or_default();
        cx.href(&format!("/refunds?limit=50{state}"))
    };
    let mut views = vec![Tab::new(
        cx.t("ledger-event-all"),
        base(None),
        query.state.is_none(),
    )];
    for state in ["manual", "succeeded"] {
        let label = cx.t(&format!("ledger-refund-{state}"));
        views.push(Tab::new(
            label,
            base(Some(state)),
            query.state == Some(state),
        ));
    }
    let body = if rows.rows.is_empty() {
        let onward = finance::way(&cx, "ledger-overview-title", "/ledger");
        finance::nothing(
            &cx,
            Icon::Undo2,
            "ledger-refunds",
            query.state.is_some().then_some("/refunds"),
            onward,
        )
    } else {
        let columns = vec![
            Column::text(cx.t("ledger-refund-when")),
            Column::text(cx.t("ledger-chargeback-payer")),
            Column::text(cx.t("ledger-state")),
            Column::text(cx.t("ledger-refund-next")),
            Column::number(cx.t("ledger-amount")),
        ];
        let mut cells = vec![];
        for row in &rows.rows {
            let href = cx.href(&format!("/payments/{}", row.payment_id));
            let amount = stored(row.amount.amount_minor, &row.amount.currency)?;
            cells.push(vec![
                html! { a href=(href) { (time_exact(cx.locale, row.created_at)) } },
                html! { bdi { (row.payer) } },
                badge(&cx, &row.state),
                next(&cx, row),
                money(cx.locale, amount),
            ]);
        }
        html! { (Table::new(cx.t("ledger-refunds"), columns).rows(cells)) }
    };
    let title = cx.t("ledger-refunds");
    let view = ListPage {
        title: title.clone(),
        count: Some(ui::text::number(cx.locale, rows.total.unwrap_or(0))),
        lead: Some(cx.t("ledger-refunds-lead")),
        views: Some(finance::tabs(&cx, "/refunds")),
        filters: Some(tabs(&cx.t("ledger-state"), &views)),
        pager: finance::pager(&cx, &base(query.state), &rows),
        body,
        ..Default::default()
    };
    page::page(&cx, title, html! { (view) }).await
}

/// What a person can do for a refund that waits: ask the provider again, or record the transfer.
fn next(cx: &Cx, row: &RefundView) -> Markup {
    if row.state != "manual" {
        return html! {};
    }
    if row.by_bank {
        let href = cx.href(&format!("/payments/{}/receipts", row.payment_id));
        return html! { a href=(href) { (cx.t("ledger-refund-record")) } };
    }
    if !cx.can("refund.retry", &[]) {
        return html! {};
    }
    form_button(
        &cx.href(&format!("/refunds/{}/retry", row.id)),
        Some(&cx.form_key()),
        &Button::quiet(cx.t("ledger-refund-retry")),
        &[],
    )
}
