//! Writing a review, once per party and contract, and correcting it while it is still hidden.

use super::publish;
use crate::{activity, contract};
use base::Instant;
use kernel::{Action, Cx, Error, Input, Reader, Result, error::OnConstraint, events::Event};
use serde_json::json;
use uuid::Uuid;

/// Writing a review.
pub const SUBMIT: Action = Action::new("review.submit", "review", "contract.show");

/// Seconds in which an author may correct a review that is not yet published.
pub const EDIT_SECONDS: i64 = 86_400;

/// What is marked, in the order of the fields.
const MARKS: [&str; 4] = ["quality", "communication", "timeliness", "value"];

/// A review to be written.
pub struct NewReview {
    /// Quality, 1 to 5.
    pub quality: i64,
    /// Communication, 1 to 5.
    pub communication: i64,
    /// Timeliness, 1 to 5.
    pub timeliness: i64,
    /// Value, 1 to 5.
    pub value: i64,
    /// What others read.
    pub body: String,
    /// What only the platform reads.
    pub private_note: Option<String>,
}
impl Input for NewReview {
    fn read(r: &mut Reader) -> Self {
        Self {
            quality: r.integer("quality", 1, 5),
            communication: r.integer("communication", 1, 5),
            timeliness: r.integer("timeliness", 1, 5),
            value: r.integer("value", 1, 5),
            body: r.block("body", 1, 4000),
            private_note: Some(r.block("private_note", 0, 2000)).filter(|n| !n.is_empty()),
        }
    }
}

/// A correction; what is absent stays.
#[derive(Default)]
pub struct ChangeReview {
    /// Quality, 1 to 5.
    pub quality: Option<i64>,
    /// Communication, 1 to 5.
    pub communication: Option<i64>,
    /// Timeliness, 1 to 5.
    pub timeliness: Option<i64>,
    /// Value, 1 to 5.
    pub value: Option<i64>,
    /// What others read.
    pub body: Option<String>,
    /// What only the platform reads, or nothing.
    pub private_note: Option<Option<String>>,
}
impl Input for ChangeReview {
    fn read(r: &mut Reader) -> Self {
        let (named, noted) = (r.given("body"), r.given("private_note"));
        let body = r.block("body", 0, 4000);
        let note = Some(r.block("private_note", 0, 2000)).filter(|n| !n.is_empty());
        if named && body.is_empty() && r.is_sound() {
            r.fault("body", "required");
        }
        Self {
            quality: r.integer_opt("quality", 1, 5),
            communication: r.integer_opt("communication", 1, 5),
            timeliness: r.integer_opt("timeliness", 1, 5),
            value: r.integer_opt("value", 1, 5),
            body: named.then_some(body),
            private_note: noted.then_some(note),
        }
    }
}
impl From<NewReview> for ChangeReview {
    fn from(all: NewReview) -> Self {
        Self {
            quality: Some(all.quality),
            communication: Some(all.communication),
            timeliness: Some(all.timeliness),
            value: Some(all.value),
            body: Some(all.body),
            private_note: Some(all.private_note),
        }
    }
}

fn rating(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(1)
}

