//! The end of a membership for good: by those who may remove members, or by the member's own will.
//! What the member owns is given to another in the same transaction; money and live contracts must
//! be settled first.

use super::change::{Locked, lock};
use super::{REMOVE, roles};
use crate::{
    invitation,
    leaving::{self, Owned},
};
use kernel::{Cx, Error, Input, Permit, Reader, Result, Tx, events::Event, product::Leaver};
use serde_json::json;
use uuid::Uuid;

/// Who takes over.
pub struct Leave {
    /// The member who takes over what the leaver owns; needed only if there is something.
    pub new_owner: Option<Uuid>,
}

impl Input for Leave {
    fn read(r: &mut Reader) -> Self {
        Self {
            new_owner: r.id_opt("new_owner_id"),
        }
    }
}

/// Removes a member.
///
/// # Errors
/// 403 `role_above_own`; 409 `last_owner`, `member_not_active`, what products say (`member_has_money`,
/// `member_has_contracts`, …), `member_owns_records` without a new owner; 422 `invalid_choice` for one
/// who is no active member or may not manage what they would get.
pub async fn remove(cx: &Cx, member: Uuid, input: &Leave) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let locked = lock(&mut tx, member).await?;
    let permit = cx.authorize(&REMOVE, member, &[])?;
    let roles = roles(&mut tx, cx).await?;
    locked.must_not_stand_above(cx, &roles)?;
    end(cx, tx, permit, member, &locked, input).await
}

/// The asking member leaves.
///
/// # Errors
/// As [`remove`], but for the rank.
pub async fn leave(cx: &Cx, input: &Leave) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let locked = lock(&mut tx, me).await?;
    let permit = cx.own_account("member.leave", cx.session()?.account_id);
    end(cx, tx, permit, me, &locked, input).await
}

async fn end(
    cx: &Cx,
    mut tx: Tx,
    permit: Permit,
    member: Uuid,
    locked: &Locked,
    input: &Leave,
) -> Result<Uuid> {
    if locked.state == "removed" {
        return Err(Error::conflict("member_not_active"));
    }
    locked.must_not_be_last_owner()?;
    let workspace = tx.workspace();
    let leaver = Leaver { workspace, member };
    if let Some(code) = leaving::keeps(&cx.kernel, &mut tx, leaver).await?.first() {
        return Err(Error::conflict(code));
    }
    let owned = leaving::owned(&cx.kernel, &mut tx, leaver).await?;
    let moved = match input.new_owner {
        Some(to) => {
            must_take_over(&mut tx, leaver, &owned, to).await?;
            leaving::hand_over(&cx.kernel, &mut tx, leaver, to).await?
        }
        None if owned.records > 0 => {
            return Err(Error::conflict("member_owns_records")
                .with("n", owned.records)
                .at("/new_owner_id"));
        }
        None => 0,
    };
    leaving::let_go(&cx.kernel, &mut tx, leaver).await?;
    sqlx::query!(
        "update kernel.member set state = 'removed', version = version + 1 where workspace_id = $1 and id = $2 and state <> 'removed'",
        workspace,
        member
    )
    .execute(&mut *tx)
    .await?;
    invitation::take_back(&mut tx, member).await?;
    tx.change("state", locked.state.clone(), "removed");
    tx.change("records_moved", 0, moved);
    let told = match input.new_owner {
        Some(to) if moved > 0 && cx.me() != Some(to) => {
            vec![json!({"member": to, "kind": "taken_over", "href": "", "args": {"n": moved}})]
        }
        _ => vec![],
    };
    tx.emit(Event::new(
        "identity.member_removed",
        "member",
        member,
        locked.version + 1,
        json!({"member": member, "new_owner": input.new_owner, "notify": told}),
    ));
    tx.answer_with(member);
    tx.commit(permit).await?;
    cx.kernel
        .cache
        .members
        .invalidate(&(workspace, locked.account))
        .await;
    crate::session::refresh(&cx.kernel, locked.account).await?;
    Ok(member)
}

/// Only an active member may take over who may manage what they get, kept active until this commits.
async fn must_take_over(tx: &mut Tx, leaver: Leaver, owned: &Owned, to: Uuid) -> Result<()> {
    sqlx::query!(
        "select id from kernel.member where workspace_id = $1 and id = $2 for share",
        leaver.workspace,
        to
    )
    .fetch_optional(&mut **tx)
    .await?;
    if fit(tx, leaver, owned, Some(to)).await?.is_empty() {
        return Err(Error::invalid("/new_owner_id", "invalid_choice"));
    }
    Ok(())
}

/// The active members besides the leaver (or that one of them) who may manage what they would get, by
/// name, two hundred at most.
async fn fit(tx: &mut Tx, leaver: Leaver, owned: &Owned, only: Option<Uuid>) -> Result<Vec<Heir>> {
    Ok(sqlx::query_as!(
        Heir,
        "select m.id, m.display_name from kernel.member m
         where m.workspace_id = $1 and m.id <> $2 and m.state = 'active' and ($5::uuid is null or m.id = $5)
           and not exists (select 1 from unnest($3::text[], $4::text[]) as n (permission, relation) where not exists (
               select 1 from kernel.member_role mr join kernel.role_permission p on p.workspace_id = mr.workspace_id and p.role_id = mr.role_id
               where mr.workspace_id = $1 and mr.member_id = m.id and p.permission = n.permission and p.relations && array[n.relation, 'any']))
         order by m.display_name, m.id limit 200",
        leaver.workspace,
        leaver.member,
        &owned.permissions,
        &owned.relations,
        only
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One who may take over.
pub struct Heir {
    /// The member's id.
    pub id: Uuid,
    /// The name.
    pub display_name: String,
}

/// How many records another must take over when this member goes, and who may, by name, two hundred
/// at most.
///
/// # Errors
/// The database's.
pub async fn heirs(cx: &Cx, member: Uuid) -> Result<(i64, Vec<Heir>)> {
    let mut tx = cx.read().await?;
    let leaver = Leaver {
        workspace: tx.workspace(),
        member,
    };
    let owned = leaving::owned(&cx.kernel, &mut tx, leaver).await?;
    let heirs = fit(&mut tx, leaver, &owned, None).await?;
    tx.finish().await?;
    Ok((owned.records, heirs))
}
