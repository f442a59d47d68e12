// htmx comes only to pages that use it.
const uses = '[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-sse\\:connect]'
const load = (src) => new Promise((done, failed) => {
  const script = document.createElement('script')
  script.src = src; script.onload = done; script.onerror = failed
  document.head.append(script)
})
let loading = null
const start = () => {
  if (!document.querySelector(uses)) return
  if (loading) { loading.then(() => window.htmx?.process(document.querySelector('main'))); return }
  loading = load(document.body.dataset.htmx).then(() => document.querySelector('[hx-sse\\:connect]') && load(document.body.dataset.hxSse))
  loading.catch((error) => console.error(error))
}
start()
document.addEventListener('guildhall:page', start)
