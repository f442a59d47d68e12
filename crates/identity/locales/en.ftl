# People, sign-in, workspaces and members.
identity-sign-in = Sign in
identity-sign-out = Sign out
identity-register = Create an account
identity-email = E-mail address
identity-password = Password
identity-new-password = New password
identity-current-password = Current password
identity-password-hint = At least 12 characters. A few words that do not belong together work well.
identity-display-name = Name
identity-display-name-hint = The name others see.
identity-language = Language
identity-theme = Theme
identity-theme-system = As my device
identity-theme-light = Light
identity-theme-dark = Dark
identity-save = Save
identity-back = Back
identity-continue = Continue
identity-done = Done
identity-acts = Actions
identity-state = State
identity-list-comma = {", "}
identity-forgot-link = Forgot your password?
identity-no-account = New here?
identity-have-account = Already have an account?
identity-back-to-sign-in = Back to sign in

identity-home-title = Agree, work, get paid
identity-home-places = Where you can join
identity-home-projects = Projects
identity-home-freelancers = Freelancers
identity-home-join = Join
identity-home-lead = Guildhall is where people agree on work in writing, hold the money safely until it is done, and keep the proof of both.
identity-home-agree = Clear agreements
identity-home-agree-text = Every project has an offer, milestones and dates that both sides accepted. Nothing changes behind anyone’s back.
identity-home-money = Money held safely
identity-home-money-text = A milestone is funded before work begins and released when it is approved. Every amount can be followed to its entry.
identity-home-privacy = Private by default
identity-home-privacy-text = Each workspace is separate. You see what concerns you, and every change is on record.

identity-terms = Terms of use
identity-terms-version = Version { $version }
identity-read-terms = Read the terms of use
identity-accept-terms = I accept the terms of use
identity-terms-first = Accept the terms to go on.
identity-terms-use = Using Guildhall
identity-terms-use-text = You register with your own address and true details, keep your password to yourself, and use the workspaces you belong to for the work they are meant for.
identity-terms-money = Money
identity-terms-money-text = Money for a milestone is held until the work is approved, refunded or decided otherwise under the rules shown in the contract. Fees are shown before you agree to them.
identity-terms-content = What you write and upload
identity-terms-content-text = It stays yours. You allow the people you share it with, and us as far as running the service needs it, to read and store it.
identity-terms-privacy = Your data
identity-terms-privacy-text = We keep what is needed to run your account, your contracts and the records the law asks for, and we do not sell it.
identity-terms-end = Ending
identity-terms-end-text = You may stop at any time. Open contracts are finished or cancelled first; records that must be kept stay for as long as the law requires.

identity-signed-in = You are signed in
identity-failed-attempts = { $n ->
    [one] { $n } failed attempt since your last sign-in
   *[other] { $n } failed attempts since your last sign-in
}
identity-failed-attempts-text = If this was not you, choose a new password.
identity-last-sign-in = Your last sign-in was on { $at } from { $network }.
identity-first-sign-in = This is your first sign-in.
identity-last-sign-in-label = Last sign-in

identity-register-lead = Create your account to join { $workspace }.
identity-roles-choice = What brings you here?
identity-role-client = Client
identity-role-client-hint = I have work to give.
identity-role-freelancer = Freelancer
identity-role-freelancer-hint = I offer my work.
identity-role-owner = Owner
identity-role-admin = Administrator
identity-role-finance = Finance
identity-role-member = Member
identity-check-mail = Check your mail
identity-check-mail-text = We sent you a message with a link. It is valid for 24 hours. If nothing arrives, look in your spam folder.
identity-found = Found a workspace
identity-found-lead = You become its owner and invite the others.
identity-founding-closed = New workspaces are set up by whoever runs this installation. To join one that exists, enter its short name; you find it in the address or invitation you were given.
identity-workspace-name = Name of the workspace
identity-workspace-slug = Short name
identity-workspace-slug-hint = Part of its address: 3 to 40 small letters, digits and dashes.
identity-workspace-which-hint = For example “atelier”.
identity-currency = Currency

identity-verify = Confirm your address
identity-verify-lead = We sent a link to { $email }. Open it to finish; until then you can sign in but not work.
identity-resend = Send the link again
identity-correct-address = Is the address wrong? Enter the right one
identity-correct-address-button = Correct the address
identity-forgot = Forgot your password
identity-forgot-lead = Enter your address. If it has an account, we send you a link to choose a new password.
identity-forgot-button = Send the link
identity-forgot-sent = If this address has an account, a link is on its way. It is valid for one hour.

