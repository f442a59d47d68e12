-- The marketplace: projects, proposals, contracts, milestones, deliveries, reviews.
create schema market;
grant usage on schema market to guildhall_app, guildhall_system, guildhall_search;

create table market.category (
    workspace_id uuid not null references kernel.workspace,
    key          text not null,
    name_en      text not null,
    name_ar      text not null,
    position     integer not null,
    primary key (workspace_id, key),
    constraint category_key check (key ~ '^[a-z][a-z0-9-]{1,40}$')
);

-- What a client wants done.
create table market.project (
    workspace_id     uuid        not null,
    id               uuid        not null,
    owner_id         uuid        not null,
    state            text        not null default 'draft',
    title            text        not null,
    description      text        not null,
    category         text        not null,
    skills           text[]      not null,
    budget_min_minor bigint      not null,
    budget_max_minor bigint      not null,
    currency         text        not null,
    duration_days    integer     not null,
    level            text        not null,
    positions        integer     not null default 1,
    hired            integer     not null default 0,
    visibility       text        not null,
    proposals        integer     not null default 0,
    words            tsvector    not null default '',
    created_at       timestamptz not null,
    published_at     timestamptz,
    -- The instant of its last activity plus thirty days; null while it cannot expire.
    expires_at       timestamptz,
    expiry_warned_at timestamptz,
    closed_at        timestamptz,
    version          bigint      not null default 1,
    primary key (workspace_id, id),
    constraint project_owner foreign key (workspace_id, owner_id) references kernel.member (workspace_id, id),
    constraint project_category foreign key (workspace_id, category) references market.category (workspace_id, key),
    constraint project_state check (state in ('draft', 'in_review', 'rejected', 'open', 'paused', 'expired', 'in_progress', 'completed', 'cancelled', 'removed')),
    constraint project_title check (char_length(title) between 1 and 120),
    constraint project_description check (char_length(description) <= 20000),
    constraint project_skills check (cardinality(skills) <= 15),
    constraint project_budget check (budget_min_minor > 0 and budget_min_minor <= budget_max_minor and budget_max_minor <= 1000000000000),
    constraint project_currency check (currency ~ '^[A-Z]{3}$'),
    constraint project_duration check (duration_days between 1 and 730),
    constraint project_level check (level in ('entry', 'intermediate', 'expert')),
    constraint project_positions check (positions between 1 and 20 and hired between 0 and positions),
    constraint project_visibility check (visibility in ('public', 'members', 'invite_only')),
    constraint project_published check (state in ('draft', 'cancelled') or (published_at is not null and cardinality(skills) >= 1 and char_length(description) >= 1)),
    constraint project_expiry check ((state = 'open') = (expires_at is not null))
);
create index project_open_newest on market.project (workspace_id, published_at desc, id desc) where state = 'open' and visibility <> 'invite_only';
create index project_open_budget on market.project (workspace_id, budget_max_minor desc, id desc) where state = 'open' and visibility <> 'invite_only';
create index project_owner_newest on market.project (workspace_id, owner_id, created_at desc, id desc);
create index project_category_index on market.project (workspace_id, category);
create index project_words on market.project using gin (workspace_id, words);
create index project_expiring on market.project (expires_at) where state = 'open';

-- Every version of a published project's terms, so that bidders see what changed.
create table market.project_revision (
    workspace_id uuid        not null,
    project_id   uuid        not null,
    version      bigint      not null,
    changed      jsonb       not null,
    member_id    uuid        not null,
    changed_at   timestamptz not null,
    primary key (workspace_id, project_id, version),
    constraint project_revision_project foreign key (workspace_id, project_id) references market.project (workspace_id, id)
);

-- Search by words under the search role; takes the workspace from the transaction and shows only
-- open projects that are not by invitation.
create function market.search_projects(
    p_query text, p_category text, p_skills text[], p_min bigint, p_max bigint, p_level text, p_signed_in boolean, p_limit integer
) returns table (project_id uuid, published_at timestamptz, budget_max_minor bigint)
language sql stable security definer set search_path = pg_catalog, market as $$
    with matching as materialized (
        select p.id, p.published_at, p.visibility, p.category, p.skills, p.budget_min_minor, p.budget_max_minor, p.level
        from market.project p
        where p.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid
          and p.words @@ p_query::tsquery and p.state = 'open' and p.visibility <> 'invite_only'
    )
    select m.id, m.published_at, m.budget_max_minor from matching m
    where (p_signed_in or m.visibility = 'public')
      and (p_category is null or m.category = p_category)
      and m.skills @> p_skills
      and (p_min is null or m.budget_max_minor >= p_min)
      and (p_max is null or m.budget_min_minor <= p_max)
      and (p_level is null or m.level = p_level)
    order by m.published_at desc, m.id desc
    limit least(p_limit, 1000)
