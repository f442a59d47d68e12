//! Saved means of payment: the provider's token and what may be shown of it.

mod expiry;
pub(crate) mod web;

pub(crate) use expiry::DEADLINE;

use base::Instant;
use kernel::{
    Action, Cx, Error, Input, Reader, Result, Tx,
    jobs::{JobKind, NewJob},
};
use serde::Serialize;
use uuid::Uuid;

/// Saves a method.
pub const ATTACH: Action = Action::new(
    "payment_method.attach",
    "payment_method",
    "payment_method.list",
);
/// Chooses the method charged by default.
pub const SET_DEFAULT: Action = Action::new(
    "payment_method.set_default",
    "payment_method",
    "payment_method.list",
);
/// Removes a method.
pub const REMOVE: Action = Action::new(
    "payment_method.remove",
    "payment_method",
    "payment_method.list",
);

/// A saved method as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MethodView {
    /// Its id.
    pub id: Uuid,
    /// `visa`, `mastercard`, …
    pub brand: String,
    /// Last four digits.
    pub last4: String,
    /// Month of expiry, 1 to 12.
    pub exp_month: i32,
    /// Year of expiry.
    pub exp_year: i32,
    /// Whether it is charged when no other is chosen.
    pub is_default: bool,
    /// When it was saved.
    pub created_at: Instant,
}

