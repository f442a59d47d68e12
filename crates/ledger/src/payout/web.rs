//! Payouts: API and pages; a withdrawal is decided on a page of its own with fee and arrival.

use super::{NewPayout, PayoutQuery, PayoutView, arrives, cancel, check, list, request, show};
use crate::{account::stored, destination, wallet::web::trail, words};
use axum::{
    response::Response,
    routing::{get, post},
};
use base::Money;
use http::{HeaderMap, Method};
use kernel::{
    Body, Cx, Error, Form, Id, Idempotency, Query, Rate, Result, Route, extract, input::Nothing,
    once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{
        Banner, Button, Choice, Column, Decision, Field, Form as UiForm, FormPage, ListPage,
        MoneyLine, Standing, Table, Tone, Workroom, empty_state, error_summary, hidden, money,
        pager, state_badge, time, time_exact,
    },
};
use uuid::Uuid;

const LIST: &str = "/w/{workspace}/payouts";
const ONE: &str = "/w/{workspace}/payouts/{payout}";
const CANCEL: &str = "/w/{workspace}/payouts/{payout}/cancellation";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::POST, LIST, "payout.request", post(api_request))
.codes(&[(409, "instant_unavailable"), (409, "insufficient_available"), (503, "books_under_review")])
            .product("market")
            .permission("payout.request")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<NewPayout>()
            .example(json!({"amount": {"amount_minor": 5000, "currency": "USD"}, "destination_id": null, "speed": "standard"}))
            .answers::<PayoutView>(201),
        Route::api(Method::GET, LIST, "payout.list", get(api_list))
            .product("market")
            .permission("payout.list")
            .query::<PayoutQuery>()
            .lists::<PayoutView>(),
        Route::api(Method::GET, ONE, "payout.show", get(api_show)).product("market").permission("payout.show").answers::<PayoutView>(200),
        Route::api(Method::POST, CANCEL, "payout.cancel", post(api_cancel))
.codes(&[(409, "payout_cancelled")])
            .product("market")
            .permission("payout.cancel")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<Nothing>()
            .answers::<PayoutView>(200),
        Route::page(Method::GET, LIST, "payout.list", get(list_page)).product("market").permission("payout.list").query::<PayoutQuery>(),
        Route::page(Method::POST, LIST, "payout.request", post(form_request))
            .product("market")
            .permission("payout.request")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<NewPayout>(),
        Route::page(Method::GET, "/w/{workspace}/payouts/new", "payout.request", get(new_page)).product("market").permission("payout.request"),
        Route::page(Method::POST, "/w/{workspace}/payouts/decision", "payout.request", post(decision_page))
            .product("market")
            .permission("payout.request")
            .body::<NewPayout>(),
        Route::page(Method::GET, ONE, "payout.show", get(show_page)).product("market").permission("payout.show"),
        Route::page(Method::POST, CANCEL, "payout.cancel", post(form_cancel))
            .product("market")
            .permission("payout.cancel")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required),
    ]
}

async fn api_request(cx: Cx, Body(new): Body<NewPayout>) -> Result<Response> {
    let id = once(request(&cx, &new).await)?;
    Ok(extract::created(&show(&cx, id).await?))
}

