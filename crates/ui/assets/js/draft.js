// Nothing written is lost: drafts are kept in this browser until sent, and leaving with changes asks first.
const space = 'draft:' + (document.body.dataset.me || '') + ':'
const kept = (field) => field.name && !['password', 'file', 'hidden', 'submit', 'button'].includes(field.type)
const read = (form) => [...form.elements].filter(kept).map((field) =>
  [field.name, field.type, field.type === 'checkbox' || field.type === 'radio' ? field.value : '', field.type === 'checkbox' || field.type === 'radio' ? field.checked : field.value])
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)
const write = (form, values) => {
  for (const [name, type, value, state] of values) {
    for (const field of form.elements) {
      if (field.name !== name || field.type !== type) continue
      if (type === 'checkbox' || type === 'radio') { if (field.value === value) field.checked = state } else field.value = state
    }
  }
}
const store = {
  get: (key) => { try { return JSON.parse(localStorage.getItem(key)) } catch { return null } },
  set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)) } catch { return false } },
  drop: (key) => { try { localStorage.removeItem(key) } catch { return false } },
}
const refused = document.querySelector('[data-error-summary]')
const arrived = performance.getEntriesByType('navigation')[0]
const answered = arrived && (arrived.redirectCount > 0 || document.querySelector('[data-flash] .tone-good'))
const here = new Set([...document.querySelectorAll('form[data-draft]')].map((form) => space + form.dataset.draft))
for (const key of Object.keys(localStorage).filter((key) => key.startsWith('draft:'))) {
  const draft = store.get(key)
  const old = !draft || Date.now() - draft.at > 30 * 864e5
  if (old || (draft.sent && !refused && (answered || !here.has(key)))) store.drop(key)
}
for (const form of document.querySelectorAll('form[data-draft], form[data-guard]')) {
  const key = form.dataset.draft && space + form.dataset.draft
  const first = read(form)
  let sent = false
  const note = form.querySelector('[data-draft-note]')
  const draft = key && store.get(key)
  if (draft && !refused && !same(draft.values, first)) {
    write(form, draft.values)
    if (note) note.hidden = false
  }
  note?.querySelector('[data-draft-discard]')?.addEventListener('click', () => {
    store.drop(key); write(form, first); note.hidden = true
  })
  let timer = 0
  const keep = () => { if (key) { const values = read(form); same(values, first) ? store.drop(key) : store.set(key, { at: Date.now(), values }) } }
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(keep, 400) })
  form.addEventListener('submit', () => { clearTimeout(timer); sent = true; if (key) store.set(key, { at: Date.now(), sent: true, values: read(form) }) })
  addEventListener('pageshow', () => { sent = false })
  addEventListener('beforeunload', (event) => {
    if (sent || same(read(form), first) || !form.isConnected) return
    clearTimeout(timer); keep()
    if (key && store.get(key)) return
    event.preventDefault()
  })
}
document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-sign-out]')) return
  for (const key of Object.keys(localStorage)) if (key.startsWith('draft:')) store.drop(key)
})
