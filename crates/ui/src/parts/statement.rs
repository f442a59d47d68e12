use super::money;
use crate::{
    Locale,
    text::{date, t},
};
use base::{Instant, Money};
use maud::{Markup, Render, html};

/// A line of an account: when, why, how much, and what stood afterwards.
#[derive(Clone, Debug)]
pub struct StatementLine {
    /// When it was booked.
    pub at: Instant,
    /// What caused it, with a link to it.
    pub cause: Markup,
    /// Added (plus) or taken (minus).
    pub sum: Money,
    /// What stood after it.
    pub balance: Money,
}

/// Lines of an account with running balance; prints well.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Names the account and the time.
    pub caption: String,
    /// What stood before the first line.
    pub opening: Option<Money>,
    /// The lines in the order they are read.
    pub lines: Vec<StatementLine>,
    /// What stands after the last line.
    pub closing: Option<Money>,
    /// Language.
    pub locale: Locale,
}

impl Render for Statement {
    fn render(&self) -> Markup {
        let locale = self.locale;
        let edge = |key: &str, sum: Option<Money>| {
            html! {
                @if let Some(sum) = sum {
                    tr.edge { th scope="row" colspan="3" { (t(locale, key)) } td.number data-label=(t(locale, "ui-balance")) { (money(locale, sum)) } }
                }
            }
        };
        html! {
            div.table-wrap {
                table.table.statement {
                    caption { (self.caption) }
                    thead { tr {
                        th scope="col" { (t(locale, "ui-day")) }
                        th scope="col" { (t(locale, "ui-cause")) }
                        th.number scope="col" { (t(locale, "ui-sum")) }
                        th.number scope="col" { (t(locale, "ui-balance")) }
                    } }
                    tbody {
                        (edge("ui-opening", self.opening))
                        @for line in &self.lines {
                            tr {
                                th scope="row" { time datetime=(line.at.0) { (date(locale, line.at)) } }
                                td data-label=(t(locale, "ui-cause")) { (line.cause) }
                                td.number data-label=(t(locale, "ui-sum")) { (money(locale, line.sum)) }
                                td.number data-label=(t(locale, "ui-balance")) { (money(locale, line.balance)) }
                            }
                        }
                        (edge("ui-closing", self.closing))
                    }
                }
            }
        }
    }
}
