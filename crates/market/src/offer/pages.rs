//! The quiet pages on which a client makes an offer or takes it back.

use super::{NewOffer, retract, send};
use crate::{
    policy,
    proposal::{self, view},
    quote,
};
use axum::response::Response;
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Result,
    extract::{self, Typed},
    input::Nothing,
    once,
    page::{self, Messages, message_of},
};
use maud::html;
use ui::{
    Icon,
    parts::{Button, Decision, Field, Form as Drawn, error_summary, hidden, money, person},
};
use uuid::Uuid;

/// Asks whether to make the offer, with the money line by line.
pub(super) async fn offer(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let mut typed = Typed::default();
    typed.set("revisions", policy::REVISIONS.to_string());
    offer_page(&cx, StatusCode::OK, id, &typed, &vec![]).await
}

async fn offer_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    typed: &Typed,
    messages: &Messages,
) -> Result<Response> {
    let mut tx = cx.read().await?;
    let proposal = view::seen(&mut tx, id).await?;
    let quote = quote::current(
        &mut tx,
        proposal.project_id,
        proposal.freelancer_id,
        &proposal.amounts(),
        proposal.bid.currency,
    )
    .await?;
    tx.finish().await?;
    if !cx.can("offer.send", &proposal.relations) {
        return Err(Error::Forbidden("forbidden"));
    }
    let room = cx.href(&format!("/proposals/{id}"));
    let title = cx.t("market-offer-title");
    let sum = ui::text::money(cx.locale, proposal.bid);
    let act = Drawn::post(
        format!("{room}/offer"),
        html! {
            (Field::textarea("message", cx.t("market-offer-message"), 4).value(typed.get("message")).max_len(2000).optional(cx.locale)
                .hint(cx.t("market-offer-message-hint")).error(message_of(messages, "message")))
            (Field::number("revisions", cx.t("market-offer-revisions")).value(typed.get("revisions")).min(0).max(10).short()
                .error(message_of(messages, "revisions")))
            @for (at, part) in proposal.parts.iter().enumerate() {
                @let name = format!("checklists.{at}.checklist_text");
                (hidden(&format!("checklists.{at}.position"), &part.position.to_string()))
                (Field::textarea(name.clone(), cx.tr("market-offer-checklist", &[("milestone", (&part.title).into())]), 3)
                    .value(typed.get(&name)).max_len(4100).optional(cx.locale).hint(cx.t("amend-checklist-hint")).error(message_of(messages, &name)))
            }
            (Button::primary(cx.tr("market-send-offer-sum", &[("amount", sum.into())])).icon(Icon::Handshake))
        },
    );
    let body = html! {
        (error_summary(cx.locale, messages))
        p { (person(&proposal.freelancer_name, None)) " · " bdi { (proposal.project_title) } }
        p { (cx.tr("market-offer-text", &[("person", (&proposal.freelancer_name).into()), ("n", policy::OFFER_DAYS.into())])) }
        ol {
            @for part in &proposal.parts {
                li { bdi { (part.title) } " · " (money(cx.locale, part.amount)) " · " (cx.tr("market-days", &[("n", part.due_days.into())])) }
            }
        }
        p.hint { (cx.tr("market-freelancer-gets", &[("amount", ui::text::money(cx.locale, quote.payee_net).into())])) }
    };
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act.key(cx.form_key())) },
        room,
    )
    .body(body)
    .lines(quote.client_lines(cx));
    let trail = proposal::trail(cx, &proposal);
    page::page_under_with(cx, status, title, trail, html! { (decision) }).await
}

/// Makes the offer and opens its room.
pub(super) async fn send(cx: Cx, Id(id): Id<Uuid>, form: Form<NewOffer>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(send::send(&cx, id, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(contract) => Ok(extract::see_other(
            &cx.href(&format!("/contracts/{contract}")),
        )),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            offer_page(&cx, status, id, &form.typed, &messages).await
        }
    }
}

/// Asks whether to take the offer back.
pub(super) async fn retraction(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    retraction_page(&cx, StatusCode::OK, id, &vec![]).await
}

async fn retraction_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    messages: &Messages,
) -> Result<Response> {
    let offer = send::show(cx, id).await?;
    if cx.me() != Some(offer.client_id) {
        return Err(Error::Forbidden("forbidden"));
    }
    let room = cx.href(&format!("/contracts/{id}"));
    let title = cx.t("market-retract-title");
    let act = Drawn::post(
        format!("{room}/retraction"),
        html! { (Button::danger(cx.t("market-retract-offer")).icon(Icon::Undo2)) },
    );
    let body = html! {
        (error_summary(cx.locale, messages))
        p { strong { bdi { (offer.title) } } }
        p { (cx.t("market-retract-text")) }
    };
    let total = policy::money(offer.total.amount_minor, &offer.total.currency)?;
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act.key(cx.form_key())) },
        room,
    )
    .body(body)
    .lines(vec![ui::parts::MoneyLine::new(
        cx.t("market-quote-amount"),
        total,
    )]);
    let trail = crate::contract::page::trail(cx, id, &offer.title);
    page::page_under_with(cx, status, title, trail, html! { (decision) }).await
}

/// Takes the offer back.
pub(super) async fn retract(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    match once(retract::retract(&cx, id).await) {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            retraction_page(&cx, status, id, &messages).await
        }
    }
}
