/*
 * A page that was opened before a new release asks for files that are gone.
 * Loading the page anew brings the new names.  Only when the server really has
 * another release: without a network the browser's own error page would take
 * the place of ours, and a file that is missing for good would turn a wheel.
 */

const slot = 'legalnet.reloaded'
const pause = 30_000 // ms

function reloadedJustNow(): boolean {
  return Date.now() - Number(window.sessionStorage.getItem(slot)) < pause
}

/** Whether the server's page no longer names the script that runs here. */
async function isReleased(): Promise<boolean> {
  const script = document.querySelector('script[type=module]')?.getAttribute('src')
  const answer = await window.fetch(document.baseURI, { cache: 'no-store' })

  return Boolean(script) && answer.ok && !(await answer.text()).includes(script!)
}

async function reloadIfReleased() {
  try {
    if (reloadedJustNow() || !(await isReleased())) return
    window.sessionStorage.setItem(slot, String(Date.now()))
  } catch {
    return // no network, or no storage that would stop the wheel
  }
  window.location.reload()
}

export function reloadOnNewRelease() {
  window.addEventListener('vite:preloadError', () => void reloadIfReleased())
}
