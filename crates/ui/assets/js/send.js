// Forms are sent from here, so that no failure costs what was written: each kind of failure says at the
// form what happened and what to do, and the same form (with the same key) can be sent again. Where this
// script does not run, the browser sends the form itself.
const words = document.getElementById('words')?.content
const word = (key) => words.querySelector(`[data-word="${key}"]`).textContent
const make = (name, attributes, ...inside) => {
  const part = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value)
  part.append(...inside)
  return part
}
const fire = (target, name, detail) => target.dispatchEvent(new CustomEvent('guildhall:' + name, { detail, bubbles: true }))
// As offline.js found out.
const lost = () => document.documentElement.hasAttribute('data-offline')
const LIMIT = 20000
const FILES_LIMIT = 180000
const notes = new WeakMap()
const clear = (form) => {
  const note = notes.get(form)
  if (!note) return
  note.stop?.abort(); note.remove(); notes.delete(form)
}
const act = (label, run, kind = 'quiet') => {
  const button = make('button', { type: 'button', class: 'btn btn-' + kind }, label)
  button.addEventListener('click', run)
  return button
}
const link = (label, href) => make('a', { class: 'btn btn-primary', href }, label)
// The note stands before the buttons of its form; a form that is only a button has it on top of the page.
const tell = (form, { title, text, more = [], acts = [], tone = 'bad' }) => {
  clear(form)
  const note = make('div', { class: 'banner send-note tone-' + tone, role: 'alert', tabindex: '-1', 'data-send-note': '' })
  const row = form.matches('.form') && (form.querySelector('.actions') || form.querySelector('button:not([type=button])'))
  if (row && row.closest('form') === form) row.before(note); else document.querySelector('main').prepend(note)
  const inside = make('div', {}, make('p', { class: 'banner-title' }, title), ...(text ? [make('p', {}, text)] : []), ...more)
  if (acts.length) inside.append(make('div', { class: 'actions' }, ...acts))
  note.append(words.querySelector('svg').cloneNode(true), inside)
  notes.set(form, note)
  const place = note.getBoundingClientRect()
  if (place.top < 64 || place.bottom > innerHeight) note.scrollIntoView({ block: 'center' })
  return note
}
const reference = (id) => id ? [make('p', { class: 'meta' }, word('reference') + ' ', make('code', { dir: 'ltr' }, id))] : []
const once = (form) => word(form.elements.idempotency_key ? 'once' : 'look-first')
const retry = (form, submitter) => act(word('again'), () => form.requestSubmit(submitter?.isConnected ? submitter : undefined), 'primary')
const here = () => location.pathname + location.search

// The page that the server answered with takes the place of this one's content.
const swap = (doc, form) => {
  const fresh = document.adoptNode(doc.querySelector('main'))
  document.querySelector('main').replaceWith(fresh)
  document.title = doc.title
  scrollTo(0, 0)
  const heir = [...fresh.querySelectorAll('form')].find((f) => f.getAttribute('action') === form.getAttribute('action'))
  if (heir) {
    // Files and passwords are not drawn again by the server; here they are still known. Files that
    // the server kept with the form are not sent twice.
    for (const old of form.elements) {
      const field = old.name && heir.elements[old.name]
      if (!(field instanceof HTMLInputElement) || field.hasAttribute('aria-invalid')) continue
      if (old.type === 'file' && field.type === 'file' && old.files.length && !heir.elements.kept) field.files = old.files
      if (old.type === 'password' && field.type === 'password' && old.autocomplete === 'new-password') field.value = old.value
    }
  }
  fresh.focus({ preventScroll: true })
  fire(document, 'page')
  return heir
}

// What stands now beside what was written; sending again then replaces it knowingly.
const compare = async (form, submitter, said) => {
  const open = act(word('open-again'), () => { fire(form, 'sent'); location.reload() })
  const note = { title: said.title, text: said.text, acts: [open], tone: 'waiting' }
  tell(form, note)
  if (!form.elements.version) return
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null)
  const doc = answer?.ok && new DOMParser().parseFromString(await answer.text(), 'text/html')
  const theirs = doc && [...doc.querySelectorAll('main form')].find((f) => f.getAttribute('action') === form.getAttribute('action'))
  if (!theirs?.elements.version || theirs.elements.version.value === form.elements.version.value) return
  const lines = []
  for (const mine of form.elements) {
    const other = mine.id && mine.name && mine.type !== 'hidden' && theirs.querySelector('#' + CSS.escape(mine.id))
    if (!other || other.value === mine.value) continue
    const label = form.querySelector(`label[for="${CSS.escape(mine.id)}"]`)
    lines.push(make('dt', {}, label ? label.textContent.trim() : mine.name), make('dd', {}, make('bdi', {}, other.value || '–')))
  }
  form.elements.version.value = theirs.elements.version.value
  if (form.elements.idempotency_key && theirs.elements.idempotency_key) form.elements.idempotency_key.value = theirs.elements.idempotency_key.value
  tell(form, { ...note, more: lines.length ? [make('p', {}, word('now-stands')), make('dl', { class: 'facts' }, ...lines)] : [],
    acts: [act(word('send-mine'), () => form.requestSubmit(submitter?.isConnected ? submitter : undefined), 'primary'), open] })
}

