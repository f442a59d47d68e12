//! Saved methods: API and pages.

use super::{MethodView, NewMethod, attach, methods, remove, set_default};
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
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{Button, Decision, Form as UiForm, ListPage, Tone, badge, empty_state, form_button},
};
use uuid::Uuid;

const LIST: &str = "/w/{workspace}/payment-methods";
const ONE: &str = "/w/{workspace}/payment-methods/{method}";

pub(crate) fn routes() -> Vec<Route> {
    let accepted = Idempotency::Accepted;
    vec![
        Route::api(
            Method::POST,
            LIST,
            "payment_method.attach",
            post(api_attach),
        )
        .product("market")
        .permission("payment_method.attach")
        .idempotency(accepted)
        .codes(crate::provider::SILENT)
        .body::<NewMethod>()
        .example(json!({"provider_token": "pm_abcdefghijklmnopqrstuvwxyz"}))
        .answers::<MethodView>(201),
        Route::api(Method::GET, LIST, "payment_method.list", get(api_list))
            .product("market")
            .permission("payment_method.list")
            .query::<Short>()
            .lists::<MethodView>(),
        Route::api(
            Method::POST,
            "/w/{workspace}/payment-methods/{method}/default",
            "payment_method.set_default",
            post(api_default),
        )
        .product("market")
        .permission("payment_method.set_default")
        .idempotency(accepted)
        .body::<Nothing>()
        .answers::<MethodView>(200),
        Route::api(
            Method::DELETE,
            ONE,
            "payment_method.remove",
            delete(api_remove),
        )
        .codes(&[(409, "payment_method_needed")])
        .product("market")
        .permission("payment_method.remove")
        .status(204),
        Route::page(Method::GET, LIST, "payment_method.list", get(list_page))
            .product("market")
            .permission("payment_method.list"),
        Route::page(
            Method::GET,
            "/w/{workspace}/payment-methods/new",
            "payment_method.attach",
            get(go),
        )
        .product("market")
        .permission("payment_method.attach")
        .query::<Next>(),
        Route::page(
            Method::POST,
            "/w/{workspace}/payment-methods/return/{attempt}",
            "payment_method.attach",
            post(come_back),
        )
        .product("market")
        .from_provider()
        .permission("payment_method.attach"),
        Route::page(
            Method::POST,
            "/w/{workspace}/payment-methods/{method}/default",
            "payment_method.set_default",
            post(form_default),
        )
        .product("market")
        .permission("payment_method.set_default")
        .idempotency(accepted),
        Route::page(
            Method::GET,
            "/w/{workspace}/payment-methods/{method}/removal",
            "payment_method.remove",
            get(removal_page),
        )
        .product("market")
        .permission("payment_method.remove"),
        Route::page(
            Method::POST,
            "/w/{workspace}/payment-methods/{method}/removal",
            "payment_method.remove",
            post(form_remove),
        )
        .product("market")
        .permission("payment_method.remove")
        .idempotency(accepted),
    ]
}

async fn mine(cx: &Cx) -> Result<Vec<MethodView>> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let all = methods(&mut tx, me).await?;
    tx.finish().await?;
    Ok(all)
}

async fn one(cx: &Cx, id: Uuid) -> Result<MethodView> {
    mine(cx)
        .await?
        .into_iter()
        .find(|m| m.id == id)
        .ok_or(Error::NotFound)
}

async fn api_attach(cx: Cx, Body(new): Body<NewMethod>) -> Result<Response> {
    let id = once(attach(&cx, &new).await)?;
    Ok(extract::created(&one(&cx, id).await?))
}

async fn api_list(cx: Cx, Query(query): Query<Short>) -> Result<Response> {
    Ok(query.page(mine(&cx).await?)?.answer())
}

async fn api_default(cx: Cx, Id(id): Id<Uuid>, Body(_): Body<Nothing>) -> Result<Response> {
    let id = once(set_default(&cx, id).await)?;
    Ok(extract::data(&one(&cx, id).await?))
}