identity-link-gone = This link no longer works
identity-link-gone-text = It was used already, replaced by a newer one, or it expired. Ask for a new one where you asked for this.
identity-link-verify = Confirm your address
identity-link-verify-lead = One click, and this address belongs to your account.
identity-link-verify-button = Confirm address
identity-link-verify-done = Your address is confirmed.
identity-link-reset = Choose a new password
identity-link-reset-lead = All your sessions end, and you sign in again with the new password.
identity-link-reset-button = Set password
identity-link-reset-done = Your new password is set. All sessions have ended.
identity-link-unlock = Unlock sign-in
identity-link-unlock-lead = Sign-in was locked after several wrong passwords. Unlock it if you want to sign in now.
identity-link-unlock-button = Unlock
identity-link-unlock-done = You can sign in again.
identity-link-operator = Become the operator
identity-link-operator-lead = Choose your name and password. This account runs the installation.
identity-link-operator-button = Create account
identity-link-operator-done = Your account is ready.

identity-account = Your account
identity-security = Sign-in
identity-verified = confirmed
identity-unverified = not confirmed yet
identity-joined = Joined
identity-change-password = Change password
identity-delete-account = Delete this account
identity-delete-account-text = The account of { $email } and what you entered for it are deleted at once. This cannot be undone; you may register again at any time.
identity-account-deleted = Your account is deleted
identity-account-deleted-text = You are signed out everywhere, and the address is free again.
identity-keep-others = Stay signed in elsewhere
identity-keep-others-hint = Otherwise all other sessions end now.
identity-sessions = Where you are signed in
identity-sessions-hint = End what you do not recognise, and change your password then.
identity-session-device = Device
identity-session-network = Network address
identity-session-since = Signed in
identity-session-seen = Last used
identity-session-current = this one
identity-session-end = End
identity-session-end-others = End all others
identity-device-phone = Phone
identity-device-tablet = Tablet
identity-device-computer = Computer
identity-device-program = Program
identity-workspaces = Your workspaces
identity-no-workspace = No workspace yet
identity-no-workspace-text = Open the link of an invitation, or the address of a workspace you want to join.
identity-join = Join the workspace
identity-join-lead = You join { $workspace } with your account.

identity-members = Members
identity-member = Member
identity-role = Role
identity-roles = Roles
identity-member-active = Active
identity-member-deactivated = Deactivated
identity-member-removed = Removed
identity-membership = Membership
identity-deactivate = Deactivate
identity-reactivate = Activate again
identity-deactivate-hint = A deactivated member can no longer open this workspace. What they made stays.
identity-invite = Invite
identity-invite-lead = We send a link that is valid for seven days and only for this address.
identity-invite-send = Send invitation
identity-invitations = Invitations
identity-no-invitations = No invitations
identity-no-invitations-text = Whoever you invite appears here until they accept.
identity-invitation-open = Open
identity-invitation-accepted = Accepted
identity-invitation-revoked = Revoked
identity-invitation-expired = Expired
identity-invited-by = Invited by
identity-until = Valid until
identity-revoke = Revoke
identity-invitation = Invitation
identity-invitation-lead = { $person } invites you to { $workspace } as { $role }. The invitation is for { $email }.
identity-invitation-accept = Accept
identity-invitation-register = Create account and join
identity-invitation-sign-in = This address has an account
identity-invitation-sign-in-text = Sign in first, then open the link in your mail again.
identity-invitation-gone-text = It was accepted, taken back, or it expired after seven days. Ask for a new invitation.

