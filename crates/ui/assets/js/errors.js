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

// A field that was changed says when it is left, in the server's words, what the server would say.
const said = new WeakMap()
const changed = new WeakSet()
const wrong = ({ validity: v }) => v.valueMissing ? 'blank' : v.tooShort ? 'short' : v.rangeUnderflow ? 'small' : v.rangeOverflow ? 'large' : v.valid ? '' : 'format'
const check = (field) => {
  const box = field.closest?.('.field')
  if (!box?.closest('form[novalidate]') || !field.id || !field.willValidate) return
  const [key, old] = [wrong(field), said.get(field)]
  // What the server said about it stays until it is sent again.
  if (!old && (!key || field.hasAttribute('aria-invalid'))) return
  if (old) {
    if (old.key === key) return
    old.note.remove(); said.delete(field); box.classList.remove('field-wrong')
    field.removeAttribute('aria-invalid')
    if (old.described) field.setAttribute('aria-describedby', old.described); else field.removeAttribute('aria-describedby')
  }
  const words = key && document.getElementById('words')?.content
  if (!words) return
  const note = document.createElement('p')
  note.className = 'field-error'
  note.id = field.id + '-left'
  note.append(words.querySelector('svg').cloneNode(true), words.querySelector(`[data-word="${key}"]`).textContent)
  const described = field.getAttribute('aria-describedby') || ''
  const last = box.querySelector('.hint, label')
  if (last) last.after(note); else box.prepend(note)
  box.classList.add('field-wrong')
  field.setAttribute('aria-invalid', 'true')
  field.setAttribute('aria-describedby', (described + ' ' + note.id).trim())
  said.set(field, { key, note, described })
}
document.addEventListener('input', ({ target }) => { changed.add(target); if (said.has(target)) check(target) })
document.addEventListener('focusout', ({ target }) => { if (changed.has(target)) check(target) })
