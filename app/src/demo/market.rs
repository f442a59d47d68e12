//! The marketplace's history, oldest first.

use super::{
    content::{self, Bid, PROJECTS, Project},
    world::{World, id_of, usd},
};
use anyhow::Context;
use base::Instant;
use http::Method;
use serde_json::{Value, json};

/// Profiles, cards, projects in every state; ends some hours before now.
pub(super) async fn fill(world: &mut World, today: Instant) -> anyhow::Result<()> {
    for (who, profile) in content::profiles() {
        world.patch(who, "/profile", profile).await?;
    }
    for (who, entry) in content::showcase() {
        world.post(who, "/profile/showcase", entry).await?;
    }
    world.card("client").await?;
    world.card("client2").await?;
    let bank = world.bank("freelancer", "Farid Haddad").await?;
    world.bank("freelancer2", "Mina Okafor").await?;
    for (days, project) in (30_i64..).step_by(5).zip(&PROJECTS) {
        world.at(project.hours).await?;
        // Wanted some weeks from today, so that the world is the same on every day.
        let deadline = today.plus_days(days).rfc3339();
        live(world, project, deadline.get(..10).unwrap_or_default())
            .await
            .with_context(|| project.title)?;
        if project.stage == 8 {
            // By now the first earnings have cleared.
            let wish = json!({"destination_id": bank, "amount": usd(40_000)});
            world.at(15 * 24).await?;
            world.post("freelancer", "/payouts", wish).await?;
        }
    }
    let guest = json!({"email": "nadia.wells@example.test", "role": "freelancer"});
    world.post("owner", "/invitations", guest).await?;
    invite(world).await
}

/// One project, as far as its stage says.
async fn live(world: &mut World, project: &Project, deadline: &str) -> anyhow::Result<()> {
    let mut body = json!({
        "title": project.title, "description": project.description, "category": project.category, "skills": project.skills,
        "budget_min": usd(project.budget.0), "budget_max": usd(project.budget.1), "duration_days": project.days,
        "level": project.level, "positions": 1, "visibility": project.visibility, "deadline": deadline,
    });
    if project.category == "software" {
        body["time_zone"] = json!("Europe/Berlin");
        body["overlap_hours"] = json!(4);
        body["questions"] =
            json!([{"text": content::QUESTIONS[0]}, {"text": content::QUESTIONS[1]}]);
    }
    let id = id_of(&world.post(project.client, "/projects", body).await?)?;
    if project.stage == 0 {
        return Ok(());
    }
    let publication = format!("/projects/{id}/publication");
    world.post(project.client, &publication, json!({})).await?;
    for bid in project.bids {
        world.pass(project.pace).await?;
        propose(world, &id, bid).await?;
    }
    if project.stage >= 2 {
        work(world, project, &id).await?;
    }
    Ok(())
}

async fn propose(world: &mut World, project: &str, bid: &Bid) -> anyhow::Result<()> {
    let total: i64 = bid.milestones.iter().map(|(_, amount, _)| amount).sum();
    let milestones: Vec<Value> = bid
        .milestones
        .iter()
        .map(|(title, amount, days)| json!({"title": title, "amount": usd(*amount), "due_days": days}))
        .collect();
    let body = json!({"bid": usd(total), "cover_letter": bid.letter, "duration_days": bid.days, "milestones": milestones});
    let path = format!("/projects/{project}/proposals");
    world.post(bid.freelancer, &path, body).await?;
    Ok(())
}

