# The work: contracts, milestones, deliveries, sign-off, reviews, the start page.

# Contracts
work-contracts-title = Contracts
work-contracts-views = Which contracts
work-contracts-all = All
work-contracts-open = Open
work-contracts-ended = Ended
work-contracts-none = No contracts yet
work-contracts-none-text = A contract begins when a client offers and a freelancer accepts. Post a project, or find one and send a proposal.
work-contracts-none-here = Nothing in this view
work-contracts-none-here-text = You have contracts, but none in this state.
work-column-contract = Contract
work-column-other = With
work-column-state = State
work-column-milestones = Milestones
work-column-total = Total
work-column-held = Held in escrow
work-milestones-of = { $done } of { $all } approved
work-role-client = Client
work-role-freelancer = Freelancer
work-post-project = Post a project
work-find-projects = Find projects
work-contract-offered = Offered
work-contract-declined = Declined
work-contract-retracted = Retracted
work-contract-expired = Expired
work-contract-accepted = Accepted
work-contract-cancelled = Cancelled
work-contract-active = Active
work-contract-closing = Closing
work-contract-completed = Completed

# Where a contract stands
work-stands-offered = The offer waits for the freelancer’s answer.
work-stands-declined = The freelancer declined this offer.
work-stands-retracted = The client took this offer back.
work-stands-expired = Nobody answered this offer in time.
work-stands-cancelled = This contract was cancelled before any money was held.
work-stands-unfunded = The next milestone waits for its funding.
work-stands-funded = The money is held in escrow. Work is under way.
work-stands-submitted = A delivery waits for the client’s verdict.
work-stands-changes = The client asked for changes. A new version is expected.
work-stands-closing = Everything is approved. Both sides sign off; silence counts as yes.
work-stands-reviewing = The work is done. Both sides may review each other.
work-stands-completed = This contract is complete.
work-both = Both parties
work-nobody = Nobody; this has ended
work-step-offer = Offer
work-step-fund = Funding
work-step-work = Work
work-step-sign-off = Sign-off
work-step-review = Review
work-with = With { $person }
work-agreement = What was agreed
work-terms = Terms
work-offered-on = Offered
work-accepted-on = Accepted
work-ended-on = Ended
work-end-reason = The reason given
work-revisions = Rounds of changes for each milestone
work-fee = Platform fee
work-fee-percent = { $percent } % of released money
work-fee-differs = As told with each milestone: the schedule changed in between
work-their-reviews = Reviews
work-chain = Where this came from
work-chain-project = The project
work-chain-proposal = The proposal
work-chain-wallet = Your wallet
work-back-to-contract = Back to the contract
work-do-not-start = Do not start yet
work-do-not-start-text = No milestone is funded. Start when the money is held in escrow; only funded work is protected.
work-fund-first = Fund a milestone to begin
work-fund-first-text = The freelancer starts when the money for a milestone is held in escrow.
work-act-answer = Answer the offer
work-act-decline = Decline the offer
work-act-retract = Take the offer back
work-act-cancel = Cancel the contract
work-act-fund = Fund the next milestone
work-act-deliver = Deliver work
work-act-approve = Look at the delivery
work-act-changes = Ask for changes
work-act-sign-off = Sign off
work-act-review = Write a review

# Answering an offer
work-accept-title = Accept this offer
work-accept-act = Accept · you receive { $amount }
work-accept-body = You agree with { $person } to do “{ $contract }” on the terms below.
work-accept-hint = Accepting signs the contract. Start work only when a milestone is funded.
work-decline-title = Decline this offer
work-decline-act = Decline the offer
work-decline-body = You decline “{ $contract }”. Your proposal is withdrawn with it.
work-decline-final = This cannot be taken back. The client may make you a new offer only after a new proposal.
work-decline-reason = Why you decline
work-decline-reason-hint = The client reads this. Up to 500 characters.
work-cancel-title = Cancel this contract
work-cancel-act = Cancel the contract
work-cancel-body = You end “{ $contract }” before any milestone is funded. No money moves.
work-cancel-final = A cancelled contract stays cancelled. The position on the project becomes free again.
work-cancel-reason = Why you cancel
work-cancel-reason-hint = The other party reads this. Up to 500 characters.

# Money lines
work-line-amount = Amount
work-line-fee = Platform fee
work-line-refunded = Went back to the client
work-line-client-fee = Fee for you as the client
work-line-you-receive = The freelancer receives
work-line-agreed = Agreed
work-line-yours = You receive
work-line-net-to = Goes to the freelancer
work-line-from-escrow = Released from escrow
work-line-into-escrow = Held in escrow until you approve
work-line-you-pay = You pay now

