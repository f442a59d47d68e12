use super::{Locale, t, tr};
use base::Instant;
use jiff::{civil::Date, tz::TimeZone};

/// A calendar day: `20 November 2026`.
#[must_use]
pub fn day(locale: Locale, day: Date) -> String {
    let month = t(locale, &format!("ui-month-{}", day.month()));
    format!("{} {month} {}", day.day(), day.year())
}

/// The day of an instant in UTC: `20 November 2026`.
#[must_use]
pub fn date(locale: Locale, at: Instant) -> String {
    date_in(locale, at, &TimeZone::UTC)
}

/// The day of an instant in a zone.
#[must_use]
pub fn date_in(locale: Locale, at: Instant, zone: &TimeZone) -> String {
    day(locale, at.0.to_zoned(zone.clone()).date())
}

/// Day and minute in UTC, saying so: `20 November 2026, 15:45 UTC`.
#[must_use]
pub fn date_time(locale: Locale, at: Instant) -> String {
    format!(
        "{} {}",
        minute(locale, at, &TimeZone::UTC),
        t(locale, "ui-utc")
    )
}

/// Day and minute in a zone, with its name: `20 November 2026, 17:45 Europe/Paris`.
#[must_use]
pub fn date_time_in(locale: Locale, at: Instant, zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some("UTC") | None => date_time(locale, at),
        Some(name) => format!("{} {name}", minute(locale, at, zone)),
    }
}

fn minute(locale: Locale, at: Instant, zone: &TimeZone) -> String {
    let local = at.0.to_zoned(zone.clone());
    let comma = match locale {
        Locale::En => ",",
        Locale::Ar => "،",
    };
    format!(
        "{}{comma} {:02}:{:02}",
        day(locale, local.date()),
        local.hour(),
        local.minute()
    )
}

/// How far `then` is from `now`, in its largest whole unit: `in 3 days`, `2 hours ago`, `now`.
#[must_use]
pub fn relative(locale: Locale, now: Instant, then: Instant) -> String {
    let seconds = then.0.as_second().saturating_sub(now.0.as_second());
    let (unit, count) = match seconds.unsigned_abs() {
        0..60 => return t(locale, "ui-now"),
        s @ 60..3_600 => ("minutes", s / 60),
        s @ 3_600..86_400 => ("hours", s / 3_600),
        s @ 86_400..2_592_000 => ("days", s / 86_400),
        s @ 2_592_000..31_536_000 => ("months", s / 2_592_000),
        s => ("years", s / 31_536_000),
    };
    let way = if seconds > 0 { "in" } else { "ago" };
    tr(
        locale,
        &format!("ui-{way}-{unit}"),
        &[("n", i64::try_from(count).unwrap_or(i64::MAX).into())],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant(text.parse().unwrap())
    }

    #[test]
    fn days_and_minutes() {
        let noon = at("2026-11-20T12:05:00Z");
        assert_eq!(date(Locale::En, noon), "20 November 2026");
        assert_eq!(date_time(Locale::En, noon), "20 November 2026, 12:05 UTC");
        assert_eq!(date(Locale::Ar, noon), "20 نوفمبر 2026");
        let cairo = TimeZone::get("Africa/Cairo").unwrap();
        assert_eq!(
            date_time_in(Locale::En, noon, &cairo),
            "20 November 2026, 14:05 Africa/Cairo"
        );
    }

    #[test]
    fn near_and_far() {
        let now = at("2026-11-20T12:00:00Z");
        let words =
            |locale, then| relative(locale, now, at(then)).replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(words(Locale::En, "2026-11-20T12:00:30Z"), "now");
        assert_eq!(words(Locale::En, "2026-11-23T12:00:00Z"), "in 3 days");
        assert_eq!(words(Locale::En, "2026-11-20T11:00:00Z"), "1 hour ago");
        assert_eq!(words(Locale::Ar, "2026-11-22T12:00:00Z"), "خلال يومين");
        assert_eq!(words(Locale::Ar, "2026-11-23T12:00:00Z"), "خلال 3 أيام");
        assert_eq!(words(Locale::Ar, "2026-11-09T12:00:00Z"), "قبل 11 يومًا");
    }
}
