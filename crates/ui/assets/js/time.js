// "3 minutes ago" stays true while the page is open and seen, by the clock of the page (data-relative: seconds when drawn).
const lang = document.documentElement.lang
const words = new Intl.RelativeTimeFormat(lang + '-u-nu-latn', { numeric: 'always' })
const units = [[31536000, 'year'], [2592000, 'month'], [86400, 'day'], [3600, 'hour'], [60, 'minute']]
const refresh = () => {
  for (const part of document.querySelectorAll('time[datetime] [data-relative]')) {
    const now = part.dataset.relative * 1000 + performance.now()
    const seconds = Math.trunc((Date.parse(part.closest('time').dateTime) - now) / 1000)
    const unit = units.find(([length]) => Math.abs(seconds) >= length)
    if (!unit) continue
    const text = words.format(Math.trunc(seconds / unit[0]), unit[1])
    if (part.dataset.was !== text && 'was' in part.dataset) part.textContent = text
    part.dataset.was = text
  }
}
let timer = 0
const run = () => {
  clearInterval(timer); timer = 0
  if (document.hidden) return
  refresh()
  timer = setInterval(refresh, 60000)
}
run()
document.addEventListener('visibilitychange', run)
addEventListener('pagehide', () => clearInterval(timer))