# Milestones
work-milestones = Milestones
work-milestone-agreed = Not funded
work-milestone-funded = Funded
work-milestone-submitted = Delivered
work-milestone-changes-requested = Changes asked
work-milestone-approved = Approved and released
work-milestone-cancelled = Cancelled
work-review-until = Approved by itself unless answered:
work-approved-on = Approved
work-approved-by-system = Approved after silence
work-kept-files = Files sent before
work-kept-files-hint = They stay with the form. Untick what you do not want to hand over.
work-due = Due
work-due-days = { $n ->
    [one] Due { $n } day after funding
   *[other] Due { $n } days after funding
}

# Funding
work-fund-title = Fund milestone { $n }
work-fund-act = Fund milestone { $n } · { $amount }
work-fund-body = The money for “{ $contract }” is held in escrow. { $person } receives it only when you approve the work, or when you leave a delivery unanswered for 14 days.
work-fund-hint = Nobody can use held money for anything else.
work-fund-method = Pay with
work-fund-other-card = Use another card
work-fund-add-card = Add a card first
work-fund-refresh = Look again
work-fund-confirm = Your bank asks you to confirm this payment
work-fund-confirm-text = The milestone is funded as soon as you confirm. Nothing is charged before.
work-fund-confirm-act = Confirm the payment
work-fund-processing = The payment is being processed
work-fund-processing-text = We tell you as soon as it is done. You do not need to pay again.
work-fund-ended = This payment did not go through
work-fund-by-transfer = Pay by bank transfer instead
work-fund-awaited = Waiting for your bank transfer
work-fund-awaited-text = The milestone is funded once the transfer has been seen at the bank and confirmed by two people.
work-fund-awaited-act = Bank details and reference
work-fund-ended-text = Nothing is held. Try again with the same card or another one.
work-fund-not-open = This milestone cannot be funded now
work-fund-not-open-text = The contract has to be accepted first, and must not have ended.

# Deliveries
work-deliver-title = Deliver “{ $milestone }”
work-deliver-lead = { $n ->
    [one] { $person } then has { $n } day to approve or to ask for changes. Without an answer the work counts as approved.
   *[other] { $person } then has { $n } days to approve or to ask for changes. Without an answer the work counts as approved.
}
work-deliver-message = What you deliver
work-deliver-message-hint = Say what is done and how to look at it. You may use Markdown.
work-deliver-link = Link { $n }
work-deliver-files = Files
work-deliver-files-hint = Up to 5 files of 25 MB each.
work-deliver-act = Deliver
work-delivery-version = Version { $n }
work-changes-asked = Changes asked
work-approve-title = Approve “{ $milestone }”
work-approve-act = Approve and release { $amount }
work-approve-body = You approve version { $n }. The money leaves escrow and goes to { $person }.
work-approve-or-changes = Not ready? Ask for changes instead.
work-approve-final = Released money cannot be called back.
work-changes-title = Ask for changes to “{ $milestone }”
work-changes-lead = { $n ->
    [0] No agreed round of changes is left.
    [one] { $n } agreed round of changes is left, this one included. The clock stands until the next version.
   *[other] { $n } agreed rounds of changes are left, this one included. The clock stands until the next version.
}
work-changes-field = What has to change
work-changes-hint = Name each point, so that the next version can answer it.
work-changes-act = Send back with these points
work-changes-used-up = All agreed rounds are used
work-changes-used-up-text = Approve the work, or propose more rounds as a change of the terms.

# Sign-off
work-close-title = Close this contract
work-close-act = Ask to close
work-close-body = Nothing is held for “{ $contract }” any more. You and { $person } are both asked to sign off; then the contract is complete and you may review each other.
work-close-unfunded = What was never funded falls away:
work-sign-off-title = Sign off this contract
work-sign-off-act = Sign off
work-sign-off-body = You confirm that “{ $contract }” with { $person } is done.
work-sign-off-hint = When both sides have signed off, or after 7 days of silence, the contract is complete and you may review each other.
work-sign-off-final = A sign-off stays.

# Reviews
work-reviews = Reviews
work-reviews-none = Nobody wrote a review in time.
work-reviews-hidden = Reviews stay hidden until both sides have written theirs, or until the 14 days are over.
work-review-title = Review { $person }
work-review-lead = How was “{ $contract }”?
work-review-blind = Neither side sees the other’s review first
work-review-blind-text = Both become visible together: when both are in, or when 14 days have passed.
work-review-body = Your review
work-review-body-hint = Others read this on the profile.
work-review-note = Private note
work-review-note-hint = Only the platform reads this.
work-review-your-note = Your private note
work-review-act = Send the review
work-review-save = Save the review
work-review-edit = Correct your review
work-review-edit-title = Correct your review of { $person }
work-review-edit-lead = You may correct it within 24 hours, as long as it is hidden.
work-review-verified = Verified contract
work-review-private-project = Private project
work-criterion-quality = Quality
work-criterion-communication = Communication
work-criterion-timeliness = Timeliness
work-criterion-value = Value
work-band-under-500 = under 500 { $currency }
work-band-500-to-5000 = 500 to 5,000 { $currency }
work-band-over-5000 = over 5,000 { $currency }
work-reviews-of = Reviews of { $person }
work-reviews-of-none = No reviews yet
work-reviews-of-none-text = Reviews appear here after completed contracts.
work-reviews-all = See all { $n } reviews

