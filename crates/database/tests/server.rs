//! `DATABASE_URL`: a server of the operator's, where our role is not a superuser.
//! A private cluster stands in for that server; its roles are made under other names.

use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use anyhow::{Context, Result, ensure};
use database::{Access, Cluster, Names, Part, PoolSettings, Settings};

#[test]
fn roles_are_made_or_asked_for_and_the_login_steps_down() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    let mut settings = Settings::new(folder.path(), Names::default());
    settings.fast = true;
    let cluster = Cluster::open(settings, Part::Command)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let private = cluster.access();
        private.prepare().await?;
        private.create_database("theirs", None).await?;
        let socket = cluster.home().join("run");
        let socket = socket.to_str().context("text")?.replace('/', "%2F");

        // As a role that may not make roles: the sentence says what to run.
        let names = Names::new("second")?;
        let weak = Access::to_server(
            &format!("postgres://guildhall_login@{socket}/theirs"),
            None,
            names.clone(),
        )?;
        let message = weak
            .prepare()
            .await
            .err()
            .context("must be refused")?
            .to_string();
        ensure!(
            message.contains("create role second_login login noinherit"),
            "{message}"
        );
        ensure!(
            message.contains("grant create, connect, temporary on database")
                || message.contains("grant second_owner to second_login"),
            "{message}"
        );
        let message = weak
            .connect(PoolSettings::default())
            .await
            .err()
            .context("must fail")?
            .to_string();
        ensure!(message.contains("guildhall migrate"), "{message}");

        // As a role that may (here the strongest there is): made, migrated, and laid down.
        let strong = Access::to_server(
            &format!("postgres://guildhall_bootstrap@{socket}/theirs"),
            None,
            names,
        )?;
        strong.prepare().await?;
        strong.prepare().await.context("a second time")?;
        database::migrate(&strong).await?;
        let database = strong.connect(PoolSettings::default()).await?;
        let role: String = sqlx::query_scalar("select current_user::text")
            .fetch_one(&database.pool)
            .await?;
        ensure!(role == "second_login", "{role}");
        let mut transaction = database.begin_app(None).await?;
        let role: String = sqlx::query_scalar("select current_user::text")
            .fetch_one(&mut *transaction)
            .await?;
        ensure!(role == "second_app", "{role}");
        let seen: i64 = sqlx::query_scalar("select count(*) from kernel.member")
            .fetch_one(&mut *transaction)
            .await?;
        ensure!(seen == 0);
        transaction.rollback().await?;
        ensure!(database::schema_state(&database).await? == database::SchemaState::Current);
        database.close().await;

        // By way of a pooler, which takes no options: the same with each transaction.
        let url = format!("postgres://guildhall_bootstrap@{socket}/theirs");
        let pooled = Access::to_server(&url, Some(&url), Names::new("second")?)?
            .connect(PoolSettings::default())
            .await?;
        let mut transaction = pooled.begin_system(None).await?;
        let limit: String = sqlx::query_scalar(
            "select current_user || ' ' || current_setting('statement_timeout')",
        )
        .fetch_one(&mut *transaction)
        .await?;
        ensure!(limit == "second_system 10s", "{limit}");
        transaction.rollback().await?;
        pooled.close().await;
        Ok(())
    })?;
    cluster.close()
}

#[test]
fn contradicting_settings_are_refused() -> Result<()> {
    ensure!(Names::new("").is_err() && Names::new("1a").is_err() && Names::new("a;drop").is_err());
    let secret = Access::to_server("mysql://user:sesame@host/x", None, Names::default());
    let message = format!("{:?}", secret.err().context("must be refused")?);
    ensure!(
        message.contains("DATABASE_URL") && !message.contains("sesame"),
        "{message}"
    );
    ensure!(Access::to_server("postgres://user@host", None, Names::default()).is_err());
    let access = Access::to_server("postgres://user@127.0.0.1:1/x", None, Names::default())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let message = runtime
        .block_on(access.connect(PoolSettings {
            max: 2,
            min: 3,
            ..PoolSettings::default()
        }))
        .err()
        .context("must be refused")?
        .to_string();
    ensure!(message.contains("minimum (3)"), "{message}");
    Ok(())
}
