//! Invitations into a workspace by mail: bound to an address, seven days, once.

mod accept;

pub use accept::{Newcomer, Open, accept, has_account, is_mine, look, register, register_again};

use crate::{link, mail, member};
use base::Instant;
use kernel::{
    Action, Cx, Error, Input, Reader, Result, Tx,
    error::OnConstraint,
    list::{COUNTED, Page, Paging},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// Inviting.
pub const INVITE: Action = Action::new("member.invite", "invitation", "invitation.list");
/// Taking an invitation back.
pub const REVOKE: Action = Action::new("invitation.revoke", "invitation", "invitation.list");

/// Days an invitation is open.
const DAYS: i64 = 7;

/// A person to invite.
pub struct NewInvitation {
    /// The address as typed.
    pub email: String,
    /// Its canonical form.
    pub canonical: String,
    /// Key of the role they get.
    pub role: String,
}

impl Input for NewInvitation {
    fn read(r: &mut Reader) -> Self {
        let (email, canonical) = r.email("email");
        Self {
            email,
            canonical,
            role: r.line("role", 1, 80),
        }
    }
}

/// An invitation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InvitationView {
    /// Its id.
    pub id: Uuid,
    /// To whom.
    pub email: String,
    /// Key of the role it gives.
    pub role: String,
    /// `open`, `accepted`, `revoked` or `expired`.
    pub state: String,
    /// Name of the member who invited.
    pub invited_by: String,
    /// When it was sent.
    pub created_at: Instant,
    /// Until when it may be accepted.
    pub expires_at: Instant,
}

/// Invites an address into the workspace.
///
/// # Errors
/// 403 `role_beyond_own`; 409 `already_member` or `already_invited`; 422 `invalid_choice`; 429
/// `rate_limited` from the 51st within an hour.
pub async fn invite(cx: &Cx, input: &NewInvitation) -> Result<Uuid> {
    let place = cx.workspace()?;
    let by = cx.member()?;
    cx.kernel
        .limits
        .check_named(&cx.kernel, "invite", "workspace", &place.id.to_string())
        .await?;
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let id = base::id::new();
    let permit = cx.authorize(&INVITE, id, &[])?;
    let roles = member::roles(&mut tx, cx).await?;
    let role = roles
        .iter()
        .find(|r| r.key == input.role)
        .ok_or_else(|| Error::invalid("/role", "invalid_choice"))?;
    if !role.grantable {
        return Err(Error::Forbidden("role_beyond_own"));
    }
    let belongs = sqlx::query_scalar!(
        r#"select exists (select 1 from kernel.member m join identity.account a on a.id = m.account_id
            where m.workspace_id = $1 and a.email_canonical = $2 and m.state <> 'removed') as "belongs!""#,
        place.id,
        input.canonical
    )
    .fetch_one(&mut *tx)
    .await?;
    if belongs {
        return Err(Error::conflict("already_member").at("/email"));
    }
    // One that ran out unanswered does not stand in the way.
    sqlx::query!(
        "update identity.invitation set revoked_at = $3 where workspace_id = $1 and email_canonical = $2
            and accepted_at is null and revoked_at is null and expires_at <= $3",
        place.id,
        input.canonical,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into identity.invitation (workspace_id, id, email, email_canonical, role_id, token_hash, invited_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        place.id,
        id,
        input.email,
        input.canonical,
        role.id,
        base::secret::hash(&link::link_token(&cx.kernel, id)),
        by.id,
        now as _,
        now.plus_days(DAYS) as _
    )
    .execute(&mut *tx)
    .await
    .on_constraint("invitation_open_once", Error::conflict("already_invited").at("/email"))?;
    let letter = mail::Mail {
        workspace: Some(place.id),
        to: &input.email,
        locale: place.locale,
        template: "invited",
        arguments: json!({"workspace": place.name, "person": by.display_name}),
        path: format!("/w/{}/invitations/{{token}}", place.slug),
        link: Some(id),
    };
    mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    tx.change("role", (), role.key.clone());
    tx.answer_with(id);
    tx.commit(permit).await?;
    Ok(id)
}

