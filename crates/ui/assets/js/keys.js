// Keys: "/" or Ctrl-K search; j and k walk the rows of a list, x ticks one. Single keys can be switched off.
const single = !document.body.hasAttribute('data-no-shortcuts')
const search = () => {
  const field = document.querySelector('[data-search]')
  if (!field || !field.checkVisibility()) return false
  field.focus(); field.select()
  return true
}
const rows = () => [...document.querySelectorAll('[data-list] [data-row]')].filter((row) => row.checkVisibility())
const walk = (step) => {
  const all = rows()
  if (!all.length) return false
  const at = all.findIndex((row) => row.contains(document.activeElement))
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)]
  const target = next.querySelector('a[href]') || next.querySelector('button, input:not([type=hidden])') || next
  if (target === next) next.tabIndex = -1
  target.focus()
  next.scrollIntoView({ block: 'nearest' })
  return true
}
const tick = () => {
  const box = document.activeElement?.closest('[data-row]')?.querySelector('.pick input')
  if (!box) return false
  box.click()
  return true
}
document.addEventListener('keydown', (event) => {
  if (event.isComposing || event.altKey) return
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { if (search()) event.preventDefault(); return }
  if (!single || event.ctrlKey || event.metaKey) return
  const at = event.target
  if (at.isContentEditable || (at.matches('input, textarea, select') && at.type !== 'checkbox')) return
  const acts = { '/': search, j: () => walk(1), k: () => walk(-1), x: tick }
  if (acts[event.key]?.()) event.preventDefault()
})
