//! Live hints to browsers: which account should look again at what. The hint carries kind, id and
//! version only; the page fetches again and is authorised then. Processes tell each other with a
//! few notices a second, outside of any command's transaction, and keep what was told for some
//! minutes, so that a browser that was cut off hears what it missed.

use crate::{Kernel, Result, server::idle};
use serde::{Deserialize, Serialize};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::sync::broadcast;
use uuid::Uuid;

/// No connection grows older than those of the pool.
const RENEWED: std::time::Duration = std::time::Duration::from_secs(25 * 60);
/// Hints are kept this long, in seconds; who was away for longer asks for everything again.
const KEPT_SECONDS: i64 = 600;
/// The most hints that are told again at once; past that one asks for everything again.
const REPLAYED_MOST: i64 = 500;
/// Hints read at a time that the listening connection did not bring.
const READ_MOST: i64 = 500;

/// Something changed for an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Hint {
    /// Its place among the hints of its account, and all that is told outside: how busy others are
    /// is nobody's affair. 0 until it is sent.
    #[serde(default)]
    pub number: i64,
    /// Its place among all hints, by which two connections are told apart.
    #[serde(default)]
    sequence: i64,
    /// Whose browsers it concerns.
    pub account: Uuid,
    /// Kind of the record: `notice`, `contract`, …
    pub kind: String,
    /// The record.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
}

impl Hint {
    /// The kind of a hint that a session of the account ended: its streams end with it.
    pub const SESSION: &'static str = "session";

    /// A hint to an account about a record.
    #[must_use]
    pub fn new(account: Uuid, kind: impl Into<String>, id: Uuid, version: i64) -> Self {
        Self {
            number: 0,
            sequence: 0,
            account,
            kind: kind.into(),
            id,
            version,
        }
    }
}

/// The hints of this process: those to send out, and those that arrive.
pub struct Live {
    outgoing: Mutex<Vec<Hint>>,
    incoming: broadcast::Sender<Hint>,
    /// The place among all hints of the last one that arrived; less than 0 until it is known.
    last: AtomicI64,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            outgoing: Mutex::default(),
            incoming: broadcast::channel(1024).0,
            last: AtomicI64::new(-1),
        }
    }
}

impl Live {
    /// Tells every process, soon, to hint the account's browsers.
    pub fn tell(&self, hint: Hint) {
        if let Ok(mut outgoing) = self.outgoing.lock()
            && outgoing.len() < 10_000
        {
            outgoing.push(hint);
        }
    }
    /// Takes what is to be sent out.
    #[must_use]
    pub fn drain(&self) -> Vec<Hint> {
        self.outgoing
            .lock()
            .map(|mut o| std::mem::take(&mut *o))
            .unwrap_or_default()
    }
    /// Receives what arrives from any process.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Hint> {
        self.incoming.subscribe()
    }
    /// Hands an arrived hint to this process's browsers.
    pub fn arrived(&self, hint: Hint) {
        // Nobody listening is no fault.
        let _ = self.incoming.send(hint);
    }
}

const CHANNEL: &str = "guildhall_hints";

/// Sends out what this process has to tell, a few times a second.
pub(crate) async fn send_out(kernel: Arc<Kernel>) {
    let mut forgotten = std::time::Instant::now();
    while !kernel.shutdown.is_cancelled() {
        idle(&kernel, Duration::from_millis(250)).await;
        let hints = kernel.live.drain();
        // A notice holds at most 8 000 bytes.
        for chunk in hints.chunks(40) {
            if let Err(error) = send(&kernel, chunk).await {
                tracing::warn!(key = "hints.failed", error = %error);
            }
        }
        if forgotten.elapsed() > Duration::from_secs(60) {
            forgotten = std::time::Instant::now();
            if let Err(error) = forget(&kernel).await {
                tracing::warn!(key = "hints.failed", error = %error);
            }
        }
    }
}

async fn send(kernel: &Kernel, hints: &[Hint]) -> Result<()> {
    let mut tx = kernel.db.begin_system(None).await?;
    // Numbers must follow the order of commits, or who comes back could miss a lower one that was
    // committed later. Only these short transactions take turns, a few times a second.
    sqlx::query!("select pg_advisory_xact_lock(7310579628)")
        .fetch_one(&mut *tx)
        .await?;
    let accounts: Vec<_> = hints.iter().map(|h| h.account).collect();
    let kinds: Vec<_> = hints.iter().map(|h| h.kind.clone()).collect();
    let ids: Vec<_> = hints.iter().map(|h| h.id).collect();
    let versions: Vec<_> = hints.iter().map(|h| h.version).collect();
    let numbers = sqlx::query!(
        "insert into kernel.hint (account_id, kind, record_id, version, told_at)
         select a, k, r, v, $5 from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[]) with ordinality as t (a, k, r, v, n) order by n
         returning id, number",
        &accounts,
        &kinds,
        &ids,
        &versions,
        base::instant::wall() as _
    )
    .fetch_all(&mut *tx)
    .await?;
    let told: Vec<Hint> = hints
        .iter()
        .zip(numbers)
        .map(|(hint, given)| Hint {
            number: given.number,
            sequence: given.id,
            ..hint.clone()
        })
        .collect();
    let text = serde_json::to_string(&told).map_err(anyhow::Error::from)?;
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, text)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

