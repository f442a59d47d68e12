//! Who people are: accounts, sessions, passwords, one-time links, workspaces and their members.
//!
//! Accounts, sessions, links and guards are global and reached by the system role alone; members,
//! roles and invitations belong to a workspace. No token is at rest: sessions and links are kept
//! as hashes, and a mailed link's token is derived from its id ([`link_token`]) when it is sent.

mod account;
mod agent;
mod deletion;
mod email;
mod erasure;
mod guard;
mod invitation;
mod leaving;
mod link;
mod mail;
mod member;
mod operator;
mod page;
mod password;
mod purge;
mod recovery;
mod registration;
mod role;
mod session;
mod signin;
mod workspace;

pub use link::link_token;
pub use operator::create_operator;
pub use password::DEMO as DEMO_PASSWORD;
pub use session::Sessions;
pub use workspace::{NewWorkspace, add_member, create_verified_account, found, found_workspace};

use kernel::{Product, product::Nav};

/// What identity plugs into the kernel.
#[must_use]
pub fn product() -> Product {
    Product {
        name: "identity",
        routes: page::routes(),
        deadlines: vec![purge::deadline(), erasure::deadline()],
        ticks: vec![purge::tick()],
        checks: purge::checks(),
        nav: vec![Nav {
            product: None,
            path: "/members",
            label: "identity-members",
            icon: ui::Icon::Users,
            permission: "member.list",
        }],
        constraints: vec![
            ("account_email_unique", 409, "account_exists"),
            ("member_account_unique", 409, "already_member"),
            ("workspace_slug_unique", 409, "slug_taken"),
            ("invitation_open_once", 409, "already_invited"),
            ("role_default_once", 409, "conflict"),
        ],
        ..Product::default()
    }
}
