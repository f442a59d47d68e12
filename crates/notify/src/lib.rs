//! What members are told: in the workspace, live in the browser, and by mail.
//!
//! Invariants: one notification and one mail per event and person; a mail is rendered when it is
//! sent, so no one-time token is ever at rest; every link starts with the configured address.

mod erase;
mod kind;
pub mod mail;
mod notification;
mod preference;
mod stream;
mod take;
mod unsubscribe;

pub use kind::KINDS;
pub use mail::{SunkMail, send_due, sink};

use kernel::{Product, Rate, Route, events::Consumer, state::Tick};

/// Notify as a value to plug in.
#[must_use]
pub fn product() -> Product {
    let mut routes = notification::routes();
    routes.extend(preference::routes());
    routes.extend(unsubscribe::routes());
    routes.push(
        Route::api(
            http::Method::GET,
            "/events",
            "event.list",
            axum::routing::get(stream::api_events),
        )
        .signed_in()
        .unattended()
        .query::<stream::Since>()
        .answers::<stream::EventsView>(200)
        .versioned(),
    );
    routes.push(
        Route::page(
            http::Method::GET,
            "/events",
            "event.stream",
            axum::routing::get(stream::events),
        )
        .query::<stream::Since>()
        .signed_in()
        .unattended()
        .rate(Rate::Free),
    );
    Product {
        name: "notify",
        routes,
        consumers: vec![Consumer {
            name: "notify",
            wants: |_| true,
            run: |kernel, event| Box::pin(async move { take::take(&kernel, event).await }),
        }],
        ticks: vec![
            Tick {
                name: "mail",
                every_seconds: 2,
                run: |kernel| Box::pin(async move { mail::send_due(&kernel).await }),
            },
            mail::purge(),
        ],
        unread: Some(|cx, connection| Box::pin(notification::told(cx, connection))),
        leaving: Some(erase::LEAVING),
        ..Product::default()
    }
}
