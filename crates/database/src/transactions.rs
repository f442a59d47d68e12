//! The one place where transactions begin.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    AssertSqlSafe, PgPool, SqlSafeStr,
    postgres::{PgListener, PgPoolOptions},
};
use uuid::Uuid;

use crate::{
    access::Access,
    limit,
    open::{self, Transaction},
    roles::code_of,
    warm::{Lease, Warm},
};

/// How long a beginning transaction outlives a restart of the database server.
const RESTART: Duration = Duration::from_secs(8);

/// The pool of a process. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Database {
    /// For figures and for closing. A statement run on it directly has the login role, which may
    /// read nothing: begin a transaction instead.
    pub pool: PgPool,
    /// Connections of the pool between two transactions.
    warm: Arc<Warm>,
    /// One connection (two at most) beside the pool, which requests never take: health, the
    /// heartbeats of running work, and the ending of statements nobody waits for any more.
    reserve: PgPool,
    access: Access,
    app: String,
    system: String,
    owner: String,
    snapshot: String,
}

/// How much of the pool is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The most connections there may be.
    pub max: u32,
    /// Open connections.
    pub open: u32,
    /// Open connections that nobody uses.
    pub idle: u32,
}

impl Database {
    pub(crate) fn new(pool: PgPool, reserve: PgPool, access: Access, session: String) -> Self {
        let names = access.names();
        Self {
            app: format!("begin; set local role {}{session}", names.app()),
            system: format!("begin; set local role {}{session}", names.system()),
            owner: format!("begin; set local role {}{session}", names.owner()),
            snapshot: format!(
                "begin isolation level repeatable read, read only; set local role {}{session}; set local statement_timeout = 0",
                names.system()
            ),
            warm: Warm::new(
                pool.options().get_max_connections(),
                pool.options().get_acquire_timeout(),
            ),
            pool,
            reserve,
            access,
        }
    }

    /// Begins a transaction as the application inside one workspace; row-level security shows
    /// nothing of any other, and no workspace's rows at all for `None`. One round trip.
    ///
    /// # Errors
    /// `PoolTimedOut` when no connection became free in five seconds; a lost connection only after
    /// it was replaced in vain; `Configuration` when the role cannot be taken.
    pub async fn begin_app(&self, workspace: Option<Uuid>) -> sqlx::Result<Transaction> {
        // Only an id is ever formatted here: `set` takes no parameters.
        let workspace = workspace.map(|id| id.to_string()).unwrap_or_default();
        self.begin(&format!(
            "{}; set local app.workspace = '{workspace}'",
            self.app
        ))
        .await
    }

    /// Begins a transaction that cannot write, as the application inside one workspace. End it with
    /// [`Transaction::leave`]. With `planned_once` its statements keep one plan for all values:
    /// right for records looked up by their ids, whose planning costs more than their reading.
    ///
    /// # Errors
    /// As [`Database::begin_app`].
    pub async fn begin_read(
        &self,
        workspace: Option<Uuid>,
        planned_once: bool,
    ) -> sqlx::Result<Transaction> {
        let workspace = workspace.map(|id| id.to_string()).unwrap_or_default();
        let plans = if planned_once {
            "; set local plan_cache_mode = force_generic_plan"
        } else {
            ""
        };
        self.begin(&format!(
            "{}; set local app.workspace = '{workspace}'; set transaction read only{plans}",
            self.app
        ))
        .await
    }

    /// Begins a transaction as the system: workers, lookup of sessions and keys, over all
    /// workspaces. The workspace is the one in which ledger postings act, if any. One round trip.
    ///
    /// # Errors
    /// As [`Database::begin_app`].
    pub async fn begin_system(&self, workspace: Option<Uuid>) -> sqlx::Result<Transaction> {
        let workspace = workspace.map(|id| id.to_string()).unwrap_or_default();
        self.begin(&format!(
            "{}; set local app.workspace = '{workspace}'",
            self.system
        ))
        .await
    }

    /// Begins a transaction as the owner of the schemas: installation and maintenance only.
    ///
    /// # Errors
    /// As [`Database::begin_app`].
    pub async fn begin_owner(&self) -> sqlx::Result<Transaction> {
        self.begin(&self.owner).await
    }

