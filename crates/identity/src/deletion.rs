//! Deleting an account, by the person whose it is. One whose address was never confirmed belongs to
//! no work and holds no money: it goes at once. A confirmed one is refused while something keeps it,
//! then waits fourteen days, in which signing in ends the wait.

use crate::{account, leaving, link, mail, purge, recovery, session};
use base::Instant;
use kernel::{Cx, Error, Input, Reader, Result, Tx};
use serde_json::json;
use ui::Locale;
use uuid::Uuid;

/// Days between the wish and its execution.
pub const GRACE_DAYS: i64 = 14;
/// What is typed to confirm, in each language of the pages.
pub const WORDS: &[&str] = &["delete", "حذف"];

/// The wish, confirmed by a word and proved by the password.
pub struct Deletion {
    /// The password in force.
    pub current_password: String,
}

impl Input for Deletion {
    fn read(r: &mut Reader) -> Self {
        let _ = r.choice("confirmation", WORDS);
        Self {
            current_password: r.secret("current_password", 1_000),
        }
    }
}

/// Deletes the asking account: at once if its address was never confirmed, else at the end of the
/// grace, which is given. Its sessions end now.
///
/// # Errors
/// 409 with what keeps the account (`owner_required`, `member_has_money`, …); 422
/// `current_password_wrong` (which counts as a failed sign-in); 429 `rate_limited` from the fourth
/// within an hour, `too_many_attempts`; 503 `busy`.
pub async fn delete(cx: &Cx, wish: &Deletion) -> Result<Option<Instant>> {
    let me = cx.session()?.account_id;
    cx.kernel
        .limits
        .check_named(&cx.kernel, "delete", "account", &me.to_string())
        .await?;
    let proved = account::prove(cx, "account.delete", &wish.current_password).await?;
    let waits = if cx.session()?.verified {
        Some(request(cx, me, &proved).await?)
    } else {
        at_once(cx, me).await?;
        None
    };
    drop(proved);
    Ok(waits)
}

async fn at_once(cx: &Cx, me: Uuid) -> Result<()> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    recovery::lock_unverified(&mut tx, me).await?;
    link::void(&mut tx, me, link::Purpose::Verify, now).await?;
    let ended = session::stop_all(&mut tx, me, None, now).await?;
    tx.change("sessions_ended", 0, ended.len());
    tx.commit(cx.own_account("account.delete", me)).await?;
    session::forget(&cx.kernel, me, &ended).await;
    // Should this be cut short, the account waits for the purge of unconfirmed ones.
    purge::purge(&cx.kernel, me, now).await?;
    Ok(())
}

async fn request(cx: &Cx, me: Uuid, proved: &account::Proved) -> Result<Instant> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let until = now.plus_days(GRACE_DAYS);
    let waits = sqlx::query_scalar!(
        "update identity.account set state = 'deletion_pending', deletes_at = $2, version = version + 1
         where id = $1 and state = 'active' returning id",
        me,
        until as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    if waits.is_none() {
        return Err(Error::Unauthenticated);
    }
    if let Some(first) = leaving::account_keeps(&cx.kernel, &mut tx, me)
        .await?
        .first()
    {
        return Err(first.refusal());
    }
    for purpose in [link::Purpose::Reset, link::Purpose::Address] {
        link::void(&mut tx, me, purpose, now).await?;
    }
    let ended = session::stop_all(&mut tx, me, None, now).await?;
    let locale = Locale::parse(&proved.locale).unwrap_or(Locale::En);
    let letter = mail::Mail {
        workspace: None,
        to: &proved.email,
        locale,
        template: "deletion-requested",
        arguments: json!({"name": proved.display_name, "date": ui::text::date(locale, until), "network": &*cx.network}),
        path: "/login".to_owned(),
        link: None,
    };
    mail::queue(&mut tx, &cx.kernel, now, letter).await?;
    tx.change("state", "active", "deletion_pending");
    tx.change("sessions_ended", 0, ended.len());
    tx.commit(cx.own_account("account.delete", me)).await?;
    session::forget(&cx.kernel, me, &ended).await;
    Ok(until)
}

/// Ends the wait of an account that was to be deleted, with a mail that says so; whether it waited.
///
/// # Errors
/// The database's.
pub async fn cancel(tx: &mut Tx, cx: &Cx, account: Uuid) -> Result<bool> {
    let now = tx.now();
    let kept = sqlx::query!(
        "update identity.account set state = 'active', deletes_at = null, version = version + 1
         where id = $1 and state = 'deletion_pending' returning email, locale, display_name",
        account
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(kept) = kept else { return Ok(false) };
    let letter = mail::Mail {
        workspace: None,
        to: &kept.email,
        locale: Locale::parse(&kept.locale).unwrap_or(Locale::En),
        template: "deletion-cancelled",
        arguments: json!({"name": kept.display_name}),
        path: "/account".to_owned(),
        link: None,
    };
    mail::queue(tx, &cx.kernel, now, letter).await?;
    tx.change("state", "deletion_pending", "active");
    Ok(true)
}
