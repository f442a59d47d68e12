//! `freelancer.list`: by words, skills and filters, in several orders; visitors find the public ones.

use super::FreelancerCard;
use crate::{country, is_zone, profile, words};
use axum::response::Response;
use base::{Money, search::Asked};
use kernel::{
    Cx, Error, Fault, Input, Query, Reader, Result, Tx,
    list::{COUNTED, Page, Paging},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Orders of freelancers; `relevance` holds where words are asked for and nothing is said.
pub(super) const SORTS: &[&str] = &["relevance", "newest", "rating", "rate_low", "rate_high"];
/// Least ratings that can be asked for, in tenths of a star.
pub(super) const RATINGS: &[&str] = &["30", "40", "45"];
/// Skills and languages that are offered at most.
const OFFERED_MOST: usize = 12;

/// What is looked for.
#[derive(Clone)]
pub(crate) struct ListQuery {
    pub text: Option<String>,
    pub skills: Vec<String>,
    pub match_skills: Option<&'static str>,
    pub country: Option<&'static str>,
    pub language: Option<String>,
    pub rate_min: Option<String>,
    pub rate_max: Option<String>,
    pub availability: Option<&'static str>,
    pub rating: Option<&'static str>,
    pub time_zone: Option<String>,
    pub overlap_hours: Option<i64>,
    pub sort: Option<&'static str>,
    pub facets: Option<&'static str>,
    pub paging: Paging,
}

impl Input for ListQuery {
    fn read(r: &mut Reader) -> Self {
        let query = Self {
            text: r.line_opt("q", 200),
            skills: r.lines("skills", 0, 10, 40),
            match_skills: r.choice_opt("match", &["all", "any"]),
            country: r.choice_opt("country", country::ALL),
            language: r.line_opt("language", 40),
            rate_min: r.sum_opt("rate_min", "An hour costs at least this"),
            rate_max: r.sum_opt("rate_max", "An hour costs at most this"),
            availability: r.choice_opt("availability", profile::AVAILABILITIES),
            rating: r.choice_opt("rating", RATINGS),
            time_zone: r.line_opt("time_zone", 64),
            overlap_hours: overlap(r),
            sort: r.choice_opt("sort", SORTS),
            facets: r.choice_opt("facets", &["true", "false"]),
            paging: Paging::read(r),
        };
        if query.time_zone.as_deref().is_some_and(|z| !is_zone(z)) {
            r.fault("time_zone", "invalid_choice");
        }
        query
    }
}

/// Hours of a working day to be shared, for the filters of lists.
pub fn overlap(r: &mut Reader) -> Option<i64> {
    let hours = r.integer_opt("overlap_hours", 1, 8);
    let told = "Hours of a working day that are shared with `time_zone`, 4 when only that is given; without it they are shared with the time zone of one's own profile";
    r.document("overlap_hours", json!({"description": told}));
    hours
}

impl ListQuery {
    /// The order that holds.
    pub(super) fn order(&self) -> &'static str {
        match self.sort {
            Some("relevance") if self.text.is_none() => "newest",
            Some(sort) => sort,
            None if self.text.is_some() => "relevance",
            None => "newest",
        }
    }

    /// Hours to be shared with the time zone asked for.
    pub(super) fn overlap(&self) -> i64 {
        self.overlap_hours.unwrap_or(4)
    }
}

/// Counts of what a further filter would leave, as for projects.
#[derive(Default)]
pub(super) struct Facets {
    pub total: i64,
    pub countries: Vec<(String, i64)>,
    pub availabilities: Vec<(String, i64)>,
    pub ratings: Vec<(String, i64)>,
    pub languages: Vec<(String, i64)>,
    pub skills: Vec<(String, i64)>,
}

impl Facets {
    fn told(&self) -> Value {
        let list = |all: &[(String, i64)]| {
            let rows = all
                .iter()
                .map(|(value, n)| json!({"value": value, "count": n}));
            rows.collect::<Vec<_>>()
        };
        json!({"country": list(&self.countries), "availability": list(&self.availabilities), "rating": list(&self.ratings),
            "language": list(&self.languages), "skill": list(&self.skills)})
    }
}

