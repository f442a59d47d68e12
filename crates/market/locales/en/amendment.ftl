# Contracts that stop, change and end early; work in progress and partial deliveries.

# States
work-contract-paused = Paused
work-contract-on-hold = On hold
work-contract-terminating = Being ended
work-contract-terminated = Ended early
work-milestone-refunded = Refunded
work-milestone-split = Settled in parts
amend-stands-paused = Work stands still. Either side may take it up again.
amend-stands-on-hold = A party is suspended. The money stays in escrow until it is decided what becomes of it.
amend-stands-terminating = One side proposes to end this contract. The other side answers.
amend-stands-for-staff = The parties did not agree in time. The platform decides what becomes of the money.
amend-stands-terminated = This contract ended early; all money is settled.
amend-stands-countered = The freelancer proposes other terms. The client answers.
amend-stands-amendment = A change of the terms waits for an answer.
amend-state-proposed = Waits for an answer
amend-state-accepted = Agreed
amend-state-declined = Declined
amend-state-withdrawn = Taken back
amend-state-lapsed = Lapsed

# Pausing
amend-pause-title = Pause this contract
amend-pause-act = Pause
amend-pause-body = While “{ $contract }” is paused nothing is delivered and nothing is funded.
amend-pause-hint = Running deadlines keep what remains of them. Either side may take the work up again at any time.
amend-pause-reason = Why, and for how long
amend-reason-hint = The other party reads this. Up to 500 characters.
amend-resume-title = Take the work up again
amend-resume-act = Take the work up again
amend-resume-body = Work on “{ $contract }” goes on. Deadlines run on with what remained of them.

# Ending early
amend-act-end = End the contract
amend-act-settle = Answer the proposed end
amend-end-title = End this contract
amend-end-body = You propose to { $person } how “{ $contract }” ends. Work stops now. { $person } has { $n } days to agree; after that the platform decides.
amend-end-body-free = Nothing is held for “{ $contract }”, so it ends at once. { $person } is told. No money moves.
amend-end-outcome = What becomes of the money
amend-end-refund = All of { $amount } goes back to the client
amend-end-release = All of { $amount } goes to the freelancer
amend-end-split = A part goes to the freelancer, the rest back to the client
amend-end-released = Part for the freelancer
amend-end-reason = Why you end it
amend-end-now = End the contract now
amend-end-propose = Propose this end
amend-end-proposed = The proposed end
amend-end-agree-title = Agree to the end of this contract
amend-end-agree = Agree and end the contract
amend-end-agree-body = { $person } proposes to end “{ $contract }” like this:
amend-end-otherwise = Propose otherwise
amend-end-call-off = Call it off
amend-end-final = Money that was released or sent back cannot be called back, and the contract stays ended.
amend-end-off-title = Call the end off
amend-end-off-body = “{ $contract }” goes on where it stood. Deadlines run on with what remained of them.
amend-line-released = to the freelancer, before the fee
amend-line-refunded = back to the client
amend-banner-paused = This contract is paused
amend-banner-held = This contract is on hold
amend-banner-held-client = The freelancer, or you, was suspended. Your money stays in escrow; the platform decides. You may ask for it back.
amend-banner-held-freelancer = A party was suspended. The money stays in escrow; the platform decides.
amend-ask-refund = Ask for the money back
amend-banner-ending = This contract is being ended
amend-staff = The platform’s staff
amend-banner-staff = The platform decides how this contract ends
amend-banner-staff-text = You did not agree in time. The money stays in escrow until the decision.

# What staff decide
amend-nav-held = Contracts on hold
amend-held-title = Contracts on hold
amend-held-none = No contract waits for you
amend-held-none-text = A contract appears here when a party is suspended, or when the parties cannot agree how it ends.
amend-held-parties = Parties
amend-held-since = Since
amend-decide-title = Decide about this contract
amend-decide-action = Decision
amend-decide-refund = Send the money back
amend-decide-refund-hint = All escrow goes back to the client and the contract ends.
amend-decide-release = Release the money
amend-decide-release-hint = All escrow goes to the freelancer, less the fee, and the contract ends.
amend-decide-reactivate = Let the work go on
amend-decide-reactivate-hint = Only when both parties are active again.
amend-decide-reason = Why
amend-decide-reason-hint = Both parties read this. Up to 500 characters.
amend-decide-act = Decide
amend-decide-proposed = A party proposed:

