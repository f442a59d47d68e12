//! The page on which the client decides to fund, and where they return from the bank.

use super::{State, fund};
use crate::contract;
use axum::response::Response;
use http::StatusCode;
use kernel::{Cx, Error, Form, Id, Input, Query, Reader, Result, extract, once, page as frame};
use maud::html;
use ui::{
    Icon,
    parts::{self, Banner, Button, Choice, Decision, Field, MoneyLine},
};
use uuid::Uuid;

/// The payment a payer comes back from.
pub struct Return {
    /// Its id.
    pub payment: Option<Uuid>,
}
impl Input for Return {
    fn read(r: &mut Reader) -> Self {
        Self {
            payment: r.id_opt("payment"),
        }
    }
}

/// Shows what funding costs and by what means, or how a running payment stands.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer.
pub async fn page(cx: Cx, Id(id): Id<Uuid>, Query(back): Query<Return>) -> Result<Response> {
    page_with(&cx, id, StatusCode::OK, &vec![], back.payment).await
}

async fn page_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    messages: &frame::Messages,
    returned: Option<Uuid>,
) -> Result<Response> {
    let milestone = super::show::show(cx, id).await?;
    let contract = contract::show(cx, milestone.contract_id).await?;
    if !cx.can(
        "milestone.fund",
        &contract::store::relations(cx, contract.client.id, contract.freelancer.id),
    ) {
        return Err(Error::Forbidden("forbidden"));
    }
    let room = cx.href(&format!("/contracts/{}", contract.id));
    if milestone.state != State::Agreed.name() {
        // What was refused because it is over is told where it went on.
        return if messages.is_empty() {
            Ok(extract::see_other(&room))
        } else {
            contract::page::room_with(cx, contract.id, status, messages).await
        };
    }
    let here = cx.href(&format!("/milestones/{id}/funding"));
    let mut tx = cx.read().await?;
    let running = fund::running(&mut tx, &[id])
        .await?
        .into_iter()
        .next()
        .map(|(_, r)| r);
    let methods = ledger::payment::methods(&mut tx, cx.member()?.id).await?;
    let fees = crate::quote::rates(&mut tx, contract.project_id, contract.freelancer.id).await?;
    let transfers = ledger::payment::transfer::current(&mut tx).await?.enabled;
    tx.finish().await?;
    let price = fund::price(&fees.terms(milestone.amount_money()))?;
    let mut lines = vec![
        MoneyLine::new(milestone.title.clone(), price.amount).note(cx.t("work-line-into-escrow")),
    ];
    lines.push(MoneyLine::new(cx.t("work-line-client-fee"), price.fee));
    lines.push(MoneyLine::total(cx.t("work-line-you-pay"), price.total));
    let total = ui::text::money(cx.locale, price.total);
    let title = cx.tr(
        "work-fund-title",
        &[("n", i64::from(milestone.position).into())],
    );
    let running = running.or_else(|| {
        returned
            .filter(|_| messages.is_empty())
            .map(|payment| fund::Running {
                id: payment,
                state: "ended".to_owned(),
                next_action_url: None,
            })
    });
    let may_pay = running.as_ref().is_none_or(|r| r.state == "ended")
        && State::read(&milestone.state)?
            .after(super::Step::Fund)
            .is_some();
    let open = contract::State::read(&contract.state)?.takes_funding();
    let act = if methods.is_empty() || !may_pay || !open {
        html! {
            @if !open { (Button::primary(cx.t("work-back-to-contract")).href(&room)) }
            @else if !may_pay { (Button::primary(cx.t("work-fund-refresh")).icon(Icon::RefreshCw).href(&here)) }
            @else { (Button::primary(cx.t("work-fund-add-card")).icon(Icon::CreditCard).href(cx.href(&format!("/payment-methods/new?next={here}")))) }
        }
    } else {
        let chosen = methods
            .iter()
            .find(|m| m.is_default)
            .or(methods.first())
            .map(|m| m.id.to_string())
            .unwrap_or_default();
        let choices = methods
            .iter()
            .map(|m| {
                Choice::new(m.id.to_string(), card_name(&m.brand, &m.last4))
                    .hint(format!("{:02}/{}", m.exp_month, m.exp_year))
            })
            .collect();
        let form = parts::Form::post(
            here.clone(),
            html! {
                (Field::radios("payment_method_id", cx.t("work-fund-method"), choices).value(chosen).error(frame::message_of(messages, "payment_method_id")))
                (Button::primary(cx.tr("work-fund-act", &[("n", i64::from(milestone.position).into()), ("amount", total.as_str().into())])).icon(Icon::Lock))
            },
        )
        .key(cx.form_key());
        html! {
            (form)
            p.hint { a href=(cx.href(&format!("/payment-methods/new?next={here}"))) { (cx.t("work-fund-other-card")) } }
        }
    };
    let act = html! {
        (act)
        @if transfers && may_pay && open { (by_transfer(cx, &here)) }
    };
    let decision = Decision::new(cx.locale, title.clone(), act, room)
        .body(html! {
            (parts::error_summary(cx.locale, messages))
            @if !open { (Banner::waiting(cx.t("work-fund-not-open")).text(cx.t("work-fund-not-open-text"))) }
            @if let Some(running) = &running { (standing(cx, running)) }
            p { (cx.tr("work-fund-body", &[("contract", contract.title.as_str().into()), ("person", contract.freelancer.display_name.as_str().into())])) }
            p.hint { (cx.t("work-fund-hint")) }
        })
        .lines(lines);
    let trail = contract::page::trail(cx, contract.id, &contract.title);
    frame::page_under_with(cx, status, title, trail, html! { (decision) }).await
}

