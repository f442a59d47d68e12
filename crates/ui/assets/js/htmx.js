// htmx comes only to pages that use it.
const wants = (selector) => document.querySelector(selector)
const load = (src) => new Promise((done, failed) => {
  const script = document.createElement('script')
  script.src = src; script.onload = done; script.onerror = failed
  document.head.append(script)
})
if (wants('[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-sse\\:connect]')) {
  const stream = wants('[hx-sse\\:connect]')
  load(document.body.dataset.htmx).then(() => stream && load(document.body.dataset.hxSse)).catch((error) => console.error(error))
}
