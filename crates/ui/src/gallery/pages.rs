use super::{samples::Samples, shown};
use crate::{Icon, parts::*};
use maud::{Markup, html};

pub(super) fn pages(words: &Samples) -> Markup {
    html! {
        (shown("Decision", &decision(words)))
        (shown("Workroom, Standing, timeline", &room(words)))
        (shown("conversation", &talk(words)))
        (shown("ListPage", &html! { (list(words)) }))
    }
}

fn decision(words: &Samples) -> Markup {
    let lines = vec![
        MoneyLine::new(words.title, words.usd(150_000)),
        MoneyLine::new(words.amount, words.usd(15_000))
            .note("10 %")
            .why("#"),
        MoneyLine::total(words.total, words.usd(165_000)),
    ];
    let act = Form::post(
        "#",
        html! { (Button::primary(format!("{} · \u{2068}1,650.00 USD\u{2069}", words.send))) },
    )
    .key("k");
    html! {
        (Decision::new(words.locale, words.title, html! { (act) }, "#")
            .body(html! { p { (words.sentence) } (person(words.person, Some("#"))) })
            .lines(lines)
            .cannot_undo(words.sentence))
    }
}

fn room(words: &Samples) -> Markup {
    let (locale, now) = (words.locale, words.now);
    let who = person(words.person, Some("#"));
    let entries = [
        Entry::new(EntryKind::Money, words.after(-600), html! { (words.title) })
            .who(who.clone())
            .body(money_state(locale, MoneyState::Held, words.usd(150_000))),
        Entry::new(
            EntryKind::Message,
            words.after(-7_200),
            html! { (words.sentence) },
        )
        .who(who.clone())
        .body(markdown(words.markdown)),
        Entry::new(
            EntryKind::Change,
            words.after(-90_000),
            html! { (words.sentence) },
        ),
        Entry::new(
            EntryKind::Person,
            words.after(-900_000),
            html! { (words.sentence) },
        )
        .who(who.clone()),
    ];
    let standing = Standing::new(
        locale,
        badge(Tone::Waiting, words.state(Tone::Waiting)),
        words.sentence,
    )
    .who(who.clone())
    .due(now, words.after(86_400))
    .held(words.usd(150_000))
    .fact(words.name, html! { (words.title) })
    .act(html! { (Button::primary(words.send).href("#")) })
    .more(html! { a href="#" { (words.edit) } a href="#" { (words.delete) } });
    html! {
        (Workroom {
            title: words.title.to_owned(),
            badge: Some(badge(Tone::Waiting, words.state(Tone::Waiting))),
            meta: Some(html! { (who) (time(locale, now, words.after(-900_000))) }),
            actions: Some(html! { (Button::quiet(words.edit).href("#")) }),
            main: timeline(locale, now, &entries),
            aside: Some(html! { (standing) }),
            ..Workroom::default()
        })
    }
}

fn talk(words: &Samples) -> Markup {
    let speech = |id: &str, who: &str, mine: bool, ago: i64, first_unread: bool| Speech {
        id: id.to_owned(),
        who: who.to_owned(),
        mine,
        at: words.after(-ago),
        body: markdown(words.sentence),
        note: mine.then(|| words.state(Tone::Good).to_owned()),
        actions: None,
        first_unread,
    };
    let said = [
        speech("m-1", words.person, false, 7_200, false),
        speech("m-2", words.person, false, 7_100, false),
        speech("m-3", "Ana Lopez", true, 3_600, false),
        speech("m-4", words.person, false, 60, true),
    ];
    let field = Field::textarea("body", words.sentence, 2).hide_label();
    html! {
        (conversation(words.locale, words.now, &said))
        div.composer { (Form::post("#", html! { (field) div.actions { (Button::primary(words.send).icon(Icon::Send)) } })) }
    }
}

fn list(words: &Samples) -> ListPage {
    ListPage {
        title: words.title.to_owned(),
        count: Some("3".to_owned()),
        lead: Some(words.sentence.to_owned()),
        actions: Some(html! { (Button::primary(words.send).href("#")) }),
        body: html! {
            div.grid-cards {
                @for name in [words.title, words.person, words.skill] {
                    article.card { h2 { a href="#" { bdi { (name) } } } p.quiet { (words.sentence) } (badge(Tone::Good, words.state(Tone::Good))) }
                }
            }
        },
        ..ListPage::default()
    }
}
