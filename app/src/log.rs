//! Logs: one JSON object a line on standard error, readable lines in development. A slow or full
//! sink never holds up work: lines wait in a bounded queue, and past it they are counted and lost.

use kernel::{Environment, Kernel, Result};
use std::{
    io::Write,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};
use tracing::field::{Field, Visit};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::filter_fn,
    fmt::MakeWriter,
    layer::SubscriberExt,
    reload::{self, Handle},
    util::SubscriberInitExt,
};

/// Lines that may wait for the sink.
const WAITING_MOST: usize = 8192;
/// The row of `kernel.setting` that says the level for all processes.
const SETTING: &str = "log_level";

static DROPPED: AtomicU64 = AtomicU64::new(0);
static SINK: OnceLock<SyncSender<Line>> = OnceLock::new();
static LEVEL: OnceLock<Level> = OnceLock::new();

enum Line {
    Text(Vec<u8>),
    /// Answered when everything before it is written.
    Flush(SyncSender<()>),
}

/// What the level was at start, and how to change it.
struct Level {
    usual: String,
    filter: Handle<EnvFilter, Registry>,
}

/// Collects one line and hands it over without waiting.
struct Writer {
    line: Vec<u8>,
    sink: SyncSender<Line>,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.line.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let line = Line::Text(std::mem::take(&mut self.line));
        if self.sink.try_send(line).is_err() {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[derive(Clone)]
struct Sink(SyncSender<Line>);

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Writer;
    fn make_writer(&'a self) -> Writer {
        Writer {
            line: vec![],
            sink: self.0.clone(),
        }
    }
}

fn write_out(lines: &Receiver<Line>) {
    while let Ok(line) = lines.recv() {
        match line {
            Line::Text(text) => {
                if std::io::stderr().lock().write_all(&text).is_err() {
                    DROPPED.fetch_add(1, Ordering::Relaxed);
                }
            }
            Line::Flush(done) => {
                let _ = done.send(());
            }
        }
    }
}

/// Lines that were lost because the sink was full or slow.
#[must_use]
pub fn dropped() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

/// Waits until what was logged is written, no longer than a moment.
pub fn flush() {
    let Some(sink) = SINK.get() else { return };
    let (tell, told) = sync_channel(1);
    if sink.try_send(Line::Flush(tell)).is_ok() {
        let _ = told.recv_timeout(Duration::from_secs(1));
    }
}

/// Sets logs up. `GUILDHALL_LOG` is the level at start, also per module: `info,kernel=debug`.
pub fn begin() {
    let environment = std::env::var("GUILDHALL_ENV").unwrap_or_default();
    let development = environment == Environment::Development.name();
    // A person reads along in development: what changed, and what went wrong.
    let usual = if development {
        "warn,kernel::tx=info"
    } else {
        "info,sqlx=warn,hyper=warn,reqwest=warn"
    };
    let usual = std::env::var("GUILDHALL_LOG")
        .ok()
        .filter(|level| EnvFilter::try_new(level).is_ok())
        .unwrap_or_else(|| usual.to_owned());
    let (sink, lines) = sync_channel(WAITING_MOST);
    // Its end is the process's.
    std::thread::spawn(move || write_out(&lines));
    let _ = SINK.set(sink.clone());
    let (filter, handle) = reload::Layer::new(EnvFilter::new(&usual));
    let _ = LEVEL.set(Level {
        usual,
        filter: handle,
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(Sink(sink));
    let lines = if development {
        lines.compact().with_filter(filter).boxed()
    } else {
        lines.json().flatten_event(true).with_filter(filter).boxed()
    };
    let counter = (environment == Environment::Test.name())
        .then(|| Statements.with_filter(filter_fn(|metadata| metadata.target() == "sqlx::query")));
    tracing_subscriber::registry()
        .with(lines)
        .with(counter)
        .init();
    if !development {
        // Lines of a panic would not be JSON. Its words may hold anything, so only the place is told.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            tracing::error!(key = "panicked", place);
        }));
    }
}

/// Counts the SQL statements of a request (test only). A transaction's beginning is not counted: sqlx
/// tells of it or not, depending on where its connection comes from.
struct Statements;

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        let mut begins = Begins(false);
        event.record(&mut begins);
        if !begins.0 {
            kernel::edge::count_statement();
        }
    }
}

/// Whether the statement that is told of begins a transaction.
struct Begins(bool);

impl Visit for Begins {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0 |= field.name() == "summary" && value.starts_with("begin");
    }
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0 |= field.name() == "summary" && format!("{value:?}").starts_with("begin");
    }
}

/// Whether this says levels: `info`, or per module `info,kernel=debug`.
#[must_use]
pub fn is_level(text: &str) -> bool {
    (1..=200).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b',' | b'=' | b'-'))
        && EnvFilter::try_new(text).is_ok()
}

/// The level for all processes, where an operator set one.
///
/// # Errors
/// The database's.
pub async fn level(kernel: &Kernel) -> Result<Option<String>> {
    let mut tx = kernel.db.begin_reserved().await?;
    let value = sqlx::query_scalar!("select value from kernel.setting where key = $1", SETTING)
        .fetch_optional(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(value.and_then(|value| value.as_str().map(str::to_owned)))
}

/// Sets the level of all processes within five seconds; `None` gives each its own back.
///
/// # Errors
/// The database's.
pub async fn set_level(connection: &mut sqlx::PgConnection, level: Option<&str>) -> Result<()> {
    match level {
        Some(level) => {
            sqlx::query!(
                "insert into kernel.setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
                SETTING,
                serde_json::json!(level)
            )
            .execute(connection)
            .await?
        }
        None => {
            sqlx::query!("delete from kernel.setting where key = $1", SETTING)
                .execute(connection)
                .await?
        }
    };
    Ok(())
}

/// Takes up the level an operator set, if it is another one than last time; for a loop that looks
/// every few seconds.
pub async fn follow(kernel: &Kernel, known: &mut Option<String>) {
    let (Some(own), Ok(level)) = (LEVEL.get(), level(kernel).await) else {
        return;
    };
    if level == *known {
        return;
    }
    let text = level.as_deref().unwrap_or(&own.usual);
    if let Ok(filter) = EnvFilter::try_new(text)
        && own.filter.reload(filter).is_ok()
    {
        tracing::info!(key = "log.level", level = text);
    }
    *known = level;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_one() {
        assert!(is_level("info,kernel=debug,sqlx::query=trace"));
        assert!(is_level("off"));
        assert!(!is_level(""));
        assert!(!is_level("kernel=loud"));
        assert!(!is_level("info\n{}"));
    }

    #[test]
    fn a_full_sink_holds_nobody_up() {
        let (sink, lines) = sync_channel(1);
        let before = dropped();
        for _ in 0..5 {
            let mut writer = Sink(sink.clone()).make_writer();
            writer.write_all(b"line\n").expect("no wait");
        }
        assert_eq!(dropped() - before, 4, "one waits, the rest are counted");
        drop(lines);
    }
}
