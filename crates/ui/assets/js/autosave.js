// What is written in a form with `data-autosave` is kept on the server too, a moment after the last stroke.
for (const form of document.querySelectorAll('form[data-autosave]')) {
  let timer = 0
  let sent = false
  const save = () => {
    if (sent) return
    const pairs = [...new FormData(form)].filter(([name, value]) => name !== 'idempotency_key' && typeof value === 'string')
    fetch(form.dataset.autosave, { method: 'POST', body: new URLSearchParams(pairs), keepalive: true }).catch(() => {})
  }
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 1500) })
  form.addEventListener('change', () => { clearTimeout(timer); timer = setTimeout(save, 300) })
  form.addEventListener('submit', () => { clearTimeout(timer); sent = true })
  addEventListener('pageshow', () => { sent = false })
}
