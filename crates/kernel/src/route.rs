//! The route table: every route declares its permission (or that it is public), its rate class,
//! its idempotency and its input, once. Router, API document and sweeps are made from it.

use crate::{Input, Kernel, Reader};
use axum::{Router, middleware, routing::MethodRouter};
use http::Method;
use serde_json::Value;
use std::{collections::HashSet, sync::Arc};
use utoipa::openapi::{RefOr, schema::Schema};

/// Who may ask at all; the command decides about the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Public,
    /// Any signed-in account.
    SignedIn,
    /// A member whose roles grant this permission for some relation.
    Permission(&'static str),
}

/// Which limit counts a request. How much is allowed is data (`kernel.rate_policy`); told here is
/// what an installation begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// Reads: 300 a minute per account, 60 per network without one.
    Read,
    /// Writes: 60 a minute per account.
    Write,
    /// Money: as writes, counted exactly; refused when the counter is out of reach.
    Money,
    /// Sign-in: 10 in five minutes per network.
    SignIn,
    /// Registration: 5 in five minutes per network.
    Register,
    /// Asking for a mailed link: 10 an hour per network.
    Link,
    /// Starting what costs much: 10 an hour per account.
    Job,
    /// Not limited: assets, health, what the provider tells.
    Free,
}

impl Rate {
    /// Its name in the API document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Money => "money",
            Self::SignIn => "sign_in",
            Self::Register => "register",
            Self::Link => "link",
            Self::Job => "job",
            Self::Free => "free",
        }
    }

    /// Whether each request is counted in the database, and refused when that is out of reach.
    #[must_use]
    pub fn is_exact(self) -> bool {
        !matches!(self, Self::Read | Self::Write | Self::Free)
    }
}

/// Whether a request takes an `Idempotency-Key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// Money: refused without.
    Required,
    /// Taken up when given.
    Accepted,
    /// Not used.
    None,
}

/// JSON for programs, or a page for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Under `/api/v1`, in the document.
    Api,
    /// A page or a form's target.
    Page,
}

/// What the table knows of a route.
pub struct Meta {
    /// JSON or page.
    pub kind: Kind,
    /// Method.
    pub method: Method,
    /// Path with `{names}`, as axum takes it.
    pub path: String,
    /// `noun.verb`, unique per kind and method.
    pub operation: &'static str,
    /// Who may ask.
    pub access: Access,
    /// Which limit counts it.
    pub rate: Rate,
    /// Whether it takes a key.
    pub idempotency: Idempotency,
    /// Whether an edit must say what it was made against.
    pub if_match: bool,
    /// Seconds until it is given up.
    pub deadline_seconds: u64,
    /// Product that must be switched on in the workspace.
    pub product: Option<&'static str>,
    /// Schema of the JSON body or form.
    pub body: Option<Value>,
    /// Schema of the query.
    pub query: Option<Value>,
    /// Example of the body, for the document and for newcomers.
    pub example: Option<Value>,
    /// Status of success.
    pub status: u16,
    /// Schema of the answer's data with its name and dependencies.
    pub answer: Option<Answer>,
    /// Media types of an answer that is a file, not JSON.
    pub produces: &'static [&'static str],
    /// Whether the answer carries an `ETag` that its schema does not show.
    pub versioned: bool,
    /// Whether the answer is a list.
    pub is_list: bool,
    /// Content type of a body that is not JSON (uploads).
    pub upload: bool,
    /// Whether the provider's hosted page may post here.
    pub from_provider: bool,
    /// Whether an open page asks by itself: that nobody is there does not keep a session alive.
    pub unattended: bool,
    /// Statuses beyond the usual that this route answers with.
    pub refusals: &'static [u16],
    /// Its own codes beyond the usual, each with its status.
    pub codes: &'static [(u16, &'static str)],
    /// What else the API document says of it: a description, more parameters, a raw body.
    pub documented: Option<Value>,
}

/// The schema of an answer.
pub struct Answer {
    /// Its name among the document's schemas.
    pub name: String,
    /// The schema.
    pub schema: RefOr<Schema>,
    /// The schemas it refers to.
    pub others: Vec<(String, RefOr<Schema>)>,
}

/// A route to be plugged in.
pub struct Route {
    meta: Meta,
    handler: MethodRouter<Arc<Kernel>>,
}

impl Route {
    fn new(
        kind: Kind,
        method: Method,
        path: String,
        operation: &'static str,
        handler: MethodRouter<Arc<Kernel>>,
    ) -> Self {
        let reads = method == Method::GET;
        Self {
            meta: Meta {
                kind,
                path,
                operation,
                access: Access::SignedIn,
                rate: if reads { Rate::Read } else { Rate::Write },
                idempotency: Idempotency::None,
                if_match: false,
                deadline_seconds: 30,
                product: None,
                body: None,
                query: None,
                example: None,
                status: 200,
                answer: None,
                is_list: false,
                upload: false,
                produces: &[],
                versioned: false,
                from_provider: false,
                unattended: false,
                refusals: &[],
                codes: &[],
                documented: None,
                method,
            },
            handler,
        }
    }

    /// A JSON route; `path` is below `/api/v1`.
    #[must_use]
    pub fn api(
        method: Method,
        path: &str,
        operation: &'static str,
        handler: MethodRouter<Arc<Kernel>>,
    ) -> Self {
        Self::new(
            Kind::Api,
            method,
            format!("/api/v1{path}"),
            operation,
            handler,
        )
    }

    /// A page (`GET`) or a form's target (`POST`).
    #[must_use]
    pub fn page(
        method: Method,
        path: &str,
        operation: &'static str,
        handler: MethodRouter<Arc<Kernel>>,
    ) -> Self {
        Self::new(Kind::Page, method, path.to_owned(), operation, handler)
    }

