//! One id through everything a request or a step of background work does: what it calls outside
//! hears it as a `traceparent`.

use std::sync::Arc;

tokio::task_local! {
    static REQUEST: Arc<str>;
}

/// Runs `work` under this request id: of the request itself, or the one that started a job.
pub async fn within<T>(request_id: Arc<str>, work: impl Future<Output = T>) -> T {
    REQUEST.scope(request_id, work).await
}

/// The header that tells a called service which request this call belongs to (W3C Trace Context);
/// `None` outside any.
#[must_use]
pub fn traceparent() -> Option<String> {
    REQUEST.try_with(|id| of(id)).ok()
}

fn of(request_id: &str) -> String {
    let trace = uuid::Uuid::try_parse(request_id).map_or_else(
        |_| data_encoding::HEXLOWER.encode(&base::secret::hash(request_id)[..16]),
        |id| id.simple().to_string(),
    );
    let span = &base::id::new().into_bytes()[8..];
    format!("00-{trace}-{}-01", data_encoding::HEXLOWER.encode(span))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn an_id_is_the_trace() {
        let parent = of("0192f3a4-5b6c-7d8e-9f01-23456789abcd");
        assert!(parent.starts_with("00-0192f3a45b6c7d8e9f0123456789abcd-"));
        for id in ["abcdefgh", "0192f3a4-5b6c-7d8e-9f01-23456789abcd"] {
            let parts: Vec<_> = of(id).split('-').map(str::len).collect();
            assert_eq!(parts, [2, 32, 16, 2]);
        }
    }
}
