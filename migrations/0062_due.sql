-- Each second the sweeper asks for the earliest instant at which something is due. These two were
-- answered by reading all submitted milestones, and all open projects that were warned already.
drop index market.milestone_reviewing;
create index milestone_reviewing on market.milestone (reminders, review_until) where state = 'submitted';
create index project_unwarned on market.project (expires_at) where state = 'open' and expiry_warned_at is null;
-- The sweeper asks by this number, so it is one of these.
alter table market.milestone add constraint milestone_reminders_count check (reminders between 0 and 3);
