//! A change of the fee schedule: one proposes, another confirms (or either withdraws it); it counts
//! for what is funded after it takes effect.

use super::{CONTRACT_TYPES, FeeRule, PLANS, Side, points};
use base::Instant;
use kernel::{
    Action, Cx, Error, Input, Reader, Result,
    error::OnConstraint,
    events::Event,
    list::{Page, Paging},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

const PROPOSE: Action = Action::new("fee_schedule.propose", "fee_schedule", "fee_schedule.list");
const CONFIRM: Action = Action::new("fee_schedule.confirm", "fee_schedule", "fee_schedule.list");

/// A fee schedule to be confirmed by somebody else.
pub struct NewSchedule {
    payee_basis_points: i64,
    client_basis_points: i64,
    clearance_days: i64,
    minimum_payout_minor: i64,
    effective_in_days: i64,
    note: String,
    rules: Vec<NewRule>,
}

impl Input for NewSchedule {
    fn read(r: &mut Reader) -> Self {
        Self {
            payee_basis_points: r.integer("payee_basis_points", 0, 5_000),
            client_basis_points: r.integer("client_basis_points", 0, 5_000),
            clearance_days: r.integer("clearance_days", 0, 90),
            minimum_payout_minor: r.integer("minimum_payout_minor", 0, 1_000_000),
            effective_in_days: r.integer_opt("effective_in_days", 0, 365).unwrap_or(0),
            note: r.line("note", 1, 300),
            rules: r.objects::<NewRule>("rules", 0, 50),
        }
    }
}

/// One rule of it.
pub struct NewRule {
    side: &'static str,
    plan: Option<&'static str>,
    category: Option<String>,
    contract_type: Option<&'static str>,
    basis_points: i64,
    fixed_minor: i64,
    least_minor: i64,
    most_minor: Option<i64>,
}

impl Input for NewRule {
    fn read(r: &mut Reader) -> Self {
        let rule = Self {
            side: r.choice("side", &["payee", "client"]),
            plan: r.choice_opt("plan", PLANS),
            category: r.line_opt("category", 41),
            contract_type: r.choice_opt("contract_type", CONTRACT_TYPES),
            basis_points: r.integer("basis_points", 0, 5_000),
            fixed_minor: r.integer_opt("fixed_minor", 0, 1_000_000).unwrap_or(0),
            least_minor: r.integer_opt("least_minor", 0, 1_000_000).unwrap_or(0),
            most_minor: r.integer_opt("most_minor", 0, 100_000_000),
        };
        if r.is_sound() && rule.most_minor.is_some_and(|most| most < rule.least_minor) {
            r.fault("least_minor", "min_above_max");
            r.fault("most_minor", "min_above_max");
        }
        if rule.side == "client" && rule.plan.is_some() {
            r.fault("plan", "plan_of_payee");
        }
        rule
    }
}

/// One version of the fee schedule.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FeeScheduleView {
    /// Its version, from 1.
    pub version: i32,
    /// `proposed`, `confirmed` or `withdrawn`.
    pub state: String,
    /// Whether it is the one in force now.
    pub in_force: bool,
    /// From when it counts for what is funded.
    pub effective_at: Instant,
    /// The payee's general fee; 100 are one percent.
    pub payee_basis_points: u32,
    /// The client's general fee; 100 are one percent.
    pub client_basis_points: u32,
    /// Days for which released earnings stay pending.
    pub clearance_days: i32,
    /// The least withdrawal in cents of a US dollar; in other currencies about as much.
    pub minimum_payout_minor: i64,
    /// Why it was proposed.
    pub note: String,
    /// Who proposed it; the first version has nobody.
    pub proposed_by: Option<Uuid>,
    /// Who confirmed or withdrew it.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<Instant>,
    /// What differs from the general rates.
    pub rules: Vec<FeeRuleView>,
}

/// One rule of a fee schedule; sums in cents of a US dollar, in other currencies about as much.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FeeRuleView {
    /// `payee` or `client`.
    pub side: String,
    /// For payees of one plan alone: `free`, `pro` or `business`.
    pub plan: Option<String>,
    /// For one category alone.
    pub category: Option<String>,
    /// For one type of contract alone: `fixed`, `hourly`, `order` or `bonus`.
    pub contract_type: Option<String>,
    /// 100 are one percent.
    pub basis_points: u32,
    /// Added to the share.
    pub fixed_minor: i64,
    /// The fee is never less.
    pub least_minor: i64,
    /// The fee is never more.
    pub most_minor: Option<i64>,
}

