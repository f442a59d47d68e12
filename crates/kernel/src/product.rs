//! A product as a value: what it plugs into the kernel, readable as a list.

use crate::{
    BoxFuture, Kernel, Result, Route, deadline::Deadline, error::Constraint, events::Consumer,
    jobs::JobKind, schedule::Schedule, state::Tick,
};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// What a product or shared crate brings. `Product { name: "market", ..Product::default() }`.
#[derive(Default)]
pub struct Product {
    /// Its name; for the four products the one workspaces switch on.
    pub name: &'static str,
    /// Its routes, pages and API.
    pub routes: Vec<Route>,
    /// Who listens to which events.
    pub consumers: Vec<Consumer>,
    /// What follows from events at once, in the transaction that tells them.
    pub at_once: Vec<AtOnce>,
    /// Kinds of background jobs.
    pub jobs: Vec<JobKind>,
    /// What recurs daily.
    pub schedules: Vec<Schedule>,
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
    /// What it has to say when a member is to leave.
    pub leaving: Option<Leaving>,
}

/// What must be true as soon as an event is told: it runs in the transaction of the event, which is
/// undone with it. For what a reader looks for a moment later; all else listens (`consumers`).
#[derive(Clone, Copy)]
pub struct AtOnce {
    /// Which kinds of events; their transactions are of the system role.
    pub wants: fn(&str) -> bool,
    /// Does it for an event about this record.
    pub run: for<'a> fn(&'a mut PgConnection, Happened) -> BoxFuture<'a, Result<()>>,
}

/// Counts a member's unread notices, and says what they should know on every page.
pub type CountUnread =
    for<'a> fn(&'a crate::Cx, &'a mut PgConnection) -> BoxFuture<'a, Result<Told>>;

/// What the frame of every page tells its reader.
#[derive(Default)]
pub struct Told {
    /// Notices not read yet.
    pub unread: i64,
    /// A message across the page.
    pub banner: Option<ui::parts::Banner>,
}

/// An event that is being told.
#[derive(Debug, Clone, Copy)]
pub struct Happened {
    /// The workspace.
    pub workspace: Uuid,
    /// The record it is about.
    pub record: Uuid,
    /// When, business time.
    pub at: base::Instant,
}

/// A member of a workspace who is to leave it.
#[derive(Debug, Clone, Copy)]
pub struct Leaver {
    /// The workspace.
    pub workspace: Uuid,
    /// The member.
    pub member: Uuid,
}

/// A question or act about a leaver, inside the transaction that decides.
pub type OfLeaver<T> = for<'a> fn(&'a mut PgConnection, Leaver) -> BoxFuture<'a, Result<T>>;

/// What a product has to say when a member leaves a workspace or an account is deleted. Identity
/// asks, since it cannot know what products keep.
#[derive(Clone, Copy)]
pub struct Leaving {
    /// What keeps the member here, as codes of refusals (409): money, contracts.
    pub keeps: OfLeaver<Vec<&'static str>>,
    /// How many records another member must take over first.
    pub owned: OfLeaver<i64>,
    /// What another must be granted to manage them: a permission for a relation to each.
    pub takes: Option<(&'static str, &'static str)>,
    /// Gives those records to another member; says how many.
    pub hand_over: for<'a> fn(&'a mut PgConnection, Leaver, Uuid) -> BoxFuture<'a, Result<i64>>,
    /// Ends what the leaver alone had going: bids nobody took up.
    pub let_go: OfLeaver<()>,
    /// Erases what is personal and not needed by anyone else, when the account is deleted.
    pub erase: OfLeaver<()>,
}

impl Leaving {
    /// Nothing keeps, nothing is owned, nothing is erased: for `Leaving { keeps, ..Leaving::NONE }`.
    pub const NONE: Self = Self {
        keeps: |_, _| Box::pin(async { Ok(vec![]) }),
        owned: |_, _| Box::pin(async { Ok(0) }),
        takes: None,
        hand_over: |_, _, _| Box::pin(async { Ok(0) }),
        let_go: |_, _| Box::pin(async { Ok(()) }),
        erase: |_, _| Box::pin(async { Ok(()) }),
    };
}

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

/// A fault that a check found: one sentence that names what differs.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Whose books or records it is in; nothing where it is nobody's alone.
    pub workspace_id: Option<Uuid>,
    /// The sentence.
    pub says: String,
}

impl From<String> for Finding {
    fn from(says: String) -> Self {
        Self {
            workspace_id: None,
            says,
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.says)
    }
}

/// What a check found that says nothing of workspaces.
///
/// # Errors
/// The check's.
pub async fn anywhere(found: impl Future<Output = Result<Vec<String>>>) -> Result<Vec<Finding>> {
    Ok(found.await?.into_iter().map(Finding::from).collect())
}

/// The most faults that one check names. One that names so many may not have named them all: then
/// nothing can be said of the workspaces it does not name.
pub const FINDINGS_MOST: usize = 1000;

/// A named invariant: `run` gives the faults found, at most [`FINDINGS_MOST`], each a sentence.
#[derive(Clone, Copy)]
pub struct Check {
    /// Its name in the report.
    pub name: &'static str,
    /// Looks through the whole database.
    pub run: fn(Arc<Kernel>) -> BoxFuture<'static, Result<Vec<Finding>>>,
}
