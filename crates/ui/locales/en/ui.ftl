# The frame and the fixed words of parts.
ui-brand = Guildhall
ui-foot = Guildhall: work, money and word kept.
ui-skip = Skip to content
ui-nav = Sections
ui-nav-short = Main sections
ui-more = More
ui-breadcrumbs = Where you are
ui-switch-workspace = { $name }, switch workspace
ui-search = Search
ui-search-projects = Search projects
ui-notices = Notices
ui-unread = unread
ui-display = Display and language
ui-theme = Theme
ui-theme-system = As on this device
ui-theme-light = Light
ui-theme-dark = Dark
ui-language = Language
ui-keys = Keys
ui-keys-text = / search, j and k walk a list, x selects a row
ui-account-menu = Your account menu
ui-workspaces = Your workspaces
ui-account = Account and settings
ui-sign-in = Sign in
ui-sign-out = Sign out
ui-register = Create account
ui-try-again = Try again
ui-part-failed = This part could not be loaded
ui-part-failed-text = The rest of the page is complete.
ui-to-work = Back to your work
ui-to-home = To the home page

# Parts
ui-optional = (optional)
ui-errors-title = Some things need your attention
ui-draft-restored = We brought back what you wrote here before.
ui-draft-discard = Discard it
ui-remove-filter = Remove filter: { $name }
ui-filters-on = Filters in use
ui-more-filters = More filters
ui-clear-filters = Clear filters
ui-none-match = Nothing matches
ui-none-match-text = No entry fits what you chose.
ui-why = See the entries behind this sum
ui-held = Held
ui-pending = Pending
ui-available = Available
ui-overdue = Overdue
ui-due-soon = Due
ui-pages = Pages of this list
ui-previous = Previous
ui-next = Next
ui-pick = Select
ui-bulk = With the selected
ui-hide-equal = Hide rows that are equal
ui-back = Go back
ui-step-done = done
ui-step-current = now
ui-step-todo = to come
ui-entry-change = Change
ui-entry-money = Money
ui-entry-message = Message
ui-entry-person = Person
ui-standing = Where this stands
ui-acts-next = Acts next
ui-by-when = By when
ui-money = Money
ui-day = Day
ui-cause = Cause
ui-sum = Amount
ui-balance = Balance
ui-opening = Opening balance
ui-closing = Closing balance
ui-name = Name
ui-as-table = Show as a table
ui-conversation = Conversation
ui-unread-line = New since your last visit
ui-loading = Loading
ui-stars = { $n } of 5 stars
ui-reviews = { $n ->
    [0] no reviews
    [one] { $n } review
   *[other] { $n } reviews
}
ui-star-1 = poor
ui-star-2 = fair
ui-star-3 = good
ui-star-4 = very good
ui-star-5 = excellent
ui-size-bytes = { $n ->
    [one] { $n } byte
   *[other] { $n } bytes
}
ui-size-kb = { $n } kB
ui-size-mb = { $n } MB

# Times
ui-utc = UTC
ui-now = now
ui-in-minutes = { $n ->
    [one] in { $n } minute
   *[other] in { $n } minutes
}
ui-in-hours = { $n ->
    [one] in { $n } hour
   *[other] in { $n } hours
}
ui-in-days = { $n ->
    [one] in { $n } day
   *[other] in { $n } days
}
ui-in-months = { $n ->
    [one] in { $n } month
   *[other] in { $n } months
}
ui-in-years = { $n ->
    [one] in { $n } year
   *[other] in { $n } years
}
ui-ago-minutes = { $n ->
    [one] { $n } minute ago
   *[other] { $n } minutes ago
}
ui-ago-hours = { $n ->
    [one] { $n } hour ago
   *[other] { $n } hours ago
}
ui-ago-days = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}
ui-ago-months = { $n ->
    [one] { $n } month ago
   *[other] { $n } months ago
}
ui-ago-years = { $n ->
    [one] { $n } year ago
   *[other] { $n } years ago
}
ui-month-1 = January
ui-month-2 = February
ui-month-3 = March
ui-month-4 = April
ui-month-5 = May
ui-month-6 = June
ui-month-7 = July
ui-month-8 = August
ui-month-9 = September
ui-month-10 = October
ui-month-11 = November
ui-month-12 = December

