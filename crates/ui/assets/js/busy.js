// A form is sent once: its buttons wait until the answer comes or the page is shown again. One that only
// asks may be sent again meanwhile: the later question counts. What takes longer than a third of a second
// shows a line across the top.
const root = document.documentElement
let slow = 0
const waiting = (on) => {
  clearTimeout(slow)
  if (on) slow = setTimeout(() => root.setAttribute('data-waiting', ''), 300)
  else root.removeAttribute('data-waiting')
}
const leaving = () => { waiting(true); setTimeout(waiting, 15000, false) }
const busy = (form, on) => {
  if (on) form.setAttribute('aria-busy', 'true'); else form.removeAttribute('aria-busy')
  for (const button of form.elements) {
    if (button.type !== 'submit') continue
    if (on && !button.disabled) { button.dataset.waits = ''; button.disabled = true }
    if (!on && 'waits' in button.dataset) { delete button.dataset.waits; button.disabled = false }
  }
  waiting(on)
}
document.addEventListener('submit', (event) => {
  const form = event.target
  // A download leaves the page where it is.
  if (form.method === 'dialog' || form.target || 'download' in form.dataset) return
  if (form.method === 'get') { setTimeout(() => { if (!event.defaultPrevented) leaving() }); return }
  if (form.hasAttribute('aria-busy') || 'sending' in form.dataset) { event.preventDefault(); event.stopImmediatePropagation(); return }
  setTimeout(() => {
    if (event.defaultPrevented && !form.hasAttribute('hx-post') && !('sending' in form.dataset)) return
    busy(form, true)
    if (!('sending' in form.dataset)) setTimeout(busy, 20000, form, false)
  })
}, true)
const free = () => { for (const form of document.querySelectorAll('form[aria-busy]:not([data-sending])')) busy(form, false); waiting(false) }
addEventListener('pageshow', free)
document.addEventListener('guildhall:answered', (event) => busy(event.detail.form, false))
document.addEventListener('guildhall:leaving', () => waiting(true))
for (const name of ['htmx:finally:request', 'htmx:after:request', 'htmx:error']) document.addEventListener(name, free)
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]')
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.hasAttribute('download')) return
  if (link.origin === location.origin && link.pathname !== location.pathname) leaving()
})
