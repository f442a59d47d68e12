//! Reads and guarded writes of projects inside a transaction.

use super::{input::Wishes, state::State};
use crate::policy;
use base::{Instant, Money};
use kernel::{Cx, Error, Result, Tx};
use uuid::Uuid;

/// A project, locked.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    /// Its client.
    pub owner_id: Uuid,
    /// Where it stands.
    pub state: State,
    /// Its title.
    pub title: String,
    /// Its description, Markdown.
    pub description: String,
    /// Key of its category.
    pub category: String,
    /// Skills asked for.
    pub skills: Vec<String>,
    /// Least budget.
    pub budget_min: Money,
    /// Most budget.
    pub budget_max: Money,
    /// Expected duration in days.
    pub duration_days: i32,
    /// Experience asked for.
    pub level: String,
    /// How many are to be hired.
    pub positions: i32,
    /// How many are.
    pub hired: i32,
    /// Who may find it.
    pub visibility: String,
    /// Proposals that were not withdrawn.
    pub proposals: i32,
    /// When it expires, while it is open.
    pub expires_at: Option<Instant>,
    /// When its owner was warned of that.
    pub expiry_warned_at: Option<Instant>,
    /// Counts changes.
    pub version: i64,
    /// What is wished beside.
    pub wishes: Wishes,
    /// When it was put away.
    pub archived_at: Option<Instant>,
    /// Whether the actor has a proposal on it that was neither declined nor withdrawn.
    pub is_bidder: bool,
    /// Whether the actor was invited and has not answered.
    pub is_invited: bool,
}

impl Row {
    /// Facts about the actor and this project.
    #[must_use]
    pub fn relations(&self, cx: &Cx) -> Vec<&'static str> {
        relations(
            cx.me() == Some(self.owner_id),
            self.is_bidder,
            self.is_invited,
            self.state,
            &self.visibility,
        )
    }
}

/// The relations by which projects are seen: `owner`, `bidder` until the proposal is declined or
/// withdrawn, `invited` once it was published and until the invitation is answered, and `listed` for what was published to members.
#[must_use]
pub fn relations(
    is_owner: bool,
    is_bidder: bool,
    is_invited: bool,
    state: State,
    visibility: &str,
) -> Vec<&'static str> {
    let mut all = vec![];
    if is_owner {
        all.push("owner");
    }
    if is_bidder {
        all.push("bidder");
    }
    if is_invited && state != State::Draft {
        all.push("invited");
    }
    if state != State::Draft && visibility != "invite_only" {
        all.push("listed");
    }
    all
}

/// Locks a project until the end of the transaction; `None` when there is none.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Option<Row>> {
    let (workspace, me) = (tx.workspace(), tx.cx().me());
    let row = sqlx::query!(
        r#"select id, owner_id, state, title, description, category, skills, budget_min_minor, budget_max_minor, currency, duration_days,
                level, positions, hired, visibility, proposals, expires_at, expiry_warned_at, country, time_zone, overlap_hours,
                deadline::text as "deadline?", questions, nda, archived_at as "archived_at: Instant", version
         from market.project where workspace_id = $1 and id = $2 for no key update"#,
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(r) = row else { return Ok(None) };
    let reader = sqlx::query!(
        r#"select exists (select 1 from market.proposal where workspace_id = $1 and project_id = $2 and freelancer_id = $3
                      and state not in ('withdrawn', 'declined')) as "bidder!",
                  exists (select 1 from market.invitation where workspace_id = $1 and project_id = $2 and freelancer_id = $3
                      and state = 'invited') as "invited!""#,
        workspace,
        id,
        me
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Some(Row {
        id: r.id,
        owner_id: r.owner_id,
        state: State::parse(&r.state)?,
        title: r.title,
        description: r.description,
        category: r.category,
        skills: r.skills,
        budget_min: policy::money(r.budget_min_minor, &r.currency)?,
        budget_max: policy::money(r.budget_max_minor, &r.currency)?,
        duration_days: r.duration_days,
        level: r.level,
        positions: r.positions,
        hired: r.hired,
        visibility: r.visibility,
        proposals: r.proposals,
        expires_at: r.expires_at,
        expiry_warned_at: r.expiry_warned_at,
        version: r.version,
        wishes: Wishes {
            country: r.country,
            time_zone: r.time_zone,
            overlap_hours: r.overlap_hours.map(i64::from),
            deadline: r.deadline,
            questions: questions(r.questions)?,
            nda: r.nda,
        },
        archived_at: r.archived_at,
        is_bidder: reader.bidder,
        is_invited: reader.invited,
    }))
}

