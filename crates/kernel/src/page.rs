//! Pages: the frame around a body, with the sections this reader may open.

use crate::{
    Cx, Error, Result, problem,
    route::{Access, Kind},
};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use maud::Markup;
use ui::frame::{self, Frame};

mod merge;

pub use merge::{Stale, stale};

/// The address of the sign-in page; other crates link to it.
pub const SIGN_IN: &str = "/login";

/// A page in the workspace's frame (or the public one for a visitor).
///
/// # Errors
/// The database's, for the number of unread notices.
pub async fn page(cx: &Cx, title: impl Into<String>, body: Markup) -> Result<Response> {
    framed(cx, StatusCode::OK, title.into(), vec![], body).await
}

/// The same with a status: a refused form is 422.
///
/// # Errors
/// As [`page`].
pub async fn page_with(
    cx: &Cx,
    status: StatusCode,
    title: impl Into<String>,
    body: Markup,
) -> Result<Response> {
    framed(cx, status, title.into(), vec![], body).await
}

/// A page below three levels, with the way back as (label, path).
///
/// # Errors
/// As [`page`].
pub async fn page_under(
    cx: &Cx,
    title: impl Into<String>,
    trail: Vec<(String, String)>,
    body: Markup,
) -> Result<Response> {
    framed(cx, StatusCode::OK, title.into(), trail, body).await
}

async fn framed(
    cx: &Cx,
    status: StatusCode,
    title: String,
    trail: Vec<(String, String)>,
    body: Markup,
) -> Result<Response> {
    let mut frame = Frame::new(cx.locale, title);
    frame.theme = cx.theme;
    frame.path = cx.path.to_string();
    frame.breadcrumbs = trail;
    if let Some(workspace) = &cx.workspace {
        frame.workspace = Some(frame::Workspace {
            name: workspace.name.clone(),
            slug: workspace.slug.clone(),
        });
        let current = cx.path.split('?').next().unwrap_or("");
        for section in &cx.kernel.wiring().nav {
            let on = section.product.is_none_or(|p| workspace.has(p));
            let may = match &cx.member {
                Some(member) => member.grants.has(section.permission),
                None => is_public(cx, section.path),
            };
            if on && may {
                let href = cx.href(section.path);
                // Two crates may bring the same section; the first one names it.
                if frame.nav.iter().any(|known| known.href == href) {
                    continue;
                }
                let active = current == href
                    || (!section.path.is_empty() && current.starts_with(&format!("{href}/")));
                frame.nav.push(
                    frame::NavItem::new(href, cx.t(section.label), section.icon).active(active),
                );
            }
        }
        // A section inside another (`/projects/mine` in `/projects`) is the only one the page belongs to.
        let deepest = frame
            .nav
            .iter()
            .filter(|item| item.active)
            .map(|item| item.href.len())
            .max();
        for item in &mut frame.nav {
            item.active &= Some(item.href.len()) == deepest;
        }
        if cx.member.is_some() && workspace.has("market") {
            frame.search = Some(cx.href("/projects"));
        }
    }
    if let Some(session) = &cx.session {
        if session.is_operator {
            let item = frame::NavItem::new("/operator", cx.t("operator-title"), ui::Icon::Activity);
            frame
                .nav
                .push(item.active(cx.path.starts_with("/operator")));
        }
        let here = cx.workspace.as_ref().map(|w| w.slug.as_str());
        frame.others = session
            .places
            .iter()
            .filter(|(slug, _)| Some(slug.as_str()) != here)
            .map(|(slug, name)| frame::Workspace {
                name: name.clone(),
                slug: slug.clone(),
            })
            .collect();
        let known = cx.told.lock().ok().and_then(|mut slot| slot.take());
        let told = match (known, cx.kernel.wiring().unread) {
            (Some(told), _) => told,
            (None, Some(tell)) if cx.member.is_some() => {
                let mut tx = cx.read_records().await?;
                let told = tell(cx, &mut tx).await?;
                if let Ok(mut slot) = cx.told.lock() {
                    // So that the end of this read does not ask once more.
                    *slot = Some(crate::product::Told::default());
                }
                tx.finish().await?;
                told
            }
            _ => crate::product::Told::default(),
        };
        frame.flash = told.banner;
        let name = cx
            .member
            .as_ref()
            .map_or(&session.display_name, |m| &m.display_name);
        frame.me = Some(frame::Me {
            id: session.account_id.to_string(),
            name: name.clone(),
            href_account: "/account".to_owned(),
            href_notices: if cx.member.is_some() {
                cx.href("/notifications")
            } else {
                "/account".to_owned()
            },
            unread: told.unread,
        });
        frame.events = cx.member.is_some();
    }
    let markup = if cx.session.is_some() {
        frame::page(&frame, body)
    } else {
        frame::public_page(&frame, body)
    };
    Ok((status, markup).into_response())
}

/// Whether anyone may open this section of a workspace, as its route declares.
fn is_public(cx: &Cx, section: &str) -> bool {
    let path = format!("/w/{{workspace}}{section}");
    let mut routes = cx.kernel.wiring().routes.iter();
    routes.any(|r| {
        r.kind == Kind::Page
            && r.method == http::Method::GET
            && r.access == Access::Public
            && r.path == path
    })
}

/// What a refused form shows: its status and the words per field (empty name: the whole form).
pub type Messages = Vec<(String, String)>;

/// Tells a refusal at the fields of its form; what a person cannot mend there becomes the answer.
///
/// # Errors
/// The error itself, for the edge to render as a page.
pub fn refusal(cx: &Cx, error: Error) -> Result<(StatusCode, Messages)> {
    problem::at_fields(error, cx.locale)
}

/// The words at one field, if any.
#[must_use]
pub fn message_of<'a>(messages: &'a Messages, field: &str) -> Option<&'a str> {
    messages
        .iter()
        .find(|(name, _)| name == field)
        .map(|(_, words)| words.as_str())
}
