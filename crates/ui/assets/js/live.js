// One event stream for all tabs of this browser: the tab that holds the lock listens and tells the
// others. Where no stream gets through it asks now and then instead, and only while it is looked at.
const body = document.body
if (body.hasAttribute('data-events') && 'locks' in navigator && 'BroadcastChannel' in window) {
  const me = body.dataset.me || ''
  const channel = new BroadcastChannel('guildhall:' + me)
  const badge = document.getElementById('notice-badge')
  const show = (unread) => {
    if (!badge || !Number.isInteger(unread)) return
    badge.hidden = unread <= 0
    badge.querySelector('[data-count]').textContent = unread > 99 ? '99+' : String(unread)
  }
  // What is older than what was already told of a record is not told.
  const newest = new Map()
  const late = ({ kind, id, version }) => {
    if (!kind || !id || !Number.isInteger(version) || version <= 0) return false
    const key = kind + ':' + id
    if ((newest.get(key) ?? 0) > version) return true
    if (newest.size > 500) newest.clear()
    newest.set(key, version)
    return false
  }
  const act = ({ type, data }) => {
    if (late(data)) return
    const here = !data.workspace || location.pathname.split('/')[2] === data.workspace
    if (here && (type === 'notice' || data.kind === 'notice')) show(data.unread)
    if (data.kind) {
      const names = [data.kind, data.kind + ':' + data.id]
      for (const part of document.querySelectorAll('[data-live]')) {
        const named = data.kind === '*' || part.dataset.live.split(' ').some((name) => names.includes(name))
        if (named) part.dispatchEvent(new CustomEvent('live', { detail: data }))
      }
    }
    document.dispatchEvent(new CustomEvent('guildhall:event', { detail: { type, data } }))
  }
  // The number of the event heard last, by whichever tab: who takes over goes on from there.
  let after = null
  channel.onmessage = (event) => { after = event.data.after || after; act(event.data) }
  const tell = (type, data) => {
    const told = { type, data: data && typeof data === 'object' ? data : {}, after }
    channel.postMessage(told)
    act(told)
  }
  const take = (event) => {
    let data
    try { data = JSON.parse(event.data) } catch { return }
    after = event.lastEventId || after
    tell(event.type, data)
  }
  const since = () => after === null ? '' : '?after=' + after
  // Asks what changed; gives the seconds until it makes sense to ask again.
  const ask = async (signal) => {
    const answer = await fetch('/api/v1/events' + since(), { signal, headers: after === null ? {} : { 'If-None-Match': '"' + after + '"' } })
    // Nobody is signed in here any more, so nothing is told: who signs in again opens a page.
    if (answer.status === 401) leave?.()
    const pause = Number(answer.headers.get('Retry-After')) || 10
    if (answer.ok) {
      const { data } = await answer.json()
      if (after !== null && data.has_gap) tell('change', { kind: '*' })
      if (after !== null) for (const change of data.changes) tell('change', change)
      after = String(data.newest)
    }
    return Math.max(10, pause)
  }
  const listen = (signal) => new Promise((done) => {
    const stream = new EventSource('/events' + since())
    for (const type of ['message', 'notice', 'change']) stream.addEventListener(type, take)
    const end = () => { stream.close(); done() }
    // The browser comes again by itself after a cut; only a refusal closes the stream for good.
    stream.addEventListener('error', () => { if (stream.readyState === EventSource.CLOSED) end() })
    signal.addEventListener('abort', end)
  })
  const wait = (seconds, signal) => new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000)
    signal.addEventListener('abort', () => { clearTimeout(timer); done() })
  })
  const serve = async (signal) => {
    while (!signal.aborted) {
      await listen(signal)
      for (let round = 0; round < 6 && !signal.aborted; round++) {
        let pause = 10
        // Once at least: whether a stream was refused because the session ended, only an answer says.
        if (round === 0 || !document.hidden) {
          try { pause = await ask(signal) } catch { /* away; asked again after the pause */ }
        }
        await wait(pause, signal)
      }
    }
  }
  let leave = null
  const join = () => {
    const gone = new AbortController()
    leave = () => gone.abort()
    navigator.locks.request('guildhall:events:' + me, { signal: gone.signal }, () => serve(gone.signal))
      .catch((error) => { if (error.name !== 'AbortError') console.error(error) })
  }
  join()
  addEventListener('pagehide', () => { leave?.(); leave = null })
  addEventListener('pageshow', (event) => { if (event.persisted && !leave) join() })
}
