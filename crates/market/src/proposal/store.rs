//! Reads and guarded writes of proposals inside a transaction. Order of locks: project first.

use super::state::{State, Step};
use crate::policy;
use base::Money;
use kernel::{Cx, Error, Result, Tx};
use uuid::Uuid;

/// A proposal, locked.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    /// Its project.
    pub project_id: Uuid,
    /// The project's client.
    pub client_id: Uuid,
    /// The project's title.
    pub project_title: String,
    /// Who bids.
    pub freelancer_id: Uuid,
    /// Where it stands.
    pub state: State,
    /// The bid.
    pub bid: Money,
    /// The letter.
    pub cover_letter: String,
    /// Duration in days.
    pub duration_days: i32,
    /// What was asked and answered.
    pub answers: serde_json::Value,
    /// The first day on which work can begin.
    pub available_from: Option<String>,
    /// Hours a week that are free for it.
    pub weekly_hours: Option<i32>,
    /// Counts changes.
    pub version: i64,
}

impl Row {
    /// Facts about the actor and this proposal: `client`, `freelancer`.
    #[must_use]
    pub fn relations(&self, cx: &Cx) -> Vec<&'static str> {
        relations(cx.me(), self.client_id, self.freelancer_id)
    }
}

/// The relations by which proposals are seen.
#[must_use]
pub fn relations(me: Option<Uuid>, client: Uuid, freelancer: Uuid) -> Vec<&'static str> {
    let mut all = vec![];
    if me == Some(client) {
        all.push("client");
    }
    if me == Some(freelancer) {
        all.push("freelancer");
    }
    all
}

/// The project of a proposal, read without a lock: so that the project can be locked first.
///
/// # Errors
/// The database's.
pub async fn project_of(tx: &mut Tx, id: Uuid) -> Result<Option<Uuid>> {
    let workspace = tx.workspace();
    let project = sqlx::query_scalar!(
        "select project_id from market.proposal where workspace_id = $1 and id = $2",
        workspace,
        id
    );
    Ok(project.fetch_optional(&mut **tx).await?)
}

/// The offer on a proposal that waits for the author's answer, read without a lock.
///
/// # Errors
/// The database's.
pub async fn open_offer(tx: &mut Tx, id: Uuid) -> Result<Option<Uuid>> {
    let workspace = tx.workspace();
    let offer = sqlx::query_scalar!(
        "select id from market.contract where workspace_id = $1 and proposal_id = $2 and state = 'offered'",
        workspace,
        id
    );
    Ok(offer.fetch_optional(&mut **tx).await?)
}

/// Locks a proposal until the end of the transaction; `None` when there is none.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Option<Row>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select b.id, b.project_id, p.owner_id, p.title, b.freelancer_id, b.state, b.bid_minor, b.currency, b.cover_letter,
                b.duration_days, b.answers, b.available_from::text as "available_from?", b.weekly_hours, b.version
         from market.proposal b
         join market.project p on p.workspace_id = b.workspace_id and p.id = b.project_id
         where b.workspace_id = $1 and b.id = $2 for no key update of b"#,
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(r) = row else { return Ok(None) };
    Ok(Some(Row {
        id: r.id,
        project_id: r.project_id,
        client_id: r.owner_id,
        project_title: r.title,
        freelancer_id: r.freelancer_id,
        state: State::parse(&r.state)?,
        bid: policy::money(r.bid_minor, &r.currency)?,
        cover_letter: r.cover_letter,
        duration_days: r.duration_days,
        answers: r.answers,
        available_from: r.available_from,
        weekly_hours: r.weekly_hours,
        version: r.version,
    }))
}

/// Takes a proposal one step, under locks that the caller holds on its project (when it may become
/// withdrawn) and takes here on itself. Gives the new version.
///
/// # Errors
/// 409 with the step's code where it is not allowed, 404.
pub async fn step(tx: &mut Tx, id: Uuid, step: Step) -> Result<i64> {
    let row = lock(tx, id).await?.ok_or(Error::NotFound)?;
    let to = row
        .state
        .after(step)
        .ok_or(Error::conflict(step.refusal()).with("state", row.state.name()))?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let version = sqlx::query_scalar!(
        "update market.proposal set state = $4, updated_at = $5, version = version + 1
         where workspace_id = $1 and id = $2 and state = $3 returning version",
        workspace,
        id,
        row.state.name(),
        to.name(),
        now as _
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::conflict(step.refusal()))?;
    if to == State::Withdrawn {
        sqlx::query!(
            "update market.project set proposals = proposals - 1 where workspace_id = $1 and id = $2",
            workspace,
            row.project_id
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(version)
}

/// Notes that the client has opened a proposal, for its author to see; the first time counts. The
/// version stays: whoever edits meanwhile is not refused because somebody read.
///
/// # Errors
/// The database's.
pub async fn viewed(tx: &mut Tx, id: Uuid) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.proposal set viewed_at = $3 where workspace_id = $1 and id = $2 and viewed_at is null",
        workspace,
        id,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A part of a proposal's plan.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its place, from 1.
    pub position: i32,
    /// What is delivered.
    pub title: String,
    /// For how much.
    pub amount: Money,
    /// Days after it is funded.
    pub due_days: i32,
}

/// The plan of a proposal, in order.
///
/// # Errors
/// The database's.
pub async fn parts(tx: &mut Tx, id: Uuid, currency: base::Currency) -> Result<Vec<Part>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        "select position, title, amount_minor, due_days from market.proposal_milestone
         where workspace_id = $1 and proposal_id = $2 order by position",
        workspace,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    let part = |position, title, minor, due_days| Part {
        position,
        title,
        amount: Money::new(minor, currency),
        due_days,
    };
    Ok(rows
        .into_iter()
        .map(|r| part(r.position, r.title, r.amount_minor, r.due_days))
        .collect())
}
