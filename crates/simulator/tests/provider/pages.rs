use reqwest::{Method, Response};
use serde_json::json;

use crate::support::{Provider, SECRET, payment, text, uuid};

const BACK: &str = "http://127.0.0.1:9999/wallet/back?attempt=7";

fn header(answer: &Response, name: &str) -> String {
    let value = answer.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn the_card_page_hands_a_reference_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let address = format!("{}/fields", provider.url);
    let show = |locale: &'static str, back: &'static str| {
        provider
            .http
            .get(&address)
            .query(&[("return_to", back), ("locale", locale), ("theme", "dark")])
            .send()
    };
    let page = show("ar", BACK).await.expect("a page");
    assert_eq!(page.status(), 200);
    let policy = header(&page, "content-security-policy");
    assert!(
        policy.contains("form-action 'self' http://127.0.0.1:9999"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"));
    let page = page.text().await.expect("text");
    assert!(
        page.contains(r#"<html lang="ar" dir="rtl" data-theme="dark">"#),
        "{page}"
    );
    for name in ["number", "exp_month", "exp_year", "cvc"] {
        assert!(page.contains(&format!(r#"<label for="{name}">"#)), "{name}");
    }
    assert!(page.contains("رقم البطاقة"));
    assert!(!page.contains("style="));
    for bad in ["https://evil.example/", "javascript:alert(1)", ""] {
        assert_eq!(
            show("en", bad).await.expect("a page").status(),
            400,
            "{bad}"
        );
    }

    let post = |number: &'static str, back: &'static str| {
        let form = [
            ("number", number),
            ("exp_month", "12"),
            ("exp_year", "2099"),
            ("cvc", "123"),
            ("return_to", back),
            ("locale", "en"),
        ];
        provider.http.post(&address).form(&form).send()
    };
    let page = post("4242424242424241", BACK).await.expect("a page");
    assert_eq!(page.status(), 422);
    let page = page.text().await.expect("text");
    assert!(
        page.contains(r#"aria-describedby="number-hint number-fault""#),
        "{page}"
    );
    assert!(!page.contains("4242424242424241"));
    assert!(page.contains(r#"value="2099""#));

    let page = post("4242424242424242", "https://evil.example/")
        .await
        .expect("a page");
    assert_eq!(page.status(), 400);
    let page = post("4242424242424242", BACK).await.expect("a page");
    assert_eq!(page.status(), 200);
    assert_eq!(header(&page, "referrer-policy"), "strict-origin");
    let page = page.text().await.expect("text");
    assert!(page.contains(&format!(r#"action="{BACK}""#)), "{page}");
    let token = page
        .split(r#"name="provider_token" value=""#)
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a token");
    let method = provider.get(&format!("/v1/payment_methods/{token}")).await;
    assert_eq!(method["last4"], "4242");

    for path in ["/fields.css", "/fields.js"] {
        let asset = provider
            .http
            .get(format!("{}{path}", provider.url))
            .send()
            .await;
        assert_eq!(asset.expect("an asset").status(), 200, "{path}");
    }
    provider.stop().await;
}

#[tokio::test]
async fn the_bank_page_hands_a_reference_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let address = format!("{}/destinations", provider.url);
    let show = provider
        .http
        .get(&address)
        .query(&[("return_to", BACK)])
        .send()
        .await;
    assert_eq!(show.expect("a page").status(), 200);
    let form = [
        ("holder", "<b>Ann"),
        ("country", "us"),
        ("currency", "usd"),
        ("account_number", "12"),
        ("iban", ""),
        ("return_to", BACK),
    ];
    let page = provider
        .http
        .post(&address)
        .form(&form)
        .send()
        .await
        .expect("a page");
    assert_eq!(page.status(), 422);
    let page = page.text().await.expect("text");
    assert!(page.contains("&lt;b&gt;Ann") && !page.contains("<b>"));
    let mut form = form;
    form[3].1 = "000123456789";
    let page = provider
        .http
        .post(&address)
        .form(&form)
        .send()
        .await
        .expect("a page");
    let page = page.text().await.expect("text");
    assert!(
        page.contains(r#"name="provider_token" value="dst_"#),
        "{page}"
    );
    provider.stop().await;
}

#[tokio::test]
async fn the_payer_confirms_or_refuses() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card("4000002500003155").await;
    for (answer, status, kind) in [
        ("approve", "succeeded", "payment.succeeded"),
        ("refuse", "failed", "payment.failed"),
    ] {
        let mut body = payment(&card, 500);
        body["return_url"] = json!(BACK);
        body["description"] = json!("مشروع <1>");
        body["locale"] = json!("ar");
        let made = provider.post("/v1/payments", body).await;
        let url = text(&made, "/next_action/url");
        let page = provider.http.get(&url).send().await.expect("a page");
        assert_eq!(page.status(), 200);
        let page = page.text().await.expect("text");
        assert!(
            page.contains("<bdi>مشروع &lt;1&gt;</bdi>") && page.contains("5.00 USD"),
            "{page}"
        );
        assert!(page.contains(r#"dir="rtl""#));

        let wrong = format!("{url}x");
        assert_eq!(
            provider
                .http
                .get(&wrong)
                .send()
                .await
                .expect("a page")
                .status(),
            404
        );
        let none = provider
            .http
            .post(&url)
            .form(&[("answer", "maybe")])
            .send()
            .await;
        assert!(none.expect("a page").status().is_client_error());
        for _ in 0..2 {
            let done = provider
                .http
                .post(&url)
                .form(&[("answer", answer)])
                .send()
                .await;
            let done = done.expect("a redirect");
            assert_eq!(
                (done.status().as_u16(), header(&done, "location")),
                (303, BACK.into())
            );
        }
        let path = format!("/v1/payments/{}", text(&made, "/id"));
        let payment = provider.get(&path).await;
        assert_eq!(
            (&payment["status"], &payment["next_action"]),
            (&json!(status), &json!(null))
        );
        // A decided payment stays decided.
        let other = if answer == "approve" {
            "refuse"
        } else {
            "approve"
        };
        let _ = provider
            .http
            .post(&url)
            .form(&[("answer", other)])
            .send()
            .await;
        assert_eq!(provider.get(&path).await, payment);
        assert_eq!(
            provider
                .http
                .get(&url)
                .send()
                .await
                .expect("a page")
                .status(),
            200
        );
        provider.flush().await;
        let types = provider.inbox.types();
        assert_eq!(types.iter().filter(|seen| *seen == kind).count(), 1);
    }
    assert_eq!(provider.inbox.types().len(), 4);
    provider.stop().await;
}

#[tokio::test]
async fn any_page_may_hand_us_a_card_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let ask = |path: &str| {
        provider
            .http
            .request(Method::OPTIONS, format!("{}{path}", provider.url))
            .header("Origin", "https://guildhall.example")
            .header("Access-Control-Request-Method", "POST")
            .send()
    };
    for path in ["/v1/payment_methods", "/v1/destinations"] {
        let answer = ask(path).await.expect("an answer");
        assert_eq!(answer.status(), 204);
        assert_eq!(header(&answer, "access-control-allow-origin"), "*");
        assert_eq!(
            header(&answer, "access-control-allow-headers"),
            "content-type"
        );
    }
    let answer = ask("/v1/payments").await.expect("an answer");
    assert_eq!(header(&answer, "access-control-allow-origin"), "");
    let answer = provider
        .http
        .post(format!("{}/v1/payment_methods", provider.url))
        .json(&json!({"number": "1", "exp_month": 1, "exp_year": 2099, "cvc": "1"}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 422);
    assert_eq!(header(&answer, "access-control-allow-origin"), "*");
    // The shared secret opens nothing by query or cookie.
    let leak = provider
        .http
        .get(format!(
            "{}/v1/events?secret={SECRET}&x={}",
            provider.url,
            uuid()
        ))
        .send()
        .await;
    assert_eq!(leak.expect("an answer").status(), 401);
    provider.stop().await;
}
