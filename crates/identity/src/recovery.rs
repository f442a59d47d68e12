//! Confirming an address, a forgotten password, the end of a lock: what one-time links do.

use crate::{
    account, guard, link, link::Purpose, mail, password, purge, registration, session, workspace,
};
use kernel::{Cx, Error, Input, Reader, Result, error::OnConstraint};
use serde_json::json;
use ui::Locale;
use uuid::Uuid;

/// A link's token.
pub struct LinkToken(pub String);

impl Input for LinkToken {
    fn read(r: &mut Reader) -> Self {
        Self(r.secret("token", 100))
    }
}

/// Confirms an address, once. Sessions begun before by others than the one who asks end: what they
/// may do must not grow behind their backs, and whoever holds them may not own the address. Where
/// the asking browser is not signed in to the account, its owner also gets a mail by which they can
/// say that it was not they who made it (docs/decisions/0009-confirming.md).
///
/// # Errors
/// 410 `token_invalid`, also when a corrected address has got an account of its own meanwhile.
pub async fn verify(cx: &Cx, token: &str) -> Result<Uuid> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::consume(&mut tx, token, Purpose::Verify, now).await?;
    // Of a corrected address: it becomes the account's now that it is proved, and not before.
    let (email, canonical) = link.address.unzip();
    let account = sqlx::query!(
        "update identity.account set state = 'active', verified_at = $2, version = version + 1,
            email = coalesce($3, email), email_canonical = coalesce($4, email_canonical)
         where id = $1 and state = 'pending_verification' returning email, display_name, locale",
        link.account,
        now as _,
        email,
        canonical
    )
    .fetch_optional(&mut *tx)
    .await
    .on_constraint("account_email_unique", link::invalid())?
    .ok_or_else(link::invalid)?;
    workspace::confirmed(&mut tx, cx, link.account).await?;
    let own = cx
        .session
        .as_ref()
        .filter(|s| s.account_id == link.account)
        .map(|s| s.id);
    let ended = session::stop_all(&mut tx, link.account, own, now).await?;
    if own.is_none() {
        let disown = link::create(&mut tx, &cx.kernel, link.account, Purpose::Disown, now).await?;
        let letter = mail::Mail {
            workspace: None,
            to: &account.email,
            locale: Locale::parse(&account.locale).unwrap_or(Locale::En),
            template: "confirmed",
            arguments: json!({"name": account.display_name, "network": &*cx.network}),
            path: "/links/{token}".to_owned(),
            link: Some(disown),
        };
        mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    }
    tx.change("sessions_ended", 0, ended.len());
    tx.commit(cx.own_account("auth.verify", link.account))
        .await?;
    session::forget(&cx.kernel, link.account, &ended).await;
    session::refresh(&cx.kernel, link.account).await?;
    Ok(link.account)
}

/// The owner of an address says that the account waiting for its confirmation is not theirs: it is
/// gone at once.
///
/// # Errors
/// 410 `token_invalid`.
pub async fn refuse(cx: &Cx, token: &str) -> Result<()> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::consume(&mut tx, token, Purpose::Verify, now).await?;
    lock_unverified(&mut tx, link.account).await?;
    tx.commit(cx.own_account("auth.refuse", link.account))
        .await?;
    purge::purge(&cx.kernel, link.account, now).await?;
    Ok(())
}

/// The owner of an address says that the account they confirmed was made by somebody else: its
/// sessions end and its password fits nobody any more. They may choose one of their own by mail.
///
/// # Errors
/// 410 `token_invalid`.
pub async fn disown(cx: &Cx, token: &str) -> Result<()> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::consume(&mut tx, token, Purpose::Disown, now).await?;
    sqlx::query!(
        "with devices as (delete from identity.device where account_id = $1)
         update identity.account set password_hash = $2, version = version + 1 where id = $1",
        link.account,
        password::NONE
    )
    .execute(&mut *tx)
    .await?;
    link::void(&mut tx, link.account, Purpose::Address, now).await?;
    let ended = session::stop_all(&mut tx, link.account, None, now).await?;
    tx.change("sessions_ended", 0, ended.len());
    tx.commit(cx.own_account("auth.disown", link.account))
        .await?;
    session::forget(&cx.kernel, link.account, &ended).await;
    Ok(())
}

