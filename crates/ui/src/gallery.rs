//! Every part in all variants: the first thing to look at after a change. Its own words are samples, not
//! the product's, so they stand here and not in the catalogues.

mod forms;
mod pages;
mod samples;

use crate::{Icon, Locale, parts::*};
use maud::{Markup, PreEscaped, html};
use samples::Samples;

/// The content of `/dev/ui`, for [`crate::frame::page`].
#[must_use]
pub fn gallery(locale: Locale) -> Markup {
    let words = Samples::of(locale);
    html! {
        div.stack-wide {
            header.page-head { h1 { (words.gallery) } }
            (forms::forms(&words))
            (small(&words))
            (lists(&words))
            (states(&words))
            (pages::pages(&words))
            (icons())
        }
    }
}

/// One part under its name.
fn shown(name: &str, part: &Markup) -> Markup {
    // A page has one h1: the parts that are whole pages show theirs as h2.
    let inside = part
        .0
        .replace("<h1", "<h2 class=\"as-h1\"")
        .replace("</h1>", "</h2>");
    html! { section.panel { h2 { code { (name) } } (PreEscaped(inside)) } }
}

fn small(words: &Samples) -> Markup {
    let locale = words.locale;
    let tones = html! { div.row { @for tone in Tone::ALL { (badge(tone, words.state(tone))) } } };
    let chips = html! {
        div.chips { (chip("Rust")) (chip("PostgreSQL")) (chip(words.skill)) }
        (filters(locale, &[filter_chip(locale, words.skill, "?a"), filter_chip(locale, "Rust", "?b")], "?"))
    };
    let people = html! {
        div.row {
            (person(words.person, Some("#")))
            (person("Ana Lopez", None))
            (person_with(words.company, Some("#"), None, Some(html! { (words.sentence) })))
        }
    };
    let times = html! {
        div.row {
            (time(locale, words.now, words.after(-7_300)))
            (time(locale, words.now, words.after(3 * 86_400)))
            (time_exact(locale, words.now))
            (deadline(locale, words.now, words.after(9 * 86_400)))
            (deadline(locale, words.now, words.after(86_400)))
            (deadline(locale, words.now, words.after(-86_400)))
        }
    };
    let sums = html! {
        div.row {
            (money(locale, words.usd(150_000)))
            (money(locale, words.usd(-5)))
            (money_why(locale, words.usd(123_456_789), "#"))
            (money_state(locale, MoneyState::Held, words.usd(150_000)))
            (money_state(locale, MoneyState::Pending, words.usd(20_000)))
            (money_state(locale, MoneyState::Available, words.usd(98_765)))
        }
    };
    html! {
        div.columns {
            (shown("badge", &tones)) (shown("chip, filters", &chips)) (shown("person", &people))
            (shown("time, deadline", &times)) (shown("money", &sums))
            (shown("stars", &html! { (stars(locale, 47, Some(23))) (stars(locale, 25, Some(1))) (stars(locale, 0, Some(0))) }))
            (shown("markdown", &markdown(words.markdown)))
            (shown("menu", &html! { div.spread { span { (words.sentence) } (menu(words.more, &[html! { a href="#" { (Icon::Pencil) (words.edit) } }, form_button("#", None, &Button::quiet(words.delete).icon(Icon::Trash2), &[])])) } }))
        }
    }
}

