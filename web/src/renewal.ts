/*
 * Requests of somebody who is signed in.  The tokens are in cookies that scripts cannot
 * read; when the server finds them too old, they are renewed, once for all who wait and in
 * one window at a time, and the request is sent again.
 */

import { ask, attempt, client, type Asking, type Send } from './api.ts'
import { inOneWindow } from './oneWindow.ts'
import { Problem } from './problem.ts'

const slot = 'legalnet.renewed'
const limitSlot = 'legalnet.idle'
const longest = 900 // s: tokens of sessions that never lock
const lives = 5 // tokens last a fifth of the time after which their session locks
const stale = ['token_stale', 'token_expired', 'token_refused', 'sign_in_required']

type Outcome = 'renewed' | 'over' | 'idle'

let renewing: Promise<Outcome> | undefined
let onEnd: () => void = () => undefined
let onIdle: () => void = () => undefined

/** What to do when the server says that the session is over, or that it was idle too long. */
export function whenSessionEnds(over: () => void, idle: () => void = over) {
  onEnd = over
  onIdle = idle
}

function renewedAt(): number {
  try {
    return Number(window.localStorage.getItem(slot))
  } catch {
    return 0
  }
}

/** Seconds without use after which the server locks this session; 0: never. */
export function idleLimit(): number {
  try {
    return Number(window.localStorage.getItem(limitSlot))
  } catch {
    return 0
  }
}

/** New cookies have come, and last so many seconds. */
export function noteRenewal(seconds = longest) {
  const limit = seconds < longest ? seconds * lives : 0
  try {
    window.localStorage.setItem(limitSlot, String(limit))
    window.localStorage.setItem(slot, String(Date.now()))
  } catch {
    // no storage: other windows renew for themselves
  }
}

async function renewNow(since: number): Promise<Outcome> {
  const last = renewedAt()
  if (last > since && last <= Date.now()) return 'renewed' // another window was faster

  try {
    const { expires_in } = await attempt((signal) =>
      client.POST('/api/v1/auth/refresh', { body: {}, signal }),
    )
    noteRenewal(expires_in)
  } catch (failure) {
    if (failure instanceof Problem && failure.status === 401)
      return failure.code === 'session_idle' ? 'idle' : 'over'
    throw failure
  }
  return 'renewed'
}

/** New cookies for what was asked at `since`. */
export function renew(since: number): Promise<Outcome> {
  if (!renewing) {
    const mine = inOneWindow('renewal', () => renewNow(since))
    const done = () => {
      if (renewing === mine) renewing = undefined
    }
    renewing = mine
    mine.then(done, done)
  }
  return renewing
}

function isStale(failure: unknown): boolean {
  return failure instanceof Problem && failure.status === 401 && stale.indexOf(failure.code) >= 0
}

/** Tells the server that somebody is here still; when it did not hear it, the next time will. */
export async function stayAwake(): Promise<void> {
  const outcome = await renew(Date.now()).catch(() => 'renewed')
  if (outcome === 'over') onEnd()
  if (outcome === 'idle') onIdle()
}

/** When the cookies were last renewed from this browser, as far as is known. */
export const lastRenewal = renewedAt

/**
 * One request as who is signed in.  A new token is stale again when it was made just before
 * the server's node read of the change: then it is renewed once more.
 */
export async function attemptMine<T>(send: Send<T>, signal?: AbortSignal): Promise<T> {
  for (let renewed = 0; ; renewed++) {
    const since = Date.now()
    try {
      return await attempt(send, signal)
    } catch (failure) {
      if (!isStale(failure) || renewed === 2) throw failure
      if (renewed && (failure as Problem).code !== 'token_stale') throw failure
      const outcome = await renew(since)
      if (outcome === 'over') onEnd()
      if (outcome === 'idle') onIdle()
      if (outcome !== 'renewed') throw failure
    }
  }
}

/** A question as who is signed in; asked again while the server is too busy. */
export function askMine<T>(send: Send<T>, asking?: Asking): Promise<T> {
  return ask(send, asking, attemptMine<T>)
}
