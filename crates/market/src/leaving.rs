//! What the market has to say when a member is to leave: a party to a live contract stays, projects
//! that nobody works on may change hands, bids that nobody took up are withdrawn.

use kernel::{
    Result,
    product::{Leaver, Leaving},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// The market's part in leaving.
pub(crate) const LEAVING: Leaving = Leaving {
    keeps: |connection, leaver| Box::pin(keeps(connection, leaver)),
    owned: |connection, leaver| Box::pin(owned(connection, leaver)),
    takes: Some(("project.update", "owner")),
    hand_over: |connection, leaver, to| Box::pin(hand_over(connection, leaver, to)),
    let_go: |connection, leaver| Box::pin(let_go(connection, leaver)),
    ..Leaving::NONE
};

/// A state this list does not know counts as live: nobody slips out by a new one.
async fn keeps(connection: &mut PgConnection, leaver: Leaver) -> Result<Vec<&'static str>> {
    let live = sqlx::query_scalar!(
        r#"select exists (select 1 from market.contract c where c.workspace_id = $1 and (c.client_id = $2 or c.freelancer_id = $2)
             and c.state not in ('declined', 'retracted', 'expired', 'cancelled', 'completed', 'terminated')) as "live!""#,
        leaver.workspace,
        leaver.member
    )
    .fetch_one(connection)
    .await?;
    Ok(if live {
        vec!["member_has_contracts"]
    } else {
        vec![]
    })
}

async fn owned(connection: &mut PgConnection, leaver: Leaver) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from market.project where workspace_id = $1 and owner_id = $2
             and state not in ('completed', 'cancelled', 'removed')"#,
        leaver.workspace,
        leaver.member
    )
    .fetch_one(connection)
    .await?)
}

async fn hand_over(connection: &mut PgConnection, leaver: Leaver, to: Uuid) -> Result<i64> {
    let moved = sqlx::query!(
        "update market.project set owner_id = $3, version = version + 1 where workspace_id = $1 and owner_id = $2
           and state not in ('completed', 'cancelled', 'removed')",
        leaver.workspace,
        leaver.member,
        to
    )
    .execute(connection)
    .await?;
    Ok(i64::try_from(moved.rows_affected()).unwrap_or(i64::MAX))
}

async fn let_go(connection: &mut PgConnection, leaver: Leaver) -> Result<()> {
    // Projects before proposals, as every command locks them.
    sqlx::query!(
        "select p.id from market.project p where p.workspace_id = $1 and p.id in (
            select b.project_id from market.proposal b where b.workspace_id = $1 and b.freelancer_id = $2 and b.state in ('submitted', 'shortlisted'))
         order by p.id for no key update of p",
        leaver.workspace,
        leaver.member
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!(
        "with gone as (
            update market.proposal set state = 'withdrawn', version = version + 1
            where workspace_id = $1 and freelancer_id = $2 and state in ('submitted', 'shortlisted') returning project_id),
         counted as (select project_id, count(*)::integer as n from gone group by project_id)
         update market.project p set proposals = p.proposals - c.n from counted c where p.workspace_id = $1 and p.id = c.project_id",
        leaver.workspace,
        leaver.member
    )
    .execute(connection)
    .await?;
    Ok(())
}
