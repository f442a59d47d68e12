//! Moving a confirmed account to another address: it takes effect when the new address is
//! confirmed, and for three days the address before can take it back.

use crate::{account, guard, link, link::Purpose, mail, purge, registration, session};
use kernel::{Cx, Error, Input, Reader, Result, error::OnConstraint};
use serde_json::json;
use ui::Locale;
use uuid::Uuid;

/// The address wanted, proved by the password.
pub struct AddressChange {
    /// The password in force.
    pub current_password: String,
    /// The address as typed.
    pub email: String,
    /// Its canonical form.
    pub canonical: String,
}

impl Input for AddressChange {
    fn read(r: &mut Reader) -> Self {
        let current_password = r.secret("current_password", 1_000);
        let (email, canonical) = r.email("email");
        Self {
            current_password,
            email,
            canonical,
        }
    }
}

/// Sends a link to the new address; until it is used nothing changes. An address that has an
/// account already is not told: its owner gets a mail, and nothing else happens.
///
/// # Errors
/// 403 `email_unverified`; 422 `current_password_wrong` (which is counted and locks) or
/// `email_same`; 429 `rate_limited` from the fourth for one address within an hour,
/// `too_many_attempts`; 503 `busy`.
pub async fn request(cx: &Cx, change: &AddressChange) -> Result<()> {
    let me = cx.session()?;
    if !me.verified {
        return Err(Error::Forbidden("email_unverified"));
    }
    registration::limit_mail(cx, "address", &change.canonical).await?;
    let proved = account::prove(cx, "account.change_email", &change.current_password).await?;
    if change.canonical == proved.email_canonical && change.email == proved.email {
        return Err(Error::invalid("/email", "email_same"));
    }
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let other = sqlx::query!(
        "select email, locale, display_name from identity.account where email_canonical = $1 and id <> $2",
        change.canonical,
        me.account_id
    )
    .fetch_optional(&mut *tx)
    .await?;
    let letter = match &other {
        Some(other) => mail::Mail {
            workspace: None,
            to: &other.email,
            locale: Locale::parse(&other.locale).unwrap_or(Locale::En),
            template: "exists",
            arguments: json!({"name": other.display_name}),
            path: "/login".to_owned(),
            link: None,
        },
        None => {
            let to = (change.email.as_str(), change.canonical.as_str());
            let link = link::create_to(
                &mut tx,
                &cx.kernel,
                me.account_id,
                Purpose::Address,
                Some(to),
                now,
            )
            .await?;
            mail::Mail {
                workspace: None,
                to: &change.email,
                locale: Locale::parse(&proved.locale).unwrap_or(Locale::En),
                template: "address",
                arguments: json!({"name": proved.display_name}),
                path: "/links/{token}".to_owned(),
                link: Some(link),
            }
        }
    };
    mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    tx.change_masked("email");
    tx.commit(cx.own_account("account.change_email", me.account_id))
        .await?;
    drop(proved);
    Ok(())
}

/// Moves the account to the address to which the link was sent, and tells the one before how to
/// take it back.
///
/// # Errors
/// 410 `token_invalid`, also when the address has got an account of its own meanwhile.
pub async fn confirm(cx: &Cx, token: &str) -> Result<()> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::consume(&mut tx, token, Purpose::Address, now).await?;
    let (email, canonical) = link.address.ok_or_else(link::invalid)?;
    let before = sqlx::query!(
        "select email, email_canonical, display_name, locale from identity.account where id = $1 and state = 'active' for update",
        link.account
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(link::invalid)?;
    sqlx::query!(
        "update identity.account set email = $2, email_canonical = $3, version = version + 1 where id = $1",
        link.account,
        email,
        canonical
    )
    .execute(&mut *tx)
    .await
    .on_constraint("account_email_unique", link::invalid())?;
    // A link to a new password went to the address before.
    link::void(&mut tx, link.account, Purpose::Reset, now).await?;
    guard::clear_all(&mut tx, link.account, &before.email_canonical).await?;
    let back = (before.email.as_str(), before.email_canonical.as_str());
    let undo = link::create_to(
        &mut tx,
        &cx.kernel,
        link.account,
        Purpose::Undo,
        Some(back),
        now,
    )
    .await?;
    let letter = mail::Mail {
        workspace: None,
        to: &before.email,
        locale: Locale::parse(&before.locale).unwrap_or(Locale::En),
        template: "address-changed",
        arguments: json!({"name": before.display_name, "network": &*cx.network}),
        path: "/links/{token}".to_owned(),
        link: Some(undo),
    };
    mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    tx.change_masked("email");
    tx.commit(cx.own_account("account.email_changed", link.account))
        .await?;
    session::refresh(&cx.kernel, link.account).await
}

/// Brings the address before back. All sessions end, and since whoever moved the account knew its
/// password, a link to choose a new one is mailed there.
///
/// # Errors
/// 410 `token_invalid`; 409 `account_exists` when somebody has confirmed an account of that address
/// meanwhile.
pub async fn undo(cx: &Cx, token: &str) -> Result<()> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::look(&mut tx, token, now).await?;
    let (_, canonical) = match (link.purpose, &link.address) {
        (Purpose::Undo, Some(address)) => address.clone(),
        _ => return Err(link::invalid()),
    };
    let squatter: Option<Uuid> = sqlx::query_scalar!(
        "select id from identity.account where email_canonical = $1 and id <> $2 and state = 'pending_verification'",
        canonical,
        link.account
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    if let Some(squatter) = squatter {
        // An account that nobody confirmed does not keep the address from its owner.
        purge::purge(&cx.kernel, squatter, now).await?;
    }
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::consume(&mut tx, token, Purpose::Undo, now).await?;
    let (email, canonical) = link.address.ok_or_else(link::invalid)?;
    let account = sqlx::query!(
        "update identity.account set email = $2, email_canonical = $3, state = 'active', deletes_at = null, version = version + 1
         where id = $1 and state in ('active', 'deletion_pending') returning display_name, locale",
        link.account,
        email,
        canonical
    )
    .fetch_optional(&mut *tx)
    .await
    .on_constraint("account_email_unique", Error::conflict("account_exists"))?
    .ok_or_else(link::invalid)?;
    for purpose in [Purpose::Address, Purpose::Undo] {
        link::void(&mut tx, link.account, purpose, now).await?;
    }
    let reset = link::create(&mut tx, &cx.kernel, link.account, Purpose::Reset, now).await?;
    let ended = session::stop_all(&mut tx, link.account, None, now).await?;
    let letter = mail::Mail {
        workspace: None,
        to: &email,
        locale: Locale::parse(&account.locale).unwrap_or(Locale::En),
        template: "address-restored",
        arguments: json!({"name": account.display_name}),
        path: "/links/{token}".to_owned(),
        link: Some(reset),
    };
    mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    tx.change("sessions_ended", 0, ended.len());
    tx.commit(cx.own_account("account.email_restored", link.account))
        .await?;
    session::forget(&cx.kernel, link.account, &ended).await;
    Ok(())
}
