//! The fee schedule: API and pages for those who run the workspace.

use super::{
    CONTRACT_TYPES, Side,
    change::{
        FeeRuleView, FeeScheduleView, NewSchedule, ScheduleQuery, confirm, list, newest, propose,
        show, withdraw,
    },
};
use axum::{
    response::Response,
    routing::{get, post},
};
use base::Money;
use http::{Method, StatusCode};
use kernel::{
    Body, Cx, Error, Form, Id, Idempotency, Input, Query, Reader, Result, Route, extract,
    input::Nothing, once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{
        Button, Choice, Field, Form as UiForm, FormPage, ListPage, Tone, badge, error_summary,
        form_button, pager, time_exact,
    },
};

const LIST: &str = "/w/{workspace}/fee-schedules";
const CONFIRM: &str = "/w/{workspace}/fee-schedules/{version}/confirmation";
const WITHDRAW: &str = "/w/{workspace}/fee-schedules/{version}/withdrawal";
const PAGE: &str = "/w/{workspace}/fees";

pub(crate) fn routes() -> Vec<Route> {
    let example = json!({"payee_basis_points": 500, "client_basis_points": 0, "clearance_days": 5, "minimum_payout_minor": 2000,
        "effective_in_days": 30, "note": "Yearly review", "rules": [{"side": "payee", "contract_type": "bonus", "basis_points": 0}]});
    vec![
        Route::api(Method::GET, LIST, "fee_schedule.list", get(api_list))
            .product("market")
            .permission("fee_schedule.list")
            .query::<ScheduleQuery>()
            .lists::<FeeScheduleView>(),
        Route::api(
            Method::POST,
            LIST,
            "fee_schedule.propose",
            post(api_propose),
        )
        .codes(&[(409, "fee_schedule_proposed")])
        .product("market")
        .permission("fee_schedule.propose")
        .idempotency(Idempotency::Accepted)
        .body::<NewSchedule>()
        .example(example)
        .answers::<FeeScheduleView>(201),
        Route::api(
            Method::POST,
            CONFIRM,
            "fee_schedule.confirm",
            post(api_confirm),
        )
        .codes(&[(403, "second_person_needed"), (409, "fee_schedule_decided")])
        .product("market")
        .permission("fee_schedule.confirm")
        .idempotency(Idempotency::Accepted)
        .body::<Nothing>()
        .answers::<FeeScheduleView>(200),
        Route::api(
            Method::POST,
            WITHDRAW,
            "fee_schedule.withdraw",
            post(api_withdraw),
        )
        .product("market")
        .permission("fee_schedule.confirm")
        .idempotency(Idempotency::Accepted)
        .body::<Nothing>()
        .answers::<FeeScheduleView>(200),
        Route::page(Method::GET, PAGE, "fee_schedule.list", get(list_page))
            .product("market")
            .permission("fee_schedule.list")
            .query::<ScheduleQuery>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/fees/new",
            "fee_schedule.propose",
            get(new_page),
        )
        .product("market")
        .permission("fee_schedule.propose")
        .query::<Rows>(),
        Route::page(
            Method::POST,
            PAGE,
            "fee_schedule.propose",
            post(form_propose),
        )
        .product("market")
        .permission("fee_schedule.propose")
        .idempotency(Idempotency::Accepted)
        .body::<NewSchedule>(),
        Route::page(
            Method::POST,
            "/w/{workspace}/fees/{version}/confirmation",
            "fee_schedule.confirm",
            post(form_confirm),
        )
        .product("market")
        .permission("fee_schedule.confirm")
        .idempotency(Idempotency::Accepted),
        Route::page(
            Method::POST,
            "/w/{workspace}/fees/{version}/withdrawal",
            "fee_schedule.withdraw",
            post(form_withdraw),
        )
        .product("market")
        .permission("fee_schedule.confirm")
        .idempotency(Idempotency::Accepted),
    ]
}

