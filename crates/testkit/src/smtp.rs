//! A real mail server, small: takes every mail and keeps it.

use data_encoding::BASE64;
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mail as it came over the wire.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// Headers and body, dots unstuffed, lines ended by `\n`.
    pub data: String,
}

impl Received {
    /// A header's value, folded lines joined.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let head = self.data.split("\n\n").next().unwrap_or("");
        let mut value = String::new();
        let mut inside = false;
        for line in head.lines() {
            if line.starts_with([' ', '\t']) {
                if inside {
                    value.push_str(line.trim());
                }
            } else {
                inside = line.split_once(':').is_some_and(|(n, v)| {
                    let hit = n.eq_ignore_ascii_case(name);
                    if hit {
                        value = v.trim().to_owned();
                    }
                    hit
                });
            }
        }
        value
    }

    /// The texts of all parts, decoded, one after the other.
    #[must_use]
    pub fn text(&self) -> String {
        let mut all = String::new();
        let boundary = self
            .header("content-type")
            .split("boundary=")
            .nth(1)
            .map(|b| b.trim_matches(['"', ';', ' ']).to_owned());
        let parts: Vec<&str> = match &boundary {
            Some(boundary) => self.data.split(&format!("--{boundary}")).skip(1).collect(),
            None => vec![&self.data],
        };
        for part in parts {
            let Some((head, body)) = part.trim_start_matches('\n').split_once("\n\n") else {
                continue;
            };
            let head = head.to_lowercase();
            if head.contains("transfer-encoding: base64") {
                let text: String = body.split_whitespace().collect();
                let bytes = BASE64.decode(text.as_bytes()).unwrap_or_default();
                all.push_str(&String::from_utf8_lossy(&bytes));
            } else if head.contains("quoted-printable") {
                all.push_str(&quoted_printable(body));
            } else {
                all.push_str(body);
            }
            all.push('\n');
        }
        all
    }
}

fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let bytes = joined.as_bytes();
    let mut out = vec![];
    let mut at = 0;
    while at < bytes.len() {
        let code = joined
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], code) {
            (b'=', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The mail server; it stops with the runtime that started it.
#[derive(Clone)]
pub struct SmtpSink {
    /// `smtp://127.0.0.1:PORT`.
    pub url: String,
    mails: Arc<Mutex<Vec<Received>>>,
    refusals: Arc<Mutex<u32>>,
    unknown: Arc<Mutex<Vec<String>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl SmtpSink {
    /// Starts it on a free port.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("its address"));
        let sink = Self {
            url,
            mails: Arc::default(),
            refusals: Arc::default(),
            unknown: Arc::default(),
            asked: Arc::default(),
        };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = serving.clone();
                tokio::spawn(async move {
                    let _ = sink.talk(stream).await;
                });
            }
        });
        sink
    }

    /// Refuses the next mails for now (451), as a busy server does.
    ///
    /// # Panics
    /// Never.
    pub fn refuse(&self, count: u32) {
        *self.refusals.lock().expect("refusals") = count;
    }

    /// From now on there is no such mailbox (550), or there is again.
    ///
    /// # Panics
    /// Never.
    pub fn bounce(&self, address: &str, bounce: bool) {
        let mut unknown = self.unknown.lock().expect("addresses");
        unknown.retain(|known| known != address);
        if bounce {
            unknown.push(address.to_owned());
        }
    }

    /// How often someone wanted to send to this address.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn asked(&self, address: &str) -> usize {
        let asked = self.asked.lock().expect("addresses");
        asked.iter().filter(|a| *a == address).count()
    }

    /// What came so far.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.mails.lock().expect("mails").clone()
    }

    /// Mails to an address.
    #[must_use]
    pub fn to(&self, address: &str) -> Vec<Received> {
        self.received()
            .into_iter()
            .filter(|m| m.to.iter().any(|t| t == address))
            .collect()
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 sink.test ESMTP\r\n").await?;
        let mut mail = Received::default();
        while let Some(line) = lines.next_line().await? {
            let upper = line.to_ascii_uppercase();
            let answer = if upper.starts_with("EHLO") {
                "250-sink.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 10000000"
            } else if upper.starts_with("HELO") || upper.starts_with("NOOP") {
                "250 sink.test"
            } else if upper.starts_with("MAIL FROM:") {
                mail = Received {
                    from: address(&line),
                    ..Received::default()
                };
                "250 ok"
            } else if upper.starts_with("RCPT TO:") {
                let to = address(&line);
                self.asked.lock().expect("addresses").push(to.clone());
                if self.unknown.lock().expect("addresses").contains(&to) {
                    "550 5.1.1 no such mailbox"
                } else {
                    mail.to.push(to);
                    "250 ok"
                }
            } else if upper.starts_with("RSET") {
                mail = Received::default();
                "250 ok"
            } else if upper.starts_with("DATA") {
                write.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    mail.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.data.push('\n');
                }
                self.keep(std::mem::take(&mut mail))
            } else if upper.starts_with("QUIT") {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            } else {
                "502 no such command"
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    fn keep(&self, mail: Received) -> &'static str {
        let mut refusals = self.refusals.lock().expect("refusals");
        if *refusals > 0 {
            *refusals -= 1;
            return "451 come again later";
        }
        self.mails.lock().expect("mails").push(mail);
        "250 kept"
    }
}

fn address(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or("", |(address, _)| address)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_decoded() {
        let data = "Subject: a\nContent-Type: multipart/alternative;\n boundary=\"xx\"\n\n--xx\nContent-Transfer-Encoding: quoted-printable\n\nhttp://a/=3Ft=\noken\n--xx\nContent-Transfer-Encoding: base64\n\naGVs\nbG8=\n--xx--\n";
        let mail = Received {
            data: data.to_owned(),
            ..Received::default()
        };
        let text = mail.text();
        assert!(text.contains("http://a/?token"), "{text}");
        assert!(text.contains("hello"), "{text}");
        assert_eq!(mail.header("subject"), "a");
    }
}
