//! Bank transfers at the finance desk: API and pages; and the payer's own way to give one up.

use super::{
    PaymentView,
    receipt::{
        self, BankReceiptView, BankTransferView, NewReceipt, ReceiptQuery, STATES, TransferQuery,
    },
    show as show_payment,
    transfer::{self, BankTransferSettingView, NewSetting},
};
use crate::{account::stored, finance};
use axum::{
    extract::Request,
    response::Response,
    routing::{get, post, put},
};
use http::{HeaderMap, Method, StatusCode};
use kernel::{
    Body, Cx, Edit, Error, Form, Id, Idempotency, Query, Rate, Reader, Result, Route,
    extract::{self, IfMatch, Typed},
    input::Nothing,
    once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{
        Button, Column, Field, Form as UiForm, FormPage, ListPage, Standing, Tab, Table, Tone,
        Workroom, error_summary, files as file_rows, form_button, hidden, money, state_badge, tabs,
        time_exact,
    },
};
use uuid::Uuid;

const TRANSFERS: &str = "/w/{workspace}/bank-transfers";
const LIST: &str = "/w/{workspace}/bank-receipts";
const ONE: &str = "/w/{workspace}/bank-receipts/{receipt}";
const CONFIRM: &str = "/w/{workspace}/bank-receipts/{receipt}/confirmation";
const REJECT: &str = "/w/{workspace}/bank-receipts/{receipt}/rejection";
const OF_PAYMENT: &str = "/w/{workspace}/payments/{payment}/receipts";
const CANCEL: &str = "/w/{workspace}/payments/{payment}/cancellation";
const SETTINGS: &str = "/w/{workspace}/bank-transfer-settings";

pub(crate) fn routes() -> Vec<Route> {
    let accepted = Idempotency::Accepted;
    let market = |route: Route| route.product("market");
    [
        Route::api(Method::GET, TRANSFERS, "bank_transfer.list", get(api_transfers))
            .permission("bank_receipt.list")
            .query::<TransferQuery>()
            .lists::<BankTransferView>(),
        Route::api(Method::GET, LIST, "bank_receipt.list", get(api_list))
            .permission("bank_receipt.list")
            .query::<ReceiptQuery>()
            .lists::<BankReceiptView>(),
        Route::api(Method::GET, ONE, "bank_receipt.show", get(api_show)).permission("bank_receipt.show").answers::<BankReceiptView>(200),
        Route::api(Method::POST, OF_PAYMENT, "bank_receipt.record", post(api_record))
.codes(&[(403, "second_person_needed"), (409, "receipt_exists")])
            .permission("bank_receipt.record")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<NewReceipt>()
            .example(json!({"direction": "in", "amount": {"amount_minor": 30_000, "currency": "USD"}, "booked_on": "2026-11-20", "statement_reference": "", "note": "", "files": []}))
            .answers::<BankReceiptView>(201),
        Route::api(Method::POST, CONFIRM, "bank_receipt.confirm", post(api_confirm))
.codes(&[(403, "second_person_needed"), (409, "receipt_decided")])
            .permission("bank_receipt.confirm")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<Nothing>()
            .answers::<BankReceiptView>(200),
        Route::api(Method::POST, REJECT, "bank_receipt.reject", post(api_reject))
.codes(&[(403, "second_person_needed")])
            .permission("bank_receipt.reject")
            .idempotency(accepted)
            .body::<Nothing>()
            .answers::<BankReceiptView>(200),
        Route::api(Method::POST, CANCEL, "payment.cancel", post(api_cancel))
.codes(&[(409, "transfer_received")])
            .permission("payment.cancel")
            .rate(Rate::Money)
            .idempotency(accepted)
            .body::<Nothing>()
            .answers::<PaymentView>(200),
        Route::api(Method::GET, SETTINGS, "bank_transfer.settings", get(api_settings))
            .permission("bank_transfer.settings")
            .answers::<BankTransferSettingView>(200),
        Route::api(Method::PUT, SETTINGS, "bank_transfer.configure", put(api_configure))
            .permission("bank_transfer.configure")
            .if_match()
            .body::<NewSetting>()
            .example(json!({"enabled": true, "holder": "Atelier Ltd", "bank": "First Bank", "account": "DE89370400440532013000", "note": ""}))
            .answers::<BankTransferSettingView>(200),
        Route::page(Method::GET, LIST, "bank_receipt.list", get(list_page)).permission("bank_receipt.list").query::<ReceiptQuery>(),
        Route::page(Method::GET, ONE, "bank_receipt.show", get(show_page)).permission("bank_receipt.show"),
        Route::page(Method::GET, OF_PAYMENT, "bank_receipt.record", get(new_page)).permission("bank_receipt.record"),
        Route::page(Method::POST, OF_PAYMENT, "bank_receipt.record", post(form_record))
            .permission("bank_receipt.record")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .upload(),
        Route::page(Method::POST, CONFIRM, "bank_receipt.confirm", post(form_confirm))
            .permission("bank_receipt.confirm")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required),
        Route::page(Method::POST, REJECT, "bank_receipt.reject", post(form_reject)).permission("bank_receipt.reject").idempotency(accepted),
        Route::page(Method::POST, CANCEL, "payment.cancel", post(form_cancel))
            .permission("payment.cancel")
            .rate(Rate::Money)
            .idempotency(accepted),
        Route::page(Method::GET, SETTINGS, "bank_transfer.settings", get(settings_page)).permission("bank_transfer.settings"),
        Route::page(Method::POST, SETTINGS, "bank_transfer.configure", post(form_configure))
            .permission("bank_transfer.configure")
            .idempotency(accepted)
            .body::<Edit<NewSetting>>(),
    ]
    .into_iter()
    .map(market)
    .collect()
}

