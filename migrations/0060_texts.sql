-- What the API promises of texts and numbers holds for the database as well: lengths, blanks, the
-- parts of lists. Whoever writes past the program is refused by the name of the rule. What stands there
-- already is looked through in 0061, table by table: here each lock is held until the last one.
create function kernel.texts_within(p_texts text[], p_least integer, p_most integer) returns boolean
language sql immutable set search_path = pg_catalog as $$
    select coalesce(bool_and(char_length(t) between p_least and p_most), true) from unnest(p_texts) t
$$;
revoke execute on function kernel.texts_within from public;
grant execute on function kernel.texts_within to guildhall_app, guildhall_system, guildhall_ledger;

alter table identity.account add constraint account_email_length check (char_length(email) <= 254 and char_length(email_canonical) <= 254) not valid;
-- An erased person's invitations keep a dash.
alter table identity.invitation add constraint invitation_email_length check ((email = '—' or char_length(email) between 3 and 254) and char_length(email_canonical) <= 254) not valid;

alter table people.profile
    add constraint profile_skill_lengths check (kernel.texts_within(skills, 1, 40)) not valid,
    add constraint profile_language_lengths check (kernel.texts_within(languages, 1, 40)) not valid,
    add constraint profile_time_zone_shape check (time_zone ~ '^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$') not valid;

alter table market.project
    add constraint project_title_given check (title ~ '\S') not valid,
    add constraint project_skill_lengths check (kernel.texts_within(skills, 1, 40)) not valid,
    -- The type of each question's text is asked for; what is missing has none.
    add constraint project_question_texts check (not jsonb_path_exists(questions, '$[*] ? (!(@.text.type() == "string"))')) not valid;
alter table market.proposal
    add constraint proposal_decline_reason check (char_length(decline_reason) between 1 and 1000) not valid,
    add constraint proposal_letter_given check (cover_letter ~ '\S') not valid;
alter table market.contract
    add constraint contract_title_length check (char_length(title) <= 120) not valid,
    add constraint contract_end_reason check (char_length(end_reason) <= 500) not valid,
    add constraint contract_revisions check (revisions between 0 and 10) not valid;
alter table market.milestone
    add constraint milestone_title_length check (char_length(title) <= 120) not valid,
    add constraint milestone_amount_most check (amount_minor <= 1000000000000) not valid,
    add constraint milestone_due_days check (due_days between 1 and 730) not valid;
alter table market.proposal_milestone
    add constraint proposal_milestone_amount_most check (amount_minor <= 1000000000000) not valid,
    add constraint proposal_milestone_title_given check (title ~ '\S') not valid;
alter table market.delivery
    add constraint delivery_message_given check (message ~ '\S') not valid,
    add constraint delivery_link_lengths check (kernel.texts_within(links, 1, 2000)) not valid;
alter table market.bonus add constraint bonus_note check (char_length(note) between 1 and 500) not valid;
alter table market.review add constraint review_body_given check (body ~ '\S') not valid;

alter table ledger.fee_schedule
    add constraint fee_schedule_note check (char_length(note) <= 300) not valid;
alter table ledger.bank_receipt add constraint bank_receipt_note check (char_length(note) <= 500) not valid;
alter table ledger.bank_transfer_setting
    add constraint bank_transfer_setting_bank check (char_length(bank) <= 140) not valid,
    add constraint bank_transfer_setting_note check (char_length(note) <= 500) not valid;
alter table ledger.payout add constraint payout_review_note check (char_length(review_note) <= 500) not valid;
alter table ledger.fee_schedule add constraint fee_schedule_points_most check (payee_basis_points <= 5000 and client_basis_points <= 5000) not valid;
alter table ledger.fee_rule add constraint fee_rule_points_most check (basis_points <= 5000) not valid;
