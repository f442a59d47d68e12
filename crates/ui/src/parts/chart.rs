use crate::{Locale, text::t};
use maud::{Markup, html};

/// One bar: its name, its value, and the value in words.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Name.
    pub label: String,
    /// Length; below zero counts as zero.
    pub value: i64,
    /// The value formatted.
    pub shown: String,
}

/// Bars under each other, and the table behind them.
#[must_use]
pub fn bar_chart(locale: Locale, caption: &str, value_head: &str, bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let width = |value: i64| {
        let permille = i128::from(value.max(0))
            .saturating_mul(1_000)
            .checked_div(i128::from(most))
            .unwrap_or(0);
        permille.to_string()
    };
    let height = bars.len().saturating_mul(28);
    html! {
        figure.chart {
            figcaption { (caption) }
            div.chart-bars aria-hidden="true" {
                ul.chart-labels { @for bar in bars { li { bdi { (bar.label) } } } }
                svg viewBox={ "0 0 1000 " (height) } height=(height) preserveAspectRatio="none" focusable="false" {
                    @for (at, bar) in bars.iter().enumerate() {
                        rect.chart-bar x="0" y=(at * 28 + 4) width=(width(bar.value)) height="20" {}
                    }
                }
                ul.chart-values { @for bar in bars { li { (bar.shown) } } }
            }
            details {
                summary { (t(locale, "ui-as-table")) }
                table.table {
                    caption.sr { (caption) }
                    thead { tr { th scope="col" { (t(locale, "ui-name")) } th.number scope="col" { (value_head) } } }
                    tbody { @for bar in bars { tr { th scope="row" { bdi { (bar.label) } } td.number data-label=(value_head) { (bar.shown) } } } }
                }
            }
        }
    }
}