async fn api_list(cx: Cx, Query(query): Query<PayoutQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_cancel(cx: Cx, Id(id): Id<Uuid>, Body(_): Body<Nothing>) -> Result<Response> {
    let id = once(cancel(&cx, id).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

async fn form_cancel(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(cancel(&cx, id).await)?;
    Ok(extract::see_other(&cx.href(&format!("/payouts/{id}"))))
}

async fn form_request(cx: Cx, form: Form<NewPayout>) -> Result<Response> {
    let result = match form.input {
        Ok(new) => once(request(&cx, &new).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/payouts/{id}")))),
        Err(error) => refused(&cx, &form.typed, error).await,
    }
}

async fn refused(cx: &Cx, typed: &extract::Typed, error: Error) -> Result<Response> {
    let (status, messages) = page::refusal(cx, error)?;
    let body = form_view(cx, typed, &messages).await?;
    page::page_under_with(cx, status, cx.t("ledger-withdraw"), trail(cx), body).await
}

async fn new_page(cx: Cx) -> Result<Response> {
    let body = form_view(&cx, &extract::Typed::default(), &vec![]).await?;
    page::page_under(&cx, cx.t("ledger-withdraw"), trail(&cx), body).await
}

async fn form_view(cx: &Cx, typed: &extract::Typed, messages: &page::Messages) -> Result<Markup> {
    let destinations = destination::web::mine(cx).await?;
    let currency = cx.workspace()?.currency;
    let wallet = crate::wallet::sums(cx).await?;
    let mut tx = cx.read().await?;
    let least = crate::fees::current(&mut tx, None)
        .await?
        .minimum_payout(currency);
    tx.finish().await?;
    let have = wallet
        .iter()
        .find(|s| s.available.currency == currency)
        .map_or(Money::zero(currency), |s| s.free());
    let title = cx.t("ledger-withdraw");
    if destinations.is_empty() {
        let next = cx.href("/payouts/new");
        let href = cx.href(&format!("/destinations/new?next={next}"));
        let add =
            html! { (Button::primary(cx.t("ledger-destination-add")).icon(Icon::Plus).href(href)) };
        let form = empty_state(
            Icon::Landmark,
            cx.t("ledger-destinations-empty"),
            cx.t("ledger-destinations-empty-text"),
            add,
        );
        return Ok(
            html! { (FormPage { title, errors: Some(error_summary(cx.locale, messages)), form, ..Default::default() }) },
        );
    }
    let choices = destinations
        .iter()
        .map(|d| Choice::new(d.id.to_string(), format!("{} ({})", d.label, d.currency)))
        .collect();
    let hint = cx.tr(
        "ledger-withdraw-hint",
        &[
            ("available", ui::text::money(cx.locale, have).into()),
            (
                "least",
                ui::text::money(cx.locale, Money::new(least, currency)).into(),
            ),
        ],
    );
    let shown = if typed.0.is_empty() && have.minor > 0 {
        ui::text::amount(have)
    } else {
        typed.get("amount").to_owned()
    };
    let chosen = typed.get("destination_id");
    let chosen = if chosen.is_empty() {
        destinations[0].id.to_string()
    } else {
        chosen.to_owned()
    };
    let takes_instant = destinations.iter().any(|d| d.kind == "card");
    let speeds = vec![
        Choice::new("standard", cx.t("ledger-speed-standard")),
        Choice::new("instant", cx.t("ledger-speed-instant"))
            .hint(cx.t("ledger-speed-instant-hint")),
    ];
    let speed_typed = match typed.get("speed") {
        "" => "standard",
        other => other,
    };
    let speed = Field::radios("speed", cx.t("ledger-speed"), speeds)
        .value(speed_typed)
        .error(page::message_of(messages, "speed"));
    let fields = html! {
        (Field::money("amount", cx.t("ledger-amount"), currency.code()).value(shown).hint(hint).required().error(page::message_of(messages, "amount")))
        (Field::select("destination_id", cx.t("ledger-destination"), choices).value(chosen).error(page::message_of(messages, "destination_id")))
        @if takes_instant { (speed) }
        div.actions {
            (Button::primary(cx.t("ledger-continue")).icon(Icon::ArrowRight))
            (Button::quiet(cx.t("ledger-wallet")).href(cx.href("/wallet")))
        }
    };
    let form = html! { (UiForm::post(cx.href("/payouts/decision"), fields)) };
    let errors = (!messages.is_empty()).then(|| error_summary(cx.locale, messages));
    Ok(
        html! { (FormPage { title, lead: Some(cx.t("ledger-withdraw-lead")), errors, form, ..Default::default() }) },
    )
}

/// Shows what a withdrawal comes to before it is asked for.
async fn decision_page(cx: Cx, form: Form<NewPayout>) -> Result<Response> {
    let new = match form.input {
        Ok(new) => new,
        Err(faults) => return refused(&cx, &form.typed, Error::Invalid(faults)).await,
    };
    let mut tx = cx.rehearse().await?;
    let checked = check(&mut tx, cx.member()?.id, &new).await;
    let now = tx.now();
    tx.finish().await?;
    let terms = match checked {
        Ok(terms) => terms,
        Err(error) => return refused(&cx, &form.typed, error).await,
    };
    let act = UiForm::post(
        cx.href("/payouts"),
        html! {
            (hidden("amount", &ui::text::amount(new.amount)))
            (hidden("amount_currency", new.amount.currency.code()))
            (hidden("destination_id", &terms.destination.to_string()))
            (hidden("speed", new.speed))
            (Button::primary(cx.t("ledger-withdraw-act")).icon(Icon::Check))
        },
    )
    .key(cx.form_key());
    let title = cx.t("ledger-withdraw-decide");
    let label = destination::label(&cx, &terms.destination_kind, &terms.last4);
    let net = Money::new(new.amount.minor - terms.fee.minor, new.amount.currency);
    let arrival = ui::text::date_time(cx.locale, arrives(now, new.speed));
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act) },
        cx.href("/payouts/new"),
    )
    .body(html! {
        p { (cx.t("ledger-withdraw-to")) " " bdi { (label) } }
        p { (cx.tr("ledger-withdraw-arrives", &[("date", arrival.into())])) }
        @if !terms.review.is_empty() { p { (cx.t("ledger-withdraw-review")) } }
    })
    .lines(vec![
        MoneyLine::new(cx.t("ledger-amount"), new.amount),
        MoneyLine::new(cx.t("ledger-payout-fee"), terms.fee),
        MoneyLine::total(cx.t("ledger-payout-net"), net),
    ])
    .cannot_undo(cx.t("ledger-withdraw-final"));
    page::page_under(&cx, title, trail(&cx), html! { (decision) }).await
}

fn badge(cx: &Cx, state: &str) -> Markup {
    let (tone, icon) = match state {
        "paid" => (Tone::Good, Icon::CircleCheck),
        "failed" | "returned" | "rejected" => (Tone::Bad, Icon::CircleX),
        "cancelled" => (Tone::Neutral, Icon::Ban),
        _ => (Tone::Waiting, Icon::Clock),
    };
    state_badge(tone, icon, words(cx, "ledger-payout", state))
}

async fn list_page(cx: Cx, Query(query): Query<PayoutQuery>) -> Result<Response> {
    let now = cx.kernel.now().await?;
    let rows = list(&cx, &query).await?;
    let total = rows.total.unwrap_or(0);
    let filter = query
        .state
        .map(|s| format!("&state={s}"))
        .unwrap_or_default();
    let turn = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| cx.href(&format!("/payouts?cursor={c}{filter}")))
    };
    let (next, prev) = (turn(&rows.next), turn(&rows.prev));
    let body = if rows.rows.is_empty() {
        let filtered = query.state.is_some().then_some("/payouts");
        let wallet = crate::finance::way(&cx, "ledger-wallet", "/wallet");
        crate::finance::nothing(&cx, Icon::Wallet, "ledger-payouts", filtered, wallet)
    } else {
        let columns = vec![
            Column::text(cx.t("ledger-payout-when")),
            Column::text(cx.t("ledger-destination")),
            Column::text(cx.t("ledger-state")),
            Column::number(cx.t("ledger-amount")),
        ];
        let mut cells = vec![];
        for row in &rows.rows {
            let amount = stored(row.amount.amount_minor, &row.amount.currency)?;
            cells.push(vec![
                html! { a href=(cx.href(&format!("/payouts/{}", row.id))) { (time(cx.locale, now, row.requested_at)) } },
                html! { bdi { (row.destination_label) } },
                badge(&cx, &row.state),
                money(cx.locale, amount),
            ]);
        }
        html! { (Table::new(cx.t("ledger-payouts"), columns).rows(cells)) }
    };
    let title = cx.t("ledger-payouts");
    let pager = (next.is_some() || prev.is_some())
        .then(|| pager(cx.locale, prev.as_deref(), next.as_deref(), None));
    let actions = Some(html! {
        (Button::primary(cx.t("ledger-withdraw")).href(cx.href("/payouts/new")))
        @if cx.can("payout_schedule.show", &["own"]) {
            (Button::quiet(cx.t("ledger-schedule")).icon(Icon::CalendarClock).href(cx.href("/payout-schedule")))
        }
    });
    let count = Some(ui::text::number(cx.locale, total));
    let view = ListPage {
        title: title.clone(),
        count,
        actions,
        body,
        pager,
        ..Default::default()
    };
    page::page_under(&cx, title, trail(&cx), html! { (view) }).await
}

