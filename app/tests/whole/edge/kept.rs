//! What a refusal leaves behind: a connection fit for the next request, and an answer of our own
//! for paths that are not even text.

use crate::BIN;
use testkit::Setup;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

struct Kept(BufReader<TcpStream>);

struct Read {
    status: u16,
    closes: bool,
    body: String,
}

impl Kept {
    async fn open(url: &str) -> Self {
        let address = url.trim_start_matches("http://");
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self(BufReader::new(stream))
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("it is still open");
        self.0.flush().await.expect("it is still open");
    }

    async fn read(&mut self) -> Read {
        let (mut status, mut closes, mut length) = (0, false, 0);
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line).await.expect("an answer");
            assert!(read > 0, "the connection ended before an answer");
            let line = line.trim().to_ascii_lowercase();
            if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest.get(..3).and_then(|s| s.parse().ok()).unwrap_or(0);
            } else if let Some(size) = line.strip_prefix("content-length: ") {
                length = size.parse().expect("a length");
            } else if line.is_empty() {
                break;
            } else {
                closes |= line == "connection: close";
            }
        }
        let mut body = vec![0; length];
        self.0
            .read_exact(&mut body)
            .await
            .expect("the whole answer");
        Read {
            status,
            closes,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    async fn get(&mut self, path: &str, accept: &str) -> Read {
        let head = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: {accept}\r\n\r\n");
        self.send(head.as_bytes()).await;
        self.read().await
    }
}

#[tokio::test]
async fn a_refusal_before_the_end_of_a_body_leaves_the_connection_fit_for_the_next_request() {
    let server = Setup::of(BIN).start().await;
    let mut kept = Kept::open(&server.url).await;
    for size in [2_usize, 200_000, 3_000_000] {
        // Nobody is signed in, so the answer is there before the body is.
        let head = format!(
            "PATCH /api/v1/me HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {size}\r\n\r\n"
        );
        kept.send(head.as_bytes()).await;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        kept.send(&vec![b' '; size]).await;
        let refused = kept.read().await;
        assert_eq!(refused.status, 401, "{size}: {}", refused.body);
        assert!(!refused.closes, "{size}");
        let next = kept.get("/health/live", "application/json").await;
        assert_eq!(next.status, 200, "{size}");
    }
}

#[tokio::test]
async fn a_client_that_asks_before_it_sends_is_told_no_and_that_this_was_all() {
    let server = Setup::of(BIN).start().await;
    let mut kept = Kept::open(&server.url).await;
    let head = "PATCH /api/v1/me HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 900\r\nexpect: 100-continue\r\n\r\n";
    kept.send(head.as_bytes()).await;
    let refused = kept.read().await;
    assert_eq!((refused.status, refused.closes), (401, true));
}

#[tokio::test]
async fn a_path_that_is_not_text_names_nothing() {
    let server = Setup::of(BIN).demo().start().await;
    let mut kept = Kept::open(&server.url).await;
    for path in [
        "/api/v1/w/%ff/projects",
        "/api/v1/w/atelier/projects/%ff",
        "/api/v1/w/atelier/projects/%C3%28",
    ] {
        let told = kept.get(path, "application/json").await;
        assert_eq!(told.status, 404, "{path}");
        assert!(told.body.contains("\"not_found\""), "{path}: {}", told.body);
    }
    for path in [
        "/w/%ff",
        "/w/atelier/projects/%ff",
        "/links/%ff",
        "/nowhere",
    ] {
        let told = kept.get(path, "text/html").await;
        assert_eq!(told.status, 404, "{path}");
        assert!(
            told.body.contains("data-code=\"not_found\"")
                && told.body.matches("not_found").count() > 1,
            "{path}: {}",
            told.body
        );
    }
}