    /// Begins a read-only transaction of the system that sees one moment throughout, without a
    /// limit on the time of its statements: proofs and exports.
    ///
    /// # Errors
    /// As [`Database::begin_app`].
    pub async fn begin_snapshot(&self) -> sqlx::Result<Transaction> {
        self.begin(&self.snapshot).await
    }

    /// Begins a transaction of the system on the reserved connection, which is there when the pool
    /// is exhausted. For a few short statements only: health and heartbeats.
    ///
    /// # Errors
    /// As [`Database::begin_app`], after two seconds.
    pub async fn begin_reserved(&self) -> sqlx::Result<Transaction> {
        let statement = format!("{}; set local app.workspace = ''", self.system);
        self.begin_on(&self.reserve, None, statement).await
    }

    /// The same as the owner of the schemas: whether the schema is ours is part of health.
    pub(crate) async fn begin_reserved_owner(&self) -> sqlx::Result<Transaction> {
        self.begin_on(&self.reserve, None, self.owner.clone()).await
    }

    /// A connection of its own (direct to the server, past a pooler) for notices.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn listener(&self) -> sqlx::Result<PgListener> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_with(self.access.direct())
            .await?;
        PgListener::connect_with(&pool).await
    }

    /// How this database is reached.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// How much of the pool is used.
    pub fn usage(&self) -> Usage {
        Usage {
            max: self.pool.options().get_max_connections(),
            open: self.pool.size(),
            idle: u32::try_from(self.pool.num_idle() + self.warm.waiting()).unwrap_or(u32::MAX),
        }
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(&self) {
        self.warm.close().await;
        self.pool.close().await;
        self.reserve.close().await;
    }

    async fn begin(&self, statement: &str) -> sqlx::Result<Transaction> {
        self.begin_on(&self.pool, Some(&self.warm), statement.to_owned())
            .await
    }

    async fn begin_on(
        &self,
        pool: &PgPool,
        warm: Option<&Arc<Warm>>,
        statement: String,
    ) -> sqlx::Result<Transaction> {
        let mark = open::mark();
        // Without a limit of its own the session's holds, and the server is told nothing.
        let limit = match limit::of_statements() {
            Some(limit) if !statement.ends_with("statement_timeout = 0") => {
                format!("; set local statement_timeout = {}", limit.as_millis())
            }
            _ => String::new(),
        };
        let statement = AssertSqlSafe(format!(
            "{statement}; set local application_name = '{mark}'{limit}"
        ))
        .into_sql_str();
        let began = Instant::now();
        let patience = limit::patience();
        let restart = patience.map_or(RESTART, |patience| patience.min(RESTART));
        let mut lost = 0_u32;
        loop {
            let begin = Lease::begin(pool, warm, statement.clone());
            let begun = match patience {
                None => begin.await,
                // A server that hangs answers neither with a connection nor on one.
                Some(patience) => {
                    let left = patience.saturating_sub(began.elapsed());
                    tokio::time::timeout(left, begin)
                        .await
                        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
                }
            };
            let error = match begun {
                Ok(begun) => {
                    limit::waited(began.elapsed());
                    return Ok(Transaction::new(begun, mark, self.reserve.clone()));
                }
                Err(error) => error,
            };
            if !is_lost(&error) || began.elapsed() > restart {
                limit::waited(began.elapsed());
                return Err(self.explain(error));
            }
            // After a restart each connection of the pool is dead once: nothing has been done yet,
            // so the next one may try. Beyond that the server itself is away for the moment.
            lost += 1;
            if lost > pool.options().get_max_connections() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    fn explain(&self, error: sqlx::Error) -> sqlx::Error {
        match code_of(&error).as_deref() {
            Some("42501" | "22023" | "42704") => sqlx::Error::Configuration(
                format!(
                    "the database login cannot take the application's roles ({error}); run `guildhall migrate` or grant them to {}",
                    self.access.names().login()
                )
                .into(),
            ),
            _ => error,
        }
    }
}

/// Did the connection turn out to be dead, or the server to be just stopping or starting?
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        _ => code_of(error).is_some_and(|code| {
            code.starts_with("08")
                || matches!(
                    code.as_str(),
                    "57P01" | "57P02" | "57P03" | "57P05" | "25P03"
                )
        }),
    }
}
