//! What notify forgets of a person whose account is deleted: their own notices, switches and
//! copies of mail, and their name in what others were told.

use kernel::{
    Result,
    product::{Leaver, Leaving},
};
use sqlx::PgConnection;

/// Nothing here keeps anyone.
pub(crate) const LEAVING: Leaving = Leaving {
    erase: |connection, leaver| Box::pin(erase(connection, leaver)),
    ..Leaving::NONE
};

async fn erase(connection: &mut PgConnection, leaver: Leaver) -> Result<()> {
    sqlx::query!(
        "delete from notify.notification where workspace_id = $1 and member_id = $2",
        leaver.workspace,
        leaver.member
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from notify.preference where workspace_id = $1 and member_id = $2",
        leaver.workspace,
        leaver.member
    )
    .execute(&mut *connection)
    .await?;
    // The name stands in what others were told of this member's acts, and in the mail about it.
    sqlx::query!(
        "update notify.notification n set arguments = n.arguments || '{\"person\": \"—\"}'
         from kernel.event e
         where n.workspace_id = $1 and e.workspace_id = $1 and e.id = n.event_id and e.actor_id = $2 and n.arguments ? 'person'",
        leaver.workspace,
        leaver.member
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update notify.mail m set arguments = m.arguments || '{\"person\": \"—\"}'
         from kernel.member p
         where m.workspace_id = $1 and p.workspace_id = $1 and p.id = $2 and m.arguments ->> 'person' = p.display_name",
        leaver.workspace,
        leaver.member
    )
    .execute(&mut *connection)
    .await?;
    Ok(())
}
