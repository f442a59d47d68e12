//! What staff see: contracts that wait for their decision, and the decision itself.

use super::{Verdict, decide};
use crate::contract::{self, ContractParty, list::badge, termination};
use axum::response::Response;
use base::{Instant, money};
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Input, Query, Reader, Result, extract,
    extract::Typed,
    list::{COUNTED, Page, Paging},
    once, page as frame,
};
use maud::html;
use ui::{
    Icon,
    parts::{self, Button, Choice, Column, Decision, Field, ListPage, Table},
};
use uuid::Uuid;

/// Which waiting contracts are asked for.
pub struct HeldQuery {
    /// Which page.
    pub paging: Paging,
}
impl Input for HeldQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            paging: Paging::read(r),
        }
    }
}

/// A contract that waits for staff.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct HeldContract {
    /// Its id.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// `on_hold` or `terminating`.
    pub state: String,
    /// Who pays.
    pub client: ContractParty,
    /// Who works.
    pub freelancer: ContractParty,
    /// What lies in escrow for it.
    pub held: money::View,
    /// Since when work stands still.
    pub stopped_at: Instant,
}

/// The contracts that are on hold or being ended, those that stopped last first.
///
/// # Errors
/// 400 for a cursor that is not ours; the database's.
pub async fn list(cx: &Cx, query: &HeldQuery) -> Result<Page<HeldContract>> {
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let back = position.as_ref().is_some_and(|p| p.back);
    let (at, id) = position.as_ref().map(|p| p.key).unzip();
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let ids = if back {
        sqlx::query_scalar!(
            "select id from market.contract where workspace_id = $1 and state in ('on_hold', 'terminating') and (stopped_at, id) > ($2, $3)
             order by stopped_at, id limit $4",
            workspace,
            at as _,
            id,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_scalar!(
            "select id from market.contract where workspace_id = $1 and state in ('on_hold', 'terminating')
               and ($2::timestamptz is null or (stopped_at, id) < ($2, $3))
             order by stopped_at desc, id desc limit $4",
            workspace,
            at as _,
            id,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let rows = sqlx::query!(
        r#"select c.id, c.title, c.state, c.client_id, c.freelancer_id, cm.display_name as client, fm.display_name as freelancer, c.currency,
                  c.stopped_at as "stopped_at!: Instant",
                  (select coalesce(sum(m.amount_minor), 0)::bigint from market.milestone m
                   where m.workspace_id = c.workspace_id and m.contract_id = c.id and m.state in ('funded', 'submitted', 'changes_requested')) as "held!"
           from market.contract c
           join kernel.member cm on cm.workspace_id = c.workspace_id and cm.id = c.client_id
           join kernel.member fm on fm.workspace_id = c.workspace_id and fm.id = c.freelancer_id
           where c.workspace_id = $1 and c.id = any($2)"#,
        workspace,
        &ids
    )
    .fetch_all(&mut *tx)
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from market.contract
             where workspace_id = $1 and state in ('on_hold', 'terminating') limit $2) c"#,
        workspace,
        COUNTED + 1
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let mut found = vec![];
    for id in ids {
        let Some(r) = rows.iter().find(|r| r.id == id) else {
            continue;
        };
        found.push(HeldContract {
            id,
            title: r.title.clone(),
            state: r.state.clone(),
            client: ContractParty {
                id: r.client_id,
                display_name: r.client.clone(),
            },
            freelancer: ContractParty {
                id: r.freelancer_id,
                display_name: r.freelancer.clone(),
            },
            held: crate::policy::money(r.held, &r.currency)?.into(),
            stopped_at: r.stopped_at,
        });
    }
    Ok(Page::of(found, &query.paging, position.as_ref(), |r| {
        (r.stopped_at, r.id)
    })
    .with_total(total))
}

/// The list as a page.
///
/// # Errors
/// As [`list`].
pub async fn list_page(cx: Cx, Query(query): Query<HeldQuery>) -> Result<Response> {
    let page = list(&cx, &query).await?;
    let tx = cx.read().await?;
    let now = tx.now();
    tx.finish().await?;
    let rows: Vec<_> = page
        .rows
        .iter()
        .map(|c| {
            let held = crate::policy::money(c.held.amount_minor, &c.held.currency);
            vec![
                html! { a href=(cx.href(&format!("/contracts/{}/decision", c.id))) { bdi { (c.title) } } },
                badge(&cx, &c.state),
                html! { (parts::person(&c.client.display_name, None)) " · " (parts::person(&c.freelancer.display_name, None)) },
                html! { @if let Ok(sum) = held { (parts::money(cx.locale, sum)) } },
                parts::time(cx.locale, now, c.stopped_at),
            ]
        })
        .collect();
    let table = Table::new(
        cx.t("amend-held-title"),
        vec![
            Column::text(cx.t("work-column-contract")),
            Column::text(cx.t("work-column-state")),
            Column::text(cx.t("amend-held-parties")),
            Column::number(cx.t("work-column-held")),
            Column::text(cx.t("amend-held-since")),
        ],
    )
    .rows(rows);
    let way = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| cx.href(&format!("/contracts/held?cursor={c}")))
    };
    let (prev, next) = (way(&page.prev), way(&page.next));
    let shown = ListPage {
        title: cx.t("amend-held-title"),
        count: page.total.map(|n| ui::text::number(cx.locale, n)),
        body: html! {
            @if page.rows.is_empty() { (parts::empty_state(Icon::ShieldCheck, cx.t("amend-held-none"), cx.t("amend-held-none-text"), html! { (Button::quiet(cx.t("market-projects")).href(cx.href("/projects"))) })) }
            @else { (table) }
        },
        pager: Some(parts::pager(
            cx.locale,
            prev.as_deref(),
            next.as_deref(),
            None,
        )),
        ..ListPage::default()
    };
    frame::page(&cx, cx.t("amend-held-title"), html! { (shown) }).await
}

