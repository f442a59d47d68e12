//! Postings: the posting function through the program's pool, one transaction each, against the same
//! function run by pgbench.

use crate::{
    CONNECTIONS, ROUNDS, SECONDS,
    table::{Rounds, Table},
    world::World,
};
use anyhow::{Context, Result, ensure};
use base::Instant as At;
use sqlx::AssertSqlSafe;
use std::{
    fs,
    path::PathBuf,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Accounts on either side.
const ACCOUNTS: usize = 10_000;
/// Given to each account of the first side, minor units.
const ENOUGH: i64 = 1_000_000_000_000;

struct Accounts {
    from: Vec<Uuid>,
    to: Vec<Uuid>,
}

/// Compares the two.
pub async fn compare(world: &World<'_>, table: &mut Table) -> Result<()> {
    let accounts = Arc::new(accounts(world).await?);
    let script = script(world, &accounts)?;
    ours(world, &accounts, 1.0).await?;
    pgbench(world, &script, 1.0)?;
    let mut rounds = vec![];
    let mut spent = [0.0; 2];
    let mut count = [0.0; 2];
    for round in 0..ROUNDS {
        let mut rates = [0.0; 2];
        for side in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            let before = world.postgres_cpu();
            let began = Instant::now();
            rates[side] = if side == 0 {
                ours(world, &accounts, SECONDS).await?
            } else {
                pgbench(world, &script, SECONDS)?
            };
            count[side] += rates[side]
                * if side == 0 {
                    began.elapsed().as_secs_f64()
                } else {
                    SECONDS
                };
            spent[side] += world.postgres_cpu() - before;
        }
        rounds.push((rates[0], rates[1]));
    }
    table.compare(&Rounds {
        name: "ledger.post, one posting a transaction, 8 at once".to_owned(),
        reference: "the same function by pgbench, 8 clients".to_owned(),
        unit: "/s",
        rounds,
        cpu: None,
    });
    let per = |side: usize| spent[side] * 1e6 / count[side].max(1.0);
    table.figure(
        "PostgreSQL's CPU per posting through the pool; by pgbench",
        format!("{:.0} us; {:.0} us", per(0), per(1)),
    );
    Ok(())
}

/// Opens the accounts and gives the first side money, through the functions the program uses.
async fn accounts(world: &World<'_>) -> Result<Accounts> {
    let now = base::instant::wall();
    let mut tx = world.db.begin_app(Some(world.workspace)).await?;
    sqlx::query("set local statement_timeout = 0")
        .execute(&mut *tx)
        .await?;
    let book: Uuid = sqlx::query_scalar("select ledger.book_for('escrow', 'simulator', $1, $2)")
        .bind(world.workspace)
        .bind(base::id::new())
        .fetch_one(&mut *tx)
        .await?;
    let mut open = vec![];
    for kind in ["unapplied", "escrow"] {
        let fresh: Vec<Uuid> = (0..ACCOUNTS).map(|_| base::id::new()).collect();
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select ledger.account_for($1, $2, f, 'USD', $3, f) from unnest($4::uuid[]) f",
        )
        .bind(book)
        .bind(kind)
        .bind(now)
        .bind(&fresh)
        .fetch_all(&mut *tx)
        .await?;
        open.push(ids);
    }
    let clearing: Uuid =
        sqlx::query_scalar("select ledger.account_for($1, 'clearing', $2, 'USD', $3, $4)")
            .bind(book)
            .bind(world.workspace)
            .bind(now)
            .bind(base::id::new())
            .fetch_one(&mut *tx)
            .await?;
    let to = open.pop().context("accounts")?;
    let from = open.pop().context("accounts")?;
    let ids: Vec<Uuid> = from.iter().map(|_| base::id::new()).collect();
    let payments: Vec<Uuid> = from.iter().map(|_| base::id::new()).collect();
    sqlx::query(
        "select ledger.post('bench/fill', '\\x00', $1, $2, array_fill('capture'::text, array[cardinality($2)]), array_fill($3::uuid, array[cardinality($2)]),
                $4, array_fill($5::bigint, array[cardinality($2)]), $6, array_fill(null::timestamptz, array[cardinality($2)]))",
    )
    .bind(now)
    .bind(&ids)
    .bind(clearing)
    .bind(&from)
    .bind(ENOUGH)
    .bind(&payments)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Accounts { from, to })
}

