// Tabs that do not fit: the current one is in sight, and the edge behind which there are more fades.
const look = (tabs) => {
  const rest = tabs.scrollWidth - tabs.clientWidth
  const at = Math.abs(tabs.scrollLeft)
  const more = rest < 2 ? [] : [at > 1 && 'before', at < rest - 1 && 'after'].filter(Boolean)
  if (more.length) tabs.dataset.more = more.join(' '); else delete tabs.dataset.more
}
const start = () => {
  for (const tabs of document.querySelectorAll('.tabs')) {
    const current = tabs.querySelector('[aria-current]')
    if (current && tabs.scrollWidth > tabs.clientWidth) {
      const [box, own] = [tabs.getBoundingClientRect(), current.getBoundingClientRect()]
      tabs.scrollLeft += own.left + own.width / 2 - box.left - box.width / 2
    }
    look(tabs)
    tabs.addEventListener('scroll', () => look(tabs), { passive: true })
  }
}
start()
document.addEventListener('guildhall:page', start)
addEventListener('resize', () => { for (const tabs of document.querySelectorAll('.tabs')) look(tabs) })
