use crate::{Locale, text::t};
use maud::{Markup, html};

/// Several things side by side: `heads` names them, each row has one cell for each; on a phone each row is a
/// block with a line for each. Rows that are equal can be hidden.
#[must_use]
pub fn comparison(
    locale: Locale,
    caption: &str,
    heads: &[Markup],
    rows: &[(String, Vec<Markup>)],
) -> Markup {
    let equal = |cells: &[Markup]| cells.windows(2).all(|pair| pair[0].0 == pair[1].0);
    html! {
        div.comparison {
            @if rows.iter().any(|(_, cells)| equal(cells)) {
                div.choice { input #hide-equal type="checkbox"; div { label for="hide-equal" { (t(locale, "ui-hide-equal")) } } }
            }
            div.table-wrap tabindex="0" role="region" aria-label=(caption) {
                table {
                    caption.sr { (caption) }
                    thead { tr { td {} @for head in heads { th scope="col" { (head) } } } }
                    tbody {
                        @for (label, cells) in rows {
                            tr class=[equal(cells).then_some("equal")] {
                                th scope="row" { (label) }
                                // Where rows are stacked nothing stands above the cell.
                                @for (cell, head) in cells.iter().zip(heads) {
                                    td { div.comparison-who { (head) } div { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