/// The page on which staff decide.
///
/// # Errors
/// 404 for everyone else, and when nothing is to be decided.
pub async fn decide_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    decide_with(&cx, id, StatusCode::OK, &Typed::default(), &vec![]).await
}

async fn decide_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &Typed,
    messages: &frame::Messages,
) -> Result<Response> {
    let view = contract::show(cx, id).await?;
    if !cx.can("contract.decide", &[]) {
        return Err(Error::Forbidden("forbidden"));
    }
    let over = !matches!(view.state.as_str(), "on_hold" | "terminating");
    let open = termination::page::proposed(&view);
    let choice = |value: &str| {
        Choice::new(value, cx.t(&format!("amend-decide-{value}")))
            .hint(cx.t(&format!("amend-decide-{value}-hint")))
    };
    let act = html! {
        @if over { (Button::primary(cx.t("amend-held-title")).href(cx.href("/contracts/held"))) }
        @else {
            (parts::Form::post(
                cx.href(&format!("/contracts/{id}/decision")),
                html! {
                    (Field::radios("action", cx.t("amend-decide-action"), vec![choice("refund"), choice("release"), choice("reactivate")])
                        .value(typed.get("action")).error(frame::message_of(messages, "action")))
                    (Field::textarea("reason", cx.t("amend-decide-reason"), 3).value(typed.get("reason")).max_len(500).required()
                        .hint(cx.t("amend-decide-reason-hint")).error(frame::message_of(messages, "reason")))
                    (Button::danger(cx.t("amend-decide-act")).icon(Icon::Gavel))
                },
            ).key(cx.form_key()))
        }
    };
    let title = cx.t("amend-decide-title");
    let decision = Decision::new(cx.locale, title.clone(), act, cx.href("/contracts/held"))
        .body(html! {
            (parts::error_summary(cx.locale, messages))
            p { strong { bdi { (view.title) } } " " (badge(cx, &view.state)) }
            p { (parts::person(&view.client.display_name, None)) " → " (parts::person(&view.freelancer.display_name, None)) }
            p { (cx.t("work-column-held")) ": " (parts::money(cx.locale, view.held_money())) }
            @if let Some(reason) = &view.stop_reason { blockquote dir="auto" { (reason) } }
            @if let Some(proposal) = open {
                p { (cx.t("amend-decide-proposed")) }
                (parts::money_lines(cx.locale, &termination::page::lines(cx, &view, proposal)))
            }
        });
    frame::page_with(cx, status, title, html! { (decision) }).await
}

/// Takes the decision.
///
/// # Errors
/// As [`decide`], shown on the form.
pub async fn decide_form(cx: Cx, Id(id): Id<Uuid>, form: Form<Verdict>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(decide(&cx, id, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/contracts/held"))),
        Err(error) => {
            let (status, messages) = frame::refusal(&cx, error)?;
            decide_with(&cx, id, status, &form.typed, &messages).await
        }
    }
}
