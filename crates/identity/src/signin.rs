//! Signing in and out.

use crate::{account, deletion, guard, link, mail, password, session};
use base::{Instant, secret::Token};
use kernel::{Cx, Error, Input, Reader, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use session::{Carrier, Started};
use ui::Locale;
use uuid::Uuid;

/// Days a browser is known from an earlier sign-in.
pub const DEVICE_DAYS: i64 = 400;

/// Address and password.
pub struct Credentials {
    /// The canonical address.
    pub email: String,
    /// The password, exactly as typed.
    pub password: String,
}

impl Input for Credentials {
    fn read(r: &mut Reader) -> Self {
        Self {
            email: r.email("email").1,
            password: r.secret("password", 1_000),
        }
    }
}

/// The same from a form, which remembers where the person was going.
pub struct SignInForm {
    /// Address and password.
    pub credentials: Credentials,
    /// Path to go to afterwards; only one of ours is followed.
    pub return_to: Option<String>,
}

impl Input for SignInForm {
    fn read(r: &mut Reader) -> Self {
        Self {
            credentials: Credentials::read(r),
            return_to: r.line_opt("return_to", 2_000),
        }
    }
}

/// Where a person goes who was on the way to `path`: only to a path of this site.
#[must_use]
pub fn local_path(path: Option<&str>) -> Option<&str> {
    path.filter(|p| {
        p.starts_with('/')
            && !p.starts_with("//")
            && !p.contains(['\\', '\r', '\n', '\t'])
            && p.len() <= 2_000
    })
}

/// What happened since the last sign-in, told right after this one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Since {
    /// When the account was signed in to before.
    pub last_at: Option<Instant>,
    /// From which network address.
    pub last_network: Option<String>,
    /// Wrong passwords since then.
    pub failures: i32,
}

/// A successful sign-in.
pub struct SignedIn {
    /// Whose it is.
    pub account: Uuid,
    /// Whether the address is confirmed.
    pub verified: bool,
    /// Whether it was to be deleted and stays, because of this sign-in.
    pub restored: bool,
    /// The new session.
    pub started: Started,
    /// A mark for this browser, where it had none.
    pub device: Option<Token>,
    /// What happened since the last one.
    pub since: Since,
}

fn wrong() -> Error {
    Error::refused(401, "invalid_credentials")
}

/// Checks credentials and begins a session; the session the request came with, if any, ends.
/// `device` is the cookie by which this browser is known from before.
///
/// # Errors
/// 401 `invalid_credentials` (wrong password and unknown address alike), 403 `account_suspended`
/// after the right password only, 429 `too_many_attempts`, 503 `busy`.
pub async fn sign_in(
    cx: &Cx,
    credentials: &Credentials,
    device: Option<&str>,
    carrier: Carrier,
) -> Result<SignedIn> {
    let kernel = &cx.kernel;
    let mut tx = cx.begin_system().await?;
    let account = sqlx::query!(
        "select id, email, password_hash, state, locale, is_operator from identity.account where email_canonical = $1",
        credentials.email
    )
    .fetch_optional(&mut *tx)
    .await?;
    let known_device = match (&account, device) {
        (Some(account), Some(device)) => {
            let hash = base::secret::hash(device);
            let known = sqlx::query_scalar!(
                r#"select exists (select 1 from identity.device where account_id = $1 and token_hash = $2) as "known!""#,
                account.id,
                hash
            )
            .fetch_one(&mut *tx)
            .await?;
            known.then_some(hash)
        }
        _ => None,
    };
    let subject = match (&account, &known_device) {
        (Some(account), Some(hash)) => guard::device(account.id, hash),
        _ => guard::address(&credentials.email),
    };
    tx.finish().await?;
    let named = data_encoding::HEXLOWER.encode(&subject);
    let who = account.as_ref().map_or_else(Uuid::nil, |a| a.id);
    let away = |error: &Error| account::turned_away(cx, "auth.login", who, error);
    kernel
        .limits
        .check_named(kernel, "sign_in", "address", &named)
        .await
        .inspect_err(away)?;
    // Kept until this guess is counted or has succeeded.
    let _turn = guard::turn(&subject).await?;
    let begun = tokio::time::Instant::now();
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    guard::admit(&mut tx, &subject, now)
        .await
        .inspect_err(away)?;
    tx.finish().await?;

    let hash = account.as_ref().map(|a| a.password_hash.clone());
    let verdict = password::verify(kernel, &credentials.password, hash).await?;
    let account = account.filter(|_| verdict.right);
    let Some(account) = account else {
        return Err(failed(cx, &credentials.email, &subject, begun).await?);
    };
    match account.state.as_str() {
        "suspended" => {
            let error = Error::refused(403, "account_suspended");
            away(&error);
            return Err(error);
        }
        "pending_verification" | "active" | "deletion_pending" => {}
        // An account that is gone answers, costs and counts like one that never was.
        _ => return Err(failed(cx, &credentials.email, &subject, begun).await?),
    }
    let renewed = if verdict.stale {
        Some(password::hash(kernel, &credentials.password).await?)
    } else {
        None
    };

    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    // Guesses checked by another process may have locked it meanwhile.
    guard::admit(&mut tx, &subject, now)
        .await
        .inspect_err(away)?;
    guard::clear(&mut tx, &subject).await?;
    let before = sqlx::query!(
        "select last_sign_in_at, last_sign_in_network, failures_since, password_hash from identity.account where id = $1 for update",
        account.id
    )
    .fetch_one(&mut *tx)
    .await?;
    if before.password_hash != account.password_hash {
        return Err(wrong());
    }
    sqlx::query!(
        "update identity.account set last_sign_in_at = $2, last_sign_in_network = $3, failures_since = 0,
            password_hash = coalesce($4, password_hash) where id = $1",
        account.id,
        now as _,
        &*cx.network,
        renewed
    )
    .execute(&mut *tx)
    .await?;
    let restored = deletion::cancel(&mut tx, cx, account.id).await?;
    let mut ended = vec![];
    if let (Carrier::Browser, Some(old)) = (carrier, &cx.session) {
        ended.extend(session::stop(&mut tx, old.id, now).await?);
    }
    let started = session::start(
        &mut tx,
        cx,
        now,
        account.id,
        account.is_operator,
        carrier,
        &mut ended,
    )
    .await
    .inspect_err(away)?;
    let mark = match (carrier, known_device) {
        (Carrier::Browser, None) => Some(mark_device(&mut tx, account.id, now).await?),
        _ => None,
    };
    if !ended.is_empty() {
        tx.change("sessions_ended", 0, ended.len());
    }
    tx.change("session", (), started.id.to_string());
    tx.commit(cx.own_account("auth.login", account.id)).await?;
    session::forget(kernel, account.id, &ended).await;
    if let (Carrier::Browser, Some(old)) = (carrier, &cx.session)
        && old.account_id != account.id
    {
        // The browser changed hands: the streams of the one before end as well.
        session::forget(kernel, old.account_id, &ended).await;
    }
    Ok(SignedIn {
        account: account.id,
        verified: account.state != "pending_verification",
        restored,
        started,
        device: mark,
        since: Since {
            last_at: before.last_sign_in_at,
            last_network: before.last_sign_in_network,
            failures: before.failures_since,
        },
    })
}

