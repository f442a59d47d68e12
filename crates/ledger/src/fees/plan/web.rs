//! Plans: API and the page of those who look after fees.

use super::{MemberPlanView, NewPlan, PlanQuery, choices, list, set, show};
use axum::{
    response::Response,
    routing::{get, put},
};
use http::{HeaderMap, Method, StatusCode};
use kernel::{
    Body, Cx, Edit, Error, Form, Id, Idempotency, Query, Result, Route,
    extract::{self, IfMatch},
    list::Paging,
    once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{Button, Column, Field, Form as UiForm, ListPage, Table, error_summary, hidden, pager},
};
use uuid::Uuid;

const LIST: &str = "/w/{workspace}/member-plans";
const ONE: &str = "/w/{workspace}/member-plans/{member}";
const PAGE: &str = "/w/{workspace}/fees/plans";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, LIST, "member_plan.list", get(api_list))
            .product("market")
            .permission("member_plan.list")
            .query::<PlanQuery>()
            .lists::<MemberPlanView>(),
        Route::api(Method::GET, ONE, "member_plan.show", get(api_show))
            .product("market")
            .permission("member_plan.list")
            .answers::<MemberPlanView>(200),
        Route::api(Method::PUT, ONE, "member_plan.set", put(api_set))
            .codes(&[(403, "second_person_needed")])
            .product("market")
            .permission("member_plan.set")
            .if_match()
            .body::<NewPlan>()
            .example(json!({"plan": "pro"}))
            .answers::<MemberPlanView>(200),
        Route::page(Method::GET, PAGE, "member_plan.list", get(list_page))
            .product("market")
            .permission("member_plan.list")
            .query::<PlanQuery>(),
        Route::page(
            Method::POST,
            "/w/{workspace}/fees/plans/{member}",
            "member_plan.set",
            axum::routing::post(form_set),
        )
        .product("market")
        .permission("member_plan.set")
        .idempotency(Idempotency::Accepted)
        .body::<Edit<NewPlan>>(),
    ]
}

async fn api_list(cx: Cx, Query(query): Query<PlanQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(member): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = show(&cx, member).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_set(
    cx: Cx,
    Id(member): Id<Uuid>,
    IfMatch(version): IfMatch,
    headers: HeaderMap,
    Body(new): Body<NewPlan>,
) -> Result<Response> {
    let done = once(set(&cx, member, version, &new).await);
    extract::or_current(done, show(&cx, member)).await?;
    let view = show(&cx, member).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn list_page(cx: Cx, Query(query): Query<PlanQuery>) -> Result<Response> {
    view(&cx, StatusCode::OK, &query, &vec![]).await
}

async fn form_set(cx: Cx, Id(member): Id<Uuid>, form: Form<Edit<NewPlan>>) -> Result<Response> {
    let result = match form.input {
        Ok(edit) => once(set(&cx, member, edit.version, &edit.input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/fees/plans"))),
        Err(error) => {
            // As it is now, with what stood against it.
            let (status, messages) = page::refusal(&cx, error)?;
            let query = PlanQuery {
                q: None,
                paging: Paging::first(50),
            };
            view(&cx, status, &query, &messages).await
        }
    }
}

async fn view(
    cx: &Cx,
    status: StatusCode,
    query: &PlanQuery,
    messages: &page::Messages,
) -> Result<Response> {
    let rows = list(cx, query).await?;
    let title = cx.t("ledger-plans");
    let here = cx.href("/fees/plans");
    let q = query.q.clone().unwrap_or_default();
    let search = UiForm::get(
        here.clone(),
        html! {
            (Field::text("q", cx.t("ledger-plans-search")).value(&q).max_len(80))
            (Button::quiet(cx.t("ledger-plans-find")).icon(Icon::Search))
        },
    );
    let table = if rows.rows.is_empty() {
        let filtered = query.q.is_some().then_some("/fees/plans");
        let members = crate::finance::way(cx, "ledger-to-members", "/members");
        crate::finance::nothing(cx, Icon::Percent, "ledger-plans", filtered, members)
    } else {
        let columns = vec![
            Column::text(cx.t("ledger-plans-member")),
            Column::text(cx.t("ledger-plan")),
        ];
        let cells = rows
            .rows
            .iter()
            .map(|one| vec![html! { bdi { (one.member) } }, choice(cx, one)])
            .collect::<Vec<_>>();
        html! { (Table::new(title.clone(), columns).rows(cells)) }
    };
    let turn = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .and_then(|c| {
                serde_urlencoded::to_string([("q", q.as_str()), ("cursor", c.as_str())]).ok()
            })
            .map(|asked| format!("{here}?{asked}"))
    };
    let (next, prev) = (turn(&rows.next), turn(&rows.prev));
    let view = ListPage {
        title: title.clone(),
        lead: Some(cx.t("ledger-plans-lead")),
        body: html! {
            @if !messages.is_empty() { (error_summary(cx.locale, messages)) }
            (search)
            (table)
        },
        pager: (next.is_some() || prev.is_some())
            .then(|| pager(cx.locale, prev.as_deref(), next.as_deref(), None)),
        ..Default::default()
    };
    page::page_with(cx, status, title, html! { (view) }).await
}

/// A member's plan, to be changed by whoever may.
fn choice(cx: &Cx, one: &MemberPlanView) -> Markup {
    if !cx.can("member_plan.set", &[]) || cx.me() == Some(one.member_id) {
        return html! { (cx.t(&format!("ledger-plan-{}", one.plan))) };
    }
    let fields = html! {
        (hidden("version", &one.version.to_string()))
        (Field::select("plan", cx.t("ledger-plan"), choices(cx)).value(&one.plan))
        (Button::quiet(cx.t("ledger-save")).icon(Icon::Save))
    };
    let action = cx.href(&format!("/fees/plans/{}", one.member_id));
    html! { (UiForm::post(action, fields).key(cx.form_key())) }
}
