// Without a connection a line says so, and goes when it is back; what is written stays.
const words = document.getElementById('words')
let line = null
const show = () => {
  if (navigator.onLine) {
    if (line) { line.remove(); line = null; document.getElementById('status').textContent = words.content.querySelector('[data-word=online]').textContent }
    return
  }
  if (line) return
  line = document.createElement('p')
  line.className = 'offline'
  line.setAttribute('role', 'status')
  document.body.append(line)
  line.textContent = words.content.querySelector('[data-word=offline]').textContent
}
addEventListener('online', show)
addEventListener('offline', show)
show()
