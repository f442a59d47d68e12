//! The page about an address that mail does not reach: correct it, or say that it works again.

use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{Action, Cx, Error, Form, Result, Route, extract, input::Nothing, page};
use maud::html;
use ui::{
    Icon,
    parts::{Banner, Button, FormPage, form_button},
};

const REACH: Action = Action::new(
    "notification.preferences",
    "notification_preference",
    "notification.preferences",
);
const PATH: &str = "/w/{workspace}/notifications/address";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page(Method::GET, PATH, "notification.address", get(show))
            .permission("notification.preferences"),
        Route::page(Method::POST, PATH, "notification.reach_again", post(again))
            .permission("notification.preferences"),
    ]
}

async fn show(cx: Cx) -> Result<Response> {
    let mut tx = cx.read_records().await?;
    let (_, address) = super::standing(&cx, &mut tx).await?;
    tx.finish().await?;
    let form = html! {
        @match address {
            Some(address) => {
                p { (cx.tr("notify-address-refused", &[("address", address.into())])) }
                p { (cx.t("notify-address-how")) }
                div.actions {
                    (form_button(&cx.href("/notifications/address"), Some(&cx.form_key()), &Button::primary(cx.t("notify-address-again")).icon(Icon::RefreshCw), &[]))
                    (Button::quiet(cx.t("notify-address-change")).href("/account"))
                }
            },
            None => {
                (Banner::good(cx.t("notify-address-fine")))
                div.actions { (Button::quiet(cx.t("notify-back")).href(cx.href("/notifications"))) }
            },
        }
    };
    let title = cx.t("notify-address");
    let shown = FormPage {
        title: title.clone(),
        form,
        ..FormPage::default()
    };
    page::page(&cx, title, html! { (shown) }).await
}

async fn again(cx: Cx, _form: Form<Nothing>) -> Result<Response> {
    match reach(&cx).await {
        Ok(()) | Err(Error::Replayed(_)) => {
            Ok(extract::see_other(&cx.href("/notifications/address")))
        }
        Err(error) => Err(error),
    }
}

/// Mail goes to the member's address again.
async fn reach(cx: &Cx) -> Result<()> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let permit = cx.authorize(&REACH, me, &["own"])?;
    sqlx::query_scalar!("select notify.reach_again($1)", me)
        .fetch_one(&mut *tx)
        .await?;
    tx.change("mail", "refused", "sent");
    tx.commit(permit).await
}
