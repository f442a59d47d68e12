//! The database's own catalog: every table belongs to a workspace and is closed to the others,
//! money is whole numbers, foreign keys have indexes, search uses its index under its role.

mod bounds;
mod plans;

use crate::BIN;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::collections::BTreeSet;
use testkit::{Server, Setup};
use uuid::Uuid;

/// Tables without a workspace, and what the application's role may do to them.
const GLOBAL: [(&str, &str); 26] = [
    ("identity.account", ""),
    ("identity.device", ""),
    ("identity.guard", ""),
    ("identity.link", ""),
    ("identity.session", ""),
    ("kernel.clock", "SELECT"),
    ("kernel.hint", ""),
    ("kernel.hint_counter", ""),
    ("kernel.installation", "SELECT"),
    ("kernel.lease", ""),
    ("kernel.permission_relation", "SELECT"),
    ("kernel.process", ""),
    ("kernel.rate_counter", ""),
    ("kernel.rate_policy", ""),
    ("kernel.role_template", ""),
    ("kernel.role_template_permission", "SELECT"),
    ("kernel.schedule", ""),
    ("kernel.setting", ""),
    ("ledger.account_kind", "SELECT"),
    ("ledger.currency", "SELECT"),
    ("ledger.provider_cursor", ""),
    ("ledger.provider_event", ""),
    ("migration.applied", ""),
    ("notify.mail", "INSERT"),
    ("notify.mail_sink", ""),
    ("notify.suppression", ""),
];

async fn names(connection: &mut PgConnection, query: &'static str) -> BTreeSet<String> {
    let rows: Vec<String> = sqlx::query_scalar(query)
        .fetch_all(connection)
        .await
        .expect("the catalog answers");
    rows.into_iter().collect()
}

async fn database() -> (Server, database::Transaction) {
    let server = Setup::of(BIN).prepared().await;
    let tx = server.owner().await;
    (server, tx)
}

#[tokio::test]
async fn every_table_belongs_to_a_workspace_or_is_named_here() {
    let (_server, mut tx) = database().await;
    let unkeyed = names(
        &mut tx,
        "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and not exists (select from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
                           where i.indrelid = c.oid and i.indisprimary and a.attname = 'workspace_id')",
    )
    .await;
    let global: BTreeSet<String> = GLOBAL.iter().map(|(n, _)| (*n).to_owned()).collect();
    let strangers: Vec<_> = unkeyed.difference(&global).collect();
    assert!(
        strangers.is_empty(),
        "tables without workspace_id in their primary key: {strangers:?}"
    );
    let open = names(
        &mut tx,
        "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and (not c.relrowsecurity or not c.relforcerowsecurity
                or not exists (select from pg_policy p join pg_roles r on r.oid = any (p.polroles)
                               where p.polrelid = c.oid and r.rolname like '%\\_app' and p.polcmd = '*'
                                 and pg_get_expr(p.polqual, p.polrelid) like '%app.workspace%'
                                 and pg_get_expr(p.polwithcheck, p.polrelid) like '%app.workspace%'))",
    )
    .await;
    let strangers: Vec<_> = open.difference(&global).collect();
    assert!(
        strangers.is_empty(),
        "tables without forced row-level security and policy: {strangers:?}"
    );
}

#[tokio::test]
async fn global_tables_are_granted_only_what_is_named_here() {
    let (_server, mut tx) = database().await;
    for (table, granted) in GLOBAL {
        let rows = sqlx::query(
            "select string_agg(p, ',' order by p) as granted from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
             where to_regclass($1) is not null and has_table_privilege('guildhall_app', to_regclass($1), p)",
        )
        .bind(table)
        .fetch_one(&mut *tx)
        .await
        .expect("grants");
        let found: Option<String> = rows.get("granted");
        assert_eq!(
            found.unwrap_or_default(),
            granted,
            "{table} for the application"
        );
    }
    let loose = names(
        &mut tx,
        "select n.nspname || '.' || c.relname || ' ' || p from pg_class c join pg_namespace n on n.oid = c.relnamespace,
             unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
         where c.relkind in ('r', 'p', 'v') and n.nspname = 'ledger' and has_table_privilege('guildhall_app', c.oid, p)
           and c.relname in ('book', 'account', 'cause', 'transfer', 'transfer_rest', 'entry', 'entry_rest', 'delta', 'lot', 'lot_use', 'balance')",
    )
    .await;
    assert!(
        loose.is_empty(),
        "the application writes books only by the posting function: {loose:?}"
    );
    let history = names(
        &mut tx,
        "select n.nspname || '.' || c.relname || ' ' || p from pg_class c join pg_namespace n on n.oid = c.relnamespace,
             unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p
         where c.relkind in ('r', 'p') and c.relname ~ '^(audit|event)' and n.nspname = 'kernel' and has_table_privilege('guildhall_app', c.oid, p)",
    )
    .await;
    assert!(
        history.is_empty(),
        "audit and events are append-only for the application: {history:?}"
    );
}

