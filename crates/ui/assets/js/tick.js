// A button for several ticked rows waits until as many are ticked as it takes (data-least, data-most).
const look = (form) => {
  const ticked = form.querySelectorAll('.pick input:checked').length
  for (const button of form.querySelectorAll('[data-least]')) button.disabled = ticked < Number(button.dataset.least) || ticked > Number(button.dataset.most)
}
const start = () => { for (const button of document.querySelectorAll('[data-least]')) if (button.form) look(button.form) }
start()
document.addEventListener('guildhall:page', start)
addEventListener('pageshow', start)
document.addEventListener('change', ({ target }) => { if (target.form?.querySelector('[data-least]')) look(target.form) })