async fn show_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = show(&cx, id).await?;
    let own = crate::own(&cx, view.member_id);
    let amount = stored(view.amount.amount_minor, &view.amount.currency)?;
    let sentence = words(&cx, "ledger-payout-text", &view.state);
    let mut standing = Standing::new(cx.locale, badge(&cx, &view.state), sentence)
        .fact(cx.t("ledger-amount"), money(cx.locale, amount))
        .fact(
            cx.t("ledger-payout-fee"),
            money(
                cx.locale,
                stored(view.fee.amount_minor, &view.fee.currency)?,
            ),
        )
        .fact(
            cx.t("ledger-destination"),
            html! { bdi { (view.destination_label) } },
        )
        .fact(
            cx.t("ledger-payout-when"),
            time_exact(cx.locale, view.requested_at),
        );
    if matches!(
        view.state.as_str(),
        "in_review" | "requested" | "processing"
    ) {
        standing = standing.fact(
            cx.t("ledger-payout-arrives"),
            html! { (ui::text::date_time(cx.locale, view.arrives_at)) },
        );
    }
    if let Some(at) = view.paid_at {
        standing = standing.fact(cx.t("ledger-payout-paid-at"), time_exact(cx.locale, at));
    }
    if view.can_cancel && cx.can("payout.cancel", &own) {
        let button = Button::quiet(cx.t("ledger-payout-cancel"));
        standing = standing.more(html! { (UiForm::post(cx.href(&format!("/payouts/{id}/cancellation")), html! { (button) }).key(cx.form_key())) });
    }
    let main = html! {
        @if let Some(reason) = &view.reason {
            (Banner::bad(words(&cx, "ledger-payout", &view.state)).text(words(&cx, "ledger-failure", reason)))
        }
        @if let Some(note) = &view.review_note {
            (Banner::bad(cx.t("ledger-payout-rejected")).text(note.clone()))
        }
        @if view.state == "in_review" && cx.can("payout.approve", &[]) && own.is_empty() {
            (super::desk::decisions(&cx, id))
        }
        p { (cx.t("ledger-payout-about")) }
        div.actions { (Button::quiet(cx.t("ledger-statement")).href(cx.href("/wallet/statement"))) }
    };
    let title = cx.t("ledger-payout-title");
    let trail = vec![
        (cx.t("ledger-wallet"), cx.href("/wallet")),
        (cx.t("ledger-payouts"), cx.href("/payouts")),
    ];
    page::page_under(&cx, title.clone(), trail, html! { (Workroom { title, main, aside: Some(html! { (standing) }), ..Default::default() }) }).await
}
