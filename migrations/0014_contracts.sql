-- Contracts that stop, change and end early: pauses and holds, terminations with their settlement,
-- amendments and counter-offers, work in progress and partial deliveries, checklists.

alter table market.contract
    -- Why work stands still now (a pause or a hold), since when, and who asked for it.
    add column stopped_at timestamptz,
    add column stopped_by uuid,
    add column stop_reason text,
    -- Where it returns to when a hold or a termination is called off.
    add column before_hold text,
    add column before_termination text,
    drop constraint contract_state,
    drop constraint contract_review_window,
    add constraint contract_state check (state in ('offered', 'declined', 'retracted', 'expired', 'accepted', 'cancelled', 'active',
        'paused', 'on_hold', 'terminating', 'closing', 'completed', 'terminated')),
    -- What was ended early is reviewed only when something was paid for it.
    add constraint contract_review_window check ((state <> 'completed' or review_until is not null)
        and (review_until is null or state in ('completed', 'terminated'))),
    add constraint contract_stopped_by foreign key (workspace_id, stopped_by) references kernel.member (workspace_id, id),
    add constraint contract_stop_reason check (char_length(stop_reason) between 1 and 500),
    add constraint contract_stopped check (state not in ('paused', 'on_hold', 'terminating') or stopped_at is not null),
    add constraint contract_before_hold check ((before_hold is null or (before_hold in ('active', 'paused') and state in ('on_hold', 'terminating')))
        and (state <> 'on_hold' or before_hold is not null)),
    add constraint contract_before_termination check ((state = 'terminating') = (before_termination is not null)
        and before_termination in ('active', 'paused', 'on_hold'));
create index contract_stopped_by_index on market.contract (workspace_id, stopped_by);
drop index market.contract_live_once;
create unique index contract_live_once on market.contract (workspace_id, proposal_id)
    where state in ('offered', 'accepted', 'active', 'paused', 'on_hold', 'terminating', 'closing', 'completed');
create index contract_for_staff on market.contract (workspace_id, stopped_at desc, id desc) where state in ('on_hold', 'terminating');
drop index market.contract_reviewing;
create index contract_reviewing on market.contract (review_until)
    where state in ('completed', 'terminated') and reviews_published_at is null;

alter table market.milestone
    -- What remains of the client's time while the contract stands still.
    add column review_left_seconds bigint,
    -- What a delivery must show, as both agreed; and why an open point was let pass.
    add column checklist text[] not null default '{}',
    add column checklist_waiver text,
    -- What went back to the client when the contract ended early; the rest was released.
    add column refunded_minor bigint,
    -- The milestone it was a part of, when it was delivered and paid ahead of the rest.
    add column split_from uuid,
    -- When an amendment took it out of the contract.
    add column dropped_at timestamptz,
    drop constraint milestone_state,
    drop constraint milestone_review,
    drop constraint milestone_approved_by,
    add constraint milestone_state check (state in ('agreed', 'funded', 'submitted', 'changes_requested', 'approved', 'cancelled', 'refunded', 'split')),
    add constraint milestone_review check (case when state = 'submitted' then (review_until is null) <> (review_left_seconds is null)
        else review_until is null and review_left_seconds is null end),
    add constraint milestone_approved_by check ((state = 'approved') = (approved_by is not null) and approved_by in ('client', 'system', 'both', 'staff')),
    add constraint milestone_refunded check (case state when 'refunded' then refunded_minor = amount_minor
        when 'split' then refunded_minor > 0 and refunded_minor < amount_minor else refunded_minor is null end),
    add constraint milestone_checklist check (cardinality(checklist) <= 20),
    add constraint milestone_waiver check (char_length(checklist_waiver) between 1 and 500),
    add constraint milestone_dropped check (dropped_at is null or state = 'cancelled'),
    add constraint milestone_split_from foreign key (workspace_id, split_from) references market.milestone (workspace_id, id);
create index milestone_split_from_index on market.milestone (workspace_id, split_from);

alter table market.delivery
    add column checklist text[] not null default '{}',
    add column ticked boolean[] not null default '{}',
    add constraint delivery_checklist check (cardinality(checklist) = cardinality(ticked));

-- How a running contract shall end: what of each funded milestone is released and what goes back.
create table market.termination (
    workspace_id uuid        not null,
    id           uuid        not null,
    contract_id  uuid        not null,
    proposed_by  uuid        not null,
    reason       text        not null,
    state        text        not null,
    proposed_at  timestamptz not null,
    lapses_at    timestamptz not null,
    answered_at  timestamptz,
    primary key (workspace_id, id),
    constraint termination_contract foreign key (workspace_id, contract_id) references market.contract (workspace_id, id),
    constraint termination_member foreign key (workspace_id, proposed_by) references kernel.member (workspace_id, id),
    constraint termination_state check (state in ('proposed', 'agreed', 'replaced', 'called_off', 'lapsed', 'decided')),
    constraint termination_reason check (char_length(reason) between 1 and 500),
    constraint termination_answered check ((state = 'proposed') = (answered_at is null))
);
create unique index termination_once on market.termination (workspace_id, contract_id) where state = 'proposed';
create index termination_of_contract on market.termination (workspace_id, contract_id, proposed_at desc, id desc);
create index termination_member_index on market.termination (workspace_id, proposed_by);
create index termination_lapsing on market.termination (lapses_at) where state = 'proposed';
create table market.termination_part (
    workspace_id   uuid   not null,
    termination_id uuid   not null,
    milestone_id   uuid   not null,
    release_minor  bigint not null,
    refund_minor   bigint not null,
    primary key (workspace_id, termination_id, milestone_id),
    constraint termination_part_of foreign key (workspace_id, termination_id) references market.termination (workspace_id, id),
    constraint termination_part_milestone foreign key (workspace_id, milestone_id) references market.milestone (workspace_id, id),
    constraint termination_part_sums check (release_minor >= 0 and refund_minor >= 0 and release_minor + refund_minor > 0)
);
create index termination_part_milestone_index on market.termination_part (workspace_id, milestone_id);