async fn forget(kernel: &Kernel) -> Result<()> {
    let mut tx = kernel.db.begin_system(None).await?;
    sqlx::query!(
        "delete from kernel.hint where told_at < $1",
        base::instant::wall().plus_seconds(-KEPT_SECONDS) as _
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes in what any process tells.
pub(crate) async fn take_in(kernel: Arc<Kernel>) {
    tokio::select! {
        () = kernel.shutdown.cancelled() => {}
        Err(error) = hear(&kernel) => tracing::warn!(key = "hints.failed", error = %error),
    }
}

/// Listens until that fails. Whenever it begins to, on whichever connection, it reads what was told
/// since the last hint that arrived, so nothing falls between two connections.
async fn hear(kernel: &Kernel) -> Result<()> {
    let mut renewal = tokio::time::interval(RENEWED);
    renewal.tick().await;
    begin(kernel).await?;
    let mut listener = listening(kernel).await?;
    catch_up(kernel).await?;
    loop {
        tokio::select! {
            received = listener.try_recv() => match received? {
                Some(notice) => take(kernel, notice.payload()).await?,
                // The connection was lost, and was made anew.
                None => catch_up(kernel).await?,
            },
            _ = renewal.tick() => {
                listener = listening(kernel).await?;
                catch_up(kernel).await?;
            }
        }
    }
}

async fn take(kernel: &Kernel, payload: &str) -> Result<()> {
    let hints: Vec<Hint> = serde_json::from_str(payload).unwrap_or_default();
    // A process of the version before tells no place, and another number: what it says is read.
    if hints.iter().any(|hint| hint.sequence == 0) {
        return catch_up(kernel).await;
    }
    for hint in hints {
        arrive(kernel, hint);
    }
    Ok(())
}

/// Places follow the order of commits: what comes by two ways is told once.
fn arrive(kernel: &Kernel, hint: Hint) {
    if kernel.live.last.fetch_max(hint.sequence, Ordering::Relaxed) < hint.sequence {
        kernel.live.arrived(hint);
    }
}

/// Begins with what is told from now on, unless it has begun before.
async fn begin(kernel: &Kernel) -> Result<()> {
    if kernel.live.last.load(Ordering::Relaxed) >= 0 {
        return Ok(());
    }
    let mut tx = kernel.db.begin_system(None).await?;
    let last = sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "last!" from kernel.hint"#)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    kernel.live.last.store(last, Ordering::Relaxed);
    Ok(())
}

/// Reads what was told since the last hint that arrived, as far as it is kept. Streams that had to
/// hear more at once than they can ask for it themselves.
async fn catch_up(kernel: &Kernel) -> Result<()> {
    loop {
        let mut tx = kernel.db.begin_system(None).await?;
        let hints = sqlx::query_as!(
            Hint,
            "select number, id as sequence, account_id as account, kind, record_id as id, version
             from kernel.hint where id > $1 order by id limit $2",
            kernel.live.last.load(Ordering::Relaxed),
            READ_MOST
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let is_all = i64::try_from(hints.len()).is_ok_and(|read| read < READ_MOST);
        for hint in hints {
            arrive(kernel, hint);
        }
        if is_all {
            return Ok(());
        }
    }
}

async fn listening(kernel: &Kernel) -> sqlx::Result<sqlx::postgres::PgListener> {
    let mut listener = kernel.db.listener().await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// What an account missed.
#[derive(Debug)]
pub struct Missed {
    /// The hints after the one it heard last, in order.
    pub hints: Vec<Hint>,
    /// The number of the account's newest hint, for whoever begins now.
    pub newest: i64,
    /// Whether some of what was told in between may be forgotten: ask for everything again.
    pub has_gap: bool,
}

/// What was told to an account after hint `after`; nothing but the newest number without one.
///
/// # Errors
/// The database's.
pub async fn missed(kernel: &Kernel, account: Uuid, after: Option<i64>) -> Result<Missed> {
    let mut tx = kernel.db.begin_system(None).await?;
    let known = sqlx::query!(
        r#"select coalesce((select last from kernel.hint_counter where account_id = $1), 0) as "newest!",
                  (select min(number) from kernel.hint where account_id = $1 and number > 0) as oldest"#,
        account
    )
    .fetch_one(&mut *tx)
    .await?;
    let mut hints = vec![];
    let mut has_gap = false;
    if let Some(after) = after {
        hints = sqlx::query_as!(
            Hint,
            r#"select number, id as sequence, account_id as account, kind, record_id as id, version
               from kernel.hint where account_id = $1 and number > $2 order by number limit $3"#,
            account,
            after,
            REPLAYED_MOST + 1
        )
        .fetch_all(&mut *tx)
        .await?;
        // Forgotten since, or never given out here: a number of before a restored backup.
        let oldest = known.oldest.unwrap_or(known.newest + 1);
        has_gap = (after < known.newest && after + 1 < oldest)
            || after > known.newest
            || i64::try_from(hints.len()).unwrap_or(i64::MAX) > REPLAYED_MOST;
        if has_gap {
            hints.clear();
        }
    }
    tx.commit().await?;
    Ok(Missed {
        newest: known.newest,
        hints,
        has_gap,
    })
}
