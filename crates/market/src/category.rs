//! Kinds of work, per workspace. A workspace without its own starts with the usual ones.

use kernel::{Cx, Result, Tx, list::Page};
use serde::Serialize;
use sqlx::PgConnection;
use ui::{Locale, parts::Choice};
use uuid::Uuid;

/// The usual categories: key, English and Arabic name.
const USUAL: [(&str, &str, &str); 10] = [
    ("software", "Software and web", "البرمجيات والويب"),
    ("mobile", "Mobile apps", "تطبيقات الهاتف"),
    ("data", "Data and analytics", "البيانات والتحليل"),
    ("design", "Design", "التصميم"),
    ("writing", "Writing", "الكتابة"),
    ("translation", "Translation", "الترجمة"),
    ("marketing", "Marketing", "التسويق"),
    ("audio-video", "Audio and video", "الصوت والفيديو"),
    ("business", "Business and finance", "الأعمال والمال"),
    (
        "engineering",
        "Engineering and architecture",
        "الهندسة والعمارة",
    ),
];

/// A kind of work.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CategoryView)]
pub struct CategoryView {
    /// Its key, as projects name it.
    pub key: String,
    /// Its name in the reader's language.
    pub name: String,
}

/// The workspace's categories in their order, in a language.
///
/// # Errors
/// The database's.
pub async fn all(tx: &mut Tx, locale: Locale) -> Result<Vec<CategoryView>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        "select key, name_en, name_ar from market.category where workspace_id = $1 order by position, key limit 200",
        workspace
    )
    .fetch_all(&mut **tx)
    .await?;
    let named = |key: &str, en: &str, ar: &str| CategoryView {
        key: key.to_owned(),
        name: if locale == Locale::Ar {
            ar.to_owned()
        } else {
            en.to_owned()
        },
    };
    if rows.is_empty() {
        return Ok(USUAL
            .iter()
            .map(|(key, en, ar)| named(key, en, ar))
            .collect());
    }
    Ok(rows
        .iter()
        .map(|r| named(&r.key, &r.name_en, &r.name_ar))
        .collect())
}

/// Gives a workspace without categories the usual ones; called again it changes nothing.
///
/// # Errors
/// The database's.
pub async fn seed(connection: &mut PgConnection, workspace: Uuid) -> Result<()> {
    let keys: Vec<String> = USUAL.iter().map(|c| c.0.to_owned()).collect();
    let english: Vec<String> = USUAL.iter().map(|c| c.1.to_owned()).collect();
    let arabic: Vec<String> = USUAL.iter().map(|c| c.2.to_owned()).collect();
    sqlx::query!(
        r#"insert into market.category (workspace_id, key, name_en, name_ar, position)
           select $1, c.key, c.name_en, c.name_ar, c.position::integer
           from unnest($2::text[], $3::text[], $4::text[]) with ordinality as c (key, name_en, name_ar, position)
           where not exists (select 1 from market.category k where k.workspace_id = $1)
           on conflict do nothing"#,
        workspace,
        &keys,
        &english,
        &arabic
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The name of a key among these, or the key itself.
#[must_use]
pub fn name_of(categories: &[CategoryView], key: &str) -> String {
    categories
        .iter()
        .find(|c| c.key == key)
        .map_or_else(|| key.to_owned(), |c| c.name.clone())
}

/// The categories as choices of a form.
#[must_use]
pub fn choices(categories: &[CategoryView]) -> Vec<Choice> {
    categories
        .iter()
        .map(|c| Choice::new(c.key.clone(), c.name.clone()))
        .collect()
}

pub(crate) async fn api_list(cx: Cx) -> Result<axum::response::Response> {
    let mut tx = cx.read().await?;
    let rows = all(&mut tx, cx.locale).await?;
    tx.finish().await?;
    let total = i64::try_from(rows.len()).ok();
    Ok(Page {
        rows,
        next: None,
        prev: None,
        limit: 200,
        total,
    }
    .answer())
}
