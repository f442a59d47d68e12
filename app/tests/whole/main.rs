//! What Guildhall promises, tried on the built program from outside: over HTTP, in a browser, and
//! on its database. Each file is one promise.

mod catalog;
mod clock;
mod health;
mod journey_api;
mod journey_browser;
mod kills;
mod lists;
mod plans;
mod provider;
mod races;
mod smtp;
mod sweep;

/// The built program.
pub const BIN: &str = env!("CARGO_BIN_EXE_guildhall");