async fn api_list(cx: Cx, Query(query): Query<ScheduleQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.answer())
}

async fn api_propose(cx: Cx, Body(new): Body<NewSchedule>) -> Result<Response> {
    once(propose(&cx, &new).await)?;
    Ok(extract::created(&newest(&cx).await?))
}

async fn api_confirm(cx: Cx, Id(version): Id<i32>, Body(_): Body<Nothing>) -> Result<Response> {
    once(confirm(&cx, version).await)?;
    Ok(extract::data(&show(&cx, version).await?))
}

async fn api_withdraw(cx: Cx, Id(version): Id<i32>, Body(_): Body<Nothing>) -> Result<Response> {
    once(withdraw(&cx, version).await)?;
    Ok(extract::data(&show(&cx, version).await?))
}

async fn form_confirm(cx: Cx, Id(version): Id<i32>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(confirm(&cx, version).await)?;
    Ok(extract::see_other(&cx.href("/fees")))
}

async fn form_withdraw(cx: Cx, Id(version): Id<i32>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(withdraw(&cx, version).await)?;
    Ok(extract::see_other(&cx.href("/fees")))
}

async fn list_page(cx: Cx, Query(query): Query<ScheduleQuery>) -> Result<Response> {
    let page = list(&cx, &query).await?;
    let body = html! { div.stack { @for one in &page.rows { (version(&cx, one)) } } };
    let title = cx.t("ledger-fees");
    let (propose, plans) = (
        cx.can("fee_schedule.propose", &[]),
        cx.can("member_plan.list", &[]),
    );
    let actions = (propose || plans).then(|| {
        html! {
            @if plans { (Button::quiet(cx.t("ledger-plans")).href(cx.href("/fees/plans"))) }
            @if propose { (Button::primary(cx.t("ledger-fees-propose")).icon(Icon::Plus).href(cx.href("/fees/new"))) }
        }
    });
    let turn = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| cx.href(&format!("/fees?cursor={c}")))
    };
    let (next, prev) = (turn(&page.next), turn(&page.prev));
    let pager = (next.is_some() || prev.is_some())
        .then(|| pager(cx.locale, prev.as_deref(), next.as_deref(), None));
    let view = ListPage {
        title: title.clone(),
        lead: Some(cx.t("ledger-fees-lead")),
        actions,
        body,
        pager,
        ..Default::default()
    };
    page::page(&cx, title, html! { (view) }).await
}

fn version(cx: &Cx, one: &FeeScheduleView) -> Markup {
    let (tone, word) = match one.state.as_str() {
        "proposed" => (Tone::Waiting, "ledger-fees-state-proposed"),
        "withdrawn" => (Tone::Neutral, "ledger-fees-state-withdrawn"),
        _ if one.in_force => (Tone::Good, "ledger-fees-state-in-force"),
        _ => (Tone::Info, "ledger-fees-state-confirmed"),
    };
    let name = cx.tr("ledger-fees-version", &[("n", one.version.into())]);
    let facts = vec![
        (
            cx.t("ledger-fees-payee"),
            html! { (percent(one.general(Side::Payee))) },
        ),
        (
            cx.t("ledger-fees-client"),
            html! { (percent(one.general(Side::Client))) },
        ),
        (
            cx.t("ledger-fees-clearance"),
            html! { (cx.tr("ledger-fees-days", &[("n", one.clearance_days.into())])) },
        ),
        (
            cx.t("ledger-fees-minimum"),
            ui::parts::money(cx.locale, dollars(one.minimum_payout_minor)),
        ),
        (
            cx.t("ledger-fees-from"),
            time_exact(cx.locale, one.effective_at),
        ),
    ];
    let mine = one.proposed_by.is_some() && one.proposed_by == cx.me();
    let may = one.state == "proposed" && cx.can("fee_schedule.confirm", &[]);
    html! {
        section.panel.stack aria-label=(name) {
            div.spread { h2 { (name) } (badge(tone, cx.t(word))) }
            @if !one.note.is_empty() { p { bdi { (one.note) } } }
            (ui::parts::description_list(&facts))
            @if !one.rules.is_empty() {
                h3 { (cx.t("ledger-fees-rules")) }
                ul { @for rule in &one.rules { li { (words(cx, rule)) } } }
            }
            @if may {
                div.actions {
                    @if mine { p.hint { (cx.t("ledger-fees-second-person")) } }
                    @else { (form_button(&cx.href(&format!("/fees/{}/confirmation", one.version)), Some(&cx.form_key()), &Button::primary(cx.t("ledger-fees-confirm")).icon(Icon::CircleCheck), &[])) }
                    (form_button(&cx.href(&format!("/fees/{}/withdrawal", one.version)), Some(&cx.form_key()), &Button::quiet(cx.t("ledger-fees-withdraw")), &[]))
                }
            }
        }
    }
}