impl From<FeeRule> for FeeRuleView {
    fn from(rule: FeeRule) -> Self {
        Self {
            side: rule.side,
            plan: rule.plan,
            category: rule.category,
            contract_type: rule.contract_type,
            basis_points: rule.basis_points,
            fixed_minor: rule.fixed_minor,
            least_minor: rule.least_minor,
            most_minor: rule.most_minor,
        }
    }
}

/// Proposes the next version.
///
/// # Errors
/// 403, 409 `fee_schedule_proposed` while another proposal waits, 422 `fee_rule_twice`.
pub async fn propose(cx: &Cx, new: &NewSchedule) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let permit = cx.authorize(&PROPOSE, workspace, &[])?;
    super::ensure_schedule(&mut tx, workspace, now).await?;
    // Proposals of one workspace take turns at its first version.
    sqlx::query!(
        "select 1 as one from ledger.fee_schedule where workspace_id = $1 and version = 1 for no key update",
        workspace
    )
    .fetch_optional(&mut *tx)
    .await?;
    let int = |n: i64| i32::try_from(n).unwrap_or(0);
    let version = sqlx::query_scalar!(
        r#"insert into ledger.fee_schedule (workspace_id, version, effective_at, payee_basis_points, client_basis_points,
             minimum_payout_minor, clearance_days, state, note, proposed_by, proposed_at)
           select $1, (select max(version) + 1 from ledger.fee_schedule where workspace_id = $1), $2, $3, $4, $5, $6, 'proposed', $7, $8, $9
           returning version"#,
        workspace,
        now.plus_days(new.effective_in_days) as _,
        int(new.payee_basis_points),
        int(new.client_basis_points),
        new.minimum_payout_minor,
        int(new.clearance_days),
        new.note,
        me,
        now as _
    )
    .fetch_one(&mut *tx)
    .await
    .on_constraint("fee_schedule_proposal_once", Error::conflict("fee_schedule_proposed"))?;
    for (position, rule) in (1_i32..).zip(&new.rules) {
        sqlx::query!(
            "insert into ledger.fee_rule (workspace_id, version, position, side, plan, category, contract_type, basis_points, fixed_minor, least_minor, most_minor)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            workspace,
            version,
            position,
            rule.side,
            rule.plan,
            rule.category,
            rule.contract_type,
            int(rule.basis_points),
            rule.fixed_minor,
            rule.least_minor,
            rule.most_minor
        )
        .execute(&mut *tx)
        .await
        .on_constraint("fee_rule_once", Error::invalid("/rules", "fee_rule_twice"))?;
    }
    tx.change("fee_schedule", serde_json::Value::Null, version);
    let notify: Vec<_> = deciders(&mut tx)
        .await?
        .into_iter()
        .filter(|id| *id != me)
        .map(|id| json!({"member": id, "kind": "fee_schedule_proposed", "href": "/fees", "args": {"version": version}}))
        .collect();
    tx.emit(Event::new(
        "ledger.fee_schedule_proposed",
        "fee_schedule",
        workspace,
        i64::from(version),
        json!({"version": version, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(workspace)
}

/// Who may confirm: whom a proposal concerns.
async fn deciders(tx: &mut kernel::Tx) -> Result<Vec<Uuid>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        "select distinct m.id from kernel.role_permission p
         join kernel.member_role r on r.workspace_id = p.workspace_id and r.role_id = p.role_id
         join kernel.member m on m.workspace_id = r.workspace_id and m.id = r.member_id and m.state = 'active'
         where p.workspace_id = $1 and p.permission = 'fee_schedule.confirm' limit 20",
        workspace
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Confirms the proposal of somebody else; it counts from the time it names, at the earliest now.
///
/// # Errors
/// 403, 403 `second_person_needed` for the one who proposed it, 404, 409 `fee_schedule_decided`.
pub async fn confirm(cx: &Cx, version: i32) -> Result<Uuid> {
    decide(cx, version, "confirmed").await
}

/// Withdraws a proposal: its author, or whoever may confirm.
///
/// # Errors
/// 403, 404, 409 `fee_schedule_decided`.
pub async fn withdraw(cx: &Cx, version: i32) -> Result<Uuid> {
    decide(cx, version, "withdrawn").await
}

async fn decide(cx: &Cx, version: i32, to: &'static str) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let permit = cx.authorize(&CONFIRM, workspace, &[])?;
    let row = sqlx::query!(
        "select state, proposed_by from ledger.fee_schedule where workspace_id = $1 and version = $2 for no key update",
        workspace,
        version
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row.state != "proposed" {
        return Err(Error::conflict("fee_schedule_decided"));
    }
    if to == "confirmed" && row.proposed_by == Some(me) {
        return Err(Error::Forbidden("second_person_needed"));
    }
    sqlx::query!(
        "update ledger.fee_schedule set state = $3, decided_by = $4, decided_at = $5, effective_at = greatest(effective_at, $5)
         where workspace_id = $1 and version = $2 and state = 'proposed'",
        workspace,
        version,
        to,
        me,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("state", "proposed", to);
    tx.emit(Event::new(
        "ledger.fee_schedule_decided",
        "fee_schedule",
        workspace,
        i64::from(version),
        json!({"version": version, "state": to, "notify": []}),
    ));
    tx.commit(permit).await?;
    Ok(workspace)
}

/// Which versions are asked for.
pub struct ScheduleQuery {
    /// Which page.
    pub paging: Paging,
}

impl Input for ScheduleQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            paging: Paging::read(r),
        }
    }
}

/// The versions, the newest first.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn list(cx: &Cx, query: &ScheduleQuery) -> Result<Page<FeeScheduleView>> {
    let position = query.paging.position::<i32>()?;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let force = super::current(&mut tx, None).await?.version;
    let (low, high) = match &position {
        Some(p) if p.back => (p.key, i32::MAX),
        Some(p) => (0, p.key),
        None => (0, i32::MAX),
    };
    let mut rows = sqlx::query!(
        r#"select s.version, s.state, s.effective_at as "effective_at: Instant", s.payee_basis_points, s.client_basis_points, s.clearance_days,
             s.minimum_payout_minor, s.note, s.proposed_by, s.decided_by, s.decided_at as "decided_at: Instant",
             (select coalesce(jsonb_agg(r order by r.position), '[]') from ledger.fee_rule r
              where r.workspace_id = s.workspace_id and r.version = s.version) as "rules!"
           from ledger.fee_schedule s where s.workspace_id = $1 and s.version > $2 and s.version < $3 order by s.version desc limit 1000"#,
        workspace,
        low,
        high
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    let most = usize::try_from(query.paging.limit).unwrap_or(50) + 1;
    if position.as_ref().is_some_and(|p| p.back) {
        rows.reverse();
    }
    rows.truncate(most);
    let views = rows
        .into_iter()
        .map(|r| {
            let rules: Vec<FeeRule> =
                serde_json::from_value(r.rules).map_err(anyhow::Error::from)?;
            Ok(FeeScheduleView {
                in_force: r.version == force,
                version: r.version,
                state: r.state,
                effective_at: r.effective_at,
                payee_basis_points: points(r.payee_basis_points),
                client_basis_points: points(r.client_basis_points),
                clearance_days: r.clearance_days,
                minimum_payout_minor: r.minimum_payout_minor,
                note: r.note,
                proposed_by: r.proposed_by,
                decided_by: r.decided_by,
                decided_at: r.decided_at,
                rules: rules.into_iter().map(Into::into).collect(),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Page::of(views, &query.paging, position.as_ref(), |v| {
        v.version
    }))
}

/// One version.
///
/// # Errors
/// Not found.
pub async fn show(cx: &Cx, version: i32) -> Result<FeeScheduleView> {
    let all = list(
        cx,
        &ScheduleQuery {
            paging: Paging::first(kernel::list::MOST),
        },
    )
    .await?;
    all.rows
        .into_iter()
        .find(|v| v.version == version)
        .ok_or(Error::NotFound)
}

/// The version that waits to be confirmed, or the newest.
///
/// # Errors
/// Not found, or the database's.
pub async fn newest(cx: &Cx) -> Result<FeeScheduleView> {
    let query = ScheduleQuery {
        paging: Paging::first(1),
    };
    let page = list(cx, &query).await?;
    page.rows.into_iter().next().ok_or(Error::NotFound)
}

/// The rates of a side, for the words of a page.
impl FeeScheduleView {
    /// The general rate of a side; 100 are one percent.
    #[must_use]
    pub fn general(&self, side: Side) -> u32 {
        match side {
            Side::Payee => self.payee_basis_points,
            Side::Client => self.client_basis_points,
        }
    }
}
