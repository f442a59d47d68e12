# Sections
market-nav-dashboard = Dashboard
market-nav-dashboard-short = Home
market-nav-projects = Projects
market-nav-my-projects = My projects
market-nav-my-projects-short = Mine
market-nav-proposals-short = Proposals
market-nav-proposals = My proposals
market-nav-contracts = Contracts
market-nav-freelancers = Freelancers
market-nav-wallet = Wallet

# Errors
error-project-not-draft = This project has already been published.
error-project-not-open = This project is not taking proposals or offers now.
error-project-not-editable = The terms of this project can no longer be changed.
error-project-not-expired = Only a project that has expired or whose hiring has ended can be reopened.
error-project-ended = This project is past the point where it could be cancelled.
error-project-has-contract = This project has an open offer or a running contract. Take the offer back or end the contract first.
error-positions-filled = Every position is filled or has an open offer. Take an offer back or raise the number of positions.
error-positions-below-hired = More people than that are already hired or have an open offer.
error-min-above-max = The lowest budget is above the highest one.
error-currency-mismatch = This amount is in another currency than the rest.
error-currency-not-accepted = This workspace works in another currency.
error-unknown-category = Choose one of the categories of this workspace.
error-own-project = This is your own project; you cannot bid on it.
error-already-proposed = You already have a proposal on this project. Change or withdraw that one.
error-milestones-do-not-sum = The parts do not add up to the bid.
error-proposal-not-editable = This proposal was already taken up by the client and can no longer be changed.
error-proposal-not-open = This proposal is no longer waiting for a decision.
error-proposal-not-offerable = An offer can only be made on a proposal that still waits.
error-offer-exists = There is already an offer or a contract on this proposal.
error-offer-not-open = This offer was already answered, taken back or has lapsed.

# General
market-back = Back
market-all = All
market-any = Any
market-you = You
market-the-system = Guildhall
market-edit = Edit
market-next = Next
market-money = Money
market-total = Total
market-terms = Terms
market-state = State
market-by-state = By state
market-title = Title
market-project = Project
market-client = Client
market-freelancer = Freelancer
market-freelancers = Freelancers
market-amount = Amount
market-list-comma = {", "}
market-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
market-more-than = more than { $n }
market-timeline = What happened
market-timeline-empty = Nothing has happened here yet.
market-save-changes = Save changes
market-load-anew = Load the newest version

# Fees
market-quote-amount = Agreed amount
market-quote-client-fee = Client fee
market-quote-client-total = Client pays in all
market-quote-payee-fee = Platform fee
market-quote-payee-net = Freelancer receives

# Projects: lists
market-projects = Projects
market-projects-lead = Work that people are looking for help with.
market-my-projects = My projects
market-new-project = New project
market-search = Words
market-category = Category
market-level = Experience
market-skills = Skills
market-skills-filter = Skills, with commas
market-budget = Budget
market-budget-from = Budget from
market-budget-to = Budget up to
market-from-sum = from { $sum }
market-to-sum = up to { $sum }
market-filter = Filter
market-projects-none = No open projects
market-projects-none-text = When someone publishes a project, it appears here.
market-projects-none-found = Nothing fits these filters
market-projects-none-found-text = Take a filter away or use other words.
market-search-instead = Showing results for { $words }
market-search-none-for = Nothing was found for “{ $words }”.
market-narrow-by-skill = Narrow by skill
market-mine-none = You have not written a project yet
market-mine-none-text = Describe what you need done; freelancers send you proposals.
market-mine-none-state = None of your projects is in this state
market-mine-none-state-text = Look at all of them instead.
market-proposals = Proposals
market-hired = Hired
market-written = Written
market-published = Published
market-you-proposed = You have sent a proposal
market-bids-range = { $n ->
    [one] { $n } proposal at { $least }
   *[other] { $n } proposals, { $least } to { $most }
}
market-project-state-draft = Draft
market-project-state-open = Open
market-project-state-expired = Expired
market-project-state-in-progress = In progress
market-project-state-completed = Completed
market-project-state-cancelled = Cancelled
market-level-entry = Entry
market-level-intermediate = Intermediate
market-level-expert = Expert
market-visibility = Who can find it
market-visibility-public = Everyone
market-visibility-public-hint = Anyone can read it, also without an account.
market-visibility-members = Members
market-visibility-members-hint = Only signed-in members of this workspace can read it.
market-visibility-invite-only = By invitation
market-visibility-invite-only-hint = It is in no list; only you and the freelancers you invite can open it.