/// A page of freelancers, its counts, and the words taken instead of those asked for.
pub(super) struct Listed {
    pub page: Page<FreelancerCard>,
    pub facets: Option<Facets>,
    pub meant: Option<String>,
}

pub(super) async fn api_list(cx: Cx, Query(mut query): Query<ListQuery>) -> Result<Response> {
    let found = list(&cx, &mut query).await?;
    let more = json!({"facets": found.facets.map(|f| f.told()), "meant": found.meant});
    Ok(found.page.answer_with(more))
}

struct Filter {
    languages: Option<Vec<String>>,
    min: Option<i64>,
    max: Option<i64>,
    zones: Option<Vec<String>>,
    rating: Option<i32>,
    is_member: bool,
}

fn filter(cx: &Cx, query: &ListQuery, now: base::Instant) -> Result<Filter> {
    let currency = cx.workspace()?.currency;
    let mut faults = vec![];
    let mut amount = |pointer: &str, text: &Option<String>| {
        let parsed = text.as_deref().map(|t| Money::parse(t, currency))?;
        match parsed {
            Ok(sum) => Some(sum.minor),
            Err(_) => {
                faults.push(Fault::new(pointer, "invalid_format"));
                None
            }
        }
    };
    let (min, max) = (
        amount("/rate_min", &query.rate_min),
        amount("/rate_max", &query.rate_max),
    );
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let zone = query.time_zone.as_deref();
    Ok(Filter {
        languages: query
            .language
            .as_ref()
            .map(|l| words::languages(std::slice::from_ref(l))),
        min,
        max,
        zones: zone.map(|z| base::search::zones_overlapping(z, query.overlap(), now)),
        rating: query.rating.and_then(|r| r.parse().ok()),
        is_member: cx.reads_as_member() && cx.can("freelancer.list", &[]),
    })
}

/// One page of the freelancers this reader may find. Words of which nothing is found are replaced
/// by the closest known ones, if those find something. Hours to share without a time zone are shared
/// with the reader's own, which the query then names.
///
/// # Errors
/// 400 for a cursor that is none of ours, 422 for a rate that is no amount or for hours with no time
/// zone to share them with; the database's.
pub(super) async fn list(cx: &Cx, query: &mut ListQuery) -> Result<Listed> {
    let any = query.match_skills == Some("any");
    let mut tx = cx.read().await?;
    if query.overlap_hours.is_some() && query.time_zone.is_none() {
        query.time_zone = Some(profile::own_zone(&mut tx, cx).await?);
    }
    let query = &*query;
    let filter = filter(cx, query, tx.now())?;
    let asked = Asked::read(query.text.as_deref().unwrap_or_default());
    let mut words = base::search::query(&asked, &query.skills, any);
    if words.is_none() && query.text.is_some() {
        // Signs without a word find nothing, rather than everyone.
        words = Some("'\u{1}'".to_owned());
    }
    let mut meant = None;
    let mut places = find(&mut tx, words.as_deref(), &asked, &filter, query).await?;
    if places.is_empty()
        && query.paging.position::<(i64, Uuid)>()?.is_none()
        && let Some(closest) = asked.replaced(&words::close(&mut tx, &asked.words()).await?)
        && let Some(other) = base::search::query(&closest, &query.skills, any)
    {
        let found = find(&mut tx, Some(&other), &closest, &filter, query).await?;
        if !found.is_empty() {
            (places, words, meant) = (found, Some(other), Some(closest.told()));
        }
    }
    let position = query.paging.position::<(i64, Uuid)>()?;
    let mut page = Page::of(places, &query.paging, position.as_ref(), |p| *p);
    let wanted = position.is_none() && query.facets != Some("false");
    let mut facets = None;
    if wanted || page.total.is_none() {
        let counted = count(&mut tx, words.as_deref(), &filter, query).await?;
        page.total = Some(counted.total);
        facets = wanted.then_some(counted);
    }
    let ids: Vec<Uuid> = page.rows.iter().map(|(_, id)| *id).collect();
    let cards = cards(&mut tx, cx, &ids).await?;
    tx.finish().await?;
    Ok(Listed {
        page: Page {
            rows: cards,
            next: page.next,
            prev: page.prev,
            limit: page.limit,
            total: page.total,
        },
        facets,
        meant,
    })
}