fn lists(words: &Samples) -> Markup {
    let locale = words.locale;
    let columns = || {
        vec![
            Column::text(words.name).sort("?sort=name", Some(true)),
            Column::text(words.status),
            Column::number(words.amount).sort("?sort=amount", None),
            Column::actions(words.more),
        ]
    };
    let row = |name: &str, tone, minor| {
        vec![
            html! { a href="#" { bdi { (name) } } },
            badge(tone, words.state(tone)),
            money(locale, words.usd(minor)),
            html! { div.actions { (Button::quiet(words.edit).small().href("#")) } },
        ]
    };
    let table = Table::new(words.gallery, columns())
        .pick(
            locale,
            "ids",
            html! { (Button::quiet(words.delete).small()) },
        )
        .pick_row("1", words.title, row(words.title, Tone::Waiting, 150_000))
        .pick_row(
            "2",
            "Website for a bakery",
            row("Website for a bakery", Tone::Good, 98_000),
        )
        .pick_row("3", words.person, row(words.person, Tone::Bad, 1_250));
    let total = vec![
        html! { (words.total) },
        html! {},
        money(locale, words.usd(249_250)),
        html! {},
    ];
    let plain = Table::new(words.gallery, columns())
        .rows([row(words.title, Tone::Neutral, 249_250)])
        .foot(total);
    let heads = [
        person(words.person, Some("#")),
        person("Ana Lopez", Some("#")),
    ];
    let rows = [
        (
            words.amount.to_owned(),
            vec![
                money(locale, words.usd(150_000)),
                money(locale, words.usd(140_000)),
            ],
        ),
        (
            words.status.to_owned(),
            vec![
                badge(Tone::Good, words.state(Tone::Good)),
                badge(Tone::Good, words.state(Tone::Good)),
            ],
        ),
        (
            words.name.to_owned(),
            vec![stars(locale, 49, Some(12)), stars(locale, 41, Some(3))],
        ),
    ];
    let statement = Statement {
        caption: words.title.to_owned(),
        opening: Some(words.usd(0)),
        lines: vec![
            StatementLine {
                at: words.after(-864_000),
                cause: html! { a href="#" { (words.title) } },
                sum: words.usd(150_000),
                balance: words.usd(150_000),
            },
            StatementLine {
                at: words.now,
                cause: html! { a href="#" { (words.sentence) } },
                sum: words.usd(-15_000),
                balance: words.usd(135_000),
            },
        ],
        closing: Some(words.usd(135_000)),
        locale,
    };
    html! {
        (shown("Table.pick", &html! { (Form::post("#", html! { (table) })) }))
        (shown("Table.foot, pager", &html! { (plain) (pager(locale, Some("#"), Some("#"), Some(words.sentence))) }))
        (shown("comparison", &comparison(locale, words.title, &heads, &rows)))
        (shown("Statement", &html! { (statement) }))
        (shown("files", &files(&[
            FileRow::new(locale, "plan-final.pdf", 182_333).href("#").note(time(locale, words.now, words.after(-300))),
            FileRow::new(locale, words.title, 12).state(badge(Tone::Waiting, words.state(Tone::Waiting))).actions(html! { (Button::quiet(words.delete).small()) }),
        ])))
    }
}

fn states(words: &Samples) -> Markup {
    let locale = words.locale;
    let banners = html! {
        div.stack {
            (Banner::info(words.title)) (Banner::good(words.title).text(words.sentence))
            (Banner::waiting(words.title).text(words.sentence).action(words.edit, "#")) (Banner::bad(words.title).text(words.sentence))
        }
    };
    let steps = html! {
        (progress_steps(locale, &[
            Step::new(words.name, StepState::Done).href("#"), Step::new(words.amount, StepState::Current), Step::new(words.status, StepState::Todo),
        ]))
        (progress_bar(locale, words.status, 2, 5))
    };
    let figure = |label: &str, value: Markup| Figure {
        label: label.to_owned(),
        value,
        note: Some(words.sentence.to_owned()),
        href: Some("#".to_owned()),
    };
    let numbers = figures(&[
        figure(words.amount, money(locale, words.usd(1_234_500))),
        figure(words.status, html! { "12" }),
        figure(words.name, html! { "98 %" }),
    ]);
    let bars = [("Rust", 12), ("PostgreSQL", 7), (words.skill, 3)].map(|(label, value)| Bar {
        label: label.to_owned(),
        value,
        shown: value.to_string(),
    });
    html! {
        (shown("Banner", &banners)) (shown("figures", &numbers)) (shown("steps, progress", &steps))
        (shown("tabs", &tabs(words.status, &[Tab::new(words.name, "#", true).count("3"), Tab::new(words.amount, "#", false), Tab::new(words.status, "#", false)])))
        (shown("bar_chart", &bar_chart(locale, words.title, words.amount, &bars)))
        (shown("empty_state", &empty_state(Icon::Inbox, words.title, words.sentence, html! { (Button::primary(words.send).href("#")) })))
        (shown("none_match", &none_match(locale, Icon::Search, "#")))
        (shown("loading", &loading(locale, 4)))
        (shown("description_list", &description_list(&[(words.name.to_owned(), person(words.person, None)), (words.amount.to_owned(), money(locale, words.usd(42)))])))
    }
}

fn icons() -> Markup {
    let all = html! { div.row { @for icon in Icon::ALL { span title={ (format!("{icon:?}")) } { (*icon) } } } };
    shown("Icon", &all)
}