/// A rule in words: for whom and what, and how much.
fn words(cx: &Cx, rule: &FeeRuleView) -> String {
    let sum = |cents| ui::text::money(cx.locale, dollars(cents));
    let mut parts = vec![cx.t(&format!("ledger-fees-side-{}", rule.side))];
    if let Some(plan) = &rule.plan {
        parts.push(cx.t(&format!("ledger-plan-{plan}")));
    }
    if let Some(category) = &rule.category {
        parts.push(cx.tr(
            "ledger-fees-category",
            &[("category", category.as_str().into())],
        ));
    }
    if let Some(kind) = &rule.contract_type {
        parts.push(cx.t(&format!("ledger-fees-type-{kind}")));
    }
    parts.push(percent(rule.basis_points));
    if rule.fixed_minor > 0 {
        parts.push(cx.tr(
            "ledger-fees-fixed-part",
            &[("amount", sum(rule.fixed_minor).into())],
        ));
    }
    if rule.least_minor > 0 {
        parts.push(cx.tr(
            "ledger-fees-least-part",
            &[("amount", sum(rule.least_minor).into())],
        ));
    }
    if let Some(most) = rule.most_minor {
        parts.push(cx.tr("ledger-fees-most-part", &[("amount", sum(most).into())]));
    }
    parts.join(" · ")
}

/// Thresholds and least sums are kept in US dollars.
fn dollars(cents: i64) -> Money {
    Money::new(cents, base::Currency::USD)
}

fn percent(basis_points: u32) -> String {
    format!("{}.{:02} %", basis_points / 100, basis_points % 100)
}

/// How many rules the form has room for.
struct Rows {
    rules: i64,
}

impl Input for Rows {
    fn read(r: &mut Reader) -> Self {
        Self {
            rules: r.integer_opt("rules", 0, 20).unwrap_or(0),
        }
    }
}

async fn new_page(cx: Cx, Query(rows): Query<Rows>) -> Result<Response> {
    let body = form(&cx, rows.rules, &extract::Typed::default(), &vec![]);
    page::page(&cx, cx.t("ledger-fees-propose"), body).await
}