/// Invitations asked for.
pub struct InvitationQuery {
    /// Which page.
    pub paging: Paging,
}

impl Input for InvitationQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            paging: Paging::read(r),
        }
    }
}

/// The workspace's invitations, newest first.
///
/// # Errors
/// 400 `invalid_cursor`, the database's.
pub async fn list(cx: &Cx, paging: &Paging) -> Result<Page<InvitationView>> {
    let position = paging.position::<(Instant, Uuid)>()?;
    let (at, id) = position
        .as_ref()
        .map_or((None, None), |p| (Some(p.key.0), Some(p.key.1)));
    let mut tx = cx.read().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let rows = if position.as_ref().is_some_and(|p| p.back) {
        sqlx::query_as!(
            InvitationView,
            r#"select i.id, i.email, r.key as role, m.display_name as invited_by, i.created_at, i.expires_at,
                   case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
                        when i.expires_at <= $2 then 'expired' else 'open' end as "state!"
               from identity.invitation i
               join kernel.role r on r.workspace_id = i.workspace_id and r.id = i.role_id
               join kernel.member m on m.workspace_id = i.workspace_id and m.id = i.invited_by
               where i.workspace_id = $1 and (i.created_at, i.id) > ($3, $4) order by i.created_at, i.id limit $5"#,
            workspace,
            now as _,
            at as _,
            id,
            paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            InvitationView,
            r#"select i.id, i.email, r.key as role, m.display_name as invited_by, i.created_at, i.expires_at,
                   case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
                        when i.expires_at <= $2 then 'expired' else 'open' end as "state!"
               from identity.invitation i
               join kernel.role r on r.workspace_id = i.workspace_id and r.id = i.role_id
               join kernel.member m on m.workspace_id = i.workspace_id and m.id = i.invited_by
               where i.workspace_id = $1 and ($3::timestamptz is null or (i.created_at, i.id) < ($3, $4))
               order by i.created_at desc, i.id desc limit $5"#,
            workspace,
            now as _,
            at as _,
            id,
            paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from identity.invitation where workspace_id = $1 limit $2) counted"#,
        workspace,
        COUNTED + 1
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let page = Page::of(rows, paging, position.as_ref(), |i| (i.created_at, i.id));
    Ok(page.with_total(total))
}

/// One invitation.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<InvitationView> {
    let mut tx = cx.read().await?;
    let view = sqlx::query_as!(
        InvitationView,
        r#"select i.id, i.email, r.key as role, m.display_name as invited_by, i.created_at, i.expires_at,
               case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
                    when i.expires_at <= $3 then 'expired' else 'open' end as "state!"
           from identity.invitation i
           join kernel.role r on r.workspace_id = i.workspace_id and r.id = i.role_id
           join kernel.member m on m.workspace_id = i.workspace_id and m.id = i.invited_by
           where i.workspace_id = $1 and i.id = $2"#,
        tx.workspace(),
        id,
        tx.now() as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    view.ok_or(Error::NotFound)
}

/// Takes back what a member has sent that nobody took up: who loses what they could give must not
/// come back, nor let others in, by a link sent before.
///
/// # Errors
/// The database's.
pub(crate) async fn take_back(tx: &mut Tx, member: Uuid) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let taken = sqlx::query!(
        "update identity.invitation set revoked_at = $3
         where workspace_id = $1 and invited_by = $2 and accepted_at is null and revoked_at is null",
        workspace,
        member,
        now as _
    )
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if taken > 0 {
        tx.change("invitations_revoked", 0, taken);
    }
    Ok(())
}

/// Takes an open invitation back.
///
/// # Errors
/// 404, 409 `invitation_not_open`.
pub async fn revoke(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query!(
        "select accepted_at, revoked_at from identity.invitation where workspace_id = $1 and id = $2 for update",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&REVOKE, id, &[])?;
    if row.accepted_at.is_some() || row.revoked_at.is_some() {
        return Err(Error::conflict("invitation_not_open"));
    }
    sqlx::query!(
        "update identity.invitation set revoked_at = $3 where workspace_id = $1 and id = $2",
        workspace,
        id,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("state", "open", "revoked");
    tx.commit(permit).await?;
    Ok(id)
}
