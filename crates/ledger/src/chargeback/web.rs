//! Chargebacks: API and pages for staff, and the payee's page of what is held and why.

use super::list::{ChargebackQuery, ChargebackView, HoldView, STATES, holds, list, show};
use crate::{account::stored, finance};
use axum::{response::Response, routing::get};
use http::{HeaderMap, Method};
use kernel::{Cx, Id, Query, Result, Route, extract, list::Short, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Column, ListPage, Standing, Tab, Table, Tone, Workroom, money, state_badge, tabs,
        time_exact,
    },
};
use uuid::Uuid;

const LIST: &str = "/w/{workspace}/chargebacks";
const ONE: &str = "/w/{workspace}/chargebacks/{chargeback}";
const HOLDS: &str = "/w/{workspace}/wallet/holds";

pub(crate) fn routes() -> Vec<Route> {
    let market = |route: Route| route.product("market");
    [
        Route::api(Method::GET, LIST, "chargeback.list", get(api_list))
            .permission("chargeback.list")
            .query::<ChargebackQuery>()
            .lists::<ChargebackView>(),
        Route::api(Method::GET, ONE, "chargeback.show", get(api_show))
            .permission("chargeback.show")
            .answers::<ChargebackView>(200),
        Route::api(Method::GET, HOLDS, "wallet.holds", get(api_holds))
            .permission("wallet.holds")
            .query::<Short>()
            .lists::<HoldView>(),
        Route::page(Method::GET, LIST, "chargeback.list", get(list_page))
            .permission("chargeback.list")
            .query::<ChargebackQuery>(),
        Route::page(Method::GET, ONE, "chargeback.show", get(show_page))
            .permission("chargeback.show"),
        Route::page(Method::GET, HOLDS, "wallet.holds", get(holds_page)).permission("wallet.holds"),
    ]
    .into_iter()
    .map(market)
    .collect()
}

