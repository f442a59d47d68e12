//! The daily proof: every invariant of the installation from the database, as `guildhall check`
//! does it, with an alert to the operators that names what differs.

use kernel::{
    Kernel, Product, Result,
    jobs::{Job, JobKind},
    product::{FINDINGS_MOST, Finding},
    schedule::Schedule,
};
use ledger::review::Proof;
use serde_json::json;
use std::sync::Arc;

/// How many faults an alert names.
const NAMED_MOST: usize = 10;

/// The proof as scheduled work, every night in the installation's time zone.
#[must_use]
pub fn product() -> Product {
    Product {
        name: "proof",
        schedules: vec![Schedule {
            at: (2, 30),
            job: JobKind::new("proof.daily", |kernel, job| Box::pin(prove(kernel, job)))
                .within(3600)
                .attempts(3)
                .batch(),
        }],
        ..Product::default()
    }
}

/// All faults of the installation in the order of the checks, each with the name of its check. The
/// books in which some were found are looked into from now on, all others are not. A check that
/// cannot be made is a fault itself, and keeps no other from being made: whoever spoils a row so
/// that a query fails must not blind the proof.
///
/// # Errors
/// The database's, outside the checks.
pub async fn all(kernel: &Arc<Kernel>) -> Result<Vec<(&'static str, Finding)>> {
    let mut proof = Proof {
        began: kernel.now().await?,
        faults: vec![],
        whole: true,
    };
    for check in &kernel.wiring().checks {
        match (check.run)(kernel.clone()).await {
            Ok(found) => {
                proof.whole &= found.len() < FINDINGS_MOST;
                let named = found.into_iter().map(|fault| (check.name, fault));
                proof.faults.extend(named);
            }
            Err(error) => {
                proof.whole = false;
                let fault = format!("this could not be looked at: {error}");
                proof.faults.push((check.name, fault.into()));
            }
        }
    }
    ledger::review::record(kernel, &proof).await?;
    Ok(proof.faults)
}

async fn prove(kernel: Arc<Kernel>, job: Job) -> Result<()> {
    let faults: Vec<String> = all(&kernel)
        .await?
        .into_iter()
        .take(NAMED_MOST)
        .map(|(check, fault)| format!("{check}: {fault}"))
        .collect();
    let found = if faults.is_empty() {
        "everything adds up".to_owned()
    } else {
        faults.join("; ")
    };
    let mut tx = kernel.db.begin_system(None).await?;
    job.result(&mut tx, &json!({"found": found, "faults": faults}))
        .await?;
    tx.commit().await?;
    if !faults.is_empty() {
        crate::alert::tell(&kernel, "proof", &found).await?;
    }
    Ok(())
}
