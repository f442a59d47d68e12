// Parts of a page that are fetched by themselves: <section id data-panel="URL" data-live="…">. A part fails
// alone and says so with a way to try again; an answer that was overtaken by a newer question is dropped.
const words = document.getElementById('words').content
const word = (key) => words.querySelector(`[data-word="${key}"]`).textContent
const asked = new WeakMap()
// What a page asks by itself does not count as use of the session.
const alone = { 'x-unattended': '1' }
const fault = (part) => {
  part.querySelector('[data-panel-fault]')?.remove()
  const note = document.createElement('div')
  note.className = 'banner tone-bad'
  note.dataset.panelFault = ''
  note.setAttribute('role', 'alert')
  const again = document.createElement('button')
  again.type = 'button'; again.className = 'btn btn-quiet btn-small'; again.textContent = word('again')
  again.addEventListener('click', () => fetchPart(part))
  const text = document.createElement('p')
  text.className = 'banner-title'; text.textContent = word(document.documentElement.hasAttribute('data-offline') ? 'offline' : '500')
  const inside = document.createElement('div')
  inside.append(text, again)
  note.append(words.querySelector('svg').cloneNode(true), inside)
  part.prepend(note)
}
const fetchPart = async (part, by = {}) => {
  asked.get(part)?.abort()
  const mine = new AbortController()
  asked.set(part, mine)
  const slow = setTimeout(() => part.setAttribute('aria-busy', 'true'), 300)
  try {
    const answer = await fetch(part.dataset.panel || location.href, { headers: { accept: 'text/html', ...by }, signal: AbortSignal.any([mine.signal, AbortSignal.timeout(20000)]) })
    if (!answer.ok) throw new Error(String(answer.status))
    const doc = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = doc.getElementById(part.id)
    if (!fresh) throw new Error('no part')
    if (mine.signal.aborted) return
    const inside = part.contains(document.activeElement) && document.activeElement.id
    part.replaceChildren(...document.adoptNode(fresh).childNodes)
    if (inside) document.getElementById(inside)?.focus({ preventScroll: true })
  } catch (error) {
    if (!mine.signal.aborted) fault(part)
  } finally { clearTimeout(slow); part.removeAttribute('aria-busy') }
}
const watched = new WeakSet()
const start = () => {
  for (const part of document.querySelectorAll('[data-panel][id]')) {
    if (watched.has(part)) continue
    watched.add(part)
    part.addEventListener('live', () => fetchPart(part, alone))
    if ('lazy' in part.dataset) fetchPart(part)
  }
}
start()
document.addEventListener('guildhall:page', start)

// When a record that this page speaks of changed elsewhere, the page is looked at again; what differs is
// offered, never put under the reader's hand.
let timer = 0
let look = null
const plain = (main) => main.textContent.replace(/\s+/g, ' ')
const still = (main) => { const copy = main.cloneNode(true); for (const part of copy.querySelectorAll('time, [data-panel], [data-send-note], [data-draft-note], [data-fresh], .flash, template')) part.remove(); return plain(copy) }
const first = document.querySelector('main') && still(document.querySelector('main'))
const offer = () => {
  if (document.querySelector('[data-fresh]')) return
  const note = document.createElement('div')
  note.className = 'banner tone-info'; note.dataset.fresh = ''; note.setAttribute('role', 'status')
  document.querySelector('main').prepend(note)
  const inside = document.createElement('div')
  inside.className = 'spread'
  const text = document.createElement('p')
  text.className = 'banner-title'; text.textContent = word('fresh')
  const show = document.createElement('button')
  show.type = 'button'; show.className = 'btn btn-quiet btn-small'; show.textContent = word('show')
  show.addEventListener('click', () => location.reload())
  inside.append(text, show); note.append(inside)
}
const check = async () => {
  if (document.hidden || !first) return
  look?.abort()
  look = new AbortController()
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html', ...alone }, signal: look.signal })
    const doc = answer.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), 'text/html')
    const main = doc && doc.querySelector('main')
    if (main && still(main) !== first) offer()
  } catch { /* The next change asks again. */ }
}
let waits = false
document.addEventListener('guildhall:event', (event) => {
  const { id, kind } = event.detail.data
  if (kind === 'notice' || (kind !== '*' && typeof id !== 'string')) return
  const spoken = kind === '*' || location.pathname.includes(id) || document.querySelector(`main :is([href*="${CSS.escape(id)}"], [action*="${CSS.escape(id)}"])`)
  if (!spoken) return
  waits = true
  clearTimeout(timer); timer = setTimeout(() => { if (!document.hidden) { waits = false; check() } }, 700)
})
document.addEventListener('visibilitychange', () => { if (!document.hidden && waits) { waits = false; check() } })
addEventListener('pagehide', () => { clearTimeout(timer); look?.abort() })