async fn api_list(cx: Cx, Query(query): Query<ChargebackQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_holds(cx: Cx, Query(query): Query<Short>) -> Result<Response> {
    Ok(query.page(holds(&cx).await?)?.answer())
}

fn sum(cx: &Cx, view: &base::money::View) -> Result<Markup> {
    Ok(money(cx.locale, stored(view.amount_minor, &view.currency)?))
}

fn badge(cx: &Cx, state: &str) -> Markup {
    let (tone, icon) = match state {
        "won" | "recovered" => (Tone::Good, Icon::CircleCheck),
        "lost" | "taken" | "owed" => (Tone::Bad, Icon::CircleX),
        _ => (Tone::Waiting, Icon::Scale),
    };
    state_badge(tone, icon, cx.t(&format!("ledger-chargeback-{state}")))
}

async fn list_page(cx: Cx, Query(query): Query<ChargebackQuery>) -> Result<Response> {
    let rows = list(&cx, &query).await?;
    let base = |state: Option<&str>| {
        let state = state.map(|s| format!("&state={s}")).unwrap_or_default();
        cx.href(&format!("/chargebacks?limit=50{state}"))
    };
    let mut views = vec![Tab::new(
        cx.t("ledger-event-all"),
        base(None),
        query.state.is_none(),
    )];
    for state in STATES {
        let label = cx.t(&format!("ledger-chargeback-{state}"));
        views.push(Tab::new(
            label,
            base(Some(state)),
            query.state == Some(*state),
        ));
    }
    let body = if rows.rows.is_empty() {
        let onward = finance::way(&cx, "ledger-overview-title", "/ledger");
        finance::nothing(
            &cx,
            Icon::Scale,
            "ledger-chargebacks",
            query.state.is_some().then_some("/chargebacks"),
            onward,
        )
    } else {
        let columns = vec![
            Column::text(cx.t("ledger-chargeback-opened")),
            Column::text(cx.t("ledger-chargeback-payer")),
            Column::text(cx.t("ledger-state")),
            Column::number(cx.t("ledger-amount")),
        ];
        let mut cells = vec![];
        for row in &rows.rows {
            let href = cx.href(&format!("/chargebacks/{}", row.id));
            cells.push(vec![
                html! { a href=(href) { (time_exact(cx.locale, row.opened_at)) } },
                html! { bdi { (row.payer) } },
                badge(&cx, &row.state),
                sum(&cx, &row.amount)?,
            ]);
        }
        html! { (Table::new(cx.t("ledger-chargebacks"), columns).rows(cells)) }
    };
    let title = cx.t("ledger-chargebacks");
    let view = ListPage {
        title: title.clone(),
        count: Some(ui::text::number(cx.locale, rows.total.unwrap_or(0))),
        lead: Some(cx.t("ledger-chargebacks-lead")),
        views: Some(finance::tabs(&cx, "/chargebacks")),
        filters: Some(tabs(&cx.t("ledger-state"), &views)),
        pager: finance::pager(&cx, &base(query.state), &rows),
        body,
        ..Default::default()
    };
    page::page(&cx, title, html! { (view) }).await
}

async fn show_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = show(&cx, id).await?;
    let sentence = cx.t(&format!("ledger-chargeback-{}-text", view.state));
    let mut standing = Standing::new(cx.locale, badge(&cx, &view.state), sentence)
        .fact(cx.t("ledger-amount"), sum(&cx, &view.amount)?)
        .fact(
            cx.t("ledger-chargeback-payer"),
            html! { bdi { (view.payer) } },
        )
        .fact(
            cx.t("ledger-chargeback-opened"),
            time_exact(cx.locale, view.opened_at),
        );
    if let Some(at) = view.closed_at {
        standing = standing.fact(cx.t("ledger-chargeback-closed"), time_exact(cx.locale, at));
    }
    if view.outstanding.amount_minor > 0 {
        standing = standing.fact(
            cx.t("ledger-chargeback-outstanding"),
            sum(&cx, &view.outstanding)?,
        );
    }
    if view.guarantee.amount_minor > 0 {
        standing = standing.fact(
            cx.t("ledger-chargeback-guarantee"),
            sum(&cx, &view.guarantee)?,
        );
    }
    if view.debt.amount_minor > 0 {
        standing = standing.fact(cx.t("ledger-chargeback-debt"), sum(&cx, &view.debt)?);
    }
    let main = html! {
        p { (cx.t("ledger-chargeback-about")) }
        p { (cx.t("ledger-chargeback-reason")) ": " bdi dir="ltr" { (view.reason) } }
        div.actions {
            (Button::quiet(cx.t("ledger-payment-title")).href(cx.href(&format!("/payments/{}", view.payment_id))))
        }
    };
    let title = cx.t("ledger-chargeback-title");
    let trail = vec![(cx.t("ledger-chargebacks"), cx.href("/chargebacks"))];
    page::page_under(&cx, title.clone(), trail, html! { (Workroom { title, main, aside: Some(html! { (standing) }), ..Default::default() }) }).await
}

async fn holds_page(cx: Cx) -> Result<Response> {
    let all = holds(&cx).await?;
    let title = cx.t("ledger-holds");
    let body = if all.is_empty() {
        let onward = finance::way(&cx, "ledger-wallet", "/wallet");
        finance::nothing(&cx, Icon::Scale, "ledger-holds", None, onward)
    } else {
        let columns = vec![
            Column::text(cx.t("ledger-hold-since")),
            Column::text(cx.t("ledger-payment-purpose")),
            Column::text(cx.t("ledger-state")),
            Column::number(cx.t("ledger-amount")),
        ];
        let mut cells = vec![];
        for hold in &all {
            cells.push(vec![
                time_exact(cx.locale, hold.since),
                html! { a href=(cx.href(&format!("/milestones/{}", hold.purpose_id))) { (cx.t("ledger-payment-purpose")) } },
                badge(&cx, &hold.state),
                sum(&cx, &hold.amount)?,
            ]);
        }
        html! { (Table::new(title.clone(), columns).rows(cells)) }
    };
    let view = ListPage {
        title: title.clone(),
        lead: Some(cx.t("ledger-holds-lead")),
        body,
        ..Default::default()
    };
    let trail = crate::wallet::web::trail(&cx);
    page::page_under(&cx, title, trail, html! { (view) }).await
}
