use crate::{
    Icon, Locale,
    text::{number, t},
};
use maud::{Markup, html};

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Behind us.
    Done,
    /// Now.
    Current,
    /// Still to come.
    Todo,
}

/// One step of a way.
#[derive(Clone, Debug)]
pub struct Step {
    /// Words.
    pub label: String,
    /// Where it stands.
    pub state: StepState,
    /// Where it can be opened.
    pub href: Option<String>,
}

impl Step {
    /// A step without a link.
    #[must_use]
    pub fn new(label: impl Into<String>, state: StepState) -> Self {
        Self {
            label: label.into(),
            state,
            href: None,
        }
    }
    /// Can be opened.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// The steps of a way, in order.
#[must_use]
pub fn progress_steps(locale: Locale, steps: &[Step]) -> Markup {
    html! {
        ol.steps {
            @for (at, step) in steps.iter().enumerate() {
                @let (class, word) = match step.state {
                    StepState::Done => ("step step-done", "ui-step-done"),
                    StepState::Current => ("step step-current", "ui-step-current"),
                    StepState::Todo => ("step", "ui-step-todo"),
                };
                li class=(class) aria-current=[(step.state == StepState::Current).then_some("step")] {
                    span.step-mark aria-hidden="true" {
                        @if step.state == StepState::Done { (Icon::Check) } @else { (at + 1) }
                    }
                    span.step-label {
                        @match &step.href { Some(href) => a href=(href) { (step.label) }, None => (step.label) }
                        span.sr { " (" (t(locale, word)) ")" }
                    }
                }
            }
        }
    }
}

/// How much of a whole is done, said in words as well.
#[must_use]
pub fn progress_bar(locale: Locale, label: &str, done: i64, all: i64) -> Markup {
    html! {
        div.progress {
            span.progress-words { span { (label) } span.figures-equal { bdi { (number(locale, done)) " / " (number(locale, all)) } } }
            progress aria-label=(label) value=(done) max=(all.max(1)) {}
        }
    }
}