$$;
grant create on schema market to guildhall_search;
alter function market.search_projects owner to guildhall_search;
revoke create on schema market from guildhall_search;
revoke execute on function market.search_projects from public;
grant execute on function market.search_projects to guildhall_app;

-- Words of projects that were opened to others: what a mistyped word may have meant.
create table market.lexicon (
    workspace_id uuid not null references kernel.workspace,
    word         text not null,
    primary key (workspace_id, word),
    constraint lexicon_word check (char_length(word) between 4 and 60)
);
create index lexicon_close on market.lexicon using gin (workspace_id, word gin_trgm_ops);

-- For each word asked, the closest known one, itself when it is known; takes the workspace from
-- the transaction.
create function market.close_words(p_words text[]) returns table (asked text, known text)
language sql stable security definer set search_path = pg_catalog, market as $$
    select w.asked, c.word
    from unnest(p_words) with ordinality as w (asked, place)
    cross join lateral (
        select l.word from market.lexicon l
        where l.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid
          and l.word operator(public.%) w.asked
        order by public.similarity(l.word, w.asked) desc, l.word
        limit 1
    ) c
    order by w.place
    limit 20
$$;

-- A freelancer's bid on a project. Never deleted: it is evidence later.
create table market.proposal (
    workspace_id   uuid        not null,
    id             uuid        not null,
    project_id     uuid        not null,
    freelancer_id  uuid        not null,
    state          text        not null,
    bid_minor      bigint      not null,
    currency       text        not null,
    cover_letter   text        not null,
    duration_days  integer     not null,
    decline_reason text,
    client_note    text        not null default '',
    viewed_at      timestamptz,
    submitted_at   timestamptz not null,
    updated_at     timestamptz not null,
    version        bigint      not null default 1,
    primary key (workspace_id, id),
    constraint proposal_project foreign key (workspace_id, project_id) references market.project (workspace_id, id),
    constraint proposal_freelancer foreign key (workspace_id, freelancer_id) references kernel.member (workspace_id, id),
    constraint proposal_state check (state in ('submitted', 'shortlisted', 'declined', 'withdrawn', 'closed', 'offered', 'hired')),
    constraint proposal_bid check (bid_minor > 0 and bid_minor <= 1000000000000),
    constraint proposal_cover_letter check (char_length(cover_letter) between 1 and 5000),
    constraint proposal_duration check (duration_days between 1 and 730),
    constraint proposal_client_note check (char_length(client_note) <= 2000)
);
create unique index proposal_live_once on market.proposal (workspace_id, project_id, freelancer_id)
    where state in ('submitted', 'shortlisted', 'offered', 'hired');
create index proposal_project_newest on market.proposal (workspace_id, project_id, submitted_at desc, id desc);
create index proposal_freelancer_newest on market.proposal (workspace_id, freelancer_id, submitted_at desc, id desc);
create table market.proposal_milestone (
    workspace_id uuid    not null,
    proposal_id  uuid    not null,
    position     integer not null,
    title        text    not null,
    amount_minor bigint  not null,
    due_days     integer not null,
    primary key (workspace_id, proposal_id, position),
    constraint proposal_milestone_proposal foreign key (workspace_id, proposal_id) references market.proposal (workspace_id, id),
    constraint proposal_milestone_amount check (amount_minor > 0),
    constraint proposal_milestone_title check (char_length(title) between 1 and 120),
    constraint proposal_milestone_position check (position between 1 and 20),
    constraint proposal_milestone_due check (due_days between 1 and 730)
);

-- What two parties agreed. An offer is a contract in state 'offered'.
create table market.contract (
    workspace_id     uuid        not null,
    id               uuid        not null,
    project_id       uuid        not null,
    proposal_id      uuid        not null,
    client_id        uuid        not null,
    freelancer_id    uuid        not null,
    state            text        not null,
    title            text        not null,
    -- The terms as both saw them when they signed.
    terms            text        not null,
    currency         text        not null,
    total_minor      bigint      not null,
    fee_version      integer     not null,
    revisions        integer     not null default 3,
    offered_at       timestamptz not null,
    offer_expires_at timestamptz,
    accepted_at      timestamptz,
    active_at        timestamptz,
    closing_at       timestamptz,
    -- When silence counts as the other party's sign-off.
    closes_at        timestamptz,
    client_signed_off_at     timestamptz,
    freelancer_signed_off_at timestamptz,
    ended_at         timestamptz,
    end_reason       text,
    review_until     timestamptz,
    reviews_published_at timestamptz,
    version          bigint      not null default 1,
    primary key (workspace_id, id),
    constraint contract_project foreign key (workspace_id, project_id) references market.project (workspace_id, id),
    constraint contract_proposal foreign key (workspace_id, proposal_id) references market.proposal (workspace_id, id),
    constraint contract_client foreign key (workspace_id, client_id) references kernel.member (workspace_id, id),
    constraint contract_freelancer foreign key (workspace_id, freelancer_id) references kernel.member (workspace_id, id),
    constraint contract_parties check (client_id <> freelancer_id),
    constraint contract_state check (state in ('offered', 'declined', 'retracted', 'expired', 'accepted', 'cancelled', 'active', 'closing', 'completed')),
    constraint contract_offer_expiry check ((state = 'offered') = (offer_expires_at is not null)),
    constraint contract_closes check ((state = 'closing') = (closes_at is not null)),
    constraint contract_review_window check ((state = 'completed') = (review_until is not null))
);
create unique index contract_live_once on market.contract (workspace_id, proposal_id)
    where state in ('offered', 'accepted', 'active', 'closing', 'completed');
