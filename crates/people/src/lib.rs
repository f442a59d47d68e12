//! People: what a member shows of themselves inside a workspace, to whom they choose, and how
//! freelancers are found by it.
//!
//! Invariant: the words by which a profile is found are written with the profile, by the same
//! function that reads a search.

mod country;
pub mod freelancer;
mod join;
pub mod profile;
pub mod showcase;
mod words;

pub use country::ALL as COUNTRIES;
pub use profile::{countries, is_zone, zones};

use kernel::{BoxFuture, Cx, Product, Result, events::Consumer, product::Nav};
use maud::Markup;
use std::sync::OnceLock;
use ui::Icon;
use uuid::Uuid;

/// A part of a member's page that another crate fills: work history, reviews.
#[derive(Clone, Copy)]
pub struct ProfileSection {
    /// Draws the part for this member, or nothing (empty markup). The reader may be a visitor.
    pub render: fn(Cx, Uuid) -> BoxFuture<'static, Result<Markup>>,
    /// The act that stands in the page's head for this reader, if any.
    pub act: fn(&Cx, Uuid) -> Option<Markup>,
    /// The same as fields of the API's answer, an object; empty for nothing.
    pub data: fn(Cx, Uuid) -> BoxFuture<'static, Result<serde_json::Value>>,
}

static SECTIONS: OnceLock<Vec<ProfileSection>> = OnceLock::new();

fn sections() -> &'static [ProfileSection] {
    SECTIONS.get().map_or(&[], Vec::as_slice)
}

/// People as a value to plug in; `sections` follow a member's own words on their page, in order.
/// A second wiring in one process (tests) brings the same ones.
#[must_use]
pub fn product(sections: Vec<ProfileSection>) -> Product {
    // Kept from the first wiring.
    let _ = SECTIONS.set(sections);
    let mut routes = profile::routes();
    routes.extend(freelancer::routes());
    routes.extend(showcase::routes());
    Product {
        name: "people",
        routes,
        consumers: vec![Consumer {
            name: "people",
            wants: |kind| kind.starts_with("identity.member_"),
            run: |kernel, event| Box::pin(async move { join::take(&kernel, event).await }),
        }],
        at_once: vec![join::at_once()],
        constraints: vec![
            ("profile_country", 422, "invalid_choice"),
            ("profile_rate", 422, "too_large"),
        ],
        nav: vec![
            Nav {
                product: Some("market"),
                path: "/freelancers",
                label: "people-freelancers",
                icon: Icon::Award,
                permission: "freelancer.list",
            },
            Nav {
                product: None,
                path: "/profile/edit",
                label: "people-my-profile",
                icon: Icon::User,
                permission: "profile.update",
            },
        ],
        ..Product::default()
    }
}