/// The saved methods of a member, the default first. There are at most [`MOST`].
///
/// # Errors
/// The database's.
pub async fn methods(tx: &mut Tx, member: Uuid) -> Result<Vec<MethodView>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        MethodView,
        "select id, brand, last4, exp_month, exp_year, is_default, created_at from ledger.payment_method
         where workspace_id = $1 and member_id = $2 and removed_at is null
         order by is_default desc, created_at, id limit 50",
        workspace,
        member
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Lets the provider refuse new charges of a removed method.
pub(crate) const DETACH: JobKind = JobKind::new("ledger.detach", |kernel, job| {
    Box::pin(async move {
        use crate::provider::CallError;
        let token = job.payload["token"].as_str().unwrap_or_default().to_owned();
        match crate::provider::port(&kernel)?.detach(&token).await {
            Ok(()) | Err(CallError::Unknown | CallError::Refused(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    })
});

/// How many methods a member may keep.
pub const MOST: i64 = 20;

/// A method to be saved: the token that the provider's hosted field gave.
pub struct NewMethod {
    /// `pm_…`
    pub provider_token: String,
}

impl Input for NewMethod {
    fn read(r: &mut Reader) -> Self {
        let provider_token = r.line("provider_token", 4, 100);
        if r.is_sound() && !crate::is_token(&provider_token, "pm_") {
            r.fault("provider_token", "payment_method_unknown");
        }
        Self { provider_token }
    }
}

/// Saves a method of the acting member. The same token again gives the method saved before.
///
/// # Errors
/// 422 `payment_method_unknown`, 409 `payment_method_taken`, 409 `too_many_methods`,
/// 503 `payment_unavailable`, 504 `upstream_timeout`.
pub async fn attach(cx: &Cx, new: &NewMethod) -> Result<Uuid> {
    use crate::provider::CallError;
    let me = cx.member()?.id;
    let unknown = || Error::invalid("/provider_token", "payment_method_unknown");
    let provider = crate::provider::port(&cx.kernel)?;
    let details = match provider.method(&new.provider_token).await {
        Err(CallError::Unknown | CallError::Refused(_)) => return Err(unknown()),
        other => other?,
    };
    match provider.attach(&new.provider_token, me).await {
        Err(CallError::Refused(_)) => {
            return Err(Error::conflict("payment_method_taken").at("/provider_token"));
        }
        Err(CallError::Unknown) => return Err(unknown()),
        other => other?,
    }
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let permit_for = |id| cx.authorize(&ATTACH, id, &["own"]);
    sqlx::query!(
        "select 1 as one from kernel.member where workspace_id = $1 and id = $2 for no key update",
        workspace,
        me
    )
    .fetch_optional(&mut *tx)
    .await?;
    let known = sqlx::query!(
        "select id, member_id, removed_at from ledger.payment_method where workspace_id = $1 and provider_token = $2",
        workspace,
        new.provider_token
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(known) = known {
        if known.member_id != me || known.removed_at.is_some() {
            return Err(Error::conflict("payment_method_taken").at("/provider_token"));
        }
        tx.commit(permit_for(known.id)?).await?;
        return Ok(known.id);
    }
    let kept = methods(&mut tx, me).await?;
    if i64::try_from(kept.len()).unwrap_or(MOST) >= MOST {
        return Err(Error::conflict("too_many_methods"));
    }
    let id = base::id::new();
    sqlx::query!(
        "insert into ledger.payment_method (workspace_id, id, member_id, provider_token, brand, last4, exp_month, exp_year, is_default, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        workspace,
        id,
        me,
        details.id,
        &details.brand,
        details.last4,
        details.exp_month,
        details.exp_year,
        !kept.iter().any(|m| m.is_default),
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("brand", (), details.brand);
    tx.change("is_default", (), !kept.iter().any(|m| m.is_default));
    tx.commit(permit_for(id)?).await?;
    Ok(id)
}

/// Makes a method of the acting member the one charged by default.
///
/// # Errors
/// Not found.
pub async fn set_default(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let me = lock(&mut tx, id).await?;
    let permit = cx.authorize(&SET_DEFAULT, id, &crate::own(cx, me))?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update ledger.payment_method set is_default = false where workspace_id = $1 and member_id = $2 and is_default and id <> $3",
        workspace,
        me,
        id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update ledger.payment_method set is_default = true where workspace_id = $1 and id = $2 and removed_at is null",
        workspace,
        id
    )
    .execute(&mut *tx)
    .await?;
    tx.change("is_default", false, true);
    tx.commit(permit).await?;
    Ok(id)
}

/// Removes a method of the acting member; the newest of the others becomes the default.
///
/// # Errors
/// Not found, 409 `payment_method_in_use` while a payment of it runs, 409 `payment_method_needed` for
/// the only one while something is to be paid.
pub async fn remove(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let me = lock(&mut tx, id).await?;
    let permit = cx.authorize(&REMOVE, id, &crate::own(cx, me))?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let running = sqlx::query_scalar!(
        r#"select exists (select 1 from ledger.payment where workspace_id = $1 and method_id = $2
             and (state in ('created', 'processing', 'requires_action') or (state = 'captured' and applied = 'no'))) as "running!""#,
        workspace,
        id
    )
    .fetch_one(&mut *tx)
    .await?;
    if running {
        return Err(Error::conflict("payment_method_in_use"));
    }
    // Asked under the owner's lock, so that two removals cannot each leave the other's.
    if methods(&mut tx, me).await?.len() == 1
        && crate::payment::owes(&cx.kernel, workspace, me).await?
    {
        return Err(Error::conflict("payment_method_needed"));
    }
    let token = sqlx::query_scalar!(
        "update ledger.payment_method set removed_at = $3, is_default = false where workspace_id = $1 and id = $2 returning provider_token",
        workspace,
        id,
        now as _
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "update ledger.payment_method set is_default = true
         where workspace_id = $1 and id = (select id from ledger.payment_method
             where workspace_id = $1 and member_id = $2 and removed_at is null order by created_at desc, id desc limit 1)
           and not exists (select 1 from ledger.payment_method where workspace_id = $1 and member_id = $2 and is_default and removed_at is null)",
        workspace,
        me
    )
    .execute(&mut *tx)
    .await?;
    tx.enqueue(NewJob {
        kind: "ledger.detach",
        payload: serde_json::json!({"token": token}),
        dedup: Some(id.to_string()),
        delay_seconds: 0,
    });
    tx.change("removed", false, true);
    tx.commit(permit).await?;
    Ok(id)
}

/// Locks the owner (so that two changes of the default wait for each other) and gives their id.
async fn lock(tx: &mut Tx, id: Uuid) -> Result<Uuid> {
    let workspace = tx.workspace();
    let owner = sqlx::query_scalar!(
        "select mb.id from kernel.member mb where mb.workspace_id = $1 and mb.id =
           (select m.member_id from ledger.payment_method m where m.workspace_id = $1 and m.id = $2 and m.removed_at is null)
         for no key update",
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    // Someone may have removed it while we waited.
    sqlx::query_scalar!("select id from ledger.payment_method where workspace_id = $1 and id = $2 and removed_at is null", workspace, id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(owner)
}
