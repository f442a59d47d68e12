//! The reference: an axum route that runs the same statements on plain connections, without
//! session, workspace, rights, limits or policies, decodes every row, and writes the same bytes.

use crate::{capture, http, world::World};
use anyhow::{Context, Result};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base::Instant;
use serde_json::{Value, json};
use sqlx::{
    AssertSqlSafe, Column, PgPool, Row, TypeInfo, ValueRef,
    postgres::{PgPoolOptions, PgRow},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};
use uuid::Uuid;

/// A running reference; ended when dropped.
pub struct Bare {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Bare {
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Starts the reference of a request: what it reads, and what it was answered with.
    pub async fn start(world: &World<'_>, request: &[u8]) -> Result<(Self, usize)> {
        let statements = capture::reads(world, request).await?;
        let answer = http::Connection::open(world.served.address)
            .await?
            .ask(request)
            .await?;
        anyhow::ensure!(
            answer.status == 200,
            "the request is answered with {}",
            answer.status
        );
        let length = answer.body.len();
        let folder = world.folder.path();
        fs::write(folder.join("bare.body"), &answer.body)?;
        let plan = json!({
            "socket": world.socket.to_string_lossy(), "workspace": world.workspace, "statements": statements,
            "kind": answer.kind, "body": folder.join("bare.body").to_string_lossy(),
        });
        let path = folder.join("bare.json");
        fs::write(&path, serde_json::to_vec(&plan)?)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("bare")
            .arg(&path)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut first = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut first)?;
        let address = first
            .trim()
            .parse()
            .context("the reference says where it listens")?;
        Ok((
            Self { child, address },
            statements.len() * 1_000_000 + length,
        ))
    }
}

struct Plan {
    pool: PgPool,
    statements: Vec<String>,
    kind: String,
    body: Vec<u8>,
}

/// Serves a plan until killed.
pub async fn serve(plan: &Path) -> Result<()> {
    let plan: Value = serde_json::from_slice(&fs::read(plan)?)?;
    let text = |name: &str| {
        plan[name]
            .as_str()
            .map(str::to_owned)
            .with_context(|| format!("{name} is missing"))
    };
    let options = crate::world::plain(Path::new(&text("socket")?), &text("workspace")?);
    let pool = PgPoolOptions::new()
        .max_connections(20)
        .min_connections(2)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    let statements = plan["statements"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|s| Some(s.as_str()?.to_owned()))
        .collect();
    let state = Arc::new(Plan {
        pool,
        statements,
        kind: text("kind")?,
        body: fs::read(text("body")?)?,
    });
    let router = Router::new().fallback(get(answer)).with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn answer(State(plan): State<Arc<Plan>>) -> Response {
    match read(&plan).await {
        Ok(()) => (
            StatusCode::OK,
            [(header::CONTENT_TYPE, plan.kind.clone())],
            plan.body.clone(),
        )
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
    }
}

async fn read(plan: &Plan) -> Result<()> {
    let mut connection = plan.pool.acquire().await?;
    for statement in &plan.statements {
        let rows = sqlx::query(AssertSqlSafe(statement.clone()))
            .fetch_all(&mut *connection)
            .await?;
        let decoded: Vec<Value> = rows.iter().map(decode).collect::<Result<_>>()?;
        std::hint::black_box(serde_json::to_vec(&decoded)?);
    }
    Ok(())
}

fn decode(row: &PgRow) -> Result<Value> {
    let mut object = serde_json::Map::new();
    for (at, column) in row.columns().iter().enumerate() {
        let value = if row.try_get_raw(at)?.is_null() {
            Value::Null
        } else {
            match column.type_info().name() {
                "UUID" => json!(row.try_get::<Uuid, _>(at)?),
                "INT4" => json!(row.try_get::<i32, _>(at)?),
                "INT8" => json!(row.try_get::<i64, _>(at)?),
                "BOOL" => json!(row.try_get::<bool, _>(at)?),
                "TIMESTAMPTZ" => json!(row.try_get::<Instant, _>(at)?),
                "TEXT[]" => json!(row.try_get::<Vec<String>, _>(at)?),
                "JSONB" => row.try_get::<Value, _>(at)?,
                "TEXT" | "VARCHAR" | "NAME" => json!(row.try_get::<String, _>(at)?),
                other => anyhow::bail!("the reference does not read columns of the type {other}"),
            }
        };
        object.insert(column.name().to_owned(), value);
    }
    Ok(Value::Object(object))
}