/// Sends the asking account a new link to confirm its address; earlier ones are void.
///
/// # Errors
/// 409 `already_verified`, 429 `rate_limited` from the fourth within an hour.
pub async fn resend(cx: &Cx) -> Result<()> {
    let me = cx.session()?;
    let to = awaited(cx).await?;
    registration::limit_mail(cx, "verify", &to.canonical).await?;
    let mut tx = cx.begin_system().await?;
    ask(&mut tx, cx, &to).await?;
    tx.commit(cx.own_account("auth.resend", me.account_id))
        .await
}

/// The address that the asking account is to confirm: the one it was last corrected to, or its own.
///
/// # Errors
/// 401, the database's.
pub async fn awaited(cx: &Cx) -> Result<Address> {
    let mut tx = cx.begin_system().await?;
    let found = sqlx::query_as!(
        Address,
        r#"select coalesce(l.email, a.email) as "email!", coalesce(l.email_canonical, a.email_canonical) as "canonical!"
           from identity.account a
           left join lateral (
               select email, email_canonical from identity.link
               where account_id = a.id and kind = 'verify' and used_at is null and voided_at is null
               order by created_at desc, id desc limit 1
           ) l on true
           where a.id = $1"#,
        cx.session()?.account_id
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    found.ok_or(Error::Unauthenticated)
}

/// Asks the holder of an address to confirm it for the asking account; links before are void. An
/// address that has another account gets a mail that says so, and nobody learns its link.
async fn ask(tx: &mut kernel::Tx, cx: &Cx, to: &Address) -> Result<()> {
    let me = cx.session()?.account_id;
    let now = tx.now();
    lock_unverified(tx, me).await?;
    let own = sqlx::query!(
        "select email, display_name, locale from identity.account where id = $1",
        me
    )
    .fetch_one(&mut **tx)
    .await?;
    let other = sqlx::query!(
        "select email, locale, display_name from identity.account where email_canonical = $1 and id <> $2",
        to.canonical,
        me
    )
    .fetch_optional(&mut **tx)
    .await?;
    let address = (to.email != own.email).then_some((to.email.as_str(), to.canonical.as_str()));
    let link = link::create_to(tx, &cx.kernel, me, Purpose::Verify, address, now).await?;
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
        None => mail::Mail {
            workspace: None,
            to: &to.email,
            locale: Locale::parse(&own.locale).unwrap_or(Locale::En),
            template: "verify",
            arguments: json!({"name": own.display_name}),
            path: "/links/{token}".to_owned(),
            link: Some(link),
        },
    };
    mail::queue(tx, &cx.kernel, now, letter).await
}

/// Locks an account that still waits for its address to be confirmed.
///
/// # Errors
/// 409 `already_verified`.
pub async fn lock_unverified(tx: &mut kernel::Tx, account: Uuid) -> Result<()> {
    let waits = sqlx::query_scalar!(
        "select id from identity.account where id = $1 and state = 'pending_verification' for update",
        account
    )
    .fetch_optional(&mut **tx)
    .await?;
    waits
        .map(drop)
        .ok_or_else(|| Error::conflict("already_verified"))
}

/// An address.
pub struct Address {
    /// As typed.
    pub email: String,
    /// Its canonical form.
    pub canonical: String,
}

impl Input for Address {
    fn read(r: &mut Reader) -> Self {
        let (email, canonical) = r.email("email");
        Self { email, canonical }
    }
}

/// Corrects the address of an account that has not confirmed it yet, and sends the link there: the
/// link's use makes it the account's. An address that has an account already is not told: its owner
/// gets a mail, and all else looks the same.
///
/// # Errors
/// 409 `already_verified`, 429 `rate_limited`.
pub async fn correct_address(cx: &Cx, address: &Address) -> Result<()> {
    let me = cx.session()?;
    registration::limit_mail(cx, "verify", &address.canonical).await?;
    let mut tx = cx.begin_system().await?;
    ask(&mut tx, cx, address).await?;
    tx.change_masked("email");
    tx.commit(cx.own_account("auth.correct_address", me.account_id))
        .await
}

/// Sends a link to choose a new password, if the address has an account; the answer does not tell.
///
/// # Errors
/// 429 `rate_limited` from the fourth for one address within an hour, known or not.
pub async fn forgot(cx: &Cx, address: &Address) -> Result<()> {
    registration::evenly(mail_reset(cx, address)).await
}