async fn find(
    tx: &mut Tx,
    words: Option<&str>,
    asked: &Asked,
    f: &Filter,
    query: &ListQuery,
) -> Result<Vec<(i64, Uuid)>> {
    let position = query.paging.position::<(i64, Uuid)>()?;
    let (key, id) = position.as_ref().map(|p| p.key).unzip();
    let rank = asked.query();
    let sort = match (&rank, query.order()) {
        (None, "relevance") => "newest",
        (_, sort) => sort,
    };
    let rows = sqlx::query!(
        r#"select member_id as "id!", key as "key!"
           from people.find_freelancers($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"#,
        words,
        query.country,
        f.languages.as_deref(),
        f.min,
        f.max,
        query.availability,
        f.zones.as_deref(),
        f.rating,
        f.is_member,
        sort,
        key,
        id,
        position.as_ref().is_some_and(|p| p.back),
        i32::try_from(query.paging.limit + 1).unwrap_or(i32::MAX),
        rank.as_deref().or(words)
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.key, r.id)).collect())
}

async fn count(tx: &mut Tx, words: Option<&str>, f: &Filter, query: &ListQuery) -> Result<Facets> {
    let rows = sqlx::query!(
        r#"select facet as "facet!", value as "value!", n as "n!"
           from people.count_freelancers($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"#,
        words,
        query.country,
        f.languages.as_deref(),
        f.min,
        f.max,
        query.availability,
        f.zones.as_deref(),
        f.rating,
        f.is_member,
        i32::try_from(COUNTED + 1).unwrap_or(i32::MAX)
    )
    .fetch_all(&mut **tx)
    .await?;
    let asked = base::search::skills(&query.skills);
    // Any of the skills: one more would widen the list, and by how much is not counted.
    let widening = query.match_skills == Some("any") && !asked.is_empty();
    let mut facets = Facets::default();
    for row in rows {
        let one = (row.value, row.n);
        match row.facet.as_str() {
            "total" => facets.total = one.1,
            "country" => facets.countries.push(one),
            "availability" => facets.availabilities.push(one),
            "rating" => facets.ratings.push(one),
            "language" => facets.languages.push(one),
            _ if !widening && !asked.contains(&one.0) => facets.skills.push(one),
            _ => {}
        }
    }
    facets
        .countries
        .sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    facets.languages.truncate(OFFERED_MOST);
    facets.skills.truncate(OFFERED_MOST);
    Ok(facets)
}

async fn cards(tx: &mut Tx, cx: &Cx, ids: &[Uuid]) -> Result<Vec<FreelancerCard>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select p.member_id, m.display_name, p.title, p.skills, p.languages, p.country as "country?", p.time_zone,
             p.hourly_rate_minor as "rate?", p.currency, p.availability, p.rating_tenths, p.reviews, p.success_percent as "success_percent?"
           from unnest($2::uuid[]) with ordinality as wanted (id, place)
           join people.profile p on p.workspace_id = $1 and p.member_id = wanted.id
           join kernel.member m on m.workspace_id = $1 and m.id = wanted.id
           order by wanted.place"#,
        workspace,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let cards = rows.into_iter().map(|row| FreelancerCard {
        href: cx.href(&format!("/freelancers/{}", row.member_id)),
        member_id: row.member_id,
        display_name: row.display_name,
        title: row.title,
        skills: row.skills,
        languages: row.languages,
        country: row.country,
        time_zone: row.time_zone,
        hourly_rate: profile::rate(row.rate, Some(&row.currency)).map(Into::into),
        availability: row.availability,
        rating_tenths: row.rating_tenths,
        reviews: row.reviews,
        success_percent: row.success_percent,
    });
    Ok(cards.collect())
}
