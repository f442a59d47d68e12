//! Files of a workspace: checked by content when they come in, kept outside the database under
//! one storage trait, handed out only to those who may see the record they belong to.
//!
//! Invariant: bytes are written before their row, and a row is attached to a record once, by its
//! owner. What nobody attached within a day is swept.

mod attach;
mod download;
mod form;
mod incoming;
mod name;
mod sniff;
mod storage;
mod sweep;
mod upload;

pub use attach::{FileView, attach, detach, loose, of};
pub use form::{form, upload_form};

use axum::routing::{get, post};
use http::Method;
use kernel::{
    BoxFuture, Cx, Idempotency, Product, Result, Route,
    product::{Check, anywhere},
    state::Tick,
};
use std::sync::OnceLock;
use uuid::Uuid;

/// Bytes of one file at most: 25 MiB.
pub const MOST_BYTES: i64 = 26_214_400;
/// Files of one record at most, however they came.
pub const MOST_OF_RECORD: i64 = 10;
/// Files of one form at most.
pub const MOST_FILES: usize = 5;

/// A kind of record that files are attached to, and who may see such a record's files.
#[derive(Clone, Copy)]
pub struct RecordKind {
    /// The word given to [`attach`].
    pub kind: &'static str,
    /// Whether the reader may see the files of the record with this id.
    pub may_see: fn(Cx, Uuid) -> BoxFuture<'static, Result<bool>>,
}

static KINDS: OnceLock<Vec<RecordKind>> = OnceLock::new();

fn record_kind(kind: &str) -> Option<RecordKind> {
    KINDS.get()?.iter().find(|k| k.kind == kind).copied()
}

/// Files as a value to plug in. `kinds` are the records of all products that carry files; a
/// second wiring in one process (tests) brings the same ones.
#[must_use]
pub fn product(kinds: Vec<RecordKind>) -> Product {
    // Kept from the first wiring.
    let _ = KINDS.set(kinds);
    Product {
        name: "files",
        routes: vec![
            Route::api(
                Method::POST,
                "/w/{workspace}/files",
                "file.upload",
                post(upload::api_upload),
            )
            .permission("file.upload")
            .idempotency(Idempotency::Accepted)
            .upload()
            .answers::<FileView>(201)
            .refuses(&[422, 503]),
            Route::api(
                Method::GET,
                "/w/{workspace}/files/{file}",
                "file.show",
                get(download::show),
            )
            .permission("file.show"),
            Route::page(
                Method::GET,
                "/w/{workspace}/files/{file}",
                "file.show",
                get(download::show),
            )
            .permission("file.show"),
        ],
        ticks: vec![
            Tick {
                name: "files_sweep",
                every_seconds: 600,
                run: |k| Box::pin(async move { sweep::run(&k).await }),
            },
            Tick {
                name: "files_strays",
                every_seconds: 86_400,
                run: |k| Box::pin(async move { sweep::strays(&k).await }),
            },
        ],
        checks: vec![Check {
            name: "every file has its bytes",
            run: |k| Box::pin(anywhere(async move { sweep::check(&k).await })),
        }],
        ..Product::default()
    }
}
