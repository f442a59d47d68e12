//! My contracts, as either party, newest first.

use super::{ContractParty, state::State};
use crate::policy;
use axum::response::Response;
use base::{Instant, Money, money};
use kernel::{
    Cx, Input, Query, Reader, Result,
    list::{COUNTED, Page, Paging},
    page as frame,
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{self, Button, Column, ListPage, Tab, Table},
};
use uuid::Uuid;

/// Which contracts are asked for.
pub struct ListQuery {
    /// A state, `open` (all that may still move) or `ended`.
    pub state: Option<&'static str>,
    /// `client` or `freelancer`: what I am in them.
    pub role: Option<&'static str>,
    /// Which page.
    pub paging: Paging,
}
impl Input for ListQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            state: r.choice_opt(
                "state",
                &[
                    "open",
                    "ended",
                    "offered",
                    "declined",
                    "retracted",
                    "expired",
                    "accepted",
                    "cancelled",
                    "active",
                    "paused",
                    "on_hold",
                    "terminating",
                    "closing",
                    "completed",
                    "terminated",
                ],
            ),
            role: r.choice_opt("role", &["client", "freelancer"]),
            paging: Paging::read(r),
        }
    }
}

/// A contract in a list.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct ContractSummary {
    /// Its id.
    pub id: Uuid,
    /// The project it came from.
    pub project_id: Uuid,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: String,
    /// What I am in it: `client` or `freelancer`.
    pub role: String,
    /// The other party.
    pub other: ContractParty,
    /// The sum of its milestones.
    pub total: money::View,
    /// What lies in escrow for it now.
    pub held: money::View,
    /// Approved milestones.
    pub milestones_approved: i64,
    /// All milestones.
    pub milestones_all: i64,
    /// When it was offered.
    pub offered_at: Instant,
    /// Its version.
    pub version: i64,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) sums: (Money, Money),
}

fn states(word: &str) -> Vec<String> {
    let chosen: Vec<&str> = match word {
        "open" => vec![
            "offered",
            "accepted",
            "active",
            "paused",
            "on_hold",
            "terminating",
            "closing",
        ],
        "ended" => vec![
            "declined",
            "retracted",
            "expired",
            "cancelled",
            "completed",
            "terminated",
        ],
        one => State::ALL
            .into_iter()
            .map(State::name)
            .filter(|s| *s == one)
            .collect(),
    };
    chosen.into_iter().map(str::to_owned).collect()
}

struct Raw {
    id: Uuid,
    project_id: Uuid,
    title: String,
    state: String,
    client_id: Uuid,
    freelancer_id: Uuid,
    other_name: String,
    currency: String,
    total_minor: i64,
    held: i64,
    approved: i64,
    milestones: i64,
    offered_at: Instant,
    version: i64,
}

