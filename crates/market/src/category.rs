//! Kinds of work, per workspace. A workspace without its own starts with the usual ones.

use kernel::{Cx, Query, Result, Tx, list::Short};
use serde::Serialize;
use sqlx::PgConnection;
use ui::{Locale, parts::Choice};
use uuid::Uuid;

/// The usual categories: key, English and Arabic name, and the one they stand under.
const USUAL: [(&str, &str, &str, &str); 18] = [
    ("software", "Software and web", "البرمجيات والويب", ""),
    ("mobile", "Mobile apps", "تطبيقات الهاتف", ""),
    ("data", "Data and analytics", "البيانات والتحليل", ""),
    ("design", "Design", "التصميم", ""),
    ("writing", "Writing", "الكتابة", ""),
    ("translation", "Translation", "الترجمة", ""),
    ("marketing", "Marketing", "التسويق", ""),
    ("audio-video", "Audio and video", "الصوت والفيديو", ""),
    ("business", "Business and finance", "الأعمال والمال", ""),
    (
        "engineering",
        "Engineering and architecture",
        "الهندسة والعمارة",
        "",
    ),
    ("software-web", "Web development", "تطوير الويب", "software"),
    (
        "software-backend",
        "Back end and APIs",
        "الخوادم والواجهات البرمجية",
        "software",
    ),
    (
        "software-operations",
        "Operations and cloud",
        "التشغيل والسحابة",
        "software",
    ),
    (
        "design-brand",
        "Brand and identity",
        "العلامة والهوية",
        "design",
    ),
    (
        "design-interface",
        "Interfaces",
        "واجهات الاستخدام",
        "design",
    ),
    (
        "design-print",
        "Print and illustration",
        "الطباعة والرسم",
        "design",
    ),
    (
        "writing-technical",
        "Technical writing",
        "الكتابة التقنية",
        "writing",
    ),
    ("writing-editing", "Editing", "التحرير", "writing"),
];

/// A kind of work.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CategoryView)]
pub struct CategoryView {
    /// Its key, as projects name it.
    pub key: String,
    /// Its name in the reader's language.
    pub name: String,
    /// The key of the category it stands under.
    pub parent: Option<String>,
}

impl CategoryView {
    /// Its name as a list of choices shows it: those under another stand in a little.
    #[must_use]
    pub fn label(&self) -> String {
        match self.parent {
            Some(_) => format!("– {}", self.name),
            None => self.name.clone(),
        }
    }
}

/// The workspace's categories in their order, each followed by those under it, in a language.
///
/// # Errors
/// The database's.
pub async fn all(tx: &mut Tx, locale: Locale) -> Result<Vec<CategoryView>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        "select key, name_en, name_ar, parent from market.category where workspace_id = $1 order by position, key limit 200",
        workspace
    )
    .fetch_all(&mut **tx)
    .await?;
    let named = |key: &str, en: &str, ar: &str, parent: &str| CategoryView {
        key: key.to_owned(),
        parent: (!parent.is_empty()).then(|| parent.to_owned()),
        name: if locale == Locale::Ar {
            ar.to_owned()
        } else {
            en.to_owned()
        },
    };
    if rows.is_empty() {
        let usual = USUAL
            .iter()
            .map(|(key, en, ar, parent)| named(key, en, ar, parent));
        return Ok(as_tree(usual.collect()));
    }
    let own = rows.iter().map(|r| {
        let parent = r.parent.as_deref().unwrap_or_default();
        named(&r.key, &r.name_en, &r.name_ar, parent)
    });
    Ok(as_tree(own.collect()))
}

/// Each category followed by those under it.
fn as_tree(all: Vec<CategoryView>) -> Vec<CategoryView> {
    let (children, roots): (Vec<_>, Vec<_>) = all.into_iter().partition(|c| c.parent.is_some());
    let mut tree = vec![];
    for root in roots {
        let key = root.key.clone();
        tree.push(root);
        let under = children.iter().filter(|c| c.parent.as_ref() == Some(&key));
        tree.extend(under.cloned());
    }
    tree
}

/// A category and those under it, by key.
#[must_use]
pub fn with_children(categories: &[CategoryView], key: &str) -> Vec<String> {
    let under = categories
        .iter()
        .filter(|c| c.parent.as_deref() == Some(key));
    std::iter::once(key.to_owned())
        .chain(under.map(|c| c.key.clone()))
        .collect()
}

/// Gives a workspace without categories the usual ones; called again it changes nothing.
///
/// # Errors
/// The database's.
pub async fn seed(connection: &mut PgConnection, workspace: Uuid) -> Result<()> {
    let keys: Vec<String> = USUAL.iter().map(|c| c.0.to_owned()).collect();
    let english: Vec<String> = USUAL.iter().map(|c| c.1.to_owned()).collect();
    let arabic: Vec<String> = USUAL.iter().map(|c| c.2.to_owned()).collect();
    let parents: Vec<String> = USUAL.iter().map(|c| c.3.to_owned()).collect();
    sqlx::query!(
        r#"insert into market.category (workspace_id, key, name_en, name_ar, parent, position)
           select $1, c.key, c.name_en, c.name_ar, nullif(c.parent, ''), c.position::integer
           from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as c (key, name_en, name_ar, parent, position)
           where not exists (select 1 from market.category k where k.workspace_id = $1)
           on conflict do nothing"#,
        workspace,
        &keys,
        &english,
        &arabic,
        &parents
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
        .map(|c| Choice::new(c.key.clone(), c.label()))
        .collect()
}

pub(crate) async fn api_list(
    cx: Cx,
    Query(query): Query<Short>,
) -> Result<axum::response::Response> {
    let mut tx = cx.read().await?;
    let rows = all(&mut tx, cx.locale).await?;
    tx.finish().await?;
    Ok(query.page(rows)?.answer())
}