async fn api_remove(cx: Cx, Id(id): Id<Uuid>) -> Result<StatusCode> {
    remove(&cx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn go(cx: Cx, headers: HeaderMap, Query(next): Query<Next>) -> Result<Response> {
    Ok(extract::see_other(&hosted::address(
        &cx,
        &headers,
        "fields",
        "method",
        "/payment-methods/return",
        &next,
    )?))
}

async fn come_back(
    cx: Cx,
    Id(attempt): Id<String>,
    Query(next): Query<Next>,
    form: Form<NewMethod>,
) -> Result<Response> {
    let new = hosted::brought(&cx, "method", &attempt, &next, form)?;
    once(attach(&cx, &new).await)?;
    Ok(hosted::go_on(&cx, &next, "/payment-methods"))
}

async fn form_default(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(set_default(&cx, id).await)?;
    Ok(extract::see_other(&cx.href("/payment-methods")))
}

async fn form_remove(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(remove(&cx, id).await)?;
    Ok(extract::see_other(&cx.href("/payment-methods")))
}

/// `Visa •••• 4242`, kept in its own direction.
pub(crate) fn label(method: &MethodView) -> Markup {
    let mut brand = method.brand.clone();
    if let Some(first) = brand.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    html! { bdi dir="ltr" { (brand) " •••• " (method.last4) } }
}

async fn removal_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let method = one(&cx, id).await?;
    let act = UiForm::post(
        cx.href(&format!("/payment-methods/{id}/removal")),
        html! { (Button::danger(cx.t("ledger-method-remove")).icon(Icon::Trash2)) },
    )
    .key(cx.form_key());
    let title = cx.t("ledger-method-remove-title");
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act) },
        cx.href("/payment-methods"),
    )
    .body(html! { p { (label(&method)) } p { (cx.t("ledger-method-remove-text")) } });
    let mut trail = crate::wallet::web::trail(&cx);
    trail.push((cx.t("ledger-methods"), cx.href("/payment-methods")));
    page::page_under(&cx, title, trail, html! { (decision) }).await
}

async fn list_page(cx: Cx) -> Result<Response> {
    let all = mine(&cx).await?;
    let add = html! { (Button::primary(cx.t("ledger-method-add")).icon(Icon::Plus).href(cx.href("/payment-methods/new"))) };
    let (actions, body) = if all.is_empty() {
        (
            None,
            empty_state(
                Icon::CreditCard,
                cx.t("ledger-methods-empty"),
                cx.t("ledger-methods-empty-text"),
                add,
            ),
        )
    } else {
        let body = html! { div.stack { @for method in &all { (card(&cx, method)) } } };
        (Some(add), body)
    };
    let title = cx.t("ledger-methods");
    let lead = Some(cx.t("ledger-methods-lead"));
    page::page_under(
        &cx,
        title.clone(),
        crate::wallet::web::trail(&cx),
        html! { (ListPage { title, lead, actions, body, ..Default::default() }) },
    )
    .await
}

fn card(cx: &Cx, method: &MethodView) -> Markup {
    let expiry = format!("{:02}/{}", method.exp_month, method.exp_year);
    html! {
        section.panel {
            div.panel-head {
                h2 { (ui::Icon::CreditCard) " " (label(method)) }
                @if method.is_default { (badge(Tone::Info, cx.t("ledger-method-default"))) }
            }
            p.meta { (cx.t("ledger-method-expires")) " " bdi.number dir="ltr" { (expiry) } }
            div.actions {
                @if !method.is_default {
                    (form_button(&cx.href(&format!("/payment-methods/{}/default", method.id)), Some(&cx.form_key()),
                        &Button::quiet(cx.t("ledger-method-make-default")), &[]))
                }
                (Button::quiet(cx.t("ledger-method-remove")).href(cx.href(&format!("/payment-methods/{}/removal", method.id))))
            }
        }
    }
}
