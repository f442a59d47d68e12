//! Changes to members, one after another where owners are concerned.

use super::{CHANGE_ROLES, DEACTIVATE, OWNER, Role, roles};
use crate::invitation;
use kernel::{Cx, Error, Input, Reader, Result, Tx, events::Event};
use serde_json::json;
use uuid::Uuid;

/// A member as locked for a change, together with every owner.
pub(super) struct Locked {
    pub(super) account: Uuid,
    pub(super) state: String,
    pub(super) version: i64,
    rank: i32,
    pub(super) keys: Vec<String>,
    /// Active owners besides this member.
    other_owners: i64,
}

/// Locks the member and all owners in the order of their ids, so that changes to the last owners
/// follow each other; then reads how things stand.
pub(super) async fn lock(tx: &mut Tx, member: Uuid) -> Result<Locked> {
    let workspace = tx.workspace();
    sqlx::query_scalar!(
        "select m.id from kernel.member m where m.workspace_id = $1 and (m.id = $2 or exists (
            select 1 from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
            where mr.workspace_id = m.workspace_id and mr.member_id = m.id and r.key = $3))
         order by m.id for update of m",
        workspace,
        member,
        OWNER
    )
    .fetch_all(&mut **tx)
    .await?;
    let row = sqlx::query!(
        r#"select m.account_id, m.state, m.version,
               coalesce((select max(r.rank) from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
                         where mr.workspace_id = m.workspace_id and mr.member_id = m.id), 0) as "rank!",
               array(select r.key from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
                     where mr.workspace_id = m.workspace_id and mr.member_id = m.id order by r.key) as "keys!",
               (select count(*) from kernel.member o where o.workspace_id = m.workspace_id and o.id <> m.id and o.state = 'active' and exists (
                    select 1 from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
                    where mr.workspace_id = o.workspace_id and mr.member_id = o.id and r.key = $3)) as "other_owners!"
           from kernel.member m where m.workspace_id = $1 and m.id = $2"#,
        workspace,
        member,
        OWNER
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Locked {
        account: row.account_id,
        state: row.state,
        version: row.version,
        rank: row.rank,
        keys: row.keys,
        other_owners: row.other_owners,
    })
}

impl Locked {
    pub(super) fn must_not_stand_above(&self, cx: &Cx, roles: &[Role]) -> Result<()> {
        let mine = cx
            .member
            .as_ref()
            .map(|m| m.roles.clone())
            .unwrap_or_default();
        let my_rank = roles
            .iter()
            .filter(|r| mine.contains(&r.key))
            .map(|r| r.rank)
            .max()
            .unwrap_or(0);
        if cx.system.is_some() || self.rank <= my_rank {
            Ok(())
        } else {
            Err(Error::Forbidden("role_above_own"))
        }
    }
    pub(super) fn must_not_be_last_owner(&self) -> Result<()> {
        let owner = self.state == "active" && self.keys.iter().any(|k| k == OWNER);
        if owner && self.other_owners == 0 {
            Err(Error::conflict("last_owner"))
        } else {
            Ok(())
        }
    }
}

/// The roles a member shall have.
pub struct RoleChange {
    /// Keys of all roles.
    pub roles: Vec<String>,
}

impl Input for RoleChange {
    fn read(r: &mut Reader) -> Self {
        Self {
            roles: r.lines("roles", 1, 20, 80),
        }
    }
}

