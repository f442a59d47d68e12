// Nothing written is lost: drafts are kept in this browser until sent, and leaving with changes asks first.
// A draft is of one user, one form and one shape of it, lives a week, and is looked at before it is believed.
const space = 'draft:' + (document.body.dataset.me || '') + ':'
const WEEK = 7 * 864e5
const secret = ['password', 'file', 'hidden', 'submit', 'button', 'image', 'reset']
const kept = (field) => field.name && !secret.includes(field.type) && field.autocomplete !== 'one-time-code'
const ticked = (field) => field.type === 'checkbox' || field.type === 'radio'
const read = (form) => [...form.elements].filter(kept).map((field) => [field.name, field.type, ticked(field) ? field.value : '', ticked(field) ? field.checked : field.value])
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)
const version = (form) => form.elements.version?.value ?? ''
const write = (form, values) => {
  for (const [name, type, value, state] of values) {
    for (const field of form.elements) {
      if (field.name !== name || field.type !== type) continue
      if (ticked(field)) { if (field.value === value) field.checked = state === true } else if (typeof state === 'string') field.value = state
    }
  }
}
const sound = (draft) => draft && typeof draft === 'object' && Number.isFinite(draft.at) && Date.now() - draft.at < WEEK && draft.at < Date.now() + 864e5 &&
  Array.isArray(draft.values) && draft.values.every((v) => Array.isArray(v) && v.length === 4 && typeof v[0] === 'string')
const store = {
  keys: () => { try { return Object.keys(localStorage).filter((key) => key.startsWith('draft:')) } catch { return [] } },
  get: (key) => { try { const draft = JSON.parse(localStorage.getItem(key)); return sound(draft) ? draft : null } catch { return null } },
  set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)) } catch { return false } },
  drop: (key) => { try { localStorage.removeItem(key) } catch { return false } },
}
// Forms without a name of their own are kept by their address when sending fails.
const name = (form) => space + (form.dataset.draft || 'at ' + location.pathname + ' ' + form.getAttribute('action'))
const watched = new WeakMap()
let ended = false
const watch = (form, refused) => {
  if (watched.has(form)) return
  const own = 'draft' in form.dataset
  const guarded = own || 'guard' in form.dataset
  const key = name(form)
  const first = read(form)
  const state = { sent: false }
  watched.set(form, state)
  const note = form.querySelector('[data-draft-note]')
  const draft = store.get(key)
  if (draft && !refused && !same(draft.values, first)) {
    if ((draft.version ?? '') === version(form)) { write(form, draft.values); if (note) note.hidden = false } else store.drop(key)
  }
  note?.querySelector('[data-draft-discard]')?.addEventListener('click', () => { store.drop(key); write(form, first); note.hidden = true })
  const keep = () => { const values = read(form); same(values, first) ? store.drop(key) : store.set(key, { at: Date.now(), version: version(form), values }) }
  let timer = 0
  if (own) form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(keep, 400) })
  form.addEventListener('submit', () => {
    clearTimeout(timer); state.sent = true
    if (own) store.set(key, { at: Date.now(), sent: true, version: version(form), values: read(form) })
  })
  form.addEventListener('guildhall:failed', () => { state.sent = false; if (form.closest('main')) keep() })
  form.addEventListener('guildhall:sent', () => { state.sent = true; store.drop(key) })
  state.leave = (event) => {
    if (ended || !guarded || state.sent || !form.isConnected || same(read(form), first)) return
    clearTimeout(timer)
    if (own) { keep(); if (store.get(key)) return }
    event.preventDefault()
  }
}
const forms = () => document.querySelectorAll('main form[method=post]')
const start = () => { const refused = document.querySelector('[data-error-summary]'); for (const form of forms()) watch(form, refused) }
const refused = document.querySelector('[data-error-summary]')
const arrived = performance.getEntriesByType('navigation')[0]
const answered = arrived && (arrived.redirectCount > 0 || document.querySelector('[data-flash] .tone-good'))
const here = new Set([...forms()].map(name))
for (const key of store.keys()) {
  const draft = store.get(key)
  if (!draft || (draft.sent && !refused && (answered || !here.has(key)))) store.drop(key)
}
start()
document.addEventListener('guildhall:page', start)
addEventListener('pageshow', () => { ended = false; for (const form of forms()) { const state = watched.get(form); if (state) state.sent = false } })
addEventListener('beforeunload', (event) => { for (const form of forms()) watched.get(form)?.leave?.(event) })
document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-sign-out]')) return
  ended = true
  for (const key of store.keys()) store.drop(key)
})
