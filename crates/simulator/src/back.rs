//! Where hosted pages may send people back to.

use reqwest::Url;

use crate::Config;

/// The address, if it is http(s), carries no user and belongs to an allowed origin.
pub(crate) fn allowed(config: &Config, text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && text.len() <= 2000;
    if !plain {
        return None;
    }
    let origin = origin(&url);
    let listed = config
        .page_origins
        .iter()
        .any(|listed| listed.trim_end_matches('/') == origin);
    let near = config.listen.ip().is_loopback() && is_loopback(&url);
    (listed || near).then_some(url)
}

/// `scheme://host[:port]`.
pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::allowed;
    use crate::Config;

    #[test]
    fn only_allowed_origins() {
        let mut config = Config::new("/nowhere", "x");
        config.page_origins = vec!["https://guildhall.example".into()];
        for good in [
            "http://127.0.0.1:8080/a?b=c",
            "http://localhost/x",
            "http://atelier.localhost:1/x",
            "http://[::1]:9/x",
            "https://guildhall.example/back",
        ] {
            assert!(allowed(&config, good).is_some(), "{good}");
        }
        for bad in [
            "",
            "/back",
            "javascript:alert(1)",
            "https://evil.example/",
            "https://guildhall.example.evil.example/",
            "http://guildhall.example/",
            "https://guildhall.example@evil.example/",
            "http://user@127.0.0.1/",
            "http://127.0.0.1.evil.example/",
            "data:text/html,x",
        ] {
            assert!(allowed(&config, bad).is_none(), "{bad}");
        }
        config.listen = ([10, 0, 0, 1], 80).into();
        assert!(allowed(&config, "http://127.0.0.1:8080/").is_none());
        assert!(allowed(&config, "https://guildhall.example/x").is_some());
    }
}
