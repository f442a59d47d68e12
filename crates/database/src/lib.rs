//! Everything between the program and PostgreSQL: the private cluster, the roles, the migrations,
//! and the one place where transactions begin.
//!
//! Invariants: the process never works as a superuser, and every transaction begins with a role and
//! (for the application's role) a workspace. There are no checked queries here, because this crate
//! prepares the database against which they are checked (see the program `prepare`).

mod access;
mod cluster;
mod filling;
mod limit;
mod migrations;
mod open;
mod roles;
mod transactions;
mod warm;

pub use access::{Access, PoolSettings};
pub use cluster::{Cluster, Part, Settings};
pub use filling::{begin_filling, end_filling, forget_half_filled};
pub use limit::{STATEMENT, impatient, within};
pub use migrations::{SchemaState, migrate, schema_state, stamp};
pub use open::Transaction;
pub use roles::Names;
pub use transactions::{Database, Usage};
