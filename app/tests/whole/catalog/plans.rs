//! Search and lists use their indexes under the roles that read.

use crate::BIN;
use sqlx::{AssertSqlSafe, PgConnection};
use testkit::Setup;
use uuid::Uuid;

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
