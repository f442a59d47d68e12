//! How to reach the database: over the private cluster's socket or at `DATABASE_URL`.

use std::{
    path::Path,
    str::FromStr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};

use crate::{
    roles::{self, Names, SUPERUSER, code_of, quoted},
    transactions::Database,
};

/// The database of a private cluster.
const DATABASE: &str = "guildhall";

/// What every session of ours begins with, however it reaches the server.
const SESSION: [(&str, &str); 2] = [
    ("statement_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "30s"),
];
/// On a network a dead peer is noticed within about a minute.
const KEEPALIVE: [(&str, &str); 3] = [
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
];

/// How many connections a process keeps.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// The most connections; callers above wait up to five seconds.
    pub max: u32,
    /// Kept open even when idle.
    pub min: u32,
    /// An idle connection above `min` is closed after this.
    pub idle: Duration,
    /// Any connection is replaced after this.
    pub lifetime: Duration,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self {
            max: 20,
            min: 2,
            idle: Duration::from_secs(600),
            lifetime: Duration::from_secs(30 * 60),
        }
    }
}

/// Where the database is and under which names we use it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Access {
    /// For the pool: perhaps by way of a pooler.
    ordinary: PgConnectOptions,
    /// To the server itself: migrations, listening.
    direct: PgConnectOptions,
    /// As the role that may make roles and databases.
    admin: PgConnectOptions,
    names: Names,
    database: String,
    private: bool,
    pooled: bool,
}

impl Access {
    pub(crate) fn to_socket(run: &Path, names: Names) -> Self {
        let socket = PgConnectOptions::new_without_pgpass()
            .socket(run)
            .port(5432)
            .ssl_mode(PgSslMode::Disable)
            .application_name("guildhall");
        let login = socket.clone().username(&names.login()).database(DATABASE);
        Self {
            ordinary: login.clone(),
            direct: login,
            admin: socket.username(SUPERUSER).database("postgres"),
            names,
            database: DATABASE.to_owned(),
            private: true,
            pooled: false,
        }
    }

    /// Access to a server of the operator's (`DATABASE_URL`). Where that names a pooler,
    /// `direct` (`GUILDHALL_DATABASE_DIRECT_URL`) names the server itself.
    ///
    /// # Errors
    /// When an address cannot be read or names no database. The addresses are not repeated, since
    /// they may hold passwords.
    pub fn to_server(url: &str, direct: Option<&str>, names: Names) -> Result<Self> {
        let read = |url: &str, name: &str| {
            Some(url)
                .filter(|url| url.starts_with("postgres://") || url.starts_with("postgresql://"))
                .and_then(|url| PgConnectOptions::from_str(url).ok())
                .with_context(|| {
                    format!("{name} is not an address like postgres://user:password@host/database")
                })
        };
        let ordinary = read(url, "DATABASE_URL")?.application_name("guildhall");
        let admin = match direct {
            Some(direct) => {
                read(direct, "GUILDHALL_DATABASE_DIRECT_URL")?.application_name("guildhall")
            }
            None => ordinary.clone(),
        };
        let database = ordinary.get_database().unwrap_or_default().to_owned();
        ensure!(!database.is_empty(), "DATABASE_URL names no database");
        // A stronger role is laid down at once; where there is a pooler in between, which refuses
        // such options, each transaction still takes a role of ours before it does anything.
        let step_down = [("role", names.login())];
        let pooled = direct.is_some();
        let ordinary = if pooled {
            ordinary.extra_float_digits(None)
        } else {
            ordinary.options(step_down.clone()).options(KEEPALIVE)
        };
        let direct = admin.clone().options(step_down).options(KEEPALIVE);
        Ok(Self {
            ordinary,
            direct,
            admin,
            names,
            database,
            private: false,
            pooled,
        })
    }