async fn api_transfers(cx: Cx, Query(query): Query<TransferQuery>) -> Result<Response> {
    Ok(receipt::transfers(&cx, &query).await?.answer())
}

async fn api_list(cx: Cx, Query(query): Query<ReceiptQuery>) -> Result<Response> {
    Ok(receipt::list(&cx, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = receipt::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_record(cx: Cx, Id(id): Id<Uuid>, Body(new): Body<NewReceipt>) -> Result<Response> {
    let id = once(receipt::record(&cx, id, &new).await)?;
    Ok(extract::created(&receipt::show(&cx, id).await?))
}

async fn api_confirm(cx: Cx, Id(id): Id<Uuid>, Body(_): Body<Nothing>) -> Result<Response> {
    let id = once(receipt::confirm(&cx, id).await)?;
    Ok(extract::data(&receipt::show(&cx, id).await?))
}

async fn api_reject(cx: Cx, Id(id): Id<Uuid>, Body(_): Body<Nothing>) -> Result<Response> {
    let id = once(receipt::reject(&cx, id).await)?;
    Ok(extract::data(&receipt::show(&cx, id).await?))
}

async fn api_cancel(cx: Cx, Id(id): Id<Uuid>, Body(_): Body<Nothing>) -> Result<Response> {
    let id = once(transfer::cancel(&cx, id).await)?;
    Ok(extract::data(&show_payment(&cx, id).await?))
}

async fn api_settings(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let view = transfer::settings(&cx).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_configure(
    cx: Cx,
    IfMatch(version): IfMatch,
    headers: HeaderMap,
    Body(new): Body<NewSetting>,
) -> Result<Response> {
    let done = transfer::configure(&cx, version, &new).await;
    extract::or_current(done, transfer::settings(&cx)).await?;
    api_settings(cx, headers).await
}

async fn form_confirm(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(receipt::confirm(&cx, id).await)?;
    Ok(extract::see_other(
        &cx.href(&format!("/bank-receipts/{id}")),
    ))
}

async fn form_reject(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(receipt::reject(&cx, id).await)?;
    Ok(extract::see_other(
        &cx.href(&format!("/bank-receipts/{id}")),
    ))
}

async fn form_cancel(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(transfer::cancel(&cx, id).await)?;
    Ok(extract::see_other(&cx.href(&format!("/payments/{id}"))))
}

fn sum(cx: &Cx, view: &base::money::View) -> Result<Markup> {
    Ok(money(cx.locale, stored(view.amount_minor, &view.currency)?))
}

fn badge(cx: &Cx, state: &str) -> Markup {
    let (tone, icon) = match state {
        "confirmed" => (Tone::Good, Icon::CircleCheck),
        "rejected" => (Tone::Bad, Icon::CircleX),
        _ => (Tone::Waiting, Icon::Clock),
    };
    state_badge(tone, icon, cx.t(&format!("ledger-receipt-{state}")))
}

async fn list_page(cx: Cx, Query(query): Query<ReceiptQuery>) -> Result<Response> {
    let open = TransferQuery {
        open: true,
        paging: kernel::list::Paging::first(50),
    };
    let awaited = receipt::transfers(&cx, &open).await?;
    let rows = receipt::list(&cx, &query).await?;
    let base = |state: Option<&str>| {
        let state = state.map(|s| format!("&state={s}")).unwrap_or_default();
        cx.href(&format!("/bank-receipts?limit=50{state}"))
    };
    let mut views = vec![Tab::new(
        cx.t("ledger-event-all"),
        base(None),
        query.state.is_none(),
    )];
    for state in STATES {
        let label = cx.t(&format!("ledger-receipt-{state}"));
        views.push(Tab::new(
            label,
            base(Some(state)),
            query.state == Some(*state),
        ));
    }
    let body = html! {
        section.section {
            h2 { (cx.t("ledger-transfers-awaited")) }
            @if awaited.rows.is_empty() { p.hint { (cx.t("ledger-transfers-none")) } }
            @else { (awaited_table(&cx, &awaited.rows)?) }
        }
        section.section {
            h2 { (cx.t("ledger-receipts")) }
            (tabs(&cx.t("ledger-state"), &views))
            @if rows.rows.is_empty() {
                (finance::nothing(&cx, Icon::Landmark, "ledger-receipts", query.state.is_some().then_some("/bank-receipts"), finance::way(&cx, "ledger-transfers", "/bank-transfer-settings")))
            } @else { (receipts_table(&cx, &rows.rows)?) }
        }
    };
    let title = cx.t("ledger-receipts");
    let view = ListPage {
        title: title.clone(),
        lead: Some(cx.t("ledger-receipts-lead")),
        views: Some(finance::tabs(&cx, "/bank-receipts")),
        pager: finance::pager(&cx, &base(query.state), &rows),
        body,
        ..Default::default()
    };
    page::page(&cx, title, html! { (view) }).await
}

fn awaited_table(cx: &Cx, rows: &[BankTransferView]) -> Result<Markup> {
    let columns = vec![
        Column::text(cx.t("ledger-transfer-reference")),
        Column::text(cx.t("ledger-chargeback-payer")),
        Column::number(cx.t("ledger-amount")),
        Column::number(cx.t("ledger-transfer-unmatched")),
    ];
    let mut cells = vec![];
    for row in rows {
        let href = cx.href(&format!("/payments/{}/receipts", row.payment_id));
        cells.push(vec![
            html! { a href=(href) { bdi dir="ltr" { (row.bank_reference) } } },
            html! { bdi { (row.payer) } },
            sum(cx, &row.amount)?,
            sum(cx, &row.unmatched)?,
        ]);
    }
    Ok(html! { (Table::new(cx.t("ledger-transfers-awaited"), columns).rows(cells)) })
}

fn receipts_table(cx: &Cx, rows: &[BankReceiptView]) -> Result<Markup> {
    let columns = vec![
        Column::text(cx.t("ledger-receipt-when")),
        Column::text(cx.t("ledger-transfer-reference")),
        Column::text(cx.t("ledger-receipt-by")),
        Column::text(cx.t("ledger-state")),
        Column::number(cx.t("ledger-amount")),
    ];
    let mut cells = vec![];
    for row in rows {
        let href = cx.href(&format!("/bank-receipts/{}", row.id));
        cells.push(vec![
            html! { a href=(href) { (time_exact(cx.locale, row.recorded_at)) } },
            html! { bdi dir="ltr" { (row.bank_reference) } },
            html! { bdi { (row.recorded_by) } },
            badge(cx, &row.state),
            sum(cx, &row.amount)?,
        ]);
    }
    Ok(html! { (Table::new(cx.t("ledger-receipts"), columns).rows(cells)) })
}

async fn show_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = receipt::show(&cx, id).await?;
    let mut standing = Standing::new(
        cx.locale,
        badge(&cx, &view.state),
        cx.t(&format!("ledger-receipt-{}-text", view.state)),
    )
    .fact(
        cx.t(&format!("ledger-receipt-{}", view.direction)),
        sum(&cx, &view.amount)?,
    )
    .fact(cx.t("ledger-receipt-expected"), sum(&cx, &view.expected)?)
    .fact(
        cx.t("ledger-transfer-reference"),
        html! { bdi dir="ltr" { (view.bank_reference) } },
    )
    .fact(
        cx.t("ledger-chargeback-payer"),
        html! { bdi { (view.payer) } },
    )
    .fact(
        cx.t("ledger-receipt-day"),
        html! { bdi dir="ltr" { (view.booked_on) } },
    )
    .fact(
        cx.t("ledger-receipt-by"),
        html! { bdi { (view.recorded_by) } },
    );
    if let Some(by) = &view.decided_by {
        standing = standing.fact(cx.t("ledger-receipt-decided-by"), html! { bdi { (by) } });
    }
    if view.state == "recorded" {
        let act = |path: &str, button: &Button| {
            form_button(
                &cx.href(&format!("/bank-receipts/{id}/{path}")),
                Some(&cx.form_key()),
                button,
                &[],
            )
        };
        if cx.me() == Some(view.recorded_by_id) {
            standing = standing.more(html! { p.hint { (cx.t("ledger-receipt-second-person")) } });
        } else if cx.can("bank_receipt.confirm", &[]) {
            let button = Button::primary(cx.t("ledger-receipt-confirm")).icon(Icon::Check);
            standing = standing.act(act("confirmation", &button));
        }
        if cx.can("bank_receipt.reject", &[]) {
            standing = standing.more(act(
                "rejection",
                &Button::quiet(cx.t("ledger-receipt-reject")),
            ));
        }
    }
    let rows: Vec<_> = view.files.iter().map(|f| f.row(cx.locale)).collect();
    let main = html! {
        @if !view.note.is_empty() { p { bdi { (view.note) } } }
        h2 { (cx.t("ledger-receipt-evidence")) }
        (file_rows(&rows))
        p { (cx.t("ledger-receipt-about")) }
    };
    let title = cx.t("ledger-receipt-title");
    let trail = vec![(cx.t("ledger-receipts"), cx.href("/bank-receipts"))];
    page::page_under(&cx, title.clone(), trail, html! { (Workroom { title, main, aside: Some(html! { (standing) }), ..Default::default() }) }).await
}

async fn new_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let payment = show_payment(&cx, id).await?;
    let sum = stored(payment.amount.amount_minor, &payment.amount.currency)?;
    let mut typed = Typed::default();
    typed.set("amount", ui::text::amount(sum));
    // Once it has come, what is left to record is what went back.
    let back = payment.state == "captured";
    typed.set("direction", if back { "out" } else { "in" });
    record_view(&cx, id, StatusCode::OK, &typed, &vec![]).await
}

async fn record_view(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &Typed,
    messages: &page::Messages,
) -> Result<Response> {
    let payment = show_payment(cx, id).await?;
    let reference = payment.bank_reference.ok_or(Error::NotFound)?;
    let error = |name: &str| page::message_of(messages, name);
    let directions = ["in", "out"]
        .map(|d| ui::parts::Choice::new(d, cx.t(&format!("ledger-receipt-{d}"))))
        .into();
    let code = payment.amount.currency.clone();
    let fields = html! {
        (Field::radios("direction", cx.t("ledger-receipt-direction"), directions).value(typed.get("direction")).error(error("direction")))
        (Field::money("amount", cx.t("ledger-amount"), &code).value(typed.get("amount")).required().error(error("amount")))
        (ui::parts::hidden("amount_currency", &code))
        (Field::date("booked_on", cx.t("ledger-receipt-day")).value(typed.get("booked_on")).required().error(error("booked_on")))
        (Field::text("statement_reference", cx.t("ledger-receipt-line")).value(typed.get("statement_reference")).max_len(64).optional(cx.locale)
            .hint(cx.t("ledger-receipt-line-hint")).error(error("statement_reference")))
        (Field::textarea("note", cx.t("ledger-receipt-note"), 2).value(typed.get("note")).max_len(500).optional(cx.locale).error(error("note")))
        (Field::file("files", cx.t("ledger-receipt-evidence")).multiple().required().hint(cx.t("ledger-receipt-evidence-hint")).error(error("files")))
        (Button::primary(cx.t("ledger-receipt-record")).icon(Icon::Check))
    };
    let form = UiForm::post(cx.href(&format!("/payments/{id}/receipts")), fields)
        .key(cx.form_key())
        .multipart();
    let title = cx.t("ledger-receipt-new");
    let view = FormPage {
        title: title.clone(),
        lead: Some(cx.tr(
            "ledger-receipt-new-lead",
            &[("reference", reference.as_str().into())],
        )),
        errors: (!messages.is_empty()).then(|| error_summary(cx.locale, messages)),
        form: html! { (form) },
        ..Default::default()
    };
    page::page_with(cx, status, title, html! { (view) }).await
}

async fn form_record(cx: Cx, Id(id): Id<Uuid>, request: Request) -> Result<Response> {
    let (typed, uploaded) = files::form(&cx, request).await?;
    let result = match uploaded {
        Ok(ids) => {
            let mut pairs = typed.0.clone();
            pairs.extend(ids.iter().map(|id| ("files".to_owned(), id.to_string())));
            match Reader::pairs::<NewReceipt>(&pairs, cx.workspace()?.currency) {
                Ok(new) => once(receipt::record(&cx, id, &new).await),
                Err(faults) => Err(Error::Invalid(faults)),
            }
        }
        Err(error) => Err(error),
    };
    match result {
        Ok(id) => Ok(extract::see_other(
            &cx.href(&format!("/bank-receipts/{id}")),
        )),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            record_view(&cx, id, status, &typed, &messages).await
        }
    }
}

async fn settings_page(cx: Cx) -> Result<Response> {
    let now = settings_typed(transfer::settings(&cx).await?);
    settings_view(&cx, StatusCode::OK, &now, &vec![]).await
}

/// The form as the setting fills it.
fn settings_typed(setting: BankTransferSettingView) -> Typed {
    let mut typed = Typed::default();
    typed.set("version", setting.version.to_string());
    if setting.enabled {
        typed.set("enabled", "true");
    }
    typed.set("holder", setting.holder);
    typed.set("bank", setting.bank);
    typed.set("account", setting.account);
    typed.set("note", setting.note);
    typed
}

async fn form_configure(cx: Cx, form: Form<Edit<NewSetting>>) -> Result<Response> {
    let result = match form.input {
        Ok(edit) => once(transfer::configure(&cx, edit.version, &edit.input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/bank-transfer-settings"))),
        Err(error) if error.is_stale() => settings_stale(&cx, &form.typed).await,
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            settings_view(&cx, status, &form.typed, &messages).await
        }
    }
}

/// Two edits at once: both are shown, to choose from.
async fn settings_stale(cx: &Cx, mine: &Typed) -> Result<Response> {
    let now = settings_typed(transfer::settings(cx).await?);
    let label = |name: &str| cx.t(&format!("ledger-transfers-{name}"));
    let shown = |_: &str, value: &str| value.to_owned();
    let href = cx.href("/bank-transfer-settings");
    let stale = page::Stale {
        title: cx.t("ledger-transfers"),
        action: href.clone(),
        back: href,
        mine,
        now: &now,
        label: &label,
        shown: &shown,
    };
    page::stale(cx, stale).await
}

async fn settings_view(
    cx: &Cx,
    status: StatusCode,
    typed: &Typed,
    messages: &page::Messages,
) -> Result<Response> {
    let may = cx.can("bank_transfer.configure", &[]);
    let error = |name: &str| page::message_of(messages, name);
    let text = |name: &str, key: &str| {
        Field::text(name, cx.t(key))
            .value(typed.get(name))
            .error(error(name))
            .disabled(!may)
    };
    let fields = html! {
        (hidden("version", typed.get("version")))
        (Field::checkbox("enabled", cx.t("ledger-transfers-enabled")).checked(!typed.get("enabled").is_empty()).disabled(!may).error(error("enabled")))
        (text("holder", "ledger-transfers-holder").max_len(140))
        (text("bank", "ledger-transfers-bank").max_len(140).optional(cx.locale))
        (text("account", "ledger-transfers-account").max_len(60))
        (Field::textarea("note", cx.t("ledger-transfers-note"), 2).value(typed.get("note")).max_len(500).optional(cx.locale).disabled(!may).error(error("note")))
        @if may { (Button::primary(cx.t("ledger-save")).icon(Icon::Save)) }
    };
    let form = UiForm::post(cx.href("/bank-transfer-settings"), fields).key(cx.form_key());
    let title = cx.t("ledger-transfers");
    let view = ListPage {
        title: title.clone(),
        lead: Some(cx.t("ledger-transfers-lead")),
        views: Some(finance::tabs(cx, "/bank-transfer-settings")),
        body: html! {
            @if !messages.is_empty() { (error_summary(cx.locale, messages)) }
            (form)
        },
        ..Default::default()
    };
    page::page_with(cx, status, title, html! { (view) }).await
}