#[tokio::test]
async fn money_is_whole_numbers_beside_a_currency() {
    let (_server, mut tx) = database().await;
    let wrong = names(
        &mut tx,
        "select table_schema || '.' || table_name || '.' || column_name || ' ' || data_type from information_schema.columns
         where table_schema in ('kernel', 'identity', 'people', 'ledger', 'files', 'notify', 'market')
           and (data_type in ('numeric', 'real', 'double precision', 'money')
                or (column_name like '%\\_minor' and data_type <> 'bigint'))",
    )
    .await;
    assert!(wrong.is_empty(), "{wrong:?}");
    let times = names(
        &mut tx,
        "select table_schema || '.' || table_name || '.' || column_name || ' ' || data_type from information_schema.columns
         where table_schema in ('kernel', 'identity', 'people', 'ledger', 'files', 'notify', 'market')
           and (data_type = 'timestamp without time zone' or column_default like '%now()%' or column_default like '%CURRENT_%')",
    )
    .await;
    assert!(
        times.is_empty(),
        "times come from the clocks, with their zone: {times:?}"
    );
}

#[tokio::test]
async fn every_foreign_key_has_an_index_that_begins_with_it() {
    let (_server, mut tx) = database().await;
    let bare = names(
        &mut tx,
        "select c.conrelid::regclass::text || ' ' || c.conname from pg_constraint c
         where c.contype = 'f' and c.conparentid = 0
           and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indpred is null
                           and (select array_agg(k order by k) from unnest((i.indkey::smallint[])[0:cardinality(c.conkey) - 1]) k)
                             = (select array_agg(k order by k) from unnest(c.conkey) k))
           and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indpred is null
                           and i.indkey[0] = c.conkey[1] and cardinality(c.conkey) = 1)",
    )
    .await;
    assert!(bare.is_empty(), "foreign keys without index: {bare:?}");
}

#[tokio::test]
async fn functions_with_definer_rights_are_pinned_and_views_ask_as_their_reader() {
    let (_server, mut tx) = database().await;
    let loose = names(
        &mut tx,
        "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname in ('kernel', 'identity', 'people', 'ledger', 'files', 'notify', 'market') and p.prosecdef
           and (not coalesce(p.proconfig::text like '%search_path=%', false)
                or has_function_privilege('public', p.oid, 'execute')
                or p.prosrc not like '%app.workspace%')",
    )
    .await;
    assert!(
        loose.is_empty(),
        "definer functions that are not pinned, open to all, or without workspace: {loose:?}"
    );
    let views = names(
        &mut tx,
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'v' and n.nspname in ('kernel', 'identity', 'people', 'ledger', 'files', 'notify', 'market')
           and not coalesce(c.reloptions::text like '%security_invoker=true%', false)",
    )
    .await;
    assert!(
        views.is_empty(),
        "views that read with their owner's rights: {views:?}"
    );
    let strong = names(&mut tx, "select rolname::text from pg_roles where rolname ~ '^guildhall_(login|owner|app|system|search|ledger)$' and (rolsuper or rolbypassrls)").await;
    assert!(strong.is_empty(), "{strong:?}");
}

#[tokio::test]
async fn the_application_sees_its_workspace_and_nothing_else() {
    let server = Setup::of(BIN).demo().prepared().await;
    let database = server.database().await;
    let mut owner = database.begin_owner().await.expect("the owner");
    let tables = names(
        &mut owner,
        "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and c.relrowsecurity and has_table_privilege('guildhall_app', c.oid, 'SELECT')
           and n.nspname in ('kernel', 'identity', 'people', 'ledger', 'files', 'notify', 'market')",
    )
    .await;
    let market: Uuid =
        sqlx::query_scalar("select workspace_id from kernel.workspace where slug = 'atelier'")
            .fetch_one(&mut *owner)
            .await
            .expect("the market workspace");
    let count = async |connection: &mut PgConnection, table: &str, filter: &str| -> i64 {
        sqlx::query_scalar(AssertSqlSafe(format!(
            "select count(*) from {table} where {filter}"
        )))
        .fetch_one(connection)
        .await
        .unwrap_or_else(|e| panic!("{table}: {e}"))
    };
    let mut filled = 0;
    let mut nobody = database.begin_app(None).await.expect("no workspace");
    let mut inside = database.begin_app(Some(market)).await.expect("the market");
    for table in &tables {
        let ours = count(&mut owner, table, &format!("workspace_id = '{market}'")).await;
        filled += i32::from(ours > 0);
        assert_eq!(
            count(&mut nobody, table, "true").await,
            0,
            "{table} without a workspace"
        );
        assert_eq!(
            count(&mut inside, table, "true").await,
            ours,
            "{table} inside its workspace"
        );
        assert_eq!(
            count(&mut inside, table, &format!("workspace_id <> '{market}'")).await,
            0,
            "{table} of others"
        );
    }
    assert!(
        filled >= 20,
        "only {filled} of {} tables have rows in the demo world",
        tables.len()
    );
    // Writing into another workspace is refused as well.
    let other: Uuid =
        sqlx::query_scalar("select workspace_id from kernel.workspace where slug = 'foundry'")
            .fetch_one(&mut *owner)
            .await
            .expect("another workspace");
    let smuggled = sqlx::query("insert into market.category (workspace_id, key, name_en, name_ar, position) values ($1, 'smuggled', 'a', 'a', 1)")
        .bind(other)
        .execute(&mut *inside)
        .await;
    assert!(
        smuggled.is_err_and(|e| e.to_string().contains("row-level security")),
        "a row of another workspace is refused"
    );
}