# Changes of the terms
amend-title = Change { $n }
amend-title-counter = Counter-offer
amend-all = Changes of the terms
amend-new = Propose a change
amend-none = —
amend-none-yet = No changes
amend-none-yet-text = The terms are what both signed. Either side may propose a change; it counts when the other agrees.
amend-column-change = Change
amend-column-when = Proposed
amend-compared = Before and after
amend-before = Before
amend-after = After
amend-milestone-n = Milestone { $n }
amend-milestone-new = New milestone
amend-milestone-title = Title
amend-milestones-hint = Change, add or take out milestones that are not funded. Of a funded one only the date and the checklist may change.
amend-due-days = Days after funding
amend-checklist = Checklist
amend-checklist-hint = What a delivery must show; one point on each line.
amend-remove = Take this milestone out
amend-note = A word to the other side
amend-note-hint = Say why you propose this.
amend-answer-note = The answer
amend-form-title = Propose a change of the terms
amend-form-lead = { $person } has 7 days to answer. Until then “{ $contract }” stays as it is.
amend-form-act = Propose the change
amend-counter-title = Answer with other terms
amend-counter-lead = Tell { $person } on what terms you would do “{ $contract }”. If they accept, the contract is agreed with these terms.
amend-counter-act = Send the counter-offer
amend-act-counter = Answer with other terms
amend-act-answer = Answer the change
amend-proposed-by = Proposed by { $person }
amend-waits-other = This waits for { $person }
amend-lapses = Lapses
amend-accept-act = Accept · { $amount } in total
amend-decline-act = Decline
amend-decline-reason = Why you decline
amend-withdraw-act = Take it back
amend-new-offer = Take the offer back and make a new one
amend-banner-mine = Your change of the terms waits for an answer
amend-banner-theirs = The other side proposes a change of the terms
amend-banner-counter-mine = Your counter-offer waits for the client
amend-banner-counter-theirs = The freelancer answered your offer with other terms
amend-banner-act = Look at the change
amend-more-rounds = Propose more rounds

# Work in progress
amend-act-share = Show work in progress
amend-share-heading = Show work in progress on “{ $milestone }”
amend-share-lead = { $person } can look and write back. No deadline starts: this is not a delivery.
amend-share-message = What there is to see
amend-share-act = Show it
amend-share-number = Work in progress { $n }
amend-part-legend = A part is finished
amend-part-hint = You may ask that a finished part be paid now, out of the { $amount } held. The rest stays in escrow.
amend-part-title = What the part is
amend-part-asked = Part to be paid now:
amend-part-proposed = waits for the client
amend-part-approved = paid
amend-part-declined = declined
amend-part-fallen = no longer asked
amend-part-look = Look at the part
amend-part-approve = Approve the part “{ $part }”
amend-part-body = { $person } delivered a part of “{ $milestone }”. Approving releases the part; the rest stays funded.
amend-part-stays = stays in escrow
amend-part-or-feedback = Not ready? Write back instead.
amend-part-of = A part that was delivered and paid ahead
amend-feedback = The client wrote back
amend-feedback-field = What you think of it
amend-feedback-title = Write back about “{ $milestone }”
amend-feedback-lead = This is a note, not a request for changes: no agreed round is used.
amend-feedback-declines = Writing back declines the part that was asked for; it may be asked for again.
amend-feedback-act = Write back

# Delivery and approval
amend-deliver-checklist = What this delivery fulfils
amend-deliver-checklist-hint = The points you agreed on. Open points must be waived by the client.
amend-point-done = done
amend-point-open = open
amend-waiver = Why the open points are let pass
amend-waiver-hint = The freelancer reads this. Up to 500 characters.
amend-approve-and-fund = Approve and fund milestone { $n } · { $amount }
amend-approve-and-fund-hint = The second button also funds milestone { $n } from your default card, so that work can go on at once:

