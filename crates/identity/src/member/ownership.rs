//! Handing a workspace over: one owner makes another member an owner and becomes an administrator.

use super::change::lock;
use super::{OWNER, TRANSFER};
use crate::invitation;
use kernel::{Cx, Error, Result, events::Event};
use serde_json::json;
use uuid::Uuid;

/// Key of the role that a former owner keeps.
const ADMIN: &str = "admin";

/// Gives the asking owner's role to another member.
///
/// # Errors
/// 409 `member_not_active`, `already_owner`, or `not_owner` when the asking member is none.
pub async fn transfer(cx: &Cx, member: Uuid) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    // Locks all owners too, the asking one among them.
    let locked = lock(&mut tx, member).await?;
    let permit = cx.authorize(&TRANSFER, member, &[])?;
    if locked.state != "active" {
        return Err(Error::conflict("member_not_active"));
    }
    if locked.keys.iter().any(|key| key == OWNER) {
        return Err(Error::conflict("already_owner"));
    }
    let workspace = tx.workspace();
    let given = sqlx::query!(
        "delete from kernel.member_role mr using kernel.role r
         where mr.workspace_id = $1 and mr.member_id = $2 and r.workspace_id = $1 and r.id = mr.role_id and r.key = $3",
        workspace,
        me,
        OWNER
    )
    .execute(&mut *tx)
    .await?;
    if given.rows_affected() == 0 {
        return Err(Error::conflict("not_owner"));
    }
    sqlx::query!(
        "insert into kernel.member_role (workspace_id, member_id, role_id)
         select $1, case when r.key = $4 then $2::uuid else $3::uuid end, r.id from kernel.role r
         where r.workspace_id = $1 and r.key in ($4, $5) on conflict do nothing",
        workspace,
        member,
        me,
        OWNER,
        ADMIN
    )
    .execute(&mut *tx)
    .await?;
    let versions = sqlx::query!(
        "update kernel.member set version = version + 1 where workspace_id = $1 and id in ($2, $3) returning id, account_id, version",
        workspace,
        member,
        me
    )
    .fetch_all(&mut *tx)
    .await?;
    invitation::take_back(&mut tx, me).await?;
    tx.change("owner", me.to_string(), member.to_string());
    for row in &versions {
        let told = if row.id == member {
            vec![json!({"member": member, "kind": "roles", "href": "", "args": {}})]
        } else {
            vec![]
        };
        tx.emit(Event::new(
            "identity.member_roles_changed",
            "member",
            row.id,
            row.version,
            json!({"member": row.id, "notify": told}),
        ));
    }
    tx.commit(permit).await?;
    for row in &versions {
        cx.kernel
            .cache
            .members
            .invalidate(&(workspace, row.account_id))
            .await;
    }
    Ok(member)
}
