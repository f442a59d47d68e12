//! Bank accounts: API and pages.

use super::{DestinationView, NewDestination, add, of_member, remove};
use crate::hosted::{self, Next};
use axum::{
    response::Response,
    routing::{delete, get, post},
};
use http::{HeaderMap, Method, StatusCode};
use kernel::{
    Body, Cx, Error, Form, Id, Idempotency, Query, Result, Route, extract, input::Nothing,
    list::Short, once, page,
};
use maud::html;
use serde_json::json;
use ui::{
    Icon,
    parts::{Button, Decision, Form as UiForm, ListPage, empty_state},
};
use uuid::Uuid;

const LIST: &str = "/w/{workspace}/destinations";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::POST, LIST, "destination.add", post(api_add))
            .product("market")
            .permission("destination.add")
            .idempotency(Idempotency::Accepted)
            .codes(crate::provider::SILENT)
            .body::<NewDestination>()
            .example(json!({"provider_token": "dst_abcdefghijklmnopqrstuvwxyz"}))
            .documented(json!({"description": "Bank numbers never reach Guildhall. The token comes from the provider: its hosted page \
                gives it, or `POST {provider}/v1/destinations` with `{\"account_number\" | \"iban\" | \"card_number\": …, \"holder\", \
                \"country\", \"currency\"}`, which answers `{\"id\": \"dst_…\"}`. In test `GET /test/provider` says where the provider is."}))
            .answers::<DestinationView>(201),
        Route::api(Method::GET, LIST, "destination.list", get(api_list))
            .product("market")
            .permission("destination.list")
            .query::<Short>()
            .lists::<DestinationView>(),
        Route::api(
            Method::DELETE,
            "/w/{workspace}/destinations/{destination}",
            "destination.remove",
            delete(api_remove),
        )
        .product("market")
        .permission("destination.remove")
        .status(204),
        Route::page(Method::GET, LIST, "destination.list", get(list_page))
            .product("market")
            .permission("destination.list"),
        Route::page(
            Method::GET,
            "/w/{workspace}/destinations/new",
            "destination.add",
            get(go),
        )
        .product("market")
        .permission("destination.add")
        .query::<Next>(),
        Route::page(
            Method::POST,
            "/w/{workspace}/destinations/return/{attempt}",
            "destination.add",
            post(come_back),
        )
        .product("market")
        .from_provider()
        .permission("destination.add"),
        Route::page(
            Method::GET,
            "/w/{workspace}/destinations/{destination}/removal",
            "destination.remove",
            get(removal_page),
        )
        .product("market")
        .permission("destination.remove"),
        Route::page(
            Method::POST,
            "/w/{workspace}/destinations/{destination}/removal",
            "destination.remove",
            post(form_remove),
        )
        .product("market")
        .permission("destination.remove")
        .idempotency(Idempotency::Accepted),
    ]
}

pub(crate) async fn mine(cx: &Cx) -> Result<Vec<DestinationView>> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let all = of_member(&mut tx, me).await?;
    tx.finish().await?;
    Ok(all)
}

async fn one(cx: &Cx, id: Uuid) -> Result<DestinationView> {
    mine(cx)
        .await?
        .into_iter()
        .find(|d| d.id == id)
        .ok_or(Error::NotFound)
}

async fn api_add(cx: Cx, Body(new): Body<NewDestination>) -> Result<Response> {
    let id = once(add(&cx, &new).await)?;
    Ok(extract::created(&one(&cx, id).await?))
}

async fn api_list(cx: Cx, Query(query): Query<Short>) -> Result<Response> {
    Ok(query.page(mine(&cx).await?)?.answer())
}

async fn api_remove(cx: Cx, Id(id): Id<Uuid>) -> Result<StatusCode> {
    remove(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn go(cx: Cx, headers: HeaderMap, Query(next): Query<Next>) -> Result<Response> {
    Ok(extract::see_other(&hosted::address(
        &cx,
        &headers,
        "destinations",
        "destination",
        "/destinations/return",
        &next,
    )?))
}

async fn come_back(
    cx: Cx,
    Id(attempt): Id<String>,
    Query(next): Query<Next>,
    form: Form<NewDestination>,
) -> Result<Response> {
    let new = hosted::brought(&cx, "destination", &attempt, &next, form)?;
    once(add(&cx, &new).await)?;
    Ok(hosted::go_on(&cx, &next, "/destinations"))
}

async fn form_remove(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(remove(&cx, id).await)?;
    Ok(extract::see_other(&cx.href("/destinations")))
}

async fn removal_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let destination = one(&cx, id).await?;
    let button = Button::danger(cx.t("ledger-destination-remove")).icon(Icon::Trash2);
    let act = UiForm::post(
        cx.href(&format!("/destinations/{id}/removal")),
        html! { (button) },
    )
    .key(cx.form_key());
    let title = cx.t("ledger-destination-remove-title");
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act) },
        cx.href("/destinations"),
    )
    .body(
        html! { p { bdi { (destination.label) } } p { (cx.t("ledger-destination-remove-text")) } },
    );
    let mut trail = crate::wallet::web::trail(&cx);
    trail.push((cx.t("ledger-destinations"), cx.href("/destinations")));
    page::page_under(&cx, title, trail, html! { (decision) }).await
}

async fn list_page(cx: Cx) -> Result<Response> {
    let all = mine(&cx).await?;
    let new = html! { (Button::primary(cx.t("ledger-destination-add")).icon(Icon::Plus).href(cx.href("/destinations/new"))) };
    let (actions, body) = if all.is_empty() {
        (
            None,
            empty_state(
                Icon::Landmark,
                cx.t("ledger-destinations-empty"),
                cx.t("ledger-destinations-empty-text"),
                new,
            ),
        )
    } else {
        let body = html! {
            div.stack {
                @for destination in &all {
                    section.panel {
                        div.panel-head { h2 { (Icon::Landmark) " " bdi { (destination.label) } } }
                        p.meta { bdi dir="ltr" { (destination.currency) " · " (destination.country) } }
                        div.actions {
                            (Button::quiet(cx.t("ledger-destination-remove")).href(cx.href(&format!("/destinations/{}/removal", destination.id))))
                        }
                    }
                }
            }
        };
        (Some(new), body)
    };
    let title = cx.t("ledger-destinations");
    let lead = Some(cx.t("ledger-destinations-lead"));
    page::page_under(
        &cx,
        title.clone(),
        crate::wallet::web::trail(&cx),
        html! { (ListPage { title, lead, actions, body, ..Default::default() }) },
    )
    .await
}