/// The other way to pay: by transfer to the workspace's bank.
fn by_transfer(cx: &Cx, here: &str) -> maud::Markup {
    let form = parts::Form::post(
        here,
        html! {
            (parts::hidden("pay_by", "bank_transfer"))
            (Button::quiet(cx.t("work-fund-by-transfer")).icon(Icon::Landmark))
        },
    )
    .key(cx.form_key());
    html! { (form) }
}

fn standing(cx: &Cx, running: &fund::Running) -> maud::Markup {
    let banner = match (running.state.as_str(), &running.next_action_url) {
        ("requires_action", Some(url)) => Banner::waiting(cx.t("work-fund-confirm"))
            .text(cx.t("work-fund-confirm-text"))
            .action(cx.t("work-fund-confirm-act"), url),
        ("awaiting_transfer", _) => Banner::waiting(cx.t("work-fund-awaited"))
            .text(cx.t("work-fund-awaited-text"))
            .action(
                cx.t("work-fund-awaited-act"),
                cx.href(&format!("/payments/{}", running.id)),
            ),
        ("ended", _) => Banner::bad(cx.t("work-fund-ended")).text(cx.t("work-fund-ended-text")),
        _ => Banner::info(cx.t("work-fund-processing")).text(cx.t("work-fund-processing-text")),
    };
    html! { (banner) }
}

/// Takes the decision: pays, and sends the payer on to the bank where it asks them.
///
/// # Errors
/// As [`fund::fund`], shown on the page where the client can mend them.
pub async fn form(cx: Cx, Id(id): Id<Uuid>, form: Form<fund::Funding>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => pay(&cx, id, &input).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(view) => match (view.payment.state.as_str(), &view.payment.next_action_url) {
            ("requires_action", Some(url)) => Ok(extract::see_other(url)),
            _ if view.milestone.state == State::Agreed.name() => Ok(extract::see_other(
                &cx.href(&format!("/milestones/{id}/funding")),
            )),
            _ => Ok(extract::see_other(
                &cx.href(&format!("/contracts/{}", view.milestone.contract_id)),
            )),
        },
        Err(error) => {
            let (status, messages) = frame::refusal(&cx, error)?;
            page_with(&cx, id, status, &messages, None).await
        }
    }
}

async fn pay(cx: &Cx, id: Uuid, input: &fund::Funding) -> Result<fund::FundingView> {
    let payment = once(fund::fund(cx, id, input).await)?;
    fund::settle(cx, id, payment).await
}

/// `Visa •••• 4242`.
pub(crate) fn card_name(brand: &str, last4: &str) -> String {
    let mut letters = brand.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let brand: String = first.into_iter().chain(letters).collect();
    format!("{brand} •••• {last4}")
}
