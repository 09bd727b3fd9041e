/*
 * Requests of somebody who is signed in.  The tokens are in cookies that scripts cannot
 * read; when the server finds them too old, they are renewed once, for all who wait and
 * in one window at a time, and the request is sent again.
 */

import { ask, attempt, client, type Asking, type Send } from './api.ts'
import { inOneWindow } from './oneWindow.ts'
import { Problem } from './problem.ts'

const slot = 'legalnet.renewed'
const stale = ['token_stale', 'token_expired', 'token_refused', 'sign_in_required']

let renewing: Promise<boolean> | undefined
let onEnd: () => void = () => undefined

/** What to do when the server says that the session is over. */
export function whenSessionEnds(act: () => void) {
  onEnd = act
}

function renewedAt(): number {
  try {
    return Number(window.localStorage.getItem(slot))
  } catch {
    return 0
  }
}

function noteRenewal() {
  try {
    window.localStorage.setItem(slot, String(Date.now()))
  } catch {
    // no storage: other windows renew for themselves
  }
}

async function renewNow(since: number): Promise<boolean> {
  const last = renewedAt()
  if (last > since && last <= Date.now()) return true // another window was faster

  try {
    await attempt((signal) => client.POST('/api/v1/auth/refresh', { body: {}, signal }))
  } catch (failure) {
    if (failure instanceof Problem && failure.status === 401) return false
    throw failure
  }
  noteRenewal()
  return true
}

/** New cookies for what was asked at `since`; false: the session is over. */
export function renew(since: number): Promise<boolean> {
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

/** One request as who is signed in. */
export async function attemptMine<T>(send: Send<T>, signal?: AbortSignal): Promise<T> {
  const since = Date.now()

  try {
    return await attempt(send, signal)
  } catch (failure) {
    if (!isStale(failure)) throw failure
    if (!(await renew(since))) {
      onEnd()
      throw failure
    }
  }
  return attempt(send, signal)
}

/** A question as who is signed in; asked again while the server is too busy. */
export function askMine<T>(send: Send<T>, asking?: Asking): Promise<T> {
  return ask(send, asking, attemptMine<T>)
}
