//! Pages of bonuses: sending one, and the bonus itself; and what a contract's page shows of money
//! that was paid: bonuses and papers.

use super::{
    NewBonus, Paid,
    send::{self as sending, settle, takes_bonus},
    show,
};
use crate::{
    contract::{self, State},
    milestone::fund_page::card_name,
};
use axum::response::Response;
use http::StatusCode;
use kernel::{Cx, Error, Form, Id, Result, extract, once, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        self, Banner, Button, Choice, Field, FormPage, MoneyLine, Tone, badge, description_list,
        error_summary, money, money_lines, time_exact,
    },
};
use uuid::Uuid;

/// The form.
pub(super) async fn new(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    form(&cx, id, StatusCode::OK, &extract::Typed::default(), &vec![]).await
}

/// Sends the bonus and opens its page.
pub(super) async fn send(cx: Cx, Id(id): Id<Uuid>, given: Form<NewBonus>) -> Result<Response> {
    let result = match given.input {
        Ok(new) => once(sending::send(&cx, id, &new).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    let result = match result {
        Ok(bonus) => settle(&cx, bonus).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(bonus) => Ok(extract::see_other(
            &cx.href(&format!("/bonuses/{}", bonus.id)),
        )),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            form(&cx, id, status, &given.typed, &messages).await
        }
    }
}

async fn form(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &extract::Typed,
    messages: &page::Messages,
) -> Result<Response> {
    let contract = contract::show(cx, id).await?;
    if contract.role_of(cx.me()) != Some("client") {
        return Err(Error::Forbidden("forbidden"));
    }
    let room = cx.href(&format!("/contracts/{id}"));
    if !takes_bonus(State::read(&contract.state)?) {
        return Ok(extract::see_other(&room));
    }
    let here = format!("/contracts/{id}/bonuses");
    let mut tx = cx.read().await?;
    let methods = ledger::payment::methods(&mut tx, cx.member()?.id).await?;
    tx.finish().await?;
    let title = cx.t("work-bonus-title");
    let person = contract.freelancer.display_name.as_str();
    let add = cx.href(&format!(
        "/payment-methods/new?next={}",
        cx.href(&format!("{here}/new"))
    ));
    let form = if methods.is_empty() {
        html! { (Button::primary(cx.t("work-fund-add-card")).icon(Icon::CreditCard).href(add)) }
    } else {
        let usual = methods.iter().find(|m| m.is_default).or(methods.first());
        let chosen = match typed.get("payment_method_id") {
            "" => usual.map(|m| m.id.to_string()).unwrap_or_default(),
            typed => typed.to_owned(),
        };
        let choices = methods
            .iter()
            .map(|m| Choice::new(m.id.to_string(), card_name(&m.brand, &m.last4)))
            .collect();
        let code = contract.total_money().currency.code();
        let fields = html! {
            (Field::money("amount", cx.t("work-bonus-amount"), code).value(typed.get("amount")).required().hint(cx.t("work-bonus-amount-hint")).error(page::message_of(messages, "amount")))
            (Field::text("note", cx.t("work-bonus-note")).value(typed.get("note")).required().max_len(500).hint(cx.t("work-bonus-note-hint")).error(page::message_of(messages, "note")))
            (Field::radios("payment_method_id", cx.t("work-fund-method"), choices).value(chosen).error(page::message_of(messages, "payment_method_id")))
            div.actions {
                (Button::primary(cx.t("work-bonus-send")).icon(Icon::Gift))
                (Button::quiet(cx.t("work-back-to-contract")).href(&room))
            }
        };
        html! { (parts::Form::post(cx.href(&here), fields).key(cx.form_key())) }
    };
    let lead = cx.tr(
        "work-bonus-lead",
        &[
            ("person", person.into()),
            ("contract", contract.title.as_str().into()),
        ],
    );
    let errors = (!messages.is_empty()).then(|| error_summary(cx.locale, messages));
    let view = FormPage {
        title: title.clone(),
        lead: Some(lead),
        errors,
        form,
        ..Default::default()
    };
    let trail = crate::contract::page::trail(cx, id, &contract.title);
    page::page_under_with(cx, status, title, trail, html! { (view) }).await
}

/// One bonus: the payer comes back here from a challenge, so its payment is taken on first.
pub(super) async fn one(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let mut bonus = show::show(&cx, id).await?;
    if bonus.state == "intended" {
        bonus = match settle(&cx, id).await {
            Err(Error::Refused { .. }) => show::show(&cx, id).await?,
            other => other?,
        };
    }
    let mut tx = cx.read().await?;
    let papers = match cx.me() {
        Some(me) => ledger::invoice::of_items(&mut tx, &[id], me).await?,
        None => Default::default(),
    };
    tx.finish().await?;
    let contract = contract::show(&cx, bonus.contract_id).await?;
    let (tone, word) = match bonus.state.as_str() {
        "paid" => (Tone::Good, "work-bonus-paid"),
        "failed" => (Tone::Bad, "work-bonus-failed"),
        _ => (Tone::Waiting, "work-bonus-intended"),
    };
    let client = contract.role_of(cx.me()) == Some("client");
    let mut lines = vec![MoneyLine::new(cx.t("work-bonus"), bonus.sums.amount)];
    if client {
        let total = base::Money::new(
            bonus.sums.amount.minor + bonus.sums.client_fee.minor,
            bonus.sums.amount.currency,
        );
        lines.push(MoneyLine::new(
            cx.t("work-line-client-fee"),
            bonus.sums.client_fee,
        ));
        lines.push(MoneyLine::total(cx.t("work-line-you-pay"), total));
    } else {
        let fee = base::Money::new(-bonus.sums.fee.minor, bonus.sums.fee.currency);
        lines.push(MoneyLine::new(cx.t("market-quote-payee-fee"), fee));
        lines.push(MoneyLine::total(
            cx.t("market-quote-payee-net"),
            bonus.sums.net,
        ));
    }
    let mut facts = vec![
        (
            cx.t("work-bonus-from"),
            parts::person(&contract.client.display_name, None),
        ),
        (
            cx.t("work-bonus-to"),
            parts::person(&contract.freelancer.display_name, None),
        ),
        (
            cx.t("work-bonus-sent"),
            time_exact(cx.locale, bonus.created_at),
        ),
    ];
    if let Some(paper) = papers.get(&id) {
        facts.push((
            cx.t("work-paper"),
            html! { a href=(cx.href(&format!("/invoices/{}", paper.id))) { bdi dir="ltr" { (paper.number) } } },
        ));
    }
    let room = cx.href(&format!("/contracts/{}", contract.id));
    let title = cx.t("work-bonus");
    let body = html! {
        article.measure.stack {
            div.spread { h1 { (title) } (badge(tone, cx.t(word))) }
            @if bonus.state == "intended" && let Some(url) = &bonus.next_action_url {
                (Banner::waiting(cx.t("work-fund-confirm")).text(cx.t("work-fund-confirm-text")).action(cx.t("work-fund-confirm-act"), url))
            }
            p { bdi { (bonus.note) } }
            (money_lines(cx.locale, &lines))
            (description_list(&facts))
            div.actions { (Button::quiet(cx.t("work-back-to-contract")).href(room.clone())) }
        }
    };
    page::page_under(
        &cx,
        title,
        contract::page::trail(&cx, contract.id, &contract.title),
        body,
    )
    .await
}

/// On the contract's page: bonuses and the reader's papers, and the client's way to send one.
pub(crate) fn section(
    cx: &Cx,
    contract: &contract::ContractView,
    bonuses: &[Paid],
    papers: &[ledger::invoice::Short],
) -> Markup {
    let client = contract.role_of(cx.me()) == Some("client");
    let may = client && State::read(&contract.state).is_ok_and(takes_bonus);
    html! {
        @if may || !bonuses.is_empty() || !papers.is_empty() {
            section.panel.stack {
                h2 { (cx.t("work-papers")) }
                @if !bonuses.is_empty() {
                    ul {
                        @for bonus in bonuses {
                            li { a href=(cx.href(&format!("/bonuses/{}", bonus.id))) { (cx.t("work-bonus")) } " · " (money(cx.locale, bonus.amount)) " · " bdi { (bonus.note) } }
                        }
                    }
                }
                @if !papers.is_empty() {
                    ul {
                        @for paper in papers {
                            li {
                                a href=(cx.href(&format!("/invoices/{}", paper.id))) { (cx.t(&format!("ledger-invoice-{}", paper.kind.replace('_', "-")))) " " bdi dir="ltr" { (paper.number) } }
                                " · " bdi { (paper.title) } " · " (money(cx.locale, paper.net))
                            }
                        }
                    }
                }
                @if may { div.actions { (Button::quiet(cx.t("work-bonus-send")).icon(Icon::Gift).href(cx.href(&format!("/contracts/{}/bonuses/new", contract.id)))) } }
            }
        }
    }
}
