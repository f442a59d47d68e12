//! Where a payee's money goes: the provider's token of a bank account and a label.

pub(crate) mod web;

use base::Instant;
use kernel::{Action, Cx, Error, Input, Reader, Result, Tx};
use serde::Serialize;
use uuid::Uuid;

/// Adds a bank account.
pub const ADD: Action = Action::new("destination.add", "destination", "destination.list");
/// Removes a bank account.
pub const REMOVE: Action = Action::new("destination.remove", "destination", "destination.list");

/// A bank account as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DestinationView {
    /// Its id.
    pub id: Uuid,
    /// `Bank ••1234`, in the reader's language.
    pub label: String,
    /// `bank`, or `card` for a debit card that can be paid at once.
    pub kind: String,
    /// The last four digits of its number.
    pub last4: String,
    /// ISO 3166 code.
    pub country: String,
    /// ISO 4217 code of the money it takes.
    pub currency: String,
    /// When it was added.
    pub created_at: Instant,
}

/// How many bank accounts a member may keep.
pub const MOST: i64 = 20;

/// A bank account to be added: the token that the provider's hosted page gave.
pub struct NewDestination {
    /// `dst_…`
    pub provider_token: String,
}

impl Input for NewDestination {
    fn read(r: &mut Reader) -> Self {
        let provider_token = r.line("provider_token", 4, 100);
        if r.is_sound() && !crate::is_token(&provider_token, "dst_") {
            r.fault("provider_token", "destination_unknown");
        }
        Self { provider_token }
    }
}

/// `Bank ••1234` in the reader's language.
pub(crate) fn label(cx: &Cx, kind: &str, last4: &str) -> String {
    let key = if kind == "card" {
        "ledger-destination-card-label"
    } else {
        "ledger-destination-bank-label"
    };
    ui::text::plain(cx.locale, key, &[("last4", last4.into())])
}

/// The bank accounts of a member, the newest first; at most [`MOST`].
///
/// # Errors
/// The database's.
pub async fn of_member(tx: &mut Tx, member: Uuid) -> Result<Vec<DestinationView>> {
    let workspace = tx.workspace();
    let mut all = sqlx::query_as!(
        DestinationView,
        r#"select id, '' as "label!", kind, last4, country, currency, created_at from ledger.destination
           where workspace_id = $1 and member_id = $2 and removed_at is null order by created_at desc, id desc limit 50"#,
        workspace,
        member
    )
    .fetch_all(&mut **tx)
    .await?;
    for one in &mut all {
        one.label = label(tx.cx(), &one.kind, &one.last4);
    }
    Ok(all)
}

/// Adds a bank account of the acting member. The same token again gives the one added before.
///
/// # Errors
/// 422 `destination_unknown`, 422 `currency_not_enabled`, 409 `destination_taken`,
/// 409 `too_many_destinations`, 503 `payment_unavailable`, 504 `upstream_timeout`.
pub async fn add(cx: &Cx, new: &NewDestination) -> Result<Uuid> {
    use crate::provider::CallError;
    let me = cx.member()?.id;
    let details = match crate::provider::port(&cx.kernel)?
        .destination(&new.provider_token)
        .await
    {
        Err(CallError::Unknown | CallError::Refused(_)) => {
            return Err(Error::invalid("/provider_token", "destination_unknown"));
        }
        other => other?,
    };
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "select 1 as one from kernel.member where workspace_id = $1 and id = $2 for no key update",
        workspace,
        me
    )
    .fetch_optional(&mut *tx)
    .await?;
    let takes = sqlx::query_scalar!(
        "select pay_out from ledger.currency where code = $1",
        details.currency
    )
    .fetch_optional(&mut *tx)
    .await?;
    if takes != Some(true) {
        return Err(Error::invalid("/provider_token", "currency_not_enabled"));
    }
    let known = sqlx::query!(
        "select id, member_id, removed_at from ledger.destination where workspace_id = $1 and provider_token = $2",
        workspace,
        details.id
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(known) = known {
        if known.member_id != me {
            return Err(Error::conflict("destination_taken").at("/provider_token"));
        }
        if known.removed_at.is_some() {
            sqlx::query!("update ledger.destination set removed_at = null, created_at = $3 where workspace_id = $1 and id = $2", workspace, known.id, now as _)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit(cx.authorize(&ADD, known.id, &["own"])?).await?;
        return Ok(known.id);
    }
    if i64::try_from(of_member(&mut tx, me).await?.len()).unwrap_or(MOST) >= MOST {
        return Err(Error::conflict("too_many_destinations"));
    }
    let id = base::id::new();
    tx.change("country", (), details.country.clone());
    sqlx::query!(
        "insert into ledger.destination (workspace_id, id, member_id, provider_token, label, country, currency, created_at, kind, last4)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        workspace,
        id,
        me,
        details.id,
        format!("••{}", details.last4),
        details.country,
        details.currency,
        now as _,
        if details.kind == "card" { "card" } else { "bank" },
        details.last4
    )
    .execute(&mut *tx)
    .await?;
    tx.commit(cx.authorize(&ADD, id, &["own"])?).await?;
    Ok(id)
}

/// Removes a bank account of the acting member; payouts on their way still arrive.
///
/// # Errors
/// Not found.
pub async fn remove(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let owner = sqlx::query_scalar!(
        "select member_id from ledger.destination where workspace_id = $1 and id = $2 and removed_at is null for no key update",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&REMOVE, id, &crate::own(cx, owner))?;
    sqlx::query!(
        "update ledger.destination set removed_at = $3 where workspace_id = $1 and id = $2",
        workspace,
        id,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("removed", false, true);
    tx.commit(permit).await?;
    Ok(id)
}
