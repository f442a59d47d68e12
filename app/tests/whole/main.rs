//! What Guildhall promises, tried on the built program from outside: over HTTP, in a browser, and
//! on its database. Each file is one promise.

mod accounts;
mod books;
mod browser;
mod canary;
mod catalog;
mod chain;
mod clock;
mod contracts;
mod edge;
mod empty;
mod health;
mod journey_api;
mod journey_browser;
mod kills;
mod limits;
mod lists;
mod lost_answer;
mod operations;
mod panels;
mod plans;
mod projects;
mod provider;
mod races;
mod rights;
mod smtp;
mod sweep;
mod upkeep;
mod wallet;

/// The built program.
pub const BIN: &str = env!("CARGO_BIN_EXE_guildhall");