    /// The same server, another database on it.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut access = self.clone();
        access.ordinary = access.ordinary.database(name);
        access.direct = access.direct.database(name);
        if !access.private {
            access.admin = access.admin.database(name);
        }
        name.clone_into(&mut access.database);
        access
    }

    /// The names of the roles.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The name of the database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Makes what is missing before migrations can run: the roles and, in a private cluster, the
    /// database. Changes nothing when all is there.
    ///
    /// # Errors
    /// When the server cannot be reached, or when the role of `DATABASE_URL` may not make the
    /// roles: then the sentence contains the SQL that an administrator must run.
    pub async fn prepare(&self) -> Result<()> {
        let mut admin = self.admin().await?;
        roles::ensure_roles(&mut admin, &self.names, &self.database).await?;
        if self.private {
            let exists: bool =
                sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                    .bind(&self.database)
                    .fetch_one(&mut admin)
                    .await?;
            if !exists {
                self.create(&mut admin, &self.database, None).await?;
            }
        }
        admin.close().await?;
        Ok(())
    }

    /// Opens the pool. The roles must exist (see [`Access::prepare`]).
    ///
    /// # Errors
    /// When the settings contradict each other, the server cannot be reached within five seconds,
    /// or the role of `DATABASE_URL` may not become the login role.
    pub async fn connect(&self, settings: PoolSettings) -> Result<Database> {
        ensure!(
            settings.max >= 1 && settings.min <= settings.max,
            "the pool's minimum ({}) must not be above its maximum ({}), which must be at least 1",
            settings.min,
            settings.max
        );
        let options = if self.pooled {
            self.ordinary.clone()
        } else {
            self.ordinary.clone().options(SESSION)
        };
        // Opened when first asked for: a command that needs no health has none.
        let reserve = PgPoolOptions::new()
            .max_connections(2)
            .min_connections(0)
            .acquire_timeout(Duration::from_secs(2))
            .max_lifetime(settings.lifetime)
            .idle_timeout(settings.idle)
            .test_before_acquire(false)
            .connect_lazy_with(options.clone());
        let pool = PgPoolOptions::new()
            .max_connections(settings.max)
            .min_connections(settings.min)
            .acquire_timeout(Duration::from_secs(5))
            .max_lifetime(settings.lifetime)
            .idle_timeout(settings.idle)
            .test_before_acquire(false)
            .connect_with(options)
            .await
            .map_err(|error| self.explain(error))?;
        let prologue = if self.pooled {
            SESSION
                .map(|(name, value)| format!("; set local {name} = '{value}'"))
                .concat()
        } else {
            String::new()
        };
        Ok(Database::new(pool, reserve, self.clone(), prologue))
    }

    /// A connection of its own to the server itself (never a pooler) as the owner of the schemas,
    /// without a limit on the time of statements. For migrations.
    pub(crate) async fn owner_connection(&self) -> Result<PgConnection> {
        self.direct
            .clone()
            .options([
                ("role", self.names.owner().as_str()),
                ("lock_timeout", "5s"),
                ("statement_timeout", "0"),
            ])
            .connect()
            .await
            .map_err(|error| self.explain(error))
    }

    pub(crate) fn direct(&self) -> PgConnectOptions {
        self.direct.clone()
    }

    /// The address for checked queries: everything visible, as the owner.
    ///
    /// # Errors
    /// When this is not a private cluster.
    pub fn check_url(&self) -> Result<String> {
        ensure!(
            self.private,
            "only a private cluster is used for checking queries"
        );
        let socket = self
            .direct
            .get_socket()
            .context("a private cluster has a socket")?;
        let socket = socket
            .to_str()
            .context("the folder's name is not text")?
            .replace('%', "%25")
            .replace('/', "%2F");
        Ok(format!(
            "postgres://{}@{socket}/{}?options=-c%20role%3D{}",
            self.names.login(),
            self.database,
            self.names.owner()
        ))
    }

    /// Makes a database that the owner role owns, as a copy of `template` where one is given.
    /// For tests: a copy of a migrated database takes a fraction of a second.
    ///
    /// # Errors
    /// When the name is taken, or the template is in use for more than ten seconds.
    pub async fn create_database(&self, name: &str, template: Option<&str>) -> Result<()> {
        let mut admin = self.admin().await?;
        self.create(&mut admin, name, template).await?;
        admin.close().await?;
        Ok(())
    }

    /// Drops a database, ending whatever is connected to it. Nothing happens when there is none.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub async fn drop_database(&self, name: &str) -> Result<()> {
        let mut admin = self.admin().await?;
        run(
            &mut admin,
            format!("drop database if exists {} with (force)", quoted(name)),
        )
        .await?;
        admin.close().await?;
        Ok(())
    }

    async fn create(
        &self,
        admin: &mut PgConnection,
        name: &str,
        template: Option<&str>,
    ) -> Result<()> {
        let owner = self.names.owner();
        let database = quoted(name);
        let statement = match template {
            Some(template) => format!(
                // By files: page by page through the log costs several times as much.
                "create database {database} owner {owner} template {} strategy file_copy",
                quoted(template)
            ),
            None => format!(
                "create database {database} owner {owner} template template0 encoding 'UTF8'"
            ),
        };
        let began = Instant::now();
        while let Err(error) = run(admin, statement.clone()).await {
            // Another process was quicker (42P04, 23505); the template is just in use (55006).
            match code_of(&error).as_deref() {
                Some("42P04" | "23505") if self.private && name == DATABASE => break,
                Some("55006") if began.elapsed() < Duration::from_secs(10) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                _ => return Err(error).context(format!("make the database {name}")),
            }
        }
        run(
            admin,
            format!("revoke all on database {database} from public"),
        )
        .await?;
        run(
            admin,
            format!(
                "grant connect on database {database} to {}",
                self.names.login()
            ),
        )
        .await?;
        Ok(())
    }

    async fn admin(&self) -> Result<PgConnection> {
        self.admin
            .connect()
            .await
            .map_err(|error| self.explain(error))
    }

    fn explain(&self, error: sqlx::Error) -> anyhow::Error {
        let login = self.names.login();
        let hint = match code_of(&error).as_deref() {
            // The startup option names a role that is not there or that we may not take.
            Some("22023" | "42704" | "42501") => {
                format!(
                    "cannot become the role {login}: run `guildhall migrate`, or let an administrator grant {login} to the role of DATABASE_URL"
                )
            }
            Some("28000" | "28P01") => "the database server refuses this login".to_owned(),
            _ if self.private => "cannot reach the private database".to_owned(),
            _ => "cannot reach the database server of DATABASE_URL".to_owned(),
        };
        anyhow::Error::new(error).context(hint)
    }
}

async fn run(connection: &mut PgConnection, statement: String) -> sqlx::Result<()> {
    sqlx::query(AssertSqlSafe(statement))
        .execute(connection)
        .await
        .map(drop)
}
