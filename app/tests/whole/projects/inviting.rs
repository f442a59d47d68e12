//! Invitations, and who sees what is by invitation only.

use super::{act, bid, found, ids, publish, world};
use serde_json::{Value, json};
use testkit::{Party, party::id};

#[tokio::test]
async fn an_invitation_opens_what_is_hidden() {
    let (server, client, one, other) = world().await;
    let file = client
        .upload("quiet.txt", "text/plain", b"Not for everyone")
        .await;
    let project = publish(
        &client,
        json!({"title": "Quietly wanted", "visibility": "invite_only", "files": [file]}),
    )
    .await;
    for stranger in [&one, &other] {
        assert_eq!(act(stranger, "project.show", &project).await.status, 404);
    }
    let profile = |who: &Party| {
        let who = who.clone();
        async move { who.api.call("profile.show", "", Value::Null).await.ok()["member_id"].clone() }
    };
    let (frida, fares) = (profile(&one).await, profile(&other).await);
    let invite = |body| client.api.call("project.invite", &project, body);
    let invited =
        invite(json!({"freelancer_id": frida, "message": "Your guide is what we have in mind."}))
            .await
            .ok();
    assert_eq!(invited["state"], "invited");
    assert_eq!(
        invite(json!({"freelancer_id": frida})).await.code(),
        "invitation_exists"
    );
    let nobody = invite(json!({"freelancer_id": testkit::unique()})).await;
    assert_eq!(
        (nobody.status, nobody.code()),
        (422, "invalid"),
        "{}",
        nobody.text
    );
    assert_eq!(
        other
            .api
            .call("project.invite", &project, json!({"freelancer_id": fares}))
            .await
            .status,
        403,
        "who may not invite is told so, whatever there is"
    );
    server.api().await.settle().await;
    assert!(
        one.notices()
            .await
            .contains(&"project_invitation".to_owned())
    );
    assert_eq!(act(&one, "project.show", &project).await.status, 200);
    assert_eq!(act(&other, "project.show", &project).await.status, 404);
    assert!(!ids(&found(&one, "project.list", "q=quietly").await, "id").contains(&project));
    let invitation = id(&invited);
    assert_eq!(
        act(&other, "project_invitation.decline", &invitation)
            .await
            .status,
        404
    );

    let sent = one
        .api
        .call("proposal.submit", &project, bid(json!({})))
        .await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let own = found(&one, "project_invitation.list_own", "").await;
    assert_eq!(own["data"][0]["state"], "proposed", "{own}");
    assert_eq!(
        act(&one, "project_invitation.decline", &invitation)
            .await
            .code(),
        "invitation_answered"
    );
    let second = id(&invite(json!({"freelancer_id": fares})).await.ok());
    let _ = act(&other, "project_invitation.decline", &second)
        .await
        .ok();
    assert_eq!(act(&other, "project.show", &project).await.status, 404);
    server.api().await.settle().await;
    assert!(
        client
            .notices()
            .await
            .contains(&"invitation_declined".to_owned())
    );
    // Whoever was turned down reads on in their own proposal alone.
    for operation in [("project.show", &project), ("file.show", &file)] {
        assert_eq!(act(&one, operation.0, operation.1).await.status, 200);
    }
    let proposal = id(&sent.ok());
    let _ = act(&client, "proposal.decline", &proposal).await.ok();
    for operation in [("project.show", &project), ("file.show", &file)] {
        assert_eq!(act(&one, operation.0, operation.1).await.status, 404);
    }
    assert_eq!(act(&one, "proposal.show", &proposal).await.status, 200);
    server.check();
}
