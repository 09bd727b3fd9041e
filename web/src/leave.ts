/*
 * 紧急离开, for pages that somebody at home must not see: the page goes dark at
 * once, and leave.html takes its place, on the screen and in the history.  An
 * operator who answers leave.html with a redirect sends people to a page of his
 * choice; no foreign host is named here.  Who was signed in is so no longer.
 */

import { mount } from './api.ts'
import { abandon } from './session.ts'

const presses = 3
const within = 1500 // ms

/** Back from there must not bring the dark page: the front page comes instead. */
function onReturn(event: PageTransitionEvent) {
  if (event.persisted) window.location.replace(mount.href)
}

export function leave() {
  document.documentElement.classList.add('leaving')
  document.title = ''
  try {
    window.sessionStorage.clear()
  } catch {
    // nothing was kept, then
  }
  abandon()
  window.addEventListener('pageshow', onReturn)
  window.location.replace(new URL('leave.html', mount).href)
}

/** Escape three times in a row leaves, too.  The function that it returns ends that. */
export function leaveOnThreeEscapes(): () => void {
  let times: number[] = []

  function onKey(event: KeyboardEvent) {
    if (event.key !== 'Escape') {
      times = []
      return
    }
    const now = Date.now()
    times = [...times.filter((time) => now - time < within), now]
    if (times.length >= presses) leave()
  }

  document.addEventListener('keydown', onKey, true)
  return () => document.removeEventListener('keydown', onKey, true)
}