async fn ours(world: &World<'_>, accounts: &Arc<Accounts>, seconds: f64) -> Result<f64> {
    let began = Instant::now();
    let until = began + Duration::from_secs_f64(seconds);
    let mut tasks = vec![];
    for worker in 0..CONNECTIONS {
        let (db, accounts, workspace) = (world.db.clone(), accounts.clone(), world.workspace);
        tasks.push(tokio::spawn(async move {
            let mut done = 0_u32;
            let mut seed = worker as u64 + began.elapsed().subsec_nanos() as u64;
            while Instant::now() < until {
                let mut pick = || {
                    seed = seed
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    usize::try_from(seed >> 33).unwrap_or(0) % ACCOUNTS
                };
                let (from, to, id) = (accounts.from[pick()], accounts.to[pick()], base::id::new());
                let mut tx = db.begin_app(Some(workspace)).await?;
                let posted: bool = sqlx::query_scalar(
                    "select ledger.post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                )
                .bind(format!("bench.fund/{id}"))
                .bind(id.as_bytes().as_slice())
                .bind(base::instant::wall())
                .bind([id].as_slice())
                .bind(["fund".to_owned()].as_slice())
                .bind([from].as_slice())
                .bind([to].as_slice())
                .bind([100_i64].as_slice())
                .bind([None::<Uuid>].as_slice())
                .bind([None::<At>].as_slice())
                .fetch_one(&mut *tx)
                .await?;
                tx.commit().await?;
                ensure!(posted, "a posting was known");
                done += 1;
            }
            Ok(done)
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await??;
    }
    Ok(f64::from(done) / began.elapsed().as_secs_f64())
}

fn script(world: &World<'_>, accounts: &Accounts) -> Result<PathBuf> {
    // pgbench picks by number: a table of its own says which account that is.
    let mut sql = String::from("\\set a random(1, 10000)\n\\set b random(1, 10000)\n");
    // A time-ordered id as the program makes them; a random one would wander over the index.
    sql.push_str(
        "select ledger.post('bench.fund/' || i.id, decode(replace(i.id::text, '-', ''), 'hex'), clock_timestamp(), array[i.id], array['fund'], array[f.from_id], array[f.to_id],
         array[100::bigint], array[null::uuid], array[null::timestamptz])
         from (select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || substr(md5(random()::text), 1, 20))::uuid as id) i,
              (select (select account_id from bench.account where side = 'from' and n = :a) as from_id,
                      (select account_id from bench.account where side = 'to' and n = :b) as to_id) f;\n",
    );
    let path = world.folder.path().join("post.sql");
    fs::write(&path, sql)?;
    let bare = world.bare.clone();
    let rows: Vec<(String, i32, Uuid)> = [("from", &accounts.from), ("to", &accounts.to)]
        .into_iter()
        .flat_map(|(side, ids)| {
            ids.iter()
                .zip(1_i32..)
                .map(move |(id, n)| (side.to_owned(), n, *id))
        })
        .collect();
    tokio::task::block_in_place(|| {
        tokio::runtime::Handle::current().block_on(async move {
            for statement in [
                "create schema bench",
                "create table bench.account (side text, n integer, account_id uuid, primary key (side, n)) ",
                "grant usage on schema bench to guildhall_app",
                "grant select on bench.account to guildhall_app",
            ] {
                sqlx::query(AssertSqlSafe(statement)).execute(&bare).await?;
            }
            let (sides, numbers, ids) = (
                rows.iter().map(|r| r.0.clone()).collect::<Vec<_>>(),
                rows.iter().map(|r| r.1).collect::<Vec<_>>(),
                rows.iter().map(|r| r.2).collect::<Vec<_>>(),
            );
            sqlx::query("insert into bench.account select * from unnest($1::text[], $2::integer[], $3::uuid[])").bind(sides).bind(numbers).bind(ids).execute(&bare).await?;
            sqlx::query("analyze bench.account").execute(&bare).await?;
            anyhow::Ok(())
        })
    })?;
    Ok(path)
}

fn program() -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path().join("bin/pgbench"))
        .filter(|p| p.exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from("pgbench"))
}

fn pgbench(world: &World<'_>, script: &std::path::Path, seconds: f64) -> Result<f64> {
    let output = Command::new(program())
        .args([
            "-n",
            "-M",
            "prepared",
            "-c",
            &CONNECTIONS.to_string(),
            "-j",
            "2",
            "-T",
            &format!("{seconds:.0}"),
            "-f",
        ])
        .arg(script)
        .arg("-h")
        .arg(&world.socket)
        .args(["-U", "guildhall_login", "guildhall"])
        .env(
            "PGOPTIONS",
            format!("-c role=guildhall_app -c app.workspace={}", world.workspace),
        )
        .output()
        .context("pgbench runs")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        output.status.success(),
        "pgbench: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let rate = text.lines().find_map(|l| {
        l.strip_prefix("tps = ")?
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    });
    rate.with_context(|| format!("pgbench says no rate: {text}"))
}
