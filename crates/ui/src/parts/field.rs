//! Fields of forms: label above, hint below it, error between label and field, all tied together.

mod draw;

use crate::{Locale, text::t};

#[derive(Clone, Debug)]
enum Kind {
    Input(&'static str),
    Textarea {
        rows: u32,
    },
    Money {
        code: Option<String>,
        currencies: Option<(String, Vec<String>)>,
    },
    Select,
    Checkbox,
    Radios,
    Checkboxes,
}

/// One of the answers of a select, radio group or checkboxes.
#[derive(Clone, Debug)]
pub struct Choice {
    value: String,
    label: String,
    hint: Option<String>,
    disabled: bool,
}

impl Choice {
    /// What is sent, what is read.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: None,
            disabled: false,
        }
    }
    /// A line below the label (radios and checkboxes).
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
    /// Cannot be chosen now.
    #[must_use]
    pub const fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

/// The element id of a field, for links from the summary of errors: `field_id("price.amount")`.
#[must_use]
pub fn field_id(name: &str) -> String {
    let mut id = String::from("f-");
    id.extend(
        name.chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }),
    );
    id
}

/// A value the form carries without showing it.
#[must_use]
pub fn hidden(name: &str, value: &str) -> maud::Markup {
    maud::html! { input type="hidden" name=(name) value=(value); }
}

/// A field with its label. Begin with a kind ([`Field::text`] …), add what is needed, draw it.
#[derive(Clone, Debug)]
pub struct Field {
    kind: Kind,
    name: String,
    label: String,
    values: Vec<String>,
    choices: Vec<Choice>,
    hint: Option<String>,
    error: Option<String>,
    optional: Option<String>,
    autocomplete: Option<&'static str>,
    list: Option<&'static str>,
    inputmode: Option<&'static str>,
    min: Option<String>,
    max: Option<String>,
    step: Option<String>,
    min_len: Option<u32>,
    max_len: Option<u32>,
    accept: Option<String>,
    required: bool,
    disabled: bool,
    readonly: bool,
    multiple: bool,
    focus: bool,
    short: bool,
    hide_label: bool,
    ltr: bool,
}

