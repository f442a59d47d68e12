//! Sessions: opaque tokens in a browser's cookie or an API client's header, kept as hashes, with
//! an idle and an absolute limit on the business clock.

mod list;

pub use list::{SessionView, end, end_others, list};

use axum::response::Response;
use base::{Instant, secret::Token};
use http::{HeaderName, HeaderValue, header};
use kernel::{BoxFuture, Cx, Error, Kernel, Result, Session, live::Hint};
use sqlx::PgConnection;
use std::sync::Arc;
use ui::{Locale, frame::Theme};
use uuid::Uuid;

/// Sessions of one account at a time; a further sign-in ends the least recently used.
const MOST: i64 = 10;
/// A session's last-seen time is written at most this often, in seconds.
const TOUCH: i64 = 300;
/// Name of the cookie by which a browser is known from an earlier sign-in.
pub const DEVICE_COOKIE: &str = "__Host-device";

/// Seconds a session lives unused, and at most: operators briefly, members long.
#[must_use]
pub fn limits(is_operator: bool) -> (i64, i64) {
    if is_operator {
        (30 * 60, 12 * 3_600)
    } else {
        (14 * 86_400, 60 * 86_400)
    }
}

/// The seconds of [`limits`], tightened by those of the account's roles; nothing loosens them.
#[must_use]
pub fn tightened(usual: (i64, i64), idle: Option<i32>, absolute: Option<i32>) -> (i64, i64) {
    let tighter = |usual: i64, own: Option<i32>| own.map_or(usual, |own| usual.min(own.into()));
    (tighter(usual.0, idle), tighter(usual.1, absolute))
}

/// Whether a session is over at `now`.
#[must_use]
pub fn is_over(now: Instant, last_seen: Instant, idle_seconds: i64, expires: Instant) -> bool {
    now >= expires || now.seconds_since(last_seen) >= idle_seconds
}

/// Resolves credentials for the kernel's edge.
pub struct Sessions;

impl kernel::state::Sessions for Sessions {
    fn resolve<'a>(
        &'a self,
        kernel: &'a Arc<Kernel>,
        token_hash: Vec<u8>,
        used: bool,
    ) -> BoxFuture<'a, Result<Option<Session>>> {
        Box::pin(resolve(kernel, token_hash, used))
    }
}

