// Without a connection a line says so, and goes when it is back; what is written stays. Links wait too: a
// page of ours that can be read is worth more than the browser's page that tells of no connection.
const words = document.getElementById('words')
const word = (key) => words.content.querySelector(`[data-word=${key}]`).textContent
let line = null
const show = () => {
  if (navigator.onLine) {
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
addEventListener('online', show)
addEventListener('offline', show)
show()
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]')
  if (navigator.onLine || !link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return
  if (link.origin !== location.origin || (link.hash && link.pathname === location.pathname && link.search === location.search)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  show()
  line.textContent = word('offline-link')
  line.classList.remove('offline-again')
  requestAnimationFrame(() => line?.classList.add('offline-again'))
}, true)
// Forms that ask lead away just so; those that change something are kept by send.js.
document.addEventListener('submit', (event) => {
  if (navigator.onLine || event.target.method !== 'get') return
  event.preventDefault()
  event.stopImmediatePropagation()
  show()
  line.textContent = word('offline-link')
}, true)