impl Field {
    fn new(kind: Kind, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            label: label.into(),
            values: vec![],
            choices: vec![],
            hint: None,
            error: None,
            optional: None,
            autocomplete: None,
            list: None,
            inputmode: None,
            min: None,
            max: None,
            step: None,
            min_len: None,
            max_len: None,
            accept: None,
            required: false,
            disabled: false,
            readonly: false,
            multiple: false,
            focus: false,
            short: false,
            hide_label: false,
            ltr: false,
        }
    }

    /// One line of text.
    #[must_use]
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Input("text"), name, label)
    }
    /// An e-mail address.
    #[must_use]
    pub fn email(name: impl Into<String>, label: impl Into<String>) -> Self {
        let mut field = Self::new(Kind::Input("email"), name, label).autocomplete("email");
        field.ltr = true;
        field
    }
    /// A password; `autocomplete` is `current-password` or `new-password`. Its value is never drawn.
    #[must_use]
    pub fn password(
        name: impl Into<String>,
        label: impl Into<String>,
        autocomplete: &'static str,
    ) -> Self {
        let mut field = Self::new(Kind::Input("password"), name, label).autocomplete(autocomplete);
        field.ltr = true;
        field
    }
    /// A one-time code.
    #[must_use]
    pub fn code(name: impl Into<String>, label: impl Into<String>) -> Self {
        let mut field = Self::new(Kind::Input("text"), name, label)
            .autocomplete("one-time-code")
            .short();
        field.inputmode = Some("numeric");
        field.ltr = true;
        field
    }
    /// A link.
    #[must_use]
    pub fn url(name: impl Into<String>, label: impl Into<String>) -> Self {
        let mut field = Self::new(Kind::Input("url"), name, label);
        field.ltr = true;
        field
    }
    /// A phone number.
    #[must_use]
    pub fn phone(name: impl Into<String>, label: impl Into<String>) -> Self {
        let mut field = Self::new(Kind::Input("tel"), name, label).autocomplete("tel");
        field.ltr = true;
        field
    }
    /// Words to look for.
    #[must_use]
    pub fn search(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Input("search"), name, label)
    }
    /// Several lines; grows with what is written.
    #[must_use]
    pub fn textarea(name: impl Into<String>, label: impl Into<String>, rows: u32) -> Self {
        Self::new(Kind::Textarea { rows }, name, label)
    }
    /// A whole number.
    #[must_use]
    pub fn number(name: impl Into<String>, label: impl Into<String>) -> Self {
        let mut field = Self::new(Kind::Input("number"), name, label).short();
        field.inputmode = Some("numeric");
        field.ltr = true;
        field
    }
    /// A sum as text (`1500.00`), with the currency's code beside it. Value: [`crate::text::amount`].
    #[must_use]
    pub fn money(
        name: impl Into<String>,
        label: impl Into<String>,
        currency: impl Into<String>,
    ) -> Self {
        let kind = Kind::Money {
            code: Some(currency.into()),
            currencies: None,
        };
        let mut field = Self::new(kind, name, label).short();
        field.ltr = true;
        field
    }
    /// A sum with a choice of currency: the code is sent as `currency_name`; `chosen` is the code selected.
    #[must_use]
    pub fn money_in(
        name: impl Into<String>,
        label: impl Into<String>,
        currency_name: impl Into<String>,
        codes: &[&str],
        chosen: &str,
    ) -> Self {
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        let kind = Kind::Money {
            code: Some(chosen.to_owned()),
            currencies: Some((currency_name.into(), codes)),
        };
        let mut field = Self::new(kind, name, label).short();
        field.ltr = true;
        field
    }
    /// One of several, folded.
    #[must_use]
    pub fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        let mut field = Self::new(Kind::Select, name, label);
        field.choices = choices;
        field
    }
    /// Yes or no; sends `on` when ticked. Tick it with [`Field::checked`].
    #[must_use]
    pub fn checkbox(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Checkbox, name, label)
    }
    /// One of several, all seen.
    #[must_use]
    pub fn radios(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        let mut field = Self::new(Kind::Radios, name, label);
        field.choices = choices;
        field
    }
    /// Any of several; each ticked one is sent under the same name.
    #[must_use]
    pub fn checkboxes(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: Vec<Choice>,
    ) -> Self {
        let mut field = Self::new(Kind::Checkboxes, name, label);
        field.choices = choices;
        field
    }
    /// A calendar day, `2026-11-20`.
    #[must_use]
    pub fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Input("date"), name, label).short()
    }
    /// A day and minute without zone, `2026-11-20T15:45`.
    #[must_use]
    pub fn date_time(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Input("datetime-local"), name, label).short()
    }
    /// A file; the form must be [`multipart`](super::Form::multipart).
    #[must_use]
    pub fn file(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Input("file"), name, label)
    }

    /// What stands in it, or which choice is chosen.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.values = vec![value.into()];
        self
    }
    /// Which checkboxes are ticked.
    #[must_use]
    pub fn values(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.values = values.into_iter().map(Into::into).collect();
        self
    }
    /// Ticks a checkbox.
    #[must_use]
    pub fn checked(mut self, checked: bool) -> Self {
        self.values = if checked {
            vec!["on".to_owned()]
        } else {
            vec![]
        };
        self
    }
    /// A line that helps.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
    /// What is wrong with the value, if anything.
    #[must_use]
    pub fn error(mut self, error: Option<impl Into<String>>) -> Self {
        self.error = error.map(Into::into);
        self
    }
    /// Must be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    /// Says beside the label that it may stay empty.
    #[must_use]
    pub fn optional(mut self, locale: Locale) -> Self {
        self.optional = Some(t(locale, "ui-optional"));
        self
    }
    /// What browsers may fill in.
    #[must_use]
    pub const fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = Some(autocomplete);
        self
    }
    /// The id of a `datalist` with values that are offered while one types.
    #[must_use]
    pub const fn list(mut self, id: &'static str) -> Self {
        self.list = Some(id);
        self
    }
    /// Smallest value of a number or date.
    #[must_use]
    pub fn min(mut self, min: impl ToString) -> Self {
        self.min = Some(min.to_string());
        self
    }
    /// Largest value of a number or date.
    #[must_use]
    pub fn max(mut self, max: impl ToString) -> Self {
        self.max = Some(max.to_string());
        self
    }
    /// Step of a number.
    #[must_use]
    pub fn step(mut self, step: impl ToString) -> Self {
        self.step = Some(step.to_string());
        self
    }
    /// Fewest characters.
    #[must_use]
    pub const fn min_len(mut self, characters: u32) -> Self {
        self.min_len = Some(characters);
        self
    }
    /// Most characters.
    #[must_use]
    pub const fn max_len(mut self, characters: u32) -> Self {
        self.max_len = Some(characters);
        self
    }
    /// Kinds of files: `.pdf,image/png`.
    #[must_use]
    pub fn accept(mut self, accept: impl Into<String>) -> Self {
        self.accept = Some(accept.into());
        self
    }
    /// Several files.
    #[must_use]
    pub const fn multiple(mut self) -> Self {
        self.multiple = true;
        self
    }
    /// Cannot be changed and is not sent.
    #[must_use]
    pub const fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
    /// Cannot be changed but is sent.
    #[must_use]
    pub const fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }
    /// Takes the focus when the page opens; at most one on a page.
    #[must_use]
    pub const fn focus(mut self) -> Self {
        self.focus = true;
        self
    }
    /// For short answers.
    #[must_use]
    pub const fn short(mut self) -> Self {
        self.short = true;
        self
    }
    /// Keeps the label for screen readers only (filters, composers).
    #[must_use]
    pub const fn hide_label(mut self) -> Self {
        self.hide_label = true;
        self
    }
}
