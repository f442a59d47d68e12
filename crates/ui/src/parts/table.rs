use crate::Locale;
use maud::{Markup, Render, html};

/// A column: its heading and how its cells stand.
#[derive(Clone, Debug)]
pub struct Column {
    label: String,
    number: bool,
    sort: Option<(String, Option<bool>)>,
    hide_label: bool,
}

impl Column {
    /// Words; the first column of a table is the heading of its row.
    #[must_use]
    pub fn text(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            number: false,
            sort: None,
            hide_label: false,
        }
    }
    /// Numbers and sums: figures of equal width at the end of the line.
    #[must_use]
    pub fn number(label: impl Into<String>) -> Self {
        Self {
            number: true,
            ..Self::text(label)
        }
    }
    /// Buttons; the heading is for screen readers.
    #[must_use]
    pub fn actions(label: impl Into<String>) -> Self {
        Self {
            hide_label: true,
            number: true,
            ..Self::text(label)
        }
    }
    /// Heading leads to the list sorted by it; `Some(true)` when it is sorted so, rising.
    #[must_use]
    pub fn sort(mut self, href: impl Into<String>, rising: Option<bool>) -> Self {
        self.sort = Some((href.into(), rising));
        self
    }
}

#[derive(Clone, Debug)]
struct Row {
    cells: Vec<Markup>,
    pick: Option<(String, String)>,
}

/// Rows of like things; cards on a phone. Keys j, k and x walk and tick its rows.
#[derive(Clone, Debug)]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    pick: Option<(Locale, String, Markup)>,
    foot: Option<Vec<Markup>>,
    keep: bool,
}

impl Table {
    /// `caption` names the table for screen readers.
    #[must_use]
    pub fn new(caption: impl Into<String>, columns: Vec<Column>) -> Self {
        Self {
            caption: caption.into(),
            columns,
            rows: vec![],
            pick: None,
            foot: None,
            keep: false,
        }
    }
    /// Adds a row; as many cells as columns.
    #[must_use]
    pub fn row(mut self, cells: Vec<Markup>) -> Self {
        self.rows.push(Row { cells, pick: None });
        self
    }
    /// Adds all rows.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Markup>>) -> Self {
        self.rows
            .extend(rows.into_iter().map(|cells| Row { cells, pick: None }));
        self
    }
    /// Rows can be ticked: each sends `name=VALUE`; `actions` are buttons of the bar that then appears. Put
    /// the table into a [`Form`](super::Form).
    #[must_use]
    pub fn pick(mut self, locale: Locale, name: impl Into<String>, actions: Markup) -> Self {
        self.pick = Some((locale, name.into(), actions));
        self
    }
    /// Adds a row that can be ticked; `label` names it for screen readers.
    #[must_use]
    pub fn pick_row(
        mut self,
        value: impl Into<String>,
        label: impl Into<String>,
        cells: Vec<Markup>,
    ) -> Self {
        self.rows.push(Row {
            cells,
            pick: Some((value.into(), label.into())),
        });
        self
    }
    /// Stays a table on a phone too: for few narrow columns.
    #[must_use]
    pub const fn keep(mut self) -> Self {
        self.keep = true;
        self
    }
    /// A last line of totals.
    #[must_use]
    pub fn foot(mut self, cells: Vec<Markup>) -> Self {
        self.foot = Some(cells);
        self
    }

    fn head(&self) -> Markup {
        html! {
            thead {
                tr {
                    @if let Some((locale, ..)) = &self.pick { th.pick scope="col" { span.sr { (crate::t(*locale, "ui-pick")) } } }
                    @for column in &self.columns {
                        @let state = column.sort.as_ref().and_then(|(_, rising)| *rising);
                        th class=[column.number.then_some("number")] scope="col" aria-sort=[state.map(|rising| if rising { "ascending" } else { "descending" })] {
                            @if column.hide_label { span.sr { (column.label) } }
                            @else if let Some((href, _)) = &column.sort {
                                a href=(href) {
                                    (column.label)
                                    @match state { Some(true) => (crate::Icon::ChevronUp), Some(false) => (crate::Icon::ChevronDown), None => {} }
                                }
                            } @else { (column.label) }
                        }
                    }
                }
            }
        }
    }

    fn cell(&self, at: usize, cell: &Markup) -> Markup {
        let column = self.columns.get(at);
        let number = column.is_some_and(|column| column.number);
        let label = column
            .filter(|column| !column.hide_label)
            .map(|column| &column.label);
        html! {
            @if at == 0 { th class=[number.then_some("number")] scope="row" { div.cell { (cell) } } }
            @else { td class=[number.then_some("number")] data-label=[label] { div.cell { (cell) } } }
        }
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        html! {
            @if let Some((locale, _, actions)) = &self.pick {
                div.bulk role="group" aria-label=(crate::t(*locale, "ui-bulk")) { span { (crate::t(*locale, "ui-bulk")) } (actions) }
            }
            div.table-wrap {
                table.table.keep[self.keep] data-list {
                    caption.sr { (self.caption) }
                    (self.head())
                    tbody {
                        @for row in &self.rows {
                            tr data-row {
                                @if let Some((_, name, _)) = &self.pick {
                                    td.pick {
                                        @if let Some((value, label)) = &row.pick {
                                            input type="checkbox" name=(name) value=(value) aria-label=(label);
                                        }
                                    }
                                }
                                @for (at, cell) in row.cells.iter().enumerate() { (self.cell(at, cell)) }
                            }
                        }
                    }
                    @if let Some(foot) = &self.foot {
                        tfoot { tr {
                            @if self.pick.is_some() { td {} }
                            @for (at, cell) in foot.iter().enumerate() { (self.cell(at, cell)) }
                        } }
                    }
                }
            }
        }
    }
}
