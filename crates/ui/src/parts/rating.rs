use super::field_id;
use crate::{
    Icon, Locale,
    text::{number, t, tr},
};
use maud::{Markup, html};

/// A rating in tenths of a star (0–50), with the number of reviews.
#[must_use]
pub fn stars(locale: Locale, tenths: u32, reviews: Option<i64>) -> Markup {
    let tenths = tenths.min(50);
    let shown = format!("{}.{}", tenths / 10, tenths % 10);
    html! {
        span.stars {
            span.stars-row aria-hidden="true" {
                @for star in 1..=5_u32 {
                    span.star.star-full[tenths >= star * 10 - 2].star-half[(star * 10 - 7..star * 10 - 2).contains(&tenths)] { (Icon::Star) }
                }
            }
            span.figures-equal aria-hidden="true" { (shown) }
            span.sr { (tr(locale, "ui-stars", &[("n", shown.as_str().into())])) }
            @if let Some(reviews) = reviews { span.stars-count { (tr(locale, "ui-reviews", &[("n", reviews.into())])) } }
        }
    }
}

/// One to five stars as radio buttons; `value` is the one chosen.
#[must_use]
pub fn rating_input(
    locale: Locale,
    name: &str,
    label: &str,
    value: Option<i64>,
    error: Option<&str>,
) -> Markup {
    let id = field_id(name);
    html! {
        fieldset.field.rating.field-wrong[error.is_some()] aria-describedby=[error.map(|_| format!("{id}-error"))] {
            legend { (label) }
            @if let Some(error) = error { p.field-error id={ (id) "-error" } { (Icon::CircleAlert) span { (error) } } }
            div.rating-row {
                @for star in 1..=5_i64 {
                    @let own = if star == 1 { id.clone() } else { format!("{id}-{star}") };
                    span.rating-star {
                        input id=(own) type="radio" name=(name) value=(star) checked[value == Some(star)];
                        label for=(own) title=(t(locale, &format!("ui-star-{star}"))) {
                            (Icon::Star) span { (number(locale, star)) } span.sr { " " (t(locale, &format!("ui-star-{star}"))) }
                        }
                    }
                }
            }
        }
    }
}
