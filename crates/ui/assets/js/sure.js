// What an act surely changes is shown at once, and put back if the act fails (the form says why).
// <form data-sure="read-all"> marks every notice as read.
const before = new WeakMap()
document.addEventListener('guildhall:sending', (event) => {
  const form = event.target
  if (form.dataset.sure !== 'read-all') return
  const badge = document.getElementById('notice-badge')
  const rows = [...document.querySelectorAll('.notice-new')]
  before.set(form, { badge, hidden: badge?.hidden, rows })
  if (badge) badge.hidden = true
  for (const row of rows) row.classList.remove('notice-new')
})
document.addEventListener('guildhall:failed', (event) => {
  const was = before.get(event.target)
  if (!was) return
  before.delete(event.target)
  if (was.badge) was.badge.hidden = was.hidden
  for (const row of was.rows) row.classList.add('notice-new')
})
