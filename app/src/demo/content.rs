//! What the demo world is made of. Nobody in it lives.

use serde_json::{Value, json};

/// A project and how far it has come: 0 draft, 1 open, from 2 on see `market::work`.
pub struct Project {
    /// How many hours ago it began, and how many go by between two steps.
    pub hours: i64,
    pub pace: i64,
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
pub const SHARED: &str = "A first look at the opening chapter. The order of the parts is what I would like to hear about.";
pub const AMENDMENT: &str =
    "The pages change while we rewrite them. Five rounds instead of three would save us both time.";
pub const BONUS: &str = "For the two extra drawings on the last evening. Thank you.";
pub const ENDING: &str = "The market does not take place this year. Thank you for understanding.";
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

#[expect(
    clippy::too_many_arguments,
    reason = "a row of the table below, read in its order"
)]
const fn project(
    (hours, pace): (i64, i64),
    client: &'static str,
    title: &'static str,
    category: &'static str,
    skills: &'static [&'static str],
    budget: (i64, i64),
    stage: u8,
    bids: &'static [Bid],
    description: &'static str,
) -> Project {
    Project {
        hours,
        pace,
        client,
        title,
        description,
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
pub const PROJECTS: [Project; 17] = [
    project(
        (1032, 30),
        "client",
        "Illustrations for a walking guide",
        "design",
        &["illustration", "print"],
        (50_000, 90_000),
        9,
        &[FARID_QUICK],
        "A walking guide to eleven river paths, sixty pages, two inks.\n\n**What we have**\n\n- the text, finished and edited\n- photographs of every path\n\n**What we need**\n\n- a drawing for each path, and small signs for bridges, wells and inns\n- files for the printer, and the right to print them in every later edition",
    ),
    project(
        (720, 24),
        "client",
        "Rewrite of our help pages",
        "writing",
        &["technical writing", "editing"],
        (100_000, 180_000),
        8,
        &[FARID_TWO, MINA_TWO],
        "Our help pages grew over nine years and answer questions nobody asks any more.\n\n- about forty pages, of which half could go\n- one voice, plain words, steps that can be followed with one hand on the machine\n- a colleague from support is there every morning to answer questions",
    ),
    project(
        (350, 6),
        "client2",
        "Leaflets for a street market",
        "design",
        &["print", "layout"],
        (40_000, 80_000),
        10,
        &[MINA_QUICK],
        "A folded leaflet with the stalls, the hours and a map, five thousand copies on rough paper.",
    ),
    project(
        (288, 24),
        "client",
        "Booking page for a small theatre",
        "software",
        &["rust", "postgres", "accessibility"],
        (300_000, 600_000),
        6,
        &[FARID_THREE],
        "Ninety seats, four evenings a week, and a telephone that rings through the rehearsal.\n\n**It should**\n\n- show what is on and which seats are free\n- take a booking in three steps, also by keyboard and screen reader\n- let the box office change anything\n\nWe host it ourselves and want to understand it.",
    ),
    project(
        (142, 5),
        "client2",
        "Arabic translation of a safety manual",
        "translation",
        &["arabic", "translation"],
        (80_000, 160_000),
        5,
        &[MINA_TWO],
        "A safety manual for a bakery's machines, 62 pages of English.\n\n- the readers are bakers, not engineers\n- warnings must be exact; everything else may be simple\n- we send a list of the words that our people really use",
    ),
    project(
        (118, 4),
        "client",
        "Logo and stationery for a bakery",
        "design",
        &["branding", "print"],
        (40_000, 80_000),
        4,
        &[MINA_QUICK],
        "A third bakery opens in spring and the old sign does not fit on its door.\n\nA mark that can be stamped on paper bags, painted on glass and read from across the street; letterhead and labels with it.",
    ),
    project(
        (100, 4),
        "client2",
        "Stock list that talks to our till",
        "software",
        &["postgres", "integration"],
        (200_000, 520_000),
        3,
        &[FARID_THREE],
        "The till knows what was sold, the stock list does not.\n\n**What we have**\n\n- a till with an export every night\n- a spreadsheet with four thousand rows\n\n**What we need**\n\n- one list that is right every morning\n- a warning before something runs out\n- no new machine in the shop",
    ),
    project(
        (84, 3),
        "client",
        "Photographs of twelve chairs",
        "design",
        &["photography"],
        (40_000, 70_000),
        2,
        &[MINA_QUICK, FARID_QUICK],
        "Twelve chairs by one maker, for a catalogue and a wall.\n\nDaylight, plain ground, three views of each. The chairs are in a workshop with north windows; we carry them.",
    ),
    project(
        (70, 4),
        "client2",
        "Speed up a slow reports page",
        "software",
        &["postgres", "performance"],
        (90_000, 200_000),
        7,
        &[FARID_TWO],
        "A page with the month's figures takes forty seconds, and everybody opens it on the first.\n\n- PostgreSQL, about eighty million rows\n- we may change queries and indexes, not the figures\n- explain what you did, so that the next page does not get there",
    ),
    project(
        (38, 2),
        "client",
        "Newsletter for members of a choir",
        "writing",
        &["editing", "newsletter"],
        (40_000, 80_000),
        1,
        &[FARID_QUICK, MINA_QUICK],
        "Four letters a year to two hundred singers and those who listen to them.\n\nWe write the pieces; we need somebody who makes them short, puts them in order and lays them out so that they print on two sheets.",
    ),
    project(
        (33, 2),
        "client",
        "Website in Arabic and English for a clinic",
        "software",
        &["html", "css", "arabic", "accessibility"],
        (250_000, 600_000),
        1,
        &[FARID_THREE, MINA_TWO],
        "A clinic with six doctors, patients in two languages, and opening hours that change in Ramadan.\n\n**It should**\n\n- be as good in Arabic as in English, from the first page\n- work on old phones and slow lines\n- let the front desk change hours and notices without us",
    ),
    project(
        (28, 2),
        "client2",
        "Survey of rents in three districts",
        "data",
        &["statistics", "research"],
        (100_000, 200_000),
        1,
        &[MINA_TWO],
        "What do people pay, how did it change, and how sure can we be?\n\nWe have four years of listings and a list of streets. We want a method that a journalist can check, tables, and three honest charts.",
    ),
    project(
        (22, 1),
        "client2",
        "Accessibility review of a shop",
        "software",
        &["accessibility", "wcag"],
        (60_000, 120_000),
        1,
        &[],
        "An online shop for garden tools, built in a hurry.\n\nGo through it with a keyboard, a screen reader and at four times the size, from the first page to the receipt. List what stops people, the worst first, with a way to mend each.",
    ),
    project(
        (16, 1),
        "client",
        "Voice recordings for a museum guide",
        "audio-video",
        &["voice", "recording"],
        (60_000, 140_000),
        1,
        &[],
        "Twenty-two rooms, ninety seconds each, in a warm voice that knows what it is talking about.\n\nThe texts are done. Recordings cut, named and level, in English; a second language may follow.",
    ),
    project(
        (10, 1),
        "client2",
        "Spreadsheet of grants, made into a tool",
        "software",
        &["rust", "csv"],
        (120_000, 260_000),
        1,
        &[],
        "We track grants in a spreadsheet with nineteen columns and a colour code that only one of us understands.\n\nA small tool on our own server: deadlines, who writes what, what was decided. Import of the old rows, export at any time.",
    ),
    project(
        (6, 1),
        "client",
        "Plan for moving our archive",
        "data",
        &["archiving", "planning"],
        (80_000, 150_000),
        1,
        &[],
        "Four hundred boxes move across town in June and must be found again in July.\n\nA numbering that survives, a plan for each day, and a list of what should not travel in summer.",
    ),
    project(
        (3, 1),
        "client",
        "Poster series for the autumn fair",
        "design",
        &["poster", "print"],
        (50_000, 100_000),
        0,
        &[],
        "Six posters, one idea. The fair is in October; apples, sheep, brass music and rain.",
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
