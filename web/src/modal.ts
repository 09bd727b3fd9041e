/*
 * What the browser's own <dialog> does, for browsers that have none: keeps the
 * focus inside `box` and hides everything else from screen readers.
 */

const focusable =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex="0"]'

/** Every element beside the way from `box` up to <body>. */
function others(box: Element): Element[] {
  const found: Element[] = []
  for (let inside = box; inside.parentElement; inside = inside.parentElement) {
    if (inside === document.body) break
    for (const sibling of Array.from(inside.parentElement.children)) {
      if (sibling !== inside && !sibling.hasAttribute('aria-hidden')) found.push(sibling)
    }
  }
  return found
}

function turn(box: Element, event: KeyboardEvent) {
  if (event.key !== 'Tab') return
  const stops = Array.from(box.querySelectorAll<HTMLElement>(focusable))
  const first = stops[0]
  const last = stops[stops.length - 1]
  const here = document.activeElement
  const out = event.shiftKey
    ? here === first || !stops.some((stop) => stop === here)
    : here === last
  if (!out) return

  event.preventDefault()
  ;(event.shiftKey ? last : first)?.focus()
}

/** Starts it; the function that it returns ends it. */
export function keepInside(box: HTMLElement): () => void {
  const hidden = others(box)
  const onKey = (event: KeyboardEvent) => turn(box, event)

  for (const element of hidden) element.setAttribute('aria-hidden', 'true')
  box.addEventListener('keydown', onKey)

  return () => {
    for (const element of hidden) element.removeAttribute('aria-hidden')
    box.removeEventListener('keydown', onKey)
  }
}
