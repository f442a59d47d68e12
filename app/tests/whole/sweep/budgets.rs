//! How many SQL statements each page and each reading route costs: recorded, so that a query per
//! row, or one query too many, shows up in review as a changed line.

use super::{actor, foreign, table, world};
use testkit::{Answer, MARKET};

#[tokio::test]
async fn each_reading_route_stays_within_its_statements() {
    let (server, api) = world().await;
    let mut actors = vec![];
    for email in [
        "client@demo.test",
        "freelancer@demo.test",
        "owner@demo.test",
    ] {
        actors.push(actor(&server, email).await);
    }
    let mut lines = vec![];
    for row in table(&server)
        .iter()
        .filter(|r| !r.is_unsafe() && r.operation != "event.stream")
    {
        let ids = match row
            .path
            .split('/')
            .find(|p| p.starts_with('{') && *p != "{workspace}")
        {
            None => vec![String::new()],
            Some(part) => foreign::ids(&server, part.trim_matches(['{', '}']), "").await,
        };
        let mut least: Option<u32> = None;
        'found: for id in &ids {
            for actor in &actors {
                for _ in 0..3 {
                    let path = row.at(MARKET, id);
                    let answer: Answer = if row.page {
                        api.page(&path, &actor.cookie).await
                    } else {
                        actor.api.get(&path).await
                    };
                    if answer.status != 200 {
                        break;
                    }
                    // The least of three: what is remembered for seconds is remembered by then.
                    let count: u32 = answer.header("x-sql-statements").parse().unwrap_or(0);
                    least = Some(least.map_or(count, |l| l.min(count)));
                }
                if least.is_some() {
                    break 'found;
                }
            }
        }
        if let Some(count) = least {
            assert!(count <= 40, "{} costs {count} statements", row.path);
            lines.push(format!(
                "{:4} {} {}",
                if row.page { "page" } else { "api" },
                row.path,
                count
            ));
        }
    }
    assert!(
        lines.len() > 50,
        "only {} routes could be read",
        lines.len()
    );
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"));
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}
