//! Workspaces: found by slug, kept for a few seconds.

use crate::{Kernel, Result};
use std::sync::Arc;
use ui::text::Locale;
use uuid::Uuid;

/// A tenant as requests need it.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Its id, the key of all its rows.
    pub id: Uuid,
    /// Its name in paths.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its first language.
    pub locale: Locale,
    /// Its currency.
    pub currency: base::Currency,
    /// Products switched on.
    pub products: Vec<String>,
}

impl Workspace {
    /// Whether a product is switched on.
    #[must_use]
    pub fn has(&self, product: &str) -> bool {
        self.products.iter().any(|p| p == product)
    }
}

/// The active workspace of this slug.
///
/// # Errors
/// The database's.
pub async fn find(kernel: &Kernel, slug: &str) -> Result<Option<Arc<Workspace>>> {
    if let Some(known) = kernel.cache.workspaces.get(slug).await {
        return Ok(Some(known));
    }
    // What cannot be a name is not asked for: a NUL would be the database's refusal, not a 404.
    if slug.is_empty() || slug.len() > 40 || !slug.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(None);
    }
    let mut tx = kernel.db.begin_system(None).await?;
    let row = sqlx::query!(
        "select workspace_id, slug, name, locale, currency, products from kernel.workspace
         where slug = $1 and state = 'active'",
        slug
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let Some(row) = row else { return Ok(None) };
    let found = Arc::new(Workspace {
        id: row.workspace_id,
        slug: row.slug,
        name: row.name,
        locale: Locale::parse(&row.locale).unwrap_or(Locale::En),
        // Guessing here would book one currency's sums as another's.
        currency: row
            .currency
            .parse()
            .map_err(|_| anyhow::anyhow!("a workspace is stored with {}", row.currency))?,
        products: row.products,
    });
    kernel
        .cache
        .workspaces
        .insert(slug.to_owned(), found.clone())
        .await;
    Ok(Some(found))
}

/// The active workspace of this id.
///
/// # Errors
/// The database's.
pub async fn by_id(kernel: &Kernel, id: Uuid) -> Result<Option<Arc<Workspace>>> {
    let mut tx = kernel.db.begin_system(None).await?;
    let slug = sqlx::query_scalar!(
        "select slug from kernel.workspace where workspace_id = $1",
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    match slug {
        Some(slug) => find(kernel, &slug).await,
        None => Ok(None),
    }
}
