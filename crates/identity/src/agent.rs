//! What a user agent says of device and browser, as far as a person needs to know it again.

/// The kind of device: `phone`, `tablet`, `computer` or `program`.
#[must_use]
pub fn device(agent: &str) -> &'static str {
    let has = |part: &str| agent.contains(part);
    if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) {
        "tablet"
    } else if has("iPhone") || has("Mobile") {
        "phone"
    } else if has("Mozilla/") {
        "computer"
    } else {
        "program"
    }
}

/// The browser and system by name: `Firefox · Linux`; a program by the first word it gives.
#[must_use]
pub fn browser(agent: &str) -> String {
    let find = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(part, _)| agent.contains(part))
            .map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Windows", "Windows"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Android", "Android"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => agent
            .split(['/', ' '])
            .next()
            .unwrap_or("")
            .chars()
            .take(40)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_agents_are_told_apart() {
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
        let tablet = "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        let computer = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        assert_eq!(
            (device(phone), browser(phone).as_str()),
            ("phone", "Safari · iOS")
        );
        assert_eq!(
            (device(tablet), browser(tablet).as_str()),
            ("tablet", "Chrome · Android")
        );
        assert_eq!(
            (device(computer), browser(computer).as_str()),
            ("computer", "Firefox · Linux")
        );
        assert_eq!(
            (device("curl/8.5.0"), browser("curl/8.5.0").as_str()),
            ("program", "curl")
        );
        assert_eq!((device(""), browser("").as_str()), ("program", ""));
    }
}