# Projects: forms and room
market-new-project-lead = Only you see it until you publish. The text can stay short for now and grow later.
market-edit-project = Edit project
market-edit-project-lead = Once there are proposals, every change is kept and their authors are told.
market-save-draft = Save draft
market-description = Description
market-description-hint = What should be there at the end? What exists already? Markdown works.
market-description-missing = There is no description yet. Add one before you publish.
market-skills-hint = Separate them with commas, up to 15.
market-budget-min = Lowest budget
market-budget-max = Highest budget
market-duration = Duration
market-duration-days = Duration in days
market-positions = Positions
market-positions-filled = { $n } of { $all }
market-expires = Expires
market-publish = Publish
market-publish-title = Publish this project?
market-publish-text = Freelancers can read it and send you proposals from now on. Without activity it expires after 30 days.
market-cancel-project = Cancel project
market-cancel-title = Cancel this project?
market-cancel-text = { $n ->
    [0] There are no proposals on it.
    [one] The author of { $n } proposal is told that hiring has ended.
   *[other] The authors of { $n } proposals are told that hiring has ended.
}
market-cancel-final = A cancelled project cannot be opened again. You can write a new one.
market-reopen = Reopen for 30 days
market-read-proposals = Read proposals
market-propose = Write a proposal
market-propose-again = Propose again
market-open-proposal = Open your proposal
market-open-contract = Open contract
market-open-offer = Open offer
market-contract-with = Contract with
market-sign-in-to-propose = Sign in to propose
market-join = New here? Join this workspace.
market-revisions = Changes since the first proposal
market-revisions-text = Everyone with a proposal was told of each of them.
market-field-title = Title
market-field-description = Description
market-field-category = Category
market-field-skills = Skills
market-field-budget-min = Lowest budget
market-field-budget-max = Highest budget
market-field-duration-days = Duration in days
market-field-level = Experience
market-field-positions = Positions
market-field-visibility = Who can find it
market-stands-draft = Only you see this draft. Publish it to receive proposals.
market-stands-waiting = It is published and waits for the first proposal.
market-stands-proposals = { $n ->
    [one] { $n } proposal is here. Read it and make an offer.
   *[other] { $n } proposals are here. Compare them and make an offer.
}
market-stands-open = This project is taking proposals.
market-stands-expired = It expired after 30 days without activity. Reopen it to receive proposals again.
market-stands-in-progress = All positions are filled; the work goes on in the contract.
market-stands-completed = All work is done.
market-stands-cancelled = This project was cancelled.
market-stands-closed = This project is not taking proposals any more.

# Proposals
market-my-proposals = My proposals
market-find-projects = Find projects
market-own-none = You have not sent a proposal yet
market-own-none-text = Find a project that suits you and say how you would do it.
market-inbox-none = No proposals yet
market-inbox-none-text = We tell you as soon as the first one arrives.
market-inbox-none-state = No proposal is in this state
market-inbox-none-state-text = Look at all of them instead.
market-to-project = To the project
market-sent = Sent
market-sort = Order
market-sort-act = Sort
market-sort-newest = Newest first
market-sort-lowest = Lowest bid first
market-sort-highest = Highest bid first
market-sort-budget = Highest budget first
market-bid = Bid
market-brief = What the client is looking for
market-parts-sum = The parts come to
market-parts-fit = They fit.
market-bid-hint = The whole amount; the parts below add up to it.
market-plan = Plan
market-plan-hint = Split the work into parts that are funded and delivered one by one. Leave rows empty that you do not need.
market-part-n = Part { $n }
market-part-title = What is delivered
market-due-days = Days
market-cover-letter = Letter
market-cover-letter-hint = Why you, and how you would do it. Only the client reads it.
market-propose-lead = For “{ $project }”. Other freelancers never see your bid or letter.
market-check-sums = Continue: check the sums
market-review-proposal = Send this proposal?
market-review-proposal-text = { $person } can read it and make you an offer. You can change it until it is shortlisted.
market-send-proposal-sum = Send proposal · { $amount }
market-change-it = Change it
market-client-pays = The client pays { $amount } in all.
market-freelancer-gets = The freelancer receives { $amount } after the platform fee.
market-edit-proposal = Edit proposal
market-proposal-by = Proposal by { $person }
market-proposal-state-submitted = Sent
market-proposal-state-shortlisted = Shortlisted
market-proposal-state-declined = Declined
market-proposal-state-withdrawn = Withdrawn
market-proposal-state-closed = Closed
market-proposal-state-offered = Offer made
market-proposal-state-hired = Hired
market-proposal-stands-submitted = Your proposal is with the client. You can still change it.
market-proposal-stands-shortlisted = The client is considering your proposal.
market-proposal-stands-declined = The client decided against this proposal.
market-proposal-stands-withdrawn = You took this proposal back.
market-proposal-stands-closed = Hiring for this project has ended.
market-proposal-stands-offered = The client made you an offer. Read it and answer.
market-proposal-stands-hired = You are hired. The work goes on in the contract.
market-proposal-client-submitted = This proposal waits for your decision.
market-proposal-client-shortlisted = You are considering this proposal.
market-proposal-client-declined = You decided against this proposal.
market-proposal-client-withdrawn = The freelancer took this proposal back.
market-proposal-closed-open-again = This proposal is closed; the project is taking proposals again.
market-viewed = Opened by the client
market-note = Private note
market-note-hint = Only you see it.
market-note-keep = Keep the note
market-proposal-client-closed = Hiring ended before you decided about it.
market-proposal-client-offered = Your offer waits for the freelancer’s answer.
market-proposal-client-hired = Hired. The work goes on in the contract.
market-shortlist = Shortlist
market-unshortlist = Remove from shortlist
market-answer-offer = Answer the offer
market-withdraw = Withdraw
market-withdraw-title = Withdraw this proposal?
market-withdraw-text = { $person } is told. While the project is open you can send a new one.
market-decline = Decline
market-decline-title = Decline this proposal?
market-decline-text = { $person } is told and can no longer be hired through this proposal.
market-decline-final = A declined proposal cannot be taken up again.
market-decline-reason = Reason
market-decline-reason-hint = The freelancer reads it.
market-compare = Compare
market-compare-tick = Tick two to five to compare them.
market-compare-title = Compare proposals
market-compare-count = Choose two to five proposals
market-compare-count-text = Tick them in the list and compare again.
market-rating = Rating
market-no-reviews = No reviews yet
market-matching-skills = Matching skills
market-matching = { $n } of { $all }

