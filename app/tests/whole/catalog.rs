//! The database's own catalog: every table belongs to a workspace and is closed to the others,
//! money is whole numbers, foreign keys have indexes, search uses its index under its role.

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
    let tx = server
        .database()
        .await
        .begin_owner()
        .await
        .expect("the owner");
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

/// Fills the market with projects, so that a plan shows what it will be.
async fn many_projects(connection: &mut PgConnection) -> Uuid {
    let workspace: Uuid =
        sqlx::query_scalar("select workspace_id from kernel.workspace where slug = 'atelier'")
            .fetch_one(&mut *connection)
            .await
            .expect("the market workspace");
    sqlx::query(
        "insert into market.project (workspace_id, id, owner_id, state, title, description, category, skills, budget_min_minor, budget_max_minor,
             currency, duration_days, level, visibility, words, created_at, published_at, expires_at)
         select $1, gen_random_uuid(), (select id from kernel.member where workspace_id = $1 order by id limit 1), 'open', 'Project ' || n, 'Words',
             (select key from market.category where workspace_id = $1 order by key limit 1), array['rust'], 1000, 2000, 'USD', 10, 'expert', 'public',
             to_tsvector('simple', 'project number' || n || case when n % 500 = 0 then ' rare' else ' common' end),
             timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2027-01-01'
         from generate_series(1, 30000) n",
    )
    .bind(workspace)
    .execute(&mut *connection)
    .await
    .expect("many projects");
    sqlx::query("analyze market.project")
        .execute(&mut *connection)
        .await
        .expect("analyze");
    workspace
}

#[tokio::test]
async fn search_and_lists_of_projects_use_their_indexes() {
    let server = Setup::of(BIN).demo().prepared().await;
    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    let workspace = many_projects(&mut tx).await;
    let body: String = sqlx::query_scalar(
        "select prosrc from pg_proc where oid = 'market.find_open_projects'::regproc",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("the search function");
    let mut query = body;
    for (name, value) in [
        ("p_query", "'rare'"),
        ("p_categories", "null::text[]"),
        ("p_min", "null::bigint"),
        ("p_max", "null::bigint"),
        ("p_level", "null::text"),
        ("p_signed_in", "true"),
        ("p_limit", "50"),
        ("p_country", "null::text"),
        ("p_zones", "null::text[]"),
        ("p_sort", "'newest'::text"),
        ("p_key", "null::bigint"),
        ("p_id", "null::uuid"),
        ("p_back", "false"),
        ("p_rank", "'rare'"),
        ("p_rating", "null::integer"),
        ("p_verified", "false"),
        ("p_now", "timestamptz '2026-01-01'"),
        ("market.project", "market.project"),
    ] {
        query = query.replace(name, value);
    }
    let setting = format!("set local app.workspace = '{workspace}'");
    sqlx::query(AssertSqlSafe(setting))
        .execute(&mut *tx)
        .await
        .expect("the workspace");
    sqlx::query("set local role guildhall_search")
        .execute(&mut *tx)
        .await
        .expect("the search role");
    let plan: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("explain {query}")))
        .fetch_all(&mut *tx)
        .await
        .expect("a plan");
    let plan = plan.join("\n");
    assert!(
        plan.contains("project_words"),
        "search uses its index as guildhall_search:\n{plan}"
    );
    assert!(!plan.contains("Seq Scan on project"), "{plan}");

    sqlx::query("set local role guildhall_app")
        .execute(&mut *tx)
        .await
        .expect("the application's role");
    let list = "explain select id from market.project where workspace_id = nullif(current_setting('app.workspace', true), '')::uuid
        and state = 'open' and visibility <> 'invite_only' order by published_at desc, id desc limit 51";
    let plan: Vec<String> = sqlx::query_scalar(list)
        .fetch_all(&mut *tx)
        .await
        .expect("a plan");
    let plan = plan.join("\n");
    assert!(
        plan.contains("project_open_newest") && !plan.contains("Sort"),
        "the list reads in index order as guildhall_app:\n{plan}"
    );
}