/// The contracts in which the asking member is a party.
///
/// # Errors
/// 400 for a cursor that is not ours; the database's.
pub async fn list(cx: &Cx, query: &ListQuery) -> Result<Page<ContractSummary>> {
    let me = cx.member()?.id;
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let back = position.as_ref().is_some_and(|p| p.back);
    let (at, id) = position.as_ref().map(|p| p.key).unzip();
    let as_client = cx.grants("contract.list", "client") && query.role != Some("freelancer");
    let as_freelancer = cx.grants("contract.list", "freelancer") && query.role != Some("client");
    let states = query.state.map(states);
    let most = query.paging.limit + 1;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = if back {
        sqlx::query_as!(
            Raw,
            r#"with mine as (
                 (select c.id, c.offered_at from market.contract c
                  where c.workspace_id = $1 and c.client_id = $2 and $3 and ($5::text[] is null or c.state = any($5))
                    and (c.offered_at, c.id) > ($6, $7)
                  order by c.offered_at, c.id limit $8)
                 union all
                 (select c.id, c.offered_at from market.contract c
                  where c.workspace_id = $1 and c.freelancer_id = $2 and $4 and ($5::text[] is null or c.state = any($5))
                    and (c.offered_at, c.id) > ($6, $7)
                  order by c.offered_at, c.id limit $8)),
               page as (select id, offered_at from mine order by offered_at, id limit $8)
               select c.id as "id!", c.project_id as "project_id!", c.title as "title!", c.state as "state!", c.client_id as "client_id!",
                      c.freelancer_id as "freelancer_id!", o.display_name as "other_name!", c.currency as "currency!",
                      c.total_minor as "total_minor!", c.offered_at as "offered_at!", c.version as "version!", s.held as "held!",
                      s.approved as "approved!", s.milestones as "milestones!"
               from page
               join market.contract c on c.workspace_id = $1 and c.id = page.id
               join kernel.member o on o.workspace_id = $1 and o.id = case when c.client_id = $2 then c.freelancer_id else c.client_id end
               cross join lateral (
                 select coalesce(sum(m.amount_minor) filter (where m.state in ('funded', 'submitted', 'changes_requested')), 0)::bigint as held,
                        count(*) filter (where m.state = 'approved') as approved, count(*) as milestones
                 from market.milestone m where m.workspace_id = $1 and m.contract_id = c.id and m.dropped_at is null) s
               order by c.offered_at, c.id"#,
            workspace,
            me,
            as_client,
            as_freelancer,
            states.as_deref(),
            at as _,
            id,
            most
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Raw,
            r#"with mine as (
                 (select c.id, c.offered_at from market.contract c
                  where c.workspace_id = $1 and c.client_id = $2 and $3 and ($5::text[] is null or c.state = any($5))
                    and ($6::timestamptz is null or (c.offered_at, c.id) < ($6, $7))
                  order by c.offered_at desc, c.id desc limit $8)
                 union all
                 (select c.id, c.offered_at from market.contract c
                  where c.workspace_id = $1 and c.freelancer_id = $2 and $4 and ($5::text[] is null or c.state = any($5))
                    and ($6::timestamptz is null or (c.offered_at, c.id) < ($6, $7))
                  order by c.offered_at desc, c.id desc limit $8)),
               page as (select id, offered_at from mine order by offered_at desc, id desc limit $8)
               select c.id as "id!", c.project_id as "project_id!", c.title as "title!", c.state as "state!", c.client_id as "client_id!",
                      c.freelancer_id as "freelancer_id!", o.display_name as "other_name!", c.currency as "currency!",
                      c.total_minor as "total_minor!", c.offered_at as "offered_at!", c.version as "version!", s.held as "held!",
                      s.approved as "approved!", s.milestones as "milestones!"
               from page
               join market.contract c on c.workspace_id = $1 and c.id = page.id
               join kernel.member o on o.workspace_id = $1 and o.id = case when c.client_id = $2 then c.freelancer_id else c.client_id end
               cross join lateral (
                 select coalesce(sum(m.amount_minor) filter (where m.state in ('funded', 'submitted', 'changes_requested')), 0)::bigint as held,
                        count(*) filter (where m.state = 'approved') as approved, count(*) as milestones
                 from market.milestone m where m.workspace_id = $1 and m.contract_id = c.id and m.dropped_at is null) s
               order by c.offered_at desc, c.id desc"#,
            workspace,
            me,
            as_client,
            as_freelancer,
            states.as_deref(),
            at as _,
            id,
            most
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (
             select 1 from market.contract c
             where c.workspace_id = $1 and (($3 and c.client_id = $2) or ($4 and c.freelancer_id = $2))
               and ($5::text[] is null or c.state = any($5)) limit $6) counted"#,
        workspace,
        me,
        as_client,
        as_freelancer,
        states.as_deref(),
        COUNTED + 1
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let rows = rows
        .into_iter()
        .map(|r| summary(me, r))
        .collect::<Result<Vec<_>>>()?;
    Ok(Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.offered_at, r.id)
    })
    .with_total(total))
}

fn summary(me: Uuid, r: Raw) -> Result<ContractSummary> {
    let total = policy::money(r.total_minor, &r.currency)?;
    let held = Money::new(r.held, total.currency);
    let (role, other) = if r.client_id == me {
        ("client", r.freelancer_id)
    } else {
        ("freelancer", r.client_id)
    };
    Ok(ContractSummary {
        id: r.id,
        project_id: r.project_id,
        title: r.title,
        state: r.state,
        role: role.to_owned(),
        other: ContractParty {
            id: other,
            display_name: r.other_name,
        },
        total: total.into(),
        held: held.into(),
        milestones_approved: r.approved,
        milestones_all: r.milestones,
        offered_at: r.offered_at,
        version: r.version,
        sums: (total, held),
    })
}