create index contract_proposal_index on market.contract (workspace_id, proposal_id);
create index contract_project_index on market.contract (workspace_id, project_id);
create index contract_client_newest on market.contract (workspace_id, client_id, offered_at desc, id desc);
create index contract_freelancer_newest on market.contract (workspace_id, freelancer_id, offered_at desc, id desc);
create index contract_offer_expiring on market.contract (offer_expires_at) where state = 'offered';
create index contract_closing on market.contract (closes_at) where state = 'closing';
create index contract_reviewing on market.contract (review_until) where state = 'completed' and reviews_published_at is null;

create table market.milestone (
    workspace_id uuid        not null,
    id           uuid        not null,
    contract_id  uuid        not null,
    position     integer     not null,
    title        text        not null,
    amount_minor bigint      not null,
    currency     text        not null,
    due_days     integer     not null,
    state        text        not null default 'agreed',
    -- Frozen when it is funded.
    fee_basis_points integer,
    clearance_days   integer,
    funded_at    timestamptz,
    due_at       timestamptz,
    submitted_at timestamptz,
    -- When silence counts as approval; null while the clock stands.
    review_until timestamptz,
    reminders    integer     not null default 0,
    approved_at  timestamptz,
    approved_by  text,
    version      bigint      not null default 1,
    primary key (workspace_id, id),
    constraint milestone_contract foreign key (workspace_id, contract_id) references market.contract (workspace_id, id),
    constraint milestone_position_unique unique (workspace_id, contract_id, position),
    constraint milestone_amount check (amount_minor > 0),
    constraint milestone_state check (state in ('agreed', 'funded', 'submitted', 'changes_requested', 'approved', 'cancelled')),
    constraint milestone_funded check ((state in ('agreed', 'cancelled')) = (funded_at is null)),
    constraint milestone_review check ((state = 'submitted') = (review_until is not null)),
    constraint milestone_approved_by check ((state = 'approved') = (approved_by is not null) and approved_by in ('client', 'system'))
);
create index milestone_reviewing on market.milestone (review_until) where state = 'submitted';
-- The next reminder's instant depends on how many went out: 7, 3 and 1 days before.
create table market.delivery (
    workspace_id uuid        not null,
    id           uuid        not null,
    milestone_id uuid        not null,
    number       integer     not null,
    message      text        not null,
    links        text[]      not null default '{}',
    submitted_at timestamptz not null,
    -- What the client asked to be changed, if they did.
    changes      text,
    changes_at   timestamptz,
    primary key (workspace_id, id),
    constraint delivery_milestone foreign key (workspace_id, milestone_id) references market.milestone (workspace_id, id),
    constraint delivery_number_unique unique (workspace_id, milestone_id, number),
    constraint delivery_message check (char_length(message) between 1 and 10000),
    constraint delivery_links check (cardinality(links) <= 20),
    constraint delivery_changes check ((changes is null) = (changes_at is null) and char_length(changes) between 1 and 5000)
);

-- A party's verdict on the other, hidden until both are in or the window ends.
create table market.review (
    workspace_id  uuid        not null,
    id            uuid        not null,
    contract_id   uuid        not null,
    author_id     uuid        not null,
    subject_id    uuid        not null,
    author_role   text        not null,
    quality       integer     not null,
    communication integer     not null,
    timeliness    integer     not null,
    value         integer     not null,
    body          text        not null,
    private_note  text        not null default '',
    submitted_at  timestamptz not null,
    published_at  timestamptz,
    version       bigint      not null default 1,
    primary key (workspace_id, id),
    constraint review_contract foreign key (workspace_id, contract_id) references market.contract (workspace_id, id),
    constraint review_author foreign key (workspace_id, author_id) references kernel.member (workspace_id, id),
    constraint review_subject foreign key (workspace_id, subject_id) references kernel.member (workspace_id, id),
    constraint review_once unique (workspace_id, contract_id, author_id),
    constraint review_role check (author_role in ('client', 'freelancer')),
    constraint review_ratings check (quality between 1 and 5 and communication between 1 and 5 and timeliness between 1 and 5 and value between 1 and 5),
    constraint review_body check (char_length(body) between 1 and 4000),
    constraint review_private_note check (char_length(private_note) <= 2000)
);
create index review_subject_newest on market.review (workspace_id, subject_id, published_at desc, id desc) where published_at is not null;
create index review_subject_index on market.review (workspace_id, subject_id);
create index review_author_index on market.review (workspace_id, author_id);

