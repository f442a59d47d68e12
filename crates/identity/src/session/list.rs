//! A person's own sessions: where they are signed in, and ending it there.

use crate::agent;
use base::Instant;
use kernel::{
    Cx, Error, Result,
    list::{Page, Paging},
};
use serde::Serialize;
use std::net::IpAddr;
use uuid::Uuid;

/// A place where an account is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SessionView {
    /// The session's id.
    pub id: Uuid,
    /// `browser` or `bearer` (an API client).
    pub kind: String,
    /// `phone`, `tablet`, `computer` or `program`.
    pub device: String,
    /// Browser and system, as it names itself.
    pub browser: String,
    /// Network address at sign-in.
    pub network: String,
    /// Where that is, as far as an address alone tells: `this_machine`, `local_network` or `unknown`.
    pub place: String,
    /// When it began.
    pub created_at: Instant,
    /// When it was last used, to five minutes.
    pub last_seen_at: Instant,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// Whether it is the session that asks.
    pub is_current: bool,
}

/// Where an address is, without asking anybody else about it: none of our users' addresses leaves
/// the house, so all that lies beyond the local network is unknown.
#[must_use]
pub fn place(network: &str) -> &'static str {
    let local = |v4: std::net::Ipv4Addr| v4.is_private() || v4.is_link_local();
    match network.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(ip) if ip.is_loopback() => "this_machine",
        Ok(IpAddr::V4(v4)) if local(v4) => "local_network",
        Ok(IpAddr::V6(v6)) if v6.is_unique_local() || v6.is_unicast_link_local() => "local_network",
        _ => "unknown",
    }
}

/// The live sessions of the account that asks, newest first.
///
/// # Errors
/// 401, 400 `invalid_cursor`, the database's.
pub async fn list(cx: &Cx, paging: &Paging) -> Result<Page<SessionView>> {
    let me = cx.session()?;
    let position = paging.position::<(Instant, Uuid)>()?;
    let (at, id) = position
        .as_ref()
        .map_or((None, None), |p| (Some(p.key.0), Some(p.key.1)));
    let back = position.as_ref().is_some_and(|p| p.back);
    let mut tx = cx.begin_system().await?;
    // At most ten are live, so one query with both directions reads a handful of rows.
    let rows = sqlx::query!(
        r#"select id as "id!", kind as "kind!", agent as "agent!", network as "network!", created_at as "created_at!: Instant",
             last_seen_at as "last_seen_at!: Instant", expires_at as "expires_at!: Instant"
         from identity.live_sessions($1, $2)
         where ($3::timestamptz is null or ($4 and (created_at, id) > ($3, $5)) or (not $4 and (created_at, id) < ($3, $5)))
         order by case when $4 then created_at end, case when $4 then id end, created_at desc, id desc
         limit $6"#,
        me.account_id,
        tx.now() as _,
        at as _,
        back,
        id,
        paging.limit + 1
    )
    .fetch_all(&mut *tx)
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from identity.live_sessions($1, $2)"#,
        me.account_id,
        tx.now() as _
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let views = rows
        .into_iter()
        .map(|r| SessionView {
            is_current: r.id == me.id,
            id: r.id,
            kind: r.kind,
            device: agent::device(&r.agent).to_owned(),
            browser: agent::browser(&r.agent),
            place: place(&r.network).to_owned(),
            network: r.network,
            created_at: r.created_at,
            last_seen_at: r.last_seen_at,
            expires_at: r.expires_at,
        })
        .collect();
    let page = Page::of(views, paging, position.as_ref(), |v: &SessionView| {
        (v.created_at, v.id)
    });
    Ok(page.with_total(total))
}

/// Ends one of the asking account's sessions.
///
/// # Errors
/// 404 for another account's or an ended one.
pub async fn end(cx: &Cx, session: Uuid) -> Result<()> {
    let me = cx.session()?;
    let mut tx = cx.begin_system().await?;
    let hash = sqlx::query_scalar!(
        "update identity.session set ended_at = $3 where account_id = $1 and id = $2 and ended_at is null returning token_hash",
        me.account_id,
        session,
        tx.now() as _
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    tx.change("session", session.to_string(), ());
    tx.commit(cx.own_account("session.end", me.account_id))
        .await?;
    super::forget(&cx.kernel, me.account_id, &[hash]).await;
    Ok(())
}

/// Ends all the asking account's sessions but the one that asks; says how many.
///
/// # Errors
/// 401, the database's.
pub async fn end_others(cx: &Cx) -> Result<usize> {
    let me = cx.session()?;
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let ended = super::stop_all(&mut tx, me.account_id, Some(me.id), now).await?;
    tx.change("sessions_ended", 0, ended.len());
    tx.commit(cx.own_account("session.end_others", me.account_id))
        .await?;
    super::forget(&cx.kernel, me.account_id, &ended).await;
    Ok(ended.len())
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_place_is_told_by_the_address_alone() {
        for (network, told) in [
            ("127.0.0.1", "this_machine"),
            ("::1", "this_machine"),
            ("::ffff:127.0.0.1", "this_machine"),
            ("192.168.1.20", "local_network"),
            ("10.1.2.3", "local_network"),
            ("fd00::7", "local_network"),
            ("203.0.113.9", "unknown"),
            ("unknown", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(place(network), told, "{network}");
        }
    }
}