# Start page
work-dashboard = Start
work-dashboard-title = Hello, { $person }
work-dashboard-empty = Nothing to do here yet
work-dashboard-empty-text = When something concerns you, it appears on this page.
work-notices = Notices
work-waiting = Waiting for you
work-waiting-none = Nothing waits for you
work-waiting-none-text = You are up to date. Offers, deliveries and deadlines appear here.
work-first = This is how one begins here.
work-first-project = Describe your project
work-first-project-text = It stays yours alone until you publish it.
work-first-people = Look at freelancers
work-first-people-text = Invite those who fit, or let them find you.
work-first-card = Add a way to pay
work-first-card-text = Money for a milestone is held in escrow and goes out when you approve the work.
work-first-profile = Write your profile
work-first-profile-text = Clients read it beside your proposals.
work-first-find = Find a project
work-first-find-text = Propose what you would do, in parts, and for how much.
work-first-bank = Add your bank account
work-first-bank-text = So that what you earn can be paid out.
work-waiting-answer = Answer { $person }’s offer “{ $title }”
work-waiting-change = Answer the change of terms that { $person } proposes for “{ $title }”
work-waiting-end = Answer how { $person } proposes to end “{ $title }”
work-waiting-judge = Look at { $person }’s delivery for “{ $title }”
work-waiting-deliver = Deliver “{ $title }” to { $person }
work-waiting-fund = Fund “{ $title }” so that { $person } can start
work-waiting-sign-off = Sign off “{ $title }” with { $person }
work-waiting-review = Review { $person } for “{ $title }”
work-waiting-publish = Finish and publish “{ $title }”
work-waiting-proposals = { $n ->
    [one] Read { $n } new proposal for “{ $title }”
   *[other] Read { $n } new proposals for “{ $title }”
}
work-waiting-decide = Decide what becomes of “{ $title }”
work-waiting-payouts = { $n ->
    [one] Review { $n } payout
   *[other] Review { $n } payouts
}
work-waiting-receipts = { $n ->
    [one] Confirm { $n } bank receipt
   *[other] Confirm { $n } bank receipts
}
work-figures = Your money and work
work-figure-held = Held for your projects
work-figure-secured = Secured for your work
work-figure-secured-note = Held in escrow; released when the client approves
work-figure-pending = Earned, waiting to clear
work-figure-available = Ready to withdraw
work-figure-projects = Open projects
work-figure-proposals = Proposals that wait
work-workspace = The workspace
work-figure-members = Members
work-figure-open-projects = Open projects
work-figure-running = Running contracts
work-figure-escrow = Held in escrow
work-running = Running contracts
work-running-none = No running contracts
work-running-none-text = Contracts appear here from the offer to the sign-off.
work-running-all = See all { $n } running contracts

# What happened (timeline)
market-did-offer-accepted = Accepted the offer
market-did-offer-declined = Declined the offer
market-did-offer-expired = The offer lapsed without an answer
market-did-contract-cancelled = Cancelled the contract
market-did-money-funded = Milestone { $n } “{ $milestone }” funded: { $amount } held in escrow
market-did-delivered = Delivered version { $n } of “{ $milestone }”
market-did-changes-requested = Asked for changes to version { $n } of “{ $milestone }”
market-did-money-released = Approved “{ $milestone }”: { $net } released to the freelancer, { $fee } platform fee
market-did-money-auto-released = “{ $milestone }” approved after 14 days of silence: { $net } released to the freelancer, { $fee } platform fee
market-did-contract-closing = Both sides are asked to sign off
market-did-contract-close-asked = { $n ->
    [0] Asked to close the contract
   *[other] Asked to close the contract; taken out of it, since never funded: { $titles }
}
market-did-signed-off = Signed off
market-did-contract-completed = The contract is complete
market-did-reviewed = Wrote a review
market-did-reviews-published = { $n ->
    [one] { $n } review became visible
   *[other] { $n } reviews became visible
}