async fn resolve(kernel: &Kernel, token_hash: Vec<u8>, used: bool) -> Result<Option<Session>> {
    let mut tx = kernel.db.begin_system(None).await?;
    let now = kernel::clock::business(&mut tx, kernel.config.has_test()).await?;
    let row = sqlx::query!(
        r#"select s.id, s.account_id, s.created_at, s.last_seen_at, s.idle_seconds, s.expires_at, l.idle as "idle?", l.absolute as "absolute?", a.display_name, a.state, a.is_operator, a.locale, a.theme,
             array(select w.slug || ' ' || w.name from kernel.member m join kernel.workspace w on w.workspace_id = m.workspace_id
                   where m.account_id = a.id and m.state = 'active' and w.state = 'active' order by w.name, w.slug limit 20) as "places!"
         from identity.session s join identity.account a on a.id = s.account_id
         cross join lateral kernel.session_limits(a.id) l
         where s.token_hash = $1 and s.ended_at is null and a.state in ('pending_verification', 'active')"#,
        token_hash
    )
    .fetch_optional(&mut *tx)
    .await?;
    // What a role was tightened to since the sign-in holds for running sessions too.
    let within = row.as_ref().map(|r| {
        let lived = r.expires_at.seconds_since(r.created_at);
        tightened((r.idle_seconds, lived), r.idle, r.absolute)
    });
    let row = row.zip(within).filter(|(r, (idle, absolute))| {
        let expires = r.created_at.plus_seconds(*absolute);
        !is_over(now, r.last_seen_at, *idle, expires)
    });
    // A short idle time is told from a shorter step.
    if let Some((row, (idle, _))) = &row
        && used
        && now.seconds_since(row.last_seen_at) >= TOUCH.min(idle / 4)
    {
        sqlx::query!(
            "update identity.session set last_seen_at = $2 where id = $1",
            row.id,
            now as _
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(row.map(|(r, (idle, _))| Session {
        id: r.id,
        account_id: r.account_id,
        display_name: r.display_name,
        verified: r.state == "active",
        is_operator: r.is_operator,
        locale: Locale::parse(&r.locale).unwrap_or(Locale::En),
        theme: Theme::parse(&r.theme).unwrap_or(Theme::System),
        // A slug has no space.
        places: r
            .places
            .iter()
            .filter_map(|place| place.split_once(' '))
            .map(|(slug, name)| (slug.to_owned(), name.to_owned()))
            .collect(),
        idle_seconds: idle,
    }))
}

/// How a session's token is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A browser's cookie.
    Browser,
    /// An API client's `Authorization` header.
    Bearer,
}

/// A session just begun: the only moment at which its token is known.
#[derive(Debug)]
pub struct Started {
    /// Its id.
    pub id: Uuid,
    /// Its token.
    pub token: Token,
    /// Seconds until its absolute end.
    pub expires_in: i64,
}

/// Begins a session; sessions over the cap end, and their hashes are added to `ended`, which the
/// caller gives to [`forget`] after the commit. The cap is the tightest of the account's roles.
///
/// # Errors
/// 409 `too_many_sessions` where that role refuses instead and its workspace is the account's only
/// one; the database's.
pub async fn start(
    connection: &mut PgConnection,
    cx: &Cx,
    now: Instant,
    account: Uuid,
    is_operator: bool,
    carrier: Carrier,
    ended: &mut Vec<Vec<u8>>,
) -> Result<Started> {
    let (idle, absolute) = own_limits(connection, account, is_operator).await?;
    let token = Token::new();
    let id = base::id::new();
    // Two sign-ins of one account follow each other, so that the cap holds.
    sqlx::query_scalar!(
        "select id from identity.account where id = $1 for update",
        account
    )
    .fetch_one(&mut *connection)
    .await?;
    let most = cap(connection, account, now).await?;
    sqlx::query!(
        "insert into identity.session (id, token_hash, account_id, kind, host, agent, network, created_at, last_seen_at, idle_seconds, expires_at)
         values ($1, $2, $3, $4, '', $5, $6, $7, $7, $8, $9)",
        id,
        token.hash(),
        account,
        if carrier == Carrier::Browser { "browser" } else { "bearer" },
        &*cx.agent,
        &*cx.network,
        now as _,
        idle,
        now.plus_seconds(absolute) as _
    )
    .execute(&mut *connection)
    .await?;
    let over = sqlx::query_scalar!(
        "update identity.session set ended_at = $2 where id in (
            select id from identity.session where account_id = $1 and ended_at is null and expires_at > $2
            order by (id = $4) desc, last_seen_at desc, id desc offset $3)
         returning token_hash",
        account,
        now as _,
        most,
        id
    )
    .fetch_all(&mut *connection)
    .await?;
    ended.extend(over);
    Ok(Started {
        id,
        token,
        expires_in: absolute,
    })
}

/// How long a session of the account lives: unused, and at most, in seconds.
async fn own_limits(
    connection: &mut PgConnection,
    account: Uuid,
    is_operator: bool,
) -> Result<(i64, i64)> {
    let own = sqlx::query!(
        "select idle, absolute from kernel.session_limits($1)",
        account
    )
    .fetch_one(connection)
    .await?;
    Ok(tightened(limits(is_operator), own.idle, own.absolute))
}

/// How many sessions the account may have: the smallest cap of its roles, or ten. Only who belongs to
/// one workspace alone is refused: none may keep a person from the others they belong to.
async fn cap(connection: &mut PgConnection, account: Uuid, now: Instant) -> Result<i64> {
    let role = sqlx::query!(
        r#"select r.session_cap as "cap!", r.session_policy = 'refuse'
               and 1 = (select count(*) from kernel.member o join kernel.workspace ow on ow.workspace_id = o.workspace_id
                        where o.account_id = $1 and o.state = 'active' and ow.state = 'active') as "refuses!"
           from kernel.member m
           join kernel.workspace w on w.workspace_id = m.workspace_id
           join kernel.member_role mr on mr.workspace_id = m.workspace_id and mr.member_id = m.id
           join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
           where m.account_id = $1 and m.state = 'active' and w.state = 'active' and r.session_cap is not null
           order by r.session_cap, r.session_policy desc limit 1"#,
        account
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(role) = role else { return Ok(MOST) };
    let most = i64::from(role.cap);
    if role.refuses {
        let live = sqlx::query_scalar!(
            r#"select count(*) as "live!" from identity.live_sessions($1, $2)"#,
            account,
            now as _
        )
        .fetch_one(connection)
        .await?;
        if live >= most {
            return Err(Error::conflict("too_many_sessions").with("most", most));
        }
    }
    Ok(most)
}

/// Gives the session that asks another token; the one before is no longer good.
///
/// # Errors
/// 401, the database's.
pub async fn rotate(cx: &Cx) -> Result<Started> {
    let me = cx.session()?;
    let token = Token::new();
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let session = sqlx::query!(
        r#"update identity.session s set token_hash = $2 from identity.session b
           where s.id = $1 and b.id = s.id and s.ended_at is null
           returning b.token_hash as "before!", s.expires_at as "expires_at!: Instant""#,
        me.id,
        token.hash()
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::Unauthenticated)?;
    tx.change_masked("token");
    tx.commit(cx.own_account("session.rotate", me.account_id))
        .await?;
    read_anew(&cx.kernel, &[session.before]).await;
    Ok(Started {
        id: me.id,
        token,
        expires_in: session.expires_at.seconds_since(now),
    })
}

/// Ends one session by its id; gives its hash for [`forget`].
///
/// # Errors
/// The database's.
pub async fn stop(
    connection: &mut PgConnection,
    session: Uuid,
    now: Instant,
) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        "update identity.session set ended_at = $2 where id = $1 and ended_at is null returning token_hash",
        session,
        now as _
    )
    .fetch_optional(connection)
    .await?)
}