-- What happened on a record, for its timeline: newest first.
create table market.activity (
    workspace_id uuid        not null,
    id           uuid        not null,
    record_id    uuid        not null,
    kind         text        not null,
    actor_id     uuid,
    arguments    jsonb       not null default '{}',
    occurred_at  timestamptz not null,
    primary key (workspace_id, id)
);
create index activity_record on market.activity (workspace_id, record_id, occurred_at desc, id desc);

do $$ declare t text; begin
    foreach t in array array['category', 'project', 'project_revision', 'lexicon', 'proposal', 'proposal_milestone', 'contract', 'milestone', 'delivery', 'review', 'activity'] loop
        perform kernel.protect(('market.' || t)::regclass);
        execute format('grant select, insert on market.%I to guildhall_app, guildhall_system', t);
    end loop;
end $$;
grant update on market.category, market.project, market.proposal, market.contract, market.milestone, market.delivery, market.review to guildhall_app, guildhall_system;
grant delete on market.proposal_milestone to guildhall_app;
grant select on market.project, market.lexicon to guildhall_search;
grant create on schema market to guildhall_search;
alter function market.close_words owner to guildhall_search;
revoke create on schema market from guildhall_search;
revoke execute on function market.close_words from public;
grant execute on function market.close_words to guildhall_app;

insert into kernel.role_template_permission (role_key, permission, relations) values
    ('client', 'project.create', '{any}'), ('client', 'project.update', '{owner}'), ('client', 'project.publish', '{owner}'),
    ('client', 'project.cancel', '{owner}'), ('client', 'project.reopen', '{owner}'), ('client', 'project.list', '{any}'),
    ('client', 'project.show', '{owner,listed,bidder}'),
    ('freelancer', 'project.list', '{any}'), ('freelancer', 'project.show', '{owner,listed,bidder}'),
    ('owner', 'project.list', '{any}'), ('owner', 'project.show', '{owner,listed,bidder}'),
    ('admin', 'project.list', '{any}'), ('admin', 'project.show', '{owner,listed,bidder}'),
    ('member', 'project.list', '{any}'), ('member', 'project.show', '{owner,listed,bidder}'),
    ('freelancer', 'proposal.submit', '{listed}'), ('freelancer', 'proposal.update', '{freelancer}'), ('freelancer', 'proposal.withdraw', '{freelancer}'),
    ('freelancer', 'proposal.show', '{freelancer}'), ('client', 'proposal.show', '{client}'),
    ('client', 'proposal.list', '{client}'), ('freelancer', 'proposal.list', '{freelancer}'),
    ('client', 'proposal.shortlist', '{client}'), ('client', 'proposal.note', '{client}'), ('client', 'proposal.receipt', '{client}'), ('client', 'proposal.decline', '{client}'), ('client', 'proposal.compare', '{client}'),
    ('client', 'offer.send', '{client}'), ('client', 'offer.retract', '{client}'),
    ('freelancer', 'offer.accept', '{freelancer}'), ('freelancer', 'offer.decline', '{freelancer}'),
    ('client', 'contract.list', '{client}'), ('freelancer', 'contract.list', '{freelancer}'),
    ('client', 'contract.show', '{client}'), ('freelancer', 'contract.show', '{freelancer}'),
    ('client', 'contract.cancel', '{client}'), ('freelancer', 'contract.cancel', '{freelancer}'),
    ('client', 'contract.sign_off', '{client}'), ('freelancer', 'contract.sign_off', '{freelancer}'),
    ('client', 'milestone.fund', '{client}'),
    ('freelancer', 'delivery.submit', '{freelancer}'), ('client', 'delivery.request_changes', '{client}'), ('client', 'delivery.approve', '{client}'),
    ('client', 'review.submit', '{client}'), ('freelancer', 'review.submit', '{freelancer}'),
    ('client', 'quote.show', '{any}'), ('freelancer', 'quote.show', '{any}');
insert into kernel.role_template_permission (role_key, permission, relations)
select r, 'dashboard.show', array['own'] from unnest(array['owner', 'admin', 'member', 'client', 'freelancer']) r;
