//! The one program: its configuration, its wiring, its commands.

pub mod alert;
pub mod audit;
pub mod child;
pub mod commands;
pub mod config;
pub mod demo;
pub mod developers;
pub mod jobs;
pub mod log;
pub mod operations;
pub mod preflight;
pub mod probe;
pub mod proof;
pub mod serve;
pub mod test_jobs;
pub mod test_means;

use kernel::{Kernel, Product};
use std::sync::Arc;

/// Everything that plugs in, as a list one can read.
#[must_use]
pub fn products() -> Vec<Product> {
    vec![
        // First, because sections of the frame stand in this order.
        market::product(),
        developers::product(),
        identity::product(),
        people::product(vec![market::work_section(), market::review::section()]),
        files::product(vec![
            ledger::payment::receipt::record_kind(),
            market::delivery::record_kind(),
            market::share::record_kind(),
            market::project::attach::record_kind(),
            market::proposal::record_kind(),
            people::showcase::record_kind(),
        ]),
        notify::product(),
        ledger::product(vec![market::purpose::purpose(), market::bonus::purpose()]),
        jobs::product(),
        proof::product(),
        operations::product(),
        // Last in the rail: looked at seldom.
        audit::product(),
        housekeeping(),
    ]
}

/// Plugs everything into the kernel; the router answers all routes but those under `/dev` and
/// `/test`.
///
/// # Errors
/// Two routes of one name, or a kernel wired twice.
pub fn wire(kernel: &Arc<Kernel>) -> anyhow::Result<axum::Router> {
    let mut products = products();
    if kernel.config.has_test() {
        products.push(test_jobs::product());
    }
    let router = kernel.wire(Arc::new(identity::Sessions), products)?;
    Ok(if kernel.config.has_dev() {
        router.merge(test_means::router(kernel))
    } else {
        router
    })
}

fn housekeeping() -> Product {
    Product {
        name: "kernel",
        ticks: vec![
            kernel::state::Tick {
                name: "audit_seal",
                every_seconds: 2,
                run: |k| Box::pin(kernel::audit::seal(k)),
            },
            kernel::state::Tick {
                name: "rate_sweep",
                every_seconds: 3600,
                run: |k| Box::pin(kernel::rate::sweep(k)),
            },
            kernel::state::Tick {
                name: "idempotency_sweep",
                every_seconds: 3600,
                run: |k| Box::pin(kernel::idempotency::sweep(k)),
            },
        ],
        deadlines: vec![kernel::schedule::DEADLINE],
        checks: vec![kernel::product::Check {
            name: "audit chain",
            run: |k| Box::pin(kernel::product::anywhere(kernel::audit::verify(k))),
        }],
        ..Product::default()
    }
}
