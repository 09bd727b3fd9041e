/*
 * The lock of machines that several people use.  The server says, by how short-lived its
 * tokens are, after what time without use it locks a session; here the screen follows:
 * a warning first, then everything is hidden.  All windows count together.
 */

import { ref, watch } from 'vue'

import { idleLimit, lastRenewal, stayAwake } from './renewal.ts'
import { lock, me, state } from './session.ts'

const slot = 'legalnet.active'
const warning = 60 // s before the lock
const pace = 1000 // ms

/** Seconds until the lock, while it is near; 0: it is not. */
export const lockIn = ref(0)

let active = Date.now()
let told = 0

/*
 * Whoever has just signed in, or opened the lock, is here, however long nobody was before:
 * what he typed for that was not counted.
 */
watch(
  state,
  (_, before) => {
    if (before === 'nobody' || before === 'locked') active = Date.now()
  },
  { flush: 'sync' },
)

function lastActive(): number {
  try {
    return Math.max(active, Number(window.localStorage.getItem(slot)))
  } catch {
    return active
  }
}

/** Somebody is here.  Other windows learn it every few seconds, the server now and then. */
export function noteActivity() {
  if (state.value !== 'somebody') return
  const limit = idleLimit()
  const now = Date.now()
  active = now
  if (!limit || now - told < 5000) return
  told = now
  try {
    window.localStorage.setItem(slot, String(now))
  } catch {
    // no storage: this window counts for itself
  }
  if (now - lastRenewal() > (limit * 1000) / 3) void stayAwake()
}

/**
 * Whether one may lock by hand: staff, and whoever said that this machine is shared.  The
 * password opens it again; who has none signs out.
 */
export function mayLock(): boolean {
  if (!me.value?.has_password) return false
  return me.value.kind === 'staff' || idleLimit() > 0
}

/** One look at the clock. */
export function checkIdle() {
  const limit = idleLimit()
  if (!limit || state.value !== 'somebody') {
    lockIn.value = 0
    return
  }
  const left = Math.ceil(limit - (Date.now() - lastActive()) / 1000)
  if (left <= 0) lock()
  lockIn.value = left > 0 && left <= warning ? left : 0
}

/** Whoever sees the warning and stays. */
export function stay() {
  active = Date.now()
  told = 0
  noteActivity()
  void stayAwake()
  checkIdle()
}

export function watchIdle() {
  for (const kind of ['keydown', 'mousedown', 'touchstart', 'wheel'])
    document.addEventListener(kind, onInput, { capture: true, passive: true })
  window.setInterval(checkIdle, pace)
}

/** While the warning stands, only its own button counts: a nudged mouse is nobody. */
function onInput() {
  if (!lockIn.value) noteActivity()
}
