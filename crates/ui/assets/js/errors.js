// The summary of errors is read first; its links go into the fields.
const first = () => document.querySelector('[data-error-summary]')?.focus()
first()
document.addEventListener('guildhall:page', first)
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-error-summary] a')
  const field = link && document.getElementById(link.hash.slice(1))
  if (!field) return
  event.preventDefault()
  field.scrollIntoView({ block: 'center' })
  field.focus({ preventScroll: true })
})