/// Writes the asking party's review of the other; with the second one both become visible.
///
/// # Errors
/// 404 for strangers, 409 `contract_not_completed`, `review_window_closed`, `already_reviewed`.
pub async fn submit(cx: &Cx, contract_id: Uuid, input: &NewReview) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let id = base::id::new();
    let permit = cx.authorize(&SUBMIT, id, &contract.relations(cx))?;
    if contract.review_until.is_none() {
        return Err(Error::conflict("contract_not_completed"));
    }
    let me = cx.member()?.id;
    let (workspace, now) = (tx.workspace(), tx.now());
    let written = sqlx::query_scalar!(
        "select author_id from market.review where workspace_id = $1 and contract_id = $2",
        workspace,
        contract_id
    )
    .fetch_all(&mut *tx)
    .await?;
    if written.contains(&me) {
        return Err(Error::conflict("already_reviewed"));
    }
    let over = contract.reviews_published_at.is_some()
        || contract.review_until.is_none_or(|until| until <= now);
    if over {
        return Err(Error::conflict("review_window_closed"));
    }
    let role = if me == contract.client_id {
        "client"
    } else {
        "freelancer"
    };
    sqlx::query!(
        "insert into market.review (workspace_id, id, contract_id, author_id, subject_id, author_role, quality, communication, timeliness,
                                    value, body, private_note, submitted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        workspace,
        id,
        contract_id,
        me,
        contract.other(me),
        role,
        rating(input.quality),
        rating(input.communication),
        rating(input.timeliness),
        rating(input.value),
        input.body,
        input.private_note.as_deref().unwrap_or_default(),
        now as _
    )
    .execute(&mut *tx)
    .await
    .on_constraint("review_once", Error::conflict("already_reviewed"))?;
    // Who reads the audit may be the other party, to whom the marks are hidden until both have written.
    for mark in MARKS {
        tx.change_masked(mark);
    }
    activity::note(&mut tx, contract_id, "reviewed", json!({})).await?;
    if written.is_empty() {
        let person = activity::name_of(&mut tx, me).await?;
        let notice = activity::notice(
            contract.other(me),
            "review_received",
            &contract.href(),
            json!({"contract": contract.title, "person": person}),
        );
        tx.emit(Event::new(
            "market.review_submitted",
            "review",
            id,
            1,
            json!({"contract_id": contract_id, "author_role": role, "notify": [notice]}),
        ));
    } else {
        publish::publish(&mut tx, &contract).await?;
    }
    tx.commit(permit).await?;
    Ok(id)
}

/// Corrects an own review within a day, while nobody else has seen it.
///
/// # Errors
/// 404 for everyone but its author (403 for the other party once it is published), 409
/// `review_published`, `review_edit_closed`; 412 `stale`.
pub async fn update(cx: &Cx, id: Uuid, version: i64, change: ChangeReview) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let workspace = tx.workspace();
    let contract_id = sqlx::query_scalar!(
        "select contract_id from market.review where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let row = sqlx::query!(
        r#"select author_id, submitted_at as "submitted_at: Instant", published_at as "published_at: Instant", version,
                  quality, communication, timeliness, value, body, private_note from market.review
           where workspace_id = $1 and id = $2 for no key update"#,
        workspace,
        id
    )
    .fetch_one(&mut *tx)
    .await?;
    let permit = cx.authorize(&SUBMIT, id, &contract.relations(cx))?;
    if Some(row.author_id) != cx.me() {
        return Err(if row.published_at.is_some() {
            Error::Forbidden("forbidden")
        } else {
            Error::NotFound
        });
    }
    if row.published_at.is_some() {
        return Err(Error::conflict("review_published"));
    }
    if tx.now().seconds_since(row.submitted_at) > EDIT_SECONDS {
        return Err(Error::conflict("review_edit_closed"));
    }
    if row.version != version {
        return Err(Error::refused(412, "stale"));
    }
    let note = Some(row.private_note.clone()).filter(|n| !n.is_empty());
    let input = NewReview {
        quality: change.quality.unwrap_or(row.quality.into()),
        communication: change.communication.unwrap_or(row.communication.into()),
        timeliness: change.timeliness.unwrap_or(row.timeliness.into()),
        value: change.value.unwrap_or(row.value.into()),
        body: change.body.unwrap_or_else(|| row.body.clone()),
        private_note: change.private_note.unwrap_or(note),
    };
    sqlx::query!(
        "update market.review set quality = $3, communication = $4, timeliness = $5, value = $6, body = $7, private_note = $8, version = version + 1
         where workspace_id = $1 and id = $2 and published_at is null",
        workspace,
        id,
        rating(input.quality),
        rating(input.communication),
        rating(input.timeliness),
        rating(input.value),
        input.body,
        input.private_note.as_deref().unwrap_or_default()
    )
    .execute(&mut *tx)
    .await?;
    // Marks and texts are named, not told.
    let before = [row.quality, row.communication, row.timeliness, row.value];
    let after = [
        input.quality,
        input.communication,
        input.timeliness,
        input.value,
    ];
    for (mark, (before, after)) in MARKS.into_iter().zip(before.into_iter().zip(after)) {
        if before != rating(after) {
            tx.change_masked(mark);
        }
    }
    if row.body != input.body {
        tx.change_masked("body");
    }
    if row.private_note != input.private_note.as_deref().unwrap_or_default() {
        tx.change_masked("private_note");
    }
    tx.commit(permit).await?;
    Ok(id)
}
