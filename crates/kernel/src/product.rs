//! A product as a value: what it plugs into the kernel, readable as a list.

use crate::{
    BoxFuture, Kernel, Result, Route, deadline::Deadline, error::Constraint, events::Consumer,
    jobs::JobKind, state::Tick,
};
use std::sync::Arc;

/// What a product or shared crate brings. `Product { name: "market", ..Product::default() }`.
#[derive(Default)]
pub struct Product {
    /// Its name; for the four products the one workspaces switch on.
    pub name: &'static str,
    /// Its routes, pages and API.
    pub routes: Vec<Route>,
    /// Who listens to which events.
    pub consumers: Vec<Consumer>,
    /// Kinds of background jobs.
    pub jobs: Vec<JobKind>,
    /// Things that fall due on the business clock.
    pub deadlines: Vec<Deadline>,
    /// Work repeated on the wall clock by one process at a time.
    pub ticks: Vec<Tick>,
    /// What its constraints mean to callers.
    pub constraints: Vec<Constraint>,
    /// Its sections in the frame.
    pub nav: Vec<Nav>,
    /// Checks of its invariants, for `guildhall check`: each says the first fault it finds.
    pub checks: Vec<Check>,
    /// How many notices a member has not read; notify brings it.
    pub unread: Option<CountUnread>,
}

/// Counts a member's unread notices.
pub type CountUnread = fn(crate::Cx) -> BoxFuture<'static, Result<i64>>;

/// A section in the frame's rail.
#[derive(Clone, Copy)]
pub struct Nav {
    /// The product that must be switched on, if any.
    pub product: Option<&'static str>,
    /// Path below the workspace: `/projects`.
    pub path: &'static str,
    /// Key of its label.
    pub label: &'static str,
    /// Icon.
    pub icon: ui::Icon,
    /// Permission without which it is not shown.
    pub permission: &'static str,
}

/// A named invariant: `run` gives the faults found, at most a few, each a sentence.
#[derive(Clone, Copy)]
pub struct Check {
    /// Its name in the report.
    pub name: &'static str,
    /// Looks through the whole database.
    pub run: fn(Arc<Kernel>) -> BoxFuture<'static, Result<Vec<String>>>,
}