/// The list as a page.
///
/// # Errors
/// As [`list`].
pub async fn page(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    let page = list(&cx, &query).await?;
    let base = cx.href("/contracts");
    let tab = |key: &str, state: Option<&str>| {
        let href = state.map_or_else(|| base.clone(), |s| format!("{base}?state={s}"));
        Tab::new(cx.t(key), href, query.state == state)
    };
    let tabs = [
        tab("work-contracts-all", None),
        tab("work-contracts-open", Some("open")),
        tab("work-contracts-ended", Some("ended")),
    ];
    let way = |cursor: &Option<String>| {
        cursor.as_ref().map(|c| {
            let state = query
                .state
                .map_or_else(String::new, |s| format!("&state={s}"));
            format!("{base}?cursor={c}{state}")
        })
    };
    let (prev, next) = (way(&page.prev), way(&page.next));
    let count = page.total.map(|n| ui::text::number(cx.locale, n));
    let body = if page.rows.is_empty() {
        empty(&cx, query.state.is_some() && has_any(&cx).await?)
    } else {
        html! { (table(&cx, &page.rows)) }
    };
    let shown = ListPage {
        title: cx.t("work-contracts-title"),
        count: count.clone(),
        views: Some(parts::tabs(&cx.t("work-contracts-views"), &tabs)),
        body,
        pager: Some(parts::pager(
            cx.locale,
            prev.as_deref(),
            next.as_deref(),
            None,
        )),
        ..ListPage::default()
    };
    frame::page(&cx, cx.t("work-contracts-title"), html! { (shown) }).await
}

/// Contracts as a table that becomes cards on a phone.
pub(crate) fn table(cx: &Cx, rows: &[ContractSummary]) -> Table {
    let columns = vec![
        Column::text(cx.t("work-column-contract")),
        Column::text(cx.t("work-column-other")),
        Column::text(cx.t("work-column-state")),
        Column::number(cx.t("work-column-milestones")),
        Column::number(cx.t("work-column-total")),
        Column::number(cx.t("work-column-held")),
    ];
    rows.iter().fold(Table::new(cx.t("work-contracts-title"), columns), |table, row| {
        let progress = cx.tr("work-milestones-of", &[("done", row.milestones_approved.into()), ("all", row.milestones_all.into())]);
        table.row(vec![
            html! { a href=(cx.href(&format!("/contracts/{}", row.id))) { bdi { (row.title) } } },
            parts::person_with(&row.other.display_name, None, None, Some(html! { (cx.t(other_role(&row.role))) })),
            badge(cx, &row.state),
            html! { (progress) },
            parts::money(cx.locale, row.sums.0),
            parts::money(cx.locale, row.sums.1),
        ])
    })
}

fn other_role(mine: &str) -> &'static str {
    if mine == "client" {
        "work-role-freelancer"
    } else {
        "work-role-client"
    }
}

/// The state of a contract as a badge.
pub(crate) fn badge(cx: &Cx, state: &str) -> Markup {
    use parts::Tone;
    let tone = match state {
        "offered" | "accepted" | "closing" | "paused" | "terminating" => Tone::Waiting,
        "active" => Tone::Info,
        "completed" => Tone::Good,
        "declined" | "cancelled" | "on_hold" => Tone::Bad,
        _ => Tone::Neutral,
    };
    parts::badge(
        tone,
        cx.t(&format!("work-contract-{}", state.replace('_', "-"))),
    )
}

/// Whether the reader is a party of any contract at all.
async fn has_any(cx: &Cx) -> Result<bool> {
    let all = ListQuery {
        state: None,
        role: None,
        paging: Paging::first(1),
    };
    Ok(!list(cx, &all).await?.rows.is_empty())
}

fn empty(cx: &Cx, filtered: bool) -> Markup {
    if filtered {
        let act = parts::clear_filters(cx.locale, cx.href("/contracts"));
        return parts::empty_state(
            Icon::Funnel,
            cx.t("work-contracts-none-here"),
            cx.t("work-contracts-none-here-text"),
            act,
        );
    }
    let hires = cx.can("project.create", &["any"]);
    let act = html! {
        @if hires { (Button::primary(cx.t("work-post-project")).href(cx.href("/projects/new"))) }
        @if !hires || cx.can("proposal.submit", &["listed"]) { (Button::quiet(cx.t("work-find-projects")).href(cx.href("/projects"))) }
    };
    parts::empty_state(
        Icon::Handshake,
        cx.t("work-contracts-none"),
        cx.t("work-contracts-none-text"),
        act,
    )
}