# Pages for what is in the way
ui-error-request = Reference for support: { $id } ({ $status }, { $code })
ui-error-400-title = We could not read this request
ui-error-400-text = Nothing was changed. Go back, look at what you entered and send it again.
ui-error-401-title = Sign in to go on
ui-error-401-text = Your session has ended or you have not signed in yet. Nothing was lost; sign in and open this page again.
ui-error-403-title = This is not open to you
ui-error-403-text = Your account does not have the right to do this here. Nothing was changed. Ask an owner of the workspace if you need it.
ui-error-404-title = There is nothing here
ui-error-404-text = The address may be mistyped, or what stood here was removed or belongs to others.
ui-error-409-title = Something changed in the meantime
ui-error-409-text = Someone acted before you, so your change was not made. Open the page again, look at the new state and decide again.
ui-error-410-title = This is gone
ui-error-410-text = What stood here has ended or its link has expired. It will not come back at this address.
ui-error-413-title = This is too large
ui-error-413-text = Nothing was saved. Send something smaller, or in several parts.
ui-error-429-title = Too many requests at once
ui-error-429-text = Wait a minute, then try again. Nothing was lost and no money moved.
ui-error-500-title = Something went wrong on our side
ui-error-500-text = The error has been recorded. Money moves once or not at all: look at the state of your work before you try again.
ui-error-503-title = We are not available for a moment
ui-error-503-text = Try again shortly. What you had saved is safe, and no money moved.

ui-merge-title = Somebody changed this meanwhile
ui-merge-lead = Nothing of yours is lost and nothing was overwritten. Choose for each field which text shall stand, then save.
ui-merge-caption = Your text beside the one that is saved now
ui-merge-mine = Yours
ui-merge-now = Saved now
ui-merge-empty = (empty)
ui-merge-save = Save what I chose
ui-merge-drop = Leave it as it is now

# What happens when a form is sent and something fails
ui-send-400 = This could not be taken
ui-send-400-text = Nothing was changed. What you wrote is still here; look at it and send it again.
ui-send-401 = You are signed out
ui-send-401-text = What you wrote is kept in this browser. Sign in, and you come back to it.
ui-send-403 = You may not do this
ui-send-403-text = Your account does not have the right to do this here. Nothing was changed, and what you wrote is still here.
ui-send-404 = This is not here any more
ui-send-404-text = It was removed, or it is no longer open to you. Nothing was changed, and what you wrote is still here to copy.
ui-send-409 = Something changed in the meantime
ui-send-409-text = Someone acted before you, so your change was not made. What you wrote is still here; compare it with what stands now.
ui-send-422 = Some things need your attention
ui-send-422-text = Nothing was changed yet. Mend what is marked and send it again.
ui-send-429 = Too many requests at once
ui-send-500 = Something went wrong on our side
ui-send-again = Try again
ui-send-back = Go back
ui-send-fresh = Something changed on this page.
ui-send-go = You can send again now.
ui-send-kept = What you wrote is still here.
ui-send-look-first = What you wrote is still here. Look whether it arrived before you send it again.
ui-send-network = The connection broke
ui-send-now-stands = This stands there now:
ui-send-offline = You are offline. What you write is kept here.
ui-send-offline-link = You are offline. This page stays open; try the link again once you are connected.
ui-send-once = What you wrote is still here. Try again: it is done once, even if it arrived before.
ui-send-online = You are online again.
ui-send-open-again = Discard mine and open the page again
ui-send-reference = Reference for support:
ui-send-send-mine = Send mine all the same
ui-send-show = Show it
ui-send-sign-in = Sign in
ui-send-timeout = No answer came in time
ui-send-wait = Seconds until you can send again:
