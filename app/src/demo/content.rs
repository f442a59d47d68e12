//! What the demo world is made of. Nobody in it lives.

use serde_json::{Value, json};

/// A project and how far it has come: 0 draft, 1 open, from 2 on see `World::work`.
pub struct Project {
    pub client: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub category: &'static str,
    pub skills: &'static [&'static str],
    pub budget: (i64, i64),
    pub days: i64,
    pub level: &'static str,
    pub visibility: &'static str,
    pub stage: u8,
    pub bids: &'static [Bid],
}

/// A proposal: who, what they write, and their milestones as (title, minor units, days).
pub struct Bid {
    pub freelancer: &'static str,
    pub letter: &'static str,
    pub days: i64,
    pub milestones: &'static [(&'static str, i64, i64)],
}

pub const DELIVERY: &str = "Here is the first complete version. Everything we agreed is in; the notes at the end list the two choices I made on the way.";
pub const CHANGES: &str = "Very close. Please make the opening shorter, and use the second colour of the palette for the headings.";
pub const REVIEWS: [&str; 2] = [
    "Careful work, on time, and every question answered the same day. We will come back.",
    "Clear brief, quick decisions, and payment approved within hours. A pleasure.",
];

pub const QUESTIONS: [&str; 2] = [
    "Which of your works is closest to this one?",
    "What would you do in the first week?",
];
pub const INVITATION: &str =
    "Your work for small museums is close to what we have in mind. Would you have a look?";

const QUICK: &[(&str, i64, i64)] = &[("The whole piece", 60_000, 10)];
const TWO: &[(&str, i64, i64)] = &[
    ("Draft and structure", 80_000, 10),
    ("Final version", 70_000, 20),
];
const THREE: &[(&str, i64, i64)] = &[
    ("Concept", 120_000, 7),
    ("Build", 260_000, 25),
    ("Launch and handover", 120_000, 35),
];

const FARID_QUICK: Bid = Bid {
    freelancer: "freelancer",
    letter: "I have done exactly this for three studios. I would begin with a short call, then send a first version within four days.",
    days: 10,
    milestones: QUICK,
};
const FARID_TWO: Bid = Bid {
    freelancer: "freelancer",
    letter: "I split the work in two so that you can judge the direction before most of the budget is spent. References on my profile.",
    days: 20,
    milestones: TWO,
};
const FARID_THREE: Bid = Bid {
    freelancer: "freelancer",
    letter: "A plan in three parts, each useful by itself. I work in the open: you see progress every second day.",
    days: 35,
    milestones: THREE,
};
const MINA_TWO: Bid = Bid {
    freelancer: "freelancer2",
    letter: "Your brief is unusually clear, thank you. I would keep the scope and put the saved time into testing with real readers.",
    days: 18,
    milestones: TWO,
};
const MINA_QUICK: Bid = Bid {
    freelancer: "freelancer2",
    letter: "I can start on Monday. The price includes two rounds of changes.",
    days: 8,
    milestones: QUICK,
};

const fn project(
    client: &'static str,
    title: &'static str,
    category: &'static str,
    skills: &'static [&'static str],
    budget: (i64, i64),
    stage: u8,
    bids: &'static [Bid],
) -> Project {
    Project {
        client,
        title,
        description: "We are a small team and know what we want, but not how to make it.\n\n**What we have**\n\n- a written outline and examples we like\n- one person who answers questions every day\n\n**What we need**\n\n- a plan in milestones, each with something we can look at\n- plain words about what is hard\n- the sources at the end, so that we can carry on ourselves",
        category,
        skills,
        budget,
        days: 30,
        level: "intermediate",
        visibility: "public",
        stage,
        bids,
    }
}

