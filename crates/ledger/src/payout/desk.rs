//! The finance desk's side of payouts: those that wait, and the rules by which they do.

use super::{
    PayoutView,
    policy::{self, NewPolicy, PayoutPolicyView},
    review::{self, PayoutReviewView, Rejection, ReviewQuery},
    show,
};
use crate::{account::stored, finance};
use axum::{
    response::Response,
    routing::{get, post, put},
};
use http::{HeaderMap, Method, StatusCode};
use kernel::{
    Body, Cx, Edit, Error, Form, Id, Idempotency, Query, Rate, Result, Route,
    extract::{self, IfMatch, Typed},
    input::Nothing,
    once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{
        Button, Column, Field, Form as UiForm, FormPage, ListPage, Table, Tone, badge,
        error_summary, form_button, hidden, money, time_exact,
    },
};
use uuid::Uuid;

const LIST: &str = "/w/{workspace}/payout-reviews";
const APPROVE: &str = "/w/{workspace}/payouts/{payout}/approval";
const REJECT: &str = "/w/{workspace}/payouts/{payout}/rejection";
const POLICY: &str = "/w/{workspace}/payout-policy";

pub(crate) fn routes() -> Vec<Route> {
    let market = |route: Route| route.product("market");
    let accepted = Idempotency::Accepted;
    [
        Route::api(Method::GET, LIST, "payout_review.list", get(api_list))
            .permission("payout_review.list")
            .query::<ReviewQuery>()
            .lists::<PayoutReviewView>(),
        Route::api(Method::POST, APPROVE, "payout.approve", post(api_approve))
.codes(&[(409, "payout_not_in_review")])
            .permission("payout.approve")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<Nothing>()
            .answers::<PayoutView>(200),
        Route::api(Method::POST, REJECT, "payout.reject", post(api_reject))
            .permission("payout.reject")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<Rejection>()
            .example(json!({"reason": "Please confirm by mail that this account is yours."}))
            .answers::<PayoutView>(200),
        Route::api(Method::GET, POLICY, "payout_policy.show", get(api_policy))
            .permission("payout_policy.show")
            .answers::<PayoutPolicyView>(200),
        Route::api(Method::PUT, POLICY, "payout_policy.update", put(api_update))
            .permission("payout_policy.update")
            .if_match()
            .body::<NewPolicy>()
            .example(json!({"review_above_hundredths": 500_000, "young_destination_hours": 72, "instant_fee_basis_points": 150, "instant_fee_least_hundredths": 50}))
            .answers::<PayoutPolicyView>(200),
        Route::page(Method::GET, LIST, "payout_review.list", get(list_page))
            .permission("payout_review.list")
            .query::<ReviewQuery>(),
        Route::page(Method::POST, APPROVE, "payout.approve", post(form_approve))
            .permission("payout.approve")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required),
        Route::page(Method::POST, REJECT, "payout.reject", post(form_reject))
            .permission("payout.reject")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<Rejection>(),
        Route::page(Method::GET, POLICY, "payout_policy.show", get(policy_page)).permission("payout_policy.show"),
        Route::page(Method::POST, POLICY, "payout_policy.update", post(form_update))
            .permission("payout_policy.update")
            .idempotency(accepted)
            .body::<Edit<NewPolicy>>(),
    ]
    .into_iter()
    .map(market)
    .collect()
}

async fn api_list(cx: Cx, Query(query): Query<ReviewQuery>) -> Result<Response> {
    Ok(review::list(&cx, &query).await?.answer())
}