# Offers
market-make-offer = Make an offer
market-offer-title = Make this offer?
market-offer-text = { $n ->
    [one] { $person } has { $n } day to accept. Nothing is charged now: you fund each part when work on it should begin.
   *[other] { $person } has { $n } days to accept. Nothing is charged now: you fund each part when work on it should begin.
}
market-offer-message = Message
market-offer-message-hint = It becomes part of the terms.
market-offer-checklist = Checklist for “{ $milestone }”
market-offer-revisions = Rounds of changes per part
market-send-offer-sum = Send offer · { $amount }
market-retract-offer = Take the offer back
market-retract-title = Take this offer back?
market-retract-text = The freelancer can no longer accept it. The proposal stays on your shortlist.

# Timeline
market-did-project-created = Wrote the draft
market-did-project-published = Published the project
market-did-project-edited = { $n ->
    [one] Changed { $n } term
   *[other] Changed { $n } terms
}
market-did-project-cancelled = Cancelled the project
market-did-project-reopened = Reopened the project
market-did-project-expired = The project expired
market-did-project-filled = All positions are filled
market-did-project-position-free = A position is free again
market-did-project-completed = The project is completed
market-did-proposal-submitted = Sent a proposal of { $amount }
market-did-proposal-edited = Changed the proposal, now { $amount }
market-did-proposal-withdrawn = Withdrew the proposal
market-did-proposal-shortlisted = Shortlisted the proposal
market-did-proposal-unshortlisted = Took the proposal off the shortlist
market-did-proposal-declined = Declined the proposal
market-did-offer-sent = Made an offer of { $amount }
market-did-offer-retracted = Took the offer back

# Notices
notice-project-edited-title = A project you bid on has changed
notice-project-edited-body = The terms of “{ $project }” have changed. Look at the changes; you can revise or withdraw your proposal.
notice-project-cancelled-title = A project was cancelled
notice-project-cancelled-body = “{ $project }” was cancelled by its client. Your proposal is closed.
notice-project-expiring-title = Your project expires soon
notice-project-expiring-body = { $n ->
    [one] “{ $project }” expires in { $n } day unless something happens on it.
   *[other] “{ $project }” expires in { $n } days unless something happens on it.
}
notice-project-expired-title = Your project has expired
notice-project-expired-body = “{ $project }” expired after 30 days without activity. You can reopen it.
notice-project-position-free-title = A position is free again
notice-project-position-free-body = A contract of “{ $project }” has ended. Look at the project to fill its position anew, or leave it as it is.
notice-proposal-closed-title = Hiring has ended
notice-proposal-closed-body = Hiring for “{ $project }” has ended. Your proposal is closed.
notice-proposal-received-title = New proposal
notice-proposal-received-body = { $person } proposes to do “{ $project }” for { $amount }.
notice-proposal-withdrawn-title = A proposal was withdrawn
notice-proposal-withdrawn-body = { $person } took back the proposal for “{ $project }”.
notice-proposal-shortlisted-title = You are on the shortlist
notice-proposal-shortlisted-body = The client of “{ $project }” is considering your proposal.
notice-proposal-declined-title = Your proposal was declined
notice-proposal-declined-body = The client of “{ $project }” decided against your proposal. { $reason }
notice-offer-received-title = You have an offer
notice-offer-received-body = { $n ->
    [one] { $person } offers you “{ $project }” for { $amount }. You have { $n } day to answer.
   *[other] { $person } offers you “{ $project }” for { $amount }. You have { $n } days to answer.
}
notice-offer-retracted-title = An offer was taken back
notice-offer-retracted-body = The offer of { $amount } for “{ $project }” was taken back. Your proposal stays shortlisted.
market-payment-verified = Payment verified
