//! Writing a project and changing its terms.

use super::{
    CREATE, RECORD, UPDATE,
    input::{ChangeProject, NewProject, Wishes},
    state::{State, Step},
    store,
};
use crate::{activity, category, search};
use kernel::{Cx, Error, Fault, Result, Tx, error::OnConstraint, events::Event};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Writes a draft, seen by its owner only.
///
/// # Errors
/// 422 for terms that cannot stand, 403.
pub async fn create(cx: &Cx, input: NewProject) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let id = base::id::new();
    let permit = cx.authorize(&CREATE, id, &[])?;
    let owner = cx.member()?.id;
    if input.budget_min.currency != cx.workspace()?.currency {
        return Err(refused_currency());
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    past(&input.wishes, now)?;
    category::seed(&mut tx, workspace).await?;
    let words = words(&input.title, &input.description, &input.skills);
    let wishes = &input.wishes;
    sqlx::query!(
        "insert into market.project (workspace_id, id, owner_id, title, description, category, skills, budget_min_minor, budget_max_minor,
                currency, duration_days, level, positions, visibility, words, created_at, country, time_zone, overlap_hours, deadline,
                questions, nda, skill_keys)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::text::tsvector, $16, $17, $18, $19, $20::text::date,
                $21, $22, $23)",
        workspace,
        id,
        owner,
        input.title,
        input.description,
        input.category,
        &input.skills,
        input.budget_min.minor,
        input.budget_max.minor,
        input.budget_min.currency.code(),
        small(input.duration_days),
        input.level,
        small(input.positions),
        input.visibility,
        words,
        now as _,
        wishes.country,
        wishes.time_zone,
        wishes.overlap_hours.map(small),
        wishes.deadline,
        json!(wishes.questions),
        wishes.nda,
        &base::search::skills(&input.skills)
    )
    .execute(&mut *tx)
    .await
    .on_constraint("project_category", unknown_category())?;
    files::attach(&mut tx, cx, &input.files, RECORD, id).await?;
    tx.change("state", Value::Null, "draft");
    activity::note(&mut tx, id, "project_created", json!({})).await?;
    tx.emit(Event::new(
        "market.project_created",
        "project",
        id,
        1,
        json!({"notify": []}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Changes the terms of a draft or an open project, made against `version`. Once there are
/// proposals every change is kept and their authors are told, once per edit.
///
/// # Errors
/// 412 for another version, 409 past hiring, 422.
pub async fn update(cx: &Cx, id: Uuid, version: i64, input: ChangeProject) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let project = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&UPDATE, id, &project.relations(cx))?;
    project
        .state
        .after(Step::Edit)
        .ok_or(Error::conflict("project_not_editable"))?;
    if project.version != version {
        return Err(Error::refused(412, "stale"));
    }
    let terms = merged(&project, input);
    if terms.wishes.deadline != project.wishes.deadline {
        past(&terms.wishes, tx.now())?;
    }
    check(&mut tx, &project, &terms).await?;
    let changed = differences(&project, &terms);
    if changed.is_empty() {
        tx.finish().await?;
        return Ok(id);
    }
    let next = write(&mut tx, id, version, &terms).await?;
    for (field, pair) in &changed {
        if field != "description" {
            tx.change(field, pair[0].clone(), pair[1].clone());
        }
    }
    let mut notify = vec![];
    if project.state != State::Draft {
        store::touched(&mut tx, id).await?;
        if terms.visibility != "invite_only" {
            let skills = terms.skills.join(" ");
            search::learn(&mut tx, &[&terms.title, &skills, &terms.description]).await?;
        }
        if project.proposals > 0 {
            revise(&mut tx, id, next, &changed).await?;
            let args = json!({"project": terms.title});
            notify = store::bidders(&mut tx, id).await?;
            let told = notify.iter().map(|(proposal, member)| {
                activity::notice(
                    *member,
                    "project_edited",
                    &format!("/proposals/{proposal}"),
                    args.clone(),
                )
            });
            let told: Vec<Value> = told.collect();
            activity::note(&mut tx, id, "project_edited", json!({"n": changed.len()})).await?;
            tx.emit(Event::new(
                "market.project_edited",
                "project",
                id,
                next,
                json!({"notify": told}),
            ));
        }
    }
    if notify.is_empty() {
        tx.emit(Event::new(
            "market.project_changed",
            "project",
            id,
            next,
            json!({"notify": []}),
        ));
    }
    tx.commit(permit).await?;
    Ok(id)
}

async fn check(tx: &mut Tx, project: &store::Row, terms: &NewProject) -> Result<()> {
    let mut faults = vec![];
    let own = project.budget_min.currency;
    for (pointer, sum) in [
        ("/budget_min/currency", terms.budget_min),
        ("/budget_max/currency", terms.budget_max),
    ] {
        if sum.currency != own {
            faults.push(Fault::new(pointer, "currency_mismatch"));
        }
    }
    if faults.is_empty() && terms.budget_min.minor > terms.budget_max.minor {
        faults.push(Fault::new("/budget_min", "min_above_max"));
        faults.push(Fault::new("/budget_max", "min_above_max"));
    }
    if project.state != State::Draft {
        faults.extend(missing(&terms.description, &terms.skills));
        let (_, offers) = store::live_contracts(tx, project.id).await?;
        if terms.positions < i64::from(project.hired) + offers {
            faults.push(Fault::new("/positions", "positions_below_hired"));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

/// A day that has gone by cannot be wished for.
pub(super) fn past(wishes: &Wishes, now: base::Instant) -> Result<()> {
    match &wishes.deadline {
        Some(day) if is_past(day, now) => Err(Error::invalid("/deadline", "deadline_past")),
        _ => Ok(()),
    }
}

/// Whether a day, `YYYY-MM-DD`, has gone by everywhere: it lasts longest twelve hours west of
/// Greenwich, and whoever writes it means their own.
pub(crate) fn is_past(day: &str, now: base::Instant) -> bool {
    let west = jiff::tz::TimeZone::fixed(jiff::tz::offset(-12));
    *day < *now.0.to_zoned(west).date().to_string()
}

/// What a project lacks to be published.
pub(super) fn missing(description: &str, skills: &[String]) -> Vec<Fault> {
    let mut faults = vec![];
    if description.is_empty() {
        faults.push(Fault::new("/description", "required"));
    }
    if skills.is_empty() {
        faults.push(Fault::new("/skills", "required"));
    }
    faults
}

fn merged(old: &store::Row, new: ChangeProject) -> NewProject {
    let level = super::input::LEVELS
        .iter()
        .find(|l| **l == old.level)
        .copied()
        .unwrap_or("entry");
    let visibility = super::input::VISIBILITIES
        .iter()
        .find(|v| **v == old.visibility)
        .copied()
        .unwrap_or("members");
    NewProject {
        title: new.title.unwrap_or_else(|| old.title.clone()),
        description: new.description.unwrap_or_else(|| old.description.clone()),
        category: new.category.unwrap_or_else(|| old.category.clone()),
        skills: new.skills.unwrap_or_else(|| old.skills.clone()),
        budget_min: new.budget_min.unwrap_or(old.budget_min),
        budget_max: new.budget_max.unwrap_or(old.budget_max),
        duration_days: new.duration_days.unwrap_or(i64::from(old.duration_days)),
        level: new.level.unwrap_or(level),
        positions: new.positions.unwrap_or(i64::from(old.positions)),
        visibility: new.visibility.unwrap_or(visibility),
        wishes: new.wishes.over(&old.wishes),
        files: vec![],
    }
}

fn differences(old: &store::Row, new: &NewProject) -> Map<String, Value> {
    let wished = |w: &Wishes| {
        json!({"country": w.country, "time_zone": w.time_zone, "overlap_hours": w.overlap_hours, "deadline": w.deadline,
            "questions": w.questions.iter().map(|q| q.text.clone()).collect::<Vec<_>>(),
            "questions_required": w.questions.iter().map(|q| q.required).collect::<Vec<_>>(), "nda": w.nda})
    };
    let joined = |mut all: Value, wishes: Value| {
        if let (Value::Object(all), Value::Object(wishes)) = (&mut all, wishes) {
            all.extend(wishes);
        }
        all
    };
    let before = json!({"title": old.title, "description": old.description, "category": old.category, "skills": old.skills,
        "budget_min": old.budget_min.minor, "budget_max": old.budget_max.minor, "duration_days": old.duration_days,
        "level": old.level, "positions": old.positions, "visibility": old.visibility});
    let before = joined(before, wished(&old.wishes));
    let after = json!({"title": new.title, "description": new.description, "category": new.category, "skills": new.skills,
        "budget_min": new.budget_min.minor, "budget_max": new.budget_max.minor, "duration_days": new.duration_days,
        "level": new.level, "positions": new.positions, "visibility": new.visibility});
    let after = joined(after, wished(&new.wishes));
    let fields = before.as_object().into_iter().flatten();
    fields
        .filter(|(name, value)| after.get(name.as_str()) != Some(*value))
        .map(|(name, value)| (name.clone(), json!([value, after.get(name.as_str())])))
        .collect()
}

async fn write(tx: &mut Tx, id: Uuid, version: i64, terms: &NewProject) -> Result<i64> {
    let workspace = tx.workspace();
    sqlx::query_scalar!(
        "update market.project set title = $4, description = $5, category = $6, skills = $7, budget_min_minor = $8, budget_max_minor = $9,
                duration_days = $10, level = $11, positions = $12, visibility = $13, words = $14::text::tsvector, country = $15, time_zone = $16,
                overlap_hours = $17, deadline = $18::text::date, questions = $19, nda = $20, skill_keys = $21, version = version + 1
         where workspace_id = $1 and id = $2 and version = $3 returning version",
        workspace,
        id,
        version,
        terms.title,
        terms.description,
        terms.category,
        &terms.skills,
        terms.budget_min.minor,
        terms.budget_max.minor,
        small(terms.duration_days),
        terms.level,
        small(terms.positions),
        terms.visibility,
        words(&terms.title, &terms.description, &terms.skills),
        terms.wishes.country,
        terms.wishes.time_zone,
        terms.wishes.overlap_hours.map(small),
        terms.wishes.deadline,
        json!(terms.wishes.questions),
        terms.wishes.nda,
        &base::search::skills(&terms.skills)
    )
    .fetch_optional(&mut **tx)
    .await
    .on_constraint("project_category", unknown_category())?
    .ok_or(Error::refused(412, "stale"))
}

async fn revise(tx: &mut Tx, id: Uuid, version: i64, changed: &Map<String, Value>) -> Result<()> {
    let (workspace, now, member) = (tx.workspace(), tx.now(), tx.cx().member()?.id);
    sqlx::query!(
        "insert into market.project_revision (workspace_id, project_id, version, changed, member_id, changed_at) values ($1, $2, $3, $4, $5, $6)",
        workspace,
        id,
        version,
        Value::Object(changed.clone()),
        member,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn words(title: &str, description: &str, skills: &[String]) -> String {
    let parts = [(title, 'A'), (&skills.join(" "), 'B'), (description, 'C')];
    base::search::vector(&parts, skills)
}

fn refused_currency() -> Error {
    let fault = |pointer: &str| Fault::new(pointer, "currency_not_accepted");
    Error::Invalid(vec![
        fault("/budget_min/currency"),
        fault("/budget_max/currency"),
    ])
}

fn unknown_category() -> Error {
    Error::invalid("/category", "unknown_category")
}

fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::is_past;
    use base::Instant;

    #[test]
    fn a_day_has_gone_by_when_it_has_everywhere() {
        // 2026-01-02, 11:59 and 12:00 UTC.
        let (late, over) = (1_767_355_140, 1_767_355_200);
        assert!(!is_past("2026-01-01", Instant::from_unix_seconds(late)));
        assert!(is_past("2026-01-01", Instant::from_unix_seconds(over)));
        assert!(!is_past("2026-01-02", Instant::from_unix_seconds(over)));
    }
}
