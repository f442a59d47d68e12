//! How many projects a further filter would leave.

use super::{list::Filter, query::ListQuery};
use crate::category::CategoryView;
use kernel::{Cx, Result, Tx, list::COUNTED, state::Counts};
use serde_json::{Value, json};
use std::{collections::HashMap, sync::Arc};

/// Skills that are offered at most.
const SKILLS_MOST: usize = 12;

/// Counts under the filters that are on, each without the filter of its own kind: what a list holds
/// after the filter is chosen. Of more than ten thousand projects, ten thousand are counted.
#[derive(Debug, Default)]
pub struct Facets {
    /// By key of category; the kinds under a category count for it.
    pub categories: HashMap<String, i64>,
    /// By level of experience.
    pub levels: HashMap<String, i64>,
    /// By the country wished for, the most frequent first.
    pub countries: Vec<(String, i64)>,
    /// The most frequent skills that are not asked for yet.
    pub skills: Vec<(String, i64)>,
    /// By the least rating of the client, in tenths of a star.
    pub ratings: HashMap<String, i64>,
    /// Those whose client's means of payment is verified.
    pub verified: i64,
    /// What passes all filters.
    pub total: i64,
}

impl Facets {
    /// As the API tells it: lists of value and count, the highest first.
    #[must_use]
    pub fn told(&self) -> Value {
        let list = |mut all: Vec<(String, i64)>| {
            all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let rows = all
                .into_iter()
                .map(|(value, n)| json!({"value": value, "count": n}));
            rows.collect::<Vec<_>>()
        };
        let map = |m: &HashMap<String, i64>| list(m.iter().map(|(k, n)| (k.clone(), *n)).collect());
        json!({"category": map(&self.categories), "level": map(&self.levels),
            "country": list(self.countries.clone()), "skill": list(self.skills.clone()),
            "client_rating": map(&self.ratings), "payment_verified": list(vec![("true".to_owned(), self.verified)])})
    }
}

/// The counts under a filter: those remembered, as long as nothing has changed that they count.
async fn counts(cx: &Cx, tx: &mut Tx, words: Option<&str>, f: &Filter) -> Result<Arc<Counts>> {
    // Verification ends with time, so a minute's counts are of that minute.
    let asked = (tx.workspace(), words, &f.categories, f.min, f.max, f.level);
    let more = (&f.country, &f.zones, f.all, f.rating, f.verified);
    let key = format!("{asked:?} {more:?} {}", f.now.unix_seconds() / 60);
    let known = cx.kernel.cache.counts.get(&key).await;
    let rows = sqlx::query!(
        r#"select facet as "facet!", value as "value!", n as "n!" from market.project_counts($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"#,
        known.as_ref().map(|k| k.number),
        words,
        f.categories.as_deref(),
        f.min,
        f.max,
        f.level,
        f.country,
        f.zones.as_deref(),
        f.all,
        i32::try_from(COUNTED + 1).unwrap_or(i32::MAX),
        f.rating,
        f.verified,
        f.now as _
    )
    .fetch_all(&mut **tx)
    .await?;
    let first = rows.first().map(|row| (row.facet.as_str(), row.n));
    if let (Some(("known", _)), Some(known)) = (first, known) {
        return Ok(known);
    }
    let number = first.and_then(|(facet, n)| (facet == "number").then_some(n));
    let rows = rows
        .into_iter()
        .filter(|row| row.facet != "number")
        .map(|row| (row.facet, row.value, row.n));
    let counted = Arc::new(Counts {
        number: number.unwrap_or_default(),
        rows: rows.collect(),
    });
    if number.is_some() {
        cx.kernel.cache.counts.insert(key, counted.clone()).await;
    }
    Ok(counted)
}

/// Counts for a query; `words` is the `tsquery` its words and skills came to.
///
/// # Errors
/// The database's.
pub(super) async fn of(
    cx: &Cx,
    tx: &mut Tx,
    words: Option<&str>,
    f: &Filter,
    query: &ListQuery,
    categories: &[CategoryView],
) -> Result<Facets> {
    let counted = counts(cx, tx, words, f).await?;
    let asked = base::search::skills(&query.skills);
    // Any of the skills: one more would widen the list, and by how much is not counted.
    let widening = query.match_skills == Some("any") && !asked.is_empty();
    let mut facets = Facets::default();
    for (facet, value, n) in &counted.rows {
        let one = || (value.clone(), *n);
        match facet.as_str() {
            "total" => facets.total = *n,
            "category" => facets.categories.extend([one()]),
            "level" => facets.levels.extend([one()]),
            "client_rating" => facets.ratings.extend([one()]),
            "payment_verified" => facets.verified = *n,
            "country" => facets.countries.push(one()),
            _ if !widening && !asked.contains(value) => facets.skills.push(one()),
            _ => {}
        }
    }
    facets.skills.truncate(SKILLS_MOST);
    for child in categories {
        let n = facets.categories.get(&child.key).copied().unwrap_or(0);
        if let (Some(parent), true) = (&child.parent, n > 0) {
            *facets.categories.entry(parent.clone()).or_default() += n;
        }
    }
    Ok(facets)
}