async fn mail_reset(cx: &Cx, address: &Address) -> Result<()> {
    registration::limit_mail(cx, "reset", &address.canonical).await?;
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let known = sqlx::query!(
        "select id, email, locale, display_name from identity.account where email_canonical = $1 and state in ('active', 'pending_verification', 'deletion_pending')",
        address.canonical
    )
    .fetch_optional(&mut *tx)
    .await?;
    let who = known.as_ref().map_or_else(Uuid::nil, |a| a.id);
    if let Some(known) = known {
        let link = link::create(&mut tx, &cx.kernel, known.id, Purpose::Reset, now).await?;
        let letter = mail::Mail {
            workspace: None,
            to: &known.email,
            locale: Locale::parse(&known.locale).unwrap_or(Locale::En),
            template: "reset",
            arguments: json!({"name": known.display_name}),
            path: "/links/{token}".to_owned(),
            link: Some(link),
        };
        mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    }
    tx.commit(cx.own_account("auth.forgot", who)).await
}

/// A new password by a link.
pub struct NewPassword {
    /// The link's token.
    pub token: String,
    /// The password.
    pub password: String,
}

impl Input for NewPassword {
    fn read(r: &mut Reader) -> Self {
        Self {
            token: r.secret("token", 100),
            password: password::chosen(r, "password"),
        }
    }
}

/// Sets a new password by a link. All sessions end, no browser is known any more, locks are lifted, the address counts as
/// confirmed (the link came there), and a notice is mailed.
///
/// # Errors
/// 410 `token_invalid`, 422 for the password, 503 `busy`.
pub async fn reset(cx: &Cx, input: &NewPassword) -> Result<()> {
    cx.kernel
        .limits
        .check_named(&cx.kernel, "reset", "network", &cx.network)
        .await?;
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::look(&mut tx, &input.token, now).await?;
    if link.purpose != Purpose::Reset {
        return Err(link::invalid());
    }
    let account = sqlx::query!(
        "select email, email_canonical, display_name, locale, state from identity.account where id = $1",
        link.account
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    account::accept(
        &cx.kernel,
        &input.password,
        &account.email_canonical,
        &account.display_name,
    )
    .await?;
    let hash = password::hash(&cx.kernel, &input.password).await?;

    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    link::consume(&mut tx, &input.token, Purpose::Reset, now).await?;
    guard::clear_all(&mut tx, link.account, &account.email_canonical).await?;
    let done = sqlx::query!(
        "with devices as (delete from identity.device where account_id = $1)
         update identity.account set password_hash = $2, state = 'active', deletes_at = null, verified_at = coalesce(verified_at, $3), version = version + 1
         where id = $1 and state in ('active', 'pending_verification', 'deletion_pending')",
        link.account,
        hash,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(link::invalid());
    }
    if account.state == "pending_verification" {
        workspace::confirmed(&mut tx, cx, link.account).await?;
    }
    link::void(&mut tx, link.account, Purpose::Verify, now).await?;
    let ended = session::stop_all(&mut tx, link.account, None, now).await?;
    let letter = mail::Mail {
        workspace: None,
        to: &account.email,
        locale: Locale::parse(&account.locale).unwrap_or(Locale::En),
        template: "reset-done",
        arguments: json!({"network": &*cx.network}),
        path: "/login".to_owned(),
        link: None,
    };
    mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    tx.change("sessions_ended", 0, ended.len());
    tx.commit(cx.own_account("auth.reset", link.account))
        .await?;
    session::forget(&cx.kernel, link.account, &ended).await;
    Ok(())
}

/// Ends a lock of an account's sign-in by a link.
///
/// # Errors
/// 410 `token_invalid`.
pub async fn unlock(cx: &Cx, token: &str) -> Result<()> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::consume(&mut tx, token, Purpose::Unlock, now).await?;
    let canonical = sqlx::query_scalar!(
        "select email_canonical from identity.account where id = $1",
        link.account
    )
    .fetch_one(&mut *tx)
    .await?;
    guard::clear_all(&mut tx, link.account, &canonical).await?;
    tx.change("locked", true, false);
    tx.commit(cx.own_account("auth.unlock", link.account)).await
}
