//! Writes pages as files with their assets, to be looked at in a browser: `gallery DIR`.

use std::{fs, path::Path};
use ui::{
    Icon, Locale, assets, frame,
    frame::{Frame, Me, NavItem, Theme, Workspace},
    parts::Banner,
};

fn main() -> std::io::Result<()> {
    let dir = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "/tmp/gallery".to_owned());
    let dir = Path::new(&dir);
    fs::create_dir_all(dir.join("assets"))?;
    for asset in assets::ALL {
        let body = String::from_utf8(asset.raw.to_vec());
        let path = dir.join(&asset.url[1..]);
        match body {
            Ok(text) if asset.mime.starts_with("text/css") => {
                fs::write(path, text.replace("url(/assets/", "url("))?
            }
            _ => fs::write(path, asset.raw)?,
        }
    }
    for locale in Locale::ALL {
        for theme in [Theme::Light, Theme::Dark] {
            let name = format!("{}-{}", locale.code(), theme.code());
            let frame = sample(locale, theme);
            let save = |kind: &str, page: ui::Markup| {
                fs::write(
                    dir.join(format!("{kind}-{name}.html")),
                    page.0.replace("\"/assets/", "\"assets/"),
                )
            };
            save("gallery", frame::page(&frame, ui::gallery(locale)))?;
            let public = Frame {
                me: None,
                ..frame.clone()
            };
            save("public", frame::public_page(&public, ui::gallery(locale)))?;
            save(
                "error",
                frame::error_page(locale, 403, "forbidden", "01890000", true, None),
            )?;
        }
    }
    Ok(())
}

fn sample(locale: Locale, theme: Theme) -> Frame {
    let word = |en: &'static str, ar: &'static str| if locale == Locale::Ar { ar } else { en };
    Frame {
        theme,
        workspace: Some(Workspace {
            name: "Northwind".into(),
            slug: "northwind".into(),
        }),
        others: vec![Workspace {
            name: "مطابخ الشام".into(),
            slug: "sham".into(),
        }],
        nav: vec![
            NavItem::new("#", word("Overview", "نظرة عامة"), Icon::House).active(true),
            NavItem::new("#", word("Projects", "المشاريع"), Icon::Briefcase)
                .count(3)
                .group(word("Marketplace", "السوق")),
            NavItem::new("#", word("Messages", "الرسائل"), Icon::MessageSquare).count(12),
            NavItem::new("#", word("Money", "المال"), Icon::Wallet),
            NavItem::new("#", word("Contracts", "العقود"), Icon::Handshake),
            NavItem::new("#", word("People", "الأشخاص"), Icon::Users)
                .group(word("Workspace", "مساحة العمل")),
            NavItem::new("#", word("Settings", "الإعدادات"), Icon::Settings),
        ],
        me: Some(Me {
            id: "1".into(),
            name: "Ana Lopez".into(),
            href_account: "/account".into(),
            href_notices: "/notices".into(),
            unread: 4,
        }),
        breadcrumbs: vec![
            (word("Projects", "المشاريع").into(), "#".into()),
            ("Northwind".into(), "#".into()),
        ],
        flash: Some(Banner::good(word("Offer sent.", "أُرسل العرض."))),
        path: "/".into(),
        search: Some("/search".into()),
        ..Frame::new(locale, word("Gallery", "المعرض"))
    }
}