# Notices
notice-offer-accepted-title = { $person } accepted your offer
notice-offer-accepted-body = “{ $contract }” is agreed. Fund the first milestone so that work can start.
notice-offer-declined-title = { $person } declined your offer
notice-offer-declined-body = The offer for “{ $contract }” was declined. You can choose another proposal.
notice-offer-expired-title = An offer lapsed
notice-offer-expired-body = The offer for “{ $contract }” was not answered within 7 days.
notice-contract-cancelled-title = { $person } cancelled a contract
notice-contract-cancelled-body = “{ $contract }” was cancelled before any money was held.
notice-milestone-funded-title = { $amount } is held for your work
notice-milestone-funded-body = “{ $milestone }” of “{ $contract }” is funded. You can start.
notice-milestone-paid-title = Your payment of { $amount } arrived
notice-milestone-paid-body = “{ $milestone }” of “{ $contract }” is funded. The money stays in escrow until you approve the work.
notice-delivery-submitted-title = { $person } delivered “{ $milestone }”
notice-delivery-submitted-body = { $days ->
    [one] Look at the work for “{ $contract }” within { $days } day. Without an answer it counts as approved.
   *[other] Look at the work for “{ $contract }” within { $days } days. Without an answer it counts as approved.
}
notice-changes-requested-title = { $person } asks for changes to “{ $milestone }”
notice-changes-requested-body = Read the points and deliver a new version for “{ $contract }”.
notice-delivery-approved-title = “{ $milestone }” is approved: { $net } is yours
notice-delivery-approved-body = { $days ->
    [one] { $amount } was released for “{ $contract }”, { $fee } of it as platform fee. Your share is free in { $days } day.
   *[other] { $amount } was released for “{ $contract }”, { $fee } of it as platform fee. Your share is free in { $days } days.
}
notice-milestone-released-title = “{ $milestone }” counts as approved: { $net } is yours
notice-milestone-released-body = { $days ->
    [one] The client did not answer within 14 days, so { $amount } was released for “{ $contract }”, { $fee } of it as platform fee. Your share is free in { $days } day.
   *[other] The client did not answer within 14 days, so { $amount } was released for “{ $contract }”, { $fee } of it as platform fee. Your share is free in { $days } days.
}
notice-delivery-auto-approved-title = “{ $milestone }” was approved without your answer
notice-delivery-auto-approved-body = 14 days passed, so { $amount } for “{ $contract }” was released from escrow.
notice-review-reminder-title = { $days ->
    [one] { $days } day left to look at “{ $milestone }”
   *[other] { $days } days left to look at “{ $milestone }”
}
notice-review-reminder-body = Approve the delivery for “{ $contract }” or ask for changes. Without an answer { $amount } is released by itself.
notice-sign-off-asked-title = Sign off “{ $contract }”
notice-sign-off-asked-body = { $dropped ->
    [0] Nothing is left to do. Please confirm that the work is done; from { $closes_at } on silence counts as yes.
   *[other] The contract is being closed. Taken out of it, since never funded: { $titles }. Please confirm that the rest is done; from { $closes_at } on silence counts as yes.
}
notice-contract-signed-off-title = { $person } signed off “{ $contract }”
notice-contract-signed-off-body = Please confirm too. From { $closes_at } on silence counts as yes.
notice-contract-completed-title = “{ $contract }” is complete
notice-contract-completed-body = { $days ->
    [one] You have { $days } day to review each other.
   *[other] You have { $days } days to review each other.
}
notice-review-received-title = { $person } wrote a review of your work together
notice-review-received-body = Write yours for “{ $contract }”: both become visible together.
notice-review-published-title = The reviews for “{ $contract }” are visible
notice-review-published-body = Read what was written.

# Refusals
error-offer-expired = This offer has lapsed. Nothing was signed.
error-contract-not-cancellable = This contract can no longer be cancelled here: it has not been accepted, or money is already held for it.
error-contract-not-fundable = This milestone cannot be funded: the contract has not been accepted, or it has ended. Nothing was charged.
error-already-funded = This milestone is funded already. Nothing was charged again.
error-payment-declined = The payment was declined. Nothing was charged; try another card.
error-not-funded = This milestone is not funded yet, so work cannot be delivered. Do not start before the money is held.
error-already-submitted = A delivery already waits for the client’s verdict.
error-already-approved = This is approved and released already. Nothing was released again.
error-nothing-submitted = Nothing waits for a verdict here.
error-not-latest-delivery = There is a newer version. Open it and decide on that one.
error-revisions-used-up = All { $n } agreed rounds of changes are used. Approve the work, or propose more rounds as a change of the terms.
error-escrow-open = Money is still held for this contract. Sign off when every funded milestone is approved.
error-contract-not-closing = This contract is not ready for sign-off.
error-already-signed-off = You have signed off already.
error-contract-not-completed = You can review when the contract is complete.
error-review-window-closed = The 14 days for reviews are over.
error-already-reviewed = You have reviewed this contract already.
error-review-published = This review is visible now and can no longer be changed.
error-review-edit-closed = The 24 hours for corrections are over.