/// Questions as they are stored.
///
/// # Errors
/// Internal, when this version cannot read them.
pub(super) fn questions(stored: serde_json::Value) -> Result<Vec<super::input::Question>> {
    Ok(serde_json::from_value(stored).map_err(anyhow::Error::from)?)
}

/// Moves a locked project to `to`, with what follows from it: its clock runs only while it is
/// open. Gives the new version.
///
/// # Errors
/// 409 `conflict` when it is not in the state it was read in; the database's.
pub async fn move_to(tx: &mut Tx, project: &Row, to: State, hired: i32) -> Result<i64> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let expires = (to == State::Open).then(|| now.plus_days(policy::EXPIRY_DAYS));
    let closed = matches!(to, State::Completed | State::Cancelled).then_some(now);
    let version = sqlx::query_scalar!(
        "update market.project set state = $4, hired = $5, expires_at = $6, expiry_warned_at = null, closed_at = $7,
                paused_at = case when $4 = 'paused' then coalesce(paused_at, $8) end,
                published_at = case when $4 = 'open' then coalesce(published_at, $8) else published_at end, version = version + 1
         where workspace_id = $1 and id = $2 and state = $3 returning version",
        workspace,
        project.id,
        project.state.name(),
        to.name(),
        hired,
        expires as _,
        closed as _,
        now as _
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::conflict("conflict"))?;
    tx.change("state", project.state.name(), to.name());
    Ok(version)
}

/// Notes activity: an open project expires thirty days after the last of it.
///
/// # Errors
/// The database's.
pub async fn touched(tx: &mut Tx, id: Uuid) -> Result<()> {
    let (workspace, expires) = (tx.workspace(), tx.now().plus_days(policy::EXPIRY_DAYS));
    sqlx::query!(
        "update market.project set expires_at = $3, expiry_warned_at = null where workspace_id = $1 and id = $2 and state = 'open'",
        workspace,
        id,
        expires as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The freelancers whose proposals on a project are alive, as far as they are to be told.
///
/// # Errors
/// The database's.
pub async fn bidders(tx: &mut Tx, id: Uuid) -> Result<Vec<(Uuid, Uuid)>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        "select id, freelancer_id from market.proposal
         where workspace_id = $1 and project_id = $2 and state in ('submitted', 'shortlisted', 'offered')
         order by submitted_at desc, id desc",
        workspace,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.freelancer_id)).collect())
}

/// Closes every proposal that still waits, because hiring is over; gives proposal and freelancer.
///
/// # Errors
/// The database's.
pub async fn close_proposals(tx: &mut Tx, id: Uuid) -> Result<Vec<(Uuid, Uuid)>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let rows = sqlx::query!(
        "update market.proposal set state = 'closed', updated_at = $3, version = version + 1
         where workspace_id = $1 and project_id = $2 and state in ('submitted', 'shortlisted')
         returning id, freelancer_id",
        workspace,
        id,
        now as _
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.freelancer_id)).collect())
}

/// Contracts and offers of a project that have not ended.
///
/// # Errors
/// The database's.
pub async fn live_contracts(tx: &mut Tx, id: Uuid) -> Result<(i64, i64)> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select count(*) filter (where state = 'offered') as "offers!", count(*) as "all!" from market.contract
           where workspace_id = $1 and project_id = $2 and state in ('offered', 'accepted', 'active', 'paused', 'on_hold', 'terminating', 'closing')"#,
        workspace,
        id
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.all, row.offers))
}

/// The newest contract or open offer of a project that has not ended.
///
/// # Errors
/// The database's.
pub async fn live_contract(tx: &mut Tx, id: Uuid) -> Result<Option<Uuid>> {
    let workspace = tx.workspace();
    let newest = sqlx::query_scalar!(
        "select id from market.contract
         where workspace_id = $1 and project_id = $2 and state in ('offered', 'accepted', 'active', 'paused', 'on_hold', 'terminating', 'closing')
         order by offered_at desc, id desc limit 1",
        workspace,
        id
    );
    Ok(newest.fetch_optional(&mut **tx).await?)
}