/// What no row may be, whoever writes it: table, change, and the constraint that says so.
const OUT_OF_BOUNDS: &[(&str, &str, &str)] = &[
    ("identity.account", "email = ''", "account_email_given"),
    (
        "identity.account",
        "display_name = ''",
        "account_display_name",
    ),
    ("identity.account", "state = 'asleep'", "account_state"),
    ("identity.account", "locale = 'xx'", "account_locale"),
    (
        "identity.session",
        "expires_at = created_at",
        "session_span",
    ),
    ("identity.session", "idle_seconds = 0", "session_span"),
    ("kernel.workspace", "name = ' '", "workspace_name_given"),
    ("kernel.workspace", "currency = 'usd'", "workspace_currency"),
    ("kernel.role", "key = ''", "role_key_given"),
    ("kernel.role", "session_cap = 0", "role_session_cap"),
    ("kernel.role", "idle_seconds = 60", "role_idle_seconds"),
    (
        "kernel.role",
        "absolute_seconds = 6000000",
        "role_absolute_seconds",
    ),
    (
        "kernel.role_permission",
        "hidden_fields = array['budget']",
        "role_permission_whole",
    ),
    ("kernel.rate_policy", "requests = 0", "rate_policy_requests"),
    ("kernel.member", "display_name = ''", "member_display_name"),
    ("kernel.member", "state = 'away'", "member_state"),
    (
        "market.project",
        "budget_min_minor = budget_max_minor + 1",
        "project_budget",
    ),
    ("market.project", "budget_min_minor = 0", "project_budget"),
    (
        "market.project",
        "hired = positions + 1",
        "project_positions",
    ),
    (
        "market.project",
        "visibility = 'secret'",
        "project_visibility",
    ),
    ("market.project", "title = ''", "project_title"),
    ("market.proposal", "bid_minor = 0", "proposal_bid"),
    ("market.proposal", "currency = ''", "proposal_currency_code"),
    (
        "market.proposal_milestone",
        "amount_minor = -1",
        "proposal_milestone_amount",
    ),
    (
        "market.contract",
        "currency = 'xx'",
        "contract_currency_code",
    ),
    (
        "market.contract",
        "freelancer_id = client_id",
        "contract_parties",
    ),
    ("market.contract", "title = ' '", "contract_title_given"),
    ("market.proposal", "state = 'maybe'", "proposal_state"),
    (
        "market.milestone",
        "currency = 'zzzz'",
        "milestone_currency_code",
    ),
    ("market.milestone", "amount_minor = 0", "milestone_amount"),
    ("market.milestone", "title = ''", "milestone_title_given"),
    ("ledger.payment", "amount_minor = 0", "payment_amount"),
    (
        "ledger.payment",
        "currency = 'Usd'",
        "payment_currency_code",
    ),
    ("ledger.account", "currency = ''", "account_currency_code"),
    (
        "ledger.payment_method",
        "last4 = '42'",
        "payment_method_last4",
    ),
    ("people.profile", "country = 'Egypt'", "profile_country"),
    ("notify.notification", "repeats = 0", "notification_repeats"),
    ("notify.mail", "locale = 'xx'", "mail_locale"),
    (
        "identity.account",
        "email = repeat('a', 250) || '@b.cd'",
        "account_email_length",
    ),
    ("market.project", "title = '   '", "project_title_given"),
    (
        "market.project",
        "skills = array[repeat('a', 41)]",
        "project_skill_lengths",
    ),
    (
        "market.project",
        r#"questions = '[{"a": 1}]'"#,
        "project_question_texts",
    ),
    (
        "market.proposal",
        "decline_reason = repeat('a', 1001)",
        "proposal_decline_reason",
    ),
    (
        "market.contract",
        "title = repeat('a', 121)",
        "contract_title_length",
    ),
    (
        "market.contract",
        "end_reason = repeat('a', 501)",
        "contract_end_reason",
    ),
    ("market.contract", "revisions = 11", "contract_revisions"),
    ("market.milestone", "due_days = 731", "milestone_due_days"),
    (
        "market.milestone",
        "title = repeat('a', 121)",
        "milestone_title_length",
    ),
    (
        "market.milestone",
        "amount_minor = 1000000000001",
        "milestone_amount_most",
    ),
    ("market.delivery", "message = ' '", "delivery_message_given"),
    (
        "market.delivery",
        "links = array[repeat('a', 2001)]",
        "delivery_link_lengths",
    ),
    (
        "people.profile",
        "skills = array['']",
        "profile_skill_lengths",
    ),
    (
        "people.profile",
        "time_zone = 'no where'",
        "profile_time_zone_shape",
    ),
    (
        "ledger.fee_schedule",
        "payee_basis_points = 5001",
        "fee_schedule_points_most",
    ),
];

#[tokio::test]
async fn rows_out_of_bounds_are_refused_by_name() {
    let server = Setup::of(BIN).demo().prepared().await;
    let mut tx = server
        .database()
        .await
        .begin_system(None)
        .await
        .expect("the system");
    let workspace: Uuid =
        sqlx::query_scalar("select workspace_id from kernel.workspace where slug = 'atelier'")
            .fetch_one(&mut *tx)
            .await
            .expect("the marketplace");
    tx.commit().await.expect("read");
    let mut faults = vec![];
    for &(table, change, constraint) in OUT_OF_BOUNDS {
        let mut tx = server
            .database()
            .await
            .begin_owner()
            .await
            .expect("the owner");
        // Security by rows holds for the owner as well; checks are asked about what is below it.
        sqlx::raw_sql(AssertSqlSafe(format!(
            "set local app.workspace = '{workspace}'; alter table {table} no force row level security; alter table {table} disable trigger user"
        )))
        .execute(&mut *tx)
        .await
        .expect("the owner's table");
        let done = sqlx::query(AssertSqlSafe(format!("update {table} set {change}")))
            .execute(&mut *tx)
            .await;
        let told = match done {
            Ok(done) => format!("{} rows taken", done.rows_affected()),
            Err(error) => error
                .as_database_error()
                .and_then(|e| e.constraint())
                .unwrap_or("another fault")
                .to_owned(),
        };
        if told != constraint {
            faults.push(format!("{table} set {change}: {told}"));
        }
        tx.rollback().await.expect("undone");
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn the_steps_of_a_bid_add_up_for_the_database_too() {
    let server = Setup::of(BIN).demo().prepared().await;
    for change in [
        "update market.proposal_milestone set amount_minor = amount_minor + 1",
        "update market.proposal set bid_minor = bid_minor + 1",
        "delete from market.proposal_milestone where position = 1",
    ] {
        let mut tx = server
            .database()
            .await
            .begin_owner()
            .await
            .expect("the owner");
        let open = "alter table market.proposal no force row level security;
            alter table market.proposal_milestone no force row level security";
        sqlx::raw_sql(open)
            .execute(&mut *tx)
            .await
            .expect("the owner's tables");
        let changed = sqlx::query(change).execute(&mut *tx).await;
        assert!(changed.is_ok_and(|done| done.rows_affected() > 0));
        let refused = tx.commit().await.expect_err("off by one");
        let name = refused.as_database_error().and_then(|e| e.constraint());
        assert_eq!(name, Some("proposal_milestone_sum"), "{change}");
    }
}
