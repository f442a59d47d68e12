// While parts are written: what they come to, beside the whole. In whole minor units; the server decides.
const digits = (currency) => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits
const minor = (text, places) => {
  const latin = text.replace(/[٠-٩]/g, (d) => d.charCodeAt(0) - 0x660).replace('٫', '.').replace(/[\s,٬]/g, '')
  const found = /^(\d+)(?:\.(\d*))?$/.exec(latin)
  if (!found || (found[2] ?? '').length > places) return null
  return BigInt(found[1] + (found[2] ?? '').padEnd(places, '0'))
}
const shown = (sum, places, currency) => {
  const text = sum.toString().padStart(places + 1, '0')
  const whole = BigInt(places ? text.slice(0, -places) : text).toLocaleString('en')
  return (places ? whole + '.' + text.slice(-places) : whole) + ' ' + currency
}
const look = (line) => {
  const form = line.closest('form')
  const { currency, sumOf } = line.dataset
  const places = digits(currency)
  const parts = [...form.elements].filter((f) => /^milestones\.\d+\.amount$/.test(f.name) && f.value.trim()).map((f) => minor(f.value, places))
  const whole = minor(form.elements[sumOf]?.value.trim() ?? '', places)
  line.hidden = !parts.length || parts.includes(null) || whole === null
  if (line.hidden) return
  const sum = parts.reduce((a, b) => a + b, 0n)
  line.querySelector('[data-sum]').textContent = shown(sum, places, currency)
  line.querySelector('[data-whole]').textContent = shown(whole, places, currency)
  line.toggleAttribute('data-fits', sum === whole)
}
const lines = () => document.querySelectorAll('[data-sum-of]')
const start = () => { for (const line of lines()) look(line) }
start()
document.addEventListener('guildhall:page', start)
document.addEventListener('input', (event) => { for (const line of lines()) if (line.closest('form') === event.target.form) look(line) })