/// Marks this browser as one the account signs in from.
async fn mark_device(tx: &mut kernel::Tx, account: Uuid, now: Instant) -> Result<Token> {
    let token = Token::new();
    sqlx::query!(
        "insert into identity.device (account_id, token_hash, created_at) values ($1, $2, $3)",
        account,
        token.hash(),
        now as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(token)
}

/// Counts a failure and gives its refusal, which tells nothing by when it comes; the owner gets one
/// mail per lock.
async fn failed(
    cx: &Cx,
    email: &str,
    subject: &[u8],
    begun: tokio::time::Instant,
) -> Result<Error> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let lock = guard::fail(&mut tx, subject, now).await?;
    let account = sqlx::query!(
        "update identity.account set failures_since = failures_since + 1 where email_canonical = $1 returning id, email, locale, state",
        email
    )
    .fetch_optional(&mut *tx)
    .await?;
    let who = account.as_ref().map_or_else(Uuid::nil, |a| a.id);
    if let (Some(seconds), Some(account)) = (lock, &account)
        && matches!(
            account.state.as_str(),
            "active" | "pending_verification" | "deletion_pending"
        )
    {
        let link =
            link::create(&mut tx, &cx.kernel, account.id, link::Purpose::Unlock, now).await?;
        let letter = mail::Mail {
            workspace: None,
            to: &account.email,
            locale: Locale::parse(&account.locale).unwrap_or(Locale::En),
            template: "locked",
            arguments: json!({"minutes": seconds / 60, "network": &*cx.network}),
            path: "/links/{token}".to_owned(),
            link: Some(link),
        };
        mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    }
    if let Some(seconds) = lock {
        lock_noted(&mut tx, cx, who, seconds).await?;
    }
    tracing::info!(key = "sign_in.failed", account = %who, locked_seconds = lock.unwrap_or(0), request_id = %cx.request_id);
    tx.commit(cx.own_account("auth.login", who).failed())
        .await?;
    password::evenly_wrong(&cx.kernel, begun).await?;
    Ok(wrong())
}

/// Audits that sign-in is locked, for a known address and an unknown one alike.
///
/// # Errors
/// The database's.
pub async fn lock_noted(tx: &mut kernel::Tx, cx: &Cx, account: Uuid, seconds: i64) -> Result<()> {
    let changes = serde_json::Map::from_iter([("seconds".to_owned(), json!([0, seconds]))]);
    kernel::audit::note(tx, &cx.own_account("auth.lock", account), &changes).await
}

/// Ends the session that asks; asking without one is fine.
///
/// # Errors
/// The database's.
pub async fn sign_out(cx: &Cx) -> Result<()> {
    let Some(me) = &cx.session else { return Ok(()) };
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let ended = session::stop(&mut tx, me.id, now).await?;
    tx.change("session", me.id.to_string(), ());
    tx.commit(cx.own_account("auth.logout", me.account_id))
        .await?;
    session::forget(&cx.kernel, me.account_id, ended.as_slice()).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        assert_eq!(local_path(Some("/w/atelier?x=1")), Some("/w/atelier?x=1"));
        for bad in [
            "",
            "w",
            "//evil.test",
            "https://evil.test",
            "/\\evil.test",
            "/a\nb",
        ] {
            assert_eq!(local_path(Some(bad)), None, "{bad}");
        }
        assert_eq!(local_path(None), None);
    }
}
