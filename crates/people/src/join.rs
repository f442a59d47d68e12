//! The consumer of what identity tells of members: a profile begins with the membership, and a
//! freelancer is found from the confirming of their address on, for as long as the role and the
//! membership last.

use crate::words;
use kernel::{
    Kernel, Result,
    events::Delivered,
    product::{AtOnce, Happened},
};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// Begins or adjusts the profile of the event's member.
///
/// # Errors
/// The database's.
pub(crate) async fn take(kernel: &Arc<Kernel>, event: Delivered) -> Result<()> {
    let named = event.payload["member"]
        .as_str()
        .and_then(|id| id.parse::<Uuid>().ok());
    let member = named.or((event.record_kind == "member").then_some(event.record_id));
    let Some(member) = member else { return Ok(()) };
    let workspace = event.workspace_id;
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let happened = Happened {
        workspace,
        record: member,
        at: event.occurred_at,
    };
    settle(&mut tx, happened).await?;
    tx.commit().await?;
    Ok(())
}

/// Whoever joins or confirms their address has a profile and is found from that moment on.
pub(crate) fn at_once() -> AtOnce {
    AtOnce {
        wants: |kind| matches!(kind, "identity.member_joined" | "identity.member_confirmed"),
        run: |connection, happened| Box::pin(settle(connection, happened)),
    }
}

/// Begins or adjusts a member's profile. Looks at the membership as it is now, so that a late event
/// cannot bring back an old state.
///
/// # Errors
/// The database's.
async fn settle(connection: &mut PgConnection, happened: Happened) -> Result<()> {
    let (workspace, member) = (happened.workspace, happened.record);
    let known = sqlx::query!(
        r#"select m.display_name, w.currency, m.state = 'removed' as "is_removed!", m.state = 'active' and exists (
             select from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
             where mr.workspace_id = m.workspace_id and mr.member_id = m.id and r.key = 'freelancer')
             and exists (select from identity.mailbox b where b.account_id = m.account_id and b.confirmed) as "is_freelancer!"
           from kernel.member m join kernel.workspace w on w.workspace_id = m.workspace_id
           where m.workspace_id = $1 and m.id = $2 for share of m"#,
        workspace,
        member
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(known) = known else { return Ok(()) };
    sqlx::query!(
        "insert into people.profile (workspace_id, member_id, currency, is_freelancer, created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $5, 0)
         on conflict (workspace_id, member_id) do update set is_freelancer = excluded.is_freelancer",
        workspace,
        member,
        known.currency,
        known.is_freelancer,
        happened.at as _
    )
    .execute(&mut *connection)
    .await?;
    if known.is_removed {
        // Who left for good leaves nothing written here.
        sqlx::query!(
            "update people.profile set title = '', bio = '', skills = '{}', languages = '{}', skill_keys = '{}', language_keys = '{}',
               weekly_hours = null, country = null, hourly_rate_minor = null, time_zone = 'UTC', visibility = 'hidden' where workspace_id = $1 and member_id = $2",
            workspace,
            member
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!(
            "delete from people.showcase where workspace_id = $1 and member_id = $2",
            workspace,
            member
        )
        .execute(&mut *connection)
        .await?;
    }
    let text = sqlx::query!(
        "select title, bio, skills, visibility from people.profile where workspace_id = $1 and member_id = $2 for no key update",
        workspace,
        member
    )
    .fetch_one(&mut *connection)
    .await?;
    let words = words::stored(&known.display_name, &text.title, &text.bio, &text.skills);
    sqlx::query!(
        "update people.profile set words = $3::text::tsvector where workspace_id = $1 and member_id = $2",
        workspace,
        member,
        words
    )
    .execute(&mut *connection)
    .await?;
    if known.is_freelancer && text.visibility != "hidden" {
        let all = [
            known.display_name.as_str(),
            &text.title,
            &text.bio,
            &text.skills.join(" "),
        ];
        words::learn(&mut *connection, workspace, &all).await?;
    }
    Ok(())
}
