use super::{Choice, Field, Kind, field_id};
use crate::Icon;
use maud::{Markup, Render, html};

impl Render for Field {
    fn render(&self) -> Markup {
        match &self.kind {
            Kind::Checkbox => self.single(),
            Kind::Radios => self.group("radio"),
            Kind::Checkboxes => self.group("checkbox"),
            _ => self.labelled(),
        }
    }
}

impl Field {
    fn id(&self) -> String {
        field_id(&self.name)
    }

    /// Ids of hint and error, in the order they are read.
    fn described(&self) -> Option<String> {
        let id = self.id();
        let parts: Vec<_> = [
            self.error.as_ref().map(|_| format!("{id}-error")),
            self.hint.as_ref().map(|_| format!("{id}-hint")),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }

    fn first(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn label_words(&self) -> Markup {
        html! {
            (self.label)
            @if let Some(optional) = &self.optional { " " span.optional { (optional) } }
        }
    }

    /// Hint, then error: the error stands next to the field.
    fn notes(&self) -> Markup {
        let id = self.id();
        html! {
            @if let Some(hint) = &self.hint { p.hint id={ (id) "-hint" } { (hint) } }
            @if let Some(error) = &self.error { p.field-error id={ (id) "-error" } { (Icon::CircleAlert) span { (error) } } }
        }
    }

    fn labelled(&self) -> Markup {
        let id = self.id();
        html! {
            div.field.field-short[self.short].field-wrong[self.error.is_some()] {
                label class=[self.hide_label.then_some("sr")] for=(id) { (self.label_words()) }
                (self.notes())
                @match &self.kind {
                    Kind::Input(kind) => (self.input(kind)),
                    Kind::Textarea { rows } => {
                        textarea id=(id) name=(self.name) rows=(rows) dir="auto" maxlength=[self.max_len] minlength=[self.min_len]
                            required[self.required] disabled[self.disabled] readonly[self.readonly] autofocus[self.focus]
                            aria-describedby=[self.described()] aria-invalid=[self.invalid()] { "\n" (self.first()) }
                    },
                    Kind::Select => {
                        span.select {
                            select id=(id) name=(self.name) required[self.required] disabled[self.disabled] autofocus[self.focus]
                                autocomplete=[self.autocomplete] aria-describedby=[self.described()] aria-invalid=[self.invalid()]
                            { @for choice in &self.choices { (option(choice, self.first())) } }
                            (Icon::ChevronDown)
                        }
                    },
                    Kind::Money { code, currencies } => (self.sum(code.as_deref().unwrap_or_default(), currencies.as_ref())),
                    Kind::Checkbox | Kind::Radios | Kind::Checkboxes => {},
                }
            }
        }
    }

    fn input(&self, kind: &str) -> Markup {
        let secret = kind == "password" || kind == "file";
        let free = matches!(kind, "text" | "search") && !self.ltr;
        html! {
            input id=(self.id()) type=(kind) name=(self.name) value=[(!secret && !self.first().is_empty()).then(|| self.first())]
                dir=[if free { Some("auto") } else { self.ltr.then_some("ltr") }]
                autocomplete=[self.autocomplete] list=[self.list] inputmode=[self.inputmode] spellcheck=[self.ltr.then_some("false")]
                min=[self.min.as_ref()] max=[self.max.as_ref()] step=[self.step.as_ref()]
                minlength=[self.min_len] maxlength=[self.max_len] accept=[self.accept.as_ref()]
                required[self.required] disabled[self.disabled] readonly[self.readonly] multiple[self.multiple] autofocus[self.focus]
                aria-describedby=[self.described()] aria-invalid=[self.invalid()];
        }
    }

    fn sum(&self, code: &str, currencies: Option<&(String, Vec<String>)>) -> Markup {
        html! {
            span.money-field dir="ltr" {
                input id=(self.id()) type="text" inputmode="decimal" name=(self.name) value=(self.first()) maxlength="24"
                    autocomplete="off" spellcheck="false" required[self.required] disabled[self.disabled] readonly[self.readonly]
                    autofocus[self.focus] aria-describedby=[self.described()] aria-invalid=[self.invalid()];
                @match currencies {
                    None => span.money-code { (code) },
                    Some((name, codes)) => {
                        span.select {
                            select name=(name) id=(field_id(name)) aria-label={ (self.label) " – " (code) } {
                                @for each in codes { option value=(each) selected[each == code] { (each) } }
                            }
                            (Icon::ChevronDown)
                        }
                    },
                }
            }
        }
    }

    fn single(&self) -> Markup {
        let id = self.id();
        html! {
            div.field.field-wrong[self.error.is_some()] {
                @if let Some(error) = &self.error { p.field-error id={ (id) "-error" } { (Icon::CircleAlert) span { (error) } } }
                div.choice {
                    input id=(id) type="checkbox" name=(self.name) value="on" checked[!self.values.is_empty()] required[self.required]
                        disabled[self.disabled] autofocus[self.focus] aria-describedby=[self.described()] aria-invalid=[self.invalid()];
                    div {
                        label for=(id) { (self.label_words()) }
                        @if let Some(hint) = &self.hint { p.hint id={ (id) "-hint" } { (hint) } }
                    }
                }
            }
        }
    }

    /// Radios or checkboxes in a fieldset; the first one carries the field's id.
    fn group(&self, kind: &str) -> Markup {
        let id = self.id();
        html! {
            fieldset.field.field-wrong[self.error.is_some()] disabled[self.disabled] aria-describedby=[self.described()] {
                legend id={ (id) "-label" } class=[self.hide_label.then_some("sr")] { (self.label_words()) }
                (self.notes())
                @for (at, choice) in self.choices.iter().enumerate() {
                    @let own = if at == 0 { id.clone() } else { format!("{id}-{at}") };
                    div.choice {
                        input id=(own) type=(kind) name=(self.name) value=(choice.value)
                            checked[self.values.contains(&choice.value)] disabled[choice.disabled] autofocus[self.focus && at == 0]
                            required[self.required && kind == "radio"] aria-invalid=[self.invalid()]
                            aria-describedby=[choice.hint.as_ref().map(|_| format!("{own}-about"))];
                        div {
                            label for=(own) { (choice.label) }
                            @if let Some(hint) = &choice.hint { p.hint id={ (own) "-about" } { (hint) } }
                        }
                    }
                }
            }
        }
    }
}

fn option(choice: &Choice, chosen: &str) -> Markup {
    html! {
        option value=(choice.value) selected[choice.value == chosen] disabled[choice.disabled] { (choice.label) }
    }
}
