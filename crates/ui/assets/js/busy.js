// A form is sent once: its buttons wait until the answer comes or the page is shown again.
const busy = (form, on) => {
  form.toggleAttribute('aria-busy', on)
  if (on) form.setAttribute('aria-busy', 'true')
  for (const button of form.elements) {
    if (button.type !== 'submit') continue
    if (on && !button.disabled) { button.dataset.waits = ''; button.disabled = true }
    if (!on && 'waits' in button.dataset) { delete button.dataset.waits; button.disabled = false }
  }
}
document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.method === 'get') return
  if (form.hasAttribute('aria-busy')) { event.preventDefault(); event.stopImmediatePropagation(); return }
  setTimeout(() => { if (!event.defaultPrevented || form.hasAttribute('hx-post')) { busy(form, true); setTimeout(busy, 20000, form, false) } })
}, true)
const free = () => { for (const form of document.querySelectorAll('form[aria-busy]')) busy(form, false) }
addEventListener('pageshow', free)
for (const name of ['htmx:finally:request', 'htmx:after:request', 'htmx:error']) document.addEventListener(name, free)
