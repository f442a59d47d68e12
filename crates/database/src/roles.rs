//! The database roles and how they come to be.
//!
//! None is a superuser and none passes by row-level security. The process logs in as `login`, which
//! is granted nothing itself, and each transaction takes one of the other roles.

use anyhow::{Context, Result, bail, ensure};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

/// The superuser of a private cluster. Used over the socket to make roles and databases, never by
/// the running application.
pub const SUPERUSER: &str = "guildhall_bootstrap";

/// The names of the database roles: a prefix, so that two installations can share a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    prefix: String,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            prefix: "guildhall".to_owned(),
        }
    }
}

impl Names {
    /// Names with another prefix.
    ///
    /// # Errors
    /// When the prefix is not 1 to 40 lower-case letters, digits and `_`, or begins with a digit.
    pub fn new(prefix: &str) -> Result<Self> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        ensure!(
            (1..=40).contains(&prefix.len())
                && prefix.bytes().all(fits)
                && !prefix.as_bytes()[0].is_ascii_digit(),
            "the role prefix (GUILDHALL_ROLE_PREFIX) must be 1 to 40 lower-case letters, digits and _, not beginning with a digit"
        );
        Ok(Self {
            prefix: prefix.to_owned(),
        })
    }

    /// The prefix from `GUILDHALL_ROLE_PREFIX`, else `guildhall`.
    ///
    /// # Errors
    /// As [`Names::new`].
    pub fn from_env() -> Result<Self> {
        std::env::var("GUILDHALL_ROLE_PREFIX")
            .map_or_else(|_| Ok(Self::default()), |prefix| Self::new(&prefix))
    }

    /// Logs in and is granted nothing.
    pub fn login(&self) -> String {
        self.of("login")
    }
    /// Owns the schemas and migrates.
    pub fn owner(&self) -> String {
        self.of("owner")
    }
    /// Works for members, inside one workspace.
    pub fn app(&self) -> String {
        self.of("app")
    }
    /// Workers, lookup of sessions and keys, `check`.
    pub fn system(&self) -> String {
        self.of("system")
    }
    /// Owns the search functions.
    pub fn search(&self) -> String {
        self.of("search")
    }
    /// Owns the posting functions.
    pub fn ledger(&self) -> String {
        self.of("ledger")
    }

    fn of(&self, role: &str) -> String {
        format!("{}_{role}", self.prefix)
    }

    /// Replaces the default names in the text of a migration.
    pub(crate) fn rename(&self, sql: &str) -> String {
        let mut text = sql.to_owned();
        if *self != Self::default() {
            for role in ["login", "owner", "app", "system", "search", "ledger"] {
                text = text.replace(&format!("guildhall_{role}"), &self.of(role));
            }
        }
        text
    }

    fn all(&self) -> [String; 6] {
        [
            self.login(),
            self.owner(),
            self.app(),
            self.system(),
            self.search(),
            self.ledger(),
        ]
    }
}

/// Makes the roles and grants that are missing.
///
/// # Errors
/// When one of the roles is stronger than it may be, or when roles are missing and the connected
/// role may not make them: then the sentence contains the SQL that an administrator must run.
pub async fn ensure_roles(
    connection: &mut PgConnection,
    names: &Names,
    database: &str,
) -> Result<()> {
    refuse_strong(connection, names).await?;
    if missing(connection, names, database).await?.is_empty() {
        return Ok(());
    }
    let mut transaction = connection.begin().await?;
    // Roles belong to the whole server, and two processes may start at once.
    sqlx::query("select pg_advisory_xact_lock(7310579626)")
        .execute(&mut *transaction)
        .await?;
    let missing = missing(&mut transaction, names, database).await?;
    for statement in &missing {
        let done = sqlx::query(AssertSqlSafe(statement.clone()))
            .execute(&mut *transaction)
            .await;
        match done {
            Ok(_) => {}
            Err(error) if code_of(&error).is_some_and(|code| code == "42501") => bail!(
                "the database role of DATABASE_URL may not prepare the server; an administrator must run: {};",
                missing.join("; ")
            ),
            Err(error) => return Err(error).context(format!("run `{statement}`")),
        }
    }
    transaction.commit().await?;
    Ok(())
}

async fn refuse_strong(connection: &mut PgConnection, names: &Names) -> Result<()> {
    let strong: Vec<String> = sqlx::query_scalar(
        "select rolname::text from pg_roles
         where rolname = any($1) and (rolsuper or rolbypassrls) order by rolname",
    )
    .bind(names.all())
    .fetch_all(connection)
    .await?;
    ensure!(
        strong.is_empty(),
        "the role {} must not be a superuser nor bypass row-level security: run `alter role {} nosuperuser nobypassrls`",
        strong.join(", "),
        strong.first().map_or("", String::as_str)
    );
    Ok(())
}

/// The statements that are still to run, in their order.
async fn missing(
    connection: &mut PgConnection,
    names: &Names,
    database: &str,
) -> Result<Vec<String>> {
    let present: Vec<String> =
        sqlx::query_scalar("select rolname::text from pg_roles where rolname = any($1)")
            .bind(names.all())
            .fetch_all(&mut *connection)
            .await?;
    let mut statements = Vec::new();
    for role in names.all() {
        if !present.contains(&role) {
            let kind = if role == names.login() {
                "login noinherit"
            } else {
                "nologin"
            };
            statements.push(format!("create role {role} {kind}"));
        }
    }
    let row = sqlx::query(
        "select session_user::text as me, rolsuper from pg_roles where rolname = session_user",
    )
    .fetch_one(&mut *connection)
    .await?;
    let me: String = row.try_get("me")?;
    let mut memberships = vec![
        (names.login(), names.owner()),
        (names.login(), names.app()),
        (names.login(), names.system()),
        (names.owner(), names.search()),
        (names.owner(), names.ledger()),
    ];
    if me != names.login() && !row.try_get::<bool, _>("rolsuper")? {
        memberships.push((me, names.login()));
    }
    for (member, role) in memberships {
        let has = present.contains(&role)
            && sqlx::query_scalar(
                "select exists (select from pg_auth_members m
                     join pg_roles r on r.oid = m.roleid join pg_roles u on u.oid = m.member
                     where r.rolname = $2 and u.rolname = $1)",
            )
            .bind(&member)
            .bind(&role)
            .fetch_one(&mut *connection)
            .await?;
        if !has {
            statements.push(format!("grant {role} to {}", quoted(&member)));
        }
    }
    let may_create = present.contains(&names.owner())
        && present.contains(&names.login())
        && sqlx::query_scalar(
            "select has_database_privilege($1, d.oid, 'create') and has_database_privilege($2, d.oid, 'connect')
             from pg_database d where d.datname = $3",
        )
        .bind(names.owner())
        .bind(names.login())
        .bind(database)
        .fetch_optional(&mut *connection)
        .await?
        .unwrap_or(true);
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(database)
            .fetch_one(&mut *connection)
            .await?;
    if exists && !may_create {
        let database = quoted(database);
        statements.push(format!(
            "grant create, connect, temporary on database {database} to {}",
            names.owner()
        ));
        statements.push(format!(
            "grant connect on database {database} to {}",
            names.login()
        ));
    }
    Ok(statements)
}

/// A name as an SQL identifier.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// PostgreSQL's five-character code of an error, if it is one of its own.
pub fn code_of(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}
