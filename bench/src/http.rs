//! The cheapest client that is still honest: keep-alive, whole answers read, every status checked.

use anyhow::{Context, Result, bail, ensure};
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer, whole.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Content type.
    pub kind: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Result<serde_json::Value> {
        ensure!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        Ok(serde_json::from_slice(&self.body)?)
    }
}

/// A request as bytes.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        ));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// A write as bytes, with a key of its own.
pub fn keyed(authorization: &str, path: &str, body: &str) -> Vec<u8> {
    let key = base::id::new().to_string();
    let headers = [("authorization", authorization), ("idempotency-key", &key)];
    request("POST", path, &headers, body)
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(256 * 1024),
        })
    }

    async fn more(&mut self) -> Result<()> {
        let read = self.stream.read_buf(&mut self.buffer).await?;
        ensure!(read > 0, "the server closed the connection");
        Ok(())
    }

    /// Sends a request and reads the whole answer; gives its status, where its body begins and
    /// where it ends in the buffer.
    async fn exchange(&mut self, request: &[u8]) -> Result<(u16, usize, usize)> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let head = loop {
            if let Some(at) = self.buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.get(9..12).context("a status line")?.parse()?;
        let length = field(text, "content-length").and_then(|v| v.parse::<usize>().ok());
        let Some(length) = length.or((status == 204).then_some(0)) else {
            bail!("an answer without a length")
        };
        while self.buffer.len() < head + length {
            self.more().await?;
        }
        Ok((status, head, head + length))
    }

    /// Sends a request and keeps the answer.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        let (status, head, end) = self.exchange(request).await?;
        let text = String::from_utf8_lossy(&self.buffer[..head]).into_owned();
        let kind = field(&text, "content-type").unwrap_or("").to_owned();
        Ok(Answer {
            status,
            kind,
            body: self.buffer[head..end].to_vec(),
        })
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// What a load did.
pub struct Load {
    /// Answers per second.
    pub rate: f64,
    /// Answers.
    pub count: u64,
    /// Median latency, milliseconds.
    pub p50: f64,
    /// 99th percentile, milliseconds.
    pub p99: f64,
}

/// Sends one request over and over on some connections for some seconds. Every answer must be 200
/// and at least `least` bytes long.
pub async fn load(
    address: SocketAddr,
    request: &[u8],
    connections: usize,
    seconds: f64,
    least: usize,
) -> Result<Load> {
    let request: Arc<[u8]> = request.into();
    let began = Instant::now();
    let until = began + Duration::from_secs_f64(seconds);
    let mut tasks = vec![];
    for _ in 0..connections {
        let request = request.clone();
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut times: Vec<u64> = Vec::with_capacity(100_000);
            while Instant::now() < until {
                let sent = Instant::now();
                let (status, head, end) = connection.exchange(&request).await?;
                ensure!(
                    status == 200 && end - head >= least,
                    "answered {status} with {} bytes",
                    end - head
                );
                times.push(u64::try_from(sent.elapsed().as_micros())?);
            }
            anyhow::Ok(times)
        }));
    }
    let mut times = vec![];
    for task in tasks {
        times.extend(task.await??);
    }
    let elapsed = began.elapsed().as_secs_f64();
    times.sort_unstable();
    let count = u64::try_from(times.len())?;
    let at = |part: usize| {
        times
            .get(times.len() * part / 100)
            .map_or(0.0, |t| *t as f64 / 1000.0)
    };
    Ok(Load {
        rate: count as f64 / elapsed,
        count,
        p50: at(50),
        p99: at(99),
    })
}