/// Takes the first proposal of a project as far as its stage says: 2 shortlisted, 3 offered,
/// 4 accepted, 5 funded, 6 delivered, 7 changes asked for, 8 first part paid, 9 completed, 10 ended
/// early with the money back.
async fn work(world: &mut World, project: &Project, id: &str) -> anyhow::Result<()> {
    let (client, stage, pace) = (project.client, project.stage, project.pace);
    let path = format!("/projects/{id}/proposals");
    let proposals = world.call(client, Method::GET, &path, None).await?;
    let first = proposals["data"]
        .as_array()
        .and_then(|p| p.last())
        .context("a proposal")?
        .clone();
    let (proposal, freelancer) = (id_of(&first)?, freelancer_of(&first));
    world.pass(pace).await?;
    let path = format!("/proposals/{proposal}/shortlisting");
    world.post(client, &path, json!({})).await?;
    if stage < 3 {
        return Ok(());
    }
    let path = format!("/proposals/{proposal}/offer");
    let contract = id_of(&world.post(client, &path, json!({})).await?)?;
    let of_contract = format!("/contracts/{contract}");
    if stage < 4 {
        return Ok(());
    }
    world.pass(pace).await?;
    let path = format!("{of_contract}/acceptance");
    world.post(freelancer, &path, json!({})).await?;
    if stage < 5 {
        return Ok(());
    }
    let shown = world.call(client, Method::GET, &of_contract, None).await?;
    let milestones: Vec<String> = shown["data"]["milestones"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|m| Some(m["id"].as_str()?.to_owned()))
        .collect();
    for (index, milestone) in milestones.iter().enumerate() {
        let of_milestone = format!("/milestones/{milestone}");
        let path = format!("{of_milestone}/funding");
        world.post(client, &path, json!({})).await?;
        world.pass(pace).await?;
        if stage == 10 {
            return end(world, client, freelancer, &of_contract, milestone).await;
        }
        if stage < 6 {
            let look = json!({"message": content::SHARED, "links": ["https://example.test/first-look"], "files": []});
            let path = format!("{of_milestone}/shares");
            world.post(freelancer, &path, look).await?;
            return Ok(());
        }
        let body = json!({"message": content::DELIVERY, "links": ["https://example.test/preview"], "files": []});
        let path = format!("{of_milestone}/deliveries");
        let delivery = id_of(&world.post(freelancer, &path, body).await?)?;
        let of_delivery = format!("/deliveries/{delivery}");
        world.pass(pace).await?;
        if stage == 7 {
            let path = format!("{of_delivery}/changes");
            let wish = json!({"changes": content::CHANGES});
            world.post(client, &path, wish).await?;
        }
        if stage < 8 {
            return Ok(());
        }
        let path = format!("{of_delivery}/approval");
        world.post(client, &path, json!({})).await?;
        if stage == 8 && index == 0 {
            let path = format!("{of_contract}/amendments");
            let wish = json!({"revisions": 5, "note": content::AMENDMENT});
            world.post(freelancer, &path, wish).await?;
            return Ok(());
        }
    }
    finish(world, client, freelancer, &of_contract).await
}

/// Both sign off, thank each other, and one is paid a little more.
async fn finish(
    world: &mut World,
    client: &'static str,
    freelancer: &'static str,
    of_contract: &str,
) -> anyhow::Result<()> {
    for who in [client, freelancer] {
        let path = format!("{of_contract}/sign-off");
        world.post(who, &path, json!({})).await?;
    }
    let bonus = json!({"amount": usd(5_000), "note": content::BONUS});
    let path = format!("{of_contract}/bonuses");
    world.post(client, &path, bonus).await?;
    for (who, words) in [
        (client, content::REVIEWS[0]),
        (freelancer, content::REVIEWS[1]),
    ] {
        let review =
            json!({"quality": 5, "communication": 5, "timeliness": 4, "value": 5, "body": words});
        let path = format!("{of_contract}/reviews");
        world.post(who, &path, review).await?;
    }
    Ok(())
}

/// The client ends early, the freelancer agrees, and what was held goes back.
async fn end(
    world: &mut World,
    client: &'static str,
    freelancer: &'static str,
    of_contract: &str,
    milestone: &str,
) -> anyhow::Result<()> {
    let path = format!("{of_contract}/termination");
    let wish = json!({"reason": content::ENDING, "settlement": [{"milestone_id": milestone, "outcome": "refund"}]});
    world.post(client, &path, wish).await?;
    let shown = world
        .call(freelancer, Method::GET, of_contract, None)
        .await?;
    let proposed = shown["data"]["termination"]["id"].clone();
    world.pass(3).await?;
    let path = format!("{path}/acceptance");
    let agreed = json!({"termination_id": proposed});
    world.post(freelancer, &path, agreed).await?;
    Ok(())
}

/// The second freelancer is asked to bid on the newest project that is open.
async fn invite(world: &mut World) -> anyhow::Result<()> {
    let newest = "/projects?scope=mine&state=open&limit=1";
    let own = world.call("client", Method::GET, newest, None).await?;
    let profile = world
        .call("freelancer2", Method::GET, "/profile", None)
        .await?;
    let Some(project) = own["data"].as_array().and_then(|all| all.first()) else {
        return Ok(());
    };
    let body =
        json!({"freelancer_id": profile["data"]["member_id"], "message": content::INVITATION});
    let path = format!("/projects/{}/invitations", id_of(project)?);
    world.post("client", &path, body).await?;
    Ok(())
}

fn freelancer_of(proposal: &Value) -> &'static str {
    if proposal.to_string().contains("Mina Okafor") {
        "freelancer2"
    } else {
        "freelancer"
    }
}
