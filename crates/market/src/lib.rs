//! The marketplace: a client's project, sealed proposals, one offer, a contract with milestones,
//! deliveries, sign-off and reviews. Money stands in the ledger; here stands what it is for.

pub mod activity;
pub mod amendment;
pub mod bonus;
pub mod category;
pub mod contract;
pub mod dashboard;
pub mod delivery;
pub mod draft;
mod forms;
mod leaving;
pub mod milestone;
pub mod offer;
pub mod policy;
pub mod project;
pub mod proposal;
pub mod purpose;
pub mod quote;
pub mod review;
pub mod search;
pub mod share;
pub mod signoff;
pub mod standing;
mod standing_page;

pub use standing_page::section as work_section;

use kernel::{
    Product,
    events::Consumer,
    product::{Check, Nav},
};
use ui::Icon;

const fn section(
    path: &'static str,
    label: &'static str,
    icon: Icon,
    permission: &'static str,
) -> Nav {
    Nav {
        product: Some("market"),
        path,
        label,
        icon,
        permission,
    }
}

/// The marketplace as a value: its routes, deadlines, sections, constraints and checks.
#[must_use]
pub fn product() -> Product {
    Product {
        name: "market",
        routes: [
            project::routes(),
            proposal::routes(),
            offer::routes(),
            quote::routes(),
            bonus::routes(),
            contract::routes(),
            amendment::routes(),
            share::routes(),
            milestone::routes(),
            delivery::routes(),
            signoff::routes(),
            review::routes(),
            dashboard::routes(),
            search::routes(),
            draft::routes(),
        ]
        .into_iter()
        .flatten()
        .collect(),
        deadlines: [
            project::deadlines(),
            contract::deadlines(),
            amendment::deadlines(),
            milestone::deadlines(),
            signoff::deadlines(),
            review::deadlines(),
        ]
        .into_iter()
        .flatten()
        .collect(),
        consumers: vec![
            Consumer {
                name: "market_standing",
                wants: standing::wants,
                run: |kernel, event| Box::pin(async move { standing::take(&kernel, event).await }),
            },
            contract::hold::consumer(),
            contract::dispute::consumer(),
        ],
        constraints: vec![
            ("proposal_live_once", 409, "already_proposed"),
            ("proposal_milestone_sum", 422, "milestones_do_not_sum"),
            ("contract_live_once", 409, "offer_exists"),
            ("amendment_once", 409, "amendment_open"),
            ("termination_once", 409, "contract_changed"),
            ("share_part_once", 409, "part_open"),
            ("project_category", 422, "unknown_category"),
            ("review_once", 409, "already_reviewed"),
            ("project_invitation_once", 409, "invitation_exists"),
        ],
        nav: vec![
            Nav {
                product: None,
                path: "",
                label: "market-nav-dashboard",
                icon: Icon::LayoutDashboard,
                permission: "dashboard.show",
            },
            section(
                "/projects",
                "market-nav-projects",
                Icon::Briefcase,
                "project.list",
            ),
            section(
                "/projects/mine",
                "market-nav-my-projects",
                Icon::FolderOpen,
                "project.create",
            ),
            section(
                "/proposals",
                "market-nav-proposals",
                Icon::FileText,
                "proposal.submit",
            ),
            section(
                "/contracts",
                "market-nav-contracts",
                Icon::Handshake,
                "contract.list",
            ),
            section(
                "/freelancers",
                "market-nav-freelancers",
                Icon::Award,
                "freelancer.list",
            ),
            section("/wallet", "market-nav-wallet", Icon::Wallet, "wallet.show"),
            section(
                "/contracts/held",
                "amend-nav-held",
                Icon::Gavel,
                "contract.decide",
            ),
        ],
        checks: [
            vec![Check {
                name: "market.counts",
                run: |kernel| Box::pin(kernel::product::anywhere(project::check::counts(kernel))),
            }],
            milestone::checks(),
        ]
        .concat(),
        leaving: Some(leaving::LEAVING),
        ..Product::default()
    }
}
