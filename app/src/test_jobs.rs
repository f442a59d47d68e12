//! Kinds of jobs that exist in the test environment alone, to try what holds for all kinds: leases,
//! checkpoints, limits, stopping. Their effects are counted in `kernel.setting`.

use kernel::{
    Kernel, Product, Result,
    jobs::{Job, JobKind},
};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// `test.steps {"steps", "pause_ms"}` does its steps one after the other, each with one effect and a
/// checkpoint; `test.hang` never ends and may take two seconds; `test.fail` fails twice.
#[must_use]
pub fn product() -> Product {
    Product {
        name: "test",
        jobs: vec![
            JobKind::new("test.steps", |kernel, job| Box::pin(steps(kernel, job)))
                .within(600)
                .batch()
                .cancellable(),
            JobKind::new("test.hang", |_, _| Box::pin(std::future::pending()))
                .within(2)
                .attempts(1),
            JobKind::new("test.fail", |_, job| {
                Box::pin(async move {
                    match job.attempt {
                        1 | 2 => Err(anyhow::anyhow!("not yet").into()),
                        _ => Ok(()),
                    }
                })
            }),
        ],
        ..Product::default()
    }
}

async fn steps(kernel: Arc<Kernel>, job: Job) -> Result<()> {
    let number = |value: &serde_json::Value| value.as_i64().unwrap_or(0);
    let all = number(&job.payload["steps"]);
    let pause = u64::try_from(number(&job.payload["pause_ms"])).unwrap_or(0);
    let done = job.checkpoint.as_ref().map_or(0, |at| number(&at["done"]));
    for step in done + 1..=all {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let mut tx = kernel.db.begin_system(None).await?;
        sqlx::query!(
            "insert into kernel.setting (key, value) values ($1, '1')
             on conflict (key) do update set value = to_jsonb(kernel.setting.value::integer + 1)",
            format!("test/{}/{step}", job.id)
        )
        .execute(&mut *tx)
        .await?;
        let progress = i16::try_from(step * 100 / all.max(1)).unwrap_or(100);
        job.checkpoint(&mut tx, &json!({"done": step}), progress)
            .await?;
        tx.commit().await?;
    }
    let mut tx = kernel.db.begin_system(None).await?;
    job.result(&mut tx, &json!({"steps": all})).await?;
    tx.commit().await?;
    Ok(())
}
