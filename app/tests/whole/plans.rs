//! The lists that everything stands on read by index, as the role that runs them and with as many
//! rows as a busy workspace has. The queries are taken out of the sources, so they are the ones
//! that run.

use crate::BIN;
use sqlx::{AssertSqlSafe, PgConnection};
use testkit::{Server, Setup};
use uuid::Uuid;

const PROJECTS: &str = include_str!("../../../crates/market/src/project/list.rs");
const PROPOSALS: &str = include_str!("../../../crates/market/src/proposal/list.rs");
const CONTRACTS: &str = include_str!("../../../crates/market/src/contract/list.rs");
const ACTIVITY: &str = include_str!("../../../crates/market/src/activity.rs");
const NOTICES: &str = include_str!("../../../crates/notify/src/notification/list.rs");
const WALLET: &str = include_str!("../../../crates/ledger/src/wallet.rs");

/// The first text in a source, from `place` on, that holds all of `needles`.
fn query(source: &'static str, place: &str, needles: &[&str]) -> &'static str {
    let at = source
        .find(place)
        .unwrap_or_else(|| panic!("{place} in the source"));
    let mut rest = &source[at..];
    while let Some(start) = rest.find('"') {
        let raw = rest[..start].ends_with("r#");
        let text = &rest[start + 1..];
        let end = text
            .find(if raw { "\"#" } else { "\"" })
            .expect("an end of the text");
        if needles.iter().all(|n| text[..end].contains(n)) {
            return &text[..end];
        }
        rest = &text[end + 1..];
    }
    panic!("no text with {needles:?} after {place}");
}

/// The demo's database, as the owner of all tables.
async fn owner() -> (Server, database::Transaction) {
    let server = Setup::of(BIN).demo().prepared().await;
    let tx = server.owner().await;
    (server, tx)
}

async fn run(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(connection)
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// The id of the `n`th row of a kind, as the rows below are made.
fn made(kind: &str, n: u32) -> String {
    format!("md5('{kind}{n}')::uuid")
}

/// Fills a workspace: 5 000 members, 20 000 of most things.
async fn fill(tx: &mut PgConnection) -> Uuid {
    let workspace: Uuid =
        sqlx::query_scalar("select workspace_id from kernel.workspace where slug = 'atelier'")
            .fetch_one(&mut *tx)
            .await
            .expect("the market");
    let w = format!("'{workspace}'::uuid");
    let at = "timestamptz '2026-01-01' + n * interval '1 minute'";
    let category =
        format!("(select key from market.category where workspace_id = {w} order by key limit 1)");
    for sql in [
        format!("insert into kernel.member (workspace_id, id, account_id, display_name, created_at)
            select {w}, md5('member' || n)::uuid, md5('account of ' || n)::uuid, 'Member ' || n, {at} from generate_series(1, 5000) n"),
        format!("insert into people.profile (workspace_id, member_id, currency, is_freelancer, words, created_at, updated_at)
            select {w}, md5('member' || n)::uuid, 'USD', true,
                to_tsvector('simple', 'freelancer' || n || case when n % 500 = 0 then ' rare' else ' common' end), {at}, {at}
            from generate_series(1, 5000) n"),
        format!("insert into market.project (workspace_id, id, owner_id, state, title, description, category, skills, budget_min_minor,
                budget_max_minor, currency, duration_days, level, visibility, words, created_at, published_at, expires_at)
            select {w}, md5('project' || n)::uuid, md5('member' || n % 200 + 1)::uuid, case when n % 4 = 0 then 'open' else 'completed' end,
                'Project ' || n, 'Words', {category}, array['rust'], 1000, 2000 + n % 777, 'USD', 10, 'expert', 'public',
                to_tsvector('simple', 'project' || n || case when n % 500 = 0 then ' rare' else ' common' end), {at}, {at},
                case when n % 4 = 0 then timestamptz '2027-01-01' end
            from generate_series(1, 20000) n"),
        format!("insert into market.lexicon (workspace_id, word) select {w}, md5('word' || n) from generate_series(1, 20000) n"),
        format!("insert into market.lexicon (workspace_id, word) values ({w}, 'ytterbium') on conflict do nothing"),
        format!("insert into people.lexicon (workspace_id, word) select {w}, md5('word' || n) from generate_series(1, 20000) n"),
        format!("insert into market.proposal (workspace_id, id, project_id, freelancer_id, state, bid_minor, currency, cover_letter,
                duration_days, submitted_at, updated_at)
            select {w}, md5('proposal' || n)::uuid, md5('project' || n % 500 + 1)::uuid, md5('member' || (n + 7) % 200 + 1)::uuid, 'closed',
                1000 + n, 'USD', 'Words', 10, {at}, {at} from generate_series(1, 20000) n"),
        format!("insert into market.contract (workspace_id, id, project_id, proposal_id, client_id, freelancer_id, state, title, terms, currency,
                total_minor, fee_version, offered_at)
            select {w}, md5('contract' || n)::uuid, md5('project' || n % 500 + 1)::uuid, md5('proposal' || n)::uuid,
                md5('member' || n % 200 + 1)::uuid, md5('member' || (n + 7) % 200 + 1)::uuid, 'declined', 'Work', 'Terms', 'USD', 1000, 1, {at}
            from generate_series(1, 20000) n"),
        format!("insert into market.activity (workspace_id, id, record_id, kind, occurred_at)
            select {w}, md5('activity' || n)::uuid, md5('project' || n % 2000 + 1)::uuid, 'project_created', {at} from generate_series(1, 40000) n"),
        format!("insert into notify.notification (workspace_id, id, member_id, kind, record_kind, record_id, href, arguments, event_id, created_at)
            select {w}, md5('notice' || n)::uuid, md5('member' || n % 200 + 1)::uuid, 'offer_received', 'contract', md5('contract' || n)::uuid,
                '/contracts', '{{}}', md5('event' || n)::uuid, {at} from generate_series(1, 20000) n"),
        format!("insert into ledger.account (workspace_id, id, book_id, kind, owner_id, currency, hot, lots, last_booked_at)
            select {w}, md5('account' || n)::uuid, (select id from ledger.book where workspace_id = {w} and purpose = 'escrow'), 'available',
                md5('member' || n)::uuid, 'USD', false, false, {at} from generate_series(1, 5000) n"),
        format!("insert into ledger.transfer (workspace_id, id, cause, kind, book_id, from_id, to_id, amount_minor, currency, booked_at)
            select {w}, md5('transfer' || n)::uuid, 'test/' || n, 'clear', (select id from ledger.book where workspace_id = {w} and purpose = 'escrow'),
                md5('account' || n % 200 + 1)::uuid, md5('account' || n % 200 + 2)::uuid, 5, 'USD', {at} from generate_series(1, 20000) n"),
        format!("insert into ledger.entry (workspace_id, account_id, sequence, transfer_id, amount_minor, balance_after, booked_at)
            select {w}, md5('account' || n % 200 + 1)::uuid, n / 200 + 1, md5('transfer' || n)::uuid, 5, 5, {at} from generate_series(1, 20000) n"),
    ] {
        run(tx, &sql).await;
    }
    for table in [
        "kernel.member",
        "people.profile",
        "market.project",
        "market.lexicon",
        "people.lexicon",
        "market.proposal",
        "market.contract",
        "market.activity",
        "notify.notification",
        "ledger.account",
        "ledger.transfer",
        "ledger.entry",
    ] {
        run(tx, &format!("analyze {table}")).await;
    }
    run(tx, &format!("set local app.workspace = '{workspace}'")).await;
    workspace
}

/// A query, what it is asked with, and what its plan must and must not hold.
struct Case<'a> {
    name: &'static str,
    role: &'static str,
    types: &'static str,
    sql: &'a str,
    arguments: String,
    index: &'static [&'static str],
    sorted: bool,
    /// It stands in a function that is planned for its arguments each time.
    custom: bool,
}

/// Plans a query as its role, as often as it takes until PostgreSQL settles on a plan for a
/// prepared statement: the first five times for its arguments, then for any if that is as cheap.
async fn holds(tx: &mut PgConnection, case: &Case<'_>) {
    run(tx, &format!("set local role {}", case.role)).await;
    let mode = if case.custom {
        "force_custom_plan"
    } else {
        "auto"
    };
    run(tx, &format!("set local plan_cache_mode = {mode}")).await;
    run(tx, &format!("prepare probe{} as {}", case.types, case.sql)).await;
    for time in 1..=7 {
        let explain = format!("explain execute probe({})", case.arguments);
        let plan: Vec<String> = sqlx::query_scalar(AssertSqlSafe(explain))
            .persistent(false)
            .fetch_all(&mut *tx)
            .await
            .unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let (plan, name, role) = (plan.join("\n"), case.name, case.role);
        for index in case.index {
            assert!(
                plan.contains(index),
                "{name}, time {time}, does not use {index} as {role}:\n{plan}"
            );
        }
        assert!(
            !plan.contains("Seq Scan"),
            "{name}, time {time}, as {role}:\n{plan}"
        );
        assert!(
            !case.sorted || !plan.contains("Sort"),
            "{name}, time {time}, reads in index order:\n{plan}"
        );
    }
    run(tx, "deallocate probe").await;
    run(tx, "set local role guildhall_owner").await;
}

#[tokio::test]
async fn lists_read_by_index() {
    let (_server, mut tx) = owner().await;
    let workspace = fill(&mut tx).await;
    let w = format!("'{workspace}'");
    let (member, project) = (made("member", 3), made("project", 8));
    let (at, some) = ("timestamptz '2026-01-05'", made("project", 4000));
    let open = market::project::list::probe;
    let (newest, backwards) = (open("newest", false), open("newest", true));
    let (dearest, cheapest) = (open("budget", false), open("budget_low", false));
    let soonest = open("deadline", false);
    let app = |name, sql, arguments, index, sorted| Case {
        name,
        role: "guildhall_app",
        types: "",
        sql,
        arguments,
        index,
        sorted,
        custom: false,
    };
    for case in [
        Case {
            types: "(uuid, bigint, uuid, bigint)",
            ..app(
                "open projects, newest",
                &newest,
                format!("{w}, 1767571200000000, {some}, 51"),
                &["project_open_newest"],
                true,
            )
        },
        Case {
            types: "(uuid, bigint, uuid, bigint)",
            ..app(
                "open projects, backwards",
                &backwards,
                format!("{w}, 1767571200000000, {some}, 51"),
                &["project_open_newest"],
                true,
            )
        },
        app(
            "open projects, highest budget",
            &dearest,
            format!("{w}, 2400, {some}, 51"),
            &["project_open_budget"],
            true,
        ),
        Case {
            types: "(uuid, bigint, uuid, bigint)",
            ..app(
                "open projects, lowest budget",
                &cheapest,
                format!("{w}, -1000, {some}, 51"),
                &["project_open_lowest"],
                true,
            )
        },
        Case {
            types: "(uuid, integer, uuid, bigint)",
            ..app(
                "open projects, wanted soonest",
                &soonest,
                format!("{w}, -9000, {some}, 51"),
                &["project_open_deadline"],
                true,
            )
        },
        app(
            "one's own projects",
            query(PROJECTS, "async fn mine(", &["order by created_at desc"]),
            format!("{w}, {member}, null, false, {at}, {some}, 51"),
            &["project_owner_newest"],
            true,
        ),
        app(
            "proposals of a project",
            query(PROPOSALS, "pub async fn inbox(", &["then -rank else rank"]),
            format!("{w}, {project}, null, 'newest', null, null, null, null, false, 51"),
            &["proposal_project_newest"],
            false,
        ),
        app(
            "one's own proposals",
            query(
                PROPOSALS,
                "pub async fn own(",
                &["order by submitted_at desc"],
            ),
            format!("{w}, {member}, null, {at}, {some}, 51"),
            &["proposal_freelancer_newest"],
            true,
        ),
        app(
            "contracts, as client and as freelancer",
            query(
                CONTRACTS,
                "pub async fn list(",
                &["order by offered_at desc"],
            ),
            format!("{w}, {member}, true, true, null, {at}, {some}, 51"),
            &["contract_client_newest", "contract_freelancer_newest"],
            false,
        ),
        app(
            "activity of a record",
            query(ACTIVITY, "pub async fn of(", &["from market.activity"]),
            format!("{w}, array[{project}], 30"),
            &["activity_record"],
            false,
        ),
        app(
            "notifications, newest",
            query(NOTICES, "async fn list(", &["order by created_at desc"]),
            format!("{w}, {member}, true, {at}, {some}, 51, null, true"),
            &["notification_newest"],
            true,
        ),
        app(
            "the account of a statement",
            query(WALLET, "async fn lines(", &["from ledger.account"]),
            format!("{w}, {member}, 'available', 'USD', 'escrow'"),
            &["account_"],
            true,
        ),
        app(
            "a wallet's statement",
            query(WALLET, "async fn lines(", &["from ledger.entry"]),
            format!("{w}, {}, 0, 51", made("account", 3)),
            &["entry_rest_pkey"],
            false,
        ),
    ] {
        holds(&mut tx, &case).await;
    }
}

/// The text of a function, with its parameters as `$1`, `$2`, ….
async fn body(tx: &mut PgConnection, function: &str, parameters: &[&str]) -> String {
    let mut text: String = sqlx::query_scalar("select prosrc from pg_proc where oid = $1::regproc")
        .bind(function)
        .fetch_one(&mut *tx)
        .await
        .unwrap_or_else(|e| panic!("{function}: {e}"));
    let mut named: Vec<(usize, &str)> = parameters.iter().copied().enumerate().collect();
    // The longer first: `p_at_id` holds `p_at`.
    named.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    for (at, name) in named {
        text = text.replace(name, &format!("${}", at + 1));
    }
    text
}

const FIND_PROJECTS: [&str; 17] = [
    "p_query",
    "p_categories",
    "p_min",
    "p_max",
    "p_level",
    "p_country",
    "p_zones",
    "p_signed_in",
    "p_sort",
    "p_key",
    "p_id",
    "p_back",
    "p_limit",
    "p_rank",
    "p_rating",
    "p_verified",
    "p_now",
];
const COUNT_PROJECTS: [&str; 12] = [
    "p_query",
    "p_categories",
    "p_min",
    "p_max",
    "p_level",
    "p_country",
    "p_zones",
    "p_signed_in",
    "p_most",
    "p_rating",
    "p_verified",
    "p_now",
];
const FIND_FREELANCERS: [&str; 15] = [
    "p_query",
    "p_country",
    "p_languages",
    "p_min",
    "p_max",
    "p_availability",
    "p_zones",
    "p_rating",
    "p_signed_in",
    "p_sort",
    "p_key",
    "p_id",
    "p_back",
    "p_limit",
    "p_rank",
];

#[tokio::test]
async fn searches_read_by_index() {
    let (_server, mut tx) = owner().await;
    fill(&mut tx).await;
    let own = "nullif(current_setting('app.workspace', true), '')::uuid";
    let projects = body(&mut tx, "market.find_open_projects", &FIND_PROJECTS).await;
    let counts = body(&mut tx, "market.count_open_projects", &COUNT_PROJECTS)
        .await
        .replace("v_workspace", own);
    let counts = counts
        .split("return query")
        .nth(1)
        .and_then(|p| p.split(';').next())
        .expect("the counts");
    let words = body(&mut tx, "market.close_words", &["p_words"]).await;
    let names = body(&mut tx, "people.close_words", &["p_words"]).await;
    let people = body(&mut tx, "people.find_freelancers", &FIND_FREELANCERS)
        .await
        .replace("v_workspace", own);
    let forward = people
        .split("return query")
        .nth(1)
        .and_then(|p| p.split(';').next())
        .expect("the newest");
    for name in ["market.count_open_projects", "people.find_freelancers"] {
        let set: Vec<String> =
            sqlx::query_scalar("select unnest(proconfig) from pg_proc where oid = $1::regproc")
                .bind(name)
                .fetch_all(&mut *tx)
                .await
                .expect("its settings");
        assert!(
            set.contains(&"plan_cache_mode=force_custom_plan".to_owned()),
            "{name}: {set:?}"
        );
    }
    // The definer's search_path.
    run(
        &mut tx,
        "set local search_path = pg_catalog, market, people",
    )
    .await;
    for case in [
        Case {
            name: "projects by words",
            role: "guildhall_search",
            types: "(text, text[], bigint, bigint, text, text, text[], boolean, text, bigint, uuid, boolean, integer, text, integer, boolean, timestamptz)",
            sql: &projects,
            arguments: "'''rare''', null, null, null, null, null, null, true, 'relevance', null, null, false, 51, '''rare''', null, false, '2026-01-01'".to_owned(),
            index: &["project_words"],
            sorted: false,
            custom: false,
        },
        Case {
            name: "counts of projects by words",
            role: "guildhall_search",
            types: "(text, text[], bigint, bigint, text, text, text[], boolean, integer, integer, boolean, timestamptz)",
            sql: counts,
            arguments: "'''rare''', null, null, null, null, null, null, true, 10001, null, false, '2026-01-01'".to_owned(),
            index: &["project_words"],
            sorted: false,
            custom: true,
        },
        Case {
            name: "words close to names",
            role: "guildhall_search",
            types: "(text[])",
            sql: &names,
            arguments: "array['yterbium', 'developr']".to_owned(),
            index: &["lexicon_close"],
            sorted: false,
            custom: false,
        },
        Case {
            name: "words close to others",
            role: "guildhall_search",
            types: "(text[])",
            sql: &words,
            arguments: "array['yterbium', 'developr']".to_owned(),
            index: &["lexicon_close"],
            sorted: false,
            custom: false,
        },
        Case {
            name: "freelancers, newest",
            role: "guildhall_search",
            types: "(text, text, text[], bigint, bigint, text, text[], integer, boolean, text, bigint, uuid, boolean, integer, text)",
            sql: forward,
            arguments: "null, null, null, null, null, null, null, null, true, 'newest', null, null, false, 51, null".to_owned(),
            index: &["profile_newest"],
            sorted: true,
            custom: false,
        },
    ] {
        holds(&mut tx, &case).await;
    }
}

/// What every process asks each second.
#[tokio::test]
async fn deadlines_are_found_by_index() {
    macro_rules! sources {
        ($($path:literal, $place:literal: $($index:literal),+;)*) => {
            [$(($path, include_str!(concat!("../../../crates/", $path)), $place, &[$($index),+] as &[&str])),*]
        };
    }
    let deadlines = sources! {
        "identity/src/purge.rs", "async fn next(": "account_unverified";
        "identity/src/erasure.rs", "async fn next(": "account_deleting";
        "ledger/src/method/expiry.rs", "async fn next(": "payment_method_expiry";
        "ledger/src/clearance.rs", "async fn next(": "lot_clearing", "account_pkey";
        "ledger/src/payment/transfer.rs", "async fn next(": "payment_transfer_due";
        "ledger/src/payout/schedule.rs", "async fn next(": "payout_schedule_due";
        "market/src/signoff.rs", "async fn next(": "contract_closing";
        "market/src/delivery/clock.rs", "async fn next(": "milestone_reviewing";
        "market/src/amendment/lapse.rs", "async fn next(": "amendment_lapsing";
        "market/src/project/expiry.rs", "async fn next(": "project_expiring", "project_unwarned";
        "market/src/review/publish.rs", "async fn next(": "contract_reviewing";
        "market/src/contract/answer.rs", "async fn next_lapse(": "contract_offer_expiring";
        "market/src/contract/termination/lapse.rs", "async fn next(": "termination_lapsing";
    };
    let (_server, mut tx) = owner().await;
    let workspace = fill(&mut tx).await;
    run(
        &mut tx,
        &format!(
            "insert into market.milestone (workspace_id, id, contract_id, position, title, amount_minor, currency, due_days, state,
                 funded_at, submitted_at, review_until, reminders)
             select '{workspace}', md5('milestone' || n)::uuid, md5('contract' || n)::uuid, 1, 'Part', 1000, 'USD', 10, 'submitted',
                 timestamptz '2026-01-01', timestamptz '2026-01-02', timestamptz '2026-02-01' + n * interval '1 minute', n % 4
             from generate_series(1, 20000) n"
        ),
    )
    .await;
    run(
        &mut tx,
        &format!(
            "insert into ledger.account (workspace_id, id, book_id, kind, owner_id, currency, hot, lots, last_booked_at)
             select '{workspace}', md5('pending' || n)::uuid, (select id from ledger.book where workspace_id = '{workspace}' and purpose = 'escrow'),
                 'pending', md5('member' || n)::uuid, 'USD', false, true, timestamptz '2026-01-01' from generate_series(1, 2000) n"
        ),
    )
    .await;
    run(
        &mut tx,
        &format!(
            "insert into ledger.lot (workspace_id, id, account_id, transfer_id, payment_id, amount_minor, remaining_minor, clears_at)
             select '{workspace}', md5('lot' || n)::uuid, md5('pending' || n % 2000 + 1)::uuid, md5('transfer' || n)::uuid,
                 md5('payment' || n)::uuid, 5, case when n % 5 = 0 then 5 else 0 end, timestamptz '2026-02-01' + n * interval '1 minute'
             from generate_series(1, 20000) n"
        ),
    )
    .await;
    for table in ["ledger.account", "ledger.lot"] {
        run(&mut tx, &format!("analyze {table}")).await;
    }
    run(&mut tx, "update market.project set expiry_warned_at = published_at where state = 'open' and expires_at is not null and id::text < '8'").await;
    run(&mut tx, "analyze market.milestone").await;
    run(&mut tx, "analyze market.project").await;
    // Tables of a few rows are read whole as long as that is allowed.
    run(&mut tx, "set local enable_seqscan = off").await;
    run(&mut tx, "set local role guildhall_system").await;
    for (path, source, place, indexes) in deadlines {
        let sql = query(source, place, &["select", "from"]);
        let plan: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("explain {sql}")))
            .fetch_all(&mut *tx)
            .await
            .unwrap_or_else(|e| panic!("{path}: {e}"));
        let plan = plan.join("\n");
        for index in indexes {
            assert!(plan.contains(index), "{path} does not use {index}:\n{plan}");
        }
        // The first entry is enough. Of a few rows PostgreSQL may as well read all, so this holds
        // where there are many.
        if [
            "ledger/src/clearance.rs",
            "market/src/delivery/clock.rs",
            "market/src/project/expiry.rs",
        ]
        .contains(&path)
        {
            assert!(
                plan.contains("Limit") && !plan.contains("Aggregate") && !plan.contains("Sort"),
                "{path} reads more than the first:\n{plan}"
            );
        }
    }
}
