//! What every product stands on: the request edge, actors and their rights, transactions with
//! audit, events and idempotency, background work, errors as pages or problem documents.
//!
//! Invariant: a command is *begin → lock → authorize → decide → write → emit → commit*, one
//! transaction; [`Tx::commit`] takes a [`Permit`] that only [`Cx::authorize`] makes.

pub mod access;
pub mod audit;
pub mod clock;
pub mod config;
pub mod cx;
pub mod deadline;
pub mod edge;
pub mod error;
pub mod events;
pub mod extract;
pub mod health;
pub mod idempotency;
pub mod input;
pub mod jobs;
pub mod list;
pub mod live;
pub mod openapi;
pub mod page;
pub mod part;
pub mod problem;
pub mod product;
pub mod rate;
pub mod route;
pub mod schedule;
pub mod server;
pub mod state;
pub mod tx;
pub mod workspace;

pub use access::{Action, Permit};
pub use config::{Config, Environment};
pub use cx::{Cx, Member, Session};
pub use error::{Error, Fault, Result};
pub use extract::{Body, Form, Id, Query};
pub use idempotency::once;
pub use input::{Edit, Input, Reader};
pub use part::Part;
pub use product::Product;
pub use route::{Idempotency, Rate, Route};
pub use state::Kernel;
pub use tx::Tx;
pub use workspace::Workspace;

/// A boxed future, for the tables of handlers that products register.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
