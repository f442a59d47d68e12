# Errors
error-day-past = This day has already gone by.
error-deadline-past = This day has already gone by.
error-project-not-paused = This project is not paused.
error-nobody-hired = Nobody has been hired for this project yet. Cancel it if you do not want to hire.
error-offer-open = An offer still waits for its answer. Take it back or wait before you end hiring.
error-project-not-ended = Only a project that is completed or cancelled can be put away.
error-project-archived = This project has already been put away.
error-invitation-exists = You have already invited this person to this project.
error-invitation-answered = This invitation has already been answered.
error-unknown-freelancer = Choose a freelancer of this workspace.
error-answer-required = The client asks for an answer to this question.
error-unknown-question = The project asks no such question.
error-answered-twice = This question is answered twice.
error-compare-count = Choose two to five proposals.

# Wishes, questions, files
market-yes = Yes
market-no = No
market-wishes = Wishes
market-deadline = Wanted by
market-deadline-hint = The day by which the work should be done. Leave it empty if there is none.
market-country = Country
market-time-zone = Time zone
market-client-rating = Client’s rating
market-time-zone-shared = Working hours in common with
market-overlap-hours = Hours in common
market-overlap-told = { $n ->
    [one] { $n } working hour in common
   *[other] { $n } working hours in common
}
market-overlap-chip = { $n ->
    [one] { $n } hour with { $zone }
   *[other] { $n } hours with { $zone }
}
market-nda = Non-disclosure agreement
market-nda-asked = Asked for
market-nda-hint = You will ask the freelancer to sign one before work begins.
market-questions = Questions to freelancers
market-questions-hint = Up to ten. Every proposal shows its answers beside them.
market-question-n = Question { $n }
market-question-required = Must be answered
market-files = Files
market-files-add = Add files
market-files-hint = Up to five at once and ten in all, 25 MB each.
market-files-remove = Remove
market-preview = What freelancers will read
market-preview-text = This is how the project looks once it is published.
market-draft-kept = We kept what you wrote
market-draft-kept-text = The form is filled with what you had not sent yet.
market-draft-discard = Start with an empty form

# States
market-project-state-paused = Paused
market-project-state-archived = Put away
market-pause = Pause
market-resume = Take proposals again
market-archive = Put away
market-close-hiring = End hiring
market-close-hiring-title = End hiring for this project?
market-close-hiring-text = { $n } of { $all } positions are filled. Everyone whose proposal still waits is told that hiring has ended. You can reopen the free positions later.
market-reopen-position = Reopen the free positions
market-stands-paused = It is paused and takes no proposals. What was sent stays.
market-stands-hiring-ended = You ended hiring; the work goes on in the contracts.
market-stands-invited = The client invited you to propose.
market-did-project-paused = Paused the project
market-did-project-resumed = Took proposals again
market-did-project-hiring-closed = Ended hiring
market-did-project-archived = Put the project away
market-did-project-invited = Invited { $person }
market-did-project-files = Changed the files
market-did-proposal-files = Changed the files
market-field-country = Country
market-field-time-zone = Time zone
market-field-overlap-hours = Hours in common
market-field-deadline = Wanted by
market-field-questions = Questions
market-field-questions-required = Must be answered
market-field-nda = Non-disclosure agreement

# Invitations
market-invitations = Invitations
market-invitations-none = You have not invited anyone. Invited freelancers see the project whoever else may find it.
market-invitation-invited = Waiting for an answer
market-invitation-proposed = Sent a proposal
market-invitation-declined = Declined
market-invitation-decline = Decline the invitation
market-find-freelancers = Find freelancers to invite
market-invite = Send invitation
market-invite-title = Invite { $person } to a project
market-invite-lead = They are told at once and see the project, also when it is by invitation.
market-invite-message = A word to them
market-invite-message-hint = Why you thought of them.
market-invite-none = No open project to invite to
market-invite-none-text = Publish a project first, or choose someone you have not invited yet.
market-invite-to-project = Invite to a project

# Search
market-skills-match = Skills
market-skills-all = All of them
market-skills-any = Any of them
market-sort-relevance = Best match first
market-sort-budget-low = Lowest budget first
market-sort-deadline = Wanted soonest first

# Proposals
market-answers = Answers
market-available-from = Can begin on
market-available-told = from { $day }
market-weekly-hours = Hours a week
market-hours-told = { $n ->
    [one] { $n } hour a week
   *[other] { $n } hours a week
}
market-availability = Availability
market-proposal-files-later = You can add files once the proposal is sent, as long as it is not shortlisted.
market-sort-quickest = Shortest duration first
market-sort-rating = Best rating first
market-viewed-filter = Opened by you
market-viewed-yes = Opened
market-viewed-not = Not opened yet
market-bid-most = Bid up to

# How someone's work went
market-work = Work on this platform
market-success = Success
market-success-told = { $n } percent of ended contracts
market-success-none = Told from three ended contracts on
market-completed = Completed contracts
market-answer-time = Answers offers within
market-answer-told = { $n ->
    [one] about { $n } hour
   *[other] about { $n } hours
}
market-answer-none = Told from three answered offers on
market-standing-hint = Counted from contracts and published reviews. Success is the share of ended contracts that were completed without a review below three stars.
market-history-none = No completed contracts yet.
market-history-ended = Completed
market-history-private = Private project
market-badge-top-rated = Top rated
market-badge-reliable = Reliable

# Notices
notice-project-invitation-title = You are invited to propose
notice-project-invitation-body = { $person } invites you to propose for “{ $project }”. { $message }
notice-invitation-declined-title = An invitation was declined
notice-invitation-declined-body = { $person } does not want to propose for “{ $project }”.
notice-project-paused-title = A project was paused
notice-project-paused-body = “{ $project }” takes no proposals for now. Yours stays with the client.
notice-project-resumed-title = A project goes on
notice-project-resumed-body = “{ $project }” takes proposals again. Yours is still with the client.
work-waiting-invitation = { $person } invites you to propose for “{ $title }”