# What happened (timeline)
market-did-contract-paused = Paused the contract: { $reason }
market-did-contract-resumed = Took the work up again
market-did-contract-held = The contract was put on hold: { $person } is suspended
market-did-contract-terminated = The contract ended early
market-did-termination-proposed = Proposed to end the contract: { $reason }
market-did-termination-called-off = Called the end off
market-did-termination-lapsed = The proposed end lapsed without an answer
market-did-hold-reactivated = Decided that the work goes on: { $reason }
market-did-hold-released = Decided to release the money: { $reason }
market-did-hold-refunded = Decided to send the money back: { $reason }
market-did-money-settled = “{ $milestone }” settled: { $released } released, { $refunded } sent back
market-did-money-disputed = The payer’s bank took back { $amount }, which lies in escrow for “{ $milestone }”
market-did-money-dispute-won = The dispute about “{ $milestone }” was won: the money stays in escrow
market-did-money-dispute-lost = The dispute about “{ $milestone }” was lost: { $amount } is no longer there
market-did-money-part-split = Part “{ $part }” of “{ $milestone }” split off: { $amount }
market-did-amendment-proposed = Proposed a change of the terms
market-did-amendment-accepted = Agreed to the change of the terms
market-did-amendment-declined = Declined the change of the terms
market-did-amendment-withdrawn = Took the proposed change back
market-did-amendment-lapsed = The proposed change lapsed without an answer
market-did-offer-countered = Answered the offer with other terms: { $amount }
market-did-work-shared = Showed work in progress on “{ $milestone }”
market-did-part-delivered = Delivered a part of “{ $milestone }”
market-did-feedback-given = Wrote back about “{ $milestone }”
market-did-checklist-waived = Let open points of “{ $milestone }” pass: { $reason }

# Notices
notice-contract-paused-title = { $person } paused “{ $contract }”
notice-contract-paused-body = { $reason }
notice-contract-resumed-title = { $person } took “{ $contract }” up again
notice-contract-resumed-body = Deadlines run on with what remained of them.
notice-contract-held-title = “{ $contract }” is on hold
notice-contract-held-body = { $person } was suspended. The money stays in escrow until the platform decides. Do not go on for now; a client may ask for the money back.
notice-contract-disputed-title = A payment for “{ $contract }” is disputed
notice-contract-disputed-body = The client’s bank took back { $amount } of “{ $milestone }”. Until it is settled the work may not be paid for: agree on how to go on, or pause the contract.
notice-contract-dispute-won-title = The dispute about “{ $contract }” was won
notice-contract-dispute-won-body = { $amount } stays in escrow for “{ $milestone }”. Work goes on as agreed.
notice-contract-dispute-lost-title = The dispute about “{ $contract }” was lost
notice-contract-dispute-lost-body = { $amount } of “{ $milestone }” went back to the payer through their bank. What is released of it is taken for this; agree on how to go on before more work is done.
notice-contract-reactivated-title = “{ $contract }” goes on
notice-contract-reactivated-body = The platform decided: { $reason }
notice-contract-terminated-title = “{ $contract }” has ended
notice-contract-terminated-body = All money is settled. The reason given: { $reason }
notice-termination-proposed-title = { $person } proposes to end “{ $contract }”
notice-termination-proposed-body = { $days ->
    [one] Look at what is proposed for the money and answer within { $days } day. The reason given: { $reason }
   *[other] Look at what is proposed for the money and answer within { $days } days. The reason given: { $reason }
}
notice-termination-called-off-title = { $person } called the end of “{ $contract }” off
notice-termination-called-off-body = Work goes on where it stood.
notice-settlement-lapsed-title = No agreement about “{ $contract }”
notice-settlement-lapsed-body = Nobody agreed in time how it ends. The platform decides what becomes of the money.
notice-settlement-waits-title = A contract waits for your decision
notice-settlement-waits-body = The parties of “{ $contract }” cannot agree how it ends.
notice-hold-decision-title = A contract waits for your decision
notice-hold-decision-body = { $person } was suspended, so “{ $contract }” is on hold with its money in escrow.
notice-amendment-proposed-title = { $person } proposes a change to “{ $contract }”
notice-amendment-proposed-body = { $days ->
    [one] With it the total is { $amount }. You have { $days } day to answer.
   *[other] With it the total is { $amount }. You have { $days } days to answer.
}
notice-amendment-accepted-title = { $person } agreed to your change
notice-amendment-accepted-body = The new terms of “{ $contract }” count from now.
notice-amendment-declined-title = { $person } declined your change
notice-amendment-declined-body = The terms of “{ $contract }” stay as they are.
notice-amendment-withdrawn-title = { $person } took a proposed change back
notice-amendment-withdrawn-body = The terms of “{ $contract }” stay as they are.
notice-amendment-lapsed-title = A proposed change lapsed
notice-amendment-lapsed-body = Nobody answered it within 7 days. The terms of “{ $contract }” stay as they are.
notice-offer-countered-title = { $person } answers your offer with other terms
notice-offer-countered-body = { $days ->
    [one] “{ $contract }” for { $amount } in total. Accept, decline or make a new offer within { $days } day.
   *[other] “{ $contract }” for { $amount } in total. Accept, decline or make a new offer within { $days } days.
}
notice-counter-accepted-title = { $person } accepted your counter-offer
notice-counter-accepted-body = “{ $contract }” is agreed on your terms. Start when a milestone is funded.
notice-work-shared-title = { $person } shows you work in progress
notice-work-shared-body = Look at “{ $milestone }” of “{ $contract }” and write back. No deadline runs.
notice-part-delivered-title = { $person } delivered a part worth { $amount }
notice-part-delivered-body = Approve the part of “{ $milestone }” of “{ $contract }”, or write back. No deadline runs.
notice-feedback-given-title = { $person } wrote back about your work
notice-feedback-given-body = Read the note on “{ $milestone }” of “{ $contract }”.

