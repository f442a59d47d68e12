//! What a reader reads, and what it says of the rest.

use super::*;
use base::Money;

struct Sample {
    title: String,
    budget: Money,
    rows: Vec<Row>,
}
struct Row {
    days: i64,
}
impl Input for Row {
    fn read(r: &mut Reader) -> Self {
        Self {
            days: r.integer("days", 1, 10),
        }
    }
}
impl Input for Sample {
    fn read(r: &mut Reader) -> Self {
        Self {
            title: r.line("title", 1, 5),
            budget: r.money("budget"),
            rows: r.objects("rows", 1, 3),
        }
    }
}
fn faults(value: Value) -> Vec<(String, &'static str)> {
    let result: Result<Sample, _> = Reader::json(value, Currency::USD);
    result
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|f| (f.pointer, f.code))
        .collect()
}

#[test]
fn all_faults_come_at_once_with_pointers() {
    let found = faults(
        json!({"title": "", "budget": {"amount_minor": 10.5, "currency": "XXQ", "x": 1}, "rows": [{"days": "5"}, 3], "role": "admin"}),
    );
    let expected = [
        ("/title", "required"),
        ("/budget/amount_minor", "invalid_type"),
        ("/budget/currency", "unknown_currency"),
        ("/budget/x", "unknown_field"),
        ("/rows/0/days", "invalid_type"),
        ("/rows/1", "invalid_type"),
        ("/role", "unknown_field"),
    ];
    assert_eq!(found, expected.map(|(p, c)| (p.to_owned(), c)));
}

#[test]
fn a_form_reads_like_the_body() {
    let pairs = [
        ("title", " a  b"),
        ("budget", "1,500.5"),
        ("rows.0.days", "3"),
        ("rows.1.days", ""),
    ]
    .map(|(a, b)| (a.to_owned(), b.to_owned()));
    let sample: Sample = Reader::pairs(&pairs, Currency::USD).unwrap_or_else(|f| panic!("{f:?}"));
    assert_eq!(
        (
            sample.title.as_str(),
            sample.budget.minor,
            sample.rows.len()
        ),
        ("a b", 150_050, 1)
    );
    assert_eq!(sample.rows[0].days, 3);
}

struct Asked(
    Option<i64>,
    Option<&'static str>,
    Vec<String>,
    Option<String>,
);

impl Input for Asked {
    fn read(r: &mut Reader) -> Self {
        Self(
            r.integer_opt("limit", 1, 100),
            r.choice_opt("sort", &["newest"]),
            r.lines("skills", 0, 5, 40),
            r.line_opt("q", 200),
        )
    }
}

#[test]
fn what_a_form_leaves_empty_is_nothing_and_a_program_says_it_by_leaving_it_out() {
    let pairs = ["limit", "sort", "skills", "q"].map(|name| (name.to_owned(), String::new()));
    let read = |literal| Reader::query::<Asked>(&pairs, literal, Currency::USD, b"key", "/list");
    let Ok(Asked(None, None, skills, None)) = read(false) else {
        panic!("a form's query is read");
    };
    assert!(skills.is_empty());
    let found: Vec<_> = read(true)
        .err()
        .into_iter()
        .flatten()
        .map(|f| (f.pointer, f.code))
        .collect();
    let expected = [
        ("/limit", "invalid_type"),
        ("/sort", "invalid_choice"),
        ("/skills/0", "required"),
    ];
    assert_eq!(found, expected.map(|(p, c)| (p.to_owned(), c)));
}

#[test]
fn whole_floats_are_integers() {
    assert!(faults(json!({"title": "a", "budget": {"amount_minor": 5.0, "currency": "USD"}, "rows": [{"days": 2.0}]})).is_empty());
}

#[test]
fn the_schema_is_what_is_read() {
    let schema = Reader::describe::<Sample>();
    assert_eq!(schema["required"], json!(["title", "budget", "rows"]));
    assert_eq!(
        schema["properties"]["rows"]["items"]["properties"]["days"]["maximum"],
        json!(10)
    );
}
