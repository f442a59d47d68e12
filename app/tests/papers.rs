//! What the papers name exists, and what exists is named: paths, links, settings, codes, commands,
//! global tables.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the checkout")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below `folder` whose name ends so.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                if !path.ends_with("node_modules") && !path.ends_with("target") {
                    open.push(path);
                }
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn papers() -> Vec<String> {
    let mut all: Vec<String> = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ]
    .map(str::to_owned)
    .to_vec();
    for path in files("docs", ".md") {
        all.push(
            path.strip_prefix(root())
                .expect("below the root")
                .to_string_lossy()
                .into_owned(),
        );
    }
    all
}

/// The texts between backticks, outside of code blocks.
fn quoted(text: &str) -> Vec<String> {
    let mut prose = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn is_path(text: &str) -> bool {
    let known = ["app/", "bench/", "crates/", "docs/", "migrations/", ".ci/"];
    let file = ["Cargo.toml", "clippy.toml", "deny.toml", "rustfmt.toml"];
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
    plain
        && (known.iter().any(|k| text.starts_with(k))
            || file.contains(&text)
            || (text.ends_with(".md") && !text.contains('/')))
}

#[test]
fn every_path_in_the_papers_exists() {
    let mut missing = vec![];
    let mut seen = 0;
    for paper in papers() {
        for path in quoted(&read(&paper))
            .into_iter()
            .filter(|text| is_path(text))
        {
            seen += 1;
            if !root().join(&path).exists() {
                missing.push(format!("{paper}: {path}"));
            }
        }
    }
    assert!(seen > 50, "the papers name files");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_link_in_the_papers_leads_somewhere() {
    let mut broken = vec![];
    for paper in papers() {
        let text = read(&paper);
        let here = root().join(&paper);
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = target.split('#').next().unwrap_or_default();
            if !target.is_empty()
                && !target.contains("://")
                && !here.parent().expect("a folder").join(target).exists()
            {
                broken.push(format!("{paper}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Names of settings in a text.
fn settings(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.split(|c| !word(c))
        .filter(|w| (w.starts_with("GUILDHALL_") || *w == "DATABASE_URL") && !w.ends_with('_'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_setting_is_in_the_operators_table() {
    // Between a process and its child, of builds, and of tests.
    let inner = [
        "GUILDHALL_CHECK_URL",
        "GUILDHALL_SIMULATOR_BASE_URL",
        "GUILDHALL_SIMULATOR_DATA",
        "GUILDHALL_SIMULATOR_CHILD",
        "GUILDHALL_TEST_FAST_CLUSTER",
    ];
    let mut used = BTreeSet::new();
    for folder in ["app/src", "crates"] {
        for path in files(folder, ".rs") {
            let tests = path
                .components()
                .any(|part| part.as_os_str() == "tests" || part.as_os_str() == "testkit");
            if !tests {
                used.extend(settings(&fs::read_to_string(&path).expect("a source")));
            }
        }
    }
    used.retain(|name| !inner.contains(&name.as_str()));
    let table: BTreeSet<String> = read("docs/operator.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .flat_map(settings)
        .collect();
    let missing: Vec<_> = used.difference(&table).collect();
    assert!(missing.is_empty(), "not in docs/operator.md: {missing:?}");
    let text: String = files("app/src", ".rs")
        .iter()
        .chain(&files("crates", ".rs"))
        .map(|p| fs::read_to_string(p).expect("a source"))
        .collect();
    // Those of the object store and of the pool are put together from a prefix.
    let known = |name: &String| {
        text.contains(name.as_str())
            || name
                .strip_prefix("GUILDHALL_POOL_")
                .is_some_and(|n| text.contains(&format!("(\"{n}\"")))
            || name
                .strip_prefix("GUILDHALL_S3_")
                .is_some_and(|n| text.contains(&format!("setting(\"{n}\")")))
    };
    let unknown: Vec<_> = table.iter().filter(|name| !known(name)).collect();
    assert!(unknown.is_empty(), "in docs/operator.md alone: {unknown:?}");
}

#[test]
fn every_command_is_in_the_operators_table() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_guildhall"));
    let help = String::from_utf8(
        command
            .arg("--help")
            .output()
            .expect("the program runs")
            .stdout,
    )
    .expect("text");
    let commands = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "));
    let papers = read("docs/operator.md");
    let mut seen = 0;
    for command in commands
        .filter_map(|line| line.split_whitespace().next())
        .filter(|c| *c != "help")
    {
        seen += 1;
        assert!(
            papers.contains(&format!("| `guildhall {command}")),
            "docs/operator.md does not name {command}"
        );
    }
    assert!(seen >= 8, "the help names the commands: {help}");
}

/// The codes that sources give and that have words.
fn codes() -> BTreeSet<String> {
    let mut sources = String::new();
    for path in files("crates", ".rs")
        .into_iter()
        .chain(files("app/src", ".rs"))
    {
        let name = path.to_string_lossy().into_owned();
        if !name.contains("/simulator/") && !name.contains("/tests/") {
            sources.push_str(&fs::read_to_string(&path).expect("a source"));
        }
    }
    let mut all = BTreeSet::new();
    for path in files("crates", ".ftl")
        .into_iter()
        .chain(files("app", ".ftl"))
    {
        let name = path.to_string_lossy();
        if !(name.ends_with("/en.ftl") || name.contains("/en/")) || name.contains("/simulator/") {
            continue;
        }
        for line in fs::read_to_string(&path).expect("words").lines() {
            if let Some((key, _)) = line
                .strip_prefix("error-")
                .and_then(|rest| rest.split_once('='))
            {
                all.insert(key.trim().replace('-', "_"));
            }
        }
    }
    all.retain(|code| sources.contains(&format!("\"{code}\"")));
    all
}

#[test]
fn every_code_is_in_the_api_paper() {
    let paper = read("docs/api.md");
    let (_, list) = paper.split_once("<!-- codes:").expect("a list of codes");
    let told: BTreeSet<String> = list
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    let known = codes();
    let missing: Vec<_> = known.difference(&told).collect();
    let gone: Vec<_> = told.difference(&known).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "docs/api.md lacks {missing:?}, and has {gone:?} in vain"
    );
}

#[test]
fn the_list_of_global_tables_is_true() {
    let mut global = BTreeSet::new();
    for path in files("migrations", ".sql") {
        let sql = fs::read_to_string(path).expect("a migration");
        for table in sql
            .split("create table ")
            .skip(1)
            .filter(|t| t.split_whitespace().nth(1) != Some("partition"))
        {
            let name = table
                .split(|c: char| c.is_whitespace() || c == '(')
                .next()
                .unwrap_or_default();
            let body = table.split(");").next().unwrap_or_default();
            let keyed = body.contains("primary key (workspace_id")
                || body.lines().any(|l| {
                    l.trim_start().starts_with("workspace_id ") && l.contains("primary key")
                });
            if !keyed {
                global.insert(name.to_owned());
            }
        }
    }
    let paper = read("ARCHITECTURE.md");
    let (_, rest) = paper
        .split_once("## Tables without a workspace")
        .expect("the list");
    let list = rest.split("\n## ").next().unwrap_or_default();
    let told: BTreeSet<String> = quoted(list)
        .into_iter()
        .filter(|w| w.contains('.'))
        .collect();
    assert_eq!(
        told, global,
        "ARCHITECTURE.md and the migrations name the same global tables"
    );
}

#[test]
fn the_picture_is_small() {
    for path in files("docs", ".png") {
        let size = fs::metadata(&path).expect("a picture").len();
        assert!(size < 300_000, "{} has {size} bytes", path.display());
    }
}