# Refusals
error-contract-not-active = This contract is not under way, so this cannot be done now.
error-contract-not-paused = This contract is not paused.
error-contract-paused = Work on this contract stands still: it is paused, on hold or being ended. Nothing is delivered, decided or funded meanwhile.
error-contract-changed = This contract has just changed. Look at it again.
error-contract-not-running = This contract cannot be ended here: it has not begun, or it is over.
error-contract-not-amendable = The terms of this contract cannot be changed now.
error-contract-not-held = This contract does not wait for a decision.
error-settlement-outdated = What is held has changed since this end was proposed. Look at it again.
error-settlement-incomplete = Say for every funded milestone what becomes of its money.
error-settlement-open = The parties may still agree. You can decide when their time is over.
error-unknown-milestone = This milestone is not one of those meant here, or it is named twice.
error-more-than-held = This must be less than what is held for the milestone, in its currency.
error-no-termination = Nobody proposes to end this contract.
error-termination-lapsed = This proposal has lapsed. The platform decides now.
error-termination-changed = Another end has been proposed meanwhile. Look at that one.
error-own-proposal = The other side answers your proposal. You may take it back.
error-not-own-proposal = Only the side that proposed this may take it back.
error-own-contract = You are a party of this contract, so somebody else decides.
error-party-suspended = A party is still suspended, so work cannot go on.
error-amendment-open = Another change waits for an answer. It must be answered or taken back first.
error-amendment-answered = This change has been answered already, or is no longer open.
error-amendment-lapsed = This change has lapsed. Propose it again if it still matters.
error-amendment-outdated = What this change touches has moved on since it was proposed. Propose it again.
error-milestone-funded = Money is held for this milestone, so only its date and checklist may change.
error-nothing-changed = Nothing would change.
error-part-open = A part of this milestone already waits for the client.
error-no-open-part = No part waits here.
error-already-answered = You have written back about this already.
error-checklist-open = { $n ->
    [one] { $n } point of the checklist is open. Say why you let it pass, or ask for changes.
   *[other] { $n } points of the checklist are open. Say why you let them pass, or ask for changes.
}
error-nothing-to-fund = No milestone is left to fund.