/// Ends all sessions of an account but one; gives their hashes for [`forget`].
///
/// # Errors
/// The database's.
pub async fn stop_all(
    connection: &mut PgConnection,
    account: Uuid,
    except: Option<Uuid>,
    now: Instant,
) -> Result<Vec<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        "update identity.session set ended_at = $3
         where account_id = $1 and ended_at is null and id is distinct from $2 returning token_hash",
        account,
        except,
        now as _
    )
    .fetch_all(connection)
    .await?)
}

/// Makes this process forget ended sessions of an account at once; others forget them within five
/// seconds. The account's open event streams end too: browsers that still have a session come again.
pub async fn forget(kernel: &Kernel, account: Uuid, hashes: &[Vec<u8>]) {
    if hashes.is_empty() {
        return;
    }
    read_anew(kernel, hashes).await;
    kernel
        .live
        .tell(Hint::new(account, Hint::SESSION, account, 0));
}

async fn read_anew(kernel: &Kernel, hashes: &[Vec<u8>]) {
    for hash in hashes {
        kernel.cache.sessions.invalidate(hash).await;
    }
}

/// Makes this process read an account's sessions anew, after its name, language or state changed.
///
/// # Errors
/// The database's.
pub async fn refresh(kernel: &Kernel, account: Uuid) -> Result<()> {
    let mut tx = kernel.db.begin_system(None).await?;
    let hashes = sqlx::query_scalar!(
        "select token_hash from identity.session where account_id = $1 and ended_at is null",
        account
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    read_anew(kernel, &hashes).await;
    Ok(())
}

/// Adds a cookie of ours, readable by no script.
pub fn set_cookie(response: &mut Response, name: &str, value: &str, seconds: i64) {
    let cookie =
        format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Takes a browser its session, and has it forget what it kept of the pages seen with it: the next
/// person at the device finds nothing.
pub fn clear(response: &mut Response) {
    set_cookie(response, kernel::edge::COOKIE, "", 0);
    clear_site(response);
}

/// Has a client forget what it kept of this site.
pub fn clear_site(response: &mut Response) {
    response.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
}

/// Hands a browser its session.
pub fn set_session(response: &mut Response, started: &Started) {
    set_cookie(
        response,
        kernel::edge::COOKIE,
        started.token.reveal(),
        started.expires_in,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_end_idle_or_at_their_limit() {
        let start = Instant::from_unix_seconds(1_000_000);
        let (idle, absolute) = limits(false);
        let expires = start.plus_seconds(absolute);
        assert!(!is_over(start.plus_days(13), start, idle, expires));
        assert!(is_over(start.plus_days(14), start, idle, expires));
        assert!(!is_over(
            start.plus_days(59),
            start.plus_days(58),
            idle,
            expires
        ));
        assert!(is_over(
            start.plus_days(60),
            start.plus_days(59),
            idle,
            expires
        ));
        let (idle, absolute) = limits(true);
        assert_eq!((idle, absolute), (1_800, 43_200));
    }

    #[test]
    fn a_role_tightens_and_never_loosens() {
        let usual = limits(false);
        assert_eq!(tightened(usual, None, None), usual);
        assert_eq!(tightened(usual, Some(900), Some(3_600)), (900, 3_600));
        assert_eq!(
            tightened(limits(true), Some(86_400), Some(86_400)),
            limits(true)
        );
    }

    #[test]
    fn cookies_are_bound_to_host_and_hidden_from_scripts() {
        let mut response = Response::default();
        set_cookie(&mut response, kernel::edge::COOKIE, "abc", 60);
        let cookie = response
            .headers()
            .get(header::SET_COOKIE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        assert_eq!(
            cookie,
            "__Host-guildhall=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"
        );
    }
}
