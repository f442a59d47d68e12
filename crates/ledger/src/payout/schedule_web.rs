//! The standing order for payouts: API and page.

use super::schedule::{NewSchedule, PayoutScheduleView, remove, set, show};
use crate::{account::stored, destination};
use axum::{
    response::Response,
    routing::{delete, get, post, put},
};
use http::{HeaderMap, Method, StatusCode};
use kernel::{
    Body, Cx, Edit, Error, Form, Idempotency, Result, Route,
    extract::{self, IfMatch, Typed},
    input::Nothing,
    once, page,
};
use maud::html;
use serde_json::json;
use ui::{
    Icon,
    parts::{
        Banner, Button, Choice, Field, Form as UiForm, FormPage, error_summary, form_button, hidden,
    },
};

const ONE: &str = "/w/{workspace}/payout-schedule";

pub(crate) fn routes() -> Vec<Route> {
    let market = |route: Route| route.product("market");
    let accepted = Idempotency::Accepted;
    [
        Route::api(Method::GET, ONE, "payout_schedule.show", get(api_show))
            .permission("payout_schedule.show")
            .answers::<PayoutScheduleView>(200),
        Route::api(Method::PUT, ONE, "payout_schedule.set", put(api_set))
            .permission("payout_schedule.set")
            .if_match()
            .body::<NewSchedule>()
            .example(json!({"kind": "weekly", "weekday": 1, "month_day": null, "threshold": null, "destination_id": null}))
            .answers::<PayoutScheduleView>(200),
        Route::api(Method::DELETE, ONE, "payout_schedule.remove", delete(api_remove))
            .permission("payout_schedule.remove")
            .if_match()
            .status(204),
        Route::page(Method::GET, ONE, "payout_schedule.show", get(show_page)).permission("payout_schedule.show"),
        Route::page(Method::POST, ONE, "payout_schedule.set", post(form_set))
            .permission("payout_schedule.set")
            .idempotency(accepted)
            .body::<Edit<NewSchedule>>(),
        Route::page(Method::POST, "/w/{workspace}/payout-schedule/removal", "payout_schedule.remove", post(form_remove))
            .permission("payout_schedule.remove")
            .idempotency(accepted)
            .body::<Edit<Nothing>>(),
    ]
    .into_iter()
    .map(market)
    .collect()
}

