//! Taking an invitation up, with an account or by making one.

use crate::{
    account, link, password, session,
    signin::{self, Credentials},
    workspace,
};
use base::Instant;
use kernel::{Cx, Error, Input, Reader, Result, Tx, error::OnConstraint};
use session::{Carrier, Started};
use uuid::Uuid;

/// An open invitation, found by its token in the workspace of the request.
#[derive(Debug, Clone)]
pub struct Open {
    /// Its id.
    pub id: Uuid,
    /// The address it is bound to, as typed.
    pub email: String,
    /// Its canonical form.
    pub canonical: String,
    /// Key of the role it gives.
    pub role: String,
    /// Name of the member who invited.
    pub invited_by: String,
}

/// The open invitation of a token, of a member who still is one.
///
/// # Errors
/// 410 `token_invalid`.
pub async fn look(cx: &Cx, token: &str) -> Result<Open> {
    let mut tx = cx.begin_system().await?;
    let open = find(&mut tx, token).await?;
    tx.finish().await?;
    Ok(open)
}

async fn find(tx: &mut Tx, token: &str) -> Result<Open> {
    let found = sqlx::query_as!(
        Open,
        r#"select i.id, i.email, i.email_canonical as canonical, r.key as role, m.display_name as invited_by
           from identity.invitation i
           join kernel.role r on r.workspace_id = i.workspace_id and r.id = i.role_id
           join kernel.member m on m.workspace_id = i.workspace_id and m.id = i.invited_by
           where i.workspace_id = $1 and i.token_hash = $2 and i.accepted_at is null and i.revoked_at is null and i.expires_at > $3
             and m.state = 'active'
           for update of i"#,
        tx.workspace(),
        base::secret::hash(token),
        tx.now() as _
    )
    .fetch_optional(&mut **tx)
    .await?;
    found.ok_or_else(link::invalid)
}

async fn take_up(tx: &mut Tx, open: &Open, account: Uuid, name: &str) -> Result<Uuid> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update identity.invitation set accepted_at = $3 where workspace_id = $1 and id = $2",
        workspace,
        open.id,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    workspace::enter(tx, account, name, &[open.role.as_str()], true).await
}

/// The signed-in account accepts an invitation to its own address, which thereby is confirmed.
/// Who has accepted it already gets the same answer again: a doubled submit is one effect.
///
/// # Errors
/// 410 `token_invalid`, 403 `invitation_other_address`, 409 `already_member`.
pub async fn accept(cx: &Cx, token: &str) -> Result<Uuid> {
    let me = cx.session()?;
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let open = match find(&mut tx, token).await {
        Ok(open) => open,
        Err(error) => {
            let mine = taken_up(&mut tx, token, Some(me.account_id)).await?;
            tx.finish().await?;
            return mine.and_then(|taken| taken.member).ok_or(error);
        }
    };
    let account = sqlx::query!(
        "select email_canonical, display_name from identity.account where id = $1 for update",
        me.account_id
    )
    .fetch_one(&mut *tx)
    .await?;
    if account.email_canonical != open.canonical {
        return Err(Error::refused(403, "invitation_other_address"));
    }
    confirm(&mut tx, cx, me.account_id, now).await?;
    let member = take_up(&mut tx, &open, me.account_id, &account.display_name).await?;
    let workspace = tx.workspace();
    tx.commit(cx.own_account("invitation.accept", me.account_id))
        .await?;
    cx.kernel
        .cache
        .members
        .invalidate(&(workspace, me.account_id))
        .await;
    session::refresh(&cx.kernel, me.account_id).await?;
    Ok(member)
}

/// An invitation that was accepted, and by whom it may have been.
struct Taken {
    /// The address it was bound to, canonical.
    canonical: String,
    /// The active member of that address, if it is the account asked for.
    member: Option<Uuid>,
}

