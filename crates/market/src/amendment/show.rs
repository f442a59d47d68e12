//! Amendments as answers and pages show them.

use super::terms::Terms;
use crate::contract;
use base::Instant;
use kernel::{
    Cx, Error, Result, Tx,
    list::{Page, Paging},
};
use serde_json::Value;
use uuid::Uuid;

/// A proposed, agreed or refused change of a contract's terms.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct AmendmentView {
    /// Its id.
    pub id: Uuid,
    /// Its contract.
    pub contract_id: Uuid,
    /// Its number in the contract, from 1.
    pub number: i32,
    /// `amendment`, or `counter` for the freelancer's answer to an offer.
    pub kind: String,
    /// Who proposed it.
    pub proposed_by: Uuid,
    /// `proposed`, `accepted`, `declined`, `withdrawn` or `lapsed`.
    pub state: String,
    /// A word of the proposer.
    pub note: String,
    /// The terms as they stood.
    pub before: Terms,
    /// The terms as proposed.
    pub after: Terms,
    /// A word of whoever declined it.
    pub answer_note: Option<String>,
    /// When it was proposed.
    pub proposed_at: Instant,
    /// When it lapses without an answer.
    pub lapses_at: Instant,
    /// When it was answered.
    pub answered_at: Option<Instant>,
    /// Its version.
    pub version: i64,
}

/// Which amendments of a contract are asked for.
pub struct ListQuery {
    /// Which page.
    pub paging: Paging,
}

struct Raw {
    id: Uuid,
    contract_id: Uuid,
    number: i32,
    kind: String,
    proposed_by: Uuid,
    state: String,
    note: String,
    before: Value,
    after: Value,
    answer_note: Option<String>,
    proposed_at: Instant,
    lapses_at: Instant,
    answered_at: Option<Instant>,
    version: i64,
}

impl Raw {
    fn view(self) -> Result<AmendmentView> {
        let terms = |value: Value| {
            serde_json::from_value::<Terms>(value).map_err(|e| Error::Internal(anyhow::anyhow!(e)))
        };
        Ok(AmendmentView {
            id: self.id,
            contract_id: self.contract_id,
            number: self.number,
            kind: self.kind,
            proposed_by: self.proposed_by,
            state: self.state,
            note: self.note,
            before: terms(self.before)?,
            after: terms(self.after)?,
            answer_note: self.answer_note,
            proposed_at: self.proposed_at,
            lapses_at: self.lapses_at,
            answered_at: self.answered_at,
            version: self.version,
        })
    }
}

/// One amendment, for the parties of its contract.
///
/// # Errors
/// 404 for everyone else.
pub async fn show(cx: &Cx, id: Uuid) -> Result<AmendmentView> {
    Ok(with_contract(cx, id).await?.0)
}

/// One amendment and its contract, read once.
///
/// # Errors
/// 404 for everyone but the parties.
pub async fn with_contract(cx: &Cx, id: Uuid) -> Result<(AmendmentView, contract::ContractView)> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = sqlx::query_as!(
        Raw,
        r#"select id, contract_id, number, kind, proposed_by, state, note, before, after, answer_note,
                  proposed_at as "proposed_at: Instant", lapses_at as "lapses_at: Instant", answered_at as "answered_at: Instant", version
           from market.amendment where workspace_id = $1 and id = $2"#,
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let contract = contract::show::read(&mut tx, cx, row.contract_id).await?;
    tx.finish().await?;
    Ok((row.view()?, contract))
}

/// The amendments of a contract, newest first.
///
/// # Errors
/// 404 for those who are not a party; 400 for a cursor that is not ours.
pub async fn list(cx: &Cx, contract_id: Uuid, query: &ListQuery) -> Result<Page<AmendmentView>> {
    Ok(list_with_contract(cx, contract_id, query).await?.0)
}

/// The same with the contract and the time, read once, for the page.
///
/// # Errors
/// As [`list`].
pub(crate) async fn list_with_contract(
    cx: &Cx,
    contract_id: Uuid,
    query: &ListQuery,
) -> Result<(Page<AmendmentView>, contract::ContractView, Instant)> {
    let position = query.paging.position::<i32>()?;
    let back = position.as_ref().is_some_and(|p| p.back);
    let number = position.as_ref().map(|p| p.key);
    let mut tx = cx.read().await?;
    let contract = contract::show::read(&mut tx, cx, contract_id).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let rows = if back {
        sqlx::query_as!(
            Raw,
            r#"select id, contract_id, number, kind, proposed_by, state, note, before, after, answer_note,
                      proposed_at as "proposed_at: Instant", lapses_at as "lapses_at: Instant", answered_at as "answered_at: Instant", version
               from market.amendment where workspace_id = $1 and contract_id = $2 and number > $3 order by number limit $4"#,
            workspace,
            contract_id,
            number,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Raw,
            r#"select id, contract_id, number, kind, proposed_by, state, note, before, after, answer_note,
                      proposed_at as "proposed_at: Instant", lapses_at as "lapses_at: Instant", answered_at as "answered_at: Instant", version
               from market.amendment where workspace_id = $1 and contract_id = $2 and ($3::integer is null or number < $3)
               order by number desc limit $4"#,
            workspace,
            contract_id,
            number,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from market.amendment where workspace_id = $1 and contract_id = $2"#,
        workspace,
        contract_id
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let views = rows
        .into_iter()
        .map(Raw::view)
        .collect::<Result<Vec<_>>>()?;
    let page = Page::of(views, &query.paging, position.as_ref(), |r| r.number).with_total(total);
    Ok((page, contract, now))
}

/// The open proposal of a contract, as its page tells it.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub id: Uuid,
    /// Whether it is the freelancer's answer to an offer.
    pub counter: bool,
    pub proposed_by: Uuid,
    pub lapses_at: Instant,
}

/// The open proposal of a contract, for its page.
pub(crate) async fn waiting(tx: &mut Tx, contract: Uuid) -> Result<Option<Waiting>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select id, kind, proposed_by, lapses_at as "lapses_at: Instant" from market.amendment
           where workspace_id = $1 and contract_id = $2 and state = 'proposed'"#,
        workspace,
        contract
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|r| Waiting {
        id: r.id,
        counter: r.kind == "counter",
        proposed_by: r.proposed_by,
        lapses_at: r.lapses_at,
    }))
}
