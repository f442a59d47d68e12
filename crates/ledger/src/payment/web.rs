//! A payment: API and page.

use super::{PaymentView, show, transfer::BankDetailsView};
use crate::{account::stored, words};
use axum::{response::Response, routing::get};
use http::{HeaderMap, Method};
use kernel::{Cx, Id, Result, Route, extract, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Banner, Button, Standing, Tone, Workroom, description_list, form_button, money,
        state_badge, time_exact,
    },
};
use uuid::Uuid;

const ONE: &str = "/w/{workspace}/payments/{payment}";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, ONE, "payment.show", get(api_show))
            .product("market")
            .permission("payment.show")
            .answers::<PaymentView>(200),
        Route::page(Method::GET, ONE, "payment.show", get(show_page))
            .product("market")
            .permission("payment.show"),
    ]
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn show_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = show(&cx, id).await?;
    let title = cx.t("ledger-payment-title");
    page::page(&cx, title.clone(), body(&cx, &view, title)?).await
}

fn body(cx: &Cx, view: &PaymentView, title: String) -> Result<Markup> {
    let amount = stored(view.amount.amount_minor, &view.amount.currency)?;
    let (tone, icon) = match view.state.as_str() {
        "captured" => (Tone::Good, Icon::CircleCheck),
        "failed" | "expired" => (Tone::Bad, Icon::CircleX),
        "requires_action" => (Tone::Waiting, Icon::ShieldCheck),
        _ => (Tone::Waiting, Icon::Clock),
    };
    let state = cx.t(&format!("ledger-payment-{}", view.state.replace('_', "-")));
    let sentence = cx.t(&format!(
        "ledger-payment-{}-text",
        view.state.replace('_', "-")
    ));
    let mut standing = Standing::new(cx.locale, state_badge(tone, icon, state), sentence)
        .fact(cx.t("ledger-amount"), money(cx.locale, amount))
        .fact(
            cx.t("ledger-payment-begun"),
            time_exact(cx.locale, view.created_at),
        );
    if let Some(at) = view.captured_at {
        standing = standing.fact(
            cx.t("ledger-payment-captured-at"),
            time_exact(cx.locale, at),
        );
    }
    if let Some(reference) = &view.bank_reference {
        standing = standing.fact(
            cx.t("ledger-transfer-reference"),
            html! { bdi dir="ltr" { (reference) } },
        );
    }
    let mine = crate::own(cx, view.payer_id);
    if view.state == "awaiting_transfer" && cx.can("payment.cancel", &mine) {
        let button = Button::quiet(cx.t("ledger-transfer-cancel"));
        let path = cx.href(&format!("/payments/{}/cancellation", view.id));
        standing = standing.more(form_button(&path, Some(&cx.form_key()), &button, &[]));
    }
    if let Some(url) = &view.next_action_url {
        standing = standing.act(html! { (Button::primary(cx.t("ledger-payment-confirm")).icon(Icon::ShieldCheck).href(url.clone())) });
    }
    if matches!(view.state.as_str(), "processing" | "requires_action") {
        // Looking moves no money: the provider's word comes by itself, the page only shows it.
        let here = cx.href(&format!("/payments/{}", view.id));
        let button = Button::quiet(cx.t("ledger-payment-look-again")).icon(Icon::RefreshCw);
        standing = standing.more(html! { (button.href(here)) });
    }
    let records = match view.purpose_kind.as_str() {
        "bonus" => "bonuses",
        _ => "milestones",
    };
    let purpose = cx.href(&format!("/{records}/{}", view.purpose_id));
    let main = html! {
        @if let Some(code) = &view.failure_code {
            (Banner::bad(cx.t("ledger-payment-failed")).text(words(cx, "ledger-failure", code)))
        }
        @if view.applied == "refunded" { (Banner::info(cx.t("ledger-payment-refunded")).text(cx.t("ledger-payment-refunded-text"))) }
        @if let Some(details) = &view.bank_details { (instructions(cx, details, view, amount)) }
        p { (cx.t("ledger-payment-about")) }
        div.actions {
            (Button::quiet(cx.t("ledger-payment-purpose")).href(purpose))
            (Button::quiet(cx.t("ledger-methods")).href(cx.href("/payment-methods")))
        }
    };
    Ok(
        html! { (Workroom { title, main, aside: Some(html! { (standing) }), ..Default::default() }) },
    )
}

/// Where the payer sends the money, and what they write on it.
fn instructions(
    cx: &Cx,
    details: &BankDetailsView,
    view: &PaymentView,
    amount: base::Money,
) -> Markup {
    let mut rows = vec![(
        cx.t("ledger-transfers-holder"),
        html! { bdi { (details.holder) } },
    )];
    if !details.bank.is_empty() {
        rows.push((
            cx.t("ledger-transfers-bank"),
            html! { bdi { (details.bank) } },
        ));
    }
    rows.push((
        cx.t("ledger-transfers-account"),
        html! { bdi dir="ltr" { (details.account) } },
    ));
    rows.push((cx.t("ledger-amount"), money(cx.locale, amount)));
    let reference = view.bank_reference.as_deref().unwrap_or("");
    rows.push((
        cx.t("ledger-transfer-reference"),
        html! { bdi dir="ltr" { (reference) } },
    ));
    html! {
        section.panel {
            div.panel-head { h2 { (cx.t("ledger-transfer-how")) } }
            (description_list(&rows))
            @if !details.note.is_empty() { p { bdi { (details.note) } } }
            p.hint { (cx.t("ledger-transfer-how-text")) }
        }
    }
}
