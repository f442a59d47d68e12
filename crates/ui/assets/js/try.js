// The API's page: a form with data-try calls its operation with the session of this browser and shows what
// comes back. A reading without ids works without this script too, as an ordinary form.
for (const form of document.querySelectorAll('form[data-try]')) form.hidden = false
document.addEventListener('submit', async (event) => {
  const form = event.target
  if (!form.matches('form[data-try]')) return
  event.preventDefault()
  event.stopImmediatePropagation()
  let path = form.dataset.try
  let body
  const query = new URLSearchParams()
  const headers = { accept: 'application/json' }
  for (const field of form.querySelectorAll('[data-in]')) {
    if (field.value === '') continue
    if (field.dataset.in === 'path') path = path.replace(`{${field.name}}`, encodeURIComponent(field.value))
    if (field.dataset.in === 'query') query.append(field.name, field.value)
    if (field.dataset.in === 'header') headers[field.name] = field.value
    if (field.dataset.in === 'body') { body = field.value; headers['content-type'] = 'application/json' }
  }
  const out = form.querySelector('output')
  out.textContent = '…'
  try {
    const answer = await fetch(query.size ? `${path}?${query}` : path, { method: form.dataset.method, headers, body, signal: AbortSignal.timeout(30000) })
    const told = ['etag', 'location', 'retry-after', 'ratelimit-remaining', 'x-request-id'].filter((name) => answer.headers.has(name))
    const text = await answer.text()
    let shown = text
    try { shown = JSON.stringify(JSON.parse(text), null, 2) } catch { /* not JSON: as it came */ }
    out.textContent = [`${answer.status} ${answer.statusText}`, ...told.map((name) => `${name}: ${answer.headers.get(name)}`), '', shown].join('\n')
  } catch (error) { out.textContent = String(error) }
}, true)
