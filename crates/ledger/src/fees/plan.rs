//! The plan by which a payee is charged: a row of data that those who look after fees set. Items are
//! charged by the plan their payee has when they are funded.

pub(crate) mod web;

use super::PLANS;
use base::Instant;
use kernel::{
    Action, Cx, Error, Input, Reader, Result, Tx,
    events::Event,
    list::{Page, Paging},
};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use ui::parts::Choice;
use uuid::Uuid;

const SET: Action = Action::new("member_plan.set", "member_plan", "member_plan.list");

/// A member's plan.
///
/// # Errors
/// The database's.
pub async fn of(tx: &mut Tx, member: Uuid) -> Result<String> {
    let workspace = tx.workspace();
    let plan = sqlx::query_scalar!(
        "select plan from ledger.member_plan where workspace_id = $1 and member_id = $2",
        workspace,
        member
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(plan.unwrap_or_else(|| PLANS[0].to_owned()))
}

/// The plans to choose from.
pub(crate) fn choices(cx: &Cx) -> Vec<Choice> {
    PLANS
        .iter()
        .map(|p| Choice::new(*p, cx.t(&format!("ledger-plan-{p}"))))
        .collect()
}

/// The plan a member is charged by as a payee.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MemberPlanView {
    /// Whose it is.
    pub member_id: Uuid,
    /// Their name.
    pub member: String,
    /// `free`, `pro` or `business`.
    pub plan: String,
    /// When it was set; never for those who have the first.
    pub updated_at: Option<Instant>,
    /// Changes with every change; 0 before the first.
    pub version: i64,
}

/// A new plan.
pub struct NewPlan {
    plan: &'static str,
}

impl Input for NewPlan {
    fn read(r: &mut Reader) -> Self {
        Self {
            plan: r.choice("plan", PLANS),
        }
    }
}

/// Whose plans are asked for.
pub struct PlanQuery {
    /// Part of a name; without one those who have had a plan set.
    pub q: Option<String>,
    /// Which page.
    pub paging: Paging,
}

impl Input for PlanQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            q: r.line_opt("q", 80),
            paging: Paging::read(r),
        }
    }
}

/// Members with their plans, in the order in which they joined.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn list(cx: &Cx, query: &PlanQuery) -> Result<Page<MemberPlanView>> {
    let position = query.paging.position::<Uuid>()?;
    let (back, last) = position
        .as_ref()
        .map_or((false, Uuid::nil()), |p| (p.back, p.key));
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    // Each reads its rows in the order of an index: those with a plan, or members by name.
    macro_rules! page {
        ($from:literal, $which:literal, $beyond:literal, $order:literal) => {
            sqlx::query_as!(
                MemberPlanView,
                r#"select m.id as member_id, m.display_name as member, coalesce(p.plan, 'free') as "plan!", p.updated_at as "updated_at?: Instant",
                     coalesce(p.version, 0) as "version!" from "#
                    + $from
                    + " where m.workspace_id = $1 and m.state <> 'removed' and "
                    + $which
                    + $beyond
                    + $order
                    + " limit $4",
                workspace,
                last,
                query.q.as_deref().unwrap_or_default(),
                query.paging.limit + 1
            )
            .fetch_all(&mut *tx)
            .await?
        };
    }
    macro_rules! planned {
        ($beyond:literal, $order:literal) => {
            page!(
                "ledger.member_plan p join kernel.member m on m.workspace_id = p.workspace_id and m.id = p.member_id",
                "p.workspace_id = $1 and $3::text = ''",
                $beyond,
                $order
            )
        };
    }
    macro_rules! named {
        ($beyond:literal, $order:literal) => {
            page!(
                "kernel.member m left join ledger.member_plan p on p.workspace_id = m.workspace_id and p.member_id = m.id",
                "strpos(lower(m.display_name), lower($3::text)) > 0",
                $beyond,
                $order
            )
        };
    }
    let views = match (query.q.is_some(), back) {
        (false, false) => planned!(" and p.member_id > $2", " order by p.member_id"),
        (false, true) => planned!(" and p.member_id < $2", " order by p.member_id desc"),
        (true, false) => named!(" and m.id > $2", " order by m.id"),
        (true, true) => named!(" and m.id < $2", " order by m.id desc"),
    };
    tx.finish().await?;
    Ok(Page::of(views, &query.paging, position.as_ref(), |v| {
        v.member_id
    }))
}

/// The plan of one member.
///
/// # Errors
/// Not found.
pub async fn show(cx: &Cx, member: Uuid) -> Result<MemberPlanView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let found = read(&mut tx, workspace, member).await?;
    tx.finish().await?;
    found.ok_or(Error::NotFound)
}

async fn read(
    connection: &mut PgConnection,
    workspace: Uuid,
    member: Uuid,
) -> Result<Option<MemberPlanView>> {
    Ok(sqlx::query_as!(
        MemberPlanView,
        r#"select m.id as member_id, m.display_name as member, coalesce(p.plan, 'free') as "plan!", p.updated_at as "updated_at?: Instant",
             coalesce(p.version, 0) as "version!"
           from kernel.member m left join ledger.member_plan p on p.workspace_id = m.workspace_id and p.member_id = m.id
           where m.workspace_id = $1 and m.id = $2"#,
        workspace,
        member
    )
    .fetch_optional(connection)
    .await?)
}

/// Sets a member's plan: it counts for what is funded from now on.
///
/// # Errors
/// Not found, 412 `stale` where it was changed since `version`, 403 `second_person_needed` for one's
/// own.
pub async fn set(cx: &Cx, member: Uuid, version: i64, new: &NewPlan) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    // Two who set it take turns at the member.
    sqlx::query!(
        "select 1 as one from kernel.member where workspace_id = $1 and id = $2 for no key update",
        workspace,
        member
    )
    .fetch_optional(&mut *tx)
    .await?;
    let before = read(&mut tx, workspace, member)
        .await?
        .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&SET, member, &[])?;
    if me == member {
        return Err(Error::Forbidden("second_person_needed"));
    }
    if before.version != version {
        return Err(Error::stale());
    }
    sqlx::query!(
        "insert into ledger.member_plan (workspace_id, member_id, plan, set_by, updated_at) values ($1, $2, $3, $4, $5)
         on conflict (workspace_id, member_id) do update set plan = excluded.plan, set_by = excluded.set_by,
           updated_at = excluded.updated_at, version = ledger.member_plan.version + 1",
        workspace,
        member,
        new.plan,
        me,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("plan", before.plan.as_str(), new.plan);
    let notify = [
        json!({"member": member, "kind": "plan_set", "href": "/wallet", "args": {"plan": new.plan}}),
    ];
    tx.emit(Event::new(
        "ledger.plan_set",
        "member_plan",
        member,
        version + 1,
        json!({"plan": new.plan, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(member)
}
