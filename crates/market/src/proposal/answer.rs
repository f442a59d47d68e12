//! Answers to a project's questions, kept with the questions as they stood.

use super::input::NewAnswer;
use crate::project::input::Question;
use kernel::{Error, Fault, Result};
use serde::{Deserialize, Serialize};

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ProposalAnswer)]
pub struct Answer {
    /// The question's place, from 1.
    pub position: i64,
    /// What was asked.
    pub question: String,
    /// What was answered.
    pub answer: String,
}

/// The answers with their questions, those left open left out.
///
/// # Errors
/// 422 `answer_required` for a question that must be answered and is not, `unknown_question` for
/// an answer to none, `answered_twice`.
pub fn answered(questions: &[Question], given: &[NewAnswer]) -> Result<Vec<Answer>> {
    let mut faults = vec![];
    for (at, answer) in given.iter().enumerate() {
        let known = usize::try_from(answer.position).is_ok_and(|p| p <= questions.len());
        let before = &given[..at];
        if !known {
            faults.push(Fault::new(
                format!("/answers/{at}/position"),
                "unknown_question",
            ));
        } else if before.iter().any(|b| b.position == answer.position) {
            faults.push(Fault::new(
                format!("/answers/{at}/position"),
                "answered_twice",
            ));
        }
    }
    let mut answers = vec![];
    for (place, question) in (1_i64..).zip(questions) {
        let found = given.iter().enumerate().find(|(_, a)| a.position == place);
        match found {
            Some((_, a)) if !a.answer.is_empty() => answers.push(Answer {
                position: place,
                question: question.text.clone(),
                answer: a.answer.clone(),
            }),
            Some((at, _)) if question.required => {
                faults.push(Fault::new(
                    format!("/answers/{at}/answer"),
                    "answer_required",
                ));
            }
            None if question.required => faults.push(Fault::new("/answers", "answer_required")),
            _ => {}
        }
    }
    if faults.is_empty() {
        Ok(answers)
    } else {
        Err(Error::Invalid(faults))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str, required: bool) -> Question {
        Question {
            text: text.to_owned(),
            required,
        }
    }
    fn answer(position: i64, answer: &str) -> NewAnswer {
        NewAnswer {
            position,
            answer: answer.to_owned(),
        }
    }
    fn faults(given: &[NewAnswer]) -> Vec<(String, &'static str)> {
        let asked = [question("Why you?", true), question("When?", false)];
        match answered(&asked, given) {
            Err(Error::Invalid(faults)) => {
                faults.into_iter().map(|f| (f.pointer, f.code)).collect()
            }
            _ => vec![],
        }
    }

    #[test]
    fn required_questions_are_answered() {
        assert_eq!(faults(&[answer(1, "Because")]), []);
        assert_eq!(faults(&[]), [("/answers".to_owned(), "answer_required")]);
        assert_eq!(
            faults(&[answer(2, "Soon"), answer(1, "")]),
            [("/answers/1/answer".to_owned(), "answer_required")]
        );
        assert_eq!(
            faults(&[answer(1, "a"), answer(3, "b"), answer(1, "c")]),
            [
                ("/answers/1/position".to_owned(), "unknown_question"),
                ("/answers/2/position".to_owned(), "answered_twice")
            ]
        );
    }
}