identity-made = Registered
identity-link-verify-yours = Is this account yours?
identity-link-verify-yours-text = You are not signed in to it here. Confirm only if you registered and know its password: whoever registered can sign in once the address is confirmed.
identity-link-not-me = This was not me
identity-link-not-me-done = The account is deleted. Nobody can use your address with it.
identity-link-address = Confirm your new address
identity-link-address-lead = From now on you sign in with this address, and mail goes there.
identity-link-address-button = Use this address
identity-link-address-done = Your account has moved to this address. The one before got a message with a way back.
identity-link-undo = Take the change back
identity-link-undo-lead = Your account returns to the address before, all sessions end, and we mail you a link to choose a new password.
identity-link-undo-button = Bring my address back
identity-link-undo-done = Your address is back and all sessions have ended. Choose a new password through the link we have just mailed you.
identity-link-disown = This was not me
identity-link-disown-lead = The account made with your address is closed to whoever made it: all sessions end and its password fits nobody. You may make it yours by choosing a password, or leave it.
identity-link-disown-button = It was not me, close it
identity-link-disown-done = Nobody is signed in to this account any more, and its password fits nobody.
identity-change-address = Change address
identity-change-address-lead = We send a link to the new address. Until you open it, everything stays as it is.
identity-change-address-sent = If the address can be used, a link is on its way there. It is valid for 24 hours; until then nothing changes.
identity-new-address = New address
identity-delete-account-hint = Your account is erased { $days } days after you ask for it. Signing in before then keeps it.
identity-delete-account-later = The account of { $email } is erased in { $days } days: your name, your address, your profile, your sessions. Signing in before then keeps it. Contracts, payments and their records stay, without your name.
identity-delete-confirm = Confirm with a word
identity-delete-confirm-hint = Type { $word }.
identity-delete-word = delete
identity-delete-first = Something has to be settled first
identity-account-waits = Your account will be deleted
identity-account-waits-text = You are signed out everywhere and we have mailed you the date. Sign in before then if you want to keep it.
identity-account-kept = Your account stays
identity-account-kept-text = You signed in while it was waiting to be deleted, so it is not deleted.
identity-remove = Remove from the workspace
identity-remove-hint = Removing ends the membership for good. What the member owns is given to another.
identity-remove-text = The member leaves { $workspace } for good. Only a new invitation brings them back.
identity-leave = Leave the workspace
identity-leave-text = You leave { $workspace } for good. Only a new invitation brings you back.
identity-new-owner = Who takes over
identity-new-owner-choose = Choose a member
identity-new-owner-hint = { $n ->
    [one] { $n } record is given to this member.
   *[other] { $n } records are given to this member.
}
identity-transfer = Hand the workspace over
identity-transfer-hint = This member becomes the owner in your place. You stay as an administrator.
identity-transfer-text = This member becomes an owner of { $workspace }. You stop being one and stay as an administrator; only an owner can give the role back to you.
identity-roles-lead = What a role may do is set by the products. Here you decide on how many devices its holders may be signed in.
identity-session-cap = Sessions at a time
identity-session-cap-hint = From 1 to 100. Empty: ten, as everywhere.
identity-session-cap-usual = ten, as everywhere
identity-place-this-machine = this machine
identity-place-local-network = local network
identity-place-unknown = place unknown
identity-idle-seconds = Signed out when unused for
identity-idle-seconds-hint = Holds for running sessions too, within seconds. Other roles of the same person may be stricter.
identity-absolute-seconds = Signed out at the latest after
identity-absolute-seconds-hint = Counted from the sign-in, however busy the session is.
identity-span-usual = as everywhere
identity-span-seconds = { $n ->
    [one] { $n } second
   *[other] { $n } seconds
}
identity-span-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
identity-span-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
identity-span-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
identity-session-policy = When one more signs in
identity-session-policy-end-oldest = End the least recently used session
identity-session-policy-hint = Refusing holds only for members who belong to no other workspace; for others the least recently used session ends.
identity-session-policy-refuse = Refuse the new one

# Why something was refused.
error-invalid-credentials = Address or password is not right.
error-account-suspended = This account is suspended. Write to whoever runs this installation.
error-too-many-attempts = Too many wrong passwords. Try again in { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}, or use the link we mailed to the address.
error-busy = Many people are signing in right now. Try again in a few seconds.
error-token-invalid = This link no longer works. It was used, replaced or it expired.
error-password-too-short = Use at least 12 characters.
error-password-too-long = Use at most 128 characters.
error-name-has-link = Leave web addresses out of names.
error-password-common = This password is among the first that would be guessed. Choose another.
error-password-repeated = This password repeats itself. Choose another.
error-password-sequence = This password is a simple sequence. Choose another.
error-password-contains-email = Leave your e-mail address out of your password.
error-password-contains-name = Leave your name out of your password.
error-password-contains-product = Leave the name of this product out of your password.
error-password-same = This is your present password. Choose another.
error-current-password-wrong = This is not your current password.
error-already-verified = This address is confirmed already.
error-account-exists = This address has an account already. Sign in instead.
error-already-member = This account is a member of the workspace already.
error-founding-closed = New workspaces are set up by whoever runs this installation.
error-slug-taken = This short name is taken. Choose another.
error-invalid-slug = Use 3 to 40 small letters, digits and dashes, beginning with a letter.
error-configuration-error = This workspace is not set up completely. Its owner has to mend that first; nothing was saved.
error-operator-exists = This installation has an operator already.
error-role-above-own = This member stands above you. Nothing was changed.
error-role-beyond-own = You cannot give a role that may do more than you. Nothing was changed.
error-last-owner = A workspace keeps at least one owner. Make someone else an owner first.
error-member-not-active = This membership is not active.
error-member-not-deactivated = This membership is not deactivated.
error-already-invited = This address has an open invitation already.
error-invitation-not-open = This invitation is not open any more.
error-invitation-other-address = This invitation is for another address. Sign in with the account it was sent to.
error-too-many-sessions = You are signed in on { $most ->
    [one] { $most } device
   *[other] { $most } devices
} already, which is all your role allows. Sign out on one of them first.
error-email-same = This is your address already.
error-owner-required = You are the only owner of { $workspace }. Hand it over to another member first.
error-member-owns-records = Open projects still belong to this member. Choose who takes them over, or end them first.
error-already-owner = This member is an owner already.
error-not-owner = Only an owner can hand the workspace over.