// The button waits as long as the server asked.
const wait = (form, said, seconds) => {
  const left = make('span', { class: 'number', 'aria-live': 'off' }, String(seconds))
  const note = tell(form, { title: said.title, text: word('kept'), more: [make('p', { 'aria-live': 'off' }, word('wait') + ' ', left)], tone: 'waiting' })
  const buttons = [...form.elements].filter((b) => b.type === 'submit' && !b.disabled)
  for (const button of buttons) button.disabled = true
  const end = Date.now() + seconds * 1000
  const free = () => { clearInterval(timer); for (const button of buttons) button.disabled = false }
  const timer = setInterval(() => {
    const rest = Math.ceil((end - Date.now()) / 1000)
    left.textContent = String(Math.max(rest, 0))
    if (rest > 0) return
    free(); clear(form)
    document.getElementById('status').textContent = word('go')
    buttons[0]?.focus({ preventScroll: true })
  }, 250)
  note.stop = new AbortController()
  note.stop.signal.addEventListener('abort', free)
}

// Faults of a problem document, told at their fields.
const mark = (form, faults) => {
  let first = null
  for (const { pointer = '', message = '' } of faults) {
    const name = pointer.replace(/^\//, '').replaceAll('/', '.')
    let field = form.elements[name]
    if (field instanceof RadioNodeList) field = field[0]
    if (!field?.id) continue
    const id = field.id + '-error'
    document.getElementById(id)?.remove()
    const told = make('p', { class: 'field-error', id }, words.querySelector('svg').cloneNode(true), make('span', {}, message))
    field.before(told)
    field.setAttribute('aria-invalid', 'true')
    field.setAttribute('aria-describedby', [id, field.getAttribute('aria-describedby')].filter(Boolean).join(' '))
    field.addEventListener('input', () => { told.remove(); field.removeAttribute('aria-invalid') }, { once: true })
    first ??= field
  }
  return first
}

const offline = (form, submitter) => {
  const gone = new AbortController()
  const note = tell(form, { title: word('offline'), text: word('kept'), tone: 'waiting' })
  note.stop = gone
  addEventListener('online', () => tell(form, { title: word('online'), text: word('kept'), acts: [retry(form, submitter)], tone: 'info' }), { once: true, signal: gone.signal })
}

const fail = (form, submitter, status, said, answer) => {
  fire(form, 'failed')
  const id = said.id || answer.headers.get('x-request-id') || ''
  const seconds = Math.min(Number.parseInt(answer.headers.get('retry-after') ?? '', 10) || 30, 3600)
  if (status === 401) tell(form, { title: word('401'), text: word('401-text'), acts: [link(word('sign-in'), '/login?' + new URLSearchParams({ return_to: here() }))], tone: 'waiting' })
  else if (status === 429) wait(form, { title: said.title || word('429') }, seconds)
  else if (status === 409 || status === 412) compare(form, submitter, { title: said.title || word('409'), text: said.text || word('409-text') })
  else if (status === 404 || status === 410) tell(form, { title: said.title || word('404'), text: said.text || word('404-text'), more: reference(id), acts: [act(word('back'), () => history.length > 1 ? history.back() : location.assign('/'))] })
  else if (status >= 500) tell(form, { title: said.title || word('500'), text: once(form), more: reference(id), acts: [retry(form, submitter)] })
  else {
    const first = mark(form, said.faults ?? [])
    const key = status === 403 ? '403' : status === 422 ? '422' : '400'
    tell(form, { title: said.title || word(key), text: said.text || word(key + '-text'), more: reference(status === 422 ? '' : id) })
    if (first) { first.focus(); return }
  }
  if (document.activeElement === document.body) (submitter && !submitter.disabled ? submitter : notes.get(form))?.focus({ preventScroll: true })
}

// The words of the server's own page or problem document.
const understand = (text, mime) => {
  if (mime.includes('json')) {
    try { const p = JSON.parse(text); return { text: p.detail, id: p.request_id, faults: p.errors } } catch { return {} }
  }
  if (!mime.includes('html')) return {}
  const doc = new DOMParser().parseFromString(text, 'text/html')
  const fault = doc.querySelector('.fault')
  if (!fault) return doc.querySelector('main#main') ? { doc } : {}
  const say = (css) => fault.querySelector(css)?.textContent.trim()
  return { title: say('h1'), text: say('.fault-words') || say('.empty p'), id: fault.querySelector('[data-request]')?.dataset.request }
}

const save = async (answer) => {
  const name = /filename="?([^";]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'file'
  const href = URL.createObjectURL(await answer.blob())
  make('a', { href, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(href), 10000)
}

const go = (form, to) => {
  const target = new URL(to, location.href)
  fire(form, 'sent'); fire(document, 'leaving')
  if (target.origin === location.origin && target.pathname + target.search === here() && target.hash) { history.replaceState(null, '', target); location.reload() } else location.assign(target)
}

let turned = false
const send = async (form, submitter, to) => {
  const files = form.enctype === 'multipart/form-data'
  const data = new FormData(form, submitter)
  clear(form)
  if (lost()) { fire(form, 'failed'); offline(form, submitter); return }
  form.dataset.sending = ''
  fire(form, 'sending')
  let answer = null
  let text = ''
  let broken = 'network'
  try {
    answer = await fetch(to, { method: 'POST', body: files ? data : new URLSearchParams(data), headers: { accept: 'text/html', 'x-form': '1' }, signal: AbortSignal.timeout(files ? FILES_LIMIT : LIMIT) })
    if (answer.ok && (answer.headers.get('content-disposition') ?? '').startsWith('attachment')) await save(answer)
    else text = await answer.text()
  } catch (error) { broken = error.name === 'TimeoutError' ? 'timeout' : 'network'; answer = null }
  const next = answer && (answer.headers.get('x-location') || (answer.redirected && answer.ok && answer.url))
  // The buttons of a form that goes on to another page stay as they are.
  if (next) { go(form, next); return }
  delete form.dataset.sending
  fire(document, 'answered', { form })
  if (!answer) {
    fire(form, 'failed')
    if (lost()) offline(form, submitter); else tell(form, { title: word(broken), text: once(form), acts: [retry(form, submitter)] })
    if (document.activeElement === document.body) submitter?.focus({ preventScroll: true })
    return
  }
  const said = understand(text, answer.headers.get('content-type') ?? '')
  if (answer.ok && !said.doc) { fire(form, 'sent'); return }
  if (!said.doc) { fail(form, submitter, answer.status, said, answer); return }
  if (answer.ok) { fire(form, 'sent'); turned = true; history.pushState('turned', '', location.href) } else fire(form, 'failed')
  const heir = swap(said.doc, form)
  if (!heir) return
  if (answer.status === 429) wait(heir, { title: word('429') }, Number.parseInt(answer.headers.get('retry-after') ?? '', 10) || 30)
  if ((answer.status === 409 || answer.status === 412) && heir.elements.version && !heir.querySelector('[data-merge]')) compare(heir, null, { title: word('409'), text: word('409-text') })
}

const taken = (form, submitter) => {
  // Password managers (and whoever drives a browser) take a real navigation for a sign-in that succeeded.
  if (form.querySelector('[autocomplete="current-password"]')) return null
  if (form.getAttribute('method') !== 'post' || form.hasAttribute('hx-post') || form.hasAttribute('target') || 'try' in form.dataset || !form.closest('main')) return null
  const to = new URL(submitter?.getAttribute('formaction') || form.getAttribute('action') || location.href, location.href)
  return to.origin === location.origin ? to : null
}
if (words) {
  document.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return
    const to = taken(event.target, event.submitter)
    if (!to) return
    event.preventDefault()
    const form = event.target
    const submitter = event.submitter
    send(form, submitter, to).catch((error) => {
      console.error(error)
      const begun = 'sending' in form.dataset
      delete form.dataset.sending
      // Nothing went out yet: the browser sends it as if this script were not there.
      if (!begun) {
        if (submitter?.name) form.append(make('input', { type: 'hidden', name: submitter.name, value: submitter.value }))
        if (submitter?.hasAttribute('formaction')) form.action = submitter.formAction
        HTMLFormElement.prototype.submit.call(form)
        return
      }
      fire(document, 'answered', { form })
      tell(form, { title: word('500'), text: once(form), acts: [retry(form, submitter)] })
    })
  })
  addEventListener('popstate', () => { if (turned && history.state !== 'turned') location.reload() })
}
