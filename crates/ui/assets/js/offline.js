// Without a connection a line says so, and goes when it is back; what is written stays. Links wait too: a
// page of ours that can be read is worth more than the browser's page that tells of no connection. A machine
// without any network still reaches itself: a server on it is asked whether it is there.
const root = document.documentElement
const words = document.getElementById('words')
const word = (key) => words.content.querySelector(`[data-word=${key}]`).textContent
let line = null
const lost = () => root.hasAttribute('data-offline')
const show = () => {
  if (!lost()) {
    if (line) { line.remove(); line = null; document.getElementById('status').textContent = word('online') }
    return
  }
  if (line) return
  line = document.createElement('p')
  line.className = 'offline'
  line.setAttribute('role', 'status')
  const place = document.querySelector('.top') ?? document.body
  place.append(line)
  line.textContent = word('offline')
}
const own = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname)
const reached = () => fetch(document.querySelector('link[rel=icon]').href, { method: 'HEAD', cache: 'no-store' }).then(() => true, () => false)
const look = async () => {
  const off = !navigator.onLine && !(own && await reached())
  root.toggleAttribute('data-offline', off && !navigator.onLine)
  show()
}
addEventListener('online', look)
addEventListener('offline', look)
look()
// Emptied first: the same words again are told again.
const wait = () => {
  show()
  line.textContent = ''
  line.classList.remove('offline-again')
  setTimeout(() => {
    if (!line) return
    line.textContent = word('offline-link')
    line.classList.add('offline-again')
  }, 50)
}
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]')
  if (!lost() || !link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return
  if (link.origin !== location.origin || (link.hash && link.pathname === location.pathname && link.search === location.search)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  wait()
}, true)
// Forms that ask lead away just so; those that change something are kept by send.js.
document.addEventListener('submit', (event) => {
  if (!lost() || event.target.method !== 'get') return
  event.preventDefault()
  event.stopImmediatePropagation()
  wait()
}, true)
