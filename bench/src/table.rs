//! What was measured, as Markdown.

use anyhow::Result;
use std::{fmt, path::Path};

/// Rows as they are found.
pub struct Table {
    notes: Vec<(String, String)>,
    ratios: Vec<[String; 6]>,
    figures: Vec<(String, String)>,
}

/// One comparison: per round our figure and the reference's, in the same unit.
pub struct Rounds {
    /// What was compared.
    pub name: String,
    /// The reference.
    pub reference: String,
    /// Unit of both.
    pub unit: &'static str,
    /// (ours, reference) per round.
    pub rounds: Vec<(f64, f64)>,
    /// CPU microseconds per operation of the program or pool, and of PostgreSQL: ours, then the
    /// reference's.
    pub cpu: Option<[f64; 4]>,
}

/// The median.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn short(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

impl Table {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            notes: vec![],
            ratios: vec![],
            figures: vec![],
        }
    }

    /// A circumstance.
    pub fn note(&mut self, name: &str, value: &str) {
        self.notes.push((name.to_owned(), value.to_owned()));
    }

    /// A figure without a reference.
    pub fn figure(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        eprintln!("bench:   {name}: {value}");
        self.figures.push((name.to_owned(), value));
    }

    /// Size of a file.
    pub fn size(&mut self, name: &str, path: &Path) -> Result<()> {
        let mebibytes = std::fs::metadata(path)?.len() / 1024 / 1024;
        self.figure(&format!("size of the {name}"), format!("{mebibytes} MiB"));
        Ok(())
    }

    /// A comparison: the median of the rounds' ratios, with least and most.
    pub fn compare(&mut self, found: &Rounds) {
        let ratios: Vec<f64> = found
            .rounds
            .iter()
            .map(|(ours, reference)| ours / reference.max(f64::MIN_POSITIVE))
            .collect();
        let least = ratios.iter().copied().fold(f64::MAX, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        let side = |value: f64, cpu: Option<(f64, f64)>| {
            let cpu = cpu.map_or_else(String::new, |(app, pg)| {
                format!("; {} + {} us", short(app), short(pg))
            });
            format!("{} {}{cpu}", short(value), found.unit)
        };
        let row = [
            found.name.clone(),
            side(
                median(found.rounds.iter().map(|r| r.0)),
                found.cpu.map(|c| (c[0], c[1])),
            ),
            found.reference.clone(),
            side(
                median(found.rounds.iter().map(|r| r.1)),
                found.cpu.map(|c| (c[2], c[3])),
            ),
            short(median(ratios.iter().copied())),
            format!("{}–{}", short(least), short(most)),
        ];
        eprintln!("bench:   {}", row.join(" | "));
        self.ratios.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.notes {
            writeln!(f, "- {name}: {value}")?;
        }
        if !self.ratios.is_empty() {
            writeln!(
                f,
                "\n| what | ours | reference | its figure | ratio | rounds |\n|---|---:|---|---:|---:|---:|"
            )?;
            for row in &self.ratios {
                writeln!(f, "| {} |", row.join(" | "))?;
            }
        }
        writeln!(f, "\n| figure | |\n|---|---:|")?;
        for (name, value) in &self.figures {
            writeln!(f, "| {name} | {value} |")?;
        }
        Ok(())
    }
}
