error-showcase-full = You already show as much as there is room for. Remove something first.
error-ends-before-it-begins = This year is before the one in which it began.
people-any = Any
people-field-weekly-hours = Free hours a week
people-hours-told = { $n ->
    [one] { $n } hour a week
   *[other] { $n } hours a week
}
people-language = Language
people-rate-from = Rate from
people-rate-to = Rate up to
people-from-sum = from { $sum }
people-to-sum = up to { $sum }
people-rating = Rating
people-rating-from = { $stars } stars and more
people-zone-shared = Working hours in common with
people-overlap-hours = Hours in common
people-overlap-hint = 4 when only a time zone is chosen. Without one, your own is taken.
people-overlap-chip = { $n ->
    [one] { $n } hour with { $zone }
   *[other] { $n } hours with { $zone }
}
people-skills-match = Skills
people-skills-all = All of them
people-skills-any = Any of them
people-narrow-by-skill = Narrow by skill
people-sort = Order
people-sort-relevance = Best match first
people-sort-newest = Newest first
people-sort-rating = Best rating first
people-sort-rate-low = Lowest rate first
people-sort-rate-high = Highest rate first
people-search-instead = Showing results for { $words }
people-search-none-for = Nothing was found for “{ $words }”.
people-showcase = What I show
people-showcase-lead = Pieces of work, education and certificates stand on your page for everyone who may see it. Files are for members only.
people-showcase-kind = What it is
people-showcase-portfolio = Portfolio
people-showcase-education = Education
people-showcase-certificate = Certificates
people-showcase-title = Title
people-showcase-place = Where
people-showcase-place-hint = The client, the school, or who gave the certificate.
people-showcase-text = About it
people-showcase-link = Link
people-showcase-from = Year, or first year
people-showcase-to = Last year
people-showcase-files = Files
people-showcase-add = Add
people-showcase-remove = Remove
people-showcase-none = Nothing here yet
people-showcase-none-text = What you add above appears on your page.