async fn form_propose(cx: Cx, given: Form<NewSchedule>) -> Result<Response> {
    let result = match given.input {
        Ok(new) => once(propose(&cx, &new).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/fees"))),
        Err(error) => {
            let (status, messages): (StatusCode, _) = page::refusal(&cx, error)?;
            let rows = (0..20)
                .take_while(|n| !given.typed.get(&format!("rules.{n}.side")).is_empty())
                .count();
            let rows = i64::try_from(rows).unwrap_or(0);
            let body = form(&cx, rows, &given.typed, &messages);
            page::page_with(&cx, status, cx.t("ledger-fees-propose"), body).await
        }
    }
}

fn form(cx: &Cx, rows: i64, typed: &extract::Typed, messages: &page::Messages) -> Markup {
    let number = |name: &str, label: &str, hint: Option<&str>, usual: &str| {
        let value = if typed.0.is_empty() {
            usual
        } else {
            typed.get(name)
        };
        let field = Field::number(name, cx.t(label))
            .value(value)
            .min("0")
            .short()
            .error(page::message_of(messages, name));
        match hint {
            Some(hint) => field.hint(cx.t(hint)),
            None => field,
        }
    };
    let title = cx.t("ledger-fees-propose");
    let points = Some("ledger-fees-points-hint");
    let sums = Some("ledger-fees-hundredths-hint");
    let fields = html! {
        (number("payee_basis_points", "ledger-fees-payee", points, "500").required())
        (number("client_basis_points", "ledger-fees-client", points, "0").required())
        (number("clearance_days", "ledger-fees-clearance", None, "5").required())
        (number("minimum_payout_minor", "ledger-fees-minimum", sums, "2000").required())
        (number("effective_in_days", "ledger-fees-in-days", None, "0").required())
        (Field::text("note", cx.t("ledger-fees-note")).value(typed.get("note")).required().max_len(300).error(page::message_of(messages, "note")))
        @for n in 0..rows {
            fieldset {
                legend { (cx.tr("ledger-fees-rule", &[("n", (n + 1).into())])) }
                (rule_fields(cx, n, typed, messages))
            }
        }
        p { a href=(cx.href(&format!("/fees/new?rules={}", rows + 1))) { (cx.t("ledger-fees-add-rule")) } }
        div.actions {
            (Button::primary(cx.t("ledger-fees-send")).icon(Icon::ArrowRight))
            (Button::quiet(cx.t("ledger-fees")).href(cx.href("/fees")))
        }
    };
    let form = html! { (UiForm::post(cx.href("/fees"), fields).key(cx.form_key())) };
    let errors = (!messages.is_empty()).then(|| error_summary(cx.locale, messages));
    html! { (FormPage { title, lead: Some(cx.t("ledger-fees-propose-lead")), errors, form, ..Default::default() }) }
}

fn rule_fields(cx: &Cx, n: i64, typed: &extract::Typed, messages: &page::Messages) -> Markup {
    let name = |part: &str| format!("rules.{n}.{part}");
    let field = |part: &str, label: &str| {
        Field::number(name(part), cx.t(label))
            .value(typed.get(&name(part)))
            .min("0")
            .short()
            .error(page::message_of(messages, &name(part)))
    };
    let sides = ["payee", "client"]
        .map(|s| Choice::new(s, cx.t(&format!("ledger-fees-side-{s}"))))
        .to_vec();
    let mut plans = vec![Choice::new("", cx.t("ledger-plan-any"))];
    plans.extend(super::plan::choices(cx));
    let mut types = vec![Choice::new("", cx.t("ledger-fees-type-any"))];
    types.extend(
        CONTRACT_TYPES
            .iter()
            .map(|t| Choice::new(*t, cx.t(&format!("ledger-fees-type-{t}")))),
    );
    html! {
        (Field::select(name("side"), cx.t("ledger-fees-side"), sides).value(typed.get(&name("side"))).error(page::message_of(messages, &name("side"))))
        (Field::select(name("plan"), cx.t("ledger-plan"), plans).value(typed.get(&name("plan"))).error(page::message_of(messages, &name("plan"))))
        (Field::select(name("contract_type"), cx.t("ledger-fees-type"), types).value(typed.get(&name("contract_type"))))
        (Field::text(name("category"), cx.t("ledger-fees-category-key")).value(typed.get(&name("category"))).optional(cx.locale).error(page::message_of(messages, &name("category"))))
        (field("basis_points", "ledger-fees-points").required().hint(cx.t("ledger-fees-points-hint")))
        (field("fixed_minor", "ledger-fees-fixed").optional(cx.locale).hint(cx.t("ledger-fees-hundredths-hint")))
        (field("least_minor", "ledger-fees-least").optional(cx.locale))
        (field("most_minor", "ledger-fees-most").optional(cx.locale))
    }
}
