//! What every drawn page keeps to: nothing inline, nothing from elsewhere, small, with its names in place.

use ui::{
    Icon, Locale, assets,
    frame::{Frame, Me, NavItem, Theme, Workspace, error_page, page, public_page},
    gallery, html,
    parts::{Button, Field, Form, Table, error_summary},
};

fn frame(locale: Locale) -> Frame {
    Frame {
        theme: Theme::Dark,
        workspace: Some(Workspace {
            name: "<b>Hall</b>".into(),
            slug: "hall".into(),
        }),
        nav: (0..7)
            .map(|n| {
                NavItem::new(format!("/{n}"), format!("Place {n}"), Icon::House).active(n == 1)
            })
            .collect(),
        me: Some(Me {
            id: "a1".into(),
            name: "Ana".into(),
            href_account: "/account".into(),
            href_notices: "/notices".into(),
            unread: 120,
        }),
        path: "/w/hall?page=2".into(),
        search: Some("/w/hall/search".into()),
        events: true,
        ..Frame::new(locale, "Projects & more")
    }
}

fn everything() -> Vec<String> {
    let mut pages = vec![];
    for locale in Locale::ALL {
        pages.push(page(&frame(locale), gallery(locale)).0);
        pages.push(public_page(&Frame::new(locale, "Home"), gallery(locale)).0);
        for status in [400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 502, 503] {
            pages.push(error_page(locale, status, "not_found", "req-1", status % 2 == 0, None).0);
        }
    }
    pages
}

#[test]
fn nothing_inline_and_nothing_foreign() {
    for page in everything() {
        for bad in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            "hx-on",
            "javascript:",
            "js:",
            "src=\"http",
            "src=\"//",
        ] {
            assert!(!page.contains(bad), "{bad}");
        }
        for script in page.split("<script").skip(1) {
            assert!(
                script.starts_with(" type=\"module\" src=\"/assets/"),
                "a script without a source of ours"
            );
        }
        for link in page.split("<link").skip(1) {
            assert!(
                link.split('>').next().unwrap().contains("href=\"/assets/"),
                "a style from elsewhere"
            );
        }
    }
}

#[test]
fn no_key_is_left_without_words() {
    for page in everything() {
        for bad in [">ui-", "\"ui-", ">error-", "{$"] {
            assert!(
                !page.contains(bad),
                "{bad}: {}",
                &page[page.find(bad).unwrap()..][..60]
            );
        }
    }
}

#[test]
fn the_document_says_language_direction_and_theme() {
    let shown = page(&frame(Locale::Ar), html! { p { "x" } }).0;
    assert!(shown.starts_with("<!DOCTYPE html><html lang=\"ar\" dir=\"rtl\" data-theme=\"dark\">"));
    let body = &shown[shown.find("<body").unwrap()..];
    let first = body.split('<').nth(2).unwrap();
    assert!(
        first.starts_with("a class=\"skip\" href=\"#main\""),
        "the skip link comes first: {first}"
    );
    assert!(
        body.contains("data-events")
            && body.contains("id=\"notice-badge\"")
            && body.contains("99+")
    );
    assert!(body.contains("name=\"return_to\" value=\"/w/hall?page=2\""));
    assert!(!shown.contains("<b>Hall"), "names are escaped");
    let quiet = page(&Frame::new(Locale::En, "x"), html! {}).0;
    assert!(!quiet.contains("data-events") && !quiet.contains("class=\"rail\""));
}

#[test]
fn ids_on_a_page_are_unique() {
    for page in everything() {
        let mut ids: Vec<_> = page
            .split(" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}

#[test]
fn a_field_is_tied_to_its_error() {
    let field = Field::text("price.amount", "Price")
        .hint("Per hour")
        .error(Some("Too small"))
        .required();
    let shown = html! { (field) }.0;
    assert!(shown.contains(r#"<label for="f-price-amount">"#), "{shown}");
    assert!(
        shown.contains(
            r#"aria-describedby="f-price-amount-error f-price-amount-hint" aria-invalid="true""#
        ),
        "{shown}"
    );
    assert!(
        shown.find("Too small").unwrap() < shown.find("<input").unwrap(),
        "the error stands before the field"
    );
    let errors = [("price.amount".to_owned(), "Too small".to_owned())];
    let summary = error_summary(Locale::En, &errors).0;
    assert!(
        summary.contains(r##"<a href="#f-price-amount">Too small</a>"##)
            && summary.contains(r#"role="alert""#)
    );
    assert!(error_summary(Locale::En, &[]).0.is_empty());
    let secret = html! { (Field::password("p", "Password", "new-password").value("hunter2")) }.0;
    assert!(!secret.contains("hunter2"), "a password is never drawn");
}

#[test]
fn forms_carry_their_key() {
    let form = Form::post(
        "/x?a=1&b=2",
        html! { (Button::primary("Send").value("act", "send")) },
    )
    .key("k-1")
    .multipart();
    let shown = html! { (form) }.0;
    assert!(
        shown.contains(r#"action="/x?a=1&amp;b=2""#)
            && shown.contains(r#"enctype="multipart/form-data""#)
    );
    assert!(shown.contains(r#"<input type="hidden" name="idempotency_key" value="k-1">"#));
    assert!(shown.contains(r#"name="act" value="send""#));
}

#[test]
fn tables_carry_their_headings_into_cards() {
    use ui::parts::Column;
    let table = Table::new("Offers", vec![Column::text("Name"), Column::number("Sum")]);
    let shown = html! { (table.row(vec![html! { "a" }, html! { "b" }])) }.0;
    assert!(
        shown.contains(r#"<th scope="row"><div class="cell">a</div></th>"#)
            && shown.contains(r#"data-label="Sum""#),
        "{shown}"
    );
}

#[test]
fn assets_are_found_and_a_first_visit_is_small() {
    let size = |url: &str| {
        let asset = assets::find(url).unwrap();
        asset.gz.unwrap_or(asset.raw).len()
    };
    assert!(assets::find("/assets/app.css").is_none());
    let css = std::str::from_utf8(assets::find(assets::APP_CSS).unwrap().raw).unwrap();
    for font in css.split("url(").skip(1) {
        assert!(assets::find(font.split(')').next().unwrap()).is_some());
    }
    let shell = size(assets::APP_CSS) + size(assets::APP_JS) + size(assets::HTMX_JS);
    let latin = size(assets::PLEX_LATIN_400_WOFF2) + size(assets::PLEX_LATIN_600_WOFF2);
    let arabic = size(assets::PLEX_ARABIC_400_WOFF2) + size(assets::PLEX_ARABIC_600_WOFF2);
    assert!(shell + latin < 100_000, "English: {}", shell + latin);
    let figures = size(assets::PLEX_LATIN_400_WOFF2);
    assert!(
        shell + arabic + figures < 150_000,
        "Arabic: {}",
        shell + arabic + figures
    );
}