# Mail.
mail-verify-subject = Confirm your address
mail-verify-body = Hello { $name }, welcome to Guildhall. Confirm that this address is yours; the link is valid for 24 hours. If you did not register, ignore this message: the account disappears after seven days.
mail-verify-button = Confirm address
mail-exists-subject = You already have an account
mail-exists-body = Hello { $name }, someone – probably you – tried to register with this address. It has an account already: sign in, or choose a new password if you forgot it. Nothing was changed.
mail-exists-button = Sign in
mail-reset-subject = Choose a new password
mail-reset-body = Hello { $name }, someone asked for a new password for this address. The link is valid for one hour and works once. If it was not you, ignore this message: your password stays.
mail-reset-button = Choose a password
mail-reset-done-subject = Your password was reset
mail-reset-done-body = A new password was set through a link to this address, from { $network }. All sessions have ended. If it was not you, secure your mailbox and ask for a new link at once.
mail-reset-done-button = Sign in
mail-password-changed-subject = Your password was changed
mail-password-changed-body = The password of your account was changed from { $network }. If it was not you, set a new one at once.
mail-password-changed-button = Set a new password
mail-locked-subject = Sign-in is locked for a while
mail-locked-body = After several wrong passwords, the last from { $network }, sign-in to your account is locked for { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}. Running sessions go on. If it was you, you can unlock it now; otherwise you need not do anything.
mail-locked-button = Unlock
mail-invited-subject = Invitation to { $workspace }
mail-invited-body = { $person } invites you to { $workspace } on Guildhall. The link is valid for seven days and only for this address.
mail-invited-button = See the invitation
mail-operator-subject = You run this installation now
mail-operator-body = Hello { $name }, your operator account is ready. If you did not create it, someone has access to the machine: look into it at once.
mail-operator-button = Sign in
mail-confirmed-subject = Your address was confirmed
mail-confirmed-body = Hello { $name }, the address of your account was just confirmed from { $network }. If you registered, all is well. If somebody else made this account with your address, close it to them now; the link is valid for three days.
mail-confirmed-button = This was not me
mail-address-subject = Confirm your new address
mail-address-body = Hello { $name }, you want to use this address for your account. The link is valid for 24 hours; until you open it nothing changes. If it was not you, ignore this message.
mail-address-button = Confirm new address
mail-address-changed-subject = The address of your account was changed
mail-address-changed-body = Hello { $name }, your account now uses another address; the change was confirmed from { $network }. If it was not you, take it back: your address returns and all sessions end. The link is valid for three days.
mail-address-changed-button = This was not me, take it back
mail-address-restored-subject = Your address is back
mail-address-restored-body = Hello { $name }, your account uses this address again and all sessions have ended. Whoever changed it knew your password: choose a new one now. The link is valid for one hour.
mail-address-restored-button = Choose a new password
mail-deletion-requested-subject = Your account will be deleted
mail-deletion-requested-body = Hello { $name }, someone – probably you – asked from { $network } to delete your account. It is erased on { $date }. Sign in before then if you want to keep it.
mail-deletion-requested-button = Sign in and keep it
mail-deletion-cancelled-subject = Your account is not deleted
mail-deletion-cancelled-body = Hello { $name }, your account was to be deleted and stays: someone signed in to it, or something came up that has to be settled first.
mail-deletion-cancelled-button = See your account

notice-roles-title = Your roles were changed
notice-roles-body = What you may do in this workspace may be different now.
notice-taken-over-title = You took over records of a member who left
notice-taken-over-body = { $n ->
    [one] { $n } record is yours now.
   *[other] { $n } records are yours now.
}
identity-members-all = All