async fn api_approve(cx: Cx, Id(id): Id<Uuid>, Body(_): Body<Nothing>) -> Result<Response> {
    let id = once(review::approve(&cx, id).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

async fn api_reject(cx: Cx, Id(id): Id<Uuid>, Body(why): Body<Rejection>) -> Result<Response> {
    let id = once(review::reject(&cx, id, &why).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

async fn api_policy(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let view = policy::show(&cx).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_update(
    cx: Cx,
    IfMatch(version): IfMatch,
    headers: HeaderMap,
    Body(new): Body<NewPolicy>,
) -> Result<Response> {
    extract::or_current(policy::update(&cx, version, &new).await, policy::show(&cx)).await?;
    api_policy(cx, headers).await
}

async fn form_approve(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(review::approve(&cx, id).await)?;
    Ok(extract::see_other(&cx.href("/payout-reviews")))
}

async fn form_reject(cx: Cx, Id(id): Id<Uuid>, form: Form<Rejection>) -> Result<Response> {
    let result = match form.input {
        Ok(why) => once(review::reject(&cx, id, &why).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/payout-reviews"))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            let title = cx.t("ledger-review-reject");
            let view = FormPage {
                title: title.clone(),
                errors: Some(error_summary(cx.locale, &messages)),
                form: rejection(&cx, id, &form.typed, &messages),
                ..Default::default()
            };
            page::page_with(&cx, status, title, html! { (view) }).await
        }
    }
}

fn rejection(cx: &Cx, id: Uuid, typed: &Typed, messages: &page::Messages) -> Markup {
    let fields = html! {
        (Field::textarea("reason", cx.t("ledger-review-reason"), 3).value(typed.get("reason")).max_len(500)
            .hint(cx.t("ledger-review-reason-hint")).required().error(page::message_of(messages, "reason")))
        (Button::danger(cx.t("ledger-review-reject")))
    };
    html! { (UiForm::post(cx.href(&format!("/payouts/{id}/rejection")), fields).key(cx.form_key())) }
}

/// Both decisions on a payout that waits, for its page.
pub(crate) fn decisions(cx: &Cx, id: Uuid) -> Markup {
    let approve = form_button(
        &cx.href(&format!("/payouts/{id}/approval")),
        Some(&cx.form_key()),
        &Button::primary(cx.t("ledger-review-approve")).icon(Icon::Check),
        &[],
    );
    html! {
        section.panel {
            div.panel-head { h2 { (cx.t("ledger-review-decide")) } }
            (approve)
            (rejection(cx, id, &Typed::default(), &vec![]))
        }
    }
}

async fn list_page(cx: Cx, Query(query): Query<ReviewQuery>) -> Result<Response> {
    let rows = review::list(&cx, &query).await?;
    let books = crate::review::banner(&cx).await?;
    let title = cx.t("ledger-reviews");
    let body = if rows.rows.is_empty() {
        let onward = finance::way(&cx, "ledger-policy", "/payout-policy");
        finance::nothing(&cx, Icon::ShieldCheck, "ledger-reviews", None, onward)
    } else {
        let columns = vec![
            Column::text(cx.t("ledger-payout-when")),
            Column::text(cx.t("ledger-review-payee")),
            Column::text(cx.t("ledger-review-why")),
            Column::number(cx.t("ledger-amount")),
        ];
        let mut cells = vec![];
        for row in &rows.rows {
            let amount = stored(row.amount.amount_minor, &row.amount.currency)?;
            let href = cx.href(&format!("/payouts/{}", row.id));
            cells.push(vec![
                html! { a href=(href) { (time_exact(cx.locale, row.requested_at)) } },
                html! { bdi { (row.member) } " " bdi dir="ltr" { "••" (row.destination_last4) } },
                html! { @for cause in &row.causes { (badge(Tone::Waiting, cx.t(&format!("ledger-review-{}", cause.replace('_', "-"))))) " " } },
                money(cx.locale, amount),
            ]);
        }
        html! { (Table::new(title.clone(), columns).rows(cells)) }
    };
    let view = ListPage {
        title: title.clone(),
        count: Some(ui::text::number(cx.locale, rows.total.unwrap_or(0))),
        lead: Some(cx.t("ledger-reviews-lead")),
        views: Some(finance::tabs(&cx, "/payout-reviews")),
        pager: finance::pager(&cx, &cx.href("/payout-reviews?limit=50"), &rows),
        body: html! { (books) (body) },
        ..Default::default()
    };
    page::page(&cx, title, html! { (view) }).await
}

async fn policy_page(cx: Cx) -> Result<Response> {
    let now = policy_typed(&policy::show(&cx).await?);
    policy_view(&cx, StatusCode::OK, &now, &vec![]).await
}

/// The form as the rules fill it.
fn policy_typed(policy: &PayoutPolicyView) -> Typed {
    let mut typed = Typed::default();
    let text = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    typed.set("version", policy.version.to_string());
    typed.set(
        "review_above_hundredths",
        text(policy.review_above_hundredths),
    );
    typed.set(
        "young_destination_hours",
        text(policy.young_destination_hours.map(i64::from)),
    );
    typed.set(
        "instant_fee_basis_points",
        policy.instant_fee_basis_points.to_string(),
    );
    typed.set(
        "instant_fee_least_hundredths",
        policy.instant_fee_least_hundredths.to_string(),
    );
    typed
}

async fn form_update(cx: Cx, form: Form<Edit<NewPolicy>>) -> Result<Response> {
    let result = match form.input {
        Ok(edit) => once(policy::update(&cx, edit.version, &edit.input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/payout-policy"))),
        Err(error) if error.is_stale() => policy_stale(&cx, &form.typed).await,
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            policy_view(&cx, status, &form.typed, &messages).await
        }
    }
}

/// Two edits at once: both are shown, to choose from.
async fn policy_stale(cx: &Cx, mine: &Typed) -> Result<Response> {
    let now = policy_typed(&policy::show(cx).await?);
    let label = |name: &str| {
        cx.t(match name {
            "review_above_hundredths" => "ledger-policy-above",
            "young_destination_hours" => "ledger-policy-young",
            "instant_fee_basis_points" => "ledger-policy-instant",
            _ => "ledger-policy-least",
        })
    };
    let shown = |_: &str, value: &str| value.to_owned();
    let href = cx.href("/payout-policy");
    let stale = page::Stale {
        title: cx.t("ledger-policy"),
        action: href.clone(),
        back: href,
        mine,
        now: &now,
        label: &label,
        shown: &shown,
    };
    page::stale(cx, stale).await
}

async fn policy_view(
    cx: &Cx,
    status: StatusCode,
    typed: &Typed,
    messages: &page::Messages,
) -> Result<Response> {
    let field = |name: &str, key: &str| {
        Field::number(name, cx.t(key))
            .value(typed.get(name))
            .hint(cx.t(&format!("{key}-hint")))
            .error(page::message_of(messages, name))
            .disabled(!cx.can("payout_policy.update", &[]))
            .short()
    };
    let fields = html! {
        (hidden("version", typed.get("version")))
        (field("review_above_hundredths", "ledger-policy-above").min("1").optional(cx.locale))
        (field("young_destination_hours", "ledger-policy-young").min("1").max("2160").optional(cx.locale))
        (field("instant_fee_basis_points", "ledger-policy-instant").min("0").max("1000").required())
        (field("instant_fee_least_hundredths", "ledger-policy-least").min("0").max("100000").required())
        @if cx.can("payout_policy.update", &[]) { (Button::primary(cx.t("ledger-save")).icon(Icon::Save)) }
    };
    let form = UiForm::post(cx.href("/payout-policy"), fields).key(cx.form_key());
    let title = cx.t("ledger-policy");
    let view = ListPage {
        title: title.clone(),
        lead: Some(cx.t("ledger-policy-lead")),
        views: Some(finance::tabs(cx, "/payout-policy")),
        body: html! {
            @if !messages.is_empty() { (error_summary(cx.locale, messages)) }
            (form)
        },
        ..Default::default()
    };
    page::page_with(cx, status, title, html! { (view) }).await
}
