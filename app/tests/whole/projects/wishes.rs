//! What a client asks for, and what bidders answer to it.

use super::{act, bid, publish, try_create, world};
use serde_json::json;
use testkit::{Answer, party::id};

#[tokio::test]
async fn a_client_says_all_they_wish_and_bidders_answer() {
    let (server, client, one, other) = world().await;
    let faults = |answer: Answer| {
        let pointers = answer
            .pointers()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>();
        (answer.status, pointers)
    };
    let at = |pointer: &str| (422, vec![pointer.to_owned()]);
    assert_eq!(
        faults(try_create(&client, json!({"deadline": "2020-01-01"})).await),
        at("/deadline")
    );
    assert_eq!(
        faults(try_create(&client, json!({"deadline": "31.12.2030"})).await),
        at("/deadline")
    );
    assert_eq!(
        faults(try_create(&client, json!({"overlap_hours": 4})).await),
        at("/time_zone")
    );
    let many = vec![json!({"text": "Why?"}); 11];
    assert_eq!(
        faults(try_create(&client, json!({"questions": many})).await),
        at("/questions")
    );
    let questions = json!([{"text": "Which press do you print on?", "required": true}, {"text": "When can you begin?"}]);
    let file = client
        .upload("brief.txt", "text/plain", b"A walking guide")
        .await;
    let wishes = json!({"deadline": "2031-05-01", "country": "EG", "time_zone": "Africa/Cairo", "overlap_hours": 4, "nda": true,
        "questions": questions, "files": [file]});
    for (name, kind, bytes, code) in [
        (
            "report.pdf",
            "application/pdf",
            &b"only words"[..],
            "file_type_mismatch",
        ),
        ("x.png", "image/png", b"%PDF-1.7 x", "file_type_mismatch"),
        (
            "y.zip",
            "application/zip",
            b"\x89PNG\r\n\x1a\n\0\0",
            "file_type_mismatch",
        ),
        ("z.txt", "image/png", b"only words", "file_type_mismatch"),
        ("a.hta.", "text/plain", b"only words", "file_type_refused"),
        (
            "run.bat. ",
            "text/plain",
            b"only words",
            "file_type_refused",
        ),
        ("x.jse", "text/plain", b"only words", "file_type_refused"),
    ] {
        let refused = client.try_upload(name, kind, bytes).await;
        assert_eq!(refused.refused(415), code, "{name}");
    }
    let project = publish(&client, wishes).await;
    let shown = act(&one, "project.show", &project).await.ok();
    assert_eq!(
        (
            &shown["deadline"],
            &shown["nda"],
            &shown["questions"][0]["required"]
        ),
        (&json!("2031-05-01"), &json!(true), &json!(true)),
        "{shown}"
    );
    let href = shown["files"][0]["id"].as_str().expect("a file").to_owned();
    assert_eq!(act(&other, "file.show", &href).await.status, 200);
    assert_eq!(
        client
            .api
            .call("project.update", &project, json!({"status": "completed"}))
            .await
            .status,
        422,
        "no state is set by hand"
    );

    let submit = |body| one.api.call("proposal.submit", &project, body);
    assert_eq!(faults(submit(bid(json!({}))).await), at("/answers"));
    let empty =
        json!({"answers": [{"position": 2, "answer": "Monday"}, {"position": 1, "answer": " "}]});
    assert_eq!(faults(submit(bid(empty)).await), at("/answers/1/answer"));
    let own = one.upload("sample.txt", "text/plain", b"A sample").await;
    let full = bid(
        json!({"answers": [{"position": 1, "answer": "An old Heidelberg."}], "available_from": "2030-02-03",
        "weekly_hours": 20, "files": [own]}),
    );
    let sent = submit(full).await.ok();
    assert_eq!(
        (
            &sent["answers"][0]["question"],
            &sent["weekly_hours"],
            &sent["available_from"]
        ),
        (
            &json!("Which press do you print on?"),
            &json!(20),
            &json!("2030-02-03")
        ),
        "{sent}"
    );
    let proposal = id(&sent);
    let own = sent["files"][0]["id"].as_str().expect("a file").to_owned();
    assert_eq!(act(&client, "file.show", &own).await.status, 200);
    assert_eq!(act(&other, "file.show", &own).await.status, 404);
    assert_eq!(act(&other, "proposal.show", &proposal).await.status, 404);

    // One edit, one notice; what changed is kept.
    let edited = client
        .api
        .call(
            "project.update",
            &project,
            json!({"title": "A walking guide in two inks"}),
        )
        .await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    server.api().await.settle().await;
    let told = one.notices().await;
    assert_eq!(
        told.iter().filter(|k| *k == "project_edited").count(),
        1,
        "{told:?}"
    );

    let _ = act(&client, "proposal.shortlist", &proposal).await.ok();
    assert_eq!(
        one.api
            .call("proposal.update", &proposal, json!({"duration_days": 9}))
            .await
            .status,
        409
    );
    assert_eq!(
        one.api
            .call("proposal.attach", &proposal, json!({"files": [href]}))
            .await
            .status,
        409
    );
    server.check();
}
