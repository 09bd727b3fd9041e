/*
 * A page that was opened before a new release asks for files that are gone.
 * Loading the page anew brings the new names; but not twice in a row, because
 * a file that is missing for good must not turn the page into a wheel.
 */

const slot = 'legalnet.reloaded'
const pause = 30_000 // ms

function reloadedJustNow(): boolean {
  return Date.now() - Number(window.sessionStorage.getItem(slot)) < pause
}

export function reloadOnNewRelease() {
  window.addEventListener('vite:preloadError', (event) => {
    try {
      if (reloadedJustNow()) return
      window.sessionStorage.setItem(slot, String(Date.now()))
    } catch {
      return // without storage nothing would stop the wheel
    }
    event.preventDefault()
    window.location.reload()
  })
}