/// Oldest first; the newest stands on top of the list.
pub const PROJECTS: [Project; 16] = [
    project(
        "client",
        "Illustrations for a walking guide",
        "design",
        &["illustration", "print"],
        (50_000, 90_000),
        9,
        &[FARID_QUICK],
    ),
    project(
        "client",
        "Rewrite of our help pages",
        "writing",
        &["technical writing", "editing"],
        (100_000, 180_000),
        8,
        &[FARID_TWO, MINA_TWO],
    ),
    project(
        "client",
        "Booking page for a small theatre",
        "software",
        &["rust", "postgres", "accessibility"],
        (300_000, 600_000),
        6,
        &[FARID_THREE],
    ),
    project(
        "client2",
        "Arabic translation of a safety manual",
        "translation",
        &["arabic", "translation"],
        (80_000, 160_000),
        5,
        &[MINA_TWO],
    ),
    project(
        "client",
        "Logo and stationery for a bakery",
        "design",
        &["branding", "print"],
        (40_000, 80_000),
        4,
        &[MINA_QUICK],
    ),
    project(
        "client2",
        "Stock list that talks to our till",
        "software",
        &["postgres", "integration"],
        (200_000, 520_000),
        3,
        &[FARID_THREE],
    ),
    project(
        "client",
        "Photographs of twelve chairs",
        "design",
        &["photography"],
        (40_000, 70_000),
        2,
        &[MINA_QUICK, FARID_QUICK],
    ),
    project(
        "client2",
        "Speed up a slow reports page",
        "software",
        &["postgres", "performance"],
        (90_000, 200_000),
        7,
        &[FARID_TWO],
    ),
    project(
        "client",
        "Newsletter for members of a choir",
        "writing",
        &["editing", "newsletter"],
        (40_000, 80_000),
        1,
        &[FARID_QUICK, MINA_QUICK],
    ),
    project(
        "client",
        "Website in Arabic and English for a clinic",
        "software",
        &["html", "css", "arabic", "accessibility"],
        (250_000, 600_000),
        1,
        &[FARID_THREE, MINA_TWO],
    ),
    project(
        "client2",
        "Survey of rents in three districts",
        "data",
        &["statistics", "research"],
        (100_000, 200_000),
        1,
        &[MINA_TWO],
    ),
    project(
        "client2",
        "Accessibility review of a shop",
        "software",
        &["accessibility", "wcag"],
        (60_000, 120_000),
        1,
        &[],
    ),
    project(
        "client",
        "Voice recordings for a museum guide",
        "audio-video",
        &["voice", "recording"],
        (60_000, 140_000),
        1,
        &[],
    ),
    project(
        "client2",
        "Spreadsheet of grants, made into a tool",
        "software",
        &["rust", "csv"],
        (120_000, 260_000),
        1,
        &[],
    ),
    project(
        "client",
        "Plan for moving our archive",
        "data",
        &["archiving", "planning"],
        (80_000, 150_000),
        1,
        &[],
    ),
    project(
        "client",
        "Poster series for the autumn fair",
        "design",
        &["poster", "print"],
        (50_000, 100_000),
        0,
        &[],
    ),
];

/// Profiles of those who offer work.
pub fn profiles() -> Vec<(&'static str, Value)> {
    vec![
        (
            "freelancer",
            json!({
            "title": "Builder of calm web applications", "country": "JO", "time_zone": "Asia/Amman",
            "bio": "Twelve years of web applications for people who have other things to do.\n\nI like clear briefs, short meetings and software that still runs in five years.",
            "languages": ["Arabic", "English"], "skills": ["rust", "postgres", "accessibility", "technical writing"],
            "hourly_rate": {"amount_minor": 6500, "currency": "USD"}, "weekly_hours": 30, "availability": "open", "visibility": "public"}),
        ),
        (
            "freelancer2",
            json!({
            "title": "Editor, illustrator, translator", "country": "NG", "time_zone": "Africa/Lagos",
            "bio": "Words and pictures for small publishers, museums and clinics.",
            "languages": ["English", "French", "Arabic"], "skills": ["editing", "illustration", "translation", "arabic"],
            "hourly_rate": {"amount_minor": 4800, "currency": "USD"}, "availability": "limited", "visibility": "public"}),
        ),
    ]
}

/// What the freelancers show of themselves.
pub fn showcase() -> Vec<(&'static str, Value)> {
    vec![
        (
            "freelancer",
            json!({"kind": "portfolio", "title": "Timetables for a ferry line", "place": "A harbour office",
                "text": "Printed in 1998, on the web since, and readable by everyone at last.", "link": "https://example.org/ferries", "from_year": 2023}),
        ),
        (
            "freelancer",
            json!({"kind": "education", "title": "Computer science", "place": "Yarmouk University", "from_year": 2006, "to_year": 2010}),
        ),
        (
            "freelancer",
            json!({"kind": "certificate", "title": "Accessibility of web content", "place": "A society of designers", "from_year": 2021}),
        ),
        (
            "freelancer2",
            json!({"kind": "portfolio", "title": "A walking guide in two inks", "place": "A small publisher",
                "text": "Sixty drawings, two colours, one long summer.", "link": "https://example.org/guide", "from_year": 2024}),
        ),
    ]
}