    /// Anyone may ask.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.meta.access = Access::Public;
        self
    }
    /// Any signed-in account may ask (the default).
    #[must_use]
    pub fn signed_in(mut self) -> Self {
        self.meta.access = Access::SignedIn;
        self
    }
    /// A member with this permission may ask.
    #[must_use]
    pub fn permission(mut self, permission: &'static str) -> Self {
        self.meta.access = Access::Permission(permission);
        self
    }
    /// Counts against another limit than the method's usual.
    #[must_use]
    pub fn rate(mut self, rate: Rate) -> Self {
        self.meta.rate = rate;
        self
    }
    /// Takes an `Idempotency-Key`.
    #[must_use]
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.meta.idempotency = idempotency;
        self
    }
    /// Needs `If-Match`.
    #[must_use]
    pub fn if_match(mut self) -> Self {
        self.meta.if_match = true;
        self
    }
    /// Exists only in workspaces with this product.
    #[must_use]
    pub fn product(mut self, product: &'static str) -> Self {
        self.meta.product = Some(product);
        self
    }
    /// The body or form it reads.
    #[must_use]
    pub fn body<T: Input>(mut self) -> Self {
        self.meta.body = Some(Reader::describe::<T>());
        self
    }
    /// The query it reads.
    #[must_use]
    pub fn query<T: Input>(mut self) -> Self {
        self.meta.query = Some(Reader::describe::<T>());
        self
    }
    /// An example of the body.
    #[must_use]
    pub fn example(mut self, example: Value) -> Self {
        self.meta.example = Some(example);
        self
    }
    /// Answers one thing under `data`.
    #[must_use]
    pub fn answers<T: utoipa::ToSchema>(mut self, status: u16) -> Self {
        let mut others = vec![];
        T::schemas(&mut others);
        self.meta.status = status;
        self.meta.answer = Some(Answer {
            name: T::name().into_owned(),
            schema: T::schema(),
            others,
        });
        self
    }
    /// Answers with a file of one of these media types.
    #[must_use]
    pub fn produces(mut self, media: &'static [&'static str]) -> Self {
        self.meta.produces = media;
        self
    }
    /// Answers with an `ETag` though its schema has no `version` on top.
    #[must_use]
    pub fn versioned(mut self) -> Self {
        self.meta.versioned = true;
        self
    }
    /// Answers a list.
    #[must_use]
    pub fn lists<T: utoipa::ToSchema>(mut self) -> Self {
        self = self.answers::<T>(200);
        self.meta.is_list = true;
        self
    }
    /// Answers with this status and no body.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.meta.status = status;
        self
    }
    /// Takes a multipart upload instead of JSON and may take longer.
    #[must_use]
    pub fn upload(mut self) -> Self {
        self.meta.upload = true;
        self.meta.deadline_seconds = 300;
        self
    }
    /// The provider's hosted page may post here, from its own origin.
    #[must_use]
    pub fn from_provider(mut self) -> Self {
        self.meta.from_provider = true;
        self
    }
    /// An open page asks here by itself: it is no use of a session.
    #[must_use]
    pub fn unattended(mut self) -> Self {
        self.meta.unattended = true;
        self
    }
    /// Adds to what the API document says: `description`, `parameters` (after the usual ones) or a
    /// `requestBody` that is read as it comes. It checks nothing.
    #[must_use]
    pub fn documented(mut self, more: Value) -> Self {
        self.meta.documented = Some(more);
        self
    }
    /// Also refuses with these statuses (402, 409, 410, …).
    #[must_use]
    pub fn refuses(mut self, statuses: &'static [u16]) -> Self {
        self.meta.refusals = statuses;
        self
    }
    /// Names its own codes: `.codes(&[(409, "project_not_draft")])`.
    #[must_use]
    pub fn codes(mut self, codes: &'static [(u16, &'static str)]) -> Self {
        self.meta.codes = codes;
        self
    }
    /// What the table knows of it, for lists made before wiring.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }
}

/// Builds the router with the edge around each route, and the table of all of them.
pub(crate) fn router(
    kernel: &Arc<Kernel>,
    routes: Vec<Route>,
) -> anyhow::Result<(Router, Vec<&'static Meta>)> {
    let mut router: Router<Arc<Kernel>> = Router::new();
    let mut metas: Vec<&'static Meta> = vec![];
    let mut seen = HashSet::new();
    for route in routes {
        let meta: &'static Meta = Box::leak(Box::new(route.meta));
        anyhow::ensure!(
            meta.kind == Kind::Page || seen.insert(meta.operation),
            "two routes are called {}",
            meta.operation
        );
        let layer = middleware::from_fn_with_state((kernel.clone(), meta), crate::edge::route);
        router = router.route(&meta.path, route.handler.layer(layer));
        metas.push(meta);
    }
    let router = router
        .route("/assets/{*path}", axum::routing::get(crate::edge::assets))
        .route("/health/live", axum::routing::get(crate::health::live))
        .route("/health/ready", axum::routing::get(crate::health::ready))
        .fallback(crate::edge::unmatched)
        .method_not_allowed_fallback(|| async { crate::Error::refused(405, "method_not_allowed") })
        .layer(middleware::from_fn_with_state(
            kernel.clone(),
            crate::edge::outer,
        ))
        // Assets come compressed already; the layer leaves them and event streams alone.
        .layer(
            tower_http::compression::CompressionLayer::new()
                .quality(tower_http::CompressionLevel::Fastest),
        )
        .with_state(kernel.clone());
    Ok((router, metas))
}
