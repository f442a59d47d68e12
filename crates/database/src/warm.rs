//! Connections between two transactions. sqlx proves a connection by a round trip each time the
//! pool takes it back; one whose commit was answered this moment needs no proof, so it waits here
//! for the next transaction. Whatever ends otherwise goes back through the pool and is proven.

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Executor, PgConnection, PgPool, Postgres, SqlStr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Unused for so long, a connection goes back to the pool, which closes those it does not need.
const UNUSED: Duration = Duration::from_secs(1);
/// A server that hangs is not waited for longer when a connection is handed to the pool.
const HANDING: Duration = Duration::from_secs(1);
/// So long at most a connection stays away from the pool, which knows how old it may become.
const AWAY: Duration = Duration::from_secs(15);

/// What sqlx takes for one long transaction: whenever it is dropped, an undoing is the next thing
/// that is said on it. So a caller that goes away in the middle of a beginning leaves nothing open.
type Open = sqlx::Transaction<'static, Postgres>;

/// The connections of one pool that wait outside it, and who may hold one.
pub(crate) struct Warm {
    /// As many as the pool has: who has a place finds a connection here or gets one of the pool.
    places: Arc<Semaphore>,
    kept: Mutex<Vec<Kept>>,
    patience: Duration,
}

struct Kept {
    open: Open,
    taken: Instant,
    since: Instant,
}

impl Warm {
    /// For a pool of `max` connections, for one of which a caller waits `patience`.
    pub(crate) fn new(max: u32, patience: Duration) -> Arc<Self> {
        let warm = Arc::new(Self {
            places: Arc::new(Semaphore::new(usize::try_from(max).unwrap_or(usize::MAX))),
            kept: Mutex::default(),
            patience,
        });
        tokio::spawn(tend(Arc::downgrade(&warm)));
        warm
    }

    /// How many wait here.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().len()
    }

    /// Nobody gets a place any more, and what waits here goes back to the pool.
    pub(crate) async fn close(&self) {
        self.places.close();
        let all = std::mem::take(&mut *self.lock());
        for one in all {
            release(one).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        // Nothing under the lock can stop half-way.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Warm {
    fn drop(&mut self) {
        let all = std::mem::take(&mut *self.lock());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            for one in all {
                runtime.spawn(release(one));
            }
        } else {
            // The pool could not take them back without a runtime; the process ends here.
            std::mem::forget(all);
        }
    }
}

/// Gives back what nobody uses, for as long as there is somebody to use it.
async fn tend(warm: Weak<Warm>) {
    loop {
        tokio::time::sleep(UNUSED).await;
        let Some(warm) = warm.upgrade() else { return };
        let unused: Vec<Kept> = {
            let mut kept = warm.lock();
            kept.extract_if(.., |one| one.since.elapsed() >= UNUSED)
                .collect()
        };
        drop(warm);
        for one in unused {
            release(one).await;
        }
    }
}

/// Hands a connection to its pool. There must be something to undo, or the server warns.
async fn release(mut kept: Kept) {
    let _ = tokio::time::timeout(HANDING, kept.open.execute("begin")).await;
}

/// A connection with a transaction open on it. Dropped, it is undone by the pool.
pub(crate) struct Lease {
    open: Open,
    taken: Instant,
    /// Where it goes after a commit; a connection of the reserve always goes back to its pool.
    home: Option<(Arc<Warm>, OwnedSemaphorePermit)>,
}

impl Lease {
    /// Begins with `statement` on a connection of `pool`, or on one that waits in `warm`.
    pub(crate) async fn begin(
        pool: &PgPool,
        warm: Option<&Arc<Warm>>,
        statement: SqlStr,
    ) -> sqlx::Result<Self> {
        let (home, kept, cold) = match warm {
            None => (None, None, Some(pool.acquire().await?)),
            // One patience for both: a place, and a connection that a hanging server may keep back.
            Some(warm) => {
                let found = tokio::time::timeout(warm.patience, async {
                    let place = warm.places.clone().acquire_owned().await;
                    let place = place.map_err(|_| sqlx::Error::PoolClosed)?;
                    let kept = warm.lock().pop();
                    let cold = match kept {
                        Some(_) => None,
                        None => Some(pool.acquire().await?),
                    };
                    Ok((Some((warm.clone(), place)), kept, cold))
                });
                found.await.unwrap_or(Err(sqlx::Error::PoolTimedOut))?
            }
        };
        if let Some(Kept { open, taken, .. }) = kept {
            let mut lease = Self { open, taken, home };
            sqlx::raw_sql(AssertSqlSafe(statement.as_str().to_owned()))
                .execute(&mut *lease.open)
                .await?;
            return Ok(lease);
        }
        let connection = cold.ok_or(sqlx::Error::PoolTimedOut)?;
        // In a task of its own: until it has begun, sqlx knows of nothing to undo, and a caller
        // that goes away meanwhile would hand back a connection with a transaction open.
        let open = tokio::spawn(sqlx::Transaction::begin(connection, Some(statement)))
            .await
            .unwrap_or(Err(sqlx::Error::WorkerCrashed))?;
        Ok(Self {
            open,
            taken: Instant::now(),
            home,
        })
    }

    /// Keeps what was done, and the connection for the next transaction.
    pub(crate) async fn commit(mut self) -> sqlx::Result<()> {
        let Some((warm, place)) = self.home.take() else {
            return self.open.commit().await;
        };
        if self.taken.elapsed() >= AWAY {
            return self.open.commit().await;
        }
        self.open.execute("commit").await?;
        let Self { open, taken, .. } = self;
        let since = Instant::now();
        let mut kept = warm.lock();
        // Who closes the pool takes all that is here once, and must find it.
        if warm.places.is_closed() {
            drop(kept);
            release(Kept { open, taken, since }).await;
        } else {
            kept.push(Kept { open, taken, since });
            drop(kept);
        }
        // Only now: who gets the place looks here first.
        drop(place);
        Ok(())
    }

    /// Undoes what was done.
    pub(crate) async fn rollback(self) -> sqlx::Result<()> {
        self.open.rollback().await
    }
}

impl Deref for Lease {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.open
    }
}
impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.open
    }
}
