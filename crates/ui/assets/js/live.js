// One event stream for all tabs of this browser: the tab that holds the lock listens and tells the others.
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
  const act = ({ type, data }) => {
    const here = !data.workspace || location.pathname.split('/')[2] === data.workspace
    if (here && (type === 'notice' || data.kind === 'notice')) show(data.unread)
    if (data.kind) {
      const names = [data.kind, data.kind + ':' + data.id]
      for (const part of document.querySelectorAll('[data-live]')) {
        if (part.dataset.live.split(' ').some((name) => names.includes(name))) part.dispatchEvent(new CustomEvent('live', { detail: data }))
      }
    }
    document.dispatchEvent(new CustomEvent('guildhall:event', { detail: { type, data } }))
  }
  channel.onmessage = (event) => act(event.data)
  const take = (event) => {
    let data
    try { data = JSON.parse(event.data) } catch { return }
    const told = { type: event.type, data: data && typeof data === 'object' ? data : {} }
    channel.postMessage(told)
    act(told)
  }
  let leave = null
  const join = () => {
    const gone = new AbortController()
    const over = new Promise((done) => { leave = () => { gone.abort(); done() } })
    navigator.locks.request('guildhall:events:' + me, { signal: gone.signal }, () => {
      const stream = new EventSource('/events')
      for (const type of ['message', 'notice', 'change']) stream.addEventListener(type, take)
      return over.then(() => stream.close())
    }).catch((error) => { if (error.name !== 'AbortError') console.error(error) })
  }
  join()
  addEventListener('pagehide', () => { leave?.(); leave = null })
  addEventListener('pageshow', (event) => { if (event.persisted && !leave) join() })
}
