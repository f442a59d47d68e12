//! Deleting an account whose address was never confirmed, by the person who made it. It belongs to
//! no work and holds no money, so nothing is kept back and nothing waits.

use crate::{account, link, purge, recovery, session};
use kernel::{Cx, Error, Input, Reader, Result};

/// The wish, proved by the password.
pub struct Deletion {
    /// The password in force.
    pub current_password: String,
}

impl Input for Deletion {
    fn read(r: &mut Reader) -> Self {
        Self {
            current_password: r.secret("current_password", 1_000),
        }
    }
}

/// Deletes the asking account at once: its sessions end, its memberships are marked removed, its
/// row and address are gone.
///
/// # Errors
/// 409 `already_verified`; 422 `current_password_wrong` (which counts as a failed sign-in); 429
/// `too_many_attempts`; 503 `busy`.
pub async fn delete(cx: &Cx, wish: &Deletion) -> Result<()> {
    let me = cx.session()?;
    if me.verified {
        return Err(Error::conflict("already_verified"));
    }
    let proved = account::prove(cx, "account.delete", &wish.current_password).await?;
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    recovery::lock_unverified(&mut tx, me.account_id).await?;
    link::void(&mut tx, me.account_id, link::Purpose::Verify, now).await?;
    let ended = session::stop_all(&mut tx, me.account_id, None, now).await?;
    tx.change("sessions_ended", 0, ended.len());
    tx.commit(cx.own_account("account.delete", me.account_id))
        .await?;
    session::forget(&cx.kernel, me.account_id, &ended).await;
    drop(proved);
    // Should this be cut short, the account waits for the purge of unconfirmed ones.
    purge::purge(&cx.kernel, me.account_id, now).await?;
    Ok(())
}
