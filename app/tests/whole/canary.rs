//! What people type does not leak: a journey with a word of its own in every field, and afterwards
//! none of these words in the log, none of the secret ones in the audit, none in a refusal.

use crate::BIN;
use serde_json::{Value, json};
use std::cell::RefCell;
use testkit::{
    Answer, Api, Party, Setup,
    party::{PASSWORD, id, usd},
};

/// Words nobody else uses, with what they stood for.
#[derive(Default)]
struct Canaries(RefCell<Vec<(String, String)>>);

impl Canaries {
    fn word(&self, field: &str) -> String {
        let mut all = self.0.borrow_mut();
        let word = format!("canary{}zq{}", all.len(), &testkit::unique()[28..]);
        all.push((field.to_owned(), word.clone()));
        word
    }
    fn found<'a>(&'a self, text: &'a str) -> Vec<String> {
        let all = self.0.borrow();
        all.iter()
            .filter(|(_, word)| text.contains(word.as_str()))
            .map(|(field, _)| field.clone())
            .collect()
    }
}

/// A refusal that tells nothing of what was typed.
fn refused(canaries: &Canaries, answer: &Answer) {
    assert!(
        (400..500).contains(&answer.status),
        "{}: {}",
        answer.asked,
        answer.text
    );
    let found = canaries.found(&answer.text);
    assert!(
        found.is_empty(),
        "{} tells {found:?}: {}",
        answer.asked,
        answer.text
    );
}

/// Every text field of an operation gets a word where a number, a choice or nothing is expected.
async fn nonsense(api: &Api, canaries: &Canaries, operation: &str, record: &str) {
    let known = api.spec.find(operation);
    let fields = known
        .body
        .as_ref()
        .and_then(|schema| schema["properties"].as_object());
    let mut body = json!({});
    for (name, _) in fields.into_iter().flatten() {
        body[name] = json!([[canaries.word(&format!("{operation} {name}"))]]);
    }
    body["unknown"] = json!(canaries.word("an unknown field"));
    refused(canaries, &api.call(operation, record, body).await);
}

#[tokio::test]
async fn what_people_type_is_in_no_log_and_no_refusal() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let words = Canaries::default();
    let secrets = Canaries::default();

    // Sign-up and sign-in, right and wrong.
    let (client, freelancer) = (
        Party::register(&api, &words.word("name"), &["client"], "en").await,
        Party::register(&api, &words.word("name"), &["freelancer"], "ar").await,
    );
    for party in [&client, &freelancer] {
        let token = party.api.token.clone().expect("a token");
        secrets.0.borrow_mut().push(("token".to_owned(), token));
        let mail = ("address".to_owned(), party.email.clone());
        secrets.0.borrow_mut().push(mail);
    }
    secrets
        .0
        .borrow_mut()
        .push(("password".to_owned(), PASSWORD.to_owned()));
    let wrong = json!({"email": client.email, "password": secrets.word("wrong password")});
    refused(&secrets, &api.post("/api/v1/auth/login", &wrong).await);
    let unknown = json!({"email": format!("{}@x.test", secrets.word("address")), "password": secrets.word("password")});
    refused(&secrets, &api.post("/api/v1/auth/login", &unknown).await);
    let bad = api
        .send(
            "GET",
            "/api/v1/w/atelier/projects",
            &Value::Null,
            &[(
                "authorization",
                &format!("Bearer {}", secrets.word("bearer")),
            )],
        )
        .await;
    refused(&secrets, &bad);
    let cookie = format!("__Host-guildhall={}", secrets.word("cookie"));
    let _ = api.page("/w/atelier/projects", &cookie).await;
    let link = format!("/links/{}", secrets.word("link"));
    let _ = api.page(&link, "").await;

    // The main path.
    let body = api.spec.body_with(
        "project.create",
        json!({"title": words.word("title"), "description": words.word("description"), "budget_min": usd(50_000),
            "budget_max": usd(200_000), "visibility": "public", "positions": 1}),
    );
    let project = id(&client.api.call("project.create", "", body).await.ok());
    let edit = json!({"title": words.word("title")});
    let _ = client.api.call("project.update", &project, edit).await.ok();
    let _ = client
        .api
        .call("project.publish", &project, Value::Null)
        .await
        .ok();
    let searched = format!(
        "{}?q={}",
        api.spec.find("project.list").at("atelier", ""),
        words.word("search")
    );
    let _ = freelancer.api.get(&searched).await.ok();
    let letter = api.spec.body_with(
        "proposal.submit",
        json!({"bid": usd(100_000), "cover_letter": secrets.word("cover letter"),
            "milestones": [{"title": words.word("milestone"), "amount": usd(100_000), "due_days": 9}]}),
    );
    let proposal = id(&freelancer
        .api
        .call("proposal.submit", &project, letter)
        .await
        .ok());
    let contract = client.offer(&proposal).await;
    freelancer.accept(&contract).await;
    let milestone = client.milestones(&contract).await.remove(0);
    secrets
        .0
        .borrow_mut()
        .push(("card".to_owned(), "4242424242424242".to_owned()));
    client.attach_card("4242424242424242").await;
    let _ = client.fund(&milestone).await.ok();
    api.settle().await;
    let work = json!({"message": secrets.word("delivery"), "links": [], "files": []});
    let delivery = id(&freelancer
        .api
        .call("delivery.submit", &milestone, work)
        .await
        .ok());
    let _ = client
        .api
        .call("delivery.approve", &delivery, Value::Null)
        .await
        .ok();
    for party in [&client, &freelancer] {
        let _ = party.sign_off(&contract).await.ok();
    }
    let review = api
        .spec
        .body_with("review.submit", json!({"body": secrets.word("review")}));
    let _ = client
        .api
        .call("review.submit", &contract, review)
        .await
        .ok();
    api.settle().await;

    // Nonsense where it is refused.
    for (operation, record) in [
        ("project.create", ""),
        ("proposal.submit", project.as_str()),
        ("offer.send", proposal.as_str()),
        ("delivery.submit", milestone.as_str()),
        ("review.submit", contract.as_str()),
        ("payment_method.attach", ""),
        ("payout.request", ""),
    ] {
        let party = if operation.starts_with("p") || operation.starts_with("d") {
            &freelancer
        } else {
            &client
        };
        nonsense(&party.api, &words, operation, record).await;
    }

    let log = std::fs::read_to_string(server.log_file()).expect("a log");
    assert!(log.contains("\"key\":\"answered\""), "there is a log");
    assert_eq!(
        (words.found(&log), secrets.found(&log)),
        (vec![], vec![]),
        "in the log"
    );
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let audit: Vec<String> = sqlx::query_scalar("select a::text from kernel.audit a")
        .fetch_all(&mut *tx)
        .await
        .expect("the audit");
    let jobs: Vec<String> =
        sqlx::query_scalar("select concat(payload, last_error, result) from kernel.job")
            .fetch_all(&mut *tx)
            .await
            .expect("the jobs");
    tx.commit().await.expect("read");
    let kept = [audit, jobs].concat().join("\n");
    assert_eq!(
        secrets.found(&kept),
        Vec::<String>::new(),
        "in audit or jobs"
    );
}