async fn taken_up(tx: &mut Tx, token: &str, account: Option<Uuid>) -> Result<Option<Taken>> {
    Ok(sqlx::query_as!(
        Taken,
        r#"select i.email_canonical as canonical, (
               select m.id from identity.account a join kernel.member m on m.workspace_id = i.workspace_id and m.account_id = a.id
               where a.email_canonical = i.email_canonical and m.state = 'active' and a.id = $3) as member
           from identity.invitation i
           where i.workspace_id = $1 and i.token_hash = $2 and i.accepted_at is not null"#,
        tx.workspace(),
        base::secret::hash(token),
        account
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Whether the account has accepted the invitation of this token and is still a member.
///
/// # Errors
/// The database's.
pub async fn is_mine(cx: &Cx, token: &str) -> Result<bool> {
    let Some(me) = &cx.session else {
        return Ok(false);
    };
    let mut tx = cx.begin_system().await?;
    let taken = taken_up(&mut tx, token, Some(me.account_id)).await?;
    tx.finish().await?;
    Ok(taken.is_some_and(|t| t.member.is_some()))
}

/// The form that made an account by an invitation was sent twice: the second time its password
/// signs in to the account the first one made.
///
/// # Errors
/// 410 `token_invalid` for a token that nobody accepted; those of signing in.
pub async fn register_again(cx: &Cx, token: &str, input: &Newcomer) -> Result<Started> {
    let mut tx = cx.begin_system().await?;
    let taken = taken_up(&mut tx, token, None).await?;
    tx.finish().await?;
    let credentials = Credentials {
        email: taken.ok_or_else(link::invalid)?.canonical,
        password: input.password.clone(),
    };
    match signin::sign_in(cx, &credentials, None, Carrier::Browser).await {
        Ok(done) => Ok(done.started),
        // Whoever cannot prove the account is told what anyone is told of a used link.
        Err(error) if error.status_and_code().1 == "invalid_credentials" => Err(link::invalid()),
        Err(error) => Err(error),
    }
}

async fn confirm(tx: &mut Tx, cx: &Cx, account: Uuid, now: Instant) -> Result<()> {
    let done = sqlx::query!(
        "update identity.account set state = 'active', verified_at = $2, version = version + 1 where id = $1 and state = 'pending_verification'",
        account,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() > 0 {
        workspace::confirmed(tx, cx, account).await?;
    }
    Ok(())
}

/// Whether the invited address has an account, told to the holder of its link only.
///
/// # Errors
/// The database's.
pub async fn has_account(cx: &Cx, open: &Open) -> Result<bool> {
    let mut tx = cx.begin_system().await?;
    let has = sqlx::query_scalar!(
        r#"select exists (select 1 from identity.account where email_canonical = $1) as "has!""#,
        open.canonical
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    Ok(has)
}

/// Name and password of an invited person without an account.
pub struct Newcomer {
    /// The name.
    pub display_name: String,
    /// The password.
    pub password: String,
}

impl Input for Newcomer {
    fn read(r: &mut Reader) -> Self {
        let newcomer = Self {
            display_name: account::name(r),
            password: password::chosen(r, "password"),
        };
        r.agreed("accept_terms");
        newcomer
    }
}

/// An invited person without an account registers by the link: the account is confirmed, a member,
/// and signed in.
///
/// # Errors
/// 410 `token_invalid`, 409 `account_exists`, 422 for the password, 503 `busy`.
pub async fn register(cx: &Cx, token: &str, input: &Newcomer) -> Result<Started> {
    let open = look(cx, token).await?;
    account::accept(
        &cx.kernel,
        &input.password,
        &open.canonical,
        &input.display_name,
    )
    .await?;
    let hash = password::hash(&cx.kernel, &input.password).await?;
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let open = find(&mut tx, token).await?;
    let account = base::id::new();
    sqlx::query!(
        "insert into identity.account (id, email, email_canonical, password_hash, display_name, state, locale, terms_version, terms_accepted_at, created_at, verified_at, last_sign_in_at, last_sign_in_network)
         values ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $8, $8, $8, $9)",
        account,
        open.email,
        open.canonical,
        hash,
        input.display_name,
        cx.locale.code(),
        account::TERMS_VERSION,
        now as _,
        &*cx.network
    )
    .execute(&mut *tx)
    .await
    .on_constraint("account_email_unique", Error::conflict("account_exists"))?;
    take_up(&mut tx, &open, account, &input.display_name).await?;
    let mut ended = vec![];
    let started = session::start(
        &mut tx,
        cx,
        now,
        account,
        false,
        Carrier::Browser,
        &mut ended,
    )
    .await?;
    tx.commit(cx.own_account("auth.register", account)).await?;
    Ok(started)
}
