//! The payer's confirmation, as the bank's page of a 3-D Secure payment.

use std::sync::Arc;

use axum::extract::rejection::{FormRejection, PathRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State as Shared};
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use reqwest::Url;
use serde::Deserialize;

use super::{Look, PageAsked, bad_link, page};
use crate::app::App;
use crate::model::{Payment, PaymentStatus};
use crate::payment::{self, Answer};
use crate::{back, money};

type Address = Result<Path<(String, String)>, PathRejection>;

#[derive(Deserialize)]
pub(super) struct Said {
    answer: Answer,
}

/// `GET /actions/{payment}/{random}`
pub(super) async fn show(
    Shared(app): Shared<Arc<App>>,
    headers: HeaderMap,
    address: Address,
    asked: Result<Query<PageAsked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let plain = Look::new(asked.locale.as_deref(), asked.theme.as_deref(), &headers);
    let Ok(Path((id, random))) = address else {
        return bad_link(plain, StatusCode::NOT_FOUND);
    };
    match payment::answer(&app, &id, &random, None).await {
        Ok(payment) => {
            let locale = asked.locale.as_deref().or(payment.locale.as_deref());
            let look = Look::new(locale, asked.theme.as_deref(), &headers);
            if payment.face.status == PaymentStatus::RequiresAction {
                question(&app, look, &payment, &random)
            } else {
                outcome(&app, look, &payment)
            }
        }
        Err(fault) => bad_link(plain, fault.status),
    }
}

/// `POST /actions/{payment}/{random}`
pub(super) async fn take(
    Shared(app): Shared<Arc<App>>,
    headers: HeaderMap,
    address: Address,
    said: Result<Form<Said>, FormRejection>,
) -> Response {
    let plain = Look::new(None, None, &headers);
    let Ok(Path((id, random))) = address else {
        return bad_link(plain, StatusCode::NOT_FOUND);
    };
    let answer = match said {
        Ok(Form(said)) => said.answer,
        Err(fault) => return bad_link(plain, fault.status()),
    };
    match payment::answer(&app, &id, &random, Some(answer)).await {
        Ok(payment) => match way_back(&app, &payment) {
            Some(url) => (StatusCode::SEE_OTHER, [(LOCATION, url.to_string())]).into_response(),
            None => {
                let look = Look::new(payment.locale.as_deref(), None, &headers);
                outcome(&app, look, &payment)
            }
        },
        Err(fault) => bad_link(plain, fault.status),
    }
}

fn way_back(app: &App, payment: &Payment) -> Option<Url> {
    let url = payment.return_url.as_deref()?;
    back::allowed(&app.config, url)
}

fn facts(look: Look, payment: &Payment) -> Markup {
    let face = &payment.face;
    html! {
        dl {
            dt { (look.say("action-amount")) }
            dd { bdi dir="ltr" { (money::shown(face.amount_minor, &face.currency)) } }
            @if let Some(description) = &face.description {
                dt { (look.say("action-description")) }
                dd { bdi { (description) } }
            }
        }
    }
}

fn question(app: &App, look: Look, payment: &Payment, random: &str) -> Response {
    let body = html! {
        p.note { (look.say("action-note")) }
        (facts(look, payment))
        form method="post" action={ "/actions/" (payment.face.id) "/" (random) } {
            div.row {
                button type="submit" name="answer" value="approve" {
                    (look.say("action-approve"))
                }
                button.quiet type="submit" name="answer" value="refuse" {
                    (look.say("action-refuse"))
                }
            }
        }
    };
    let targets: Vec<_> = way_back(app, payment).iter().map(back::origin).collect();
    page(
        look,
        StatusCode::OK,
        &look.say("action-title"),
        &targets,
        &body,
    )
}

fn outcome(app: &App, look: Look, payment: &Payment) -> Response {
    let title = match payment.face.status {
        PaymentStatus::Succeeded => "action-approved",
        _ => "action-refused",
    };
    let body = html! {
        (facts(look, payment))
        @match way_back(app, payment) {
            Some(url) => p { a href=(url) { (look.say("action-return")) } },
            None => p { (look.say("action-close")) },
        }
    };
    page(look, StatusCode::OK, &look.say(title), &[], &body)
}
