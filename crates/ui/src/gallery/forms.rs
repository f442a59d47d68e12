use super::{samples::Samples, shown};
use crate::{Icon, parts::*};
use maud::{Markup, html};

pub(super) fn forms(words: &Samples) -> Markup {
    let buttons = html! {
        div.actions {
            (Button::primary(words.send)) (Button::quiet(words.edit).icon(Icon::Pencil)) (Button::danger(words.delete).icon(Icon::Trash2))
            (Button::primary(words.send).disabled(true)) (Button::quiet(words.edit).href("#")) (Button::quiet(words.edit).small())
        }
    };
    html! {
        (shown("Button", &buttons))
        div.columns { (shown("Form, Field, error_summary", &wrong(words))) (shown("Field", &others(words))) }
    }
}

fn wrong(words: &Samples) -> Markup {
    let errors = [
        ("title".to_owned(), words.sentence.to_owned()),
        (String::new(), words.title.to_owned()),
    ];
    let body = html! {
        (Field::text("title", words.title).hint(words.sentence).error(Some(words.sentence)).required())
        (Field::email("email", "E-mail").value("ana@example.org").required())
        (Field::password("password", words.password, "new-password").hint(words.sentence))
        (Field::textarea("about", words.name, 4).optional(words.locale).value(words.sentence).max_len(2_000))
        (Field::money("amount", words.amount, "USD").value("1500.00"))
        (Field::money_in("price", words.amount, "currency", &["USD", "EUR", "KWD"], "EUR").error(Some(words.sentence)))
        div.actions { (Button::primary(words.send)) (Button::quiet(words.edit).href("#")) }
    };
    html! {
        (error_summary(words.locale, &errors))
        (Form::post("#", body).key("01890000-0000-7000-8000-000000000000").draft(words.locale, "gallery"))
    }
}

fn others(words: &Samples) -> Markup {
    let choices = || {
        vec![
            Choice::new("a", words.name).hint(words.sentence),
            Choice::new("b", words.amount),
            Choice::new("c", words.status).disabled(true),
        ]
    };
    let body = html! {
        (Field::select("kind", words.status, choices()).value("b"))
        (Field::radios("one", words.title, choices()).value("a").hint(words.sentence))
        (Field::checkboxes("many", words.title, choices()).values(["a", "b"]).error(Some(words.sentence)))
        (Field::checkbox("agree", words.sentence).checked(true).hint(words.sentence))
        (Field::number("hours", words.amount).min(1).max(40).value("8"))
        (Field::date("day", words.date).value("2026-11-20"))
        (Field::date_time("moment", words.date).value("2026-11-20T15:45"))
        (Field::file("file", words.file).accept(".pdf").multiple())
        (Field::text("fixed", words.name).value(words.person).disabled(true))
        (rating_input(words.locale, "stars", words.title, Some(4), None))
        div.actions { (Button::primary(words.send)) }
    };
    let filters = html! { (Field::search("q", words.name)) (Field::select("s", words.status, choices())) (Button::quiet(words.send)) };
    html! { (Form::post("#", body).multipart()) (Form::get("#", filters).inline()) }
}
