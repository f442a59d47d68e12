//! The words of a profile, as stored and as asked, and the lexicon in which a mistyped word finds
//! its neighbour. Both sides come from [`base::search`].

use kernel::{Result, Tx};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// What a profile is found by, as the text of a `tsvector`.
pub(crate) fn stored(name: &str, title: &str, bio: &str, skills: &[String]) -> String {
    let named = skills.join(" ");
    base::search::vector(
        &[(name, 'A'), (title, 'A'), (&named, 'B'), (bio, 'C')],
        skills,
    )
}

/// Languages in small letters, each once, as filters name them.
pub(crate) fn languages(names: &[String]) -> Vec<String> {
    let mut all: Vec<String> = vec![];
    for name in names.iter().map(|n| base::text::line(n).to_lowercase()) {
        if !name.is_empty() && !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Makes the words of a profile that others may find known to the workspace's lexicon.
///
/// # Errors
/// The database's.
pub(crate) async fn learn(
    connection: &mut PgConnection,
    workspace: Uuid,
    texts: &[&str],
) -> Result<()> {
    let words = base::search::learnable(texts);
    sqlx::query!(
        "insert into people.lexicon (workspace_id, word) select $1, w from unnest($2::text[]) w order by w on conflict do nothing",
        workspace,
        &words
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The closest known word of each that has one: itself where it is known.
///
/// # Errors
/// The database's.
pub(crate) async fn close(tx: &mut Tx, words: &[String]) -> Result<HashMap<String, String>> {
    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select asked as "asked!", known as "known!" from people.close_words($1)"#,
        words
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.asked, r.known)).collect())
}