/// Gives a member exactly these roles, if it still has `version`.
///
/// # Errors
/// 403 `role_above_own` or `role_beyond_own`; 409 `last_owner` or `member_not_active`; 412 `stale`;
/// 422 `invalid_choice`.
pub async fn change_roles(
    cx: &Cx,
    member: Uuid,
    version: i64,
    change: &RoleChange,
) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let locked = lock(&mut tx, member).await?;
    let permit = cx.authorize(&CHANGE_ROLES, member, &[])?;
    let roles = roles(&mut tx, cx).await?;
    locked.must_not_stand_above(cx, &roles)?;
    if locked.state != "active" {
        return Err(Error::conflict("member_not_active"));
    }
    if locked.version != version {
        return Err(Error::stale());
    }
    let mut wanted: Vec<&Role> = vec![];
    for (index, key) in change.roles.iter().enumerate() {
        let role = roles.iter().find(|r| r.key == *key);
        let role =
            role.ok_or_else(|| Error::invalid(&format!("/roles/{index}"), "invalid_choice"))?;
        if !locked.keys.contains(key) && !role.grantable {
            return Err(Error::Forbidden("role_beyond_own"));
        }
        if !wanted.iter().any(|w| w.id == role.id) {
            wanted.push(role);
        }
    }
    if !wanted.iter().any(|r| r.key == OWNER) {
        locked.must_not_be_last_owner()?;
    }
    let ids: Vec<Uuid> = wanted.iter().map(|r| r.id).collect();
    let mut keys: Vec<&str> = wanted.iter().map(|r| r.key.as_str()).collect();
    keys.sort_unstable();
    let workspace = tx.workspace();
    sqlx::query!("delete from kernel.member_role where workspace_id = $1 and member_id = $2 and role_id <> all($3)", workspace, member, &ids)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into kernel.member_role (workspace_id, member_id, role_id) select $1, $2, role from unnest($3::uuid[]) role on conflict do nothing",
        workspace,
        member,
        &ids
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update kernel.member set version = version + 1 where workspace_id = $1 and id = $2",
        workspace,
        member
    )
    .execute(&mut *tx)
    .await?;
    if locked.keys.iter().any(|had| !keys.contains(&had.as_str())) {
        invitation::take_back(&mut tx, member).await?;
    }
    tx.change("roles", locked.keys.clone(), keys.clone());
    let told = if cx.me() == Some(member) {
        vec![]
    } else {
        vec![json!({"member": member, "kind": "roles", "href": "", "args": {}})]
    };
    tx.emit(Event::new(
        "identity.member_roles_changed",
        "member",
        member,
        locked.version + 1,
        json!({"member": member, "roles": keys, "notify": told}),
    ));
    tx.commit(permit).await?;
    cx.kernel
        .cache
        .members
        .invalidate(&(workspace, locked.account))
        .await;
    Ok(member)
}

/// Ends a membership: it may do nothing any more, its records stay.
///
/// # Errors
/// 403 `role_above_own`, 409 `last_owner` or `member_not_active`.
pub async fn deactivate(cx: &Cx, member: Uuid) -> Result<Uuid> {
    set_state(cx, member, "active", "deactivated").await
}

/// Takes an ended membership up again, with the roles it had.
///
/// # Errors
/// 403 `role_above_own` or `role_beyond_own`, 409 `member_not_deactivated`.
pub async fn reactivate(cx: &Cx, member: Uuid) -> Result<Uuid> {
    set_state(cx, member, "deactivated", "active").await
}

async fn set_state(cx: &Cx, member: Uuid, from: &'static str, to: &'static str) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let locked = lock(&mut tx, member).await?;
    let permit = cx.authorize(&DEACTIVATE, member, &[])?;
    let roles = roles(&mut tx, cx).await?;
    locked.must_not_stand_above(cx, &roles)?;
    if locked.state != from {
        return Err(Error::conflict(if from == "active" {
            "member_not_active"
        } else {
            "member_not_deactivated"
        }));
    }
    if to == "active"
        && roles
            .iter()
            .any(|r| locked.keys.contains(&r.key) && !r.grantable)
    {
        return Err(Error::Forbidden("role_beyond_own"));
    }
    locked.must_not_be_last_owner()?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update kernel.member set state = $3, version = version + 1 where workspace_id = $1 and id = $2 and state = $4",
        workspace,
        member,
        to,
        from
    )
    .execute(&mut *tx)
    .await?;
    if to != "active" {
        invitation::take_back(&mut tx, member).await?;
    }
    tx.change("state", from, to);
    let kind = if to == "active" {
        "identity.member_reactivated"
    } else {
        "identity.member_deactivated"
    };
    tx.emit(Event::new(
        kind,
        "member",
        member,
        locked.version + 1,
        json!({"member": member}),
    ));
    tx.commit(permit).await?;
    cx.kernel
        .cache
        .members
        .invalidate(&(workspace, locked.account))
        .await;
    Ok(member)
}