async fn api_show(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let view = show(&cx).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_set(
    cx: Cx,
    IfMatch(version): IfMatch,
    headers: HeaderMap,
    Body(new): Body<NewSchedule>,
) -> Result<Response> {
    extract::or_current(set(&cx, version, &new).await, show(&cx)).await?;
    api_show(cx, headers).await
}

async fn api_remove(cx: Cx, IfMatch(version): IfMatch) -> Result<StatusCode> {
    extract::or_current(remove(&cx, version).await, show(&cx)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn form_remove(cx: Cx, form: Form<Edit<Nothing>>) -> Result<Response> {
    let edit = form.input.map_err(Error::Invalid)?;
    match once(remove(&cx, edit.version).await) {
        Ok(_) => Ok(extract::see_other(&cx.href("/payout-schedule"))),
        Err(error) => {
            // The order as it is now, with what stood against its end.
            let (status, messages) = page::refusal(&cx, error)?;
            let now = typed(&show(&cx).await?)?;
            view(&cx, status, &now, &messages).await
        }
    }
}

async fn form_set(cx: Cx, form: Form<Edit<NewSchedule>>) -> Result<Response> {
    let result = match form.input {
        Ok(edit) => once(set(&cx, edit.version, &edit.input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/payout-schedule"))),
        Err(error) if error.is_stale() => stale(&cx, &form.typed).await,
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            view(&cx, status, &form.typed, &messages).await
        }
    }
}

/// Two edits at once: both are shown, to choose from.
async fn stale(cx: &Cx, mine: &Typed) -> Result<Response> {
    let now = typed(&show(cx).await?)?;
    let label = |name: &str| match name {
        "threshold" => cx.t("ledger-schedule-sum"),
        "destination_id" => cx.t("ledger-destination"),
        _ => cx.t(&format!("ledger-schedule-{}", name.replace('_', "-"))),
    };
    let shown = |name: &str, value: &str| match name {
        "kind" => cx.t(&format!("ledger-schedule-{value}")),
        "weekday" => cx.t(&format!("ledger-weekday-{value}")),
        _ => value.to_owned(),
    };
    let href = cx.href("/payout-schedule");
    let stale = page::Stale {
        title: cx.t("ledger-schedule"),
        action: href.clone(),
        back: href,
        mine,
        now: &now,
        label: &label,
        shown: &shown,
    };
    page::stale(cx, stale).await
}

async fn show_page(cx: Cx) -> Result<Response> {
    let now = typed(&show(&cx).await?)?;
    view(&cx, StatusCode::OK, &now, &vec![]).await
}

/// The form as an order fills it.
fn typed(order: &PayoutScheduleView) -> Result<Typed> {
    let mut typed = Typed::default();
    let kind = match order.kind.as_str() {
        "off" => "weekly",
        other => other,
    };
    typed.set("version", order.version.to_string());
    typed.set("kind", kind);
    typed.set("weekday", order.weekday.unwrap_or(5).to_string());
    typed.set("month_day", order.month_day.unwrap_or(1).to_string());
    if let Some(threshold) = &order.threshold {
        let sum = stored(threshold.amount_minor, &threshold.currency)?;
        typed.set("threshold", ui::text::amount(sum));
    }
    typed.set(
        "destination_id",
        order
            .destination_id
            .map(|id| id.to_string())
            .unwrap_or_default(),
    );
    Ok(typed)
}

async fn view(
    cx: &Cx,
    status: StatusCode,
    typed: &Typed,
    messages: &page::Messages,
) -> Result<Response> {
    let order = show(cx).await?;
    let destinations = destination::web::mine(cx).await?;
    let kinds = ["weekly", "monthly", "threshold"]
        .map(|k| Choice::new(k, cx.t(&format!("ledger-schedule-{k}"))))
        .into();
    let days = (1..=7)
        .map(|d| Choice::new(d.to_string(), cx.t(&format!("ledger-weekday-{d}"))))
        .collect();
    let mut accounts = vec![Choice::new("", cx.t("ledger-schedule-newest"))];
    accounts.extend(
        destinations
            .iter()
            .map(|d| Choice::new(d.id.to_string(), format!("{} ({})", d.label, d.currency))),
    );
    let error = |name: &str| page::message_of(messages, name);
    let currency = cx.workspace()?.currency;
    let fields = html! {
        (hidden("version", typed.get("version")))
        (Field::radios("kind", cx.t("ledger-schedule-kind"), kinds).value(typed.get("kind")).error(error("kind")))
        (Field::select("weekday", cx.t("ledger-schedule-weekday"), days).value(typed.get("weekday")).error(error("weekday")))
        (Field::number("month_day", cx.t("ledger-schedule-month-day")).min("1").max("28").value(typed.get("month_day")).short().error(error("month_day")))
        (Field::money("threshold", cx.t("ledger-schedule-sum"), currency.code()).value(typed.get("threshold")).hint(cx.t("ledger-schedule-sum-hint")).error(error("threshold")))
        (Field::select("destination_id", cx.t("ledger-destination"), accounts).value(typed.get("destination_id")).error(error("destination_id")))
        (Button::primary(cx.t("ledger-save")).icon(Icon::Save))
    };
    let form = UiForm::post(cx.href("/payout-schedule"), fields).key(cx.form_key());
    let title = cx.t("ledger-schedule");
    let standing = html! {
        @if let Some(code) = &order.halted {
            (Banner::bad(cx.t("ledger-schedule-halted")).text(ui::text::error(cx.locale, code)))
        } @else if let Some(due) = order.due_at {
            (Banner::info(cx.tr("ledger-schedule-next", &[("date", ui::text::date(cx.locale, due).into())])))
        } @else if order.kind == "off" {
            (Banner::info(cx.t("ledger-schedule-off")))
        }
    };
    let end = Button::quiet(cx.t("ledger-schedule-end"));
    let below = (order.kind != "off").then(|| {
        let path = cx.href("/payout-schedule/removal");
        form_button(
            &path,
            Some(&cx.form_key()),
            &end,
            &[("version", &order.version.to_string())],
        )
    });
    let page = FormPage {
        title: title.clone(),
        lead: Some(cx.t("ledger-schedule-lead")),
        errors: (!messages.is_empty()).then(|| error_summary(cx.locale, messages)),
        form: html! { (standing) (form) },
        below,
        ..Default::default()
    };
    page::page_under_with(
        cx,
        status,
        title,
        crate::wallet::web::trail(cx),
        html! { (page) },
    )
    .await
}
