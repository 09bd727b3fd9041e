/*
 * One window of this browser at a time.  Windows share the cookies of a session: two
 * that renew them at once could keep the older answer, and the session would end.
 */

import { newKey } from './idempotency.ts'

const longest = 10_000 // ms; after that who holds it is taken for closed

const sleep = (ms: number) => new Promise((resolve) => window.setTimeout(resolve, ms))

function holder(slot: string): string {
  const [who, since] = (window.localStorage.getItem(slot) ?? '').split(' ')
  return who && Date.now() - Number(since) < longest ? who : ''
}

/** Old browsers, and plain http, have no locks: a note in the storage stands in. */
async function withNote<T>(slot: string, act: () => Promise<T>): Promise<T> {
  const me = newKey()
  const until = Date.now() + longest

  while (Date.now() < until) {
    if (!holder(slot)) {
      window.localStorage.setItem(slot, `${me} ${Date.now()}`)
      await sleep(40) // another one may write at the same moment: the last one has it
      if (holder(slot) === me) break
    }
    await sleep(40 + Math.random() * 40)
  }
  try {
    return await act()
  } finally {
    if (holder(slot) === me) window.localStorage.removeItem(slot)
  }
}

/** Runs `act` while no other window runs what has the same name. */
export async function inOneWindow<T>(name: string, act: () => Promise<T>): Promise<T> {
  const locks = (navigator as Partial<Navigator>).locks
  if (locks && locks.request) return locks.request(`legalnet.${name}`, act) as Promise<T>

  try {
    window.localStorage.getItem('')
  } catch {
    return act() // no storage: nothing to agree by
  }
  return withNote(`legalnet.lock.${name}`, act)
}
