//! The first operator of an installation: made by a command that gives a one-time link. There are
//! no built-in credentials.

use crate::{account, link, link::Purpose, mail, password, session};
use kernel::{Cx, Error, Kernel, Result};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Makes the first operator and gives the address of the page, valid once and for 24 hours, on
/// which they choose name and password. When that time passed unused, another may be made.
///
/// # Errors
/// 409 `operator_exists`; 422 `invalid_format` for what is no address; 409 `conflict` when the
/// address has an account already.
pub async fn create_operator(kernel: &Arc<Kernel>, email: &str) -> Result<String> {
    let canonical =
        base::text::email(email).ok_or_else(|| Error::invalid("/email", "invalid_format"))?;
    let mut tx = kernel.db.begin_system(None).await?;
    let now = kernel::clock::business(&mut tx, kernel.config.has_test()).await?;
    // Two commands at the same time follow each other.
    sqlx::query!(r#"select pg_advisory_xact_lock(hashtext('identity.operator')) as "locked!: ()""#)
        .fetch_one(&mut *tx)
        .await?;
    let known = sqlx::query!(
        r#"select a.id, a.state, exists (select 1 from identity.link l where l.account_id = a.id and l.kind = 'operator'
              and l.used_at is null and l.voided_at is null and l.expires_at > $1) as "open!"
           from identity.account a where a.is_operator"#,
        now as _
    )
    .fetch_all(&mut *tx)
    .await?;
    if known
        .iter()
        .any(|a| a.open || a.state != "pending_verification")
    {
        return Err(Error::conflict("operator_exists"));
    }
    for stale in known {
        sqlx::query!("delete from identity.account where id = $1", stale.id)
            .execute(&mut *tx)
            .await?;
    }
    let id = base::id::new();
    sqlx::query!(
        "insert into identity.account (id, email, email_canonical, password_hash, display_name, state, locale, terms_version, terms_accepted_at, created_at, is_operator)
         values ($1, $2, $3, $4, 'Operator', 'pending_verification', 'en', $5, $6, $6, true)",
        id,
        base::text::line(email),
        canonical,
        password::NONE,
        account::TERMS_VERSION,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    let link = link::create(&mut tx, kernel, id, Purpose::Operator, now).await?;
    tx.commit().await?;
    Ok(format!(
        "{}/links/{}",
        kernel.base_url(),
        link::link_token(kernel, link)
    ))
}

/// Name and password of the first operator.
pub struct NewOperator {
    /// The name.
    pub display_name: String,
    /// The password.
    pub password: String,
}

/// Completes the first operator's account by its link.
///
/// # Errors
/// 410 `token_invalid`, 422 for the password, 503 `busy`.
pub async fn complete(cx: &Cx, token: &str, input: &NewOperator) -> Result<Uuid> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::look(&mut tx, token, now).await?;
    let email = sqlx::query_scalar!(
        "select email_canonical from identity.account where id = $1",
        link.account
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    account::accept(&cx.kernel, &input.password, &email, &input.display_name).await?;
    let hash = password::hash(&cx.kernel, &input.password).await?;
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::consume(&mut tx, token, Purpose::Operator, now).await?;
    let to = sqlx::query_scalar!(
        "update identity.account set password_hash = $2, display_name = $3, locale = $4, state = 'active', verified_at = $5, version = version + 1
         where id = $1 and state = 'pending_verification' returning email",
        link.account,
        hash,
        input.display_name,
        cx.locale.code(),
        now as _
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(link::invalid)?;
    let letter = mail::Mail {
        workspace: None,
        to: &to,
        locale: cx.locale,
        template: "operator",
        arguments: json!({"name": input.display_name}),
        path: "/login".to_owned(),
        link: None,
    };
    mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    tx.commit(cx.own_account("operator.create", link.account))
        .await?;
    session::refresh(&cx.kernel, link.account).await?;
    Ok(link.account)
}
