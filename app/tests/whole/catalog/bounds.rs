//! What no row may be, by the constraint that says so.

use crate::BIN;
use sqlx::AssertSqlSafe;
use testkit::Setup;
use uuid::Uuid;

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
        let mut tx = server.owner().await;
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
        let mut tx = server.owner().await;
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