-- A change of the terms that one side proposes and the other answers; on an offer it is the
-- freelancer's counter-offer. `before` and `after` are the terms as documents, so every version
-- stays readable.
create table market.amendment (
    workspace_id uuid        not null,
    id           uuid        not null,
    contract_id  uuid        not null,
    number       integer     not null,
    kind         text        not null,
    proposed_by  uuid        not null,
    state        text        not null,
    note         text        not null default '',
    before       jsonb       not null,
    after        jsonb       not null,
    answer_note  text,
    proposed_at  timestamptz not null,
    lapses_at    timestamptz not null,
    answered_at  timestamptz,
    version      bigint      not null default 1,
    primary key (workspace_id, id),
    constraint amendment_contract foreign key (workspace_id, contract_id) references market.contract (workspace_id, id),
    constraint amendment_member foreign key (workspace_id, proposed_by) references kernel.member (workspace_id, id),
    constraint amendment_number unique (workspace_id, contract_id, number),
    constraint amendment_kind check (kind in ('amendment', 'counter')),
    constraint amendment_state check (state in ('proposed', 'accepted', 'declined', 'withdrawn', 'lapsed')),
    constraint amendment_note check (char_length(note) <= 2000),
    constraint amendment_answer_note check (char_length(answer_note) between 1 and 500),
    constraint amendment_answered check ((state = 'proposed') = (answered_at is null))
);
create unique index amendment_once on market.amendment (workspace_id, contract_id) where state = 'proposed';
create index amendment_member_index on market.amendment (workspace_id, proposed_by);
create index amendment_lapsing on market.amendment (lapses_at) where state = 'proposed';

-- Work in progress, shown for feedback without starting the client's clock; it may ask that a part
-- of the milestone be split off and paid now.
create table market.share (
    workspace_id  uuid        not null,
    id            uuid        not null,
    milestone_id  uuid        not null,
    number        integer     not null,
    message       text        not null,
    links         text[]      not null default '{}',
    shared_at     timestamptz not null,
    feedback      text,
    feedback_at   timestamptz,
    part_title    text,
    part_minor    bigint,
    part_state    text,
    part_id       uuid,
    version       bigint      not null default 1,
    primary key (workspace_id, id),
    constraint share_milestone foreign key (workspace_id, milestone_id) references market.milestone (workspace_id, id),
    constraint share_part foreign key (workspace_id, part_id) references market.milestone (workspace_id, id),
    constraint share_number_unique unique (workspace_id, milestone_id, number),
    constraint share_message check (char_length(message) between 1 and 10000),
    constraint share_links check (cardinality(links) <= 20),
    constraint share_feedback check ((feedback is null) = (feedback_at is null) and char_length(feedback) between 1 and 5000),
    constraint share_part_asked check ((part_minor is null) = (part_title is null) and (part_minor is null) = (part_state is null)
        and part_minor > 0 and char_length(part_title) between 1 and 120),
    constraint share_part_state check (part_state in ('proposed', 'approved', 'declined', 'fallen')),
    constraint share_part_made check ((part_state is not distinct from 'approved') = (part_id is not null))
);
create index share_part_index on market.share (workspace_id, part_id);
create unique index share_part_once on market.share (workspace_id, milestone_id) where part_state = 'proposed';

do $$ declare t text; begin
    foreach t in array array['termination', 'termination_part', 'amendment', 'share'] loop
        perform kernel.protect(('market.' || t)::regclass);
        execute format('grant select, insert on market.%I to guildhall_app, guildhall_system', t);
    end loop;
end $$;
grant update on market.termination, market.amendment, market.share to guildhall_app, guildhall_system;

do $$ declare p text; begin
    foreach p in array array['contract.pause', 'contract.resume', 'contract.terminate', 'contract.accept_termination',
        'contract.decline_termination', 'amendment.propose', 'amendment.accept', 'amendment.decline', 'amendment.withdraw'] loop
        perform kernel.grant_to_role('client', p, '{client}');
        perform kernel.grant_to_role('freelancer', p, '{freelancer}');
    end loop;
    perform kernel.grant_to_role('freelancer', 'offer.counter', '{freelancer}');
    perform kernel.grant_to_role('freelancer', 'delivery.share', '{freelancer}');
    perform kernel.grant_to_role('client', 'delivery.feedback', '{client}');
    perform kernel.grant_to_role('client', 'delivery.approve_part', '{client}');
    perform kernel.grant_to_role('owner', 'contract.decide', '{any}');
    perform kernel.grant_to_role('admin', 'contract.decide', '{any}');
end $$;
